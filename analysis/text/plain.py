"""Odd characters made plain: what a keyboard, a web page or a scan puts in place of ASCII.

Only look-alikes that cannot mean anything else are folded. A superscript stays a superscript
(12¹ is twelve with a footnote, not 121), and the true minus sign stays apart from the dashes.
"""

import re
import unicodedata
from functools import cache

from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary
from analysis.words.messages import say

LOOK_ALIKES = {"-": "‐‑‒–—―﹣", "'": "‘’‛ʼ´`′", '"': "“”„‟″", "...": "…⋯", "~": "∼"}
_FOLDED = {ord(odd): plain for plain, odds in LOOK_ALIKES.items() for odd in odds}
# Punctuation that says nothing between or around the words of a phrase.
_STRAY = re.compile(r"[\s.,;:!'\"()\[\]{}/_-]+")


def plain(text: str) -> str:
    """Return ``text`` with odd characters folded, invisible ones gone, blanks made single.

    >>> plain("Juli\\u00a0２０２４ "), plain("12¹")
    ('Juli 2024', '12¹')
    """
    text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    if not text.isascii():
        text = "".join(_plain_character(character) for character in text)
    return " ".join(text.split())


@cache
def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Co"):  # zero-width blanks, soft hyphens, broken halves
        return ""
    if category == "Nd":  # a digit of any script; superscripts are none
        return str(unicodedata.decimal(character))
    if "！" <= character <= "～" or "Ⅰ" <= character <= "ⅿ" or category == "Zs":
        return unicodedata.normalize("NFKC", character)
    return character


def phrase(text: str) -> str:
    """Fold a plain text to its words: no case, no stray points, abbreviations written out.

    >>> phrase("Tdk. ada"), phrase("N I H I L"), phrase("t.a.d.")
    ('tidak ada', 'nihil', 'tad')
    """
    words = _STRAY.sub(" ", text.casefold()).split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)
    return " ".join(_abbreviations().get(word, word) for word in words)


@cache
def _abbreviations() -> dict[str, str]:
    return {entry.text: entry.meaning for entry in read_vocabulary("abbreviations")}


@cache
def _phrases(name: str) -> tuple[dict[str, str], dict[str, str]]:
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for entry in read_vocabulary(name):
        exact.setdefault(plain(entry.text).casefold(), entry.meaning)
        folded.setdefault(phrase(plain(entry.text)), entry.meaning)
    return exact, folded


def lookup(name: str, text: str) -> str | None:
    """Return what ``vocabulary/<name>.csv`` says of a plain text: to the letter, else its words.

    Where two rows fold to the same words, the first one holds for them.
    """
    exact, folded = _phrases(name)
    return exact.get(text.casefold()) or folded.get(phrase(text))


class Doubt(Exception):  # noqa: N818 - a doubt is an answer, not an error
    """Why a text is not read: the key of the reason, and the values it may have."""

    def __init__(self, reason: str, *candidates: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.candidates = candidates

    def reading(self, subject: str, lang: str, **facts: str) -> Reading:
        """Return the empty reading that says so in ``lang``; ``subject`` is a table of words."""
        facts["candidates"] = " | ".join(self.candidates)
        why = say(f"text.{subject}.{self.reason}", lang, **facts)
        return Reading(None, why, "", self.candidates)


def meaning_to_reading(meaning: str) -> Reading:
    """Turn a vocabulary's meaning into a reading, or raise its ``Doubt``.

    ``AMBIGUOUS:a|b`` and ``DOUBT:reason`` are doubts; anything else is the value itself.
    """
    kind, _, rest = meaning.partition(":")
    if kind == "AMBIGUOUS":
        raise Doubt("two_meanings", *rest.split("|"))
    if kind == "DOUBT":
        raise Doubt(rest)
    return Reading(meaning)
