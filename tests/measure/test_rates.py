"""Rates against the figures of the secretary's claim, PHEindicatormethods and London."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.rates import add_proportions, add_rates, add_stability
from analysis.words.messages import InsidenError


def table(incidents, exposure):
    return pd.DataFrame(
        {
            "area": [f"a{number}" for number in range(len(incidents))],
            "incidents": pd.array(incidents, dtype="Int64"),
            "exposure": exposure,
        }
    )


# reports of violence, January-February 2023, by the population of 2022
PANDEGLANG, LEBAK = 1_307_090, 1_433_853


def test_add_rates_of_the_secretarys_claim():
    rates = add_rates(table([20, 10], [PANDEGLANG, LEBAK]))
    found = rates[["rate", "rate_low", "rate_high"]].to_numpy()
    assert found[0] == pytest.approx([1.53, 0.93, 2.36], abs=0.005)
    assert found[1] == pytest.approx([0.70, 0.33, 1.28], abs=0.005)
    said = rates[["rate_per", "unit", "method", "confidence", "why"]].drop_duplicates()
    assert said.to_numpy().tolist() == [
        [100_000, "reports per 100000 people", "exact", 0.95, ""],
    ]


def test_add_rates_leaves_unknown_counts_and_people_without_a_rate():
    rates = add_rates(table([None, 3, None, 0], [1000.0, np.nan, 0.0, 1000.0]))
    for column in ("rate", "rate_low", "rate_high"):
        assert rates[column].isna().tolist() == [True, True, True, False]
    assert rates["why"].tolist() == ["not_reported", "no_population", "not_reported", ""]
    assert rates.loc[3, "rate"] == 0
    assert rates.loc[3, "rate_high"] == pytest.approx(368.888, abs=0.001)


def test_a_reason_that_is_known_already_stays():
    given = table([None, None, 3], 1000.0).assign(why=["suppressed", None, "revised"])
    assert add_rates(given)["why"].tolist() == ["suppressed", "not_reported", "revised"]


def test_add_rates_does_not_change_its_input():
    before = table([1], [1000.0])
    add_rates(before)
    assert list(before) == ["area", "incidents", "exposure"]


@pytest.mark.parametrize(
    ("incidents", "exposure", "key"),
    [
        (-1, 1000.0, "measure.negative_count"),
        (3, 0.0, "measure.no_people"),
        (3, -5.0, "measure.no_people"),
        (3, np.inf, "measure.not_a_number"),
        (3, "many", "measure.not_a_number"),
        (3, "1.235", "measure.not_a_number"),  # a thousand, or a little more than one?
    ],
)
def test_add_rates_refuses_impossible_rows(incidents, exposure, key):
    with pytest.raises(InsidenError) as error:
        add_rates(table([2, incidents], [1000.0, exposure]))
    assert error.value.key == key
    for lang in ("id", "en"):
        assert "a1" in error.value.text(lang)


def test_an_empty_table_has_no_rates():
    assert add_rates(table([], [])).empty
    assert add_stability(table([], [])).empty


def test_phe_rates(shared):
    folder = shared / "golden" / "phe-rate"
    given, golden = pd.read_csv(folder / "input.csv"), pd.read_csv(folder / "expected.csv")
    given = given.rename(columns={"Numerator": "incidents", "Denominator": "exposure"})
    for confidence, name in ((0.95, "95_0cl"), (0.998, "99_8cl")):
        rates = add_rates(given, per=1, confidence=confidence, method="phe")
        columns = {"rate": "value", "rate_low": f"lower{name}", "rate_high": f"upper{name}"}
        for ours, theirs in columns.items():
            found = rates[ours] * given["multiplier"]
            np.testing.assert_allclose(found, golden[theirs], rtol=1e-8)


@pytest.mark.parametrize("file", ["expected.csv", "expected_total.csv"])
def test_phe_rates_of_london_boroughs(shared, file):
    golden = pd.read_csv(shared / "golden" / "phe-rate-london" / file)
    given = golden.rename(columns={"count": "incidents", "pop2013": "exposure"})
    for confidence, name in ((0.95, "95_0cl"), (0.998, "99_8cl")):
        rates = add_rates(
            given[["incidents", "exposure"]], per=1000, confidence=confidence, method="phe"
        )
        columns = {"rate": "value", "rate_low": f"lower{name}", "rate_high": f"upper{name}"}
        for ours, theirs in columns.items():
            np.testing.assert_allclose(rates[ours], golden[theirs], rtol=1e-9)
        # the exact limits lie beside them
        exact = add_rates(given[["incidents", "exposure"]], per=1000, confidence=confidence)
        np.testing.assert_allclose(exact["rate_low"], golden[f"lower{name}"], rtol=1e-4)


def test_settled_reports_as_a_share():
    # 985 of 1,333 reports are settled: 73.9 %
    given = pd.DataFrame(
        {"area": list("abcd"), "part": [985, 0, None, 0], "whole": [1333, 4, 3, 0]}
    )
    shares = add_proportions(given)
    assert shares["proportion"][0] == pytest.approx(0.739, abs=0.0005)
    assert shares["proportion_low"][0] < 0.739 < shares["proportion_high"][0]
    assert shares["proportion"][1] == 0
    assert shares["why"].tolist() == ["", "", "not_reported", "no_incidents"]
    assert shares["method"].unique().tolist() == ["wilson"]
    with pytest.raises(InsidenError) as error:
        add_proportions(given.assign(part=given["whole"] + 1))
    assert error.value.key == "measure.part_above_whole"


def test_stability_tiers_of_the_washington_guideline():
    # relative standard errors: 100 / sqrt(n)
    counts = [None, 0, 1, 3, 4, 9, 10, 16, 17, 19, 20, 400]
    found = add_stability(table(counts, 1000.0))
    assert found["relative_error"].tolist()[2:] == pytest.approx(
        [100, 57.735, 50, 33.333, 31.623, 25, 24.254, 22.942, 22.361, 5], abs=5e-4
    )
    assert found["stability"].tolist() == [
        "", "unstable", "unstable", "unstable", "caution", "caution", "caution", "caution",
        "stable", "stable", "stable", "stable",
    ]  # fmt: skip
    assert found["few"].tolist() == [
        "", *["under_10"] * 5, "under_20", "under_20", "under_20", "under_20", "", "",
    ]  # fmt: skip


def test_a_standardised_rate_keeps_its_own_error():
    found = add_stability(table([100, 100], 1000.0).assign(relative_error=[30.0, 60.0]))
    assert found["stability"].tolist() == ["caution", "unstable"]
