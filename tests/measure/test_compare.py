"""Comparisons against R's poisson.test, the secretary's claim, and every way to ask wrongly."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.compare import compare_areas
from analysis.measure.ratios import rate_ratio
from analysis.measure.unrest import find_dispersion
from analysis.words.messages import InsidenError

CASES = {
    "36.03": (30, 3_352_472),
    "36.71": (28, 1_930_556),
    "36.01": (20, 1_307_090),
    "36.74": (17, 1_378_466),
    "36.73": (16, 720_362),
    "36.72": (16, 450_271),
    "36.04": (15, 1_678_915),
    "36.02": (10, 1_433_853),
}  # domain.md S3: January-February 2023, population BPS 2022
POPULATION = pd.DataFrame(
    [(area, people) for area, (_, people) in CASES.items()], columns=["area", "population"]
)
ONE = pd.DatetimeIndex(["2023-01-01"])


def counts_of(rows):
    table = pd.DataFrame(rows, columns=["area", "month", "incidents"])
    table["month"] = pd.to_datetime(table["month"])
    return table.astype({"incidents": "Int64"})


CLAIM = counts_of([(area, "2023-01-01", cases) for area, (cases, _) in CASES.items()])
REST = sorted(set(CASES) - {"36.01"})


def claim(comparators, counts=CLAIM, population=POPULATION, months=ONE, focal="36.01"):
    return compare_areas(counts, population, focal=focal, comparators=comparators, months=months)


def test_the_comparator_changes_the_verdict_on_the_claim():
    table = claim({"land_neighbours": ["36.02", "36.04"], "rest": REST}).set_index("comparator")
    rest, land = table.loc["rest"], table.loc["land_neighbours"]
    assert [rest["ratio"], rest["ratio_low"], rest["ratio_high"]] == pytest.approx(
        [1.27, 0.75, 2.04], abs=0.005
    )
    assert rest["p"] == pytest.approx(0.29, abs=0.005)
    assert rest["verdict"] == "not_separable"
    # binom.test(20, 45, 1307090 / 4419858): the limit 1.00 of the scenario is above one
    assert [land["ratio"], land["ratio_low"], land["ratio_high"]] == pytest.approx(
        [1.905159, 1.003425, 3.572568], abs=1e-6
    )
    assert land["p"] == pytest.approx(0.0337216, abs=1e-7)
    assert land["verdict"] == "higher"
    assert (land["incidents"], land["comparator_incidents"]) == (20, 25)
    assert (land["members"], land["months"], land["months_wanted"]) == ("36.02;36.04", 1, 1)
    # a published total tells nothing about the scatter between months
    assert table["dispersion"].isna().all()
    assert table["wide_low"].isna().all()
    assert (table["method"] == "poisson").all()


def test_turned_round_the_ratio_and_its_verdict_turn_round():
    one = claim({"other": ["36.72"]}, focal="36.02").iloc[0]
    other = claim({"other": ["36.02"]}, focal="36.72").iloc[0]
    assert one["ratio"] == pytest.approx(1 / other["ratio"])
    assert one["ratio_low"] == pytest.approx(1 / other["ratio_high"])
    assert one["p"] == pytest.approx(other["p"])
    assert (one["verdict"], other["verdict"]) == ("lower", "higher")


YEAR = pd.date_range("2024-01-01", periods=12, freq="MS")


def test_only_months_that_everyone_reported_are_used():
    rows = [("a", month, 2) for month in YEAR] + [("b", month, 3) for month in YEAR[:6]]
    rows += [("c", month, None if place == 5 else 1) for place, month in enumerate(YEAR)]
    people = pd.DataFrame({"area": ["a", "b", "c"], "population": [1200, 2400, 600]})
    table = compare_areas(
        counts_of(rows),
        people,
        focal="a",
        comparators={"both": ["b", "c"], "c": ["c"]},
        months=YEAR,
    ).set_index("comparator")
    both = table.loc["both"]
    assert (both["months"], both["months_wanted"]) == (5, 12)
    assert (both["incidents"], both["comparator_incidents"]) == (10, 20)
    assert both["exposure"] == pytest.approx(1200 * 5 / 12)
    assert both["comparator_exposure"] == pytest.approx(3000 * 5 / 12)
    assert both["ratio"] == pytest.approx(10 / 20 * 3000 / 1200)
    assert (table.loc["c", "months"], table.loc["c", "incidents"]) == (11, 22)


def test_no_common_month_is_not_comparable():
    rows = [("a", YEAR[0], 2), ("b", YEAR[1], 3), ("a", YEAR[1], None)]
    people = pd.DataFrame({"area": ["a", "b", "c"], "population": [1, 1, 1]})
    table = compare_areas(
        counts_of(rows), people, focal="a", comparators={"b": ["b"], "c": ["c"]}, months=YEAR[:2]
    )
    assert table["verdict"].tolist() == ["not_comparable"] * 2
    assert table["why"].tolist() == ["no_common_months"] * 2
    numbers = ["incidents", "exposure", "comparator_incidents", "ratio", "ratio_low", "p"]
    assert table[numbers].isna().all(axis=None)


def test_zeros_are_counts():
    rows = [("a", YEAR[0], 0), ("b", YEAR[0], 0), ("c", YEAR[0], 9)]
    people = pd.DataFrame({"area": ["a", "b", "c"], "population": [100, 100, 100]})
    table = compare_areas(
        counts_of(rows), people, focal="a", comparators={"b": ["b"], "c": ["c"]}, months=YEAR[:1]
    ).set_index("comparator")
    nothing, lower = table.loc["b"], table.loc["c"]
    assert np.isnan(nothing["ratio"])
    assert (nothing["ratio_low"], nothing["ratio_high"], nothing["p"]) == (0, np.inf, 1)
    assert (nothing["verdict"], nothing["why"]) == ("not_separable", "no_incidents")
    assert (lower["ratio"], lower["ratio_low"], lower["verdict"]) == (0, 0, "lower")
    assert lower["p"] == pytest.approx(2 * 0.5**9)


def test_an_interval_and_a_p_that_disagree_name_no_direction():
    # binom.test(3, 4, 0.2): p = 0.0272 but the exact limits of the share are 0.194 and 0.994
    rows = [("a", YEAR[0], 3), ("b", YEAR[0], 1)]
    people = pd.DataFrame({"area": ["a", "b"], "population": [20, 80]})
    row = compare_areas(
        counts_of(rows), people, focal="a", comparators={"b": ["b"]}, months=YEAR[:1]
    ).iloc[0]
    assert row["p"] == pytest.approx(4 * 0.2**3 * 0.8 + 0.2**4)
    assert row["ratio_low"] < 1
    assert (row["verdict"], row["why"]) == ("not_separable", "limits_disagree")


def wild_year(seed=1):
    """Three areas, twelve months, a scatter about four times Poisson's; 'a' is 1.4 times the rest."""
    rng = np.random.default_rng(seed)
    rows = []
    for area, mean in (("a", 28), ("b", 20), ("c", 20)):
        rows += [(area, month, rng.poisson(rng.gamma(6, mean / 6))) for month in YEAR]
    return counts_of(rows)


