"""The first minutes of a newcomer: a first chart, a study of one's own, and the guide to both."""

import importlib.util
import re
import shlex
import subprocess
import sys

import pytest
from PIL import Image

import analysis as ia
from analysis.charts.recording import pixel_digest
from analysis.cli import main, parser
from analysis.record import read_figures
from analysis.study import CHOICES, read_study
from analysis.words.messages import InsidenError, words
from tests.conftest import ROOT

NAMES = ["Northam", "Eastbrook", "Westfield", "Harbour Hill", "Old Mills"]
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]


def long_table():
    rows = [
        f"{name},{month},{8 + 3 * place + (7 * number) % 11}\n"
        for place, name in enumerate(NAMES)
        for number, month in enumerate(MONTHS)
    ]
    return "area,month,incidents\n" + "".join(rows)


@pytest.mark.parametrize("region", ["N1", "northam"])
def test_a_long_csv_of_another_country_leads_to_a_briefing(tmp_path, capsys, region):
    gazetteer = tmp_path / "areas.csv"
    people = [f"N{place},{name},{50000 + place}\n" for place, name in enumerate(NAMES, 1)]
    gazetteer.write_text("code,name,population 2024\n" + "".join(people), encoding="utf-8")
    folder = tmp_path / "demo"
    new = ["new", str(folder), "--areas", str(gazetteer), "--region", region, "--lang", "en"]
    assert main(new) == 0
    assert "There are no people" not in capsys.readouterr().out
    assert 'region = "N1"' in (folder / "study.toml").read_text("utf-8")
    (folder / "inbox" / "incidents.csv").write_text(long_table(), encoding="utf-8")
    if region == "N1":
        assert main(["brief", "--study", str(folder / "study.toml"), "--quiet"]) == 0
        assert (folder / "outputs" / "briefing.pdf").is_file()


REGENCY = """kode;nama;penduduk;tahun
33.01;Kabupaten Cilacap;1950000;2024
33.02;Kabupaten Banyumas;1800000;2024
33.01.01;Kedungreja;90000;2024
33.01.02;Kesugihan;130000;2024
33.02.01;Lumbir;50000;2024
33.02.02;Wangon;85000;2024
"""


def test_a_regency_without_centre_points_gets_its_briefing_without_a_map(tmp_path, capsys):
    gazetteer = tmp_path / "wilayah.csv"
    gazetteer.write_text(REGENCY, encoding="utf-8")
    folder = tmp_path / "studi"
    name = "kabupaten cilacap"
    assert main(["new", str(folder), "--areas", str(gazetteer), "--region", name]) == 0
    assert "titik pusat" in capsys.readouterr().out
    months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
    header = "Kecamatan;" + ";".join(f"{month} 2025" for month in months)
    for file, places in (("Cilacap", "Kedungreja Kesugihan"), ("Banyumas", "Lumbir Wangon")):
        rows = [f"{place};" + ";".join(["12"] * 12) for place in places.split()]
        (folder / "inbox" / f"{file}.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    assert main(["brief", "--study", str(folder / "study.toml"), "--quiet"]) == 0
    drawn = {path.stem for path in (folder / "outputs" / "figures").glob("*.png")}
    assert drawn == {"trend", "comparison", "completeness"}


def test_the_own_csv_serves_as_the_list_of_areas(tmp_path, capsys):
    table = tmp_path / "incidents.csv"
    table.write_text(long_table() + "Total,2024-12,99\n", encoding="utf-8")
    assert main(["new", str(tmp_path / "demo"), "--areas", str(table), "--lang", "en"]) == 0
    areas = (tmp_path / "demo" / "reference" / "areas.csv").read_text("utf-8")
    assert [line.split(",")[0] for line in areas.splitlines()[1:]] == NAMES
    assert "There are no people yet" in capsys.readouterr().out


def test_quotes_in_a_name_do_not_break_the_study(tmp_path):
    gazetteer = tmp_path / "areas.csv"
    gazetteer.write_text('name\n"The ""Hill"" \\ East"\nWest\n', encoding="utf-8")
    assert main(["new", str(tmp_path / "demo"), "--areas", str(gazetteer), "--lang", "en"]) == 0
    study = read_study(tmp_path / "demo" / "study.toml")
    assert study.region == 'The "Hill" \\ East'
    assert "Write here" not in study.source_line  # it is printed: no words to be replaced


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kode,nama,penduduk\n1,A,5\n2,B,6\n", "tahun"),
        ("kode,nama,penduduk_2024\n1,A,5\n2,B,1.200\n", "baris 3"),
        ("kode,nama,penduduk,tahun\n1,A,5,24\n2,B,6,2024\n", "baris 2"),
    ],
)
def test_people_that_cannot_be_used_are_refused(tmp_path, capsys, text, said):
    gazetteer = tmp_path / "wilayah.csv"
    gazetteer.write_text(text, encoding="utf-8")
    assert main(["new", str(tmp_path / "studi"), "--areas", str(gazetteer)]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "studi").exists()


# -- a first chart -------------------------------------------------------------------------------


def counts_file(folder, *rows, header="area,month,incidents"):
    path = folder / "counts.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_first_chart_hides_small_counts_and_leaves_gaps(tmp_path):
    path = counts_file(tmp_path, "A,2024-01,12", "A,2024-02,3", "A,2024-04,0", "A,2024-05,")
    chart = ia.plot_counts(path, source="kantor")
    assert chart.table["incidents"].isna().tolist() == [False, True, True, True, True]
    assert chart.table["shown"].tolist() == ["12", "<5", "", "<5", ""]
    assert chart.table["why"].tolist() == ["", "suppressed", "not_reported", "suppressed", "not_reported"]  # fmt: skip
    assert "3 dari 5 bulan" in chart.footer and "Sumber: kantor" in chart.footer
    assert "April 2024" in chart.footer  # the last month with a report


