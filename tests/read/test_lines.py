"""Lists of reports: which column is which date, what tells lines apart, what is never kept."""

import pytest

from analysis.read.sealed import seal
from analysis.study import Recipe
from tests.read.making import notes, read_rows, refusal, rules

HEAD = ["No", "Tgl Laporan", "Tgl Kejadian", "Kecamatan", "Kategori", "Status"]


def listed(*rows):
    return [HEAD, *([number, *row] for number, row in enumerate(rows, 1))]


DATED = listed(
    ["05/07/2024", "30/06/2024", "Labuan", "Judi", "Diterima"],
    ["06/07/2024", "05/07/2024", "Carita", "Judi", "Diblokir"],
)


# -- dates ----------------------------------------------------------------------------------------


def test_the_date_of_report_counts_before_that_of_the_event(tmp_path):
    intake = read_rows(tmp_path, DATED)
    assert intake.cells["month"].tolist() == ["05/07/2024", "06/07/2024"]
    assert intake.cells["column"].unique().tolist() == ["B"]
    assert intake.lines["report"].tolist() == ["2024-07-05", "2024-07-06"]
    assert intake.lines["event"].tolist() == ["2024-06-30", "2024-07-05"]
    assert "date_chosen" in notes(intake)


@pytest.mark.parametrize(
    "recipe", [Recipe("*", dated_by="event"), Recipe("*", columns={"Tgl Kejadian": "date"})]
)
def test_the_study_says_which_date_counts(tmp_path, recipe):
    intake = read_rows(tmp_path, DATED, recipes=[recipe])
    assert intake.cells["month"].tolist() == ["30/06/2024", "05/07/2024"]
    assert intake.cells["column"].unique().tolist() == ["C"] and notes(intake) == []


def test_dates_of_the_chain_never_count(tmp_path):
    head = [
        "No",
        "Tanggal",
        "Tgl Verifikasi",
        "Tgl Diteruskan",
        "Tgl Balasan",
        "Tgl Blokir",
        "Kecamatan",
    ]
    rows = [head, [1, "01/07/2024", "02/07/2024", "03/07/2024", "", "-", "Labuan"]]
    intake = read_rows(tmp_path, rows)
    assert intake.cells["month"].tolist() == ["01/07/2024"]
    assert "date_chosen" not in notes(intake)
    chain = intake.lines[["report", "verified", "referred", "reply", "blocked"]].iloc[0].tolist()
    assert chain == ["2024-07-01", "2024-07-02", "2024-07-03", "", ""]


def test_dates_that_cannot_be_have_their_rule(tmp_path):
    rows = listed(
        ["05/07/2024", "06/07/2024", "Labuan", "Judi", ""],
        ["05/07/2024", "05/07/2024", "Labuan", "Judi", ""],
        ["05/07/2039", "05/07/2024", "Labuan", "Judi", ""],
        ["05/07/2024", "minggu lalu", "Labuan", "Judi", ""],
    )
    lines = read_rows(tmp_path, rows).lines
    assert lines["rule"].tolist() == ["event_after_report", "", "future_date", ""]
    assert lines["event"].tolist()[3] == "?"


PERIODS = ["No", "Periode", "Tanggal", "Kecamatan"]


@pytest.mark.parametrize(
    ("period", "date", "month", "rule"),
    [
        ("202407", "05/07/2024", "05/07/2024", ""),
        ("202407", "05/06/2024", "05/06/2024", "label_differs"),
        ("202407", "tgl. 5, 18 Juli", "202407", ""),
        ("202407", "10,11,25 Juli", "202407", ""),
        ("Juli 2024", "23, 25  juli", "Juli 2024", ""),
        ("202407", "11 Agustus", "11 Agustus", "label_differs"),
        ("202407", "", "202407", ""),
        ("202407", "menyusul", "menyusul", ""),
    ],
)
def test_a_line_with_a_period_label(tmp_path, period, date, month, rule):
    rows = [PERIODS, [1, period, date, "Labuan"], [2, "202407", "31/07/2024", "Carita"]]
    intake = read_rows(tmp_path, rows)
    assert intake.cells["month"].iloc[0] == month
    assert intake.lines["rule"].iloc[0] == rule


