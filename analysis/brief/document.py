"""The briefing as a whole: headline, key figures, sections, notes; every number in it is cited."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.brief.material import KEYS, Drawn, Material, gather
from analysis.brief.sections import (
    RATE_DECIMALS,
    comparison_section,
    kinds_section,
    places_section,
    rates_section,
    reporting_section,
    trend_section,
)
from analysis.brief.tree import NOTHING, Brief, Note, Section, Tile
from analysis.findings import Findings
from analysis.words import wording as tell
from analysis.words.citing import (
    Fact,
    Row,
    Sentence,
    cite_month,
    cite_number,
    cite_percent,
    cite_text,
    listed,
    sentence,
)
from analysis.words.wording import Voice

SIGNATURE = ("place", "approved", "prepared")


def build_brief(findings: Findings, charts: Mapping[str, Drawn], *, lang: str) -> Brief:
    """Write the briefing from protected tables and from charts, some of which may be missing.

    The charts are called ``trend``, ``comparison``, ``map`` and ``completeness``.
    """
    material = gather(findings, charts, lang)
    sections = (
        trend_section(material),
        comparison_section(material),
        places_section(material) or rates_section(material),
        kinds_section(material),
        reporting_section(material),
    )
    numbered, contents = _number([part for part in sections if part], lang)
    tables = material.tables | {"contents": contents}
    return Brief(
        lang=lang,
        title=material.fact("title"),
        kicker=material.text("kicker", window=material.window, region=material.focal),
        headline=tell.headline(
            material.rows("comparison"), material.focal_row("trend"), material.voice
        ),
        lead=_lead(material),
        tiles=tuple(_tiles(material)),
        sections=numbered,
        limits=tuple(_limits(material)),
        notes=tuple(_notes(material)),
        signature=tuple(material.text(f"signature.{part}") for part in SIGNATURE),
        footer=_footer(material),
        simulated=material.text("simulated") if findings.study.simulated else NOTHING,
        through=findings.last,
        tables={name: tables[name] for name in KEYS if name in tables},
    )


def _number(sections: list[Section], lang: str) -> tuple[tuple[Section, ...], pd.DataFrame]:
    """Number pictures and tables as they follow; the list of contents is exported too."""
    contents: list[dict[str, object]] = []

    def numbered(part: Any, kind: str) -> Any:
        if part is None:
            return None
        number = 1 + sum(entry["kind"] == kind for entry in contents)
        entry = {
            "number": number,
            "kind": kind,
            "title": part.caption.text,
            "figure_id": getattr(part, "figure_id", ""),
        }
        contents.append(entry)
        row = Row("contents", f"number={number}; kind={kind}", entry)
        figure = cite_number(row, "number", lang)
        caption = sentence(
            f"brief.{kind}_number",
            lang,
            number=figure,
            title=part.caption,
            figure_id=cite_text(row, "figure_id"),
        )
        return replace(part, caption=caption)

    done = tuple(
        replace(
            part, picture=numbered(part.picture, "picture"), table=numbered(part.table, "table")
        )
        for part in sections
    )
    return done, pd.DataFrame(contents, columns=["number", "kind", "title", "figure_id"])


def _lead(material: Material) -> Sentence:
    """The finding in full: the first comparison, else the trend."""
    groups = material.groups()
    if groups:
        return tell.tell_comparison(groups[0], material.voice)
    trend = material.focal_row("trend")
    return tell.tell_trend(trend, material.voice) if trend else NOTHING


def _tiles(material: Material) -> Iterator[Tile]:
    voice = material.voice
    window, trend = material.focal_row("window"), material.focal_row("trend")
    if window:
        shown = tell.tell_shown(window, "", voice)
        yield Tile(material.text("tile.count"), shown, (material.text("tile.not_people"),))
    if window and window.known("rate"):
        people = material.count("per_people")
        rate = cite_number(window, "rate", voice.lang, decimals=RATE_DECIMALS)
        limits = tell.tell_range(window, "rate", voice, decimals=RATE_DECIMALS)
        yield Tile(material.text("tile.rate", people=people), rate, _interval(material, limits))
    for row in material.groups()[:2]:
        if tell.comparison_verdict(row, voice) != "not_comparable":
            limits = tell.tell_range(row, tell.limits_of(row), voice, decimals=tell.RATIO_DECIMALS)
            yield Tile(
                material.text(
                    "tile.ratio", comparator=tell.group_name(row["comparator"], voice, brief=True)
                ),
                tell.tell_number(row, "ratio", voice, decimals=tell.RATIO_DECIMALS),
                _interval(material, limits),
            )
    if trend and tell.has_trend(trend):
        change = cite_percent(trend, "yearly_change", voice.lang)
        limits = tell.tell_range(trend, "", voice, decimals=tell.CHANGE_DECIMALS, share=True)
        yield Tile(material.text("tile.change"), change, _interval(material, limits))
    every = material.rows("coverage")[-1]
    yield Tile(
        material.text("tile.completeness"),
        cite_percent(every, "percent", voice.lang),
        (tell.tell_coverage(every, voice, percent=False),),
    )


def _interval(material: Material, limits: Sentence) -> tuple[Sentence, Sentence]:
    return material.text("tile.interval", level=material.voice.level), limits


def _limits(material: Material) -> Iterator[Note]:
    """What a reader may be tempted to take these numbers for."""
    for name in ("people", "events", "behaviour", "cause", "rank"):
        yield Note(material.text(f"limit.{name}.label"), material.text(f"limit.{name}.text"))


def _notes(material: Material) -> Iterator[Note]:
    """Where the numbers come from and how far they carry."""
    voice = material.voice
    *areas, every = material.rows("coverage")
    yield _note(material, "source", source=material.fact("source"))
    yield _note(material, "period", period=material.period, window=material.window)
    yield _note(
        material,
        "completeness",
        share=tell.tell_coverage(every, voice),
        areas=tell.tell_incomplete(areas, voice),
        percent=cite_percent(voice.facts["complete_from_percent"], "value", voice.lang, decimals=0),
    )
    yield _note(material, "unit")
    members = [tell.tell_members(row, voice) for row in material.groups()]
    if members:
        yield _note(material, "comparators", members=listed(members, voice.lang))
    population = _population_row(material)
    if population:
        yield _note(material, "population", told=tell.tell_population(population, voice))
    yield _note(material, "hidden", told=tell.tell_hidden(voice))
    fasting = [row for row in material.rows("calendar") if _in_window(material, row)]
    if fasting:
        yield _note(material, "calendar", months=listed(_fasting(fasting, voice), voice.lang))
    yield _note(material, "method", level=voice.level)
    counts = ("files", "cells_counted", "open_questions", "revised_cells", "totals_that_differ")
    yield _note(material, "balance", **{key: material.count(key) for key in counts})


def _note(material: Material, name: str, **facts: Fact) -> Note:
    return Note(material.text(f"note.{name}.label"), material.text(f"note.{name}.text", **facts))


def _population_row(material: Material) -> Row | None:
    """The region's own row; where any compared area's series is weaker, that one's instead."""
    rows = material.rows("population")
    own = [row for row in rows if row["area"] == material.findings.focal]
    weak = [row for row in rows if not tell.is_firm(row)]
    return max(weak or own, key=lambda row: row["year"], default=None)


def _in_window(material: Material, row: Row) -> bool:
    inside = material.findings.window_first <= row["month"] <= material.findings.window_last
    return bool(inside and row["ramadan_days"] > 0)


def _fasting(rows: list[Row], voice: Voice) -> list[Sentence]:
    return [
        sentence(
            "brief.fasting_month",
            voice.lang,
            month=cite_month(row, "month", voice.lang),
            days=cite_number(row, "ramadan_days", voice.lang),
        )
        for row in rows
    ]


def _footer(material: Material) -> tuple[Sentence, Sentence]:
    """The two lines at the foot of every page: the source; how far the data go and what is counted."""
    through = cite_month(material.voice.facts["data_through"], "value", material.lang)
    source = material.text("footer_source", source=material.fact("source"))
    return source, material.text("footer", through=through)
