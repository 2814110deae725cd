"""From one period to another, up to a day, or the state on a day; from symbols."""

import re
from calendar import monthrange

from analysis.text.dates import BULAN, TAHUN, TANGGAL, YEAR4, Period, checked, point_from_symbols
from analysis.text.plain import Doubt
from analysis.text.reading import Reading


def stock_from_symbols(symbols: str) -> Reading | None:
    """Keadaan Juni 2024 is a state at the end of June, not what happened in June."""
    found = re.fullmatch(rf"(<stock>|<per>)[ :]*{TANGGAL}(.+)", symbols)
    period = point_from_symbols(found[2]) if found else None
    if found is None or period is None or period.month is None or period.year is None:
        return None
    if period.day is None and found[1] == "<per>":
        raise Doubt("two_meanings", f"{period.last().isoformat()};FLAG:stock", period.text())
    return Reading(period.last().isoformat(), flag="FLAG:stock")


def cumulative_from_symbols(symbols: str) -> Reading | None:
    """s.d. Juni 2024 counts from January; up to a day inside a month the last month is partial."""
    found = re.fullmatch(
        rf"(?:(?:(?:<cumulative>|<total>)[ :]*)?<to>|<cumulative>) ?{TANGGAL}{BULAN}(.+)", symbols
    )
    if found and symbols.startswith("<cumulative>") and re.fullmatch(TAHUN + YEAR4, found[1]):
        return Reading("FLAG:cumulative")  # up to which month of the year is not said
    period = point_from_symbols(found[1]) if found else None
    if period is None or not (period.month or period.part):
        return None
    if period.year is None:
        if period.day or period.part:
            raise Doubt("no_year")
        return Reading(f"M01..{period.text()}", flag="FLAG:cumulative")
    last = period.last()
    if period.day is None:
        return Reading(f"{last:%Y}-01..{last:%Y-%m}", flag="FLAG:cumulative")
    whole = last.day == monthrange(last.year, last.month)[1]
    flag = "FLAG:cumulative" if whole else "FLAG:cumulative partial"
    return Reading(f"{last:%Y}-01-01..{last.isoformat()}", flag=flag)


def partial_from_symbols(symbols: str) -> Reading | None:
    """Juli 2024 (s.d. tgl 25): a month that is not over, with another daily rate."""
    found = re.fullmatch(
        rf"(?P<whole>[^(]+?) ?(?:\( ?<to> ?{TANGGAL}|<to> ?<tanggal> ?)(?P<until>.+?)\)?", symbols
    )
    period = point_from_symbols(found["whole"]) if found else None
    if not found or period is None or period.month is None or period.day is not None:
        return None
    until: Period | None = None
    if re.fullmatch(r"\d{1,2}", found["until"]):
        until = checked(period._replace(day=int(found["until"])))
    else:
        until = point_from_symbols(found["until"])
    if until is None or until.day is None or until.month != period.month:
        return None
    if until.year is not None and period.year is not None and until.year != period.year:
        return None
    whole = period.year is not None and period.last().day == until.day
    return Reading(period.text(), flag="" if whole else "FLAG:partial")


def range_from_symbols(symbols: str) -> Reading | None:
    """A word between two periods, else a dash with blanks around it, else the one dash that fits."""
    for separator in (r" ?<to> ?(?:<tanggal> ?|<bulan> ?)?", r" - ", r"-"):
        found = []
        for dash in re.finditer(separator, symbols):
            left, right = symbols[: dash.start()], symbols[dash.end() :]
            if pair := _pair(left.strip(), right.strip(), worded="<to>" in separator):
                found.append(pair)
        if len(found) > 1:
            raise Doubt(
                "two_meanings", *(f"{first.text()}..{last.text()}" for first, last in found)
            )
        if found:
            return _ordered(*found[0])
    return None


def _pair(left: str, right: str, *, worded: bool) -> tuple[Period, Period] | None:
    """Read both ends of a range; what one end leaves out, it has from the other."""
    kind = re.match(r"<(?:quarter|half|third)>", left)
    if kind and re.match(r"<[RO]|\d", right):
        right = kind.group() + right
    last = point_from_symbols(right)
    if last is None:
        return None
    day = re.fullmatch(rf"{TANGGAL}(\d{{1,2}})", left)
    if day:
        return (last._replace(day=int(day[1])), last) if last.day else None
    first = point_from_symbols(left)
    if first is None or (first.flag or last.flag):
        return None
    if worded and last.day and first.day is None and first.month:
        first = first._replace(day=1)
    if [first.month is None, first.day is None, first.part[:1]] != [
        last.month is None,
        last.day is None,
        last.part[:1],
    ]:
        return None
    year = last.year if first.year is None else first.year
    return first._replace(year=year), last if last.year else last._replace(year=first.year)


def _ordered(first: Period, last: Period) -> Reading:
    first, last = checked(first), checked(last)
    if first.day and first.year is None:
        raise Doubt("no_year")
    if first == last:
        return Reading(first.text())
    if first > last:
        raise Doubt("backwards")
    return Reading(f"{first.text()}..{last.text()}")
