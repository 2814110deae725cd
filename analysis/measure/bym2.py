"""BYM2: what the counts of neighbours say about the log rate of each area, computed without sampling.

The count of an area is Poisson around expected x exp(level + b). The deviations b have standard
deviation sigma, of which the share rho (of the variance) goes with the neighbours and the rest is
the area's own (Riebler, Sørbye, Simpson & Rue 2016, Stat Methods Med Res 25: 1145-1165). Each part
of the map that hangs together has its own scale and sums to zero, and an island's spatial part is
one more part of its own (Freni-Sterrantino, Ventrucci & Rue 2018, Spat Spatiotemporal Epidemiol 26:
25-34); all parts share one level.

Priors: sigma exponential with P(sigma > 1) = 0.01 (Simpson et al. 2017, Statistical Science 32:
1-28), rho uniform: nothing is said in advance; level normal with standard deviation 5.

Given sigma and rho the log rates are taken as normal around their likeliest values (Laplace), and
the mean is then set right by one variational step (van Niekerk & Rue 2024, JMLR 25: 1-40). Sigma and
rho are summed over a grid laid along their likeliest values (Rue, Martino & Chopin 2009, J Roy Stat
Soc B 71: 319-392). ``benchmarks/space.py`` holds all this to long NUTS.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

LEVEL_SD = 5.0
SIGMA_RATE = -np.log(0.01)  # of the exponential prior
START = np.array([np.log(0.3), 0.0])  # log sigma, logit rho
STEP = 1.25  # between points of the grid, in standard deviations
DEEP = 4.0  # how far below the best a point is still worth stepping on from
FLATTEST = 0.15  # curvature: a step is never wider than 1 / sqrt of it
EDGE = 7.0  # of logit rho; beyond, 0.1 % of the variance is left to one of the parts
SETTLED = 1e-2  # Newton: the error left is the square of the last step
ROUNDS = 50


class Point(NamedTuple):
    """What the counts say where sigma and rho are known."""

    place: np.ndarray  # log sigma, logit rho
    log_weight: float
    mean: np.ndarray  # of the log rates
    variance: np.ndarray
    dual: np.ndarray  # the prior's precision times the mean


class Posterior(NamedTuple):
    """A mixture over the grid: points x areas, and the weight of each point."""

    weight: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    spatial: np.ndarray  # mean of the part shared with neighbours, over the whole grid
    own: np.ndarray
    rho: np.ndarray  # one a point
    sigma: np.ndarray


class Given(NamedTuple):
    """Counts and expected counts of the areas that have both, and the scaled spatial covariance."""

    incidents: np.ndarray
    expected: np.ndarray
    structure: np.ndarray


def scaled_covariance(near: csr_array) -> np.ndarray:
    """Return the covariance of the spatial part, its variances of geometric mean 1 in each component.

    ``near``: areas x areas, not zero where two are neighbours, in either direction.
    """
    linked = ((near + near.T) > 0).astype(float).toarray()
    number, part = connected_components(linked, directed=False)
    covariance = np.eye(len(linked))
    for component in range(number):
        row = np.flatnonzero(part == component)
        if len(row) > 1:
            own = linked[np.ix_(row, row)]
            # the Laplacian has no inverse along the constant; with 1 / n added it has one
            flat = 1 / len(row)
            inverse = np.linalg.inv(np.diag(own.sum(axis=1)) - own + flat) - flat
            covariance[np.ix_(row, row)] = inverse / np.exp(np.log(np.diag(inverse)).mean())
    return covariance


def fit(count: np.ndarray, expected: np.ndarray, structure: np.ndarray) -> Posterior:
    """Return the posterior of the log rates (log of count / expected), one entry an area.

    ``structure`` from ``scaled_covariance``, rows and columns of the areas with a count.
    """
    given = Given(count, expected, structure)
    points = _walk(given)
    weight = _weights(points)
    sigma, rho = np.exp([p.place[0] for p in points]), expit([p.place[1] for p in points])
    dual = np.array([point.dual for point in points])
    spatial = ((weight * sigma**2 * rho) @ dual) @ structure
    own = (weight * sigma**2 * (1 - rho)) @ dual
    mean, variance = (np.array([getattr(p, name) for p in points]) for name in ("mean", "variance"))
    return Posterior(weight, mean, variance, spatial, own, rho, sigma)


def draw(
    count: np.ndarray, expected: np.ndarray, structure: np.ndarray, *, draws: int, seed: int
) -> np.ndarray:
    """Return draws x areas of log rates of all areas together."""
    given = Given(count, expected, structure)
    rng = np.random.default_rng(seed)
    points = _walk(given)
    numbers = rng.multinomial(draws, _weights(points))
    drawn = []
    for point, number in zip(points, numbers, strict=True):
        if number:
            prior = _prior(given, point.place)
            root, _, weighted = _curve(given, prior, _mode(given, prior, point.mean)[0])
            left = solve_triangular(root, weighted, lower=True, check_finite=False)
            covariance = prior - left.T @ left
            factor = cholesky(covariance + 1e-10 * np.eye(len(covariance)), lower=True)
            drawn.append(point.mean + rng.standard_normal((number, len(count))) @ factor.T)
    return rng.permutation(np.concatenate(drawn))


# -- the grid of sigma and rho ------------------------------------------------------------------


def _walk(given: Given) -> list[Point]:
    """Return points around the likeliest sigma and rho, as far out as they still count."""
    start = np.log((given.incidents + 1) / (given.expected + 1))
    seen = {"mean": start}

    def against(place: np.ndarray) -> float:
        prior = _prior(given, place)
        seen["mean"], dual = _mode(given, prior, seen["mean"])
        root, _, _ = _curve(given, prior, seen["mean"])
        return -_log_weight(given, place, seen["mean"], dual, root)

    simplex = START + np.array([[0, 0], [0.5, 0], [0, 1.0]])
    options = {"initial_simplex": simplex, "xatol": 0.1, "fatol": 0.05, "maxfev": 60}
    best = minimize(against, START, method="Nelder-Mead", options=options).x
    steps = _steps(against, best)
    points = {(0, 0): _point(given, best, seen["mean"])}
    waiting = [(0, 0)]
    while waiting:
        here = waiting.pop(0)
        top = max(point.log_weight for point in points.values())
        if points[here].log_weight < top - DEEP:
            continue
        for move in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            there = (here[0] + move[0], here[1] + move[1])
            place = best + steps @ np.array(there)
            if there not in points and abs(place[1]) < EDGE:
                points[there] = _point(given, place, points[here].mean)
                waiting.append(there)
    return list(points.values())


def _steps(against: Callable[[np.ndarray], float], best: np.ndarray) -> np.ndarray:
    """Return the two steps of the grid as columns: along the axes of the curvature at the best."""
    ahead, side = np.diag([0.1, 0.4])
    middle = against(best)
    plus, minus = ([against(best + sign * step) for step in (ahead, side)] for sign in (1, -1))
    cross = against(best + ahead + side)
    curve = np.diag([plus[i] + minus[i] - 2 * middle for i in range(2)])
    curve[0, 1] = curve[1, 0] = cross - plus[0] - plus[1] + middle
    curve /= np.outer([0.1, 0.4], [0.1, 0.4])
    size, direction = np.linalg.eigh(curve)
    return STEP * direction / np.sqrt(np.maximum(size, FLATTEST))


def _weights(points: list[Point]) -> np.ndarray:
    log_weight = np.array([point.log_weight for point in points])
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


# -- given sigma and rho ------------------------------------------------------------------------


def _prior(given: Given, place: np.ndarray) -> np.ndarray:
    """Return the covariance of level + b."""
    variance, rho = np.exp(2 * place[0]), expit(place[1])
    prior = variance * rho * given.structure + LEVEL_SD**2
    prior[np.diag_indices_from(prior)] += variance * (1 - rho)
    return prior


def _mode(given: Given, prior: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the likeliest log rates, and the prior's precision times them.

    Newton's steps without inverting the prior: Rasmussen & Williams (2006), algorithm 3.1.
    """
    mode = start
    for _ in range(ROUNDS):
        root, scale, weighted = _curve(given, prior, mode)
        wanted = scale**2 * mode + given.incidents - scale**2
        dual = wanted - scale * cho_solve((root, True), weighted @ wanted, check_finite=False)
        step = prior @ dual - mode
        longest = np.abs(step).max()
        mode = mode + step * min(1.0, 3 / longest)
        if longest < SETTLED:
            break
    return mode, dual


