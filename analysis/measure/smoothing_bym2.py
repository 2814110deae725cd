"""Smoothed rates with an interval, where neighbours tell about each other: the BYM2 model as tables.

The model and its sources stand in ``bym2``. What is said here is said of the counts as they were
reported: the model knows of no month or area that was reported badly. A smoothed rate is for maps
and for finding a pattern; a rate drawn to its neighbours may hide the very difference looked for.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from analysis.measure import bym2
from analysis.measure.columns import check_confidence, denominator, read_areas, unit_of
from analysis.measure.graph import as_matrix
from analysis.words.messages import InsidenError

DRAWS = 4000
MOST = 1500  # areas; time grows with their third power, about half a minute there
SMOOTHING = 0.3
HALVINGS = 40  # of the range that holds a limit
EMPTY = ["smoothed", "smoothed_low", "smoothed_high", "p_above", "spatial", "own"]
SHARED = ["rho", "rho_low", "rho_high", "sigma"]


class Counted(NamedTuple):
    """What the model is fitted to, and the areas it tells about."""

    areas: pd.DataFrame  # as from read_areas, with why
    known: np.ndarray
    incidents: np.ndarray
    expected: np.ndarray  # adds up to the counts
    overall: float  # incidents / people of all known areas
    structure: np.ndarray


def smooth_bym2(
    table: pd.DataFrame,
    neighbours: pd.DataFrame,
    *,
    reference: float | None = None,
    confidence: float = 0.95,
    per: int = 100_000,
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Draw each area's rate towards its neighbours' and to that of all, as far as the counts say.

    ``table``: area, incidents, and exposure, or expected for ratios (then ``per`` is 1);
    ``neighbours``: focal, neighbour, read in both directions; areas it names beyond the table are
    left out. One row an area in the order of the table, the columns: area, incidents, exposure (or
    expected), rate, smoothed (posterior mean), smoothed_low, smoothed_high, p_above (probability that
    the rate lies above ``reference``), spatial and own (factors: smoothed is about the common level
    x spatial x own), rho (share of the variance that goes with neighbours, the same in all rows),
    rho_low, rho_high, sigma (standard deviation of the log rates between areas), reference (as
    given, else the rate of all areas together), rate_per, unit, method, confidence, why.

    An area without a count has no smoothed rate, which would be made up of its neighbours alone;
    it stays on the map, so that the areas around it remain as near to each other as they are. An
    area without neighbours is drawn to the rate of all. No area has a result where no report was
    made at all ("no_incidents") or only one area is known ("alone").

    Where about two reports an area are all there is, 95 % intervals hold 88-94 % of true rates,
    since the prior then doubts that areas differ; from twenty reports an area they hold 93-95 %
    (``benchmarks/calibration/bym2_coverage.py``). Rank intervals from ``draw_bym2`` hold 95-98 %.
    """
    check_confidence(confidence)
    name = denominator(table)
    given = _read(table, neighbours)
    per = 1 if name == "expected" else per
    scale = given.overall * per
    reference = scale if reference is None else reference
    if not reference > 0 and given.known.any():
        raise InsidenError("space.reference", text=reference)
    found = given.areas[["area", "incidents"]].assign(
        **{name: given.areas["people"]}, rate=given.areas["count"] / given.areas["people"] * per
    )
    found[EMPTY + SHARED] = np.nan
    if given.known.any():
        posterior = bym2.fit(given.incidents, given.expected, given.structure)
        columns = _summarise(posterior, np.log(reference / scale), confidence)
        for column in EMPTY[:3]:
            columns[column] = columns[column] * scale
        for column, values in columns.items():
            found.loc[given.known, column] = values
        found[SHARED] = list(_shared(posterior, confidence).values())
    return found.assign(
        reference=reference,
        rate_per=per,
        unit=unit_of(table, counted, per, among),
        method="bym2",
        confidence=confidence,
        why=given.areas["why"],
    )


def draw_bym2(
    table: pd.DataFrame, neighbours: pd.DataFrame, *, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Return draws from the posterior of the areas' rates together: a column an area, a row a draw.

    For ``rank_draws`` and ``find_pairs``. Rates relative to the rate of all areas together; areas
    without a count are left out. ``table`` and ``neighbours`` as for ``smooth_bym2``.
    """
    given = _read(table, neighbours)
    if not given.known.any():
        raise InsidenError("measure.nothing_known", table="ranks")
    drawn = bym2.draw(given.incidents, given.expected, given.structure, draws=draws, seed=seed)
    return pd.DataFrame(np.exp(drawn), columns=given.areas["area"].to_numpy()[given.known])


def _read(table: pd.DataFrame, neighbours: pd.DataFrame) -> Counted:
    areas = read_areas(table, "smoothing")
    if len(areas) > MOST:
        raise InsidenError("space.too_many_areas", number=len(areas), most=MOST)
    known = (areas["why"] == "").to_numpy()
    total = areas.loc[known, "count"].sum()
    stop = "alone" if known.sum() == 1 else "" if total else "no_incidents"
    overall = float(total / areas.loc[known, "people"].sum()) if known.any() else np.nan
    areas["why"] = areas["why"].mask(known, stop)
    known = known & (stop == "")
    count, people = (areas.loc[known, name].to_numpy(float) for name in ("count", "people"))
    near = as_matrix(neighbours, areas["area"].to_numpy())
    structure = bym2.scaled_covariance(near)[np.ix_(known, known)]
    return Counted(areas, known, count, people * overall, overall, structure)


# -- from the mixture to columns ----------------------------------------------------------------


def _summarise(
    found: bym2.Posterior, log_reference: float, confidence: float
) -> dict[str, np.ndarray]:
    weight, mean, variance = found.weight, found.mean, found.variance
    sd = np.sqrt(variance)
    tail = (1 - confidence) / 2
    columns = {
        "smoothed": weight @ np.exp(mean + variance / 2),
        "smoothed_low": np.exp(_limit(weight, mean, sd, tail)),
        "smoothed_high": np.exp(_limit(weight, mean, sd, 1 - tail)),
        "p_above": weight @ norm.sf(log_reference, mean, sd),
    }
    return columns | {"spatial": np.exp(found.spatial), "own": np.exp(found.own)}


def _limit(weight: np.ndarray, mean: np.ndarray, sd: np.ndarray, share: float) -> np.ndarray:
    """Return below what ``share`` of a mixture of normals lies, for each column, by halving."""
    ends = mean + norm.ppf(share) * sd
    low, high = ends.min(axis=0), ends.max(axis=0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = weight @ norm.cdf(middle, mean, sd) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def _shared(found: bym2.Posterior, confidence: float) -> dict[str, float]:
    """Return mean and limits of rho, and the mean of sigma."""
    odds = logit(found.rho)[:, None]
    # the grid is coarse: its points are smoothed by a part of their spread before limits are read
    spread = SMOOTHING * np.sqrt(found.weight @ (odds - found.weight @ odds) ** 2)
    tail = (1 - confidence) / 2
    low, high = (expit(_limit(found.weight, odds, spread, at)).item() for at in (tail, 1 - tail))
    values = (found.weight @ found.rho, low, high, found.weight @ found.sigma)
    return dict(zip(SHARED, map(float, values), strict=True))
