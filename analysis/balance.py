"""The balance: every row and cell that was read is accounted for, and so is every decision."""

from collections.abc import Iterable
from fnmatch import fnmatch

import numpy as np
import pandas as pd

from analysis.clean import Cleaned
from analysis.meanings import place_of_answer
from analysis.read.intake import Intake
from analysis.reference.files import Reference
from analysis.study import Study, is_called
from analysis.tables import ADDRESS
from analysis.text.names import words_of
from analysis.words.messages import InsidenError, say

LISTED = ("silence", "duplicate")  # answers about a list as a whole
WHOLE = (*LISTED, "conflict")  # answers about a file, not about one of its texts
DECISIONS = ["kind", "file", "text", "value", "why", "who", "when", "cells", "used"]


def find_decisions(
    study: Study, reference: Reference, intake: Intake
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return every decision with the number of cells it settles, and which cells are so decided.

    One row a correction, an answer, a recipe, or an alias that names who added it; ``used`` is
    False for one that matches nothing any more. The cells are those of ``intake.cells``.
    """
    decided = np.zeros(len(intake.cells), dtype=bool)
    rows = [*_corrections(intake, decided), *_answers(study, intake, decided)]
    rows += [*_recipes(study, intake), *_aliases(reference, intake)]
    table = pd.DataFrame(rows, columns=DECISIONS)
    return table.astype({"cells": "int64", "used": bool}), decided


def _corrections(intake: Intake, decided: np.ndarray) -> Iterable[tuple]:
    done = intake.corrections[intake.corrections["applied"]]
    # few cells are corrected: their file and row leave few to compare by sheet and column
    rows = np.flatnonzero(
        intake.cells["file"].isin(done["file"]) & intake.cells["row"].astype(str).isin(done["row"])
    )
    wanted = set(done[ADDRESS].itertuples(index=False, name=None))
    own = intake.cells.iloc[rows][ADDRESS].astype(str)
    decided[rows] = [cell in wanted for cell in own.itertuples(index=False, name=None)]
    for one in intake.corrections.to_dict("records"):
        cell = f"{one['sheet']}!{one['column']}{one['row']}: {one['was']}"
        facts = (one["file"], cell, one["becomes"], one["why"], one["who"], one["when"])
        yield ("correction", *facts, int(one["applied"]), one["applied"])


def _answers(study: Study, intake: Intake, decided: np.ndarray) -> Iterable[tuple]:
    cells = intake.cells
    used = dict.fromkeys(range(len(study.answers)), 0)
    place = cells["place"].where(cells["place"] != "", cells["place_code"])
    for kind in {answer.kind for answer in study.answers}:
        if kind in LISTED:
            texts = pd.Series("", index=cells.index).where(cells["layout"] == "line_list")
        elif kind in WHOLE:
            texts = pd.Series("", index=cells.index)
        else:
            texts = place if kind == "place" else cells[kind]
        groups = cells.assign(text=texts).groupby(["file", "text"]).indices
        for key, rows in groups.items():
            file, text = (str(part) for part in key) if isinstance(key, tuple) else ("", "")
            found = place_of_answer(study, kind, text, file)
            if found is not None:
                used[found] += len(rows)
                if kind not in WHOLE:  # these decide cells that no line bears
                    decided[rows] = True
    for number, one in enumerate(study.answers):
        facts = (one.file, one.text, one.value, one.why, one.who, one.when)
        yield ("answer", *facts, used[number], used[number] > 0)


def _recipes(study: Study, intake: Intake) -> Iterable[tuple]:
    read = {*zip(intake.cells["file"], intake.cells["sheet"], strict=True)}
    read |= {(str(file), "") for file in intake.files["file"]}
    for one in study.recipes:
        of_file = [(file, sheet) for file, sheet in read if is_called(file, one.files)]
        used = any(sheet == "" or fnmatch(sheet, one.sheet) for _, sheet in of_file)
        own = intake.cells["file"].isin({file for file, _ in of_file})
        own &= intake.cells["sheet"].isin({s for _, s in of_file if fnmatch(s, one.sheet)})
        name, where = f"[source.{one.name}]", (one.why, one.who, one.when)
        yield ("recipe", one.files, name, "", *where, int(own.sum()), used)


def _aliases(reference: Reference, intake: Intake) -> Iterable[tuple]:
    """Only the aliases that say who added them: the shipped list serves many offices."""
    table = reference.aliases
    if "who" not in table or not (table["who"] != "").any():
        return
    keys = intake.cells["place"].map({t: _key(t) for t in intake.cells["place"].unique()})
    counts = keys.value_counts()
    for one in table[table["who"] != ""].to_dict("records"):
        cells = int(counts.get(_key(one["text"]), 0))
        facts = (one["text"], one["code"], one["why"], one["who"], one.get("when", ""))
        yield ("alias", "*", *facts, cells, cells > 0)


def _key(text: str) -> str:
    return "".join(words_of(text))


def stale_decisions(decisions: pd.DataFrame, waiting: Iterable[str]) -> pd.DataFrame:
    """Return the decisions that match nothing, of those that the files read could have matched.

    ``waiting`` are files of the inbox that were not read this time: a decision that may be about
    one of them, or about any file, is not judged.
    """
    elsewhere = [
        any(is_called(file, str(pattern)) for file in waiting) for pattern in decisions["file"]
    ]
    return decisions[~decisions["used"] & ~np.array(elsewhere, dtype=bool)]


def find_balance(intake: Intake, cleaned: Cleaned, decided: np.ndarray) -> pd.DataFrame:
    """Account for every row and cell that was read: counted, rejected or left out by a named rule.

    Columns: file, outcome, rule, rows, cells, amount (sum of the readable counts), decided (the
    cells that a correction or an answer settled; ``decided`` tells which of ``intake.cells``). A
    row counts once, under the best thing that became of one of its cells.
    """
    order = {"counted": 0, "empty": 1, "rejected": 2, "left_out": 3}
    records = cleaned.records.assign(best=cleaned.records["final"].map(order), decided=decided)
    best = records.sort_values(["file", "sheet", "row", "best"]).drop_duplicates(
        ["file", "sheet", "row"]
    )
    keys = ["file", "final", "rule"]
    records["rule"] = records["rule"].where(records["final"] != "counted", "")
    best = best.assign(rule=best["rule"].where(best["final"] != "counted", ""))
    cells = records.groupby(keys).agg(
        cells=("row", "size"), amount=("incidents", "sum"), decided=("decided", "sum")
    )
    cells["rows"] = best.groupby(keys).size()
    cells = cells.reset_index().rename(columns={"final": "outcome"})
    aside = intake.left_out.assign(
        outcome="left_out",
        is_row=(intake.left_out["column"] == ""),
    )
    others = aside.groupby(["file", "outcome", "rule"]).agg(
        rows=("is_row", "sum"), cells=("is_row", lambda rows: int((~rows).sum()))
    )
    balance = pd.concat([cells, others.reset_index()], ignore_index=True)
    columns = ["file", "outcome", "rule", "rows", "cells", "amount", "decided"]
    for column in columns[3:]:
        balance[column] = balance[column].fillna(0).astype(int)
    balance = balance.groupby(columns[:3], as_index=False)[columns[3:]].sum()
    read = int(intake.files["rows"].sum())
    if read != int(balance["rows"].sum()):
        raise InsidenError("run.rows_lost", before=read, after=int(balance["rows"].sum()))
    return balance.sort_values(columns[:3], ignore_index=True)


def balance_words(balance: pd.DataFrame, lang: str) -> str:
    """The balance in one line: read = counted + without a figure + rejected + left out."""
    rows = balance.groupby("outcome")["rows"].sum()
    cells = balance.groupby("outcome")["cells"].sum()
    facts = {f"rows_{name}": int(rows.get(name, 0)) for name in _OUTCOMES}
    facts |= {f"cells_{name}": int(cells.get(name, 0)) for name in _OUTCOMES}
    return say("run.balance", lang, rows=int(rows.sum()), cells=int(cells.sum()), **facts)


_OUTCOMES = ("counted", "empty", "rejected", "left_out")
