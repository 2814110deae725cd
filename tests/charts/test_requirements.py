"""What every chart owes its reader: each requirement over all kinds, sizes and languages.

C1  headline in 14 words, no claim without an interval
        words/test_wording.py, words/test_ten_thousand.py, test_comparisons.py
C2  subtitle            test_a_subtitle_says_unit_area_months_and_interval
C3  end labels          test_end_labels_keep_the_order_and_their_distance, test_no_chart_has_a_legend;
        test_lines.py test_more_lines_than_styles_become_one_bundle
C4  footer              test_a_footer_says_what_must_travel_with_the_chart
C5  legible, whole      test_page.py test_every_chart_is_legible_in_every_size_and_language (C11 too);
        test_any_table.py
C6  contrast            test_every_mark_stands_out_from_its_ground;
        test_measured.py test_colours_that_mean_different_things_stay_apart_for_every_eye
C7  from zero           test_amounts_are_drawn_from_zero
C8  intervals           test_no_estimate_stands_without_its_interval
C9  hidden cells        test_every_hidden_cell_is_hatched;
        test_lines.py test_hidden_counts_are_boxes_from_zero_to_their_limit
C10 incomplete months   test_months_not_yet_complete_are_hollow_and_not_joined
C12 tiles               test_measured.py test_tiles_stand_like_the_map_on_one_scale
C13 alt text            test_the_same_alt_text_stands_in_every_file_and_in_a_notebook
C14 numbers             words/test_numbers.py test_numbers_and_months_are_those_of_the_locale_data
C15 signs               test_one_sign_means_one_thing_on_charts_and_in_tables
"""

import io
import re
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from PIL import Image

from analysis.charts.chart import SIZES
from analysis.charts.letters import MM
from analysis.charts.page import BAND, FAINT, HIDDEN, LINE_TINT, PAPER
from analysis.words.messages import words
from analysis.words.numbers import number
from tests.charts.conftest import caption_in, draw_chart, monthly_of
from tests.charts.gallery import KINDS
from tests.charts.test_page import contrast

LANGS = ["id", "en"]
DIFFERENCES = ["ratios", "rate_differences", "trend_differences"]


@cache
def chart_of(kind, size, lang):
    return draw_chart(kind, size=size, lang=lang)


def charts(kind):
    """The chart in every size and language."""
    return [chart_of(kind, size, lang) for size in SIZES for lang in LANGS]


every_kind = pytest.mark.parametrize("kind", KINDS)


# --- words ----------------------------------------------------------------------------------


WITH_UNIT = {*KINDS} - {"completeness", "overview", "spine"}
WITH_AREA = {"trend", "trend_fitted", "map", "ratios", "rate_differences", "spine"}
WITH_LEVEL = {"trend_fitted", "comparison", *DIFFERENCES, "ranks", "overview", "spine", "tiles"}


@every_kind
def test_a_subtitle_says_unit_area_months_and_interval(kind):
    for chart in charts(kind):
        caption = caption_in(chart.lang)
        assert caption.period in chart.subtitle
        assert (caption.unit in chart.subtitle.lower()) or kind not in WITH_UNIT
        assert "Kabupaten Pandeglang" in chart.subtitle or kind not in WITH_AREA
        assert "95%" in chart.subtitle or kind not in WITH_LEVEL


@every_kind
def test_a_footer_says_what_must_travel_with_the_chart(kind):
    for chart in charts(kind):
        caption = caption_in(chart.lang)
        sheet = " ".join(chart.words)
        parts = [caption.source, caption.data_through, caption.completeness, caption.unit]
        parts += [caption.population, caption.comparator]
        for part in parts:
            assert part in chart.footer and part in sheet
        heads = ("source", "data_through", "completeness", "unit", "population", "comparator")
        for head in heads:
            assert words(chart.lang)[f"charts.footer.{head}"].split("{")[0] in chart.footer
        hidden = words(chart.lang)["charts.footer.hidden"].split("{")[0]
        assert (hidden in chart.footer) == ("why" in chart.table)
        assert chart.footer.endswith(f" {chart.figure_id}.")
        assert chart.headline in sheet and words(chart.lang)["charts.simulated"] in sheet
        assert chart.headline in chart.alt
        assert chart.alt.startswith(words(chart.lang)["charts.simulated_alt"])


