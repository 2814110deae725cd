"""Give every distinct text its meaning once, and every cell its outcome.

A text is read by the pure readers of ``text``; what an analyst decided once (``[[answer]]`` in
study.toml) comes first. Nothing here guesses: a reader's doubt becomes a reject with its candidates.
"""

from typing import NamedTuple

import pandas as pd

from analysis.engine import join_readings
from analysis.meanings import find_answer, read_texts, whole_reports
from analysis.reconcile import name_conflicts
from analysis.reference.files import Reference
from analysis.study import Study
from analysis.tables import CELLS, LINES, REJECTS, check_columns
from analysis.tallies import read_amounts
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from analysis.words.messages import InsidenError, say, words

# Questions about what several cells or lines make of each other.
ALONE = ("conflict", "place_repeated", "mixed_units", "key_reused")


class Cleaned(NamedTuple):
    """The cells with their outcomes, what was counted, what needs a person, what changed."""

    records: pd.DataFrame  # every cell once: address, meaning, final outcome, rule
    counted: pd.DataFrame  # area, month, category, incidents, why, gaps, flags
    rejects: pd.DataFrame  # REJECTS
    revisions: pd.DataFrame  # file, kept, area, month, category, before, after, both addresses


def clean_cells(
    cells: pd.DataFrame,
    study: Study,
    reference: Reference,
    places: Places,
    words: CategoryWords,
    lines: pd.DataFrame | None = None,
) -> Cleaned:
    """Read every distinct text once and join the answers back to the cells.

    ``cells`` is a CELLS table, ``lines`` the LINES of its lists of reports. A cell ends as counted, empty (with its reason), rejected or
    left_out (with its rule); none is lost, which is checked.
    """
    check_columns(cells, CELLS, "cells")
    lines = pd.DataFrame(columns=LINES) if lines is None else lines
    readings = read_texts(cells, study, reference, places, words)
    readings |= {"amounts": read_amounts(cells, study)}
    records, counted, revisions = join_readings(cells, whole_reports(lines, study), readings)
    if len(records) != len(cells) or records["final"].isna().any():
        raise InsidenError("clean.lost", before=len(cells), after=int(records["final"].count()))
    conflicts = name_conflicts(records)
    records.loc[conflicts.index, "candidates"] = conflicts
    rejected = records[records["final"] == "rejected"]
    rejects = pd.DataFrame(
        {
            **{name: rejected[name] for name in ("file", "sheet", "row", "column")},
            "text": _texts(cells, rejected),
            "reason": [_reason(rule, study.language) for rule in rejected["rule"]],
            "candidates": rejected["candidates"].fillna(""),
            "kind": _kinds(rejected),
        }
    )
    reused = (rejected["rule"] == "key_reused").to_numpy()
    twins = records.iloc[rejected["twin"][reused].astype(int)]
    told = [
        f"{file}, {sheet}, {row}"
        for file, sheet, row in zip(twins["file"], twins["sheet"], twins["row"], strict=True)
    ]
    rejects.loc[reused, "candidates"] = told
    rejects = pd.concat([rejects, _silences(records, study)], ignore_index=True)
    return Cleaned(records, counted, rejects[REJECTS], revisions)


def _kinds(rejected: pd.DataFrame) -> pd.Series:
    """What each question is about: the text that stopped a cell, or what several cells make of it."""
    own = {rule: rule for rule in ALONE} | {"no_year": "year"}
    return rejected["rule"].map(own).fillna(rejected["kind"])


def _texts(cells: pd.DataFrame, rejected: pd.DataFrame) -> pd.Series:
    """The doubtful text as it stands in the file, by which an answer finds it again."""
    own = rejected["said"].copy()
    for kind in ("place", "month", "category"):
        rows = own.index[rejected["kind"] == kind]
        own[rows] = cells[kind].to_numpy()[rows]
    return own.mask(own == "", rejected["said"])


def _silences(records: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Ask once for each register what it means that an area has no line in a month."""
    lists = records[records["layout"] == "line_list"]
    asked = [
        {
            "file": file, "sheet": sheet, "row": 0, "column": "", "text": "",
            "reason": say("clean.silence", study.language), "candidates": "zero; not_reported",
            "kind": "silence",
        }
        for file, sheet in sorted(set(zip(lists["file"], lists["sheet"], strict=True)))
        if find_answer(study, "silence", "", file) is None
    ]  # fmt: skip
    return pd.DataFrame(asked, columns=REJECTS)


def _reason(rule: str, lang: str) -> str:
    """A rule of our own has words in both languages; a reader's reason is already words."""
    return say(f"clean.{rule}", lang) if f"clean.{rule}" in words(lang) else rule
