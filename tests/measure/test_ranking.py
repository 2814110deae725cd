"""Ranks from posterior draws: by hand, by brute force, and held to what they promise."""

import importlib.util

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from analysis.measure.gamma_poisson import find_grid, fit_gamma, posterior_mean
from analysis.measure.ranking import (
    draw_posterior,
    find_pairs,
    find_spread,
    rank_areas,
    rank_draws,
)
from analysis.words.messages import InsidenError


def areas_of(incidents, exposure=1e5):
    return pd.DataFrame(
        {
            "area": [f"a{number}" for number in range(len(incidents))],
            "incidents": pd.array(incidents, dtype="Int64"),
            "exposure": exposure,
        }
    )


EIGHT = areas_of([30, 28, 20, 17, 16, 16, 15, 10], [0.4, 2.0, 1.3, 1.4, 0.7, 0.5, 1.7, 1.4])


def test_ranks_by_hand():
    # a is first in 19 of 20 draws and last in one; b is second in 17 and third in 2; c third in 17
    draws = pd.DataFrame(
        [[9, 5, 1]] * 17 + [[9, 5, 6]] * 2 + [[0, 5, 1]], columns=["a", "b", "c"], dtype=float
    )
    ranks = rank_draws(draws, worst=1, confidence=0.9).set_index("area")
    assert ranks["rank_expected"].to_dict() == pytest.approx({"a": 1.1, "b": 2.05, "c": 2.85})
    assert ranks["rank_low"].to_dict() == {"a": 1, "b": 2, "c": 2}
    assert ranks["rank_high"].to_dict() == {"a": 1, "b": 3, "c": 3}
    assert ranks["p_worst"].to_dict() == pytest.approx({"a": 0.95, "b": 0.05, "c": 0})
    assert ranks["posterior"]["a"] == pytest.approx(8.55)
    assert ranks["of"].unique().tolist() == [3]
    turned = rank_draws(draws, worst=1, high_is_worst=False).set_index("area")
    assert turned["rank_expected"].to_dict() == pytest.approx({"a": 2.9, "b": 1.95, "c": 1.15})
    assert turned["p_worst"]["c"] == pytest.approx(0.85)


