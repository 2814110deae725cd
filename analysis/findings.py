"""What one run found: the tables from which every chart, sentence and exported file is made.

Everything here is already protected: a hidden count is empty in ``incidents`` and stands as ``<5``
or ``-`` in ``shown``. Nothing that draws or writes for others sees an unprotected number.
"""

from dataclasses import dataclass

import pandas as pd

from analysis.study import Study


@dataclass(frozen=True)
class Findings:
    """The protected tables of one run; the columns of each stand beside its name."""

    study: Study
    names: dict[str, str]  # area code (and comparator group) -> name for people
    focal: str
    first: pd.Timestamp
    last: pd.Timestamp
    window_first: pd.Timestamp
    window_last: pd.Timestamp
    monthly: pd.DataFrame  # area, month, incidents, shown, why, flag, complete
    window: pd.DataFrame  # area, months, months_wanted, incidents, shown, exposure, rate, rate_low, rate_high, why
    comparison: pd.DataFrame  # as compare_areas returns it
    trend: pd.DataFrame  # as find_trend returns it
    fitted: pd.DataFrame  # area, month, fitted, fitted_low, fitted_high
    districts: pd.DataFrame  # area, incidents, shown, months, months_wanted, why
    categories: pd.DataFrame  # category, period, incidents, shown, why
    completeness: pd.DataFrame  # area, month, expected, reported, complete
    calendar: pd.DataFrame  # month, days, ramadan_days, lebaran_days, holiday_days, yearend_days
    population: pd.DataFrame  # area, year, population, series, vintage, confidence
    balance: pd.DataFrame  # file, outcome, rule, rows, cells, amount
    rejects: pd.DataFrame  # REJECTS
    revisions: pd.DataFrame  # file, kept, area, month, category, before, after
    totals: pd.DataFrame  # printed totals that differ from the sums
