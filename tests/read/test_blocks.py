"""Several tables on one sheet, sheets on their side, and tables that nothing says the month of."""

import pytest

from analysis.reference.files import read_reference
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from tests.read.making import notes, read_rows, refusal, rules, told


@pytest.fixture(scope="module")
def known(root):
    reference = read_reference(root / "data" / "reference")
    return {
        "places": Places(reference.areas, reference.aliases, reference.villages),
        "categories": CategoryWords(reference.category_words),
    }


TOP = [["KABUPATEN PANDEGLANG TAHUN 2024"]]
HEAD = ["No", "Kecamatan", "Jan", "Feb"]


def test_blocks_beside_and_below_each_with_its_title(tmp_path):
    rows = [*TOP, ["JUDI ONLINE", None, None, None, None, "PENIPUAN"], [*HEAD, None, *HEAD],
            [1, "Labuan", 1, 2, None, 1, "Menes", 5, 6], [2, "Carita", 3, 4, None, 2, "Jiput", 7, 8],
            [None, "Jumlah", 4, 6, None, 3, "Cikedal", 1, 1],
            [None, None, None, None, None, None, "Jumlah", 13, 15], [], ["HOAKS"], HEAD,
            [1, "Labuan", 9, 9]]  # fmt: skip
    for name in ("x.xlsx", "x.csv"):
        intake = read_rows(tmp_path, rows, name)
        assert told(intake) == {
            ("Labuan", "JUDI ONLINE"): ["Jan 2024=1", "Feb 2024=2"],
            ("Carita", "JUDI ONLINE"): ["Jan 2024=3", "Feb 2024=4"],
            ("Menes", "PENIPUAN"): ["Jan 2024=5", "Feb 2024=6"],
            ("Jiput", "PENIPUAN"): ["Jan 2024=7", "Feb 2024=8"],
            ("Cikedal", "PENIPUAN"): ["Jan 2024=1", "Feb 2024=1"],
            ("Labuan", "HOAKS"): ["Jan 2024=9", "Feb 2024=9"],
        }
        assert len(intake.totals) == 4 and intake.totals["agrees"].all()
        assert rules(intake)[7] == "total"


def test_a_title_over_all_blocks_names_none_of_them(tmp_path):
    rows = [["KABUPATEN PANDEGLANG"], ["REKAP KONTEN NEGATIF TAHUN 2024"], [*HEAD, None, *HEAD[:2], "Mar"],
            [1, "Labuan", 1, 2, None, 1, "Labuan", 5]]  # fmt: skip
    assert set(read_rows(tmp_path, rows).cells["category"]) == {""}


def test_a_new_page_repeats_title_and_head_and_carries_sums_over(tmp_path):
    rows = [*TOP, HEAD, [1, "Labuan", 1, 2], [None, "Jumlah dipindahkan", 1, 2], ["Halaman 2"], *TOP,
            HEAD, [None, "Pindahan", 1, 2], [2, "Carita", 4, 5], [None, "Jumlah", 5, 7]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", ""): ["Jan 2024=1", "Feb 2024=2"], ("Carita", ""): ["Jan 2024=4", "Feb 2024=5"],
    }  # fmt: skip
    assert len(intake.totals) == 4 and intake.totals["agrees"].all()
    assert [rules(intake)[row] for row in (4, 5, 8)] == ["subtotal", "title", "cumulative"]


def test_months_as_headings_between_the_rows(tmp_path):
    rows = [*TOP, ["No", "Kecamatan", "Judi", "Hoaks"], ["JANUARI"], [1, "Labuan", 1, 2],
            ["FEBRUARI"], [1, "Labuan", 5, 6]]  # fmt: skip
    assert told(read_rows(tmp_path, rows)) == {
        ("Labuan", "Judi"): ["JANUARI 2024=1", "FEBRUARI 2024=5"],
        ("Labuan", "Hoaks"): ["JANUARI 2024=2", "FEBRUARI 2024=6"],
    }


# -- on its side -------------------------------------------------------------------------------


