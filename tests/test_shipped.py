"""The shipped inbox, read from its nine messy files, against the truth it was made from."""

import json
import os
import platform
import re
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree

import pandas as pd
import pypdf
import pytest
from PIL import Image
from pptx import Presentation

from analysis.cli import main
from analysis.desk import prepare
from analysis.progress import Progress
from analysis.reference.files import read_reference
from analysis.simulate.truth import add_reports, make_truth
from analysis.study import read_study
from tests.brief.test_pdf import walk
from tests.studies import ROOT


@pytest.fixture(scope="module")
def desk():
    return prepare(read_study(ROOT / "data" / "study.toml"), Progress("id", quiet=True))


@pytest.fixture(scope="module")
def told():
    """What the offices wrote down, cell by cell, with the state of each."""
    return add_reports(make_truth(read_reference(ROOT / "data" / "reference")))


def test_every_count_is_what_the_office_wrote(desk, told):
    told = told[told["area"] != ""]
    wanted = told["written"].where(~told["state"].isin(["dash", "no_line"]), 0)
    both = desk.counts.merge(
        told.assign(wanted=wanted.astype("Int64")), on=["area", "month", "category"], how="outer"
    )
    assert len(both) == len(told) == 155 * 70 * 4
    assert both["incidents_x"].isna().equals(both["wanted"].isna())
    differing = both[(both["incidents_x"] != both["wanted"]).fillna(False)]
    assert differing.empty


def test_gaps_keep_their_reasons(desk, told):
    both = desk.counts.merge(told, on=["area", "month", "category"])
    gaps = both[both["state"].isin(["blank", "not_available"])]
    assert len(gaps) > 0
    reasons = gaps.groupby("state")["why"].unique().map(list).to_dict()
    assert reasons == {"blank": ["not_reported"], "not_available": ["not_available"]}


def test_provisional_months_are_marked(desk, told):
    both = desk.counts.merge(told, on=["area", "month", "category"])
    starred = both[both["provisional"].astype(bool) & both["incidents_x"].notna()]
    assert len(starred) > 0
    assert (starred["flag"] == "provisional").all()


def test_the_one_doubtful_place_is_a_question(desk):
    rejects = desk.cleaned.rejects
    assert set(rejects["text"]) == {"Cibeber"}
    assert set(rejects["candidates"]) == {"36.02.19; 36.72.01"}


def test_the_one_wrong_total_is_named_with_its_cell(desk):
    differing = desk.intake.totals[~desk.intake.totals["agrees"].astype(bool)]
    assert len(differing) == 1
    row = differing.iloc[0]
    assert (row["sheet"], row["column"] + str(row["row"])) == ("2023", "N120")
    assert int(row["printed"]) - int(row["summed"]) == 2


def test_the_revised_file_wins_cell_by_cell(desk):
    revisions = desk.cleaned.revisions
    assert len(revisions) == 7
    assert set(revisions["kept"]) == {"Rekap Kab Serang 2021-2026 rev final 2.xlsx"}


@pytest.fixture(scope="module", params=["id", "en"])
def results(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("hasil akhir") / request.param
    study = str(ROOT / "data" / "study.toml")
    order = ["brief", "--study", study, "--out", str(out), "--lang", request.param]
    assert main([*order, "--quiet", "--slides"]) == 1
    return out, request.param


def numbers_in(text, lang):
    """Every number of a text, dates and codes apart, as it is printed."""
    point = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?" if lang == "id" else (
        r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    )  # fmt: skip
    return re.findall(point, text)


def test_every_number_in_the_text_is_a_cell_of_an_exported_table(results):
    out, lang = results
    figures = pd.read_csv(out / "package" / "figures.csv", dtype=str, keep_default_na=False)
    known = set()
    for shown in figures["shown"]:
        known.update(numbers_in(shown, lang))
    for table in (out / "package").glob("*.csv"):
        assert table.stat().st_size > 0
    cited = figures.drop_duplicates(["table", "row", "column"])
    for cite in cited.itertuples():
        table = pd.read_csv(out / "package" / f"{cite.table}.csv", dtype=str, keep_default_na=False)
        wanted = dict(part.split("=", 1) for part in cite.row.split("; "))
        rows = table
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        assert cite.value in set(rows[cite.column]), cite
    assert len(known) > 60


