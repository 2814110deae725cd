"""Two counts and their exposures: the ratio and the difference of their rates, with their limits."""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc
from scipy.stats import beta, binom

from analysis.measure.rates import poisson_interval

HALVINGS = 60  # of the range of a share: beyond double precision


class Ratio(NamedTuple):
    """Rate ratios with their limits and two-sided p; one entry a comparison."""

    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


class Difference(NamedTuple):
    """Rate differences with their limits, in incidents per unit of exposure."""

    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray


def rate_ratio(
    incidents: np.ndarray,
    exposure: np.ndarray,
    other_incidents: np.ndarray,
    other_exposure: np.ndarray,
    dispersion: float | np.ndarray = 1.0,
    *,
    confidence: float = 0.95,
) -> Ratio:
    """Compare two Poisson rates exactly: given their sum, the first count is binomial.

    Limits by Clopper & Pearson (1934), Biometrika 26: 404-413; two-sided p by the method of small
    p-values, as R's ``poisson.test``. No incident at all: no ratio, limits 0 and infinity, p = 1.
    With a ``dispersion`` above one the limits, not p, are those of both counts divided by it: as if
    so many reports carried the information of one. Unknown (NaN), it leaves no limits.
    """
    one, people, other, other_people = _floats(incidents, exposure, other_incidents, other_exposure)
    low, high = ratio_limits(one, people, other, other_people, dispersion, confidence=confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = one / other * (other_people / people)
    p = _two_sided_p(one, one + other, people / (people + other_people))
    return Ratio(ratio, low, high, p)


def ratio_limits(
    incidents: np.ndarray,
    exposure: np.ndarray,
    other_incidents: np.ndarray,
    other_exposure: np.ndarray,
    dispersion: float | np.ndarray = 1.0,
    *,
    confidence: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of ``rate_ratio`` alone; the counts need not be whole."""
    one, people, other, other_people = _floats(incidents, exposure, other_incidents, other_exposure)
    tail = (1 - confidence) / 2
    first, second = one / dispersion, other / dispersion
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(first == 0, 0.0, beta.ppf(tail, first, second + 1))
        high = np.where(second == 0, 1.0, beta.ppf(1 - tail, first + 1, second))
        scale = other_people / people
        return low / (1 - low) * scale, high / (1 - high) * scale


def mid_p_ratio(
    incidents: np.ndarray,
    exposure: np.ndarray,
    other_incidents: np.ndarray,
    other_exposure: np.ndarray,
    *,
    confidence: float = 0.95,
) -> Ratio:
    """Compare two Poisson rates by mid-P: the outcome seen counts half to either side.

    Shorter than the exact limits and right on average rather than always (Rothman & Boice 1979;
    Berry & Armitage 1995, The Statistician 44: 417-423). ``ratio`` is the median-unbiased estimate
    and p twice the smaller tail, both as epitools' ``rateratio``; its exact p differs from the
    small p-values of ``rate_ratio`` by this doubling. No incident at all: as ``rate_ratio``.
    """
    one, people, other, other_people = _floats(incidents, exposure, other_incidents, other_exposure)
    tail, scale = (1 - confidence) / 2, other_people / people
    total = one + other
    upper, middle, lower = (
        _share_at(one, total, wanted) for wanted in (1 - tail, 0.5, tail)
    )  # the tail below the count falls as the share grows
    below = _mid_tail(one, total, people / (people + other_people))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Ratio(
            np.where(total == 0, np.nan, np.where(one == 0, 0.0, middle / (1 - middle) * scale)),
            np.where(one == 0, 0.0, upper / (1 - upper) * scale),
            np.where(other == 0, np.inf, lower / (1 - lower) * scale),
            np.where(total == 0, 1.0, 2 * np.minimum(below, 1 - below)),
        )


def rate_difference(
    incidents: np.ndarray,
    exposure: np.ndarray,
    other_incidents: np.ndarray,
    other_exposure: np.ndarray,
    dispersion: float | np.ndarray = 1.0,
    *,
    confidence: float = 0.95,
) -> Difference:
    """Return the difference of two Poisson rates, with limits recovered from those of each rate.

    MOVER (Donner & Zou 2012, Statistical Methods in Medical Research 21: 347-359) on the exact
    limits of Garwood; zero counts are fine. ``dispersion`` as in ``rate_ratio``.
    """
    one, people, other, other_people = _floats(incidents, exposure, other_incidents, other_exposure)
    rate, low, high = _rate(one, people, dispersion, confidence)
    other_rate, other_low, other_high = _rate(other, other_people, dispersion, confidence)
    difference = rate - other_rate
    return Difference(
        difference,
        difference - np.hypot(rate - low, other_high - other_rate),
        difference + np.hypot(high - rate, other_rate - other_low),
    )


def _rate(
    incidents: np.ndarray, exposure: np.ndarray, dispersion: float | np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = poisson_interval(incidents / dispersion, confidence)
    return incidents / exposure, low * dispersion / exposure, high * dispersion / exposure


def _floats(*parts: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(part, float) for part in parts)


def _mid_tail(successes: np.ndarray, trials: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return P(fewer) + P(as many) / 2 of a binomial count."""
    others = trials - successes
    with np.errstate(invalid="ignore"):
        fewer = np.where(
            successes == 0, 0.0, betainc(others + 1, np.maximum(successes, 1), 1 - share)
        )
        at_most = np.where(
            others == 0, 1.0, betainc(np.maximum(others, 1), successes + 1, 1 - share)
        )
    return (fewer + at_most) / 2


def _share_at(successes: np.ndarray, trials: np.ndarray, wanted: float) -> np.ndarray:
    """Find the share whose mid tail is ``wanted``; the tail falls as the share grows."""
    low, high = np.zeros_like(successes), np.ones_like(successes)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = _mid_tail(successes, trials, middle) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def _two_sided_p(successes: np.ndarray, trials: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Add up the probability of every outcome that is no more likely than the one seen."""
    mirrored = successes > trials * share
    successes = np.where(mirrored, trials - successes, successes)
    share = np.where(mirrored, 1 - share, share)
    # R's tolerance, without which equal probabilities differ by their rounding
    limit = binom.pmf(successes, trials, share) * (1 + 1e-7)
    # bisect for the first outcome above the mean that is as unlikely
    below, first = np.ceil(trials * share) - 1, trials + 1
    while (first - below > 1).any():
        middle = np.floor((below + first) / 2)
        unlikely = binom.pmf(middle, trials, share) <= limit
        first = np.where(unlikely, middle, first)
        below = np.where(unlikely, below, middle)
    p = binom.cdf(successes, trials, share) + binom.sf(first - 1, trials, share)
    return np.where(successes == trials * share, 1.0, np.minimum(p, 1.0))
