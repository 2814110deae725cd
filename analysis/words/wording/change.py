"""Change over time: a trend, its difference from a comparator's, and the latest month."""

import math

import pandas as pd

from analysis.words.citing import (
    Fact,
    Row,
    Sentence,
    cite_month,
    cite_number,
    cite_percent,
    cite_text,
    joined,
    sentence,
    together,
)
from analysis.words.messages import say
from analysis.words.wording.voice import (
    CHANGE_DECIMALS,
    RATIO_DECIMALS,
    Voice,
    group_name,
    side_of,
    tell_number,
    tell_range,
    tell_reason,
    upper_of,
)


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
    main = sentence(
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
    if verdict != "break" or not row.known("break_month"):
        return main
    month = cite_month(row, "break_month", voice.lang)
    return together([main, sentence("wording.break.month", voice.lang, month=month)])


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
    side = side_of(row["ratio_low"], upper_of(row, "ratio_high"), 1, RATIO_DECIMALS)
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
