"""What the explorer shows, from protected tables alone: counts, rates, ratios, months and shapes."""

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from analysis.charts.cells import grow_cells
from analysis.findings import Findings
from analysis.measure.ratios import rate_ratio
from analysis.measure.unrest import find_dispersion, find_wander, level_dispersion

CONFIDENCE = 0.95
MOST_SINGLE = 12
REST = "rest"
LAND = "land_neighbours"
CELL_COLUMNS = [
    "area", "span", "category", "months", "months_wanted",
    "incidents", "shown", "why", "rate", "rate_low", "rate_high",
]  # fmt: skip
PAIR_COLUMNS = [
    "area", "comparator", "members", "span", "category",
    "ratio", "ratio_low", "ratio_high", "wide_low", "wide_high", "verdict", "why",
]  # fmt: skip
MONTH_COLUMNS = ["area", "month", "incidents", "shown", "why", "flag", "complete"]


def explored_pairs(findings: Findings) -> pd.DataFrame:
    """Compare every area with every other, its land neighbours and all others, where both are whole.

    One row an area, comparator, span and category: members, incidents, comparator_incidents, ratio
    with exact limits, wide_low and wide_high (widened by the unrest of the shown months over all
    areas, as in ``compare_areas``; a single category has less of it), p, verdict, why. Counts that are hidden and periods with
    a missing month are not compared: verdict "not_comparable" with why "suppressed" or "incomplete".
    """
    cells = findings.explored
    numbers = cells.pivot_table(
        index=["span", "category"],
        columns="area",
        values="incidents",
        aggfunc="first",
        dropna=False,
    ).astype(float)
    whole = cells.assign(whole=cells["months"] == cells["months_wanted"]).pivot_table(
        index=["span", "category"], columns="area", values="whole", aggfunc="first", dropna=False
    )
    people = findings.population.set_index("area")["population"].astype(float)
    keys = numbers.index.to_frame(index=False)
    parts = []
    for area in numbers.columns:
        for comparator, members in comparators_of(findings, str(area)).items():
            sides = numbers.index.size
            parts.append(
                keys.assign(
                    area=area,
                    comparator=comparator,
                    members=";".join(members),
                    incidents=numbers[area].to_numpy(),
                    exposure=np.full(sides, people[area]),
                    comparator_incidents=numbers[members].sum(axis=1, skipna=False).to_numpy(),
                    comparator_exposure=np.full(sides, people[members].sum()),
                    carried=1 + ((people[members] / people[members].sum()) ** 2).sum(),
                    whole=whole[[area, *members]].eq(True).all(axis=1).to_numpy(),
                )
            )
    if not parts:  # one area alone has reported
        return pd.DataFrame(columns=PAIR_COLUMNS)
    pairs = pd.concat(parts, ignore_index=True)
    months = cells.groupby(["span", "category"])["months_wanted"].first()
    wanted = months.reindex(pd.MultiIndex.from_frame(pairs[["span", "category"]])).to_numpy()
    return _judged(pairs, _dispersion(findings, pairs, wanted))


def comparators_of(findings: Findings, area: str) -> dict[str, list[str]]:
    """The comparators that a reader can choose for an area, and the areas behind each."""
    others = sorted(set(findings.explored["area"]) - {area})
    near = [one for one in findings.neighbours.get(area, []) if one in others]
    groups = {LAND: near} if near else {}
    rest = [one for one in others if one not in findings.silent]
    groups |= {REST: rest} if len(rest) > 1 else {}
    # of very many areas only the neighbours one by one: every pair would make a page of megabytes
    single = others if len(others) <= MOST_SINGLE else near
    return groups | {one: [one] for one in single}


