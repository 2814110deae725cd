"""Remarks on the data themselves: completeness, population, hidden cells."""

from analysis.words.citing import (
    Fact,
    Row,
    Sentence,
    cite_number,
    cite_percent,
    cite_text,
    listed,
    sentence,
)
from analysis.words.messages import say, words
from analysis.words.wording.voice import Voice


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
