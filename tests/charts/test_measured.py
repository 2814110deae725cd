"""What the charts of the measures say: intervals, funnel, ranks, overview, spine, tiles, clusters."""

import math
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from analysis.charts import clusters, dots, funnel, maps, tartan
from analysis.charts.outlines import Words
from analysis.charts.page import FOCUS, PAPER
from analysis.words.messages import InsidenError
from tests.charts import measured
from tests.charts.conftest import monthly_of
from tests.charts.test_page import check_sheet


def written(chart):
    return {text.get_text(): text.get_position() for text in chart.figure.findobj(Words)}


def marks(axes, shapes):
    """The single dots of a plot from the top: place, marker and whether filled."""
    lines = [one for one in axes.lines if one.get_marker() in shapes and len(one.get_xdata()) == 1]
    lines.sort(key=lambda one: -one.get_ydata()[0])
    return [
        (float(one.get_xdata()[0]), one.get_marker(), to_hex(one.get_markerfacecolor()) != PAPER)
        for one in lines
    ]


# --- ratios and differences -----------------------------------------------------------------


def test_a_ratio_stands_on_a_log_axis_around_one_and_is_filled_only_where_apart(draw):
    axes = draw("ratios").figure.axes[0]
    drawn = marks(axes, "oD")
    assert [(round(math.exp(x), 2), *look) for x, *look in drawn] == [
        (1.74, "D", False),  # borderline: only the wide interval holds one
        (1.52, "D", True),
        (1.41, "D", True),
        (1.13, "o", False),
        (0.89, "o", False),  # the printed upper limit is one
        (0.79, "D", True),
        (0.46, "D", True),
    ]
    assert any(list(line.get_xdata()) == [0, 0] for line in axes.lines)  # log 1


def test_every_comparator_is_named_or_says_why_there_is_no_ratio(draw):
    texts = written(draw("ratios"))
    assert {"Tetangga darat", "Kota Cilegon", "disamarkan", ">8,10"} <= set(texts)
    assert "1,52 (1,30–1,77)" in texts and "belum dapat dibedakan" in texts
    assert texts["disamarkan"][1] == texts["Kota Cilegon"][1]
    assert draw("ratios").table["ratio"].isna().sum() == 1


def test_an_infinite_limit_ends_in_an_arrow_at_the_edge(draw):
    axes = draw("ratios").figure.axes[0]
    arrows = [one for one in axes.lines if one.get_marker() == ">"]
    assert {float(one.get_xdata()[0]) for one in arrows} == {axes.get_xlim()[1]}


def test_a_difference_is_signed_and_its_placebo_rank_stands_beside_it(draw):
    texts = written(draw("trend_differences"))
    assert "+3,2 (-4,1 s.d. 11,1) · 3/8" in texts  # 0.375 of eight areas stray as far
    assert "+14,8 (5,9 s.d. 24,5) · 1/8" in texts
    assert "tidak ada tetangga pembanding" in texts
    assert "peringkat plasebo" in texts
    drawn = marks(draw("trend_differences").figure.axes[0], "oD")
    assert drawn[0] == (14.8, "D", True) and not any(filled for *_, filled in drawn[1:])


@given(
    low=st.floats(0.05, 3), up=st.floats(1.0, 4),
    verdict=st.sampled_from(["higher", "lower", "not_separable", "borderline"]),
)  # fmt: skip
def test_no_dot_is_filled_whose_printed_interval_holds_one(low, up, verdict):
    row = {"ratio_low": low, "ratio_high": low * up, "verdict": verdict}
    state = dots._state(row, dots.MEASURES["ratio"])
    if state == "apart":
        assert verdict in ("higher", "lower")
        assert round(low, 2) > 1 or round(low * up, 2) < 1


def test_an_unknown_measure_is_refused(draw):
    with pytest.raises(InsidenError, match="odds"):
        draw("ratios", measure="odds")


# --- funnel ---------------------------------------------------------------------------------


