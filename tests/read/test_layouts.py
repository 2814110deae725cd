"""The layouts of real sheets, found by what stands in them; expected cells written by hand."""

import pytest

from analysis.reference.files import read_reference
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from tests.read.making import Merged, notes, read_rows, refusal, rules, told


@pytest.fixture(scope="module")
def known(root):
    """The gazetteer and the words for categories that the project ships."""
    reference = read_reference(root / "data" / "reference")
    return {
        "places": Places(reference.areas, reference.aliases, reference.villages),
        "categories": CategoryWords(reference.category_words),
    }


def test_two_lines_of_headings_with_the_years_above(tmp_path):
    rows = [
        ["REKAP LAPORAN KABUPATEN LEBAK"],
        [],
        [Merged("No", 0, 1), Merged("Kecamatan", 0, 1), Merged(2023, 1), None, Merged(2024, 1), None,
         Merged("Jumlah", 0, 1), Merged("Ket.", 0, 1)],
        [None, None, "Jan", "Feb", "Jan", "Feb"],
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1, "Malingping", 1, 2, 3, 4, 10, "ok"],
        [2, "Wanasalam", 0, "NIHIL", "-", None, 0],
        [None, "JUMLAH", 1, 2, 3, 4, 10],
    ]  # fmt: skip
    for name in ("x.xlsx", "x.ods", "x.csv"):
        intake = read_rows(tmp_path, rows, name)
        assert told(intake) == {
            ("Malingping", ""): ["Jan 2023=1", "Feb 2023=2", "Jan 2024=3", "Feb 2024=4"],
            ("Wanasalam", ""): ["Jan 2023=0", "Feb 2023=NIHIL", "Jan 2024=-", "Feb 2024="],
        }
        assert rules(intake) == {
            1: "title", 3: "header", 4: "header", 5: "numbering", 8: "total",
        }  # fmt: skip
        assert intake.totals["agrees"].all() and set(intake.cells["region"]) == {"kabupaten lebak"}


def test_years_above_their_first_month_only_where_nothing_is_merged(tmp_path):
    rows = [
        [None, None, 2024, None, None, 2025, None, None],
        ["No", "Kecamatan", "Jan", "Feb", "Jml", "Jan", "Feb", "Jml"],
        [1, "Labuan", 1, 2, 3, 4, 5, 9],
        [None, "Total", 1, 2, 3, 4, 5, 9],
    ]
    intake = read_rows(tmp_path, rows, "x.csv")
    wanted = ["Jan 2024=1", "Feb 2024=2", "Jan 2025=4", "Feb 2025=5"]
    assert told(intake) == {("Labuan", ""): wanted}
    assert len(intake.totals) == 8 and intake.totals["agrees"].all()


def test_the_triple_last_month_this_month_so_far(tmp_path):
    rows = [
        ["KABUPATEN PANDEGLANG"],
        ["BULAN JULI 2024"],
        [Merged("No", 0, 1), Merged("Kecamatan", 0, 1), Merged("Judi Online", 2), None, None],
        [None, None, "s.d. Bulan Lalu", "Bulan Ini", "s.d. Bulan Ini"],
        [1, "Labuan", 3, 4, 7],
        [None, "Jumlah", 3, 4, 7],
    ]
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {("Labuan", "Judi Online"): ["BULAN JULI 2024=4"]}
    aside = intake.left_out.query("column != ''")
    assert aside[["column", "rule"]].to_numpy().tolist() == [
        ["C", "cumulative"],
        ["E", "cumulative"],
    ]


