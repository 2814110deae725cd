"""Periods of the Hijri calendar: 1 Ramadan 1445 H, Muharam 1446, 1445 H.

A Hijri month lies in two months of our calendar and stays the period it is. The first days stand in
``vocabulary/hijri_months.csv``; one with a question mark is reckoned, may be off, and is not read.
"""

import re
from datetime import date, timedelta
from functools import cache

from analysis.text.plain import Doubt
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary

LONGEST, SHORTEST = 30, 29  # days of a Hijri month
RAMADAN = 9
_YEAR = r"(?P<year>14\d\d)(?: ?<(?:h|hijri)>)?(?: ?/ ?(?P<other>\d{4})(?: ?<(?:m|masehi)>)?)?"
_MONTH = re.compile(
    rf"(?:<tanggal> ?)?(?:(?P<day>\d{{1,2}}) ?)?(?:<bulan> ?)?<(?:hm(?P<month>\d\d)|ramadan)> ?"
    rf"(?:<tahun> ?)?{_YEAR}"
)
_WHOLE_YEAR = re.compile(r"(?:<tahun> ?)?(?P<year>14\d\d) ?<(?:h|hijri)>")


def hijri_from_symbols(symbols: str) -> Reading | None:
    """Read a day, a month or a year of the Hijri calendar; None if the symbols name none."""
    if found := _WHOLE_YEAR.fullmatch(symbols):
        year = int(found["year"])
        return _until_next(_place(year, 1), _place(year + 1, 1))
    found = _MONTH.fullmatch(symbols)
    if not found or (found["month"] is None and found["day"] is None):
        return None  # Ramadan as a whole is a feast
    place = _place(int(found["year"]), int(found["month"] or RAMADAN))
    reading = _day(place, int(found["day"])) if found["day"] else _until_next(place, place + 1)
    if found["other"] and found["other"] not in str(reading.value):
        raise Doubt("feast_unknown")
    return reading


def _place(year: int, month: int) -> int:
    return year * 12 + month - 1


def _first_day(place: int) -> tuple[date, bool]:
    """The first day of a month, and whether it is sure."""
    if place not in _first_days():
        raise Doubt("feast_unknown")
    return _first_days()[place]


def _day(place: int, day: int) -> Reading:
    first, is_sure = _first_day(place)
    if not 1 <= day <= LONGEST:
        raise Doubt("not_a_date")
    text = (first + timedelta(days=day - 1)).isoformat()
    if day > SHORTEST:
        after, is_next_sure = _first_day(place + 1)
        is_sure &= is_next_sure
        if is_sure and (after - first).days < day:
            raise Doubt("not_a_date")
    if not is_sure:
        raise Doubt("feast_estimated", text)
    return Reading(text)


def _until_next(place: int, after: int) -> Reading:
    (first, is_sure), (end, is_end_sure) = _first_day(place), _first_day(after)
    text = f"{first.isoformat()}..{(end - timedelta(days=1)).isoformat()}"
    if not (is_sure and is_end_sure):
        raise Doubt("feast_estimated", text)
    return Reading(text)


@cache
def _first_days() -> dict[int, tuple[date, bool]]:
    """The first day of each month by its place in the count of all months; the rows are in order."""
    found = {}
    for number, entry in enumerate(read_vocabulary("hijri_months")):
        year = int(entry.text.split()[1])
        day = date.fromisoformat(entry.meaning.rstrip("?"))
        found[_place(year, number % 12 + 1)] = day, not entry.meaning.endswith("?")
    return found
