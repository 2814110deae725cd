"""A step is no slope: it is found where it is, and seldom found where there is none."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.trends import find_trend, fitted_trend
from tests.measure.test_trends import calendar_of, counts_of

MONTHS = pd.date_range("2019-01-01", periods=70, freq="MS")
CALENDAR = calendar_of(MONTHS, {"ramadan_days": {}, "lebaran_days": {}})


def areas_of(number, mean=30.0, seed=4, step=None):
    rng = np.random.default_rng(seed)
    means = np.full((number, 70), mean)
    if step:
        means[0, step:] *= 2
    names = [f"{area:03d}" for area in range(number)]
    counts = counts_of(dict(zip(names, rng.poisson(means), strict=True)), MONTHS)
    return counts, CALENDAR, pd.DataFrame({"area": names, "population": 10_000})


@pytest.mark.parametrize("number", [1, 8, 40])
def test_a_doubled_level_gets_no_slope_but_a_month(number):
    given = areas_of(number, step=41)
    row = find_trend(*given).iloc[0]
    if number == 1:  # alone, a jump and unrest that lasts cannot be told apart for certain
        assert row["verdict"] in ("break", "not_separable", "rising")
        return
    assert (row["verdict"], row["why"]) == ("break", "level_step")
    assert abs((row["break_month"] - MONTHS[41]).days) < 62
    assert np.isnan(row["yearly_change"])
    assert "000" not in set(fitted_trend(*given)["area"])


def test_a_steady_rise_is_no_step():
    counts, calendar, people = areas_of(40)
    rise = np.random.default_rng(5).poisson(30 * 1.2 ** (np.arange(70) / 12))
    counts.loc[counts["area"] == "000", "incidents"] = rise
    row = find_trend(counts, calendar, people).iloc[0]
    assert row["verdict"] == "rising"


def test_one_in_a_hundred_level_series_is_refused():
    table = find_trend(*areas_of(400, mean=12.0))
    # binomial(400, 0.01): more than eleven in one of 1,000 such tests
    assert (table["why"] == "level_step").sum() <= 11
    # p is a p: as many below a half as above it, within three standard errors
    assert (table["break_p"] < 0.5).mean() == pytest.approx(0.5, abs=0.08)
