"""A number with what stands beside it: 12 kss, 12rb, 1,31 juta, dua belas kasus."""

import re
from decimal import Decimal
from functools import cache

from analysis.text.numerals import (
    is_scanned,
    number_text,
    numbers_from_text,
    scale_of,
    spelled_number,
)
from analysis.text.plain import Doubt
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary


def one_number(text: str) -> Decimal | None:
    """Return the number that a text is, None if it is none; raise a doubt if it may be two."""
    numbers = numbers_from_text(text)
    if len(numbers) > 1:
        raise Doubt("two_meanings", *map(number_text, numbers))
    return numbers[0] if numbers else None


def number_reading(number: Decimal, unit: str = "", warning: str = "") -> Reading:
    """Return the reading of a number; a typed 0 is a reported zero, whatever its unit."""
    if number == 0:
        return Reading("ZERO_REPORTED")
    flags = [f"UNIT:{unit}" if unit and not warning else "", warning]
    return Reading(number_text(number), flag=";".join(filter(None, flags)))


def proposed(reading: Reading, digits: str) -> Reading:
    """Name the value as a candidate too where look-alikes of digits were read: l2, 1.O23."""
    return reading._replace(candidates=(str(reading.value),)) if is_scanned(digits) else reading


def quantity_from_text(text: str) -> Reading | None:
    """Read a number with its unit or scale; None if the words beside it are not known.

    >>> quantity_from_text("12 kss"), quantity_from_text("1,31 juta").value
    (Reading(value='12', why='', flag='UNIT:kasus', candidates=()), '1310000')
    """
    digits, number, unit = _number_and_unit(text)
    if number is None:
        return None
    words = unit.split()
    scale = scale_of(words[0]) if words else None
    if scale is None:
        name = known_units().get(unit)
        return None if name is None else proposed(number_reading(number, name), digits)
    name = known_units().get(" ".join(words[1:]), None if words[1:] else "")
    if name is None:
        return None
    return proposed(_scaled(text, number, scale, name), digits)


def _number_and_unit(text: str) -> tuple[str, Decimal | None, str]:
    """Part a text where the front is a number and the back are letters: front, number, back."""
    if re.match(r"[OolI|]*\d", text):
        found = re.fullmatch(r"([OolI|]*\d[\dOolI|., ]*?)[ .]*([^\W\d_][^\d()=;:/]*)", text)
        if not found:
            return "", None, ""
        return found[1], one_number(found[1]), found[2].casefold().strip(" .,")
    words = text.split()
    for size in range(len(words) - 1, 0, -1):
        spelled = spelled_number(" ".join(words[:size]))
        if spelled is not None:
            return "", Decimal(spelled), " ".join(words[size:]).casefold().strip(" .,")
    return "", None, ""


def _scaled(text: str, number: Decimal, scale: int, unit: str) -> Reading:
    """Multiply, except that "532.644 ribu" says thousand twice and "1.022 T" may do so."""
    grouped = re.match(r"[1-9]\d{0,2}(?:\.\d{3})+(?![\d,])", text)
    if grouped and scale == 1000 and number >= 100_000:
        return number_reading(number, unit, "WARN:unit")
    if grouped:
        candidates = (number * scale / 1000, number * scale)
        raise Doubt("two_meanings", *map(number_text, candidates))
    return number_reading(number * scale, unit)


@cache
def known_units() -> dict[str, str]:
    """Return the units of ``units.csv`` by each of their spellings."""
    return {entry.text: entry.meaning for entry in read_vocabulary("units")}