def test_a_funnel_names_only_the_focal_area_and_those_outside(draw):
    table, _ = measured.funnel_of()
    outer = table["position"].isin(["above_outer", "below_outer"])
    wide = table["wide_position"].isin(["above_outer", "below_outer"])
    assert (outer & wide).sum() and (outer & ~wide).sum()
    texts = written(draw("funnel"))
    named = {
        text
        for text in texts
        if text.startswith(("31.", "Kabupaten Pandeglang")) and ":" not in text
    }
    assert named == {"Kabupaten Pandeglang", *table["area"][outer]}
    drawn = marks(draw("funnel").figure.axes[0], "oD")
    assert sum(mark == "D" for _, mark, _ in drawn) == outer.sum()
    assert sum(mark == "D" and filled for _, mark, filled in drawn) == (outer & wide).sum()
    assert "tanpa angka: 1" in texts


def test_a_funnel_has_solid_limits_of_chance_and_dashed_ones_with_scatter(draw):
    chart = draw("funnel")
    lines = [line for line in chart.figure.axes[0].lines if len(line.get_xdata()) > 50]
    assert sorted(line.get_linestyle() for line in lines) == ["-"] * 4 + ["--"] * 4
    assert {"95%", "99,8%", "95% sebaran", "99,8% sebaran"} <= set(written(chart))


def test_a_funnel_without_scatter_shows_one_pair_of_limits(draw):
    _, limits = measured.funnel_of()
    for name in funnel.LIMITS:
        limits[f"wide_{name}"] = limits[name]
    chart = draw("funnel", limits=limits)
    lines = [line for line in chart.figure.axes[0].lines if len(line.get_xdata()) > 50]
    assert [line.get_linestyle() for line in lines] == ["-"] * 4
    assert "99,8% sebaran" not in written(chart) and "putus-putus" not in chart.subtitle


# --- ranks ----------------------------------------------------------------------------------


def test_a_rank_never_stands_without_its_interval(draw):
    axes = draw("ranks").figure.axes[0]
    expected = [x for x, *_ in marks(axes, "o")]
    spans = sorted(
        tuple(line.get_xdata()) for line in axes.lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] != line.get_xdata()[1]
    )  # fmt: skip
    assert expected == [1.02, 2.4, 3.1, 3.7, 4.9, 6.1, 6.6]
    places = [(1, 1), (2, 4), (2, 4), (2, 5), (4, 6), (5, 7), (5, 7)]
    assert np.array(spans) == pytest.approx(np.array([(a - 0.3, b + 0.3) for a, b in places]))


def test_ranks_say_the_chance_of_the_first_places_and_who_has_none(draw):
    texts = written(draw("ranks"))
    assert {">99%", "97%", "38%", "<1%", "disamarkan", "peluang termasuk 3 tertinggi"} <= set(texts)
    assert texts["38%"][1] == texts["Kabupaten Pandeglang"][1]
    assert "antara tempat 2 dan 5" in draw("ranks").alt


def test_brackets_join_the_groups_of_two_and_more(draw):
    chart = draw("ranks")
    heights = {text: y for text, (_, y) in written(chart).items()}
    lines = [line for line in chart.figure.findobj(Line2D) if line.axes is None]
    brackets = [line for line in lines if len(line.get_xdata()) == 4]
    rows = ["Kota Serang", "Kota Tangerang Selatan", "Kota Tangerang", "Kabupaten Pandeglang",
            "Kabupaten Tangerang", "Kabupaten Serang", "Kabupaten Lebak"]  # fmt: skip
    inside = [
        [name for name in rows if min(line.get_ydata()) < heights[name] < max(line.get_ydata())]
        for line in brackets
    ]
    assert sorted(inside) == sorted([rows[1:4], rows[3:5], rows[4:7]])


# --- overview and spine ---------------------------------------------------------------------


def test_an_overview_has_a_sign_and_a_shade_for_every_verdict(draw):
    texts = " ".join(written(draw("overview")))
    assert all(sign in texts for sign in "▲▼=")
    table = measured.overview_of()
    assert set(tartan.CELLS) == set(table["verdict"])
    looks = {(look.face, look.hatch) for look in tartan.CELLS.values()}
    assert len(looks) == len(tartan.CELLS)


