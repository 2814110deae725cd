"""Ratios and differences of two rates against R, epitools and limits worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.ratios import mid_p_ratio, rate_difference, rate_ratio


def test_r_poisson_test_and_epitools(shared):
    folder = shared / "golden" / "r-rate-ratio"
    given, golden = pd.read_csv(folder / "input.csv"), pd.read_csv(folder / "expected.csv")
    sides = [given[name].to_numpy() for name in ("x1", "t1", "x0", "t0")]
    exact = rate_ratio(*sides)
    for found, column in zip(
        exact, ("rate_ratio", "exact_lower", "exact_upper", "exact_p"), strict=True
    ):
        np.testing.assert_allclose(found, golden[column], rtol=1e-8)
    middle = mid_p_ratio(*sides)
    for found, column in zip(
        middle, ("midp_rr", "midp_lower", "midp_upper", "midp_p"), strict=True
    ):
        np.testing.assert_allclose(found, golden[column], rtol=1e-3, atol=1e-9)


def test_mid_p_by_hand():
    # no incident here, four there, exposure 1 : 1; half of (1 - share)^4 is the tail
    found = mid_p_ratio([0.0], [1.0], [4.0], [1.0])
    upper = 1 - (2 * 0.025) ** 0.25
    assert found.high[0] == pytest.approx(upper / (1 - upper), rel=1e-9)
    assert (found.low[0], found.ratio[0]) == (0, 0)
    assert found.p[0] == pytest.approx(2 * 0.5 * 0.5**4)
    other = mid_p_ratio([4.0], [1.0], [0.0], [1.0])
    assert other.low[0] == pytest.approx((1 - upper) / upper, rel=1e-9)
    assert np.isinf(other.high[0])


@pytest.mark.parametrize("ratio_of", [rate_ratio, mid_p_ratio])
def test_nothing_counted_has_no_ratio(ratio_of):
    found = ratio_of([0.0], [1.0], [0.0], [2.0])
    assert np.isnan(found.ratio[0])
    assert (found.low[0], found.high[0], found.p[0]) == (0, np.inf, 1)


def test_mid_p_lies_inside_the_exact_limits():
    rng = np.random.default_rng(1)
    sides = [rng.poisson(4, 200).astype(float), np.ones(200), rng.poisson(9, 200).astype(float), 2 * np.ones(200)]  # fmt: skip
    exact, middle = rate_ratio(*sides), mid_p_ratio(*sides)
    assert (middle.low >= exact.low - 1e-12).all()
    assert (middle.high <= exact.high + 1e-12).all()


def test_a_higher_confidence_gives_wider_limits():
    sides = [[15.0], [19017.5], [41.0], [28010.3]]
    for of in (rate_ratio, mid_p_ratio, rate_difference):
        narrow, wide = of(*sides, confidence=0.9), of(*sides, confidence=0.99)
        assert wide.low[0] < narrow.low[0] < narrow.high[0] < wide.high[0]


def test_difference_from_garwoods_published_limits():
    # 10: 4.795 to 18.390; 0: 0 to 3.689
    found = rate_difference([10.0], [1.0], [0.0], [1.0])
    assert found.difference[0] == 10
    assert found.low[0] == pytest.approx(10 - np.hypot(10 - 4.795, 3.689), abs=2e-3)
    assert found.high[0] == pytest.approx(18.390, abs=1e-3)
    turned = rate_difference([0.0], [1.0], [10.0], [1.0])
    assert (turned.low[0], turned.high[0]) == pytest.approx((-found.high[0], -found.low[0]))
    both = rate_difference([0.0], [1.0], [0.0], [1.0])
    assert (both.low[0], both.high[0]) == pytest.approx((-3.689, 3.689), abs=1e-3)


def test_dispersion_widens_ratio_and_difference():
    sides = [[40.0], [1.0], [60.0], [2.0]]
    for of in (rate_ratio, rate_difference):
        plain, wide = of(*sides), of(*sides, 4.0)
        assert wide.low[0] < plain.low[0] < plain.high[0] < wide.high[0]
        # the estimate stays (and so does p)
        assert wide[0] == plain[0]


def test_two_sided_p_of_large_counts_is_fast_and_whole():
    found = rate_ratio([300_000, 5], [1e6, 10], [298_000, 5_000_000], [1e6, 9_999_990])
    assert 0 < found.p[0] < 0.05
    assert found.p[1] == pytest.approx(1.0, abs=0.01)
