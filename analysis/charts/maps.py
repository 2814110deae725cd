"""A map of one number for each area: schematic cells around centre points, or given boundaries."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.patheffects import withStroke

from analysis.charts.chart import Caption, Chart, house_style, recorded
from analysis.charts.letters import (
    MM,
    name_of,
    nice_ticks,
    short_name,
    spread,
    text_width,
    together,
)
from analysis.charts.page import (
    FOCUS,
    HIDDEN,
    INK,
    LINE,
    NARROW,
    PAPER,
    Box,
    Entry,
    Page,
    Panel,
    Swatch,
    Texts,
    box_looks,
    check_table,
    ended,
    finish,
    make_texts,
    open_page,
)
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import join_words, number

COLUMNS = ["area", "shown", "why", "months", "months_wanted"]
CLASSES = ["#cddbe7", "#8fb0cb", "#4a7ba6", FOCUS]  # one hue, also four clear steps of grey
ZERO = Swatch("#e6edf3")
STATES = {
    "suppressed": Swatch(PAPER, "//////"),
    "complementary": Swatch(PAPER, "xxxxxx"),
    "not_reported": Swatch(PAPER),
}
WIDEST_GAP = 1.6  # between neighbouring centre points, in usual distances
FOREMOST = 3  # largest values that the alt text names
LABEL_ROOM = 0.25  # part of the sheet that a column of names may take


class Given(NamedTuple):
    """What is drawn, and for whom; ``shapes`` has one row an area of ``table``, in its order."""

    table: pd.DataFrame  # with state and partly
    shapes: gpd.GeoSeries
    limits: list[float]
    value: str
    focal: str
    names: Mapping[str, str]
    lang: str

    @property
    def decimals(self) -> int:
        return 0 if self.value == "incidents" else 1

    def name(self, area: str) -> str:
        return name_of(area, self.names)


@recorded
def plot_map(
    districts: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    value: str = "incidents",
    focal: str,
    names: Mapping[str, str],
    headline: object,
    caption: Caption,
    lang: str = "id",
    size: str = "a4-full",
    boundaries: gpd.GeoDataFrame | None = None,
    inside: bool = False,
) -> Chart:
    """Draw a cell for each area of ``districts`` in the region ``focal``, shaded by ``value``.

    ``districts``: area, the column ``value`` (counts, or rates for each ``caption.per`` people),
    shown, why, months, months_wanted. ``areas``: code, name, lon, lat. Without ``boundaries``
    (code, geometry) the cells are grown around the centre points, and the map says so.
    """
    table = check_table(districts, [*COLUMNS, value], "districts", key=["area"], lang=lang)
    table = table[["area", value, *COLUMNS[1:]]].sort_values("area", kind="stable")
    table = table.reset_index(drop=True)
    schematic = boundaries is None
    shapes = grow_cells(table["area"], areas) if schematic else _given_shapes(table, boundaries)
    names = {**dict(zip(areas["code"], areas["name"], strict=True)), **names}
    limits = class_limits(table[value])
    given = Given(_with_states(table, value, limits), shapes, limits, value, focal, names, lang)
    with house_style():
        texts = _texts(given, headline, caption, schematic)
        page = open_page(texts, size=size, lang=lang, simulated=caption.simulated, inside=inside)
        if schematic:
            note = say("charts.map.schematic", lang)
            page.paragraph(note, points=page.size.small, top=True, bold=True, colour=INK)
        _draw(page, given)
    return finish(page, texts, "map", table)


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
        cells = shapely.get_parts(
            shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=ground)
        )
        point, cell = shapely.STRtree(cells).query(points, predicate="within")
        shapes = shapely.intersection(cells[cell[point.argsort()]], ground)
        points = shapely.centroid(shapes)
    return gpd.GeoSeries(shapes)


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


def _given_shapes(table: pd.DataFrame, boundaries: gpd.GeoDataFrame | None) -> gpd.GeoSeries:
    """The boundaries of the table's areas, in its order."""
    assert boundaries is not None
    known = boundaries.drop_duplicates("code").set_index("code")["geometry"]
    missing = [area for area in table["area"] if area not in known.index]
    if missing:
        raise InsidenError("charts.map.no_shape", areas=", ".join(missing))
    shapes = gpd.GeoSeries(known.loc[table["area"]].to_numpy())
    bounds = shapes.total_bounds
    return shapes.affine_transform([_shrink(pd.Series(bounds[[1, 3]])), 0, 0, 1, 0, 0])


