"""Funnel: how far from the benchmark each area may lie by chance, given how much it can report.

The limits are those of the ratio reported / expected; times the benchmark rate they are limits of
the rate. With them goes the question whether chance is all there is: limits widened by the scatter
that the areas show among themselves.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import elementwise
from scipy.special import gammainc, gammaincc, ndtri

from analysis.measure.columns import (
    check_choice,
    check_confidence,
    check_key,
    read_counts,
    read_people,
    why_empty,
)
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

TRIM = 0.1  # of the areas at each end say nothing about the scatter of the rest
FEWEST = 5  # areas; fewer show no scatter
TRANSFORMS = ("square_root", "log")
SCATTERS = ("additive", "multiplicative")

Transform = Literal["square_root", "log"]
Scatter = Literal["additive", "multiplicative"]


class Dispersion(NamedTuple):
    """The scatter of the areas around the benchmark; NaN where too few areas are known."""

    phi: float  # mean square of the trimmed z-scores; 1 under chance alone
    tau2: float  # variance between areas on the transformed scale; 0 under chance alone


def find_funnel(
    table: pd.DataFrame,
    *,
    benchmark: float | None = None,
    per: int = 100_000,
    inner: float = 0.95,
    outer: float = 0.998,
    scatter: Scatter = "additive",
    transform: Transform = "square_root",
    counted: str = "reports",
) -> pd.DataFrame:
    """Say of each area where it lies in the funnel, by chance alone and with the areas' scatter.

    ``table``: area, incidents, and either expected or exposure. Expected counts come from exposure
    by ``benchmark`` (a rate per ``per``), by default that of all areas with a count together.
    One row an area, the columns: area, incidents, expected (exposure and benchmark, where given),
    ratio, low_inner, high_inner, low_outer, high_outer (limits of the ratio at this expected
    count), position, p_at_most, p_at_least (the exact chance of so few or so many), the same limits
    with ``wide_`` and wide_position for the funnel with scatter, phi, tau2, scatter, transform,
    inner, outer (the two confidences), unit, method, confidence (the outer one), why.

    position: "above_outer", "above_inner", "within", "below_inner", "below_outer"; "" without a
    count. It is the exact Poisson test, so it is the question whether the exact (Garwood) interval
    of the count leaves out the expected one; PHE asks the same of its interval (Byar's from ten
    up), which differs only at the edge. FunnelPlotR draws the exact interval of the expected count
    instead, about one incident wider on each side: ``poisson_interval(expected) / expected``.

    Scatter: Spiegelhalter (2005), Stat Med 24: 1185-1202 and Qual Saf Health Care 14: 347-351. With
    "square_root" the z-scores beyond the 10 % points are drawn in (winsorised; CQC), with "log" the
    areas there are left out (SHMI); additive adds tau2 to the variance of every area,
    multiplicative takes phi times its variance. Of fewer than five areas no scatter is estimated
    and wide limits are empty. FunnelPlotR 0.6.0 prints its limits of the square root as limits of
    the ratio, without squaring them, and so flags areas that lie inside; here they are squared.
    """
    check_key(table, ["area"], "funnel")
    check_columns(table, ["incidents"], "funnel")
    check_choice("scatter", scatter, SCATTERS)
    check_choice("transform", transform, TRANSFORMS)
    inner, outer = check_confidence(inner), check_confidence(outer)
    incidents = read_counts(table)
    if benchmark is not None and not 0 < benchmark < np.inf:
        raise InsidenError("measure.no_benchmark")
    found = table[["area", "incidents"]].assign(**_expected(table, incidents, benchmark, per))
    expected = found["expected"].to_numpy()
    ratio = incidents / expected
    at_most, at_least = poisson_tails(incidents, expected)
    spread = find_scatter(ratio, expected, transform)
    scale: dict[str, Any] = {
        "scatter": scatter,
        "transform": transform,
        "inner": inner,
        "outer": outer,
    }
    found = found.assign(ratio=ratio, **_limits(expected, spread, **scale))
    empty = {"not_reported": np.isnan(incidents), "no_population": np.isnan(expected)}
    return found.assign(
        p_at_most=at_most,
        p_at_least=at_least,
        position=_exact_position(at_most, at_least, inner, outer),
        wide_position=_wide_position(found),
        phi=spread.phi,
        tau2=spread.tau2,
        **scale,
        unit=f"{counted} / expected {counted}",
        method="exact",
        confidence=outer,
        why=why_empty(table, empty),
    )


def find_funnel_limits(funnel: pd.DataFrame, *, points: int = 100) -> pd.DataFrame:
    """Return the limits of a funnel along a grid of expected counts, for drawing.

    ``funnel`` as ``find_funnel`` returns it. Columns: expected (from half the smallest to one
    and a quarter of the largest, evenly on the log scale), exposure where the funnel has a
    benchmark, and the limits of the ratio as there. An area lies outside its own limits on the
    curve exactly where its ``position`` says so.
    """
    known = funnel.loc[funnel["expected"] > 0, "expected"]
    if known.empty:
        raise InsidenError("measure.nothing_known", table="funnel")
    expected = np.geomspace(known.min() / 2, known.max() * 1.25, points)
    first = funnel.iloc[0]
    spread = Dispersion(first["phi"], first["tau2"])
    names = ["scatter", "transform", "inner", "outer"]
    limits = _limits(expected, spread, **{name: first[name] for name in names})
    grid = pd.DataFrame({"expected": expected})
    if "exposure" in funnel:
        people = funnel["exposure"].sum() / funnel.loc[funnel["exposure"].notna(), "expected"].sum()
        grid["exposure"] = expected * people
    return grid.assign(**limits)


def poisson_tails(incidents: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact chance of at most, and of at least, so many incidents when so many are expected.

    NaN where either is empty. spdep's ``choynowski`` prints the one on the side where the count lies.
    """
    known = ~np.isnan(incidents + expected)
    count, mean = np.where(known, incidents, 1.0), np.where(known, expected, 1.0)
    at_least = np.where(count > 0, gammainc(np.maximum(count, 1e-9), mean), 1.0)
    at_most = gammaincc(count + 1, mean)
    return np.where(known, at_most, np.nan), np.where(known, at_least, np.nan)


