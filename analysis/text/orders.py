"""What only a whole column tells of its dates: day or month first, and what Excel's numbers count from.

03/04/2024 is 3 April in Indonesia and 4 March in a sheet made in the American way; one 04/13/2024
beside it proves the American way, one 13/04/2024 the Indonesian. 44012 is 30 June 2020 in one date
system of Excel and 1 July 2024 in the other.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from analysis.text.dates import year_from_digits
from analysis.text.digits import EXCEL_SYSTEMS, dates_of_digits
from analysis.text.months import period_from_text
from analysis.text.plain import plain

SLASHED = re.compile(
    r"(\D*?)(?<!\d)(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\3 ?(\d{4}|\d{2})(?![\d/.-])(.*)", re.DOTALL
)
MOST_DAYS = 31
SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
AROUND = timedelta(days=366)  # how far from the dates beside it a day number may lie


class Order(NamedTuple):
    """Whether months stand first, the texts that prove it or the opposite, and one that may be both.

    ``ones_second`` says that nothing is proven and every second part is 1: 1/1, 2/1, 3/1 are the
    first days of months in the American way, or the first days of January.
    """

    month_first: bool = False
    day_proof: str = ""
    month_proof: str = ""
    unproven: str = ""
    ones_second: bool = False

    @property
    def is_mixed(self) -> bool:
        return bool(self.day_proof and self.month_proof)


def order_of(texts: Iterable[str]) -> Order:
    """Return in which order the dates of one column stand; days stand first where nothing tells.

    >>> order_of(["03/04/2024", "04/13/2024"])
    Order(month_first=True, day_proof='', month_proof='04/13/2024', unproven='', ones_second=False)
    >>> order_of(["03/04/2024", "04/04/2024"]).unproven
    '03/04/2024'
    """
    day_proof = month_proof = unproven = ""
    seconds = set()
    for text in texts:
        found = SLASHED.fullmatch(plain(text))
        if not found or max(first := int(found[2]), second := int(found[4])) > MOST_DAYS:
            continue
        seconds.add(second)
        if first > 12 >= second:
            day_proof = day_proof or text
        elif second > 12 >= first:
            month_proof = month_proof or text
        elif first != second:
            unproven = unproven or text
    if day_proof or month_proof:
        unproven = ""
    month_first = bool(month_proof) and not day_proof
    ones_second = bool(unproven) and seconds == {1}
    return Order(month_first, day_proof, month_proof, unproven, ones_second)


def from_month_first(text: str) -> str:
    """Write a date that has its month first as year, month, day; another text as it stands.

    >>> from_month_first("04/03/2024 17.00"), from_month_first("Juli 2024")
    ('2024-04-03 17.00', 'Juli 2024')
    """
    found = SLASHED.fullmatch(plain(text))
    if not found or int(found[2]) > 12:
        return text
    before, month, _, day, year, after = found.groups()
    return f"{before}{year_from_digits(year) or year}-{int(month):02}-{int(day):02}{after}"


def is_serial(text: str) -> bool:
    """Tell whether a text can be a day number of Excel and no date with lost signs, as 40724 is."""
    return bool(SERIAL.fullmatch(text)) and not dates_of_digits(text[:5])


def date_of_serial(serial: str, system: str) -> date | None:
    """Return the day that one of Excel's numbers counts, in the system of 1900 or of 1904.

    The system of 1900 counts a 29 February 1900 that never was, as number 60.

    >>> date_of_serial("45474", "1900"), date_of_serial("44012.5", "1904")
    (datetime.date(2024, 7, 1), datetime.date(2024, 7, 1))
    >>> date_of_serial("59", "1900"), date_of_serial("60", "1900"), date_of_serial("61", "1900")
    (datetime.date(1900, 2, 28), None, datetime.date(1900, 3, 1))
    """
    number = int(re.split("[.,]", serial)[0])
    if system == "1900" and number <= 60:
        return None if number == 60 else date(1899, 12, 31) + timedelta(days=number)
    return EXCEL_SYSTEMS[system] + timedelta(days=number)


def system_of(texts: Iterable[str]) -> str:
    """Return the date system that puts the day numbers of a column beside its written dates.

    "" where the column has no written dates, or where both systems or none would fit.

    >>> system_of(["45474", "3 Juli 2024"]), system_of(["45474"])
    ('1900', '')
    """
    distinct = set(texts)
    serials = [text for text in distinct if is_serial(text)]
    if not serials:
        return ""
    values = (period_from_text(text).value or "" for text in distinct if text not in serials)
    days = [date.fromisoformat(one) for one in values if re.fullmatch(r"\d{4}-\d\d-\d\d", one)]
    if not days:
        return ""
    first, last = min(days) - AROUND, max(days) + AROUND
    fitting = []
    for system in EXCEL_SYSTEMS:
        counted = [date_of_serial(serial, system) for serial in serials]
        if all(day and first <= day <= last for day in counted):
            fitting.append(system)
    return fitting[0] if len(fitting) == 1 else ""
