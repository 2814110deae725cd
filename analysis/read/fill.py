"""Labels written once for several rows, as merged cells are left by CSV: filled down, or left alone.

Filled only where the rows under a label tell themselves apart by another label, so that nothing is
counted under a name that was merely forgotten.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.read.columns import Column
from analysis.read.meaning import is_amount, row_kind
from analysis.read.sheets import Sheet

OUTER = ("region", "place", "period", "year", "category")


def fill_down(
    sheet: Sheet, columns: Sequence[Column], rows: np.ndarray
) -> tuple[Sheet, list[Column]]:
    """Return the sheet with such labels filled, and the columns in which they were."""
    labels = [one for one in columns if one.role in OUTER]
    figures = [one.place for one in columns if one.is_figure]
    if len(labels) < 2 or not figures or not len(rows):
        return sheet, []
    amounts = sheet.texts.tell(sheet.codes_at(rows, figures), is_amount).any(axis=1)
    named = sheet.texts.tell(
        sheet.filled_at(rows, [one.place for one in labels]), lambda text: bool(row_kind(text))
    ).any(axis=1)
    data = rows[np.asarray(amounts & ~named)]
    filled, changed = sheet.filled.copy(), []
    for column in labels:
        others = [one.place for one in labels if one is not column]
        if _is_written_once(sheet, columns, data, column, others):
            code = 0
            for row in data:
                code = filled[row, column.place] or code
                filled[row, column.place] = code
            changed.append(column)
    return (replace(sheet, filled=filled), changed) if changed else (sheet, [])


def _is_written_once(
    sheet: Sheet, columns: Sequence[Column], data: np.ndarray, column: Column, others: list[int]
) -> bool:
    """Tell whether blanks under a label mean the label: other labels tell those rows apart."""
    blank = sheet.filled[data, column.place] == 0
    if not blank.any() or blank[0] or blank.all():
        return False
    beside = sheet.filled_at(data, others)
    own = [one.place for one in columns if one.role in ("row_number", "place_code")]
    if column.role == "place" and (sheet.filled_at(data[blank], own) > 0).any():
        return False  # a row with a number or a code of its own is a place without a name
    if not (beside[blank] > 0).any(axis=1).all():
        return False
    groups = np.cumsum(~blank)
    told = np.column_stack([groups, beside])
    return len(np.unique(told, axis=0)) == len(told)
