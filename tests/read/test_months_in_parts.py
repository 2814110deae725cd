"""Weeks and days of a month, and sums "up to a month": expected counts worked out by hand."""

import pytest

from tests.read.making import Merged, notes, read_rows, refusal, rules, told

WEEKS = ["Minggu I", "Minggu II", "Minggu III", "Minggu IV"]
JULY = [["KABUPATEN PANDEGLANG"], ["BULAN JULI 2024"]]


def total_of(intake, place):
    amounts = intake.cells.loc[intake.cells["place"] == place, "amount"]
    return amounts.replace("", "0").astype(int).sum()


def aside(intake):
    cells = intake.left_out.query("column != ''")
    return dict(zip(cells["column"], cells["rule"], strict=True))


@pytest.mark.parametrize(
    "head",
    [
        ["Kecamatan", *WEEKS],
        ["Kecamatan", "Minggu ke-1", "Minggu ke-2", "Minggu ke-3", "Minggu ke-4"],
        ["Kecamatan", "Pekan 1", "Pekan 2", "Pekan 3", "Pekan 4"],
    ],
)
def test_weeks_beside_their_sum_are_left_out_and_checked(tmp_path, head):
    rows = [*JULY, [*head, "Jumlah"], ["Labuan", 1, 2, 3, 4, 10], ["Carita", 0, 1, 0, 1, 3]]
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", ""): ["BULAN JULI 2024=10"], ("Carita", ""): ["BULAN JULI 2024=3"],
    }  # fmt: skip
    assert aside(intake) == dict.fromkeys("BCDE", "part_of_month")
    wrong = intake.totals[~intake.totals["agrees"]]
    assert wrong[["row", "printed", "summed", "covers"]].to_numpy().tolist() == [[5, 3, 2, "B5:E5"]]


def test_weeks_without_their_sum_are_added_up_and_it_is_said(tmp_path):
    rows = [*JULY, ["Kecamatan", *WEEKS], ["Labuan", 1, 2, 3, 4]]
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {("Labuan", ""): [f"BULAN JULI 2024={one}" for one in (1, 2, 3, 4)]}
    # such cells may share their month: the counting adds them up
    assert set(intake.cells["layout"]) == {"long"} and notes(intake) == ["parts_summed"]


def test_some_weeks_are_no_month(tmp_path):
    rows = [*JULY, ["Kecamatan", *WEEKS[:2]], ["Labuan", 1, 2]]
    assert refusal(tmp_path, rows).key == "read.part_of_month"
    later = [*JULY, ["Kecamatan", *WEEKS[1:]], ["Labuan", 1, 2, 3]]
    assert refusal(tmp_path, later).key == "read.part_of_month"


@pytest.mark.parametrize(
    "days", [list(range(1, 32)), [f"2024-07-{day:02}" for day in range(1, 32)]]
)
def test_all_days_of_a_month_are_added_up(tmp_path, days):
    rows = [*JULY, ["No", "Kecamatan", *days], [1, "Labuan", *[1] * 30, 5]]
    for name in ("x.xlsx", "x.csv"):
        assert total_of(read_rows(tmp_path, rows, name), "Labuan") == 35
    short = [*JULY, ["No", "Kecamatan", *days[:20]], [1, "Labuan", *[1] * 20]]
    assert refusal(tmp_path, short).key == "read.part_of_month"


def test_days_under_tanggal_with_their_sum(tmp_path):
    upper = [Merged("No", 0, 1), Merged("Kecamatan", 0, 1), Merged("Tanggal", 30), *[None] * 30]
    rows = [*JULY, [*upper, Merged("Jumlah", 0, 1)], [None, None, *range(1, 32)],
            [1, "Labuan", *[1] * 31, 31]]  # fmt: skip
    for name in ("x.xlsx", "x.ods", "x.csv"):
        intake = read_rows(tmp_path, rows, name)
        assert told(intake) == {("Labuan", ""): ["BULAN JULI 2024=31"]}
        assert rules(intake) == {1: "title", 2: "title", 3: "header", 4: "header"}