# --- the sheet ------------------------------------------------------------------------------


@every_kind
def test_no_chart_has_a_legend(kind):
    assert not any(chart.figure.findobj(Legend) for chart in charts(kind))


@pytest.mark.parametrize("level", [0, 17, 10**7])
@pytest.mark.parametrize("size", SIZES)
def test_end_labels_keep_the_order_and_their_distance(size, level):
    # seven lines that end nearly together: as many as are named
    areas = ["36.01", "36.02", "36.03", "36.04", "36.71", "36.72", "36.73"]
    table = monthly_of(*areas).assign(why="", flag="", shown="", incidents=level)
    table.loc[table["area"] == "36.03", "incidents"] = level * 2
    chart = draw_chart("trend", size=size, monthly=table)
    named = {
        text.get_text(): text for text in chart.figure.findobj(lambda one: hasattr(one, "get_text"))
    }
    ends = [(name, named[name].get_position()[1]) for name in named if re.match("Kab|Kota", name)]
    ends = sorted((y, name) for name, y in ends if "," not in name and ":" not in name)
    assert len(ends) == len(areas)
    heights = np.array([y for y, _ in ends])
    assert np.diff(heights).min() >= 1.25 * chart.size.text * MM - 1e-6
    assert not level or "Tangerang" in ends[-1][1]
    line = chart.size.text * MM * 1.22
    axes = chart.figure.axes[0]
    bottom, top = axes.get_position().y0, axes.get_position().y1
    sheet = chart.size.height
    drawn_lines = [one for one in chart.figure.artists if isinstance(one, Line2D)]
    leaders = [one for one in drawn_lines if len(one.get_xdata()) == 3]
    drawn = {round(float(one.get_ydata()[-1]), 3) for one in leaders}
    for y, name in ends:
        value = level * (2 if "Kabupaten Tangerang" in name or "Kab. Tangerang" in name else 1)
        end = (bottom + value / axes.get_ylim()[1] * (top - bottom)) * sheet
        middle = y + 0.35 * chart.size.text * MM
        assert abs(middle - end) <= line or round(middle, 3) in drawn, name


# what carries no information: paper, grid, the strip of simulated data, months of Ramadan, and the
# ground of cells that nothing was expected from; bands have an edge of their own
GROUND = {PAPER, FAINT, BAND, LINE_TINT, "#cfdae4"}


@every_kind
def test_every_mark_stands_out_from_its_ground(kind):
    def colours(one):
        if isinstance(one, Line2D):
            return [one.get_color(), one.get_markerfacecolor(), one.get_markeredgecolor()]
        edges = one.get_edgecolor() if isinstance(one, Patch) else [*one.get_edgecolor()]
        faces = one.get_facecolor() if isinstance(one, Patch) else [*one.get_facecolor()]
        return [edges, faces] if isinstance(one, Patch) else [*edges, *faces]

    for chart in charts(kind):
        drawn = [one for one in chart.figure.artists if not isinstance(one, Text)]
        for axes in chart.figure.axes:
            drawn += [*axes.lines, *axes.patches, *axes.collections]
        for one in drawn:
            seen = {to_hex(colour) for colour in colours(one)}
            strong = [colour for colour in seen if contrast(_rgb(colour), _rgb(PAPER)) >= 3]
            assert strong or seen <= GROUND, (one, seen)


def _rgb(colour):
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


@pytest.mark.parametrize("kind", ["trend", "trend_fitted", "comparison", "tiles", "funnel"])
def test_amounts_are_drawn_from_zero(kind):
    for chart in charts(kind):
        for axes in chart.figure.axes:
            low, high = axes.get_xlim() if kind == "comparison" else axes.get_ylim()
            assert low == 0 < high


@pytest.mark.parametrize("kind", ["comparison", *DIFFERENCES, "ranks", "spine"])
def test_no_estimate_stands_without_its_interval(kind):
    for chart in charts(kind):
        lines = chart.figure.axes[0].lines
        spans = [
            (*sorted(one.get_xdata()), one.get_ydata()[0])
            for one in lines
            if len(one.get_xdata()) == 2 and one.get_ydata()[0] == one.get_ydata()[1]
        ]
        dots = [one for one in lines if len(one.get_xdata()) == 1 and one.get_marker() in "oD^v"]
        assert len(dots) >= 4
        for dot in dots:
            x, y = dot.get_xdata()[0], dot.get_ydata()[0]
            assert any(low <= x <= high and y == at for low, high, at in spans), (x, y)


