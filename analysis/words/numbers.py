"""Numbers, months, dates and lists as people write them, in Indonesian and in English.

One rounding rule holds everywhere: half away from zero, on the decimal digits that Python prints
for the number. So 2.675 becomes 2.68, although the nearest binary fraction lies just below it,
and 0.5 becomes 1. No setting of the computer (``locale``) plays a part.
"""

import math
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import pandas as pd

from analysis.words.messages import InsidenError, say


def rounded(value: Any, decimals: int = 0) -> Decimal:
    """Round half away from zero, as every printed number is rounded; there is no minus zero.

    >>> rounded(2.675, 2), rounded(-0.5), rounded(-0.04, 1)
    (Decimal('2.68'), Decimal('-1'), Decimal('0.0'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    result = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return result if result else abs(result)


def steady(value: float) -> float:
    """Return a number without the digits in which computers differ: seven digits, two decimals at least.

    An iterated estimate has other last digits on another processor or with another library. Cut
    here, they reach no table, and so no digest of a figure.

    >>> steady(25.1133934318), steady(598769.166667), steady(3.67666446835e-10)
    (25.11339, 598769.17, 3.676664e-10)
    """
    if not value or not math.isfinite(value):
        return value
    return round(value, max(2, 6 - math.floor(math.log10(abs(value)))))


def float_text(value: float) -> str:
    """Write a number as exported tables and records of figures hold it.

    >>> float_text(0.1 + 0.2), float_text(2.0)
    ('0.3', '2')
    """
    return f"{steady(value):.12g}"


def number(value: Any, lang: str, decimals: int = 0) -> str:
    """Write a number with the language's marks; nothing is "…", not available.

    >>> number(1234.5, "id", 1), number(1234.5, "en", 1), number(None, "id")
    ('1.234,5', '1,234.5', '…')
    """
    if pd.isna(value):
        return say("numbers.not_available", lang)
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "-∞"
    marks = {
        ",": say("numbers.thousands_mark", lang),
        ".": say("numbers.decimal_mark", lang),
    }
    return "".join(marks.get(sign, sign) for sign in f"{rounded(value, decimals):,f}")


def percent(value: Any, lang: str, decimals: int = 1) -> str:
    """Write a percentage; ``value`` is already in per cent.

    >>> percent(12.5, "id"), percent(12.5, "en")
    ('12,5%', '12.5%')
    """
    if pd.isna(value):
        return say("numbers.not_available", lang)
    return say("numbers.percent", lang, number=number(value, lang, decimals))


def month_word(month: int, lang: str, style: Literal["long", "short"] = "long") -> str:
    """Name a month of the year from 1 to 12, without a year.

    >>> month_word(8, "id", "short"), month_word(8, "en")
    ('Agu', 'August')
    """
    return say(f"numbers.months_{style}", lang).split()[month - 1]


def month_name(month: date, lang: str, style: Literal["long", "short"] = "long") -> str:
    """Name a month with its year.

    >>> month_name(pd.Timestamp("2024-07-01"), "id")
    'Juli 2024'
    """
    if pd.isna(month):
        return say("numbers.not_available", lang)
    word = month_word(month.month, lang, style)
    return say("numbers.month_of_year", lang, month=word, year=month.year)


def date_text(day: date, lang: str) -> str:
    """Write a date in words.

    >>> date_text(date(2024, 7, 2), "id")
    '2 Juli 2024'
    """
    if pd.isna(day):
        return say("numbers.not_available", lang)
    return say("numbers.date", lang, day=day.day, month=month_word(day.month, lang), year=day.year)


def period(first: date, last: date, lang: str) -> str:
    """Write the months from ``first`` to ``last``; a year that both share stands once.

    >>> period(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-01"), "id")
    'Januari s.d. Maret 2024'
    """
    if (first.year, first.month) > (last.year, last.month):
        raise InsidenError("numbers.period_backwards", first=f"{first:%Y-%m}", last=f"{last:%Y-%m}")
    if (first.year, first.month) == (last.year, last.month):
        return month_name(first, lang)
    start = month_word(first.month, lang) if first.year == last.year else month_name(first, lang)
    return say("numbers.period", lang, first=start, last=month_name(last, lang))


def join_words(parts: Sequence[str], lang: str) -> str:
    """Join words as a list in a sentence; nothing gives an empty text.

    >>> join_words(["Lebak", "Cilegon", "Serang"], "id")
    'Lebak, Cilegon, dan Serang'
    """
    if len(parts) < 2:
        return "".join(parts)
    key = "list_of_two" if len(parts) == 2 else "list_of_many"
    return say(f"numbers.{key}", lang, first=", ".join(parts[:-1]), last=parts[-1])
