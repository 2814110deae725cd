"""Numbers that are no counts: about ten, more than ten, hidden below five, a share, a rank, money."""

import re
from decimal import Decimal
from functools import cache

from analysis.text.numerals import number_text
from analysis.text.plain import Doubt
from analysis.text.quantities import number_reading, one_number, quantity_from_text
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary

HIGHEST_HIDDEN = 20  # "<100" bounds a number, it does not hide a small one


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The patterns of ``amount_patterns.csv``; # is where the number stands."""
    compiled = []
    for entry in read_vocabulary("amount_patterns"):
        pattern = re.escape(entry.text).replace(r"\#", r" ?(?P<number>[^()]+?) ?")
        compiled.append((re.compile(pattern.replace(r"\ ", " ?"), re.IGNORECASE), entry.meaning))
    return tuple(compiled)


def pattern_from_text(text: str) -> Reading | None:
    """Read what ``amount_patterns.csv`` lists; None if no pattern fits.

    >>> pattern_from_text("10-an").value, pattern_from_text("< 5").value
    ('NUMBER_APPROX:10..19', 'SUPPRESSED')
    """
    for pattern, meaning in _patterns():
        found = pattern.fullmatch(text)
        reading = _of_pattern(meaning, found["number"].strip()) if found else None
        if reading is not None:
            return reading
    return None


def _of_pattern(meaning: str, text: str) -> Reading | None:
    kind, _, scale = meaning.partition(" ")
    if kind == "PERCENT":
        return _percent(text)
    quantity = quantity_from_text(f"{text} {scale}".strip())
    if quantity is None:
        number = one_number(text)
        quantity = None if number is None else number_reading(number)
    if quantity is None or quantity.value is None:
        return None
    number = Decimal(0) if quantity.value == "ZERO_REPORTED" else Decimal(quantity.value)
    return PATTERN_READERS[kind](number, quantity.flag)


def _approximate(number: Decimal, flag: str) -> Reading:
    return Reading(f"NUMBER_APPROX:{number_text(number)}", flag=flag)


def _decade(number: Decimal, flag: str) -> Reading | None:
    """10-an is 10 to 19, 100-an is 100 to 199."""
    digits = number_text(number)
    step = 10 ** (len(digits) - len(digits.rstrip("0")))
    if step == 1 or not digits.isdigit():
        return None
    return Reading(f"NUMBER_APPROX:{digits}..{int(digits) + step - 1}", flag=flag)


def _lower_bound(number: Decimal, flag: str) -> Reading:
    return Reading(f"LOWER_BOUND:{number_text(number)}", flag=flag)


def _suppressed(number: Decimal, flag: str) -> Reading:
    if not 0 < number <= HIGHEST_HIDDEN:
        raise Doubt("upper_bound")
    return Reading("SUPPRESSED")


def _upper_bound(number: Decimal, flag: str) -> Reading:
    raise Doubt("upper_bound")


def _ordinal(number: Decimal, flag: str) -> Reading | None:
    return None if flag else Reading("ORDINAL")


def _percent(text: str) -> Reading | None:
    """12% is 0.12; three decimals may be thousands, though nobody writes a share so."""
    if re.fullmatch(r"\d+[.,]\d{3}", text):
        raise Doubt("two_meanings", text, text.replace(".", "").replace(",", ""))
    number = one_number(text)
    return None if number is None else Reading(f"RATIO:{number_text(number / 100)}")


def _money(number: Decimal, flag: str) -> Reading | None:
    """Write money in powers of ten, which no reader of counts takes for a count."""
    if flag or number == 0:
        return None
    mantissa = number.normalize()
    power = mantissa.adjusted()
    return Reading(f"{number_text(mantissa.scaleb(-power))}e{power}")


PATTERN_READERS = {
    "NUMBER_APPROX": _approximate,
    "DECADE": _decade,
    "LOWER_BOUND": _lower_bound,
    "SUPPRESSED": _suppressed,
    "ORDINAL": _ordinal,
    "UPPER_BOUND": _upper_bound,
    "MONEY": _money,
}
