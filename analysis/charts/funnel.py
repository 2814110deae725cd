"""Funnel: every area by how much it could report, between the limits that chance alone sets."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import (
    MM,
    name_of,
    nice_ticks,
    spread,
    text_width,
    together,
)
from analysis.charts.naming import Name, name_dots
from analysis.charts.page import (
    FAINT,
    FOCUS,
    INK,
    LINE,
    PAPER,
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
from analysis.words.numbers import join_words, number, percent

LIMITS = [f"{name}_{limit}" for name in ("low", "high") for limit in ("inner", "outer")]
COLUMNS = ["area", "expected", "ratio", "position", "wide_position", "inner", "outer", "why"]
GRID = ["expected", *LIMITS, *(f"wide_{name}" for name in LIMITS)]
CURVES: dict[
    str, dict[str, Any]
] = {  # line styles by kind: chance alone is solid, with the scatter of the areas dashed
    "": {"linestyle": "-"},
    "wide_": {"linestyle": (0, (4, 2))},
}
WIDTHS = {"inner": 0.6, "outer": 1.0}
STATES = {
    "outside": Swatch(INK, edge=INK, marker="D"),
    "scatter": Swatch(PAPER, edge=INK, marker="D"),
    "within": Swatch(LINE, edge=LINE, marker="o"),
}
WIDE_RANGE = 20  # largest over smallest exposure from which the axis is logarithmic


class Given(NamedTuple):
    """What is drawn, and for whom; x and y of the table and of the limits are those of the plot."""

    table: pd.DataFrame  # with x, y, state
    limits: pd.DataFrame  # with x; limits in the units of y
    people: bool  # x is exposure and y a rate, else expected counts and a ratio
    benchmark: float
    focal: str
    names: Mapping[str, str]
    caption: Caption
    lang: str

    @property
    def drawn(self) -> pd.DataFrame:
        return self.table[self.table["y"].notna()]

    @property
    def log(self) -> bool:
        return bool(self.drawn["x"].max() > WIDE_RANGE * self.drawn["x"].min())

    @property
    def scattered(self) -> bool:
        """Whether the areas scatter beyond chance, so that the second pair of limits differs."""
        wide, own = self.limits["wide_high_outer"], self.limits["high_outer"]
        return bool((wide > 1.02 * own).any())

    def shown(self, value: float) -> str:
        return number(value, self.lang, _decimals(self.drawn["y"].max()))

    def name(self, area: str) -> str:
        return name_of(area, self.names)


@recorded
def plot_funnel(
    funnel: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    inside: bool = False,
) -> Chart:
    """Draw each area by its exposure and rate between the limits of chance.

    ``funnel`` as ``find_funnel`` returns it, ``limits`` as ``find_funnel_limits``. Where the funnel
    has exposure and a benchmark rate (per ``caption.per`` people) these are the axes, else expected
    counts and reported / expected. Solid lines are the limits of chance alone, dashed ones those
    with the scatter of the areas. Only the areas outside and the focal one are named.
    """
    people = "exposure" in funnel and "exposure" in limits
    columns = [*COLUMNS, *(["exposure", "benchmark"] if people else [])]
    table = check_table(funnel, columns, "funnel", key=["area"], lang=lang, focal=focal)[columns]
    grid = [*GRID, *(["exposure"] if people else [])]
    check_table(limits, grid, "limits", key=["expected"], lang=lang)
    table = table.sort_values("area", ignore_index=True)
    benchmark = float(table["benchmark"].max()) if people else 1.0
    drawn = _placed(table, people, benchmark)
    given = Given(
        drawn,
        _scaled(limits[grid], people, benchmark),
        people,
        benchmark,
        focal,
        names,
        caption,
        lang,
    )
    with house_style():
        texts = _texts(given, headline, limits[grid])
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, given)
    return finish(page, texts, "funnel", table)


def _placed(table: pd.DataFrame, people: bool, benchmark: float) -> pd.DataFrame:
    x = table["exposure" if people else "expected"].astype(float)
    y = table["ratio"].astype(float) * benchmark
    outer = table["position"].isin(["above_outer", "below_outer"])
    wide = ~table["wide_position"].isin(["above_outer", "below_outer"])
    state = np.select([outer & ~wide, outer], ["outside", "scatter"], "within")
    return table.assign(x=x.where(y.notna()), y=y.where(x.notna()), state=state)


def _scaled(limits: pd.DataFrame, people: bool, benchmark: float) -> pd.DataFrame:
    table = limits.sort_values("expected", ignore_index=True)
    table[GRID[1:]] = table[GRID[1:]] * benchmark
    return table.assign(x=table["exposure" if people else "expected"])


def _decimals(highest: float) -> int:
    return 0 if highest >= 1000 else 1 if highest >= 10 else 2


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    page.key(_key(given))
    page.check_room()
    if given.drawn.empty:
        middle = page.box.bottom + page.box.height / 2
        text = say("charts.funnel.nothing", page.lang)
        page.write(page.box.left + page.box.width / 2, middle, text, bold=True, align="center")
        return
    panel = _open_panel(page, given)
    for kind, style in CURVES.items():
        if kind and not given.scattered:
            continue
        for limit, width in WIDTHS.items():
            for side in ("low", "high"):
                look: dict[str, Any] = {"color": INK if kind else LINE, **style}
                values = given.limits[f"{kind}{side}_{limit}"]
                axes, x = panel.axes, _x(given.limits["x"], given)
                axes.plot(x, values, linewidth=width * page.scale, zorder=2, **look)
    panel.axes.axhline(given.benchmark, color=INK, linewidth=0.7, zorder=2)
    for row in given.drawn.sort_values("area").to_dict("records"):
        main = row["area"] == given.focal
        swatch = STATES[row["state"]]
        face = FOCUS if main and swatch.face != PAPER else swatch.face
        look = {"color": FOCUS if main else swatch.edge, "markerfacecolor": face}
        size = page.size.text * (0.75 if main else 0.5)
        panel.axes.plot(
            [_x(row["x"], given)], [row["y"]], marker=swatch.marker, markersize=size,
            markeredgewidth=0.14 * page.size.text, zorder=6 if main else 5, clip_on=False, **look,
        )  # fmt: skip
    _name_areas(page, panel, given)


def _x(value: Any, given: Given) -> Any:
    return np.log(value) if given.log else value


def _open_panel(page: Page, given: Given) -> Panel:
    """Open the plot between its numbers and the names of its lines, which it writes."""
    em, points, room = page.size.text * MM, page.size.text, page.box
    largest, smallest = given.drawn["x"].max(), given.drawn["x"].min()
    low = smallest / 1.3 if given.log else 0.0
    limits = (_x(low, given) if given.log else 0.0, _x(largest * 1.08, given))
    at_smallest = given.limits.loc[given.limits["x"].ge(smallest), "high_outer"]
    highest = max(given.drawn["y"].max(), float(at_smallest.iloc[0])) * 1.03
    most = max(2, int(room.height * 0.7 / (page.label_gap() * 1.9)))
    ticks = nice_ticks(highest, most)
    places = max(len(f"{tick:.10g}".partition(".")[2]) for tick in ticks)
    texts = [number(tick, page.lang, places) for tick in ticks]
    ends = _line_ends(given, largest * 1.08, ticks[-1])
    left = max(text_width(text, points) for text in texts) + 0.6 * em
    right = max(text_width(text, page.size.small) for text, _ in ends) + 1.6 * em
    foot = 2 * page.line_height() + 0.4 * em
    box = Box(
        room.left + left,
        room.bottom + foot,
        room.width - left - right,
        room.height - foot - 0.6 * em,
    )
    panel = page.panel(box, limits, (0, ticks[-1]))
    for tick, text in zip(ticks, texts, strict=True):
        panel.axes.axhline(tick, color=FAINT if tick else LINE, linewidth=0.5 if tick else 0.8,
                           zorder=1, clip_on=False)  # fmt: skip
        page.write(box.left - 0.6 * em, panel.at_y(tick), text, align="right")
    _write_line_names(page, panel, ends)
    _write_x(page, panel, given, (low, largest * 1.08))
    return panel


def _line_ends(given: Given, x: float, top: float) -> list[tuple[str, float]]:
    """What stands beside the right end of each line: the limits' levels and the benchmark."""
    first, lang = given.table.iloc[0], given.lang
    ends = [
        (say("charts.funnel.benchmark", lang, value=given.shown(given.benchmark)), given.benchmark)
    ]
    for kind in CURVES:
        if kind and not given.scattered:
            continue
        for limit in WIDTHS:
            level = first[limit] * 100
            shown = percent(level, lang, 0 if float(level).is_integer() else 1)
            text = say(f"charts.funnel.{kind}limit", lang, level=shown)
            value = float(np.interp(x, given.limits["x"], given.limits[f"{kind}high_{limit}"]))
            ends.append((text, min(value, top)))
    return ends


