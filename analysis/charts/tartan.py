"""Many indicators at a glance: areas by indicator, each value with its verdict (a tartan)."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import (
    MM,
    choose_labels,
    name_of,
    plain,
    short_name,
    shorten,
    text_width,
    together,
    wrap,
)
from analysis.charts.page import (
    BAND,
    FAINT,
    FOCUS,
    INK,
    LINE,
    PAPER,
    TEXT,
    Box,
    Entry,
    Page,
    Swatch,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
)
from analysis.charts.rows import CROWDED_AIR
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import join_words, number

COLUMNS = ["indicator", "area", "value", "value_low", "value_high", "benchmark", "direction"]
COLUMNS += ["verdict", "why"]
# dark, hatched and blank stay apart in black and white, and each verdict has its sign too
CELLS = {
    "worse": Swatch(FOCUS, edge=FOCUS),
    "better": Swatch(PAPER, "//////"),
    "higher": Swatch(LINE, edge=LINE),
    "lower": Swatch(PAPER, "......"),
    "similar": Swatch(PAPER),
    "not_comparable": Swatch(BAND),
}
SIGNS = {"above": "▲", "below": "▼", "around": "=", "": ""}
STATE_WIDTH = 1.1  # of a cell's state, in font sizes


class Given(NamedTuple):
    """What is drawn, and for whom."""

    table: pd.DataFrame
    focal: str
    names: Mapping[str, str]
    lang: str

    def name(self, code: str) -> str:
        return name_of(code, self.names)

    def shown(self, indicator: str, value: float) -> str:
        """The number of an indicator, with as many decimals as its values need."""
        values = self.table.loc[self.table["indicator"] == indicator, "value"]
        highest = float(values.abs().max())
        return number(value, self.lang, 0 if highest >= 1000 else 1 if highest >= 10 else 2)


@recorded
def plot_overview(
    overview: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    inside: bool = False,
) -> Chart:
    """Draw areas by indicators: each value with the sign and the shade of its verdict.

    ``overview`` as ``find_overview`` returns it; ``names`` also names the indicators, which stand
    in the order of their codes; the focal area is the first row. A value marked "=" cannot be told
    apart from its benchmark; one without a verdict stands on grey.
    """
    key = ["indicator", "area"]
    table = check_table(overview, COLUMNS, "overview", key=key, lang=lang, focal=focal)[COLUMNS]
    table = table.assign(first=table["area"] != focal)
    table = table.sort_values(["first", "area", "indicator"], ignore_index=True)
    given = Given(as_floats(table.drop(columns="first")), focal, names, lang)
    with house_style():
        texts = make_texts(
            "overview",
            given.table,
            headline=headline,
            subtitle=say(
                "charts.overview.subtitle",
                lang,
                period=together(caption.period),
                level=caption.level(lang),
            ),
            caption=caption,
            alt=list(_overview_alt(given, caption, headline)),
            lang=lang,
        )
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        page.key(state_key(given.table, CELLS, lang))
        _draw_overview(page, given)
    return finish(page, texts, "overview", given.table)


def as_floats(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its numbers as plain floats, empty ones NaN."""
    numbers = table.select_dtypes("number").columns
    kept: dict[str, Any] = {
        str(name): table[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        for name in numbers
    }
    return table.assign(**kept)


def _draw_overview(page: Page, given: Given) -> None:
    page.check_room()
    em, points, room = page.size.text * MM, page.size.text, page.box
    areas = list(dict.fromkeys(given.table["area"]))
    indicators = sorted(given.table["indicator"].unique())
    named = [
        short_name(given.name(area), 0.32 * room.width, points, page.lang, area == given.focal)
        for area in areas
    ]
    left = max(text_width(name, points, True) for name in named) + 0.8 * em
    width = (room.width - left) / len(indicators)
    cells = {(row["indicator"], row["area"]): row for row in given.table.to_dict("records")}
    widest = max(text_width(_cell_text(row, given), points) for row in cells.values())
    needed = widest + (STATE_WIDTH + 0.6) * em
    if width < needed:
        fits = int((room.width - left) / needed)
        raise InsidenError("charts.overview.too_many", number=len(indicators), fits=fits)
    heads = [_head(given, one, width - 0.3 * em, page.size.small) for one in indicators]
    lines = max(len(head) for head in heads)
    step = page.line_height(page.size.small)
    top = room.top - lines * step - 0.3 * em
    crowded = len(areas) * page.row_gap() > top - room.bottom
    air = CROWDED_AIR * em if crowded else 0.0
    pitch = min((top - room.bottom - 2 * air) / len(areas), 2.4 * em)
    heights = [top - air - (place + 0.5) * pitch for place in range(len(areas))]
    labelled = choose_labels(heights, range(len(areas)), page.row_gap())
    for column, (indicator, head) in enumerate(zip(indicators, heads, strict=True)):
        x = room.left + left + column * width
        for line, text in enumerate(head):
            y = top + 0.3 * em + (len(head) - line - 0.5) * step
            page.write(x, y, text, points=page.size.small, colour=INK)
        for place, area in enumerate(areas):
            row = cells.get((indicator, area))
            if row is not None:
                tall = min(0.86 * pitch, 1.3 * em)
                state = Box(x, heights[place] - tall / 2, STATE_WIDTH * em, tall)
                page.swatch(state, CELLS[row["verdict"]])
                look: dict[str, Any] = {"bold": area == given.focal}
                look["colour"] = FOCUS if look["bold"] else TEXT
                if place in labelled:
                    text = _cell_text(row, given)
                    page.write(state.right + 0.3 * em, heights[place], text, **look)
    for place in sorted(labelled):
        look = {"bold": areas[place] == given.focal}
        look["colour"] = FOCUS if look["bold"] else TEXT
        page.write(room.left, heights[place], named[place], **look)
    unnamed, small = say("charts.unnamed", page.lang), page.size.small
    if len(labelled) < len(areas) and text_width(unnamed, small) < left - 0.6 * em:
        page.write(room.left, top + 0.3 * em + 0.5 * step, unnamed, points=small)
    y = heights[0] - pitch / 2
    if len(areas) > 1 and pitch >= page.row_gap():
        page.line([room.left, room.right], [y, y], color=FAINT)


def _head(given: Given, indicator: str, width: float, points: float) -> list[str]:
    """The name of an indicator with its benchmark, on at most three lines."""
    rows = given.table[given.table["indicator"] == indicator]
    name = plain(given.name(indicator))
    lines = wrap(name, width, points)
    if any(text_width(word, points) > width for word in name.split()):
        lines = [shorten(name, width, points)]  # a word is not broken in a head
    if len(lines) > 2:
        lines = [lines[0], shorten(" ".join(lines[1:]), width, points)]
    benchmark = given.shown(indicator, rows["benchmark"].iloc[0])
    text = say("charts.overview.benchmark", given.lang, value=benchmark)
    return [*lines, shorten(text, width, points)]


def _cell_text(row: Mapping[Any, Any], given: Given) -> str:
    """The value with its sign; why there is none is in the key's grey."""
    return f"{SIGNS[_side(row)]} {given.shown(row['indicator'], row['value'])}".strip()


def _side(row: Mapping[Any, Any]) -> str:
    """Above, below or around the benchmark, by the verdict alone."""
    if row["verdict"] in ("worse", "better"):
        return (
            "above"
            if (row["verdict"] == "worse") == (row["direction"] == "high_is_bad")
            else "below"
        )
    return {"higher": "above", "lower": "below", "similar": "around"}.get(row["verdict"], "")


def state_key(table: pd.DataFrame, looks: Mapping[str, Swatch], lang: str) -> list[Entry]:
    present = set(table["verdict"])
    return [
        (swatch, say(f"charts.overview.{verdict}", lang))
        for verdict, swatch in looks.items()
        if verdict in present
    ]


def _overview_alt(given: Given, caption: Caption, headline: object) -> Iterator[str]:
    """What is drawn, how the focal area stands, and how many cells stand out."""
    lang, table, key = given.lang, given.table, "charts.overview"
    counts = {name: number(table[name].nunique(), lang) for name in ("indicator", "area")}
    yield say(
        f"{key}.alt_kind", lang, areas=counts["area"], indicators=counts["indicator"],
        period=caption.period,
    )  # fmt: skip
    yield ended(headline)
    yield from tell_focal(given, table[table["area"] == given.focal])
    told = table["verdict"].value_counts()
    parts = {name: number(int(told.get(name, 0)), lang) for name in CELLS}
    facts = [
        say(f"{key}.alt_count", lang, number=parts[name], verdict=say(f"{key}.{name}", lang))
        for name in CELLS
        if told.get(name, 0)
    ]
    yield say(f"{key}.alt_all", lang, counts=join_words(facts, lang))


def tell_focal(given: Given, rows: pd.DataFrame) -> Iterator[str]:
    """The verdict of the focal area for each indicator."""
    told = [
        say(
            "charts.overview.alt_cell",
            given.lang,
            indicator=given.name(row["indicator"]),
            value=given.shown(row["indicator"], row["value"]),
            verdict=say(f"charts.overview.{row['verdict']}", given.lang),
        )
        for row in rows.to_dict("records")
    ]
    listed = join_words(told[:4], given.lang)
    yield say("charts.overview.alt_focal", given.lang, area=given.name(given.focal), told=listed)
