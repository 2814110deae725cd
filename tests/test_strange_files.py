"""Files as a stranger's office may send them, from the file to the count or to the question."""

import json

import pytest

from analysis.desk import receive
from analysis.progress import Progress
from tests.studies import make_study

QUIET = Progress("id", quiet=True)
TITLE = [["REKAPITULASI LAPORAN JUDI ONLINE"], ["KABUPATEN PANDEGLANG"]]
HEAD = ["No", "Kecamatan", "Juli 2024"]


def read(folder, rows, name="rekap juli 2024.xlsx", **settings):
    study = make_study(folder, {name: rows}, **settings)
    return receive(study, QUIET).cleaned


def counted(cleaned):
    kept = cleaned.records[cleaned.records["final"] == "counted"]
    return kept.groupby(["area", kept["month"].astype(str).str[:7]])["incidents"].sum().to_dict()


LABUAN, CARITA, JULY = "36.01.12", "36.01.28", "2024-07"
VILLAGES = {
    "headings": [
        ["No", "Kecamatan/Desa", "Juli 2024"], ["I", "Kec. Labuan"], [1, "Desa Labuan", 2],
        [2, "Desa Teluk", 3], [3, "Desa Kalanganyar", 1], ["II", "Kec. Carita"],
        [1, "Desa Carita", 4], [2, "Desa Sukajadi", 5], ["", "JUMLAH", 15],
    ],
    "column": [
        ["No", "Kecamatan", "Desa", "Juli 2024"], [1, "Labuan", "Teluk", 5],
        [2, "Labuan", "Kalanganyar", 1], ["", "Sub Total Kec. Labuan", "", 6],
        [3, "Carita", "Sukajadi", 7], [4, "Carita", "Carita", 2],
        ["", "Sub Total Kec. Carita", "", 9], ["", "Total Kab. Pandeglang", "", 15],
    ],
    "sums above": [
        ["No", "Kecamatan/Desa", "Juli 2024"], ["I", "LABUAN", 6], [1, "Labuan", 2],
        [2, "Teluk", 3], [3, "Kalanganyar", 1], ["II", "CARITA", 9], [1, "Carita", 4],
        [2, "Sukajadi", 5], ["", "JUMLAH", 15],
    ],
}  # fmt: skip


@pytest.mark.parametrize("rows", VILLAGES.values(), ids=VILLAGES)
def test_villages_under_their_district_are_summed_to_it(tmp_path, rows):
    cleaned = read(tmp_path, TITLE + rows)
    assert counted(cleaned) == {(LABUAN, JULY): 6, (CARITA, JULY): 9}
    assert cleaned.rejects.empty


def test_a_month_that_title_and_file_name_dispute_is_a_question(tmp_path):
    rows = [
        ["REKAP JUDI ONLINE"],
        ["BULAN JULI 2024"],
        ["No", "Kecamatan", "Jumlah"],
        [1, "Labuan", 5],
    ]
    cleaned = read(tmp_path, rows, "Rekap Agustus 2024.xlsx")
    assert counted(cleaned) == {}
    assert cleaned.rejects["kind"].tolist() == ["month"]


def test_sums_so_far_that_start_again_are_named(tmp_path):
    rows = [
        *TITLE,
        ["No", "Kecamatan", "s.d. Mei", "s.d. Juni", "s.d. Juli"],
        [1, "Labuan", 4, 9, 2],
    ]
    cleaned = read(tmp_path, rows, "Rekap 2024.xlsx")
    assert "sum_falls" in set(cleaned.records["rule"])
    assert "9 (D4) > 2 (E4)" in set(cleaned.rejects["text"])


def test_a_sheet_of_another_province_gives_no_counts_to_its_namesakes_here(tmp_path):
    rows = [["REKAP JUDI ONLINE KABUPATEN SUKABUMI"], HEAD, [1, "Bojong", 5], [2, "Cisolok", 3]]
    cleaned = read(tmp_path, rows)
    assert counted(cleaned) == {}
    reasons = cleaned.rejects.set_index("text")["reason"]
    assert "kabupaten sukabumi" in reasons["Bojong"]


