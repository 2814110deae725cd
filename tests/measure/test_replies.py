"""The chain of reports and the time to reply: against published data, a peer and a hand calculation."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.measure.replies import find_chain, find_reply_times

DAY = pd.Timestamp("2024-01-01")
# Freireich et al. (1963), Blood 21: 699-716: weeks of remission, with 6-mercaptopurine and without
WEEKS = {
    "6-MP": ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]),
    "placebo": ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], []),
}


def waited(area, ended, still):
    """Reports that were answered after so many days, and others open for so many days until 100."""
    until = DAY + pd.Timedelta(days=100)
    rows = [(area, DAY, DAY + pd.Timedelta(days=days), "") for days in ended]
    rows += [(area, until - pd.Timedelta(days=days), pd.NaT, "") for days in still]
    return pd.DataFrame(rows, columns=["area", "received", "replied", "why"])


UNTIL = DAY + pd.Timedelta(days=100)


def times(*tables, **settings):
    reports = pd.concat(tables, ignore_index=True)
    return find_reply_times(reports, until=UNTIL, **settings).set_index("area")


def test_median_remission_as_published():
    found = times(*(waited(area, *weeks) for area, weeks in WEEKS.items()))
    # Collett (2015), Modelling Survival Data, and every textbook since: 23 and 8 weeks
    assert found["median_days"].to_dict() == {"6-MP": 23, "placebo": 8}
    # limits of the log-log kind: 13 to not reached, and 4 to 11
    assert found.loc["placebo", ["median_low", "median_high"]].tolist() == [4, 11]
    assert found.loc["6-MP", "median_low"] == 13 and np.isnan(found.loc["6-MP", "median_high"])
    assert found["open"].to_dict() == {"6-MP": 12, "placebo": 0}


@pytest.mark.parametrize("area", WEEKS)
def test_limits_equal_those_of_statsmodels(area):
    ended, still = WEEKS[area]
    peer = SurvfuncRight(np.array(ended + still), np.array([1] * len(ended) + [0] * len(still)))
    found = times(waited(area, ended, still)).loc[area]
    assert found["median_days"] == peer.quantile(0.5)
    low, high = peer.quantile_ci(0.5, method="cloglog")
    assert found["median_low"] == low
    assert found["median_high"] == high or (
        np.isnan(found["median_high"]) and not np.isfinite(high)
    )


def test_dropping_the_open_reports_would_make_the_answer_look_fast():
    found = times(waited("Labuan", [2, 3, 4], [60, 70, 80, 90])).loc["Labuan"]
    assert np.isnan(found["median_days"])  # fewer than half are answered
    assert found["open_share"] == pytest.approx(4 / 7)
    assert found["open_low"] < 4 / 7 < found["open_high"]


def test_answers_on_the_same_day_and_after_the_list_was_drawn_up():
    table = waited("Labuan", [0, 0, 0, 120], [])
    found = times(table).loc["Labuan"]
    assert (found["replied"], found["open"], found["median_days"]) == (3, 1, 0)


def test_reports_without_a_day_are_left_out_and_counted():
    table = waited("Labuan", [2, 4, 6], [10])
    table.loc[0, "why"] = "no_date"
    table.loc[1, "received"] = UNTIL + pd.Timedelta(days=5)
    found = times(table).loc["Labuan"]
    assert (found["reports"], found["excluded"], found["replied"], found["open"]) == (4, 2, 1, 1)
    assert (found["unit"], found["confidence"]) == ("days", 0.95)


def test_no_reports_give_no_rows_and_an_area_without_times_says_so():
    empty = waited("x", [], [])
    assert find_reply_times(empty, until=UNTIL).empty
    table = waited("Labuan", [2], [])
    table["why"] = "no_date"
    found = times(table).loc["Labuan"]
    assert found["excluded"] == 1
    assert found[["median_days", "median_low", "open_share", "open_low"]].isna().all()


def test_the_chain_adds_up_to_the_reports():
    reports = pd.DataFrame(
        {
            "area": ["a", "a", "a", "b"],
            "month": pd.to_datetime(["2024-07-01", "2024-07-01", "2024-08-01", "2024-07-01"]),
            "state": ["referred", "blocked", "blocked", "no_reply"],
        }
    )
    chain = find_chain(reports)
    assert chain["reports"].tolist() == [2, 1, 1]
    assert chain[["blocked", "no_reply", "referred"]].sum(axis=1).tolist() == [2, 1, 1]
    assert chain.loc[0, "referred"] == 1 and chain.loc[0, "unit"] == "reports"
    assert find_chain(reports, by=("month",))["reports"].tolist() == [3, 1]
