"""Every chart from any plausible table: drawn legibly, or refused in one sentence.

The tables come from random counts through the measures themselves: one area or thirty-five, one
month or twenty years, zeros, millions, everything hidden, nothing reported, strange names.
"""

import math
import os
import re
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.charts.bars import plot_comparison
from analysis.charts.chart import SIZES
from analysis.charts.clusters import plot_clusters
from analysis.charts.completeness import plot_completeness
from analysis.charts.dots import plot_differences
from analysis.charts.funnel import plot_funnel
from analysis.charts.lines import plot_trend
from analysis.charts.maps import plot_map
from analysis.charts.ranks import plot_ranks
from analysis.charts.spine import plot_spine
from analysis.charts.tartan import plot_overview
from analysis.charts.tiles import plot_tiles
from analysis.measure.compare import compare_areas
from analysis.measure.funnel import find_funnel, find_funnel_limits
from analysis.measure.overview import as_values, find_overview, find_spine
from analysis.measure.ranking import rank_areas
from analysis.measure.rates import add_rates
from analysis.words.messages import InsidenError
from tests.charts.conftest import HEADLINES, caption_in
from tests.charts.test_page import check_sheet

SEARCH = bool(os.environ.get("INSIDEN_SEARCH"))
# a sheet may be too small for all that is wanted; its message says what to choose instead
REFUSALS = {
    "charts.no_room",
    "charts.too_many",
    "charts.tiles.too_many",
    "charts.overview.too_many",
    "measure.no_benchmark",
}
NAMES = (
    "Menes", "Kabupaten Pandeglang", "Kecamatan <b>\"Sari\" & 'Wangi'</b> $\\alpha$ 100% {x}",
    "Kabupatenyangnamanyapanjangsekalisampaienampuluhhurufitutanpajeda", "St. John's", "36.01",
    "Kota Administrasi Kepulauan di Seberang Lautan Sebelah Selatan Sekali",
)  # fmt: skip


