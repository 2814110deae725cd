"""Who speaks and about whom: language, names and unit; and how numbers and intervals are printed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.words.citing import (
    Fact,
    Figure,
    Row,
    Sentence,
    cell_text,
    cite_number,
    cite_percent,
    cite_text,
    listed,
    sentence,
    together,
)
from analysis.words.messages import say, words
from analysis.words.numbers import percent, rounded

RATIO_DECIMALS = 2
CHANGE_DECIMALS = 1
MOST_MEMBERS = 12


@dataclass(frozen=True)
class Voice:
    """What all sentences of one briefing share: language, names, unit and the run's own facts.

    ``scope`` is the area that holds all compared areas. ``facts`` has one row a fact (column
    ``value``): ``confidence_percent``, ``window``, ``hide_below`` … ``months_each`` is how many
    months one count covers; ``silent`` areas are not in "the rest", because they never reported.
    """

    lang: str
    names: Mapping[str, str]
    unit: str
    scope: str
    facts: Mapping[str, Row]
    months_each: int = 1
    silent: tuple[str, ...] = ()

    @property
    def level(self) -> Figure:
        """The confidence level of every interval, such as 95%."""
        return cite_percent(self.facts["confidence_percent"], "value", self.lang, decimals=0)

    @property
    def error_rate(self) -> float:
        """What the confidence level leaves: 0.05."""
        return 1 - self.facts["confidence_percent"]["value"] / 100

    @property
    def unit_name(self) -> str:
        """The counted unit in words: reports, cases, crimes."""
        return unit_name(self.unit, self.lang)

    @property
    def period_name(self) -> str:
        """What one count covers, in words: a month, or a period of several months."""
        return say("wording.month" if self.months_each == 1 else "wording.period", self.lang)

    def name(self, area: str) -> Figure:
        """The name of an area, or its code where no name is known; names may hold digits too."""
        row = Row("areas", f"area={area}", {"name": self.names.get(area, area)})
        return cite_text(row, "name")


def unit_name(unit: str, lang: str) -> str:
    """Name a counted unit; one that the words do not know keeps the study's own name."""
    key = f"wording.unit.{unit}"
    return say(key, lang) if key in words(lang) else unit


def side_of(low: float, high: float, same: float, decimals: int) -> str:
    """Say where an interval lies, as it is printed, from "no difference": above, below, around.

    >>> side_of(1.003, 3.57, 1, 2), side_of(1.01, 3.57, 1, 2)
    ('around', 'above')
    """
    if low > same and rounded(low, decimals) > same:
        return "above"
    if high < same and rounded(high, decimals) < same:
        return "below"
    return "around"


def group_name(code: str, voice: Voice, *, brief: bool = False) -> Fact:
    """Name an area, or a group of areas such as the land neighbours."""
    if not is_group(code, voice):
        return voice.name(code)
    key = f"wording.group.{code}" + ("_reporting" if code == "rest" and voice.silent else "")
    short = brief or not voice.scope
    return sentence(f"{key}_short" if short else key, voice.lang, scope=voice.name(voice.scope))


def is_group(code: str, voice: Voice) -> bool:
    """Return whether a comparator is a group of areas rather than one area."""
    return f"wording.group.{code}" in words(voice.lang)


def tell_members(row: Row, voice: Voice) -> Sentence:
    """Name a comparator together with the areas that it holds, unless they are very many."""
    areas = row["members"].split(";")
    members = listed([voice.name(area) for area in areas], voice.lang)
    group = group_name(row["comparator"], voice)
    if row["comparator"] == "rest" and voice.silent:
        silent = listed([voice.name(area) for area in voice.silent], voice.lang)
        group = sentence("wording.group.without", voice.lang, group=group, areas=silent)
    if str(group) == str(members) or len(areas) > MOST_MEMBERS:
        return together([group])
    return sentence("wording.group.with_members", voice.lang, group=group, members=members)


def tell_range(
    row: Row, name: str, voice: Voice, *, decimals: int, share: bool = False
) -> Sentence:
    """Print the limits of an interval, ``name_low`` and ``name_high``: *0,75 s.d. 2,04*."""
    cite = cite_percent if share else cite_number
    low = cite(row, f"{name}_low" if name else "low", voice.lang, decimals=decimals)
    upper = f"{name}_high" if name else "high"
    if math.isinf(upper_of(row, upper)):
        return sentence("wording.range_open", voice.lang, low=low)
    high = cite(row, upper, voice.lang, decimals=decimals)
    return sentence("wording.range", voice.lang, low=low, high=high)


def tell_number(row: Row, column: str, voice: Voice, *, decimals: int = 0) -> Fact:
    """Print a number, or the sign for "not available" where there is none."""
    if not row.known(column) or math.isinf(row[column]):
        return say("wording.not_available", voice.lang)
    return cite_number(row, column, voice.lang, decimals=decimals)


def tell_p(row: Row, voice: Voice) -> Sentence:
    """Print a p value with two figures, or that it is below the smallest that is printed."""
    smallest = voice.facts["smallest_p"]
    if row["p"] < smallest["value"]:
        limit = cite_number(smallest, "value", voice.lang, decimals=_p_decimals(smallest["value"]))
        return sentence("wording.p_below", voice.lang, p=limit)
    shown = cite_number(row, "p", voice.lang, decimals=_p_decimals(row["p"]))
    return sentence("wording.p", voice.lang, p=shown)


def level_of(row: Row, voice: Voice, *, decimals: int = 0) -> Figure:
    """The confidence level of a row's own interval, else that of the run."""
    if not row.known("confidence"):
        return voice.level
    shown = percent(100 * row["confidence"], voice.lang, decimals)
    return Figure(shown, row.table, row.key, "confidence", cell_text(row["confidence"]))


def tell_reason(why: str, voice: Voice) -> str:
    """Say in words why something could not be told."""
    key = f"wording.reason.{why}"
    return say(key if key in words(voice.lang) else "wording.reason.other", voice.lang)


def upper_of(row: Row, column: str) -> float:
    """Return an upper limit; none is infinity."""
    return float(row[column]) if row.known(column) else math.inf


def _p_decimals(p: float) -> int:
    """Decimals that leave two figures of a p value, at least two."""
    return 2 if p >= 0.1 else 1 - math.floor(math.log10(p))