@pytest.mark.parametrize(
    ("verdict", "direction", "side"),
    [("worse", "high_is_bad", "above"), ("worse", "low_is_bad", "below"),
     ("better", "high_is_bad", "below"), ("better", "low_is_bad", "above"),
     ("higher", "neither", "above"), ("similar", "neither", "around")],
)  # fmt: skip
def test_the_sign_says_on_which_side_of_the_benchmark(verdict, direction, side):
    assert tartan._side({"verdict": verdict, "direction": direction}) == side


def test_too_many_indicators_are_refused_with_how_many_fit(draw):
    table = measured.overview_of()
    many = pd.concat([table.assign(indicator=table["indicator"] + str(i)) for i in range(3)])
    with pytest.raises(InsidenError) as error:
        draw("overview", size="a4-half", overview=many)
    assert error.value.key == "charts.overview.too_many"


def test_a_spine_stands_between_the_lowest_and_the_highest(draw):
    axes, table = draw("spine").figure.axes[0], measured.spine_of()
    drawn = [x for x, *_ in marks(axes, "oD")]
    assert drawn == pytest.approx(list(table.sort_values("indicator")["at_value"]))
    assert "← lebih buruk (atau rendah)" in written(draw("spine"))


# --- tiles ----------------------------------------------------------------------------------


def tile_boxes(chart):
    """The plots of the tiles by name: left and top edge."""
    texts = written(chart)
    return {name: texts[name] for name in texts if name.startswith("K") and ":" not in name}


def test_tiles_stand_like_the_map_on_one_scale(draw):
    chart = draw("tiles")
    assert len(chart.figure.axes) == 8
    assert len({axes.get_ylim() for axes in chart.figure.axes}) == 1
    at = tile_boxes(chart)
    assert at["Kota Cilegon"][0] == at["Kabupaten Pandeglang"][0]  # one above the other
    assert at["Kota Cilegon"][1] > at["Kabupaten Pandeglang"][1]
    assert at["Kabupaten Tangerang"][0] == at["Kabupaten Lebak"][0]


def test_without_a_layout_the_tiles_stand_in_the_order_of_the_names(draw, names):
    for tiles in (measured.tiles_of().head(0), measured.tiles_of().assign(row=1, column=1)):
        chart = draw("tiles", tiles=tiles)
        at = tile_boxes(chart)
        ordered = sorted(at, key=lambda name: (-at[name][1], at[name][0]))
        assert ordered == sorted(names[area] for area in measured.AREAS)


def test_a_tile_holds_gaps_hidden_and_provisional_months(draw):
    chart = draw("tiles")
    focal = chart.figure.axes[sorted(measured.AREAS).index("36.01")]
    line = next(one for one in focal.lines if to_hex(one.get_color()) == FOCUS.lower())
    values = np.asarray(line.get_ydata(), dtype=float)
    assert np.isnan(values[[2, 5, 19, 20, 68, 69]]).all() and not np.isnan(values[30])
    assert len(focal.patches) == 2  # the hidden months
    hollow = [one for one in focal.lines if one.get_marker() == "o"][-1]
    assert list(hollow.get_xdata()) == [68, 69]


def test_a_month_between_two_gaps_is_a_dot(draw, monthly):
    rates = measured.tile_rates_of(monthly[monthly["area"] == "36.01"])
    rates = rates.iloc[[40, 50, 51]]  # one month alone, then two together
    axes = draw("tiles", rates=rates, mean="").figure.axes[0]
    dots = next(one for one in axes.lines if one.get_marker() == "o")
    values = np.asarray(dots.get_ydata(), dtype=float)
    assert list(dots.get_xdata()[~np.isnan(values)]) == [0]


def test_too_many_tiles_are_refused_with_how_many_fit(draw, monthly):
    rates = measured.tile_rates_of(monthly[monthly["area"] == "36.01"])
    many = pd.concat([rates.assign(area=f"{place:02d}") for place in range(99)] + [rates])
    with pytest.raises(InsidenError) as error:
        draw("tiles", rates=many, size="a4-half", mean="")
    assert error.value.key == "charts.tiles.too_many"


