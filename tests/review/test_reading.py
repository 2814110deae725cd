"""How a file was read: as text, as data, as a picture; and a recipe that reads it alike."""

import json
import tomllib
from html.parser import HTMLParser

import pytest

from analysis.cli import main
from analysis.desk import prepare, receive
from analysis.progress import Progress
from analysis.read.files import File
from analysis.review.picture import read_again, reading_page
from analysis.review.reading import find_reading, reading_lines
from analysis.review.recipes import propose_recipes, recipe_toml
from analysis.run import write_internal
from analysis.study import read_study
from tests.studies import ROOT, make_study

QUIET = Progress("id", quiet=True)
NAME = "Rekap Pandeglang 2024.xlsx"
SECRET = "Rahasia Binti"
MESSY = [
    ["REKAPITULASI KABUPATEN PANDEGLANG", f"operator {SECRET}X"],
    [],
    ["No", "Kecamatan", "Jan-24", "Feb-24", "TW I", "Ket."],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
    [1, "Labuan", 12, "-", 12, f"lihat {SECRET}Y"],
    [2, "Kec. <b>Entah</b> & 'lain'", 3, 4, 7, ""],
    [3, "Carita", "", "NIHIL", 0, ""],
    ["", "Jumlah", 15, 5, 19, ""],
    [f"Sumber: Diskomsantik, {SECRET}Z"],
    ["", "", "", "Pandeglang, 3 Juli 2024"],
    ["", "", "", f"NIP. 197001012000011001 {SECRET}"],
]


@pytest.fixture
def received(tmp_path):
    return receive(make_study(tmp_path, {NAME: MESSY}), QUIET)


def page_of(received):
    files = [File(received.study.inbox_folder / NAME, NAME)]
    return reading_page([NAME], read_again(files, received), received)


class Cells(HTMLParser):
    """The rows of the first table of a page: (class, text, title) of each cell."""

    def __init__(self):
        super().__init__()
        self.rows, self.links, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.links += [facts[name] for name in ("src", "href") if name in facts]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append([facts.get("class", ""), "", facts.get("title", "")])

    def handle_data(self, data):
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1][1] += data


def cells_of(page):
    found = Cells()
    found.feed(page)
    return found


def test_every_row_is_told_with_what_it_was_taken_for(received):
    reading = find_reading(received)
    told = {one.kind: (one.first, one.last) for one in reading.itertuples()}
    assert told == {
        "title": (1, 1), "header": (3, 3), "numbering": (4, 4), "data": (5, 7), "total": (8, 8),
        "note": (9, 9), "signature": (10, 11),
    }  # fmt: skip
    assert reading["rows"].sum() == received.intake.files["rows"].sum()
    text = "\n".join(reading_lines(received, NAME))
    assert "kepala tabel 3" in text and "tempat B (Kecamatan)" in text and "angka C-D" in text


def test_the_picture_marks_every_cell_by_what_it_is(received):
    rows = {row[0][1]: row[1:] for row in cells_of(page_of(received)).rows if row}
    assert [cell[0] for cell in rows["5"]] == [
        "label",
        "label",
        "counted",
        "rejected",
        "sum",
        "unused",
    ]
    assert [cell[1] for cell in rows["5"]][:5] == ["1", "Labuan", "12", "-", "12"]
    assert "strip" in rows["5"][3][2]
    assert rows["6"][1][1] == "Kec. <b>Entah</b> & 'lain'"
    assert rows["7"][2][0] == "empty"
    assert rows["8"][3][0] == "differs" and "dijumlah 4" in rows["8"][3][2]
    assert {cell[0] for cell in rows["3"]} == {"header"}


def test_the_picture_asks_for_nothing_and_shows_no_letterhead(received):
    page = page_of(received)
    assert SECRET not in page and "197001012000011001" not in page
    links = cells_of(page).links
    assert all(link.startswith("#") for link in links)
    assert "<script" not in page and "url(" not in page and "http" not in page
    assert "<b>Entah" not in page
    assert len(page) < 30_000


def test_every_look_differs_without_colour(received):
    style = page_of(received).split("<style>")[1].split("</style>")[0]
    marks = {
        part.split("::after")[0]: part for part in style.split("}") if "::after{content" in part
    }
    assert len(marks) == 13  # all but the counts themselves, which fill the table
    assert len({mark.split("content")[1] for mark in marks.values()}) == 13


