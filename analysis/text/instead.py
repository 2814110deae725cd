"""Recognise what stands in a column of places and is no place: totals, headings, police, online."""

import re
from functools import cache
from typing import NamedTuple

from analysis.text.asking import Question, codes_of
from analysis.text.gazetteer import leading_kind
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary

SIGNED = re.compile(r",\s*(?:[\d.…_]+\s+)?[^\W\d_]+\s+(?:19|20)\d\d\s*$")


class Vocabulary(NamedTuple):
    """The words of ``vocabulary/places.csv``: whole texts, beginnings, and words by meaning."""

    whole: dict[str, str]
    starts: dict[str, list[tuple[tuple[str, ...], str]]]  # by their first word
    total: frozenset[str]
    header: frozenset[str]
    negation: frozenset[str]
    unknown: frozenset[str]
    single: frozenset[str]  # the four above


@cache
def _vocabulary() -> Vocabulary:
    whole: dict[str, str] = {}
    starts: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for text, meaning, _ in read_vocabulary("places"):
        if text.endswith(" *"):
            beginning = tuple(text.split()[:-1])
            starts.setdefault(beginning[0], []).append((beginning, meaning))
        else:
            whole[text] = meaning

    def words_for(meaning: str) -> frozenset[str]:
        return frozenset(text for text, said in whole.items() if said == meaning)

    total, header = words_for("TOTAL"), words_for("HEADER")
    negation, unknown = words_for("NEGATION"), words_for("UNKNOWN")
    single = total | header | negation | unknown
    return Vocabulary(whole, starts, total, header, negation, unknown, single)


def said(text: str, words: tuple[str, ...], asked: Question) -> Reading | None:
    """Recognise totals, headers, footers, places unknown or outside, aggregates, police units."""
    known = _vocabulary()
    if SIGNED.search(text):
        return Reading("FOOTER")
    meaning = known.whole.get(" ".join(words), "") or _beginning(text, words)
    if meaning == "ORIGIN":
        return asked.refuse("origin")
    if meaning.startswith("POLICE"):
        return _police(words, meaning.partition(":")[2], asked)
    if meaning and meaning not in ("NEGATION", "UNKNOWN"):
        value, _, flag = meaning.partition(";")
        return Reading(value, "", flag)
    if words[0] not in known.single:
        return None
    if known.header.issuperset(words):
        return Reading("HEADER")
    if words[0] in known.total and _is_total(words, asked):
        return Reading("TOTAL")
    told = known.negation | known.unknown | known.header
    if told.issuperset(words) and known.negation & {*words} and known.unknown & {*words}:
        return Reading("NO_PLACE")
    return None


def _beginning(text: str, words: tuple[str, ...]) -> str:
    """Return what a text means by its first words; "Sumber :" counts with its colon only."""
    starts = _vocabulary().starts
    if words[0] not in starts:
        return ""
    marked = tuple(re.findall(r"[^\W_]+|:", text.casefold()))
    for beginning, meaning in starts[words[0]]:
        if beginning in (words[: len(beginning)], marked[: len(beginning)]):
            return meaning
    return ""


def _is_total(words: tuple[str, ...], asked: Question) -> bool:
    """After the word for total stands nothing, the name of a level, or the name of a place."""
    known = _vocabulary()
    start = next((place for place, word in enumerate(words) if word not in known.total), len(words))
    rest = words[start:]
    if known.header.issuperset(rest):
        return True
    kind, name = leading_kind(rest)
    return not name or bool(asked.part(kind, name).entries)


def _police(words: tuple[str, ...], level: str, asked: Question) -> Reading:
    """Name the area in the unit's name; what the unit covers is another matter."""
    starts = _vocabulary().starts
    name = tuple(word for word in words if word not in starts and word != "metro")
    entries = [one for one in asked.part(None, name).entries if level in ("", one.level)]
    code = "+".join(codes_of(entries, asked)) or "undefined"
    return Reading(f"POLICE:{code}", asked.note("police"))
