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
from functools import partial

from rapidfuzz import fuzz

from analysis.text.asking import Question, choose
from analysis.text.gazetteer import OUTSIDE, Places, leading_kind
from analysis.text.instead import said
from analysis.text.names import key_of, words_of
from analysis.text.phrases import code_with_name, glued, phrase
from analysis.text.plain import plain
from analysis.text.reading import Reading
from analysis.text.slips import areas_of, slip

__all__ = ["Places", "place_from_cells", "place_from_text"]

LONGEST = 200
ALIKE = 67  # of 100; two of a hundred pairs of unrelated names of Indonesia reach it
# "12. Labuan", "(3) Labuan", "b) Labuan", "IV. Labuan"; a single letter with a point shortens a word
NUMBERING = re.compile(
    r"^\s*(?:\(?\d{1,3}\s*[.)\]]?|\(?[^\W\d_]\)|\(?[ivxIVX]{2,5}[.)]|[•*·-]|[dD]i\b)"
    r"\s*(?=[^\W\d_])"
)
MARKS = re.compile(r"\s*(?:\(?\d{1,2}\)|\*\)?|[¹²³])+\s*$")


def place_from_text(text: str, places: Places, *, parent: str = "", level: str = "") -> Reading:
    """Read a place; the value is an area's code, or what the text is instead of a place.

    ``parent`` is the code of the area the sheet stands for, ``level`` the level its column says.
    Instead of a place: AGGREGATE:…, POLICE:…, OUTSIDE, NO_PLACE, TOTAL, HEADER, FOOTER. For a
    village the value is its kecamatan and the candidate is the village's own code.
    """
    read = partial(place_from_text, places=places, parent=parent, level=level)
    asked = Question(places, parent, level, read)
    text = plain(text)
    if len(text) > LONGEST:
        return asked.refuse("too_long")
    coded = places.code_forms.read(text)
    if coded is not None:
        return coded
    words = words_of(text)
    if not words:
        return asked.refuse("empty" if not text.strip() else "no_letters")
    bare = MARKS.sub("", NUMBERING.sub("", text))
    return (
        _name(words, asked)
        or said(text, words, asked)
        or phrase(bare, asked)
        or code_with_name(text, asked)
        or glued(words, asked)
        or slip(asked.part(*leading_kind(words_of(bare))), asked)
    )


def place_from_cells(
    name: str, code: str, places: Places, *, parent: str = "", level: str = ""
) -> Reading:
    """Read a place from its name and its code, which must not say different places.

    The code decides where the name is not known, if the two are at all alike; the name decides
    where a damaged code leaves several candidates. Either may be empty.
    """
    named = place_from_text(name, places, parent=parent, level=level)
    if not code:
        return named
    asked = Question(places, parent, level, partial(place_from_text, places=places))
    coded = place_from_text(code, places)
    if coded.value is None:
        mended = named.value in coded.candidates
        return named._replace(why=asked.note("name_decides", text=code)) if mended else coded
    if coded.value == parent and level != places.levels.get(parent):
        whole = not name or named.value in ("TOTAL", parent)
        coded = Reading("TOTAL", asked.note("whole_area")) if whole else coded
    if not name or named.value == coded.value:
        return coded
    former = places.former_of(coded.value or "", key_of(name))
    if former is not None and len(former.successors) > 1:
        return Reading(None, asked.former_note(former), "", former.successors)
    rivals = [one for one in named.candidates if not parent or places.holds(parent, one)]
    is_known = bool(rivals and asked.part(*leading_kind(words_of(name))).entries)
    unread = named.value is None and not is_known
    if coded.value in named.candidates or (unread and _is_alike(name, coded, places)):
        own = places.names.get(coded.value, coded.value)
        return coded._replace(why=coded.why or asked.note("code_decides", text=name, name=own))
    found = (coded.value, named.value or "", *named.candidates)
    return asked.refuse("code_and_name", [one for one in dict.fromkeys(found) if one])


def _is_alike(name: str, coded: Reading, places: Places) -> bool:
    """Tell whether an unknown name can be the spelling of some office for the code's area."""
    _, words = leading_kind(words_of(name))
    _, own = leading_kind(words_of(places.names.get(coded.value or "", "")))
    return fuzz.partial_ratio("".join(words), "".join(own)) >= ALIKE


def _name(words: tuple[str, ...], asked: Question) -> Reading | None:
    if meaning := asked.places.meaning(words):
        return Reading(meaning)
    entries = asked.part(None, words).entries
    if not entries:
        return None
    typed = leading_kind(words)[0] is not None
    reading = choose(entries, asked, typed=typed, alias=asked.places.is_alias(words))
    if reading.value == OUTSIDE and not typed:
        # Subang is a kabupaten elsewhere, and one letter from Sobang
        near = areas_of(asked.places.near("".join(words)), asked)
        if near:
            return asked.refuse("ambiguous", [*near, OUTSIDE])
    return reading
