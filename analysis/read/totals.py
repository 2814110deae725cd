"""Rows that are sums without saying so, and every printed sum against what it covers."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.read.columns import Column
from analysis.read.figures import numbers_of
from analysis.read.grid import letter_of
from analysis.read.meaning import Span, heading_of
from analysis.read.rows import SUMS, find_higher_rows, find_villages, same_name
from analysis.read.subjects import Subject, find_subject, read_category
from analysis.read.suspects import Check
from analysis.read.tables import Known, Table, may_be_area

TOTALS = ["file", "sheet", "row", "column", "printed", "summed", "agrees", "covers"]
ADDED = ("count", "cumulative", "part_of_month")  # columns whose rows are added up below them
KEYS = ("place", "place_code", "region", "year", "category", "unit")
ENOUGH_COLUMNS = 3  # so many right sums are no coincidence


def settle_sums(table: Table, known: Known) -> None:
    """Tell the data rows apart that are sums of others: unnamed ones, regencies, villages told twice."""
    _settle_unlabelled(table)
    _settle_periods(table)
    _settle_regencies(table, known)
    _settle_groups(table, known)
    _settle_villages(table)


def _numbers(table: Table, rows: np.ndarray) -> np.ndarray:
    return numbers_of(table.sheet, rows, [one.place for one in table.counts])


def _is_sum(table: Table, row: int, parts: np.ndarray) -> int:
    """How many figures of a row are positive sums of their columns; 0 when one is no sum."""
    if len(parts) < 2 or not _agrees(table, row, parts):
        return 0
    return int((_numbers(table, np.array([row]))[0] > 0).sum())


def _agrees(table: Table, row: int, parts: np.ndarray) -> bool:
    """Tell whether the figures of a row are the sums of their columns over some rows."""
    printed = _numbers(table, np.array([row]))[0]
    summed = np.nansum(_numbers(table, parts), axis=0)
    told = ~np.isnan(printed)
    return bool((printed[told] == summed[told]).all())


def _settle_unlabelled(table: Table) -> None:
    """A row of figures without a name is the total when it adds up, else it is data."""
    rows = table.rows
    for row in rows.of("unlabelled"):
        covered = _rows_since_sum(table, int(row))
        rows.set([row], "total" if _is_sum(table, int(row), covered) else "data")


def _settle_periods(table: Table) -> None:
    """The row of a quarter or a year below its months is their sum, place by place."""
    rows, sheet, place = table.rows, table.sheet, table.place_of("period")
    data = rows.of("data")
    if place is None or not len(data):
        return
    spans = [heading_of(sheet.text(int(row), place)).span for row in data]
    others = [one for role in KEYS if (one := table.place_of(role)) is not None]
    months: dict[tuple[int, ...], list[tuple[int, Span]]] = {}
    longer: list[tuple[int, Span, tuple[int, ...]]] = []
    for row, span, cells in zip(data.tolist(), spans, sheet.filled_at(data, others), strict=True):
        key = tuple(cells.tolist())
        if span is not None and span.is_month:
            months.setdefault(key, []).append((row, span))
        elif span is not None:
            longer.append((row, span, key))
    for row, span, key in longer:
        inside = [month for month, own in months.get(key, []) if span.covers(own)]
        if len(inside) == span.last - span.first + 1:
            rows.set([row], "subtotal")
            rows.covers[row] = np.array(inside)


def _rows_since_sum(table: Table, row: int) -> np.ndarray:
    sums = table.rows.of(*SUMS)
    before = max((int(one) for one in sums if one < row), default=-1)
    data = table.rows.of("data")
    return data[(data > before) & (data < row)]


def _settle_regencies(table: Table, known: Known) -> None:
    """The row of a whole regency in a table of its districts is their sum."""
    rows, sheet = table.rows, table.sheet
    place = next((one for one in table.columns if one.role == "place"), None)
    if place is None:
        return
    higher, above = find_higher_rows(sheet, rows.of("data"), place, known.places)
    region = table.context.region
    own = [row for row in higher if same_name(sheet.text(int(row), place.place), region)]
    rows.set([*own, *above], "total")
    higher = np.setdiff1d(higher, own)
    others = np.setdiff1d(rows.of("data"), higher)
    for follows in (True, False):
        groups = list(_groups(higher, others, follows=follows))
        right = [_is_sum(table, row, group) for row, group in groups]
        if right and all(right) and (len(groups) > 1 or max(right) >= ENOUGH_COLUMNS):
            rows.set(higher, "subtotal")
            for row, group in groups:
                subject = find_subject(sheet.text(row, place.place), known.places)
                rows.subjects.append((int(group.min()), subject))
                rows.covers[row] = group
            rows.subjects.sort(key=lambda one: one[0])
            return


def _settle_groups(table: Table, known: Known) -> None:
    """Rows unlike the others ("DAPIL 1", a category) that sum up the rows after or before them."""
    rows, sheet = table.rows, table.sheet
    place, number = table.place_of("place"), table.place_of("row_number")
    data = rows.of("data")
    if place is None or len(data) < 3:
        return
    labels = [sheet.text(int(row), place) for row in data]
    unlike = np.zeros(len(data), dtype=bool)
    if number is not None:
        unlike |= np.array([not sheet.text(int(row), number) for row in data])
    if 2 * unlike.sum() >= len(data) or not unlike.any():
        unlike = np.array([not may_be_area(text, known.places) for text in labels])
    if not unlike.any() or 2 * unlike.sum() >= len(data):
        return
    heads, others = data[unlike], data[~unlike]
    for follows in (True, False):
        groups = list(_groups(heads, others, follows=follows))
        right = [_is_sum(table, row, group) for row, group in groups]
        if all(right) and (len(groups) > 1 or max(right) >= ENOUGH_COLUMNS):
            rows.set(heads, "subtotal")
            for row, group in groups:
                rows.covers[row] = group
                text = sheet.text(row, place)
                if read_category(text, known.categories):
                    rows.subjects.append((int(group.min()), Subject(category=text)))
            rows.subjects.sort(key=lambda one: one[0])
            return


def _groups(
    higher: np.ndarray, others: np.ndarray, *, follows: bool
) -> Iterator[tuple[int, np.ndarray]]:
    """Each row of a regency with the rows after it (or before it) up to the next regency."""
    edges = [int(row) for row in higher]
    for place, row in enumerate(edges):
        if follows:
            stop = edges[place + 1] if place + 1 < len(edges) else np.inf
            yield row, others[(others > row) & (others < stop)]
        else:
            start = edges[place - 1] if place else -1
            yield row, others[(others > start) & (others < row)]


def _settle_villages(table: Table) -> None:
    """Villages beside their districts are counted twice when the printed total leaves them out."""
    data = table.rows.of("data")
    villages = find_villages(table.sheet, data, table.place_of("place"))
    sums = table.rows.of(*SUMS)
    if not len(villages) or not len(sums):
        return
    for row in sums:
        covered = _covered_rows(table, int(row))
        without = np.setdiff1d(covered, villages)
        if _agrees(table, int(row), covered) or not _agrees(table, int(row), without):
            return
    table.rows.set(villages, "part_of_row")


def _covered_rows(table: Table, row: int) -> np.ndarray:
    """The data rows that a sum covers: those since the sum before it, or all of them."""
    data = table.rows.of("data")
    if row in table.rows.covers:
        return np.intersect1d(table.rows.covers[row], data)
    every = data[data < row]
    since = _rows_since_sum(table, row)
    kind = table.rows.kinds[table.rows.numbers == row][0]
    if len(since) == len(every) or not len(every):
        return since if len(since) else data
    if kind == "subtotal" and len(since):
        return since
    right, all_right = _agrees(table, row, since), _agrees(table, row, every)
    last = row == table.rows.of(*SUMS).max()
    if not len(since) or (all_right and not right) or (last and not right):
        return every
    return since


def find_checks(tables: Sequence[Table]) -> list[Check]:
    """Compare every printed sum of some tables, by row and by column, with what it covers.

    Cells that say no number (NIHIL, a dash, a blank) add nothing; a sum that says no whole number
    is not compared.
    """
    return [
        check
        for number, table in enumerate(tables)
        for check in (*_by_column(table, tables[:number]), *_by_row(table))
    ]


def find_totals(checks: Sequence[Check]) -> pd.DataFrame:
    """The checks as a table: file, sheet, row, column, printed, summed, agrees, covers ("C5:C8")."""
    found = [
        (
            one.sheet.file, one.sheet.name, one.row + 1, letter_of(one.column),
            one.printed, one.summed, one.difference == 0, _ranges(one.rows, one.columns),
        )
        for one in checks
    ]  # fmt: skip
    return pd.DataFrame(found, columns=TOTALS)


def _by_column(table: Table, before: Sequence[Table]) -> Iterator[Check]:
    """Compare the rows of sums; a last one may sum up the tables above it as well."""
    sheet = table.sheet
    columns = [one for one in table.columns if one.role in ADDED or one.covers]
    for row in table.rows.of(*SUMS):
        printed = numbers_of(sheet, [row], [one.place for one in columns])[0]
        covered = _covered_rows(table, int(row))
        everything = np.concatenate([*(one.rows.of("data") for one in before), covered])
        alike = bool(before) and all(_places(one) == _places(table) for one in before)
        own = _adds_up(table, columns, printed, covered)
        if alike and not own and _adds_up(table, columns, printed, everything):
            covered = everything
        rows = tuple(covered.tolist())
        for column, figure in zip(columns, printed, strict=True):
            if figure % 1 != 0 or not len(covered):  # NaN too
                continue
            parts = _parts(column)
            summed = int(np.nansum(numbers_of(sheet, covered, parts)))
            yield Check(sheet, int(row), column.place, int(figure), summed, rows, parts)


def _parts(column: Column) -> tuple[int, ...]:
    """The columns that the sum of a column is made of: what it covers, or itself."""
    return column.covers if column.role == "total" else (column.place,)


def _places(table: Table) -> list[int]:
    return [one.place for one in table.counts]


def _adds_up(
    table: Table, columns: Sequence[Column], printed: np.ndarray, rows: np.ndarray
) -> bool:
    sums = [np.nansum(numbers_of(table.sheet, rows, _parts(one))) for one in columns]
    told = ~np.isnan(printed)
    return bool((printed[told] == np.array(sums)[told]).all())


def _by_row(table: Table) -> Iterator[Check]:
    sheet, rows = table.sheet, table.rows.of("data")
    for column in table.columns:
        if not column.covers or not len(rows):
            continue
        printed = numbers_of(sheet, rows, [column.place])[:, 0]
        summed = np.nansum(numbers_of(sheet, rows, column.covers), axis=1)
        for row, figure, total in zip(rows.tolist(), printed, summed, strict=True):
            if figure % 1 == 0:
                own = (int(figure), int(total), (row,), column.covers)
                yield Check(sheet, row, column.place, *own)


def _ranges(rows: Sequence[int], columns: Sequence[int]) -> str:
    """Write the cells of some rows and columns as ranges: "C5:C8", "C5:E5;G5:I5"."""
    return ";".join(
        f"{letter_of(left)}{top + 1}"
        + (f":{letter_of(right)}{bottom + 1}" if (left, top) != (right, bottom) else "")
        for top, bottom in _runs(sorted(int(row) for row in rows))
        for left, right in _runs(sorted(columns))
    )


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Join numbers that follow each other: 1 2 3 7 -> (1, 3), (7, 7)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
