"""Does an area rise or fall faster than its neighbours? The ratio to them, and two ways to judge it.

What moves an area and its neighbours alike cancels in the share that the area has of both. The slope
of the log ratio is judged twice. The **placebo rank** asks how unusual it is among the same
comparison made for every other area; it needs no model, but with n areas p cannot be below 1/n. The
**model** takes the ratio's unrest for one AR(1) process, fitted to all areas together (``latent``).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t as student

from analysis.measure.design import FEWEST_MONTHS, TREND
from analysis.measure.glm import PoissonFit
from analysis.measure.latent import Latent, covariance_of, fit_latent
from analysis.measure.pairs import Pairs, make_pairs
from analysis.measure.shares import ShareFit, fit_share

LEAST_VARIANCE = 0.1  # of the common variance
TINY = 1e-300
TIE = 1e-9  # of a statistic: what rounding may move
NUMBERS = ["yearly_difference", "low", "high", "model_low", "model_high", "p", "p_model"]


class Fitted(NamedTuple):
    """The log ratio of the pairs that have enough months, and how it wanders."""

    rows: np.ndarray  # their places among the pairs
    share: ShareFit
    latent: Latent


def find_trend_differences(
    counts: pd.DataFrame,
    population: pd.DataFrame,
    groups: dict[str, list[str]],
    *,
    comparator: str = "land_neighbours",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return by how many per cent a year each area outgrows its comparator; one row an area.

    ``counts``: area, month, incidents of all categories together, without months that are
    provisional or partial; ``population``: area, population (with years and vintages as for
    ``find_trend``); ``groups``: **every** area -> the members of its comparator, because all are one
    another's placebos; ``comparator`` names the kind. See ``make_pairs`` for gaps.

    ``p`` is the placebo rank: the share of areas whose |slope / standard error| is at least as
    large, its own among them; ties count against it; ``smallest_p`` is 1 / ``placebo_areas``.
    ``low`` and ``high`` hold the differences that the rank would not reject, and the verdict is
    faster or slower where they leave out none, else not_separable. With so few areas that no rank
    can be small enough, both are the model's (``method`` "ratio_model", not "ratio_placebo").
    ``model_low``, ``model_high`` and ``p_model`` always stand beside them: where areas differ in
    earnest, a difference can be certain and yet not unusual. ``why``: "no_neighbours",
    "no_common_months", "few_months" (below 24), "no_incidents", "population_break",
    "not_converged".

    Abadie, Diamond & Hainmueller (2010), JASA 105: 493-505, for placebos in space.
    """
    pairs = make_pairs(counts, population, groups)
    table = describe_pairs(pairs, comparator)
    short = (table["months"] < FEWEST_MONTHS) & (table["why"] == "")
    table["why"] = table["why"].mask(short, "few_months")
    table[NUMBERS] = np.nan
    table["placebo_areas"], table["smallest_p"] = 0, np.nan
    table["verdict"] = np.where(short, "too_short", "not_comparable")
    table["method"], table["confidence"], table["unit"] = "", confidence, "percent_a_year"
    rows = np.flatnonzero(table["why"] == "")
    if len(rows):
        _fill(table, fit_pairs(pairs, rows), confidence)
    return table


def describe_pairs(pairs: Pairs, comparator: str) -> pd.DataFrame:
    """Say who is compared with whom, over which months, and what both sides counted."""
    used = ~np.isnan(pairs.total)
    first, last = (
        [pick(pairs.months[row]) if row.any() else pd.NaT for row in used] for pick in (min, max)
    )
    return pd.DataFrame(
        {
            "focal": pairs.focal,
            "comparator": comparator,
            "members": [";".join(each) for each in pairs.members],
            "k": [len(each) for each in pairs.members],
            "left_out": [";".join(each) for each in pairs.left_out],
            "months": used.sum(axis=1),
            "first": pd.DatetimeIndex(first),
            "last": pd.DatetimeIndex(last),
            "incidents": np.nansum(pairs.first, axis=1).astype(int),
            "comparator_incidents": np.nansum(pairs.total - pairs.first, axis=1).astype(int),
            "why": pairs.why,
        }
    )