def test_a_first_chart_keeps_what_a_package_has_hidden_and_says_simulated(tmp_path):
    (tmp_path / "areas.csv").write_text("area,name\n1,Alfa\n", encoding="utf-8")
    rows = ("1,2024-01,12,,true", "1,2024-02,,complementary,true", "1,2024-03,,suppressed,true")
    path = counts_file(tmp_path, *rows, header="area,month,incidents,why,simulated")
    chart = ia.plot_counts(path, source="paket")
    assert chart.table["shown"].tolist() == ["12", "-", "<5"]
    assert chart.headline == "Alfa"
    assert "Data simulasi" in chart.alt


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("A,2024-01,7", "B,2024-01,7"), "A, B"),
        (("A,Jan 2024,7",), "baris 2"),
        (("A,2024-01,7", "A,2024-02,1.5"), "baris 3"),
        (("A,2024-01,7", "A,2024-02,-"), "kolom incidents"),
        (("A,2024-01,7", "A,2024-01,8"), "baris 3"),
        (("A,2024-01,",), "tidak ada angka"),
    ],
)
def test_a_table_in_doubt_is_refused_with_its_place(tmp_path, rows, said):
    with pytest.raises(InsidenError, match=said):
        ia.plot_counts(counts_file(tmp_path, *rows), source="kantor")


def test_a_first_chart_needs_no_model_no_pdf_and_no_map(tmp_path):
    path = counts_file(tmp_path, *(f"A,2024-{month:02d},9" for month in range(1, 10)))
    code = (
        "import sys, analysis as ia; "
        f"ia.plot_counts({str(path)!r}, source='kantor'); "
        "print(*{'geopandas', 'statsmodels', 'typst'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# -- the guide -----------------------------------------------------------------------------------

DOCS = ROOT / "docs"
GUIDE = (DOCS / "panduan.md").read_text("utf-8") if DOCS.is_dir() else ""
README = (ROOT / "README.md").read_text("utf-8") if GUIDE else ""
needs_docs = pytest.mark.skipif(not GUIDE, reason="docs/ is not part of this copy")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def commands(text):
    lines = [
        line for block in re.findall(r"```.*?```", text, re.DOTALL) for line in block.splitlines()
    ]
    lines += re.findall(r"`(insiden [^`]+)`", text)
    return sorted({" ".join(line.split()) for line in lines if line.startswith("insiden ")})


@needs_docs
@pytest.mark.parametrize("line", commands(GUIDE + README))
def test_every_command_of_the_guide_and_the_readme_exists_with_its_options(line):
    parser().parse_args(shlex.split(line.replace("\\", "/"))[1:])


@needs_docs
def test_the_readme_names_every_command_in_both_languages():
    indonesian, english = README.split("# insiden, in English")
    (choices,) = (action.choices for action in parser()._actions if action.dest == "==SUPPRESS==")
    for text in (indonesian, english):
        assert {name for name in choices if f"insiden {name}" in text} == set(choices)


@needs_docs
def test_every_option_that_the_guide_names_belongs_to_a_command():
    for option in re.findall(r"`(--[^`]+)`", GUIDE):
        parser().parse_args(["brief", *option.split()])


@needs_docs
@pytest.mark.parametrize("block", blocks("toml"))
def test_every_key_of_the_guide_is_read(tmp_path, block):
    text = block if "title" in block else blocks("toml")[0] + block
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    read_study(path)


@needs_docs
def test_every_key_of_the_guide_is_in_a_new_study_and_every_kind_is_explained():
    named = set(re.findall(r"^(\w+) = ", blocks("toml")[0], re.MULTILINE))
    assert named <= set(re.findall(r"^(\w+) = ", words("id")["new.template"], re.MULTILINE))
    rows = re.findall(r"^\| \w+(?: \w+)? \(`(\w+)`\)", GUIDE, re.MULTILINE)
    assert sorted(rows) == sorted(CHOICES["kind"])


@needs_docs
@pytest.mark.parametrize("block", blocks("python"))
def test_the_python_of_the_guide_runs(tmp_path, monkeypatch, block):
    monkeypatch.chdir(tmp_path)
    rows = [f"Menes,2024-{month:02d},{month + 5}" for month in range(1, 13)]
    counts_file(tmp_path, *rows).rename(tmp_path / "cacah.csv")
    exec(compile(block, "panduan.md", "exec"), {})
    assert (tmp_path / "gambar" / "trend.png").is_file()


@needs_docs
def test_the_guide_is_short_and_shows_every_picture():
    assert len(GUIDE.splitlines()) <= 170
    shown = set(re.findall(r"!\[[^]]+\]\(([^)]+)\)", GUIDE))
    assert shown == {path.name for path in DOCS.glob("*.png")}
    assert sum(path.stat().st_size for path in DOCS.glob("*.png")) < 1_000_000


@pytest.fixture(scope="module")
def pictures():
    """The script that makes the pictures, and the shipped findings."""
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, ia.find(module.STUDY)


@needs_docs
def test_the_pictures_of_the_guide_are_those_of_today(pictures):
    module, findings = pictures
    same = ("data", "settings", "words", "pixels")
    for name, chart in module.draw_figures(findings).items():
        (carried,) = read_figures(DOCS / f"{name}.png")
        now, then = (
            tuple(record[key] for key in same) for record in (chart.record, carried.record)
        )
        assert then == now, f"{name}.png is out of date: python docs/pictures.py"
        assert pixel_digest(carried.picture) == carried.record["pixels"]
    with Image.open(DOCS / "briefing.png") as page:
        now = module.page_digest(module.make_brief(findings))
        assert page.info["insiden-page"] == now, "out of date: python docs/pictures.py"