def find_scatter(ratio: np.ndarray, expected: np.ndarray, transform: Transform) -> Dispersion:
    """Estimate how much the areas scatter around the benchmark beyond chance.

    On the square-root scale sqrt(ratio) has the standard error 1 / (2 sqrt(expected)), on the log
    scale log(ratio) has 1 / sqrt(expected). phi is the mean square of the trimmed z-scores, tau2
    the moment estimate of DerSimonian & Laird as Spiegelhalter takes it, at least zero. On the log
    scale an area without incidents must be among those left out, else it is an error.
    """
    known = ~np.isnan(ratio)
    ratio, expected = ratio[known], expected[known]
    if len(ratio) < FEWEST:
        return Dispersion(np.nan, np.nan)
    error = _error(expected, transform)
    with np.errstate(divide="ignore"):
        z = (np.log(ratio) if transform == "log" else np.sqrt(ratio) - 1) / error
    if transform == "log":
        # the peer's way to cut a tenth: place / (n + 1), rounded down to tenths
        tenth = np.floor((np.argsort(np.argsort(z)) + 1) / (len(z) + 1) / TRIM)
        inside = (tenth > 0) & (tenth < round(1 / TRIM) - 1)
        z, error = z[inside], error[inside]
        if np.isinf(z).any():
            raise InsidenError("measure.log_of_zero")
    else:
        z = np.clip(z, *np.quantile(z, [TRIM, 1 - TRIM]))
    weight = 1 / error**2
    phi = float(np.mean(z**2))
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return Dispersion(phi, max(0.0, float((len(z) * phi - (len(z) - 1)) / room)))


