"""Effort, lineage and the synthetic comparator: known truths, hand calculations, bad input."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.effort import find_effort_exponent
from analysis.measure.lineage import find_units, share_to_parts, sum_to_units
from analysis.measure.synthetic import find_synthetic
from analysis.words.messages import InsidenError
from tests.measure.test_trends import calendar_of, counts_of

MONTHS = pd.date_range("2019-01-01", periods=48, freq="MS")
CALENDAR = calendar_of(MONTHS, {"ramadan_days": {}, "lebaran_days": {}})
AREAS = [f"{area:02d}" for area in range(12)]
PEOPLE = pd.DataFrame({"area": AREAS, "population": 10_000})


def patrolled(power, mean=30.0, seed=1):
    rng = np.random.default_rng(seed)
    hours = np.exp(rng.normal(3, 0.5, (12, 48)))
    counts = rng.poisson(mean * (hours / 20) ** power)
    effort = pd.DataFrame(
        {"area": np.repeat(AREAS, 48), "month": np.tile(MONTHS, 12), "effort": hours.ravel()}
    )
    return counts_of(dict(zip(AREAS, counts, strict=True)), MONTHS), effort


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_power_of_effort_is_found_and_stays_between_zero_and_one(power):
    counts, effort = patrolled(power)
    row = find_effort_exponent(counts, CALENDAR, PEOPLE, effort).iloc[0]
    assert row["raw"] == pytest.approx(power, abs=4 * row["raw_error"])
    assert 0 <= row["exponent_low"] <= row["exponent"] <= row["exponent_high"] <= 1
    assert row["exponent"] == pytest.approx(power, abs=0.1)


def test_months_without_effort_are_left_out_and_no_effort_is_an_error():
    counts, effort = patrolled(0.5)
    fewer = find_effort_exponent(counts, CALENDAR, PEOPLE, effort[effort["month"] >= MONTHS[4]])
    assert fewer["months"].iloc[0] == 12 * 44
    with pytest.raises(InsidenError) as error:
        find_effort_exponent(counts, CALENDAR, PEOPLE, effort[:0])
    assert error.value.key == "measure.no_effort"
    for wrong, key in (
        (effort.assign(effort=0.0), "measure.effort_not_positive"),
        (pd.concat([effort, effort]), "measure.repeated"),
    ):
        with pytest.raises(InsidenError) as error:
            find_effort_exponent(counts, CALENDAR, PEOPLE, wrong)
        assert error.value.key == key


LINEAGE = pd.DataFrame(
    [("36.04", "36.04", "2007-08-10", "split"), ("36.04", "36.73", "2007-08-10", "split"),
     ("91.01", "93.01", "2022-07-25", "moved"), ("x", "z", "2010-01-01", "merge"),
     ("y", "z", "2010-01-01", "merge")],
    columns=["old", "new", "valid_from", "kind"],
)  # fmt: skip


def test_units_are_those_that_both_sides_of_a_change_share():
    areas = ["36.04", "36.73", "36.01"]
    over = find_units(LINEAGE, areas, pd.Timestamp("2006-01-01"), pd.Timestamp("2008-01-01"))
    assert over["36.04"] == over["36.73"] == "36.04+36.73"
    assert over["36.01"] == "36.01"
    after = find_units(LINEAGE, areas, pd.Timestamp("2008-01-01"), pd.Timestamp("2009-01-01"))
    assert after["36.04"] == "36.04"
    late = find_units(LINEAGE, ["91.01", "x", "y", "z"], pd.Timestamp("2009-01-01"), pd.Timestamp("2023-01-01"))  # fmt: skip
    # a merged or moved area goes by its later code
    assert (late["91.01"], late["93.01"], late["x"], late["y"]) == ("93.01", "93.01", "z", "z")


def test_counts_of_units_need_every_part_that_existed():
    months = pd.date_range("2007-06-01", "2007-11-01", freq="MS")
    rows = [("36.04", month, 10) for month in months[:2]]
    rows += [("36.04", month, 6) for month in months[2:]]
    rows += [("36.73", months[2], 4), ("36.73", months[3], None), ("36.73", months[4], 5)]
    rows += [("36.01", month, 1) for month in months]
    counts = pd.DataFrame(rows, columns=["area", "month", "incidents"]).astype(
        {"incidents": "Int64"}
    )
    found = sum_to_units(counts, LINEAGE)
    unit = found[found["area"] == "36.04+36.73"]
    assert unit["incidents"].tolist()[:3] == [10, 10, 10]
    # October is blank, December has no row: a part that existed was silent
    assert unit["incidents"].isna().tolist() == [False, False, False, True, False, True]
    assert unit["why"].tolist()[3] == "not_reported"
    assert found.loc[found["area"] == "36.01", "incidents"].tolist() == [1] * 6
    assert set(unit["members"]) == {"36.04;36.73"}


def test_shares_of_parts_are_labelled_estimates():
    units = pd.DataFrame(
        {"area": ["36.04+36.73"], "month": [MONTHS[0]], "incidents": pd.array([10], dtype="Int64")}
    )
    shares = pd.DataFrame({"unit": "36.04+36.73", "area": ["36.04", "36.73"], "weight": [3, 1]})
    found = share_to_parts(units, shares).set_index("area")
    assert found["estimate"].to_dict() == {"36.04": 7.5, "36.73": 2.5}
    assert set(found["flag"]) == {"estimate"}


def test_a_lineage_without_a_date_is_an_error():
    with pytest.raises(InsidenError) as error:
        find_units(LINEAGE.assign(valid_from="soon"), ["x"], MONTHS[0], MONTHS[-1])
    assert error.value.key == "measure.lineage_date"


def followed(change=1.0, seed=2):
    """An area that is half of b and half of c, times ``change`` from month 36 on; d to i wander."""
    rng = np.random.default_rng(seed)
    series = {
        name: np.round(1e4 * np.exp(np.cumsum(rng.normal(0, 0.1, 48)))) for name in "bcdefghi"
    }
    step = np.where(np.arange(48) >= 36, change, 1.0)
    series["a"] = np.round((series["b"] + series["c"]) / 2 * step)
    people = pd.DataFrame({"area": list("abcdefghi"), "population": 1_000_000})
    return counts_of(series, MONTHS), people


def synthetic(counts, people, **values):
    given = {"focal": "a", "donors": list("bcdefghi"), "months": MONTHS, "start": MONTHS[36]}
    return find_synthetic(counts, people, **(given | values))


def test_the_mix_of_the_past_is_found_and_the_change_after_it():
    result, weights = synthetic(*followed(1.5))
    found = weights.set_index("donor")["weight"]
    assert found[["b", "c"]].tolist() == pytest.approx([0.5, 0.5], abs=0.01)
    assert found.sum() == pytest.approx(1)
    row = result.iloc[0]
    assert row["ratio"] == pytest.approx(1.5, abs=0.02)
    assert (row["p"], row["placebo_areas"], row["k"]) == (pytest.approx(1 / 9), 9, 8)
    assert (row["months_before"], row["months_after"]) == (36, 12)


def test_donors_with_gaps_are_left_out_and_listed():
    counts, people = followed(1.5)
    counts.loc[(counts["area"] == "d") & (counts["month"] == MONTHS[3]), "incidents"] = pd.NA
    row = synthetic(counts, people)[0].iloc[0]
    assert (row["left_out"], row["k"]) == ("d", 7)
    assert synthetic(counts, people, donors=["d", "e"])[0]["why"].tolist() == ["few_donors"]
    assert synthetic(counts, people, start=MONTHS[5])[0]["why"].tolist() == ["few_months"]
    with pytest.raises(InsidenError) as error:
        synthetic(counts, people, donors=["a", "b"])
    assert error.value.key == "measure.focal_in_comparator"
