"""Smoothed rates: what a small area's rate is drawn towards when it has few reports of its own.

A smoothed rate is for maps and for finding a pattern. It is no count, and where all areas are drawn
to one mean it hides the very difference that a small area may have: print it beside the rate. The
estimates have no interval, because these methods take the spread between areas as known; where one
is wanted, ``rank_areas`` has the posterior of the same model with the spread unknown.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measure.columns import (
    check_choice,
    denominator,
    read_areas,
    read_numbers,
    unit_of,
    why_empty,
)
from analysis.measure.gamma_poisson import fit_gamma
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

GLOBAL = ("marshall", "binomial", "clayton_kaldor", "lognormal", "gamma_ml")
LOCAL = ("local", "local_spdep")
ROUNDS, SETTLED = 1000, 1e-12


class Smoothed(NamedTuple):
    """Estimates on the scale of incidents / people, and the prior they were drawn to."""

    estimate: np.ndarray
    mean: np.ndarray | float
    variance: np.ndarray | float  # between areas; 0: all differences are chance


def smooth_rates(
    table: pd.DataFrame,
    *,
    method: str = "marshall",
    covariates: Iterable[str] = (),
    per: int = 100_000,
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Draw each area's rate towards that of all areas, the more the fewer people it has.

    ``table``: area, incidents, and exposure, or expected for ratios (then ``per`` is 1). One row an
    area, the columns: area, incidents, exposure (or expected), rate, smoothed, prior_mean,
    prior_variance, rate_per, unit, method, confidence (empty: no interval), why. An area without a
    count or without people has no smoothed rate and takes no part in the others'. Methods:

    - ``marshall``: moments, Marshall (1991), Applied Statistics 40: 283-294; as spdep ``EBest`` and
      esda ``Empirical_Bayes``. A negative variance between areas counts as zero.
    - ``binomial``: the same for proportions that are not small, Martuzzi & Elliott (1996), Stat Med
      15: 1867-1873; as spdep ``EBest(family="binomial")``, whose parameter a is not the prior
      variance but the weighted variance of the rates.
    - ``clayton_kaldor``: gamma by moments of the smoothed values, and ``lognormal``: EM with half a
      case added; both Clayton & Kaldor (1987), Biometrics 43: 671-681; as DCluster.
    - ``gamma_ml``: gamma by maximum likelihood of the negative binomial, as SpatialEpi ``eBayes``;
      alone takes ``covariates``, columns in which the mean is then log-linear.
    """
    covariates = list(covariates)
    check_choice("method", method, GLOBAL)
    if covariates and method != "gamma_ml":
        raise InsidenError("measure.no_covariates", method=method)
    given = read_areas(table, "smoothing")
    for name in covariates:
        given[name] = read_numbers(check_columns(table, [name], "smoothing"), name)
        given["why"] = why_empty(given, {"no_value": given[name].isna().to_numpy()})
    smoothed = _smooth(given, method, covariates)
    return _lay_out(table, given, smoothed, method=method, per=per, counted=counted, among=among)


