"""Official boundaries from a file the user has: checked, repaired, simplified without gaps.

Computed on an equal-area map around the study, in metres; written in degrees (EPSG:4326).
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.tables import check_columns
from analysis.text.places import Places, place_from_text
from analysis.words.messages import InsidenError

FINENESS = 2500  # details smaller than this part of the map's width cannot be seen in print
NEAR_KM = 2.0  # a centre point may lie this far outside its area, or a quarter of its width
CHANGE_LIMIT = 25.0  # per cent; an area that changes more overlaps another one
NAMED = 5  # at most so many areas are named in an error
Away = Callable[[pd.Series], np.ndarray]


class _Fit(NamedTuple):
    """A column of the file read as areas of one level: the area of each row, "" where none."""

    column: str
    level: str
    form: str  # code, plain, bps_code or name
    codes: pd.Series
    near: int  # areas that lie at their centre point
    found: int  # areas


def import_boundaries(
    file: Path | str, areas: pd.DataFrame, out: Path | str, *, level: str | None = None
) -> pd.DataFrame:
    """Write the boundaries of the gazetteer's areas from ``file`` to ``out`` and report on them.

    ``file`` is GeoJSON, GeoPackage or a shapefile (also zipped), in any projection; the column
    with the codes (with dots, without, or BPS), or else the names, is found by what it holds.
    ``level`` is the level of the areas; without it the level that fits most shapes. All areas
    under one parent must be there or none; shapes of other regions are left out. Columns of the
    report: area, name, km2, change (per cent of the area as published), repaired.
    """
    file, out = Path(file), Path(out)
    areas = check_columns(areas, ["code", "name", "level", "parent", "lon", "lat"], "areas")
    if level is not None and level not in set(areas["level"]):
        known = ", ".join(sorted(set(areas["level"])))
        raise InsidenError("boundaries.unknown_level", text=level, known=known)
    shapes, fit = _read_best(file, areas, level)
    _check_codes(file, shapes, fit, areas)
    kept = fit.codes != ""
    shapes = gpd.GeoDataFrame(
        {"code": fit.codes[kept], "geometry": shapes.geometry[kept]}, crs=shapes.crs
    ).sort_values("code", ignore_index=True)
    repaired = _repair(file, shapes)
    _check_places(file, repaired, areas)
    clean = _simplify(repaired)
    report = _report(shapes, repaired, clean, areas)
    _check_change(file, report)
    _write(clean.to_crs("EPSG:4326"), areas, out)
    return report


def read_boundaries(path: Path | str) -> gpd.GeoDataFrame:
    """Read what ``import_boundaries`` wrote: code, name, geometry in degrees."""
    table = _read_layer(Path(path), None)
    missing = [column for column in ("code", "name") if column not in table]
    if missing:
        raise InsidenError("boundaries.not_ours", file=path, columns=", ".join(missing))
    return table[["code", "name", "geometry"]].astype({"code": str, "name": str})


# -- reading ------------------------------------------------------------------------------------


def _read_best(file: Path, areas: pd.DataFrame, level: str | None) -> tuple[gpd.GeoDataFrame, _Fit]:
    """Read the layer of the file that fits the gazetteer best, on the map in metres."""
    best: tuple[gpd.GeoDataFrame, _Fit] | None = None
    columns: list[str] = []
    for layer in _layers(file):
        shapes = _on_map(file, _read_layer(file, layer), areas)
        columns += [name for name in shapes.columns if name != "geometry"]
        fit = _find_areas(shapes, areas, level)
        if fit and (best is None or (fit.near, fit.found) > (best[1].near, best[1].found)):
            best = shapes, fit
    if best is None:
        raise InsidenError("boundaries.no_match", file=file.name, columns=", ".join(columns) or "-")
    return best


def _layers(file: Path) -> list[str]:
    if not file.is_file():
        raise InsidenError("boundaries.not_found", file=file)
    try:
        layers = pyogrio.list_layers(file)
    except pyogrio.errors.DataSourceError:
        raise InsidenError("boundaries.unreadable", file=file.name) from None
    found = [name for name, kind in layers if kind is not None]
    if not found:
        raise InsidenError("boundaries.no_shapes", file=file.name)
    return found


def _read_layer(file: Path, layer: str | None) -> gpd.GeoDataFrame:
    if not file.is_file():
        raise InsidenError("boundaries.not_found", file=file)
    try:
        table = gpd.read_file(file, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError):
        raise InsidenError("boundaries.unreadable", file=file.name) from None
    if not isinstance(table, gpd.GeoDataFrame) or table.geometry.isna().all():
        raise InsidenError("boundaries.no_shapes", file=file.name)
    return table.rename_geometry("geometry") if table.geometry.name != "geometry" else table


def _on_map(file: Path, shapes: gpd.GeoDataFrame, areas: pd.DataFrame) -> gpd.GeoDataFrame:
    """Bring the shapes to an equal-area map in metres around the study."""
    if shapes.crs is None:
        west, south, east, north = shapes.total_bounds
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            raise InsidenError("boundaries.no_projection", file=file.name)
        shapes = shapes.set_crs("EPSG:4326")
    known = areas.dropna(subset=["lon", "lat"])
    if len(known):
        lon, lat = float(known["lon"].mean()), float(known["lat"].mean())
    else:
        west, south, east, north = shapes.to_crs("EPSG:4326").total_bounds
        lon, lat = (west + east) / 2, (south + north) / 2
    shapes = shapes.set_geometry(shapely.force_2d(shapes.geometry.values), crs=shapes.crs)
    shapes = shapes.to_crs(f"+proj=laea +lat_0={lat:.3f} +lon_0={lon:.3f} +datum=WGS84 +units=m")
    if np.isinf(shapes.bounds.to_numpy()).any():
        raise InsidenError("boundaries.off_the_earth", file=file.name)
    return shapes


# -- which shape is which area ------------------------------------------------------------------


def _find_areas(shapes: gpd.GeoDataFrame, areas: pd.DataFrame, level: str | None) -> _Fit | None:
    """Read each column as codes, or else as names; take what lies at most centre points."""
    away = _measure_away(shapes, areas)
    columns = {str(name): _as_text(shapes[name]) for name in shapes.columns if name != "geometry"}
    groups = [group for each, group in areas.groupby("level", sort=False) if level in (None, each)]
    best = _best(
        [
            _fit(name, form, codes, group, away)
            for group in groups
            for name, texts in columns.items()
            for form, codes in _as_codes(texts, group)
        ]
    )
    if best is not None and best.found > 1 and not _missing(best, areas):
        return best
    places = _places(areas)
    by_name = _best(
        [
            _fit(name, "name", _as_names(texts, group, places, away), group, away)
            for group in groups
            for name, texts in columns.items()
        ]
    )
    # a few wrong codes are for the user to mend, not to be read around
    use_names = by_name is not None and (best is None or by_name.found > 2 * best.found)
    return by_name if use_names else best


def _fit(name: str, form: str, codes: pd.Series, group: pd.DataFrame, away: Away) -> _Fit:
    near = codes[away(codes) <= 1].nunique()
    return _Fit(name, group["level"].iloc[0], form, codes, near, codes[codes != ""].nunique())


def _best(fits: list[_Fit]) -> _Fit | None:
    """The fit with most areas at their place; two readings that fit equally well are refused."""
    fits = [fit for fit in fits if fit.found]
    best = max(fits, key=lambda fit: (fit.near, fit.found), default=None)
    for other in fits:
        alike = best and (other.near, other.found) == (best.near, best.found)
        if best and alike and not other.codes.equals(best.codes):
            raise InsidenError("boundaries.ambiguous", one=best.column, other=other.column)
    return best


def _as_text(column: pd.Series) -> pd.Series:
    """Codes that were stored as numbers lose a ``.0`` and nothing else."""
    return pd.Series(
        [
            ""
            if pd.isna(value)
            else str(int(value))
            if isinstance(value, float) and value.is_integer()
            else str(value).strip()
            for value in column
        ],
        index=column.index,
        dtype=str,
    )


def _forms(areas: pd.DataFrame) -> dict[str, pd.Series]:
    """The forms in which a code is written: with dots, without, and that of BPS."""
    forms = {"code": areas["code"], "plain": areas["code"].str.replace(".", "", regex=False)}
    return forms | ({"bps_code": areas["bps_code"]} if "bps_code" in areas else {})


def _as_codes(texts: pd.Series, group: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for form, written in _forms(group).items():
        codes = dict(zip(written, group["code"], strict=True))
        codes.pop("", None)
        yield form, texts.map(codes).fillna("").astype(str)


def _places(areas: pd.DataFrame) -> Places:
    empty = pd.DataFrame(columns=["text", "code", "name", "kind", "parent"], dtype=str)
    areas = areas.assign(**{name: "" for name in ("bps_code", "name_bps") if name not in areas})
    return Places(areas, empty, empty)


def _as_names(texts: pd.Series, group: pd.DataFrame, places: Places, away: Away) -> pd.Series:
    """Read names; of several places of one name, and of far ones, the centre point decides."""
    level, here = group["level"].iloc[0], set(group["code"])
    options: dict[str, list[str]] = {}
    for text in texts.unique():
        reading = place_from_text(text, places, level=level)
        named = dict.fromkeys([reading.value or "", *reading.candidates])
        options[text] = [code for code in named if code in here]
    codes = pd.Series("", index=texts.index, dtype=str)
    for number in range(max(map(len, options.values()), default=0)):
        option = texts.map(lambda text, n=number: (options[text][n : n + 1] or [""])[0])
        distance = away(option)
        alone = texts.map(lambda text: len(options[text]) == 1).to_numpy()
        fits = (distance <= 1) | (np.isnan(distance) & alone)
        codes = codes.mask(fits & (codes == ""), option)
    return codes


def _measure_away(shapes: gpd.GeoDataFrame, areas: pd.DataFrame) -> Away:
    """Return the question how far rows lie from the centre points of the areas they are read as.

    The answer is a multiple of what is allowed; nan without a centre point.
    """
    known = areas.dropna(subset=["lon", "lat"])
    points = gpd.GeoSeries(gpd.points_from_xy(known["lon"], known["lat"]), crs="EPSG:4326")
    centres = dict(zip(known["code"], points.to_crs(shapes.crs), strict=True))
    shape = shapes.geometry.to_numpy()
    allowed = np.maximum(NEAR_KM * 1000, np.sqrt(shapely.area(shape)) / 4)

    def away(codes: pd.Series) -> np.ndarray:
        points = np.array([centres.get(code) for code in codes], dtype=object)
        return shapely.distance(shape, points) / allowed

    return away


def _missing(fit: _Fit, areas: pd.DataFrame) -> list[str]:
    """The areas that the file lacks although it has others under the same parent."""
    group = areas[areas["level"] == fit.level]
    parents = group.loc[group["code"].isin(fit.codes), "parent"]
    wanted = group.loc[group["parent"].isin(parents), "code"]
    return sorted(set(wanted) - set(fit.codes))


def _check_codes(file: Path, shapes: gpd.GeoDataFrame, fit: _Fit, areas: pd.DataFrame) -> None:
    """Refuse areas that stand twice or not at all, and codes that the gazetteer does not know."""
    names = dict(zip(areas["code"], areas["name"], strict=True))
    found = fit.codes[fit.codes != ""]
    twice = sorted(found[found.duplicated()].unique())
    unknown = _unknown(_as_text(shapes[fit.column]), fit, areas)
    for key, codes in (
        ("repeated", twice),
        ("missing", _missing(fit, areas)),
        ("unknown", unknown),
    ):
        if codes:
            raise InsidenError(
                f"boundaries.{key}",
                file=file.name,
                column=fit.column,
                number=len(codes),
                areas=_some([f"{code} {names.get(code, '')}".strip() for code in codes]),
                unknown=_some(unknown) or "-",
            )


def _unknown(texts: pd.Series, fit: _Fit, areas: pd.DataFrame) -> list[str]:
    """Codes that must lie under a parent of the found areas, but are not in the gazetteer."""
    if fit.form == "name":
        return []
    parents = areas.loc[areas["code"].isin(fit.codes), "parent"]
    above = _forms(areas)[fit.form][areas["code"].isin(parents)]
    starts = tuple(start for start in above if start)
    written = texts[fit.codes != ""]
    lengths = set(written.str.len())
    known = set(_forms(areas)[fit.form])
    return sorted(
        text
        for text in texts.unique()
        if text not in known and len(text) in lengths and text.startswith(starts)
    )


def _some(names: list[str]) -> str:
    more = [f"… (+{len(names) - NAMED})"] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *more])


# -- shapes -------------------------------------------------------------------------------------


def _repair(file: Path, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make every shape a valid polygon; lines and points that remain of a repair go."""
    fixed = shapely.make_valid(shapes.geometry.to_numpy(), method="structure", keep_collapsed=False)
    polygons = [_polygons_of(shape) for shape in fixed]
    empty = [code for code, shape in zip(shapes["code"], polygons, strict=True) if shape.is_empty]
    if empty:
        raise InsidenError("boundaries.empty", file=file.name, areas=_some(empty))
    return gpd.GeoDataFrame({"code": shapes["code"], "geometry": polygons}, crs=shapes.crs)


