"""The defects that the SOURCE.md of each published file names, found by the program itself."""

import json

import pandas as pd
import pytest

from analysis.clean import clean_cells
from analysis.read.intake import read_inbox
from analysis.reconcile import compare_sources, name_conflicts
from analysis.reference.files import read_reference
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from tests.read.making import notes, read_rows, write_csv
from tests.studies import make_study

AREA_COLUMNS = ["code", "name", "level", "parent", "bps_code", "name_bps", "lon", "lat"]


def reference_of(folder, areas):
    folder.mkdir(parents=True, exist_ok=True)
    areas.reindex(columns=AREA_COLUMNS).astype(object).fillna("").to_csv(
        folder / "areas.csv", index=False
    )
    return folder


def clean(intake, study):
    reference = read_reference(study.reference_folder)
    places = Places(reference.areas, reference.aliases, reference.villages)
    words = CategoryWords(reference.category_words)
    return clean_cells(intake.cells, study, reference, places, words), reference


# -- Jakarta: victims of violence, eight tables of one count -------------------------------------

DKI = [("31", "DKI Jakarta", "province", ""), ("31.71", "Kota Administrasi Jakarta Pusat", "kabkota", "31"),
       ("31.72", "Kota Administrasi Jakarta Utara", "kabkota", "31"),
       ("31.73", "Kota Administrasi Jakarta Barat", "kabkota", "31"),
       ("31.74", "Kota Administrasi Jakarta Selatan", "kabkota", "31"),
       ("31.75", "Kota Administrasi Jakarta Timur", "kabkota", "31")]  # fmt: skip
TOTAL = (
    "jumlah_korban_kekerasan_thd_perempuan_dan_anak_berdasarkan_tempat_kejadian_perkara_di_"
    "kabupaten.kota"
)
PARTS = [
    "jumlah_korban_kekerasan_thd_anak_berdasarkan_klien_anak_per_wilayah",
    "jumlah_korban_kekerasan_thd_perempuan_berdasarkan_klien_perempuan_per_wilayah",
]


@pytest.fixture(scope="module")
def jakarta(shared, tmp_path_factory):
    """The tables by place, by sex and by report to the police, each with the recipe it needs."""
    raw = shared / "data" / "jakarta-violence-2019-2020" / "raw"
    areas = pd.DataFrame(DKI, columns=AREA_COLUMNS[:4])
    folder = tmp_path_factory.mktemp("jakarta")
    reference = reference_of(folder / "reference", areas)
    whole = {"region": "Provinsi DKI Jakarta"}
    by_place = {"kabupaten_kota": "place", TOTAL: "amount", "yearmonth": "ignore"}
    by_place |= dict.fromkeys(PARTS, "ignore")
    sources = {
        "wilayah": {"files": "letak_geografis.csv", "columns": by_place},
        "kelamin": {"files": "*korban*.csv", **whole,
                    "columns": {"jumlah_klien": "amount", "jenis_kelamin": "ignore"}},
        "lapor": {"files": "pelapor.csv", **whole, "columns": {
            "jumlah_korban_kekerasan_thd_perempuan_anak_berdasarkan_yg_melapor_ke_kepolisian":
            "amount", "jenis_lapor": "ignore"}},
    }  # fmt: skip
    study = make_study(
        folder, {}, region="31", level="kabkota", compare_level="province", unit="cases",
        reference=reference.as_posix(), sources=sources,
        answers=[{"kind": "place", "text": "Provinsi DKI Jakarta", "value": "31", "why": "tabel seprovinsi"}],
    )  # fmt: skip
    names = ("letak_geografis.csv", "jenis_korban.csv", "korban_2019.csv", "pelapor.csv")
    intake = read_inbox([raw / name for name in names], recipes=study.recipes)
    return intake, study


def test_jakarta_two_tables_of_one_count_that_disagree(jakarta):
    intake, study = jakarta
    assert not intake.refused
    cleaned, reference = clean(intake, study)
    found = compare_sources(cleaned.records, reference.areas)
    found = found[(found["file"] == "jenis_korban.csv") & (found["area"] == "31")]
    found = found[found["other_file"] == "letak_geografis.csv"]
    assert len(found) == 12
    # SOURCE.md: February 85 and 90, March 123 and 119, December 63 and 36 (digits transposed)
    wrong = found[found["difference"] != 0]
    assert wrong["month"].dt.month.tolist() == [2, 3, 4, 12]
    # April: a client from elsewhere, who belongs to no area, is in one sum only
    assert wrong[["told", "other_told"]].to_numpy().tolist() == [
        [90, 85], [119, 123], [54, 53], [36, 63],
    ]  # fmt: skip
    assert wrong["swapped"].tolist() == [False, False, False, True]


