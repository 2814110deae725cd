"""What holds for every chart: legible, whole, inside the sheet, the same on every computer."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from html import escape
from itertools import combinations
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from analysis.charts.chart import SIZES, house_style
from analysis.charts.letters import spread, text_width, wrap
from analysis.charts.page import alt_text
from analysis.words.messages import InsidenError
from tests.charts.conftest import MEASURED

KINDS = ["trend_fitted", "comparison", "completeness", "map", *MEASURED]


def drawn_texts(chart):
    """Every text on the sheet with its box in points, as the renderer sets it."""
    with house_style():
        chart.figure.dpi = 100  # fewer pixels, the same proportions
        canvas = FigureCanvasAgg(chart.figure)
        canvas.draw()
        texts = [text for text in chart.figure.findobj(Text) if text.get_text()]
        boxes = [text.get_window_extent(canvas.get_renderer()) for text in texts]
        return texts, boxes, np.asarray(canvas.buffer_rgba())[:, :, :3]


def luminance(colour):
    parts = np.asarray(colour, dtype=float)
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """WCAG 2.2, 1.4.3."""
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def background(box, pixels):
    """The commonest colour in the box of a text, which is what it stands on."""
    rows = slice(int(len(pixels) - box.y1), int(len(pixels) - box.y0))
    part = pixels[rows, int(box.x0) : int(box.x1)].reshape(-1, 3).astype(np.int64)
    colour = pd.Series(part @ [65536, 256, 1]).mode()[0]
    return np.array([colour // 65536, colour // 256 % 256, colour % 256]) / 255


def check_sheet(chart):
    """No text touches another or the edge; each is 7 points or more and stands out clearly."""
    texts, boxes, pixels = drawn_texts(chart)
    height, width = pixels.shape[:2]
    for text, box in zip(texts, boxes, strict=True):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, text
        assert text.get_fontsize() >= 7, text
        assert "LiberationSans" in text.get_fontproperties().get_file(), text
        assert contrast(to_rgb(text.get_color()), background(box, pixels)) >= 4.5, text
    for (one, a), (other, b) in combinations(zip(texts, boxes, strict=True), 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
        assert apart, f"{one.get_text()!r} touches {other.get_text()!r}"
    assert 250 <= len(chart.alt) <= 400, chart.alt


@pytest.mark.parametrize(("lang", "inside"), [("id", False), ("en", False), ("id", True)])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_is_legible_in_every_size_and_language(draw, kind, size, lang, inside):
    chart = draw(kind, size=size, lang=lang, inside=inside)
    check_sheet(chart)
    pages = {size.width: size for size in SIZES.values()}
    wanted = pages[chart.size.width]
    inches = [chart.size.width / 25.4, (wanted.inside if inside else wanted.height) / 25.4]
    assert chart.figure.get_size_inches() == pytest.approx(inches)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_says_what_must_travel_with_it(draw, kind):
    chart = draw(kind, size="a4-full", lang="id")
    texts = " ".join(text.get_text() for text in drawn_texts(chart)[0])
    assert "DATA SIMULASI" in texts
    assert chart.headline in texts
    assert f"Gambar {chart.figure_id}." in texts
    for words in (
        "Sumber: Rekap bulanan",
        "Data sampai Oktober 2026.",
        "Kelengkapan: 547 dari 560 unit-bulan (97,7%).",
        "Satuan: laporan, bukan jumlah orang.",
        "Penduduk: Dukcapil",
    ):
        assert words in chart.footer
        assert words in texts
    assert ("Sel disamarkan:" in chart.footer) == ("why" in chart.table)
    assert chart.alt.startswith("Data simulasi.")
    assert chart.headline in chart.alt
    assert "None" not in texts and "nan" not in texts.lower().split()


def test_inside_a_document_headline_and_footer_are_left_to_it(draw):
    chart = draw("trend", size="a4-half", lang="id", inside=True)
    texts = " ".join(text.get_text() for text in drawn_texts(chart)[0])
    assert chart.headline not in texts and "Sumber" not in texts
    assert "DATA SIMULASI" in texts
    assert "Sumber" in chart.footer and chart.headline


def test_the_figure_id_follows_the_numbers_and_the_words_not_the_sheet(draw, monthly):
    paper = draw("trend", size="a4-full", lang="id")
    assert draw("trend", size="slide-16x9", lang="id", inside=True).figure_id == paper.figure_id
    assert draw("trend", size="a4-full", lang="en").figure_id != paper.figure_id
    shuffled = monthly.sample(frac=1, random_state=1)
    assert draw("trend", monthly=shuffled).figure_id == paper.figure_id
    changed = monthly.copy()
    changed.loc[0, "incidents"] += 1
    assert draw("trend", monthly=changed).figure_id != paper.figure_id
    assert draw("trend", headline="Lain").figure_id != paper.figure_id


@pytest.mark.parametrize("kind", KINDS)
def test_no_style_of_the_user_changes_a_byte(draw, kind):
    first = draw(kind, size="a4-half", lang="id")
    svg, png = first.svg(), first.png()
    with matplotlib.rc_context({"text.usetex": True, "axes.facecolor": "black", "font.size": 30}):
        matplotlib.rcParams["svg.fonttype"] = "none"
        again = draw(kind, size="a4-half", lang="id")
        assert (again.svg(), again.png()) == (svg, png)


def test_another_process_gives_the_same_bytes(draw, root):
    script = (
        "import sys, hashlib; sys.path[:0] = ['tests/charts', '.']; import conftest\n"
        "for kind in ('trend', 'map'):\n"
        "    chart = conftest.draw_chart(kind)\n"
        "    print(hashlib.sha256(chart.svg().encode() + chart.png()).hexdigest())"
    )
    other = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PYTHONDONTWRITEBYTECODE": "1"}
    elsewhere = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env={**os.environ, **other},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [
        hashlib.sha256(chart.svg().encode() + chart.png()).hexdigest()
        for chart in (draw("trend"), draw("map"))
    ]
    assert elsewhere.stdout.split() == here


def test_files_carry_their_alt_text_and_no_date(draw, tmp_path):
    chart = draw("comparison", size="a4-half", lang="id")
    svg, png = chart.save(tmp_path / "gambar")
    assert [svg.name, png.name] == ["comparison.svg", "comparison.png"]
    picture = ElementTree.fromstring(svg.read_text("utf-8"))
    space = "{http://www.w3.org/2000/svg}"
    assert picture.find(f"{space}title").text == chart.headline
    assert picture.find(f"{space}desc").text == chart.alt
    assert picture.get("role") == "img" and picture.get("lang") == "id"
    assert b"<text" not in svg.read_bytes()  # letters are outlines
    assert not re.search(rb"dc:date|Matplotlib|20\d\d-\d\d-\d\dT", svg.read_bytes())
    assert chart.headline.encode("latin-1") in png.read_bytes()
    assert b"Software" not in png.read_bytes() and b"Matplotlib" not in png.read_bytes()


def test_ids_of_two_charts_in_one_page_do_not_clash(draw):
    charts = [draw(kind, size="a4-half", lang="id").svg() for kind in ("trend", "map")]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in charts]
    assert ids[0] and ids[1] and not ids[0] & ids[1]
    for svg, own in zip(charts, ids, strict=True):
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
        assert used <= own


def test_a_notebook_shows_a_chart_once_with_its_alt_text(draw):
    chart = draw("trend", size="a4-half", lang="id")
    html = chart._repr_html_()
    assert html.count("<img") == 1 and f'alt="{escape(chart.alt)}"' in html
    assert chart._repr_png_().startswith(b"\x89PNG")
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_drawing_leaves_the_input_and_the_settings_alone(draw, monthly):
    before, settings = monthly.copy(deep=True), dict(matplotlib.rcParams)
    draw("trend", monthly=monthly).png()
    pd.testing.assert_frame_equal(monthly, before)
    assert dict(matplotlib.rcParams) == settings


NASTY = 'Kec. <b>O\'Brien & "Söhne"</b> $\\alpha_1$ 100% {x} Panjangsekalinamanya'


@pytest.mark.parametrize("kind", KINDS)
def test_long_names_with_odd_signs_are_drawn_as_plain_text(draw, kind, names):
    assert len(NASTY) > 60
    nasty = {code: f"{NASTY} {code}" for code in [*names, "36.01.01", "36.01.02"]}
    chart = draw(kind, size="a4-half", names=nasty)
    check_sheet(chart)
    texts = [text for text in drawn_texts(chart)[0] if "O'Brien" in text.get_text()]
    assert texts and not any(text.get_parse_math() for text in texts)
    ElementTree.fromstring(chart.svg())


def test_a_word_without_a_space_is_broken_and_a_tab_is_a_space(draw):
    chart = draw("trend", headline="Pandeglang\t\n" + "a" * 90, size="a4-half")
    check_sheet(chart)
    assert "\t" not in chart.headline and "\n" not in chart.headline


def refused(key, draw, *args, **changes):
    with pytest.raises(InsidenError) as error:
        draw(*args, **changes)
    assert error.value.key == key
    assert error.value.text("id") != error.value.text("en")


def test_what_cannot_be_drawn_is_refused_in_one_sentence(draw, monthly, caption, tmp_path):
    refused("charts.empty", draw, "trend", monthly=monthly.head(0))
    refused("charts.no_focal", draw, "trend", focal="99.99")
    twice = pd.concat([monthly, monthly.head(3)])
    refused("charts.repeated", draw, "trend", monthly=twice)
    refused("charts.wrong_size", draw, "trend", size="a3")
    refused("charts.wrong_language", draw, "trend", lang="jv")
    refused("charts.no_source", draw, "trend", caption=replace(caption, source=" "))
    refused("charts.no_room", draw, "trend", headline="kata " * 120, size="a4-half")
    refused("charts.no_glyph", draw, "trend", headline="地图")
    refused("tables.columns_missing", draw, "trend", monthly=monthly.drop(columns="flag"))
    chart = draw("trend")
    with pytest.raises(InsidenError, match="pdf"):
        chart.save(tmp_path, ("pdf",))
    (tmp_path / "file").write_text("")
    with pytest.raises(InsidenError, match="tidak dapat ditulis"):
        chart.save(tmp_path / "file")


def test_real_numbers_carry_no_band(draw, caption):
    chart = draw("trend", caption=replace(caption, simulated=False))
    texts = " ".join(text.get_text() for text in drawn_texts(chart)[0])
    assert "SIMULASI" not in texts
    assert not chart.alt.startswith("Data simulasi")


# --- the parts ------------------------------------------------------------------------------


def test_text_width_is_that_of_the_font():
    # Liberation Sans has the widths of Arial: 1000 units of "0" are 556 (Arial metrics)
    wide = text_width("0" * 101, 10) - text_width("0", 10)
    assert wide == pytest.approx(100 * 0.556 * 10 * 25.4 / 72, rel=2e-3)


def test_wrapped_lines_fit_and_lose_no_word():
    text = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh"
    lines = wrap(text, 20, 7)
    assert " ".join(lines) == text
    assert all(text_width(line, 7) <= 20 for line in lines)


def test_labels_move_apart_in_their_order_and_stay_inside():
    moved = spread([5.0, 5.1, 5.2, 0.1], 1.0, 0.0, 10.0)
    assert moved == pytest.approx([4.1, 5.1, 6.1, 0.1])
    assert spread([9.9, 9.9], 1.0, 0.0, 10.0) == pytest.approx([9.0, 10.0])
    assert spread([], 1.0, 0.0, 10.0) == []


def test_alt_text_keeps_the_first_sentences_and_never_grows_too_long():
    text = alt_text(["a" * 390 + ".", "b" * 150, "c" * 150, "d" * 30])
    assert text.startswith("a" * 199 + "…") and len(text) <= 400
    assert "b" * 150 in text and "c" * 150 not in text and "d" * 30 in text
