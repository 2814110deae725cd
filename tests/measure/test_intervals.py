"""Intervals against hand tables, epitools, PHEindicatormethods and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from analysis.measure.intervals import (
    POISSON,
    PROPORTION,
    TABLE,
    poisson_interval,
    proportion_interval,
)
from analysis.words.messages import InsidenError

# Garwood 1936, as printed in many tables
PUBLISHED = [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)]


@pytest.mark.parametrize(("incidents", "low", "high"), PUBLISHED)
def test_exact_limits_match_published_tables(incidents, low, high):
    limits = poisson_interval(np.array([float(incidents)]), confidence=0.95)
    assert [limit.item() for limit in limits] == pytest.approx([low, high], abs=5e-4)


@pytest.mark.parametrize("method", [name for name in POISSON if name != "log"])
def test_gaps_and_zeros_are_told_apart(method):
    low, high = poisson_interval(np.array([0.0, np.nan, -1.0, np.inf]), method=method)
    assert low[0] == 0
    assert high[0] < 4
    assert np.isnan([low[1:], high[1:]]).all()


def test_no_incident_tells_nothing_on_the_log_scale():
    low, high = poisson_interval(np.array([0.0]), method="log")
    assert (low[0], high[0]) == (0, np.inf)


@pytest.mark.parametrize("method", POISSON)
def test_looked_up_limits_are_the_computed_ones(method):
    incidents = np.array([np.nan, 2.5, TABLE - 1, TABLE, 1e6, *range(40)], dtype=float)
    direct = poisson_interval(incidents, 0.9, method)
    looked_up = poisson_interval(np.tile(incidents, TABLE), 0.9, method)
    for ours, slow in zip(looked_up, direct, strict=True):
        np.testing.assert_allclose(ours[: len(incidents)], slow, rtol=1e-12)
        np.testing.assert_array_equal(ours[-len(incidents) :], ours[: len(incidents)])


def test_looked_up_limits_equal_the_gamma_quantiles():
    incidents = np.arange(2 * TABLE, dtype=float)
    low, high = poisson_interval(incidents)
    np.testing.assert_allclose(low[1:], chi2.ppf(0.025, 2 * incidents[1:]) / 2, rtol=1e-9)
    np.testing.assert_allclose(high, chi2.ppf(0.975, 2 * incidents + 2) / 2, rtol=1e-9)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40, 3000])
@pytest.mark.parametrize("confidence", [0.9, 0.998])
def test_mid_p_and_jeffreys_as_in_statsmodels(count, confidence):
    for ours, theirs in (("midp", "midp-c"), ("jeffreys", "jeff")):
        found = [limit.item() for limit in poisson_interval(np.array([count]), confidence, ours)]
        expected = list(confint_poisson(count, 1, method=theirs, alpha=1 - confidence))
        # a report that nobody made: the lower limit is zero here, a small number there
        expected[0] = expected[0] if count else 0.0
        assert found == pytest.approx(expected, rel=1e-6)


@given(st.floats(0.01, 60), st.sampled_from([0.8, 0.95, 0.998]))
def test_exact_and_mid_p_cover_what_they_promise(mean, confidence):
    counts = np.arange(0, 200.0)
    chance = poisson.pmf(counts, mean)
    covered = {}
    for method in ("exact", "midp"):
        low, high = poisson_interval(counts, confidence, method)
        covered[method] = chance[(low <= mean) & (mean <= high)].sum()
    assert covered["exact"] >= confidence - 1e-9
    assert covered["midp"] <= covered["exact"] + 1e-9


def test_epitools_limits_of_a_count(shared):
    golden = pd.read_csv(shared / "golden" / "epitools-rate-ci" / "expected.csv")
    peers = {
        "exact": ("poisson_test", 1e-9),
        "byar_half": ("byar", 1e-9),
        "normal": ("normal", 1e-9),
    }
    for confidence, rows in golden.groupby("conf"):
        counts, people = rows["x"].to_numpy(dtype=float), rows["n"]
        for method, (name, tolerance) in peers.items():
            low, high = poisson_interval(counts, confidence, method)
            # theirs can fall below zero
            np.testing.assert_allclose(
                low / people, np.maximum(rows[f"{name}_lower"], 0), rtol=tolerance
            )
            np.testing.assert_allclose(high / people, rows[f"{name}_upper"], rtol=tolerance)
        # epitools' own exact limits are found by stepping and missing where it fails
        low, high = poisson_interval(counts, confidence)
        for ours, name in ((low / people, "exact_lower"), (high / people, "exact_upper")):
            found = rows[name].notna() & (rows["x"] > 1)
            np.testing.assert_allclose(ours[found], rows[name][found], rtol=2e-4)


def test_epitools_limits_of_a_proportion(shared):
    folder = shared / "golden" / "epitools-rate-ci"
    golden = pd.read_csv(folder / "expected_proportion.csv")
    for confidence, rows in golden.groupby("conf"):
        for method, name in (("exact", "clopper"), ("wilson", "wilson")):
            low, high = proportion_interval(rows["x"], rows["n"], confidence, method)
            # their Wilson limit of no case is a rounding error above zero
            np.testing.assert_allclose(low, rows[f"{name}_lower"], rtol=1e-9, atol=1e-16)
            np.testing.assert_allclose(high, rows[f"{name}_upper"], rtol=1e-9)


def test_phe_byars_and_wilson(shared):
    golden = pd.read_csv(shared / "golden" / "phe-byars-wilson" / "expected.csv")
    for (level, method), rows in golden.groupby(["confidence", "method"]):
        confidence, counts = float(level.rstrip("%")) / 100, rows["x"].to_numpy(dtype=float)
        if method == "Byars":
            low, high = poisson_interval(counts, confidence, "byar")
            # theirs falls below zero for one incident at 99.8 % and is left out
            low = np.where(rows["lowercl"].isna(), np.nan, low)
        else:
            low, high = proportion_interval(counts, rows["n"], confidence)
        np.testing.assert_allclose(low, rows["lowercl"], rtol=1e-8)
        np.testing.assert_allclose(high, rows["uppercl"], rtol=1e-8)


@pytest.mark.parametrize(("part", "whole"), [(1, 3), (40, 1000), (999, 1000)])
def test_jeffreys_of_a_proportion_as_in_statsmodels(part, whole):
    found = proportion_interval(np.array([part]), np.array([whole]), 0.9, "jeffreys")
    expected = proportion_confint(part, whole, alpha=0.1, method="jeffreys")
    assert [limit.item() for limit in found] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("method", PROPORTION)
def test_a_proportion_stays_between_its_ends(method):
    part, whole = np.array([0, 5, 0, np.nan, 3, -1]), np.array([5, 5, 0, 5, 2, 5])
    low, high = proportion_interval(part, whole, method=method)
    assert low[0] == 0
    assert high[1] == 1
    assert 0 < high[0] < 1
    assert 0 < low[1] < 1
    assert np.isnan([low[2:], high[2:]]).all()


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"confidence": 95}, "measure.confidence"),
        ({"confidence": 0}, "measure.confidence"),
        ({"method": "wald"}, "measure.choice"),
    ],
)
def test_a_wrong_argument_is_named(arguments, key):
    with pytest.raises(InsidenError) as error:
        poisson_interval(np.array([3.0]), **arguments)
    assert error.value.key == key
    assert str(next(iter(arguments.values()))) in error.value.text("en")