def _dispersion(findings: Findings, pairs: pd.DataFrame, wanted: np.ndarray) -> np.ndarray:
    """How many reports carry the information of one, for each pair; 1 where it is unknown."""
    months = findings.monthly
    areas = findings.explored["area"].unique()
    shown = months[months["area"].isin(areas) & months["complete"].astype(bool)]
    every = pd.date_range(months["month"].min(), months["month"].max(), freq="MS")
    wide = shown.pivot(index="area", columns="month", values="incidents").reindex(columns=every)
    counts = wide.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    wander = find_wander(counts, every.month.to_numpy())
    if wander is None:
        window = (every >= findings.window_first) & (every <= findings.window_last)
        scatter = find_dispersion(counts[:, window])
        return np.full(len(pairs), 1.0 if np.isnan(scatter) else scatter)
    share = pairs["exposure"] / (pairs["exposure"] + pairs["comparator_exposure"])
    counted = (pairs["incidents"] + pairs["comparator_incidents"]).fillna(0)
    information = (counted * share * (1 - share)).to_numpy(dtype=float)
    carried, dispersion = pairs["carried"].to_numpy(), np.ones(len(pairs))
    for length in np.unique(wanted):
        rows = (wanted == length) & (information > 0)
        window = np.arange(length)
        dispersion[rows] = level_dispersion(
            wander, window, carried[rows], information[rows], CONFIDENCE
        )
    return dispersion


def _judged(pairs: pd.DataFrame, dispersion: np.ndarray) -> pd.DataFrame:
    known = pairs["incidents"].notna() & pairs["comparator_incidents"].notna()
    comparable = known & pairs["whole"]
    sides = [
        pairs[name].where(comparable, 1.0).to_numpy()
        for name in ("incidents", "exposure", "comparator_incidents", "comparator_exposure")
    ]
    one, people, other, other_people = sides
    exact = rate_ratio(one, people, other, other_people)
    wide = rate_ratio(one, people, other, other_people, dispersion)
    limits = {
        "ratio": exact.ratio, "ratio_low": exact.low, "ratio_high": exact.high, "p": exact.p,
        "wide_low": wide.low, "wide_high": wide.high,
    }  # fmt: skip
    pairs = pairs.assign(**{name: np.where(comparable, v, np.nan) for name, v in limits.items()})
    above = (pairs["ratio_low"] > 1) & (pairs["wide_low"] > 1) & (pairs["p"] < 1 - CONFIDENCE)
    below = (pairs["ratio_high"] < 1) & (pairs["wide_high"] < 1) & (pairs["p"] < 1 - CONFIDENCE)
    pairs["verdict"] = np.select(
        [~comparable, above, below], ["not_comparable", "higher", "lower"], "not_separable"
    )
    pairs["why"] = np.select([~pairs["whole"], ~known], ["incomplete", "suppressed"], "")
    return pairs.drop(columns=["whole", "carried", "exposure", "comparator_exposure"])


def _squares(number: int) -> list[shapely.Polygon]:
    """Squares in rows, in the order of the areas' codes."""
    across = math.ceil(math.sqrt(number))
    places = [divmod(place, across) for place in range(number)]
    return [shapely.box(column, -row - 0.94, column + 0.94, -row) for row, column in places]


class Shapes(NamedTuple):
    """The schematic map as SVG, 100 wide: a path and a middle for each area."""

    paths: dict[str, str]
    middles: dict[str, list[float]]
    height: float


def explored_shapes(findings: Findings) -> Shapes:
    """Draw a schematic cell for each compared area, or a square where no centre points are known."""
    codes = pd.Series(sorted(findings.explored["area"].unique()))
    known = findings.areas.set_index("code").reindex(codes)
    if {"lon", "lat"} <= set(known.columns) and known[["lon", "lat"]].notna().all(axis=None):
        shapes = list(grow_cells(codes, findings.areas))
    else:
        shapes = _squares(len(codes))
    left, bottom, right, top = shapely.total_bounds(shapes)
    scale = 100 / (right - left)
    paths, middles = {}, {}
    for code, shape in zip(codes, shapes, strict=True):
        rings = [part.exterior.coords for part in getattr(shape, "geoms", [shape])]
        paths[code] = "".join(
            "M"
            + "L".join(f"{(x - left) * scale:.2f} {(top - y) * scale:.2f}" for x, y in ring)
            + "Z"
            for ring in rings
        )
        middle = shape.representative_point()
        middles[code] = [round((middle.x - left) * scale, 2), round((top - middle.y) * scale, 2)]
    return Shapes(paths, middles, round((top - bottom) * scale, 2))


def plain_rows(table: pd.DataFrame, columns: list[str]) -> list[list[Any]]:
    """The rows of a table as plain values: months as 2024-07, nothing for what is empty."""
    return [
        [_plain(value) for value in row]
        for row in table[columns].itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m}"
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.6g}")
    return int(value) if isinstance(value, (int, np.integer)) else str(value)