def test_columns_of_what_became_of_the_reports_are_no_counts(tmp_path):
    head = ["No", "Kecamatan", "Laporan Masuk", "Diblokir", "Ditolak"]
    rows = [["KAB. PANDEGLANG JULI 2024"], head, [1, "Labuan", 5, 4, 1], [2, "Carita", 3, 1, 1]]
    cleaned = read(tmp_path, rows)
    assert counted(cleaned) == {(LABUAN, JULY): 5, (CARITA, JULY): 3}
    assert cleaned.rejects.empty


def test_a_line_of_a_list_without_day_and_place_is_not_lost(tmp_path):
    head = ["No", "Tanggal", "Kecamatan", "Kategori"]
    rows = [head, [1, "1 Juli 2024", "Labuan", "Judi Online"], ["", "", "", "Penipuan Online"],
            [2, "3 Juli 2024", "Carita", "Judi Online"]]  # fmt: skip
    cleaned = read(tmp_path, rows, "register.xlsx")
    assert counted(cleaned) == {(LABUAN, JULY): 1, (CARITA, JULY): 1}
    assert cleaned.rejects.query("row == 3")["kind"].tolist() == ["place"]


LONG = ["kecamatan", "tahun", "bulan", "usia", "jumlah"]


@pytest.mark.parametrize(
    ("second", "count"), [(["18-25", 5], None), (["18-25", 4], None), (["26-40", 5], 10)]
)
def test_rows_that_nothing_but_their_count_tells_apart_are_a_question(tmp_path, second, count):
    rows = [LONG, ["Labuan", 2024, 7, "18-25", 5], ["Labuan", 2024, 7, *second],
            ["Carita", 2024, 7, "18-25", 3]]  # fmt: skip
    cleaned = read(tmp_path, rows, "panjang.csv")
    assert counted(cleaned).get((LABUAN, JULY)) == count
    assert counted(cleaned)[CARITA, JULY] == 3
    assert len(cleaned.rejects) == (2 if count is None else 0)


@pytest.mark.parametrize(
    ("words", "count"), [("1 s.d. 31 Juli 2024", 5), ("26 Juni s.d. 25 Juli 2024", None)]
)
def test_days_that_make_a_whole_month_are_that_month(tmp_path, words, count):
    rows = [*TITLE, [f"Periode : {words}"], ["No", "Kecamatan", "Jumlah"], [1, "Labuan", 5]]
    assert counted(read(tmp_path, rows, "rekap.xlsx")).get((LABUAN, JULY)) == count


@pytest.mark.parametrize("name", ["data", "records"])
def test_the_answer_of_a_portal_is_its_list_of_records(tmp_path, name):
    study = make_study(tmp_path, {})
    record = {"kecamatan": "Labuan", "bulan": "Juli 2024", "jumlah": 5}
    answer = {"success": True, "result": {name: [record], "fields": [{"id": "jumlah"}]}}
    (study.inbox_folder / "portal.json").write_text(json.dumps(answer), encoding="utf-8")
    assert counted(receive(study, QUIET).cleaned) == {(LABUAN, JULY): 5}


def test_states_under_each_month_are_no_counts_either(tmp_path):
    rows = [["KAB. PANDEGLANG 2024"], ["No", "Kecamatan", "Juli", "", "", "Agustus"],
            ["", "", *["Laporan", "Selesai", "Proses"] * 2], [1, "Labuan", 5, 4, 1, 2, 1, 1]]  # fmt: skip
    cleaned = read(tmp_path, rows, "rekap.xlsx")
    assert counted(cleaned) == {(LABUAN, JULY): 5, (LABUAN, "2024-08"): 2}
    assert cleaned.rejects.empty
