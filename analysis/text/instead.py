"""Recognise what stands in a column of places and is no place: totals, headings, police, online."""

import re
from functools import cache
from typing import NamedTuple

from analysis.text.asking import Question, codes_of
from analysis.text.gazetteer import leading_kind
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary

WORDS = ("NEGATION", "UNKNOWN", "NOTE", "DOUBT")  # mean nothing when they stand alone
SINGLE = ("TOTAL", "HEADER", "NEGATION", "UNKNOWN")
SIGNED = re.compile(r",\s*(?:[\d.…_]+\s+)?[^\W\d_]+\s+(?:19|20)\d\d\s*$")


class Vocabulary(NamedTuple):
    """The words of ``vocabulary/places.csv``: whole texts, beginnings, and words by meaning."""

    whole: dict[str, str]
    starts: dict[str, list[tuple[tuple[str, ...], str]]]  # by their first word
    by_meaning: dict[str, frozenset[str]]
    single: frozenset[str]  # of TOTAL, HEADER, NEGATION and UNKNOWN
    units: frozenset[str]  # all words that begin the name of a police unit
    police: frozenset[str]  # those of them that mean nothing else


@cache
def vocabulary() -> Vocabulary:
    whole: dict[str, str] = {}
    starts: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    words: dict[str, set[str]] = {}
    for text, meaning, _ in read_vocabulary("places"):
        if text.endswith(" *"):
            beginning = tuple(text.split()[:-1])
            starts.setdefault(beginning[0], []).append((beginning, meaning))
        else:
            whole[text] = meaning
            words.setdefault(meaning, set()).add(text)
    by_meaning = {meaning: frozenset(texts) for meaning, texts in words.items()}
    single = frozenset().union(*(by_meaning[one] for one in SINGLE))
    units = frozenset(
        word
        for beginnings in starts.values()
        for beginning, meaning in beginnings
        if meaning.startswith("POLICE")
        for word in beginning
    )
    police = frozenset(word for word in units if word.startswith(("pol", "mapol", "kepol")))
    return Vocabulary(whole, starts, by_meaning, single, units, police)


def said(text: str, words: tuple[str, ...], asked: Question) -> Reading | None:
    """Recognise totals, headers, footers, places unknown or outside, aggregates, police units."""
    known = vocabulary()
    if SIGNED.search(text):
        return Reading("FOOTER")
    if len(words) > 3 and max(map(len, words)) == 1:
        words = ("".join(words),)  # J U M L A H
    meaning = known.whole.get(" ".join(words), "") or _beginning(text, words)
    if not meaning and not known.police.isdisjoint(words):
        place = next(at for at, word in enumerate(words) if word in known.police)
        words = words[place:]  # "Unit PPA Polres Pandeglang"
        meaning = _beginning(" ".join(words), words)
    if meaning == "ORIGIN":
        return asked.refuse("origin")
    if meaning.startswith("POLICE"):
        return _police(words, meaning.partition(":")[2], asked)
    if meaning and meaning not in WORDS:
        value, _, flag = meaning.partition(";")
        return Reading(value, "", flag)
    return _by_words(words, asked)


def _by_words(words: tuple[str, ...], asked: Question) -> Reading | None:
    """Recognise what several single words say together: "TKP tdk diketahui", "Serang (total)"."""
    known = vocabulary()
    total, header = known.by_meaning["TOTAL"], known.by_meaning["HEADER"]
    if words[-1] in total and words[0] not in total and _is_total(words[::-1], asked, ends=True):
        return Reading("TOTAL")
    if words[0] not in known.single:
        return None
    if header.issuperset(words):
        return Reading("HEADER")
    if words[0] in total and _is_total(words, asked):
        return Reading("TOTAL")
    negation, unknown = known.by_meaning["NEGATION"], known.by_meaning["UNKNOWN"]
    told = negation | unknown | header
    if told.issuperset(words) and negation & {*words} and unknown & {*words}:
        return Reading("NO_PLACE")
    return None


def _beginning(text: str, words: tuple[str, ...]) -> str:
    """Return what a text means by its first words; "Sumber :" counts with its colon only."""
    starts = vocabulary().starts
    if words[0] not in starts:
        return ""
    marked = tuple(re.findall(r"[^\W_]+|:", text.casefold()))
    for beginning, meaning in starts[words[0]]:
        if beginning in (words[: len(beginning)], marked[: len(beginning)]):
            return meaning
    return ""


def _is_total(words: tuple[str, ...], asked: Question, *, ends: bool = False) -> bool:
    """After the word for total stands nothing, the name of a level, or the name of a place.

    With ``ends`` the words come backwards, because the text ends in the word for total.
    """
    known = vocabulary()
    total, header = known.by_meaning["TOTAL"], known.by_meaning["HEADER"]
    start = next((place for place, word in enumerate(words) if word not in total), len(words))
    rest = words[start:][::-1] if ends else words[start:]
    if header.issuperset(rest):
        return True
    kind, name = leading_kind(rest)
    return not name or bool(asked.part(kind, name).entries) or rest[0] == "indonesia"


def _police(words: tuple[str, ...], level: str, asked: Question) -> Reading:
    """Name the area in the unit's name; what the unit covers is another matter."""
    known = vocabulary()
    name = tuple(word for word in words if word not in known.units and word != "metro")
    entries = [one for one in asked.part(None, name).entries if level in ("", one.level)]
    codes = codes_of(entries, asked)
    if not codes and name:
        value = asked.read(" ".join(name)).value or ""
        codes = [value] if value in asked.places.codes else []
    return Reading(f"POLICE:{'+'.join(codes) or 'undefined'}", asked.note("police"))
