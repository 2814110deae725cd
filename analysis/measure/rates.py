"""Rates and shares with their intervals: how many reports among 100,000 people, what part of all."""

import numpy as np
import pandas as pd

from analysis.measure.columns import check_rows, read_counts, read_numbers, read_people, why_empty
from analysis.measure.intervals import poisson_interval, proportion_interval
from analysis.tables import check_columns

STABLE, USABLE = 25.0, 50.0  # relative standard error in percent
FEW, RATHER_FEW = 10, 20


def add_rates(
    table: pd.DataFrame,
    *,
    per: int = 100_000,
    confidence: float = 0.95,
    method: str = "exact",
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Add the rate of each row and its interval: incidents among ``per`` people.

    ``table`` has incidents (empty: not reported) and exposure, the people of the window:
    population x months counted / months in the window; or person-years, then say so in ``among``.
    Adds rate, rate_low, rate_high, rate_per, unit ("reports per 100000 people"), method (see
    ``poisson_interval``), confidence and why: a row without a count ("not_reported") or without
    people ("no_population") has no rate; a reason that stands there already is kept. A count among
    zero people is an error: its population is missing, not zero.
    """
    check_columns(table, ["incidents", "exposure"], "rates")
    incidents = read_counts(table)
    people = read_people(table, incidents)
    low, high = poisson_interval(incidents, confidence, method)
    empty = {"not_reported": np.isnan(incidents), "no_population": np.isnan(people)}
    return table.assign(
        rate=incidents / people * per,
        rate_low=low / people * per,
        rate_high=high / people * per,
        rate_per=per,
        unit=f"{counted} per {per} {among}",
        method=method,
        confidence=confidence,
        why=why_empty(table, empty),
    )


def add_proportions(
    table: pd.DataFrame,
    *,
    confidence: float = 0.95,
    method: str = "wilson",
    unit: str = "share of reports",
) -> pd.DataFrame:
    """Add which part of a whole each row is, between 0 and 1, with its interval.

    ``table`` has part and whole, such as reports settled and reports received. Adds proportion,
    proportion_low, proportion_high, unit, method (see ``proportion_interval``), confidence, why:
    empty counts have no proportion ("not_reported"), nor has a whole of zero ("no_incidents"). A
    part that is negative or larger than its whole is an error.
    """
    check_columns(table, ["part", "whole"], "proportions")
    part, whole = read_counts(table, "part"), read_counts(table, "whole")
    check_rows(table, part > whole, "measure.part_above_whole")
    low, high = proportion_interval(part, whole, confidence, method)
    empty = {"not_reported": np.isnan(part + whole), "no_incidents": whole == 0}
    return table.assign(
        proportion=np.divide(part, whole, np.full(len(part), np.nan), where=whole > 0),
        proportion_low=low,
        proportion_high=high,
        unit=unit,
        method=method,
        confidence=confidence,
        why=why_empty(table, empty),
    )


def add_stability(table: pd.DataFrame) -> pd.DataFrame:
    """Add how far chance alone may move each rate: relative_error, stability, few.

    relative_error is the standard error in percent of the rate: 100 / sqrt(incidents) for a Poisson
    count, or what the table says already (a standardised rate has its own). stability: "stable"
    below 25 %, "caution" to 50 %, "unstable" above it and for a count of zero, whose error is not
    known; "" without a count. few: "under_10", "under_20" or "". Washington State Department of
    Health (2018), Guidelines for working with small numbers: do not print counts below 10, mark
    rates from 25 %; CDC WISQARS and NCHS call rates on fewer than 20 events unstable.
    """
    check_columns(table, ["incidents"], "rates")
    incidents = read_counts(table)
    known = ~np.isnan(incidents)
    if "relative_error" in table:
        error = read_numbers(table, "relative_error")
    else:
        error = np.divide(100, np.sqrt(incidents), np.full(len(table), np.nan), where=incidents > 0)
    tiers = [~known, error < STABLE, error <= USABLE]
    sizes = [~known, incidents < FEW, incidents < RATHER_FEW]
    return table.assign(
        relative_error=error,
        stability=np.select(tiers, ["", "stable", "caution"], "unstable").astype(object),
        few=np.select(sizes, ["", "under_10", "under_20"], "").astype(object),
    )
