"""Read a count, or what a cell says instead of one: zero, not reported, hidden, a share, a rank.

Canonical forms: ``1234``, ``1234.5``, ``ZERO_REPORTED``, ``NOT_REPORTED``, ``NOT_AVAILABLE``,
``NOT_APPLICABLE``, ``PENDING``, ``SUPPRESSED``, ``DITTO``, ``CHECKED``, ``NOT_HERE``,
``PRESENT:count unknown``, ``MERGED_WITH:place``, ``NUMBER_APPROX:10..19``, ``LOWER_BOUND:10``,
``RATIO:12/15``, ``SPLIT:L=2;P=10``, ``ORDINAL``, ``SENTINEL``; behind a semicolon ``UNIT:kasus``,
``FLAG:provisional``, ``FOOTNOTE:1``, ``WARN:unit``. Money is written as ``6e8``, so that nobody
counts it. 0 and NIHIL are reported zeros; a blank is not; a dash is a question.
"""

import re
from decimal import Decimal

from analysis.text.bounds import pattern_from_text
from analysis.text.marks import split_marks
from analysis.text.numerals import number_text
from analysis.text.plain import Doubt, lookup, meaning_to_reading, plain
from analysis.text.quantities import number_reading, one_number, proposed, quantity_from_text
from analysis.text.reading import Reading
from analysis.text.several import several_from_text
from analysis.words.messages import say

# Forms write "unknown" as nines; a count may be 99 too, so one cell alone cannot tell.
SENTINELS = {"99", "999", "9999"}
NEGATIVE_SENTINELS = {"-99", "-999", "-9999"}
LONGEST_TEXT = 100  # a remark, not a count
LONGEST_COUNT = 9  # digits; longer ones are phone or identity numbers
LINES = re.compile(r"(?<=[\d.,])[^\S\n\r]*[\t\n\v\f\r\x85\u2028\u2029]\s*(?=[\d.,])")
DITTO_MARKS = {"''", '"', "〃"}


def amount_from_text(text: str, *, lang: str = "id") -> Reading:
    """Read a count; a dash, 1,234 or (12) may mean two things and stay open.

    A value that is its own candidate was read from look-alikes of digits (l2, 1.O23): a proposal.
    How a column writes its thousands is settled before, by ``conventions``.

    >>> amount_from_text("1.235").value, amount_from_text("NIHIL").value
    ('1235', 'ZERO_REPORTED')
    >>> amount_from_text("-").candidates
    ('ZERO_REPORTED', 'NOT_REPORTED')
    >>> amount_from_text("12 kss*").canonical
    '12;UNIT:kasus;FLAG:provisional'
    """
    try:
        reading = _read(plain_amount(text))
    except Doubt as doubt:
        return doubt.reading("amount", lang)
    if not reading.candidates:
        return reading
    candidates = " | ".join(reading.candidates)
    return reading._replace(why=say("text.amount.look_alike", lang, candidates=candidates))


def plain_amount(text: str) -> str:
    """Fold a text as ``plain`` does, but keep two lines of digits apart: they are no thousands.

    >>> plain_amount("12\\n345"), plain_amount("12 345")
    ('12 | 345', '12 345')
    """
    return plain(LINES.sub(" | ", text))


def _read(text: str) -> Reading:
    if text in DITTO_MARKS:
        return Reading("DITTO")
    if not text.strip("'"):
        return Reading("NOT_REPORTED")
    if len(text) > LONGEST_TEXT:
        raise Doubt("unread")
    _refuse_leftovers(text)
    for form in (_signs, _phrase, _marked, *FORMS):
        reading = form(text)
        if reading is not None:
            return reading
    raise Doubt(_why_unread(text))


def _refuse_leftovers(text: str) -> None:
    """What a program leaves in a cell is no count."""
    if re.match(r"#[A-Za-z]", text):
        raise Doubt("excel_error")
    if re.match(r"=|\+[A-Za-z]|@", text):
        raise Doubt("formula")


def _why_unread(text: str) -> str:
    reasons = {
        r"[\d.,]+[Ee][+-]?\d+": "not_a_count",
        r"-[\d.,]+": "negative",
        r"\d{10,}|0\d{6,}": "too_long",
        r"\+ ?[\d.,]+": "change",
        r".*\?.*": "questioned",
        r"\d+(?: ?\+ ?\d+)+(?: ?= ?\d+)?": "a_sum",
        r"\d* ?(?:[½⅓⅔¼¾]|\d+ ?/ ?\d+)": "a_fraction",
        r"(?:[$€£¥]|USD|SGD|MYR|EUR) ?[\d.,]+.*": "money",
        r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?|\d\d?:\d\d(?::\d\d)?": "a_date",
        r"[\d., |]+": "a_range",
        r"(?:antara )?\d+ ?(?:s\.?/?d\.?|sampai(?: dengan)?|hingga|to|dan|atau) ?\d+": "a_range",
        r".*\d.*[^\W\d_].*|.*[^\W\d_].*\d.*": "unit_unknown",
    }
    for pattern, reason in reasons.items():
        if re.fullmatch(pattern, text, re.DOTALL | re.IGNORECASE):
            return reason
    return "unread"


