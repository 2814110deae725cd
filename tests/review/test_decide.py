"""Open questions are asked once, answered in the terminal or in a workbook, and kept as data."""

import io
import json
import sys
import tomllib
import zipfile

import pandas as pd
import pytest

from analysis.cli import main
from analysis.desk import receive
from analysis.progress import Progress
from analysis.read.files import read_grids
from analysis.review.questions import Question, find_questions
from analysis.review.workbook import rejects_workbook
from analysis.study import read_study
from tests.studies import make_study, write_sheet

QUIET = Progress("id", quiet=True)
SHEET = [
    ["KABUPATEN PANDEGLANG"],
    ["Kecamatan", "Jan-24", "Feb-24"],
    ["Labuan", 12, "-"],
    ["Kec. Entah", 3, "-"],
    ["Carita", "aman", 4],
]


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path, {"rekap [1].xlsx": SHEET})


def decide(monkeypatch, study, typed, *more):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return main(["decide", "--study", str(study.path), *more])


def asked(study):
    received = receive(read_study(study.path), QUIET)
    return find_questions(received.cleaned.rejects, received.study, received.reference)


def test_alike_questions_are_one_and_name_their_cells(study):
    found = {one.text: one for one in asked(study)}
    assert set(found) == {"-", "Kec. Entah", "aman"}
    assert found["-"].cells == ("C3",)
    assert found["Kec. Entah"].cells == ("B4", "C4")
    assert [value for value, _ in found["-"].choices][:2] == ["zero", "not_reported"]


def test_answers_are_appended_and_nothing_else_changes(study, monkeypatch, capsys):
    before = study.path.read_bytes() + b"# catatan saya: jangan dihapus"
    study.path.write_bytes(before)
    typed = 'Siti, statistisi\n1\nkata petugas\nOUTSIDE\n\n=7\ndihitung ulang "bersama"\n'
    assert decide(monkeypatch, study, typed) == 0
    after = study.path.read_bytes()
    assert after.startswith(before + b"\n")
    answers = tomllib.loads(after.decode())["answer"]
    assert [(one["kind"], one["text"], one["value"]) for one in answers] == [
        ("amount", "-", "zero"),
        ("place", "Kec. Entah", "OUTSIDE"),
        ("amount", "aman", "7"),
    ]
    assert {one["who"] for one in answers} == {"Siti, statistisi"}
    assert answers[1]["why"] == "kata petugas"  # Enter repeats the reason
    assert answers[2]["why"] == 'dihitung ulang "bersama"'
    assert asked(study) == []
    capsys.readouterr()
    assert (
        main(["check", str(study.inbox_folder / "rekap [1].xlsx"), "--study", str(study.path)]) == 0
    )
    said = capsys.readouterr().out
    assert "menunggu" in said and "0 menunggu keputusan" in said


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Siti\n9\n", "Pilih 1-"),
        ("Siti\nbanyak\n", "bilangan bulat"),
        ("Siti\n1\n\n\n", "Alasan wajib"),
        ("Siti\n1\n2\n", "Alasan wajib"),  # a number is no reason
        ("\n", "tanpa nama"),
    ],
)
def test_what_is_no_answer_is_said_and_not_written(study, monkeypatch, capsys, typed, words):
    before = study.path.read_bytes()
    assert decide(monkeypatch, study, typed) == 1
    assert words in capsys.readouterr().out
    assert study.path.read_bytes() == before


def test_an_end_at_any_time_keeps_what_was_answered(study, monkeypatch, capsys):
    assert decide(monkeypatch, study, "Siti\n1\nkata petugas\nb\n") == 1
    assert len(read_study(study.path).answers) == 1
    assert "Dihentikan" in capsys.readouterr().out

    class Interrupting(io.StringIO):
        def readline(self, *_):
            line = super().readline()
            if not line:
                raise KeyboardInterrupt
            return line

    monkeypatch.setattr(sys, "stdin", Interrupting("Siti\nOUTSIDE\nkota tetangga\n"))
    assert main(["decide", "--study", str(study.path), "--lang", "en"]) == 1
    assert "Stopped" in capsys.readouterr().out
    assert len(read_study(study.path).answers) == 2


def test_a_name_or_a_word_of_the_office_is_an_answer(study, monkeypatch):
    decide(monkeypatch, study, "Siti\nnihil\nkata petugas\nkec. menes\nsalah tulis\n\n")
    answers = {one.text: one.value for one in read_study(study.path).answers}
    assert answers == {"-": "zero", "Kec. Entah": "36.01.13"}


