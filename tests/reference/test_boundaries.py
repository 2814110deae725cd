"""Official boundaries: found, checked against the gazetteer, repaired, simplified without gaps."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from analysis.reference.boundaries import import_boundaries, read_boundaries
from analysis.words.messages import InsidenError

EAST, NORTH = 106.0, -6.5  # of the invented squares, a tenth of a degree wide


def square(column, row, size=1):
    west, south = EAST + column / 10, NORTH + row / 10
    return box(west, south, west + size / 10, south + size / 10)


AREAS = pd.DataFrame(
    [
        ("97", "Nusa", "province", "", "97", "NUSA", EAST + 0.1, NORTH + 0.1),
        ("97.01", "Kabupaten Utara", "kabkota", "97", "9701", "UTARA", EAST + 0.1, NORTH + 0.15),
        ("97.01.01", "Barat Laut", "kecamatan", "97.01", "9701010", "BARATLAUT", EAST + 0.05, NORTH + 0.15),
        ("97.01.02", "Sobang", "kecamatan", "97.01", "9701020", "SOBANG", EAST + 0.15, NORTH + 0.15),
        ("97.02", "Kabupaten Selatan", "kabkota", "97", "9702", "SELATAN", EAST + 0.1, NORTH + 0.05),
        ("97.02.01", "Sobang", "kecamatan", "97.02", "9702010", "SOBANG", EAST + 0.05, NORTH + 0.05),
        ("97.02.02", "Tenggara", "kecamatan", "97.02", "9702020", "TENGGARA", EAST + 0.15, NORTH + 0.05),
    ],
    columns=["code", "name", "level", "parent", "bps_code", "name_bps", "lon", "lat"],
)  # fmt: skip
CODES = ["97.01.01", "97.01.02", "97.02.01", "97.02.02"]
SQUARES = [square(0, 1), square(1, 1), square(0, 0), square(1, 0)]


@pytest.fixture
def write(tmp_path):
    """Write shapes with columns to a file; the projection is that of the file's users."""

    def make(columns, shapes=SQUARES, name="batas.geojson", crs="EPSG:4326"):
        table = gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")
        table.to_crs(crs).to_file(tmp_path / name)
        return tmp_path / name

    return make


def taken(file, tmp_path, areas=AREAS, **choices):
    out = tmp_path / "reference" / "boundaries.geojson"
    report = import_boundaries(file, areas, out, **choices)
    return report, read_boundaries(out)


def refused(file, tmp_path, key, areas=AREAS, **choices):
    out = tmp_path / "boundaries.geojson"
    with pytest.raises(InsidenError) as error:
        import_boundaries(file, areas, out, **choices)
    assert error.value.key == f"boundaries.{key}"
    assert error.value.text("id") and error.value.text("en")
    assert not out.exists()
    return error.value.facts


def neighbours(shapes, within=25.0):
    """Pairs of areas that touch, to within metres (the shapes must be on a map in metres)."""
    geometry = shapes.geometry.to_numpy()
    one, other = shapely.STRtree(geometry).query(geometry, predicate="dwithin", distance=within)
    codes = shapes["code"].to_numpy()
    return {(codes[a], codes[b]) for a, b in zip(one, other, strict=True) if codes[a] < codes[b]}


