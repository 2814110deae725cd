"""A recipe in study.toml overrides what the program would guess."""

import pytest

from analysis.study import Recipe
from tests.read.making import read_rows, refusal, rules, told

UNITS = [
    ["unit", "jan_ct", "jan_cc", "sum_ct", "sum_cc"],
    ["Sek arjasa", 3, 2, 3, 2],
    ["Sum", 3, 2, 3, 2],
]


def test_one_unit_is_kept_and_the_others_are_left_out(tmp_path):
    intake = read_rows(
        tmp_path, UNITS, "units 2020.xlsx", recipes=[Recipe("units*", unit="crimes")]
    )
    assert told(intake) == {("Sek arjasa", ""): ["jan 2020=3"]}
    other = intake.left_out.query("rule == 'other_unit'")
    assert other[["row", "column", "amount"]].to_numpy().tolist() == [[2, "C", "2"]]
    error = refusal(tmp_path, UNITS, "units 2020.xlsx", recipes=[Recipe("units*", unit="victims")])
    assert error.key == "read.recipe_unit" and "crimes_solved" in error.text("en")


def test_columns_by_name_and_a_column_for_each_category(tmp_path):
    rows = [["CISP", "mes", "vano", "munic", "hom_doloso", "roubo_rua", "fase"],
            ["1", "1", "2003", "Rio   ", "0", "", "3"], ["1", "2", "2003", "Rio", "2", "5", "3"]]  # fmt: skip
    recipe = Recipe(
        "Base*.csv",
        columns={"CISP": "place_code", "vano": "year", "mes": "month"},
        counts=("hom_doloso", "roubo_rua"),
    )
    intake = read_rows(tmp_path, rows, "BaseDP.csv", recipes=[recipe])
    assert told(intake) == {
        ("", "hom_doloso"): ["1 2003=0", "2 2003=2"], ("", "roubo_rua"): ["1 2003=", "2 2003=5"],
    }  # fmt: skip
    assert set(intake.cells["place_code"]) == {"1"} and intake.notes.query("key != 'x'").empty


def test_of_two_columns_of_categories_the_recipe_names_one(tmp_path):
    head = ["MajorText", "MinorText", "LookUp_BoroughName", "202201", "202202", "202203"]
    rows = [
        head,
        ["Burglary", "Domestic", "Barnet", 1, 2, 3],
        ["Burglary", "Business", "Barnet", 4, 5, 6],
    ]
    finest = read_rows(tmp_path, rows)
    assert set(finest.cells["category"]) == {"Domestic", "Business"}
    assert finest.notes["key"].tolist() == ["read.note_category_column"]
    recipe = Recipe("*", columns={"LookUp_BoroughName": "place", "MajorText": "category"})
    intake = read_rows(tmp_path, rows, recipes=[recipe])
    assert set(intake.cells["category"]) == {"Burglary"} and set(intake.cells["place"]) == {
        "Barnet"
    }
    assert intake.notes.empty


def test_year_region_and_category_where_no_cell_says_them(tmp_path):
    rows = [["REKAP TAHUN 2019"], ["No", "Kecamatan", "Jan", "Feb"], [1, "Sobang", 1, 2]]
    recipe = Recipe("*", year="2024", region="36.02", category="Judi")
    cells = read_rows(tmp_path, rows, "Rekap 2023.xlsx", recipes=[recipe]).cells
    assert cells[["year", "region", "category"]].drop_duplicates().to_numpy().tolist() == [
        ["2024", "36.02", "Judi"]
    ]


def test_a_recipe_for_some_sheets_leaves_the_others_out(tmp_path):
    table = [["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 2]]
    recipe = Recipe("*.xlsx", sheet="Data*")
    intake = read_rows(tmp_path, {"Data 1": table, "Rekap": table}, recipes=[recipe])
    assert set(intake.cells["sheet"]) == {"Data 1"}
    assert set(intake.left_out.query("sheet == 'Rekap'")["rule"]) == {"other_sheet"}
    assert intake.notes["key"].tolist() == ["read.note_other_sheet"]


def test_the_row_of_the_heading_is_fixed(tmp_path):
    rows = [["Kecamatan", "Jan-23", "Feb-23"], ["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 2]]
    intake = read_rows(tmp_path, rows, recipes=[Recipe("*", header_row=2)])
    assert told(intake) == {("Labuan", ""): ["Jan-24=1", "Feb-24=2"]}
    assert rules(intake) == {1: "title", 2: "header"}


@pytest.mark.parametrize(
    ("recipe", "key"),
    [
        (Recipe("*", columns={"Kecamatan": "tempat"}), "read.recipe_role"),
        (Recipe("*", columns={"Kecmatan": "place"}), "read.recipe_column"),
        (Recipe("*", counts=("Kasus",)), "read.recipe_column"),
    ],
)
def test_a_recipe_that_does_not_fit_is_one_clear_error(tmp_path, recipe, key):
    error = refusal(
        tmp_path, [["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 2]], recipes=[recipe]
    )
    assert error.key == key
    assert error.text("id") and error.text("en")


def test_rows_of_another_unit_are_left_out_whole(tmp_path):
    rows = [["Kecamatan", "Bulan", "Jumlah", "Satuan"], ["Labuan", "Jan 2024", 3, "kasus"],
            ["Labuan", "Jan 2024", 9, "korban"]]  # fmt: skip
    intake = read_rows(tmp_path, rows, recipes=[Recipe("*", unit="cases")])
    assert intake.cells["amount"].tolist() == ["3"]
    assert rules(intake) == {1: "header", 3: "other_unit"}
    assert intake.left_out.query("column == 'C'")["amount"].tolist() == ["9"]


def test_the_head_of_a_column_says_whose_codes_it_holds(tmp_path):
    for head, said in (("kode kab bps", "BPS 1101"), ("kode kab kemendagri", "Kemendagri 1101"),
                       ("kode kab", "1101")):  # fmt: skip
        rows = [[head, "Bulan", "Jumlah"], ["1101", "Mei 2024", "4"], ["1102", "Mei 2024", "5"]]
        assert read_rows(tmp_path, rows, "kode.csv").cells["place_code"].iloc[0] == said
    recipe = Recipe("kode*", columns={"kode kab": "place_code:bps"})
    intake = read_rows(tmp_path, rows, "kode.csv", recipes=[recipe])
    assert set(intake.cells["place_code"]) == {"BPS 1101", "BPS 1102"}
