"""Every name and code of a gazetteer, indexed once, so that a text costs a few look-ups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from analysis.text.codes import Codes
from analysis.text.former import SUM, Former, former_areas, gone_codes, gone_names
from analysis.text.names import NearNames, key_of, numeral_keys, words_of
from analysis.text.vocabulary import read_vocabulary
from analysis.words.messages import InsidenError

VILLAGE, SPOT, FINER = "village", "spot", "finer"  # below every area
OUTSIDE = "OUTSIDE"
MEANINGS = ("AGGREGATE:", "POLICE:", "NO_PLACE", "TOTAL", "HEADER", "FOOTER")


class Kind(NamedTuple):
    """What a word such as "Kab." says: the levels that fit, and kabupaten or kota."""

    levels: tuple[str, ...]
    kind: str = ""


class Entry(NamedTuple):
    """One place that a name may mean."""

    code: str  # of an area, of a village, or OUTSIDE
    level: str
    kind: str  # kabupaten or kota where the level holds both; desa or kelurahan
    name: str


class Places:
    """All names and codes of a gazetteer, indexed once; ``areas`` and the others as in ``data``.

    ``lineage`` adds names and codes of earlier lists. ``codes`` holds the codes of the areas. An alias with an unknown code raises InsidenError.
    """

    def __init__(
        self,
        areas: pd.DataFrame,
        aliases: pd.DataFrame,
        villages: pd.DataFrame,
        lineage: pd.DataFrame | None = None,
        *,
        lang: str = "id",
    ) -> None:
        self.lang = lang
        self.names = dict(zip(areas["code"], areas["name"], strict=True))
        self.levels = dict(zip(areas["code"], areas["level"], strict=True))
        self.codes = frozenset(self.names)
        parents = dict(zip(areas["code"], areas["parent"], strict=True))
        home = dict(zip(villages["code"], villages["parent"], strict=True))
        self._above = {code: _line_up(code, parents | home) for code in [*parents, *home]}
        self.formers = [] if lineage is None else former_areas(lineage, self.codes)
        self.code_forms = Codes(
            self.names,
            dict(zip(areas["code"], areas["bps_code"], strict=True)),
            _inside(home, self.codes),
            gone_codes(self.formers, self.codes),
            lang,
        )
        self._by_key: dict[str, tuple[Entry, ...]] = {}
        self._alias_spelt: dict[str, tuple[Entry, ...]] = {}
        self._alias_key: dict[str, tuple[Entry, ...]] = {}
        self._alias_meaning: dict[str, str] = {}
        self._kinds = {code: _own_kind(self.names[code], self.levels[code]) for code in self.codes}
        self.old_names: dict[Entry, Former] = {}
        self._villages: dict[str, Entry] = {}
        self._numbered: set[str] = set()  # one letter more makes II of I: never mended
        self._index_names(areas, villages)
        self._index_aliases(aliases)
        self._area_names: dict[str, dict[str, list[Entry]]] = {}
        self._keys = frozenset(self._by_key) | frozenset(self._alias_key)
        self._near = NearNames(self._by_key.keys() - self._numbered)

    # -- building ------------------------------------------------------------------------------

    def _index_names(self, areas: pd.DataFrame, villages: pd.DataFrame) -> None:
        found: dict[str, dict[Entry, None]] = defaultdict(dict)
        columns = ["code", "name", "level", "name_bps"]
        for code, name, level, name_bps in areas[columns].itertuples(index=False):
            for spelling in {name, name_bps} - {""}:
                kind, words = leading_kind(words_of(spelling))
                own = kind is not None and level in kind.levels and words
                entry = Entry(code, level, self._kinds[code], name)
                numbered = numeral_keys(words_of(spelling))
                self._numbered |= numbered
                for key in {key_of(spelling), *numbered}:
                    found[key][entry] = None
                if own:
                    found["".join(words)][entry] = None
        for code, name, kind in villages[["code", "name", "kind"]].itertuples(index=False):
            entry = self._villages[code] = Entry(code, VILLAGE, kind, name)
            found[key_of(name)][entry] = None
        for former in gone_names(self.formers, self.names):
            entry = self._former_entry(former)
            _, words = leading_kind(words_of(former.name))
            for key in {key_of(former.name), "".join(words)}:
                if not any(one.code == entry.code for one in found[key]):
                    found[key][entry] = None
        self._by_key = {key: tuple(entries) for key, entries in found.items() if entries}

    def _former_entry(self, former: Former) -> Entry:
        first = former.successors[0]
        entry = Entry(former.value, self.levels[first], self._kinds[first], former.name)
        self.old_names[entry] = former
        lines = [self._above[code] for code in former.successors]
        shared = tuple(code for code in lines[0] if all(code in line for line in lines))
        self._above.setdefault(former.value, shared)
        return entry

    def _index_aliases(self, aliases: pd.DataFrame) -> None:
        by_key: dict[str, dict[Entry, None]] = defaultdict(dict)
        for text, code in aliases[["text", "code"]].itertuples(index=False):
            spelt = " ".join(words_of(text))
            if code == OUTSIDE:
                self._add_outside(text)
            elif code.startswith(MEANINGS):
                self._alias_meaning[spelt] = code
            else:
                entries = tuple(self._entry_of(one, text) for one in code.split("|"))
                self._alias_spelt[spelt] = entries
                by_key[key_of(text)] |= dict.fromkeys(entries)
        self._alias_key = {key: tuple(entries) for key, entries in by_key.items()}

    def _add_outside(self, text: str) -> None:
        kind, words = leading_kind(words_of(text))
        entry = Entry(OUTSIDE, kind.levels[0] if kind else "", kind.kind if kind else "", text)
        for key in {key_of(text), "".join(words)}:
            self._by_key[key] = (*self._by_key.get(key, ()), entry)

    def _entry_of(self, code: str, text: str) -> Entry:
        spot = code.startswith("in ")  # a beach, an island: a place inside an area
        code = code.removeprefix("in ")
        if code == OUTSIDE:
            return Entry(OUTSIDE, "", "", text)
        if code in self.names:
            level = SPOT if spot else self.levels[code]
            return Entry(code, level, self._kinds[code], self.names[code])
        if code not in self._villages:
            raise InsidenError("place.alias_code", text=text, code=code)
        return self._villages[code]

    # -- asking --------------------------------------------------------------------------------

    def meaning(self, words: Iterable[str]) -> str:
        """Return what an alias says of the whole text when that is no area: ``POLICE:…``."""
        return self._alias_meaning.get(" ".join(words), "")

    def entries(
        self, words: tuple[str, ...], kind: Kind | None = None, parent: str = ""
    ) -> tuple[Entry, ...]:
        """Return every place that these words may name, of that kind.

        What an analyst wrote in the aliases goes before the names, unless the text says a kind,
        or the alias lies outside ``parent`` while a name lies inside.
        """
        key = "".join(words)
        if key not in self._keys:
            if _full_words().keys().isdisjoint(words):
                return ()
            key = "".join(_full_words().get(word, word) for word in words)
        names = self._by_key.get(key, ())
        spelt = self._alias_spelt.get(" ".join(words), ())
        aliases = self._alias_key.get(key, ())
        first: tuple[Entry, ...] = ()
        for entries in (names, spelt, aliases) if kind else (spelt, aliases, names):
            fitting = entries if kind is None else tuple(one for one in entries if fits(one, kind))
            if fitting and (not parent or any(self.is_inside(one, parent) for one in fitting)):
                return fitting
            first = first or fitting
        return first

    def is_alias(self, words: tuple[str, ...]) -> bool:
        return " ".join(words) in self._alias_spelt or "".join(words) in self._alias_key

    def near(self, key: str) -> dict[str, tuple[Entry, ...]]:
        """Return the known names one letter away from ``key``, with their places."""
        return {name: self.entries((name,)) for name in self._near.find(key)}

    def former_of(self, code: str, key: str) -> Former | None:
        """Return what this code was under this name, where its area bears another one today."""
        if key == key_of(self.names.get(code, "")):
            return None
        return next(
            (one for one in self.formers if (one.code, key_of(one.name)) == (code, key)), None
        )

    def is_area(self, entry: Entry) -> bool:
        return (entry.code in self.codes or entry.code.startswith(SUM)) and entry.level != SPOT

    def is_inside(self, entry: Entry, area: str) -> bool:
        return area in self._above.get(entry.code, ())

    def is_strictly_inside(self, entry: Entry, other: Entry) -> bool:
        inside = self.is_inside(entry, other.code) and self.is_area(other)
        return inside and entry.code != other.code

    def holds(self, outer: str, inner: str) -> bool:
        return outer != inner and outer in self._above.get(inner, ())

    def area_names(self, parent: str) -> dict[str, list[Entry]]:
        """Return the areas inside ``parent``, or all, under the letters of their names."""
        if parent not in self._area_names:
            found: dict[str, list[Entry]] = {}
            for key, entries in self._by_key.items():
                for one in entries:
                    if one.code in self.codes and (not parent or self.holds(parent, one.code)):
                        found.setdefault(key, []).append(one)
            self._area_names[parent] = found
        return self._area_names[parent]

    def depth(self, code: str) -> int:
        """Return how many areas lie above this one."""
        return len(self._above.get(code, ()))

    def area_of(self, entry: Entry) -> str:
        """Return the code that counts: a village's kecamatan, else the place's own."""
        if entry.code in self.codes or entry.code == OUTSIDE or entry.code.startswith(SUM):
            return entry.code
        return next(code for code in self._above[entry.code] if code in self.codes)


def _own_kind(name: str, level: str) -> str:
    """Kabupaten or kota, where the area's own name says it."""
    kind = leading_kind(words_of(name))[0]
    return kind.kind if kind and level in kind.levels else ""


