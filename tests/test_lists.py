"""Lists of reports, from file to count: what is one report, what waits, what is left out by rule."""

import pytest

from analysis.desk import prepare
from analysis.progress import Progress
from tests.studies import make_study

QUIET = Progress("id", quiet=True)
HEAD = ["Nomor Tiket", "Tanggal", "Kecamatan", "Kategori", "Uraian"]
KEYED = {"daftar": {"files": "*", "columns": {"Nomor Tiket": "key", "Uraian": "private"}}}
LONG = "akun yang sama ditawarkan lewat aplikasi pesan"


def line(key, day, place="Labuan", kind="Judi online", text=""):
    return [key, f"{day:02}/07/2024", place, kind, text]


def run(folder, files, **settings):
    settings = {"sources": KEYED, "first_month": "2024-07", "last_month": "2024-07"} | settings
    files = {name: [HEAD, *rows] for name, rows in files.items()}
    return prepare(make_study(folder, files, **settings), QUIET)


def july(desk, area="36.01.12"):
    rows = desk.counts[(desk.counts["area"] == area) & desk.counts["incidents"].notna()]
    return int(rows["incidents"].sum()), set(rows["flag"])


def outcomes(desk):
    rows = desk.cleaned.records
    return list(zip(rows["final"], rows["rule"].where(rows["final"] != "counted", ""), strict=True))


def test_one_key_with_one_content_is_one_report(tmp_path):
    desk = run(tmp_path, {"a.csv": [line("A1", 1), line("A2", 2), line("A1", 1)]})
    assert july(desk) == (2, {""})
    assert outcomes(desk)[2] == ("left_out", "duplicate_key")
    balance = desk.balance.set_index(["outcome", "rule"])["rows"]
    assert (balance["counted", ""], balance["left_out", "duplicate_key"]) == (2, 1)


def test_a_line_that_the_office_calls_a_duplicate_is_left_out_and_a_rejected_one_counts(tmp_path):
    head = [*HEAD, "Status"]
    states = [("A1", 1, "Selesai"), ("A1", 3, "Laporan ganda"), ("A2", 3, "Duplikat"),
              ("A3", 4, "Ditolak"), ("A4", 5, "")]  # fmt: skip
    rows = [[*line(key, day), state] for key, day, state in states]
    settings = {"sources": KEYED, "first_month": "2024-07", "last_month": "2024-07"}
    desk = prepare(make_study(tmp_path, {"a.csv": [head, *rows]}, **settings), QUIET)
    assert july(desk) == (3, {""})
    left_out = ("left_out", "marked_duplicate")
    counted = ("counted", "")
    assert outcomes(desk) == [counted, left_out, left_out, counted, counted]
    balance = desk.balance.set_index(["outcome", "rule"])["rows"]
    assert (balance["counted", ""], balance["left_out", "marked_duplicate"]) == (3, 2)


@pytest.mark.parametrize(
    "second",
    [line("A1", 1, text="lain sama sekali isinya"), line("A1", 3), line("A1", 1, "Carita")],
)
def test_one_key_with_two_contents_is_a_question_about_both(tmp_path, second):
    desk = run(tmp_path, {"a.csv": [line("A1", 1), line("A2", 2), second]})
    assert outcomes(desk)[0] == outcomes(desk)[2] == ("rejected", "key_reused")
    rejects = desk.cleaned.rejects[desk.cleaned.rejects["row"] > 0]
    assert rejects["row"].tolist() == [2, 4]
    assert rejects["candidates"].tolist() == ["a.csv, csv, 4", "a.csv, csv, 2"]
    assert july(desk) == (1, {"partial"})
    assert "A1" not in rejects.to_csv()


def test_a_report_in_two_lists_is_found_by_its_key(tmp_path):
    files = {
        "diskominfo.csv": [line("A1", 1), line("A2", 2)],
        "polres.csv": [line("A2", 2), line("A3", 3)],
    }
    desk = run(tmp_path, files)
    assert july(desk) == (3, {""})
    assert outcomes(desk)[2] == ("left_out", "duplicate_key")


def test_two_lists_without_keys_that_differ_are_a_question(tmp_path):
    files = {"a.csv": [line("", 1), line("", 2)], "b.csv": [line("", 2)]}
    sources = {"daftar": {"files": "*", "columns": {"Nomor Tiket": "ignore"}}}
    desk = run(tmp_path, files | {"c.csv": [line("", 5, "Carita")]}, sources=sources)
    assert {rule for _, rule in outcomes(desk)[:3]} == {"conflict"}
    assert july(desk) == (0, set()) and july(desk, "36.01.28") == (1, {""})


