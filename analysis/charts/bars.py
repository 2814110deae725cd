"""A dot and its interval for each area, sorted; the comparator is a named line."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import MM, name_of, nice_ticks, short_name, text_width, together
from analysis.charts.page import (
    FOCUS,
    INK,
    LINE,
    NARROW,
    PAPER,
    Page,
    Panel,
    Texts,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
    reason,
)
from analysis.charts.rows import Parting, Row, draw_axis, fitting_ticks, lay_rows
from analysis.words.messages import say
from analysis.words.numbers import join_words, number

COLUMNS = ["area", "rate", "rate_low", "rate_high", "months", "months_wanted", "why"]


class Given(NamedTuple):
    """What is drawn, and for whom."""

    table: pd.DataFrame
    focal: str
    reference: str
    names: Mapping[str, str]
    caption: Caption
    lang: str

    @property
    def decimals(self) -> int:
        """As many decimals as leave about three figures of the largest rate."""
        highest = self.table["rate"].max()
        if np.isnan(highest) or highest < 10:
            return 2
        return 1 if highest < 1000 else 0

    def shown(self, rate: float) -> str:
        return number(rate, self.lang, self.decimals)

    def name(self, area: str) -> str:
        return name_of(area, self.names)


@recorded
def plot_comparison(
    rates: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    reference: str = "",
    inside: bool = False,
) -> Chart:
    """Draw the rate of each area with its interval, the highest first.

    ``rates``: area, rate, rate_low, rate_high (for each ``caption.per`` people), months,
    months_wanted, why; ``shown`` where counts are hidden. Areas with months missing stand apart,
    hollow and without a rank; areas without a rate say why. ``reference`` is the area or group in
    ``rates`` whose rate is drawn as the line that the others are held against.
    """
    table = check_table(rates, COLUMNS, "rates", key=["area"], lang=lang, focal=focal)
    if reference:
        check_table(table, COLUMNS, "rates", key=["area"], lang=lang, focal=reference)
    table = _sorted(table[[*COLUMNS, *(["shown"] if "shown" in table else [])]])
    given = Given(table, focal, reference, names, caption, lang)
    with house_style():
        texts = _texts(given, headline)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, given)
    return finish(page, texts, "comparison", table.drop(columns="standing"))


def _sorted(rates: pd.DataFrame) -> pd.DataFrame:
    """Add ``standing`` (ranked, open, none) and sort: ranked by rate, the others by area."""
    table = rates.copy()
    for column in ("rate", "rate_low", "rate_high"):
        table[column] = table[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        table[column] = table[column].where(np.isfinite(table[column]))
    known = table["rate"].notna()
    whole = table["months"].ge(table["months_wanted"]).fillna(False).astype(bool)
    table["standing"] = np.select([known & whole, known], ["ranked", "open"], "none")
    group = table["standing"].map({"ranked": 0, "open": 1, "none": 2})
    falling = -table["rate"].where(table["standing"] == "ranked", 0)
    table = table.assign(group=group, falling=falling).sort_values(["group", "falling", "area"])
    return table.drop(columns=["group", "falling"]).reset_index(drop=True)


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    table = given.table
    listed = [_row(row, page, given) for row in table.to_dict("records")]
    ranked = int((table["standing"] == "ranked").sum())
    text = say("charts.comparison.unranked", page.lang)
    parting = Parting(ranked, text) if ranked < len(table) else None
    head = page.line_height() if given.reference else 0.0
    highest = float(np.nanmax([0.0, *table["rate_high"], *table["rate"]]))
    limits = (0.0, highest * 1.02 or 1.0)
    priority = _priority(given)
    rows = lay_rows(page, listed, limits, head=head, priority=priority, parting=parting)
    panel = rows.panel
    # without a rate the axis has no scale, only its beginning
    choices = _ticks(highest, page.lang) if highest else [([0.0], ["0"])]
    draw_axis(page, panel, *fitting_ticks(page, panel.box.width, limits, choices))
    panel.axes.axvline(0, zorder=1, clip_on=False, color=LINE, linewidth=0.8)
    _draw_reference(page, panel, given)
    for place, row in enumerate(table.to_dict("records")):
        main = row["area"] == given.focal
        _draw_row(panel, row, rows.y(place), main, page.size.text, 0.9 * rows.pitch / MM)


def _ticks(highest: float, lang: str) -> Iterator[tuple[list[float], list[str]]]:
    """Choices of ticks, the densest first."""
    for most in range(8, 0, -1):
        ticks = nice_ticks(highest, most)
        places = max(len(f"{tick:.10g}".partition(".")[2]) for tick in ticks)
        yield ticks, [number(tick, lang, places) for tick in ticks]


def _draw_reference(page: Page, panel: Panel, given: Given) -> None:
    """Draw the comparator as a dashed line with its name and rate above."""
    rate = given.table.loc[given.table["area"] == given.reference, "rate"]
    if not rate.notna().any():
        return
    line: dict[str, Any] = {"color": INK, "linewidth": 0.8, "linestyle": (0, (4, 2))}
    panel.axes.axvline(rate.iloc[0], zorder=2, clip_on=False, **line)
    points, shown = page.size.small, given.shown(rate.iloc[0])
    room = page.box.width * 0.6 - text_width(f" {shown}", points)
    name = short_name(given.name(given.reference), room, points, page.lang)
    text = say("charts.comparison.reference", page.lang, area=name, rate=shown)
    half = text_width(text, points) / 2
    x = min(max(panel.at_x(rate.iloc[0]), page.box.left + half), page.box.right - half)
    y = panel.box.top + page.line_height() / 2
    page.write(x, y, text, points=points, colour=INK, align="center")


def _draw_row(panel: Panel, row: Any, y: float, main: bool, points: float, thickest: float) -> None:
    """Draw one interval and its dot; hollow where months are missing."""
    if np.isnan(row["rate"]):
        return
    colour = FOCUS if main else LINE
    if not np.isnan(row["rate_low"]):
        # an interval without an upper limit runs to the edge
        high = panel.x[1] if np.isnan(row["rate_high"]) else row["rate_high"]
        width = points * (0.26 if main else 0.18)
        line: dict[str, Any] = {"color": colour, "linewidth": width, "solid_capstyle": "butt"}
        panel.axes.plot([row["rate_low"], high], [y, y], zorder=3, **line)
    face = PAPER if row["standing"] == "open" else colour
    dot: dict[str, Any] = {
        "color": colour,
        "markerfacecolor": face,
        "markeredgewidth": 0.12 * points,
    }
    size = min(points * (0.65 if main else 0.52), thickest)
    panel.axes.plot(row["rate"], y, marker="o", markersize=size, zorder=4, clip_on=False, **dot)


# --- words ----------------------------------------------------------------------------------


def _row(row: Any, page: Page, given: Given) -> Row:
    """The rate with its interval, alone on a narrow sheet; or the months that were counted."""
    name, main = given.name(row["area"]), row["area"] == given.focal
    if row["standing"] == "none":
        return Row(name, reason=reason(row, page.lang), main=main)
    if row["standing"] == "open":
        months = {
            part: number(row[f"months{end}"], page.lang)
            for part, end in (("months", ""), ("wanted", "_wanted"))
        }
        return Row(name, say("charts.comparison.months", page.lang, **months), main=main)
    facts = {part: given.shown(row[f"rate_{part}"]) for part in ("low", "high")}
    facts["rate"] = given.shown(row["rate"])
    if page.width < NARROW or np.isnan(row["rate_low"]):
        return Row(name, facts["rate"], main=main)
    key = "value_open" if np.isnan(row["rate_high"]) else "value"
    return Row(name, say(f"charts.comparison.{key}", page.lang, **facts), main=main)


def _priority(given: Given) -> list[int]:
    """Which rows are named first where not all names fit: focal, comparator, ends, exceptions."""
    area, standing = given.table["area"], given.table["standing"]
    places = given.table.index
    main, line = places[area == given.focal], places[area == given.reference]
    ranked, apart = places[standing == "ranked"], places[standing != "ranked"]
    return [*main, *line, *ranked[:1], *ranked[-1:], *apart, *ranked]


def _texts(given: Given, headline: object) -> Texts:
    caption, lang = given.caption, given.lang
    facts = {"per": number(caption.per, lang), "level": caption.level(lang)}
    unit = caption.unit[:1].upper() + caption.unit[1:]
    key = "charts.comparison"
    subtitle = say(f"{key}.subtitle", lang, unit=unit, period=together(caption.period), **facts)
    areas = number(len(given.table), lang)
    facts |= {"unit": caption.unit, "period": caption.period, "number": areas}
    return make_texts(
        "comparison",
        given.table,
        headline=headline,
        subtitle=subtitle,
        caption=caption,
        alt=[say(f"{key}.alt_kind", lang, **facts), ended(headline), *_alt_facts(given)],
        lang=lang,
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """The focal rate with its interval, the line, the range, and who is not ranked."""
    lang, rows = given.lang, given.table.set_index("area", drop=False)
    main: Any = rows.loc[given.focal]
    key = {"ranked": "alt_focal", "open": "alt_focal_open", "none": "alt_focal_none"}
    yield say(
        f"charts.comparison.{key[main['standing']]}",
        lang,
        area=given.name(given.focal),
        rate=given.shown(main["rate"]),
        level=given.caption.level(lang),
        low=given.shown(main["rate_low"]),
        high=given.shown(main["rate_high"]),
        reason=reason(main, lang),
    )
    if given.reference:
        rate = given.shown(rows["rate"][given.reference])
        area = given.name(given.reference)
        yield say("charts.comparison.alt_reference", lang, area=area, rate=rate)
    ranked = rows[rows["standing"] == "ranked"]
    if len(ranked) > 1:
        ends = {"top": ranked.iloc[0], "bottom": ranked.iloc[-1]}
        facts = {end: given.name(row["area"]) for end, row in ends.items()}
        facts |= {f"{end}_rate": given.shown(row["rate"]) for end, row in ends.items()}
        yield say("charts.comparison.alt_range", lang, **facts)
    apart = [given.name(area) for area in rows.index[rows["standing"] != "ranked"]]
    if apart:
        yield say("charts.comparison.alt_unranked", lang, areas=join_words(apart, lang))
