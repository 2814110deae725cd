"""How much more than Poisson the months scatter, and how long a high month stays high.

Counts of neighbouring months go up and down together; an interval that ignores it is too narrow.
Every series is taken as Poisson around a mean that wanders: mean x (1 + e), where e is one AR(1)
process with the same variance and autocorrelation in all areas (Zeger 1988, Biometrika 75:
621-629). Both are fitted by moments, pooled over the areas: the sums of products of residuals up to
six months apart are set equal to what they are expected to be. The expectation allows for
residuals being smaller than errors, because the mean was fitted to the same counts.
"""

from typing import NamedTuple

import numpy as np

from analysis.measure.glm import PoissonFit

LAGS = range(7)
AUTOCORRELATIONS = np.arange(20) / 20
CHUNK = 64  # areas at a time: bounds the memory, does not change the result
FEWEST_FREEDOM = 3.0
NOTHING = 1e-300


class Latent(NamedTuple):
    """The wandering of the mean that all areas share, and what it does to each fit."""

    variance: float
    autocorrelation: float
    covariance: np.ndarray  # areas x terms x terms, of the coefficients
    freedom: np.ndarray  # areas: degrees of freedom of the variance of the trend
    without: np.ndarray  # pooled areas x (variance, autocorrelation): fitted without that area
    own: np.ndarray  # areas: the variance that each alone would give at this autocorrelation


class _Moments(NamedTuple):
    """Sums of lagged products, areas last; the last two are for a latent variance of one."""

    observed: np.ndarray  # lags x areas, less what Poisson scatter alone would give
    weight: np.ndarray  # lags x areas
    expected: np.ndarray  # autocorrelations x lags x areas
    trend: np.ndarray  # autocorrelations x areas: variance of the trend's coefficient


def fit_latent(
    incidents: np.ndarray,
    fit: PoissonFit,
    design: np.ndarray,
    trend_term: int,
    pooled: np.ndarray,
    carried: np.ndarray | None = None,
) -> Latent:
    """Fit the latent process to the pooled areas; return the covariance of every area's terms.

    ``carried`` says how many times the common variance each series has, by default once: the ratio
    of two areas alike wanders with twice the variance of one.

    ``pooled`` marks the areas (true or false) that the process is fitted to; sums of others are
    better left out, because ups and downs of their parts cancel. The covariance is a sandwich:
    bread x variance of the score under the fitted process x bread. Its degrees of freedom
    (Satterthwaite 1946, Biometrics Bulletin 2: 110-114) come from leaving out one pooled area at a
    time; in one area alone, each year counts as one independent piece.
    """
    start = _first_variance(incidents[pooled], fit.mean[pooled], design.shape[-1])
    chunks = [slice(first, first + CHUNK) for first in range(0, len(incidents), CHUNK)]
    fits = [PoissonFit(*(each[part] for each in fit)) for part in chunks]
    parts = [
        _moments(incidents[part], some, design[part], start, trend_term)
        for part, some in zip(chunks, fits, strict=True)
    ]
    moments = _Moments(*(np.concatenate(each, axis=-1) for each in zip(*parts, strict=True)))
    times = np.ones(len(incidents)) if carried is None else carried
    moments = moments._replace(expected=moments.expected * times, trend=moments.trend * times)
    pool = _Moments(*(each[..., pooled] for each in moments))
    variances, choices = _solve(_Moments(*(each.sum(axis=-1, keepdims=True) for each in pool)))
    variance, autocorrelation = float(variances[0]), float(AUTOCORRELATIONS[choices[0]])
    covariance = [
        covariance_of(some, design[part], variance * times[part], autocorrelation)
        for part, some in zip(chunks, fits, strict=True)
    ]
    poisson = fit.bread[:, trend_term, trend_term]
    without, places = _leave_one_out(pool)
    if pooled.sum() > 1:
        latent = variance * moments.trend[choices[0]]
        freedom = _freedom(without, places, moments.trend, poisson, latent)
    else:
        freedom = np.full(len(poisson), (~np.isnan(incidents[pooled])).sum() / 12)
    return Latent(
        variance,
        autocorrelation,
        np.concatenate(covariance),
        np.maximum(freedom, FEWEST_FREEDOM),
        np.column_stack([without, AUTOCORRELATIONS[places]]),
        _own_variance(moments, choices[0]),
    )


def _first_variance(incidents: np.ndarray, mean: np.ndarray, terms: int) -> float:
    """Return a plain moment estimate, good enough to weight large against small counts."""
    months = (~np.isnan(incidents)).sum()
    spare = months / max(months - len(incidents) * terms, 1)
    residual = np.nan_to_num(incidents - mean)
    return max(0.0, float((residual**2 * spare - mean).sum() / (mean**2).sum()))


