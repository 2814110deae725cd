"""Read a period: a month, a day, a quarter, a range, a feast, or what a header says instead.

Canonical forms: ``M08`` (no year), ``2024-08``, ``2024-08-05``, ``2024-Q1``, ``2024-H1``, ``Y2024``,
``first..last``, ``SCHOOL:2023-07..2024-06``, ``week 3``, ``NOT_PERIOD:total``,
``RELATIVE:report month -1``, ``FLAG:cumulative``; behind a semicolon what the text adds:
``FLAG:provisional``, ``FLAG:stock``. Dates are day, month, year, as in Indonesia.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from analysis.text.dates import (
    BULAN,
    KE,
    NAME,
    NUMERAL,
    TAHUN,
    YEAR4,
    Period,
    S,
    checked,
    numeral,
    point_from_symbols,
    split_time,
    year_from_digits,
)
from analysis.text.digits import digits_from_symbols, real_date
from analysis.text.feasts import feast_from_symbols
from analysis.text.hijri import hijri_from_symbols
from analysis.text.marks import split_marks
from analysis.text.plain import Doubt, lookup, meaning_to_reading, plain
from analysis.text.ranges import (
    cumulative_from_symbols,
    partial_from_symbols,
    range_from_symbols,
    stock_from_symbols,
)
from analysis.text.reading import Reading
from analysis.text.symbols import to_symbols

LONGEST_TEXT = 100  # a title or a remark, not a period
KEPT = 50_000  # readings kept: sheets repeat few texts many times


@lru_cache(maxsize=KEPT)
def period_from_text(text: str, *, lang: str = "id") -> Reading:
    """Read a period; months one letter apart and 2/7 the other way round are never guessed.

    >>> period_from_text("Peb-22").value, period_from_text("s.d. Juni 2024").canonical
    ('2022-02', '2024-01..2024-06;FLAG:cumulative')
    >>> period_from_text("724").candidates
    ('2024-07', 'number:724')
    >>> period_from_text("31 Juni 2024").why
    'tanggal itu tidak ada di kalender'
    """
    try:
        return _read(plain(text).replace("−", "-"))
    except Doubt as doubt:
        return doubt.reading("month", lang)


def _read(text: str) -> Reading:
    if not text.strip("'\" "):
        raise Doubt("empty")
    if len(text) > LONGEST_TEXT:
        raise Doubt("unread")
    _refuse_leftovers(text)
    meaning = lookup("period_phrases", text)
    if meaning is not None:
        return meaning_to_reading(meaning)
    if re.fullmatch(r"\(\d{1,2}\)", text):  # the number of a column, as BPS prints it
        raise Doubt("unread")
    text, flags = split_marks(text)
    text = _without_wrapping(text)
    text, days_later = split_time(text)
    symbols = to_symbols(text)
    for form in FORMS:
        reading = form(symbols) if days_later is None else _moment(symbols, days_later)
        if reading is not None:
            flags = [*filter(None, [reading.flag]), *flags]
            return reading._replace(flag=";".join(flags))
    raise Doubt(_why_unread(symbols))


def _refuse_leftovers(text: str) -> None:
    """What a program leaves in a cell or a header is no period, whatever stands around it."""
    if re.match(r"#[A-Za-z]", text):
        raise Doubt("excel_error")
    if text.startswith("="):
        raise Doubt("formula")
    if re.match(r"unnamed: ?\d+", text, re.IGNORECASE):
        raise Doubt("merged_header")


def _without_wrapping(text: str) -> str:
    """Take off brackets around the whole text and stray points and quotes at its ends."""
    text = text.strip(" .,;:'\"")
    if re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]", text):
        text = text[1:-1]
    return text.strip(" .,;:'\"")


def _why_unread(symbols: str) -> str:
    shape = re.sub(r"<M\d\d>", "<name>", symbols)
    reasons = {
        r"<vague>": "vague",
        r"<open>": "open_end",
        r"\d ?(?:,|&|<\?>) ?\d+ ?<name>": "several_dates",
        r"(?:<name>|<tahun>|<fiscal>)\D*(?:\d{1}|\d{3}|\d{5,})(?!\d)": "year_unclear",
        r"<D\d>|<minggu>": "weekday_only",
        r"^\d{1,2} ?[./-] ?\d{1,2}$": "no_year",
    }
    for pattern, reason in reasons.items():
        if re.search(pattern, shape):
            return reason
    return "unread"


# -- one form each: symbols in, a reading, or None where it is another form -------------------------


def _moment(symbols: str, days_later: int) -> Reading | None:
    """A date with a time of day; ``days_later`` is what the time zone adds in Western Indonesia."""
    period = point_from_symbols(symbols)
    if period is None or period.day is None or period.year is None:
        return None
    shifted = period.first() + timedelta(days=days_later)
    return Reading(shifted.isoformat(), flag=period.flag)


def _point(symbols: str) -> Reading | None:
    period = point_from_symbols(symbols)
    if period is None:
        return None
    if period.day and period.year is None:
        _refuse_day_or_year(period)
    if re.match(r"\d{1,2} ?_", symbols) and period.month:
        month = period._replace(day=None)  # 01_Januari_2024: the number of a file
        raise Doubt("two_meanings", period.text(), month.text())
    return Reading(period.text(), flag=period.flag)


def _refuse_day_or_year(period: Period) -> None:
    """24-Jul is a day without its year, or Excel's writing of July 2024."""
    year = year_from_digits(f"{period.day:02d}")
    if period.day and period.day >= 10 and year:
        raise Doubt(
            "two_meanings",
            f"{period.day:02d}/{period.month:02d}",
            f"{year}-{period.month:02d}",
        )
    raise Doubt("no_year")


