"""What is not known, told as a bound: missing months, effort, ranks, funnels, smoothed rates."""

import math

from analysis.words.citing import (
    Row,
    Sentence,
    cite_number,
    sentence,
)
from analysis.words.messages import say
from analysis.words.numbers import rounded
from analysis.words.wording.voice import (
    RATIO_DECIMALS,
    Voice,
    group_name,
    level_of,
    tell_number,
    tell_range,
    tell_reason,
)

SIDES = ("low", "high")
COUNT_DECIMALS = 1


def tell_missing_bound(row: Row, voice: Voice) -> Sentence:
    """Say what the missing months would have to hold for the comparison to end differently."""
    known = row.known("needed")
    side = (
        voice.name(row["focal"]) if row["side"] == "focal" else group_name(row["comparator"], voice)
    )
    times = known and row.known("times")
    form = "needed" if times else "needed_from_none" if known else "never"
    return sentence(
        f"wording.missing.{form}",
        voice.lang,
        side=side,
        missing=cite_number(row, "missing", voice.lang),
        periods=voice.period_name,
        unit=voice.unit_name,
        focal=voice.name(row["focal"]),
        comparator=group_name(row["comparator"], voice),
        outcome=say(f"wording.label.{row['turns_to']}", voice.lang),
        needed=tell_number(row, "needed", voice, decimals=COUNT_DECIMALS),
        times=tell_number(row, "times", voice, decimals=COUNT_DECIMALS),
        per_month=tell_number(row, "per_month", voice, decimals=COUNT_DECIMALS),
    )


def tell_effort_bound(row: Row, voice: Voice) -> Sentence:
    """Say whether more or less effort could be all there is behind a change of reports."""
    verdict = row["explains"] or "unknown"
    told = verdict in ("fully", "partly")
    return sentence(
        f"wording.effort.{verdict}",
        voice.lang,
        focal=voice.name(row["area"]),
        unit=voice.unit_name,
        effort=tell_number(row, "effort_ratio", voice, decimals=RATIO_DECIMALS),
        ratio=tell_number(row, "ratio", voice, decimals=RATIO_DECIMALS),
        exponent=tell_number(row, "elasticity", voice, decimals=RATIO_DECIMALS) if told else "",
        range=tell_range(row, "elasticity", voice, decimals=RATIO_DECIMALS) if told else "",
        level=level_of(row, voice),
    )


def tell_rank(row: Row, voice: Voice) -> Sentence:
    """Say between which places an area lies; never a place alone unless there is only that one."""
    places = [row.known(f"rank_{side}") for side in SIDES]
    if not all(places) or not row.known("of"):
        return sentence(
            "wording.rank.none",
            voice.lang,
            focal=voice.name(row["area"]),
            reason=tell_reason(row["why"], voice),
        )
    low, high, of = (int(row[name]) for name in ("rank_low", "rank_high", "of"))
    form = "any" if (low, high) == (1, of) and of > 1 else "one" if low == high else "between"
    return sentence(
        f"wording.rank.{form}",
        voice.lang,
        focal=voice.name(row["area"]),
        unit=voice.unit_name,
        low=cite_number(row, "rank_low", voice.lang),
        high=cite_number(row, "rank_high", voice.lang),
        of=cite_number(row, "of", voice.lang),
        level=level_of(row, voice),
    )


def funnel_verdict(row: Row) -> str:
    """Return above, below, edge, within or unknown for a row of a funnel.

    Outside needs the exact chance and, where the areas' own scatter is known, the widened limits
    too, and the numbers as they are printed; all that lies between is ``edge``.
    """
    if not row["position"] or not row.known("ratio"):
        return "unknown"
    names = [row["position"], row["wide_position"]] if row["wide_position"] else [row["position"]]
    low, high = (row[name] for name in _limits(row))
    ratio = rounded(row["ratio"], RATIO_DECIMALS)
    if set(names) == {"above_outer"} and ratio > rounded(high, RATIO_DECIMALS):
        return "above"
    if set(names) == {"below_outer"} and ratio < rounded(low, RATIO_DECIMALS):
        return "below"
    inside = rounded(low, RATIO_DECIMALS) <= ratio <= rounded(high, RATIO_DECIMALS)
    return "within" if set(names) == {"within"} and inside else "edge"


def tell_funnel(row: Row, voice: Voice) -> Sentence:
    """Say where an area lies among the limits of a funnel, beside what was expected of it."""
    verdict = funnel_verdict(row)
    if verdict == "unknown":
        return sentence(
            "wording.funnel.unknown",
            voice.lang,
            focal=voice.name(row["area"]),
            reason=tell_reason(row["why"], voice),
        )
    low, high = _limits(row)
    limits = sentence(
        "wording.range",
        voice.lang,
        low=cite_number(row, low, voice.lang, decimals=RATIO_DECIMALS),
        high=cite_number(row, high, voice.lang, decimals=RATIO_DECIMALS),
    )
    return sentence(
        f"wording.funnel.{verdict}",
        voice.lang,
        focal=voice.name(row["area"]),
        unit=voice.unit_name,
        incidents=cite_number(row, "incidents", voice.lang),
        expected=cite_number(row, "expected", voice.lang, decimals=COUNT_DECIMALS),
        ratio=tell_number(row, "ratio", voice, decimals=RATIO_DECIMALS),
        range=limits,
        level=level_of(row, voice, decimals=1),
    )


def _limits(row: Row) -> tuple[str, str]:
    """Name the outer limits to print: those with the areas' scatter, where it is known."""
    wide = row.known("wide_low_outer") and row.known("wide_high_outer")
    start = "wide_" if wide else ""
    return f"{start}low_outer", f"{start}high_outer"


def tell_smoothed(row: Row, voice: Voice) -> Sentence:
    """Print a smoothed rate beside the area's own, as the estimate that it is."""
    if not row.known("smoothed") or not math.isfinite(row["smoothed"]):
        return sentence(
            "wording.smoothed.none",
            voice.lang,
            focal=voice.name(row["area"]),
            reason=tell_reason(row["why"], voice),
        )
    return sentence(
        "wording.smoothed.told",
        voice.lang,
        focal=voice.name(row["area"]),
        unit=voice.unit_name,
        smoothed=cite_number(row, "smoothed", voice.lang, decimals=RATIO_DECIMALS),
        rate=tell_number(row, "rate", voice, decimals=RATIO_DECIMALS),
        per=cite_number(row, "rate_per", voice.lang),
    )


def tell_effort_exponent(row: Row, voice: Voice) -> Sentence:
    """Say how strongly reports follow effort, as far as the areas together can tell."""
    return sentence(
        "wording.effort.exponent",
        voice.lang,
        unit=voice.unit_name,
        exponent=cite_number(row, "exponent", voice.lang, decimals=RATIO_DECIMALS),
        range=tell_range(row, "exponent", voice, decimals=RATIO_DECIMALS),
        level=level_of(row, voice),
    )
