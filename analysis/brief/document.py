"""The briefing as a plain tree of texts, tables and pictures, before it becomes PDF or HTML.

Every text is a Sentence that cites each of its numbers, so ``list_figures`` can name the cell of
an exported table behind every number that a reader sees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, NamedTuple, Protocol, cast

import pandas as pd

from analysis.brief.summary import find_latest, sum_coverage, summarise
from analysis.findings import Findings
from analysis.words import wording as tell
from analysis.words.wording import Fact, Figure, Row, Sentence, Voice, sentence

MOST_DISTRICTS = 36
MOST_COMPARED = 10
RATE_DECIMALS = 2
SIGNATURE = ("place", "approved", "prepared")
LAYOUT = (
    "lang",
    "name",
    "alt",
    "figure_id",
    "svg",
    "tables",
    "through",
    "sides",
    "strong",
)  # fields without text
NOTHING = Sentence("")
KEYS = {
    "contents": ["number", "kind"],
    "areas": ["area"],
    "monthly": ["area", "month"],
    "window": ["area"],
    "comparison": ["focal", "comparator"],
    "trend": ["area"],
    "fitted": ["area", "month"],
    "districts": ["area"],
    "categories": ["category", "window"],
    "completeness": ["area", "month"],
    "coverage": ["area"],
    "latest": ["area"],
    "calendar": ["month"],
    "population": ["area", "year"],
    "summary": ["key"],
}


class Drawn(Protocol):
    """What a chart must bring into the briefing; ``analysis.charts.page.Chart`` does."""

    @property
    def alt(self) -> str: ...

    @property
    def figure_id(self) -> str: ...

    def svg(self) -> str: ...


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, with its caption, its id and the text that stands for it."""

    caption: Sentence
    alt: str
    figure_id: str
    svg: str = field(repr=False)


@dataclass(frozen=True)
class Table:
    """A table of printed cells; the first cell of a row is its header.

    ``sides`` says for each column whether it holds words (left) or numbers (right).
    """

    caption: Sentence
    columns: tuple[Sentence, ...]
    sides: tuple[str, ...]
    rows: tuple[tuple[Fact, ...], ...]
    strong: frozenset[int] = frozenset()  # rows of the region itself
    note: Sentence = NOTHING


@dataclass(frozen=True)
class Tile:
    """One key figure: what it is, the number in large type, its interval and its verdict."""

    label: Sentence
    value: Fact
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Section:
    """One question of the briefing with its answer, picture and table."""

    name: str
    heading: Sentence
    texts: tuple[Sentence, ...] = ()
    picture: Picture | None = None
    table: Table | None = None


@dataclass(frozen=True)
class Note:
    """One line of the data notes: *Sumber: …*."""

    label: Sentence
    text: Sentence


@dataclass(frozen=True)
class Brief:
    """The whole briefing in one language; ``tables`` are the exported tables it cites."""

    lang: str
    title: Sentence
    kicker: Sentence
    headline: Sentence
    lead: Sentence
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    limits: tuple[Note, ...]
    notes: tuple[Note, ...]
    signature: tuple[Sentence, ...]
    footer: tuple[Sentence, Sentence]
    simulated: Sentence
    through: pd.Timestamp
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    def section(self, name: str) -> Section | None:
        """The section of that name, or None where the study has nothing to say there."""
        return next((part for part in self.sections if part.name == name), None)


class _Desk(NamedTuple):
    """What every section is written from."""

    findings: Findings
    charts: Mapping[str, Drawn]
    tables: dict[str, pd.DataFrame]
    voice: Voice


def build_brief(findings: Findings, charts: Mapping[str, Drawn], *, lang: str) -> Brief:
    """Write the briefing from protected tables and from charts, some of which may be missing.

    The charts are called ``trend``, ``comparison``, ``map`` and ``completeness``.
    """
    tables = _exported_tables(findings)
    desk = _Desk(findings, charts, tables, _voice(findings, tables, lang))
    sections = (
        _trend(desk),
        _comparison(desk),
        _places(desk) or _rates(desk),
        _kinds(desk),
        _reporting(desk),
    )
    numbered, tables["contents"] = _number([part for part in sections if part], lang)
    return Brief(
        lang=lang,
        title=_fact(desk, "title"),
        kicker=_text(desk, "kicker", window=_window(desk), region=desk.voice.name(findings.focal)),
        headline=tell.headline(_comparisons(desk), _focal_trend(desk), desk.voice),
        lead=_lead(desk),
        tiles=tuple(_tiles(desk)),
        sections=numbered,
        limits=tuple(_limits(desk)),
        notes=tuple(_notes(desk)),
        signature=tuple(_text(desk, f"signature.{part}") for part in SIGNATURE),
        footer=_footer(desk),
        simulated=_text(desk, "simulated") if findings.study.simulated else NOTHING,
        through=findings.last,
        tables={name: tables[name] for name in KEYS if name in tables},
    )


