"""How restless the months are: scatter within a window, and ups and downs that outlast it."""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from analysis.measure.design import FEWEST_MONTHS, TREND
from analysis.measure.glm import PoissonFit
from analysis.measure.latent import FEWEST_FREEDOM, fit_latent
from analysis.measure.shares import fit_share

MONTHS_FOR_DISPERSION = 12
FEWEST_AREAS = 3  # two areas have one ratio between them, and one ratio cannot be pooled


def find_dispersion(incidents: np.ndarray) -> float:
    """Return how many times more monthly counts scatter than Poisson counts would; NaN if unknown.

    ``incidents``: one row an area, one column a month, NaN not reported. Pearson's chi-square over
    its degrees of freedom around area x month effects (McCullagh & Nelder 1989, 6.2.4), at least 1;
    it needs twelve months in which two areas or more reported. Shared ups and downs are no scatter.
    """
    seen = ~np.isnan(incidents)
    seen &= seen.sum(axis=0) > 1
    counts = np.where(seen, incidents, 0.0)
    seen &= (counts.sum(axis=1) > 0)[:, None] & (counts.sum(axis=0) > 0)[None, :]
    rows, columns = seen.any(axis=1).sum(), seen.any(axis=0).sum()
    freedom = seen.sum() - rows - columns + 1
    if columns < MONTHS_FOR_DISPERSION or freedom < 1:
        return float("nan")
    expected = seen.astype(float)
    # proportional fitting gives the maximum-likelihood means also when cells are missing
    for _ in range(200):
        before = expected
        for axis in (1, 0):
            fitted = expected.sum(axis=axis, keepdims=True)
            wanted = counts.sum(axis=axis, keepdims=True, where=seen)
            expected = expected * np.divide(wanted, fitted, np.zeros_like(fitted), where=fitted > 0)
        if np.abs(expected - before).max() < 1e-9 * (1 + expected.max()):
            break
    scatter = np.where(seen, (counts - expected) ** 2 / np.where(seen, expected, 1.0), 0.0)
    return max(1.0, float(scatter.sum() / freedom))


class Wander(NamedTuple):
    """The process by which an area's log rate strays from the others': AR(1), the same for all."""

    variance: float
    autocorrelation: float
    without: np.ndarray  # areas x 2: the same two, fitted without each area in turn


def find_wander(incidents: np.ndarray, month_of_year: np.ndarray) -> Wander | None:
    """Fit how the areas stray from one another over their whole history; None if too short.

    ``incidents``: areas x months without gaps in the calendar, NaN not reported. Each area is set
    beside the sum of the others that reported in the month; level, slope and yearly wave of its own
    are taken out. Needs three areas with 24 months each.
    """
    seen = ~np.isnan(incidents)
    seen &= seen.sum(axis=0) > 1
    counts = np.where(seen, incidents, 0.0)
    long = (seen.sum(axis=1) >= FEWEST_MONTHS) & (counts.sum(axis=1) > 0)
    if long.sum() < FEWEST_AREAS:
        return None
    counts, seen = counts[long], seen[long]
    # others that are silent in a month are missing from what the rest is expected to count
    expected = np.where(seen, (counts.sum(axis=1) / seen.sum(axis=1))[:, None], 0.0)
    total, expected_total = counts.sum(axis=0), expected.sum(axis=0)
    used = seen & (expected_total - expected > 0)
    rest = np.where(used, expected_total - expected, 1.0)
    offset = np.log(np.where(used, expected, 1.0) / rest)
    place = (np.arange(counts.shape[1]) - (counts.shape[1] - 1) / 2) / 12
    wave = 2 * np.pi * month_of_year / 12
    common = np.column_stack([np.ones(len(place)), place, np.sin(wave), np.cos(wave)])
    design = np.repeat(common[None], len(counts), axis=0)
    first, both = (np.where(used, part, np.nan) for part in (counts, total + 0 * counts))
    share = fit_share(first, both, design, offset)
    fit = PoissonFit(share.coefficients, share.weight, share.bread, share.converged)
    level = counts.sum(axis=1)
    others = (level**2).sum() - level**2
    carried = 1 + others / (level.sum() - level) ** 2
    fine = share.converged
    if fine.sum() < FEWEST_AREAS:
        return None
    latent = fit_latent(share.weight + share.residual, fit, design, TREND, fine, carried)
    return Wander(latent.variance, latent.autocorrelation, latent.without)


def level_dispersion(
    wander: Wander,
    months: np.ndarray,
    carried: np.ndarray | float,
    information: np.ndarray | float,
    confidence: float,
) -> np.ndarray:
    """Return how many reports carry the information of one when two long-run rates are compared.

    ``months``: numbers of the months compared; ``carried``: variance of the log ratio for an own
    variance of one; ``information``: 1 / Poisson variance of the log ratio; one entry a comparison.
    A high month is followed by high ones, so that twelve of them are no twelve witnesses.
    Uncertainty about the process itself widens the limits as Student's t does (Satterthwaite's
    degrees of freedom).
    """
    carried, information = np.asarray(carried, float), np.asarray(information, float)
    apart = np.abs(months[:, None] - months[None, :])

    def variance(own: float, autocorrelation: float) -> float:
        return float(own * (autocorrelation**apart).mean())

    latent = carried * variance(wander.variance, wander.autocorrelation)
    each = np.multiply.outer(carried, [variance(*row) for row in wander.without])
    number = each.shape[-1]
    spread = (number - 1) / number * ((each - latent[..., None]) ** 2).sum(axis=-1)
    freedom = 2 * (1 / information + latent) ** 2 / np.maximum(spread, 1e-300)
    upper = (1 + confidence) / 2
    longer = student.ppf(upper, np.maximum(freedom, FEWEST_FREEDOM)) / norm.ppf(upper)
    return longer**2 * (1 + latent * information)
