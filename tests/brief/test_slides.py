"""The slides as a presentation program reads them: pictures with records, an editable chart, no clock."""

import io
import sys
import zipfile

import pandas as pd
import pytest

from analysis.brief.document import build_brief
from analysis.brief.slides import write_slides
from analysis.record import read_figures, reproduce
from analysis.words.messages import InsidenError
from tests.brief.conftest import make_charts, make_findings
from tests.charts.conftest import draw_chart

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    findings = make_findings()
    brief = build_brief(findings, make_charts(), lang="id")
    charts = {kind: draw_chart(kind, size="slide-16x9") for kind in ("trend", "map")}
    path = tmp_path_factory.mktemp("paparan") / "briefing.pptx"
    write_slides(findings, brief, charts, path)
    return findings, brief, charts, path


def shapes_of(path, kind):
    deck = pptx.Presentation(path)
    return [shape for slide in deck.slides for shape in slide.shapes if getattr(shape, kind, None)]


def test_each_picture_has_its_alt_text_and_can_be_drawn_again(made):
    _, _, charts, path = made
    pictures = shapes_of(path, "image")
    told = [one._element.xpath(".//p:cNvPr")[0].get("descr") for one in pictures]
    assert told == [chart.alt for chart in charts.values()]
    found = {one.record["id"]: one for one in read_figures(path)}
    assert set(found) == {chart.figure_id for chart in charts.values()}
    assert all(reproduce(one).identical for one in found.values())


def test_the_native_chart_holds_the_shown_months_and_nothing_hidden(made):
    findings, _, _, path = made
    (frame,) = shapes_of(path, "has_chart")
    (series,) = frame.chart.plots[0].series
    rows = findings.monthly[findings.monthly["area"] == findings.focal].sort_values("month")
    wanted = [None if pd.isna(value) else float(value) for value in rows["incidents"]]
    assert list(series.values) == wanted
    assert list(frame.chart.plots[0].categories)[:2] == ["Jan 2021", "Feb 2021"]
    assert frame._element.xpath(".//p:cNvPr")[0].get("descr")
    with zipfile.ZipFile(path) as deck:
        (name,) = [one for one in deck.namelist() if one.endswith(".xlsx")]
        with zipfile.ZipFile(io.BytesIO(deck.read(name))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<v>") < 2 * len(rows) + 4


def test_every_slide_has_a_title_and_the_first_says_the_finding(made):
    _, brief, _, path = made
    deck = pptx.Presentation(path)
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)
    first = " ".join(s.text_frame.text for s in deck.slides[0].shapes if s.has_text_frame)
    assert brief.headline.text in first and brief.simulated.text in first
    assert (deck.slide_width, deck.slide_height) == (9144000, 5144400)


def test_nothing_says_who_made_it_or_when(made):
    *_, path = made
    told = pptx.Presentation(path).core_properties
    assert (told.author, told.last_modified_by) == ("", "")
    with zipfile.ZipFile(path) as deck:
        assert {entry.date_time for entry in deck.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = deck.read("docProps/core.xml").decode()
        app = deck.read("docProps/app.xml").decode()
    assert "Steve" not in core + app and "2013-" not in core and "2026-11-01" in core


def test_running_twice_gives_the_same_bytes(made, tmp_path):
    findings, brief, charts, path = made
    assert (
        write_slides(findings, brief, charts, tmp_path / "b.pptx").read_bytes() == path.read_bytes()
    )


def test_without_the_package_it_says_what_to_install(made, tmp_path, monkeypatch):
    findings, brief, charts, _ = made
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(InsidenError, match=r"insiden\[slides\]"):
        write_slides(findings, brief, charts, tmp_path / "c.pptx")
    assert not list(tmp_path.iterdir())