# -- formats, projections, codes, names ----------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "kept"),
    [
        (CODES, "dotted"),
        ([code.replace(".", "") for code in CODES], "undotted"),
        ([int(code.replace(".", "")) for code in CODES], "whole numbers"),
        ([float(code.replace(".", "")) for code in CODES], "numbers with .0"),
        (["9701010", "9701020", "9702010", "9702020"], "BPS"),
    ],
)
def test_the_column_with_codes_is_found_by_what_it_holds(codes, kept, write, tmp_path):
    columns = {"OBJECTID": [1, 2, 3, 4], "WADMKC": ["a", "b", "c", "d"], "KD": codes}
    report, shapes = taken(write(columns), tmp_path)
    assert shapes["code"].tolist() == CODES, kept
    assert shapes["name"].tolist() == ["Barat Laut", "Sobang", "Sobang", "Tenggara"]
    assert report["area"].tolist() == CODES
    # 0.1 x 0.1 degree near 6.4 south: 11.06 km x 11.06 km
    assert report["km2"].to_numpy() == pytest.approx(11.132 * 0.9938 * 11.057, rel=0.003)
    assert report["change"].abs().max() < 0.01
    assert not report["repaired"].any()


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("batas.geojson", "EPSG:4326"),
        ("batas.gpkg", "EPSG:32748"),
        ("batas.shp", "EPSG:3857"),
    ],
)
def test_formats_and_projections(name, crs, write, tmp_path):
    _, shapes = taken(write({"kode": CODES}, name=name, crs=crs), tmp_path)
    assert shapes.crs.to_epsg() == 4326
    assert shapes["code"].tolist() == CODES
    for shape, expected in zip(shapes.geometry, SQUARES, strict=True):
        assert shapely.symmetric_difference(shape, expected).area < 1e-3 * expected.area


def test_a_zipped_shapefile(write, tmp_path):
    write({"kode": CODES}, name="batas.shp")
    packed = tmp_path / "batas resmi.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("batas.*"):
            archive.write(part, part.name)
    _, shapes = taken(packed, tmp_path)
    assert len(shapes) == 4


def test_a_package_with_several_layers_gives_the_one_that_fits(tmp_path):
    package = tmp_path / "batas.gpkg"
    lone = gpd.GeoDataFrame({"kode": ["97"]}, geometry=[square(0, 0, 2)], crs="EPSG:4326")
    parts = gpd.GeoDataFrame({"kode": CODES}, geometry=SQUARES, crs="EPSG:4326")
    lone.to_file(package, layer="provinsi")
    parts.to_file(package, layer="kecamatan")
    _, shapes = taken(package, tmp_path)
    assert shapes["code"].tolist() == CODES


def test_names_are_read_where_there_is_no_code_and_homonyms_by_their_place(write, tmp_path):
    columns = {"NAMOBJ": ["Kec. Barat Laut", "SOBANG", "Sobang", "TENGGARA"]}
    _, shapes = taken(write(columns), tmp_path)
    assert shapes["code"].tolist() == CODES


def test_the_level_can_be_told(write, tmp_path):
    shapes = [square(0, 0, 2), square(0, 1), square(1, 1)]
    file = write({"kode": ["97", "97.01.01", "97.01.02"]}, shapes)
    assert taken(file, tmp_path)[1]["code"].tolist() == ["97.01.01", "97.01.02"]
    assert taken(file, tmp_path, level="province")[1]["code"].tolist() == ["97"]
    refused(file, tmp_path, "unknown_level", level="desa")


def test_shapes_of_other_regions_are_left_out(write, tmp_path):
    columns = {"kode": [*CODES, "98.01.01", None]}
    _, shapes = taken(write(columns, [*SQUARES, square(3, 0), square(4, 0)]), tmp_path)
    assert shapes["code"].tolist() == CODES


def test_a_file_for_one_regency_is_enough(write, tmp_path):
    _, shapes = taken(write({"kode": CODES[:2]}, SQUARES[:2]), tmp_path)
    assert shapes["code"].tolist() == CODES[:2]


def test_of_two_code_systems_the_place_decides(write, tmp_path):
    # 9701 is one area for Kemendagri and the other for BPS, as in 199 of 514 regencies
    areas = AREAS.assign(bps_code=AREAS["bps_code"].replace({"9701": "9702", "9702": "9701"}))
    areas = areas[areas["level"] == "kabkota"]
    north, south = (
        box(EAST, NORTH + 0.1, EAST + 0.2, NORTH + 0.2),
        box(EAST, NORTH, EAST + 0.2, NORTH + 0.1),
    )
    _, shapes = taken(write({"kode": ["9701", "9702"]}, [south, north]), tmp_path, areas)
    assert shapes.geometry[0].centroid.y > shapes.geometry[1].centroid.y
    unplaced = areas.assign(lon=np.nan, lat=np.nan)
    refused(write({"kode": ["9701", "9702"]}, [south, north]), tmp_path, "ambiguous", unplaced)