# -- the limits ---------------------------------------------------------------------------------


def _expected(
    table: pd.DataFrame, incidents: np.ndarray, benchmark: float | None, per: int
) -> dict[str, np.ndarray]:
    if "expected" in table and benchmark is None:
        return {"expected": read_people(table, incidents, "expected")}
    check_columns(table, ["exposure"], "funnel")
    people = read_people(table, incidents)
    if benchmark is None:
        both = ~np.isnan(incidents + people)
        if incidents[both].sum() == 0:
            raise InsidenError("measure.no_benchmark")
        benchmark = incidents[both].sum() / people[both].sum() * per
    rate = np.full(len(people), benchmark)
    return {"exposure": people, "benchmark": rate, "expected": people * benchmark / per}


def _limits(
    expected: np.ndarray,
    spread: Dispersion,
    *,
    scatter: str,
    transform: str,
    inner: float,
    outer: float,
) -> dict[str, np.ndarray]:
    found = {}
    for name, confidence in (("inner", inner), ("outer", outer)):
        tail = (1 - confidence) / 2
        found[f"low_{name}"], found[f"high_{name}"] = _exact_limits(expected, tail)
    for name, confidence in (("inner", inner), ("outer", outer)):
        reach = ndtri((1 + confidence) / 2) * _wide_error(expected, spread, scatter, transform)
        if transform == "log":
            low, high = np.exp(-reach), np.exp(reach)
        else:
            low, high = np.maximum(1 - reach, 0.0) ** 2, (1 + reach) ** 2
        found[f"wide_low_{name}"], found[f"wide_high_{name}"] = low, high
    return found


def _exact_limits(expected: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ratios at which a count is just inside: where its exact limit is the expected one.

    Counts between the whole ones make the limits a line. The lower is zero where even no incident
    at all would be inside.
    """
    known = ~np.isnan(expected)
    mean = np.where(known, expected, 1.0)
    most = mean + 12 * np.sqrt(mean) + 30

    def above(count: np.ndarray, mean: np.ndarray) -> np.ndarray:
        return gammainc(count, mean) - tail

    def below(count: np.ndarray, mean: np.ndarray) -> np.ndarray:
        return gammaincc(count + 1, mean) - tail

    high = elementwise.find_root(above, (np.full_like(mean, 1e-9), most), args=(mean,)).x
    low = elementwise.find_root(below, (np.full_like(mean, 1e-9 - 1), most), args=(mean,)).x
    low, high = np.maximum(low, 0.0) / mean, high / mean
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _error(expected: np.ndarray, transform: str) -> np.ndarray:
    return 1 / np.sqrt(expected) / (1 if transform == "log" else 2)


def _wide_error(
    expected: np.ndarray, spread: Dispersion, scatter: str, transform: str
) -> np.ndarray:
    error = _error(expected, transform)
    if scatter == "additive":
        return np.sqrt(error**2 + spread.tau2)
    return error * np.sqrt(np.fmax(spread.phi, 1.0) if not np.isnan(spread.phi) else np.nan)


def _exact_position(
    at_most: np.ndarray, at_least: np.ndarray, inner: float, outer: float
) -> np.ndarray:
    near, far = (1 - inner) / 2, (1 - outer) / 2
    return _position(at_least < far, at_least < near, at_most < near, at_most < far, at_most)


def _wide_position(found: pd.DataFrame) -> np.ndarray:
    ratio = found["ratio"].to_numpy()
    return _position(
        ratio > found["wide_high_outer"],
        ratio > found["wide_high_inner"],
        ratio < found["wide_low_inner"],
        ratio < found["wide_low_outer"],
        ratio + found["wide_low_outer"].to_numpy(),
    )


def _position(far_above, above, below, far_below, known: np.ndarray) -> np.ndarray:
    cases = [np.isnan(known), far_above, far_below, above, below]
    names = ["", "above_outer", "below_outer", "above_inner", "below_inner"]
    return np.select(cases, names, "within").astype(object)