def _moments(
    incidents: np.ndarray, fit: PoissonFit, design: np.ndarray, variance: float, trend_term: int
) -> _Moments:
    """Sum the products of residuals by lag, beside their expectation for each autocorrelation.

    With H the weighted hat matrix, residuals have covariance (I - H) V (I - H)'; V is the mean on
    its diagonal (Poisson) plus variance x mean x mean' x autocorrelation^lag (latent).
    """
    mean = fit.mean
    scale = (1 / (1 + variance * mean))[:, :, None]  # where counts are large, months weigh alike
    weighted = design * mean[:, :, None]
    hat = weighted @ fit.bread
    residual = scale * np.nan_to_num(incidents - mean)[:, :, None]
    spread = scale * mean[:, :, None]
    poisson = -_lagged(scale * hat, scale * weighted)
    poisson[0] += (scale**2 * mean[:, :, None]).sum(axis=(1, 2))
    weight = _lagged(spread, spread)
    carried = carry(weighted, AUTOCORRELATIONS) * mean[:, :, None]
    middle = design.transpose(0, 2, 1) @ carried
    half = scale * (carried - hat @ middle / 2)
    own = weight[:, None] * np.stack([AUTOCORRELATIONS**lag for lag in LAGS])[:, :, None]
    expected = own - _lagged(scale * hat, half) - _lagged(half, scale * hat)
    # a square scatters twice as much as a product of two months
    twice = np.array([[2.0 if lag == 0 else 1.0] for lag in LAGS])
    return _Moments(
        _lagged(residual, residual) - poisson,
        weight * twice,
        expected.transpose(1, 0, 2),
        (fit.bread @ middle @ fit.bread)[:, :, trend_term, trend_term],
    )


def _lagged(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Sum first[month] x second[month + lag] over months and terms; lags come first."""
    months = first.shape[-2]
    return np.stack(
        [
            np.einsum("...tp,...tp->...", first[..., : months - lag, :], second[..., lag:, :])
            for lag in LAGS
        ]
    )


def carry(table: np.ndarray, autocorrelations: np.ndarray) -> np.ndarray:
    """Multiply by the matrices autocorrelation^|lag|: autocorrelations x areas x months x terms."""
    areas, months, terms = table.shape
    step = np.arange(months)
    matrices = autocorrelations[:, None, None] ** np.abs(step[:, None] - step[None, :])
    flat = matrices @ table.transpose(1, 0, 2).reshape(months, areas * terms)
    return flat.reshape(-1, months, areas, terms).transpose(0, 2, 1, 3)


def _solve(moments: _Moments) -> tuple[np.ndarray, np.ndarray]:
    """Return the variance and the autocorrelation's place on its grid that fit the lags best."""
    observed, expected = moments.observed, moments.expected
    weight = np.maximum(moments.weight, NOTHING)  # months far apart share no lag
    size = np.maximum((expected**2 / weight).sum(axis=1), NOTHING)
    variance = np.maximum(0.0, (observed * expected / weight).sum(axis=1) / size)
    loss = ((observed - variance[:, None] * expected) ** 2 / weight).sum(axis=1)
    choice = loss.argmin(axis=0)
    return np.take_along_axis(variance, choice[None], axis=0)[0], choice


def _own_variance(moments: _Moments, choice: int) -> np.ndarray:
    """Return the variance that fits each area's own lags best; it may be below zero."""
    expected, weight = moments.expected[choice], np.maximum(moments.weight, NOTHING)
    size = (expected**2 / weight).sum(axis=0)
    return (moments.observed * expected / weight).sum(axis=0) / np.maximum(size, NOTHING)


def _leave_one_out(pool: _Moments) -> tuple[np.ndarray, np.ndarray]:
    """Solve for the process without each pooled area in turn; one area alone leaves itself."""
    if pool.observed.shape[-1] == 1:
        return _solve(pool)
    return _solve(_Moments(*(each.sum(axis=-1, keepdims=True) - each for each in pool)))


def _freedom(
    variance: np.ndarray,
    choice: np.ndarray,
    trends: np.ndarray,
    poisson: np.ndarray,
    latent: np.ndarray,
) -> np.ndarray:
    """Return 2 x estimate^2 / its variance, the latter by leaving out one area at a time."""
    areas = len(variance)
    spread = np.zeros(len(latent))
    for place, trend in enumerate(trends):
        chosen = variance[choice == place]
        # sum of (chosen x trend - latent)^2 for all areas, without an areas x areas table
        spread += (chosen**2).sum() * trend**2 - 2 * chosen.sum() * trend * latent
        spread += len(chosen) * latent**2
    spread = np.maximum(spread * (areas - 1) / areas, 1e-12 * latent**2 + 1e-300)
    return 2 * (poisson + latent) ** 2 / spread


def covariance_of(
    fit: PoissonFit, design: np.ndarray, variance: np.ndarray, autocorrelation: float
) -> np.ndarray:
    """Return bread x variance of the score x bread for each area's own latent variance."""
    weighted = design * fit.mean[:, :, None]
    carried = carry(weighted, np.array([autocorrelation]))[0] * fit.mean[:, :, None]
    latent = fit.bread @ (design.transpose(0, 2, 1) @ carried) @ fit.bread
    return fit.bread + variance[:, None, None] * latent
