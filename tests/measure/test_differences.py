"""Faster or slower than the neighbours: known answers, ranks by hand, gaps, and bad input."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.differences import find_trend_differences, rank_among
from analysis.words.messages import InsidenError

MONTHS = pd.date_range("2020-01-01", periods=60, freq="MS")
YEARS = np.arange(60) / 12


def counts_of(series, months=MONTHS):
    parts = [
        pd.DataFrame({"area": area, "month": months, "incidents": pd.array(values, dtype="Int64")})
        for area, values in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def ring(number=30, seed=1, mean=20.0, slope=None):
    """Areas in a ring, each between two neighbours; shocks are shared, ``slope`` is added to some."""
    rng = np.random.default_rng(seed)
    shared = np.exp(rng.normal(0, 0.4, 60))
    names = [f"{area:02d}" for area in range(number)]
    slope = slope or {}
    series = {
        name: rng.poisson(mean * shared * np.exp(slope.get(name, 0.0) * (YEARS - 2.5)))
        for name in names
    }
    groups = {
        name: [names[place - 1], names[(place + 1) % number]] for place, name in enumerate(names)
    }
    people = pd.DataFrame({"area": names, "population": 50_000})
    return series, people, groups


def find(series, people, groups, **values):
    return find_trend_differences(counts_of(series), people, groups, **values).set_index("focal")


def test_a_difference_without_scatter_is_found_exactly():
    shock = np.where(np.arange(60) % 7 == 0, 3.0, 1.0)  # shared, so it cancels
    flat = 1e6 * shock
    series = {"a": np.round(flat * 1.1**YEARS), "b": np.round(flat), "c": np.round(flat)}
    people = pd.DataFrame({"area": ["a", "b", "c"], "population": [10_000, 20_000, 30_000]})
    row = find(series, people, {"a": ["b", "c"], "b": ["c"], "c": ["b"]}).loc["a"]
    assert row["yearly_difference"] == pytest.approx(10, abs=1e-3)
    assert row["low"] == pytest.approx(10, abs=0.1)
    assert (row["verdict"], row["method"], row["unit"]) == (
        "faster",
        "ratio_model",
        "percent_a_year",
    )
    assert (row["members"], row["k"], row["months"]) == ("b;c", 2, 60)


def test_the_one_that_rises_is_first_in_rank():
    table = find(*ring(slope={"07": 0.25}))
    row = table.loc["07"]
    assert row["p"] == pytest.approx(1 / 30)
    assert (row["verdict"], row["method"], row["placebo_areas"]) == ("faster", "ratio_placebo", 30)
    assert row["low"] > 0 < row["model_low"]
    # exp(0.25) - 1 = 28.4 % a year
    assert row["yearly_difference"] == pytest.approx(28.4, abs=8)
    # one in thirty may be unusual at 5 %: exactly one is
    assert (table["verdict"] != "not_separable").sum() == 1


def test_rank_and_limit_agree_for_every_area():
    rng = np.random.default_rng(3)
    for number in (20, 39, 40, 155):
        size = np.abs(rng.normal(size=number))
        p, limit = rank_among(size, 0.95)
        # by the definition, one at a time
        by_hand = [(size >= each).sum() / number for each in size]
        assert p.tolist() == pytest.approx(by_hand)
        assert ((size > limit) == (p <= 0.05 + 1e-12)).all()


def test_ties_count_against_the_rank():
    p, limit = rank_among(np.array([3.0, 3.0, *np.zeros(38)]), 0.95)
    assert p[0] == p[1] == pytest.approx(2 / 40)
    assert p[2] == 1
    p, limit = rank_among(np.array([3.0, 3.0, 3.0, *np.zeros(37)]), 0.95)
    assert p[0] == pytest.approx(3 / 40)
    assert limit[0] == 3


def test_eight_areas_cannot_have_a_small_rank():
    series, people, groups = ring(8, slope={"03": 0.4})
    row = find(series, people, groups).loc["03"]
    assert row["p"] == row["smallest_p"] == pytest.approx(1 / 8)
    # the model judges, and says so
    assert row["method"] == "ratio_model"
    assert (row["low"], row["high"]) == (row["model_low"], row["model_high"])
    assert row["verdict"] == "faster"


def test_turned_round_the_difference_turns_round():
    series, people, _ = ring(3)
    table = find(series, people, {"00": ["01"], "01": ["00"], "02": ["00"]})
    one, other = (1 + table["yearly_difference"] / 100).loc[["00", "01"]]
    assert one * other == pytest.approx(1, rel=1e-6)


ESTIMATES = [
    "members",
    "left_out",
    "months",
    "incidents",
    "comparator_incidents",
    "yearly_difference",
]


def test_one_missing_area_changes_only_its_own_and_its_neighbours_results():
    rng = np.random.default_rng(5)
    from scipy.spatial import Delaunay

    areas = [f"{area:03d}" for area in range(155)]
    near = {area: set() for area in areas}
    for triangle in Delaunay(rng.random((155, 2))).simplices:
        for corner in triangle:
            near[areas[corner]] |= {areas[each] for each in triangle} - {areas[corner]}
    groups = {area: sorted(each) for area, each in near.items()}
    series = {area: rng.poisson(8, 60) for area in areas}
    people = pd.DataFrame({"area": areas, "population": 1000})
    whole = find(series, people, groups)
    gone = find({area: row for area, row in series.items() if area != "077"}, people, groups)
    silent = find(series | {"077": [None] * 60}, people, groups)
    pd.testing.assert_frame_equal(gone, silent)
    assert gone.loc["077", ["verdict", "why"]].tolist() == ["not_comparable", "no_neighbours"]
    touched = {"077", *groups["077"]}
    rest = [area for area in areas if area not in touched]
    pd.testing.assert_frame_equal(gone.loc[rest, ESTIMATES], whole.loc[rest, ESTIMATES])
    assert (gone.loc[groups["077"], "left_out"] == "077").all()
    assert gone.loc[rest, "verdict"].equals(whole.loc[rest, "verdict"])
    # ranks among 154 rather than 155 areas, of which only the neighbours moved
    moved = (gone["p"] - whole["p"]).loc[rest].abs().max()
    assert moved <= (len(touched) + 1) / 154


def test_months_with_a_gap_on_either_side_are_left_out():
    series, people, groups = ring(4)
    series["00"] = [None, *series["00"][1:]]
    series["01"] = [*series["01"][:-2], None, None]
    table = find(series, people, groups)
    assert table["months"].to_dict() == {"00": 57, "01": 57, "02": 58, "03": 59}
    assert table.loc["02", "last"] == MONTHS[-3]
    # a month that is not final is no month yet
    flagged = counts_of(series).assign(flag="")
    flagged.loc[flagged["month"] == MONTHS[10], "flag"] = "provisional"
    assert find_trend_differences(flagged, people, groups)["months"].tolist() == [56, 56, 57, 58]


@pytest.mark.parametrize("mean", [0.03, 0.3])
def test_counts_of_almost_nothing_stay_finite_and_claim_nothing(mean):
    table = find(*ring(12, mean=mean, seed=2))
    told = table["why"] == ""
    assert set(table.loc[~told, "why"]) <= {"no_incidents", "not_converged"}
    numbers = ["yearly_difference", "low", "high", "p"]
    assert np.isfinite(table.loc[told, numbers]).all(axis=None)
    assert table.loc[~told, numbers].isna().all(axis=None)
    assert not table["verdict"].isin(["faster", "slower"]).any()


def test_no_incident_at_all_and_short_series_have_no_number():
    series, people, groups = ring(3)
    nothing = {area: np.zeros(60, dtype=int) for area in series}
    table = find(nothing, people, groups)
    assert table["why"].tolist() == ["no_incidents"] * 3
    assert table[["yearly_difference", "low", "p"]].isna().all(axis=None)
    short = {area: [*row[:23], *[None] * 37] for area, row in series.items()}
    assert set(find(short, people, groups)["verdict"]) == {"too_short"}
    one = find({"00": series["00"]}, people[:1], {"00": []}).loc["00"]
    assert (one["verdict"], one["why"], one["k"]) == ("not_comparable", "no_neighbours", 0)


def test_a_break_in_the_population_of_a_neighbour_leaves_no_number():
    series, people, groups = ring(4)
    vintages = pd.DataFrame(
        {"area": "01", "year": [2020, 2024], "population": [50_000, 90_000], "vintage": ["x", "y"]}
    )
    people = pd.concat([people.assign(year=2020, vintage="x").query("area != '01'"), vintages])
    table = find(series, people, groups)
    assert table["why"].to_dict() == {
        "00": "population_break", "01": "population_break", "02": "population_break", "03": "",
    }  # fmt: skip


SERIES, PEOPLE, GROUPS = ring(3)
COUNTS = counts_of(SERIES)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"groups": {"00": ["00", "01"]}}, "measure.focal_in_comparator"),
        ({"groups": {"00": ["01", "01"]}}, "measure.repeated_member"),
        ({"groups": {"00": ["zz"]}}, "measure.unknown_area"),
        ({"groups": {}}, "measure.no_comparator"),
        ({"counts": COUNTS[:0]}, "measure.no_months"),
        ({"counts": pd.concat([COUNTS, COUNTS[:1]])}, "measure.repeated"),
        ({"counts": COUNTS.assign(incidents=-1)}, "measure.negative"),
        ({"population": PEOPLE.assign(population=0)}, "measure.no_people"),
        ({"population": PEOPLE.assign(population=None)}, "measure.no_people"),
    ],
)
def test_what_cannot_be_compared_says_why(change, key):
    given = {"counts": COUNTS, "population": PEOPLE, "groups": GROUPS} | change
    with pytest.raises(InsidenError) as error:
        find_trend_differences(**given)
    assert error.value.key == key
    assert error.value.text("id") != error.value.text("en")