def _number_with_name(symbols: str) -> Reading | None:
    """12 (Desember), Desember (XII), 7. Juli, Juli/July: twice the same month."""
    shapes = (
        rf"(?P<number>\d{{1,2}}) ?(?:\(|[.)_] ?){NAME}\)?",
        rf"{NAME} ?\((?P<number>\d{{1,2}})\)",
        rf"<R(?P<number>\d+)> ?(?:\(|[.)_] ?){NAME}\)?",
        rf"{NAME} ?\(<R(?P<number>\d+)>\)",
        rf"{NAME} ?[/(-] ?<M(?P<number>\d\d)>\)?(?:{S}{TAHUN}{YEAR4})?",
    )
    for shape in shapes:
        found = re.fullmatch(shape, symbols)
        if not found:
            continue
        if int(found["number"]) == int(found["month"]):
            year = found.groupdict().get("year")
            return Reading(checked(Period(int(year) if year else None, int(found["month"]))).text())
        if "(" in symbols:
            raise Doubt("name_and_number_differ")
    return None


def _school(symbols: str) -> Reading | None:
    """Two years make a school year (July to June); without a word for it they may be two years."""
    two_years = r"(?P<first>\d{4}) ?(?P<dash>[/-]) ?(?P<second>\d{4}|\d\d)"
    half = rf"(?:<half>{S}(?:{NUMERAL}|(?P<season><odd>|<even>)){S})?"
    word = r"(?P<word><fiscal>|<school>|<tahun>)?"
    found = re.fullmatch(rf"{half}{word}{S}{two_years}", symbols)
    if not found:
        return None
    first = year_from_digits(found["first"])
    if first is None or int(found["second"]) % 100 != (first + 1) % 100:
        return None
    autumn, spring = f"{first}-07..{first}-12", f"{first + 1}-01..{first + 1}-06"
    if found["season"]:
        return Reading("SCHOOL:" + (autumn if found["season"] == "<odd>" else spring))
    if "<half>" in symbols:
        number = numeral(found, most=2)
        return Reading("SCHOOL:" + (autumn if number == 1 else spring))
    if found["word"] in ("<fiscal>", "<school>"):
        return Reading(f"SCHOOL:{first}-07..{first + 1}-06")
    if found["dash"] == "/":
        years = (f"SCHOOL:{first}-07..{first + 1}-06", f"Y{first}..Y{first + 1}")
        month = real_date(found["first"], found["second"]) if len(found["second"]) == 2 else ""
        raise Doubt("two_meanings", *years, *filter(None, [month]))
    return None