# --- maps -----------------------------------------------------------------------------------


def grey(colour):
    red, green, blue = (int(to_hex(colour)[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(
    "looks",
    [
        {"zero": maps.ZERO, "value": maps.Swatch(maps.CLASSES[0]), **maps.STATES},
        clusters.SWATCHES,
        tartan.CELLS,
    ],
)
def test_states_differ_by_pattern_or_clearly_by_grey(looks):
    swatches = list(looks.values())
    for place, one in enumerate(swatches):
        for other in swatches[place + 1 :]:
            assert one.hatch != other.hatch or abs(grey(one.face) - grey(other.face)) > 20


def test_a_reported_zero_looks_like_no_other_state(draw, districts):
    zeros = districts.copy()
    zeros.loc[[10, 11], ["incidents", "shown", "why"]] = [0, "0", ""]
    chart = draw("map", districts=zeros)
    texts = written(chart)
    assert "0" in texts and "belum dilaporkan" in texts and "disamarkan (<5)" in texts
    assert any(re.search(r" 0$", text) for text in texts)


def test_a_cluster_map_names_what_stands_out_first(draw, areas):
    chart = draw("clusters", size="a4-half")
    assert "tidak semua wilayah dinamai" in written(chart)
    table = chart.table
    standing = set(table["area"][table["cluster"] != ""])
    shown = [text for text in written(chart) if text in set(areas["name"])]
    codes = areas[areas["parent"] == "36.01"].set_index("name")["code"]
    assert shown and {codes[name] for name in shown} <= standing


# --- colours --------------------------------------------------------------------------------

# Machado, Oliveira & Fernandes (2009), IEEE TVCG 15: 1291-1298, severity 1.0, for linear RGB
BLINDNESS = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
       [0.0193339, 0.1191920, 0.9503041]]  # fmt: skip


def lab(colour, kind):
    """CIELAB (D65) of a colour as a person with this kind of colour vision sees it."""
    parts = np.array([int(to_hex(colour)[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1)
    x, y, z = np.cbrt(np.array(XYZ) @ seen / [0.95047, 1.0, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("#12436D", "#6e6e6e"),
        ("#12436D", "#1a1a1a"),
        ("#6e6e6e", "#1a1a1a"),
        *pairwise(maps.CLASSES),
    ],
)
def test_colours_that_mean_different_things_stay_apart_for_every_eye(kind, one, other):
    assert np.linalg.norm(lab(one, kind) - lab(other, kind)) >= 15


# --- nothing to show ------------------------------------------------------------------------


def emptied(table, keep, why="suppressed"):
    """The table with every number gone, as where all cells are hidden."""
    gone = [name for name in table.select_dtypes("number") if name not in keep]
    return table.assign(**dict.fromkeys(gone, np.nan), why=why)


def nothing_known(kind):
    if kind == "funnel":
        table, limits = measured.funnel_of()
        keep = ["expected", "exposure", "benchmark", "inner", "outer"]
        gone = emptied(table, keep).assign(position="", wide_position="")
        return {"funnel": gone, "limits": limits}
    if kind == "ranks":
        return {"ranks": emptied(measured.ranks_of(), ["worst"]).assign(of=0)}
    if kind == "overview":
        gone = emptied(measured.overview_of(), [])
        return {"overview": gone.assign(verdict="not_comparable")}
    if kind == "spine":
        return {"spine": emptied(measured.spine_of(), []).assign(verdict="not_comparable")}
    if kind == "tiles":
        rates = measured.tile_rates_of(monthly_of(*measured.AREAS, "36"))
        return {"rates": emptied(rates, []).assign(flag="")}
    return {"differences": emptied(measured.comparison_of(), []).assign(verdict="not_comparable")}


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", ["ratios", "funnel", "ranks", "overview", "spine", "tiles"])
def test_where_every_number_is_hidden_the_chart_says_so(draw, kind, lang):
    chart = draw(kind, lang=lang, **nothing_known(kind))
    check_sheet(chart)
    assert not re.search(r"\bnan\b", " ".join([*chart.words, chart.alt]), re.I)
