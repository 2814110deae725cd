"""Read a phrase: a name with its kind, its regency, its village, or several names in one text."""

import re
from collections.abc import Sequence

from analysis.text.asking import Part, Question, codes_of, read_known, within
from analysis.text.gazetteer import FINER, VILLAGE, Kind, first_words, kind_at
from analysis.text.instead import vocabulary
from analysis.text.names import words_of
from analysis.text.reading import Reading
from analysis.text.slips import mend, noted

STOPS = re.compile(r"[,;:()\[\]|]+")
JOINTS = re.compile(r"(?<!\d)[/&+-]|\s(?:dan|and)\s", re.IGNORECASE)
MOST_WORDS = 10  # of a kecamatan and its regency
CODE = re.compile(r"\d[\d. ]{2}")
CODE_FIRST = re.compile(r"\W*(\d[\d. ]{2,}\d)\W+(?=[^\W\d])(.+)")
CODE_LAST = re.compile(r"(.*[^\W\d])\W+(\d[\d. ]{2,}\d)\W*")


def phrase(text: str, asked: Question) -> Reading | None:
    """Read "Kec. Labuan (Kab. Pandeglang)", "Sobang PDG", "Serang Kota", "Anyer-Carita"."""
    joined = [
        [words for chunk in STOPS.split(piece) if (words := words_of(chunk))]
        for piece in JOINTS.split(text)
    ]
    chunks = [words for piece in joined for words in piece]
    kept = [words for words in chunks if not _is_remark(words)] if len(chunks) > 1 else chunks
    if 0 < len(kept) < len(chunks):  # "Labuan (revisi)", "Labuan - nihil"
        return asked.read(", ".join(" ".join(words) for words in kept))
    parts = _give_kinds([part for words in chunks for part in _parts(words, asked)], asked)
    named = [part for part in parts if part.kind is None or FINER not in part.kind.levels]
    if not named:
        return asked.refuse("finer") if parts else None
    if len(joined) > 1 and len(named) > 1:
        return _joined(text, named, asked)
    if len(named) == 1 and not named[0].entries:
        named = _with_regency(named[0], asked) or named
    reading = read_parts(named, asked)
    if reading is None and len(chunks) > 1:
        reading = _list_of(STOPS.split(text), asked)
    return reading or _contradiction(named, asked)


def _is_remark(words: tuple[str, ...]) -> bool:
    return vocabulary().whole.get(" ".join(words)) == "NOTE"


def _contradiction(parts: list[Part], asked: Question) -> Reading | None:
    """Several known places none of which lies in the others: "Kec. Labuan Kab. Lebak"."""
    if len(parts) < 2 or not all(part.entries for part in parts):
        return None
    return asked.refuse(
        "contradiction", codes_of((e for part in parts for e in part.entries), asked)
    )


def _parts(words: tuple[str, ...], asked: Question) -> list[Part]:
    """Cut before each word for a kind, unless the words after the first are one known name."""
    part = _opening(words, asked)
    begins = first_words()
    if part.entries or begins.isdisjoint(part.words):
        return [part]
    parts: list[Part] = []
    kind: Kind | None = None
    said: tuple[str, ...] = ()  # the words for that kind
    name: tuple[str, ...] = ()
    place = 0
    while place < len(words):
        found, length = kind_at(words, place) if words[place] in begins else (None, 0)
        at_end = place + length == len(words)
        named = found and FINER in found.levels and kind and "kecamatan" in kind.levels and not name
        if found is None or named or (at_end and name and kind is not None):
            length = length or 1  # "Kec. Kampung Laut": here the word for a hamlet is a name
            name += words[place : place + length]
        elif name and not at_end:
            parts.append(asked.part(kind, name))
            kind, name = found, ()
        else:  # at the very end a word for a kind belongs to what precedes: "Serang Kota"
            if said and not name and parts:
                parts[-1] = _longer(parts[-1], said, asked)
            kind = found
        if kind is found and found is not None:
            said = words[place : place + length]
        place += length
    return [*parts, asked.part(kind, name)]


def _longer(part: Part, words: tuple[str, ...], asked: Question) -> Part:
    """In "Kec. Bangkinang Kota Kab. Kampar" the word Kota names the kecamatan, not another kind."""
    longer = asked.part(part.kind, part.words + words)
    return part if part.entries and not longer.entries else longer


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
    if len(part.words) > MOST_WORDS:
        return []
    for place in range(1, len(part.words)):
        first = asked.part(part.kind, part.words[:place])
        if first.entries:
            halves = [first, asked.part(None, part.words[place:])]
            if within(halves, asked):
                return halves
    return []


def read_parts(parts: list[Part], asked: Question) -> Reading | None:
    """Read parts of which one place lies inside all the others; some may hold a safe slip."""
    if all(part.entries for part in parts):
        return read_known(parts, asked)
    if len(parts) < 2:
        return None
    if mended := mend(parts, asked):
        return noted(read_known(mended, asked), asked)
    return _without_unknown(parts, asked)


def _without_unknown(parts: list[Part], asked: Question) -> Reading | None:
    """Where the kecamatan is named as one, an unknown house, estate or village says no more."""
    kept = [part for part in parts if part.entries]
    unknown = [part for part in parts if not part.entries]
    said = {level for part in kept if part.kind for level in part.kind.levels}
    finer = all(part.kind is None or VILLAGE in part.kind.levels for part in unknown)
    doubt = vocabulary().by_meaning["DOUBT"]
    if "kecamatan" not in said or not finer or any(doubt & {*part.words} for part in unknown):
        return None
    reading = read_known(kept, asked)
    if reading is None or reading.value is None:
        return reading
    name = " ".join(word for part in unknown for word in part.words)
    return reading._replace(why=reading.why or asked.note("not_known", text=name))


def _joined(text: str, parts: list[Part], asked: Question) -> Reading | None:
    """Read names joined by a stroke: two places of one level, or a place and its regency."""
    together = _list_of(JOINTS.split(text), asked)
    within = read_parts(parts, asked)
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
        return asked.refuse("ambiguous", [within.value, *codes_of(rivals, asked)])
    return within


def _list_of(pieces: Sequence[str], asked: Question) -> Reading | None:
    """Return AGGREGATE for several places of one level, each read without doubt."""
    named = [piece for piece in pieces if words_of(piece)]
    if len(named) < 2:
        return None
    values = [asked.read(piece).value or "" for piece in named]
    levels = {asked.places.levels.get(value) for value in values}
    if None in levels or len(levels) > 1 or len(set(values)) < len(values):
        return None
    return Reading("AGGREGATE:" + "+".join(values), asked.note("several"))


def code_with_name(text: str, asked: Question) -> Reading | None:
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
    named = asked.read(name)
    if coded.value in (named.value, *named.candidates):
        return coded
    codes = dict.fromkeys([coded.value, named.value or "", *named.candidates])
    return asked.refuse("code_and_name", [one for one in codes if one])


def glued(words: tuple[str, ...], asked: Question) -> Reading | None:
    """Read "KabPandeglang", "KECLABUAN": a word for a kind without a blank after it."""
    first, *others = words
    for length in range(3, len(first) - 2):
        kind, _ = kind_at((first[:length],), 0)
        if kind is not None:
            part = asked.part(kind, (first[length:], *others))
            if part.entries:
                return read_parts([part], asked)
    return None
