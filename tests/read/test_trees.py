"""Trees flattened into rows, and rows of other rows' sums: only the leaves are counted."""

import pytest

from analysis.reference.files import read_reference
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from tests.read.making import read_rows, refusal, rules, told

TOP = [["KABUPATEN PANDEGLANG TAHUN 2024"]]
MONTHS = ["Jan", "Feb", "Mar"]


@pytest.fixture(scope="module")
def known(root):
    reference = read_reference(root / "data" / "reference")
    return {
        "places": Places(reference.areas, reference.aliases, reference.villages),
        "categories": CategoryWords(reference.category_words),
    }


def test_the_flattened_tree_of_the_national_portal(tmp_path, known):
    rows = [
        ["NO", "Jenis Data", "Nilai", "Level", "Tahun", "Sumber", "Ket"],
        ["1", "Laporan konten negatif", 10, 1, 2024, "Diskominfo", None],
        ["1.1", "Judi Online", 6, 2, 2024, "Diskominfo", None],
        ["1.1.1", "Labuan", 4, 3, 2024, "Diskominfo", None],
        ["1.1.2", "Carita", 2, 3, 2024, "Diskominfo", None],
        ["1.2", "Penipuan", 4, 2, 2024, "Diskominfo", None],
        ["1.2.1", "Labuan", 1, 3, 2024, "Diskominfo", None],
        ["1.2.2", "Carita", 3, 3, 2024, "Diskominfo", None],
    ]
    for name in ("x.xlsx", "x.csv"):
        intake = read_rows(tmp_path, rows, name, **known)
        assert told(intake) == {
            ("Labuan", "Judi Online"): ["2024=4"], ("Carita", "Judi Online"): ["2024=2"],
            ("Labuan", "Penipuan"): ["2024=1"], ("Carita", "Penipuan"): ["2024=3"],
        }  # fmt: skip
        assert rules(intake) == {1: "header", 2: "subtotal", 3: "subtotal", 6: "subtotal"}
        assert intake.totals["covers"].tolist() == ["C4:C5;C7:C8", "C4:C5", "C7:C8"]
        assert intake.totals["agrees"].all()


def test_a_parent_that_is_wrong_is_reported_and_not_counted(tmp_path, known):
    rows = [[*TOP[0]], ["NO", "Jenis Data", "Nilai", "Level", "Tahun"], ["1", "Laporan", 11, 1, 2024],
            ["1.1", "Judi Online", 6, 2, 2024], ["1.1.1", "Labuan", 4, 3, 2024],
            ["1.1.2", "Carita", 2, 3, 2024], ["1.2", "Penipuan", 4, 2, 2024]]  # fmt: skip
    intake = read_rows(tmp_path, rows, **known)
    assert intake.cells["amount"].tolist() == ["4", "2", "4"]
    # a leaf above the others belongs to the place of the whole table
    assert intake.cells["place"].tolist() == ["Labuan", "Carita", "kabupaten pandeglang"]
    wrong = intake.totals[~intake.totals["agrees"]]
    assert wrong[["row", "printed", "summed"]].to_numpy().tolist() == [[3, 11, 10]]


LETTERED = [["A.", "Judi Online", 3, 5, 7], ["1.", "Labuan", 1, 2, 3], ["2.", "Carita", 2, 3, 4],
            ["B.", "Penipuan", 9, 9, 9], ["1.", "Labuan", 4, 4, 4], ["2.", "Carita", 5, 5, 5]]  # fmt: skip


@pytest.mark.parametrize(
    "number",
    [
        lambda row: row,
        lambda row: (
            [None if row[0] in ("1.", "2.") else row[0], f"- {row[1]}", *row[2:]]
            if row[0] in ("1.", "2.")
            else row
        ),
        lambda row: [{"1.": "a", "2.": "b", "A.": "1", "B.": "2"}[row[0]], *row[1:]],
        lambda row: [{"1.": "1)", "2.": "2)", "A.": "I", "B.": "II"}[row[0]], *row[1:]],
    ],
)
def test_letters_numbers_and_dashes_say_how_deep_a_row_stands(tmp_path, known, number):
    rows = [*TOP, ["No", "Uraian", *MONTHS], *map(number, LETTERED), [None, "JUMLAH", 12, 14, 16]]
    intake = read_rows(tmp_path, rows, **known)
    assert told(intake) == {
        ("Labuan", "Judi Online"): ["Jan 2024=1", "Feb 2024=2", "Mar 2024=3"],
        ("Carita", "Judi Online"): ["Jan 2024=2", "Feb 2024=3", "Mar 2024=4"],
        ("Labuan", "Penipuan"): ["Jan 2024=4", "Feb 2024=4", "Mar 2024=4"],
        ("Carita", "Penipuan"): ["Jan 2024=5", "Feb 2024=5", "Mar 2024=5"],
    }
    assert len(intake.totals) == 9 and intake.totals["agrees"].all()


