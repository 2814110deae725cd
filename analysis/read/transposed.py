"""A sheet that lies on its side: what a row should say stands down its columns.

Places across and months down, or "Bulan", "Tahun", "Judi" down the first column and one column a
place: the body is turned, read like any other, and every address is turned back.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.read.figures import rule_aside
from analysis.read.grid import Note, letter_of
from analysis.read.headings import find_heading_rows
from analysis.read.meaning import is_amount
from analysis.read.rows import SUMMARIES
from analysis.read.sheets import Sheet, make_sheet
from analysis.read.tables import Table

MOST_CELLS = 200_000  # a list of reports is no sheet on its side


def turn(sheet: Sheet) -> Sheet | None:
    """Return the body of a sheet turned on its side, when it bears headings that way only.

    Rows of one cell above and below the body are titles and notes; they are not turned.
    """
    body = body_of(sheet)
    if len(body) < 2 or sheet.texts.height * sheet.texts.width > MOST_CELLS:
        return None
    top, end = int(body[0]), int(body[-1]) + 1
    merged = tuple(
        (left, first - top, right, last - top)
        for first, left, last, right in sheet.grid.merged
        if first >= top and last < end
    )
    turned = make_sheet(replace(sheet.grid, rows=sheet.texts.turned(top, end), merged=merged))
    heads = [[text for _, text in turned.cells(row)] for row in find_heading_rows(turned.texts)]
    # months that repeat are those of a long list, whose first row nobody could read
    return turned if any(len(set(texts)) == len(texts) for texts in heads) else None


def body_of(sheet: Sheet) -> np.ndarray:
    """The rows from the first to the last one that holds two cells or more."""
    counts = sheet.texts.filled.sum(axis=1)
    several = np.flatnonzero(counts > 1)
    return np.arange(several[0], several[-1] + 1) if len(several) else several


def turn_back(
    sheet: Sheet, cells: pd.DataFrame, totals: pd.DataFrame, notes: Sequence[Note]
) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """Give cells, totals and notes that were read on their side the addresses of the sheet."""
    top = int(body_of(sheet)[0])
    return _turned(cells, top), _turned(totals, top), [_turned_note(note, top) for note in notes]


def rules_by_row(sheet: Sheet, tables: Sequence[Table], data: set[int]) -> dict[int, str]:
    """The rule for each used row that gives no cell: what was told of the column it was read as."""
    body = body_of(sheet)
    roles = {int(body[0]) + one.place: one for table in tables for one in table.columns}
    rules = {}
    for row in sheet.used_rows.tolist():
        if row in data:
            continue
        if row < body[0] or row > body[-1]:
            rules[row] = "title" if row < body[0] else "note"
        else:
            rules[row] = (row in roles and rule_aside(roles[row])) or "header"
    return rules


def cells_aside(sheet: Sheet, tables: Sequence[Table], data: set[int]) -> list[tuple]:
    """The cells of rows of data that stand in a column of sums: file, sheet, row, column, rule, amount."""
    found = []
    for table in tables:
        kinds = zip(table.rows.numbers.tolist(), table.rows.kinds.tolist(), strict=True)
        for column, kind in [(column, kind) for column, kind in kinds if kind in SUMMARIES]:
            for row in sorted(data):
                if text := str(sheet.texts.amounts[sheet.texts.codes[row, column]]):
                    address = (sheet.file, sheet.name, row + 1, letter_of(column))
                    found.append((*address, kind, text if is_amount(text) else ""))
    return found


def _turned(table: pd.DataFrame, top: int) -> pd.DataFrame:
    pairs = list(zip(table["row"], table["column"], strict=True))
    turned = table.assign(
        row=[top + _number_of(column) + 1 for _, column in pairs],
        column=[letter_of(row - 1) for row, _ in pairs],
    )
    if "covers" in table:
        turned["covers"] = [CELL.sub(lambda one: _cell(one, top), text) for text in table["covers"]]
    return turned


def _turned_note(note: Note, top: int) -> Note:
    row = top + _number_of(note.column) + 1 if note.column else 0
    return note._replace(row=row, column=letter_of(note.row - 1) if note.row else "")


CELL = re.compile(r"([A-Z]+)(\d+)")


def _cell(found: re.Match[str], top: int) -> str:
    return f"{letter_of(int(found.group(2)) - 1)}{top + _number_of(found.group(1)) + 1}"


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
