"""Areas as cells on the sheet: grown around centre points or given, filled by state, named at the side."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.patheffects import withStroke

from analysis.charts.letters import MM, spread, text_width
from analysis.charts.page import (
    INK,
    NARROW,
    PAPER,
    Box,
    Entry,
    Page,
    Panel,
    Swatch,
    box_looks,
)
from analysis.words.messages import InsidenError, say

WIDEST_GAP = 1.6  # between neighbouring centre points, in usual distances
LABEL_ROOM = 0.25  # part of the sheet that a column of names may take


class Cells(NamedTuple):
    """Areas to draw: one shape, state and text each, in one order; ``rank`` says who is named first."""

    shapes: gpd.GeoSeries
    states: Sequence[str]
    texts: Sequence[str]
    rank: Sequence[float]
    swatches: Mapping[str, Swatch]


# --- shapes ---------------------------------------------------------------------------------


def grow_cells(codes: pd.Series, areas: pd.DataFrame) -> gpd.GeoSeries:
    """Grow a cell around the centre point of each area, in the order of ``codes``.

    Voronoi cells inside circles around the points, evened out by Lloyd's method (each point moves
    to the middle of its cell, six times), so that crowded areas can be seen. Wide gaps are closed.
    """
    places = codes.to_frame("code").merge(areas[["code", "lon", "lat"]], on="code", how="left")
    missing = places.loc[places["lon"].isna() | places["lat"].isna(), "code"]
    if len(missing):
        raise InsidenError("charts.map.no_centre", areas=", ".join(missing))
    places["x"], places["y"] = places["lon"] * _shrink(places["lat"]), places["lat"]
    # points that fall on one another move a little to the east, so that each has a cell
    places["x"] += 0.01 * places.groupby(["x", "y"]).cumcount()
    if len(places) == 1:
        return gpd.GeoSeries([shapely.Point(places["x"][0], places["y"][0]).buffer(0.05)])
    points = shapely.points(_close_gaps(places[["x", "y"]].to_numpy(dtype=float)))
    nearest = _distances(shapely.get_coordinates(points)).min(axis=1)
    usual = float(np.median(nearest))
    reach = np.clip(0.9 * nearest, 0.9 * usual, WIDEST_GAP * usual)
    ground = shapely.union_all(shapely.buffer(points, reach))
    ground = ground.buffer(0.8 * usual).buffer(-0.8 * usual)
    for _ in range(7):
        shapes = shapely.intersection(_cells_around(points, ground, usual), ground)
        points = shapely.centroid(shapes)
    return gpd.GeoSeries(shapes)


def _cells_around(points: np.ndarray, ground: shapely.Geometry, usual: float) -> np.ndarray:
    """The Voronoi cell of each point.

    Points in an exact grid can make the diagram overlap itself (GEOS 3.14), so that a point lies in
    two cells; then they are moved a hair's breadth, each to another side.
    """
    place = np.arange(len(points))
    hair = usual * 1e-4 * np.column_stack([np.sin(place), np.cos(place)])
    for times in range(5):
        around = shapely.points(shapely.get_coordinates(points) + times * hair)
        diagram = shapely.voronoi_polygons(shapely.MultiPoint(around), extend_to=ground)
        cells = shapely.get_parts(diagram)
        point, cell = shapely.STRtree(cells).query(around, predicate="within")
        if len(point) == len(points) and shapely.is_valid(cells).all():
            break
    first = np.unique(point, return_index=True)[1]
    return cells[cell[first]]


def _distances(points: np.ndarray) -> np.ndarray:
    """Distances between all points; a point is infinitely far from itself."""
    away = points[:, None, :] - points[None, :, :]
    distances = np.hypot(away[..., 0], away[..., 1])
    np.fill_diagonal(distances, np.inf)
    return distances


def _close_gaps(points: np.ndarray) -> np.ndarray:
    """Draw far islands nearer: no step between neighbours is wider than 1.6 times the usual.

    The steps are those of the shortest tree that joins all points (Prim); directions stay.
    """
    distances = _distances(points)
    limit = WIDEST_GAP * float(np.median(distances.min(axis=1)))
    middle = points - points.mean(axis=0)
    joined = np.array([np.argmin(np.hypot(middle[:, 0], middle[:, 1]))])
    moved = points.copy()
    while len(joined) < len(points):
        open_ones = np.setdiff1d(np.arange(len(points)), joined)
        steps = distances[np.ix_(joined, open_ones)]
        start, end = np.unravel_index(steps.argmin(), steps.shape)
        old, new = joined[start], open_ones[end]
        share = min(1.0, limit / steps[start, end])
        moved[new] = moved[old] + (points[new] - points[old]) * share
        joined = np.append(joined, new)
    return moved


def _shrink(lat: pd.Series) -> float:
    """A degree of longitude, in degrees of latitude, in the middle of the map."""
    return float(np.cos(np.radians((lat.min() + lat.max()) / 2)))


def given_shapes(codes: pd.Series, boundaries: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The boundaries of the areas, in the order of ``codes``."""
    known = boundaries.drop_duplicates("code").set_index("code")["geometry"]
    missing = [area for area in codes if area not in known.index]
    if missing:
        raise InsidenError("charts.map.no_shape", areas=", ".join(missing))
    shapes = gpd.GeoSeries(known.loc[codes].to_numpy())
    bounds = shapes.total_bounds
    return shapes.affine_transform([_shrink(pd.Series(bounds[[1, 3]])), 0, 0, 1, 0, 0])


