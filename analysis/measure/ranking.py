"""Ranks that know how sure they are: between which places an area lies, and who cannot be told apart.

Ranks are read from draws of all areas' rates together: ``rank_areas`` draws them from the
gamma-Poisson model of one count an area, ``rank_draws`` takes draws from any model. Rank 1 is the
highest rate. No table here holds a rank without its interval.
"""

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analysis.measure.columns import check_confidence, denominator, read_areas, unit_of
from analysis.measure.gamma_poisson import Grid, draw_rates, find_grid, posterior_mean
from analysis.words.messages import InsidenError

DRAWS = 4000
PLACES = ["rank_low", "rank_high", "alike", "group_first", "group_last"]


def rank_areas(
    table: pd.DataFrame,
    *,
    worst: int = 5,
    high_is_worst: bool = True,
    confidence: float = 0.95,
    per: int = 100_000,
    draws: int = DRAWS,
    seed: int = 0,
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Rank areas by the rate that their counts reveal, with an interval of ranks for each.

    ``table``: area, incidents, and exposure, or expected for ratios. One row an area, the columns:
    area, incidents, exposure (or expected), posterior (mean rate in the model of
    ``gamma_poisson``), posterior_low, posterior_high, and those of ``rank_draws``; seed, unit,
    method, confidence, why. An area without a count or without people has no rank and is not among
    the ``of`` areas; nor has any area where no report was made at all ("no_incidents") or only one
    area is known ("alone").

    A missing area changes the others' results only through what all areas tell about the spread of
    rates, the number of places, and the random draws, which ``seed`` fixes for a given table.
    Rank intervals hold the true rank as often as they promise when the areas' rates come from one
    gamma distribution (``benchmarks/calibration``); where neighbours share a level, draws from a
    spatial model fit better. The rates are of this period: ranks of next year are less sure.
    """
    given = read_areas(table, "ranks")
    known = given["why"] == ""
    count = given.loc[known, "count"].to_numpy(dtype=float)
    people = given.loc[known, "people"].to_numpy(dtype=float)
    name = denominator(table)
    found = given[["area", "incidents"]].assign(**{name: given["people"]})
    stop = "alone" if known.sum() == 1 else "" if count.sum() else "no_incidents"
    why = given["why"].mask(known, stop)
    if (why == "").any():
        overall = count.sum() / people.sum()
        expected = people * overall
        scale = overall if name == "expected" else overall * per
        grid = find_grid(count, expected)
        drawn = draw_rates(count, expected, grid, draws=draws, seed=seed) * scale
        ranks = rank_draws(
            pd.DataFrame(drawn, columns=found.loc[known, "area"]),
            worst=worst,
            high_is_worst=high_is_worst,
            confidence=confidence,
        )
        # the mean is known without drawing
        ranks["posterior"] = posterior_mean(count, expected, grid) * scale
    else:
        ranks = _no_ranks(worst, confidence)
    found = found.merge(ranks.drop(columns=["method", "confidence"]), on="area", how="left")
    found["of"], found["worst"] = int((why == "").sum()), worst
    return found.assign(
        seed=seed,
        unit=unit_of(table, counted, per, among),
        method="gamma_poisson",
        confidence=confidence,
        why=why,
    )


def rank_draws(
    draws: pd.DataFrame, *, worst: int = 5, high_is_worst: bool = True, confidence: float = 0.95
) -> pd.DataFrame:
    """Rank areas by draws from the joint posterior of their rates: one column an area, one row a draw.

    Columns: area, posterior (mean), posterior_low, posterior_high (as much probability on either
    side), rank_expected (mean rank), rank_low and rank_high (the shortest run of places with the
    probability ``confidence``, and of equally short ones the most central), of (areas ranked),
    p_worst (probability of being among the ``worst`` first places), worst, alike (how many others
    cannot be told apart from it), group_first, group_last, method ("draws"), confidence.

    Rank 1 is the highest rate, or the lowest without ``high_is_worst``. Two areas can be told apart
    where the posterior probability that one is higher lies outside (1 -+ confidence) / 2
    (``find_pairs`` lists them). That is not transitive: a like b and b like c says nothing of a
    and c. So a group is a longest run of areas, in order of expected rank, in which *no* pair can
    be told apart; groups overlap, and an area is in those from group_first to group_last. Areas
    without a common group may still not be told apart: only ``find_pairs`` answers for a pair.
    """
    check_confidence(confidence)
    if worst < 1:
        raise InsidenError("measure.worst", text=worst)
    if draws.columns.duplicated().any():
        area = draws.columns[draws.columns.duplicated()][0]
        raise InsidenError("measure.repeated_area", area=area)
    values = draws.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise InsidenError("measure.draws")
    ranks = _ranks(values, high_is_worst)
    tail = (1 - confidence) / 2
    low, high = _shortest(ranks, confidence)
    table = pd.DataFrame({"area": draws.columns.to_numpy(), "posterior": values.mean(axis=0)})
    table["posterior_low"], table["posterior_high"] = np.quantile(values, [tail, 1 - tail], axis=0)
    table["rank_expected"] = ranks.mean(axis=0)
    table["rank_low"], table["rank_high"], table["of"] = low, high, values.shape[1]
    table["p_worst"] = (ranks <= worst).mean(axis=0)
    table["worst"] = worst
    order = np.argsort(table["rank_expected"].to_numpy(), kind="stable")
    apart = _apart(_higher(ranks[:, order]), confidence)
    first, last = _groups(apart)
    for name, of_order in (
        ("alike", len(order) - 1 - apart.sum(axis=1)),
        ("group_first", first),
        ("group_last", last),
    ):
        table.loc[order, name] = of_order
    return table.assign(method="draws", confidence=confidence).astype(
        dict.fromkeys(PLACES, "Int64")
    )


def find_pairs(draws: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Say of each pair of areas how probable it is that the first has the higher rate.

    ``draws`` as for ``rank_draws``. One row a pair, the area of higher expected rank first:
    area, other, p_higher, told_apart, method, confidence.
    """
    check_confidence(confidence)
    ranks = _ranks(draws.to_numpy(dtype=float), True)
    order = np.argsort(ranks.mean(axis=0), kind="stable")
    higher = _higher(ranks[:, order])
    first, second = np.triu_indices(len(order), 1)
    names = draws.columns.to_numpy()[order]
    return pd.DataFrame(
        {
            "area": names[first],
            "other": names[second],
            "p_higher": higher[first, second],
            "told_apart": _apart(higher, confidence)[first, second],
            "method": "draws",
            "confidence": confidence,
        }
    )


def draw_posterior(table: pd.DataFrame, *, draws: int = DRAWS, seed: int = 0) -> pd.DataFrame:
    """Return the draws behind ``rank_areas``: one column an area, one row a draw.

    Rates relative to the rate of all areas together; areas without a count are left out.
    """
    given = read_areas(table, "ranks").query("why == ''")
    count, people = given["count"].to_numpy(float), given["people"].to_numpy(float)
    if count.sum() == 0:
        raise InsidenError("measure.nothing_known", table="ranks")
    expected = people * count.sum() / people.sum()
    drawn = draw_rates(count, expected, find_grid(count, expected), draws=draws, seed=seed)
    return pd.DataFrame(drawn, columns=given["area"].to_numpy())


def find_spread(table: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Say how far areas differ beyond chance, before any of them is called high or low; one row.

    ``table`` as for ``rank_areas``. Columns: areas, incidents, cv (standard deviation of the areas'
    rates / their mean, posterior median), cv_low, cv_high, chi_square with its degrees and p
    (Pearson; the expected counts of the table, or those of one common rate, which costs a degree;
    rough where fewer than about five incidents are expected in many areas),
    potthoff_whittinghill (sum of expected x sum of O (O - 1) / E: Potthoff & Whittinghill 1966,
    Biometrika 53: 183-190; as DCluster), unit, method, confidence, why ("no_incidents", "alone").
    """
    check_confidence(confidence)
    given = read_areas(table, "ranks").query("why == ''")
    count, people = given["count"].to_numpy(float), given["people"].to_numpy(float)
    row = {"areas": len(given), "incidents": count.sum()}
    why = "alone" if len(given) < 2 else "" if count.sum() else "no_incidents"
    numbers = ["cv", "cv_low", "cv_high", "chi_square", "degrees", "p", "potthoff_whittinghill"]
    row |= dict.fromkeys(numbers, np.nan)
    if not why:
        common = denominator(table) == "exposure"
        expected = people * count.sum() / people.sum() if common else people
        chi_square = ((count - expected) ** 2 / expected).sum()
        degrees = len(count) - common
        row |= dict(zip(numbers, _cv(find_grid(count, expected), confidence), strict=False))
        row |= {"chi_square": chi_square, "degrees": degrees, "p": chi2.sf(chi_square, degrees)}
        row["potthoff_whittinghill"] = expected.sum() * (count * (count - 1) / expected).sum()
    row |= {"unit": "standard deviation / mean", "method": "gamma_poisson"}
    return pd.DataFrame([row | {"confidence": confidence, "why": why}])


# -- from draws to ranks ------------------------------------------------------------------------


def _ranks(values: np.ndarray, high_first: bool) -> np.ndarray:
    """Return draws x areas of ranks from 1."""
    order = np.argsort(-values if high_first else values, axis=1)
    kind = np.int16 if values.shape[1] < np.iinfo(np.int16).max else np.int32
    ranks = np.empty(values.shape, dtype=kind)
    np.put_along_axis(ranks, order, np.arange(1, values.shape[1] + 1, dtype=kind)[None], 1)
    return ranks


def _shortest(ranks: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    number = len(ranks)
    inside = min(int(np.ceil(confidence * number)), number)
    ordered = np.sort(ranks, axis=0)
    low, high = ordered[: number - inside + 1], ordered[inside - 1 :]
    off_centre = np.abs(2 * np.arange(len(low)) - (number - inside))
    cost = (high - low).astype(np.int64) * (number + 1) + off_centre[:, None]
    best = cost.argmin(axis=0)[None]
    return np.take_along_axis(low, best, 0)[0], np.take_along_axis(high, best, 0)[0]


def _higher(ranks: np.ndarray) -> np.ndarray:
    """Return areas x areas: the share of draws in which the row stands before the column."""
    columns = np.ascontiguousarray(ranks.T)
    higher = np.full((len(columns), len(columns)), 0.5)
    # one area against those after it at a time: all pairs of all draws would not fit in memory
    for place, row in enumerate(columns[:-1]):
        before = np.count_nonzero(row < columns[place + 1 :], axis=1) / len(row)
        higher[place, place + 1 :], higher[place + 1 :, place] = before, 1 - before
    return higher


def _apart(higher: np.ndarray, confidence: float) -> np.ndarray:
    sure = (1 + confidence) / 2
    return (higher > sure) | (higher < 1 - sure)


def _groups(apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last group of each area; ``apart`` in order of expected rank."""
    size = len(apart)
    later = np.triu(apart, 1)
    partner = np.where(later.any(axis=1), later.argmax(axis=1), size)
    # a run from here ends before the first area that anyone in it can be told apart from
    end = np.minimum.accumulate(partner[::-1])[::-1]
    begins = np.append(True, end[1:] > end[:-1])
    ends = end[begins]
    here = np.arange(size)
    return np.searchsorted(ends, here, side="right") + 1, np.cumsum(begins)


def _no_ranks(worst: int, confidence: float) -> pd.DataFrame:
    empty = rank_draws(pd.DataFrame({"": [0.0]}), worst=worst, confidence=confidence)
    return empty[:0]


def _cv(grid: Grid, confidence: float) -> np.ndarray:
    """Return the median of cv and its limits."""
    cv = grid.shape**-0.5
    order = np.argsort(cv)
    share = np.cumsum(grid.weight[order]) - grid.weight[order] / 2
    tail = (1 - confidence) / 2
    return np.interp([0.5, tail, 1 - tail], share, cv[order])