def test_scatter_between_months_widens_the_interval_and_decides():
    counts = wild_year()
    people = pd.DataFrame({"area": ["a", "b", "c"], "population": [1000, 1000, 1000]})
    row = compare_areas(
        counts, people, focal="a", comparators={"rest": ["b", "c"]}, months=YEAR
    ).iloc[0]
    assert row["dispersion"] > 2
    assert row["method"] == "dispersion"
    assert row["wide_low"] < row["ratio_low"]
    assert row["wide_high"] > row["ratio_high"]
    # as if each `dispersion` reports were one: log limits about sqrt(dispersion) as far away
    stretch = np.log(row["ratio"] / row["wide_low"]) / np.log(row["ratio"] / row["ratio_low"])
    assert stretch == pytest.approx(np.sqrt(row["dispersion"]), rel=0.05)
    assert row["ratio_low"] > 1 > row["wide_low"]
    assert (row["verdict"], row["why"]) == ("not_separable", "dispersion")


def test_dispersion_is_pearsons_around_area_and_month_effects():
    sm = pytest.importorskip("statsmodels.api")
    counts = wild_year(3)
    wide = counts.pivot(index="area", columns="month", values="incidents")
    grid = wide.to_numpy(dtype=float, na_value=np.nan)
    grid[0, 3] = grid[2, 7] = np.nan
    rows = [(place % 3, place // 3, grid[place % 3, place // 3]) for place in range(36)]
    long = pd.DataFrame(rows, columns=["area", "month", "count"]).dropna()
    design = pd.get_dummies(long[["area", "month"]].astype(str), drop_first=True, dtype=float)
    fit = sm.GLM(long["count"], sm.add_constant(design), family=sm.families.Poisson()).fit()
    assert find_dispersion(grid) == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-7)


def test_dispersion_needs_a_year_and_two_areas():
    grid = np.random.default_rng(1).poisson(5.0, (3, 12)).astype(float)
    assert find_dispersion(grid) >= 1
    assert np.isnan(find_dispersion(grid[:, :11]))
    assert np.isnan(find_dispersion(grid[:1]))
    assert np.isnan(find_dispersion(np.zeros((3, 12))))
    shared_shock = np.outer([5.0, 10.0], np.arange(1.0, 13.0))
    assert find_dispersion(shared_shock) == 1  # everyone rising together is no scatter


PEOPLE = pd.DataFrame({"area": ["a", "b"], "population": [10, 10]})
PAIR = counts_of([("a", YEAR[0], 2), ("b", YEAR[0], 3)])


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"comparators": {"x": ["a", "b"]}}, "measure.focal_in_comparator"),
        ({"comparators": {"x": ["b", "b"]}}, "measure.repeated_member"),
        ({"comparators": {"x": ["z"]}}, "measure.unknown_area"),
        ({"focal": "z"}, "measure.unknown_area"),
        ({"comparators": {"x": []}}, "measure.no_comparator"),
        ({"comparators": {}}, "measure.no_comparator"),
        ({"months": YEAR[:0]}, "measure.no_months"),
        ({"months": YEAR[[0, 0]]}, "measure.repeated_month"),
        ({"population": PEOPLE.assign(population=[10, 0])}, "measure.no_people"),
        ({"population": PEOPLE.assign(population=[None, 10])}, "measure.no_people"),
        ({"population": pd.concat([PEOPLE, PEOPLE])}, "measure.repeated_population"),
        ({"population": PEOPLE[["area"]]}, "tables.columns_missing"),
        ({"counts": pd.concat([PAIR, PAIR])}, "measure.repeated"),
        ({"counts": PAIR.assign(incidents=[-1, 2])}, "measure.negative"),
        ({"counts": PAIR.assign(incidents=[1.5, 2])}, "measure.not_whole"),
        ({"counts": PAIR.assign(incidents=[np.inf, 2])}, "measure.not_whole"),
        ({"counts": PAIR.assign(month=pd.Timestamp("2024-01-02"))}, "measure.not_first_day"),
    ],
)
def test_a_comparison_that_cannot_stand_says_why(change, key):
    given = {
        "counts": PAIR,
        "population": PEOPLE,
        "focal": "a",
        "comparators": {"b": ["b"]},
        "months": YEAR[:1],
    } | change
    counts, population = given.pop("counts"), given.pop("population")
    with pytest.raises(InsidenError) as error:
        compare_areas(counts, population, **given)
    assert error.value.key == key
    assert error.value.text("id") != error.value.text("en")


