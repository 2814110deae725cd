"""Printed sums against what they cover, and rows that are sums without saying so."""

import pytest

from tests.read.making import notes, read_rows, rules

HEAD = ["No", "Kecamatan", "Jan-24", "Feb-24", "Jumlah"]


def wrong(intake):
    totals = intake.totals[~intake.totals["agrees"]]
    return totals[["row", "column", "printed", "summed", "covers"]].to_numpy().tolist()


def test_a_wrong_sum_is_named_with_what_it_covers(tmp_path):
    rows = [HEAD, [1, "Labuan", 1, 2, 4], [2, "Carita", 3, "NIHIL", 3], [None, "Jumlah", 5, 2, 7]]
    intake = read_rows(tmp_path, rows)
    assert sorted(wrong(intake)) == [
        [2, "E", 4, 3, "C2:D2"], [4, "C", 5, 4, "C2:C3"], [4, "E", 7, 6, "C2:D3"],
    ]  # fmt: skip


def test_doubtful_cells_add_nothing_and_a_sum_without_a_number_is_not_compared(tmp_path):
    rows = [
        HEAD,
        [1, "Labuan", "-", "…", 0],
        [2, "Carita", "2*", None, "2"],
        [None, "Jumlah", 2, "-", 2],
    ]
    intake = read_rows(tmp_path, rows)
    assert wrong(intake) == [] and len(intake.totals) == 4


