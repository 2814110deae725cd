"""Columns that count from January up to a month: checked where months stand beside them, else undone.

"s.d. bulan lalu", "bulan ini", "s.d. bulan ini": the first two make the third. Where nothing but
"s.d. Januari", "s.d. Februari" … is given, a month is what was added since the column before.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from analysis.read.columns import Column
from analysis.read.grid import letter_of
from analysis.read.headings import MONTH_NAMES
from analysis.read.meaning import Span, number_of


def undo_cumulative(columns: list[Column]) -> list[Column]:
    """Turn columns "up to a month" into months where no month itself is told.

    Each such column then counts the months ``since`` the one before it.
    """
    told = [one for one in columns if one.role == "cumulative" and one.span and one.span.first == 1]
    changed: dict[int, Column] = {}
    for key in dict.fromkeys(_key(one) for one in told):
        own = sorted((one for one in told if _key(one) == key), key=_last)
        if len({_last(one) for one in own}) < max(len(own), 2) or _has_counts(own[0], columns):
            continue
        changed[own[0].place] = _counting(own[0], 1, None)
        for before, one in pairwise(own):
            changed[one.place] = _counting(one, _last(before) + 1, before.place)
    return [changed.get(one.place, one) for one in columns]


def _key(column: Column) -> tuple[str, str, str, str, str]:
    year = column.year or (column.span.year if column.span else "")
    return year, column.category, column.unit, column.area, column.detail


def _last(column: Column) -> int:
    return column.span.last if column.span else 0


def _has_counts(one: Column, columns: Sequence[Column]) -> bool:
    return any(other.role == "count" and _alike(one, other) for other in columns)


def _alike(one: Column, other: Column) -> bool:
    return (one.category, one.area) == (other.category, other.area)


def _counting(column: Column, first: int, since: int | None) -> Column:
    assert column.span
    span = Span(column.span.year, first, column.span.last)
    year = "" if column.year else span.year
    if first == span.last:
        words = f"{year}-{first:02}" if year else str(first)
    else:
        words = f"{MONTH_NAMES[first - 1]}-{MONTH_NAMES[span.last - 1]} {year}".strip()
    return replace(column, role="count", span=span, month=words, since=since)


def made_of(column: Column, columns: Sequence[Column]) -> list[Column]:
    """The columns that a column "up to this month" adds up: last month's and this month's, or months."""
    beside = [one for one in columns if _alike(one, column) and one.place != column.place]
    counts = [one for one in beside if one.role == "count" and one.unit == column.unit]
    if column.detail == "previous":
        return []
    before = [
        one
        for one in beside
        if one.role in ("cumulative", "previous") and one.detail in ("previous", "")
        and one.span is None and one.place < column.place
    ]  # fmt: skip
    now = [one for one in counts if one.place < column.place and one.span == column.span]
    if column.span is None and len(before) == 1 and len(now) == 1:
        return [before[0], now[0]]
    if column.span is None:
        return []
    inside = [one for one in counts if one.span and column.span.covers(one.span)]
    return inside if sum(_months(one) for one in inside) == _months(column) else []


def _months(column: Column) -> int:
    return column.span.last - column.span.first + 1 if column.span else 0


def take_off_before(amounts: np.ndarray, columns: Sequence[Column], rows: np.ndarray) -> np.ndarray:
    """Return the counts (texts, rows x columns) with the sums so far turned into months.

    A sum that falls is a slip in one of two cells, and nobody can tell which: none of the months
    that either of them makes is counted. A cell that says no number stands as it is.
    """
    found = amounts.copy()
    at = {one.place: number for number, one in enumerate(columns)}
    pairs = [(at[one.since], at[one.place]) for one in columns if one.since is not None]
    for line, row in enumerate(rows):
        numbers = [number_of(str(text)) for text in amounts[line]]
        doubtful = {}
        for then, now in pairs:
            so_far, before = numbers[now], numbers[then]
            if so_far is None and not re.search(r"\d", str(amounts[line, now])):
                continue  # a blank, a dash, a word: told as it stands
            if so_far is None:
                so_far, before = 0.0, None  # "1.000" may be a thousand or one
            added = -1.0 if before is None else so_far - before
            if added < 0 or added % 1:
                names = [f"{amounts[line, one] or '?'} ({letter_of(columns[one].place)}{row + 1})"
                         for one in (then, now)]  # fmt: skip
                doubtful[then, now] = " > ".join(names)
            else:
                found[line, now] = str(int(added))
        for (then, now), said in doubtful.items():
            after = [later for earlier, later in pairs if earlier == now]
            touched = [now] if None in (numbers[then], numbers[now]) else [then, now, *after]
            figures = [one for one in touched if re.search(r"\d", str(amounts[line, one]))]
            found[line, figures] = said
    return found
