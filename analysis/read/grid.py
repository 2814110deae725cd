"""A grid of cells as a file gives it, and the text that each value stands for."""

import datetime as dt
import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from analysis.words.messages import InsidenError

MAX_CELLS = 30_000_000  # of the rectangle that holds everything on a sheet
MOST_EMPTY = 4  # times the cells that are there, for a sheet that is larger than that

SEALED = "\ue000"  # begins a fingerprint: a text that is hidden, and is never asked what it says


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

    ``rows`` are the cells as the file gives them; ``texts`` keeps them. ``merged`` holds first row,
    first column, last row, last column of each merged range, from 0.
    """

    file: str
    sheet: str
    rows: "InitVar[Iterable[Sequence[object]] | Texts]"
    notes: tuple[Note, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    date_system: str = ""  # of Excel's day numbers: "1900" or "1904"; "" where not known
    texts: "Texts" = field(init=False)

    def __post_init__(self, rows: "Iterable[Sequence[object]] | Texts") -> None:
        texts = rows if isinstance(rows, Texts) else Texts(rows, self.file, self.sheet)
        object.__setattr__(self, "texts", texts)


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
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else ""
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

    >>> amount_text_of(1.234), amount_text_of("1.234"), amount_text_of(2.0), amount_text_of(5.5)
    ('1,2340', '1.234', '2', '5,5')
    """
    plain = text_of(value)
    if isinstance(value, (float, Decimal)) and "." in plain:
        whole, _, fraction = plain.partition(".")
        return f"{whole},{fraction}0" if len(fraction) == 3 else f"{whole},{fraction}"
    return plain


class Index(dict):
    """Numbers the distinct values of cells in the order in which they come; 0 is the empty text."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self.words = [""]
        self.fractions: dict[int, str] = {}  # where the text as an amount is another
        self.indents: dict[int, int] = {}  # blanks before a text: how deep it stands in a tree

    def __missing__(self, value: object) -> int:
        word = text_of(value)
        code = 0
        if word:
            code = len(self.words)
            self.words.append(word)
            if isinstance(value, (float, Decimal)):
                self.fractions[code] = amount_text_of(value)
            elif isinstance(value, str) and (blanks := len(value) - len(value.lstrip())):
                self.indents[code] = blanks
        self[value] = code
        return code


class Texts:
    """The cells of a grid as text, each distinct value kept and turned into text once.

    ``codes`` is rows x columns of positions in ``words`` and ``amounts``; position 0 is the empty
    text. Empty columns to the right and empty rows below are cut off; ``lengths`` holds how many
    cells each row had in the file. The rows are taken one by one: a large file is never in memory
    as cells.
    """

    def __init__(self, rows: Iterable[Sequence[object]], file: str = "", sheet: str = "") -> None:
        index = Index()
        numbers, lengths = array("i"), array("i")
        for row in rows:
            if True in row or False in row:  # 1 and 0 are found too, and stay what they are
                row = [text_of(value) if isinstance(value, bool) else value for value in row]
            numbers.extend(map(index.__getitem__, row))
            lengths.append(len(row))
        self.words = np.array(index.words, dtype=object)
        self.amounts = self.words
        if index.fractions:
            self.amounts = self.words.copy()
            self.amounts[list(index.fractions)] = list(index.fractions.values())
        self.indents = index.indents
        index.clear()
        self.lengths = np.frombuffer(lengths, dtype=np.intc) if lengths else np.zeros(0, np.intc)
        flat = np.frombuffer(numbers, dtype=np.intc) if numbers else np.zeros(0, np.intc)
        width = int(self.lengths.max(initial=0))
        if len(self.lengths) * width > max(MAX_CELLS, MOST_EMPTY * len(flat)):
            raise InsidenError("read.too_wide", file=file, sheet=sheet)
        self.codes = _cut(flat, self.lengths, width)

    @property
    def height(self) -> int:
        return self.codes.shape[0]

    @property
    def width(self) -> int:
        return self.codes.shape[1]

    @property
    def filled(self) -> np.ndarray:
        return self.codes > 0

    def turned(self, first: int, last: int) -> "Texts":
        """Some rows of the same texts on their side: rows as columns."""
        turned = copy(self)
        turned.codes = np.ascontiguousarray(self.codes[first:last].T)
        turned.lengths = np.full(self.width, last - first, dtype=np.intc)
        return turned

    def cells(self, row: int) -> list[tuple[int, str]]:
        """The filled cells of one row: (column, text)."""
        codes = self.codes[row]
        return [(int(place), str(self.words[codes[place]])) for place in np.flatnonzero(codes)]

    def such(self, is_such: Callable[[str], bool]) -> np.ndarray:
        """Tell which cells are such, asking once for each distinct text; an empty one is not."""
        told = [bool(word) and word[0] != SEALED and is_such(str(word)) for word in self.words]
        return np.array(told, dtype=bool)[self.codes]

    def tell(self, codes: np.ndarray, is_such: Callable[[str], bool]) -> np.ndarray:
        """The same for some cells only, by their text as an amount."""
        words = self.amounts
        told = np.zeros(len(words), dtype=bool)
        for code in np.flatnonzero(np.bincount(codes.ravel(), minlength=1)).tolist():
            told[code] = bool(code) and words[code][0] != SEALED and is_such(str(words[code]))
        return told[codes]


def _cut(flat: np.ndarray, lengths: np.ndarray, width: int) -> np.ndarray:
    """Lay the cells of rows of different lengths out, without what is empty below and right."""
    if width and (lengths == width).all():
        codes = flat.reshape(-1, width)
    else:
        ends = np.cumsum(lengths)
        last = int(np.flatnonzero(flat).max(initial=-1))
        height = int(np.searchsorted(ends, last, side="right")) + 1 if last >= 0 else 0
        codes = np.zeros((height, width), dtype=np.intc)
        inside = np.arange(width) < lengths[:height, None]
        codes[inside] = flat[: int(ends[height - 1]) if height else 0]
    filled = codes > 0
    height = int(np.flatnonzero(filled.any(axis=1)).max(initial=-1)) + 1
    width = int(np.flatnonzero(filled.any(axis=0)).max(initial=-1)) + 1
    return codes[:height, :width]