@pytest.mark.parametrize(
    ("headings", "months"),
    [
        (list(range(1, 13)), range(1, 13)),
        (list("JFMAMJJASOND"), range(1, 13)),
        (["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], range(1, 13)),
    ],
)
def test_headings_that_only_their_neighbours_explain(tmp_path, headings, months):
    rows = [
        ["KABUPATEN PANDEGLANG TAHUN 2024"],
        ["No", "Kecamatan", *headings, "Jumlah"],
        [1, "Labuan", *months, 78],
    ]
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {("Labuan", ""): [f"{month} 2024={month}" for month in months]}


def test_roman_numerals_under_bulan_are_months_and_under_triwulan_quarters(tmp_path):
    for word, wanted in (("Bulan", "1 2024=1"), ("Triwulan", "Triwulan I 2024=1")):
        rows = [
            ["TAHUN 2024"],
            [Merged("No", 0, 1), Merged("Kecamatan", 0, 1), Merged(word, 3)],
            [None, None, "I", "II", "III", "IV"],
            [1, "Labuan", 1, 2, 3, 4],
        ]
        assert told(read_rows(tmp_path, rows))["Labuan", ""][0] == wanted


def test_months_with_a_unit_in_one_word(tmp_path):
    rows = [["unit", "jan_ct", "jan_cc", "feb_ct", "feb_cc", "sum_ct", "sum_cc", "percentage"]]
    rows += [["Sek arjasa", 3, 2, 1, 1, 4, 3, 75.0], ["Sum", 3, 2, 1, 1, 4, 3, 75.0]]
    intake = read_rows(tmp_path, rows, "units 2020.xlsx")
    assert told(intake) == {
        ("Sek arjasa", ""): ["jan 2020=3", "jan 2020=2", "feb 2020=1", "feb 2020=1"]
    }
    assert intake.cells["unit"].tolist() == ["crimes", "crimes_solved"] * 2
    assert len(intake.totals) == 8 and intake.totals["agrees"].all()


def test_a_table_may_run_over_two_pages(tmp_path):
    head = ["No", "Kecamatan", "Jan-24"]
    rows = [head, [1, "Labuan", 1], [2, "Carita", 2], head, [3, "Menes", 4], [None, "Jumlah", 7]]
    intake = read_rows(tmp_path, rows)
    assert rules(intake) == {1: "header", 4: "repeated_header", 6: "total"}
    assert intake.totals["agrees"].all() and len(intake.cells) == 3


def test_two_tables_side_by_side(tmp_path):
    rows = [
        ["No", "Kecamatan", "Jan-24", None, "No", "Kecamatan", "Feb-24"],
        [1, "Labuan", 1, None, 1, "Labuan", 5],
        [2, "Carita", 2, None, 2, "Carita", 6],
        [None, "Jumlah", 3, None, None, "Jumlah", 11],
    ]
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", ""): ["Jan-24=1", "Feb-24=5"], ("Carita", ""): ["Jan-24=2", "Feb-24=6"],
    }  # fmt: skip
    assert intake.totals["agrees"].all() and len(intake.totals) == 2


def test_the_finer_of_two_columns_is_the_place_the_other_its_region(tmp_path):
    head = ["Kabupaten", "Kecamatan", "Bulan", "Tahun", "Jumlah Laporan"]
    rows = [
        head,
        ["Kab. Lebak", "Sobang", "Januari", 2024, 3],
        ["Kab. Pandeglang", "Sobang", "Januari", 2024, 2],
    ]
    cells = read_rows(tmp_path, rows).cells
    assert cells["region"].tolist() == ["Kab. Lebak", "Kab. Pandeglang"]
    assert set(cells["place"]) == {"Sobang"} and set(cells["year"]) == {"2024"}


def test_open_data_columns_of_a_province(tmp_path):
    head = ["id", "kode_provinsi", "nama_provinsi", "kode_kabupaten_kota", "nama_kabupaten_kota",
            "bps_kode_kecamatan", "kemendagri_kode_kecamatan", "nama_kecamatan", "tahun", "bulan",
            "kategori", "jumlah", "satuan", "keterangan"]  # fmt: skip
    row = [1, 36, "BANTEN", 3601, "KABUPATEN PANDEGLANG", 3601131, "36.01.26", "CIKEDAL", 2024, "Mei",
           "Judi", 4, "KASUS", None]  # fmt: skip
    (cell,) = read_rows(tmp_path, [head, row]).cells.to_dict("records")
    wanted = {"place": "CIKEDAL", "place_code": "36.01.26", "region": "KABUPATEN PANDEGLANG",
              "month": "Mei", "year": "2024", "category": "Judi", "amount": "4", "unit": "KASUS"}  # fmt: skip
    assert {name: cell[name] for name in wanted} == wanted


def test_villages_beside_their_districts_keep_the_regency(tmp_path):
    rows = [
        ["KABUPATEN PANDEGLANG"],
        ["No", "Kecamatan", "Desa", "Jan-24", "Feb-24"],
        [1, Merged("Sobang", 0, 1), "Teluklada", 1, 1],
        [2, None, "Sobang", 2, 2],
    ]
    cells = read_rows(tmp_path, rows).cells
    assert set(cells["region"]) == {"Sobang, kabupaten pandeglang"}
    assert set(cells["place"]) == {"Teluklada", "Sobang"}


def test_months_down_and_categories_across_for_one_regency(tmp_path):
    rows = [
        ["KABUPATEN PANDEGLANG TAHUN 2024"],
        ["No", "Bulan", "Judi Online", "Penipuan", "Jumlah"],
        [1, "Januari", 1, 2, 3],
        [2, "Februari", 3, 4, 7],
        [None, "Jumlah", 4, 6, 10],
    ]
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("kabupaten pandeglang", "Judi Online"): ["Januari 2024=1", "Februari 2024=3"],
        ("kabupaten pandeglang", "Penipuan"): ["Januari 2024=2", "Februari 2024=4"],
    }
    assert intake.totals["agrees"].all()


