"""The short version of benchmarks/calibration: does a 95 % interval hold 95 %?"""

import importlib.util

import pytest

SERIES = 240


def load(root, name):
    file = root / "benchmarks" / "calibration" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bench(root):
    return load(root, "trend_coverage")


@pytest.mark.parametrize(
    ("areas", "mean", "autocorrelation"), [(8, 10, 0.8), (40, 40, 0.8), (40, 2, 0.5)]
)
def test_trend_intervals_hold_the_truth(bench, areas, mean, autocorrelation):
    # three standard errors of 240 series: 0.042; plain quasi-Poisson holds 0.55 to 0.67 at AR 0.8
    share, _ = bench.coverage(
        areas=areas, months=60, mean=mean, autocorrelation=autocorrelation, series=SERIES
    )
    assert share == pytest.approx(0.95, abs=0.042)


def test_missing_months_do_not_spoil_the_interval(bench):
    share, _ = bench.coverage(
        areas=8, months=70, mean=10, autocorrelation=0.5, series=SERIES, missing=0.2
    )
    assert share == pytest.approx(0.95, abs=0.042)


def test_the_neighbour_trend_test_calls_one_in_twenty_equal_trends_different(root):
    found = load(root, "neighbour_trend").size(
        areas=155, months=70, mean=10, autocorrelation=0.8, runs=4
    )
    size = found["size"]
    # 7 of 155 ranks are below 5 %
    assert size["placebo"] == pytest.approx(7 / 155, abs=1e-9)
    # three standard errors of 620 comparisons that share their model
    assert size["model"] == pytest.approx(0.05, abs=0.03)
    assert size["log_ratio"] > 0.1  # what the plain ratio does on the same counts


def test_the_neighbour_trend_test_sees_a_real_difference(root):
    found = load(root, "neighbour_trend").power(
        areas=155, months=60, mean=10, autocorrelation=0.5, runs=10
    )
    # the oracle sees 0.8; a test that sees 0.72 sees six of ten in 89 of 100 such runs
    assert found.loc["placebo", "power"] >= 0.6


def test_equal_long_run_rates_seldom_differ_within_one_year(root):
    found = load(root, "level_comparison").level_size(
        areas=8, months=70, mean=10, autocorrelation=0.8, runs=24
    )
    assert found.loc["persistence", "size"] <= 0.12  # 0.05 and two standard errors
    assert found.loc["within_year", "size"] > 0.2
