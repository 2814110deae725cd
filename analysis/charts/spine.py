"""One area's place between the lowest and the highest of many indicators: a spine."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import MM, shorten, text_width, together
from analysis.charts.page import (
    BAND,
    FOCUS,
    INK,
    LINE,
    PAPER,
    Page,
    Swatch,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
    reason,
)
from analysis.charts.rows import Row, draw_dot, draw_interval, lay_rows
from analysis.charts.tartan import COLUMNS, Given, as_floats, state_key, tell_focal
from analysis.words.messages import say
from analysis.words.numbers import number

MIDDLE = "#bdbdbd"
MARKS = [
    "lowest",
    "quarter",
    "middle",
    "three_quarters",
    "highest",
    "value",
    "value_low",
    "value_high",
]
DOTS = {
    "worse": Swatch(FOCUS, edge=FOCUS, marker="D"),
    "better": Swatch(PAPER, edge=FOCUS, marker="D"),
    "higher": Swatch(INK, edge=INK, marker="^"),
    "lower": Swatch(INK, edge=INK, marker="v"),
    "similar": Swatch(PAPER, edge=LINE, marker="o"),
}


@recorded
def plot_spine(
    spine: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    inside: bool = False,
) -> Chart:
    """Draw where one area lies between the lowest and the highest of each indicator.

    ``spine`` as ``find_spine`` returns it. The line is the benchmark, the light bar reaches from the
    lowest to the highest area, the darker one holds the middle half; better is right of worse. The
    dot says by its form whether the area can be told apart from the benchmark.
    """
    columns = [*COLUMNS, "areas", *(f"at_{mark}" for mark in MARKS)]
    table = check_table(spine, columns, "spine", key=["indicator"], lang=lang, focal=focal)[columns]
    table = as_floats(table.sort_values("indicator", ignore_index=True))
    given = Given(table, focal, names, lang)
    with house_style():
        facts = {"area": given.name(focal), "level": caption.level(lang)}
        period = together(caption.period)
        texts = make_texts(
            "spine",
            table,
            headline=headline,
            subtitle=say("charts.spine.subtitle", lang, period=period, **facts),
            caption=caption,
            alt=[
                say(
                    "charts.spine.alt_kind",
                    lang,
                    indicators=number(len(table), lang),
                    period=caption.period,
                    **facts,
                ),
                ended(headline),
                *tell_focal(given, table),
            ],
            lang=lang,
        )
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw_spine(page, given)
    return finish(page, texts, "spine", table)


def _draw_spine(page: Page, given: Given) -> None:
    bars = [
        (Swatch(BAND), say("charts.spine.range", page.lang)),
        (Swatch(MIDDLE), say("charts.spine.half", page.lang)),
    ]
    page.key([*state_key(given.table, DOTS, page.lang), *bars])
    marks = given.table[[name for name in given.table if str(name).startswith("at_")]]
    values = np.append(marks.to_numpy(dtype=float).ravel(), [-1.0, 1.0])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    listed = [_spine_row(row, given) for row in given.table.to_dict("records")]
    rows = lay_rows(page, listed, (low * 1.03, high * 1.03), head=page.line_height())
    panel, points = rows.panel, page.size.text
    panel.axes.axvline(0, color=INK, linewidth=0.9, zorder=4)
    tall = min(0.55 * rows.pitch, 1.1 * points * MM)
    for place, row in enumerate(given.table.to_dict("records")):
        y = rows.y(place)
        for first, last, colour in (
            ("lowest", "highest", BAND),
            ("quarter", "three_quarters", MIDDLE),
        ):
            edges = sorted([row[f"at_{first}"], row[f"at_{last}"]])
            if not np.isnan(edges).any():
                panel.axes.barh(y, edges[1] - edges[0], tall, edges[0], color=colour, zorder=2, edgecolor=LINE,
                                linewidth=0.4)  # fmt: skip
        if row["verdict"] in DOTS and not np.isnan(row["at_value"]):
            low, high = sorted([row["at_value_low"], row["at_value_high"]])
            swatch = DOTS[row["verdict"]]
            draw_interval(panel, low, high, y, colour=swatch.edge, width=0.14 * points)
            draw_dot(panel, row["at_value"], y, swatch, 0.6 * points)
    y, small = page.box.top - page.line_height() / 2, page.size.small
    room = panel.box.width / 2 - small * MM
    sides = _side_names(given)
    if max(text_width(side, small) for side in sides) > room:
        sides = _side_names(given, short=True)
    for x, text, align in (
        (panel.box.left, sides[0], "left"),
        (panel.box.right, sides[1], "right"),
    ):
        page.write(x, y, shorten(text, room, small), points=small, align=align)


def _side_names(given: Given, *, short: bool = False) -> list[str]:
    """What left and right mean: worse and better, or lower and higher."""
    kinds = set(given.table["direction"])
    ends = ("lower", "higher") if kinds == {"neither"} else ("worse", "better")
    both = len(kinds) > 1 and "neither" in kinds
    key = "side_short" if short else "side_both" if both else "side"
    return [say(f"charts.spine.{key}_{end}", given.lang) for end in ends]


def _spine_row(row: Mapping[Any, Any], given: Given) -> Row:
    name = given.name(row["indicator"])
    if np.isnan(row["value"]) or np.isnan(row["at_value"]):
        return Row(name, reason=reason(row, given.lang))
    own, benchmark = (given.shown(row["indicator"], row[one]) for one in ("value", "benchmark"))
    return Row(name, say("charts.spine.value", given.lang, value=own, benchmark=benchmark))
