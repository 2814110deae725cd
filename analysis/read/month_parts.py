"""Weeks or days of one month side by side: their sum is the month's count, if they make it up.

A month is made up by its weeks I to IV or V, or by all its days. A sum that is printed beside them
is taken and checked against them; else they are added up, which is said.
"""

import calendar
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analysis.read.columns import Column
from analysis.read.meaning import Span

FEWEST_WEEKS = 4
FEWEST_DAYS = 28


def settle_parts(columns: list[Column], *, has_period: bool) -> list[Column]:
    """Return the columns with the parts of months settled: added up, or left out for their sum.

    ``has_period``: a title or a column of the rows says which month it is.
    """
    columns = _without_lone_days(columns)
    for key in dict.fromkeys(_key(one) for one in columns if one.part):
        parts = [one for one in columns if one.part and _key(one) == key]
        total = _sum_beside(parts, columns)
        if total is not None:
            sums = tuple(one.place for one in parts)
            taken = replace(_month_of(total, parts[0]), role="count", covers=sums)
            columns = [taken if one is total else one for one in columns]
            role = "part_of_month"
        elif _make_up_a_month(parts) and (parts[0].span or has_period):
            role = "count"
        else:
            role = "other_period"
        chosen = {one.place for one in parts}
        columns = [
            replace(_month_of(one, one), role=role) if one.place in chosen else one
            for one in columns
        ]
    return columns


def parts_in(columns: Sequence[Column]) -> list[Column]:
    """The columns that are added up to months."""
    return [one for one in columns if one.part and one.role == "count"]


def _key(column: Column) -> tuple[Span | None, str, str, str]:
    return column.span, column.category, column.unit, column.area


def _without_lone_days(columns: list[Column]) -> list[Column]:
    """One day alone in a heading stands for its month, as Excel writes it; so does a sum's day."""
    keys = [_key(one) for one in columns if one.part]

    def is_part(one: Column) -> bool:
        return one.role == "count" and keys.count(_key(one)) > 1

    return [one if not one.part or is_part(one) else _alone(one) for one in columns]


def _alone(column: Column) -> Column:
    """A lone week is no month; a lone day stands for its month."""
    week = column.part is not None and column.part.kind == "week" and column.role == "count"
    return replace(column, part=None, role="other_period" if week else column.role)


def _month_of(column: Column, part: Column) -> Column:
    """Name the month of a column as that of a part of it."""
    if part.span is None:
        return column
    year = "" if part.year else part.span.year
    words = f"{year}-{part.span.first:02}" if year else str(part.span.first)
    return replace(column, span=part.span, month=words, year=part.year)


def _sum_beside(parts: Sequence[Column], columns: Sequence[Column]) -> Column | None:
    """The first sum right of some parts, before the next ones: of their month, or of all."""
    after = [one for one in columns if one.place > parts[-1].place]
    for one in after:
        if one.part:
            return None
        if one.role in ("total", "count") and one.category in ("", parts[0].category):
            own = one.span == parts[0].span
            only = one.span is None and len({_key(part)[0] for part in columns if part.part}) == 1
            if own or only:
                return one
    return None


def _make_up_a_month(parts: Sequence[Column]) -> bool:
    """Tell whether weeks or days follow each other from the first of the month to its end."""
    told = sorted(one.part for one in parts if one.part)
    if told[0].first != 1 or len({one.kind for one in told}) > 1:
        return False
    if any(after.first != before.last + 1 for before, after in pairwise(told)):
        return False
    if told[0].kind == "week":
        return told[-1].last >= FEWEST_WEEKS
    span = parts[0].span
    if span is None or not span.year:
        return told[-1].last >= FEWEST_DAYS
    return told[-1].last == calendar.monthrange(int(span.year), span.first)[1]
