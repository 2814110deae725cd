"""Overview and spine: verdicts by the interval alone, directions as data, places by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measure.overview import as_values, count_verdicts, find_overview, find_spine
from analysis.measure.rates import add_proportions, add_rates
from analysis.words.messages import InsidenError

INDICATORS = pd.DataFrame(
    {
        "indicator": ["scams", "settled", "channels"],
        "direction": ["high_is_bad", "low_is_bad", "neither"],
        "benchmark": [10.0, 0.5, 3.0],
    }
)


def values(indicator, rows):
    table = pd.DataFrame(rows, columns=["area", "value", "value_low", "value_high"])
    table.insert(0, "indicator", indicator)
    return table.assign(unit="x", method="exact", confidence=0.95)


TABLE = pd.concat(
    [
        values("channels", [("a", 4, 3.5, 5), ("b", 1, 0.5, 2), ("c", 3, 1, 4)]),
        values("scams", [("a", 15, 11, 20), ("b", 6, 4, 9), ("c", 12, 10, 15), ("d", 9, 7, 12)]),
        values("settled", [("a", 0.9, 0.6, 1), ("b", 0.2, 0.1, 0.4), ("c", 0.5, 0.3, 0.7)]),
    ]
)


def test_direction_is_data():
    found = find_overview(TABLE, INDICATORS).set_index(["indicator", "area"])["verdict"]
    assert found["scams"].to_dict() == {
        "a": "worse", "b": "better", "c": "similar", "d": "similar",
    }  # fmt: skip
    assert found["settled"].to_dict() == {"a": "better", "b": "worse", "c": "similar"}
    assert found["channels"].to_dict() == {"a": "higher", "b": "lower", "c": "similar"}


def test_order_is_that_of_the_indicators():
    found = find_overview(TABLE, INDICATORS)
    assert found["indicator"].unique().tolist() == ["scams", "settled", "channels"]
    assert found["area"].tolist()[:4] == list("abcd")


def test_no_verdict_without_value_interval_or_benchmark():
    rows = [("a", None, None, None), ("b", None, None, None), ("c", 5, None, 7), ("d", 5, 4, 7)]
    table = values("scams", rows).assign(why=["suppressed", None, "", ""])
    found = find_overview(table, INDICATORS)
    assert found["why"].tolist() == ["suppressed", "no_value", "no_interval", ""]
    assert found["verdict"].tolist() == ["not_comparable"] * 3 + ["better"]
    nothing = find_overview(table, INDICATORS.assign(benchmark=np.nan))
    assert nothing["verdict"].tolist() == ["not_comparable"] * 4
    assert nothing["why"].tolist()[3] == "no_benchmark"


def test_an_area_can_be_the_benchmark():
    marks = INDICATORS[["indicator", "direction"]].assign(benchmark_area="c")
    found = find_overview(TABLE, marks).set_index(["indicator", "area"])
    assert found.loc["scams", "benchmark"].unique().tolist() == [12]
    assert found.loc[("scams", "c"), "why"] == "is_benchmark"
    assert found.loc[("scams", "a"), "verdict"] == "similar"  # 11 to 20 holds 12
    assert found.loc[("scams", "b"), "verdict"] == "better"
    # an area that is not there is no benchmark
    absent = find_overview(TABLE, marks.assign(benchmark_area="z"))
    assert set(absent["why"]) == {"no_benchmark"}


def test_counts_beside_what_chance_brings():
    found = count_verdicts(find_overview(TABLE, INDICATORS)).set_index("indicator")
    assert found.loc["scams", ["compared", "similar", "better", "worse"]].tolist() == [4, 2, 1, 1]
    assert found.loc["scams", "by_chance"] == pytest.approx(0.2)
    assert found.loc["channels", ["higher", "lower"]].tolist() == [1, 1]


def test_rates_and_shares_become_values():
    table = pd.DataFrame({"area": list("ab"), "incidents": [3, None], "exposure": [1e5, 1e5]})
    shares = pd.DataFrame({"area": list("ab"), "part": [1, 5], "whole": [4, 6]})
    both = pd.concat(
        [
            as_values(add_rates(table), "scams"),
            as_values(add_proportions(shares), "settled", "proportion"),
        ]
    )
    found = find_overview(both, INDICATORS)
    assert found["unit"].unique().tolist() == ["reports per 100000 people", "share of reports"]
    assert found["verdict"].tolist() == ["better", "not_comparable", "similar", "similar"]
    assert found["why"].tolist() == ["", "not_reported", "", ""]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.floats(-5, 5), st.sampled_from([0, 1, 2])
)
def test_no_verdict_contradicts_its_interval(numbers, benchmark, place):
    low, value, high = sorted(numbers)
    name = INDICATORS["indicator"][place]
    table = values(name, [("a", value, low, high)])
    found = find_overview(table, INDICATORS.assign(benchmark=benchmark))["verdict"].item()
    above, below = ("worse", "better", "higher")[place], ("better", "worse", "lower")[place]
    expected = above if low > benchmark else below if high < benchmark else "similar"
    assert found == expected


def test_spine_by_hand():
    spine = find_spine(find_overview(TABLE, INDICATORS), "a").set_index("indicator")
    scams = spine.loc["scams"]
    # values 6, 9, 12, 15: quartiles by linear interpolation
    marks = ["lowest", "quarter", "middle", "three_quarters", "highest"]
    assert scams[marks].tolist() == [6, 8.25, 10.5, 12.75, 15]
    assert scams["areas"] == 4
    # benchmark 10; the farther end is 15, five away; high is bad, so 15 lies at -1
    assert scams["at_value"] == -1
    assert scams["at_lowest"] == pytest.approx(0.8)
    assert scams["at_value_low"] == pytest.approx(-0.2)
    assert spine.loc["settled", "at_value"] == 1
    assert spine.loc["channels", "at_value"] == pytest.approx(0.5)
    assert spine["verdict"].to_dict() == {
        "scams": "worse", "settled": "better", "channels": "higher",
    }  # fmt: skip
    assert {"unit", "method", "confidence", "why"} <= set(spine)


def test_spine_of_an_area_that_lacks_an_indicator():
    spine = find_spine(find_overview(TABLE, INDICATORS), "d").set_index("indicator")
    assert spine["why"].to_dict() == {"scams": "", "settled": "no_value", "channels": "no_value"}
    assert np.isnan(spine.loc["settled", "at_value"])
    assert spine.loc["settled", "at_lowest"] == pytest.approx(-0.75)


def test_spine_leaves_out_the_benchmark_area():
    marks = INDICATORS[["indicator", "direction"]].assign(benchmark_area="a")
    spine = find_spine(find_overview(TABLE, marks), "b").set_index("indicator")
    assert spine.loc["scams", ["areas", "highest", "benchmark"]].tolist() == [3, 12, 15]


def test_spine_of_equal_values():
    flat = values("scams", [("a", 10, 8, 12), ("b", 10, 8, 12)])
    spine = find_spine(find_overview(flat, INDICATORS), "a")
    assert spine[["at_lowest", "at_value", "at_highest"]].abs().max(axis=None) == 0


@pytest.mark.parametrize(
    ("table", "indicators", "key"),
    [
        (pd.concat([TABLE, TABLE]), INDICATORS, "measure.repeated_key"),
        (TABLE, pd.concat([INDICATORS, INDICATORS]), "measure.repeated_key"),
        (TABLE, INDICATORS[:2], "measure.strange_indicator"),
        (TABLE, INDICATORS.assign(direction="up"), "measure.choice"),
        (TABLE, INDICATORS.assign(benchmark_area="a"), "measure.two_benchmarks"),
        (TABLE, INDICATORS.drop(columns="benchmark"), "tables.columns_missing"),
        (TABLE.assign(value_low=TABLE["value_high"] + 1), INDICATORS, "measure.limits_crossed"),
        (TABLE.drop(columns="unit"), INDICATORS, "tables.columns_missing"),
    ],
)
def test_bad_input_is_one_clear_error(table, indicators, key):
    with pytest.raises(InsidenError) as error:
        find_overview(table, indicators)
    assert error.value.key == key


def test_the_focal_area_must_be_there():
    with pytest.raises(InsidenError) as error:
        find_spine(find_overview(TABLE, INDICATORS), "z")
    assert error.value.key == "measure.not_among"