# -- repair and simplification --------------------------------------------------------------------


def test_invalid_shapes_are_repaired_and_said(write, tmp_path):
    bow = Polygon(
        [
            (EAST, NORTH + 0.1),
            (EAST + 0.1, NORTH + 0.2),
            (EAST + 0.1, NORTH + 0.1),
            (EAST, NORTH + 0.2),
        ]
    )
    nested = MultiPolygon([square(1, 1), shapely.affinity.scale(square(1, 1), 0.5, 0.5)])
    report, shapes = taken(write({"kode": CODES}, [bow, nested, *SQUARES[2:]]), tmp_path)
    assert report["repaired"].tolist() == [True, True, False, False]
    assert shapes.is_valid.all()
    assert set(shapes.geom_type) <= {"Polygon", "MultiPolygon"}
    # a shell inside a shell is land, not a hole
    assert report["km2"][1] == pytest.approx(report["km2"][2], rel=0.01)


def test_slits_and_overlaps_between_neighbours_are_closed(write, tmp_path):
    slit, overlap = 0.00004, 0.0001  # 4 m and 11 m
    shapes = [
        shapely.box(EAST, NORTH + 0.1, EAST + 0.1 - slit, NORTH + 0.2),
        shapely.box(EAST + 0.1, NORTH + 0.1 - overlap, EAST + 0.2, NORTH + 0.2),
        *SQUARES[2:],
    ]
    report, clean = taken(write({"kode": CODES}, shapes), tmp_path)
    assert shapely.coverage_is_valid(clean.geometry.to_numpy())
    assert shapely.union_all(clean.geometry).geom_type == "Polygon"
    assert not shapely.union_all(clean.geometry).interiors
    assert report["change"].abs().max() < 0.2


def test_a_shared_border_is_simplified_once(write, tmp_path):
    """A wriggling border keeps both sides together; an island and a lake stay."""
    chance = np.random.default_rng(3)
    steps = np.linspace(NORTH, NORTH + 0.2, 4001)
    border = np.column_stack([EAST + 0.1 + chance.normal(0, 0.00003, 4001), steps])
    border[[0, -1], 0] = EAST + 0.1
    west = Polygon([(EAST, NORTH), *border, (EAST, NORTH + 0.2)])
    east = Polygon([(EAST + 0.2, NORTH), *border, (EAST + 0.2, NORTH + 0.2)])
    island = Polygon([(EAST + 0.3, NORTH), (EAST + 0.301, NORTH), (EAST + 0.3005, NORTH + 0.001)])
    lake = shapely.box(EAST + 0.02, NORTH + 0.02, EAST + 0.04, NORTH + 0.04)
    areas = AREAS[AREAS["level"] == "kabkota"].assign(
        lat=NORTH + 0.1, lon=[EAST + 0.05, EAST + 0.15]
    )
    shapes = [west - lake, MultiPolygon([*shapely.get_parts(shapely.make_valid(east)), island])]
    report, clean = taken(write({"kode": ["97.01", "97.02"]}, shapes), tmp_path, areas)
    assert shapely.get_num_coordinates(clean.geometry.to_numpy()).sum() < 1500
    assert shapely.coverage_is_valid(clean.geometry.to_numpy())
    whole = shapely.union_all(clean.geometry)
    assert sorted(len(part.interiors) for part in whole.geoms) == [0, 1]
    assert report["change"].abs().max() < 0.5


