"""Ratios and differences against named comparators: a dot, its interval, and the line of no difference."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import MM, name_of, nice_ticks, together
from analysis.charts.page import (
    FOCUS,
    LINE,
    NARROW,
    Entry,
    Page,
    Texts,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
    reason,
)
from analysis.charts.rows import (
    BETWEEN,
    FILLED,
    HOLLOW,
    Row,
    draw_axis,
    draw_dot,
    draw_interval,
    fitting_ticks,
    lay_rows,
)
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import join_words, number, rounded

FARTHEST = math.log(32)  # a ratio beyond 32 or below 1/32 is drawn at the edge


class Measure(NamedTuple):
    """Where a kind of difference stands in its table, and what "no difference" is."""

    row: str
    value: str
    low: str
    high: str
    wide: str  # the second interval: its columns are <wide>_low and <wide>_high; "" where none
    none: float
    decimals: int


MEASURES = {
    "ratio": Measure("comparator", "ratio", "ratio_low", "ratio_high", "wide", 1.0, 2),
    "rate": Measure("comparator", "difference", "difference_low", "difference_high", "", 0.0, 1),
    "trend": Measure("focal", "yearly_difference", "low", "high", "model", 0.0, 1),
}
APART = ("higher", "lower", "faster", "slower")
STATES = {"apart": FILLED, "borderline": BETWEEN, "not_separable": HOLLOW}


class Given(NamedTuple):
    """What is drawn, and for whom; ``table`` has a ``state`` for each row."""

    table: pd.DataFrame
    measure: str
    focal: str
    names: Mapping[str, str]
    caption: Caption
    lang: str

    @property
    def of(self) -> Measure:
        return MEASURES[self.measure]

    def shown(self, value: float) -> str:
        return number(value, self.lang, self.of.decimals)

    def name(self, row: Any) -> str:
        return name_of(row[self.of.row], self.names)


@recorded
def plot_differences(
    differences: pd.DataFrame,
    *,
    measure: str = "ratio",
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    inside: bool = False,
) -> Chart:
    """Draw each comparison of the focal area as a dot with its interval around "no difference".

    ``differences``: for ``measure`` "ratio" (on a log axis, against 1) or "rate" (a difference per
    ``caption.per`` people, against 0) as ``compare_areas`` returns it, one row a comparator; for
    "trend" (per cent a year, against 0) as ``find_trend_differences``, one row an area, its placebo
    rank beside it. The thick line is the interval; the thin one is widened for unrest, or the
    model's. A filled dot says that the two can be told apart (``verdict``); a hollow one cannot.
    """
    if measure not in MEASURES:
        raise InsidenError("charts.wrong_measure", text=measure, choices=", ".join(MEASURES))
    of = MEASURES[measure]
    columns = [of.row, of.value, of.low, of.high, "verdict", "why"]
    columns += [f"{of.wide}_{side}" for side in ("low", "high") if of.wide]
    columns += ["p", "placebo_areas"] if measure == "trend" else []
    check_table(differences, columns, "differences", key=[of.row], lang=lang)
    table = _with_states(differences[columns], of)
    given = Given(table, measure, focal, names, caption, lang)
    with house_style():
        texts = _texts(given, headline)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        _draw(page, given)
    return finish(page, texts, "differences", table.drop(columns="state"))


def _with_states(differences: pd.DataFrame, of: Measure) -> pd.DataFrame:
    """Add ``state`` (apart, borderline, not_separable, none) and sort, the largest first."""
    table = differences.copy()
    numbers = [name for name in table if name not in (of.row, "verdict", "why")]
    for name in numbers:
        table[name] = table[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    known = table[[of.value, of.low, of.high]].notna().all(axis="columns")
    table["state"] = [
        _state(row, of) if there else "none"
        for row, there in zip(table.to_dict("records"), known, strict=True)
    ]
    falling = -table[of.value].where(known)
    table = table.assign(falling=falling).sort_values(["falling", of.row], na_position="last")
    return table.drop(columns="falling").reset_index(drop=True)


def _state(row: Mapping[Any, Any], of: Measure) -> str:
    """Apart only where the verdict says so and the interval, as it is printed, leaves "none" out."""
    if row["verdict"] not in APART:
        return "borderline" if row["verdict"] == "borderline" else "not_separable"
    ends = [row[of.low], row[of.high]]
    ends = [rounded(end, of.decimals) if math.isfinite(end) else end for end in ends]
    return "apart" if ends[0] > of.none or ends[1] < of.none else "borderline"


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    page.key(_key(given))
    of, table, points = given.of, given.table.to_dict("records"), page.size.text
    scale = _log if given.measure == "ratio" else float
    limits = _limits(given)
    head = page.line_height() if _ranked(given) else 0.0
    listed = [_row(row, page, given) for row in table]
    first = sorted(range(len(listed)), key=lambda place: not listed[place].main)
    rows = lay_rows(page, listed, limits, head=head, priority=first)
    panel, size = rows.panel, min(0.6 * points, 2.6 * rows.pitch)
    known = given.table["state"].ne("none").any()
    # without a number the axis has no scale, only its middle
    choices = _ticks(limits, given) if known else [([0.0], [number(of.none, page.lang)])]
    ticks, texts = fitting_ticks(page, panel.box.width, limits, choices)
    draw_axis(page, panel, ticks, texts, strong=scale(of.none))
    if head:
        y = page.box.top - head / 2
        text = say("charts.differences.placebo_head", page.lang)
        page.write(page.box.right, y, text, points=page.size.small, align="right")
    for place, row in enumerate(table):
        if row["state"] == "none":
            continue
        colour = FOCUS if row["state"] == "apart" else LINE
        low, high, y = scale(row[of.low]), scale(row[of.high]), rows.y(place)
        if of.wide and not math.isnan(row[f"{of.wide}_low"]):
            start, end = (scale(row[f"{of.wide}_{side}"]) for side in ("low", "high"))
            # the model's interval may be the shorter one, so it stands below
            below = min(0.25 * rows.pitch, 0.35 * points * MM) if given.measure == "trend" else 0.0
            draw_interval(panel, start, end, y - below, colour=colour, width=0.08 * points)
        draw_interval(panel, low, high, y, colour=colour, width=0.26 * points)
        if math.isfinite(row[of.value]):
            x = min(max(scale(row[of.value]), limits[0]), limits[1])
            draw_dot(panel, x, y, STATES[row["state"]], size)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def _limits(given: Given) -> tuple[float, float]:
    """The ends of the axis: all limits that are finite, "no difference", and some air."""
    of = given.of
    names = [of.value, of.low, of.high] + [
        f"{of.wide}_{side}" for side in ("low", "high") if of.wide
    ]
    values = given.table.loc[given.table["state"] != "none", names].to_numpy(dtype=float).ravel()
    if given.measure == "ratio":
        values = np.log(values[np.isfinite(values) & (values > 0)])
        values = np.clip(values, -FARTHEST, FARTHEST)
    none = 0.0  # of the logarithm too
    values = np.append(values[np.isfinite(values)], none)
    air = 0.05 * (np.ptp(values) or 1.0)
    return float(values.min() - air), float(values.max() + air)


def _ticks(limits: tuple[float, float], given: Given) -> Iterator[tuple[list[float], list[str]]]:
    """Choices of ticks, the densest first."""
    lang = given.lang
    if given.measure == "ratio":
        for steps in ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1,)):
            ratios = [step * 10.0**power for power in (-2, -1, 0, 1) for step in steps]
            texts = [number(ratio, lang, _places(ratio)) for ratio in ratios]
            yield [math.log(ratio) for ratio in ratios], texts
    for most in (8, 6, 4, 3, 2, 1):
        reach = nice_ticks(max(-limits[0], limits[1]), most)
        values = [-value for value in reach[:0:-1]] + reach
        places = max(_places(value) for value in reach)
        yield values, [number(value, lang, places) for value in values]


def _places(value: float) -> int:
    return len(f"{value:.10g}".partition(".")[2])


def _row(row: Any, page: Page, given: Given) -> Row:
    main = given.measure == "trend" and row["focal"] == given.focal
    if row["state"] == "none":
        return Row(given.name(row), reason=reason(row, page.lang), main=main)
    of = given.of
    signed = "value" if given.measure == "ratio" else "value_signed"
    key = "charts.differences." + ("value_short" if page.width < NARROW else signed)
    if math.isinf(row[of.value]):  # nothing was counted on the other side
        key = "charts.differences.value_open"
    text = say(key, page.lang, **_numbers(row, given))
    if given.measure == "trend":
        text = say("charts.differences.with_placebo", page.lang, text=text, **_placebo(row, given))
    return Row(given.name(row), text, main=main)


def _numbers(row: Any, given: Given) -> dict[str, str]:
    of = given.of
    sign = "" if given.measure == "ratio" or row[of.value] < 0 else "+"
    texts = {"low": given.shown(row[of.low]), "high": given.shown(row[of.high])}
    return texts | {"value": sign + given.shown(row[of.value])}


def _placebo(row: Any, given: Given) -> dict[str, str]:
    """How many areas stray at least as far, and of how many: the placebo rank."""
    place = round(row["p"] * row["placebo_areas"]) if row["placebo_areas"] else math.nan
    return {"place": number(place, given.lang), "of": number(row["placebo_areas"], given.lang)}


def _ranked(given: Given) -> bool:
    """Whether placebo ranks stand beside the rows."""
    return given.measure == "trend" and bool(given.table["state"].ne("none").any())


def _key(given: Given) -> list[Entry]:
    present = set(given.table["state"])
    entries: list[Entry] = [
        (swatch, say(f"charts.differences.{state}", given.lang))
        for state, swatch in STATES.items()
        if state in present
    ]
    of, table = given.of, given.table
    if of.wide and (table[f"{of.wide}_low"].notna() & (table["state"] != "none")).any():
        entries.append((None, say(f"charts.differences.thin_{given.measure}", given.lang)))
    if _ranked(given):
        entries.append((None, say("charts.differences.placebo", given.lang)))
    return entries


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object) -> Texts:
    caption, lang, key = given.caption, given.lang, "charts.differences"
    facts = {
        "per": number(caption.per, lang),
        "level": caption.level(lang),
        "area": name_of(given.focal, given.names),
        "unit": caption.unit,
        "number": number(len(given.table), lang),
    }
    period, what = together(caption.period), say(f"{key}.what_{given.measure}", lang, **facts)
    what = what[:1].upper() + what[1:]
    subtitle = say(f"{key}.subtitle", lang, what=what, period=period, **facts)
    kind = say(f"{key}.alt_kind", lang, what=what, period=caption.period, **facts)
    return make_texts(
        f"differences_{given.measure}",
        given.table,
        headline=headline,
        subtitle=subtitle,
        caption=caption,
        alt=[kind, ended(headline), *_alt_facts(given)],
        lang=lang,
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """How many can be told apart; the first rows with their intervals; who is not compared."""
    lang, table, key = given.lang, given.table, "charts.differences"
    counted = {state: number(int((table["state"] == state).sum()), lang) for state in STATES}
    yield say(f"{key}.alt_states", lang, **counted)
    rows = table[table["state"] != "none"].to_dict("records")
    if given.measure == "trend":
        rows.sort(key=lambda row: row["focal"] != given.focal)
    for row in rows[:3]:
        yield say(f"{key}.alt_row", lang, name=given.name(row), **_numbers(row, given))
    silent = [given.name(row) for row in table[table["state"] == "none"].to_dict("records")]
    if silent:
        yield say(f"{key}.alt_none", lang, areas=join_words(silent, lang))
