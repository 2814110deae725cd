"""Read the text of a category with the words that the study's analysts have collected.

The meanings of ``category_words.csv`` are

- a category's code: ``online_gambling``; with ``;UNSAFE_TERM`` when the text itself must not be shown;
- ``code?``: probably this, but a person must confirm it; the text is refused with its candidate;
- ``AMBIGUOUS`` or ``AMBIGUOUS:a|b``: refused, with the candidates if any;
- ``ALL`` (an umbrella over all categories), ``TOTAL``, ``OUT_OF_SCOPE``, ``AGGREGATE:…``;
- ``PLATFORM:name``: where it happened, not what; beside a category it becomes ``platform=name``.
"""

import re
from functools import cache

import pandas as pd

from analysis.text.marks import split_marks
from analysis.text.names import NearNames, is_safe_slip, words_of
from analysis.text.plain import plain
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary
from analysis.words.messages import say

JOINTS = re.compile(r"[/+;,]|\s(?:dan|and|serta)\s", re.IGNORECASE)
BESIDE = re.compile(r"[()\[\]]|\s(?:via|melalui|lewat|di|pada|through)\s|\s[-:]\s", re.IGNORECASE)
NUMBERING = re.compile(r"^\(?(?:\d{1,2}|[A-Za-z])[.)]\s+(?=\S)")
PLATFORM = "PLATFORM:"
# One letter from its opposite, or denying it: beside such a word nothing is a slip of the pen.
TURNING = {"legal", "resmi", "luring", "offline", "bukan", "non", "anti", "tanpa", "not", "no"}


class CategoryWords:
    """The words for categories, indexed once by their letters; ``table`` has text and meaning."""

    def __init__(self, table: pd.DataFrame, *, lang: str = "id") -> None:
        self.lang = lang
        self._meaning: dict[str, str] = {}
        for text, meaning in table[["text", "meaning"]].itertuples(index=False):
            self._meaning["".join(words_of(text))] = meaning
        for meaning in [one.split(";")[0] for one in self._meaning.values()]:
            if meaning.islower() and not meaning.endswith("?"):  # a code names itself
                self._meaning.setdefault("".join(words_of(meaning)), meaning)
        for key, meaning in list(self._meaning.items()):
            self._meaning.setdefault(key.replace("online", "daring"), meaning)
        self._near = NearNames(self._meaning)

    def find(self, words: tuple[str, ...]) -> str:
        """Return the meaning of these words, as they stand or without the words that say nothing."""
        return self._meaning.get("".join(words), "") or self._meaning.get(
            _without_fillers(words), ""
        )

    def find_slip(self, words: tuple[str, ...]) -> str:
        """Return the meaning of the one known text of which this is a safe slip, else ""."""
        key = _without_fillers(words)
        near = self._near.find(key)
        meanings = {self._meaning[name] for name in near}
        return meanings.pop() if len(meanings) == 1 and is_safe_slip(key, near[0]) else ""


@cache
def _fillers() -> dict[tuple[str, ...], str]:
    return {words_of(row.text): row.meaning for row in read_vocabulary("category_fillers")}


def _without_fillers(words: tuple[str, ...]) -> str:
    kept, place = "", 0
    while place < len(words):
        length = next((size for size in (2, 1) if words[place : place + size] in _fillers()), 0)
        kept += _fillers()[words[place : place + length]] if length else words[place]
        place += length or 1
    return kept


def category_from_text(text: str, words: CategoryWords) -> Reading:
    """Read a category; the flag keeps a platform and the warning of an unsafe term.

    >>> table = pd.DataFrame(
    ...     {"text": ["Judi online", "MiChat"], "meaning": ["gambling", "PLATFORM:MiChat"]}
    ... )
    >>> category_from_text("Dugaan judi daring (mi chat)", CategoryWords(table)).canonical
    'gambling;platform=MiChat'
    """
    text = NUMBERING.sub("", split_marks(plain(text))[0])
    found = words_of(text)
    if not found:
        return Reading(None, say("category.empty", words.lang))
    meaning = words.find(found)
    if meaning:
        return _reading(meaning, words.lang)
    reading = _with_platform(text, words) or _joined(text, words)
    if reading is not None:
        return reading
    if not TURNING & set(found) and (meaning := words.find_slip(found)):
        slip = _reading(meaning, words.lang)
        return slip if slip.why else slip._replace(why=say("category.slip", words.lang))
    return Reading(None, say("category.unknown", words.lang))


def _reading(meaning: str, lang: str) -> Reading:
    value, _, flag = meaning.partition(";")
    if value.startswith("AMBIGUOUS"):
        candidates = tuple(one for one in value.partition(":")[2].split("|") if one)
        return Reading(None, say("category.ambiguous", lang), flag, candidates)
    if value.endswith("?"):
        return Reading(None, say("category.to_confirm", lang), flag, (value.rstrip("?"),))
    return Reading(value, "", flag)


def _with_platform(text: str, words: CategoryWords) -> Reading | None:
    """Read "Prostitusi online (MiChat)": what happened, and where."""
    parts = [part for one in BESIDE.split(text) if (part := words_of(one))]
    meanings = [words.find(part) for part in parts]
    platforms = [one for one in meanings if one.startswith(PLATFORM)]
    others = [one for one in meanings if not one.startswith(PLATFORM)]
    if len(platforms) != 1 or len(others) != 1 or not others[0]:
        return None
    reading = _reading(others[0], words.lang)
    flags = [reading.flag, f"platform={platforms[0].removeprefix(PLATFORM)}"]
    return reading._replace(flag=";".join(flag for flag in flags if flag))


def _joined(text: str, words: CategoryWords) -> Reading | None:
    """Read "judi/slot": one category said twice is one; two categories are for a person."""
    parts = [part for one in JOINTS.split(text) if (part := words_of(one))]
    if len(parts) < 2:
        return None
    readings = [_reading(words.find(part) or "AMBIGUOUS", words.lang) for part in parts]
    values = {one.value for one in readings}
    if len(values) == 1 and None not in values:
        return readings[0]
    said = [one for reading in readings for one in (reading.value, *reading.candidates) if one]
    return Reading(None, say("category.several", words.lang), "", tuple(dict.fromkeys(said)))
