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

from analysis.measure.breaks import Step, find_step
from analysis.measure.design import TREND, Series, read_series
from analysis.measure.glm import PoissonFit, dispersion, fit_poisson
from analysis.measure.latent import FEWEST_FREEDOM, Latent, fit_latent

UPPER = 0.975  # of a 95 % interval
BREAK = 0.01  # so seldom is a slope refused where there is no step
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
    "break_month",
    "break_p",
]


class _Fitted(NamedTuple):
    """What was fitted, for the areas that have enough months."""

    rows: np.ndarray  # their places among the areas of the series
    poisson: PoissonFit
    latent: Latent
    reach: np.ndarray  # standard errors from an estimate to its limit
    step: Step  # the most likely jump of the level

    @property
    def sloped(self) -> np.ndarray:
        """Mark the areas that one slope describes."""
        return self.poisson.converged & ~(self.step.p < BREAK)


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
    changes its vintage with a jump of more than 5 % a year, or where the level jumps (``breaks``, at
    p < 0.01; ``break_month`` is the likeliest first month of the new level, ``break_p`` stands in
    every row). ``why`` says why there is no number: "few_months", "population_break", "level_step",
    "no_incidents", "not_converged".
    """
    series = read_series(counts, calendar, population)
    fitted = _fit(series, pool)
    used = ~np.isnan(series.incidents)
    table = pd.DataFrame({"area": series.areas, "months": used.sum(axis=1)})
    table["first"] = [series.months[row].min() for row in used]
    table["last"] = [series.months[row].max() for row in used]
    table[NUMBERS] = np.nan
    table["verdict"], table["why"], table["method"] = series.verdict, series.why, ""
    table["break_month"], table["break_p"] = pd.Series(pd.NaT, table.index), np.nan
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
    lost, jumped = ~fitted.poisson.converged, fitted.step.p < BREAK
    found = np.column_stack([change, low, high, scatter, carried])
    table.loc[fitted.rows, NUMBERS] = np.where(fitted.sloped[:, None], found, np.nan)
    outcome = np.select([lost, jumped], ["not_separable", "break"], verdict)
    table.loc[fitted.rows, "verdict"] = outcome
    reason = np.select([lost, jumped], ["not_converged", "level_step"], "")
    table.loc[fitted.rows, "why"] = reason
    table.loc[fitted.rows, "method"] = "pooled_ar1"
    table.loc[fitted.rows, "break_p"] = fitted.step.p
    broken = fitted.rows[jumped & ~lost]
    months = series.months[fitted.step.place[jumped & ~lost]]
    table["break_month"] = table["break_month"].astype("datetime64[ns]")
    table.loc[broken, "break_month"] = months.to_numpy(dtype="datetime64[ns]")


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
        if not fitted.sloped[place]:
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
    step = find_step(
        incidents - poisson.mean, poisson, design, *_process_of_others(incidents, latent, pooled)
    )
    return _Fitted(rows, poisson, latent, stdtrit(latent.freedom, UPPER), step)


def _process_of_others(
    incidents: np.ndarray, latent: Latent, pooled: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return variance, autocorrelation and degrees of freedom as the other areas give them.

    A jump of its own would pass for unrest, so the others say how restless an area is; in them, as
    in one area alone, each year counts as one independent piece.
    """
    pooled = pooled if pooled.any() else ~pooled
    process = np.tile([latent.variance, latent.autocorrelation], (len(incidents), 1))
    process[pooled] = latent.without
    months = (~np.isnan(incidents)).sum(axis=1)
    others = months[pooled].sum() - np.where(pooled & (pooled.sum() > 1), months, 0)
    return process[:, 0], process[:, 1], np.maximum(others / 12, FEWEST_FREEDOM)
