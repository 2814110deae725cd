"""The shapes: tables that one room hands to the next, written down once.

COUNTS, one row is one area in one month for one category; those three are unique.

    area       str         gazetteer code, such as "36.01.21"; always text
    month      datetime64  midnight on the first of the month
    category   str         a code from categories.csv; "" where the study keeps none
    incidents  Int64       a count of reports, never of people; 0 is a reported zero
    why        str         why empty: one of WHY, else ""
    flag       str         "provisional", "revised", "partial" or ""

CELLS, one row is one cell that may hold a count, as it stands in a file; all text. The rooms
``text`` and ``clean`` give it a meaning.

    file, sheet, row, column   the address: file name, sheet name, row from 1, column letter
    layout                     months_across, long or line_list
    place, place_code, region  text of the place, of its code, of the regency it stands under;
                               "BPS 3601" where the column's head says whose code it is
    month, year, category      text of each; "" where the sheet has none
    amount                     text of the count; "" for an empty cell, "1" for a line of a list
    unit                       what is counted (reports, cases, victims …); "" where not said

LINES, one row is one line of a list of reports, beside its cell; nothing of it leaves the office.

    file, sheet, row   the address, as in CELLS
    key                fingerprint of the number of the report; "" where the list has none
    content, alike     number of lines with the same content; whether nothing tells them apart
    part               what a line is where it is no report: "victims"
    rule, candidates   the rule of dates that keeps it from counting, "" for none; possible months
    status             text of the status
    event … blocked    days as 2024-07-31; "" where there is none, "?" where it cannot be read

REJECTS, one row is one cell that needs a person: file, sheet, row, column, text, reason, candidates,
and ``kind``, what the question is about: place, month, year, category, unit, amount, silence,
conflict, place_repeated, mixed_units, line or key_reused.
"""

import numpy as np
import pandas as pd

from analysis.words.messages import InsidenError, say
from analysis.words.numbers import steady

KEY = ["area", "month", "category"]
COUNTS = [*KEY, "incidents", "why", "flag"]
WHY = ("not_reported", "not_available", "unread", "ambiguous", "suppressed", "before_start")
ADDRESS = ["file", "sheet", "row", "column"]
CELLS = [
    *ADDRESS,
    "layout",
    "place",
    "place_code",
    "region",
    "month",
    "year",
    "category",
    "amount",
    "unit",
]
LINES = [
    "file", "sheet", "row", "key", "content", "alike", "part", "rule", "candidates", "status",
    "event", "end", "publication", "report", "verified", "referred", "reply", "rejected", "blocked",
]  # fmt: skip
REJECTS = [*ADDRESS, "text", "reason", "candidates", "kind"]


def check_columns(table: pd.DataFrame, columns: list[str], name: str) -> pd.DataFrame:
    """Return ``table`` unchanged, or name every column it lacks."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise InsidenError("tables.columns_missing", table=name, columns=", ".join(missing))
    return table


def check_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` unchanged, or say in one error everything wrong with it."""
    check_columns(table, COUNTS, "counts")
    first_of_month = table["month"].dt.to_period("M").dt.to_timestamp()
    empty = table["incidents"].isna()
    problems = {
        "repeated": table.duplicated(KEY).sum(),
        "empty_key": table[KEY].isna().any(axis="columns").sum(),
        "not_first_day": (table["month"] != first_of_month).sum(),
        "negative": (table["incidents"] < 0).sum(),
        "unexplained": (empty & ~table["why"].isin(WHY)).sum(),
    }
    found = [
        say(f"tables.{problem}", "id", number=number)
        for problem, number in problems.items()
        if number
    ]
    if found:
        raise InsidenError("tables.problems", table="counts", problems="; ".join(found))
    return table


def steady_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose floats have no digits in which computers differ."""
    cut = {}
    for name in table.columns:
        column = table[name]
        if getattr(column.dtype, "kind", "O") == "f":
            values = column.to_numpy(dtype=float, na_value=np.nan)
            cut[name] = pd.Series(map(steady, values.tolist()), column.index, column.dtype)
    return table.assign(**cut)
