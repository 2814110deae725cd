"""One sheet as text, with its merged cells filled, and the tables that stand on it.

A table begins with the row that bears its headings, wherever that stands, and ends before the next
one. Titles above, notes and signatures below are told apart later, row by row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.read.grid import Grid, Texts
from analysis.read.headings import find_heading_rows, is_numbering_row
from analysis.read.meaning import heading_of, is_amount, number_of, row_kind

MOST_LINES = 4  # of headings above each other


@dataclass(frozen=True)
class Sheet:
    """A grid with its texts; ``filled`` holds merged ranges filled from their first cell."""

    grid: Grid
    texts: Texts
    filled: np.ndarray
    merged: np.ndarray  # True where a cell belongs to a merged range

    @property
    def file(self) -> str:
        return self.grid.file

    @property
    def name(self) -> str:
        return self.grid.sheet

    def cells(self, row: int) -> list[tuple[int, str]]:
        """The filled cells of one row, each merged range once: (column, text)."""
        return self.texts.cells(row)

    def text(self, row: int, column: int) -> str:
        return str(self.texts.words[self.filled[row, column]])

    def codes_at(self, rows: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """The cells of some rows and columns as they stand."""
        return self.texts.codes[rows][:, np.array(columns, dtype=int)]

    def filled_at(self, rows: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """The same with merged ranges filled."""
        return self.filled[rows][:, np.array(columns, dtype=int)]

    @property
    def used_rows(self) -> np.ndarray:
        return np.flatnonzero(self.texts.filled.any(axis=1))


@dataclass(frozen=True)
class Head:
    """The rows of headings of one table; ``repeats`` are rows that say the same on a later page."""

    first: int
    anchor: int
    last: int
    repeats: tuple[int, ...] = ()

    @property
    def rows(self) -> range:
        return range(self.first, self.last + 1)


def make_sheet(grid: Grid) -> Sheet:
    """Fill the merged ranges of a grid."""
    texts = grid.texts
    filled = texts.codes.copy()
    merged = np.zeros(filled.shape, dtype=bool)
    for top, left, bottom, right in grid.merged:
        if top < texts.height and left < texts.width:
            filled[top : bottom + 1, left : right + 1] = texts.codes[top, left]
            merged[top : bottom + 1, left : right + 1] = True
    return Sheet(grid, texts, filled, merged)


def find_heads(
    sheet: Sheet,
    *,
    header_row: int = 0,
    names: Sequence[str] = (),
    is_area: Callable[[str], bool] | None = None,
) -> list[Head]:
    """Return the heads of all tables on a sheet, from the top down.

    ``header_row`` (from 1) or ``names`` (headings that a recipe gives) fix the first one. Where no
    row reads as headings, one that names areas (``is_area``) beside a heading is one.
    """
    heads: list[Head] = []
    top = 0
    anchors = _anchors(sheet, header_row, names)
    if not anchors and is_area is not None:
        anchors = _rows_of_areas(sheet, is_area)
    for anchor in anchors:
        if anchor < top:
            continue
        head = _extend(sheet, anchor, top)
        top = head.last + 1
        if heads and _continues(sheet, heads[-1], head):
            heads[-1] = replace(heads[-1], repeats=(*heads[-1].repeats, *head.rows))
        else:
            heads.append(head)
    return heads


def _continues(sheet: Sheet, before: Head, head: Head) -> bool:
    """Tell whether a head only repeats the one before, as on a new page: data go right up to it."""
    words = [[_words(sheet, row) for row in one.rows] for one in (before, head)]
    used = sheet.used_rows
    above = sheet.cells(int(used[used < head.first].max(initial=0)))
    is_data = any(is_amount(text) for _, text in above)
    return words[0] == words[1] and is_data and not any(row_kind(text) for _, text in above)


def _anchors(sheet: Sheet, header_row: int, names: Sequence[str]) -> list[int]:
    """The rows that bear headings: as a recipe says, else as they read."""
    if header_row:
        first = header_row - 1
        words = _words(sheet, first) if first < sheet.texts.height else []
        return [int(row) for row in sheet.used_rows if row == first or _words(sheet, row) == words]
    if names:
        folded = np.array([_folded(str(word)) for word in sheet.texts.words], dtype=object)
        named = [(folded == _folded(name))[sheet.texts.codes] for name in names]
        rows = np.flatnonzero(np.all([found.any(axis=1) for found in named], axis=0))
        if len(rows):
            return [int(row) for row in rows]
    return find_heading_rows(sheet.texts)


def _rows_of_areas(sheet: Sheet, is_area: Callable[[str], bool]) -> list[int]:
    """The rows that hold one known heading, two areas or more, and no figure: "Bulan", places …"""
    roles = sheet.texts.such(lambda text: bool(heading_of(text).role))
    words = sheet.texts.such(lambda text: not is_amount(text) and not heading_of(text).role)
    likely = (
        roles.any(axis=1)
        & (words.sum(axis=1) > 1)
        & (sheet.texts.filled == roles | words).all(axis=1)
    )
    found = []
    for row in np.flatnonzero(likely):
        cells = [text for _, text in sheet.cells(int(row))]
        others = {text for text in cells if not heading_of(text).role}
        areas = sum(is_area(text) for text in others)
        if heading_of(cells[0]).role and areas > 1 and 2 * areas > len(others):
            found.append(int(row))
    return found[:1]


def _words(sheet: Sheet, row: int) -> list[str]:
    return [_folded(text) for _, text in sheet.cells(row)]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _extend(sheet: Sheet, anchor: int, top: int) -> Head:
    """Add the rows of headings above and below the anchor that belong to the same columns."""
    labels = _label_columns(sheet, anchor)
    first = anchor
    while first > top and anchor - first < MOST_LINES and _is_upper_line(sheet, first - 1, labels):
        first -= 1
    last = anchor
    while last + 1 < sheet.texts.height and last - first < MOST_LINES:
        if not _is_lower_line(sheet, last + 1, labels):
            break
        last += 1
    return Head(first, anchor, last)


def _label_columns(sheet: Sheet, row: int) -> list[int]:
    """The columns whose headings say what a row is; "Bulan" may reach over all the months."""
    roles = {column: heading_of(text) for column, text in sheet.cells(row)}
    labels = [
        column
        for column, heading in roles.items()
        if heading.is_place
        or heading.role in ("row_number", "category")
        or (heading.role == "date" and not _reaches_over_a_run(sheet, row, column))
    ]
    periods = [column for column, heading in roles.items() if heading.role in ("period", "year")]
    return labels or periods or [min(roles)]


def _reaches_over_a_run(sheet: Sheet, row: int, column: int) -> bool:
    """Tell whether 1 2 3 … stand under a heading and right of it: "Tanggal" over the days."""
    if row + 1 >= sheet.texts.height:
        return False
    under = dict(sheet.cells(row + 1))
    return all(under.get(column + step) == str(step + 1) for step in range(3))


def _is_upper_line(sheet: Sheet, row: int, labels: Sequence[int]) -> bool:
    """A line over the anchor: periods or categories that stand right of the labels."""
    cells = sheet.cells(row)
    if not cells or is_numbering_row(cells):
        return False
    same = (sheet.filled[row] == sheet.filled[row + 1]) & (sheet.filled[row] > 0)
    if (same & sheet.merged[row] & sheet.merged[row + 1]).any():
        return True  # a heading is merged over both lines
    if any(column in labels for column, _ in cells):
        return False  # a head of its own
    right = [(column, text) for column, text in cells if column > max(labels)]
    if not right or any(_ends(text) for _, text in cells):
        return False
    if len(right) == 1 and not sheet.merged[row, right[0][0]]:
        heading = heading_of(right[0][1])  # one word alone that is no heading is a title
        if right[0][0] > max(labels) + 1 or not (heading.span or heading.role):
            return False
    own = [(column, text) for column, text in cells if column <= max(labels)]
    if any(not heading_of(text).role for _, text in own) or any(is_amount(t) for _, t in right):
        return all(heading_of(text).span for _, text in right) and not own
    return True


def _is_lower_line(sheet: Sheet, row: int, labels: Sequence[int]) -> bool:
    """A line under the anchor: words or periods, with nothing under the labels."""
    cells = sheet.cells(row)
    if not cells or any(column in labels for column, _ in cells):
        return False
    above = [column for column, _ in sheet.cells(row - 1) if column >= cells[0][0]]
    if is_numbering_row(cells) and (cells[0][0] <= max(labels) or len(above) >= len(cells)):
        return False  # it numbers each heading; 1 2 3 under one heading are quarters, days …
    texts = [text for _, text in cells]
    if min(column for column, _ in cells) < min(labels):
        return False
    same = sheet.filled[row, list(labels)] == sheet.filled[row - 1, list(labels)]
    if (same & sheet.merged[row, list(labels)]).all():
        return True  # the labels are merged over both lines
    if any(_ends(text) for text in texts):
        return False
    periods = [text for text in texts if heading_of(text).span]
    if len(periods) * 2 > len(texts):
        return True
    numbers = [int(text) for text in texts if text.isdecimal()]
    in_a_row = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    # "Proses" also stands for an amount that is awaited; beside "Laporan" it is a heading
    named = any(heading_of(text).role for text in texts)
    filled = [
        text for text in texts if is_amount(text) and (not named or number_of(text) is not None)
    ]
    # a sub-heading spans several columns; one word alone is a remark
    return len(texts) > 1 and (in_a_row or not filled)


def _ends(text: str) -> bool:
    """Tell whether a text belongs below a table; "Ket." alone is a heading."""
    return row_kind(text) in ("note", "signature") and not heading_of(text).role