def test_a_line_without_a_key_is_a_report_of_its_own(tmp_path):
    desk = run(tmp_path, {"a.csv": [line("", 1), line("", 1), line("A1", 1)]})
    assert july(desk) == (3, {""})


def test_same_lines_are_one_report_by_their_words_and_two_without(tmp_path):
    rows = [line("", 1, text=LONG), line("", 1, text=LONG), line("", 4), line("", 4)]
    desk = run(tmp_path, {"a.csv": rows})
    assert july(desk) == (3, {""})
    assert [rule for _, rule in outcomes(desk)] == ["", "duplicate_content", "", ""]
    assert "read.note_lines_alike" in desk.intake.notes["key"].tolist()


@pytest.mark.parametrize(("value", "count"), [("one", 2), ("each", 4)])
def test_the_study_overrides_what_same_lines_are(tmp_path, value, count):
    rows = [line("", 1, text=LONG), line("", 1, text=LONG), line("", 4), line("", 4)]
    answer = {"kind": "duplicate", "text": "", "value": value, "why": "kata petugas"}
    assert july(run(tmp_path, {"a.csv": rows}, answers=[answer])) == (count, {""})


@pytest.mark.parametrize(("unit", "count"), [("reports", 2), ("accounts", 3)])
def test_lines_that_are_accounts_are_counted_as_what_the_study_counts(tmp_path, unit, count):
    rows = [line("A1", 1, text="satu"), line("A1", 1, text="dua"), line("A2", 2)]
    sources = {"daftar": KEYED["daftar"] | {"line": "accounts"}}
    desk = run(tmp_path, {"a.csv": rows}, sources=sources, unit=unit)
    assert july(desk) == (count, {""})


def test_lines_that_are_accounts_without_a_key_are_no_reports(tmp_path):
    ignored = {"columns": {"Nomor Tiket": "ignore"}}
    sources = {"a": {"files": "a*", "line": "accounts"} | ignored, "b": {"files": "b*"} | ignored}
    files = {"a.csv": [line("A1", 1)], "b.csv": [line("", 5, "Carita")]}
    desk = run(tmp_path, files, sources=sources)
    assert outcomes(desk)[0] == ("rejected", "other_unit")
    assert july(desk) == (0, set())


def test_a_revised_list_replaces_the_months_it_holds(tmp_path):
    files = {
        "Daftar Pandeglang.csv": [line("", 1), line("", 2, "Carita")],
        "Daftar Pandeglang rev 1.csv": [line("", 1), line("", 3)],
    }
    desk = run(tmp_path, files)
    assert july(desk) == (2, {""})
    # the line of Carita is gone from the newer list: it is not counted any more
    assert july(desk, "36.01.28") == (0, set())
    assert [rule for _, rule in outcomes(desk)].count("superseded") == 2


def test_a_silent_district_is_zero_only_after_the_answer(tmp_path):
    files = {"a.csv": [line("A1", 1)]}
    desk = run(tmp_path, files)
    assert july(desk, "36.01.28") == (0, set())
    assert len(desk.cleaned.rejects) == 1
    answer = {"kind": "silence", "text": "", "value": "zero", "why": "register lengkap"}
    desk = run(tmp_path / "dijawab", files, answers=[answer])
    assert july(desk, "36.01.28") == (0, {""}) and desk.cleaned.rejects.empty


def test_a_list_and_a_sheet_that_agree_are_told_once(tmp_path):
    files = {"a.csv": [line("A1", 1), line("A2", 1), line("A1", 1)]}
    study = make_study(
        tmp_path, {"a.csv": [HEAD, *files["a.csv"]]},
        sources={"daftar": KEYED["daftar"] | {"files": "a*"}}, first_month="2024-07",
        last_month="2024-07",
    )  # fmt: skip
    sheet = "Kecamatan;Bulan;Kategori;Jumlah Laporan\nLabuan;Juli 2024;Judi online;2\n"
    (study.inbox_folder / "rekap.csv").write_text(sheet, encoding="utf-8")
    desk = prepare(study, QUIET)
    assert july(desk) == (2, {""})
    assert outcomes(desk)[-1] == ("left_out", "said_twice")
