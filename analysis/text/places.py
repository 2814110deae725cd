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

from analysis.text.asking import Question, choose
from analysis.text.gazetteer import OUTSIDE, Places, leading_kind
from analysis.text.instead import said
from analysis.text.names import words_of
from analysis.text.phrases import code_with_name, glued, phrase
from analysis.text.plain import plain
from analysis.text.reading import Reading
from analysis.text.slips import areas_of, slip

__all__ = ["Places", "place_from_text"]

LONGEST = 200
NUMBERING = re.compile(r"^\s*(?:\(?\d{1,3}[.)\]]?|[•*·-])\s*(?=[^\W\d_])")
MARKS = re.compile(r"\s*(?:\(?\d{1,2}\)|\*+\)?|[¹²³])+\s*$")


def place_from_text(text: str, places: Places, *, parent: str = "", level: str = "") -> Reading:
    """Read a place; the value is an area's code, or what the text is instead of a place.

    ``parent`` is the code of the area the sheet stands for, ``level`` the level its column says.
    Instead of a place: AGGREGATE:…, POLICE:…, OUTSIDE, NO_PLACE, TOTAL, HEADER, FOOTER. For a
    village the value is its kecamatan and the candidate is the village's own code.
    """
    read = partial(place_from_text, places=places, parent=parent, level=level)
    asked = Question(places, parent, level, read)
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
        or said(text, words, asked)
        or phrase(bare, asked)
        or code_with_name(text, asked)
        or glued(words, asked)
        or slip(asked.part(*leading_kind(words_of(bare))), asked)
    )


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
