"""A line for each area over the months; the focal area stands out, the others give the measure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import (
    MM,
    name_of,
    nice_ticks,
    short_name,
    shorten,
    spread,
    text_width,
    together,
)
from analysis.charts.months import MonthAxis, draw_months, month_axis
from analysis.charts.page import (
    FAINT,
    FOCUS,
    FOCUS_TINT,
    HIDDEN,
    LINE,
    LINE_TINT,
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
from analysis.words.messages import say
from analysis.words.numbers import join_words, month_name, number

COLUMNS = ["area", "month", "incidents", "shown", "why", "flag"]
DASHES = ["-", (0, (5, 1.5)), (0, (1.5, 1.5)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 3)), (0, (9, 3))]
MOST_NAMED = len(DASHES)  # with more lines than styles, the others become one grey bundle
RAMADAN_DAYS = 10  # a month with fewer days of Ramadan is not shaded
SMALL = Swatch(PAPER, "//////")
COMPLEMENTARY = Swatch(PAPER, "xxxxxx")


class Series(NamedTuple):
    """One area on the month axis; an empty value is a gap."""

    area: str
    known: np.ndarray  # counts that a line may join
    open: np.ndarray  # provisional or incomplete counts
    small: np.ndarray  # upper limit of a hidden small count
    complementary: np.ndarray  # True where hidden without a limit
    gap: np.ndarray  # True where not reported
    fitted: pd.DataFrame  # place, fitted, fitted_low, fitted_high

    @property
    def end(self) -> tuple[float, float]:
        """Where the line ends: its last place and value."""
        if len(self.fitted):
            last = self.fitted.iloc[-1]
            return float(last["place"]), float(last["fitted"])
        drawn = np.where(np.isnan(self.known), self.open, self.known)
        drawn = np.where(np.isnan(drawn), self.small / 2, drawn)
        places = np.flatnonzero(~np.isnan(drawn))
        if not len(places):
            return float(len(drawn) - 1), 0.0
        return float(places[-1]), float(drawn[places[-1]])


@recorded
def plot_trend(
    monthly: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    fitted: pd.DataFrame | None = None,
    calendar: pd.DataFrame | None = None,
    inside: bool = False,
) -> Chart:
    """Draw one line for each area; gaps stay gaps, provisional months hollow, hidden ones hatched.

    ``monthly``: area, month, incidents, shown, why, flag, and ``complete`` where known; every area
    in it is drawn. ``fitted``: area, month, fitted, fitted_low, fitted_high, drawn as the trend
    with its band. ``calendar``: month, ramadan_days; months of Ramadan are shaded.
    """
    table = check_table(monthly, COLUMNS, "monthly", key=["area", "month"], lang=lang, focal=focal)
    table = table[[*COLUMNS, *(["complete"] if "complete" in table else [])]]
    table = table.sort_values(["area", "month"], kind="stable")
    with house_style():
        texts = _texts(table, focal, names, headline, caption, lang, fitted, calendar)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, table, focal, names, fitted, calendar)
    return finish(page, texts, "trend", table)


def _draw(
    page: Page,
    table: pd.DataFrame,
    focal: str,
    names: Mapping[str, str],
    fitted: pd.DataFrame | None,
    calendar: pd.DataFrame | None,
) -> None:
    axis = month_axis(page, table["month"], page.box.width * 0.7)
    series = [_series(rows, axis, fitted) for _, rows in table.groupby("area")]
    others = [one for one in series if one.area != focal]
    main = next(one for one in series if one.area == focal)
    page.key(_key(series, page.lang))
    labels = _labels(page, main, others, names)
    ticks = nice_ticks(max(_highest(one) for one in series), _tick_room(page), whole=True)
    shaded = _ramadan_places(calendar, axis)
    panel = _panel(page, axis, ticks, labels, shaded)
    _draw_ramadan(page, panel, shaded)
    for place, one in enumerate(others):
        bundled = len(others) > MOST_NAMED
        _draw_series(panel, one, LINE, DASHES[0 if bundled else place], page.scale)
    _draw_series(panel, main, FOCUS, DASHES[0], page.scale)
    _write_labels(page, panel, labels)
    draw_months(page, panel, axis)
    if np.isnan(main.known).all() and main.gap.all():
        x, y = panel.at_x(sum(panel.x) / 2), panel.at_y(sum(panel.y) / 2)
        page.write(x, y, say("charts.trend.nothing", page.lang), bold=True, align="center")


# --- the numbers that are drawn -------------------------------------------------------------


def _series(rows: pd.DataFrame, axis: MonthAxis, fitted: pd.DataFrame | None) -> Series:
    """Put one area's rows on the axis; a month without a row is a gap too."""
    rows = rows.set_axis(axis.place(rows["month"]).to_numpy()).reindex(range(len(axis.months)))
    counts = rows["incidents"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    unsure = _unsure(rows).to_numpy()
    small = rows["shown"].str.extract(r"<(\d+)")[0].astype(float).to_numpy() - 1
    small[rows["why"].ne("suppressed").to_numpy()] = np.nan
    complementary = rows["why"].eq("complementary").to_numpy()
    area = str(rows["area"].dropna().iloc[0])
    return Series(
        area=area,
        known=np.where(unsure, np.nan, counts),
        open=np.where(unsure, counts, np.nan),
        small=small,
        complementary=complementary,
        gap=np.isnan(counts) & np.isnan(small) & ~complementary,
        fitted=_fitted_of(fitted, area, axis),
    )


def _unsure(rows: pd.DataFrame) -> pd.Series:
    """Which counts are provisional, or miss a part of the area."""
    unsure = rows["flag"].isin(["provisional", "partial"])
    if "complete" in rows:
        unsure |= rows["complete"].isin([False])
    return unsure


def _fitted_of(fitted: pd.DataFrame | None, area: str, axis: MonthAxis) -> pd.DataFrame:
    columns = ["place", "fitted", "fitted_low", "fitted_high"]
    if fitted is None:
        return pd.DataFrame({column: [] for column in columns})
    rows = fitted[fitted["area"].eq(area) & fitted["month"].isin(axis.months)]
    rows = rows.assign(place=axis.place(rows["month"])).sort_values("place")
    return rows[columns].dropna().astype(float)


def _highest(one: Series) -> float:
    parts = [one.known, one.open, one.small, one.fitted["fitted_high"].to_numpy()]
    values = np.concatenate(parts)
    return float(np.nanmax(values)) if not np.isnan(values).all() else 0.0


def _ramadan_places(calendar: pd.DataFrame | None, axis: MonthAxis) -> list[list[int]]:
    """The runs of months that hold at least ten days of Ramadan."""
    if calendar is None:
        return []
    rows = calendar[calendar["ramadan_days"].ge(RAMADAN_DAYS) & calendar["month"].isin(axis.months)]
    runs: list[list[int]] = []
    for place in sorted(axis.place(rows["month"])):
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


# --- drawing --------------------------------------------------------------------------------


class Label(NamedTuple):
    """A name at the end of a line, and where that line ends."""

    text: str
    place: float
    value: float
    focal: bool


def _labels(
    page: Page, main: Series, others: Sequence[Series], names: Mapping[str, str]
) -> list[Label]:
    """Name every line, or the bundle of the others where they are too many to tell apart."""
    room = page.width * 0.3
    points = page.size.text
    name = short_name(name_of(main.area, names), room, points, page.lang, True)
    labels = [Label(name, *main.end, True)]
    if len(others) > MOST_NAMED:
        text = say("charts.others", page.lang, number=number(len(others), page.lang))
        middle = sorted(one.end[1] for one in others)[len(others) // 2]
        return [*labels, Label(shorten(text, room, points), others[0].end[0], middle, False)]
    named = [short_name(name_of(one.area, names), room, points, page.lang) for one in others]
    ends = [one.end for one in others]
    return labels + [Label(n, *end, False) for n, end in zip(named, ends, strict=True)]


def _tick_room(page: Page) -> int:
    """How many steps of a vertical axis leave air between their numbers."""
    return max(2, int(page.box.height * 0.7 / (page.label_gap() * 1.9)))


def _panel(
    page: Page, axis: MonthAxis, ticks: list[float], labels: list[Label], shaded: list[list[int]]
) -> Panel:
    """Place the plot between its numbers and its names, and draw the level lines."""
    em = page.size.text * MM
    left = max(text_width(number(tick, page.lang), page.size.text) for tick in ticks) + 0.6 * em
    right = max(text_width(label.text, page.size.text, label.focal) for label in labels) + 2.2 * em
    top = page.line_height() if shaded else 0.6 * em
    page.check_room()
    room = page.box
    box = Box(
        room.left + left,
        room.bottom + axis.height,
        room.width - left - right,
        room.height - axis.height - top,
    )
    panel = page.panel(box, axis.limits, (0, ticks[-1]))
    for tick in ticks:
        y = panel.at_y(tick)
        colour, width = (FAINT, 0.5) if tick else (LINE, 0.8)
        panel.axes.axhline(
            tick, color=colour, linewidth=width, zorder=1 if tick else 4, clip_on=False
        )
        page.write(box.left - 0.6 * em, y, number(tick, page.lang), align="right")
    return panel


def _draw_ramadan(page: Page, panel: Panel, shaded: list[list[int]]) -> None:
    """Shade the months of Ramadan and name each band that has room for its name."""
    word = say("charts.trend.ramadan", page.lang)
    half = text_width(word, page.size.small) / 2
    taken = panel.box.left
    for run in shaded:
        panel.axes.axvspan(run[0] - 0.5, run[-1] + 0.5, color=LINE_TINT, linewidth=0, zorder=0)
        middle = panel.at_x((run[0] + run[-1]) / 2)
        if middle - half > taken and middle + half < page.box.right:
            y = panel.box.top + page.line_height() / 2
            page.write(middle, y, word, points=page.size.small, align="center")
            taken = middle + half + page.size.small * MM


def _draw_series(panel: Panel, one: Series, colour: str, dash: Any, scale: float) -> None:
    """Draw one area: its trend with the band where it is known, its counts, its hidden months."""
    axes, places = panel.axes, np.arange(len(one.known))
    layer, width = (6, 1.6 * scale) if colour == FOCUS else (5, 0.7 * scale)
    _draw_hidden(panel, one, layer)
    fit = one.fitted
    if len(fit):
        tint = FOCUS_TINT if colour == FOCUS else LINE_TINT
        low, high = fit["fitted_low"], fit["fitted_high"]
        axes.fill_between(fit["place"], low, high, color=tint, linewidth=0, zorder=layer - 4)
        look: dict[str, Any] = {"color": colour, "linewidth": width, "linestyle": dash}
        axes.plot(fit["place"], fit["fitted"], zorder=layer, label=f"{one.area} fitted", **look)
        width, dash = 0.6 * scale, "-"
    line: dict[str, Any] = {"color": colour, "linewidth": width, "linestyle": dash}
    line |= {"solid_joinstyle": "round", "solid_capstyle": "round"}
    axes.plot(places, one.known, zorder=layer, label=one.area, **line)
    alone = ~np.isnan(one.known) & np.isnan(_shift(one.known, 1)) & np.isnan(_shift(one.known, -1))
    dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "clip_on": False, "color": colour}
    dot |= {"markersize": 2 * scale + width, "markeredgewidth": 0.8 * scale, "zorder": layer + 1}
    single = np.where(alone, one.known, np.nan)
    axes.plot(places, single, label=f"{one.area} single", **dot)
    axes.plot(places, one.open, label=f"{one.area} open", markerfacecolor=PAPER, **dot)


def _shift(values: np.ndarray, steps: int) -> np.ndarray:
    """The value one month before or after each month; nothing beyond the ends."""
    moved = np.roll(values, steps)
    moved[0 if steps > 0 else -1] = np.nan
    return moved


def _draw_hidden(panel: Panel, one: Series, layer: int) -> None:
    """Hatch what a hidden count may be: from zero to its limit, or the whole height."""
    for place in range(len(one.known)):
        hidden = SMALL if not np.isnan(one.small[place]) else COMPLEMENTARY
        top = one.small[place] if hidden is SMALL else panel.y[1]
        if hidden is SMALL or one.complementary[place]:
            look: dict[str, Any] = {
                "facecolor": hidden.face,
                "edgecolor": LINE,
                "hatch": hidden.hatch,
            }
            edge = {"linewidth": 0.5, "zorder": layer - 2} if hidden is SMALL else {"linewidth": 0}
            panel.axes.bar(place, top, width=0.9, **look, **edge)


def _write_labels(page: Page, panel: Panel, labels: list[Label]) -> None:
    """Write the names beside the ends of the lines, moved apart, with a leader where moved."""
    em = page.size.text * MM
    ends = [panel.at_y(label.value) for label in labels]
    heights = spread(ends, page.label_gap(), panel.box.bottom, panel.box.top)
    x = panel.box.right + 1.8 * em
    for label, end, y in zip(labels, ends, heights, strict=True):
        colour = FOCUS if label.focal else TEXT
        page.write(x, y, label.text, bold=label.focal, colour=colour)
        start = panel.at_x(label.place)
        if abs(y - end) > 0.3 * em or panel.box.right - start > em:
            bend = panel.box.right + 0.4 * em
            page.line(
                [start + 0.3 * em, bend, x - 0.3 * em], [end, end, y], color=LINE, linewidth=0.4
            )


def _key(series: Sequence[Series], lang: str) -> list[Entry]:
    """Explain the states that occur among the drawn lines."""
    entries: list[Entry] = []
    if any(~np.isnan(one.open).all() for one in series):
        entries.append((Swatch(PAPER, marker="o"), say("charts.trend.key_open", lang)))
    limits = np.concatenate([one.small for one in series])
    if not np.isnan(limits).all():
        high = number(np.nanmax(limits), lang)
        text = say("charts.trend.key_small", lang, low=number(0, lang), high=high)
        entries.append((SMALL, text))
    if any(one.complementary.any() for one in series):
        entries.append((COMPLEMENTARY, say("charts.trend.key_complementary", lang)))
    if any(one.gap.any() for one in series):
        entries.append((None, say("charts.trend.key_gap", lang)))
    return entries


# --- words ----------------------------------------------------------------------------------


def _texts(
    table: pd.DataFrame,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str,
    fitted: pd.DataFrame | None,
    calendar: pd.DataFrame | None,
) -> Texts:
    facts = {"area": name_of(focal, names), "level": caption.level(lang)}
    unit = caption.unit[:1].upper() + caption.unit[1:]
    key = "subtitle" if fitted is None else "subtitle_fitted"
    return make_texts(
        "trend",
        table,
        headline=headline,
        subtitle=say(
            f"charts.trend.{key}", lang, unit=unit, period=together(caption.period), **facts
        ),
        caption=caption,
        alt=[
            say("charts.trend.alt_kind", lang, unit=caption.unit, period=caption.period, **facts),
            ended(headline),
            *_alt_facts(table, focal, names, lang),
        ],
        lang=lang,
        more=[fitted, calendar],
    )


def _alt_facts(table: pd.DataFrame, focal: str, names: Mapping[str, str], lang: str) -> list[str]:
    """First and last firm count, peak, states and companions, from disclosed numbers alone."""
    rows = table[table["area"].eq(focal)]
    known = (
        rows[rows["incidents"].notna() & ~_unsure(rows)]
        .set_index("month")["incidents"]
        .astype(float)
    )
    facts: dict[str, str] = {}
    ends = {}
    if len(known):
        ends = {
            "first": known.index[0],
            "last": known.index[-1],
            "peak": known.idxmax(),
            "lowest": known.idxmin(),
        }
    for name, month in ends.items():
        facts |= {name: number(known[month], lang), f"{name}_month": month_name(month, lang)}
    span = ("none", "one", "span")[min(len(known), 2)]
    hidden = rows["why"].isin(HIDDEN)
    states = {
        "gaps": rows["incidents"].isna() & ~hidden,
        "hidden": hidden,
        "open": _unsure(rows) & rows["incidents"].notna(),
    }
    counted = {name: number(int(where.sum()), lang) for name, where in states.items()}
    some = any(where.any() for where in states.values())
    others = [name_of(code, names) for code in table["area"].unique() if code != focal]
    if len(others) > 4:
        others = [say("charts.others", lang, number=number(len(others), lang))]
    return [
        say(f"charts.trend.alt_{span}", lang, **facts),
        say("charts.trend.alt_states", lang, **counted) if some else "",
        say("charts.trend.alt_others", lang, areas=join_words(others, lang)) if others else "",
    ]
