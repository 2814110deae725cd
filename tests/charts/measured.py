"""Invented results of the measures, in the shapes that they return, with every state a chart must show.

The numbers are written out, so that the drawn dots hang on no library; only the limits of the
funnel and the places on the spine are computed, and rounded.
"""

import numpy as np
import pandas as pd

from analysis.measure.funnel import find_funnel, find_funnel_limits
from analysis.measure.overview import find_overview, find_spine
from tests.studies import ROOT

AREAS = ["36.01", "36.02", "36.03", "36.04", "36.71", "36.72", "36.73", "36.74"]


def comparison_of() -> pd.DataFrame:
    """One area against others: apart on both sides, borderline, not separable, open, hidden."""
    rows = [
        ("rest", 0.89, 0.79, 1.0, 0.70, 1.13, -2.7, -5.5, 0.1, "not_separable", ""),
        ("land_neighbours", 1.52, 1.30, 1.77, 1.10, 2.10, 7.3, 4.4, 10.2, "higher", ""),
        ("36.02", 1.74, 1.35, 2.25, 0.96, 3.16, 9.1, 4.9, 13.2, "not_separable", "dispersion"),
        ("36.03", 1.13, 0.99, 1.30, 0.81, 1.59, 2.5, -0.4, 5.4, "not_separable", ""),
        ("36.04", 1.41, 1.16, 1.71, 1.02, 1.95, 6.2, 2.7, 9.8, "higher", ""),
        ("36.71", 0.79, 0.69, 0.90, 0.63, 0.98, -5.8, -9.2, -2.4, "lower", ""),
        ("36.72", *[None] * 8, "not_comparable", "suppressed"),
        ("36.73", 0.46, 0.39, 0.54, 0.31, 0.67, -25.4, -31.6, -19.2, "lower", ""),
        ("36.74", np.inf, 8.10, np.inf, 5.20, np.inf, 21.4, 18.7, 24.1, "higher", ""),
    ]
    columns = ["comparator", "ratio", "ratio_low", "ratio_high", "wide_low", "wide_high"]
    columns += ["difference", "difference_low", "difference_high", "verdict", "why"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.astype(dict.fromkeys(columns[1:-2], float))
    table["verdict"] = table["verdict"].mask(table["why"] == "dispersion", "borderline")
    return table


def trend_differences_of() -> pd.DataFrame:
    """Each area against its neighbours over the years; one is unusual, one has no neighbours."""
    rows = [
        ("36.01", 3.2, -4.1, 11.1, -1.0, 7.6, 0.375, "not_separable", ""),
        ("36.02", -6.0, -13.4, 2.0, -10.2, -1.6, 0.25, "not_separable", ""),
        ("36.03", 1.1, -6.6, 9.5, -2.9, 5.3, 0.75, "not_separable", ""),
        ("36.04", -0.4, -8.0, 7.9, -4.5, 3.9, 1.0, "not_separable", ""),
        ("36.71", 14.8, 5.9, 24.5, 10.1, 19.8, 0.125, "faster", ""),
        ("36.72", *[None] * 6, "not_comparable", "no_neighbours"),
        ("36.73", 2.0, -5.7, 10.3, -2.2, 6.4, 0.5, "not_separable", ""),
        ("36.74", 0.8, -6.8, 9.1, -3.2, 5.0, 0.875, "not_separable", ""),
    ]
    columns = ["focal", "yearly_difference", "low", "high", "model_low", "model_high", "p"]
    table = pd.DataFrame(rows, columns=[*columns, "verdict", "why"])
    return table.astype(dict.fromkeys(columns[1:], float)).assign(placebo_areas=8)


def funnel_of() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forty invented areas beside the eight: most within chance, some in the scatter, two far out."""
    random = np.random.default_rng(11)
    people = np.round(np.exp(random.uniform(10.3, 13.6, 40)), -2)
    rate = 24e-5 * np.exp(random.normal(0, 0.2, 40))
    counts = random.poisson(rate * people)
    large = int(people.argmax())
    counts[[3, 17, large]] = [int(people[3] * 46e-5), int(people[17] * 9e-5), people[large] * 33e-5]
    codes = [*AREAS, *(f"31.{place:02d}" for place in range(32))]
    table = pd.DataFrame({"area": codes, "incidents": counts, "exposure": people})
    table["incidents"] = table["incidents"].astype("Int64").mask(table["area"] == "31.30")
    found = find_funnel(table)
    numbers = found.select_dtypes("number").columns
    found[numbers] = found[numbers].astype(float).round(6)
    return found, find_funnel_limits(found).round(6)


def ranks_of() -> pd.DataFrame:
    """Seven areas ranked with two overlapping groups; one hidden."""
    rows = [
        ("36.73", 1.02, 1, 1, 1.0, 1, 1, 0, ""),
        ("36.74", 2.4, 2, 4, 0.97, 2, 2, 2, ""),
        ("36.71", 3.1, 2, 4, 0.81, 2, 2, 2, ""),
        ("36.01", 3.7, 2, 5, 0.38, 2, 3, 3, ""),
        ("36.03", 4.9, 4, 6, 0.02, 3, 4, 3, ""),
        ("36.04", 6.1, 5, 7, 0.004, 4, 4, 2, ""),
        ("36.02", 6.6, 5, 7, 0.0, 4, 4, 2, ""),
        ("36.72", *[None] * 3, None, *[None] * 3, "suppressed"),
    ]
    columns = ["area", "rank_expected", "rank_low", "rank_high", "p_worst"]
    columns += ["group_first", "group_last", "alike", "why"]
    table = pd.DataFrame(rows, columns=columns).assign(of=7, worst=3)
    places = ["rank_low", "rank_high", "group_first", "group_last", "alike"]
    return table.astype(dict.fromkeys(places, "Int64"))


INDICATORS = ["rate", "share_new", "reply_days", "complete"]


def overview_of() -> pd.DataFrame:
    """Four indicators of eight areas, with every verdict; some without interval or value."""
    random = np.random.default_rng(5)
    levels = {"rate": (24, 5, 2), "share_new": (31, 7, 5), "reply_days": (6.4, 2, 0.8)}
    levels |= {"complete": (92, 6, 4)}
    rows = []
    for indicator, (middle, between, error) in levels.items():
        for area in AREAS:
            value = round(random.normal(middle, between), 1)
            rows.append((indicator, area, value, value - 1.96 * error, value + 1.96 * error, ""))
    table = pd.DataFrame(
        rows, columns=["indicator", "area", "value", "value_low", "value_high", "why"]
    )
    numbers = ["value", "value_low", "value_high"]
    table.loc[13, numbers], table.loc[13, "why"] = np.nan, "suppressed"
    table.loc[22, numbers[1:]] = np.nan
    table = table.assign(unit="", method="", confidence=0.95)
    wanted = pd.DataFrame(
        {
            "indicator": INDICATORS,
            "direction": ["high_is_bad", "neither", "high_is_bad", "low_is_bad"],
            "benchmark": [24.0, 30.0, 6.0, 95.0],
        }
    )
    found = find_overview(table, wanted)
    found[numbers] = found[numbers].round(6)
    return found


def spine_of() -> pd.DataFrame:
    spine = find_spine(overview_of(), "36.01")
    numbers = spine.select_dtypes("number").columns
    return spine.assign(**{name: spine[name].astype(float).round(6) for name in numbers})


def tile_rates_of(monthly: pd.DataFrame) -> pd.DataFrame:
    """Monthly rates of the eight areas and of all together, from invented counts."""
    table = monthly[["area", "month", "why", "flag"]].copy()
    counts = monthly["incidents"].astype(float)
    table["rate"] = (counts / 12).round(4)
    table["rate_low"] = ((counts - 1.96 * np.sqrt(counts)).clip(lower=0) / 12).round(4)
    table["rate_high"] = ((counts + 1.96 * np.sqrt(counts)) / 12).round(4)
    return table


def tiles_of() -> pd.DataFrame:
    tiles = pd.read_csv(ROOT / "data" / "reference" / "tiles.csv", dtype=str)
    return tiles.astype({"row": int, "column": int})


def clusters_of(codes: list[str]) -> pd.DataFrame:
    """Kinds of neighbourhoods over the kecamatan of Pandeglang; two left out."""
    kinds = ["high_high", "", "", "", "low_low", "", "high_low", "low_high", ""]
    table = pd.DataFrame({"area": codes})
    table["cluster"] = [kinds[place % len(kinds)] for place in range(len(codes))]
    table["quadrant"] = table["cluster"].replace("", "low_low")
    table["why"] = ""
    table.loc[[4, 20], ["cluster", "quadrant"]] = ""
    table.loc[[4, 20], "why"] = ["no_value", "no_neighbours"]
    return table.assign(confidence=0.95)