def test_a_study_that_would_break_stays_as_it_was(study, monkeypatch, capsys):
    line = 'answer = [{kind = "amount", text = "x", value = "1", why = "uji"}]\n'
    before = line + study.path.read_text("utf-8")
    study.path.write_text(before, encoding="utf-8")
    decide(monkeypatch, study, "Siti\n1\nkata petugas\nb\n")
    assert study.path.read_text("utf-8") == before
    assert "[[answer]]" in capsys.readouterr().out


def test_the_year_of_a_file_becomes_a_recipe(tmp_path, monkeypatch):
    rows = [["KABUPATEN PANDEGLANG"], ["Kecamatan", "Jan", "Feb"], ["Labuan", 1, 2]]
    study = make_study(tmp_path, {"rekap.xlsx": rows})
    assert {one.kind for one in asked(study)} == {"year"}
    decide(monkeypatch, study, "Siti\n2024\nsurat pengantar\n\n")
    assert asked(study) == []
    recipe = read_study(study.path).recipes[0]
    assert (recipe.name, recipe.year, recipe.who) == ("rekap", "2024", "Siti")


# -- the workbook -------------------------------------------------------------------------------


def fill(content, path, answers):
    """Fill in a workbook as an analyst does, by the text of the question."""
    source = path.with_name("asli.xlsx")
    source.write_bytes(content)
    texts = read_grids(source)[0].texts
    rows = texts.words[texts.codes].tolist()
    head = rows[1]
    for row in rows[2:]:
        row += [""] * (len(head) - len(row))
        answer = answers.get(row[head.index("Tertulis")])
        for name, text in zip(("Jawaban Anda", "Mengapa", "Oleh"), answer or (), strict=False):
            row[head.index(name)] = text
    write_sheet(path, rows)


def test_the_workbook_offers_lists_and_runs_nothing(study):
    content = rejects_workbook(asked(study), "id", simulated=False)
    assert content == rejects_workbook(asked(study), "id", simulated=False)
    frame = pd.read_excel(
        io.BytesIO(content), sheet_name=None, header=None, dtype=str, engine="calamine"
    )
    assert list(frame) == ["Pertanyaan", "pilihan"]
    assert list(frame["Pertanyaan"].iloc[1])[:4] == ["Berkas", "Lembar", "Sel", "Tertulis"]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "dataValidation " in sheet and "<f>" not in sheet.split("<dataValidations")[0]


def test_a_filled_workbook_gives_the_same_answers(study, tmp_path, capsys):
    path = tmp_path / "rejects.xlsx"
    content = rejects_workbook(asked(study), "id", simulated=False)
    answers = {
        "-": ("zero = nol: dilaporkan, tidak ada kejadian", "kata petugas", "Siti"),
        "Kec. Entah": ("Kec. Menes", "salah tulis", ""),
        "aman": ("banyak", "kira-kira", "Siti"),
    }
    fill(content, path, answers)
    arguments = ["decide", "--study", str(study.path), "--from", str(path)]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert "1 jawaban" in said and "baris 4" in said and "bilangan bulat" in said
    assert main([*arguments, "--who", "Siti"]) == 1
    capsys.readouterr()
    found = {one.text: (one.value, one.who) for one in read_study(study.path).answers}
    assert found == {"-": ("zero", "Siti"), "Kec. Entah": ("36.01.13", "Siti")}


@pytest.mark.parametrize(
    ("rows", "words"), [([["Kecamatan", "Jan"], ["Labuan", 1]], "kolom"), ([], "Tertulis")]
)
def test_another_workbook_is_refused(study, tmp_path, capsys, rows, words):
    path = tmp_path / "lain.xlsx"
    if rows:
        write_sheet(path, rows)
    else:
        path.write_bytes(rejects_workbook(asked(study), "id", simulated=False))
        words = "belum diisi"
    assert main(["decide", "--study", str(study.path), "--from", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path):
    odd = Question("place", "a.xlsx", "S", ("A1",), '=HYPERLINK("http://x")', "uji", ())
    path = tmp_path / "rejects.xlsx"
    path.write_bytes(rejects_workbook([odd], "id", simulated=True))
    texts = read_grids(path)[0].texts
    assert texts.words[texts.codes[2, 3]] == odd.text


def test_json_says_what_was_written(study, monkeypatch, capsys):
    decide(monkeypatch, study, "Siti\n1\nkata petugas\nb\n", "--json")
    summary = json.loads(capsys.readouterr().out)
    assert summary["open"] == 2 and summary["written"][0]["value"] == "zero"
