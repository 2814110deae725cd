"""Recognise the rows that bear headings, and the row of numbers under them, by what they say."""

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from analysis.read.grid import SEALED, Texts
from analysis.read.meaning import Heading, heading_of

LONG_SHEET = 500  # rows
FEWEST_PERIODS = 3  # so many periods in one row make it a heading without any other word
LETTERS = "JFMAMJJASOND"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
EXCEL_FIRST_DAY = dt.date(1899, 12, 30)
NUMBERED = re.compile(r"[\[(]?\s*-?(\d{1,3})\s*[\])]?(?:\s*=\s*[\d\s+\-/:x×()]+)?\)?")
YEAR = re.compile(r"(?:19|20)\d\d")
YEAR_MONTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])")


def is_heading_row(cells: Sequence[tuple[int, str]], *, personal: bool = False) -> bool:
    """Tell whether a row bears headings; ``cells`` are its filled cells (column, text).

    Either two known headings, one of which says what the rows are; or three and more periods.
    With ``personal`` a heading such as Nama counts as one that says it.
    """
    if len(cells) < 2 or is_numbering_row(cells):
        return False
    headings = [heading_of(text) for _, text in cells]
    periods = [heading for heading in headings if heading.span]
    labels = [heading for heading in headings if heading.role]
    if _plain_numbers(cells):
        return False
    anchored = any(_is_anchor(heading) or (personal and heading.is_personal) for heading in labels)
    many = len({heading.span for heading in periods}) >= FEWEST_PERIODS
    if many and len(periods) * 2 >= len(cells):
        # counts may look like years: plain numbers need a known heading beside them
        return bool(labels) or not all(text.isdigit() for _, text in cells if heading_of(text).span)
    if not anchored:
        roles = {heading.role for heading in labels}
        return "period" in roles and bool(roles & {"count", "category", "total", "year"})
    named = len(labels) + (len(periods) if any(one.is_place for one in labels) else 0)
    return named >= 2 or (many and anchored)


def find_heading_rows(texts: Texts, *, personal: bool = False) -> list[int]:
    """Return the rows that bear headings; only rows with enough known words are looked at.

    Far down in a long sheet only a row that repeats a word of a heading from above is looked at, so
    that a million dates and remarks need not be asked whether they are headings.
    """
    codes = texts.codes
    near = _numbers_of_headings(texts, np.unique(codes[:LONG_SHEET]))
    known, periods = (found[codes].sum(axis=1) for found in near)
    if len(codes) > LONG_SHEET:
        below = np.flatnonzero(known[LONG_SHEET:] > 0) + LONG_SHEET
        far = _numbers_of_headings(texts, np.unique(codes[below]))
        known[below], periods[below] = (found[codes[below]].sum(axis=1) for found in far)
    likely = (known >= 2) | ((known == 1) & (periods > 0)) | (periods >= FEWEST_PERIODS)
    rows = [int(row) for row in np.flatnonzero(likely)]
    return [row for row in rows if is_heading_row(texts.cells(row), personal=personal)]


