"""Funnels against PHEindicatormethods, FunnelPlotR, the exact tails of spdep and R, and hand numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from analysis.measure.funnel import find_funnel, find_funnel_limits, find_scatter
from analysis.measure.intervals import poisson_interval
from analysis.words.messages import InsidenError

LABELS = {
    "above_outer": "High (0.001)",
    "above_inner": "High (0.025)",
    "within": "Not significant",
    "below_inner": "Low (0.025)",
    "below_outer": "Low (0.001)",
}
SIX = pd.DataFrame(
    {
        "area": list("abcdef"),
        "incidents": [100, 150, 180, 80, 120, 225],
        "expected": [108.0, 112.0, 165.0, 95.0, 100.0, 220.0],
    }
)


def named(table):
    return table.assign(area=[f"a{number}" for number in range(len(table))])


def test_phe_labels_of_ratios(shared):
    golden = pd.read_csv(shared / "golden" / "phe-funnel-ratio" / "expected_significance.csv")
    funnel = find_funnel(named(golden.rename(columns={"obs": "incidents"})))
    assert funnel["position"].map(LABELS).tolist() == golden["significance"].tolist()


def test_phe_labels_of_london_rates(shared):
    golden = pd.read_csv(shared / "golden" / "phe-funnel-rate-london" / "expected_significance.csv")
    columns = {"code": "area", "count": "incidents", "pop2013": "exposure"}
    funnel = find_funnel(golden.rename(columns=columns)[list(columns.values())])
    assert funnel["position"].map(LABELS).tolist() == golden["significance"].tolist()
    assert funnel["benchmark"].unique() == pytest.approx([2588.86872783767])


@pytest.mark.parametrize(
    ("folder", "events", "column", "scale"),
    [
        ("phe-funnel-ratio", "Observed_events", "{}_exp_events", 1.0),
        ("phe-funnel-rate-london", "Events", "{}_population_1_year", 2588.86872783767 / 1e5),
    ],
)
def test_phe_limits_lie_on_the_curve(shared, folder, events, column, scale):
    """Theirs: for each count, where it leaves the funnel. Ours: the limit there is this count."""
    golden = pd.read_csv(shared / "golden" / folder / "expected.csv")
    counts = golden[events].to_numpy(dtype=float)
    for name, confidence in (("2s", 0.95), ("3s", 0.998)):
        ends = dict(zip(("upper", "lower"), poisson_interval(counts, confidence), strict=True))
        for side, exact in ends.items():
            expected = golden[column.format(f"{side}_{name}")].to_numpy() * scale
            # the peer halves an interval until 1e-7: its figures are rounded there
            np.testing.assert_allclose(exact, expected, rtol=1e-6, atol=2e-7)
            given = named(pd.DataFrame({"incidents": counts, "expected": exact}))
            funnel = find_funnel(given, inner=confidence)
            limit = funnel["high_inner" if side == "upper" else "low_inner"]
            np.testing.assert_allclose(limit * funnel["expected"], counts, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "transform"),
    [
        ("six_groups_SHMI", "log"),
        ("london_theft_SHMI", "log"),
        ("london_theft_CQC", "square_root"),
    ],
)
def test_funnelplotr_limits_with_scatter(shared, name, transform):
    folder = shared / "golden" / "funnelplotr-overdispersion"
    golden = pd.read_csv(folder / "expected.csv").query("param_set == @name")
    wanted = pd.read_csv(folder / "expected_dispersion.csv").set_index("param_set").loc[name]
    columns = {"group": "area", "numerator": "incidents", "denominator": "expected"}
    # the peer rounds its quantile of 99.8 % to 3.090232
    funnel = find_funnel(
        golden.rename(columns=columns)[list(columns.values())],
        transform=transform,
        outer=2 * norm.cdf(3.090232) - 1,
    )
    assert funnel["phi"].iloc[0] == pytest.approx(wanted["phi"], rel=1e-8)
    assert funnel["tau2"].iloc[0] == pytest.approx(wanted["tau2"], rel=1e-8)
    for level, theirs, confidence in (("inner", "95", 0.95), ("outer", "99", 0.998)):
        limits = poisson_interval(golden["denominator"].to_numpy(), confidence)
        for side, letter, limit in zip(("low", "high"), ("LCL", "UCL"), limits, strict=True):
            wide = funnel[f"wide_{side}_{level}"]
            # the peer leaves the limits of the square root unsquared: see find_funnel
            ours = np.sqrt(wide) if transform == "square_root" else wide
            np.testing.assert_allclose(ours, golden[f"OD{theirs}{letter}"], rtol=1e-8)
            # their Poisson limits: the exact interval of the expected count
            np.testing.assert_allclose(
                limit / golden["denominator"], golden[f"{letter}{theirs}"], rtol=1e-8
            )
    if transform == "log":
        outlier = funnel["wide_position"].str.endswith("outer")
        assert outlier.tolist() == (golden["outlier"] == 1).tolist()
    else:
        unsquared = funnel["ratio"] ** 2 > funnel["wide_high_outer"]
        assert unsquared.tolist() == (golden["outlier"] == 1).tolist()
        squared = funnel["ratio"] > funnel["wide_high_outer"]
        assert funnel.loc[squared, "area"].tolist() == ["Westminster"]


def test_tails_of_auckland_and_scotland(shared):
    golden = pd.read_csv(shared / "golden" / "spdep-empirical-bayes-auckland" / "expected.csv")
    given = pd.read_csv(shared / "golden" / "spdep-empirical-bayes-auckland" / "input.csv")
    columns = {"id": "area", "deaths": "incidents", "at_risk": "exposure"}
    funnel = find_funnel(given.rename(columns=columns)[list(columns.values())])
    np.testing.assert_allclose(funnel["expected"], golden["expected_count"], rtol=1e-9)
    np.testing.assert_allclose(100 * funnel["ratio"], golden["rel_risk"], rtol=1e-9)
    np.testing.assert_allclose(funnel["p_at_most"], golden["prob_poisson"], rtol=1e-9)
    low = golden["choynowski_low"] == 1
    choynowski = np.where(low, funnel["p_at_most"], funnel["p_at_least"])
    np.testing.assert_allclose(choynowski, golden["choynowski_p"], rtol=1e-9)

    folder = shared / "golden" / "scotland-lip-cancer-eb"
    given, golden = pd.read_csv(folder / "input.csv"), pd.read_csv(folder / "expected.csv")
    given = given.rename(columns={"county": "area", "observed": "incidents"})
    funnel = find_funnel(given[["area", "incidents", "expected"]])
    np.testing.assert_allclose(funnel["ratio"], golden["smr"], rtol=1e-9)
    np.testing.assert_allclose(funnel["p_at_least"], golden["p_excess"], rtol=1e-9)


def test_position_agrees_with_the_drawn_limits_and_the_exact_interval():
    expected = np.repeat([0.4, 2.0, 3.6, 8.0, 30.0, 400.0], 60)
    counts = np.tile(np.arange(60), 6).astype(float)
    counts[-60:] += 370
    funnel = find_funnel(named(pd.DataFrame({"incidents": counts, "expected": expected})))
    for name, confidence in (("inner", 0.95), ("outer", 0.998)):
        low, high = poisson_interval(counts, confidence)
        above, below = (
            funnel["ratio"] > funnel[f"high_{name}"],
            funnel["ratio"] < funnel[f"low_{name}"],
        )
        assert above.tolist() == (low > expected).tolist()
        assert below.tolist() == (high < expected).tolist()
    outside = (funnel["ratio"] > funnel["high_inner"]) | (funnel["ratio"] < funnel["low_inner"])
    assert outside.tolist() == (funnel["position"] != "within").tolist()
    assert set(funnel["position"]) == set(LABELS)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(0.01, 2000)), min_size=1, max_size=12))
def test_no_position_contradicts_its_interval(rows):
    """Outside the funnel: exactly where the exact interval of the count leaves out the expected."""
    counts, expected = np.array(rows).T
    funnel = find_funnel(named(pd.DataFrame({"incidents": counts, "expected": expected})))
    for name, confidence in (("inner", 0.95), ("outer", 0.998)):
        low, high = poisson_interval(counts, confidence)
        near = (np.abs(low / expected - 1) < 1e-9) | (np.abs(high / expected - 1) < 1e-9)
        outside = funnel["position"].str.endswith(
            ("inner", "outer") if name == "inner" else "outer"
        )
        assert ((outside == ((low > expected) | (high < expected))) | near).all()
    wide = ["wide_low_outer", "wide_low_inner", "wide_high_inner", "wide_high_outer"]
    limits = funnel[wide].to_numpy()
    assert np.isnan(limits).all() or (np.diff(limits, axis=1) >= 0).all()


def test_drawn_limits_follow_exposure():
    table = pd.DataFrame(
        {"area": list("abcdef"), "incidents": [3, 9, 40, 0, 25, None], "exposure": range(1, 7)}
    )
    funnel = find_funnel(table, benchmark=1.5e6)
    curve = find_funnel_limits(funnel, points=50)
    assert len(curve) == 50
    np.testing.assert_allclose(curve["expected"], curve["exposure"] * 15)
    assert (curve["low_outer"] <= curve["low_inner"]).all()
    assert (curve["high_inner"] < curve["high_outer"]).all()
    # at 15 expected: 8 or more and 23 or fewer are inside (scipy's Poisson, 2.5 % each side)
    assert poisson.cdf(7, 15) < 0.025 < poisson.cdf(8, 15)
    at = find_funnel(pd.DataFrame({"area": ["a"], "incidents": [7], "expected": [15.0]}))
    assert 7 < at["low_inner"].item() * 15 < 8


def test_multiplicative_scatter_never_narrows():
    calm = SIX.assign(incidents=SIX["expected"].round())
    found = find_funnel(calm, scatter="multiplicative")
    assert found["phi"].iloc[0] < 1
    reach = 1.959964 / (2 * np.sqrt(SIX["expected"]))
    np.testing.assert_allclose(found["wide_high_inner"], (1 + reach) ** 2, rtol=1e-6)
    wild = find_funnel(SIX, scatter="multiplicative", transform="log")
    wider = np.exp(1.959964 * np.sqrt(2.948033) / np.sqrt(SIX["expected"]))
    np.testing.assert_allclose(wild["wide_high_inner"], wider, rtol=1e-6)


def test_the_square_of_a_negative_limit_is_no_limit():
    few = SIX.assign(expected=SIX["expected"] / 100, incidents=[0, 2, 1, 1, 3, 2])
    found = find_funnel(few)
    assert (found["wide_low_outer"] == 0).all()


def test_missing_areas_stay_empty_and_the_others_as_they_were():
    gaps = pd.concat(
        [SIX, pd.DataFrame({"area": ["g", "h"], "incidents": [None, 4], "expected": [50.0, None]})]
    )
    found = find_funnel(gaps)
    assert found["position"].tolist()[-2:] == ["", ""]
    assert found["wide_position"].tolist()[-2:] == ["", ""]
    assert found["why"].tolist() == [""] * 6 + ["not_reported", "no_population"]
    pd.testing.assert_frame_equal(found[:6], find_funnel(SIX), check_dtype=False)


def test_few_areas_show_no_scatter():
    found = find_funnel(SIX[:4])
    assert found[["phi", "tau2", "wide_low_inner"]].isna().all(axis=None)
    assert found["wide_position"].tolist() == [""] * 4
    assert found["position"].ne("").all()


def test_a_zero_on_the_log_scale_is_said():
    with pytest.raises(InsidenError) as error:
        find_scatter(np.array([0, 0, 0, 1, 1, 1.0]), np.full(6, 9.0), "log")
    assert error.value.key == "measure.log_of_zero"


@pytest.mark.parametrize(
    ("table", "arguments", "key"),
    [
        (pd.concat([SIX, SIX]), {}, "measure.repeated_key"),
        (SIX.assign(expected=0.0), {}, "measure.no_people"),
        (SIX.assign(incidents=-1), {}, "measure.negative_count"),
        (SIX, {"scatter": "both"}, "measure.choice"),
        (SIX, {"transform": "cube"}, "measure.choice"),
        (SIX, {"outer": 99.8}, "measure.confidence"),
        (SIX.assign(incidents=0).rename(columns={"expected": "exposure"}), {}, "measure.no_benchmark"),
        (SIX.rename(columns={"expected": "exposure"}), {"benchmark": 0}, "measure.no_benchmark"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_error(table, arguments, key):
    with pytest.raises(InsidenError) as error:
        find_funnel(table, **arguments)
    assert error.value.key == key
    assert error.value.text("en") != error.value.text("id")


def test_nothing_known_has_no_curve():
    empty = SIX.assign(incidents=None, expected=None)
    with pytest.raises(InsidenError) as error:
        find_funnel_limits(find_funnel(empty))
    assert error.value.key == "measure.nothing_known"
