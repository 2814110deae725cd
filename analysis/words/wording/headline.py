"""The finding in a few words."""

from collections.abc import Iterable

from analysis.words.citing import Row, Sentence, joined, listed, sentence
from analysis.words.wording.change import trend_verdict
from analysis.words.wording.comparison import comparison_verdict
from analysis.words.wording.voice import Voice, group_name, is_group

HEADLINE_WORDS = 14


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
