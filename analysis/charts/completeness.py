"""Which unit reported which month: a grid that can be read without colour."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import (
    MM,
    name_of,
    short_name,
    text_width,
    together,
)
from analysis.charts.months import MonthAxis, draw_months, month_axis
from analysis.charts.page import (
    BAND,
    FOCUS,
    LINE,
    PAPER,
    TEXT,
    Box,
    Page,
    Panel,
    Swatch,
    Texts,
    box_looks,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
)
from analysis.words.messages import say
from analysis.words.numbers import join_words, month_name, number, percent

COLUMNS = ["area", "month", "expected", "reported", "complete"]
STATES = {
    "full": Swatch(LINE, edge=PAPER),
    "partly": Swatch(BAND, "\\\\\\\\\\"),
    "none": Swatch(PAPER),
    "not_expected": Swatch(BAND, edge=BAND),
}
TALLEST_ROW = 2.6  # in font sizes
FILLED = 0.72  # part of a row's height that its cells take
SMALLEST_CELL = 1.2  # millimetres: narrower months are not parted from each other
POOL = " "  # stands for the areas that have no room for a row of their own
FOREMOST = 3  # least complete areas that the alt text names


class Given(NamedTuple):
    """What is drawn, and for whom; ``shares`` has one row an area, the focal one first."""

    table: pd.DataFrame
    shares: pd.DataFrame  # index area; expected, reported
    focal: str
    names: Mapping[str, str]
    lang: str

    def name(self, area: str) -> str:
        return self.names[POOL] if area == POOL else name_of(area, self.names)

    def share(self, area: str) -> str:
        row: Any = self.shares.loc[area]
        return share_text(float(row["reported"]), float(row["expected"]), self.lang)


@recorded
def plot_completeness(
    completeness: pd.DataFrame,
    *,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    focal: str = "",
    inside: bool = False,
) -> Chart:
    """Draw a row for each area and a cell for each month: reported, partly, not at all.

    ``completeness``: area, month, expected and reported (units), complete. A month without a row
    is one in which no report was expected. ``focal`` stands first and bold.
    """
    table = check_table(
        completeness, COLUMNS, "completeness", key=["area", "month"], lang=lang, focal=focal
    )
    table = table[COLUMNS].sort_values(["area", "month"], kind="stable")
    shares = table.groupby("area")[["expected", "reported"]].sum().astype("int64")
    first = [focal] if focal else []
    order = [*first, *(area for area in shares.index if area != focal)]
    given = Given(table, shares.loc[order], focal, names, lang)
    with house_style():
        texts = _texts(given, headline, caption)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, given)
    return finish(page, texts, "completeness", table)


def share_text(reported: float, expected: float, lang: str) -> str:
    """Write a share in per cent; only what is whole is written 100%."""
    if not expected:
        return number(None, lang)
    share = 100 * reported / expected
    return percent(min(share, 99.9) if reported < expected else share, lang)


def _states(table: pd.DataFrame) -> pd.Series:
    """Name the state of each cell: not_expected, full, partly or none."""
    expected, reported = table["expected"].fillna(0), table["reported"].fillna(0)
    names = np.select(
        [expected.eq(0), reported.ge(expected), reported.gt(0)],
        ["not_expected", "full", "partly"],
        "none",
    )
    return pd.Series(names, index=table.index)


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    states = _states(given.table)
    entries = [(STATES[state], say(f"charts.completeness.{state}", page.lang)) for state in STATES]
    page.key([entry for entry, state in zip(entries, STATES, strict=True) if state in set(states)])
    given = _pooled(page, given)
    panel, axis, names = _lay_out(page, given)
    areas = list(given.shares.index)
    levels = {area: len(areas) - place - 0.5 for place, area in enumerate(areas)}
    for area, name in zip(areas, names, strict=True):
        main = area == given.focal
        look: dict[str, Any] = {"bold": main, "colour": FOCUS if main else TEXT}
        y = panel.at_y(levels[area])
        page.write(page.box.left, y, name, **look)
        page.write(page.box.right, y, given.share(area), align="right", **look)
    cells = given.table.assign(
        state=_states(given.table),
        place=axis.place(given.table["month"]),
        level=given.table["area"].map(levels),
    )
    main_cells = cells["area"].eq(given.focal)
    _draw_cells(panel, cells[~main_cells], STATES)
    _draw_cells(panel, cells[main_cells], STATES | {"full": Swatch(FOCUS, edge=PAPER)})
    draw_months(page, panel, axis)


def _pooled(page: Page, given: Given) -> Given:
    """Keep a row for the focal and the least complete areas; add the others up in the last row."""
    room = page.box.height - 2 * page.line_height() - page.size.text * MM
    page.check_room()
    most = int(room / page.row_gap())
    if len(given.shares) <= most:
        return given
    rates = given.shares["reported"] / given.shares["expected"]
    order = rates.where(rates.index != given.focal, -1).sort_values(kind="stable").index
    kept = set(order[: most - 1])
    own = given.table["area"].isin(kept)
    pool = given.table[~own].groupby("month", as_index=False)[["expected", "reported"]].sum()
    table = pd.concat([given.table[own], pool.assign(area=POOL)], ignore_index=True)
    shares = given.shares[given.shares.index.isin(kept)]
    shares.loc[POOL] = pool[["expected", "reported"]].sum()
    others = number(len(given.shares) - len(kept), given.lang)
    names = {**given.names, POOL: say("charts.others", given.lang, number=others)}
    return given._replace(table=table, shares=shares, names=names)


def _lay_out(page: Page, given: Given) -> tuple[Panel, MonthAxis, list[str]]:
    """Place the grid between the names and the shares."""
    em, room, points = page.size.text * MM, page.box, page.size.text
    areas = list(given.shares.index)
    names = [
        short_name(given.name(area), 0.36 * room.width, points, page.lang, area == given.focal)
        for area in areas
    ]
    left = max(text_width(name, points, True) for name in names) + 0.8 * em
    right = max(text_width(given.share(area), points, True) for area in areas) + 0.8 * em
    axis = month_axis(page, given.table["month"], room.width - left - right)
    pitch = min((room.height - axis.height - 0.3 * em) / len(areas), TALLEST_ROW * em)
    tall = pitch * len(areas)
    box = Box(room.left + left, room.top - 0.3 * em - tall, room.width - left - right, tall)
    return page.panel(box, axis.limits, (0, len(areas))), axis, names


def _draw_cells(panel: Panel, table: pd.DataFrame, looks: Mapping[str, Swatch]) -> None:
    """Draw every state; narrow months alike stand as one box, parted at the turn of the year.

    ``table``: place and level (cell from the left, row from the bottom), month, state.
    """
    wide = panel.box.width / (panel.x[1] - panel.x[0]) >= SMALLEST_CELL
    turn = wide | table["month"].dt.month.eq(1) | table["place"].diff().ne(1)
    run = (table["state"].ne(table["state"].shift()) | turn).cumsum()
    boxes = table.groupby(run).agg(
        state=("state", "first"), level=("level", "first"),
        start=("place", "min"), end=("place", "max"),
    )  # fmt: skip
    for state, swatch in looks.items():
        rows = boxes[boxes["state"] == state]
        left, right = rows["start"] - 0.5, rows["end"] + 0.5
        low, high = rows["level"] - FILLED / 2, rows["level"] + FILLED / 2
        corners = [(left, low), (left, high), (right, high), (right, low)]
        shapes = np.stack([np.column_stack(corner) for corner in corners], axis=1)
        for look in box_looks(swatch):
            panel.axes.add_collection(PolyCollection(list(shapes), clip_on=False, **look))


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object, caption: Caption) -> Texts:
    subtitle = say("charts.completeness.subtitle", given.lang, period=together(caption.period))
    return make_texts(
        "completeness",
        given.table,
        headline=headline,
        subtitle=subtitle,
        caption=caption,
        alt=[*_alt_kind(given, caption), ended(headline), *_alt_facts(given)],
        lang=given.lang,
    )


def _alt_kind(given: Given, caption: Caption) -> Iterator[str]:
    areas = number(len(given.shares), given.lang)
    yield say("charts.completeness.alt_kind", given.lang, number=areas, period=caption.period)


def _alt_facts(given: Given) -> Iterator[str]:
    """The share of all unit-months, the least complete areas, and the last month."""
    lang, key = given.lang, "charts.completeness"
    expected, reported = given.shares["expected"], given.shares["reported"]
    yield say(
        f"{key}.alt_share",
        lang,
        reported=number(reported.sum(), lang),
        expected=number(expected.sum(), lang),
        share=share_text(reported.sum(), expected.sum(), lang),
    )
    short = (reported / expected)[reported < expected].sort_values(kind="stable").index
    named = [
        say(f"{key}.alt_area", lang, area=given.name(area), share=given.share(area))
        for area in short[:FOREMOST]
    ]
    if len(short) > FOREMOST:
        named.append(say("charts.others", lang, number=number(len(short) - FOREMOST, lang)))
    if named:
        yield say(f"{key}.alt_short", lang, areas=join_words(named, lang))
    else:
        yield say(f"{key}.alt_all", lang)
    last = given.table[given.table["month"] == given.table["month"].max()]
    whole = int((last["reported"] >= last["expected"]).sum())
    yield say(
        f"{key}.alt_latest",
        lang,
        month=month_name(last["month"].iloc[0], lang),
        number=number(whole, lang),
        areas=number(len(last), lang),
    )
