"""The questions of the briefing, each with its answer in words, a picture and a table."""

from analysis.brief.material import Material
from analysis.brief.tree import NOTHING, Section, Table
from analysis.words import wording as tell
from analysis.words.citing import Fact, Row, Sentence, cite_number, together
from analysis.words.wording import Voice

MOST_DISTRICTS = 36
MOST_COMPARED = 10
RATE_DECIMALS = 2


def trend_section(material: Material) -> Section:
    """Rising or falling, and the last month beside the same month a year before."""
    trend, latest = material.focal_row("trend"), material.focal_row("latest")
    others = [row for row in material.rows("trend") if row["area"] != material.findings.focal]
    texts = [
        tell.tell_trend(trend, material.voice) if trend else NOTHING,
        tell.tell_other_trends(others, material.voice),
        *(
            tell.tell_trend_difference(row, material.voice)
            for row in material.rows("differences")
            if row["focal"] == material.findings.focal
        ),
        tell.tell_latest(latest, material.voice) if latest else NOTHING,
    ]
    return Section(
        "trend", material.text("heading.trend"), (together(texts),), material.picture("trend")
    )


def comparison_section(material: Material) -> Section | None:
    """The other comparators; the verdict may change with the comparator, so all are named."""
    rows = material.rows("comparison")
    if not rows:
        return None
    groups = material.groups()
    texts = [tell.tell_comparison(row, material.voice) for row in groups[1:]]
    printed = _printed_comparisons(rows, groups)
    table = Table(
        material.text("table.comparison", focal=material.focal),
        tuple(
            material.text(f"column.{name}", level=material.voice.level)
            for name in ("comparator", "ratio", "interval", "verdict")
        ),
        ("left", "right", "right", "left"),
        tuple(_compared(row, material.voice) for row in printed),
        frozenset(range(len(groups))),
        material.text("comparison_note" if len(printed) == len(rows) else "comparison_some"),
    )
    return Section(
        "comparison",
        material.text("heading.comparison"),
        (*texts, material.text("comparator_matters")),
        material.picture("comparison"),
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
        tell.group_name(row["comparator"], voice, brief=True),
        tell.tell_number(row, "ratio", voice, decimals=tell.RATIO_DECIMALS) if told else "",
        tell.tell_range(row, tell.limits_of(row), voice, decimals=tell.RATIO_DECIMALS)
        if told
        else "",
        tell.comparison_label(row, voice),
    )


def places_section(material: Material) -> Section | None:
    """The districts of the region: how many show a number, and which."""
    if material.findings.districts.empty:
        return None
    names = ("districts", "districts_shown", "districts_hidden")
    counts = {name: material.count(name) for name in names}
    key = "hidden" if material.voice.facts["districts_hidden"]["value"] else "open"
    return Section(
        "places",
        material.text("heading.places"),
        (material.text(f"districts.{key}", window=material.window, **counts),),
        material.picture("map"),
        _districts_table(material),
    )


def _districts_table(material: Material) -> Table:
    """The districts by name, never a ranking; of very many only those with the largest counts."""
    voice = material.voice
    rows = material.rows("districts")
    largest = sorted(rows, key=lambda row: -(row["incidents"] if row.known("incidents") else -1))
    kept = {row["area"] for row in largest[:MOST_DISTRICTS]}
    printed = sorted(
        (row for row in rows if row["area"] in kept), key=lambda row: voice.name(row["area"]).shown
    )
    return Table(
        material.text("table.districts", window=material.window),
        tuple(material.text(f"column.{name}") for name in ("district", "count", "months")),
        ("left", "right", "right"),
        tuple(
            (
                voice.name(row["area"]),
                tell.tell_cell(row, voice),
                cite_number(row, "months", voice.lang),
            )
            for row in printed
        ),
        note=_table_note(material, printed, cut=len(printed) < len(rows)),
    )


def _table_note(material: Material, rows: list[Row], *, cut: bool = False) -> Sentence:
    """What a table of areas is not, what its columns hold, and its signs."""
    notes = {
        "order": True,
        "largest": cut,
        "hidden_sign": any(row["shown"] == "-" for row in rows),
        "no_report_sign": any(row["shown"] == "" for row in rows),
    }
    periods = material.voice.period_name
    return together(
        [
            material.text(f"areas.{name}", periods=periods)
            for name, needed in notes.items()
            if needed
        ]
    )


def rates_section(material: Material) -> Section | None:
    """The rates of the compared areas, by name, where no district takes their place."""
    voice = material.voice
    rows = [row for row in material.rows("window") if row.known("exposure")]
    if not rows:
        return None
    rows.sort(key=lambda row: voice.name(row["area"]).shown)
    people = material.count("per_people")
    table = Table(
        material.text("table.rates", window=material.window),
        tuple(
            material.text(f"column.{name}", people=people, level=voice.level)
            for name in ("district", "count", "rate", "interval", "months")
        ),
        ("left", "right", "right", "right", "right"),
        tuple(_rate_cells(row, voice) for row in rows),
        frozenset(n for n, row in enumerate(rows) if row["area"] == material.findings.focal),
        _table_note(material, rows),
    )
    return Section("rates", material.text("heading.rates"), (), None, table)


def _rate_cells(row: Row, voice: Voice) -> tuple[Fact, ...]:
    known = row.known("rate")
    return (
        voice.name(row["area"]),
        tell.tell_cell(row, voice),
        tell.tell_number(row, "rate", voice, decimals=RATE_DECIMALS),
        tell.tell_range(row, "rate", voice, decimals=RATE_DECIMALS) if known else "",
        cite_number(row, "months", voice.lang),
    )


def kinds_section(material: Material) -> Section | None:
    """The categories in the window and in the window before it."""
    rows = material.rows("categories")
    kinds = sorted({row["category"] for row in rows})
    if len(kinds) < 2:
        return None
    cells = {(row["category"], row["window"]): row for row in rows}
    periods = [name for name in ("before", "window") if (kinds[0], name) in cells]
    heads = [_period_head(material, cells[kinds[0], name]) for name in periods]
    table = Table(
        material.text(
            "table.categories",
            focal=material.focal,
            window=material.window,
        ),
        (material.text("column.category"), *heads),
        ("left", *("right" for _ in heads)),
        tuple(
            (
                material.voice.name(kind),
                *(tell.tell_cell(cells[kind, name], material.voice) for name in periods),
            )
            for kind in kinds
        ),
        note=material.text("kinds.note"),
    )
    return Section("kinds", material.text("heading.kinds"), (), None, table)


def _period_head(material: Material, row: Row) -> Sentence:
    """A period as head of a column, with the number of its months that are counted."""
    return material.text(
        f"column.{row['window']}",
        months=cite_number(row, "months", material.lang),
        periods=material.voice.period_name,
    )


def reporting_section(material: Material) -> Section:
    """Who reported: completeness comes before every comparison."""
    *areas, every = material.rows("coverage")
    texts = (
        tell.tell_completeness(every, material.voice),
        together([tell.tell_incomplete(areas, material.voice)]),
    )
    return Section(
        "reporting", material.text("heading.reporting"), texts, material.picture("completeness")
    )