def test_sub_sums_and_the_grand_sum_over_two_parts(tmp_path):
    rows = [HEAD[:3], ["A", "JUDI ONLINE"], [1, "Labuan", 1], [2, "Carita", 2], [None, "Sub Jumlah", 3],
            ["B", "PENIPUAN"], [1, "Labuan", 4], [2, "Carita", 5], [None, "Sub Jumlah", 9],
            [None, "Jumlah", 12]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert intake.totals["covers"].tolist() == ["C3:C4", "C7:C8", "C3:C4;C7:C8"]
    assert wrong(intake) == []


def test_a_last_sum_may_cover_all_tables_of_the_sheet(tmp_path):
    rows = []
    for letter, first in (("A. Judi", 1), ("B. Hoaks", 4)):
        rows += [[letter], ["Kecamatan", "Jan-24"], ["Labuan", first], ["Carita", first + 1]]
        rows += [["Sub Jumlah", 2 * first + 1]]
    intake = read_rows(tmp_path, [*rows, ["Jumlah Total", 12]])
    assert wrong(intake) == [] and intake.totals["printed"].tolist() == [3, 9, 12]


def test_sums_of_one_name_between_the_months_cover_what_is_left_of_them(tmp_path):
    head = ["Kecamatan", "Jan", "Feb", "Jml", "Mar", "Apr", "Jml", "Jumlah"]
    rows = [["TAHUN 2024"], head, ["Labuan", 1, 2, 3, 4, 5, 9, 12], ["Carita", 1, 1, 2, 1, 1, 2, 4]]
    intake = read_rows(tmp_path, rows)
    assert wrong(intake) == []
    first = intake.totals[intake.totals["row"] == 3]
    assert first["covers"].tolist() == ["B3:C3", "E3:F3", "B3:C3;E3:F3"]


@pytest.mark.parametrize("name", ["Kab. Pandeglang", "KABUPATEN PANDEGLANG"])
@pytest.mark.parametrize("first", [True, False])
def test_the_row_of_the_regency_itself_is_the_sum_of_its_districts(tmp_path, name, first):
    data = [["Pandeglang", 1, 2], ["Labuan", 3, 4]]
    own = [[name, 4, 6]]
    table = [
        ["KABUPATEN PANDEGLANG"],
        ["Kecamatan", "Jan-24", "Feb-24"],
        *(own + data if first else data + own),
    ]
    intake = read_rows(tmp_path, table)
    assert set(intake.cells["place"]) == {"Pandeglang", "Labuan"}
    assert "total" in rules(intake).values() and len(intake.totals) == 2 and wrong(intake) == []


def test_rows_of_regencies_above_their_districts_are_sums_and_name_the_region(tmp_path):
    rows = [["TAHUN 2024"], ["Kabupaten/Kecamatan", "Jan", "Feb", "Mar"],
            ["KAB. PANDEGLANG", 4, 6, 8], ["Sobang", 1, 2, 3], ["Labuan", 3, 4, 5],
            ["KAB. LEBAK", 3, 3, 3], ["Sobang", 1, 1, 1], ["Cibeber", 2, 2, 2],
            ["Jumlah", 7, 9, 11]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert rules(intake) == {1: "title", 2: "header", 3: "subtotal", 6: "subtotal", 9: "total"}
    regions = intake.cells.drop_duplicates("row")["region"].tolist()
    assert regions == ["kab pandeglang"] * 2 + ["kab lebak"] * 2
    assert len(intake.totals) == 9 and wrong(intake) == []


def test_regencies_that_are_no_sums_stay_data(tmp_path):
    rows = [
        ["Wilayah", "Jan-24"],
        ["Serang", 5],
        ["Kab. Serang", 7],
        ["Tangerang", 4],
        ["Cilegon", 3],
    ]
    assert len(read_rows(tmp_path, rows).cells) == 4


def test_villages_are_told_twice_when_the_total_leaves_them_out(tmp_path):
    rows = [
        ["Kecamatan", "Jan-24", "Feb-24"],
        ["Majasari", 3, 2],
        ["Kel. Saruni", 2, 1],
        ["Labuan", 1, 4],
    ]
    apart = read_rows(tmp_path, [*rows, ["Jumlah", 6, 7]])
    assert set(apart.cells["place"]) == {"Majasari", "Kel. Saruni", "Labuan"}
    inside = read_rows(tmp_path, [*rows, ["Jumlah", 4, 6]])
    assert set(inside.cells["place"]) == {"Majasari", "Labuan"}
    assert rules(inside)[3] == "part_of_row" and notes(inside) == ["part_of_row"]
    assert wrong(apart) == wrong(inside) == []


def test_a_row_without_a_name_is_the_total_only_when_it_adds_up(tmp_path):
    data = [HEAD[:4], [1, "Labuan", 1, 2], [2, "Carita", 3, 5]]
    assert rules(read_rows(tmp_path, [*data, [None, None, 4, 7]]))[4] == "total"
    kept = read_rows(tmp_path, [*data, [None, None, 4, 9]])
    assert kept.cells.query("row == 4")["place"].tolist() == ["", ""]


def test_jumlah_is_the_count_where_nothing_else_is(tmp_path):
    rows = [
        ["BULAN JULI 2024"],
        ["No", "Kecamatan", "Jumlah"],
        [1, "Labuan", 3],
        [None, "Total", 3],
    ]
    intake = read_rows(tmp_path, rows)
    assert intake.cells["amount"].tolist() == ["3"] and len(intake.totals) == 1


def suspects(rows, tmp_path):
    found = read_rows(tmp_path, [["TAHUN 2024"], *rows]).notes
    return found[["row", "column", "key", "text"]].to_numpy().tolist()


SQUARE = ["No", "Kecamatan", "Jan", "Feb", "Mar", "Jumlah"]


def test_one_figure_that_explains_both_sums_is_the_place_to_look_at(tmp_path):
    # December 2020 in Jakarta: 36 printed as 63
    rows = [SQUARE, [1, "Labuan", 10, 63, 12, 58], [2, "Carita", 4, 5, 6, 15],
            [None, "Jumlah", 14, 41, 18, 73]]  # fmt: skip
    assert suspects(rows, tmp_path) == [[3, "D", "read.note_likely_digits", "63 → 36"]]
    rows[1][3] = 40
    assert suspects(rows, tmp_path) == [[3, "D", "read.note_likely_cell", "40 → 36"]]


def test_a_sum_that_is_wrong_alone_is_the_slip_itself(tmp_path):
    rows = [SQUARE, [1, "Labuan", 10, 36, 12, 59], [2, "Carita", 4, 5, 6, 15],
            [None, "Jumlah", 14, 41, 18, 73]]  # fmt: skip
    assert suspects(rows, tmp_path) == [[3, "F", "read.note_likely_sum", "59 → 58"]]


def test_two_slips_are_named_each_when_they_differ_and_none_when_they_could_be_mixed_up(tmp_path):
    rows = [SQUARE, [1, "Labuan", 11, 36, 12, 58], [2, "Carita", 4, 7, 6, 15],
            [None, "Jumlah", 14, 41, 18, 73]]  # fmt: skip
    assert [one[:2] + one[3:] for one in suspects(rows, tmp_path)] == [
        [3, "C", "11 → 10"], [4, "D", "7 → 5"],
    ]  # fmt: skip
    rows[2][3] = 6  # both off by one: which row goes with which column?
    assert suspects(rows, tmp_path) == []


def test_a_grand_sum_that_denies_the_figure_leaves_it_open(tmp_path):
    rows = [SQUARE, [1, "Labuan", 10, 40, 12, 58], [2, "Carita", 4, 5, 6, 15],
            [None, "Jumlah", 14, 41, 18, 77]]  # fmt: skip
    assert suspects(rows, tmp_path) == []
