"""Corrections and other decisions as data: applied where they still fit, listed where they do not."""

import pandas as pd
import pytest
import xlsxwriter

from analysis.balance import stale_decisions
from analysis.cli import main
from analysis.desk import prepare, receive
from analysis.progress import Progress
from analysis.review.messages import write_messages
from analysis.review.questions import find_questions
from analysis.words.messages import InsidenError
from tests.studies import REFERENCE, make_study

QUIET = Progress("id", quiet=True)
NAME = "Rekap Pandeglang 2024.xlsx"
SHEET = [
    ["KABUPATEN PANDEGLANG TAHUN 2024"],
    ["Kecamatan", "Jan-24", "Feb-23"],
    ["Labuan", 12, "sekitar banyak"],
    ["Carita", 3, 4],
]
HEAD = "file,sheet,row,column,was,becomes,why,who,when\n"


def with_corrections(folder, lines, files=None, **settings):
    """A study whose reference folder holds corrections.csv."""
    reference = folder / "reference"
    reference.mkdir()
    for table in REFERENCE.glob("*.csv"):
        (reference / table.name).write_bytes(table.read_bytes())
    (reference / "corrections.csv").write_text(HEAD + lines, encoding="utf-8")
    return make_study(folder, files or {NAME: SHEET}, reference="reference", **settings)


def told(received):
    records = received.cleaned.records
    return {
        (one.place, f"{one.month:%Y-%m}"): one.incidents
        for one in records[records["final"] == "counted"].itertuples()
    }


def test_a_correction_changes_one_cell_before_it_is_read(tmp_path):
    lines = (
        f"{NAME},Rekap,2,C,Feb-23,Feb-24,salah ketik tahun,Siti,2026-11-03\n"
        f"{NAME},Rekap,3,C,sekitar banyak,7,kata petugas,Siti,2026-11-03\n"
        f"{NAME},Rekap,4,B,5,6,sudah tidak berlaku,Siti,2026-11-03\n"
    )
    study = with_corrections(tmp_path, lines)
    before = (study.inbox_folder / NAME).read_bytes()
    received = receive(study, QUIET)
    assert told(received) == {
        ("Labuan", "2024-01"): 12, ("Labuan", "2024-02"): 7,
        ("Carita", "2024-01"): 3, ("Carita", "2024-02"): 4,
    }  # fmt: skip
    assert (study.inbox_folder / NAME).read_bytes() == before
    decisions = received.decisions
    assert decisions["used"].tolist() == [True, True, False]
    stale = stale_decisions(decisions, [])
    assert stale["text"].tolist() == ["Rekap!B4: 5"]
    assert received.balance["decided"].sum() == 1  # of the counts; the other one is a heading


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f"{NAME},Rekap,nol,C,a,b,x,,\n", "read.wrong_correction"),
        (f"{NAME},Rekap,3,3,a,b,x,,\n", "read.wrong_correction"),
        (f"{NAME},Rekap,3,C,a,b,,,\n", "read.empty_correction"),
        (f"{NAME},Rekap,3,C,a,a,x,,\n", "read.empty_correction"),
    ],
)
def test_a_line_that_corrects_nothing_is_refused(tmp_path, line, key):
    with pytest.raises(InsidenError) as error:
        receive(with_corrections(tmp_path, line), QUIET)
    assert error.value.key == key and "2" in error.value.text("id")


def test_answers_count_their_cells_and_the_first_one_holds(tmp_path):
    answers = [
        {"kind": "amount", "text": "-", "file": "a*", "value": "zero", "why": "petugas"},
        {"kind": "amount", "text": "-", "value": "not_reported", "why": "kedua"},
        {"kind": "amount", "text": "…", "value": "zero", "why": "tidak ada"},
    ]
    rows = [["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", "-", 1], ["Carita", "–", "-"]]
    study = make_study(tmp_path, {"a Pandeglang.xlsx": rows}, answers=answers)
    received = receive(study, QUIET)
    assert received.decisions["cells"].tolist() == [3, 0, 0]
    assert received.balance["decided"].sum() == 3
    assert received.cleaned.records.query("final == 'counted'")["incidents"].sum() == 1
    # what may be about a file that was not read is not judged
    assert len(stale_decisions(received.decisions, ["b.xlsx"])) == 0
    assert len(stale_decisions(received.decisions, [])) == 2


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("amount", "zerro", "not_reported"), ("place", "36.99.99", "kode"), ("amount", "nol", "zero")],
)
def test_an_answer_that_nothing_understands_is_an_error(tmp_path, kind, value, words):
    answers = [{"kind": kind, "text": "-", "value": value, "why": "x"}]
    study = make_study(tmp_path, {NAME: SHEET}, answers=answers)
    with pytest.raises(InsidenError, match=words):
        receive(study, QUIET)