def test_places_across_and_months_down(tmp_path, known):
    rows = [
        ["KABUPATEN PANDEGLANG TAHUN 2024"],
        ["No", "Bulan", "Labuan", "Carita", "Jumlah"],
        [1, "Januari", 1, 2, 3],
        [2, "Februari", 3, 4, 7],
    ]
    intake = read_rows(tmp_path, rows, **known)
    assert told(intake) == {
        ("Labuan", ""): ["Januari 2024=1", "Februari 2024=3"],
        ("Carita", ""): ["Januari 2024=2", "Februari 2024=4"],
    }


def test_s2_rows_with_only_a_code_are_rows_of_data(tmp_path):
    rows = [["Wilayah", "Kode", "Juli 2024"], ["Serang", "", 5], ["Kab. Serang", "", 7],
            ["KOTA SERANG", "", 3], ["Tangerang", "", 4], ["Serang", "3604", 2],
            ["", "3601131", 6], ["", "360113", 1]]  # fmt: skip
    cells = read_rows(tmp_path, rows).cells
    assert cells["amount"].astype(int).sum() == 28
    assert cells["place_code"].tolist() == ["", "", "", "", "3604", "3601131", "360113"]


def test_headings_of_regencies_between_the_rows(tmp_path, known):
    rows = [
        ["TAHUN 2024"],
        ["No", "Kecamatan", "Jan", "Feb", "Mar"],
        [None, "KAB. PANDEGLANG"],
        [1, "Sobang", 1, 2, 3],
        [2, "Labuan", 3, 4, 5],
        [None, "KAB. LEBAK"],
        [1, "Sobang", 1, 1, 1],
        [None, "Jumlah", 5, 7, 9],
    ]
    for extra in ({}, known):
        cells = read_rows(tmp_path, rows, **extra).cells
        found = cells.drop_duplicates("row")[["place", "region"]].to_numpy().tolist()
        assert found == [
            ["Sobang", "kab pandeglang"], ["Labuan", "kab pandeglang"], ["Sobang", "kab lebak"],
        ]  # fmt: skip