class World(NamedTuple):
    """Random counts and how they are to be drawn."""

    seed: int
    areas: int
    months: int
    level: float
    state: str  # mixed; or what every cell is: known, suppressed, not_reported
    size: str
    lang: str
    inside: bool

    @property
    def codes(self) -> list[str]:
        return [f"A{place:02d}" for place in range(self.areas)]

    @property
    def random(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    def monthly(self) -> pd.DataFrame:
        """COUNTS of every area and month, with people enough for any level."""
        months = pd.date_range("2006-03-01", periods=self.months, freq="MS")
        grid = pd.MultiIndex.from_product([self.codes, months], names=["area", "month"])
        table = grid.to_frame(index=False)
        random = self.random
        table["incidents"] = pd.array(random.poisson(self.level, len(table)), dtype="Int64")
        mixed = ["", "", "", "suppressed", "complementary", "not_reported"]
        one = "" if self.state == "known" else self.state
        table["why"] = random.choice(mixed if self.state == "mixed" else [one], len(table))
        table["flag"] = np.where(random.random(len(table)) < 0.1, "provisional", "")
        table["shown"] = table["incidents"].astype(str)
        for why, sign in (("suppressed", "<5"), ("complementary", "-"), ("not_reported", "")):
            table.loc[table["why"] == why, "shown"] = sign
        table.loc[table["why"] != "", "incidents"] = pd.NA
        return table

    def people(self) -> pd.Series:
        sizes = np.exp(self.random.uniform(7, 15, self.areas)).round() + 10 * self.level
        return pd.Series(sizes, index=self.codes)

    def yearly(self) -> pd.DataFrame:
        """One count an area with its people, rate and interval; some months are missing."""
        one = self._replace(months=1).monthly()
        table = one[["area", "incidents", "shown", "why"]].assign(months_wanted=12)
        table["months"] = self.random.choice([12, 12, 12, 7], len(table))
        table["exposure"] = table["area"].map(self.people())
        return add_rates(table)

    def common(self) -> dict:
        names = {code: NAMES[(self.seed + place) % 7] for place, code in enumerate(self.codes)}
        names |= {"each": NAMES[self.seed % 7], "rest": "daerah lain"}
        return {
            "focal": "A00", "names": names, "lang": self.lang, "size": self.size,
            "inside": self.inside, "headline": HEADLINES[self.lang],
            "caption": caption_in(self.lang),
        }  # fmt: skip


def trend(world):
    return plot_trend(world.monthly(), **world.common())


def trend_fitted(world):
    table = world.monthly()
    fitted = table.loc[table["area"] == "A00", ["area", "month"]].assign(fitted=world.level)
    fitted = fitted.assign(
        fitted_low=0.6 * world.level, fitted_high=1.7 * world.level + world.seed % 3
    )
    return plot_trend(table, fitted=fitted, **world.common())


def comparison(world):
    return plot_comparison(world.yearly(), reference=world.codes[-1], **world.common())


def completeness(world):
    random, table = world.random, world.monthly()[["area", "month"]]
    table["expected"] = random.integers(0, 30, len(table))
    table["reported"] = (table["expected"] * random.choice([0, 0.5, 1], len(table))).astype(int)
    return plot_completeness(
        table.assign(complete=table["reported"] == table["expected"]), **world.common()
    )


def areas_of(world):
    places = world.random.uniform(0, 1, (world.areas, 2))
    return pd.DataFrame(places, columns=["lon", "lat"]).assign(
        code=world.codes, name=world.codes, lon=lambda t: 105 + t["lon"], lat=lambda t: t["lat"] - 7
    )


def map_of_counts(world):
    return plot_map(world.yearly(), areas_of(world), **world.common())


def clusters(world):
    kinds = ["high_high", "low_low", "high_low", "low_high", "", ""]
    table = pd.DataFrame({"area": world.codes, "cluster": world.random.choice(kinds, world.areas)})
    table = table.assign(why=world.random.choice(["", "", "no_value"], world.areas))
    table["cluster"] = table["cluster"].mask(table["why"] != "", "")
    table["quadrant"] = table["cluster"].replace("", "low_low").mask(table["why"] != "", "")
    return plot_clusters(table.assign(confidence=0.95), areas_of(world), **world.common())


def differences(world, measure):
    counts = world.monthly()[["area", "month", "incidents"]]
    months = pd.DatetimeIndex(sorted(counts["month"].unique())[-12:])
    others = world.codes[1:] or ["B"]
    if others == ["B"]:
        counts = pd.concat([counts, counts.assign(area="B")])
    people = pd.concat([world.people(), pd.Series({"B": 1e5})]).rename_axis("area")
    table = compare_areas(
        counts, people.rename("population").reset_index(), focal="A00", months=months,
        comparators={"rest": others} | {one: [one] for one in others},
    )  # fmt: skip
    table["verdict"] = table["verdict"].mask(table["why"] == "dispersion", "borderline")
    return plot_differences(table, measure=measure, **world.common())


def ratios(world):
    return differences(world, "ratio")


def rate_differences(world):
    return differences(world, "rate")


def trend_differences(world):
    random, many = world.random, world.areas
    value = random.normal(0, 1 + world.level % 50, many)
    table = pd.DataFrame({"focal": world.codes, "yearly_difference": value})
    for name, side, width in (
        ("low", -1, 2),
        ("high", 1, 2),
        ("model_low", -1, 1),
        ("model_high", 1, 1),
    ):
        table[name] = value + side * width * random.uniform(0, 9, many)
    table["p"] = random.integers(1, many + 1, many) / many
    table["why"] = random.choice(["", "", "few_months", "no_neighbours"], many)
    table.loc[table["why"] != "", table.columns[1:-1]] = np.nan
    apart = (table["low"] > 0) | (table["high"] < 0)
    verdict = np.select([table["why"] != "", apart], ["not_comparable", "faster"], "not_separable")
    return plot_differences(
        table.assign(verdict=verdict, placebo_areas=many), measure="trend", **world.common()
    )


def funnel(world):
    found = find_funnel(world.yearly()[["area", "incidents", "exposure", "why"]])
    return plot_funnel(found, find_funnel_limits(found), **world.common())


def ranks(world):
    rows = world.yearly()[["area", "incidents", "exposure", "why"]]
    return plot_ranks(rank_areas(rows, worst=3), **world.common())


def overview_table(world):
    parts, marks = [], []
    for place in range(1 + world.seed % 6):
        rows = world._replace(seed=world.seed + place).yearly()
        parts.append(as_values(rows, f"I{place}"))
        direction = ("neither", "high_is_bad", "low_is_bad")[place % 3]
        marks.append({"indicator": f"I{place}", "direction": direction, "benchmark": 10.0**place})
    return find_overview(pd.concat(parts, ignore_index=True), pd.DataFrame(marks))


def overview(world):
    return plot_overview(overview_table(world), **world.common())


def spine(world):
    return plot_spine(find_spine(overview_table(world), "A00"), **world.common())


def tiles(world):
    table = world.monthly()
    table["exposure"] = table["area"].map(world.people())
    places = pd.DataFrame(columns=["area", "row", "column"])
    return plot_tiles(
        add_rates(table), places, mean=world.codes[-1] if world.areas > 1 else "", **world.common()
    )


CHARTS = (
    trend, trend_fitted, comparison, completeness, map_of_counts, clusters, ratios, rate_differences,
    trend_differences, funnel, ranks, overview, spine, tiles,
)  # fmt: skip

worlds = st.builds(
    World,
    seed=st.integers(0, 10**6),
    areas=st.one_of(st.integers(1, 4), st.integers(5, 35)),
    months=st.one_of(st.integers(1, 3), st.integers(4, 240 if SEARCH else 72)),
    level=st.sampled_from([0.0, 0.4, 12.0, 900.0, 4e6]),
    state=st.sampled_from(["mixed", "mixed", "known", "suppressed", "not_reported"]),
    size=st.sampled_from(list(SIZES)),
    lang=st.sampled_from(["id", "en"]),
    inside=st.booleans(),
)


@pytest.mark.parametrize("plot", CHARTS, ids=lambda plot: plot.__name__)
@settings(max_examples=2000 if SEARCH else 3)
@given(world=worlds)
@example(world=World(1, 1, 1, 0.0, "known", "a4-half", "id", False))
@example(world=World(2, 35, 60, 4e6, "mixed", "a4-half", "en", False))
def test_any_table_is_drawn_legibly_or_refused(plot, world):
    try:
        chart = plot(world)
    except InsidenError as error:
        assert error.key in REFUSALS, error.text("en")
        assert not math.isnan(len(error.text("id")))
        return
    check_sheet(chart)
    for text in [*chart.words, chart.alt, chart.footer, chart.headline]:
        assert not re.search(r"\b(nan|none|inf|NaT|<NA>)\b", text.replace("from none", "")), text
