"""Bounds: what is missing or unmeasured, and how far off it must be, by hand calculation."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.bounds import find_effort_bound, find_missing_bound
from analysis.measure.compare import compare_areas
from analysis.measure.ratios import ratio_limits

YEAR = pd.date_range("2024-01-01", periods=10, freq="MS")
PEOPLE = pd.DataFrame({"area": ["a", "b"], "population": [1000, 1000]})


def compared(one, other):
    counts = pd.DataFrame(
        {
            "area": ["a"] * 10 + ["b"] * 10,
            "month": [*YEAR, *YEAR],
            "incidents": pd.array([*one, *other], dtype="Int64"),
        }
    )
    table = compare_areas(counts, PEOPLE, focal="a", comparators={"b": ["b"]}, months=YEAR)
    return find_missing_bound(table, counts, months=YEAR), table


def test_the_needed_fill_is_where_the_verdict_turns():
    found, table = compared([2] * 7 + [None] * 3, [10] * 10)
    assert table["verdict"].tolist() == ["lower"]
    found = found.set_index("turns_to")
    assert set(found.index) == {"not_separable", "higher"}
    row = found.loc["not_separable"]
    assert (row["side"], row["missing"], row["per_month"]) == ("focal", 3, 2.0)
    # 14 seen and 3 x needed in a year against 100: the upper limit is just one
    for fill, below in ((row["needed"] - 0.01, True), (row["needed"] + 0.01, False)):
        _, high = ratio_limits([14 + 3 * fill], [1.0], [100.0], [1.0])
        assert (high[0] < 1) == below
    assert row["times"] == pytest.approx(row["needed"] / 2)
    assert found.loc["higher", "needed"] > row["needed"]


def test_gaps_that_cannot_change_the_verdict_say_so():
    found, table = compared([50] * 9 + [None], [1] * 10)
    assert table["verdict"].tolist() == ["higher"]
    assert found.set_index("turns_to")["why"].to_dict() == {
        "not_separable": "impossible", "lower": "impossible",
    }  # fmt: skip
    assert found["needed"].isna().all()


def test_more_in_the_comparator_makes_the_ratio_smaller():
    found, table = compared([10] * 10, [2] * 7 + [None] * 3)
    assert table["verdict"].tolist() == ["higher"]
    row = found.set_index("turns_to").loc["not_separable"]
    assert row["side"] == "comparator"
    low, _ = ratio_limits([100.0], [1.0], [14 + 3 * (row["needed"] + 0.01)], [1.0])
    assert low[0] < 1


def test_without_gaps_and_without_common_months_there_is_no_bound():
    assert compared([1] * 10, [2] * 10)[0].empty
    assert compared([1] * 5 + [None] * 5, [None] * 5 + [2] * 5)[0].empty


CHANGES = pd.DataFrame(
    [
        ("fully", 1.5, 1.2, 1.9), ("partly", 3.0, 2.5, 3.6), ("no", 1.5, 1.2, 1.9),
        ("still", 1.5, 1.2, 1.9), ("no_change", 1.1, 0.8, 1.4), ("blank", 1.5, 1.2, 1.9),
        ("nothing", np.nan, 0.0, np.inf), ("fell", 0.5, 0.4, 0.7),
    ],
    columns=["area", "ratio", "ratio_low", "ratio_high"],
)  # fmt: skip
EFFORT = pd.DataFrame(
    [
        ("fully", 200, 100), ("partly", 200, 100), ("no", 50, 100), ("still", 100, 100),
        ("no_change", 200, 100), ("nothing", 200, 100), ("fell", 50, 100),
    ],
    columns=["area", "effort", "effort_before"],
)  # fmt: skip


def test_effort_alone_by_hand():
    found = find_effort_bound(CHANGES, EFFORT).set_index("area")
    assert found["explains"].to_dict() == {
        "fully": "fully", "partly": "partly", "no": "no", "still": "no", "no_change": "no_change",
        "blank": "", "nothing": "", "fell": "fully",
    }  # fmt: skip
    # 1.5 = 2^0.585; 0.5 = (1/2)^1
    assert found.loc["fully", "elasticity"] == pytest.approx(0.58496, abs=1e-5)
    assert found.loc["fell", "elasticity"] == pytest.approx(1)
    assert found.loc["partly", "elasticity_low"] == pytest.approx(np.log2(2.5))
    assert found.loc["blank", "why"] == "no_effort"
    assert found.loc["nothing", "why"] == "no_incidents"
    known = found[found["explains"].isin(["fully", "partly"])]
    assert (known["elasticity_low"] <= known["elasticity_high"]).all()