def test_the_same_file_gives_the_same_bytes_and_nothing_is_left_beside(write, tmp_path):
    file, out = write({"kode": CODES}), tmp_path / "b.geojson"
    import_boundaries(file, AREAS, out)
    first = out.read_bytes()
    import_boundaries(file, AREAS.sample(frac=1, random_state=1), out)
    assert out.read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.geojson", "batas.geojson"]
    written = json.loads(first)
    assert written["features"][0]["properties"] == {"code": "97.01.01", "name": "Barat Laut"}


# -- what is wrong is said ------------------------------------------------------------------------


def test_a_missing_area_is_named(write, tmp_path):
    facts = refused(write({"kode": CODES[:3]}, SQUARES[:3]), tmp_path, "missing")
    assert facts["areas"] == "97.02.02 Tenggara"


def test_an_unknown_code_is_named(write, tmp_path):
    file = write({"kode": [*CODES, "97.02.03"]}, [*SQUARES, square(2, 0)])
    assert refused(file, tmp_path, "unknown")["areas"] == "97.02.03"
    file = write({"kode": [*CODES[:3], "97.02.09"]})
    assert refused(file, tmp_path, "missing")["unknown"] == "97.02.09"


def test_an_area_that_stands_twice_is_named(write, tmp_path):
    file = write({"kode": [*CODES, CODES[0]]}, [*SQUARES, square(2, 1)])
    assert refused(file, tmp_path, "repeated")["areas"] == "97.01.01 Barat Laut"


def test_swapped_codes_and_swapped_axes_are_found_by_their_place(write, tmp_path):
    facts = refused(write({"kode": [CODES[3], *CODES[1:3], CODES[0]]}), tmp_path, "far")
    assert facts["areas"] == "97.01.01 Barat Laut, 97.02.02 Tenggara"
    swapped = [shapely.transform(shape, lambda place: place[:, ::-1]) for shape in SQUARES]
    document = gpd.GeoDataFrame({"kode": CODES}, geometry=swapped).to_json()
    (tmp_path / "terbalik.geojson").write_text(document, encoding="utf-8")
    refused(tmp_path / "terbalik.geojson", tmp_path, "off_the_earth")


def test_shapes_that_lie_on_one_another_are_refused(write, tmp_path):
    file = write({"kode": CODES}, [square(0, 0, 2), *SQUARES[1:]])
    assert "97.0" in refused(file, tmp_path, "overlap")["areas"]


def test_an_area_without_a_polygon_is_named(write, tmp_path):
    file = write(
        {"kode": CODES},
        [shapely.LineString([(EAST, NORTH + 0.15), (EAST + 0.1, NORTH + 0.15)]), *SQUARES[1:]],
    )
    assert refused(file, tmp_path, "empty")["areas"] == "97.01.01"


def test_files_that_are_not_boundaries(tmp_path, write):
    refused(tmp_path / "tidak ada.shp", tmp_path, "not_found")
    (tmp_path / "rusak.geojson").write_text("bukan json", encoding="utf-8")
    refused(tmp_path / "rusak.geojson", tmp_path, "unreadable")
    (tmp_path / "tabel.csv").write_text("kode,nama\n97.01.01,Barat Laut\n", encoding="utf-8")
    refused(tmp_path / "tabel.csv", tmp_path, "no_shapes")
    facts = refused(write({"warna": ["merah", "biru", "hijau", "ungu"]}), tmp_path, "no_match")
    assert facts["columns"] == "warna"


def test_metres_without_a_projection_are_refused(write, tmp_path):
    file = write({"kode": CODES}, name="batas.shp", crs="EPSG:32748")
    (tmp_path / "batas.prj").unlink()
    refused(file, tmp_path, "no_projection")


def test_a_file_of_another_making_is_not_read(write):
    with pytest.raises(InsidenError) as error:
        read_boundaries(write({"kode": CODES}))
    assert error.value.key == "boundaries.not_ours"


# -- real boundaries --------------------------------------------------------------------------------