def _curve(
    given: Given, prior: np.ndarray, mode: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the Cholesky root of 1 + S K S, S and S K; K the prior, S^2 the expected counts."""
    scale = np.sqrt(given.expected * np.exp(mode))
    weighted = scale[:, None] * prior
    inner = weighted * scale
    inner[np.diag_indices_from(inner)] += 1
    root, _ = cho_factor(inner, lower=True, overwrite_a=True, check_finite=False)
    return root, scale, weighted


def _log_weight(
    given: Given, place: np.ndarray, mode: np.ndarray, dual: np.ndarray, root: np.ndarray
) -> float:
    """Return the log posterior of (log sigma, logit rho), but for a constant."""
    likelihood = (given.incidents * mode - given.expected * np.exp(mode)).sum() - mode @ dual / 2
    said_before = place[0] - SIGMA_RATE * np.exp(place[0])
    said_before += place[1] - 2 * np.logaddexp(0, place[1])  # rho uniform
    return float(likelihood - np.log(np.diag(root)).sum() + said_before)


def _point(given: Given, place: np.ndarray, start: np.ndarray) -> Point:
    prior = _prior(given, place)
    mode, dual = _mode(given, prior, start)
    root, scale, weighted = _curve(given, prior, mode)
    log_weight = _log_weight(given, place, mode, dual, root)
    left = solve_triangular(root, weighted, lower=True, check_finite=False)
    variance = np.diag(prior) - (left**2).sum(axis=0)
    # the mean of a Poisson rate is exp(variance / 2) above the rate of the mean log
    raised = given.expected * np.exp(variance / 2)
    mean = mode
    for _ in range(ROUNDS):
        slope = given.incidents - raised * np.exp(mean) - dual
        step = prior @ slope - left.T @ (left @ slope)
        mean, dual = mean + step, dual + slope - scale**2 * step
        if np.abs(step).max() < 1e-5:
            break
    return Point(place, log_weight, mean, variance, dual)
