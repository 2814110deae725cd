"""Is there a pattern on the map? Moran, Geary, local Moran, Getis-Ord and join counts.

Give these rates that a small area cannot throw about: smoothed ones (``smooth_rates``), rates from
``add_even_rates``, or residuals. Raw counts show where people live, and raw rates where few do.

What holds for all of them. An area without a value, or without a neighbour that has one, is left
out and listed (``find_members`` says why); it is never a zero. p is two-sided. The statistics and
their moments are those of esda (the extra ``space``); the p values by permutation are our own,
because esda's change with the order of the rows, with numba being there or not, and double the
error where a caller takes their one side for two.
"""

import warnings
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.stats import norm

from analysis.measure.columns import check_choice, check_confidence, read_areas
from analysis.measure.graph import Graph, as_graph, as_weights, find_members, import_space
from analysis.measure.permuting import (
    PERMUTATIONS,
    adjust_p,
    check_permutations,
    local_p,
    map_p,
    row_shares,
)
from analysis.words.messages import InsidenError

FEWEST = 8  # areas; below, no arrangement can be told from chance
ASSUMPTIONS = ("randomisation", "normality")
LOCAL = ("local_moran", "getis_ord", "getis_ord_star")
QUADRANTS = np.array(["low_low", "low_high", "high_low", "high_high"], dtype=object)


class Layout(NamedTuple):
    """What a statistic is computed from."""

    members: pd.DataFrame
    graph: Graph
    values: np.ndarray


