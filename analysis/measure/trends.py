"""Rising or falling: the yearly change of monthly counts, with an interval that has its coverage.

The mean of a month is log-linear: a slope over the years, one yearly wave, and the shares of the
month's days in Ramadan, around Lebaran and at the turn of the year; people and days are an offset.
The scatter around it is fitted to all areas at once (see ``latent``), so pass every area of a study
in one call, and pick the rows wanted from the answer. Sums of areas may stand beside them, if
``pool`` names the areas alone.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.measure.design import TREND, Series, read_series
from analysis.measure.glm import PoissonFit, dispersion, fit_poisson
from analysis.measure.latent import Latent, fit_latent

UPPER = 0.975  # of a 95 % interval
NUMBERS = ["yearly_change", "low", "high", "dispersion", "autocorrelation"]
TABLE = [
    "area",
    "months",
    "first",
    "last",
    *NUMBERS,
    "verdict",
    "why",
    "method",
]


class _Fitted(NamedTuple):
    """What was fitted, for the areas that have enough months."""

    rows: np.ndarray  # their places among the areas of the series
    poisson: PoissonFit
    latent: Latent
    reach: np.ndarray  # standard errors from an estimate to its limit


def find_trend(
    counts: pd.DataFrame,
    calendar: pd.DataFrame,
    population: pd.DataFrame,
    *,
    pool: list[str] | None = None,
) -> pd.DataFrame:
    """Return the yearly change of each area in percent, with its 95 % interval; one row an area.

    ``counts``: area, month, incidents of all categories together; empty or absent months are left
    out, never filled, and so are those whose ``flag`` is provisional or partial. ``calendar``:
    month, days, ramadan_days, lebaran_days, yearend_days. ``population``: area, population, and
    with several rows an area also year and vintage (a month takes its own year; a year without a
    row lies on the line between its neighbours, or keeps the nearest outside them). ``pool``: the
    areas whose scatter is pooled, by default all; leave out sums of other areas, in which ups and
    downs cancel and which would make the intervals of single areas too narrow.

    ``dispersion`` is Pearson's for the series itself, ``autocorrelation`` from one month to the
    next that of the pooled latent process. The verdict is rising or falling where the interval
    leaves out no change, else not_separable; too_short below 24 months; break where the population
    changes its vintage with a jump of more than 5 % a year. ``why`` says why there is no number:
    "few_months", "population_break", "no_incidents", "not_converged".
    """
    series = read_series(counts, calendar, population)
    fitted = _fit(series, pool)
    used = ~np.isnan(series.incidents)
    table = pd.DataFrame({"area": series.areas, "months": used.sum(axis=1)})
    table["first"] = [series.months[row].min() for row in used]
    table["last"] = [series.months[row].max() for row in used]
    table[NUMBERS] = np.nan
    table["verdict"], table["why"], table["method"] = series.verdict, series.why, ""
    if fitted is not None:
        _fill(table, series, fitted)
    return table[TABLE]


def _fill(table: pd.DataFrame, series: Series, fitted: _Fitted) -> None:
    """Write the estimates into the rows of the fitted areas."""
    slope = fitted.poisson.coefficients[:, TREND]
    reach = fitted.reach * np.sqrt(fitted.latent.covariance[:, TREND, TREND])
    change, low, high = (100 * np.expm1(slope + side * reach) for side in (0, -1, 1))
    scatter = dispersion(series.incidents[fitted.rows], fitted.poisson)
    carried = np.full(len(slope), fitted.latent.autocorrelation)
    verdict = np.select([low > 0, high < 0], ["rising", "falling"], "not_separable")
    lost = ~fitted.poisson.converged
    found = np.column_stack([change, low, high, scatter, carried])
    table.loc[fitted.rows, NUMBERS] = np.where(lost[:, None], np.nan, found)
    table.loc[fitted.rows, "verdict"] = np.where(lost, "not_separable", verdict)
    table.loc[fitted.rows, "why"] = np.where(lost, "not_converged", "")
    table.loc[fitted.rows, "method"] = "pooled_ar1"


def fitted_trend(
    counts: pd.DataFrame,
    calendar: pd.DataFrame,
    population: pd.DataFrame,
    *,
    pool: list[str] | None = None,
) -> pd.DataFrame:
    """Return the fitted mean of each month with its 95 % interval, in incidents, for the chart.

    Columns area, month, fitted, fitted_low, fitted_high, from the first to the last month used;
    months without a report have a fitted mean too. The interval is that of the mean, not of single
    months. An area without a trend has no rows.
    """
    series = read_series(counts, calendar, population)
    fitted = _fit(series, pool)
    empty = pd.DataFrame(
        {
            "area": pd.Series(dtype=str),
            "month": pd.Series(dtype="datetime64[us]"),
            **{name: pd.Series(dtype=float) for name in ("fitted", "fitted_low", "fitted_high")},
        }
    )
    if fitted is None:
        return empty
    parts = []
    for place, row in enumerate(fitted.rows):
        if not fitted.poisson.converged[place]:
            continue
        design = series.design[row]
        log_mean = design @ fitted.poisson.coefficients[place] + series.offset[row]
        error = np.sqrt(np.einsum("tp,pq,tq->t", design, fitted.latent.covariance[place], design))
        reach = fitted.reach[place] * error
        part = pd.DataFrame(
            {
                "area": series.areas[row],
                "month": series.months,
                "fitted": np.exp(log_mean),
                "fitted_low": np.exp(log_mean - reach),
                "fitted_high": np.exp(log_mean + reach),
            }
        )
        used = np.flatnonzero(~np.isnan(series.incidents[row]))
        inside = slice(used[0], used[-1] + 1)
        parts.append(part[inside][series.in_calendar[inside]])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _fit(series: Series, pool: list[str] | None) -> _Fitted | None:
    rows = np.flatnonzero(series.verdict == "")
    if not len(rows):
        return None
    incidents, design = series.incidents[rows], series.design[rows]
    poisson = fit_poisson(incidents, design, series.offset[rows])
    pooled = np.array([pool is None or series.areas[row] in pool for row in rows])
    latent = fit_latent(incidents, poisson, design, TREND, pooled | ~pooled.any())
    return _Fitted(rows, poisson, latent, stdtrit(latent.freedom, UPPER))