def test_blanks_before_the_text_and_numbers_within_it(tmp_path, known):
    for sub in ("   ", "1. "):
        rows = [*TOP, ["Uraian", *MONTHS], ["A. Judi Online" if "1" in sub else "Judi Online", 3, 5, 7],
                [sub + "Labuan", 1, 2, 3], [sub.replace("1", "2") + "Carita", 2, 3, 4]]  # fmt: skip
        cells = read_rows(tmp_path, rows, **known).cells
        assert set(cells["category"]) == {"Judi Online"} and len(cells) == 6


def test_places_above_their_categories(tmp_path, known):
    rows = [["TAHUN 2024"], ["No", "Uraian", *MONTHS], ["I", "Kec. Labuan", 7, 3, 4],
            ["1", "Judi Online", 6, 2, 3], ["2", "Penipuan", 1, 1, 1], ["II", "Kec. Carita", 3, 3, 3],
            ["1", "Judi Online", 1, 1, 1], ["2", "Penipuan", 2, 2, 2]]  # fmt: skip
    cells = read_rows(tmp_path, rows, **known).cells
    assert cells.drop_duplicates("row")[["place", "category"]].to_numpy().tolist() == [
        ["Kec. Labuan", "Judi Online"], ["Kec. Labuan", "Penipuan"],
        ["Kec. Carita", "Judi Online"], ["Kec. Carita", "Penipuan"],
    ]  # fmt: skip


def test_parents_that_are_mostly_more_than_their_parts_are_refused(tmp_path, known):
    rows = [*TOP, ["No", "Uraian", *MONTHS], ["1", "Judi Online", 11, 12, 13], ["", "- slot", 6, 2, 3],
            ["2", "Penipuan", 4, 4, 4], ["", "- paket", 1, 1, 1]]  # fmt: skip
    error = refusal(tmp_path, rows, **known)
    assert error.key == "read.tree_sums" and error.facts["cells"].startswith("C3, D3")


def test_a_column_without_a_known_heading_is_told_by_what_it_holds(tmp_path, known):
    places = [*TOP, ["No", "Uraian", *MONTHS], [1, "Labuan", 1, 2, 3], [2, "Carita", 4, 5, 6]]
    assert set(read_rows(tmp_path, places, **known).cells["place"]) == {"Labuan", "Carita"}
    kinds = [*TOP, ["No", "Uraian", *MONTHS], [1, "Judi Online", 1, 2, 3], [2, "Penipuan", 4, 5, 6]]
    cells = read_rows(tmp_path, kinds, **known).cells
    assert set(cells["category"]) == {"Judi Online", "Penipuan"}
    assert set(cells["place"]) == {"kabupaten pandeglang"}


def test_groups_of_districts_are_their_sums(tmp_path, known):
    rows = [*TOP, ["No", "Kecamatan", *MONTHS], [None, "DAPIL 1", 3, 5, 7], [1, "Labuan", 1, 2, 3],
            [2, "Carita", 2, 3, 4], [None, "DAPIL 2", 3, 5, 7], [3, "Menes", 1, 2, 3],
            [4, "Jiput", 2, 3, 4], [None, "TOTAL", 6, 10, 14]]  # fmt: skip
    for extra in ({}, known):
        intake = read_rows(tmp_path, rows, **extra)
        assert {3, 6, 9} <= set(rules(intake)) and len(intake.cells) == 12
        assert len(intake.totals) == 9 and intake.totals["agrees"].all()


def test_rows_of_quarters_below_their_months_are_sums(tmp_path):
    rows = [*TOP, ["No", "Bulan", "Judi", "Hoaks"], [1, "Januari", 1, 2], [2, "Februari", 1, 2],
            [3, "Maret", 1, 2], [None, "Triwulan I", 3, 7], [None, "Jumlah", 3, 6]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert len(intake.cells) == 6 and rules(intake)[6] == "subtotal"
    wrong = intake.totals[~intake.totals["agrees"]]
    assert wrong[["row", "column", "printed", "summed"]].to_numpy().tolist() == [[6, "D", 7, 6]]


def test_targets_ranks_and_rates_are_no_counts(tmp_path):
    rows = [[*TOP[0]], ["BULAN JULI 2024"],
            ["No", "Kecamatan", "Target", "Realisasi", "Per 100.000 penduduk", "Peringkat"],
            [1, "Labuan", 9, 6, 10, 1], [2, "Carita", 9, 4, 10, 2]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert intake.cells[["amount", "category"]].to_numpy().tolist() == [["6", ""], ["4", ""]]
    assert set(intake.left_out.query("column != ''")["rule"]) == {"other_measure"}