def test_a_unit_that_did_not_report_is_no_heading(tmp_path, known):
    head = ["No", "Kecamatan", "Jan-24", "Feb-24", "Ket"]
    rows = [head, [1, "Labuan", 1, 2], [2, "Carita"], [3, "Menes", None, None, "belum lapor"], [4]]
    intake = read_rows(tmp_path, rows)
    assert told(intake)["Carita", ""] == told(intake)["Menes", ""] == ["Jan-24=", "Feb-24="]
    assert rules(intake) == {1: "header", 5: "blank"}
    without_numbers = [row[1:] for row in rows[:3]] + [["Jiput", 3, 4]]
    for extra in ({}, known):
        assert "Carita" in set(read_rows(tmp_path, without_numbers, **extra).cells["place"])


def test_notes_means_and_shares_are_told_apart(tmp_path):
    rows = [["No", "Kecamatan", "Jan-24", "Feb-24"], [1, "Labuan", 1, 2],
            [None, "Catatan: belum lengkap"], [2, "Carita", 3, 5], [None, "Rata-rata", 2, 3.5],
            [None, "Persentase", "50%", "60%"], [None, "Jumlah s.d. bulan lalu", 40, 50],
            ["#adm2", "#loc", "#n", "#n"], [None, "*) angka masih dapat berubah"]]  # fmt: skip
    assert rules(read_rows(tmp_path, rows)) == {
        1: "header", 3: "note", 5: "mean", 6: "share", 7: "cumulative", 8: "header", 9: "note",
    }  # fmt: skip


def test_figures_outside_the_table_are_pointed_at(tmp_path):
    rows = [
        ["Target tahun ini", 12, 15],
        ["No", "Kecamatan", "Jan-24", "Feb-24"],
        [1, "Labuan", 1, 2, 9],
    ]
    intake = read_rows(tmp_path, rows)
    assert notes(intake) == ["beside", "outside"] and len(intake.cells) == 2


def test_counts_that_look_like_years_are_no_headings(tmp_path):
    rows = [
        ["Kecamatan", "Jan-24", "Feb-24", "Mar-24"],
        ["Labuan", 2015, 2020, 1998],
        ["Carita", 2001, 2002, 2003],
    ]
    assert len(read_rows(tmp_path, rows).cells) == 6


def test_a_figure_merged_over_several_months_belongs_to_none(tmp_path):
    rows = [["Kecamatan", "Jan-24", "Feb-24", "Mar-24"], ["Labuan", Merged("Tidak lapor", 1), None, 3],
            ["Carita", Merged(5, 2), None, None]]  # fmt: skip
    for name in ("x.xlsx", "x.ods"):
        assert told(read_rows(tmp_path, rows, name)) == {
            ("Labuan", ""): ["Jan-24=Tidak lapor", "Feb-24=Tidak lapor", "Mar-24=3"],
            ("Carita", ""): ["Jan-24=5 (B3:D3)", "Feb-24=5 (B3:D3)", "Mar-24=5 (B3:D3)"],
        }


# -- what titles and names say -----------------------------------------------------------------

TABLE = [["No", "Kecamatan", "Jan", "Feb"], [1, "Sobang", 1, 2]]


def test_the_year_stands_in_the_sheet_name_or_the_file_name(tmp_path):
    intake = read_rows(tmp_path, {"2023": TABLE, "2024": TABLE}, "rekap lebak.xlsx")
    assert intake.cells.groupby("sheet")["year"].unique().str[0].to_dict() == {
        "2023": "2023",
        "2024": "2024",
    }
    assert set(read_rows(tmp_path, TABLE, "Rekap 2022.csv").cells["year"]) == {"2022"}


def test_sources_that_disagree_are_not_believed(tmp_path, known):
    rows = [["KABUPATEN LEBAK TAHUN 2023"], *TABLE]
    intake = read_rows(tmp_path, rows, "Kab Pandeglang 2024.xlsx", **known)
    assert set(intake.cells["year"]) == set(intake.cells["region"]) == {""}
    assert notes(intake) == ["region_differs", "year_differs"]


