"""Marks behind a value: an asterisk for provisional, ``r)`` for revised, a footnote's number.

BPS prints ``*)`` provisional, ``**)`` very provisional, ``r)`` revised, ``x)`` preliminary.
"""

import re
from functools import cache

from analysis.text.vocabulary import read_vocabulary

SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPT = re.compile(rf"(.*?)[ ]*([{SUPERSCRIPTS}]{{1,2}})[⁾)]?", re.DOTALL)
# "12 1)" and "Juli a)" are footnotes; "121)" may be one and is left to the reader.
_FOOTNOTE = re.compile(r"(.*(?:[^\W\d_]|\s))\(?([1-9])\)|(.*[\d\s])([a-h])\)", re.DOTALL)


@cache
def _marks() -> tuple[tuple[str, str], ...]:
    entries = {entry.text: entry.meaning for entry in read_vocabulary("marks")}
    return tuple(sorted(entries.items(), key=lambda mark: -len(mark[0])))


def split_marks(text: str) -> tuple[str, list[str]]:
    """Part a plain text from the marks behind it: the rest, and what the marks say.

    >>> split_marks("Juli 2024 r)"), split_marks("12¹")
    (('Juli 2024', ['FLAG:revised']), ('12', ['FOOTNOTE:1']))
    """
    flags: list[str] = []
    while found := _last_mark(text):
        text, flag = found
        flags.insert(0, flag)
    return text, flags


def _last_mark(text: str) -> tuple[str, str] | None:
    lowered = text.casefold()
    for mark, meaning in _marks():
        before = text[: -len(mark)]
        glued = mark[0].isalpha() and (before[-1:].isalpha() or before[-1:] == "(")
        if lowered.endswith(mark) and not glued:
            return before.rstrip(), meaning
    if superscript := _SUPERSCRIPT.fullmatch(text):
        number = "".join(str(SUPERSCRIPTS.index(digit) + 1) for digit in superscript.group(2))
        return superscript.group(1), f"FOOTNOTE:{number}"
    if (footnote := _FOOTNOTE.fullmatch(text)) and "(" not in text:
        before, number = footnote.group(1) or footnote.group(3), footnote.group(2)
        return before.rstrip(), f"FOOTNOTE:{number or footnote.group(4).casefold()}"
    return None
