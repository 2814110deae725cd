"""What a trend chart says: its lines hold the counts, gaps stay gaps, hidden stays hidden."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from analysis.charts.page import FOCUS


def line(chart, label):
    """The values of a drawn line, by its place from the first month."""
    (found,) = [one for one in chart.figure.axes[0].lines if one.get_label() == label]
    return found, np.asarray(found.get_ydata(), dtype=float)


def boxes(chart):
    """The hatched boxes: place in months from the first, height, hatch."""
    patches = [one for one in chart.figure.axes[0].patches if isinstance(one, Rectangle)]
    return {
        round(one.get_x() + one.get_width() / 2): (one.get_height(), one.get_hatch())
        for one in patches
        if one.get_hatch()
    }


def written(chart):
    return [text.get_text() for text in chart.figure.findobj(Text) if text.get_text()]


def test_a_line_holds_the_counts_and_a_gap_stays_a_gap(draw, monthly):
    chart = draw("trend", monthly=monthly)
    drawn, values = line(chart, "36.01")
    rows = monthly[monthly["area"] == "36.01"].sort_values("month")
    firm = rows["incidents"].where(rows["flag"] == "").astype(float).to_numpy()
    np.testing.assert_array_equal(values, firm)
    assert to_hex(drawn.get_color()) == FOCUS.lower()
    assert np.isnan(values[[19, 20]]).all()  # August and September 2022 were not reported
    assert not np.isnan(values[[18, 21]]).any()
    assert "celah: bulan yang belum dilaporkan" in written(chart)


def test_lines_start_at_zero(draw):
    assert draw("trend").figure.axes[0].get_ylim()[0] == 0


def test_provisional_months_are_hollow_and_not_joined(draw, monthly):
    chart = draw("trend", monthly=monthly)
    assert np.isnan(line(chart, "36.01")[1][[68, 69]]).all()
    marker, values = line(chart, "36.01 open")
    known = monthly.loc[(monthly["area"] == "36.01") & (monthly["flag"] != ""), "incidents"]
    assert values[[68, 69]].tolist() == known.tolist()
    assert np.isnan(values[:68]).all()
    assert marker.get_linestyle() == "None"
    assert to_hex(marker.get_markerfacecolor()) == "#ffffff"
    assert "sementara atau belum lengkap" in written(chart)


def test_months_that_lack_a_part_of_the_area_are_hollow_too(draw, monthly):
    part = monthly.assign(complete=True, flag="")
    part.loc[(part["area"] == "36.01") & (part["month"] == "2024-01-01"), "complete"] = False
    chart = draw("trend", monthly=part)
    assert np.isnan(line(chart, "36.01")[1][36])
    assert not np.isnan(line(chart, "36.01 open")[1][36])


def test_hidden_counts_are_boxes_from_zero_to_their_limit(draw, monthly):
    chart = draw("trend", monthly=monthly)
    hidden = boxes(chart)
    assert hidden[2][0] == 4  # March 2021 is "<5": 0 to 4
    assert hidden[5][0] == chart.figure.axes[0].get_ylim()[1]  # June 2021 is "-": not bounded
    assert hidden[2][1] != hidden[5][1]
    assert set(hidden) == {2, 5}
    assert np.isnan(line(chart, "36.01")[1][[2, 5]]).all()
    assert "disamarkan: 0 sampai 4" in written(chart)
    assert "Sel disamarkan: 2." in chart.footer
    assert "2 disamarkan" in chart.alt


def test_the_limit_of_a_hidden_count_is_read_from_the_table(draw, monthly):
    monthly["shown"] = monthly["shown"].replace("<5", "<10")
    chart = draw("trend", monthly=monthly)
    assert boxes(chart)[2][0] == 9
    assert "disamarkan: 0 sampai 9" in written(chart)


def test_a_single_month_between_gaps_is_a_dot(draw, monthly):
    alone = monthly[(monthly["area"] == "36.01") & (monthly["month"] == "2024-03-01")]
    chart = draw("trend", monthly=alone)
    assert line(chart, "36.01 single")[1].tolist() == [float(alone["incidents"].iloc[0])]
    assert "satu-satunya bulan dengan angka" in chart.alt
    assert {"Mar", "2024"} <= set(written(chart))


def test_a_series_without_any_report_says_so(draw, monthly):
    rows = monthly[monthly["area"] == "36.01"]
    nothing = rows.assign(incidents=pd.array([None] * len(rows), dtype="Int64"), shown="", flag="")
    chart = draw("trend", monthly=nothing.assign(why="not_reported"))
    assert "Tidak ada bulan yang dilaporkan" in written(chart)
    assert "Tidak ada bulan dengan angka yang dapat ditampilkan." in chart.alt


def test_the_trend_is_drawn_with_its_band(draw):
    chart = draw("trend_fitted")
    assert line(chart, "36.01 fitted")[1][0] == pytest.approx(24 * 0.85)
    band = chart.figure.axes[0].collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((24 * 0.85 * 0.88, 24 * 1.15 * 1.12))
    assert "selang 95%" in chart.subtitle


def test_only_months_with_ten_days_of_ramadan_are_shaded(draw):
    spans = [
        (patch.get_x() + 0.5, patch.get_x() + patch.get_width() - 0.5)
        for patch in draw("trend").figure.axes[0].patches
        if isinstance(patch, Rectangle) and not patch.get_hatch()
    ]
    # April-May 2021, April 2022, April 2023 (March has 9 days), March 2024 (April has 9), …
    assert spans == [(3, 4), (15, 15), (27, 27), (38, 38), (50, 50), (61, 62)]
    assert "Ramadan" in written(draw("trend"))
    assert "Ramadan" not in written(draw("trend", calendar=None))


def test_more_lines_than_styles_become_one_bundle(draw, names):
    from_many = pd.concat(
        [
            pd.DataFrame(
                {
                    "area": f"E{place}",
                    "month": pd.date_range("2024-01-01", periods=12, freq="MS"),
                    "incidents": pd.array(range(place, place + 12), dtype="Int64"),
                    "shown": "",
                    "why": "",
                    "flag": "",
                }
            )
            for place in range(9)
        ]
    )
    chart = draw("trend", monthly=from_many, focal="E3", lang="en")
    assert "8 other areas" in written(chart)
    assert "E3" in written(chart) and "E4" not in written(chart)


def test_alt_text_tells_first_last_peak_and_lowest_firm_month(draw):
    months = pd.date_range("2024-01-01", periods=4, freq="MS")
    counts = pd.DataFrame(
        {
            "area": "36.01",
            "month": months,
            "incidents": pd.array([7, 1234, 5, 9999], dtype="Int64"),
            "shown": "",
            "why": "",
            "flag": ["", "", "", "provisional"],
        }
    )
    alt = draw("trend", monthly=counts).alt
    assert "7 pada Januari 2024, 5 pada Maret 2024" in alt
    assert "tertinggi 1.234 (Februari 2024), terendah 5 (Maret 2024)" in alt
    assert "9.999" not in alt
    assert "highest 1,234 (February 2024)" in draw("trend", monthly=counts, lang="en").alt