def test_r_each_auckland_area_against_its_neighbours(shared):
    folder = shared / "golden" / "r-neighbour-comparison-auckland"
    given = pd.read_csv(folder / "input.csv", dtype={"id": str})
    pairs = pd.read_csv(folder / "neighbours.csv", dtype=str)
    golden = pd.read_csv(folder / "expected.csv", dtype={"id": str}).set_index("id")
    own = given.set_index("id").loc[golden.index]
    around = pairs.merge(given, left_on="neighbour", right_on="id", suffixes=("", "_of"))
    around = around.groupby("id")[["deaths", "at_risk"]].sum().loc[golden.index]
    np.testing.assert_array_equal(around["deaths"], golden["nb_count"])
    sides = [own["deaths"], own["at_risk"], around["deaths"], around["at_risk"]]
    found = rate_ratio(*(side.to_numpy() for side in sides))
    np.testing.assert_allclose(found.ratio, golden["rate_ratio"], rtol=1e-8)
    np.testing.assert_allclose(found.low, golden["rr_lower95"], rtol=1e-8)
    np.testing.assert_allclose(found.high, golden["rr_upper95"], rtol=1e-8)
    np.testing.assert_allclose(found.p, golden["p_value"], rtol=1e-8)
    counts = counts_of([(row.id, ONE[0], row.deaths) for row in given.itertuples()])
    people = given.rename(columns={"id": "area", "at_risk": "population"})
    for focal in ("1", "64", "167"):
        members = pairs.loc[pairs["id"] == focal, "neighbour"].tolist()
        row = claim({"nb": members}, counts, people, focal=focal).iloc[0]
        expected = golden.loc[focal, ["rate_ratio", "rr_lower95", "rr_upper95", "p_value"]]
        told = row[["ratio", "ratio_low", "ratio_high", "p"]]
        assert told.tolist() == pytest.approx(expected.tolist(), rel=1e-8)