# --- classes --------------------------------------------------------------------------------


def class_limits(values: pd.Series) -> list[float]:
    """Lower limits of at most four classes of the positive values, at round numbers.

    Where the largest is many times the smallest the limits grow like 1, 2, 5, 10; else they are
    evenly spaced. Without a positive value there is no class.

    >>> class_limits(pd.Series([0, 5, 7, 9, 12, 14, 31, 46]))
    [5.0, 10.0, 20.0]
    """
    positive = values[values.fillna(0) > 0]
    known = np.sort(positive.to_numpy(dtype=float))
    if not len(known):
        return []
    low, high = float(known[0]), float(known[-1])
    if high >= 5 * low:
        steps = [base * 10.0**power for power in range(-6, 12) for base in (1, 2, 5)]
    else:
        size = nice_ticks((high - low) or low, 3)[1]
        steps = [size * place for place in range(int(low / size), int(high / size) + 1)]
    inner = [step for step in steps if low < step <= high]
    if len(inner) >= len(CLASSES):
        wanted = np.quantile(known, [0.3, 0.6, 0.9])
        inner = sorted({min(inner, key=lambda step: (abs(step - aim), step)) for aim in wanted})
    classes = set(np.searchsorted(inner, known, side="right"))
    return [low, *(edge for place, edge in enumerate(inner, start=1) if place in classes)]


def _with_states(table: pd.DataFrame, value: str, limits: list[float]) -> pd.DataFrame:
    """Add ``state`` (class 0, 1 …, zero, or why there is no number) and ``partly``."""
    values = table[value].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    place = np.searchsorted(limits, values, side="right") - 1
    states = np.where(values > 0, place.astype(str), np.where(values == 0, "zero", ""))
    hidden = np.where(table["why"].isin(HIDDEN), table["why"], "not_reported")
    partly = table["months"].lt(table["months_wanted"]).fillna(False) & ~np.isnan(values)
    return table.assign(state=np.where(np.isnan(values), hidden, states), partly=partly)


def _swatches(given: Given) -> dict[str, Swatch]:
    count = len(given.limits)
    chosen = {1: [2], 2: [1, 3], 3: [0, 1, 3]}.get(count, range(len(CLASSES)))
    # a dark cell is parted from its neighbours by white, a light one by grey
    edges = [LINE, LINE, PAPER, PAPER]
    looks = [Swatch(face, edge=edge) for face, edge in zip(CLASSES, edges, strict=True)]
    classes = {str(place): looks[tint] for place, tint in enumerate(chosen)}
    return {"zero": ZERO, **classes, **STATES}


# --- drawing --------------------------------------------------------------------------------


def _draw(page: Page, given: Given) -> None:
    sides = _sides(page, given)
    page.check_room()
    texts = [_label(row, given, page) for row in given.table.to_dict("records")]
    small = page.size.small
    widths = [max((text_width(texts[i], small) for i in side), default=0.0) for side in sides]
    panel = _panel(page, given.shapes, widths)
    for state, swatch in _swatches(given).items():
        cells = given.shapes[(given.table["state"] == state).to_numpy()]
        for look in box_looks(swatch):
            if len(cells):
                cells.plot(ax=panel.axes, aspect=None, autolim=False, **look)
    panel.axes.set(xlabel="", ylabel="")  # GeoPandas names its axes
    points = given.shapes.representative_point()
    west, _, east, _ = given.shapes.total_bounds
    near = 6 * small * MM  # a longer line to a name is harder to follow
    columns = (
        max(page.box.left + widths[0], panel.at_x(west) - near),
        min(page.box.right - widths[1], panel.at_x(east) + near),
    )
    for side, column, align in zip(sides, columns, ("right", "left"), strict=True):
        _write_side(page, panel, column, align, [(texts[i], points[i]) for i in side])