def test_groups_are_no_chains():
    # a beats c for sure, b cannot be told apart from either: two groups, b in both
    draws = pd.DataFrame(
        [[3, 2, 1]] * 8 + [[2, 3, 1]] * 6 + [[3, 1, 2]] * 6, columns=list("abc"), dtype=float
    )
    ranks = rank_draws(draws).set_index("area")
    assert ranks["group_first"].to_dict() == {"a": 1, "b": 1, "c": 2}
    assert ranks["group_last"].to_dict() == {"a": 1, "b": 2, "c": 2}
    assert ranks["alike"].to_dict() == {"a": 1, "b": 2, "c": 1}
    pairs = find_pairs(draws)
    assert pairs[["area", "other"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert pairs["p_higher"].tolist() == pytest.approx([0.7, 1.0, 0.7])
    assert pairs["told_apart"].tolist() == [False, True, False]


def test_inside_a_group_no_pair_is_told_apart():
    table = areas_of(np.random.default_rng(5).poisson(np.linspace(5, 60, 40)))
    draws = draw_posterior(table, draws=500)
    ranks = rank_draws(draws).set_index("area")
    pairs = find_pairs(draws)
    first, last = ranks["group_first"], ranks["group_last"]
    one, two = pairs["area"], pairs["other"]
    together = (one.map(first) <= two.map(last)) & (two.map(first) <= one.map(last))
    assert together.any()
    assert pairs["told_apart"].any()
    assert not (together & pairs["told_apart"]).any()
    counted = pd.concat([one[~pairs["told_apart"]], two[~pairs["told_apart"]]]).value_counts()
    assert (counted.reindex(ranks.index).fillna(0) == ranks["alike"]).all()
    # no group could take in one more area: the next one in order is told apart from a member
    size = ranks.sort_values("rank_expected")
    for group in range(1, size["group_last"].max()):
        members = size[(size["group_first"] <= group) & (size["group_last"] >= group)].index
        after = size.index[size.index.get_loc(members[-1]) + 1]
        with_after = pairs[pairs["area"].isin(members) & (pairs["other"] == after)]
        assert with_after["told_apart"].any()


def test_posterior_means_by_brute_force():
    """The same integral with SciPy's negative binomial on a plain grid of mean and cv."""
    count, expected = np.array([0.0, 3, 5, 14, 9]), np.array([2.0, 4, 5, 6, 14])
    cv, log_mean = np.meshgrid(np.linspace(0.004, 12, 1500), np.linspace(-3, 3, 301))
    shape = cv**-2
    depth = -np.log1p((cv / 0.3) ** 2)
    for seen, wanted in zip(count, expected, strict=True):
        mean = wanted * np.exp(log_mean)
        depth = depth + nbinom.logpmf(seen, shape, shape / (shape + mean))
    weight = np.exp(depth - depth.max())
    brute = [
        np.average((seen + shape) / (wanted + shape / np.exp(log_mean)), weights=weight)
        for seen, wanted in zip(count, expected, strict=True)
    ]
    found = posterior_mean(count, expected, find_grid(count, expected))
    assert found == pytest.approx(brute, rel=2e-3)


def test_drawn_and_computed_means_agree():
    found = rank_areas(EIGHT)
    drawn = draw_posterior(EIGHT).mean() * EIGHT["incidents"].sum() / EIGHT["exposure"].sum() * 1e5
    assert found["posterior"].tolist() == pytest.approx(drawn.tolist(), rel=0.02)
    assert (found["posterior_low"] < found["posterior"]).all()
    assert (found["posterior"] < found["posterior_high"]).all()
    said = found[["method", "confidence", "unit", "why"]].drop_duplicates().to_numpy().tolist()
    assert said == [["gamma_poisson", 0.95, "reports per 100000 people", ""]]


def test_many_reports_leave_no_doubt_and_few_leave_all():
    surely = rank_areas(areas_of([535_644, 238_568, 201_963, 135_227, 150_302]))
    assert surely["rank_low"].tolist() == surely["rank_high"].tolist() == [1, 2, 3, 5, 4]
    assert surely["alike"].tolist() == [0] * 5
    hardly = rank_areas(areas_of([3, 2, 1, 2, 0]))
    assert hardly["rank_low"].tolist() == [1] * 5
    assert (hardly["rank_high"] >= 4).all()
    assert hardly["group_last"].tolist() == [1] * 5


def test_a_rank_never_stands_alone():
    for ranks in (rank_areas(EIGHT), rank_draws(draw_posterior(EIGHT))):
        assert {"rank_low", "rank_high", "of", "confidence"} <= set(ranks)
        assert "rank" not in ranks
        assert (ranks["rank_low"] <= ranks["rank_high"]).all()


def test_a_missing_area_is_listed_and_moves_the_others_little():
    rng = np.random.default_rng(11)
    table = areas_of(rng.poisson(20 * rng.gamma(11, 1 / 11, 155)))
    missing = table.assign(incidents=table["incidents"].where(table["area"] != "a7"))
    whole, gap = (rank_areas(given).set_index("area") for given in (table, missing))
    assert gap.loc["a7", "why"] == "not_reported"
    numbers = ["posterior", "rank_expected", "rank_low", "rank_high", "alike", "p_worst"]
    assert gap.loc["a7", numbers].isna().all()
    assert gap["of"].unique().tolist() == [154]
    whole, gap = whole.drop("a7"), gap.drop("a7")
    width = whole["posterior_high"] - whole["posterior_low"]
    # only the spread and the level of all areas carry over: hundredths of an interval
    assert ((whole["posterior"] - gap["posterior"]).abs() < 0.02 * width).all()
    assert ((whole["rank_expected"] - gap["rank_expected"]).abs() < 3).all()


def test_the_seed_fixes_the_draws():
    pd.testing.assert_frame_equal(rank_areas(EIGHT), rank_areas(EIGHT))
    other = rank_areas(EIGHT, seed=1)
    assert not other["rank_expected"].equals(rank_areas(EIGHT)["rank_expected"])


@pytest.mark.parametrize(
    ("incidents", "why"),
    [([0, 0, 0], "no_incidents"), ([None, 4, None], "alone"), ([None, None], "not_reported")],
)
def test_nothing_to_rank(incidents, why):
    found = rank_areas(areas_of(incidents))
    assert why in found["why"].tolist()
    assert "" not in found["why"].tolist()
    assert found[["rank_low", "rank_high", "posterior", "p_worst"]].isna().all(axis=None)
    assert found["of"].unique().tolist() == [0]


def test_ratios_by_expected_counts():
    by_expected = EIGHT.rename(columns={"exposure": "expected"})
    found, rates = rank_areas(by_expected), rank_areas(EIGHT, per=1)
    np.testing.assert_allclose(found["posterior"], rates["posterior"])
    assert found["unit"].unique().tolist() == ["reports / expected reports"]


@pytest.mark.parametrize(
    ("table", "arguments", "key"),
    [
        (pd.concat([EIGHT, EIGHT]), {}, "measure.repeated_key"),
        (EIGHT.assign(exposure=0), {}, "measure.no_people"),
        (EIGHT.assign(incidents=-1), {}, "measure.negative_count"),
        (EIGHT, {"worst": 0}, "measure.worst"),
        (EIGHT, {"confidence": 95}, "measure.confidence"),
    ],
)
def test_bad_input_is_one_clear_error(table, arguments, key):
    with pytest.raises(InsidenError) as error:
        rank_areas(table, **arguments)
    assert error.value.key == key


def test_bad_draws_are_refused():
    with pytest.raises(InsidenError):
        rank_draws(pd.DataFrame({"a": [1.0], "b": [np.nan]}))
    with pytest.raises(InsidenError):
        rank_draws(pd.DataFrame([[1.0, 2.0]], columns=["a", "a"]))


def test_spread_of_scottish_lip_cancer(shared):
    folder = shared / "golden" / "scotland-lip-cancer-eb"
    given = pd.read_csv(folder / "input.csv")
    wanted = pd.read_csv(folder / "expected_parameters.csv").set_index("quantity")["value"]
    table = given.rename(columns={"county": "area", "observed": "incidents"})
    found = find_spread(table).iloc[0]
    assert found["chi_square"] == pytest.approx(wanted["chi2_homogeneity"], rel=1e-9)
    assert found["potthoff_whittinghill"] == pytest.approx(
        wanted["potthoff_whittinghill"], rel=1e-9
    )
    likeliest = wanted["mle_alpha"] ** -0.5
    assert found["cv_low"] < likeliest < found["cv_high"]
    assert found["cv"] == pytest.approx(likeliest, abs=0.05)


def test_areas_that_differ_by_chance_show_no_spread():
    rng = np.random.default_rng(2)
    alike = areas_of(rng.poisson(50, 155))
    found = find_spread(alike).iloc[0]
    assert found["cv_high"] < 0.1
    assert found["p"] > 0.01
    assert found["degrees"] == 154
    # the likeliest gamma is a point: nobody is drawn anywhere but to the mean
    count, expected = alike["incidents"].to_numpy(float), np.full(155, 50.0)
    assert fit_gamma(count, expected).shape > 100
    assert find_spread(areas_of([0, 0]))["why"].item() == "no_incidents"
    assert find_spread(areas_of([5]))["why"].item() == "alone"


def test_rank_intervals_hold_the_truth(root):
    """The short version of benchmarks/calibration/rank_coverage.py."""
    file = root / "benchmarks" / "calibration" / "rank_coverage.py"
    spec = importlib.util.spec_from_file_location("rank_coverage", file)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    share, error, found = bench.coverage(areas=155, mean=24, cv=0.3, simulations=12, draws=600)
    assert share == pytest.approx(0.95, abs=0.01 + error)
    assert error < 0.01
    assert found["wrong"].sum() < 0.025 * found["told"].sum()
