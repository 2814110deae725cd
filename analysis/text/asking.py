"""What is asked about one text, and the choice among the places that its words may name."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from analysis.text.former import SUM, Former, former_note
from analysis.text.gazetteer import OUTSIDE, SPOT, VILLAGE, Entry, Kind, Places
from analysis.text.reading import Reading
from analysis.words.messages import say


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
    read: Callable[[str], Reading]  # reads another text under the same conditions

    def part(self, kind: Kind | None, words: tuple[str, ...]) -> Part:
        return Part(kind, words, self.places.entries(words, kind, self.parent))

    def is_here(self, entry: Entry) -> bool:
        return not self.parent or self.places.is_inside(entry, self.parent)

    def refuse(self, reason: str, codes: Iterable[str] = (), **facts: object) -> Reading:
        """Return no value, with the areas it may be; for a divided area each of its successors."""
        each = (part for code in codes for part in code.removeprefix(SUM).split("+"))
        return Reading(None, self.note(reason, **facts), "", tuple(dict.fromkeys(each)))

    def former_note(self, former: Former) -> str:
        return former_note(former, self.places.names, self.places.lang)

    def note(self, reason: str, **facts: object) -> str:
        return say(f"place.{reason}", self.places.lang, **facts)


def choose(
    entries: Sequence[Entry], asked: Question, *, typed: bool = False, alias: bool = False
) -> Reading:
    """Take the one area that these places come to, or refuse with what they may be."""
    places, pool, decided = asked.places, list(entries), typed
    inside = [one for one in pool if asked.parent and asked.is_here(one)]
    if inside:
        below = [one for one in inside if not places.is_area(one)]
        at_last_level = bool(asked.level) and places.levels.get(asked.parent) == asked.level
        beside = [one for one in pool if one not in inside and one.level not in (VILLAGE, SPOT, "")]
        if below == inside and beside and not (typed or at_last_level):
            return asked.refuse("ambiguous", codes_of(pool, asked))
        pool, decided = (below if below and at_last_level else inside), True
    if at_level := [one for one in pool if asked.level and one.level == asked.level]:
        pool, decided = at_level, True
    areas = [one for one in pool if places.is_area(one)]
    if areas and (decided or not alias):
        pool = areas
    codes = codes_of(pool, asked)
    if len(codes) > 1:
        return asked.refuse("ambiguous", codes)
    if asked.parent and not inside and not typed and codes[0] != OUTSIDE:
        return asked.refuse("elsewhere", codes, area=places.names.get(asked.parent, asked.parent))
    if asked.level and codes[0] == asked.parent and _is_larger(pool[0], asked):
        return Reading("TOTAL", asked.note("whole_area"))  # the sheet's own area among its parts
    return _read(pool[0], codes[0], asked)


def _is_larger(entry: Entry, asked: Question) -> bool:
    """Tell an area above the level asked for; a village is counted under its district instead."""
    return asked.places.is_area(entry) and entry.level != asked.level


def _read(entry: Entry, code: str, asked: Question) -> Reading:
    if code == OUTSIDE:
        return Reading(OUTSIDE)
    if former := asked.places.old_names.get(entry):
        return Reading(code, asked.former_note(former))
    if entry.level == VILLAGE:
        area = asked.places.names[code]
        why = asked.note("rolled_up", name=entry.name, kind=entry.kind or VILLAGE, area=area)
        return Reading(code, why, "", (entry.code,))
    if entry.level == SPOT:
        return Reading(code, asked.note("spot", area=entry.name))
    return Reading(code)


def codes_of(entries: Iterable[Entry], asked: Question) -> list[str]:
    """The areas of these places, each once, from the largest down."""
    codes = {asked.places.area_of(one) for one in entries}
    return sorted(codes, key=lambda code: (code == OUTSIDE, asked.places.depth(code), code))


def read_known(parts: Sequence[Part], asked: Question) -> Reading | None:
    """Read parts that all name places, of which one lies inside all the others."""
    if len(parts) == 1:
        part = parts[0]
        alias = part.kind is None and asked.places.is_alias(part.words)
        return choose(part.entries, asked, typed=part.kind is not None, alias=alias)
    inmost = within(parts, asked)
    return choose(inmost, asked, typed=True) if inmost else None


def within(parts: Sequence[Part], asked: Question) -> list[Entry]:
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
