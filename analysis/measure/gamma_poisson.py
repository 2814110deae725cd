"""Areas that differ, and counts that scatter: the gamma-Poisson model of many rates at once.

Each area has its own relative rate, drawn from one gamma distribution; its count is Poisson around
relative rate x expected count. So the counts are negative binomial, and what the gamma is like can
be read from all areas together: its mean, and how far areas differ (``cv``, standard deviation /
mean). An area with few reports is then drawn towards the mean, one with many keeps its own rate.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

DEEP = 14.0  # how far below the best a log likelihood still counts
CV_RANGE = (1e-3, 20.0)
USUAL_CV = 0.3  # how far districts commonly differ in the crime and health data of other countries
GRID = (48, 15)  # points for cv and for the mean


class Gamma(NamedTuple):
    """The distribution of the relative rates, one entry an area where covariates move the mean."""

    shape: float  # 1 / cv^2
    mean: np.ndarray


class Grid(NamedTuple):
    """What the counts say about the gamma: points of (shape, mean) and how likely each is."""

    shape: np.ndarray
    mean: np.ndarray
    weight: np.ndarray  # sums to one


def fit_gamma(
    incidents: np.ndarray, expected: np.ndarray, covariates: np.ndarray | None = None
) -> Gamma:
    """Return the gamma under which the counts are likeliest (negative binomial maximum likelihood).

    ``covariates``: one row an area, one column a covariate; the mean is then log-linear in them.
    Where the counts scatter no more than chance the shape is very large (cv below 0.001).
    """
    design = np.ones((len(incidents), 1))
    if covariates is not None:
        spread = covariates.std(axis=0)
        scaled = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        design = np.column_stack([design, scaled])

    def against(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        shape, mean = np.exp(parameters[0]), expected * np.exp(design @ parameters[1:])
        by_shape = (
            digamma(incidents + shape)
            - digamma(shape)
            + np.log(shape / (shape + mean))
            + (mean - incidents) / (shape + mean)
        ).sum()
        by_log_mean = design.T @ (shape * (incidents - mean) / (shape + mean))
        loss = -log_likelihood(incidents, mean, shape).sum()
        return float(loss), -np.append(shape * by_shape, by_log_mean)

    level = np.log(incidents.sum() / expected.sum())
    start = np.zeros(1 + design.shape[1])
    start[1] = level
    least, most = (-2 * np.log(cv) for cv in reversed(CV_RANGE))
    bounds = [(least, most), *[(-30.0, 30.0)] * design.shape[1]]
    options = {"ftol": 1e-15}
    found = minimize(against, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return Gamma(float(np.exp(found.x[0])), np.exp(design @ found.x[1:]))


def log_likelihood(
    incidents: np.ndarray, mean: np.ndarray, shape: np.ndarray | float
) -> np.ndarray:
    """Return the log probability of negative binomial counts, without the part that never changes."""
    return (
        gammaln(incidents + shape)
        - gammaln(shape)
        - shape * np.log1p(mean / shape)
        + incidents * np.log(mean / (shape + mean))
    )


def find_grid(incidents: np.ndarray, expected: np.ndarray) -> Grid:
    """Return how likely each gamma is, given the counts of all areas.

    Prior: flat for the log of the mean; for cv a half-Cauchy with the scale 0.3, which lets "no
    difference at all" be likely and rules out no large one (Gelman 2006, Bayesian Analysis 1:
    515-533, who also says why not a gamma prior for the shape). It matters only where counts are
    too small to tell. The points are laid where the likelihood is: first for cv, with the mean at
    its best, then for the mean.
    """
    cv = np.geomspace(*CV_RANGE, GRID[0])
    for _ in range(2):  # the second time only where the first found anything
        shape = cv**-2
        best, error = _best_mean(incidents, expected, shape)
        depth = log_likelihood(incidents, expected * best[:, None], shape[:, None]).sum(axis=1)
        depth += _log_prior(cv) + np.log(error)
        near = cv[depth > depth.max() - DEEP]
        step = cv[1] / cv[0]
        ends = max(near[0] / step, CV_RANGE[0]), min(near[-1] * step, CV_RANGE[1])
        cv = np.geomspace(*ends, GRID[0])
    shape = cv**-2
    best, error = _best_mean(incidents, expected, shape)
    steps = np.linspace(-5, 5, GRID[1])
    mean = best[:, None] * np.exp(error[:, None] * steps)
    depth = np.stack(
        [
            log_likelihood(incidents, expected * column[:, None], shape[:, None]).sum(axis=1)
            for column in mean.T
        ],
        axis=1,
    )
    depth += (_log_prior(cv) + np.log(error))[:, None]
    weight = np.exp(depth - depth.max())
    shape = np.broadcast_to(shape[:, None], mean.shape)
    keep = weight > 1e-9
    return Grid(shape[keep], mean[keep], weight[keep] / weight[keep].sum())


def posterior_mean(incidents: np.ndarray, expected: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the mean relative rate of each area, over all gammas of the grid."""
    total = np.zeros(len(incidents))
    for shape, mean, weight in zip(*grid, strict=True):
        total += weight * (incidents + shape) / (expected + shape / mean)
    return total


def draw_rates(
    incidents: np.ndarray, expected: np.ndarray, grid: Grid, *, draws: int, seed: int
) -> np.ndarray:
    """Return draws x areas of relative rates from their joint posterior.

    The points of the grid are drawn in proportion to their weight, evenly and not at random.
    """
    rng = np.random.default_rng(seed)
    even = (np.arange(draws) + rng.random()) / draws
    chosen = np.searchsorted(np.cumsum(grid.weight), even).clip(max=len(grid.weight) - 1)
    shape, mean = grid.shape[chosen][:, None], grid.mean[chosen][:, None]
    return rng.standard_gamma(incidents + shape) / (expected + shape / mean)


def _log_prior(cv: np.ndarray) -> np.ndarray:
    """Return the log density of a half-Cauchy cv on the log scale, on which the points are even."""
    return np.log(cv) - np.log1p((cv / USUAL_CV) ** 2)


def _best_mean(
    incidents: np.ndarray, expected: np.ndarray, shape: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each shape the likeliest mean and the standard error of its logarithm."""
    shape = shape[:, None]
    log_mean = np.full(len(shape), np.log(max(incidents.sum(), 0.5) / expected.sum()))
    for _ in range(50):
        mean = expected * np.exp(log_mean)[:, None]
        slope = (shape * (incidents - mean) / (shape + mean)).sum(axis=1)
        bend = (shape * mean * (incidents + shape) / (shape + mean) ** 2).sum(axis=1)
        step = np.clip(slope / bend, -1, 1)
        log_mean = log_mean + step
        if np.abs(step).max() < 1e-8:
            break
    return np.exp(log_mean), 1 / np.sqrt(bend)
