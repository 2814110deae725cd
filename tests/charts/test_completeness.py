"""What a completeness grid says: reported, partly, not at all; whole only where whole."""

import pandas as pd
from matplotlib.text import Text

from analysis.charts.completeness import STATES, plot_completeness, share_text


def written(chart):
    return [text.get_text() for text in chart.figure.findobj(Text) if text.get_text()]


def cells(chart, hatch, face):
    """Months (from the first) and rows of all boxes of one look."""
    found = set()
    for collection in chart.figure.axes[0].collections:
        faces = collection.get_facecolor()
        if not len(faces) or collection.get_hatch() != hatch:
            continue
        if face is None or faces[0][:3].tolist() == face:
            for path in collection.get_paths():
                left, low = path.vertices.min(axis=0)
                right, high = path.vertices.max(axis=0)
                row = (low + high) / 2 - 0.5
                found |= {
                    (place, round(row)) for place in range(round(left + 0.5), round(right + 0.5))
                }
    return found


WHITE = [1.0, 1.0, 1.0]


def test_each_month_has_the_look_of_its_state(draw):
    chart = draw("completeness")
    # rows from the bottom: eight areas, the focal one on top, Lebak next, Kota Serang second last
    lebak, serang, focal = 6, 1, 7
    stopped = {(place, lebak) for place in range(63, 70)}
    spring = {(place, serang) for place in range(25, 29)}
    assert cells(chart, None, WHITE) >= stopped | spring
    assert not cells(chart, None, WHITE) & {(0, lebak), (62, lebak), (24, serang), (29, serang)}
    assert cells(chart, STATES["partly"].hatch, None) == {(19, focal), (20, focal)}
    assert {"semua unit melapor", "sebagian melapor", "belum ada yang melapor"} <= set(
        written(chart)
    )


def test_shares_are_printed_and_only_the_whole_is_100(draw):
    texts = written(draw("completeness"))
    # Lebak 63 of 70 months, Kota Serang 66 of 70; Pandeglang lacks half of 2 of 70 months
    assert {"90,0%", "94,3%", "98,6%"} <= set(texts)
    assert texts.count("100,0%") == 5
    assert share_text(99_999, 100_000, "id") == "99,9%"
    assert share_text(100_000, 100_000, "en") == "100.0%"
    assert share_text(0, 0, "id") == "…"


def test_scenario_5_counts_15_of_18_unit_months(caption):
    """Lebak reports three of six months, the two others all (S5)."""
    months = pd.date_range("2024-01-01", periods=6, freq="MS")
    grid = pd.MultiIndex.from_product([["36.01", "36.02", "36.04"], months])
    table = grid.to_frame(index=False, name=["area", "month"]).assign(expected=1, reported=1)
    table.loc[(table["area"] == "36.02") & (table["month"] > "2024-03-01"), "reported"] = 0
    table["complete"] = table["reported"] == table["expected"]
    chart = plot_completeness(
        table, names={"36.02": "Kabupaten Lebak"}, headline="x", caption=caption
    )
    assert "15 dari 18 (83,3%)" in chart.alt
    assert "Belum lengkap: Kabupaten Lebak 50,0%." in chart.alt
    assert "Bulan terakhir, Juni 2024: 2 dari 3 wilayah lengkap." in chart.alt


def test_areas_without_room_are_added_up_in_the_last_row(draw, caption):
    months = pd.date_range("2021-01-01", periods=70, freq="MS")
    areas = [f"K{place:02}" for place in range(60)]
    grid = pd.MultiIndex.from_product([areas, months]).to_frame(index=False, name=["area", "month"])
    table = grid.assign(expected=1, reported=1, complete=True)
    table.loc[(table["area"] == "K55") & (table["month"] < "2022-01-01"), "reported"] = 0
    table["complete"] = table["reported"] == table["expected"]
    chart = plot_completeness(table, names={}, headline="x", caption=caption, focal="K40")
    texts = written(chart)
    others = next(text for text in texts if text.endswith("wilayah lain"))
    named = [text for text in texts if text in areas]
    assert {"K40", "K55"} <= set(named)
    assert int(others.split()[0]) == 60 - len(named)
    assert len(chart.table) == len(table)


def test_a_month_in_which_nothing_was_expected_is_no_gap(caption):
    months = pd.date_range("2024-01-01", periods=3, freq="MS")
    table = pd.DataFrame(
        {"area": "a", "month": months, "expected": [0, 1, 1], "reported": [0, 1, 1]}
    )
    chart = plot_completeness(
        table.assign(complete=True), names={}, headline="x", caption=caption, lang="en"
    )
    assert "no report expected" in written(chart) and "no unit reported" not in written(chart)
    assert "100.0%" in written(chart)