def test_a_label_proved_wrong_elsewhere_gives_no_year(tmp_path):
    rows = [PERIODS, [1, "201912", "06/12/2020", "Labuan"], [2, "201910", "11 Oktober", "Labuan"],
            [3, "202001", "tgl. 01 Januari", "Labuan"]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert intake.lines["rule"].tolist() == ["label_differs", "label_unproven", ""]
    (note,) = intake.notes.loc[intake.notes["key"] == "read.note_label_differs", "text"]
    assert note == "2 / 3: 2019-10 (1), 2019-12 ≠ 2020-12 (1)"


def test_a_date_without_year_takes_the_year_of_the_title(tmp_path):
    rows = [["DAFTAR LAPORAN TAHUN 2023"], [*PERIODS[:1], *PERIODS[2:]], [1, "5 Juli", "Labuan"]]
    assert read_rows(tmp_path, rows).cells["month"].tolist() == ["2023-07-05"]


def test_dates_outside_the_month_of_the_title_are_told_and_kept(tmp_path):
    rows = [["DAFTAR LAPORAN BULAN JULI 2024"], ["No", "Tanggal", "Kecamatan"],
            [1, "05/07/2024", "Labuan"], [2, "30/06/2024", "Carita"]]  # fmt: skip
    intake = read_rows(tmp_path, rows)
    assert intake.cells["month"].tolist() == ["05/07/2024", "30/06/2024"]
    (note,) = intake.notes["text"]
    assert notes(intake) == ["outside_label"] and note == "1 / 2 (2024-07)"


# -- lines that are the same ----------------------------------------------------------------------


def alike(tmp_path, extra, first, second):
    head = ["No", "Tanggal", "Kecamatan", extra]
    rows = [head, [1, "05/07/2024", "Labuan", first], [2, "05/07/2024", "Labuan", second],
            [3, "06/07/2024", "Carita", "lain"]]  # fmt: skip
    return read_rows(tmp_path, rows).lines


@pytest.mark.parametrize(
    ("extra", "text", "is_alike"),
    [
        ("Jam", "21:30", False),
        ("Uraian", "akun menawarkan jasa lewat aplikasi pesan", False),
        ("Kerugian", "1250000", False),
        ("Uraian", "belum lengkap", True),
        ("Kanal", "Lapor kantor kecamatan terdekat", True),
        ("Status", "Diteruskan ke Kementerian Komdigi", True),
        ("Kerugian", "0", True),
    ],
)
def test_same_lines_are_one_report_where_something_tells_reports_apart(tmp_path, extra, text, is_alike):  # fmt: skip
    lines = alike(tmp_path, extra, text, text)
    assert lines["content"].tolist()[0] == lines["content"].tolist()[1]
    assert lines["alike"].tolist() == [is_alike, is_alike, False]


def test_lines_that_differ_are_no_same_lines(tmp_path):
    lines = alike(tmp_path, "Jam", "21:30", "21:40")
    assert lines["content"].nunique() == 3 and not lines["alike"].any()


# -- units ----------------------------------------------------------------------------------------

VICTIMS = [
    ["No", "Tanggal", "Kecamatan", "Jumlah Korban", "Status"],
    [1, "05/07/2024", "Labuan", 3, "Diterima"],
    [2, "06/07/2024", "Carita", 1, "Diterima"],
]


def test_a_day_a_status_and_victims_make_a_list_of_reports(tmp_path):
    intake = read_rows(tmp_path, VICTIMS)
    assert intake.cells["layout"].unique().tolist() == ["line_list"]
    assert intake.cells["amount"].tolist() == ["1", "1"]
    other = intake.left_out.query("rule == 'other_unit'")
    assert other["amount"].tolist() == ["3", "1"] and other["column"].unique().tolist() == ["D"]


def test_victims_are_summed_only_where_the_recipe_asks_for_them(tmp_path):
    intake = read_rows(tmp_path, VICTIMS, recipes=[Recipe("*", unit="victims")])
    assert intake.cells["amount"].tolist() == ["3", "1"]
    assert intake.cells["unit"].unique().tolist() == ["victims"]


# -- what is never kept ---------------------------------------------------------------------------

SECRET = [
    ["Nomor Tiket", "Tanggal", "Nama Pelapor", "Alamat Kejadian"],
    ["LP/12/2024", "05/07/2024", "Siti Aminah", "Jl. Mawar 3 RT 01/02 Kel. Labuan Kec. Labuan"],
    ["LP/13/2024", "06/07/2024", "Budi", "Jl. Melati No. 9 Kec, Carita"],
    ["LP/12/2024", "05/07/2024", "Siti Aminah", "Jl. Mawar 3 RT 01/02 Kel. Labuan Kec. Labuan"],
]
SEALED = {"Nomor Tiket": "key", "Nama Pelapor": "ignore", "Alamat Kejadian": "address"}


def test_sealed_columns_leave_only_a_district_and_fingerprints(tmp_path):
    intake = read_rows(tmp_path, SECRET, recipes=[Recipe("*", columns=SEALED)])
    assert intake.cells["place"].tolist() == ["Kec. Labuan", "Kec. Carita", "Kec. Labuan"]
    key = intake.lines["key"].tolist()
    assert key[0] == key[2] != key[1]
    kept = " ".join(table.astype(str).to_csv() for table in (*intake[:5], intake.lines))
    for word in ("LP/", "Siti", "Budi", "Mawar", "Melati", "RT"):
        assert word not in kept


def test_without_the_recipe_the_same_file_is_refused(tmp_path):
    error = refusal(tmp_path, SECRET)
    assert error.key == "read.personal"
    assert all(word in error.facts["columns"] for word in ("Nomor Tiket", "Nama Pelapor", "Alamat"))


def test_one_personal_column_that_the_recipe_forgets_refuses_the_file(tmp_path):
    columns = {name: role for name, role in SEALED.items() if name != "Nama Pelapor"}
    error = refusal(tmp_path, SECRET, recipes=[Recipe("*", columns=columns)])
    assert error.facts["columns"] == "C (Nama Pelapor)"


def test_fingerprints_are_new_in_every_run(tmp_path):
    recipe = Recipe("*", columns=SEALED)
    keys = [read_rows(tmp_path, SECRET, recipes=[recipe]).lines["key"].iloc[0] for _ in range(2)]
    assert keys[0] != keys[1]
    assert not any(letter.isdigit() for letter in keys[0])


def test_a_sum_at_the_foot_of_a_sealed_column_is_still_a_sum(tmp_path):
    rows = [*SECRET, ["Jumlah", "3"]]
    intake = read_rows(tmp_path, rows, recipes=[Recipe("*", columns=SEALED)])
    assert rules(intake)[5] == "total" and len(intake.cells) == 3


def test_sealing_changes_neither_the_grid_nor_a_file_without_a_recipe():
    from analysis.read.grid import Grid

    grid = Grid("x", "y", [list(row) for row in SECRET])
    assert seal(grid, None, b"") == (grid, None, set())
    before = grid.texts.words.tolist(), grid.texts.codes.tolist()
    sealed, _, columns = seal(grid, Recipe("*", columns=SEALED), b"geheim")
    assert (grid.texts.words.tolist(), grid.texts.codes.tolist()) == before
    assert columns == {0, 2, 3}
    assert not any("Siti" in word or "LP/" in word for word in sealed.texts.words)
