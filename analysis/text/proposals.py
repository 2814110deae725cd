"""Propose areas for a text that was not read; a person decides, nothing here is ever taken."""

from rapidfuzz import fuzz, process

from analysis.text.gazetteer import SPOT, VILLAGE, Entry, Places, fits, leading_kind
from analysis.text.instead import vocabulary
from analysis.text.names import words_of
from analysis.text.plain import plain

MOST = 5
ALIKE = 75  # of 100: two letters wrong in an ordinary name
LONGEST_TEXT = 120
LONGEST_NAME = 4  # words of a name looked for inside a longer text


def propose_places(text: str, places: Places, *, parent: str = "") -> tuple[str, ...]:
    """Return the codes of at most five areas that an unread text may mean, the likeliest first.

    First the areas whose names stand in the text, else those with a name alike (rapidfuzz ratio);
    only areas inside ``parent`` where the sheet has one. Empty for what cannot be a name.
    """
    kind, words = leading_kind(words_of(plain(text)))
    letters = sum(character.isalpha() for word in words for character in word)
    if len(text) > LONGEST_TEXT or letters < 4 or " ".join(words) in vocabulary().whole:
        return ()
    if named := _named(words, places, parent):
        return named[:MOST]
    names = places.area_names(parent)
    found = process.extract(
        "".join(words), names.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=4 * MOST
    )
    alike = {
        one.code: -score
        for name, score, _ in reversed(found)
        for one in names[name]
        if fits(one, kind)
    }
    return tuple(sorted(alike, key=lambda code: (alike[code], code))[:MOST])


def _named(words: tuple[str, ...], places: Places, parent: str) -> tuple[str, ...]:
    """The areas whose names stand in the text: longer names first, the inmost before the others."""
    found: list[Entry] = []
    taken: set[int] = set()
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            span = range(start, start + length)
            if taken.isdisjoint(span) and (areas := _areas(words[start : start + length], places)):
                taken.update(span)
                found += areas
    inside = [one for one in found if not parent or places.is_inside(one, parent)]
    codes = {code: places.depth(code) for one in inside for code in [places.area_of(one)]}
    holds = {code for code in codes if any(places.holds(code, other) for other in codes)}
    return tuple(sorted(codes.keys() - holds, key=lambda code: (-codes[code], code)))


def _areas(words: tuple[str, ...], places: Places) -> list[Entry]:
    if len("".join(words)) < 4:
        return []
    entries = places.entries(words)
    return [one for one in entries if places.is_area(one) and one.level not in (VILLAGE, SPOT)]