def smooth_locally(
    table: pd.DataFrame,
    neighbours: pd.DataFrame,
    *,
    method: str = "local",
    per: int = 100_000,
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Draw each area's rate towards that of its neighbours and itself (Marshall 1991, local).

    ``table`` and result as in ``smooth_rates``; ``neighbours``: focal, neighbour, one row a
    direction; areas it names beyond the table are left out. A neighbour without a count takes no
    part, which changes the estimates of its neighbours and nobody else's (with ``local_spdep`` also
    of theirs). An area without any neighbour has no smoothed rate: why "no_neighbours".

    The area itself belongs to its neighbourhood. The variance around the local mean takes the rates
    of the neighbours minus the focal area's local mean (``local``: esda
    ``Spatial_Empirical_Bayes``), or minus each neighbour's own local mean (``local_spdep``: spdep
    ``EBlocal``). A negative variance between areas counts as zero.
    """
    check_choice("method", method, LOCAL)
    check_columns(neighbours, ["focal", "neighbour"], "neighbours")
    given = read_areas(table, "smoothing")
    known = given[given["why"] == ""].reset_index(drop=True)
    place = pd.Series(known.index, index=known["area"])
    pairs = neighbours[["focal", "neighbour"]].drop_duplicates()
    pairs = pairs[pairs["focal"] != pairs["neighbour"]]
    pairs = pd.DataFrame({name: pairs[name].map(place) for name in pairs}).dropna().astype(int)
    itself = np.arange(len(known))
    focal = np.concatenate([pairs["focal"].to_numpy(), itself])
    other = np.concatenate([pairs["neighbour"].to_numpy(), itself])
    smoothed = _local(known, focal, other, method)
    alone = known["area"][~np.isin(itself, pairs["focal"])]
    lonely = (given["why"] == "") & given["area"].isin(alone)
    smoothed = Smoothed(*(np.where(np.isin(itself, pairs["focal"]), x, np.nan) for x in smoothed))
    found = _lay_out(table, given, smoothed, method=method, per=per, counted=counted, among=among)
    found["why"] = found["why"].mask(lonely, "no_neighbours")
    return found


# -- the table ----------------------------------------------------------------------------------


def _lay_out(
    table: pd.DataFrame,
    given: pd.DataFrame,
    smoothed: Smoothed,
    *,
    method: str,
    per: int,
    counted: str,
    among: str,
) -> pd.DataFrame:
    people = denominator(table)
    per = 1 if people == "expected" else per
    known = (given["why"] == "").to_numpy()
    found = given[["area", "incidents"]].assign(
        **{people: given["people"]}, rate=given["count"] / given["people"] * per
    )
    scales = {"smoothed": per, "prior_mean": per, "prior_variance": per**2}
    for (column, scale), values in zip(scales.items(), smoothed, strict=True):
        found[column] = np.nan
        found.loc[known, column] = values * scale
    return found.assign(
        rate_per=per,
        unit=unit_of(table, counted, per, among),
        method=method,
        confidence=np.nan,
        why=given["why"],
    )


# -- the estimates ------------------------------------------------------------------------------


def _smooth(given: pd.DataFrame, method: str, covariates: list[str]) -> Smoothed:
    known = given[given["why"] == ""]
    count, people = known["count"].to_numpy(float), known["people"].to_numpy(float)
    if count.sum() == 0:
        # nothing to tell areas apart by: every method says zero, or has no answer
        nothing = np.zeros(len(count))
        return Smoothed(nothing, 0.0, 0.0)
    if method == "binomial":
        return _binomial(count, people)
    if method == "marshall":
        return _marshall(count, people)
    overall = count.sum() / people.sum()
    expected = people * overall
    if method == "clayton_kaldor":
        found = _clayton_kaldor(count, expected)
    elif method == "lognormal":
        found = _lognormal(count, expected)
    else:
        design = known[covariates].to_numpy(float) if covariates else None
        shape, mean = fit_gamma(count, expected, design)
        found = Smoothed((count + shape) / (expected + shape / mean), mean, mean**2 / shape)
    return Smoothed(found.estimate * overall, found.mean * overall, found.variance * overall**2)


def _marshall(count: np.ndarray, people: np.ndarray) -> Smoothed:
    rate, mean = count / people, count.sum() / people.sum()
    scatter = (people * (rate - mean) ** 2).sum() / people.sum()
    between = max(scatter - mean / people.mean(), 0.0)
    weight = between / (between + mean / people)
    return Smoothed(mean + weight * (rate - mean), mean, between)


def _binomial(count: np.ndarray, people: np.ndarray) -> Smoothed:
    if (count > people).any():
        raise InsidenError("measure.part_above_whole", area="-")
    rate, mean = count / people, count.sum() / people.sum()
    one = mean * (1 - mean)
    scatter = (people * (rate - mean) ** 2).sum() / people.sum()
    alike = max((scatter - one / people.mean()) / (one * (1 - 1 / people.mean())), 0.0)
    weight = people * alike / (1 + (people - 1) * alike)
    return Smoothed(mean + weight * (rate - mean), mean, alike * one)


def _clayton_kaldor(count: np.ndarray, expected: np.ndarray) -> Smoothed:
    """Repeat: shape and rate of the gamma from the mean and variance of what they smooth."""
    shape, rate = 1.0, 1.0
    estimate = count / expected
    for _ in range(ROUNDS):
        mean = estimate.mean()
        variance = ((1 + rate / expected) * (estimate - mean) ** 2).sum() / max(len(count) - 1, 1)
        if not variance > 0:
            return Smoothed(np.full(len(count), mean), mean, 0.0)
        shape, rate = mean**2 / variance, mean / variance
        before, estimate = estimate, (count + shape) / (expected + rate)
        if np.abs(estimate - before).max() < SETTLED * estimate.max():
            break
    return Smoothed(estimate, shape / rate, shape / rate**2)


def _lognormal(count: np.ndarray, expected: np.ndarray) -> Smoothed:
    """Repeat: normal distribution of the log relative rates, and what it makes of each area's."""
    count = count + 0.5
    own = np.log(count / expected)
    level, variance = own.mean(), own.var(ddof=1) if len(own) > 1 else 0.0
    log_rate = own
    for _ in range(ROUNDS):
        before = log_rate
        log_rate = (level + count * variance * own - variance / 2) / (1 + count * variance)
        level = log_rate.mean()
        unsure = variance / (1 + variance * count)
        variance = (unsure.sum() + ((log_rate - level) ** 2).sum()) / len(count)
        if np.abs(log_rate - before).max() < SETTLED:
            break
    return Smoothed(np.exp(log_rate), np.exp(level), variance * np.exp(level) ** 2)


def _local(known: pd.DataFrame, focal: np.ndarray, other: np.ndarray, method: str) -> Smoothed:
    count, people = known["count"].to_numpy(float), known["people"].to_numpy(float)
    size = len(known)

    def around(values: np.ndarray) -> np.ndarray:
        return np.bincount(focal, values, size)

    rate, here = count / people, around(people[other])
    mean = around(count[other]) / here
    centre = mean[focal] if method == "local" else mean[other]
    scatter = around(people[other] * (rate[other] - centre) ** 2) / here
    between = np.maximum(scatter - mean / (here / np.bincount(focal, minlength=size)), 0.0)
    chance = mean / people
    weight = np.divide(between, between + chance, np.zeros(size), where=chance > 0)
    return Smoothed(mean + weight * (rate - mean), mean, between)
