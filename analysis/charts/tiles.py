"""Small multiples: one tile an area, laid out like the map, all on the same scale."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import MM, name_of, nice_ticks, short_name, text_width, together
from analysis.charts.page import (
    BAND,
    FAINT,
    FOCUS,
    FOCUS_TINT,
    HIDDEN,
    INK,
    LINE,
    PAPER,
    TEXT,
    Box,
    Entry,
    Page,
    Panel,
    Swatch,
    Texts,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
)
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import month_name, month_word, number

COLUMNS = ["area", "month", "rate", "rate_low", "rate_high", "why", "flag"]
LAYOUT = ["area", "row", "column"]
NARROWEST, LOWEST = 12.0, 4.5  # millimetres of a tile's plot that still shows a course
HIDDEN_LOOK = Swatch(BAND, "//////")


class Given(NamedTuple):
    """What is drawn, and for whom; ``places`` has the row and column of each area."""

    table: pd.DataFrame  # with place: steps from the first month
    places: dict[str, tuple[int, int]]
    mean: str
    focal: str
    names: Mapping[str, str]
    caption: Caption
    lang: str

    def of(self, area: str) -> pd.DataFrame:
        return self.table[self.table["area"] == area]

    def name(self, area: str) -> str:
        return name_of(area, self.names)


@recorded
def plot_tiles(
    rates: pd.DataFrame,
    tiles: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    mean: str = "",
    lang: str = "id",
    size: str = "a4-full",
    inside: bool = False,
) -> Chart:
    """Draw the monthly rate of each area in a tile of its own, all on one scale.

    ``rates``: area, month, rate, rate_low, rate_high (per ``caption.per`` people), why, flag;
    ``mean`` is the area among them that is drawn in grey in every tile. ``tiles``: area, row,
    column (from 1); without a place for every area, and each its own, the tiles stand in the order
    of the names. Hidden months are hatched, months not reported leave a gap, provisional ones are
    hollow and not joined.
    """
    key = ["area", "month"]
    table = check_table(rates, COLUMNS, "rates", key=key, lang=lang, focal=focal)[COLUMNS]
    if mean:
        check_table(table, COLUMNS, "rates", key=key, lang=lang, focal=mean)
    table = table.sort_values(key, ignore_index=True)
    for column in ("rate", "rate_low", "rate_high"):
        table[column] = table[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    first = table["month"].min()
    steps = (table["month"].dt.year - first.year) * 12 + table["month"].dt.month - first.month
    areas = [area for area in table["area"].unique() if area != mean]
    if not areas:
        raise InsidenError("charts.empty", table="rates")
    with house_style():
        places = _known_places(areas, tiles)
        given = Given(table.assign(place=steps), places, mean, focal, names, caption, lang)
        texts = _texts(given, headline)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, given)
    return finish(page, texts, "tiles", table)


# --- the layout -----------------------------------------------------------------------------


def _known_places(areas: list[str], tiles: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """The places of the areas from the top left; nothing where one has none, or two share one."""
    rows = tiles[tiles["area"].isin(areas)].drop_duplicates("area") if len(tiles) else tiles
    if len(rows) < len(areas) or rows.duplicated(["row", "column"]).any():
        return {}
    at = rows[["row", "column"]].astype(int)
    at -= at.min()
    return dict(zip(rows["area"], zip(at["row"], at["column"], strict=True), strict=True))


def _ordered_places(given: Given, columns: int) -> dict[str, tuple[int, int]]:
    """Places in the order of the names, row by row."""
    areas = {area for area in given.table["area"] if area != given.mean}
    ordered = sorted(areas, key=lambda area: (given.name(area), area))
    return {area: divmod(place, columns) for place, area in enumerate(ordered)}


def _places(page: Page, given: Given, room: Box, head: float) -> dict[str, tuple[int, int]]:
    """The known layout where its tiles are large enough, else the order of the names."""
    areas = len({area for area in given.table["area"] if area != given.mean})
    choices = [given.places] if given.places else []
    wide = room.width / room.height
    columns = max(1, min(areas, round(math.sqrt(areas * wide / 1.8))))
    choices += [_ordered_places(given, columns)]
    for places in choices:
        across, down = (1 + max(at[side] for at in places.values()) for side in (1, 0))
        if room.width / across >= NARROWEST and room.height / down - head >= LOWEST:
            return places
    fits = int(room.width / NARROWEST) * int(room.height / (head + LOWEST))
    raise InsidenError("charts.tiles.too_many", number=areas, fits=fits)


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    page.key(_key(given))
    page.check_room()
    em, points = page.size.text * MM, page.size.text
    ticks = _ticks(given)
    numbers = [number(tick, page.lang, _decimals(ticks)) for tick in ticks]
    left = max(text_width(text, points) for text in numbers) + 0.6 * em
    foot = page.line_height() + 0.4 * em
    room = page.box._replace(
        left=page.box.left + left,
        bottom=page.box.bottom + foot,
        width=page.box.width - left,
        height=page.box.height - foot,
    )
    head, between = page.line_height() + 0.2 * em, 1.2 * em
    places = _places(page, given, room, head)
    across, down = (1 + max(at[side] for at in places.values()) for side in (1, 0))
    wide, tall = (room.width + between) / across, room.height / down
    lowest = {column: max(r for r, c in places.values() if c == column) for column in range(across)
              if any(c == column for _, c in places.values())}  # fmt: skip
    foremost = {row: min(c for r, c in places.values() if r == row) for row, _ in places.values()}
    for area, (row, column) in sorted(places.items()):
        box = Box(
            room.left + column * wide,
            room.top - (row + 1) * tall + 0.3 * em,
            wide - between,
            tall - head - 0.3 * em,
        )
        months = int(given.table["place"].max())
        panel = page.panel(box, (-0.5, months + 0.5), (0, ticks[-1]))
        main = area == given.focal
        across_room = min(wide - 0.4 * em, page.box.right - box.left)
        name = short_name(given.name(area), across_room, points, page.lang, main)
        look: dict[str, Any] = {"bold": main, "colour": FOCUS if main else TEXT}
        page.write(box.left, box.top + head / 2, name, **look)
        _draw_tile(page, panel, given, area, ticks)
        if column == foremost[row]:
            _number_tile(page, panel, ticks, numbers)
        if row == lowest[column]:
            _date_tile(page, panel, given, room.bottom - 0.1 * em)


def _ticks(given: Given) -> list[float]:
    """Zero and the top of the common scale, which holds all rates and their intervals."""
    tops = given.table[["rate", "rate_high"]].to_numpy(dtype=float)
    highest = float(tops[np.isfinite(tops)].max(initial=0.0))  # a band is not cut off at the top
    return nice_ticks(highest, 2)


def _decimals(ticks: list[float]) -> int:
    return max(len(f"{tick:.10g}".partition(".")[2]) for tick in ticks)


def _draw_tile(page: Page, panel: Panel, given: Given, area: str, ticks: list[float]) -> None:
    main = area == given.focal
    axes, rows = panel.axes, given.of(area)
    for tick in ticks:
        axes.axhline(tick, color=FAINT if tick else LINE, linewidth=0.4 if tick else 0.7, zorder=1)
    for place in rows.loc[rows["why"].isin(HIDDEN), "place"]:
        look: dict[str, Any] = {"facecolor": BAND, "edgecolor": LINE, "hatch": "//////"}
        axes.bar(place, ticks[-1], width=1.0, linewidth=0.4, zorder=2, **look)
    firm = rows[rows["flag"] == ""].set_index("place").reindex(range(int(panel.x[1] + 0.5)))
    tint = FOCUS_TINT if main else BAND
    axes.fill_between(firm.index, firm["rate_low"].astype(float), firm["rate_high"].astype(float),
                      color=tint, linewidth=0, zorder=2)  # fmt: skip
    if given.mean:
        common = given.of(given.mean)
        axes.plot(common["place"], common["rate"], color=LINE, linewidth=0.5 * page.scale,
                  linestyle=(0, (3, 1.5)), zorder=3)  # fmt: skip
    colour = FOCUS if main else INK
    axes.plot(firm.index, firm["rate"], color=colour, linewidth=(1.2 if main else 0.7) * page.scale,
              solid_joinstyle="round", zorder=4)  # fmt: skip
    rate = firm["rate"].astype(float)
    alone = rate.where(rate.shift(1).isna() & rate.shift(-1).isna())
    axes.plot(alone.index, alone, color=colour, marker="o", linestyle="none",
              markersize=1.8 * page.scale, markeredgewidth=0, zorder=4)  # fmt: skip
    unsure = rows[rows["flag"] != ""]
    axes.plot(unsure["place"], unsure["rate"], color=colour, marker="o", linestyle="none",
              markersize=1.6 * page.scale, markerfacecolor=PAPER, markeredgewidth=0.5 * page.scale,
              zorder=5)  # fmt: skip


def _number_tile(page: Page, panel: Panel, ticks: list[float], numbers: list[str]) -> None:
    """Number zero and the top, and what lies between where it fits."""
    gap, em = page.row_gap(), page.size.text * MM
    at = [panel.at_y(tick) for tick in ticks]
    some = range(len(ticks)) if at[1] - at[0] >= gap else (0, len(ticks) - 1)
    for place in some:
        page.write(panel.box.left - 0.5 * em, at[place], numbers[place], align="right")


def _date_tile(page: Page, panel: Panel, given: Given, top: float) -> None:
    """Write the first and the last year, or month, under the lowest tile of a column."""
    ends = given.table["month"].min(), given.table["month"].max()
    if ends[0].year < ends[1].year:
        texts = [str(end.year) for end in ends]
    else:
        texts = [month_word(end.month, page.lang, "short") for end in ends]
    if ends[0] == ends[1]:
        texts = texts[:1]
    y = min(top, panel.box.bottom - 0.2 * page.size.text * MM) - page.line_height() / 2
    room = panel.box.width - sum(text_width(text, page.size.text) for text in texts)
    page.write(panel.box.left, y, texts[0])
    if len(texts) > 1 and room > page.size.text * MM:
        page.write(panel.box.right, y, texts[1], align="right")


def _key(given: Given) -> list[Entry]:
    lang, table = given.lang, given.table[given.table["area"] != given.mean]
    entries: list[Entry] = []
    if given.mean:
        text = say("charts.tiles.key_mean", lang, area=given.name(given.mean))
        entries.append((None, text))
    if (table["flag"].ne("") & table["rate"].notna()).any():
        entries.append((Swatch(PAPER, marker="o"), say("charts.trend.key_open", lang)))
    if table["why"].isin(HIDDEN).any():
        entries.append((HIDDEN_LOOK, say("charts.tiles.key_hidden", lang)))
    if (table["rate"].isna() & ~table["why"].isin(HIDDEN)).any():
        entries.append((None, say("charts.trend.key_gap", lang)))
    return entries


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object) -> Texts:
    caption, lang, key = given.caption, given.lang, "charts.tiles"
    areas = given.table["area"].nunique() - bool(given.mean)
    facts = {"per": number(caption.per, lang), "level": caption.level(lang)}
    unit = caption.unit[:1].upper() + caption.unit[1:]
    period = together(caption.period)
    kind = say(f"{key}.alt_kind", lang, unit=caption.unit, period=caption.period,
               number=number(areas, lang), **facts)  # fmt: skip
    return make_texts(
        "tiles",
        given.table.drop(columns="place"),
        headline=headline,
        subtitle=say(f"{key}.subtitle", lang, unit=unit, period=period, **facts),
        caption=caption,
        alt=[kind, ended(headline), *_alt_facts(given)],
        lang=lang,
        more=[pd.DataFrame(sorted(given.places.items()), columns=["area", "place"])],
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """First, last and peak of the focal area, the highest of all, and what is missing."""
    lang, key = given.lang, "charts.tiles"
    others = given.table[given.table["area"] != given.mean]
    rows = given.of(given.focal)
    known = rows[rows["rate"].notna() & (rows["flag"] == "")].set_index("month")["rate"]
    places = 0 if others["rate"].max() >= 1000 else 1
    if len(known):
        ends = {"first": known.index[0], "last": known.index[-1], "peak": known.idxmax()}
        facts = {name: number(known[month], lang, places) for name, month in ends.items()}
        facts |= {f"{name}_month": month_name(month, lang) for name, month in ends.items()}
        yield say(f"{key}.alt_focal", lang, area=given.name(given.focal), **facts)
    else:
        yield say("charts.trend.alt_none", lang)
    if others["rate"].notna().any():
        top: Any = others.sort_values("rate", ascending=False).iloc[0]
        yield say(
            f"{key}.alt_top", lang, area=given.name(top["area"]),
            rate=number(top["rate"], lang, places), month=month_name(top["month"], lang),
        )  # fmt: skip
    hidden = int(others["why"].isin(HIDDEN).sum())
    gaps = int(others["rate"].isna().sum()) - hidden
    yield say(f"{key}.alt_states", lang, hidden=number(hidden, lang), gaps=number(gaps, lang))