def _numbers_of_headings(texts: Texts, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell of each text in ``codes`` whether it is a heading with a role, or a period alone."""
    roles = np.zeros(len(texts.words), dtype=bool)
    periods = roles.copy()
    for code in codes.tolist():
        text = str(texts.words[code])
        if text and text[0] != SEALED and _may_be_heading(text):
            heading = heading_of(text)
            roles[code] = bool(heading.role)
            periods[code] = heading.span is not None and not heading.role
    return roles, periods


def _may_be_heading(text: str) -> bool:
    """Of plain numbers only years, months of a year and Excel's days may be headings."""
    return not text.isdigit() or bool(YEAR.fullmatch(text) or YEAR_MONTH.fullmatch(text))


def find_numbering_rows(texts: Texts) -> list[int]:
    """Return the rows that only number the columns."""
    numbers = texts.such(lambda text: len(text) < 30 and bool(NUMBERED.fullmatch(text)))
    filled = texts.filled.sum(axis=1)
    rows = np.flatnonzero((numbers.sum(axis=1) == filled) & (filled >= 2))
    return [int(row) for row in rows if is_numbering_row(texts.cells(int(row)))]


def _is_anchor(heading: Heading) -> bool:
    return heading.is_place or heading.role in ("date", "row_number")


def _plain_numbers(cells: Sequence[tuple[int, str]]) -> bool:
    """Tell whether the row holds numbers that are no years, months or days in a row."""
    numbers = [text for _, text in cells if re.fullmatch(r"-?\d+(?:[.,]\d+)*", text)]
    if not numbers:
        return False
    if all(YEAR_MONTH.fullmatch(text) for text in numbers) and numbers == sorted(set(numbers)):
        return False
    if all(YEAR.fullmatch(text) for text in numbers):
        steps = {int(after) - int(before) for before, after in pairwise(numbers)}
        return not steps <= {1}  # counts may look like years, but not one after the other
    return not (_is_run(numbers) or len(_serial_months(numbers)) == len(numbers))


def _is_run(numbers: Sequence[str]) -> bool:
    """1, 2, 3 … in a row, at least three."""
    if len(numbers) < FEWEST_PERIODS or not all(text.isdecimal() for text in numbers):
        return False
    values = [int(text) for text in numbers]
    return values == list(range(values[0], values[0] + len(values)))


def is_numbering_row(cells: Sequence[tuple[int, str]], *, columns: int = 0) -> bool:
    """Tell whether a row only numbers the columns: (1) (2) (3); Excel makes -1 of a typed (1).

    ``columns`` is the number of headings when the row stands right under them: then 1 2 will do.
    """
    matches = [NUMBERED.fullmatch(text) for _, text in cells]
    if len(matches) < 2 or not all(matches):
        return False
    numbers = [int(match.group(1)) for match in matches if match]
    steps = [after - before for before, after in pairwise(numbers)]
    if all(re.match(r"[\[(-]", text) for _, text in cells):
        return all(step > 0 for step in steps) and (numbers[0] == 1 or len(numbers) > 2)
    enough = len(cells) > FEWEST_PERIODS or len(cells) == columns
    return numbers[0] == 1 and all(step == 1 for step in steps) and enough


def _serial_months(numbers: Sequence[str]) -> list[str]:
    """Read Excel's day numbers where each is the first day of the month after the one before."""
    if len(numbers) < FEWEST_PERIODS or not all(re.fullmatch(r"[34]\d{4}", n) for n in numbers):
        return []
    days = [EXCEL_FIRST_DAY + dt.timedelta(days=int(text)) for text in numbers]
    counted = [day.year * 12 + day.month for day in days]
    in_order = counted == list(range(counted[0], counted[0] + len(counted)))
    return [day.isoformat() for day in days] if in_order and {d.day for d in days} == {1} else []


def resolve_sequence(texts: dict[int, str], *, months_said: bool) -> dict[int, str]:
    """Read headings that only their neighbours explain; ``texts`` are column -> text, in order.

    Twelve letters J F M … D, Roman or plain numbers (under the word "Bulan", or all twelve), and
    Excel's day numbers. Real dates that all stand on one day but the first are shown as Excel
    shows them ("24-Jan"), for that day may be a year. Returns only what changes.
    """
    columns, values = list(texts), [text.strip().strip(".").upper() for text in texts.values()]
    if serials := _serial_months(values):
        return dict(zip(columns, serials, strict=True))
    if dates := _doubtful_dates(values):
        return dict(zip(columns, dates, strict=True))
    for sequence, fewest in ((ROMAN, 12), (tuple(map(str, range(1, 13))), 12), (LETTERS, 4)):
        needed = FEWEST_PERIODS if months_said and sequence is not LETTERS else fewest
        starts = [
            start
            for start in range(13 - len(values))
            if list(sequence[start : start + len(values)]) == values
        ]
        if len(starts) == 1 and len(values) >= needed:
            numbers = range(starts[0] + 1, starts[0] + 1 + len(values))
            return {column: str(number) for column, number in zip(columns, numbers, strict=True)}
    return {}


MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def _doubtful_dates(values: Sequence[str]) -> list[str]:
    """A US Excel makes 24 January of a typed "Jan-24": one same day in every heading tells it."""
    if len(values) < 2 or not all(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in values):
        return []
    days = [dt.date.fromisoformat(text) for text in values]
    ends = all((day + dt.timedelta(days=1)).day == 1 for day in days)
    if len({day.day for day in days}) > 1 or days[0].day == 1 or ends:
        return []
    return [f"{day.day}-{MONTH_NAMES[day.month - 1]}" for day in days]