def test_an_answer_for_a_file_does_not_move_what_its_regency_settles(tmp_path):
    answers = [{"kind": "place", "text": "Cibeber", "value": "36.72.01", "why": "petugas"}]
    rows = [
        ["Kabupaten/Kota", "Kecamatan", "Jan-24", "Feb-24"],
        ["Kab. Lebak", "Cibeber", 1, 2],
        ["", "Cibeber", 3, 4],
    ]
    received = receive(make_study(tmp_path, {"a.xlsx": rows}, answers=answers), QUIET)
    areas = received.cleaned.records.groupby("row")["area"].first()
    assert areas.to_dict() == {2: "36.02.19", 3: "36.72.01"}


def test_stale_recipes_and_own_aliases_are_listed(tmp_path, capsys):
    sources = {"lama": {"files": "tahun lalu*"}, "kini": {"files": "Rekap*", "sheet": "Rekap"}}
    study = with_corrections(tmp_path, "", sources=sources)
    path = tmp_path / "reference" / "aliases.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False).assign(who="", when="")
    table.loc[len(table)] = ["Kec. Lama", "36.01.13", "nama lama", "petugas", "Siti", "2026-11-03"]
    table.to_csv(path, index=False)
    main(["check", str(study.inbox_folder / NAME), "--study", str(study.path)])
    said = capsys.readouterr().out
    assert "[source.lama]" in said and "Kec. Lama" in said and "[source.kini]" not in said


# -- revisions and messages ----------------------------------------------------------------------


