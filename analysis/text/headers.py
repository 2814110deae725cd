"""Read the header of a column: what its cells hold, and whether the file must be refused.

The meanings of ``vocabulary/headers.csv`` are a role with its detail (``place``, ``period``,
``count:cases``, ``name:kec``, ``code:kec:bps``, ``PII`` …), ``AMBIGUOUS:a|b``, or ``=word`` for a
word written out. ``* word *`` holds wherever the word stands, ``word *`` where it stands first.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.text.names import NearNames, is_safe_slip, words_of
from analysis.text.plain import plain
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary
from analysis.words.messages import say

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
SHORTEST_JOINED = 5  # "L/P" is not "LP"
LONGEST = 80
KEPT = 50_000  # readings kept: sheets repeat few headers many times


class Vocabulary(NamedTuple):
    """The headers by their words, by their letters, and the words that decide alone."""

    by_words: dict[str, str]
    by_letters: dict[str, str]
    near: NearNames
    anywhere: dict[str, str]
    first: dict[str, str]
    full_words: dict[str, str]


@cache
def _vocabulary() -> Vocabulary:
    by_words, anywhere, first, full_words = {}, {}, {}, {}
    for text, meaning, _ in read_vocabulary("headers"):
        words = " ".join(words_of(text)) or text
        if meaning.startswith("="):
            full_words[words] = meaning[1:]
        elif text.startswith("* "):
            anywhere[words] = meaning
        elif text.endswith(" *"):
            first[words] = meaning
        else:
            by_words[words] = meaning
    letters = {words.replace(" ", ""): meaning for words, meaning in by_words.items()}
    by_letters = {key: meaning for key, meaning in letters.items() if len(key) >= SHORTEST_JOINED}
    return Vocabulary(by_words, by_letters, NearNames(by_letters), anywhere, first, full_words)


@lru_cache(maxsize=KEPT)
def header_from_text(text: str, lang: str = "id") -> Reading:
    """Read what a column holds; a header of personal data is ``PII`` or ``PII-quasi``.

    >>> header_from_text("JML. KASUS").value, header_from_text("No. HP Pelapor").value
    ('count:cases', 'PII')
    """
    text = plain(text)
    words = words_of(CAMEL.sub(" ", text)) or (text.strip(" .:*()"),)
    if not words[0] or len(text) > LONGEST:
        return Reading(None, say("header.unknown", lang))
    meaning = _whole(words) or _several(text) or _by_word(words)
    if meaning.startswith("AMBIGUOUS"):
        candidates = tuple(meaning.partition(":")[2].split("|"))
        return Reading(None, say("header.ambiguous", lang), "", candidates)
    if meaning:
        return Reading(meaning)
    return Reading(None, say("header.unknown", lang))


def _whole(words: tuple[str, ...]) -> str:
    """The meaning of these words together, as they stand or written out."""
    known = _vocabulary()
    for spelling in (words, tuple(known.full_words.get(word, word) for word in words)):
        meaning = known.by_words.get(" ".join(spelling)) or known.by_letters.get("".join(spelling))
        if meaning:
            return meaning
    return ""


def _several(text: str) -> str:
    """The meaning that all names in "Kecamatan/Desa" share; one personal name is enough for PII."""
    parts = [words for part in text.split("/") if (words := words_of(part))]
    if len(parts) < 2:
        return ""
    meanings = {_whole(words) or _by_word(words) for words in parts}
    if personal := sorted(one for one in meanings if one.startswith("PII")):
        return personal[0]
    return meanings.pop() if len(meanings) == 1 else ""


def _by_word(words: tuple[str, ...]) -> str:
    """The meaning by one word that decides alone, or by one slip of the pen."""
    known = _vocabulary()
    if len(words) > 1 and all(len(word) == 1 for word in words):  # N I K
        words = ("".join(words),)
    within = f" {' '.join(words)} "
    deciding = next((known.anywhere[word] for word in known.anywhere if f" {word} " in within), "")
    if deciding:
        return deciding
    key = "".join(known.full_words.get(word, word) for word in words)
    near = known.near.find(key)
    meanings = {known.by_letters[name] for name in near}
    if len(meanings) == 1 and is_safe_slip(key, near[0]):
        return meanings.pop()
    starts = (" ".join(words[:length]) for length in (2, 1))
    return next((known.first[start] for start in starts if start in known.first), "")
