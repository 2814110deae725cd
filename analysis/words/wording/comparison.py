"""One area against a comparator: the verdict that all limits allow, and the sentence for it."""

from analysis.words.citing import (
    Fact,
    Row,
    Sentence,
    cite_number,
    cite_period,
    joined,
    sentence,
    together,
)
from analysis.words.messages import say
from analysis.words.wording.voice import (
    RATIO_DECIMALS,
    Voice,
    group_name,
    side_of,
    tell_number,
    tell_p,
    tell_range,
    tell_reason,
    upper_of,
)


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
            sides.add(side_of(row[low], upper_of(row, high), 1, RATIO_DECIMALS))
    if row.known("p") and (row["p"] < voice.error_rate) == ("around" in sides):
        sides |= {"around", "above"}
    if len(sides) > 1:
        return "borderline"
    return {"above": "higher", "below": "lower", "around": "not_separable"}[sides.pop()]


def comparison_label(row: Row, voice: Voice) -> str:
    """The verdict of a comparison row in two or three words, for a table."""
    return say(f"wording.label.{comparison_verdict(row, voice)}", voice.lang)


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