def test_a_revision_is_shown_cell_by_cell_with_both_addresses(tmp_path, capsys):
    old = [["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 2], ["Carita", 3, ""]]
    new = [["REVISI"], ["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 5], ["Carita", 3, 0]]
    files = {"Rekap Pandeglang.xlsx": old, "Rekap Pandeglang rev 1.xlsx": new}
    study = make_study(tmp_path, files)
    received = receive(study, QUIET)
    rows = received.cleaned.revisions.sort_values("row")
    addresses = ["column", "row", "before", "kept_column", "kept_row", "after"]
    assert rows[addresses].to_numpy().tolist() == [
        ["C", 2, "2", "C", 3, "5"],
        ["C", 3, "", "C", 4, "0"],
    ]
    files = [str(path) for path in study.inbox_folder.iterdir()]
    main(["check", *files, "--study", str(study.path)])
    said = capsys.readouterr().out
    assert "Rekap!C2: 2 menjadi 5 (Rekap!C3)" in said and "kosong menjadi 0" in said


def test_each_unit_gets_one_message_with_its_cells_and_its_missing_months(tmp_path):
    pandeglang = [
        ["KABUPATEN PANDEGLANG"],
        ["Kecamatan", "Jan-24", "Feb-24", "Mar-24"],
        ["Labuan", 12, "-", ""],
        ["Carita", 3, 4, ""],
        ["Jumlah", 15, 5, ""],
    ]
    lebak = [["KABUPATEN LEBAK"], ["Kecamatan", "Jan-24", "Feb-24", "Mar-24"], ["Cileles", 1, 2, 3]]
    files = {"Pandeglang.xlsx": pandeglang, "Lebak.xlsx": lebak}
    study = make_study(tmp_path, files, first_month="2024-01", last_month="2024-03")
    (study.inbox_folder / "Rekap Kota Cilegon.xlsx").write_bytes(b"%PDF-1.7 pindaian")
    letters = write_messages(prepare(study, QUIET))
    text = letters["Kabupaten Pandeglang"]
    assert 'lembar Rekap, sel C3 tertulis "-"' in text
    assert "sel C5: jumlah yang tertulis 5" in text and "adalah 4" in text
    assert "belum menerima angka Maret 2024" in text
    assert "Labuan" not in text.split("Maret 2024")[1]  # the whole regency is silent then
    assert "PDF" in letters["Kota Cilegon"]
    assert "Terima kasih atas rekap" not in letters["Kota Serang"]  # it has sent nothing
    for letter in letters.values():
        jargon = ("study.toml", "[source", "NOT_REPORTED", "zero", "parse", "kolom C")
        assert not any(word in letter for word in jargon)


def test_personal_data_never_reach_a_message(tmp_path):
    rows = [
        ["Nama", "NIK", "Kecamatan", "Jumlah"],
        ["Budi Santoso", "3601011501900001", "Labuan", 1],
    ]
    study = make_study(tmp_path, {"Pandeglang.xlsx": SHEET, "Lebak.xlsx": rows})
    letters = write_messages(prepare(study, QUIET))
    assert "data pribadi" in letters["Kabupaten Lebak"]
    assert not any("Budi" in letter or "3601011501900001" in letter for letter in letters.values())


# -- whom to believe where two files differ ----------------------------------------------------


def two_units(first, second):
    """Two units tell of the same two places; they differ in one cell."""
    head = ["Kecamatan", "Jan-24", "Feb-24"]
    return {
        f"{name}.xlsx": [head, ["Labuan", 12, number], ["Carita", 5, 6]]
        for name, number in (("satpol", first), ("diskominfo", second))
    }


def believed(folder, answers, files=None):
    answers = [
        {"kind": "conflict", "text": "", "file": file, "value": value, "why": "lewat telepon"}
        for file, value in answers
    ]
    return receive(make_study(folder, files or two_units(30, 36), answers=answers), QUIET)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ([("satpol.xlsx", "this")], 30),
        ([("diskominfo*", "this")], 36),
        ([("satpol.xlsx", "other")], 36),
        ([("satpol.xlsx", "other"), ("diskominfo.xlsx", "this")], 36),
        ([], None),
        ([("*", "this")], None),  # believing both settles nothing
    ],
)
def test_the_study_says_which_file_is_right_where_two_differ(tmp_path, answers, wanted):
    received = believed(tmp_path, answers)
    found = told(received)
    assert found.get(("Labuan", "2024-02")) == wanted
    assert found["Labuan", "2024-01"] == 12 and found["Carita", "2024-02"] == 6
    records = received.cleaned.records
    assert (records["rule"] == "not_believed").sum() == (wanted is not None)
    assert len(received.cleaned.rejects) == (0 if wanted else 2)
    assert received.decisions["used"].all()


def test_a_believed_file_does_not_fill_what_the_other_alone_tells(tmp_path):
    files = two_units(30, 36)
    files["diskominfo.xlsx"][2][2] = ""  # Carita in February: only the Satpol PP tells
    assert told(believed(tmp_path, [("diskominfo.xlsx", "this")], files))["Carita", "2024-02"] == 6


def test_two_files_that_differ_are_one_question_each_with_both_figures(tmp_path):
    received = believed(tmp_path, [])
    questions = find_questions(received.cleaned.rejects, received.study, received.reference)
    assert [(one.kind, one.file, one.is_answered_here) for one in questions] == [
        ("conflict", "diskominfo.xlsx", True), ("conflict", "satpol.xlsx", True)
    ]  # fmt: skip
    assert "C2: 36" in questions[0].reason and "satpol.xlsx, Rekap!C2: 30" in questions[0].reason


def test_two_sheets_of_one_file_that_differ_cannot_be_settled_by_its_name(tmp_path):
    study = make_study(tmp_path, {})
    with xlsxwriter.Workbook(study.inbox_folder / "dua.xlsx") as book:
        for name, number in (("Rekap", 30), ("Rekap (2)", 36)):
            book.add_worksheet(name).write_row(0, 0, ["Kecamatan", "Jan-24"])
            book.get_worksheet_by_name(name).write_row(1, 0, ["Labuan", number])
    received = receive(study, QUIET)
    questions = find_questions(received.cleaned.rejects, received.study, received.reference)
    assert {(one.kind, one.is_answered_here) for one in questions} == {("conflict", False)}