HATCHES = ("//////", "xxxxxx")


def hatched(chart, part):
    """How many shapes of the plots, or of the rows beside them, are hatched as hidden."""
    if part == "rows":
        boxes = [one for one in chart.figure.artists if isinstance(one, Patch)]
        return sum(one.get_hatch() in HATCHES for one in boxes)
    plots = chart.figure.axes
    shapes = [one.get_hatch() for axes in plots for one in axes.patches]
    shapes += [c.get_hatch() for axes in plots for c in axes.collections for _ in c.get_paths()]
    return sum(hatch in HATCHES for hatch in shapes)


@pytest.mark.parametrize("kind", ["trend", "trend_fitted", "tiles", "map"])
def test_every_hidden_cell_is_hatched(kind):
    for chart in charts(kind):
        assert hatched(chart, "plot") == chart.table["why"].isin(HIDDEN).sum() > 0


@pytest.mark.parametrize("kind", ["trend", "tiles"])
def test_months_not_yet_complete_are_hollow_and_not_joined(kind):
    for chart in charts(kind):
        for axes in chart.figure.axes:
            joined = [
                one
                for one in axes.lines
                if len(one.get_xdata()) == 70 and one.get_linestyle() != "None"
            ]
            hollow = [
                one for one in axes.lines
                if one.get_marker() == "o" and to_hex(one.get_markerfacecolor()) == PAPER
            ]  # fmt: skip
            own = [one for one in joined if kind == "trend" or one.get_linestyle() == "-"]
            assert own and hollow
            for one in own:
                assert np.isnan(np.asarray(one.get_ydata(), dtype=float)[68:]).all()
            for one in hollow:
                known = ~np.isnan(np.asarray(one.get_ydata(), dtype=float))
                assert set(np.asarray(one.get_xdata())[known]) <= {68, 69}
                assert one.get_linestyle() == "None"


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@every_kind
def test_the_same_alt_text_stands_in_every_file_and_in_a_notebook(kind, lang):
    chart = chart_of(kind, "a4-half", lang)
    assert 250 <= len(chart.alt) <= 400
    svg, png = chart.svg(), chart.png()
    picture = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert picture.find(f"{space}title").text == chart.headline
    assert picture.find(f"{space}desc").text == chart.alt
    assert picture.get("role") == "img" and picture.get("lang") == lang
    facts = Image.open(io.BytesIO(png)).text
    assert (facts["Title"], facts["Description"]) == (chart.headline, chart.alt)
    (shown,) = ElementTree.fromstring(f"<p>{chart._repr_html_().replace('>', '/>')}</p>")
    assert shown.get("alt") == chart.alt
    assert b"<text" not in svg.encode()  # letters are outlines
    assert not re.search(r"dc:date|Matplotlib|20\d\d-\d\d-\d\dT", svg)
    assert b"Software" not in png and b"Matplotlib" not in png


# --- signs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_one_sign_means_one_thing_on_charts_and_in_tables(lang):
    said = words(lang)
    # the dictionary of the data package is the table of signs; a briefing repeats it
    small, complementary = (
        said[f"dictionary.sign_{name}"].split(":")[0] for name in ("small", "complementary")
    )
    assert (small, complementary, number(None, lang)) == ("<5", "-", "…")
    assert f" {complementary} " in said["brief.areas.hidden_sign"] + " "
    chart = chart_of("map", "a4-full", lang)
    texts = [text for text in chart.words if len(text) < 60]
    for why, sign in (
        ("suppressed", small),
        ("complementary", complementary),
        ("not_reported", "…"),
    ):
        rows = int((chart.table["why"] == why).sum())
        assert sum(text.endswith(f" {sign}") for text in texts) == rows > 0
    bracketed = [text for text in texts if "(" in text]
    assert [text[text.index("(") :] for text in bracketed] == [f"({small})", f"({complementary})"]
