"""Where printed sums differ: the one cell that explains the differences, as the place to look at.

Nothing is changed. A figure of which both its row's and its column's sum are off by the same amount
is likely a slip; a sum that is off while every sum across it is right is likely a slip itself.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.read.figures import numbers_of
from analysis.read.grid import Note, letter_of
from analysis.read.sheets import Sheet

MOST_LONE = 20  # sums named one by one; with more of them wrong none of them is a lone slip


class Check(NamedTuple):
    """One printed sum with the cells that it adds up: some rows times some columns."""

    sheet: Sheet
    row: int
    column: int
    printed: int
    summed: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def difference(self) -> int:
        return self.printed - self.summed

    @property
    def is_row(self) -> bool:
        """Tell a sum along its own row from one down a column or over both."""
        return self.rows == (self.row,)

    @property
    def is_column(self) -> bool:
        return self.columns == (self.column,) and not self.is_row


def find_suspects(checks: Sequence[Check]) -> list[Note]:
    """Name each cell that explains differing sums alone; ``checks`` are those of one sheet."""
    along = [one for one in checks if one.is_row]
    down = [one for one in checks if one.is_column]
    both = [one for one in checks if not one.is_row and not one.is_column]
    crossings = dict(_crossings(along, down))
    found: list[Note] = []
    for (row, column), difference in crossings.items():
        over = [one for one in both if row in one.rows and column in one.columns]
        if all(one.difference == _expected(one, crossings) for one in over):
            found.append(_figure_note(checks[0].sheet, row, column, difference))
    if not crossings:
        found += [_sum_note(one) for one in _lone_sums(along, down, both)]
    return list(dict.fromkeys(found))


def _crossings(
    along: Sequence[Check], down: Sequence[Check]
) -> Iterator[tuple[tuple[int, int], int]]:
    """The cells at which exactly one sum along and one down differ by the same amount."""
    pairs = {
        (first.row, second.column): (first, second)
        for first in [one for one in along if one.difference]
        for second in [one for one in down if one.difference]
        if first.difference == second.difference
        and first.row in second.rows and second.column in first.columns
    }  # fmt: skip
    rows = [row for row, _ in pairs]
    columns = [column for _, column in pairs]
    for (row, column), (first, _) in pairs.items():
        if rows.count(row) == 1 and columns.count(column) == 1:
            yield (row, column), first.difference


def _expected(check: Check, crossings: dict[tuple[int, int], int]) -> int:
    """What a sum over rows and columns is off by when the crossings are what is wrong."""
    return sum(
        difference
        for (row, column), difference in crossings.items()
        if row in check.rows and column in check.columns
    )


def _lone_sums(
    along: Sequence[Check], down: Sequence[Check], both: Sequence[Check]
) -> Iterator[Check]:
    """Sums that differ while all sums across them, and those over everything, are right."""
    if any(one.difference for one in both):
        return
    for own, across in ((along, down), (down, along)):
        for one in [one for one in own if one.difference][:MOST_LONE]:
            crossing = [
                other
                for other in across
                if set(one.rows) & set(other.rows) and set(one.columns) & set(other.columns)
            ]
            wanted = len(one.columns) if own is along else len(one.rows)
            right = not any(other.difference for other in crossing)
            if right and len(crossing) >= wanted:
                yield one


def _figure_note(sheet: Sheet, row: int, column: int, difference: int) -> Note:
    figure = numbers_of(sheet, [row], [column])[0, 0]
    before = 0 if figure != figure else int(figure)
    after = before + difference
    swapped = before != after and sorted(str(before)) == sorted(str(after))
    key = "read.note_likely_digits" if swapped else "read.note_likely_cell"
    return Note(sheet.file, sheet.name, row + 1, letter_of(column), key, f"{before} → {after}")


def _sum_note(check: Check) -> Note:
    said = f"{check.printed} → {check.summed}"
    letter = letter_of(check.column)
    return Note(
        check.sheet.file, check.sheet.name, check.row + 1, letter, "read.note_likely_sum", said
    )
