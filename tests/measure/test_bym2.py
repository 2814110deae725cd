"""BYM2 against long NUTS (stored by benchmarks/space.py), by hand, and on awkward maps."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from analysis.measure import bym2
from analysis.measure.graph import as_matrix
from analysis.measure.ranking import rank_draws
from analysis.measure.smoothing_bym2 import draw_bym2, smooth_bym2
from analysis.words.messages import InsidenError

STORED = Path(__file__).parent / "bym2"


def stored(areas):
    """A map with a second component and three islands, and what NUTS says of it."""
    table, pairs = (
        pd.read_csv(
            STORED / f"{name}{areas}.csv", dtype={"area": str, "focal": str, "neighbour": str}
        )
        for name in ("areas", "pairs")
    )
    nuts = pd.read_csv(STORED / f"nuts{areas}.csv", dtype={"area": str}, comment="#")
    return table, pairs, nuts.set_index("area")


@pytest.mark.parametrize("areas", [155, 514])
def test_as_long_nuts(areas):
    table, pairs, nuts = stored(areas)
    assert nuts.loc["r_hat", "mean"] < 1.01
    structure = bym2.scaled_covariance(as_matrix(pairs, table["area"].to_numpy()))
    count, expected = table["incidents"].to_numpy(float), table["expected"].to_numpy()
    found = bym2.fit(count, expected, structure)
    wanted = nuts.loc[table["area"]]
    mean = found.weight @ found.mean
    sd = np.sqrt(found.weight @ (found.variance + found.mean**2) - mean**2)
    assert np.abs((mean - wanted["mean"]) / wanted["sd"]).max() < 0.05
    ratio = sd / wanted["sd"]
    assert ratio.mean() == pytest.approx(1, abs=0.01)
    assert ratio.between(0.97, 1.03).all()
    rho, sigma = found.weight @ found.rho, found.weight @ found.sigma
    assert rho == pytest.approx(nuts.loc["rho", "mean"], abs=0.02)
    assert sigma == pytest.approx(nuts.loc["sigma", "mean"], rel=0.02)


def test_limits_as_long_nuts():
    table, pairs, nuts = stored(155)
    found = smooth_bym2(table, pairs)
    wanted = nuts.loc[found["area"]]
    for column, peer in (("smoothed_low", "low"), ("smoothed_high", "high")):
        apart = (np.log(found[column].to_numpy()) - wanted[peer].to_numpy()) / wanted["sd"]
        assert apart.abs().max() < 0.2
    assert found["rho_low"].iloc[0] == pytest.approx(nuts.loc["rho", "low"], abs=0.05)
    assert found["rho_high"].iloc[0] == pytest.approx(nuts.loc["rho", "high"], abs=0.02)


def test_level_spatial_and_own_part_make_the_rate():
    table, pairs, _ = stored(155)
    structure = bym2.scaled_covariance(as_matrix(pairs, table["area"].to_numpy()))
    count, expected = table["incidents"].to_numpy(float), table["expected"].to_numpy()
    found = bym2.fit(count, expected, structure)
    level = found.weight @ found.mean - found.spatial - found.own
    assert np.ptp(level) < 1e-4
    # the last three are islands; the five before them and all the others hang together
    assert found.spatial[:147].sum() == pytest.approx(0, abs=1e-9)
    assert found.spatial[147:152].sum() == pytest.approx(0, abs=1e-9)
    assert np.abs(found.spatial[152:]).min() > 0.001
    table = smooth_bym2(table, pairs)
    np.testing.assert_allclose(np.log(table["spatial"]), found.spatial, atol=1e-6)
    np.testing.assert_allclose(np.log(table["own"]), found.own, atol=1e-6)


def test_draws_and_table_agree():
    table, pairs, _ = stored(155)
    found, draws = smooth_bym2(table, pairs), draw_bym2(table, pairs)
    assert draws.columns.tolist() == table["area"].tolist()
    overall = table["incidents"].sum() / table["expected"].sum()
    np.testing.assert_allclose(draws.mean() * overall, found["smoothed"], rtol=0.03)
    np.testing.assert_allclose((draws > 1).mean(), found["p_above"], atol=0.04)
    ranks = rank_draws(draws)
    assert (ranks["rank_low"] < ranks["rank_high"]).all()
    pd.testing.assert_frame_equal(draws, draw_bym2(table, pairs))
    assert not draws.equals(draw_bym2(table, pairs, seed=1))


def test_scale_by_hand():
    # a pair, a path of three (its generalised inverse has the diagonal 5, 2, 5 ninths), an island
    near = np.zeros((6, 6))
    for one, two in ((0, 1), (2, 3), (3, 4)):
        near[one, two] = 1  # one direction is enough
    found = bym2.scaled_covariance(csr_array(near))
    np.testing.assert_allclose(found[:2, :2], [[1, -1], [-1, 1]], atol=1e-12)
    np.testing.assert_allclose(np.diag(found)[2:5], np.array([5, 2, 5]) / 50 ** (1 / 3), rtol=1e-12)
    np.testing.assert_allclose(found[2:5, 2:5].sum(axis=0), 0, atol=1e-12)
    assert found[5, 5] == 1
    assert not found[5, :5].any()


def test_lognormal_poisson_by_brute_force():
    """Two areas that are no neighbours: the same integral over level, sigma and both deviations."""
    count, expected = np.array([6.0, 30.0]), np.array([12.0, 24.0])
    rng = np.random.default_rng(8)
    size = 2_000_000
    sigma = rng.exponential(1 / -np.log(0.01), size)
    log_rate = 0.5 * rng.standard_normal((2, size)) + np.log(count / expected)[:, None]
    # with the level integrated out, the sum has variance 100 + 2 sigma^2, the difference 2 sigma^2
    total, apart = log_rate.sum(axis=0), log_rate[0] - log_rate[1]
    prior = -(total**2) / (2 * (100 + 2 * sigma**2)) - apart**2 / (4 * sigma**2)
    prior -= np.log(sigma * np.sqrt(50 + sigma**2))
    drawn_from = -(((log_rate - np.log(count / expected)[:, None]) / 0.5) ** 2).sum(axis=0) / 2
    fit = (count[:, None] * log_rate - expected[:, None] * np.exp(log_rate)).sum(axis=0)
    depth = prior + fit - drawn_from
    weight = np.exp(depth - depth.max())
    wanted = (weight * log_rate).sum(axis=1) / weight.sum()
    found = bym2.fit(count, expected, np.eye(2))
    np.testing.assert_allclose(found.weight @ found.mean, wanted, atol=0.03)


# four areas in a row, one across the water
ROW = pd.DataFrame(
    {"area": list("abcde"), "incidents": [1, 30, 9, 12, 5], "exposure": [1e3, 1e4, 2e3, 1e3, 4e3]}
)
LINE = pd.DataFrame({"focal": list("abbccd"), "neighbour": list("bacbdc")})


def test_table():
    found = smooth_bym2(ROW, LINE)
    assert found["area"].tolist() == list("abcde")
    assert found["reference"].tolist() == pytest.approx([57 / 18e3 * 1e5] * 5)
    assert (found["smoothed_low"] < found["smoothed"]).all()
    assert (found["smoothed"] < found["smoothed_high"]).all()
    assert found["p_above"].between(0, 1).all()
    said = found[["unit", "method", "confidence", "why"]].drop_duplicates().to_numpy().tolist()
    assert said == [["reports per 100000 people", "bym2", 0.95, ""]]
    high = smooth_bym2(ROW, LINE, reference=1000)
    assert (high["p_above"] < found["p_above"]).all()
    wide = smooth_bym2(ROW, LINE, confidence=0.5)
    assert (wide["smoothed_low"] > found["smoothed_low"]).all()
    ratio = smooth_bym2(ROW.assign(expected=ROW["exposure"]).drop(columns="exposure"), LINE)
    np.testing.assert_allclose(ratio["smoothed"] * 1e5, found["smoothed"], rtol=1e-9)


def test_order_of_rows_and_unit_of_people_change_nothing():
    found = smooth_bym2(ROW, LINE).set_index("area")
    other = smooth_bym2(
        ROW.assign(exposure=ROW["exposure"] / 1000).iloc[::-1], LINE.iloc[::-1], per=100
    ).set_index("area")
    for column in ("smoothed", "smoothed_low", "p_above", "spatial", "rho"):
        np.testing.assert_allclose(found[column], other.loc[found.index, column], rtol=1e-2)


def test_a_missing_area_stays_on_the_map_without_a_result():
    table, pairs, nuts = stored(155)
    whole = smooth_bym2(table, pairs).set_index("area")
    missing = pairs["focal"].mode().iloc[0]
    counts = table["incidents"].astype("Int64").mask(table["area"] == missing)
    gap = smooth_bym2(table.assign(incidents=counts), pairs).set_index("area")
    assert gap.loc[missing, "why"] == "not_reported"
    assert gap.loc[missing, ["smoothed", "p_above", "own"]].isna().all()
    assert (gap.drop(missing)["why"] == "").all()
    # in posterior standard deviations; the others hear of it through rho, sigma and the level only
    ends = np.log(whole[["smoothed_low", "smoothed_high"]]).T
    change = (np.log(gap["smoothed"] / whole["smoothed"]) / (ends.diff().iloc[1] / 3.92)).abs()
    near = {*pairs.query("focal == @missing")["neighbour"]}
    near |= {*pairs.query("neighbour == @missing")["focal"]}
    assert change.drop([missing, *near]).max() < 0.2
    assert change[list(near)].mean() > 2 * change.drop([missing, *near]).mean()


@pytest.mark.parametrize(
    "counts", [[0, 0, 1, 0, 0], [10, 100, 20, 10, 40], [10**6, 10, 10, 10, 10], [0, 900, 0, 900, 0]]
)
def test_awkward_counts_have_an_answer(counts):
    found = smooth_bym2(ROW.assign(incidents=counts), LINE)
    assert np.isfinite(found[["smoothed", "smoothed_low", "smoothed_high", "rho"]]).all(axis=None)
    nobody_near = smooth_bym2(ROW.assign(incidents=counts), LINE[:0])
    # without any neighbours the counts say nothing of rho
    assert nobody_near["rho"].iloc[0] == pytest.approx(0.5, abs=0.02)


def test_nothing_to_tell():
    none = smooth_bym2(ROW.assign(incidents=0), LINE)
    assert none["why"].tolist() == ["no_incidents"] * 5
    assert none["smoothed"].isna().all()
    assert smooth_bym2(ROW[:1], LINE)["why"].tolist() == ["alone"]
    empty = ROW.assign(incidents=pd.array([None] * 5, dtype="Int64"))
    assert smooth_bym2(empty, LINE)["why"].tolist() == ["not_reported"] * 5
    with pytest.raises(InsidenError):
        draw_bym2(empty, LINE)


@pytest.mark.parametrize(
    ("table", "arguments", "key"),
    [
        (pd.concat([ROW, ROW]), {}, "measure.repeated_key"),
        (ROW.assign(exposure=0), {}, "measure.no_people"),
        (ROW.assign(incidents=-1), {}, "measure.negative_count"),
        (ROW, {"confidence": 95}, "measure.confidence"),
        (ROW, {"reference": 0}, "space.reference"),
        (
            pd.DataFrame({"area": range(1501), "incidents": 1, "exposure": 1}),
            {},
            "space.too_many_areas",
        ),
    ],
)
def test_bad_input_is_one_clear_error(table, arguments, key):
    with pytest.raises(InsidenError) as error:
        smooth_bym2(table, LINE, **arguments)
    assert error.value.key == key


def test_intervals_and_ranks_hold_the_truth(root):
    """The short version of benchmarks/calibration/bym2_coverage.py."""
    file = root / "benchmarks" / "calibration" / "bym2_coverage.py"
    spec = importlib.util.spec_from_file_location("bym2_coverage", file)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    found = bench.coverage(areas=155, mean=20, sigma=0.35, rho=0.8, simulations=12, draws=600)
    assert found["rate"].mean() == pytest.approx(0.95, abs=0.02)
    assert found["rank"].mean() == pytest.approx(0.95, abs=0.02)
    assert found["above"].sum() > 0.95 * found["promised"].sum()
