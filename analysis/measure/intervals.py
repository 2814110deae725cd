"""Limits of a count and of a proportion, by the methods that offices print.

Counts are whole and mostly small, so the limits of each count are computed once and looked up: a
million intervals cost little more than a million reads.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import elementwise
from scipy.special import betaincinv, gammainc, gammaincc, gammaincinv, ndtri

from analysis.measure.columns import check_choice, check_confidence

TABLE = 4096  # counts below it are looked up
FEW = 10  # below it PHE prints exact limits

Limits = tuple[np.ndarray, np.ndarray]


def poisson_interval(
    incidents: np.ndarray, confidence: float = 0.95, method: str = "exact"
) -> Limits:
    """Return the lower and upper limits of a Poisson mean, in incidents.

    The limits of an empty (NaN) or negative count are empty; no lower limit is below zero, and
    that of zero is zero. Methods:

    - ``exact``: Garwood (1936), Biometrika 28: 437-442, by quantiles of the gamma distribution.
      The default: it covers at least the confidence at every mean.
    - ``byar``: Byar's approximation as PHE writes it, with x for the lower and x + 1 for the upper
      limit (Breslow & Day 1987, p. 69); ``byar_half``: with x + 1/2 in both, as epitools does
      (Rothman & Boice 1979). The two differ by up to a third of the upper limit at small counts.
    - ``phe``: exact below ten incidents, ``byar`` from ten up, as PHE prints rates.
    - ``midp``: the exact limits with half the probability of the count itself (Lancaster 1961),
      ``jeffreys``: quantiles of gamma(x + 1/2); both shorter, 95 % on average and not always.
    - ``normal`` (x -+ z sqrt(x)) and ``log`` (x exp(-+ z / sqrt(x)), epitools for a ratio): only to
      check tables made with them; at means below two the first covers 69 % instead of 95 %.

    >>> low, high = poisson_interval(np.array([0.0, 10.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795], [3.689, 18.39])
    """
    limits_of = POISSON[check_choice("method", method, POISSON)]
    tail = (1 - check_confidence(confidence)) / 2
    incidents = np.asarray(incidents, dtype=float)
    size = int(min(np.fmax.reduce(incidents, axis=None, initial=0.0) + 1, TABLE))
    if incidents.size < size:
        return _clipped(incidents, *limits_of(_filled(incidents), tail))
    whole = np.arange(size, dtype=float)
    table = [np.append(limit, np.nan) for limit in _clipped(whole, *limits_of(whole, tail))]
    in_table = (incidents >= 0) & (incidents < size)
    place = np.where(in_table, incidents, size).astype(np.int32)
    in_table &= place == incidents
    low, high = (limit[place] for limit in table)
    beyond = ~in_table & (incidents >= 0)
    if beyond.any():
        rest = incidents[beyond]
        low[beyond], high[beyond] = _clipped(rest, *limits_of(_filled(rest), tail))
    return low, high


def proportion_interval(
    part: np.ndarray, whole: np.ndarray, confidence: float = 0.95, method: str = "wilson"
) -> Limits:
    """Return the lower and upper limits of a proportion, ``part`` of ``whole``, between 0 and 1.

    Empty where either is empty, ``whole`` is zero, or ``part`` lies outside 0 to ``whole``.
    Methods: ``wilson``: Wilson (1927), JASA 22: 209-212, without continuity correction, as PHE and
    epitools; ``exact``: Clopper & Pearson (1934), Biometrika 26: 404-413; ``jeffreys``: quantiles of
    beta(x + 1/2, n - x + 1/2), with 0 and 1 at the ends (Brown, Cai & DasGupta 2001).

    >>> low, high = proportion_interval(np.array([65.0]), np.array([100.0]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.5525], [0.7364])
    """
    limits_of = PROPORTION[check_choice("method", method, PROPORTION)]
    tail = (1 - check_confidence(confidence)) / 2
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    usable = (whole > 0) & (part >= 0) & (part <= whole)
    part, whole = np.where(usable, part, 1.0), np.where(usable, whole, 2.0)
    low, high = limits_of(part, whole, tail)
    low, high = np.where(part == 0, 0.0, low), np.where(part == whole, 1.0, high)
    return np.where(usable, low, np.nan), np.where(usable, high, np.nan)


# -- counts -------------------------------------------------------------------------------------


def _filled(incidents: np.ndarray) -> np.ndarray:
    return np.where((incidents >= 0) & (incidents < np.inf), incidents, 1.0)


def _clipped(incidents: np.ndarray, low: np.ndarray, high: np.ndarray) -> Limits:
    low = np.where(incidents > 0, np.maximum(low, 0.0), 0.0)
    known = (incidents >= 0) & (incidents < np.inf)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _exact(count: np.ndarray, tail: float) -> Limits:
    return gammaincinv(np.maximum(count, 1e-9), tail), gammaincinv(count + 1, 1 - tail)


def _byar(count: np.ndarray, tail: float, add: tuple[float, float] = (0.0, 1.0)) -> Limits:
    z = ndtri(1 - tail)
    below, above = (np.maximum(count + more, 1e-9) for more in add)
    low = below * (1 - 1 / (9 * below) - z / (3 * np.sqrt(below))) ** 3
    return low, above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3


def _byar_half(count: np.ndarray, tail: float) -> Limits:
    return _byar(count, tail, (0.5, 0.5))


def _phe(count: np.ndarray, tail: float) -> Limits:
    pairs = zip(_exact(count, tail), _byar(count, tail), strict=True)
    low, high = (np.where(count < FEW, exact, byar) for exact, byar in pairs)
    return low, high


def _midp(count: np.ndarray, tail: float) -> Limits:
    """Solve for the mean between the exact limits of the count and of its neighbour."""

    def too_low(mean: np.ndarray, count: np.ndarray) -> np.ndarray:
        return (gammainc(count, mean) + gammainc(count + 1, mean)) / 2 - tail

    def too_high(mean: np.ndarray, count: np.ndarray) -> np.ndarray:
        at_most_one_less = np.where(count > 0, gammaincc(np.maximum(count, 1e-9), mean), 0.0)
        return tail - (at_most_one_less + gammaincc(count + 1, mean)) / 2

    some = np.where(count > 0, count, 1.0)  # the lower limit of zero is known
    ends = gammaincinv(some, tail), gammaincinv(some + 1, tail)
    low = elementwise.find_root(too_low, ends, args=(some,)).x
    ends = np.where(count > 0, gammaincinv(some, 1 - tail), 0.0), gammaincinv(count + 1, 1 - tail)
    return low, elementwise.find_root(too_high, ends, args=(count,)).x


def _jeffreys(count: np.ndarray, tail: float) -> Limits:
    return gammaincinv(count + 0.5, tail), gammaincinv(count + 0.5, 1 - tail)


def _normal(count: np.ndarray, tail: float) -> Limits:
    reach = ndtri(1 - tail) * np.sqrt(count)
    return count - reach, count + reach


def _log(count: np.ndarray, tail: float) -> Limits:
    # no incident tells nothing on the log scale: from zero to infinity
    times = np.exp(ndtri(1 - tail) / np.sqrt(np.where(count > 0, count, 1.0)))
    return count / times, np.where(count > 0, count * times, np.inf)


POISSON: dict[str, Callable[[np.ndarray, float], Limits]] = {
    "exact": _exact,
    "byar": _byar,
    "byar_half": _byar_half,
    "phe": _phe,
    "midp": _midp,
    "jeffreys": _jeffreys,
    "normal": _normal,
    "log": _log,
}

# -- proportions --------------------------------------------------------------------------------


def _wilson(part: np.ndarray, whole: np.ndarray, tail: float) -> Limits:
    z = ndtri(1 - tail)
    middle = part + z**2 / 2
    reach = z * np.sqrt(part * (1 - part / whole) + z**2 / 4)
    return (middle - reach) / (whole + z**2), (middle + reach) / (whole + z**2)


def _clopper(part: np.ndarray, whole: np.ndarray, tail: float) -> Limits:
    rest = whole - part
    low = betaincinv(np.maximum(part, 1e-9), rest + 1, tail)
    return low, betaincinv(part + 1, np.maximum(rest, 1e-9), 1 - tail)


def _jeffreys_share(part: np.ndarray, whole: np.ndarray, tail: float) -> Limits:
    first, second = part + 0.5, whole - part + 0.5
    return betaincinv(first, second, tail), betaincinv(first, second, 1 - tail)


PROPORTION: dict[str, Callable[[np.ndarray, np.ndarray, float], Limits]] = {
    "wilson": _wilson,
    "exact": _clopper,
    "jeffreys": _jeffreys_share,
}