# -- what stands in place of a number --------------------------------------------------------------


def _signs(text: str) -> Reading | None:
    """A dash is zero for BPS and in Excel's accounting format, and no data in many an office."""
    squeezed = text.replace(" ", "")
    if re.fullmatch(r"[-−_]+", squeezed):
        raise Doubt("dash", "ZERO_REPORTED", "NOT_REPORTED")
    if re.fullmatch(r"\.{3,}", squeezed):
        return Reading("NOT_AVAILABLE")
    if text == ".":
        raise Doubt("two_meanings", "NOT_AVAILABLE", "typo")
    if text == "**":
        return Reading("FLAG:very provisional without value")
    return None


def _phrase(text: str) -> Reading | None:
    meaning = lookup("amount_phrases", text)
    if meaning is not None:
        return meaning_to_reading(meaning)
    merged = re.fullmatch(
        r"(?:di|ber|ter)?gabung (?:(?:dgn|dg|dengan|ke|di|pada|dlm|dalam)\.? )?(.+)",
        text,
        re.IGNORECASE,
    )
    return Reading(f"MERGED_WITH:{merged[1].strip(' .')}") if merged else None


def _marked(text: str) -> Reading | None:
    """A value with marks behind it; 121) may have lost its superscript, 12x may be times."""
    if re.fullmatch(r"\d{2,}\)", text):
        number, note = text[:-2], text[-2]
        raise Doubt("two_meanings", f"{number};FOOTNOTE:{note}", text[:-1])
    if re.fullmatch(r"\d+ ?[xX]", text):
        number = text[:-1].strip()
        raise Doubt("two_meanings", f"{number};UNIT:kali", f"{number};FLAG:preliminary")
    rest, flags = split_marks(text)
    if not flags or not rest:
        return None
    reading = _read(rest)
    return reading._replace(flag=";".join(filter(None, [reading.flag, *flags])))


# -- numbers ---------------------------------------------------------------------------------------


def _bare_number(text: str) -> Reading | None:
    """Digits alone; an apostrophe in front is Excel's mark for text, quotes are left by a CSV."""
    text = re.sub(r'^"([^"]+)"$|^\'([^\']+)\'?$', r"\1\2", text).strip()
    bare = text.rstrip(".,;")
    if re.fullmatch(r"\d+", bare):
        if len(bare) > LONGEST_COUNT or (bare.startswith("0") and len(bare) > 6):
            raise Doubt("too_long")
        if bare.lstrip("0") in SENTINELS:
            raise Doubt("sentinel", bare.lstrip("0"), "SENTINEL")
    if re.fullmatch(r"0,\d*[1-9]\d*", bare):
        raise Doubt("share_or_decimal", number_text(Decimal(bare.replace(",", "."))))
    if re.fullmatch(r"0[1-9]\d{3,}", bare):
        raise Doubt("leading_zero", bare.lstrip("0"))
    number = one_number(text)
    return None if number is None else proposed(number_reading(number), text)


def _negative(text: str) -> Reading | None:
    if text.replace(" ", "") in NEGATIVE_SENTINELS:
        return Reading("SENTINEL")
    if re.fullmatch(r"-\d+", text):
        raise Doubt("negative")
    if text.startswith("−") and (number := one_number(text[1:])):
        return Reading(f"-{number_text(number)}")
    if re.fullmatch(r"\(\d[\d.,]*\)", text):
        raise Doubt("two_meanings", f"-{text[1:-1]}", text[1:-1])
    if re.fullmatch(r"\d[\d.,]*-", text):
        raise Doubt("two_meanings", f"-{text[:-1]}", "typo")
    return None


def _said_twice(text: str) -> Reading | None:
    """7 (tujuh), 0 (nol), NIHIL (0): digits and words must agree. 12 (15) may be a running total."""
    found = re.fullmatch(r"([^()]+?) ?\(([^()]+)\) ?([^()]*)", text)
    if not found:
        return None
    front, inside = found[1], found[2]
    in_digits = [bool(re.search(r"\d", part)) for part in (front, inside)]
    if all(in_digits) and one_number(inside) is not None:
        raise Doubt("month_or_total", front, inside)
    if all(in_digits) or not any(in_digits):
        return None
    first, second = (_of_part(part) for part in (f"{front} {found[3]}".strip(), inside))
    if first.value != second.value:
        raise Doubt("words_and_digits_differ", str(first.value), str(second.value))
    return first if first.flag else second._replace(flag=first.flag or second.flag)


def _of_part(text: str) -> Reading:
    """Read digits as they stand: words beside them settle what 99 is."""
    number = one_number(text)
    return _read(text) if number is None else number_reading(number)


FORMS = (
    _bare_number,
    _negative,
    pattern_from_text,
    quantity_from_text,
    _said_twice,
    several_from_text,
)
