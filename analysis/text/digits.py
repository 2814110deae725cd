"""A period written as bare digits: 7, 202407, 20240702, or something that may be a number."""

import re
from calendar import monthrange
from datetime import date, timedelta

from analysis.text.dates import year_from_digits
from analysis.text.plain import Doubt
from analysis.text.reading import Reading

# Day 0 of the two date systems of Excel; the first counts a 29 February 1900 that never was.
EXCEL_SYSTEMS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
# How an office writes a period as one number, beside YYYYMM and YYYYMMDD.
ORDERS = (
    "MYY", "MMYY", "YYMM", "DMMYY", "MYYYY", "YYMMDD", "DDMMYY", "MMYYYY", "DDMMYYYY",
)  # fmt: skip


def digits_from_symbols(symbols: str) -> Reading | None:
    """A bare number: a month, a year, or one of several things that a person must tell apart."""
    found = re.fullmatch(r"(\d+)(?:[.,]0+)?", symbols)
    if not found:
        serial = re.fullmatch(r"(\d{5})[.,]\d+", symbols)
        found = serial if serial else re.fullmatch(r"(\d{4}\.\d)", symbols)
    if not found:
        return None
    digits = found.group(1)
    if "." in digits:  # 2024.1 may have been 2024.10 before a program took the zero away
        year, tenth = digits.split(".")
        raise Doubt("two_meanings", f"{year}-0{tenth}", f"{year}-{tenth}0", f"number:{digits}")
    if len(digits) <= 2:
        if 1 <= int(digits) <= 12:
            return Reading(f"M{int(digits):02d}")
        raise Doubt("no_such_month")
    if len(digits) == 4 and year_from_digits(digits):
        return Reading(f"Y{digits}")
    if len(digits) in (6, 8) and year_from_digits(digits[:4]):
        parts = [digits[4:6], digits[6:]]
        if real_date(digits[:4], *parts):
            return Reading("-".join([digits[:4], *filter(None, parts)]))
    candidates = _meanings_of_digits(digits)
    raise Doubt("two_meanings" if candidates else "no_such_month", *candidates)


def real_date(year: str, month: str, day: str = "") -> str:
    """Return the date or month when the calendar has it, else ""."""
    full_year = year_from_digits(year)
    if full_year is None or not 1 <= int(month) <= 12:
        return ""
    if day and not 1 <= int(day) <= monthrange(full_year, int(month))[1]:
        return ""
    return f"{full_year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def dates_of_digits(digits: str) -> list[str]:
    """The dates and months that a run of digits writes, a lost zero in front allowed.

    >>> dates_of_digits("40724"), dates_of_digits("45474")
    (['2024-07-04'], [])
    """
    found = [
        real_date(*(_part(digits, order, letter) for letter in "YMD"))
        for order in ORDERS
        if len(order) == len(digits)
    ]
    return [text for text in found if text]


def _meanings_of_digits(digits: str) -> list[str]:
    """What a run of 3 to 8 digits may be: month and year, a date, a day of Excel, a number."""
    number = int(digits)
    found = dates_of_digits(digits)
    if len(digits) == 5:
        days = {name: zero + timedelta(days=number) for name, zero in EXCEL_SYSTEMS.items()}
        found += [
            f"{day.isoformat()} ({name})"
            for name, day in days.items()
            if year_from_digits(str(day.year))
        ]
    return [*found, f"number:{number}"] if found else []


def _part(digits: str, order: str, letter: str) -> str:
    return "".join(digit for digit, name in zip(digits, order, strict=True) if name == letter)