def _line_up(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The code itself and every code above it; a circle in the table ends the line."""
    line = [code]
    while (above := parents.get(line[-1], "")) and above not in line:
        line.append(above)
    return tuple(line)


def _inside(home: dict[str, str], codes: Iterable[str]) -> dict[str, str]:
    return {village: area for village, area in home.items() if area in codes}


@cache
def _kinds() -> dict[tuple[str, ...], Kind]:
    """The words for kinds of place: ("kota", "administrasi") is a kota of level kabkota."""
    kinds = {}
    for row in read_vocabulary("place_types"):
        levels, _, kind = row.meaning.partition(":")
        kind, *more = kind.split("|")
        kinds[words_of(row.text)] = Kind((*levels.split("|"), *more), kind)
    return kinds


@cache
def first_words() -> frozenset[str]:
    """The words with which a word for a kind may begin."""
    return frozenset(words[0] for words in _kinds())


@cache
def _full_words() -> dict[str, str]:
    return {row.text: row.meaning for row in read_vocabulary("place_abbreviations")}


def kind_at(words: tuple[str, ...], place: int) -> tuple[Kind | None, int]:
    """Return the kind that the words say from ``place`` on, and how many words say it."""
    if words[place] in first_words():
        for length in (3, 2, 1):
            kind = _kinds().get(words[place : place + length])
            if kind is not None:
                return kind, min(length, len(words) - place)
    return None, 0


def leading_kind(words: tuple[str, ...]) -> tuple[Kind | None, tuple[str, ...]]:
    """Part "Pemkab Serang" into the kind kabupaten and the word serang."""
    kind, start = None, 0
    while start < len(words):
        found, length = kind_at(words, start)
        if found is None:
            break
        kind, start = found, start + length
    return kind, words[start + 1 :] if words[start : start + 1] == ("of",) else words[start:]


def fits(entry: Entry, kind: Kind | None) -> bool:
    """Tell whether a place is of the kind that the text says; without a kind all are."""
    if kind is None:
        return True
    return entry.level in kind.levels and (
        entry.level == VILLAGE or not kind.kind or not entry.kind or kind.kind == entry.kind
    )
