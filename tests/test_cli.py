"""The command as a user meets it: what it prints, what it leaves, how it ends."""

import json
import subprocess
import sys

import pytest

from analysis.cli import main
from tests.studies import ROOT, make_study, write_sheet

SHEET = [
    ["KABUPATEN PANDEGLANG"],
    ["Kecamatan", "Jan-24", "Feb-24"],
    ["Labuan", 12, 9],
    ["Carita", 3, "NIHIL"],
]


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from analysis.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'geopandas', 'duckdb', 'typst', 'scipy'}\n"
        "print('loaded', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded []\n")
    assert "brief" in done.stdout


def test_module_and_command_are_one():
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("usage: insiden")


def test_check_writes_nothing_and_says_what_it_read(tmp_path, capsys):
    study = make_study(tmp_path, {"a.xlsx": SHEET})
    before = sorted(path for path in tmp_path.rglob("*"))
    status = main(["check", str(study.inbox_folder / "a.xlsx"), "--study", str(study.path)])
    said = capsys.readouterr().out
    assert status == 0
    assert "a.xlsx" in said
    assert "4 baris dibaca" in said.lower()
    assert "Neraca" in said
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_json_is_one_document_on_standard_output(tmp_path, capsys):
    study = make_study(tmp_path, {"a.xlsx": SHEET})
    file = str(study.inbox_folder / "a.xlsx")
    assert main(["check", file, "--study", str(study.path), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["status"] == 0
    assert summary["files"][0]["file"] == "a.xlsx"
    assert sum(entry["amount"] for entry in summary["balance"]) == 24


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"region": "36.99"}, "36.99"),
        ({"compare_level": "kabupaten"}, "kabkota"),
        ({"comparators": ["neighbours"]}, "land_neighbours"),
        ({"comparators": []}, "pembanding"),
        ({"population_series": "bps", "population_year": 2024}, "2024"),
        ({"first_month": "2030-01"}, "2030-01"),
        ({"reference": "nowhere"}, "insiden new"),
    ],
)
def test_a_setting_that_does_not_fit_is_one_message(tmp_path, capsys, settings, words):
    study = make_study(tmp_path, {"a.xlsx": SHEET}, **settings)
    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "tidak-ada.xlsx"],
        ["brief", "--study", "tidak-ada.toml"],
        ["brief", "--month", "Juli"],
        ["boundaries", "tidak-ada.geojson"],
        ["new", "x", "--areas", "tidak-ada.csv"],
    ],
)
def test_what_is_not_there_is_named(tmp_path, capsys, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert any(part in said for part in ("tidak-ada", "Juli"))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_inbox_is_said(tmp_path, capsys):
    study = make_study(tmp_path, {})
    assert main(["brief", "--study", str(study.path), "--quiet"]) == 2
    assert "inbox" in capsys.readouterr().err


def test_a_good_file_beside_a_refused_one_goes_on_with_status_one(tmp_path, capsys):
    study = make_study(tmp_path, {"a.xlsx": SHEET})
    (study.inbox_folder / "scan.xlsx").write_bytes(b"%PDF-1.7 pindaian")
    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"]) == 1
    assert "scan.xlsx" in capsys.readouterr().out
    assert (out / "briefing.pdf").is_file()


GAZETTEER = "kode;nama;induk\n1;Utara;\n1.1;Alfa;1\n1.2;Beta;1\n1.3;Gama;1\n"


def test_new_leads_to_a_briefing_of_another_region(tmp_path, capsys):
    gazetteer = tmp_path / "wilayah.csv"
    gazetteer.write_text(GAZETTEER, encoding="utf-8")
    folder = tmp_path / "studi baru"
    assert main(["new", str(folder), "--areas", str(gazetteer), "--region", "1.2"]) == 0
    assert main(["new", str(folder), "--areas", str(gazetteer)]) == 2
    months = [f"{month}-2024" for month in ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun")]
    rows = [["Wilayah", *months], ["Alfa", *[9] * 6], ["Beta", *[4] * 6], ["Gama", *[7] * 6]]
    write_sheet(folder / "inbox" / "rekap.xlsx", rows)
    people = "area,year,population,series,vintage,source,confidence\n" + "".join(
        f"1.{number},2024,50000,kantor,2024,uji,high\n" for number in (1, 2, 3)
    )
    (folder / "reference" / "population.csv").write_text(people, encoding="utf-8")
    study = folder / "study.toml"
    text = study.read_text("utf-8").replace('series = ""', 'series = "kantor"')
    study.write_text(text.replace("year = 0", "year = 2024"), encoding="utf-8")
    capsys.readouterr()
    assert main(["brief", "--study", str(study), "--quiet"]) == 0, capsys.readouterr().err
    assert (folder / "outputs" / "briefing.pdf").is_file()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wilayah,penduduk\nA,1\n", "kode"),
        ("kode,nama\n1,A\n1,B\n", "berulang"),
        ("kode,nama\n1,A\n", "pembanding"),
    ],
)
def test_a_gazetteer_that_does_not_serve_is_said(tmp_path, capsys, text, words):
    gazetteer = tmp_path / "wilayah.csv"
    gazetteer.write_text(text, encoding="utf-8")
    assert main(["new", str(tmp_path / "baru"), "--areas", str(gazetteer)]) == 2
    assert words in capsys.readouterr().err


def test_boundaries_are_taken_and_used(tmp_path, shared, capsys):
    source = shared / "data" / "banten-boundaries" / "banten_kecamatan_from_desa.geojson"
    reference = tmp_path / "reference"
    reference.mkdir()
    for table in (ROOT / "data" / "reference").glob("*.csv"):
        (reference / table.name).write_bytes(table.read_bytes())
    inbox = next((ROOT / "data" / "inbox").glob("Rekap Konten Pandeglang*")).as_posix()
    study = make_study(tmp_path, {}, reference="reference", inbox=inbox, comparators=["each"])
    assert main(["boundaries", str(source), "--study", str(study.path)]) == 0
    assert (reference / "boundaries.geojson").is_file()
    text = study.path.read_text("utf-8")
    study.path.write_text(f'boundaries = "reference/boundaries.geojson"\n{text}', encoding="utf-8")
    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"]) == 0
    assert "skematis" not in (out / "figures" / "map.svg").read_text("utf-8").split("</desc>")[0]
