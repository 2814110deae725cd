"""Read a number as people write it: digits with points and commas, number words, or a mixture.

Every function returns all the readings that are possible: none, the one, or several. In Indonesia
a point parts thousands and a comma the decimals; English files do the reverse.
"""

import re
from decimal import Decimal
from functools import cache

from analysis.text.vocabulary import read_vocabulary

_SCANNED = re.compile(r"[0-9OolI|.,]*[0-9][0-9OolI|.,]*")
_GROUPED_BY_BLANK = re.compile(r"[1-9][0-9]{0,2}(?:(?: |\. )[0-9]{3})+")


def numbers_from_text(text: str) -> list[Decimal]:
    """Return every number that ``text`` may be; ``text`` is plain and holds nothing else.

    >>> numbers_from_text("1.234"), numbers_from_text("1,234"), numbers_from_text("dua belas")
    ([Decimal('1234')], [Decimal('1.234'), Decimal('1234')], [Decimal('12')])
    """
    text = text.strip()
    if _GROUPED_BY_BLANK.fullmatch(text):
        return [Decimal(re.sub("[ .]", "", text))]
    digits = _repair_scan(text)
    if digits is not None:
        return _digits_to_numbers(digits[:-1] if digits[-1:] in ".,;" else digits)
    spelled = spelled_number(text)
    return [] if spelled is None else [Decimal(spelled)]


def _repair_scan(text: str) -> str | None:
    """Put digits for O, l, I between digits; at the end an l may be a unit and stays."""
    if re.fullmatch(r"[0-9][0-9.,;]*", text):
        return text
    if not _SCANNED.fullmatch(text) or text[-1] in "olI|" or text[0] in ".,":
        return None
    return re.sub("[lI|]", "1", re.sub("[Oo]", "0", text))


def is_scanned(text: str) -> bool:
    """Say whether a number is read from letters that look like digits: l2, 1.O23."""
    digits = _repair_scan(text.strip())
    return digits is not None and digits != text.strip()


def _digits_to_numbers(text: str) -> list[Decimal]:
    """Read digits with points and commas by their groups of three."""
    if re.fullmatch(r"\d+", text):
        return [Decimal(text)]
    if re.fullmatch(r"0[.,]0+", text):
        return [Decimal(0)]
    whole, plain_groups = r"[1-9]\d{0,2}", r"\d{3}"
    if re.fullmatch(rf"{whole}(\.{plain_groups})+(,\d+)?", text):
        return [_decimal(text, thousands=".", comma=",")]
    if re.fullmatch(rf"{whole}(,{plain_groups}){{2,}}(\.\d+)?|{whole},{plain_groups}\.\d+", text):
        return [_decimal(text, thousands=",", comma=".")]
    if re.fullmatch(rf"{whole},{plain_groups}", text):
        return [Decimal(text.replace(",", ".")), Decimal(text.replace(",", ""))]
    if re.fullmatch(rf"[1-9]\d{{3,}}[.,]{plain_groups}", text):  # a lost sign, or three decimals
        return [Decimal(text.replace(",", ".")), Decimal(re.sub("[.,]", "", text))]
    if re.fullmatch(r"(0|[1-9]\d*)[.,]\d+", text):
        return [Decimal(text.replace(",", "."))]
    return []


def _decimal(text: str, *, thousands: str, comma: str) -> Decimal:
    return Decimal(text.replace(thousands, "").replace(comma, "."))


# -- number words ----------------------------------------------------------------------------------


@cache
def _meanings() -> dict[str, str]:
    return {entry.text: entry.meaning for entry in read_vocabulary("number_words")}


@cache
def _glued() -> re.Pattern[str]:
    """duabelas, seratus: the second half is a word of its own."""
    halves = [word for word, meaning in _meanings().items() if not meaning.isdigit()]
    return re.compile(rf"({'|'.join(word for word in halves if len(word) > 3)})")


def spelled_number(text: str) -> int | None:
    """Return the whole number that Indonesian (or small English) number words say, else None.

    >>> spelled_number("seratus dua puluh"), spelled_number("duabelas"), spelled_number("dua tiga")
    (120, 12, None)
    """
    lowered = re.sub(r"[\s-]+", " ", text.casefold()).strip(" .,")
    words = _glued().sub(r" \1 ", lowered).split()
    total, rest = 0, words
    for scale in (10**6, 10**3):
        names = [name for name, meaning in _meanings().items() if meaning == f"scale {scale}"]
        at = next((place for place, word in enumerate(rest) if word in names), None)
        if at is None:
            continue
        count = 1 if rest[:at] == ["se"] else _below_thousand(rest[:at])
        if not count:
            return None
        total, rest = total + count * scale, rest[at + 1 :]
    if words and not rest:
        return total
    last = _below_thousand(rest)
    if last is None or (last == 0 and len(words) > 1):
        return None
    return total + last


def _below_thousand(words: list[str]) -> int | None:
    """Read words such as ``dua ratus tiga puluh lima``; ``se`` is one before ratus or belas."""
    values = ["1" if word == "se" else _meanings().get(word, "unknown") for word in words]
    shape = " ".join(values)
    hundreds = re.match(r"(\d) times 100(?: |$)", shape)
    rest = shape[hundreds.end() :] if hundreds else shape
    total = int(hundreds[1]) * 100 if hundreds else 0
    if not rest:
        return total if hundreds else None
    if tens := re.fullmatch(r"([1-9]) times 10(?: ([1-9]))?", rest):
        return total + int(tens[1]) * 10 + int(tens[2] or 0)
    if teen := re.fullmatch(r"([1-9]) plus 10", rest):
        return total + 10 + int(teen[1])
    if words[-1] != "se" and re.fullmatch(r"\d\d?", rest):
        return total + int(rest)
    return None


def scale_of(word: str) -> int | None:
    """Return what ``ribu``, ``juta``, ``miliar`` or ``triliun`` multiplies by."""
    kind, _, number = _meanings().get(word.casefold(), "").partition(" ")
    return int(number) if kind == "scale" else None


def number_text(number: Decimal) -> str:
    """Write a number without exponent and without empty decimals.

    >>> number_text(Decimal("1234.50")), number_text(Decimal("6E8"))
    ('1234.5', '600000000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