# --- drawing --------------------------------------------------------------------------------


def name_room(page: Page) -> float:
    """Millimetres that the text of a cell may take."""
    return LABEL_ROOM * page.box.width * (1.7 if page.width < NARROW else 1)


def draw_cells(page: Page, cells: Cells, entries: list[Entry]) -> None:
    """Draw the key and the map, with names at its sides."""
    sides = _sides(page, cells, entries)
    page.check_room()
    small = page.size.small
    widths = [max((text_width(cells.texts[i], small) for i in side), default=0.0) for side in sides]
    panel = _panel(page, cells.shapes, widths)
    for state, swatch in cells.swatches.items():
        shapes = cells.shapes[[own == state for own in cells.states]]
        for look in box_looks(swatch):
            if len(shapes):
                shapes.plot(ax=panel.axes, aspect=None, autolim=False, **look)
    panel.axes.set(xlabel="", ylabel="")  # GeoPandas names its axes
    points = cells.shapes.representative_point()
    west, _, east, _ = cells.shapes.total_bounds
    near = 6 * small * MM  # a longer line to a name is harder to follow
    columns = (
        max(page.box.left + widths[0], panel.at_x(west) - near),
        min(page.box.right - widths[1], panel.at_x(east) + near),
    )
    for side, column, align in zip(sides, columns, ("right", "left"), strict=True):
        _write_side(page, panel, column, align, [(cells.texts[i], points[i]) for i in side])


def _sides(page: Page, cells: Cells, entries: list[Entry]) -> tuple[list[int], list[int]]:
    """Write the key, and choose the areas named left and right of the map.

    Where not all names fit, those of the first rank are named, and the key says so.
    """
    columns = 1 if page.width < NARROW else 2
    gap = page.row_gap(page.size.small)
    most = columns * int((page.box.height - page.key_height(entries)) / gap)
    if most < len(cells.texts):
        entries = [*entries, (None, say("charts.map.named", page.lang))]
        most = columns * int((page.box.height - page.key_height(entries)) / gap)
    page.key(entries)
    named = pd.Series(cells.rank).sort_values(kind="stable").index[:most]
    if columns == 1:
        return [], sorted(named)
    west_first = cells.shapes.representative_point().x[named].sort_values(kind="stable").index
    half = (len(west_first) + 1) // 2
    return list(west_first[:half]), list(west_first[half:])


def _panel(page: Page, shapes: gpd.GeoSeries, widths: list[float]) -> Panel:
    """Place the map, as large as fits, in the middle between its columns of names."""
    em, room = page.size.text * MM, page.box
    gaps = [width + 2.5 * em if width else 0.0 for width in widths]
    width, height = room.width - sum(gaps), room.height - 0.6 * em
    west, south, east, north = shapes.total_bounds
    scale = min(width / (east - west), height / (north - south)) * 0.98
    x, y = (west + east) / 2, (south + north) / 2
    box = Box(room.left + gaps[0], room.bottom + 0.3 * em, width, height)
    half = (width / scale / 2, height / scale / 2)
    return page.panel(box, (x - half[0], x + half[0]), (y - half[1], y + half[1]))


def _write_side(
    page: Page,
    panel: Panel,
    column: float,
    align: str,
    labels: Sequence[tuple[str, shapely.Point]],
) -> None:
    """Write one column of names, each with a line to its cell."""
    small = page.size.small
    start = column + (0.4 if align == "right" else -0.4) * small * MM
    ends = [(panel.at_x(point.x), panel.at_y(point.y)) for _, point in labels]
    gap = page.row_gap(small)
    low, high = page.box.bottom + 0.5 * gap, page.box.top - 0.5 * gap
    heights = spread([y for _, y in ends], gap, low, high)
    halo = [withStroke(linewidth=1.4 * page.scale, foreground=PAPER)]
    dot = {"marker": "o", "markersize": 2.4 * page.scale, "markeredgecolor": PAPER}
    for (text, _), (x, y), height in zip(
        labels, ends, _untangled(start, ends, heights), strict=True
    ):
        page.write(column, height, text, points=small, align=align)
        page.line([start, x], [height, y], color=INK, linewidth=0.4, path_effects=halo, zorder=3)
        page.line([x], [y], color=INK, zorder=4, markeredgewidth=0.5 * page.scale, **dot)


def _untangled(
    start: float, ends: Sequence[tuple[float, float]], heights: list[float]
) -> list[float]:
    """Exchange the heights of names until no two of their lines cross."""
    heights = list(heights)
    crossing = True
    while crossing:
        crossing = False
        for one, other in combinations(range(len(ends)), 2):
            lines = [
                shapely.LineString([(start, heights[place]), ends[place]]) for place in (one, other)
            ]
            if shapely.crosses(*lines):
                heights[one], heights[other] = heights[other], heights[one]
                crossing = True
    return heights
