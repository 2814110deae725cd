"""Smoothed rates against spdep, esda, DCluster and SpatialEpi, and what one missing area changes."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.smoothing import GLOBAL, LOCAL, smooth_locally, smooth_rates
from analysis.words.messages import InsidenError


def golden(shared, folder, columns):
    path = shared / "golden" / folder
    given = pd.read_csv(path / "input.csv").rename(columns=columns)
    expected = pd.read_csv(path / "expected.csv")
    if not (path / "neighbours_queen.csv").exists():
        return given, expected, None
    neighbours = pd.read_csv(path / "neighbours_queen.csv")
    return given, expected, neighbours.rename(columns={"id": "focal"})


def auckland(shared):
    columns = {"id": "area", "deaths": "incidents", "at_risk": "exposure"}
    return golden(shared, "spdep-empirical-bayes-auckland", columns)


def st_louis(shared):
    columns = {"FIPSNO": "area", "HC7984": "incidents", "PO7984": "exposure"}
    return golden(shared, "esda-rates-stl-homicides", columns)


def scotland(shared):
    columns = {"county": "area", "observed": "incidents"}
    return golden(shared, "scotland-lip-cancer-eb", columns)


def test_spdep_global(shared):
    given, expected, _ = auckland(shared)
    wanted = pd.read_csv(
        shared / "golden" / "spdep-empirical-bayes-auckland" / "expected_parameters.csv"
    ).iloc[0]
    found = smooth_rates(given, per=1)
    np.testing.assert_allclose(found["rate"], expected["raw"], rtol=1e-9)
    np.testing.assert_allclose(found["smoothed"], expected["eb_global"], rtol=1e-9)
    assert found["prior_mean"].iloc[0] == pytest.approx(wanted["b"], rel=1e-9)
    assert found["prior_variance"].iloc[0] == pytest.approx(wanted["a"], rel=1e-9)
    found = smooth_rates(given, per=1, method="binomial")
    np.testing.assert_allclose(found["smoothed"], expected["eb_global_binomial"], rtol=1e-9)
    assert found["prior_mean"].iloc[0] == pytest.approx(wanted["b_binomial"], rel=1e-9)
    # the peer's a is the weighted variance of the rates, not that between areas
    weighted = np.average((found["rate"] - wanted["b"]) ** 2, weights=given["exposure"])
    assert weighted == pytest.approx(wanted["a_binomial"], rel=1e-9)


def test_spdep_local(shared):
    given, expected, neighbours = auckland(shared)
    found = smooth_locally(given, neighbours, method="local_spdep", per=1)
    np.testing.assert_allclose(found["smoothed"], expected["eb_local"], rtol=1e-9)


def test_esda_global_and_local(shared):
    given, expected, neighbours = st_louis(shared)
    found = smooth_rates(given)
    np.testing.assert_allclose(found["smoothed"] / 1e5, expected["empirical_bayes"], rtol=1e-8)
    np.testing.assert_allclose(found["rate"], expected["raw_per_100k"], rtol=1e-8)
    found = smooth_locally(given, neighbours, per=1)
    np.testing.assert_allclose(found["smoothed"], expected["spatial_empirical_bayes"], rtol=1e-8)
    np.testing.assert_allclose(found["prior_mean"], expected["spatial_rate"], rtol=1e-8)


@pytest.mark.parametrize(
    ("method", "column", "covariates", "tolerance"),
    [
        ("clayton_kaldor", "clayton_kaldor_gamma", [], 1e-6),
        ("lognormal", "lognormal_rr", [], 1e-6),
        ("gamma_ml", "gamma_mle_rr", [], 1e-4),
        ("gamma_ml", "gamma_mle_rr_with_AFF", ["AFF"], 1e-4),
    ],
)
def test_scottish_lip_cancer(shared, method, column, covariates, tolerance):
    given, expected, _ = scotland(shared)
    found = smooth_rates(given, method=method, covariates=covariates)
    np.testing.assert_allclose(found["smoothed"], expected[column], rtol=tolerance)
    assert found["unit"].unique().tolist() == ["reports / expected reports"]


def test_parameters_of_scottish_lip_cancer(shared):
    given, _, _ = scotland(shared)
    path = shared / "golden" / "scotland-lip-cancer-eb" / "expected_parameters.csv"
    wanted = pd.read_csv(path).set_index("quantity")["value"]
    moments = smooth_rates(given, method="clayton_kaldor").iloc[0]
    rate = moments["prior_mean"] / moments["prior_variance"]
    assert rate == pytest.approx(wanted["ck_alpha"], rel=1e-6)
    assert rate * moments["prior_mean"] == pytest.approx(wanted["ck_nu"], rel=1e-6)
    likeliest = smooth_rates(given, method="gamma_ml").iloc[0]
    assert likeliest["prior_mean"] ** 2 / likeliest["prior_variance"] == pytest.approx(
        wanted["mle_alpha"], rel=1e-4
    )
    assert np.log(likeliest["prior_mean"]) == pytest.approx(wanted["mle_beta0"], rel=1e-4)
    lognormal = smooth_rates(given, method="lognormal").iloc[0]
    assert np.log(lognormal["prior_mean"]) == pytest.approx(wanted["lognormal_phi"], rel=1e-6)


# four areas in a row and one across the water
ROW = pd.DataFrame(
    {"area": list("abcde"), "incidents": [1, 30, 9, 12, 5], "exposure": [1e3, 1e4, 2e3, 1e3, 4e3]}
)
LINE = pd.DataFrame({"focal": list("abbccd"), "neighbour": list("bacbdc")})


def test_local_by_hand():
    found = smooth_locally(ROW, LINE, per=1).set_index("area")
    # d: itself and c, 21 among 3000; weighted variance around 0.007 is
    # (2000 x 0.0025^2 + 1000 x 0.005^2) / 3000; chance 0.007 / 1500
    assert found.loc["d", "prior_mean"] == pytest.approx(0.007)
    between = (2000 * 0.0025**2 + 1000 * 0.005**2) / 3000 - 0.007 / 1500
    assert found.loc["d", "prior_variance"] == pytest.approx(between)
    weight = between / (between + 0.007 / 1000)
    assert found.loc["d", "smoothed"] == pytest.approx(0.007 + weight * 0.005)


def test_an_island_has_no_local_mean():
    found = smooth_locally(ROW, LINE).set_index("area")
    assert found["why"].to_dict() == dict.fromkeys("abcd", "") | {"e": "no_neighbours"}
    assert np.isnan(found.loc["e", ["smoothed", "prior_mean"]].astype(float)).all()
    assert found.loc["e", "rate"] == pytest.approx(125)


@pytest.mark.parametrize("method", LOCAL)
def test_a_missing_area_changes_its_neighbours_alone(method):
    missing = ROW.assign(incidents=[None, 30, 9, 12, 5])
    whole, gap = (smooth_locally(table, LINE, method=method) for table in (ROW, missing))
    changed = whole["smoothed"].ne(gap["smoothed"]) & whole["smoothed"].notna()
    near = ["a", "b"] if method == "local" else ["a", "b", "c"]
    assert whole.loc[changed, "area"].tolist() == near
    assert gap["why"].tolist()[0] == "not_reported"


@pytest.mark.parametrize("method", GLOBAL)
def test_a_missing_area_is_left_out_and_listed(method):
    missing = ROW.assign(incidents=[1, 30, None, 12, 5], why=["", "", "suppressed", "", ""])
    found = smooth_rates(missing, method=method)
    assert found["why"].tolist() == ["", "", "suppressed", "", ""]
    assert found["smoothed"].isna().tolist() == [False, False, True, False, False]
    rest = smooth_rates(ROW.drop(index=2), method=method)
    np.testing.assert_allclose(found["smoothed"].dropna(), rest["smoothed"], rtol=1e-12)


def test_a_remark_beside_a_count_leaves_no_area_out():
    found = smooth_rates(ROW.assign(why=["", "revised", "", "", ""]))
    pd.testing.assert_frame_equal(found, smooth_rates(ROW))


@pytest.mark.parametrize("method", GLOBAL)
def test_smoothed_lies_between_the_rate_and_the_mean(method):
    found = smooth_rates(ROW, method=method)
    if method != "lognormal":  # half a case is added there
        low, high = (found[["rate", "prior_mean"]].agg(end, axis=1) for end in ("min", "max"))
        assert (found["smoothed"] >= low - 1e-9).all()
        assert (found["smoothed"] <= high + 1e-9).all()
    assert found["confidence"].isna().all()


@pytest.mark.parametrize("method", GLOBAL)
def test_areas_that_differ_by_chance_alone_are_all_drawn_to_the_mean(method):
    alike = ROW.assign(incidents=[10, 100, 20, 10, 40])
    found = smooth_rates(alike, method=method)
    assert found["smoothed"].tolist() == pytest.approx([1000] * 5, rel=0.02)


@pytest.mark.parametrize("method", GLOBAL)
def test_no_report_at_all(method):
    found = smooth_rates(ROW.assign(incidents=0), method=method)
    assert found["smoothed"].tolist() == [0] * 5
    assert (smooth_locally(ROW.assign(incidents=0), LINE)["smoothed"].dropna() == 0).all()


def test_one_area_alone():
    for method in GLOBAL:
        found = smooth_rates(ROW[:1], method=method)
        assert found["smoothed"].item() == pytest.approx(100, rel=0.6)
    assert smooth_locally(ROW[:1], LINE)["why"].tolist() == ["no_neighbours"]


@pytest.mark.parametrize(
    ("table", "arguments", "key"),
    [
        (pd.concat([ROW, ROW]), {}, "measure.repeated_key"),
        (ROW.assign(exposure=0), {}, "measure.no_people"),
        (ROW.assign(incidents=-1), {}, "measure.negative_count"),
        (ROW, {"method": "median"}, "measure.choice"),
        (ROW, {"covariates": ["exposure"]}, "measure.no_covariates"),
        (ROW.assign(exposure=1), {"method": "binomial"}, "measure.part_above_whole"),
    ],
)
def test_bad_input_is_one_clear_error(table, arguments, key):
    with pytest.raises(InsidenError) as error:
        smooth_rates(table, **arguments)
    assert error.value.key == key
