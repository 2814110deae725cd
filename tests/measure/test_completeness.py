"""Scenario S5: who reported, before who has more."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.completeness import (
    completeness_rate,
    find_completeness,
    find_rankable,
    sum_reported,
)
from analysis.words.messages import InsidenError

MONTHS = pd.date_range("2024-01-01", periods=6, freq="MS")
PANDEGLANG, LEBAK, SERANG = "36.01", "36.02", "36.04"
S5 = {
    PANDEGLANG: [2, 2, 2, 2, 2, 2],
    LEBAK: [3, 3, 3, None, None, None],
    SERANG: [0, 0, 1, 0, 1, 0],  # 0, NIHIL, 1, 0, 1, 0
}
EACH = {area: [area] for area in S5}


def counts_of(series):
    parts = [
        pd.DataFrame({"area": area, "month": MONTHS, "incidents": pd.array(told, dtype="Int64")})
        for area, told in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_completeness_of_the_scenario():
    table = find_completeness(counts_of(S5), EACH)
    assert table.groupby("area")["complete"].sum().to_dict() == {
        PANDEGLANG: 6,
        LEBAK: 3,
        SERANG: 6,
    }
    rate = completeness_rate(table)
    assert (rate.reported, rate.expected) == (15, 18)
    assert rate.percent == pytest.approx(83.3, abs=0.05)


def test_totals_and_counts_per_reported_month():
    counts = counts_of(S5)
    sums = sum_reported(counts, find_completeness(counts, EACH)).set_index("area")
    assert sums["incidents"].tolist() == [12, 9, 2]
    assert sums["months"].tolist() == [6, 3, 6]
    assert sums["months_wanted"].tolist() == [6, 6, 6]
    assert sums["per_month"].tolist() == pytest.approx([2.0, 3.0, 1 / 3])


def test_lebak_is_not_ranked_for_its_months_differ():
    table = find_rankable(find_completeness(counts_of(S5), EACH)).set_index("area")
    assert table["rankable"].to_dict() == {PANDEGLANG: True, LEBAK: False, SERANG: True}
    assert table["why"].to_dict() == {PANDEGLANG: "", LEBAK: "different_months", SERANG: ""}


def test_equally_many_but_other_months_rank_nobody():
    series = {"a": [1, 1, 1, None, None, None], "b": [None, None, None, 1, 1, 1]}
    table = find_completeness(counts_of(series), {"a": ["a"], "b": ["b"]})
    assert find_rankable(table)["rankable"].tolist() == [False, False]


def test_who_never_reported_is_not_ranked_and_has_no_sum():
    counts = counts_of({"a": [None] * 6, "b": [None] * 6})
    table = find_completeness(counts, {"a": ["a"], "b": ["b"], "c": ["c"]})
    assert find_rankable(table)["why"].tolist() == ["not_reported"] * 3
    sums = sum_reported(counts, table)
    assert sums["incidents"].isna().all()
    assert sums["per_month"].isna().all()
    assert completeness_rate(table).percent == 0


def test_an_area_is_complete_when_all_its_units_reported():
    counts = counts_of({"x.1": [1, None, 0, 1, 1, 1], "x.2": [0, 2, None, 1, 1, 1]})
    table = find_completeness(counts, {"x": ["x.1", "x.2"]}, months=MONTHS[:4])
    assert table["expected"].tolist() == [2, 2, 2, 2]
    assert table["reported"].tolist() == [2, 1, 1, 2]
    assert table["complete"].tolist() == [True, False, False, True]


def test_nothing_expected_has_no_rate():
    empty = find_completeness(counts_of(S5), EACH)[:0]
    assert np.isnan(completeness_rate(empty).percent)


def test_a_repeated_month_is_refused():
    counts = counts_of(S5)
    with pytest.raises(InsidenError) as error:
        find_completeness(pd.concat([counts, counts]), EACH)
    assert error.value.key == "measure.repeated"
