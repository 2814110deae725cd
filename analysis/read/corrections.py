"""Corrections of single cells, as data: applied before a sheet is read, only where the text is as told.

``corrections.csv`` of the reference folder, one row a cell: file, sheet, row (from 1), column
(letter), ``was`` and ``becomes`` (empty: the cell is empty), why, who, when. The received file is
never changed. A correction whose cell says something else by now is not applied, and listed.
"""

import re
from copy import copy
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.read.grid import Grid
from analysis.words.messages import InsidenError

CORRECTIONS = ["file", "sheet", "row", "column", "was", "becomes", "why", "who", "when"]


def check_corrections(table: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` unchanged, or name the first row that is no correction of one cell."""
    for number, one in enumerate(table.to_dict("records"), start=2):
        address = (
            re.fullmatch(r"[1-9]\d{0,6}", one["row"]),
            re.fullmatch("[A-Z]{1,3}", one["column"]),
        )
        if not all(address) or not one["file"]:
            key = "read.wrong_correction"
        elif not one["why"].strip() or one["was"].strip() == one["becomes"].strip():
            key = "read.empty_correction"
        else:
            continue
        raise InsidenError(key, file="corrections.csv", row=number)
    return table


def correct(grid: Grid, corrections: pd.DataFrame) -> tuple[Grid, list[int]]:
    """Return the grid as corrected, and which corrections (by index) its cells still called for."""
    own = corrections[(corrections["file"] == grid.file) & (corrections["sheet"] == grid.sheet)]
    if own.empty:
        return grid, []
    texts = copy(grid.texts)
    texts.codes = texts.codes.copy()
    applied = []
    for index, one in zip(own.index, own.to_dict("records"), strict=True):
        row, column = int(one["row"]) - 1, number_of_letter(one["column"])
        inside = row < texts.height and column < texts.width
        if not inside or str(texts.words[texts.codes[row, column]]) != one["was"].strip():
            continue
        becomes = one["becomes"].strip()
        texts.codes[row, column] = len(texts.words) if becomes else 0
        if becomes:
            texts.words = np.append(texts.words, np.array([becomes], dtype=object))
            texts.amounts = np.append(texts.amounts, np.array([becomes], dtype=object))
        applied.append(int(index))
    return replace(grid, rows=texts), applied


def number_of_letter(letters: str) -> int:
    """Return the number of a column, counted from 0.

    >>> number_of_letter("A"), number_of_letter("Z"), number_of_letter("AA")
    (0, 25, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