def test_a_template_with_last_months_title_is_not_believed(tmp_path):
    rows = [
        ["BULAN PEBRUARI 2024"],
        ["No", "Kecamatan", "Judi Online", "Jumlah"],
        [1, "Labuan", 5, 5],
    ]
    intake = read_rows(tmp_path, {"Pebruari": rows, "Maret": rows}, "Rekap Jan-Des 2024.xlsx")
    months = intake.cells.groupby("sheet")["month"].unique().str[0].to_dict()
    assert months == {"Pebruari": "BULAN PEBRUARI 2024", "Maret": ""}
    assert notes(intake) == ["month_differs"]


def test_the_region_stands_in_the_file_name_without_its_kind(tmp_path, known):
    regions = {
        "rekap_lebak_2024.csv": "lebak",
        "Rekap Kab. Serang rev final 2.csv": "kab serang",
        "serang 2024.csv": "",  # a kabupaten or a kota
        "labuan.csv": "",  # a kecamatan
    }
    for name, region in regions.items():
        intake = read_rows(tmp_path, TABLE, name, **known)
        assert set(intake.cells["region"]) == {region}


@pytest.mark.parametrize(
    "title",
    [
        "REKAPITULASI LAPORAN KONTEN NEGATIF KABUPATEN PANDEGLANG TAHUN 2024",
        "PEMERINTAH KABUPATEN PANDEGLANG PROVINSI BANTEN, JANUARI S.D. FEBRUARI 2024",
        "Kab. Pandeglang - 2024",
    ],
)
def test_a_regency_and_a_year_are_found_in_a_long_title(tmp_path, known, title):
    for extra in ({}, known):
        cells = read_rows(tmp_path, [[title], *TABLE], **extra).cells
        assert set(cells["year"]) == {"2024"}
        assert set(cells["region"].str.split().str[-1]) == {"pandeglang"}


def test_a_province_wide_title_names_no_regency(tmp_path, known):
    rows = [["REKAP KABUPATEN/KOTA SE-PROVINSI BANTEN TAHUN 2024"], *TABLE]
    assert set(read_rows(tmp_path, rows, **known).cells["region"]) == {""}


def test_the_category_stands_in_title_sheet_name_or_file_name(tmp_path, known):
    assert set(read_rows(tmp_path, {"Judi Online": TABLE}, **known).cells["category"]) == {
        "Judi Online"
    }
    assert set(
        read_rows(tmp_path, TABLE, "Penipuan online Lebak 2024.csv", **known).cells["category"]
    ) == {"Penipuan online"}
    marked = [["Kategori: Narkoba"], *TABLE]
    assert set(read_rows(tmp_path, marked).cells["category"]) == {"Narkoba"}
    plain = [["REKAPITULASI LAPORAN KONTEN NEGATIF"], *TABLE]
    assert set(read_rows(tmp_path, plain, **known).cells["category"]) == {""}


# -- lists and dates ---------------------------------------------------------------------------


