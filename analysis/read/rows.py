"""Tell for every row under a head what it is: data, a sum, a note, a signature, a heading.

Most rows of a table are plainly data and are told in one step; only the others are looked at one
by one, in order, because a note or a heading changes how the rows after it are read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from analysis.read.columns import Column
from analysis.read.headings import find_numbering_rows, is_numbering_row
from analysis.read.meaning import heading_of, is_amount, number_of, row_kind
from analysis.read.sheets import Sheet
from analysis.read.subjects import Subject, find_subject
from analysis.text.gazetteer import VILLAGE, Entry, leading_kind
from analysis.text.names import key_of, words_of
from analysis.text.places import Places, place_from_text

SUMS = ("total", "subtotal")
SUMMARIES = (*SUMS, "mean", "share", "cumulative", "change", "other_measure")
ENDS = ("note", "signature")
LABEL_ROLES = ("row_number", "place", "place_code", "region", "period", "year", "date", "category")
ENUMERATED = re.compile(r"\W*(?:[A-Z]|[IVX]{1,4}|\d{1,2})\s*[.)]\s*\S", re.IGNORECASE)


@dataclass
class Rows:
    """What every used row under a head is, and what the headings between the rows say."""

    numbers: np.ndarray  # the rows, from 0
    kinds: np.ndarray  # data, total, subtotal, note … of each
    subjects: list[tuple[int, Subject]] = field(default_factory=list)  # from that row on
    covers: dict[int, np.ndarray] = field(default_factory=dict)  # what a sum covers, where known
    texts: dict[str, dict[int, str]] = field(default_factory=dict)  # role: what a tree says of rows

    def of(self, *kinds: str) -> np.ndarray:
        return self.numbers[np.isin(self.kinds, kinds)]

    def set(self, rows: Sequence[int] | np.ndarray, kind: str) -> None:
        self.kinds[np.isin(self.numbers, rows)] = kind


class Reader:
    """Reads the rows of one table; ``places`` helps to tell a place from a heading."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[Column], rows: np.ndarray, places: Places | None
    ) -> None:
        self.sheet = sheet
        self.rows = rows
        self.places = places
        self.own = {column.place for column in columns}  # other tables may stand beside this one
        self.at = {column.role: column.place for column in reversed(columns)}
        self.labels = [self.at[role] for role in LABEL_ROLES if role in self.at]
        self.numbering = find_numbering_rows(sheet.texts)
        if len(rows) and "place" in self.at:
            headed = sum(bool(column.role != "unknown" or column.category) for column in columns)
            near = [int(row) for row in rows[:3]]
            self.numbering += [
                row for row in near if is_numbering_row(sheet.cells(row), columns=headed)
            ]
        self.figures = [column.place for column in columns if column.is_figure]
        self.keys = [self.at[role] for role in ("place", "place_code", "date") if role in self.at]
        codes = sheet.codes_at(rows, self.figures)
        self.amounts = np.asarray(sheet.texts.tell(codes, is_amount).any(axis=1))
        numbers = sheet.texts.tell(codes, lambda text: number_of(text) is not None)
        self.numbers = np.asarray(numbers.any(axis=1))
        if not self.figures:  # in a list of reports the date tells that a line is one
            days = [self.at[role] for role in ("date", "period") if role in self.at]
            dated = sheet.texts.tell(sheet.filled_at(rows, days), _is_period)
            self.amounts = self.numbers = np.asarray(dated.any(axis=1))
        self.last_figure = int(rows[self.numbers].max(initial=-1))

    def read(self) -> Rows:
        """Tell what every row is."""
        found = Rows(self.rows, np.full(len(self.rows), "", dtype=object))
        plain = self._plain_data()
        found.kinds[plain] = "data"
        self.last_figure = max(self.last_figure, int(self.rows[plain].max(initial=-1)))
        self.numbered = self._are_numbered(self.rows[plain])
        names = self.sheet.filled_at(self.rows[plain], self.keys[:1]).ravel()
        self.repeating = len(np.unique(names)) < len(names)
        state = ""
        for index in np.flatnonzero(~plain):
            if index and plain[index - 1]:
                state = ""
            kind, subject = self._read_row(int(index), state)
            found.kinds[index] = kind
            if subject is not None:
                found.subjects.append((int(self.rows[index]), subject))
            if kind in (*ENDS, *SUMS):
                state = kind
            elif kind in ("data", "title"):
                state = ""
        return found

    def _plain_data(self) -> np.ndarray:
        """Tell the rows with a key and an amount none of whose labels says anything else."""
        labels = self.sheet.filled_at(self.rows, self.labels)
        own = [place for place in self.labels if place != self.at.get("region")]
        special = np.hstack(
            [
                self.sheet.texts.tell(labels, lambda text: bool(row_kind(text))),
                self.sheet.texts.tell(self.sheet.filled_at(self.rows, own), is_higher),
            ]
        )
        keyed = (self.sheet.filled_at(self.rows, self.keys) > 0).any(axis=1)
        numbering = np.isin(self.rows, self.numbering)
        return (keyed | (not self.keys)) & self.amounts & ~special.any(axis=1) & ~numbering

    def _are_numbered(self, rows: np.ndarray) -> bool:
        """Tell whether most of these rows bear a running number."""
        if "row_number" not in self.at or not len(rows):
            return False
        numbers = self.sheet.codes_at(rows, [self.at["row_number"]])
        return bool(np.mean(self.sheet.texts.tell(numbers, _is_ordinal)) > 0.5)

    # -- one row -------------------------------------------------------------------------------

    def _read_row(self, index: int, state: str) -> tuple[str, Subject | None]:
        row = int(self.rows[index])
        cells = [cell for cell in self.sheet.cells(row) if cell[0] in self.own]
        if not cells:
            return "blank", None  # another table stands beside
        if row in self.numbering:
            return "numbering", None
        if all(re.match(r"#[A-Za-z]", text) for _, text in cells):
            return "header", None  # tags of the humanitarian exchange language
        has_number = bool(self.numbers[index])
        given = any(self.sheet.texts.codes[row, place] for place in self.figures)
        kind = row_kind(self._label(row, cells))
        if kind in SUMMARIES and (given or kind in SUMS):
            return kind, None
        if not has_number:
            if kind in ENDS and not self._is_known_place(row):
                return kind, None
            if any(row_kind(text) == "signature" for _, text in cells):
                return "signature", None
        keyed = any(self.sheet.filled[row, place] for place in self.keys)
        if keyed and (has_number or (given and state not in ENDS)):
            return "data", None
        if state in ENDS and not has_number:
            return state, None
        if has_number:
            return "unlabelled" if self.keys else "data", None
        return self._read_bare(row, cells, state) if keyed else self._read_unkeyed(row, cells)

    def _label(self, row: int, cells: Sequence[tuple[int, str]]) -> str:
        """The text that says what the row is: its place, or its first word for a sum or a note."""
        if self._is_known_place(row):
            return self.sheet.text(row, self.at["place"])
        place = self.at.get("place", -1)
        keyed = place >= 0 and self.sheet.filled[row, place]
        labels = [text for column, text in cells if column <= place or not keyed]
        if keyed:
            labels.append(self.sheet.text(row, place))
        return next((text for text in labels if row_kind(text)), "")

    def _is_known_place(self, row: int) -> bool:
        if self.places is None or "place" not in self.at:
            return False
        text = self.sheet.text(row, self.at["place"])
        reading = place_from_text(text, self.places) if text else None
        return bool(reading and (reading.value in self.places.codes or reading.candidates))

    def _read_bare(
        self, row: int, cells: Sequence[tuple[int, str]], state: str
    ) -> tuple[str, Subject | None]:
        """A row with a place and no figure: a unit that did not report, or a heading."""
        text = self.sheet.text(row, self.keys[0])
        number = self.at.get("row_number", -1)
        if any(column == number and _is_ordinal(said) for column, said in cells):
            return "data", None
        if len({said for column, said in cells if column != number}) > 1:
            return "data", None  # a remark says why nothing was reported
        higher = is_higher(text)
        if not higher and (leading_kind(words_of(text))[0] or self._is_known_place(row)):
            return "data", None
        subject = find_subject(text, self.places)
        if higher or subject.span or subject.is_marked or ENUMERATED.match(text):
            return "title", subject
        if row > self.last_figure:
            apart = row - 1 not in self.rows  # below an empty row stand names of officials
            return ("note", None) if state or self.numbered or apart else ("data", None)
        # parts of a table hold the same places again; a lone name above new ones is a place
        starts = (state in SUMS or row == self.rows[0]) and self.repeating
        return ("title", subject) if self.numbered or starts else ("data", None)

    def _read_unkeyed(
        self, row: int, cells: Sequence[tuple[int, str]]
    ) -> tuple[str, Subject | None]:
        """A row without a place and without a number."""
        words = [text for _, text in cells if not _is_ordinal(text)]
        if not words:
            return "blank", None
        if row > self.last_figure or all(is_amount(text) for text in words):
            return "note", None
        if not self.figures and {column for column, _ in cells} == {self.at.get("category")}:
            return "data", None  # a line of a list that lacks its day and place
        return "title", find_subject(" ".join(dict.fromkeys(words)), self.places)