def test_a_long_sheet_is_shortened_and_says_so(tmp_path):
    days = [f"{1 + number % 28}/{1 + number % 12}/2024" for number in range(400)]
    rows = [["No", "Tanggal", "Kecamatan"], *([n, day, "Labuan"] for n, day in enumerate(days, 1))]
    rows[200][2] = "Kec. Entah"
    study = make_study(tmp_path, {NAME: rows})
    page = page_of(receive(study, QUIET))
    shown = cells_of(page)
    numbers = [row[0][1] for row in shown.rows if row and row[0][1].isdigit()]
    assert len(numbers) < 30 and "201" in numbers
    assert "baris serupa tidak ditampilkan (baris 12-200)" in shown.text


def test_report_option_and_json(tmp_path, capsys):
    study = make_study(tmp_path, {NAME: MESSY})
    (study.inbox_folder / "pindaian.xlsx").write_bytes(b"%PDF-1.7")
    files = [str(path) for path in sorted(study.inbox_folder.iterdir())]
    out = tmp_path / "bacaan.html"
    assert main(["check", *files, "--study", str(study.path), "--report", str(out)]) == 1
    assert "bacaan.html" in capsys.readouterr().out
    page = out.read_text("utf-8")
    assert "PDF" in page and "Labuan" in page
    main(["check", *files, "--study", str(study.path), "--json", "--lang", "en"])
    told = json.loads(capsys.readouterr().out)["reading"][0]
    assert [one["taken_for"] for one in told["rows"]][:2] == ["title", "headings"]
    assert {one["role"] for one in told["columns"]} >= {"place", "count", "total"}


def test_brief_leaves_a_picture_of_every_file(tmp_path):
    desk = prepare(make_study(tmp_path, {NAME: MESSY}), QUIET)
    write_internal(desk, tmp_path / "internal")
    names = {path.name for path in (tmp_path / "internal").iterdir()}
    assert {"rejects.xlsx", "rejects.csv", "decisions.csv", "pesan", "reading"} <= names
    assert (tmp_path / "internal" / "reading" / f"{NAME}.html").is_file()


# -- recipes --------------------------------------------------------------------------------------


def reads_alike(study, recipes):
    text = study.path.read_text("utf-8") + "".join(recipe_toml(one, "id") for one in recipes)
    tomllib.loads(text)
    before = receive(study, QUIET)
    study.path.write_text(text, encoding="utf-8")
    after = receive(read_study(study.path), QUIET)
    same = before.intake.cells.equals(after.intake.cells)
    return same and before.cleaned.counted.equals(after.cleaned.counted)


def test_a_proposed_recipe_reads_the_same_cells(tmp_path):
    study = make_study(tmp_path, {NAME: MESSY})
    recipes = propose_recipes(File(study.inbox_folder / NAME, NAME), receive(study, QUIET))
    assert recipes[0].header_row == 3
    assert recipes[0].columns == {"No": "row_number", "Kecamatan": "place"}
    assert reads_alike(study, recipes)


@pytest.mark.parametrize(
    "name", ["Laporan Kota Tangerang", "kota_serang", "Rekap Konten", "Regist"]
)
def test_a_recipe_for_each_kind_of_shipped_file_reads_the_same(tmp_path, name):
    path = next((ROOT / "data" / "inbox").glob(f"{name}*"))
    study = make_study(tmp_path, {})
    (study.inbox_folder / path.name).write_bytes(path.read_bytes())
    recipes = propose_recipes(
        File(study.inbox_folder / path.name, path.name), receive(study, QUIET)
    )
    assert recipes and all(one.layout for one in recipes)
    assert reads_alike(study, recipes)


def test_a_recipe_is_printed_or_appended(tmp_path, capsys):
    study = make_study(tmp_path, {NAME: MESSY})
    before = study.path.read_text("utf-8")
    arguments = ["check", str(study.inbox_folder / NAME), "--study", str(study.path)]
    assert main([*arguments, "--write-recipe"]) == 0
    printed = capsys.readouterr().out
    assert tomllib.loads(printed)["source"] and study.path.read_text("utf-8") == before
    assert main([*arguments, "--write-recipe", "--into-study"]) == 0
    after = study.path.read_text("utf-8")
    assert after.startswith(before) and read_study(study.path).recipes[0].header_row == 3
    capsys.readouterr()
    assert main([*arguments, "--write-recipe", "--into-study"]) == 2  # it has one now
    assert "[source.rekap-pandeglang-2024]" in capsys.readouterr().err


def test_rows_of_one_place_are_added_only_where_a_recipe_says_so(tmp_path):
    rows = [["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 2], ["Labuan", 3, 4]]
    for adds in (False, True):
        sources = {"a": {"files": "*", "year": "2024", "adds_rows": adds}}
        folder = tmp_path / str(adds)
        received = receive(make_study(folder, {NAME: rows}, sources=sources), QUIET)
        assert received.cleaned.rejects.empty is adds