def test_no_hidden_cell_follows_from_the_published_ones(results):
    out, _ = results
    satudata = pd.read_csv(out / "package" / "satudata.csv", dtype=str, keep_default_na=False)
    assert not set(satudata["jumlah"]) & {"0", "1", "2", "3", "4"}
    districts = pd.read_csv(out / "package" / "districts.csv", dtype=str, keep_default_na=False)
    assert not set(districts["incidents"]) & {"0", "1", "2", "3", "4"}
    assert "<5" in set(districts["shown"])


def test_simulated_data_says_so_everywhere(results):
    out, lang = results
    words = {"id": "DATA SIMULASI", "en": "SIMULATED DATA"}[lang]
    for page in pypdf.PdfReader(out / "briefing.pdf").pages:
        assert words in page.extract_text()
    html = (out / "briefing.html").read_text("utf-8")
    assert words in html
    assert not re.search(r"""(src|href)=["']https?://""", html)
    for figure in (out / "figures").glob("*.svg"):
        assert "imula" in figure.read_text("utf-8").split("</desc>")[0]
    for table in [*(out / "package").glob("*.csv"), *(out / "internal").glob("*.csv")]:
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
        column = "keterangan" if table.stem == "satudata" else "simulated"
        assert all("simul" in text or text == "true" for text in rows[column].str.lower()), (
            table.name
        )
    package = json.loads((out / "package" / "datapackage.json").read_text("utf-8"))
    assert package["simulated"] is True


def test_every_carrier_of_a_figure_says_the_same_alt_text(results):
    out, _ = results
    wanted = {}
    for path in (out / "figures").glob("*.png"):
        with Image.open(path) as picture:
            wanted[path.stem] = picture.text["Description"]
    assert len(wanted) == 4 and all(250 <= len(text) <= 400 for text in wanted.values())
    drawn = {
        path.stem: ElementTree.parse(path).find("{http://www.w3.org/2000/svg}desc").text
        for path in (out / "figures").glob("*.svg")
    }
    assert drawn == wanted
    figures = json.loads((out / "manifest.json").read_text("utf-8"))["figures"]
    assert {one["record"]["alt"] for one in figures} == set(wanted.values())
    page = unescape((out / "briefing.html").read_text("utf-8"))
    tags = pypdf.PdfReader(out / "briefing.pdf").trailer["/Root"]["/StructTreeRoot"]
    spoken = {part.get("/Alt") for part in walk(tags)}
    slides = Presentation(out / "briefing.pptx").slides
    told = {node.get("descr") for one in slides for node in one.element.iter()}
    for text in wanted.values():
        assert f'alt="{text}"' in page
        assert text in spoken
        assert text in told


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="kernels of x86 processors"
)
def test_an_older_processor_gives_the_same_bytes(results, tmp_path):
    """Other kernels of NumPy and OpenBLAS round the last digits of an iterated estimate otherwise."""
    if results[1] != "id":
        pytest.skip("one language is enough")
    older = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V3 AVX2 FMA3"}
    order = ["brief", "--study", str(ROOT / "data" / "study.toml"), "--out", str(tmp_path / "out")]
    order += ["--quiet", "--slides", "--lang", "id"]
    subprocess.run([sys.executable, "-m", "analysis", *order],
                   env={**os.environ, **older}, cwd=ROOT, capture_output=True)  # fmt: skip
    folders = (results[0], tmp_path / "out")
    here, there = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in folders
    )
    assert len(here) > 40
    assert [name for name in here if here[name] != there.get(name)] == []