def _write_line_names(page: Page, panel: Panel, ends: Sequence[tuple[str, float]]) -> None:
    em, small = page.size.text * MM, page.size.small
    gap = page.row_gap(small)
    wanted = [panel.at_y(value) for _, value in ends]
    heights = spread(wanted, gap, panel.box.bottom, panel.box.top)
    start, x = panel.box.right, panel.box.right + 1.4 * em
    for (text, _), end, y in zip(ends, wanted, heights, strict=True):
        page.line([start, x - 0.3 * em], [end, y], color=LINE, linewidth=0.4)
        page.write(x, y, text, points=small)


def _write_x(page: Page, panel: Panel, given: Given, ends: tuple[float, float]) -> None:
    """Number the exposure, in thousands or millions of people where it is large."""
    em, points = page.size.text * MM, page.size.text
    size, word = next(
        (size, word)
        for size, word in ((1e6, "million"), (1e3, "thousand"), (1.0, "one"))
        if ends[1] >= 2 * size or size == 1
    )
    for most in range(8, 0, -1):
        if given.log:
            steps = [base * 10.0**power for power in range(-3, 13) for base in (1, 2, 5)][
                :: 9 - most
            ]
            ticks = [step for step in steps if ends[0] <= step <= ends[1]]
        else:
            ticks = [
                tick * size
                for tick in nice_ticks(ends[1] / size, most)[1:]
                if tick * size <= ends[1]
            ]
        places = max((len(f"{tick / size:.10g}".partition(".")[2]) for tick in ticks), default=0)
        texts = [number(tick / size, page.lang, places) for tick in ticks]
        at = [panel.at_x(_x(tick, given)) for tick in ticks]
        widest = max((text_width(text, points) for text in texts), default=0) + em
        if all(after - before > widest for before, after in pairwise(at)):
            break
    y = panel.box.bottom - 0.3 * em - page.line_height() / 2
    for x, text in zip(at, texts, strict=True):
        page.line([x, x], [panel.box.bottom, panel.box.bottom - 0.25 * em], color=LINE)
        page.write(x, y, text, align="center")
    unit = say(f"charts.funnel.x_{word}" if given.people else "charts.funnel.x_expected", page.lang,
               unit=given.caption.unit)  # fmt: skip
    if not given.people and size > 1:
        unit = f"{unit} ({say(f'charts.funnel.x_{word}', page.lang)})"
    page.write(panel.box.right, y - page.line_height(), unit, points=page.size.small, align="right")


