"""The short version of benchmarks/calibration: does a 95 % interval hold 95 %?"""

import importlib.util

import pytest

SERIES = 240


@pytest.fixture(scope="module")
def bench(root):
    file = root / "benchmarks" / "calibration" / "trend_coverage.py"
    spec = importlib.util.spec_from_file_location("trend_coverage", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