def test_jakarta_one_cell_told_by_two_files_is_a_conflict_that_names_both(jakarta):
    intake, study = jakarta
    records = clean(intake, study)[0].records
    conflict = records[records["rule"] == "conflict"]
    assert sorted(conflict["month"].dt.month.unique()) == [2, 3, 5, 12]  # May: 45 and 54
    december = conflict[conflict["month"].dt.month == 12]
    said = name_conflicts(records)[december.index]
    of_reports = said[(december["file"] == "jenis_korban.csv").to_numpy()]
    assert of_reports.str.contains("pelapor.csv, csv!D24").all()


def test_jakarta_people_from_elsewhere_are_no_place(jakarta):
    intake, study = jakarta
    records = clean(intake, study)[0].records
    outside = records[records["place"].str.startswith("Klien Luar Prov. DKI")]
    assert len(outside) == 12 and set(outside["final"]) <= {"left_out", "rejected"}
    assert set(records.loc[records["final"] == "counted", "area"]) == {code for code, *_ in DKI}


def test_jakarta_years_with_a_dot_and_an_empty_last_line(jakarta):
    intake, study = jakarta
    records = clean(intake, study)[0].records
    last_year = records[records["file"] == "korban_2019.csv"]
    # 12 months of three kinds of victims; the 37th line is empty
    assert len(last_year) == 36 and set(last_year["final"]) == {"counted"}
    assert sorted(last_year["month"].dt.strftime("%Y-%m").unique()) == [
        f"2019-{month:02}" for month in range(1, 13)
    ]
    assert last_year["incidents"].iloc[:3].tolist() == [36, 26, 15]  # 36.0, 26.0, 15.0


# -- Banten: crimes as chart JSON ---------------------------------------------------------------

CHARTS = "tindak-pidana-polda-0{}0.json"
BANTEN = {
    "Tindak Pidana": [3205, 3804, 4259, 5741, 5002], "Diselesaikan": [1936, 2396, 2367, 1953, 1917],
}  # fmt: skip


@pytest.fixture(scope="module")
def charts(shared):
    return shared / "data" / "banten-police-2011-2015" / "raw"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_banten_the_same_figures_in_three_shapes(charts, number):
    intake = read_inbox([charts / CHARTS.format(number)])
    assert not intake.refused
    cells = intake.cells[intake.cells["place"] == "Provinsi Banten"]
    for words, figures in BANTEN.items():
        own = cells[cells["category"].str.contains("Diselesaikan") == (words == "Diselesaikan")]
        told = dict(zip(own["month"] + own["year"], own["amount"].astype(int), strict=True))
        assert told == dict(zip(map(str, range(2011, 2016)), figures, strict=True))
    # the national figures bear the province's name in the file, but not in the title
    assert set(intake.cells.loc[intake.cells["amount"] == "347605", "place"]) <= {"Indonesia"}


def test_banten_the_year_in_the_field_is_wrong_and_said(charts):
    second = read_inbox([charts / CHARTS.format(2)])
    assert notes(second) == ["chart_year"]
    assert (
        second.notes["text"].tolist() == [f"2011 / {year}" for year in (2012, 2013, 2014, 2015)] * 2
    )
    pie = read_inbox([charts / "tindak-pidana-polda-pie-020.json"])
    assert set(pie.notes["key"]) == {"read.note_chart_year"} and len(pie.notes) == 10
    assert pie.notes["text"].iloc[0] == "2018 / 2011"


def chart(region, title, yyyy, values):
    axis = {"region": region, "name": "Banten", "yyyy": yyyy, "title": title,
            "data": ["Kasus", "Selesai"]}  # fmt: skip
    return {"xAxis": axis, "series": [{"data": values}]}


def test_charts_whose_year_or_region_is_in_doubt(tmp_path):
    path = tmp_path / "grafik.json"
    blocks = [chart("Kabupaten", "Polda 2011", "2012", [1, 2]),
              chart("Provinsi", "Polda 2012", "2013", [3, 4]),
              chart("Provinsi", "Polda 2013", "2013", [5, 6])]  # fmt: skip
    path.write_text(json.dumps(blocks), encoding="utf-8")
    areas = pd.DataFrame(DKI[:1], columns=AREA_COLUMNS[:4]).reindex(columns=AREA_COLUMNS).fillna("")
    none = pd.DataFrame(columns=["text", "code", "why", "source"])
    villages = pd.DataFrame(columns=["code", "name", "kind", "parent"])
    intake = read_inbox([path], places=Places(areas, none, villages))
    assert notes(intake) == ["chart_region", "chart_year"]
    years = dict(
        zip(intake.cells["amount"], intake.cells["month"] + intake.cells["year"], strict=True)
    )
    assert years == {"1": "", "2": "", "3": "", "4": "", "5": "2013", "6": "2013"}


