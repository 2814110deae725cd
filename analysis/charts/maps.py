"""A map of one number for each area: schematic cells around centre points, or given boundaries."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.charts.cells import Cells, draw_cells, given_shapes, grow_cells, name_room
from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import name_of, nice_ticks, short_name, text_width, together
from analysis.charts.page import (
    BAND,
    FOCUS,
    HIDDEN,
    INK,
    LINE,
    PAPER,
    Entry,
    Page,
    Swatch,
    Texts,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
)
from analysis.words.messages import say
from analysis.words.numbers import join_words, number

COLUMNS = ["area", "shown", "why", "months", "months_wanted"]
CLASSES = ["#cddbe7", "#8fb0cb", "#4a7ba6", FOCUS]  # one hue, also four clear steps of grey
# a reported zero is blank, an area that did not report is dotted grey: they never look alike
ZERO = Swatch(PAPER)
STATES = {
    "suppressed": Swatch(PAPER, "//////"),
    "complementary": Swatch(PAPER, "xxxxxx"),
    "not_reported": Swatch(BAND, "...."),
}
FOREMOST = 3  # largest values that the alt text names


class Given(NamedTuple):
    """What is drawn, and for whom; ``shapes`` has one row an area of ``table``, in its order."""

    table: pd.DataFrame  # with state and partly
    shapes: gpd.GeoSeries
    limits: list[float]
    value: str
    focal: str
    names: Mapping[str, str]
    lang: str

    @property
    def decimals(self) -> int:
        return 0 if self.value == "incidents" else 1

    def name(self, area: str) -> str:
        return name_of(area, self.names)


@recorded
def plot_map(
    districts: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    value: str = "incidents",
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    boundaries: gpd.GeoDataFrame | None = None,
    inside: bool = False,
) -> Chart:
    """Draw a cell for each area of ``districts`` in the region ``focal``, shaded by ``value``.

    ``districts``: area, the column ``value`` (counts, or rates for each ``caption.per`` people),
    shown, why, months, months_wanted. ``areas``: code, name, lon, lat. Without ``boundaries``
    (code, geometry) the cells are grown around the centre points, and the map says so.
    """
    table = check_table(districts, [*COLUMNS, value], "districts", key=["area"], lang=lang)
    table = table[["area", value, *COLUMNS[1:]]].sort_values("area", kind="stable")
    table = table.reset_index(drop=True)
    schematic = boundaries is None
    codes = table["area"]
    shapes = grow_cells(codes, areas) if boundaries is None else given_shapes(codes, boundaries)
    names = {**dict(zip(areas["code"], areas["name"], strict=True)), **names}
    limits = class_limits(table[value])
    given = Given(_with_states(table, value, limits), shapes, limits, value, focal, names, lang)
    with house_style():
        texts = _texts(given, headline, caption, schematic)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        if schematic:
            note = say("charts.map.schematic", lang)
            page.paragraph(note, points=page.size.small, top=True, bold=True, colour=INK)
        _draw(page, given)
    return finish(page, texts, "map", table)


# --- classes --------------------------------------------------------------------------------


def class_limits(values: pd.Series) -> list[float]:
    """Lower limits of at most four classes of the positive values, at round numbers.

    Where the largest is many times the smallest the limits grow like 1, 2, 5, 10; else they are
    evenly spaced. Without a positive value there is no class.

    >>> class_limits(pd.Series([0, 5, 7, 9, 12, 14, 31, 46]))
    [5.0, 10.0, 20.0]
    """
    positive = values[values.fillna(0) > 0]
    known = np.sort(positive.to_numpy(dtype=float))
    if not len(known):
        return []
    low, high = float(known[0]), float(known[-1])
    if high >= 5 * low:
        steps = [base * 10.0**power for power in range(-6, 12) for base in (1, 2, 5)]
    else:
        size = nice_ticks((high - low) or low, 3)[1]
        steps = [size * place for place in range(int(low / size), int(high / size) + 1)]
    inner = [step for step in steps if low < step <= high]
    if len(inner) >= len(CLASSES):
        wanted = np.quantile(known, [0.3, 0.6, 0.9])
        inner = sorted({min(inner, key=lambda step: (abs(step - aim), step)) for aim in wanted})
    classes = set(np.searchsorted(inner, known, side="right"))
    return [low, *(edge for place, edge in enumerate(inner, start=1) if place in classes)]


def _with_states(table: pd.DataFrame, value: str, limits: list[float]) -> pd.DataFrame:
    """Add ``state`` (class 0, 1 …, zero, or why there is no number) and ``partly``."""
    values = table[value].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    place = np.searchsorted(limits, values, side="right") - 1
    states = np.where(values > 0, place.astype(str), np.where(values == 0, "zero", ""))
    hidden = np.where(table["why"].isin(HIDDEN), table["why"], "not_reported")
    partly = table["months"].lt(table["months_wanted"]).fillna(False) & ~np.isnan(values)
    return table.assign(state=np.where(np.isnan(values), hidden, states), partly=partly)


def _swatches(given: Given) -> dict[str, Swatch]:
    count = len(given.limits)
    chosen = {1: [2], 2: [1, 3], 3: [0, 1, 3]}.get(count, range(len(CLASSES)))
    # a dark cell is parted from its neighbours by white, a light one by grey
    edges = [LINE, LINE, PAPER, PAPER]
    looks = [Swatch(face, edge=edge) for face, edge in zip(CLASSES, edges, strict=True)]
    classes = {str(place): looks[tint] for place, tint in enumerate(chosen)}
    return {"zero": ZERO, **classes, **STATES}


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    rank = given.table[given.value].astype("Float64").rank(method="first", ascending=False)
    cells = Cells(
        shapes=given.shapes,
        states=list(given.table["state"]),
        texts=[_label(row, given, page) for row in given.table.to_dict("records")],
        rank=list(rank.fillna(len(rank) + 1)),
        swatches=_swatches(given),
    )
    draw_cells(page, cells, _key(given))


def _label(row: Mapping[Any, Any], given: Given, page: Page) -> str:
    """The name of an area with its number, or the sign for why there is none."""
    value, points = _value_text(row, given), page.size.small
    room = name_room(page) - text_width(f" {value}", points)
    name = short_name(given.name(row["area"]), room, points, page.lang)
    return say("charts.map.label", page.lang, area=name, value=value)


def _value_text(row: Mapping[Any, Any], given: Given) -> str:
    if row["state"] == "suppressed":
        return str(row["shown"])
    if row["state"] == "complementary":
        return "-"  # the sign that tables print too
    if row["state"] == "not_reported":
        return number(None, given.lang)
    text = number(row[given.value], given.lang, given.decimals)
    return text + ("*" if row["partly"] else "")


def _key(given: Given) -> list[Entry]:
    """Explain the classes, the states that occur, and the asterisk."""
    lang, swatches, step = given.lang, _swatches(given), 10.0**-given.decimals
    present = set(given.table["state"])
    entries: list[Entry] = []
    if "zero" in present:
        entries.append((ZERO, number(0, lang)))
    highest = given.table[given.value].max()
    for place, low in enumerate(given.limits):
        last = place + 1 == len(given.limits)
        high = highest if last else given.limits[place + 1] - step
        texts = [number(edge, lang, given.decimals) for edge in (low, high)]
        text = say("charts.map.range", lang, low=texts[0], high=texts[1])
        entries.append((swatches[str(place)], text if texts[0] != texts[1] else texts[0]))
    for state in ("suppressed", "complementary", "not_reported"):
        rows = given.table[given.table["state"] == state]
        if len(rows):
            shown = rows["shown"].iloc[0]
            entries.append((STATES[state], say(f"charts.map.{state}", lang, shown=shown)))
    if given.table["partly"].any():
        entries.append((None, say("charts.map.partly", lang)))
    return entries


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object, caption: Caption, schematic: bool) -> Texts:
    lang = given.lang
    facts = {"area": given.name(given.focal), "per": number(caption.per, lang)}
    unit = caption.unit[:1].upper() + caption.unit[1:]
    key = "subtitle" if given.value == "incidents" else "subtitle_rate"
    period = together(caption.period)
    subtitle = say(f"charts.map.{key}", lang, unit=unit, period=period, **facts)
    facts |= {"unit": caption.unit, "period": caption.period}
    kind = say("charts.map.alt_kind", lang, number=number(len(given.table), lang), **facts)
    note = [say("charts.map.alt_schematic", lang)] if schematic else []
    return make_texts(
        "map",
        given.table.drop(columns=["state", "partly"]),
        headline=headline,
        subtitle=subtitle,
        caption=caption,
        alt=[kind, ended(headline), *note, *_alt_facts(given)],
        lang=lang,
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """The largest values, and how many areas show none."""
    lang, table = given.lang, given.table
    known = table[table[given.value].notna()].sort_values(
        [given.value, "area"], ascending=[False, True]
    )
    named = [
        say("charts.map.label", lang, area=given.name(row["area"]), value=_value_text(row, given))
        for row in known.head(FOREMOST).to_dict("records")
    ]
    if named:
        yield say("charts.map.alt_top", lang, areas=join_words(named, lang))
    else:
        yield say("charts.map.alt_none", lang)
    counts = {
        "hidden": int(table["state"].isin(HIDDEN).sum()),
        "gaps": int((table["state"] == "not_reported").sum()),
    }
    texts = {name: number(count, lang) for name, count in counts.items()}
    yield say("charts.map.alt_states", lang, **texts)