def _name_areas(page: Page, panel: Panel, given: Given) -> None:
    """Name the focal area and those outside, the farthest first."""
    rows = given.drawn[(given.drawn["state"] != "within") | (given.drawn["area"] == given.focal)]
    rows = rows.assign(
        first=rows["area"] != given.focal, apart=-(rows["y"] / given.benchmark - 1).abs()
    )
    rows = rows.sort_values(["first", "apart", "area"])
    dots, ends = (
        [(panel.at_x(_x(x, given)), panel.at_y(y)) for x, y in part[["x", "y"]].to_numpy()]
        for part in (given.drawn, rows)
    )
    names = [
        Name(given.name(area), x, y, area == given.focal)
        for area, (x, y) in zip(rows["area"], ends, strict=True)
    ]
    box = panel.box
    room = box._replace(height=page.box.top - box.bottom)
    name_dots(page, room, names, dots)


def _key(given: Given) -> list[Entry]:
    lang, present = given.lang, set(given.drawn["state"])
    level = percent(given.table["outer"].iloc[0] * 100, lang, 1)
    entries: list[Entry] = [
        (swatch, say(f"charts.funnel.{state}", lang, level=level))
        for state, swatch in STATES.items()
        if state in present
    ]
    silent = len(given.table) - len(given.drawn)
    if silent:
        entries.append((None, say("charts.funnel.silent", lang, number=number(silent, lang))))
    return entries


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object, limits: pd.DataFrame) -> Texts:
    caption, lang, key = given.caption, given.lang, "charts.funnel"
    facts = {"unit": caption.unit, "per": number(caption.per, lang)}
    facts |= {"number": number(len(given.table), lang)}
    what = say(f"{key}.what_rate" if given.people else f"{key}.what_ratio", lang, **facts)
    what = what[:1].upper() + what[1:]
    style = "subtitle_scatter" if given.scattered else "subtitle"
    period = together(caption.period)
    return make_texts(
        "funnel",
        given.table.drop(columns=["x", "y", "state"]),
        headline=headline,
        subtitle=say(f"{key}.{style}", lang, what=what, period=period),
        caption=caption,
        alt=[
            say(f"{key}.alt_kind", lang, what=what, period=caption.period, **facts),
            ended(headline),
            *_alt_facts(given),
        ],
        lang=lang,
        more=[limits],
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """Where the focal area lies, and who lies outside."""
    lang, key = given.lang, "charts.funnel"
    main: Any = given.table[given.table["area"] == given.focal].iloc[0]
    benchmark = given.shown(given.benchmark)
    if np.isnan(main["y"]):
        yield say(f"{key}.alt_focal_none", lang, area=given.name(given.focal))
    else:
        where = say(f"{key}.position_{main['position'] or 'within'}", lang)
        value, area = given.shown(main["y"]), given.name(given.focal)
        yield say(
            f"{key}.alt_focal", lang, area=area, value=value, benchmark=benchmark, where=where
        )
    for state in ("outside", "scatter"):
        areas = [given.name(area) for area in given.drawn["area"][given.drawn["state"] == state]]
        if areas:
            shown = areas if len(areas) <= 5 else [say("charts.others", lang, number=len(areas))]
            yield say(f"{key}.alt_{state}", lang, areas=join_words(shown, lang))
