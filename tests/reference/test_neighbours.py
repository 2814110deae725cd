"""Neighbours: by land only, told from both sides."""

import pandas as pd
import pytest

from analysis.reference.files import read_reference
from analysis.reference.neighbours import land_neighbours

EIGHT = ["36.01", "36.02", "36.03", "36.04", "36.71", "36.72", "36.73", "36.74"]


@pytest.fixture(scope="module")
def neighbours(root):
    return read_reference(root / "data" / "reference").neighbours


def test_pandeglang_has_two_land_neighbours(neighbours):
    assert land_neighbours(neighbours, "36.01", EIGHT) == ["36.02", "36.04"]


def test_the_sea_makes_no_neighbour(neighbours):
    assert "18" not in land_neighbours(neighbours, "36.01", [*EIGHT, "18"])


def test_areas_outside_the_study_do_not_count(neighbours):
    assert land_neighbours(neighbours, "36.74", EIGHT) == ["36.03", "36.71"]
    assert land_neighbours(neighbours, "36.74", [*EIGHT, "32.76"]) == ["32.76", "36.03", "36.71"]


def test_each_border_is_told_from_both_sides(neighbours):
    told = neighbours[["focal", "neighbour", "border"]]
    back = told.rename(columns={"focal": "neighbour", "neighbour": "focal"})
    assert set(told.itertuples(index=False, name=None)) == set(
        back[["focal", "neighbour", "border"]].itertuples(index=False, name=None)
    )


@pytest.mark.parametrize(
    ("one", "other", "km"), [("36.01", "36.02", 117), ("36.01", "36.04", 69), ("36.02", "36.03", 5)]
)
def test_border_lengths(neighbours, one, other, km):
    rows = neighbours.set_index(["focal", "neighbour"])["border_km"]
    assert rows[one, other] == rows[other, one] == km


def test_the_ten_borders_inside_banten_are_those_of_the_polygons(neighbours, shared):
    measured = pd.read_csv(
        shared / "data" / "banten-boundaries" / "banten_kabkota_adjacency.csv", dtype=str
    )
    inside = neighbours["focal"].isin(EIGHT) & neighbours["neighbour"].isin(EIGHT)
    ours = {frozenset(pair) for pair in neighbours.loc[inside, ["focal", "neighbour"]].to_numpy()}
    assert ours == {frozenset(pair) for pair in measured[["kode_a", "kode_b"]].to_numpy()}
