"""What a map says: every area in its class or its state, and that it is schematic."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

from analysis.charts.cells import grow_cells
from analysis.charts.maps import CLASSES, class_limits, plot_map
from analysis.words.messages import InsidenError


def written(chart):
    return [text.get_text() for text in chart.figure.findobj(Text) if text.get_text()]


def looks(chart):
    """How many cells have each look: hatch, else colour."""
    counts = {}
    for one in chart.figure.axes[0].collections:
        faces = one.get_facecolor()
        look = one.get_hatch() or (to_hex(faces[0]) if len(faces) else "outline of a hatch")
        counts[look] = counts.get(look, 0) + len(one.get_paths())
    return counts


def test_every_area_has_the_look_of_its_class_or_state(draw, districts):
    chart = draw("map")
    states = districts["why"].value_counts()
    found = looks(chart)
    assert found["//////"] == states["suppressed"]
    assert found["xxxxxx"] == states["complementary"]
    assert found["...."] == states["not_reported"]
    counts = districts["incidents"].dropna()
    assert found[CLASSES[0]] == counts.between(5, 9).sum()
    assert found[CLASSES[1]] == counts.between(10, 19).sum()
    assert found[CLASSES[3].lower()] == counts.ge(20).sum()
    assert {"5–9", "10–19", f"20–{counts.max()}", "disamarkan (<5)"} <= set(written(chart))


def test_every_area_is_named_with_its_number_or_sign(draw, districts, areas):
    texts = set(written(draw("map", size="a4-full")))
    names = areas.set_index("code")["name"]
    signs = {"suppressed": "<5", "complementary": "-", "not_reported": "…"}
    for row in districts.to_dict("records"):
        value = signs.get(row["why"], str(row["incidents"]))
        partly = "*" if row["months"] < 12 and not row["why"] else ""
        assert f"{names[row['area']]} {value}{partly}" in texts
    assert "* sebagian bulannya belum dilaporkan" in texts


def test_a_schematic_map_says_so_and_one_on_boundaries_does_not(draw, districts, areas):
    chart = draw("map")
    assert "Peta skematis, bukan batas resmi" in written(chart)
    assert "Peta skematis, bukan batas resmi." in chart.alt
    cells = [shapely.box(place, 0, place + 1, 1) for place in range(len(districts))]
    borders = gpd.GeoDataFrame({"code": districts["area"]}, geometry=cells, crs=4326)
    official = draw("map", boundaries=borders.sample(frac=1, random_state=1))
    assert not any("skematis" in text for text in written(official))
    assert "skematis" not in official.alt
    with pytest.raises(InsidenError, match=r"36\.01\.02"):
        draw("map", boundaries=borders.drop(index=1))


def test_an_area_without_a_centre_point_is_named(districts, areas, caption):
    without = areas.assign(lon=areas["lon"].where(areas["code"] != "36.01.02"))
    with pytest.raises(InsidenError, match=r"36\.01\.02"):
        plot_map(districts, without, focal="36.01", names={}, headline="x", caption=caption)


def test_months_that_are_not_known_are_not_called_partly(draw, districts, areas, caption):
    districts["months"] = pd.array([pd.NA] * len(districts), dtype="Int64")
    chart = plot_map(districts, areas, focal="36.01", names={}, headline="x", caption=caption)
    assert not any("*" in text for text in written(chart))


def test_rates_are_written_with_a_decimal(districts, areas, caption):
    rates = districts.assign(rate=districts["incidents"].astype("Float64") / 8)
    chart = plot_map(
        rates, areas, value="rate", focal="36.01", names={}, headline="x", caption=caption
    )
    assert "per 100.000 penduduk" in chart.subtitle
    assert "Picung 3,5" in written(chart)


def test_classes_can_be_told_apart_in_grey():
    grey = [np.dot(to_rgb(colour), [0.299, 0.587, 0.114]) for colour in CLASSES]
    assert all(np.diff(grey) < -0.15)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([], []),
        ([0, 0, None], []),
        ([7], [7]),
        ([5, 7, 9, 12, 14, 31, 46], [5, 10, 20]),
        ([80, 120], [80, 120]),
    ],
)
def test_class_limits_are_round(values, limits):
    assert class_limits(pd.Series(values, dtype="Float64")) == limits


@given(st.lists(st.integers(0, 100_000), max_size=60))
def test_every_class_has_a_member_and_there_are_at_most_four(values):
    limits = class_limits(pd.Series(values, dtype="Int64"))
    assert len(limits) <= len(CLASSES)
    classes = np.searchsorted(limits, [value for value in values if value], side="right")
    assert set(classes) == set(range(1, len(limits) + 1))


# --- cells ----------------------------------------------------------------------------------


def places(points):
    return pd.DataFrame(
        {
            "code": [str(place) for place in range(len(points))],
            "lon": [float(x) for x, _ in points],
            "lat": [float(y) for _, y in points],
        }
    )


@pytest.mark.parametrize(
    "points",
    [
        [(105, -6)],
        [(105, -6), (106, -6)],
        [(105, -6), (106, -6), (107, -6)],
        [(105, -6), (105, -6), (105.1, -6.1)],
        [(105, -6), (105.1, -6), (105.1, -6.1), (125, -6)],
    ],
    ids=["one", "two", "in a row", "on one another", "a far island"],
)
def test_every_point_has_a_cell_of_its_own(points):
    areas = places(points)
    cells = grow_cells(areas["code"], areas)
    assert len(cells) == len(points)
    assert (cells.area > 0).all() and cells.is_valid.all()
    joined = cells.union_all()
    assert joined.area == pytest.approx(cells.area.sum())  # no two overlap


def test_cells_keep_the_lie_of_the_land(areas):
    codes = areas.loc[areas["parent"] == "36.01", "code"]
    cells = grow_cells(codes, areas)
    known = areas.set_index("code").loc[codes]
    middle = cells.centroid
    east = np.corrcoef(middle.x, known["lon"])[0, 1]
    north = np.corrcoef(middle.y, known["lat"])[0, 1]
    assert east > 0.95 and north > 0.95
    assert cells.area.max() < 6 * cells.area.min()  # crowded areas can be seen


def test_a_far_island_is_drawn_nearer():
    areas = places([(105, -6), (105.1, -6), (105.1, -6.1), (125, -6)])
    west, _, east, _ = grow_cells(areas["code"], areas).total_bounds
    assert east - west < 1


@pytest.mark.parametrize(("down", "across"), [(2, 4), (3, 3), (5, 7)])
def test_areas_in_an_exact_grid_have_a_cell_each(down, across):
    rows = [(f"{y}.{x}", float(x), float(y)) for y in range(down) for x in range(across)]
    grid = pd.DataFrame(rows, columns=["code", "lon", "lat"])
    cells = grow_cells(grid["code"], grid)
    assert len(cells) == len(grid) and cells.area.min() > 0
    pieces = cells.area.sum()
    assert cells.union_all().area == pytest.approx(pieces, rel=1e-3)  # they do not overlap
