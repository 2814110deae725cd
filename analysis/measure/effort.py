"""Reports follow effort: how strongly, and what is left of a change when effort is allowed for.

Twice as many patrols or posts find more, though seldom twice as much. Where effort was recorded, it
enters the mean as effort to a power between 0 (reports do not depend on it) and 1 (in proportion).
"""

import numpy as np
import pandas as pd
from scipy.stats import truncnorm

from analysis.measure.design import TREND, Series, final_rows, read_series
from analysis.measure.glm import fit_poisson
from analysis.measure.latent import fit_latent
from analysis.tables import check_columns
from analysis.words.messages import InsidenError


def find_effort_exponent(
    counts: pd.DataFrame,
    calendar: pd.DataFrame,
    population: pd.DataFrame,
    effort: pd.DataFrame,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the power of effort with which reports grow in all areas together; one row.

    ``counts``, ``calendar``, ``population`` as for ``find_trend``; ``effort``: area, month, effort
    (hours, patrols, posts; above zero). Only months with a count and an effort are used. Columns:
    exponent, exponent_low, exponent_high, raw, raw_error, areas, months, confidence, unit, method.
    ``raw`` is the mean of the areas' own exponents beside their trend, season and calendar, weighted
    by their precision; unrest is allowed for (``latent``). ``exponent`` is its mean under a flat prior
    on 0 to 1, which is what a few months can bear: with little information it is one half, from
    nearly 0 to nearly 1. An exponent found from effort that follows reports is too large.
    """
    series, log_effort = _with_effort(counts, calendar, population, effort)
    known = ~np.isnan(log_effort)
    usable = np.nan_to_num(log_effort, nan=np.inf).min(axis=1, initial=np.inf)
    varies = (np.where(known, log_effort, usable[:, None]) != usable[:, None]).any(axis=1)
    rows = np.flatnonzero((series.verdict == "") & varies)
    if not len(rows):
        raise InsidenError("measure.no_effort")
    extra = np.nan_to_num(log_effort[rows] - np.nanmean(log_effort[rows], axis=1, keepdims=True))
    design = np.concatenate([series.design[rows], extra[:, :, None]], axis=2)
    fit = fit_poisson(series.incidents[rows], design, series.offset[rows])
    place = design.shape[2] - 1
    latent = fit_latent(series.incidents[rows], fit, design, TREND, np.ones(len(rows), dtype=bool))
    fine = fit.converged
    variance = latent.covariance[fine, place, place]
    raw = float(np.average(fit.coefficients[fine, place], weights=1 / variance))
    error = float(1 / np.sqrt((1 / variance).sum()))
    inside = truncnorm((0 - raw) / error, (1 - raw) / error, loc=raw, scale=error)
    tail = (1 - confidence) / 2
    return pd.DataFrame(
        {
            "exponent": [inside.mean()],
            "exponent_low": [inside.ppf(tail)],
            "exponent_high": [inside.ppf(1 - tail)],
            "raw": [raw],
            "raw_error": [error],
            "areas": [int(fine.sum())],
            "months": [int((~np.isnan(series.incidents[rows])).sum())],
            "confidence": [confidence],
            "unit": ["power_of_effort"],
            "method": ["pooled_flat_prior"],
        }
    )


def _with_effort(
    counts: pd.DataFrame, calendar: pd.DataFrame, population: pd.DataFrame, effort: pd.DataFrame
) -> tuple[Series, np.ndarray]:
    """Keep the months whose effort is known; return it as log, areas x months."""
    check_columns(effort, ["area", "month", "effort"], "effort")
    wrong = effort["effort"].astype("Float64") <= 0
    if wrong.any():
        row = effort[wrong].iloc[0]
        raise InsidenError("measure.effort_not_positive", area=row["area"], text=row["effort"])
    if effort.duplicated(["area", "month"]).any():
        row = effort[effort.duplicated(["area", "month"])].iloc[0]
        raise InsidenError(
            "measure.repeated", number=1, area=row["area"], month=f"{row['month']:%Y-%m-%d}"
        )
    both = counts.merge(effort[["area", "month", "effort"]], on=["area", "month"], how="left")
    both["incidents"] = both["incidents"].astype("Int64").where(both["effort"].notna())
    series = read_series(both, calendar, population)
    hours = final_rows(both.assign(incidents=both["effort"]), series.areas, series.months)
    known = ~np.isnan(series.incidents) & ~np.isnan(hours)
    return series, np.where(known, np.log(np.where(known, hours, 1.0)), np.nan)