def find_autocorrelation(
    table: pd.DataFrame,
    neighbours: pd.DataFrame,
    *,
    value: str = "value",
    assumption: str = "randomisation",
    confidence: float = 0.95,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """Say whether neighbours are more alike, or less, than chance would make them; two rows.

    ``table``: area and ``value``; ``neighbours``: focal, neighbour, one row a direction. One row
    for Moran's I (near 0 by chance, up to about 1 where neighbours are alike) and one for Geary's C
    (1 by chance, towards 0 where they are alike). Columns: statistic, expected, variance, z
    ((statistic - expected) / sd: spdep turns the sign for Geary), p_normal (two-sided, from z), p
    (two-sided, by permutation; to be quoted), pattern ("clustered", "dispersed", or "" where p is
    not below 1 - confidence), areas, left_out (their codes), permutations, seed, unit, method,
    confidence. Weights are row-standardised. ``assumption``: moments of the values at hand
    shuffled, or of normal values (Cliff & Ord 1981, Spatial Processes); as spdep and esda.
    """
    check_confidence(confidence)
    check_choice("assumption", assumption, ASSUMPTIONS)
    layout = _lay_out(table, neighbours, value, permutations)
    esda, weights = import_space("esda"), as_weights(layout.graph)
    kind = {"randomisation": "rand", "normality": "norm"}[assumption]
    moran = esda.Moran(layout.values, weights, permutations=0)
    geary = esda.Geary(layout.values, weights, permutations=0)
    p = _global_p(layout, permutations, seed)
    rows = []
    for name, statistic, expected, variance in (
        ("moran", moran.I, moran.EI, getattr(moran, f"VI_{kind}")),
        ("geary", geary.C, geary.EC, getattr(geary, f"VC_{kind}")),
    ):
        alike = statistic > expected if name == "moran" else statistic < expected
        rows.append(_row(name, statistic, expected, variance, p[name], alike, confidence))
    return _finish(pd.DataFrame(rows), layout, permutations, seed, "ratio", confidence)


def find_clusters(
    table: pd.DataFrame,
    neighbours: pd.DataFrame,
    *,
    value: str = "value",
    method: str = "local_moran",
    by: Literal["q", "p"] = "q",
    confidence: float = 0.95,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """Say of each area whether its neighbourhood stands out, and how; one row an area.

    ``table`` and ``neighbours`` as in ``find_autocorrelation``. Columns: area, value, neighbours,
    lag (mean of the neighbours), statistic, expected, variance, z, p_normal (two-sided, from z),
    p (two-sided, by permutation), q (Benjamini-Hochberg over the areas), quadrant (the area and
    its neighbours against the mean of all: "high_high", "low_low", "high_low", "low_high"), cluster
    (the quadrant where ``by``, q by default, is at most 1 - confidence, else ""), permutations,
    seed, unit, method, confidence, why. Sorted by area; one left out has no statistic but why
    "no_value" or "no_neighbours" or what the table says.

    - ``local_moran``: Anselin (1995), row-standardised; moments given the area's own value (Sokal,
      Oden & Thomson 1998, Geographical Analysis 30: 331-354), as spdep >= 1.2 and esda ``EIc``.
    - ``getis_ord``: G of the neighbours alone, ``getis_ord_star``: G* with the area itself (Ord &
      Getis 1995, Geographical Analysis 27: 286-306); binary weights; the statistic is z, as spdep
      ``localG``.

    p is that of the neighbours' sum given the area's own value, the same for the three methods: own
    value and neighbourhood together (the z of G*) would find one high area alone. By p instead of
    q, 5 % of the areas of a map without any pattern are marked. One missing area touches the
    others' p only through the few shuffles that it took part in, and through the mean of all.
    """
    check_confidence(confidence)
    check_choice("method", method, LOCAL)
    check_choice("by", by, ("q", "p"))
    layout = _lay_out(table, neighbours, value, permutations)
    graph, values = layout.graph, layout.values
    deviation = values - values.mean()
    lag = row_shares(graph.near) @ deviation
    found = pd.DataFrame({"area": graph.areas, "lag": lag + values.mean()})
    found = found.assign(**_local_moran(layout) if method == "local_moran" else _g(layout, method))
    found["p"] = local_p(values, graph, permutations, seed)
    found["q"] = adjust_p(found["p"].to_numpy())
    found["quadrant"] = QUADRANTS[2 * (deviation > 0) + (lag > 0)]
    found["cluster"] = found["quadrant"].where(found[by] <= 1 - confidence, "")
    members = layout.members.assign(value=layout.members[value])
    found = members[["area", "value", "neighbours", "why"]].merge(found, on="area", how="left")
    for column in ("quadrant", "cluster"):
        found[column] = found[column].fillna("").astype(object)
    unit = "ratio" if method == "local_moran" else "standard deviations"
    found = found.assign(
        permutations=permutations, seed=seed, unit=unit, method=method, confidence=confidence
    )
    return found[[name for name in found if name != "why"] + ["why"]]


def find_joins(
    table: pd.DataFrame,
    neighbours: pd.DataFrame,
    *,
    value: str = "value",
    confidence: float = 0.95,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """Count the borders between areas of the same kind and of different kinds; three rows.

    ``table``: area and ``value``, which is yes or no (True or 1, False or 0; empty: not known).
    Columns: join ("yes_yes", "no_no", "yes_no"), statistic (borders, each counted once), expected,
    variance, z, p_normal, p, pattern, areas, left_out, permutations, seed, unit, method,
    confidence. Moments of the colours at hand shuffled (Cliff & Ord 1981); as spdep
    ``joincount.multi``. The pattern is "clustered" where like joins are more, or unlike joins
    fewer, than chance makes them.
    """
    check_confidence(confidence)
    layout = _lay_out(table, neighbours, value, permutations)
    yes = layout.values
    if not np.isin(yes, (0, 1)).all():
        raise InsidenError("space.not_yes_or_no", column=value)
    near = layout.graph.near
    seen = _joins(near, yes[:, None])
    shuffled = map_p(lambda drawn: _joins(near, drawn), yes, layout.graph, permutations, seed)
    rows = []
    for join, (expected, variance) in _join_moments(near, int(yes.sum()), len(yes)).items():
        count, p = seen[join].item(), shuffled[join]
        alike = (count > expected) != (join == "yes_no")
        row = _row("join_count", count, expected, variance, p, alike, confidence)
        rows.append({"join": join} | row)
    return _finish(pd.DataFrame(rows), layout, permutations, seed, "borders", confidence)


def add_even_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Add rates of equal variance, so that small areas make no pattern by chance; column ``value``.

    ``table``: area, incidents, and exposure or expected. ``value``: (rate - rate of all) / its
    standard deviation under the prior of Marshall (1991), for ``find_autocorrelation`` and
    ``find_clusters``; empty with why where there is no count or nobody. Assunção & Reis (1999),
    Statistics in Medicine 18: 2147-2162; as spdep ``EBImoran.mc`` and esda ``Moran_Rate``: where
    the prior's variance is negative for an area, chance alone stands.
    """
    given = read_areas(table, "space")
    known = (given["why"] == "").to_numpy()
    count, people = (given[name].to_numpy(float)[known] for name in ("count", "people"))
    if not count.sum():
        raise InsidenError("space.constant", column="incidents")
    rate, overall = count / people, count.sum() / people.sum()
    scatter = (people * (rate - overall) ** 2).sum() / people.sum()
    between = scatter - overall / people.mean()
    variance = between + overall / people
    variance = np.where(variance < 0, overall / people, variance)
    found = table.reset_index(drop=True).assign(value=np.nan, why=given["why"])
    found.loc[known, "value"] = (rate - overall) / np.sqrt(variance)
    return found


# -- what all share -----------------------------------------------------------------------------


def _lay_out(
    table: pd.DataFrame, neighbours: pd.DataFrame, value: str, permutations: int
) -> Layout:
    check_permutations(permutations)
    members = find_members(table, neighbours, value=value)
    graph = as_graph(members, neighbours)
    if len(graph.areas) < FEWEST:
        raise InsidenError("space.too_few", number=len(graph.areas), fewest=FEWEST)
    values = members.loc[members["why"] == "", value].to_numpy(float)
    if np.ptp(values) <= 1e-12 * np.abs(values).max():
        raise InsidenError("space.constant", column=value)
    return Layout(members, graph, values)


def _finish(
    found: pd.DataFrame,
    layout: Layout,
    permutations: int,
    seed: int,
    unit: str,
    confidence: float,
) -> pd.DataFrame:
    out = layout.members.loc[layout.members["why"] != "", "area"].astype(str)
    found = found.assign(
        areas=len(layout.values),
        left_out=", ".join(out),
        permutations=permutations,
        seed=seed,
        unit=unit,
        confidence=confidence,
    )
    last = ["unit", "method", "confidence"]
    return found[[name for name in found if name not in last] + last]


def _row(
    method: str,
    statistic: float,
    expected: float,
    variance: float,
    p: float,
    alike: bool,
    confidence: float,
) -> dict[str, object]:
    z = (statistic - expected) / np.sqrt(variance) if variance > 0 else np.nan
    pattern = "clustered" if alike else "dispersed"
    return {
        "statistic": float(statistic),
        "expected": float(expected),
        "variance": float(variance),
        "z": float(z),
        "p_normal": float(2 * norm.sf(abs(z))),
        "p": p,
        "pattern": pattern if p <= 1 - confidence else "",
        "method": method,
    }


# -- the statistics -----------------------------------------------------------------------------


def _global_p(layout: Layout, permutations: int, seed: int) -> dict[str, float]:
    """Return the two-sided p of Moran's I and Geary's C by shuffling the values over the map."""
    shares = row_shares(layout.graph.near)
    scaled = (layout.values - layout.values.mean()) / layout.values.std()
    both = (np.asarray(shares.sum(axis=0)) + np.asarray(shares.sum(axis=1)))[:, None]

    def statistics(values: np.ndarray) -> dict[str, np.ndarray]:
        product = (values * (shares @ values)).sum(axis=0)
        # Geary's sum of w (x - y)^2, multiplied out
        return {"moran": product, "geary": (both * values**2).sum(axis=0) - 2 * product}

    return map_p(statistics, scaled, layout.graph, permutations, seed)


def _local_moran(layout: Layout) -> dict[str, np.ndarray]:
    esda = import_space("esda")
    with warnings.catch_warnings():  # esda turns one on for the whole program
        found = esda.Moran_Local(layout.values, as_weights(layout.graph), permutations=0)
    # esda divides by n - 1, spdep and Anselin by n
    scale = len(layout.values) / (len(layout.values) - 1)
    statistic = np.asarray(found.Is) * scale
    expected, variance = np.asarray(found.EIc), np.asarray(found.VIc)
    return _with_z(statistic, expected, variance)


def _g(layout: Layout, method: str) -> dict[str, np.ndarray]:
    esda = import_space("esda")
    # G knows no negative values; its z does not change when all are raised together
    raised = layout.values - layout.values.min() + np.ptp(layout.values)
    star = method == "getis_ord_star"
    weights = as_weights(layout.graph)
    found = esda.G_Local(raised, weights, transform="B", star=star, permutations=0, n_jobs=1)
    z = np.asarray(found.Zs)
    return _with_z(z, np.zeros(len(z)), np.ones(len(z)))


def _with_z(
    statistic: np.ndarray, expected: np.ndarray, variance: np.ndarray
) -> dict[str, np.ndarray]:
    # an area exactly at the mean has a local Moran of 0 whatever its neighbours: no z
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(variance > 0, (statistic - expected) / np.sqrt(variance), np.nan)
    found = {"statistic": statistic, "expected": expected, "variance": variance, "z": z}
    return found | {"p_normal": 2 * norm.sf(np.abs(z))}


def _joins(near: csr_array, yes: np.ndarray) -> dict[str, np.ndarray]:
    """Return the borders of each kind in each column of ``yes``; a border is given both ways."""
    no = 1 - yes
    by_yes, by_no = near @ yes, near @ no
    return {
        "yes_yes": (yes * by_yes).sum(axis=0) / 2,
        "no_no": (no * by_no).sum(axis=0) / 2,
        "yes_no": (yes * by_no + no * by_yes).sum(axis=0) / 2,
    }


def _join_moments(near: csr_array, yes: int, number: int) -> dict[str, tuple[float, float]]:
    """Return mean and variance of the joins of ``yes`` areas among ``number`` shuffled ones."""
    both = near + near.T
    s0, s1 = near.sum(), (both.multiply(both)).sum() / 2
    s2 = (np.asarray(both.sum(axis=1)) ** 2).sum()
    ways = [s1, s2 - 2 * s1, s0**2 + s1 - s2]  # pairs of borders with 2, 1 and 0 areas in common
    no = number - yes

    def chance(of_yes: int, of_no: int) -> float:
        """Return the chance that the first areas of a shuffle are these."""
        chosen = [yes - place for place in range(of_yes)] + [no - place for place in range(of_no)]
        among = [number - place for place in range(of_yes + of_no)]
        return float(np.prod(chosen, dtype=float) / np.prod(among, dtype=float))

    terms = {
        "yes_yes": (chance(2, 0), [chance(2, 0), chance(3, 0), chance(4, 0)]),
        "no_no": (chance(0, 2), [chance(0, 2), chance(0, 3), chance(0, 4)]),
        "yes_no": (
            2 * chance(1, 1),
            [2 * chance(1, 1), chance(1, 2) + chance(2, 1), 4 * chance(2, 2)],
        ),
    }
    moments = {}
    for join, (one, several) in terms.items():
        mean = s0 * one / 2
        moments[join] = (float(mean), float(np.dot(ways, several) / 4 - mean**2))
    return moments
