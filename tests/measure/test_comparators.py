"""Whom to compare with: distances by hand, areas without covariates, islands, and bad requests."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.neighbours import all_others, find_alike, group_by_focal
from analysis.words.messages import InsidenError

AREAS = pd.DataFrame(
    {"area": ["a", "b", "c", "d"], "density": [1.0, 2.0, 4.0, 9.0], "coast": [0.0, 1.0, 0.0, 1.0]}
)


def test_distances_are_in_standard_deviations():
    found = find_alike(AREAS, k=1)
    density, coast = AREAS["density"].std(), AREAS["coast"].std()
    first = found.set_index("focal").loc["a"]
    # b is one apart in both, c three apart in density alone, which is less
    assert first["neighbour"] == "c"
    assert first["distance"] == pytest.approx(3 / density)
    second = find_alike(AREAS, k=2).query("focal == 'a' and place == 2").iloc[0]
    assert second["neighbour"] == "b"
    assert second["distance"] == pytest.approx(np.hypot(1 / density, 1 / coast))
    assert (first["k"], first["covariates"], first["place"]) == (1, "density;coast", 1)


def test_mahalanobis_counts_a_repeated_covariate_once():
    once = find_alike(AREAS, k=3, columns=["density"], metric="mahalanobis")
    twice = find_alike(AREAS.assign(again=2 * AREAS["density"]), k=3, columns=["density", "again"], metric="mahalanobis")  # fmt: skip
    columns = ["focal", "neighbour", "place"]
    pd.testing.assert_frame_equal(once[columns], twice[columns])
    np.testing.assert_allclose(once["distance"], twice["distance"])
    # and is the usual distance where covariates do not move together
    both = find_alike(AREAS, k=3, metric="mahalanobis")
    values = AREAS[["density", "coast"]].to_numpy()
    inverse = np.linalg.inv(np.cov(values, rowvar=False))
    for row in both.itertuples():
        gap = values[AREAS["area"] == row.focal][0] - values[AREAS["area"] == row.neighbour][0]
        assert row.distance == pytest.approx(np.sqrt(gap @ inverse @ gap))


def test_an_area_without_a_covariate_is_listed_and_is_nobodys_neighbour():
    table = AREAS.assign(density=[1.0, None, 4.0, 9.0])
    found = find_alike(table, k=2)
    lacking = found[found["focal"] == "b"]
    assert lacking["why"].tolist() == ["covariate_missing"]
    assert "b" not in set(found.loc[found["why"] == "", "neighbour"])
    assert lacking["place"].isna().all()


def test_equal_distances_are_ordered_by_code():
    table = pd.DataFrame({"area": ["z", "m", "a"], "x": [0.0, 1.0, -1.0]})
    found = find_alike(table, k=1).set_index("focal")
    assert found.loc["z", "neighbour"] == "a"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"k": 0}, "measure.how_many_alike"),
        ({"k": 4}, "measure.how_many_alike"),
        ({"k": 1, "columns": []}, None),
        ({"covariates": AREAS.assign(coast=1.0), "k": 1}, "measure.constant_covariate"),
        ({"covariates": pd.concat([AREAS, AREAS]), "k": 1}, "measure.repeated_area"),
        ({"covariates": AREAS[:1], "k": 1}, "measure.how_many_alike"),
        ({"k": 1, "columns": ["income"]}, "tables.columns_missing"),
    ],
)
def test_what_cannot_be_found_says_why(change, key):
    given = {"covariates": AREAS} | change
    if key is None:  # no columns named: all of them
        assert len(find_alike(given.pop("covariates"), **given)) == 4
        return
    with pytest.raises(InsidenError) as error:
        find_alike(given.pop("covariates"), **given)
    assert error.value.key == key
    assert error.value.text("id") != error.value.text("en")


def test_borders_become_comparators_and_islands_have_none():
    borders = pd.DataFrame(
        [("a", "b", "land"), ("b", "a", "land"), ("a", "c", "sea"), ("a", "x", "land")],
        columns=["focal", "neighbour", "border"],
    )
    assert group_by_focal(borders, ["a", "b", "c"]) == {"a": ["b"], "b": ["a"], "c": []}
    assert all_others(["b", "a", "c"])["b"] == ["a", "c"]
    assert all_others(["a"]) == {"a": []}


def test_alike_areas_become_comparators():
    groups = group_by_focal(
        find_alike(AREAS.assign(density=[1.0, None, 4.0, 9.0]), k=1), AREAS["area"]
    )
    assert groups["b"] == []
    assert all(len(groups[area]) == 1 for area in "acd")
