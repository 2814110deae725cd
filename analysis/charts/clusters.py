"""A map of neighbourhoods that stand out: high among high, low among low, and the odd ones."""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd

from analysis.charts.cells import Cells, draw_cells, given_shapes, grow_cells, name_room
from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import name_of, short_name, together
from analysis.charts.page import (
    BAND,
    FOCUS,
    INK,
    NARROW,
    PAPER,
    Swatch,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
)
from analysis.words.messages import say
from analysis.words.numbers import join_words, number, percent

COLUMNS = ["area", "quadrant", "cluster", "confidence", "why"]
# dark, hatched, crossed, ringed: each kind has a pattern of its own beside its shade
QUADRANTS = {
    "high_high": Swatch(FOCUS, edge=PAPER),
    "high_low": Swatch("#8fb0cb", "xxxxxx"),
    "low_high": Swatch(PAPER, "\\\\\\\\\\\\"),
    "low_low": Swatch(PAPER, "oooo"),
}
SWATCHES = {**QUADRANTS, "none": Swatch(PAPER), "left_out": Swatch(BAND, "....")}


@recorded
def plot_clusters(
    clusters: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    boundaries: gpd.GeoDataFrame | None = None,
    inside: bool = False,
) -> Chart:
    """Draw the areas whose neighbourhoods stand out, by kind; the others are blank.

    ``clusters`` as ``find_clusters`` returns it: ``cluster`` is the quadrant where it stands out,
    else ""; an area left out says ``why``. ``areas`` and ``boundaries`` as for ``plot_map``;
    ``focal`` is the region that is shown.
    """
    table = check_table(clusters, COLUMNS, "clusters", key=["area"], lang=lang)[COLUMNS]
    table = table.sort_values("area", ignore_index=True)
    names = {**dict(zip(areas["code"], areas["name"], strict=True)), **names}
    state = table["cluster"].where(table["why"] == "", "left_out").replace("", "none")
    codes = table["area"]
    shapes = grow_cells(codes, areas) if boundaries is None else given_shapes(codes, boundaries)
    with house_style():
        period = together(caption.period)
        level = percent((1 - float(table["confidence"].max())) * 100, lang, 0)
        facts = {"area": name_of(focal, names), "level": level, "unit": caption.unit}
        facts |= {"number": number(len(table), lang)}
        note = [say("charts.map.alt_schematic", lang)] if boundaries is None else []
        kind = say("charts.clusters.alt_kind", lang, period=caption.period, **facts)
        texts = make_texts(
            "clusters",
            table,
            headline=headline,
            subtitle=say("charts.clusters.subtitle", lang, period=period, **facts),
            caption=caption,
            alt=[kind, ended(headline), *note, *_alt_facts(table["area"], state, names, lang)],
            lang=lang,
        )
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        if boundaries is None:
            text = say("charts.map.schematic", lang)
            page.paragraph(text, points=page.size.small, top=True, bold=True, colour=INK)
        points, room = page.size.small, name_room(page)
        cells = Cells(
            shapes=shapes,
            states=list(state),
            texts=[short_name(name_of(code, names), room, points, lang) for code in codes],
            rank=list(state.map({"none": 2, "left_out": 1}).fillna(0)),
            swatches=SWATCHES,
        )
        present, short = set(state), "_short" if page.width < NARROW else ""
        draw_cells(
            page,
            cells,
            [
                (swatch, say(f"charts.clusters.{kind}{short}", lang))
                for kind, swatch in SWATCHES.items()
                if kind in present
            ],
        )
    return finish(page, texts, "clusters", table)


def _alt_facts(
    codes: pd.Series, state: pd.Series, names: Mapping[str, str], lang: str
) -> Iterator[str]:
    """Who stands out, kind by kind, and how many were left out."""
    found = False
    for kind in QUADRANTS:
        areas = [name_of(code, names) for code in codes[state == kind]]
        if areas:
            found = True
            shown = areas[:4]
            if len(areas) > 4:
                shown.append(say("charts.others", lang, number=number(len(areas) - 4, lang)))
            label = say(f"charts.clusters.{kind}", lang)
            yield say("charts.clusters.alt_kinds", lang, kind=label, areas=join_words(shown, lang))
    if not found:
        yield say("charts.clusters.alt_nothing", lang)
    left_out = int((state == "left_out").sum())
    plain = int((state == "none").sum())
    counts = {"none": number(plain, lang), "left_out": number(left_out, lang)}
    yield say("charts.clusters.alt_rest", lang, **counts)
