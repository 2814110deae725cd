"""How a column writes its numbers: one 12,5 or 1.234.567 in it tells what 1.234 and 1,234 mean.

A single group of three is the only writing that its own text cannot settle. The proof comes from the
other texts of the column: two groups, or decimals that are not three digits long. Without a proof
the single readings hold (a point parts thousands, 1,234 is a question).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from analysis.text.amounts import amount_from_text, plain_amount
from analysis.text.plain import Doubt
from analysis.text.reading import Reading

NUMBER = re.compile(r"(?<![\d.,])\d[\d.,]*\d(?![\d.,]*\d)")
ONE_GROUP = re.compile(r"(?<![\d.,])([1-9]\d{0,2})([.,])(\d{3})(?![\d.,]*\d)")
DECIMALS = re.compile(r"\d+([.,])(?:\d{1,2}|\d{4,})|0([.,])\d+")
GROUPS = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:(?:\1\d{3})+|(?:\1\d{3})*(?!\1)[.,]\d+)")
OTHER = {".": ",", ",": "."}


class Convention(NamedTuple):
    """The sign that parts thousands ("" where nothing proves one), and the text that proves it.

    With a ``counterproof`` the column writes both ways, and nothing settles a single group.
    """

    thousands: str = ""
    proof: str = ""
    counterproof: str = ""


def convention_of(texts: Iterable[str]) -> Convention:
    """Return how the texts of one column part thousands, with the text that proves it.

    >>> convention_of(["1.235", "12,5"])
    Convention(thousands='.', proof='12,5', counterproof='')
    >>> convention_of(["1,234", "1.234", "7"])
    Convention(thousands='', proof='1,234', counterproof='1.234')
    """
    proofs: dict[str, str] = {}
    groups: dict[str, str] = {}
    for text in sorted(set(texts)):
        for number in NUMBER.findall(plain_amount(text)):
            if sign := _thousands(number):
                proofs.setdefault(sign, text)
            elif one := ONE_GROUP.fullmatch(number):
                groups.setdefault(one[2], text)
    both = proofs or groups  # counts are whole, so 1.234 beside 1,234 is written both ways
    if len(both) == 2:
        return Convention("", both[","], both["."])
    return Convention(*next(iter(proofs.items()))) if proofs else Convention()


def _thousands(number: str) -> str:
    """The sign that parts thousands in a number which only one way of writing allows, else ""."""
    if grouped := GROUPS.fullmatch(number):
        return grouped[1]
    decimals = DECIMALS.fullmatch(number)
    return OTHER[decimals[1] or decimals[2]] if decimals else ""


def amount_in_column(text: str, column: Convention, *, lang: str = "id") -> Reading:
    """Read a count as ``amount_from_text`` does, a single group of three by its column.

    >>> english = convention_of(["1,234,567"])
    >>> amount_in_column("1,234", english).value, amount_in_column("1.234", english).value
    ('1234', '1.234')
    >>> amount_in_column("1.234", convention_of(["1.5", "1,5"])).candidates
    ('1.234', '1234')
    """
    written = plain_amount(text)
    if column.counterproof and (one := ONE_GROUP.search(written)):
        doubt = Doubt("mixed_conventions", f"{one[1]}.{one[3]}", one[1] + one[3])
        facts = {"proof": column.proof, "counterproof": column.counterproof}
        return doubt.reading("amount", lang, **facts)
    if column.thousands:
        written = ONE_GROUP.sub(lambda one: _settled(one, column.thousands), written)
    return amount_from_text(written, lang=lang)


def _settled(one: re.Match[str], thousands: str) -> str:
    """Write a single group so that it says itself what it is: 1234, or 1,2340."""
    return one[1] + one[3] if one[2] == thousands else f"{one[1]},{one[3]}0"