@pytest.mark.parametrize("corner", ["Kecamatan", "Bulan", None])
def test_places_across_and_months_down(tmp_path, known, corner):
    rows = [*TOP, [corner, "Labuan", "Carita", "Jumlah"], ["Januari", 1, 2, 3], ["Februari", 4, 5, 9],
            ["Maret", 7, "NIHIL", 8], ["Jumlah", 12, 7, 20], ["Sumber: Diskominfo"]]  # fmt: skip
    intake = read_rows(tmp_path, rows, **known)
    found = intake.cells.sort_values(["column", "row"])
    assert found[["place", "month", "amount", "column", "row"]].to_numpy().tolist() == [
        ["Labuan", "Januari", "1", "B", 3], ["Labuan", "Februari", "4", "B", 4],
        ["Labuan", "Maret", "7", "B", 5], ["Carita", "Januari", "2", "C", 3],
        ["Carita", "Februari", "5", "C", 4], ["Carita", "Maret", "NIHIL", "C", 5],
    ]  # fmt: skip
    assert rules(intake) == {1: "title", 2: "header", 6: "total", 7: "note"}
    aside = intake.left_out.query("column != ''")
    assert aside[["row", "column", "rule"]].to_numpy().tolist() == [
        [row, "D", "total"] for row in (3, 4, 5)
    ]
    wrong = intake.totals[~intake.totals["agrees"]]
    assert sorted(wrong[["row", "column", "printed", "summed"]].to_numpy().tolist()) == [
        [5, "D", 8, 7], [6, "D", 20, 19],
    ]  # fmt: skip


def test_attributes_down_and_one_column_a_place(tmp_path, known):
    rows = [["Kecamatan", "Labuan", "Carita"], ["Tahun", 2024, 2024], ["Bulan", "Juli", "Juli"],
            ["Judi Online", 1, 2], ["Penipuan Online", 3, 4], ["Jumlah", 4, 7]]  # fmt: skip
    intake = read_rows(tmp_path, rows, **known)
    assert told(intake) == {
        ("Labuan", "Judi Online"): ["Juli 2024=1"], ("Carita", "Judi Online"): ["Juli 2024=2"],
        ("Labuan", "Penipuan Online"): ["Juli 2024=3"], ("Carita", "Penipuan Online"): ["Juli 2024=4"],
    }  # fmt: skip
    assert notes(intake) == ["turned"]
    wrong = intake.totals[~intake.totals["agrees"]]
    assert wrong[["row", "column", "printed", "summed", "covers"]].to_numpy().tolist() == [
        [6, "C", 7, 6, "C4:C5"]
    ]


def test_a_form_of_one_place_and_one_month(tmp_path):
    rows = [["FORM LAPORAN"], ["Kecamatan", "Labuan"], ["Bulan", "Juli 2024"], ["Judi Online", 1]]
    assert told(read_rows(tmp_path, rows)) == {("Labuan", "Judi Online"): ["Juli 2024=1"]}


def test_categories_down_and_places_across(tmp_path, known):
    rows = [["KABUPATEN PANDEGLANG"], ["BULAN JULI 2024"], ["Kategori", "Labuan", "Carita", "Jumlah"],
            ["Judi Online", 1, 2, 3], ["Penipuan", 3, 4, 7], ["Jumlah", 4, 6, 10]]  # fmt: skip
    intake = read_rows(tmp_path, rows, **known)
    assert told(intake) == {
        ("Labuan", "Judi Online"): ["BULAN JULI 2024=1"], ("Carita", "Judi Online"): ["BULAN JULI 2024=2"],
        ("Labuan", "Penipuan"): ["BULAN JULI 2024=3"], ("Carita", "Penipuan"): ["BULAN JULI 2024=4"],
    }  # fmt: skip
    assert len(intake.totals) == 5 and intake.totals["agrees"].all()


def test_a_table_of_no_month_is_refused_with_what_to_do(tmp_path):
    rows = [["No", "Kecamatan", "Judi", "Hoaks"], [1, "Labuan", 1, 2], [2, "Carita", 3, 4]]
    assert refusal(tmp_path, rows).key == "read.no_month"