def _week(symbols: str) -> Reading | None:
    """Minggu I is a week, Minggu 7 Juli a Sunday; a small number before a month may be both."""
    when = rf"(?:{S}{BULAN}{NAME}(?:{S}{TAHUN}{YEAR4})?)"
    if re.fullmatch(rf"<minggu> ?[1-5]{when}", symbols):
        raise Doubt("week_or_sunday")
    shapes = (
        rf"(?!<minggu>[ ,.]*\d+[ ,./-]*<)(?:<week>|<minggu>){S}{KE}{NUMERAL}{when}?",
        rf"<m>-?{NUMERAL}{S}{when}",
        rf"{BULAN}{NAME}(?:{S}{TAHUN}{YEAR4})?{S}(?:<week>|<minggu>){S}{KE}{NUMERAL}",
    )
    found = next(filter(None, (re.fullmatch(shape, symbols) for shape in shapes)), None)
    if not found:
        return None
    week = f"week {numeral(found, most=5)}"
    if not found["month"]:
        return Reading(week)
    year = int(found["year"]) if found["year"] else None
    return Reading(f"{week} of {checked(Period(year, int(found['month']))).text()}")


def _week_of_year(symbols: str) -> Reading | None:
    """2024-W27, Minggu ke-27 2024: a week of the year, by its number in the ISO calendar."""
    shapes = (
        rf"(?:<week> ?|<minggu> ?<ke>){S}(?P<number>\d\d){S}{TAHUN}{YEAR4}",
        rf"{YEAR4}-?<week>(?P<number>\d\d)",
    )
    found = next(filter(None, (re.fullmatch(shape, symbols) for shape in shapes)), None)
    if not found:
        return None
    year, number = int(found["year"]), int(found["number"])
    checked(Period(year))
    if not 1 <= number <= date(year, 12, 28).isocalendar().week:  # that day is in the last week
        raise Doubt("no_such_part")
    return Reading(f"week {number} of {year}")


def _first_months(symbols: str) -> Reading | None:
    """Dua bulan pertama 2023."""
    found = re.fullmatch(rf"(?:<N(\d+)>|(\d{{1,2}})) ?<bulan> ?<O1> ?{TAHUN}{S}{YEAR4}", symbols)
    if not found:
        return None
    last = checked(Period(int(found["year"]), int(found[1] or found[2])))
    first = last._replace(month=1)
    return Reading(last.text() if first == last else f"{first.text()}..{last.text()}")


def _sum_or_mean(symbols: str) -> Reading | None:
    """Jml Smt I, Total 2024, Rata-rata TW I: a column that adds up the periods it names."""
    found = re.fullmatch(rf"<(total|subtotal|mean)>{S}(.+)", symbols)
    if not found:
        return None
    period = point_from_symbols(found[2])
    if period is None or not (period.part or period.year) or period.month:
        return None
    kind = "subtotal" if period.part and found[1] == "total" else found[1]
    return Reading(f"NOT_PERIOD:{kind}")


FORMS = (
    digits_from_symbols,
    _number_with_name,
    _week,
    _week_of_year,
    _school,
    feast_from_symbols,
    hijri_from_symbols,
    _point,
    _first_months,
    _sum_or_mean,
    stock_from_symbols,
    cumulative_from_symbols,
    partial_from_symbols,
    range_from_symbols,
)
