"""Neighbours against spdep, and who leaves the graph."""

import sys

import numpy as np
import pandas as pd
import pytest

from analysis.measure.graph import (
    as_graph,
    find_further,
    find_members,
    find_nearest,
    find_touching,
    find_within,
    import_space,
)
from analysis.words.messages import InsidenError

COLUMBUS = "spdep-neighbours-columbus"


def pairs_of(table):
    return set(map(tuple, table[["focal", "neighbour"]].to_numpy()))


def pairs_in(shared, folder, name):
    return pairs_of(
        pd.read_csv(shared / "golden" / folder / f"{name}.csv").rename(columns={"id": "focal"})
    )


@pytest.fixture
def points(shared):
    table = pd.read_csv(shared / "golden" / COLUMBUS / "input.csv")
    return table.rename(columns={"id": "area"})


def test_nearest_as_spdep(shared, points):
    assert pairs_of(find_nearest(points, k=4)) == pairs_in(shared, COLUMBUS, "expected_knn4")


def test_within_as_spdep(shared, points):
    found = find_within(points)
    assert pairs_of(found) == pairs_in(shared, COLUMBUS, "expected_distance_band")
    assert found["distance"].max() == pytest.approx(0.618864158076845, rel=1e-12)


def test_further_as_spdep(shared):
    folder = shared / "golden" / "spdep-moran-columbus"
    queen = pd.read_csv(folder / "neighbours_queen.csv").rename(columns={"id": "focal"})
    wanted = pairs_in(shared, COLUMBUS, "expected_second_order_queen")
    assert pairs_of(find_further(queen)) == wanted


@pytest.mark.parametrize(("name", "corner", "links"), [("queen", True, 236), ("rook", False, 200)])
def test_touching_as_spdep(shared, name, corner, links):
    geopandas = pytest.importorskip("geopandas")
    pytest.importorskip("libpysal")
    folder = "spdep-moran-columbus"
    polygons = geopandas.read_file(shared / "golden" / folder / "boundaries.geojson")
    found = find_touching(polygons.rename(columns={"POLYID": "area"}), corner=corner)
    assert pairs_of(found) == pairs_in(shared, folder, f"neighbours_{name}")
    assert len(found) == links


FIVE = pd.DataFrame({"area": list("edcba"), "value": [5.0, 4, np.nan, 2, 1]})
LINE = pd.DataFrame({"focal": list("abbccdz"), "neighbour": list("bacbdcz")})


def test_members_by_hand():
    # c has no value: d loses its only neighbour, e never had one, z is not in the study
    found = find_members(FIVE, LINE, value="value")
    assert found["area"].tolist() == list("abcde")
    assert found["why"].tolist() == ["", "", "no_value", "no_neighbours", "no_neighbours"]
    assert found["neighbours"].tolist() == [1, 1, pd.NA, 0, 0]
    assert found["component"].tolist() == [1, 1, pd.NA, pd.NA, pd.NA]


def test_what_the_table_says_already_stays():
    table = FIVE.assign(why=["", "", "suppressed", "", ""])
    assert find_members(table, LINE, value="value")["why"].tolist()[2] == "suppressed"


def test_components_are_numbered_by_size():
    table = pd.DataFrame({"area": list("abcdefg"), "value": range(7)})
    pairs = pd.DataFrame({"focal": list("abcddeef"), "neighbour": list("bacacffe")})
    both = pd.concat([pairs, pairs.rename(columns={"focal": "neighbour", "neighbour": "focal"})])
    found = find_members(table, pd.concat([both, both]), value="value").set_index("area")
    assert found.loc[list("abcd"), "component"].tolist() == [1] * 4
    assert found.loc[list("ef"), "component"].tolist() == [2, 2]
    assert found.loc["g", "why"] == "no_neighbours"
    graph = as_graph(found.reset_index(), both)
    assert graph.near.max() == 1  # a pair given twice counts once


def test_a_border_given_in_one_direction():
    # b looks at a, a at nobody: a leaves, and with it the only neighbour of b
    pairs = pd.DataFrame({"focal": ["b", "d", "e"], "neighbour": ["a", "e", "d"]})
    found = find_members(FIVE, pairs, value="value")
    assert found["why"].tolist() == ["no_neighbours", "no_neighbours", "no_value", "", ""]


def test_points_on_one_spot():
    points = pd.DataFrame({"area": list("abcd"), "x": [0, 0, 0, 5], "y": [0, 0, 0, 0]})
    found = find_nearest(points, k=2)
    assert (found["focal"] != found["neighbour"]).all()
    assert found["focal"].value_counts().eq(2).all()


@pytest.mark.parametrize(
    ("job", "key"),
    [
        (lambda: find_nearest(pd.DataFrame({"area": ["a"], "x": [0], "y": [0]}), k=1), "how_many"),
        (lambda: find_within(pd.DataFrame({"area": ["a"], "x": [0], "y": [0]})), "how_many"),
        (
            lambda: find_within(pd.DataFrame({"area": list("ab"), "x": [0, None], "y": [0, 1]})),
            "nowhere",
        ),
        (lambda: find_members(pd.concat([FIVE, FIVE]), LINE, value="value"), "repeated_key"),
        (lambda: find_members(FIVE.assign(value="many"), LINE, value="value"), "not_a_number"),
        (lambda: find_members(FIVE.assign(value=np.inf), LINE, value="value"), "not_a_number"),
    ],
)
def test_bad_input_is_one_clear_error(job, key):
    with pytest.raises(InsidenError) as error:
        job()
    assert key in error.value.key


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "libpysal.weights", None)
    with pytest.raises(InsidenError) as error:
        import_space("libpysal.weights")
    assert "insiden[space]" in error.value.text("en")
    assert "insiden[space]" in error.value.text("id")