def banten(shared):
    """The gazetteer of the real boundaries, from the table published beside them."""
    folder = shared / "data" / "gazetteer"
    districts = pd.read_csv(folder / "banten_kecamatan_gazetteer.csv", dtype=str)
    regencies = pd.read_csv(folder / "banten_kabkota_gazetteer.csv", dtype=str)
    columns = {
        "kode_kemendagri": "code",
        "nama": "name",
        "kode_bps": "bps_code",
        "nama_bps": "name_bps",
        "kode_kabkota": "parent",
    }
    both = pd.concat(
        [regencies.assign(level="kabkota", kode_kabkota="36"), districts.assign(level="kecamatan")]
    ).rename(columns=columns)
    return both.astype({"lon": float, "lat": float}).reset_index(drop=True)


def test_the_districts_of_banten(shared, tmp_path):
    folder = shared / "data" / "banten-boundaries"
    source = gpd.read_file(folder / "banten_kecamatan_from_desa.geojson").rename(
        columns={"kode": "code"}
    )
    report, clean = taken(folder / "banten_kecamatan_from_desa.geojson", tmp_path, banten(shared))
    assert len(clean) == 155
    assert report["km2"].sum() == pytest.approx(source["luas_km2"].sum(), rel=0.005)
    assert report["change"].abs().max() < 0.5
    before, after = source.to_crs(32748), clean.to_crs(32748)
    assert shapely.get_num_coordinates(after.geometry.to_numpy()).sum() < 30_000 < 67_000
    assert neighbours(after) == neighbours(before)
    # the published list has one pair more, which meets nearly in a point: 0.0 km of border
    pairs = pd.read_csv(folder / "banten_kecamatan_adjacency.csv", dtype=str)
    pairs = pairs[pairs["in_from_desa_25m"] == "1"]
    listed = set(map(tuple, pairs[["kode_a", "kode_b"]].to_numpy()))
    assert len(listed) == 409
    assert listed - neighbours(after) == {("36.01.20", "36.02.10")}
    assert neighbours(after) <= listed
    assert shapely.coverage_is_valid(clean.geometry.to_numpy())


def test_the_regencies_of_banten(shared, tmp_path):
    folder = shared / "data" / "banten-boundaries"
    report, clean = taken(folder / "banten_kabkota.geojson", tmp_path, banten(shared))
    official = {
        "36.01": 2771.5,
        "36.02": 3312.3,
        "36.03": 1028.3,
        "36.04": 1471.5,
        "36.71": 178.3,
        "36.72": 162.6,
        "36.73": 266.3,
        "36.74": 164.9,
    }
    assert dict(zip(report["area"], report["km2"], strict=True)) == pytest.approx(
        official, rel=0.02
    )
    pairs = pd.read_csv(folder / "banten_kabkota_adjacency.csv", dtype=str)
    assert neighbours(clean.to_crs(32748)) == set(
        map(tuple, pairs[["kode_a", "kode_b"]].to_numpy())
    )


@pytest.mark.parametrize("column", ["GSS_CODE", "NAME"])
def test_the_boroughs_of_london(shared, tmp_path, column):
    """Another country, another code system, a projection without an authority's code."""
    file = shared / "data" / "london-mps-crime" / "boundaries" / "London_Borough_Excluding_MHW.shp"
    source = gpd.read_file(file)
    centres = source.representative_point().to_crs(4326)
    areas = pd.DataFrame(
        {
            "code": source["GSS_CODE"],
            "name": source["NAME"],
            "level": "borough",
            "parent": "E12000007",
            "lon": centres.x.round(2),
            "lat": centres.y.round(2),
        }
    )
    if column == "NAME":
        file = tmp_path / "names.gpkg"
        source[["NAME", "geometry"]].to_file(file)
    report, clean = taken(file, tmp_path, areas)
    assert len(clean) == 33
    assert report["km2"].sum() == pytest.approx(
        source["HECTARES"].sum() / 100 - source["NONLD_AREA"].sum() / 100, rel=0.005
    )
    before = source.rename(columns={"GSS_CODE": "code"}).to_crs(27700)
    assert neighbours(clean.to_crs(27700)) == neighbours(before)
