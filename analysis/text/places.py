"""Read the name or the code of a place as one area of the gazetteer, or say why not.

Names repeat: Serang is a kabupaten, a kota and a kecamatan. A name that fits two places is refused
with its candidates, unless the text itself ("Kab."), the ``level`` of its column or the ``parent``
of its sheet decides. A village is counted under its kecamatan, with a note.

The rule for bare names, found in the cases of this office:

- an area (kecamatan or above) goes before a village of the same name, and before a place outside
  the gazetteer; two areas of one name are ambiguous (Pandeglang, Sobang);
- a village is ambiguous with a village under another kecamatan and with a place outside (Surakarta);
- a name for which experience says otherwise stands in ``aliases.csv`` with all it may mean
  (Gunungsari: a kecamatan of Serang, and a village that this office knows).
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from analysis.text.gazetteer import (
    FINER,
    OUTSIDE,
    SPOT,
    VILLAGE,
    Entry,
    Kind,
    Places,
    fits,
    kind_at,
    leading_kind,
)
from analysis.text.names import is_safe_slip, words_of
from analysis.text.plain import plain
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary
from analysis.words.messages import say

__all__ = ["Places", "place_from_text"]

LONGEST = 200
NUMBERING = re.compile(r"^\s*(?:\(?\d{1,3}[.)\]]?|[•*·-])\s*(?=[^\W\d_])")
MARKS = re.compile(r"\s*(?:\(?\d{1,2}\)|\*+\)?|[¹²³])+\s*$")
STOPS = re.compile(r"[,;:()\[\]|]+")
JOINTS = re.compile(r"(?<!\d)[/&+-]|\s(?:dan|and)\s", re.IGNORECASE)
SIGNED = re.compile(r",\s*(?:[\d.…_]+\s+)?[^\W\d_]+\s+(?:19|20)\d\d\s*$")
CODE = re.compile(r"\d[\d. ]{2}")
CODE_FIRST = re.compile(r"\W*(\d[\d. ]{2,}\d)\W+(?=[^\W\d])(.+)")
CODE_LAST = re.compile(r"(.*[^\W\d])\W+(\d[\d. ]{2,}\d)\W*")


class Part(NamedTuple):
    """A stretch of text that should name one place: the word for its kind, its words, its places."""

    kind: Kind | None
    words: tuple[str, ...]
    entries: tuple[Entry, ...]


class Question(NamedTuple):
    """What is asked, and what is known beside the text."""

    places: Places
    parent: str
    level: str

    def part(self, kind: Kind | None, words: tuple[str, ...]) -> Part:
        return Part(kind, words, self.places.entries(words, kind, self.parent))

    def refuse(self, reason: str, codes: Iterable[str] = (), **facts: object) -> Reading:
        return Reading(None, self.note(reason, **facts), "", tuple(codes))

    def note(self, reason: str, **facts: object) -> str:
        return say(f"place.{reason}", self.places.lang, **facts)


def place_from_text(text: str, places: Places, *, parent: str = "", level: str = "") -> Reading:
    """Read a place; the value is an area's code, or what the text is instead of a place.

    ``parent`` is the code of the area the sheet stands for, ``level`` the level its column says.
    Instead of a place: AGGREGATE:…, POLICE:…, OUTSIDE, NO_PLACE, TOTAL, HEADER, FOOTER. For a
    village the value is its kecamatan and the candidate is the village's own code.
    """
    asked = Question(places, parent, level)
    text = plain(text)
    coded = places.code_forms.read(text)
    if coded is not None:
        return coded
    if len(text) > LONGEST:
        return asked.refuse("too_long")
    words = words_of(text)
    if not words:
        return asked.refuse("empty" if not text.strip() else "no_letters")
    bare = MARKS.sub("", NUMBERING.sub("", text))
    return (
        _name(words, asked)
        or _said(text, words, asked)
        or _phrase(bare, asked)
        or _code_with_name(text, asked)
        or _glued(words, asked)
        or _slip(asked.part(*leading_kind(words_of(bare))), asked)
    )


# -- one name ----------------------------------------------------------------------------------


def _name(words: tuple[str, ...], asked: Question) -> Reading | None:
    if meaning := asked.places.meaning(words):
        return Reading(meaning)
    entries = asked.part(None, words).entries
    if not entries:
        return None
    typed = leading_kind(words)[0] is not None
    reading = _choose(entries, asked, typed=typed, alias=asked.places.is_alias(words))
    if reading.value == OUTSIDE and not typed:
        # Subang is a kabupaten elsewhere, and one letter from Sobang
        near = _areas(asked.places.near("".join(words)), asked)
        if near:
            return asked.refuse("ambiguous", [*near, OUTSIDE])
    return reading


def _choose(
    entries: Sequence[Entry], asked: Question, *, typed: bool = False, alias: bool = False
) -> Reading:
    """Take the one area that these places come to, or refuse with what they may be."""
    places, pool, decided = asked.places, list(entries), typed
    inside = [one for one in pool if asked.parent and _is_here(one, asked)]
    if inside:
        only_below = not any(places.is_area(one) for one in inside)
        beside = [one for one in pool if one not in inside and one.level not in (VILLAGE, SPOT, "")]
        if only_below and beside and not typed:
            return asked.refuse("ambiguous", _codes(pool, asked))
        pool, decided = inside, True
    if at_level := [one for one in pool if asked.level and one.level == asked.level]:
        pool, decided = at_level, True
    areas = [one for one in pool if places.is_area(one)]
    if areas and (decided or not alias):
        pool = areas
    codes = _codes(pool, asked)
    if len(codes) > 1:
        return asked.refuse("ambiguous", codes)
    if asked.parent and not inside and not typed and codes[0] != OUTSIDE:
        return asked.refuse("elsewhere", codes, area=places.names.get(asked.parent, asked.parent))
    if asked.level and codes[0] == asked.parent and pool[0].level != asked.level:
        return Reading("TOTAL", asked.note("whole_area"))  # the sheet's own area among its parts
    return _read(pool[0], codes[0], asked)


def _read(entry: Entry, code: str, asked: Question) -> Reading:
    if code == OUTSIDE:
        return Reading(OUTSIDE)
    if entry.level == VILLAGE:
        area = asked.places.names[code]
        why = asked.note("rolled_up", name=entry.name, kind=entry.kind or VILLAGE, area=area)
        return Reading(code, why, "", (entry.code,))
    if entry.level == SPOT:
        return Reading(code, asked.note("spot", area=entry.name))
    return Reading(code)


def _codes(entries: Iterable[Entry], asked: Question) -> list[str]:
    """The areas of these places, each once, from the largest down."""
    codes = {asked.places.area_of(one) for one in entries}
    return sorted(codes, key=lambda code: (code == OUTSIDE, asked.places.depth(code), code))


# -- what is no place --------------------------------------------------------------------------


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


def _said(text: str, words: tuple[str, ...], asked: Question) -> Reading | None:
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
    code = "+".join(_codes(entries, asked)) or "undefined"
    return Reading(f"POLICE:{code}", asked.note("police"))


# -- a name with its kind, its regency, its village --------------------------------------------


def _phrase(text: str, asked: Question) -> Reading | None:
    """Read "Kec. Labuan (Kab. Pandeglang)", "Sobang PDG", "Serang Kota", "Anyer-Carita"."""
    joined = [
        [words for chunk in STOPS.split(piece) if (words := words_of(chunk))]
        for piece in JOINTS.split(text)
    ]
    chunks = [words for piece in joined for words in piece]
    parts = _give_kinds([part for words in chunks for part in _parts(words, asked)], asked)
    named = [part for part in parts if part.kind is None or FINER not in part.kind.levels]
    if not named:
        return asked.refuse("finer") if parts else None
    if len(joined) > 1:
        return _joined(text, named, asked)
    if len(named) == 1 and not named[0].entries:
        named = _with_regency(named[0], asked) or named
    reading = _read_parts(named, asked)
    return reading or (_list_of(STOPS.split(text), asked) if len(chunks) > 1 else None)


def _parts(words: tuple[str, ...], asked: Question) -> list[Part]:
    """Cut before each word for a kind, unless the words after the first are one known name."""
    part = _opening(words, asked)
    if part.entries or all(kind_at(part.words, at)[0] is None for at in range(len(part.words))):
        return [part]
    parts: list[Part] = []
    kind: Kind | None = None
    name: tuple[str, ...] = ()
    place = 0
    while place < len(words):
        found, length = kind_at(words, place)
        at_end = place + length == len(words)
        if found is None or (at_end and name and kind is not None):
            length = length or 1
            name += words[place : place + length]
        elif name and not at_end:
            parts.append(asked.part(kind, name))
            kind, name = found, ()
        else:  # at the very end a word for a kind belongs to what precedes: "Serang Kota"
            kind = found
        place += length
    return [*parts, asked.part(kind, name)]


def _opening(words: tuple[str, ...], asked: Question) -> Part:
    """Take the words for a kind from the front, as few as leave a name: "Kec. Kota Agung"."""
    part = Part(None, words, ())
    while not part.entries and part.words:
        kind, length = kind_at(part.words, 0)
        if kind is None:
            break
        part = asked.part(kind, part.words[length:])
        if part.words[:1] == ("of",):
            part = asked.part(kind, part.words[1:])
    whole = asked.part(None, words) if not part.entries else part
    return whole if whole.entries else part


def _give_kinds(parts: list[Part], asked: Question) -> list[Part]:
    """A kind alone, as in "Labuan (Kec)", belongs to the name before it."""
    given: list[Part] = []
    for part in parts:
        before = given[-1] if given else None
        if not part.words and before and before.words and before.kind in (None, part.kind):
            given[-1] = asked.part(part.kind, before.words)
        else:
            given.append(part)
    return given


def _with_regency(part: Part, asked: Question) -> list[Part]:
    """Cut "Sobang Pdg" in two where the second half holds the first, or the other way round."""
    for place in range(1, len(part.words)):
        first = asked.part(part.kind, part.words[:place])
        if first.entries:
            halves = [first, asked.part(None, part.words[place:])]
            if _within(halves, asked):
                return halves
    return []


def _read_parts(parts: list[Part], asked: Question) -> Reading | None:
    """Read parts of which one place lies inside all the others."""
    if not all(part.entries for part in parts):
        return _read_slips(parts, asked) if len(parts) > 1 else None
    if len(parts) == 1:
        part = parts[0]
        alias = part.kind is None and asked.places.is_alias(part.words)
        return _choose(part.entries, asked, typed=part.kind is not None, alias=alias)
    inmost = _within(parts, asked)
    return _choose(inmost, asked, typed=True) if inmost else None


def _within(parts: Sequence[Part], asked: Question) -> list[Entry]:
    """Return the places that lie inside a place of every other part; areas are tried first."""
    places = asked.places
    if not all(part.entries for part in parts):
        return []
    found = [list(part.entries) for part in parts]
    areas = [[one for one in entries if places.is_area(one)] or entries for entries in found]
    for lists in (areas, found):
        inmost = [
            one
            for here, entries in enumerate(lists)
            for one in entries
            if all(
                any(places.is_strictly_inside(one, other) for other in others)
                for there, others in enumerate(lists)
                if there != here
            )
        ]
        if inmost:
            return inmost
    same = {one.code for entries in areas for one in entries}
    return [areas[0][0]] if len(same) == 1 else []


def _joined(text: str, parts: list[Part], asked: Question) -> Reading | None:
    """Read names joined by a stroke: two places of one level, or a place and its regency."""
    together = _list_of(JOINTS.split(text), asked)
    within = _read_parts(parts, asked)
    if within is None or within.value is None:
        return together
    level = asked.places.levels.get(within.value, "")
    rivals = [
        one
        for part in parts
        for one in part.entries
        if part.kind is None and one.level == level and one.code != within.value
    ]
    if together is not None or rivals:
        return asked.refuse("ambiguous", [within.value, *_codes(rivals, asked)])
    return within


def _list_of(pieces: Sequence[str], asked: Question) -> Reading | None:
    """Return AGGREGATE for several places of one level, each read without doubt."""
    named = [piece for piece in pieces if words_of(piece)]
    if len(named) < 2:
        return None
    values = [
        place_from_text(piece, asked.places, parent=asked.parent, level=asked.level).value or ""
        for piece in named
    ]
    levels = {asked.places.levels.get(value) for value in values}
    if None in levels or len(levels) > 1 or len(set(values)) < len(values):
        return None
    return Reading("AGGREGATE:" + "+".join(values), asked.note("several"))


def _code_with_name(text: str, asked: Question) -> Reading | None:
    """Read "36.01.03 Cibaliung"; code and name must say the same."""
    if not CODE.search(text):
        return None
    first, last = CODE_FIRST.fullmatch(text), CODE_LAST.fullmatch(text)
    if not first and not last:
        return None
    code, name = first.groups() if first else last.groups()[::-1]  # type: ignore[union-attr]
    coded = asked.places.code_forms.read(code)
    if coded is None or coded.value is None:
        return coded
    named = place_from_text(name, asked.places, parent=asked.parent, level=asked.level)
    if coded.value in (named.value, *named.candidates):
        return coded
    codes = dict.fromkeys([coded.value, named.value or "", *named.candidates])
    return asked.refuse("code_and_name", [one for one in codes if one])


def _glued(words: tuple[str, ...], asked: Question) -> Reading | None:
    """Read "KabPandeglang", "KECLABUAN": a word for a kind without a blank after it."""
    first, *others = words
    for length in range(3, len(first) - 2):
        kind, _ = kind_at((first[:length],), 0)
        if kind is not None:
            part = asked.part(kind, (first[length:], *others))
            if part.entries:
                return _read_parts([part], asked)
    return None


# -- slips of the pen --------------------------------------------------------------------------


Near = dict[str, tuple[Entry, ...]]  # names one letter away, with their places


def _areas(near: Near, asked: Question) -> list[str]:
    found = [one for entries in near.values() for one in entries if asked.places.is_area(one)]
    return _codes(found, asked)


def _slip_of(part: Part, near: Near, asked: Question) -> Part | None:
    """Return the part as it should stand, when it can only be a slip for one known name."""
    places = asked.places
    key = "".join(part.words)
    wanted: dict[str, list[Entry]] = {}
    for name, entries in near.items():
        fitting = [one for one in entries if fits(one, part.kind)]
        if all(one.level == VILLAGE for one in fitting):
            # a village casts doubt where it may be meant: here, and by as likely a slip
            fitting = [one for one in fitting if _is_here(one, asked) and is_safe_slip(key, name)]
        if fitting:
            wanted[name] = fitting
    if len(wanted) != 1:
        return None
    (name, fitting), *_ = wanted.items()
    village_meant = part.kind is not None and VILLAGE in part.kind.levels
    right_level = village_meant or any(places.is_area(one) for one in fitting)
    safe = right_level and is_safe_slip(key, name)
    return asked.part(part.kind, (name,)) if safe else None


def _is_here(entry: Entry, asked: Question) -> bool:
    return not asked.parent or asked.places.is_inside(entry, asked.parent)


def _read_slips(parts: list[Part], asked: Question) -> Reading | None:
    """Read parts of which some hold one safe slip; the note says how it was read."""
    whole: list[Part] = []
    for part in parts:
        near = {} if part.entries else asked.places.near("".join(part.words))
        mended = part if part.entries else _slip_of(part, near, asked)
        if mended is None:
            return None
        whole.append(mended)
    return _noted(_read_parts(whole, asked), asked)


def _noted(reading: Reading | None, asked: Question) -> Reading | None:
    if reading is None or reading.value is None or reading.why:
        return reading
    name = asked.places.names.get(reading.value, reading.value)
    return reading._replace(why=asked.note("slip", name=name))


def _slip(part: Part, asked: Question) -> Reading:
    """Read a name with one safe slip; else refuse, with the names that come near."""
    near = asked.places.near("".join(part.words))
    mended = _slip_of(part, near, asked) if near else None
    reading = _noted(_read_parts([mended], asked), asked) if mended else None
    if reading is not None:
        return reading
    if part.kind is not None and (others := asked.part(None, part.words).entries):
        return asked.refuse("other_kind", _codes(others, asked))
    codes = _areas(near, asked)
    return asked.refuse("unknown_near" if codes else "unknown", codes)
