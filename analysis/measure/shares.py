"""Which share of two counts is the first one's, month by month: binomial fits of many pairs at once.

Whatever moves both counts of a month alike (a campaign, a season, a new form) leaves their shares as
they were, so a share shows only what sets the first apart from the second.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from analysis.measure.glm import solve

STEPS = 60
LONGEST_STEP = 2.0  # of the linear predictor; beyond it a Newton step leaves the region it knows
SMALL = 1e-9


class ShareFit(NamedTuple):
    """Logistic fits of ``pairs`` series over ``months`` with ``terms`` each."""

    coefficients: np.ndarray  # pairs x terms; of the log of the ratio of the two rates
    weight: np.ndarray  # pairs x months: binomial variance of the first count, 0 where not used
    residual: np.ndarray  # pairs x months: first count less its expectation, 0 where not used
    bread: np.ndarray  # pairs x terms x terms: inverse of the binomial information
    converged: np.ndarray  # pairs


def fit_share(
    first: np.ndarray, total: np.ndarray, design: np.ndarray, offset: np.ndarray
) -> ShareFit:
    """Fit log(rate of the first / rate of the second) = design x coefficients to each pair.

    ``first``, ``total``, ``offset``: pairs x months; NaN is left out. ``offset`` is the log of the
    ratio of their exposures. By penalised likelihood (Firth 1993, Biometrika 80: 27-38), which
    takes away most of the bias of small counts and has a finite answer even where one of the two
    counted nothing at all (Heinze & Schemper 2002, Statistics in Medicine 21: 2409-2419).
    """
    seen = ~np.isnan(first) & ~np.isnan(total)
    count, trials = (np.where(seen, part, 0.0) for part in (first, total))
    offset = np.where(seen, offset, 0.0)
    coefficients = np.zeros((len(count), design.shape[-1]))
    level = np.log(count.sum(axis=1) + 0.5) - np.log((trials - count).sum(axis=1) + 0.5)
    coefficients[:, 0] = level - offset.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    every_term = np.broadcast_to(np.eye(design.shape[-1]), (len(count), *[design.shape[-1]] * 2))
    for _ in range(STEPS):
        share = expit(np.einsum("atp,ap->at", design, coefficients) + offset)
        weight = trials * share * (1 - share)
        bread = solve(design.transpose(0, 2, 1) @ (design * weight[:, :, None]), every_term)
        leverage = weight * ((design @ bread) * design).sum(axis=2)
        penalised = count - trials * share + leverage * (0.5 - share)
        step = np.einsum("apq,atq,at->ap", bread, design, penalised)
        moved = np.abs(np.einsum("atp,ap->at", design, step)).max(axis=1, where=seen, initial=0.0)
        coefficients += step * np.minimum(1.0, LONGEST_STEP / np.maximum(moved, SMALL))[:, None]
        converged = moved < SMALL
        if converged.all():
            break
    return ShareFit(coefficients, weight, count - trials * share, bread, converged)