def _polygons_of(shape: BaseGeometry | None) -> BaseGeometry:
    """The polygons of a shape, of whatever it is made."""
    if shape is None:
        return shapely.MultiPolygon()
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.union_all(polygons) if len(polygons) else shapely.MultiPolygon()


def _check_places(file: Path, shapes: gpd.GeoDataFrame, areas: pd.DataFrame) -> None:
    """Refuse shapes that lie far from where the gazetteer has the area: swapped codes or axes."""
    away = _measure_away(shapes, areas)(shapes["code"])
    far = shapes.loc[away > 1, "code"]
    if len(far):
        names = dict(zip(areas["code"], areas["name"], strict=True))
        named = [f"{code} {names[code]}" for code in far]
        raise InsidenError("boundaries.far", file=file.name, number=len(far), areas=_some(named))


def _simplify(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out details too fine to see; a border between two areas is simplified once, for both.

    Overlaps and slits narrower than half such a detail are closed first (Visvalingam and Whyatt
    1993, Cartographic Journal 30: 46-51, on the edges of a coverage).
    """
    west, south, east, north = shapes.total_bounds
    detail = max(east - west, north - south) / FINENESS
    clean = shapely.coverage_clean(
        shapes.geometry.to_numpy(), snapping_distance=detail / 20, gap_width=detail / 2
    )
    return shapes.set_geometry(shapely.coverage_simplify(clean, detail), crs=shapes.crs)


def _report(
    given: gpd.GeoDataFrame,
    repaired: gpd.GeoDataFrame,
    clean: gpd.GeoDataFrame,
    areas: pd.DataFrame,
) -> pd.DataFrame:
    names = dict(zip(areas["code"], areas["name"], strict=True))
    before = repaired.geometry.area
    return pd.DataFrame(
        {
            "area": clean["code"],
            "name": clean["code"].map(names),
            "km2": (clean.geometry.area / 1e6).round(3),
            "change": ((clean.geometry.area / before - 1) * 100).round(3),
            "repaired": ~given.geometry.is_valid,
        }
    )


def _check_change(file: Path, report: pd.DataFrame) -> None:
    """Refuse shapes that lie on one another: one of them loses its ground to the other."""
    changed = report[report["change"].abs() > CHANGE_LIMIT]
    if len(changed):
        named = [
            f"{row.area} {row.name_} ({row.change:+.0f} %)"
            for row in changed.rename(columns={"name": "name_"}).itertuples()
        ]
        raise InsidenError("boundaries.overlap", file=file.name, areas=_some(named))


# -- writing ------------------------------------------------------------------------------------


def _write(shapes: gpd.GeoDataFrame, areas: pd.DataFrame, out: Path) -> None:
    """Write GeoJSON (RFC 7946) with a line for each area, to a decimetre, beside and then rename."""
    names = dict(zip(areas["code"], areas["name"], strict=True))
    rounded = shapely.transform(shapes.geometry.to_numpy(), lambda degrees: degrees.round(6))
    rounded = shapely.orient_polygons(rounded)
    features = [
        json.dumps(
            {"type": "Feature", "properties": {"code": code, "name": names[code]}},
            ensure_ascii=False,
        )[:-1]
        + f', "geometry": {shapely.to_geojson(shape)}}}'
        for code, shape in zip(shapes["code"], rounded, strict=True)
    ]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"
    beside = out.with_name(f".{out.name}.partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(out)
