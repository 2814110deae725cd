"""One point in the calendar: a day, a month, a quarter or a year, from symbols."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

from analysis.text.plain import Doubt

# A year outside is a typing error (1024, 2204) or too old for a monthly sheet.
FIRST_YEAR, LAST_YEAR = 1970, 2039
WESTERN_INDONESIA = 7  # hours before Greenwich: the calendar day of the office counts

S = r"[ ,./'_-]*"  # what may stand between a word and a number
DAY = r"(?P<day>\d{1,2})"
MONTH = r"(?P<month>\d{1,2})"
NAME = r"<M(?P<month>\d\d)>"
YEAR4 = r"(?P<year>\d{4})"
YEAR = r"(?P<year>\d{4}|\d\d)"
TAHUN = r"(?:(?:<tahun>|<fiscal>)[ :]*)?"
BULAN = r"(?:<bulan>[ :-]*)?"
TANGGAL = r"(?:<tanggal>[ :]*)?"
WEEKDAY = r"(?:<(?:D(?P<weekday>\d)|(?P<sunday>minggu))>[ ,./-]*)?"
KE = r"(?:<ke>[ -]*)?"
NUMERAL = r"(?:<[RO](?P<roman>\d+)>|(?P<digit>\d)(?!\d))"
PART = rf"<(?P<part>quarter|half|third|h)>{S}{KE}{NUMERAL}"

SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        rf"{WEEKDAY}{TANGGAL}{DAY}{S}{BULAN}{NAME}{S}{TAHUN}{YEAR}",
        rf"{WEEKDAY}{NAME}[ .]+{DAY}[ ,]+{YEAR4}",  # glued, Jun1 2024 is a scan of Juni 2024
        rf"{YEAR4}{S}{NAME}{S}{DAY}",
        rf"{WEEKDAY}{TANGGAL}{DAY} ?(?P<sep>[./-]) ?{MONTH} ?(?P=sep) ?{YEAR}",
        rf"{WEEKDAY}{TANGGAL}{YEAR4} ?(?P<sep>[./-]) ?{MONTH} ?(?P=sep) ?{DAY}",
        rf"{WEEKDAY}{DAY}(?:[ .-]+)<R(?P<month>\d+)>[ .-]+{YEAR4}",
        rf"\d+ ?/ ?<R(?P<month>\d+)> ?/ ?{YEAR4}",
        rf"{BULAN}{NAME}{S}{TAHUN}{YEAR}",
        rf"{BULAN}{NAME} ?\({TAHUN}{YEAR4}\)",
        rf"{TAHUN}{YEAR4}(?! ?- ){S}{BULAN}{NAME}",  # "2023 - Jan" is the middle of a range
        rf"{BULAN}{MONTH} ?[./-] ?{YEAR4}",
        rf"{YEAR4} ?(?:[./-]|-?<m>-?) ?{MONTH}",
        rf"<bulan>[ :-]*{KE}(?:{MONTH}|<[RO](?P<numeral>\d+)>)(?:{S}{TAHUN}{YEAR4})?",
        rf"<b> ?{MONTH}",
        rf"{BULAN}{NAME}",
        rf"{WEEKDAY}{TANGGAL}{DAY}{S}{NAME}",
        rf"{PART}(?:{S}{TAHUN}{YEAR})?",
        rf"{TAHUN}{YEAR4}{S}{PART}",
        rf"(?:<tahun>|<fiscal>){S}{YEAR}",
        rf"{YEAR4}",
    )
)
ROMAN_YEAR = re.compile(rf"<R(?P<month>\d+)>{S}{YEAR4}", re.ASCII)


class Period(NamedTuple):
    """A point in the calendar, as exact as its text: empty parts are not said."""

    year: int | None
    month: int | None = None
    day: int | None = None
    part: str = ""  # Q1 to Q4, H1, H2, T1 to T3 (four months), or ""
    flag: str = ""

    def text(self) -> str:
        """Return the canonical form."""
        if self.part:
            return self._part_text()
        if self.month is None:
            return f"Y{self.year}"
        day = f"-{self.day:02d}" if self.day else ""
        if self.year is None:
            return f"M{self.month:02d}{day}"
        return f"{self.year}-{self.month:02d}{day}"

    def _part_text(self) -> str:
        if self.part.startswith("T"):  # the four months have no short form
            last = int(self.part[1]) * 4
            months = [Period(self.year, month).text() for month in (last - 3, last)]
            return "..".join(months)
        return f"{self.year}-{self.part}" if self.year else self.part

    def first(self) -> date:
        """The first day; the year must be known."""
        return date(self.year or 0, self.month or 1, self.day or 1)

    def last(self) -> date:
        """The last day; the year must be known."""
        year, month = self.year or 0, self.month or 12
        if self.part:
            month = int(self.part[1]) * {"Q": 3, "H": 6, "T": 4}[self.part[0]]
        return date(year, month, self.day or monthrange(year, month)[1])


def year_from_digits(digits: str) -> int | None:
    """Return a year of two or four digits, or None where it is too far away to be meant.

    Of two digits 00 to 39 are this century, 70 to 99 the last one, and 40 to 69 no year of a report.

    >>> year_from_digits("24"), year_from_digits("1998"), year_from_digits("55")
    (2024, 1998, None)
    """
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year <= LAST_YEAR % 100 else 1900
    elif len(digits) != 4:
        return None
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def numeral(found: re.Match[str], *, most: int) -> int:
    """Return the number of a quarter, half or week, which may not be above ``most``."""
    number = int(found["roman"] or found["digit"])
    if not 1 <= number <= most:
        raise Doubt("no_such_part")
    return number


def point_from_symbols(symbols: str) -> Period | None:
    """Return the period that the symbols write, None if they are no point in the calendar.

    Raises ``Doubt`` for a date that cannot be, or that may be two.
    """
    roman = ROMAN_YEAR.fullmatch(symbols)
    if roman and int(roman["month"]) <= 4:
        number, year = int(roman["month"]), roman["year"]
        raise Doubt("two_meanings", f"{year}-{number:02d}", f"{year}-Q{number}")
    for shape in (*SHAPES, ROMAN_YEAR):
        if found := shape.fullmatch(symbols):
            return _to_period(found.groupdict(), found)
    return None


def _to_period(parts: dict[str, str | None], found: re.Match[str]) -> Period:
    year = _year(parts.get("year"))
    if part := parts.get("part"):
        letter, most = {"quarter": ("Q", 4), "third": ("T", 3)}.get(part, ("H", 2))
        return Period(year, part=f"{letter}{numeral(found, most=most)}")
    written = parts.get("month") or parts.get("numeral")
    month = int(written) if written else None
    day = int(parts["day"] or 0) if parts.get("day") else None
    flag = ""
    if parts.get("sep") and month and day and found.start("day") < found.start("year"):
        _refuse_year_first(parts)
        if month > 12 and day <= 12:  # only the American order fits
            month, day, flag = day, month, "FLAG:mdy"
    period = checked(Period(year, month, day, flag=flag))
    _check_weekday(period, parts, found)
    return period


def _year(digits: str | None) -> int | None:
    if not digits:
        return None
    year = year_from_digits(digits)
    if year is None:
        raise Doubt("year_out_of_range")
    return year


def _refuse_year_first(parts: dict[str, str | None]) -> None:
    """24/07/02 is 24 July 2002 by the house rule, and 2 July 2024 by its look."""
    first, month, last = (str(parts[name]) for name in ("day", "month", "year"))
    if len(last) > 2 or not (int(first) >= 10 and 1 <= int(month) <= 12):
        return
    if int(last) <= 9 or 30 <= int(last) <= 31:  # hardly a year of reports, but a day
        raise Doubt(
            "two_meanings",
            f"20{last}-{int(month):02d}-{first}",
            f"20{first}-{int(month):02d}-{last}",
        )


def checked(period: Period) -> Period:
    """Return ``period`` unchanged, or raise the doubt that no calendar of our time has it."""
    if period.year is not None and not FIRST_YEAR <= period.year <= LAST_YEAR:
        raise Doubt("year_out_of_range")
    if period.month is not None and not 1 <= period.month <= 12:
        raise Doubt("not_a_date" if period.day else "no_such_month")
    if period.day is not None and period.month is not None:
        leap_year = 2024  # 29 February may be meant where no year is said
        if not 1 <= period.day <= monthrange(period.year or leap_year, period.month)[1]:
            raise Doubt("not_a_date")
    return period


def _check_weekday(period: Period, parts: dict[str, str | None], found: re.Match[str]) -> None:
    written = 7 if parts.get("sunday") else int(parts.get("weekday") or 0)
    if not written:
        return
    if period.year is None or period.day is None:
        raise Doubt("no_year")
    if period.first().isoweekday() != written:
        raise Doubt("weekday_differs", period.text())


# -- a time of day behind a date -------------------------------------------------------------------

_TIME = re.compile(
    r"(?P<date>.*[0-9])(?:[Tt]|[ ,]+)(?:(?:pukul|jam|pkl)\.? ?)?"
    r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?: ?(?P<half>am|pm))?(?: ?(?P<zone>z|utc|gmt|wib|wita|wit|[+-][0-9]{2}(?::?[0-9]{2})?))?",
    re.IGNORECASE,
)
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9}


def split_time(text: str) -> tuple[str, int | None]:
    """Part a date from its time: the date, and how many days later it is in Western Indonesia.

    The days are None where there is no time. ``2024-06-30T17:00:00Z`` is 1 July in Pandeglang.

    >>> split_time("2024-06-30T17:00:00Z"), split_time("Juli 2024")
    (('2024-06-30', 1), ('Juli 2024', None))
    """
    found = _TIME.fullmatch(text)
    if not found or not re.search(r"[0-9].*[^0-9].*[0-9]|[0-9]{8}", found["date"]):
        return text, None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if half := found["half"]:
        _refuse_american(found["date"])
        if not 1 <= hour <= 12:
            return text, None
        hour = hour % 12 + (12 if half.casefold() == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return text, None
    return found["date"], _days_later(hour, minute, (found["zone"] or "wib").casefold())


def _refuse_american(written: str) -> None:
    """Beside an American clock, 7/1/2024 may be the American order too."""
    parts = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", written)
    if parts and int(parts[1]) <= 12 and int(parts[3]) <= 12 and parts[1] != parts[3]:
        day, month, year = parts[1].zfill(2), parts[3].zfill(2), parts[4]
        raise Doubt("two_meanings", f"{year}-{month}-{day}", f"{year}-{day}-{month}")


def _days_later(hour: int, minute: int, zone: str) -> int:
    if zone in _ZONES:
        offset = timedelta(hours=_ZONES[zone])
    else:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        offset = -offset if zone.startswith("-") else offset
    noon = datetime(2000, 1, 2, hour, minute) - offset + timedelta(hours=WESTERN_INDONESIA)
    return (noon.date() - date(2000, 1, 2)).days
