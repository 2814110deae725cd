"""Rates with the exact interval of their count: how many reports a year among 100,000 people."""

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from analysis.tables import check_columns
from analysis.words.messages import InsidenError


def poisson_interval(
    incidents: np.ndarray, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact lower and upper limits of a Poisson mean, in incidents.

    The lower limit of zero is zero; the limits of an empty (NaN) count are empty.
    Garwood, F. (1936), Biometrika 28: 437-442, by quantiles of the gamma distribution.

    >>> low, high = poisson_interval(np.array([0.0, 10.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795], [3.689, 18.39])
    """
    tail = (1 - confidence) / 2
    known = np.where(np.isnan(incidents), 1.0, incidents)
    low = np.where(known > 0, gammaincinv(np.maximum(known, 1e-9), tail), 0.0)
    high = gammaincinv(known + 1, 1 - tail)
    empty = np.isnan(incidents)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def add_rates(table: pd.DataFrame, *, per: int = 100_000) -> pd.DataFrame:
    """Add the rate of each row and its exact 95 % interval: incidents among ``per`` people.

    ``table`` has incidents (empty: not reported) and exposure, the people of the window:
    population x months counted / months in the window. Adds rate, rate_low, rate_high, rate_per
    and rate_method; a row without a count or without people has no rate. A count among zero
    people is an error: its population is missing, not zero.
    """
    check_columns(table, ["incidents", "exposure"], "rates")
    incidents = table["incidents"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    people = table["exposure"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    _check_rows(table, incidents < 0, "measure.negative_count")
    _check_rows(table, (people < 0) | ((people == 0) & ~np.isnan(incidents)), "measure.no_people")
    people = np.where(people == 0, np.nan, people)
    low, high = poisson_interval(np.where(np.isnan(people), np.nan, incidents))
    return table.assign(
        rate=incidents / people * per,
        rate_low=low / people * per,
        rate_high=high / people * per,
        rate_per=per,
        rate_method="exact",
    )


def _check_rows(table: pd.DataFrame, wrong: np.ndarray, key: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        area = table["area"].iloc[row] if "area" in table else row + 1
        raise InsidenError(key, area=area)
