"""Ranks with their intervals: between which places each area lies, and who cannot be told apart."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import MM, name_of, nice_ticks, shorten, text_width, together
from analysis.charts.page import (
    FOCUS,
    INK,
    LINE,
    NARROW,
    PAPER,
    Page,
    Swatch,
    Texts,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
    reason,
)
from analysis.charts.rows import (
    Row,
    Rows,
    draw_axis,
    draw_dot,
    draw_interval,
    fitting_ticks,
    lay_rows,
)
from analysis.words.messages import say
from analysis.words.numbers import join_words, number, percent

COLUMNS = ["area", "rank_expected", "rank_low", "rank_high", "of", "p_worst", "worst"]
COLUMNS += ["group_first", "group_last", "why"]
MOST_LANES = 6  # brackets side by side
LANE = 0.8  # in font sizes


class Given(NamedTuple):
    """What is drawn, and for whom; ranked areas come first."""

    table: pd.DataFrame
    focal: str
    names: Mapping[str, str]
    caption: Caption
    lang: str

    @property
    def ranked(self) -> pd.DataFrame:
        return self.table[self.table["rank_low"].notna()]

    def name(self, area: str) -> str:
        return name_of(area, self.names)


@recorded
def plot_ranks(
    ranks: pd.DataFrame,
    *,
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    inside: bool = False,
) -> Chart:
    """Draw the interval of ranks of each area with its expected rank; never a rank alone.

    ``ranks`` as ``rank_areas`` returns it, or ``rank_draws`` with ``why``. On the right the
    probability of being among the ``worst`` first; brackets join areas of which no pair can be told
    apart. Areas without a rank stand below and say why.
    """
    table = check_table(ranks, COLUMNS, "ranks", key=["area"], lang=lang, focal=focal)[COLUMNS]
    for column in COLUMNS[1:-1]:
        table = table.assign(
            **{column: table[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)}
        )
    table = table.sort_values(["rank_expected", "area"], na_position="last", ignore_index=True)
    given = Given(table, focal, names, caption, lang)
    with house_style():
        texts = _texts(given, headline)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, given)
    return finish(page, texts, "ranks", table)


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    em, points = page.size.text * MM, page.size.text
    brackets, left_out = _brackets(given)
    note = [(None, say("charts.ranks.bracket", page.lang))] if brackets else []
    if left_out:
        text = say("charts.ranks.left_out", page.lang, number=number(left_out, page.lang))
        note.append((None, text))
    page.key(note)
    lanes = 1 + max((lane for *_, lane in brackets), default=-1)
    many = max(int(given.table["of"].max()), 1) if len(given.ranked) else 1
    limits = (0.5, many + 0.5)
    listed = [_row(row, page, given) for row in given.table.to_dict("records")]
    focal = int(np.flatnonzero(given.table["area"] == given.focal)[0])
    side = (lanes * LANE + 0.4) * em if lanes else 0.0
    # the brackets stand between the plot and the texts
    rows = lay_rows(page, listed, limits, head=page.line_height(), side=side, priority=[focal])
    panel = rows.panel
    _draw_heads(page, rows, given)
    choices = []
    for most in (20, 12, 8, 5, 3, 2):
        steps = [1, *(int(tick) for tick in nice_ticks(many, most, whole=True) if 1 < tick <= many)]
        choices.append((steps, [number(step, page.lang) for step in steps]))
    draw_axis(page, panel, *fitting_ticks(page, panel.box.width, limits, choices))
    for place, row in enumerate(given.ranked.to_dict("records")):
        main = row["area"] == given.focal
        colour = FOCUS if main else LINE
        y, width = rows.y(place), points * (0.26 if main else 0.18)
        # a place is as wide as itself: an interval from 2 to 2 is no point
        low, high = row["rank_low"] - 0.3, row["rank_high"] + 0.3
        draw_interval(panel, low, high, y, colour=colour, width=width)
        swatch = Swatch(colour, edge=PAPER, marker="o")
        draw_dot(panel, row["rank_expected"], y, swatch, min(0.65 * points, 2.6 * rows.pitch))
    _draw_brackets(page, rows, brackets)


def _row(row: Any, page: Page, given: Given) -> Row:
    main = row["area"] == given.focal
    if np.isnan(row["rank_low"]):
        return Row(given.name(row["area"]), reason=reason(row, page.lang), main=main)
    return Row(given.name(row["area"]), _chance(row["p_worst"], page.lang), main=main)


def _chance(share: float, lang: str) -> str:
    """A probability in per cent; what draws cannot tell from 0 or 1 is not written as 0 or 100."""
    if share * 100 < 1:
        return say("charts.ranks.below", lang, percent=percent(1, lang, 0))
    if share * 100 > 99:
        return say("charts.ranks.above", lang, percent=percent(99, lang, 0))
    return percent(share * 100, lang, 0)


def _draw_heads(page: Page, rows: Rows, given: Given) -> None:
    """Name the two columns above the plot."""
    small, y = page.size.small, page.box.top - page.line_height() / 2
    narrow = "_short" if page.width < NARROW else ""
    if not len(given.ranked):
        return
    worst = number(given.ranked["worst"].iloc[0], page.lang)
    right = say(f"charts.ranks.chance{narrow}", page.lang, worst=worst)
    page.write(page.box.right, y, right, points=small, align="right")
    left = say("charts.ranks.place", page.lang, of=number(given.ranked["of"].iloc[0], page.lang))
    room = page.box.right - text_width(right, small) - small * MM - rows.panel.box.left
    page.write(rows.panel.box.left, y, shorten(left, room, small), points=small)


def _brackets(given: Given) -> tuple[list[tuple[int, int, int]], int]:
    """Groups of two areas or more as (first row, last row, lane), and how many had no lane."""
    ranked = given.ranked
    if ranked.empty or ranked["group_last"].isna().all():
        return [], 0
    found: list[tuple[int, int, int]] = []
    ends: list[int] = []
    left_out = 0
    for group in range(1, int(ranked["group_last"].max()) + 1):
        inside = ranked["group_first"].le(group) & ranked["group_last"].ge(group)
        rows = np.flatnonzero(inside)
        if len(rows) < 2:
            continue
        lane = next((lane for lane, end in enumerate(ends) if end < rows[0]), len(ends))
        if lane >= MOST_LANES:
            left_out += 1
            continue
        ends[lane : lane + 1] = [int(rows[-1])]
        found.append((int(rows[0]), int(rows[-1]), lane))
    return found, left_out


def _draw_brackets(page: Page, rows: Rows, brackets: list[tuple[int, int, int]]) -> None:
    em = page.size.text * MM
    for first, last, lane in brackets:
        x = rows.panel.box.right + (0.6 + lane * LANE) * em
        foot, reach = 0.35 * em, 0.38 * rows.pitch
        top, bottom = rows.height[first] + reach, rows.height[last] - reach
        page.line([x - foot, x, x, x - foot], [top, top, bottom, bottom], color=INK, linewidth=0.6)


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object) -> Texts:
    caption, lang, table = given.caption, given.lang, given.table
    of, worst = (number(table[name].max(), lang) for name in ("of", "worst"))
    facts = {"unit": caption.unit, "level": caption.level(lang), "of": of, "worst": worst}
    period = together(caption.period)
    kind = say("charts.ranks.alt_kind", lang, period=caption.period, **facts)
    return make_texts(
        "ranks",
        table,
        headline=headline,
        subtitle=say("charts.ranks.subtitle", lang, period=period, **facts),
        caption=caption,
        alt=[kind, ended(headline), *_alt_facts(given)],
        lang=lang,
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """The focal area's interval, the foremost area's, who shares the first bracket, who is left."""
    lang, ranked, key = given.lang, given.ranked, "charts.ranks"
    main: Any = given.table[given.table["area"] == given.focal].iloc[0]
    if np.isnan(main["rank_low"]):
        yield say(f"{key}.alt_none", lang, area=given.name(given.focal), reason=reason(main, lang))
    ends = [main, *(ranked.iloc[place] for place in (0, -1) if len(ranked))]
    told: set[str] = set()
    for row in ends:
        if row["area"] in told or np.isnan(row["rank_low"]):
            continue
        told.add(row["area"])
        places = {side: number(row[f"rank_{side}"], lang) for side in ("low", "high")}
        chance = _chance(row["p_worst"], lang)
        area, worst = given.name(row["area"]), number(row["worst"], lang)
        yield say(f"{key}.alt_row", lang, area=area, chance=chance, worst=worst, **places)
    silent = [given.name(area) for area in given.table["area"][given.table["rank_low"].isna()]]
    if silent:
        yield say(f"{key}.alt_unranked", lang, areas=join_words(silent, lang))
