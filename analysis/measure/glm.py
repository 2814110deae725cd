"""Poisson regression of many series at once: the same answer as one library call a series, sooner."""

from typing import NamedTuple

import numpy as np

STEPS = 60
BOUND = 30.0  # of the linear predictor: a mean between e^-30 and e^30
TINY = 1e-12


class PoissonFit(NamedTuple):
    """Log-linear fits of ``areas`` series over ``months`` with ``terms`` each."""

    coefficients: np.ndarray  # areas x terms
    mean: np.ndarray  # areas x months, in incidents; 0 where nothing was reported
    bread: np.ndarray  # areas x terms x terms: inverse of the Poisson information
    converged: np.ndarray  # areas


def fit_poisson(incidents: np.ndarray, design: np.ndarray, offset: np.ndarray) -> PoissonFit:
    """Fit log(mean) = design x coefficients + offset to each series by maximum likelihood.

    ``incidents`` and ``offset``: areas x months; NaN incidents are left out. ``design``: areas x
    months x terms; a term that is zero throughout gets coefficient 0. Iteratively reweighted least
    squares (Nelder & Wedderburn 1972, JRSS A 135: 370-384) until the deviance stands still.
    """
    seen = ~np.isnan(incidents)
    counts = np.where(seen, incidents, 0.0)
    mean = np.where(seen, counts + 0.5, 0.0)
    predictor = np.log(counts + 0.5)
    deviance = np.full(len(counts), np.inf)
    for _ in range(STEPS):
        working = predictor - offset + np.where(seen, counts / np.where(seen, mean, 1.0) - 1, 0.0)
        score = np.einsum("atp,at->ap", design, mean * working)
        coefficients = solve(_information(design, mean), score[:, :, None])[:, :, 0]
        fitted = np.einsum("atp,ap->at", design, coefficients) + offset
        predictor = np.clip(fitted, -BOUND, BOUND)
        mean = np.where(seen, np.exp(predictor), 0.0)
        before, deviance = deviance, _deviance(counts, mean, seen)
        # a step that moves the deviance so little is followed by one below rounding
        converged = np.abs(deviance - before) <= TINY * (deviance + counts.sum(axis=1) + 1)
        if converged.all():
            break
    information = _information(design, mean)
    every_term = np.broadcast_to(np.eye(design.shape[-1]), information.shape)
    return PoissonFit(coefficients, mean, solve(information, every_term), converged)


def dispersion(incidents: np.ndarray, fit: PoissonFit) -> np.ndarray:
    """Return Pearson's chi-square over its degrees of freedom, one number an area."""
    seen = ~np.isnan(incidents)
    scatter = np.where(seen, (incidents - fit.mean) ** 2, 0.0) / np.where(seen, fit.mean, 1.0)
    terms = (np.diagonal(fit.bread, axis1=1, axis2=2) > 0).sum(axis=1)
    return scatter.sum(axis=1) / (seen.sum(axis=1) - terms)


def solve(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve many small symmetric systems; a row and column of zeros gives zeros.

    A ridge of 1e-12 (of a unit diagonal) keeps terms that repeat one another from stopping the
    whole batch; it moves a sound solution by less than 1e-9 of its size.
    """
    diagonal = np.einsum("aii->ai", matrices)
    empty = diagonal <= 0
    scale = np.where(empty, 0.0, 1 / np.sqrt(np.where(empty, 1.0, diagonal)))
    unit = matrices * scale[:, :, None] * scale[:, None, :]
    terms = np.arange(unit.shape[1])
    unit[:, terms, terms] += TINY + empty
    return np.linalg.solve(unit, right * scale[:, :, None]) * scale[:, :, None]


def _information(design: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return design.transpose(0, 2, 1) @ (design * mean[:, :, None])


def _deviance(counts: np.ndarray, mean: np.ndarray, seen: np.ndarray) -> np.ndarray:
    some = counts > 0
    ratio = np.where(some, counts, 1.0) / np.where(some, mean, 1.0)
    return 2 * np.where(seen, counts * np.log(ratio) - (counts - mean), 0.0).sum(axis=1)
