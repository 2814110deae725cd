"""An area's change beside its comparator's, told only as far as rank and model both allow."""

import math

from analysis.words.citing import (
    Fact,
    Row,
    Sentence,
    cite_month,
    cite_number,
    cite_percent,
    joined,
    listed,
    sentence,
    together,
)
from analysis.words.wording.voice import (
    CHANGE_DECIMALS,
    Voice,
    group_name,
    level_of,
    side_of,
    tell_number,
    tell_p,
    tell_range,
    tell_reason,
)

NUMBERS = ("yearly_difference", "low", "high")
PER_DECIMALS = 2
P_DECIMALS = 3


def difference_verdict(row: Row, voice: Voice) -> str:
    """Return faster, slower, borderline, not_separable, or why there is no number.

    ``faster`` and ``slower`` need the printed interval, the model's beside it and the rank to agree.
    Without a number: too_short or not_computed.
    """
    if row["verdict"] == "too_short":
        return "too_short"
    if not all(row.known(name) and math.isfinite(row[name]) for name in NUMBERS):
        return "not_computed"
    sides = {{"faster": "above", "slower": "below"}.get(row["verdict"], "around")}
    for low, high in (("low", "high"), ("model_low", "model_high")):
        if row.known(low) and row.known(high):
            sides.add(side_of(row[low], row[high], 0, CHANGE_DECIMALS))
    error_rate = 1 - row["confidence"] if row.known("confidence") else voice.error_rate
    if _ranked(row) and (row["p"] <= error_rate) == ("around" in sides):
        sides |= {"around", "above"}
    if len(sides) > 1:
        return "borderline"
    return {"above": "faster", "below": "slower", "around": "not_separable"}[sides.pop()]


def tell_trend_difference(row: Row, voice: Voice) -> Sentence:
    """Say whether an area gains on its comparator or falls behind it, with interval and rank."""
    verdict = difference_verdict(row, voice)
    told = verdict not in ("too_short", "not_computed")
    main = sentence(
        f"wording.difference.{verdict}",
        voice.lang,
        focal=voice.name(row["focal"]),
        comparator=_comparator(row, voice),
        unit=voice.unit_name,
        first=cite_month(row, "first", voice.lang) if row.known("first") else "",
        last=cite_month(row, "last", voice.lang) if row.known("last") else "",
        months=tell_number(row, "months", voice),
        periods=voice.period_name,
        change=cite_percent(row, "yearly_difference", voice.lang) if told else "",
        evidence=_evidence(row, voice, both=verdict == "borderline") if told else "",
        reason="" if told else tell_reason(row["why"], voice),
    )
    return together([main, _few_areas(row, voice) if told else "", _left_out(row, voice)])


def tell_rate_difference(row: Row, voice: Voice) -> Sentence:
    """Give the difference of two rates with its limits; it makes no claim of its own."""
    if not all(row.known(name) for name in ("difference", "difference_low", "difference_high")):
        return Sentence("")
    return sentence(
        "wording.difference.rate",
        voice.lang,
        comparator=group_name(row["comparator"], voice),
        unit=voice.unit_name,
        difference=cite_number(row, "difference", voice.lang, decimals=PER_DECIMALS),
        range=tell_range(row, "difference", voice, decimals=PER_DECIMALS),
        level=level_of(row, voice),
        per=cite_number(row, "per", voice.lang),
    )


def _comparator(row: Row, voice: Voice) -> Fact:
    """Name the comparator with the number of its areas, or what kind of areas would have been."""
    if not row.known("k") or not row["k"]:
        return group_name(row["comparator"], voice)
    return sentence(
        "wording.group.counted",
        voice.lang,
        group=group_name(row["comparator"], voice),
        k=cite_number(row, "k", voice.lang),
    )


def _ranked(row: Row) -> bool:
    return row["method"] == "ratio_placebo" and row.known("p")


def _evidence(row: Row, voice: Voice, *, both: bool) -> Sentence:
    limits = tell_range(row, "", voice, decimals=CHANGE_DECIMALS, share=True)
    parts: list[Fact] = [
        sentence("wording.interval", voice.lang, level=level_of(row, voice), range=limits)
    ]
    if _ranked(row):
        parts.append(
            sentence(
                "wording.difference.rank",
                voice.lang,
                p=tell_p(row, voice),
                areas=cite_number(row, "placebo_areas", voice.lang),
            )
        )
        if both and row.known("model_low"):
            model = tell_range(row, "model", voice, decimals=CHANGE_DECIMALS, share=True)
            parts.append(sentence("wording.difference.model", voice.lang, range=model))
    return joined(parts, "; ")


def _few_areas(row: Row, voice: Voice) -> Fact:
    """Say that the areas are too few for a rank, where a model had to judge."""
    if _ranked(row) or not row.known("smallest_p"):
        return ""
    return sentence(
        "wording.difference.few_areas",
        voice.lang,
        areas=cite_number(row, "placebo_areas", voice.lang),
        p=cite_number(row, "smallest_p", voice.lang, decimals=P_DECIMALS),
    )


def _left_out(row: Row, voice: Voice) -> Fact:
    areas = (
        [area for area in str(row["left_out"]).split(";") if area] if row.known("left_out") else []
    )
    if not areas:
        return ""
    told = listed([voice.name(area) for area in areas], voice.lang)
    return sentence("wording.difference.left_out", voice.lang, areas=told)