def test_a_list_of_reports_counts_its_lines(tmp_path):
    rows = [["No", "Tanggal", "Kecamatan", "Kategori", "Kanal"], [1, "02/07/2024", "Labuan", "Judi", "WA"],
            [2, "03/07/2024", "Carita", "Judi", "WA"], [3], [None, None, "Sumber: register"]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    cells = intake.cells[["row", "column", "layout", "month", "amount"]].to_numpy().tolist()
    assert cells == [
        [2, "B", "line_list", "02/07/2024", "1"],
        [3, "B", "line_list", "03/07/2024", "1"],
    ]
    assert rules(intake) == {1: "header", 4: "blank", 5: "note"}


def test_one_american_date_proves_the_column(tmp_path):
    rows = [["Tanggal", "Kecamatan"], ["04/13/2024", "Labuan"], ["03/04/2024", "Carita"]]
    intake = read_rows(tmp_path, rows, "x.csv")
    assert intake.cells["month"].tolist() == ["2024-04-13", "2024-03-04"]
    assert notes(intake) == ["us_dates"]
    mixed = [*rows, ["13/04/2024", "Menes"]]
    assert refusal(tmp_path, mixed, "x.csv").key == "read.mixed_dates"


# -- what could only be guessed ----------------------------------------------------------------


def test_two_columns_of_one_month_are_refused(tmp_path):
    error = refusal(tmp_path, [["Kecamatan", "Jan", "Feb", "Jan", "Feb"], ["Labuan", 1, 2, 3, 4]])
    assert error.key == "read.repeated_column" and error.facts["columns"] == "B, D, C, E"


def test_rows_that_an_unknown_column_tells_apart_are_refused(tmp_path):
    rows = [["Kecamatan", "Xyz", "Jan-24", "Feb-24"], ["Labuan", "a", 1, 2], ["Labuan", "b", 3, 4]]
    error = refusal(tmp_path, rows)
    assert error.key == "read.unclear_columns" and error.facts["columns"] == "B"


def test_every_message_and_note_has_its_words_in_both_languages(root):
    import re

    from analysis.words.messages import words

    source = "".join(path.read_text("utf-8") for path in (root / "analysis" / "read").glob("*.py"))
    keys = set(re.findall(r'"(read\.[a-z0-9_]+)"', source))
    for lang in ("id", "en"):
        assert keys <= set(words(lang))


# -- labels written once -------------------------------------------------------------------------

ONCE = [
    ["KABUPATEN PANDEGLANG TAHUN 2024"],
    ["No", "Kecamatan", "Jenis", "Jan", "Feb"],
    [1, "Labuan", "Judi", 1, 2],
    [None, None, "Hoaks", 3, 4],
    [2, "Carita", "Judi", 5, 6],
    [None, None, "Hoaks", 7, 8],
    [None, "Jumlah", None, 16, 20],
]


def test_a_name_written_once_for_several_rows_as_csv_leaves_merged_cells(tmp_path):
    intake = read_rows(tmp_path, ONCE, "x.csv")
    assert told(intake) == {
        ("Labuan", "Judi"): ["Jan 2024=1", "Feb 2024=2"],
        ("Labuan", "Hoaks"): ["Jan 2024=3", "Feb 2024=4"],
        ("Carita", "Judi"): ["Jan 2024=5", "Feb 2024=6"],
        ("Carita", "Hoaks"): ["Jan 2024=7", "Feb 2024=8"],
    }
    assert notes(intake) == ["filled_down"] and intake.totals["agrees"].all()


def test_a_month_written_once_for_its_places(tmp_path):
    rows = [["TAHUN 2024"], ["Bulan", "Kecamatan", "Judi", "Hoaks"], ["Januari", "Labuan", 1, 2],
            [None, "Carita", 3, 4], ["Februari", "Labuan", 5, 6], [None, "Carita", 7, 8]]  # fmt: skip
    assert told(read_rows(tmp_path, rows))["Carita", "Judi"] == [
        "Januari 2024=3",
        "Februari 2024=7",
    ]


@pytest.mark.parametrize(
    "row",
    [
        [3, None, "Hoaks", 3, 4],  # with a number of its own: a place without a name
        [None, None, "Judi", 3, 4],  # the same kind again: whose is it?
        [None, None, None, 3, 4],  # nothing tells the rows apart
    ],
)
def test_a_name_that_was_forgotten_is_not_filled_in(tmp_path, row):
    cells = read_rows(tmp_path, [*ONCE[:3], row, ONCE[4]]).cells
    assert set(cells.loc[cells["row"] == 4, "place"]) == {""}


def test_years_of_which_the_title_names_some_months_are_no_whole_years(tmp_path):
    rows = [["KABUPATEN PANDEGLANG"], ["JANUARI S.D. MARET 2024"], ["Kecamatan", "2023", "2024"],
            ["Labuan", 10, 20], ["Carita", 1, 2]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert set(intake.cells["month"]) == {""} and notes(intake) == ["month_differs"]
