"""A grid of cells as a file gives it, and the text that each value stands for."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd


class Note(NamedTuple):
    """A remark on how something was read; ``key`` names its words, ``text`` is their fact."""

    file: str
    sheet: str
    row: int
    column: str
    key: str
    text: str


@dataclass(frozen=True)
class Grid:
    """One sheet as it lies in a file; the first row and column are those of the sheet itself.

    ``merged`` holds first row, first column, last row, last column of each merged range, from 0.
    """

    file: str
    sheet: str
    rows: list[list[object]]
    notes: tuple[Note, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    date_system: str = ""  # of Excel's day numbers: "1900" or "1904"; "" where not known

    @cached_property
    def texts(self) -> "Texts":
        """The cells as text."""
        return Texts(self.rows)


def letter_of(column: int) -> str:
    """Return the letter of a column counted from 0.

    >>> letter_of(0), letter_of(25), letter_of(26), letter_of(701), letter_of(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_of(value: object) -> str:
    """Return the text of a cell's value: a date as ISO text, 3.0 as "3", a text as it stands.

    >>> text_of(3.0), text_of(36.01), text_of(dt.datetime(2024, 7, 1)), text_of(" 2* ")
    ('3', '36.01', '2024-07-01', '2*')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def amount_text_of(value: object) -> str:
    """Return the text of a count: a fraction with a comma, as an Indonesian sheet shows it.

    The number 1.234 of a sheet is no thousand, but a typed "1.234" or "1,234" may be one; so a
    fraction of three digits has a zero more.

    >>> amount_text_of(1.234), amount_text_of("1.234"), amount_text_of(2.0)
    ('1,2340', '1.234', '2')
    """
    if isinstance(value, float) and math.isfinite(value) and not value.is_integer():
        whole, _, fraction = repr(value).partition(".")
        return f"{whole},{fraction}0" if len(fraction) == 3 else repr(value).replace(".", ",")
    return text_of(value)


class Texts:
    """The cells of a grid as text, each distinct value turned into text once.

    ``codes`` is rows x columns of positions in ``words`` and ``amounts``; position 0 is the empty
    text. Empty columns to the right and empty rows below are cut off.
    """

    def __init__(self, rows: list[list[object]]) -> None:
        used = [number for number, row in enumerate(rows) if row]
        width = max((len(rows[number]) for number in used), default=0)
        values = np.full((len(used), width), None, dtype=object)
        for place, number in enumerate(used):
            values[place, : len(rows[number])] = rows[number]
        numbers, distinct = _factorize(values.ravel())
        words = np.array(["", *(text_of(value) for value in distinct)], dtype=object)
        amounts = np.array(["", *(amount_text_of(value) for value in distinct)], dtype=object)
        codes = (numbers + 1).reshape(values.shape)
        codes[(words == "")[codes]] = 0
        filled = codes > 0
        height = int(np.flatnonzero(filled.any(axis=1)).max(initial=-1)) + 1
        width = int(np.flatnonzero(filled.any(axis=0)).max(initial=-1)) + 1
        self.words = words
        self.amounts = amounts
        self.codes = np.zeros((used[height - 1] + 1 if height else 0, width), dtype=codes.dtype)
        self.codes[used[:height]] = codes[:height, :width]

    @property
    def height(self) -> int:
        return self.codes.shape[0]

    @property
    def width(self) -> int:
        return self.codes.shape[1]

    @property
    def filled(self) -> np.ndarray:
        return self.codes > 0

    def cells(self, row: int) -> list[tuple[int, str]]:
        """The filled cells of one row: (column, text)."""
        codes = self.codes[row]
        return [(int(place), str(self.words[codes[place]])) for place in np.flatnonzero(codes)]

    def such(self, is_such: Callable[[str], bool]) -> np.ndarray:
        """Tell which cells are such, asking once for each distinct text; an empty one is not."""
        told = np.array([bool(word) and is_such(str(word)) for word in self.words], dtype=bool)
        return told[self.codes]

    def tell(self, codes: np.ndarray, is_such: Callable[[str], bool]) -> np.ndarray:
        """The same for some cells only, by their text as an amount."""
        distinct, places = np.unique(codes, return_inverse=True)
        words = self.amounts
        told = np.array([bool(code) and is_such(str(words[code])) for code in distinct], dtype=bool)
        return told[places.reshape(codes.shape)]


def _factorize(values: np.ndarray) -> tuple[np.ndarray, list[object]]:
    """Number the distinct values; -1 is an empty one. True is told apart from 1."""
    truths = [place for place, value in enumerate(values) if value is True or value is False]
    if truths:
        values = values.copy()
        for place in truths:
            values[place] = str(values[place]).upper()
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    return codes, list(distinct)
