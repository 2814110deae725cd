"""Does a series jump from one level to another on the way? Asked before one slope is fitted to it.

A step in the level (a new office, a new form, a register lost) is taken for a rise or a fall by every
straight line. The largest score for a step, over all months at which one could lie, is held against
what the same series gives by chance under the fitted trend, season and wandering mean.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv

from analysis.measure.glm import PoissonFit
from analysis.measure.latent import carry

DRAWS = 1999
SEED = 20240702
FEWEST_BESIDE = 8  # reported months before and after a step
SHARE_BESIDE = 0.15
CHUNK = 32  # areas at a time: bounds the memory, does not change the result


class Step(NamedTuple):
    """The most likely step of each series, and how often chance alone looks as much like one."""

    place: np.ndarray  # areas: the first month of the new level, as its place; -1 where none fits
    p: np.ndarray  # areas; NaN where none fits


def find_step(
    residual: np.ndarray,
    fit: PoissonFit,
    design: np.ndarray,
    variance: np.ndarray,
    autocorrelation: np.ndarray,
    freedom: np.ndarray,
) -> Step:
    """Test each series for one step in its level, at any month but the first and last ones.

    ``residual``: areas x months, observed less fitted, NaN not used. ``variance`` and
    ``autocorrelation`` of the latent process, one an area: best from the other areas, because a
    step of its own looks like unrest. Score statistics in the manner
    of Andrews (1993, Econometrica 61: 821-856), whose common distribution under no step is
    simulated: multivariate t with the covariance of the scores, latent process included.
    """
    rng = np.random.default_rng(SEED)
    normal = rng.standard_normal((residual.shape[1], DRAWS))
    chance = rng.random(DRAWS)
    place, p = np.full(len(residual), -1), np.full(len(residual), np.nan)
    for carried in np.unique(autocorrelation):
        alike = np.flatnonzero(autocorrelation == carried)
        for at in range(0, len(alike), CHUNK):
            rows = alike[at : at + CHUNK]
            place[rows], p[rows] = _chunk(
                residual[rows],
                PoissonFit(*(each[rows] for each in fit)),
                design[rows],
                (variance[rows], float(carried)),
                freedom[rows],
                normal,
                chance,
            )
    return Step(place, p)


def _chunk(
    residual: np.ndarray,
    fit: PoissonFit,
    design: np.ndarray,
    process: tuple[np.ndarray, float],
    freedom: np.ndarray,
    normal: np.ndarray,
    chance: np.ndarray,
) -> Step:
    months = residual.shape[1]
    steps = np.tril(np.ones((months, months)))  # column c: one from month c on
    mean = fit.mean[:, :, None]
    # what a step adds beyond level, slope and season
    beyond = steps - design @ (fit.bread @ ((design * mean).transpose(0, 2, 1) @ steps))
    weighted = beyond * mean
    carried = carry(weighted, np.array([process[1]]))[0] * mean
    covariance = beyond.transpose(0, 2, 1) @ (weighted + process[0][:, None, None] * carried)
    score = np.einsum("atc,at->ac", beyond, np.nan_to_num(residual))
    spread = np.sqrt(np.maximum(np.einsum("acc->ac", covariance), 1e-300))
    allowed = _possible(~np.isnan(residual))
    place, p = np.full(len(residual), -1), np.full(len(residual), np.nan)
    for area in np.flatnonzero(allowed.any(axis=1)):
        at = np.flatnonzero(allowed[area])
        size = np.abs(score[area, at] / spread[area, at])
        alike = covariance[area][np.ix_(at, at)] / np.outer(spread[area, at], spread[area, at])
        root = np.linalg.cholesky(alike + 1e-9 * np.eye(len(at)))
        shrink = np.sqrt(2 * gammaincinv(freedom[area] / 2, chance) / freedom[area])
        largest = np.abs(root @ normal[: len(at)]).max(axis=0) / shrink
        place[area] = at[size.argmax()]
        p[area] = (1 + (largest >= size.max()).sum()) / (1 + DRAWS)
    return Step(place, p)


def _possible(seen: np.ndarray) -> np.ndarray:
    """Mark the months at which a new level could begin: enough reported months on either side."""
    before = np.cumsum(seen, axis=1) - seen
    total = seen.sum(axis=1, keepdims=True)
    beside = np.maximum(FEWEST_BESIDE, SHARE_BESIDE * total)
    return seen & (before >= beside) & (total - before >= beside)
