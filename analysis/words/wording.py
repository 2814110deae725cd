"""Sentences made from rows of result tables; none says more than the interval beside it.

A sentence that claims more, fewer, rising or falling is chosen from the interval **as it is
printed**: where a printed limit touches "no difference", nothing is claimed. Every claim names what
it was compared with, its period and its interval, and cites its numbers.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.words.citing import (
    Fact,
    Figure,
    Row,
    Sentence,
    cite_month,
    cite_number,
    cite_percent,
    cite_period,
    cite_text,
    joined,
    listed,
    sentence,
    together,
)
from analysis.words.messages import say, words
from analysis.words.numbers import rounded

RATIO_DECIMALS = 2
CHANGE_DECIMALS = 1
HEADLINE_WORDS = 14
MOST_MEMBERS = 12


@dataclass(frozen=True)
class Voice:
    """What all sentences of one briefing share: language, names, unit and the run's own facts.

    ``scope`` is the area that holds all compared areas. ``facts`` has one row a fact (column
    ``value``): ``confidence_percent``, ``window``, ``hide_below`` … ``months_each`` is how many
    months one count covers.
    """

    lang: str
    names: Mapping[str, str]
    unit: str
    scope: str
    facts: Mapping[str, Row]
    months_each: int = 1

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


# --- comparison -----------------------------------------------------------------------------


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


def comparison_verdict(row: Row, voice: Voice) -> str:
    """Return higher, lower, borderline, not_separable or not_comparable for a comparison row.

    ``higher`` and ``lower`` need everything to agree: the printed interval, the wider one that
    allows for the unrest of the months, the p value and the measure's own verdict.
    """
    if row["verdict"] == "not_comparable" or not row.known("ratio_low"):
        return "not_comparable"
    sides = {{"higher": "above", "lower": "below"}.get(row["verdict"], "around")}
    for low, high in (("ratio_low", "ratio_high"), ("wide_low", "wide_high")):
        if row.known(low):
            sides.add(side_of(row[low], _upper(row, high), 1, RATIO_DECIMALS))
    if row.known("p") and (row["p"] < voice.error_rate) == ("around" in sides):
        sides |= {"around", "above"}
    if len(sides) > 1:
        return "borderline"
    return {"above": "higher", "below": "lower", "around": "not_separable"}[sides.pop()]


def comparison_label(row: Row, voice: Voice) -> str:
    """The verdict of a comparison row in two or three words, for a table."""
    return say(f"wording.label.{comparison_verdict(row, voice)}", voice.lang)


def group_name(code: str, voice: Voice, *, brief: bool = False) -> Fact:
    """Name an area, or a group of areas such as the land neighbours."""
    key = f"wording.group.{code}"
    if not is_group(code, voice):
        return voice.name(code)
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
    if str(group) == str(members) or len(areas) > MOST_MEMBERS:
        return together([group])
    return sentence("wording.group.with_members", voice.lang, group=group, members=members)


def tell_comparison(row: Row, voice: Voice) -> Sentence:
    """Say how the region's rate stands to its comparator's, with ratio, interval and period."""
    verdict = comparison_verdict(row, voice)
    told = verdict != "not_comparable"
    main = sentence(
        f"wording.comparison.{verdict}",
        voice.lang,
        focal=voice.name(row["focal"]),
        comparator=group_name(row["comparator"], voice),
        unit=voice.unit_name,
        period=cite_period(voice.facts["window"], "value", voice.lang),
        ratio=tell_number(row, "ratio", voice, decimals=RATIO_DECIMALS),
        evidence=_evidence(row, voice, both=verdict == "borderline") if told else "",
        reason="" if told else tell_reason(row["why"], voice),
    )
    return together([main, _months_used(row, voice) if told else ""])


def tell_range(
    row: Row, name: str, voice: Voice, *, decimals: int, share: bool = False
) -> Sentence:
    """Print the limits of an interval, ``name_low`` and ``name_high``: *0,75 s.d. 2,04*."""
    cite = cite_percent if share else cite_number
    low = cite(row, f"{name}_low" if name else "low", voice.lang, decimals=decimals)
    upper = f"{name}_high" if name else "high"
    if math.isinf(_upper(row, upper)):
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


def limits_of(row: Row) -> str:
    """Name the limits of a ratio to print: those that allow for the unrest of the months, if any."""
    return "wide" if row.known("wide_low") else "ratio"


def _evidence(row: Row, voice: Voice, *, both: bool) -> Sentence:
    """The interval to print; beside it p, or the exact interval where the two limits disagree.

    The p value belongs to the exact interval, so it is not set beside a widened one.
    """
    limits = tell_range(row, limits_of(row), voice, decimals=RATIO_DECIMALS)
    parts: list[Fact] = [sentence("wording.interval", voice.lang, level=voice.level, range=limits)]
    widened = row.known("wide_low") and row["wide_low"] != row["ratio_low"]
    if widened and both:
        exact = tell_range(row, "ratio", voice, decimals=RATIO_DECIMALS)
        parts.append(sentence("wording.exact", voice.lang, range=exact))
    if row.known("p") and not widened:
        parts.append(tell_p(row, voice))
    return joined(parts, "; ")


def _months_used(row: Row, voice: Voice) -> Fact:
    if not row.known("months") or row["months"] >= row["months_wanted"]:
        return ""
    return sentence(
        "wording.comparison.months",
        voice.lang,
        months=cite_number(row, "months", voice.lang),
        wanted=cite_number(row, "months_wanted", voice.lang),
        periods=voice.period_name,
    )


def tell_reason(why: str, voice: Voice) -> str:
    """Say in words why something could not be told."""
    key = f"wording.reason.{why}"
    return say(key if key in words(voice.lang) else "wording.reason.other", voice.lang)


def _upper(row: Row, column: str) -> float:
    return float(row[column]) if row.known(column) else math.inf


def _p_decimals(p: float) -> int:
    """Decimals that leave two figures of a p value, at least two."""
    return 2 if p >= 0.1 else 1 - math.floor(math.log10(p))


# --- change over time -----------------------------------------------------------------------


def trend_verdict(row: Row) -> str:
    """Return rising, falling, borderline, not_separable, or why there is no number for a trend row.

    Without a number: too_short, break or not_computed.
    """
    if row["verdict"] in ("too_short", "break"):
        return row["verdict"]
    if not (row.known("low") and row.known("high") and row.known("yearly_change")):
        return "not_computed"
    sides = {
        {"rising": "above", "falling": "below"}.get(row["verdict"], "around"),
        side_of(row["low"], row["high"], 0, CHANGE_DECIMALS),
    }
    if len(sides) > 1:
        return "borderline"
    return {"above": "rising", "below": "falling", "around": "not_separable"}[sides.pop()]


def has_trend(row: Row) -> bool:
    """Return whether a trend row holds a number, with its interval."""
    return trend_verdict(row) not in ("too_short", "break", "not_computed")


def tell_trend(row: Row, voice: Voice) -> Sentence:
    """Say whether a series rises or falls, in per cent a year with its interval and period."""
    verdict = trend_verdict(row)
    told = has_trend(row)
    return sentence(
        f"wording.trend.{verdict}",
        voice.lang,
        focal=group_name(row["area"], voice),
        unit=voice.unit_name,
        first=cite_month(row, "first", voice.lang) if row.known("first") else "",
        last=cite_month(row, "last", voice.lang) if row.known("last") else "",
        months=tell_number(row, "months", voice),
        periods=voice.period_name,
        level=voice.level,
        change=cite_percent(row, "yearly_change", voice.lang) if told else "",
        range=tell_range(row, "", voice, decimals=CHANGE_DECIMALS, share=True) if told else "",
        reason="" if told else tell_reason(row["why"], voice),
    )


def tell_other_trends(rows: list[Row], voice: Voice) -> Sentence:
    """Give the yearly change of the comparators, each with its interval and no verdict between."""
    told = [
        sentence(
            "wording.trend.other",
            voice.lang,
            area=group_name(row["area"], voice),
            change=cite_percent(row, "yearly_change", voice.lang),
            range=tell_range(row, "", voice, decimals=CHANGE_DECIMALS, share=True),
        )
        for row in rows
        if has_trend(row)
    ]
    if not told:
        return Sentence("")
    return sentence("wording.trend.others", voice.lang, level=voice.level, told=joined(told, "; "))


def latest_verdict(row: Row) -> str:
    """Return higher, lower, same, small, noise, hidden or unknown for a month and a year before.

    ``small`` is a difference within one standard error of two counts, ``sqrt(a + b)``.
    """
    now, before = (row["incidents"], row["incidents_before"])
    if pd.isna(now) or pd.isna(before):
        hidden = "suppressed" in (row["why"], row["why_before"])
        hidden = hidden or "complementary" in (row["why"], row["why_before"])
        return "hidden" if hidden else "unknown"
    side = side_of(row["ratio_low"], _upper(row, "ratio_high"), 1, RATIO_DECIMALS)
    if side != "around":
        return {"above": "higher", "below": "lower"}[side]
    if now == before:
        return "same"
    return "small" if abs(now - before) <= math.sqrt(now + before) else "noise"


def tell_latest(row: Row, voice: Voice) -> Sentence:
    """Compare the last month with the same month a year before, never as a trend."""
    verdict = latest_verdict(row)
    told = verdict not in ("hidden", "unknown", "same")
    main = sentence(
        f"wording.latest.{verdict}",
        voice.lang,
        focal=voice.name(row["area"]),
        unit=voice.unit_name,
        month=cite_month(row, "month", voice.lang),
        month_before=cite_month(row, "month_before", voice.lang),
        now=tell_shown(row, "", voice),
        before=tell_shown(row, "_before", voice),
        level=voice.level,
        range=tell_range(row, "ratio", voice, decimals=RATIO_DECIMALS) if told else "",
    )
    provisional = row["flag"] == "provisional"
    return together([main, say("wording.latest.provisional", voice.lang) if provisional else ""])


def tell_shown(row: Row, ending: str, voice: Voice) -> Fact:
    """Print a protected count: the number, ``<5``, the sign of a hidden cell, or "no report"."""
    if row.known(f"incidents{ending}"):
        return cite_number(row, f"incidents{ending}", voice.lang)
    if str(row[f"shown{ending}"]):
        return cite_text(row, f"shown{ending}")
    partial = row[f"why{ending}"] == "partial"
    return say("wording.partial" if partial else "wording.no_report", voice.lang)


def tell_cell(row: Row, voice: Voice) -> Fact:
    """Print a protected count in a table, where the sign for "no report" takes less room."""
    told = row.known("incidents") or str(row["shown"])
    return tell_shown(row, "", voice) if told else say("wording.no_report_sign", voice.lang)


# --- remarks on the data --------------------------------------------------------------------


def tell_completeness(row: Row, voice: Voice) -> Sentence:
    """Say how many unit-months were reported: *Kelengkapan 15 dari 18 unit-bulan (83,3%)*."""
    return sentence("wording.completeness.share", voice.lang, told=tell_coverage(row, voice))


def tell_coverage(row: Row, voice: Voice, *, percent: bool = True) -> Sentence:
    """The share of unit-months alone: *15 dari 18 unit-bulan (83,3%)*."""
    return sentence(
        "wording.completeness.count_and_percent" if percent else "wording.completeness.count",
        voice.lang,
        reported=cite_number(row, "reported", voice.lang),
        expected=cite_number(row, "expected", voice.lang),
        percent=cite_percent(row, "percent", voice.lang),
        periods=voice.period_name,
    )


def tell_incomplete(rows: list[Row], voice: Voice) -> Fact:
    """Name the areas that did not report everything, and warn against ranking them."""
    short = [row for row in rows if row["reported"] < row["expected"]]
    if not short:
        return say("wording.completeness.all", voice.lang)
    areas = [
        sentence(
            "wording.completeness.area",
            voice.lang,
            area=voice.name(row["area"]),
            reported=cite_number(row, "reported", voice.lang),
            expected=cite_number(row, "expected", voice.lang),
        )
        for row in short
    ]
    return sentence("wording.completeness.short", voice.lang, areas=listed(areas, voice.lang))


def tell_population(row: Row, voice: Voice) -> Sentence:
    """Name the population series of the rates; an unconfirmed one says so."""
    known = f"wording.series.{row['series']}"
    return sentence(
        "wording.population.firm" if is_firm(row) else "wording.population.unconfirmed",
        voice.lang,
        series=say(known, voice.lang) if known in words(voice.lang) else cite_text(row, "series"),
        vintage=cite_text(row, "vintage_name" if row.known("vintage_name") else "vintage"),
        year=cite_text(row, "year"),
    )


def is_firm(row: Row) -> bool:
    """Return whether a population row is marked with high confidence."""
    return str(row["confidence"]).lower().startswith("high")


def tell_hidden(voice: Voice) -> Sentence:
    """Say how many cells are hidden in the published tables, and how."""
    if not voice.facts["hide_below"]["value"]:
        return Sentence(say("wording.hidden.rule_off", voice.lang))
    hidden = voice.facts["hidden_cells"]["value"] + voice.facts["hidden_complementary"]["value"]
    return sentence(
        "wording.hidden.some" if hidden else "wording.hidden.none",
        voice.lang,
        small=cite_number(voice.facts["hidden_cells"], "value", voice.lang),
        complementary=cite_number(voice.facts["hidden_complementary"], "value", voice.lang),
        threshold=cite_number(voice.facts["hide_below"], "value", voice.lang),
    )


# --- headline -------------------------------------------------------------------------------


def headline(comparisons: list[Row], trend: Row | None, voice: Voice) -> Sentence:
    """Return the finding in at most 14 words; it claims nothing that its rows do not show.

    The comparison with the groups comes first, because the question is asked that way; without
    one the trend is told. The first wording that is short enough is taken.
    """
    groups = [row for row in comparisons if is_group(row["comparator"], voice)] or comparisons
    groups = [row for row in groups if comparison_verdict(row, voice) != "not_comparable"]
    for form in (*_comparison_headlines(groups, voice), *_trend_headlines(trend, voice)):
        if len(form.text.split()) <= HEADLINE_WORDS:
            return form
    return sentence("wording.headline.plain", voice.lang, unit=voice.unit_name)


def _comparison_headlines(rows: list[Row], voice: Voice) -> Iterable[Sentence]:
    """The finding against the comparators, from the fullest wording to the shortest."""
    if not rows:
        return
    same: dict[str, list[Row]] = {}
    for row in rows:
        same.setdefault(comparison_verdict(row, voice), []).append(row)
    focal, unit = voice.name(rows[0]["focal"]), voice.unit_name
    for form, brief in (("rate_of", False), ("rate_of", True), ("rate", False), ("rate", True)):
        claims = [_claim(verdict, group, voice, brief) for verdict, group in same.items()]
        yield sentence(
            f"wording.headline.{form}",
            voice.lang,
            focal=focal,
            unit=unit,
            claims=joined(claims, "; "),
        )
    outcome = "mixed" if len(same) > 1 else f"all_{next(iter(same))}"
    yield sentence(f"wording.headline.{outcome}", voice.lang, focal=focal)


def _claim(verdict: str, rows: list[Row], voice: Voice, brief: bool) -> Sentence:
    comparators = [group_name(row["comparator"], voice, brief=brief) for row in rows]
    return sentence(
        f"wording.headline.{verdict}", voice.lang, comparators=listed(comparators, voice.lang)
    )


def _trend_headlines(row: Row | None, voice: Voice) -> Iterable[Sentence]:
    if row is not None:
        key = f"wording.headline.trend_{trend_verdict(row)}"
        yield sentence(key, voice.lang, focal=voice.name(row["area"]), unit=voice.unit_name)