def _is_period(text: str) -> bool:
    return heading_of(text).span is not None


def _is_ordinal(text: str) -> bool:
    return text.strip("(). ").isdigit()


def is_higher(text: str) -> bool:
    """Tell whether a label names a regency or a province, which a row of data rarely does."""
    if text.isdigit():
        return False
    return _kind_is(text, "kabkota") or _kind_is(text, "province")


def find_villages(sheet: Sheet, rows: np.ndarray, place: int | None) -> np.ndarray:
    """Return the rows of villages among rows of districts: those that may be told twice."""
    if place is None:
        return rows[:0]
    village = np.array([_kind_is(sheet.text(int(row), place), VILLAGE) for row in rows], dtype=bool)
    return rows[village] if 0 < village.sum() * 2 < len(rows) else rows[:0]


@lru_cache(maxsize=65_536)
def _kind_is(text: str, level: str) -> bool:
    kind, name = leading_kind(words_of(text))
    return bool(kind and name and level in kind.levels)


def find_higher_rows(
    sheet: Sheet, rows: np.ndarray, column: Column, places: Places | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of regencies in a table of smaller places, and those above all the others."""
    if column.detail.startswith("prov"):
        return rows[:0], rows[:0]
    texts = [sheet.text(int(row), column.place) for row in rows]
    above_all = _names_above_all(Counter(texts), places)
    above = np.array([text in above_all for text in texts], dtype=bool)
    higher = np.array([is_higher(text) for text in texts], dtype=bool) & ~above
    if column.detail.startswith("kab") or higher.sum() * 2 >= len(rows):
        higher[:] = False
    return rows[higher], rows[above]


def _names_above_all(names: Counter[str], places: Places | None) -> set[str]:
    """The names of places that hold most of the others, as a province holds its regencies."""
    if places is None:
        provinces = {name for name in names if _kind_is(name, "province")}
        return provinces if len(provinces) == 1 and len(names) > 1 else set()
    codes = {name: place_from_text(name, places).value or "" for name in names}
    depths = {name: places.depth(code) for name, code in codes.items() if code in places.codes}
    usual = max(depths.values(), default=0)
    found = set()
    for name in [name for name, depth in depths.items() if depth < usual]:
        inside = [
            other for other in names if other != name and _is_inside(other, codes[name], places)
        ]
        if len(inside) * 2 > len(names):
            found.add(name)
    return found


def _is_inside(text: str, parent: str, places: Places) -> bool:
    value = place_from_text(text, places, parent=parent).value or ""
    deeper = value in places.codes and places.depth(value) > places.depth(parent)
    return deeper and places.is_inside(Entry(value, "", "", ""), parent)


def same_name(text: str, other: str) -> bool:
    """Tell whether two texts name the same regency: "Kab. Lebak" and "KABUPATEN LEBAK"."""
    (kind, name), (other_kind, other_name) = (
        leading_kind(words_of(text)),
        leading_kind(words_of(other)),
    )
    if not kind or not other_kind or kind.kind != other_kind.kind:
        return False
    return key_of(" ".join(name)) == key_of(" ".join(other_name)) != ""