def _sides(page: Page, given: Given) -> tuple[list[int], list[int]]:
    """Write the key, and choose the areas named left and right of the map.

    Where not all names fit, the largest values are named, and the key says so.
    """
    entries = _key(given)
    columns = 1 if page.width < NARROW else 2
    gap = page.row_gap(page.size.small)
    most = columns * int((page.box.height - page.key_height(entries)) / gap)
    if most < len(given.table):
        entries.append((None, say("charts.map.named", page.lang)))
        most = columns * int((page.box.height - page.key_height(entries)) / gap)
    page.key(entries)
    rank = given.table[given.value].astype("Float64").rank(method="first", ascending=False)
    named = rank.fillna(len(rank) + 1).sort_values(kind="stable").index[:most]
    if columns == 1:
        return [], sorted(named)
    west_first = given.shapes.representative_point().x[named].sort_values(kind="stable").index
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


def _label(row: Mapping[Any, Any], given: Given, page: Page) -> str:
    """The name of an area with its number, or the sign for why there is none."""
    value, points = _value_text(row, given), page.size.small
    room = LABEL_ROOM * page.box.width * (1.7 if page.width < NARROW else 1)
    room -= text_width(f" {value}", points)
    name = short_name(given.name(row["area"]), room, points, page.lang)
    return say("charts.map.label", page.lang, area=name, value=value)


def _value_text(row: Mapping[Any, Any], given: Given) -> str:
    if row["state"] == "suppressed":
        return str(row["shown"])
    if row["state"] == "complementary":
        return "–"
    if row["state"] == "not_reported":
        return number(None, given.lang)
    text = number(row[given.value], given.lang, given.decimals)
    return text + ("*" if row["partly"] else "")


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


def _key(given: Given) -> list[Entry]:
    """Explain the classes, the states that occur, and the asterisk."""
    lang, swatches, step = given.lang, _swatches(given), 10.0**-given.decimals
    present = set(given.table["state"])
    entries: list[Entry] = []
    if "zero" in present:
        entries.append((ZERO, number(0, lang)))
    highest = given.table[given.value].max()
    for place, low in enumerate(given.limits):
        last = place + 1 == len(given.limits)
        high = highest if last else given.limits[place + 1] - step
        texts = [number(edge, lang, given.decimals) for edge in (low, high)]
        text = say("charts.map.range", lang, low=texts[0], high=texts[1])
        entries.append((swatches[str(place)], text if texts[0] != texts[1] else texts[0]))
    for state in ("suppressed", "complementary", "not_reported"):
        rows = given.table[given.table["state"] == state]
        if len(rows):
            shown = rows["shown"].iloc[0]
            entries.append((STATES[state], say(f"charts.map.{state}", lang, shown=shown)))
    if given.table["partly"].any():
        entries.append((None, say("charts.map.partly", lang)))
    return entries


# --- words ----------------------------------------------------------------------------------


def _texts(given: Given, headline: object, caption: Caption, schematic: bool) -> Texts:
    lang = given.lang
    facts = {"area": given.name(given.focal), "per": number(caption.per, lang)}
    unit = caption.unit[:1].upper() + caption.unit[1:]
    key = "subtitle" if given.value == "incidents" else "subtitle_rate"
    period = together(caption.period)
    subtitle = say(f"charts.map.{key}", lang, unit=unit, period=period, **facts)
    facts |= {"unit": caption.unit, "period": caption.period}
    kind = say("charts.map.alt_kind", lang, number=number(len(given.table), lang), **facts)
    note = [say("charts.map.alt_schematic", lang)] if schematic else []
    return make_texts(
        "map",
        given.table.drop(columns=["state", "partly"]),
        headline=headline,
        subtitle=subtitle,
        caption=caption,
        alt=[kind, ended(headline), *note, *_alt_facts(given)],
        lang=lang,
    )


def _alt_facts(given: Given) -> Iterator[str]:
    """The largest values, and how many areas show none."""
    lang, table = given.lang, given.table
    known = table[table[given.value].notna()].sort_values(
        [given.value, "area"], ascending=[False, True]
    )
    named = [
        say("charts.map.label", lang, area=given.name(row["area"]), value=_value_text(row, given))
        for row in known.head(FOREMOST).to_dict("records")
    ]
    if named:
        yield say("charts.map.alt_top", lang, areas=join_words(named, lang))
    else:
        yield say("charts.map.alt_none", lang)
    counts = {
        "hidden": int(table["state"].isin(HIDDEN).sum()),
        "gaps": int((table["state"] == "not_reported").sum()),
    }
    texts = {name: number(count, lang) for name, count in counts.items()}
    yield say("charts.map.alt_states", lang, **texts)
