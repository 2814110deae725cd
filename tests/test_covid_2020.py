"""COVID-19 by kecamatan, all Indonesia, June 2020: old codes, mixed codes, old names, gaps.

The defects and the figures are those of the SOURCE.md beside the file: 5,201 rows, 34 provinces,
128,549 cases, 71 codes of Papua that no longer exist, 141 of 155 kecamatan of Banten.
"""

import shutil

import pandas as pd
import pytest

from analysis.desk import prepare
from analysis.progress import Progress
from analysis.reference.files import read_reference
from analysis.text.places import Places, place_from_cells, place_from_text
from tests.national import national_areas
from tests.studies import REFERENCE, make_study

DIVIDED = {"Tampan", "Rumbai", "Rumbai Pesisir"}  # of Pekanbaru, divided since 2020


@pytest.fixture(scope="module")
def raw(shared):
    folder = shared / "data" / "covid-kecamatan-2020" / "raw"
    return pd.read_csv(folder / "rawan.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def areas(shared):
    return national_areas(shared)


@pytest.fixture(scope="module")
def places(areas):
    shipped = read_reference(REFERENCE)
    return Places(areas, shipped.aliases[:0], shipped.villages[:0], shipped.lineage)


@pytest.fixture(scope="module")
def desk(shared, areas, tmp_path_factory):
    folder = tmp_path_factory.mktemp("covid")
    reference = folder / "reference"
    reference.mkdir()
    areas.to_csv(reference / "areas.csv", index=False)
    shutil.copy(REFERENCE / "lineage.csv", reference / "lineage.csv")
    study = make_study(
        folder,
        {},
        reference="reference",
        region="36",
        compare_level="province",
        scope="",
        unit="cases",
        comparators=["rest"],
        sources={
            "covid": {
                "files": "rawan*.csv",
                "columns": {
                    "nama_kabupatenkota": "region",
                    "nama_kecamatan": "place",
                    "kode_kecamatan": "place_code",
                    "jumlah_penduduk": "ignore",
                    "level_kerawanan": "ignore",
                    "density": "ignore",
                },
                "counts": ["total"],
            }
        },
    )
    source = shared / "data" / "covid-kecamatan-2020" / "raw" / "rawan.csv"
    shutil.copy(source, study.inbox_folder / "rawan 2020-06.csv")
    return prepare(study, Progress("id", quiet=True))


def test_every_row_is_accounted_for(desk, raw):
    assert len(raw) == 5201 == desk.balance["rows"].sum() - 1  # the row of headings
    records = desk.cleaned.records
    assert len(records) == 5201
    assert records["final"].value_counts().to_dict() == {"counted": 5198, "rejected": 3}
    assert records["incidents"].sum() == raw["total"].astype(int).sum() == 128_549


def test_areas_divided_since_are_questions_that_name_their_successors(desk):
    rejects = desk.cleaned.rejects.set_index("text")
    assert set(rejects.index) == DIVIDED
    assert rejects.loc["Tampan", "candidates"] == "14.71.08; 14.71.13"
    assert "Binawidya" in rejects.loc["Tampan", "reason"]


def test_the_71_codes_that_no_longer_exist_are_counted_where_they_are_today(desk, raw, areas):
    today = set(areas["code"].str.replace(".", ""))
    gone = raw[~raw["kode_kecamatan"].isin(today)]
    assert len(gone) == 71
    assert set(gone["nama_provinsi"]) == {"PAPUA", "PAPUA BARAT"}
    records = desk.cleaned.records
    moved = records[records["row"].isin(gone.index + 2)]
    assert (moved["final"] == "counted").all()
    assert moved["area"].isin(areas["code"]).all() and moved["area"].is_unique
    assert set(moved["area"].str[:2]) == {"93", "94", "95", "96"}
    assert moved["incidents"].sum() == gone["total"].astype(int).sum()


def test_dotted_and_undotted_codes_say_the_same_places(places, raw):
    for dotted, bare in raw[["kode_kabupatenkota", "kode_kecamatan"]].drop_duplicates().to_numpy():
        above = place_from_text(dotted, places).value
        area = place_from_text(bare, places).value
        assert above in places.codes and places.holds(above, area)


def test_an_absent_kecamatan_is_not_a_zero(desk, raw):
    banten = desk.counts[desk.counts["area"].str.startswith("36")]
    assert (raw["kode_provinsi"] == "36").sum() == 141
    assert len(banten) == 155
    assert banten["incidents"].notna().sum() == 141
    assert (banten.loc[banten["incidents"].isna(), "why"] == "not_reported").sum() == 14
    assert (raw["total"] == "0").sum() == (desk.counts["incidents"] == 0).sum() == 9


def test_names_that_differ_from_the_list_of_today_never_contradict_their_code(places, raw):
    same = unlike = 0
    for regency, name, code in raw[
        ["nama_kabupatenkota", "nama_kecamatan", "kode_kecamatan"]
    ].itertuples(index=False):
        parent = place_from_text(regency, places, level="kabkota").value
        reading = place_from_cells(name, code, places, parent=parent, level="kecamatan")
        coded = place_from_text(code, places).value
        assert reading.value == coded or name in DIVIDED
        same += name.casefold() == places.names[coded].casefold()
        unlike += name.casefold() != places.names[coded].casefold()
    assert unlike == 139 + 1  # and Kobagma, at its new code
    assert same + unlike == 5201


def test_the_first_snapshot_writes_papua_with_blanks_and_holds_as_many_cases(shared, places):
    folder = shared / "data" / "covid-kecamatan-2020" / "raw"
    first = pd.read_csv(folder / "rawan_2020-06-08_first_snapshot.csv", dtype=str)
    assert "P A P U A" in set(first["nama_provinsi"])
    assert place_from_text("P A P U A", places, level="province").value == "91"
    codes = [
        place_from_text(name, places, level="province").value
        for name in first["nama_provinsi"].unique()
    ]
    assert len(set(codes)) == 34 and set(codes) <= places.codes
    assert first["total"].astype(int).sum() == 128_549


def test_the_row_of_the_whole_country_is_a_total(shared, places):
    zones = pd.read_csv(
        shared / "data" / "covid-kecamatan-2020" / "raw" / "rawan-zones.csv", dtype=str
    )
    values = [
        place_from_text(name, places, level="province").value for name in zones["nama_wilayah"]
    ]
    assert values.count("TOTAL") == 1 and len(values) == 35
    assert {value for value in values if value != "TOTAL"} <= places.codes
    # what published files write for "no province" is left out by its rule, never counted
    assert place_from_text("tanpa_provinsi", places, level="province").value == "NO_PLACE"
