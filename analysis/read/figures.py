"""Settle which columns hold counts and which hold sums of them, from headings and figures.

"Jumlah" is the count in one sheet and the sum of the other columns in the next. The headings say
most; where they do not, the figures are added up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from analysis.read.columns import ASIDE, Column, is_state
from analysis.read.cumulative import made_of, undo_cumulative
from analysis.read.meaning import is_amount, number_of
from analysis.read.month_parts import settle_parts
from analysis.read.sheets import Sheet

MOSTLY = 0.5
PLACE_LABELS = ("place", "place_code", "period", "date")


def numbers_of(
    sheet: Sheet, rows: np.ndarray | Sequence[int], columns: Sequence[int]
) -> np.ndarray:
    """Return the figures of some rows and columns; NaN where a cell says no number."""
    codes = sheet.codes_at(np.asarray(rows, dtype=int), columns)
    distinct, places = np.unique(codes, return_inverse=True)
    amounts = sheet.texts.amounts
    values = [number_of(str(amounts[code])) if code else None for code in distinct]
    numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
    return numbers[places.reshape(codes.shape)]


def settle_figures(
    sheet: Sheet,
    columns: list[Column],
    rows: np.ndarray,
    *,
    has_period: bool,
    is_category: Callable[[str], bool],
) -> list[Column]:
    """Return the columns with counts and sums told apart; ``rows`` are the rows of data."""
    columns = settle_parts(undo_cumulative(columns), has_period=has_period)
    columns = _settle_spans(columns)
    counts = [one for one in columns if one.role == "count"]
    if counts and all(one.span or one.month for one in counts):
        return _with_covers(sheet, columns, rows)
    if any(one.role == "count" and one.span for one in columns):
        # beside months, a count without a month is the sum over them
        columns = [
            replace(one, role="total")
            if one.role == "count" and not one.span and not one.month
            else one
            for one in columns
        ]
        return _with_covers(sheet, columns, rows)
    columns = _settle_without_months(
        sheet, columns, rows, has_period=has_period, is_category=is_category
    )
    return _with_covers(sheet, columns, rows)


def _settle_spans(columns: list[Column]) -> list[Column]:
    """A quarter, half or year beside its months is their sum."""
    counts = [one for one in columns if one.role == "count" and one.span]

    def is_sum(one: Column) -> bool:
        return one in counts and any(
            _same_kind(one, other) and _is_wider(one, other) for other in counts if other is not one
        )

    return [replace(one, role="total") if is_sum(one) else one for one in columns]


def _is_wider(one: Column, other: Column) -> bool:
    if not one.span or not other.span or not other.span.first:
        return False
    longer = one.span.last - one.span.first > other.span.last - other.span.first
    return longer and one.span.covers(other.span)


def _same_kind(total: Column, one: Column) -> bool:
    """The same category and unit, or a sum over all of them."""
    return total.category in ("", one.category) and total.unit in ("", one.unit)


def _settle_without_months(
    sheet: Sheet,
    columns: list[Column],
    rows: np.ndarray,
    *,
    has_period: bool,
    is_category: Callable[[str], bool],
) -> list[Column]:
    counts = [one for one in columns if one.role == "count"]
    totals = [one for one in columns if one.role == "total" and one.span is None]
    others = unknown_figures(sheet, columns, rows)
    states = [one for one in others if not is_category(one.category) and is_state(one.category)]
    columns = _set(columns, states, "other_measure")  # what became of the reports beside it
    others = [one for one in others if one not in states]
    dated = any(one.role == "date" for one in columns)
    if dated and not counts:
        return _set(columns, totals[:1], "count") if totals else columns
    if not counts and not others:
        return _set(columns, totals[:1], "count")
    sums = totals + [one for one in counts if not one.category]
    if others and len(sums) == 1 and (not counts or len(counts) == 1):
        agree = _share_agreeing(sheet, rows, sums[0], others)
        named = all(is_category(one.category) for one in others)
        if agree >= MOSTLY or named or (not counts and agree < 0):
            return _set(_set(columns, others, "count"), sums, "total")
        return _set(columns, sums, "count")
    if not counts and has_period:
        return _set(columns, others, "count")
    return columns


def _set(columns: list[Column], chosen: Sequence[Column], role: str) -> list[Column]:
    places = {one.place for one in chosen}
    return [replace(one, role=role) if one.place in places else one for one in columns]


def unknown_figures(sheet: Sheet, columns: Sequence[Column], rows: np.ndarray) -> list[Column]:
    """The columns of an unknown heading that hold mostly whole numbers, NIHIL, dashes.

    An empty one among them is a category of which nothing was reported.
    """
    unknown = [one for one in columns if one.role == "unknown" and one.category]
    if not unknown or not len(rows):
        return []
    codes = sheet.codes_at(rows, [one.place for one in unknown])
    filled = (codes > 0).sum(axis=0)
    whole = sheet.texts.tell(codes, _is_whole).sum(axis=0)
    sure = [one for one, a, b in zip(unknown, whole, filled, strict=True) if b and a > MOSTLY * b]
    last = max((one.place for one in columns if one in sure or one.role == "total"), default=-1)
    labels = [one.place for one in columns if one.role in PLACE_LABELS and one.place < last]
    return [
        one
        for one, number in zip(unknown, filled, strict=True)
        if one in sure or (not number and max(labels, default=last) < one.place < last)
    ]


def _is_whole(text: str) -> bool:
    number = number_of(text)
    return is_amount(text) if number is None else number % 1 == 0


def _share_agreeing(
    sheet: Sheet, rows: np.ndarray, total: Column, parts: Sequence[Column]
) -> float:
    """The share of rows whose sum is right, among those with figures; -1 where there are none."""
    printed = numbers_of(sheet, rows, [total.place])[:, 0]
    summed = np.nansum(numbers_of(sheet, rows, [one.place for one in parts]), axis=1)
    told = ~np.isnan(printed) & ((printed > 0) | (summed > 0))
    return float((printed == summed)[told].mean()) if told.any() else -1.0


def _with_covers(sheet: Sheet, columns: list[Column], rows: np.ndarray) -> list[Column]:
    """Give each sum the columns it sums up; a sum over nothing that is there is a count.

    Where the headings leave open what a sum covers (a year over it, or several of one name), the
    figures tell.
    """
    counts = [one for one in columns if one.role == "count"]
    settled = []
    for one in columns:
        if one.role == "cumulative":
            one = replace(one, covers=tuple(part.place for part in made_of(one, columns)))
        if one.role == "total":
            choices = [parts for parts in _coverable(one, counts, columns) if parts]
            if not choices and (one.span is not None or not counts):
                one = replace(one, role="count")
            elif choices:
                agree = [_share_agreeing(sheet, rows, one, parts) for parts in choices]
                parts = choices[agree.index(max(agree))]
                one = replace(one, covers=tuple(sorted(part.place for part in parts)))
        settled.append(one)
    return settled


def _coverable(
    total: Column, counts: Sequence[Column], columns: Sequence[Column]
) -> Iterator[list[Column]]:
    """What a sum may cover, the likeliest first."""
    alike = [one for one in counts if _same_kind(total, one)]
    if total.span is not None:
        yield [one for one in alike if one.span and one.span.first and total.span.covers(one.span)]
        if any(one.span and not one.span.first for one in alike):
            yield _since_last(total, alike, columns, _any_total)
        if total.span.last - total.span.first == 11:
            yield alike
        return
    rivals = [
        one
        for one in columns
        if one.role == "total" and one.span is None
        and (one.category, one.unit) == (total.category, total.unit)
    ]  # fmt: skip
    if len(rivals) > 1:
        yield _since_last(total, alike, columns, lambda one: one in rivals)
    yield alike
    before = [one for one in columns if one.role == "previous" and one.category == total.category]
    if len(before) == len(alike) == 1:
        yield [*before, *alike]  # last month, this month, both


def _any_total(one: Column) -> bool:
    return one.role == "total"


def _since_last(
    total: Column,
    alike: Sequence[Column],
    columns: Sequence[Column],
    is_stop: Callable[[Column], bool],
) -> list[Column]:
    """The columns between the sum before this one and this one."""
    before = max(
        (one.place for one in columns if is_stop(one) and one.place < total.place), default=-1
    )
    return [one for one in alike if before < one.place < total.place]


def find_repeated(columns: Sequence[Column]) -> list[Column]:
    """Return the count columns that say the same month, category and unit as another one."""
    seen: dict[tuple, Column] = {}
    repeated = []
    for one in columns:
        if one.role != "count" or (one.span and not one.span.first):
            continue
        key = (one.span, one.category, one.unit, one.area, one.part)
        if key in seen:
            repeated += [seen[key], one]
        seen.setdefault(key, one)
    return list(dict.fromkeys(repeated))


def rule_aside(column: Column) -> str:
    """The rule that leaves a column of figures out, or "" for one without figures."""
    if column.role == "total":
        return "subtotal" if column.span is not None else "total"
    return ASIDE.get(column.role, "")
