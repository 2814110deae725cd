"""The reading report: what every row and column of a file was taken for, and why.

READING, one row is a stretch of rows of one sheet that were taken for the same:

    file, sheet    where
    first, last    the rows, from 1
    rows           how many of them were filled
    kind           title, header, numbering, data, total, note, signature … or a rule of the reading

The words for a kind and for its reason stand in ``words/*/reading.toml``; a kind without words of
its own is said by its name.
"""

from collections.abc import Iterable

import pandas as pd

from analysis.desk import Received
from analysis.read.corrections import number_of_letter
from analysis.review.questions import cells_in_words, find_questions
from analysis.words.messages import say, words

READING = ["file", "sheet", "first", "last", "rows", "kind"]
ORDER = ("counted", "rejected", "empty", "left_out")  # of several fates of a row, the first is told
# The roles that say what a row is; what the other columns are follows from their headings.
LABELS = (
    "place",
    "place_code",
    "region",
    "period",
    "year",
    "date",
    "category",
    "unit",
    "row_number",
)


def find_reading(received: Received) -> pd.DataFrame:
    """Return READING for all files that were read, sheet by sheet from the top down."""
    rows = row_kinds(received)
    if rows.empty:
        return pd.DataFrame(columns=READING)
    # a stretch ends where the kind changes; empty rows between do not end it
    alike = (rows[["file", "sheet", "kind"]] == rows[["file", "sheet", "kind"]].shift()).all(axis=1)
    grouped = rows.groupby([(~alike).cumsum(), "file", "sheet", "kind"], sort=False)["row"]
    table = grouped.agg(first="min", last="max", rows="count").reset_index(level=[1, 2, 3])
    return table.reset_index(drop=True)[READING]


def row_kinds(received: Received) -> pd.DataFrame:
    """Return the kind of every filled row: file, sheet, row, kind; sheets in their order."""
    records, left_out = received.cleaned.records, received.intake.left_out
    data = records[["file", "sheet", "row"]].drop_duplicates().assign(kind="data")
    whole = left_out.loc[left_out["column"] == "", ["file", "sheet", "row", "rule"]]
    table = pd.concat([data, whole.rename(columns={"rule": "kind"})], ignore_index=True)
    order = {key: place for place, key in enumerate(_sheets(received))}
    place = [order.get(key, len(order)) for key in zip(table["file"], table["sheet"], strict=True)]
    return table.assign(place=place).sort_values(["place", "row"], ignore_index=True)


def _sheets(received: Received) -> list[tuple[str, str]]:
    """The sheets in the order in which they were read."""
    both = [received.intake.cells, received.intake.left_out]
    pairs = {key: None for table in both for key in zip(table["file"], table["sheet"], strict=True)}
    return sorted(pairs, key=lambda key: key[0])


def kind_word(kind: str, lang: str) -> str:
    """The word for what a row or a cell was taken for."""
    return _said(f"reading.kind.{kind}", kind, lang)


def kind_reason(kind: str, lang: str) -> str:
    """Why a row or a cell was taken for it."""
    return _said(f"reading.why.{kind}", say("reading.why.other", lang, kind=kind), lang)


def role_word(role: str, lang: str) -> str:
    """The word for what a column holds."""
    return _said(f"reading.role.{role}", kind_word(role, lang), lang)


def _said(key: str, otherwise: str, lang: str) -> str:
    return say(key, lang) if key in words(lang) else otherwise


# -- as text ------------------------------------------------------------------------------------


def reading_lines(received: Received, file: str) -> list[str]:
    """Say in a few lines how the sheets of one file were read; sheets read alike share a line."""
    lang = received.study.language
    reading = find_reading(received)
    reading = reading[reading["file"] == file]
    structure = received.intake.structure
    structure = structure[structure["file"] == file]
    told: dict[tuple[str, ...], list[str]] = {}
    for sheet in dict.fromkeys(reading["sheet"]):
        rows = _rows_line(reading[reading["sheet"] == sheet], lang)
        columns = columns_line(structure[structure["sheet"] == sheet], lang)
        told.setdefault((rows, columns), []).append(str(sheet))
    lines = []
    for (rows, columns), sheets in told.items():
        lines.append(say("reading.sheets", lang, sheets=", ".join(sheets)))
        lines += [line for line in (rows, columns) if line]
    return lines + [f"  {note}" for note in notes_in_words(received.intake.notes, file, lang)]


def notes_in_words(notes: pd.DataFrame, file: str, lang: str) -> list[str]:
    """The remarks of the reading on one file."""
    return [
        say(
            str(one.key),
            lang,
            file=file,
            sheet=one.sheet,
            row=one.row,
            column=one.column,
            text=one.text,
        )
        for one in notes[notes["file"] == file].itertuples()
        if str(one.key) in words(lang)
    ]


def _rows_line(reading: pd.DataFrame, lang: str) -> str:
    stretches: dict[str, list[str]] = {}
    for one in reading.to_dict("records"):
        stretch = (
            str(one["first"]) if one["first"] == one["last"] else f"{one['first']}-{one['last']}"
        )
        stretches.setdefault(str(one["kind"]), []).append(stretch)
    parts = [f"{kind_word(kind, lang)} {_few(rows)}" for kind, rows in stretches.items()]
    return say("reading.rows", lang, parts="; ".join(parts))


def columns_line(structure: pd.DataFrame, lang: str) -> str:
    """Name what each column holds: "tempat B (Kecamatan); angka D-O (Jan … Des)"."""
    parts = []
    for role, columns in structure.groupby("role", sort=False):
        heads = list(dict.fromkeys(h.split(" / ")[-1] for h in columns["heading"] if h))
        said = heads if len(heads) < 3 else [heads[0], "…", heads[-1]]
        letters = _few(_letter_runs(list(dict.fromkeys(columns["column"]))))
        named = f" ({' '.join(said)})" if said else ""
        if said or role not in ("unknown", "ignore"):
            parts.append(f"{role_word(str(role), lang)} {letters}{named}")
    return say("reading.columns", lang, parts="; ".join(parts)) if parts else ""


def _letter_runs(letters: list[str]) -> list[str]:
    runs: list[list[str]] = []
    for letter in sorted(letters, key=number_of_letter):
        if runs and number_of_letter(letter) == number_of_letter(runs[-1][-1]) + 1:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]


def _few(parts: Iterable[str], most: int = 4) -> str:
    found = list(parts)
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")


# -- as data ------------------------------------------------------------------------------------


def reading_summary(received: Received) -> list[dict]:
    """The same for a program: per file its rows, its columns and what they were taken for."""
    lang = received.study.language
    reading, structure = find_reading(received), received.intake.structure
    questions = find_questions(received.cleaned.rejects, received.study, received.reference)
    return [
        {
            "file": file,
            "rows": [
                one
                | {"taken_for": kind_word(one["kind"], lang), "why": kind_reason(one["kind"], lang)}
                for one in reading[reading["file"] == file].to_dict("records")
            ],
            "columns": structure[structure["file"] == file].to_dict("records"),
            "questions": [
                {"cells": cells_in_words(one, lang), "text": one.text, "reason": one.reason}
                for one in questions
                if one.file == file
            ],
        }
        for file in dict.fromkeys(reading["file"])
    ]
