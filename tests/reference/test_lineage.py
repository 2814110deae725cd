"""Old areas and their successors: every row whole, every split complete, every code that moved gone."""

import re

import pandas as pd
import pytest

from analysis.reference.files import read_reference

KINDS = {"moved", "renamed", "split", "merged"}


@pytest.fixture(scope="module")
def lineage(root):
    return read_reference(root / "data" / "reference").lineage


def test_every_row_says_what_when_and_from_where(lineage):
    assert set(lineage["kind"]) <= KINDS
    for column in ("old", "new"):
        assert lineage[column].str.fullmatch(r"\d\d(\.\d\d){0,2}").all()
    assert (
        lineage["valid_from"]
        .map(lambda day: bool(re.fullmatch(r"(\d{4}(-\d\d-\d\d)?)?", day)))
        .all()
    )
    assert (lineage[["name", "source", "why"]] != "").all(axis=None)
    assert not lineage.duplicated(["old", "name", "new", "valid_from"]).any()


def test_each_kind_keeps_its_meaning(lineage):
    moved = lineage[lineage["kind"] == "moved"]
    assert moved["old"].is_unique and moved["new"].is_unique
    assert set(moved["old"]).isdisjoint(moved["new"])
    renamed = lineage[lineage["kind"] == "renamed"]
    assert (renamed["old"] == renamed["new"]).all()
    split = lineage[lineage["kind"] == "split"]
    assert (split.groupby(["old", "valid_from"])["new"].nunique() >= 2).all()


def test_a_kecamatan_moves_with_its_kabupaten(lineage):
    moved = lineage[lineage["kind"] == "moved"].set_index("old")["new"]
    districts = moved[moved.index.str.len() == 8]
    assert (moved[districts.index.str[:5]].to_numpy() == districts.str[:5].to_numpy()).all()
    assert len(districts) == 286 and len(moved) - len(districts) == 26


def test_old_codes_are_gone_and_new_ones_exist(lineage, shared):
    folder = shared / "data" / "gazetteer" / "raw" / "idn-area-data"
    today = {
        code
        for name in ("provinces", "regencies", "districts")
        for code in pd.read_csv(folder / f"{name}.csv", dtype=str)["code"]
    }
    assert set(lineage["new"]) <= today
    assert set(lineage.loc[lineage["kind"] == "moved", "old"]).isdisjoint(today)
    bridge = pd.read_csv(folder.parent / "bps-kemendagri-bridge" / "kabkota.csv", dtype=str)
    of_2020 = {f"{code[:2]}.{code[2:]}" for code in bridge["kode_dagri"]}
    assert of_2020 - today == {code for code in lineage["old"] if len(code) == 5} - today
