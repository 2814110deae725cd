"""Standardised rates and ratios against PHEindicatormethods and epitools, and by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.rates import add_stability
from analysis.measure.standard import standardise_direct, standardise_indirect
from analysis.words.messages import InsidenError

# two bands, worked by hand: rates 10/1000 and 40/1000; 5/2000 and 5/500
TWO = pd.DataFrame(
    {
        "area": ["a", "a", "b", "b"],
        "ageband": ["young", "old"] * 2,
        "incidents": [10, 40, 5, 5],
        "exposure": [1000, 1000, 2000, 500],
    }
)
STANDARD = pd.DataFrame({"ageband": ["young", "old"], "weight": [3, 1]})
REFERENCE = pd.DataFrame(
    {"ageband": ["young", "old"], "incidents": [10, 60], "exposure": [2000, 3000]}
)


def phe(shared, folder):
    given = pd.read_csv(shared / "golden" / folder / "input.csv")
    # the peer reads an empty count as zero, so it gets zeros; here it would have no figure
    given["count"] = given["count"].fillna(0)
    # and that band has no reports in the reference, so its people do not matter
    given["pop"] = given["pop"].fillna(609)
    return given.rename(columns={"count": "incidents", "pop": "exposure"})


def test_direct_by_hand():
    found = standardise_direct(TWO, STANDARD, per=1000).set_index("area")
    # a: 0.75 x 10 + 0.25 x 40 = 17.5; b: 0.75 x 2.5 + 0.25 x 10 = 4.375
    assert found["rate"].tolist() == pytest.approx([17.5, 4.375])
    assert found["crude_rate"].tolist() == pytest.approx([25, 4])
    assert found["incidents"].tolist() == [50, 10]
    # a: variance (0.75 / 1000)^2 x 10 + (0.25 / 1000)^2 x 40
    assert found["relative_error"]["a"] == pytest.approx(
        100 * np.sqrt(0.75**2 * 10 + 0.25**2 * 40) / 17.5
    )
    assert found["unit"].unique().tolist() == ["reports per 1000 people, standardised"]
    assert add_stability(found.reset_index())["stability"].tolist() == ["stable", "caution"]


def test_indirect_by_hand():
    found = standardise_indirect(TWO, REFERENCE, per=1000).set_index("area")
    # reference rates 0.005 and 0.02: a expects 5 + 20, b expects 10 + 10
    assert found["expected"].tolist() == pytest.approx([25, 20])
    assert found["ratio"].tolist() == pytest.approx([2, 0.5])
    # crude reference rate 70 / 5000 = 14 per 1000
    assert found["rate"].tolist() == pytest.approx([28, 7])
    assert (found["ratio_low"] < found["ratio"]).all()
    assert (found["ratio"] < found["ratio_high"]).all()


def test_indirect_with_totals_alone():
    totals = pd.DataFrame({"area": ["b", "a"], "incidents": [10, None]})
    people = TWO.drop(columns="incidents")
    found = standardise_indirect(people, REFERENCE, totals=totals).set_index("area")
    assert found.loc["b", "ratio"] == pytest.approx(0.5)
    assert np.isnan(found.loc["a", "ratio"])
    assert found["why"].to_dict() == {"a": "not_reported", "b": ""}


def test_phe_direct(shared):
    given = phe(shared, "phe-dsr-multiplier")
    golden = pd.read_csv(shared / "golden" / "phe-dsr-multiplier" / "expected.csv")
    standard = given[["ageband", "stdpop"]].drop_duplicates().rename(columns={"stdpop": "weight"})
    for confidence, name in ((0.95, "95_0cl"), (0.998, "99_8cl")):
        found = standardise_direct(
            given, standard, per=10_000, confidence=confidence, method="dobson_byar"
        )
        assert found["area"].tolist() == golden["area"].tolist()
        assert found["incidents"].tolist() == golden["total_count"].tolist()
        assert found["exposure"].tolist() == golden["total_pop"].tolist()
        columns = {"rate": "value", "rate_low": f"lower{name}", "rate_high": f"upper{name}"}
        for ours, theirs in columns.items():
            np.testing.assert_allclose(found[ours], golden[theirs], rtol=1e-6)
        assert found["why"].tolist() == ["", "", "too_few"]


def test_phe_indirect(shared):
    given = phe(shared, "phe-isratio")
    golden = pd.read_csv(shared / "golden" / "phe-isratio" / "expected.csv")
    reference = pd.read_csv(shared / "golden" / "phe-isratio" / "reference.csv")
    reference = reference.rename(columns={"refcount": "incidents", "refpop": "exposure"})
    for confidence, name in ((0.95, "95_0cl"), (0.998, "99_8cl")):
        found = standardise_indirect(given, reference, confidence=confidence, method="phe")
        columns = {"ratio": "value", "ratio_low": f"lower{name}", "ratio_high": f"upper{name}"}
        for ours, theirs in columns.items():
            both = np.concatenate([found[ours], 100 * found[ours]])
            np.testing.assert_allclose(both, golden[theirs], rtol=1e-6)
        np.testing.assert_allclose(np.tile(found["expected"], 2), golden["expected"], rtol=1e-6)
        assert np.tile(found["incidents"], 2).tolist() == golden["observed"].tolist()


def epitools(shared, year):
    given = pd.read_csv(shared / "golden" / "epitools-standardisation" / "input.csv")
    columns = {f"deaths{year}": "incidents", f"pop{year}": "exposure"}
    return given.rename(columns=columns).assign(area=str(year))


def test_epitools_direct(shared):
    golden = pd.read_csv(shared / "golden" / "epitools-standardisation" / "expected_direct.csv")
    years = pd.concat([epitools(shared, 1960), epitools(shared, 1940)])
    standard = epitools(shared, 1940).rename(columns={"exposure": "weight"})
    found = standardise_direct(years, standard, per=1, method="fay_feuer")
    columns = {
        "crude_rate": "crude.rate",
        "rate": "adj.rate",
        "rate_low": "lci",
        "rate_high": "uci",
    }
    for ours, theirs in columns.items():
        np.testing.assert_allclose(found[ours], golden[theirs], rtol=1e-9)


def test_epitools_indirect(shared):
    folder = shared / "golden" / "epitools-standardisation"
    golden = pd.read_csv(folder / "expected_indirect.csv").set_index("quantity")["value"]
    found = standardise_indirect(
        epitools(shared, 1940), epitools(shared, 1960), per=1, method="log"
    ).iloc[0]
    columns = {
        "incidents": "observed",
        "expected": "exp",
        "ratio": "sir",
        "ratio_low": "lci",
        "ratio_high": "uci",
        "rate": "rate_adj.rate",
        "rate_low": "rate_lci",
        "rate_high": "rate_uci",
    }
    for ours, theirs in columns.items():
        assert found[ours] == pytest.approx(golden[theirs], rel=1e-9)


def with_gaps():
    more = TWO.assign(area=TWO["area"].map({"a": "c", "b": "d"}))
    more.loc[0, "incidents"] = None
    return pd.concat([TWO, more.iloc[:3]], ignore_index=True)


@pytest.mark.parametrize("standardise", [standardise_direct, standardise_indirect])
def test_an_unknown_band_is_no_zero(standardise):
    known = STANDARD if standardise is standardise_direct else REFERENCE
    found = standardise(with_gaps(), known).set_index("area")
    assert found["why"].to_dict() == {"a": "", "b": "", "c": "not_reported", "d": "band_missing"}
    numbers = found.loc[["c", "d"]].select_dtypes("number").drop(columns=["rate_per", "confidence"])
    assert numbers.isna().all(axis=None)
    whole = standardise(TWO, known).set_index("area")
    pd.testing.assert_frame_equal(found.loc[["a", "b"]], whole, check_dtype=False)


def test_a_band_without_people_has_no_direct_rate():
    nobody = TWO.assign(exposure=[1000, 1000, 2000, 0], incidents=[10, 40, 5, None])
    found = standardise_direct(nobody, STANDARD).set_index("area")
    assert found["why"].to_dict() == {"a": "", "b": "not_reported"}
    with pytest.raises(InsidenError) as error:
        standardise_direct(TWO.assign(exposure=[1000, 1000, 2000, 0]), STANDARD)
    assert error.value.key == "measure.no_people"


def test_zero_incidents():
    none = TWO.assign(incidents=0)
    assert standardise_direct(none, STANDARD)["why"].tolist() == ["too_few"] * 2
    found = standardise_indirect(none, REFERENCE)
    assert found["ratio"].tolist() == [0, 0]
    assert found["ratio_low"].tolist() == [0, 0]
    # exact upper limit of zero: 3.689
    assert found["ratio_high"].tolist() == pytest.approx([3.689 / 25, 3.689 / 20], abs=1e-4)
    nothing = standardise_indirect(TWO, REFERENCE.assign(incidents=0))
    assert nothing["why"].tolist() == ["no_expected"] * 2
    assert nothing["ratio"].isna().all()


@pytest.mark.parametrize(
    ("table", "standard", "key"),
    [
        (pd.concat([TWO, TWO]), STANDARD, "measure.repeated_key"),
        (TWO, pd.concat([STANDARD, STANDARD]), "measure.repeated_key"),
        (TWO, STANDARD[:1], "measure.strange_band"),
        (TWO, STANDARD.assign(weight=[1, -1]), "measure.bad_weight"),
        (TWO, STANDARD.assign(weight=0), "measure.bad_weight"),
        (TWO, STANDARD.assign(weight=[1, None]), "measure.bad_weight"),
        (TWO.assign(incidents=-1), STANDARD, "measure.negative_count"),
    ],
)
def test_bad_input_of_direct_standardisation(table, standard, key):
    with pytest.raises(InsidenError) as error:
        standardise_direct(table, standard)
    assert error.value.key == key


def test_bad_input_of_indirect_standardisation():
    with pytest.raises(InsidenError) as error:
        standardise_indirect(TWO, REFERENCE.assign(incidents=[10, None]))
    assert error.value.key == "measure.reference_gap"
    with pytest.raises(InsidenError) as error:
        standardise_indirect(TWO, REFERENCE[:1])
    assert error.value.key == "measure.strange_band"
    assert "old" in error.value.text("en")