def fit_pairs(pairs: Pairs, rows: np.ndarray) -> Fitted:
    """Fit level, slope and one yearly wave to the log ratio of the pairs in ``rows``, and its unrest."""
    months = pairs.months
    place = np.arange(len(months)) - (len(months) - 1) / 2
    wave = 2 * np.pi * months.month.to_numpy() / 12
    common = np.column_stack([np.ones(len(months)), place / 12, np.sin(wave), np.cos(wave)])
    design = np.repeat(common[None], len(rows), axis=0)
    share = fit_share(pairs.first[rows], pairs.total[rows], design, pairs.offset[rows])
    # a binomial count is a Poisson one to the latent process, with the weight for a mean
    like_poisson = PoissonFit(share.coefficients, share.weight, share.bread, share.converged)
    latent = fit_latent(
        share.weight + share.residual,
        like_poisson,
        design,
        TREND,
        share.converged | ~share.converged.any(),
        pairs.carried[rows],
    )
    variance = shrunk_variance(latent, share.weight)
    return Fitted(
        rows,
        share,
        latent._replace(
            covariance=covariance_of(
                like_poisson, design, variance * pairs.carried[rows], latent.autocorrelation
            )
        ),
    )


def shrunk_variance(latent: Latent, weight: np.ndarray) -> np.ndarray:
    """Return each pair's own variance of the log ratio, drawn towards the common one.

    Some ratios are more restless than others, but one pair tells little about its own unrest. The
    less it tells, and the less the pairs differ from one another beyond that, the nearer its
    variance is to the common one (empirical Bayes, as Smyth 2004, SAGMB 3: 3).
    """
    months = (weight > 0).sum(axis=1)
    chance = months / np.maximum(weight.sum(axis=1), TINY)  # binomial variance of a month's ratio
    squared = latent.autocorrelation**2
    wander = latent.variance**2 * (1 + squared) / (1 - squared)
    spread = 2 * (wander + chance**2 + 2 * chance * latent.variance) / months
    apart = (latent.own - latent.variance) ** 2 - spread
    between = max(0.0, float(np.average(apart, weights=1 / spread**2)))
    trust = between / (between + spread)
    shrunk = latent.variance + trust * (latent.own - latent.variance)
    return np.maximum(shrunk, LEAST_VARIANCE * latent.variance)


def _fill(table: pd.DataFrame, fitted: Fitted, confidence: float) -> None:
    """Write slopes, intervals and ranks into the rows of the fitted pairs."""
    fine = fitted.share.converged
    slope = fitted.share.coefficients[fine, TREND]
    error = np.sqrt(fitted.latent.covariance[fine, TREND, TREND])
    freedom = fitted.latent.freedom[fine]
    size = np.abs(slope) / error
    p, placebo = rank_among(size, confidence)
    model = student.ppf((1 + confidence) / 2, freedom)
    by_rank = np.isfinite(placebo)
    reach = np.where(by_rank, placebo, model) * error
    limits = [slope, slope - reach, slope + reach, slope - model * error, slope + model * error]
    found = [*(100 * np.expm1(each) for each in limits), p, 2 * student.sf(size, freedom)]
    rows = fitted.rows[fine]
    table.loc[rows, NUMBERS] = np.column_stack(found)
    table.loc[rows, "placebo_areas"] = len(rows)
    table.loc[rows, "smallest_p"] = 1 / len(rows)
    sides = [slope - reach > 0, slope + reach < 0]
    table.loc[rows, "verdict"] = np.select(sides, ["faster", "slower"], "not_separable")
    table.loc[rows, "method"] = np.where(by_rank, "ratio_placebo", "ratio_model")
    table.loc[fitted.rows[~fine], "why"] = "not_converged"


def rank_among(size: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the placebo p of each statistic among all, and how large it must be to be unusual.

    p = (number of areas whose statistic is at least as large, itself included) / areas. The second
    is the largest statistic for which p would stay above 1 - confidence; infinite where the areas
    are so few that p cannot be so small.
    """
    areas = len(size)
    order = np.sort(size)
    p = (areas - np.searchsorted(order, size * (1 - TIE), side="left")) / areas
    allowed = int(np.floor((1 - confidence) * areas + TIE))  # ranks that are unusual enough
    if allowed < 1:
        return p, np.full(areas, np.inf)
    # the statistic at rank `allowed` among the others: one place lower for those above it
    above = size >= order[areas - allowed] * (1 - TIE)
    return p, np.where(above, order[areas - allowed - 1], order[areas - allowed])
