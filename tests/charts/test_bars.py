"""What a comparison says: sorted rates with intervals; the incomplete stand apart."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.text import Text

from analysis.charts.bars import plot_comparison
from analysis.charts.page import FOCUS, PAPER


def written(chart):
    return {
        text.get_text(): text.get_position()[1]
        for text in chart.figure.findobj(Text)
        if text.get_text()
    }


def dots(chart):
    """The dots from the top: rate and whether hollow, and the limits drawn beside each."""
    lines = chart.figure.axes[0].lines
    marks = [one for one in lines if one.get_marker() == "o"]
    marks = sorted(marks, key=lambda one: -one.get_ydata()[0])
    return [
        (float(one.get_xdata()[0]), to_hex(one.get_markerfacecolor()) == PAPER) for one in marks
    ]


def test_areas_are_sorted_and_the_incomplete_stand_apart(draw):
    chart = draw("comparison")
    ranked = [46.8, 30.1, 27.2, 24.1, 21.4, 18.9, 15.2, 14.1]
    assert dots(chart) == [*((rate, False) for rate in ranked), (12.3, True)]
    texts = written(chart)
    header = next(y for text, y in texts.items() if text.startswith("Tidak diperingkat"))
    assert texts["Tetangga darat"] > header > texts["Kabupaten Lebak"] > texts["Kota Cilegon"]
    assert "5 dari 12 bulan" in texts
    assert "disamarkan (<5)" in texts
    assert (
        "Tidak diperingkat: Kabupaten Lebak dan Kota Cilegon."
        in draw("comparison", headline="Pendek").alt
    )


def test_every_rate_has_its_interval_from_zero(draw):
    axes = draw("comparison").figure.axes[0]
    limits = {tuple(one.get_xdata()) for one in axes.lines if len(one.get_xdata()) == 2}
    assert {(19.1, 23.9), (10.2, 14.8), (41.5, 52.6)} <= limits
    assert axes.get_xlim()[0] == 0 and axes.get_xlim()[1] >= 52.6


def test_values_are_written_as_the_language_writes_them(draw):
    assert "21,4 (19,1–23,9)" in written(draw("comparison"))
    assert "21.4 (19.1–23.9)" in written(draw("comparison", lang="en"))
    assert "21,4" in written(draw("comparison", size="a4-half"))


def test_the_comparator_is_a_named_line(draw):
    chart = draw("comparison")
    (line,) = [one for one in chart.figure.axes[0].lines if one.get_linestyle() == "--"]
    assert set(line.get_xdata()) == {24.1}
    assert "Banten selain Pandeglang 24,1" in written(chart)
    assert "Garis pembanding: Banten selain Pandeglang, 24,1." in chart.alt
    assert not [
        one
        for one in draw("comparison", reference="").figure.axes[0].lines
        if one.get_linestyle() == "--"
    ]


def test_only_the_focal_area_has_the_colour(draw):
    chart = draw("comparison")
    coloured = {
        text.get_text()
        for text in chart.figure.findobj(Text)
        if to_hex(text.get_color()) == FOCUS.lower()
    }
    assert coloured == {"Kabupaten Pandeglang", "21,4 (19,1–23,9)"}


def test_published_claim_of_2023(caption):
    """Violence reports of January-February 2023 by area, rates of the eight areas (S3)."""
    rows = [
        ("Cilegon", 3.55, 2.03, 5.77),
        ("Kota Serang", 2.22, 1.27, 3.61),
        ("Pandeglang", 1.53, 0.93, 2.36),
        ("Lebak", 0.70, 0.33, 1.28),
    ]
    rates = pd.DataFrame(rows, columns=["area", "rate", "rate_low", "rate_high"])
    rates = rates.sample(frac=1, random_state=0).assign(months=2, months_wanted=2, why="")
    chart = plot_comparison(rates, focal="Pandeglang", names={}, headline="x", caption=caption)
    assert "1,53 (0,93–2,36)" in written(chart)
    assert chart.table["area"].tolist() == [row[0] for row in rows]
    assert "Pandeglang: 1,53, selang 95% 0,93 sampai 2,36." in chart.alt


def test_all_rates_hidden_still_say_why(draw, caption, names):
    rates = pd.DataFrame(
        {
            "area": ["36.01", "36.02", "36.03"],
            "rate": [np.nan] * 3,
            "rate_low": [np.nan] * 3,
            "rate_high": [np.nan] * 3,
            "months": 12,
            "months_wanted": 12,
            "why": ["suppressed", "complementary", "no_population"],
            "shown": ["<5", "-", ""],
        }
    )
    chart = plot_comparison(rates, focal="36.01", names=names, headline="x", caption=caption)
    assert {"disamarkan (<5)", "disamarkan (-)", "penduduk tidak tersedia"} <= set(written(chart))
    assert dots(chart) == []
    assert "Kabupaten Pandeglang: disamarkan (<5)." in chart.alt


def test_with_many_areas_the_focal_and_the_ends_are_named(caption):
    rate = np.linspace(1, 33, 33)
    rates = pd.DataFrame(
        {"area": [f"E{place:02}" for place in range(33)], "rate": rate, "rate_low": rate * 0.9}
    ).assign(rate_high=rate * 1.1, months=12, months_wanted=12, why="")
    chart = plot_comparison(rates, focal="E15", names={}, headline="x", caption=caption)
    assert len(dots(chart)) == 33
    assert {"E32", "E15", "E00"} <= set(written(chart))