def list_figures(brief: Brief) -> pd.DataFrame:
    """List every number in the texts of the briefing with the cell of the table it shows.

    One row is one number: place and text of the sentence, the number as printed, table, row,
    column and the cell as exported.
    """
    rows = [
        (place, text.text, figure.shown, figure.table, figure.row, figure.column, figure.value)
        for place, text in sentences_of(brief)
        for figure in text.figures
    ]
    columns = ["place", "text", "shown", "table", "row", "column", "value"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(ignore_index=True)


def sentences_of(part: object, place: str = "") -> Iterator[tuple[str, Sentence]]:
    """Walk through every text that the briefing prints, with its place in the tree."""
    if isinstance(part, Sentence):
        yield place, part
    elif isinstance(part, Figure):
        yield place, Sentence(part.shown, tell.figures_of(part))
    elif isinstance(part, str):
        yield place, Sentence(part)
    elif isinstance(part, tuple):
        for number, inner in enumerate(part, start=1):
            yield from sentences_of(inner, f"{place}.{number}")
    elif is_dataclass(part):
        for entry in fields(part):
            if entry.name not in LAYOUT:
                inner = getattr(part, entry.name)
                yield from sentences_of(inner, f"{place}.{entry.name}".lstrip("."))


# --- material -------------------------------------------------------------------------------


def _exported_tables(findings: Findings) -> dict[str, pd.DataFrame]:
    """Every table of the findings that leaves the office, and those that the briefing adds.

    Texts of files (rejects, revisions, printed totals) stay in the office: they are not protected.
    """
    names = {name: findings.names[name] for name in sorted(findings.names)}
    tables = {name: getattr(findings, name) for name in KEYS if hasattr(findings, name)}
    return tables | {
        "areas": pd.DataFrame({"area": list(names), "name": list(names.values())}, dtype=str),
        "coverage": sum_coverage(findings),
        "latest": find_latest(findings),
        "summary": summarise(findings),
    }


def rows_of(tables: Mapping[str, pd.DataFrame], name: str) -> list[Row]:
    """Return the rows of an exported table, each with the key by which a reader finds it."""
    rows = cast("list[dict[str, Any]]", tables[name].to_dict("records"))
    return [
        Row(name, "; ".join(f"{key}={tell.cell_text(row[key])}" for key in KEYS[name]), row)
        for row in rows
    ]


def _voice(findings: Findings, tables: Mapping[str, pd.DataFrame], lang: str) -> Voice:
    facts = {row["key"]: row for row in rows_of(tables, "summary")}
    study, areas = findings.study, findings.areas.set_index("code")
    above = areas["parent"].get(findings.focal, "")
    scope = study.scope or (above if above in findings.names else "")
    return Voice(lang, findings.names, study.unit, scope, facts, study.months_per_count)


def _text(desk: _Desk, key: str, **facts: Fact) -> Sentence:
    return sentence(f"brief.{key}", desk.voice.lang, unit=desk.voice.unit_name, **facts)


def _fact(desk: _Desk, key: str) -> Sentence:
    figure = tell.cite_text(desk.voice.facts[key], "value")
    return Sentence(figure.shown, tell.figures_of(figure))


def _count(desk: _Desk, key: str) -> Figure:
    return tell.cite_number(desk.voice.facts[key], "value", desk.voice.lang)


def _window(desk: _Desk) -> Figure:
    return tell.cite_period(desk.voice.facts["window"], "value", desk.voice.lang)


def _period(desk: _Desk) -> Figure:
    return tell.cite_period(desk.voice.facts["period"], "value", desk.voice.lang)


def _comparisons(desk: _Desk) -> list[Row]:
    return rows_of(desk.tables, "comparison")


def _groups(desk: _Desk) -> list[Row]:
    """The comparisons with a group of areas, such as the land neighbours; else all."""
    rows = _comparisons(desk)
    return [row for row in rows if tell.is_group(row["comparator"], desk.voice)] or rows[:1]


def _focal_row(desk: _Desk, name: str) -> Row | None:
    rows = rows_of(desk.tables, name)
    return next((row for row in rows if row["area"] == desk.findings.focal), None)


def _focal_trend(desk: _Desk) -> Row | None:
    return _focal_row(desk, "trend")


def _picture(desk: _Desk, name: str) -> Picture | None:
    chart = desk.charts.get(name)
    if chart is None:
        return None
    title = _text(desk, f"picture.{name}", period=_period(desk), window=_window(desk))
    return Picture(title, chart.alt, chart.figure_id, chart.svg())


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
        figure = tell.cite_number(row, "number", lang)
        caption = sentence(
            f"brief.{kind}_number",
            lang,
            number=figure,
            title=part.caption,
            figure_id=tell.cite_text(row, "figure_id"),
        )
        return replace(part, caption=caption)

    done = tuple(
        replace(
            part, picture=numbered(part.picture, "picture"), table=numbered(part.table, "table")
        )
        for part in sections
    )
    return done, pd.DataFrame(contents, columns=["number", "kind", "title", "figure_id"])


# --- sections -------------------------------------------------------------------------------


def _lead(desk: _Desk) -> Sentence:
    """The finding in full: the first comparison, else the trend."""
    groups = _groups(desk)
    if groups:
        return tell.tell_comparison(groups[0], desk.voice)
    trend = _focal_trend(desk)
    return tell.tell_trend(trend, desk.voice) if trend else NOTHING


def _tiles(desk: _Desk) -> Iterator[Tile]:
    voice = desk.voice
    window, trend = _focal_row(desk, "window"), _focal_trend(desk)
    if window:
        shown = tell.tell_shown(window, "", voice)
        yield Tile(_text(desk, "tile.count"), shown, (_text(desk, "tile.not_people"),))
    if window and window.known("rate"):
        people = _count(desk, "per_people")
        rate = tell.cite_number(window, "rate", voice.lang, decimals=RATE_DECIMALS)
        limits = tell.tell_range(window, "rate", voice, decimals=RATE_DECIMALS)
        yield Tile(_text(desk, "tile.rate", people=people), rate, _interval(desk, limits))
    for row in _groups(desk)[:2]:
        if tell.comparison_verdict(row, voice) != "not_comparable":
            limits = tell.tell_range(row, tell.limits_of(row), voice, decimals=tell.RATIO_DECIMALS)
            yield Tile(
                _text(desk, "tile.ratio", comparator=_short_name(row, voice)),
                tell.tell_number(row, "ratio", voice, decimals=tell.RATIO_DECIMALS),
                _interval(desk, limits),
            )
    if trend and tell.has_trend(trend):
        change = tell.cite_percent(trend, "yearly_change", voice.lang)
        limits = tell.tell_range(trend, "", voice, decimals=tell.CHANGE_DECIMALS, share=True)
        yield Tile(_text(desk, "tile.change"), change, _interval(desk, limits))
    every = rows_of(desk.tables, "coverage")[-1]
    yield Tile(
        _text(desk, "tile.completeness"),
        tell.cite_percent(every, "percent", voice.lang),
        (tell.tell_coverage(every, voice, percent=False),),
    )


def _interval(desk: _Desk, limits: Sentence) -> tuple[Sentence, Sentence]:
    return _text(desk, "tile.interval", level=desk.voice.level), limits


def _short_name(row: Row, voice: Voice) -> Fact:
    return tell.group_name(row["comparator"], voice, brief=True)


def _trend(desk: _Desk) -> Section:
    """Rising or falling, and the last month beside the same month a year before."""
    trend, latest = _focal_trend(desk), _focal_row(desk, "latest")
    others = [row for row in rows_of(desk.tables, "trend") if row["area"] != desk.findings.focal]
    texts = [
        tell.tell_trend(trend, desk.voice) if trend else NOTHING,
        tell.tell_other_trends(others, desk.voice),
        tell.tell_latest(latest, desk.voice) if latest else NOTHING,
    ]
    return Section(
        "trend", _text(desk, "heading.trend"), (tell.together(texts),), _picture(desk, "trend")
    )


def _comparison(desk: _Desk) -> Section | None:
    """The other comparators; the verdict may change with the comparator, so all are named."""
    rows = _comparisons(desk)
    if not rows:
        return None
    groups = _groups(desk)
    texts = [tell.tell_comparison(row, desk.voice) for row in groups[1:]]
    printed = _printed_comparisons(rows, groups)
    table = Table(
        _text(desk, "table.comparison", focal=desk.voice.name(desk.findings.focal)),
        tuple(
            _text(desk, f"column.{name}", level=desk.voice.level)
            for name in ("comparator", "ratio", "interval", "verdict")
        ),
        ("left", "right", "right", "left"),
        tuple(_compared(row, desk.voice) for row in printed),
        frozenset(range(len(groups))),
        _text(desk, "comparison_note" if len(printed) == len(rows) else "comparison_some"),
    )
    return Section(
        "comparison",
        _text(desk, "heading.comparison"),
        (*texts, _text(desk, "comparator_matters")),
        _picture(desk, "comparison"),
        table,
    )


def _printed_comparisons(rows: list[Row], groups: list[Row]) -> list[Row]:
    """Groups first, then single areas; of very many areas only the neighbours."""
    told = {row["comparator"] for row in groups}
    single = [row for row in rows if row["comparator"] not in told]
    if len(single) > MOST_COMPARED:
        near = next((row for row in groups if row["comparator"] == "land_neighbours"), None)
        members = near["members"].split(";")[:MOST_COMPARED] if near else []
        single = [row for row in single if row["comparator"] in members]
    return groups + single


def _compared(row: Row, voice: Voice) -> tuple[Fact, ...]:
    told = tell.comparison_verdict(row, voice) != "not_comparable"
    return (
        _short_name(row, voice),
        tell.tell_number(row, "ratio", voice, decimals=tell.RATIO_DECIMALS) if told else "",
        tell.tell_range(row, tell.limits_of(row), voice, decimals=tell.RATIO_DECIMALS)
        if told
        else "",
        tell.comparison_label(row, voice),
    )


def _places(desk: _Desk) -> Section | None:
    """The districts of the region, by name: never a ranking."""
    rows = sorted(
        rows_of(desk.tables, "districts"), key=lambda row: desk.voice.name(row["area"]).shown
    )
    if not rows:
        return None
    printed = rows
    if len(rows) > MOST_DISTRICTS:
        largest = sorted(
            rows, key=lambda row: -(row["incidents"] if row.known("incidents") else -1)
        )
        printed = [row for row in rows if row in largest[:MOST_DISTRICTS]]
    table = Table(
        _text(desk, "table.districts", window=_window(desk)),
        tuple(
            _text(desk, f"column.{name}", periods=desk.voice.period_name)
            for name in ("district", "count", "months")
        ),
        ("left", "right", "right"),
        tuple(
            (
                desk.voice.name(row["area"]),
                tell.tell_shown(row, "", desk.voice),
                tell.cite_number(row, "months", desk.voice.lang),
            )
            for row in printed
        ),
        note=_table_note(desk, cut=len(printed) < len(rows)),
    )
    facts = {key: _count(desk, key) for key in ("districts", "districts_shown", "districts_hidden")}
    key = "hidden" if desk.voice.facts["districts_hidden"]["value"] else "open"
    return Section(
        "places",
        _text(desk, "heading.places"),
        (_text(desk, f"districts.{key}", window=_window(desk), **facts),),
        _picture(desk, "map"),
        table,
    )


def _table_note(desk: _Desk, *, cut: bool = False) -> Sentence:
    """What a table of areas is not, what its columns hold, and its sign for a hidden cell."""
    parts = [_text(desk, "districts.order", periods=desk.voice.period_name)]
    if cut:
        parts.append(_text(desk, "districts.largest"))
    if desk.findings.study.hide_below:
        parts.append(_text(desk, "districts.sign"))
    return tell.together(parts)


def _rates(desk: _Desk) -> Section | None:
    """The rates of the compared areas, by name, where no district takes their place."""
    voice = desk.voice
    rows = [row for row in rows_of(desk.tables, "window") if row.known("exposure")]
    if not rows:
        return None
    rows.sort(key=lambda row: voice.name(row["area"]).shown)
    people = _count(desk, "per_people")
    table = Table(
        _text(desk, "table.rates", window=_window(desk)),
        tuple(
            _text(desk, f"column.{name}", people=people, level=voice.level)
            for name in ("district", "count", "rate", "interval", "months")
        ),
        ("left", "right", "right", "right", "right"),
        tuple(_rate_cells(row, voice) for row in rows),
        frozenset(n for n, row in enumerate(rows) if row["area"] == desk.findings.focal),
        _table_note(desk),
    )
    return Section("rates", _text(desk, "heading.rates"), (), None, table)


def _rate_cells(row: Row, voice: Voice) -> tuple[Fact, ...]:
    known = row.known("rate")
    return (
        voice.name(row["area"]),
        tell.tell_shown(row, "", voice),
        tell.tell_number(row, "rate", voice, decimals=RATE_DECIMALS),
        tell.tell_range(row, "rate", voice, decimals=RATE_DECIMALS) if known else "",
        tell.cite_number(row, "months", voice.lang),
    )


def _kinds(desk: _Desk) -> Section | None:
    """The categories in the window and in the window before it."""
    rows = rows_of(desk.tables, "categories")
    kinds = sorted({row["category"] for row in rows})
    if len(kinds) < 2:
        return None
    cells = {(row["category"], row["window"]): row for row in rows}
    periods = [name for name in ("before", "window") if (kinds[0], name) in cells]
    heads = [_period_head(desk, cells[kinds[0], name]) for name in periods]
    table = Table(
        _text(
            desk,
            "table.categories",
            focal=desk.voice.name(desk.findings.focal),
            window=_window(desk),
        ),
        (_text(desk, "column.category"), *heads),
        ("left", *("right" for _ in heads)),
        tuple(
            (
                desk.voice.name(kind),
                *(tell.tell_shown(cells[kind, name], "", desk.voice) for name in periods),
            )
            for kind in kinds
        ),
        note=_text(desk, "kinds.note"),
    )
    return Section("kinds", _text(desk, "heading.kinds"), (), None, table)


def _period_head(desk: _Desk, row: Row) -> Sentence:
    """A period as head of a column, with the number of its months that are counted."""
    return _text(
        desk,
        f"column.{row['window']}",
        months=tell.cite_number(row, "months", desk.voice.lang),
        periods=desk.voice.period_name,
    )


def _reporting(desk: _Desk) -> Section:
    """Who reported: completeness comes before every comparison."""
    *areas, every = rows_of(desk.tables, "coverage")
    texts = (
        tell.tell_completeness(every, desk.voice),
        tell.together([tell.tell_incomplete(areas, desk.voice)]),
    )
    return Section(
        "reporting", _text(desk, "heading.reporting"), texts, _picture(desk, "completeness")
    )


# --- notes ----------------------------------------------------------------------------------


def _limits(desk: _Desk) -> Iterator[Note]:
    """What a reader may be tempted to take these numbers for."""
    for name in ("people", "events", "behaviour", "cause", "rank"):
        yield Note(_text(desk, f"limit.{name}.label"), _text(desk, f"limit.{name}.text"))


def _notes(desk: _Desk) -> Iterator[Note]:
    """Where the numbers come from and how far they carry."""
    voice = desk.voice
    *areas, every = rows_of(desk.tables, "coverage")
    yield _note(desk, "source", source=_fact(desk, "source"))
    yield _note(desk, "period", period=_period(desk), window=_window(desk))
    yield _note(
        desk,
        "completeness",
        share=tell.tell_coverage(every, voice),
        areas=tell.tell_incomplete(areas, voice),
    )
    yield _note(desk, "unit")
    members = [tell.tell_members(row, voice) for row in _groups(desk)]
    if members:
        yield _note(desk, "comparators", members=tell.listed(members, voice.lang))
    population = _population_row(desk)
    if population:
        yield _note(desk, "population", told=tell.tell_population(population, voice))
    yield _note(desk, "hidden", told=tell.tell_hidden(voice))
    fasting = [row for row in rows_of(desk.tables, "calendar") if _in_window(desk, row)]
    if fasting:
        yield _note(desk, "calendar", months=tell.listed(_fasting(fasting, voice), voice.lang))
    yield _note(desk, "method", level=voice.level)
    counts = ("files", "cells_counted", "open_questions", "revised_cells", "totals_that_differ")
    yield _note(desk, "balance", **{key: _count(desk, key) for key in counts})


def _note(desk: _Desk, name: str, **facts: Fact) -> Note:
    return Note(_text(desk, f"note.{name}.label"), _text(desk, f"note.{name}.text", **facts))


def _population_row(desk: _Desk) -> Row | None:
    """The region's own row; where any compared area's series is weaker, that one's instead."""
    rows = rows_of(desk.tables, "population")
    own = [row for row in rows if row["area"] == desk.findings.focal]
    weak = [row for row in rows if not tell.is_firm(row)]
    return max(weak or own, key=lambda row: row["year"], default=None)


def _in_window(desk: _Desk, row: Row) -> bool:
    inside = desk.findings.window_first <= row["month"] <= desk.findings.window_last
    return bool(inside and row["ramadan_days"] > 0)


def _fasting(rows: list[Row], voice: Voice) -> list[Sentence]:
    return [
        sentence(
            "brief.fasting_month",
            voice.lang,
            month=tell.cite_month(row, "month", voice.lang),
            days=tell.cite_number(row, "ramadan_days", voice.lang),
        )
        for row in rows
    ]


def _footer(desk: _Desk) -> tuple[Sentence, Sentence]:
    """The two lines at the foot of every page: the source; how far the data go and what is counted."""
    through = tell.cite_month(desk.voice.facts["data_through"], "value", desk.voice.lang)
    source = _text(desk, "footer_source", source=_fact(desk, "source"))
    return source, _text(desk, "footer", through=through)