def test_weeks_of_two_months_each_with_its_sum(tmp_path):
    rows = [
        ["KABUPATEN PANDEGLANG TAHUN 2024"],
        [Merged("No", 0, 2), Merged("Kecamatan", 0, 2), Merged("Juli", 4), *[None] * 4,
         Merged("Agustus", 4)],
        [None, None, Merged("Minggu", 3), *[None] * 3, Merged("Jml", 0, 1), Merged("Minggu", 3),
         *[None] * 3, Merged("Jml", 0, 1)],
        [None, None, "I", "II", "III", "IV", None, "I", "II", "III", "IV"],
        [1, "Labuan", 1, 2, 3, 4, 10, 5, 6, 7, 8, 26],
    ]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {("Labuan", ""): ["7 2024=10", "8 2024=26"]}
    assert intake.totals["covers"].tolist() == ["C5:F5", "H5:K5"]


def test_quarters_by_number_are_quarters_and_no_numbering_row(tmp_path):
    rows = [["TAHUN 2024"], [Merged("Kecamatan", 0, 1), Merged("Triwulan", 3)], [None, 1, 2, 3, 4],
            ["Labuan", 5, 6, 7, 8]]  # fmt: skip
    for name in ("x.xlsx", "x.csv"):
        assert told(read_rows(tmp_path, rows, name))["Labuan", ""] == [
            f"Triwulan {number} 2024={number + 4}" for number in (1, 2, 3, 4)
        ]


# -- sums up to a month ------------------------------------------------------------------------


def test_the_triple_is_checked_cell_by_cell(tmp_path):
    rows = [*JULY, [Merged("No", 0, 1), Merged("Kecamatan", 0, 1), Merged("Judi Online", 2)],
            [None, None, "s.d. Bulan Lalu", "Bulan Ini", "s.d. Bulan Ini"],
            [1, "Labuan", 3, 4, 8], [2, "Carita", 1, 1, 2], [None, "Jumlah", 4, 5, 10]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", "Judi Online"): ["BULAN JULI 2024=4"],
        ("Carita", "Judi Online"): ["BULAN JULI 2024=1"],
    }
    wrong = intake.totals[~intake.totals["agrees"]]
    assert wrong[["row", "column", "printed", "summed", "covers"]].to_numpy().tolist() == [
        [5, "E", 8, 7, "C5:D5"]
    ]
    assert len(intake.totals) == 5  # two lines of the triple, three columns of Jumlah


def test_last_month_this_month_and_both(tmp_path):
    rows = [*JULY, [Merged("No", 0, 1), Merged("Kecamatan", 0, 1), Merged("Bulan", 1), None,
                    Merged("Jumlah", 0, 1)],
            [None, None, "Lalu", "Ini"], [1, "Labuan", 3, 4, 7], [2, "Carita", 1, 1, 2]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", ""): ["BULAN JULI 2024=4"], ("Carita", ""): ["BULAN JULI 2024=1"],
    }  # fmt: skip
    assert intake.totals["covers"].tolist() == ["C5:D5", "C6:D6"] and intake.totals["agrees"].all()


def test_nothing_but_sums_so_far_gives_the_months_between_them(tmp_path):
    head = ["No", "Kecamatan", "s.d. Jan", "s.d. Feb", "s.d. Mar", "s.d. April"]
    rows = [["TAHUN 2024"], head, [1, "Labuan", 1, 3, 6, 6], [2, "Carita", "NIHIL", "-", 5, 9],
            [None, "Jumlah", 1, 3, 11, 15]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", ""): ["1 2024=1", "2 2024=2", "3 2024=3", "4 2024=0"],
        ("Carita", ""): ["1 2024=NIHIL", "2 2024=-", "3 2024=- (D4) > 5 (E4)", "4 2024=4"],
    }
    assert notes(intake) == ["differenced"] and intake.totals["agrees"].all()