# -- Jember: the same year by category and by sector ---------------------------------------------


def test_jember_category_tables_and_unit_tables_disagree(shared, tmp_path):
    raw = shared / "data" / "jember-crime-2020-2024" / "raw"
    units = json.loads((raw / "units 2020.json").read_text("utf-8"))
    sectors = [one["unit"].strip() for one in units if one["unit"].startswith("Sek")]
    rows = [("35.09", "Kabupaten Jember", "kabkota", "")]
    rows += [(f"35.09.{n:02}", name.removeprefix("Sek ").title(), "kecamatan", "35.09")
             for n, name in enumerate(sectors, 1)]  # fmt: skip
    reference = reference_of(tmp_path / "reference", pd.DataFrame(rows, columns=AREA_COLUMNS[:4]))
    aliases = [{"text": name, "code": code, "why": "sektor", "source": "SOURCE.md"}
               for name, (code, *_) in zip(sectors, rows[1:], strict=True)]  # fmt: skip
    aliases.append({"text": "Res jember", "code": "35.09", "why": "markas", "source": "SOURCE.md"})
    pd.DataFrame(aliases).to_csv(reference / "aliases.csv", index=False)
    study = make_study(
        tmp_path, {}, region="35.09", level="kecamatan", unit="crimes", reference=reference.as_posix(),
        sources={"satuan": {"files": "units*.json", "unit": "crimes"},
                 "jenis": {"files": "crime*.json", "unit": "crimes", "region": "Kabupaten Jember"}},
        answers=[{"kind": "place", "text": "Kabupaten Jember", "value": "35.09", "why": "sekabupaten"}],
    )  # fmt: skip
    paths = [raw / "units 2020.json", raw / "crime 2020.json"]
    intake = read_inbox(paths, recipes=study.recipes)
    assert not intake.refused and intake.totals["agrees"].all()
    assert set(intake.left_out.loc[intake.left_out["column"] == "", "rule"]) == {"header", "total"}
    cleaned, areas = clean(intake, study)
    found = compare_sources(cleaned.records, areas.areas)
    # SOURCE.md: the category tables total 1 721 for 2020, the unit tables 1 687
    assert (found["told"].sum(), found["other_told"].sum()) == (1721, 1687)
    assert found["difference"].sum() == 34 and len(found) == 12


def test_jember_a_sector_of_zeros_and_two_years_in_one_panel(shared):
    raw = shared / "data" / "jember-crime-2020-2024" / "raw"
    cells = read_inbox([raw / "crime_monthly_by_unit.csv"]).cells
    ajung = cells[(cells["place"] == "Ajung") & (cells["year"] == "2020")]
    assert (
        set(ajung["amount"]) == {"0"} and len(ajung) == 12
    )  # reported zeros, for the analyst to judge


# -- one series under two names -------------------------------------------------------------------


def test_a_town_that_holds_the_numbers_of_the_regency_around_it(tmp_path):
    months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun"]
    rows = [["TAHUN 2024"], ["No", "Kabupaten/Kota", *months], [1, "Kab. Serang", 11, 20, 13, 14, 9, 17],
            [2, "Kota Serang", 11, 20, 13, 14, 9, 17], [3, "Kab. Lebak", 1, 2, 3, 4, 5, 6]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert notes(intake) == ["same_series"] and len(intake.cells) == 18
    assert intake.notes[["row", "text"]].to_numpy().tolist() == [[4, "Kab. Serang = Kota Serang"]]
    rows[3][-1] = 18
    assert notes(read_rows(tmp_path, rows)) == []


def test_the_same_series_in_two_files_of_two_regencies(tmp_path):
    head = [
        "No",
        "Kecamatan",
        *(f"{month}-24" for month in ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun")),
    ]
    for name, place in (("lebak", "Malingping"), ("pandeglang", "Labuan")):
        rows = [[f"KABUPATEN {name.upper()}"], head, [1, place, 31, 40, 22, 17, 28, 35]]
        write_csv(tmp_path / f"{name}.csv", rows)
    assert notes(read_inbox(tmp_path)) == ["same_series"]
    # one place told twice by two files is no copy
    write_csv(tmp_path / "lebak.csv", [["KABUPATEN PANDEGLANG"], head, rows[2]])
    assert notes(read_inbox(tmp_path)) == []


def test_small_counts_that_agree_by_chance_are_not_named(tmp_path):
    months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun"]
    rows = [["TAHUN 2024"], ["Kecamatan", *months], ["Labuan", 1, 2, 1, 1, 2, 1],
            ["Carita", 1, 2, 1, 1, 2, 1], ["Menes", 1, 1, 2, 1, 1, 2]]  # fmt: skip
    assert notes(read_rows(tmp_path, rows)) == []