def test_a_sum_so_far_that_falls_gives_none_of_the_months_it_touches(tmp_path):
    head = ["Kecamatan", *(f"s.d. {month}" for month in ("Jan", "Feb", "Mar", "Apr", "Mei"))]
    rows = [["TAHUN 2024"], head, ["Labuan", 4, 2, 5, 6, 9], ["Carita", 1, 2, 3, 4, 5]]
    said = "4 (B3) > 2 (C3)"
    assert told(read_rows(tmp_path, rows)) == {
        ("Labuan", ""): [f"1 2024={said}", f"2 2024={said}", f"3 2024={said}", "4 2024=1", "5 2024=3"],
        ("Carita", ""): [f"{month} 2024=1" for month in range(1, 6)],
    }  # fmt: skip


def test_a_sum_so_far_beside_its_months_is_checked(tmp_path):
    rows = [["TAHUN 2024"], ["Kecamatan", "Jan", "Feb", "Mar", "s.d. Mar"], ["Labuan", 1, 2, 3, 7]]
    intake = read_rows(tmp_path, rows)
    assert len(intake.cells) == 3
    assert intake.totals[["printed", "summed", "covers"]].to_numpy().tolist() == [[7, 6, "B3:D3"]]


# -- below and around --------------------------------------------------------------------------


def test_names_below_an_empty_row_are_no_places(tmp_path):
    rows = [["Kecamatan", "Jan-24", "Feb-24", "Mar-24"], ["Labuan", 1, 2, 3], ["Carita"], [],
            ["Dibuat di Pandeglang"], ["Ani Lestari"]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert set(intake.cells["place"]) == {"Labuan", "Carita"}
    assert rules(intake) == {1: "header", 5: "note", 6: "note"}


def test_titles_in_several_cells_and_spaced_letters(tmp_path):
    rows = [["Kabupaten", ":", "Pandeglang"], ["Bulan", ":", "Juli 2024"],
            ["No", "Kecamatan", "Judi", "Hoaks", "Total"], [1, "Labuan", 1, 2, 3],
            ["J U M L A H", None, 1, 2, 3]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert told(intake) == {
        ("Labuan", "Judi"): ["Bulan Juli 2024=1"], ("Labuan", "Hoaks"): ["Bulan Juli 2024=2"],
    }  # fmt: skip
    assert rules(intake)[5] == "total" and set(intake.cells["region"]) == {"kabupaten pandeglang"}


def test_a_title_of_last_year_is_reported_and_its_month_not_taken(tmp_path):
    rows = [["BULAN JULI 2023"], ["No", "Kecamatan", "Judi", "Hoaks"], [1, "Labuan", 3, 4]]
    intake = read_rows(tmp_path, rows, "Rekap Juli 2024.xlsx")
    assert set(intake.cells["month"]) == set(intake.cells["year"]) == {""}
    assert notes(intake) == ["month_differs", "year_differs"]


def test_nines_are_numbers_in_sums_and_unclear_figures_are_no_months(tmp_path):
    # found by a random sheet: 99 may stand for "not known" in a list, not in a sum
    head = ["Kecamatan", *(f"s.d. {month}" for month in ("Jan", "Feb", "Mar", "Apr"))]
    rows = [["TAHUN 2024"], head, ["Labuan", 76, 99, 100, 101], ["Carita", 5, "1.000", 1001, 1002]]
    intake = read_rows(tmp_path, rows)
    assert told(intake)["Labuan", ""] == ["1 2024=76", "2 2024=23", "3 2024=1", "4 2024=1"]
    assert told(intake)["Carita", ""][1] in ("2 2024=995", "2 2024=5 (B4) > 1.000 (C4)")
    months = [["TAHUN 2024"], ["Kecamatan", "Jan", "Feb", "Jumlah"], ["Labuan", 99, 1, 100]]
    assert read_rows(tmp_path, months).totals["agrees"].all()
