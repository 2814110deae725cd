"""Make a study for another region from a gazetteer: a folder ready for its first files."""

from pathlib import Path

import pandas as pd

from analysis.read.files import read_grids
from analysis.reference.files import TABLES
from analysis.words.messages import InsidenError, say

# What other gazetteers call our columns.
SYNONYMS = {
    "code": ("code", "kode", "id", "area", "kode_kemendagri", "kode_wilayah", "area_code"),
    "name": ("name", "nama", "area_name", "nama_wilayah", "nama_kemendagri"),
    "level": ("level", "tingkat", "type", "tipe", "jenis"),
    "parent": ("parent", "induk", "kode_induk", "parent_code", "kode_kab", "kode_kabkota"),
    "bps_code": ("bps_code", "kode_bps"),
    "name_bps": ("name_bps", "nama_bps"),
    "lon": ("lon", "lng", "longitude", "bujur", "x"),
    "lat": ("lat", "latitude", "lintang", "y"),
}
LEVELS = ("country", "region", "district", "subdistrict", "village")


def create_study(folder: Path, gazetteer: Path, *, region: str = "", lang: str = "id") -> Path:
    """Write study.toml, reference tables and an empty inbox into ``folder``; return the study file.

    ``gazetteer`` is a CSV (or workbook) with a code and a name for every area; a parent code and
    a level where it has them (else both follow from dotted codes), centre points if they are
    known. ``region`` is the code of the area the briefings are about; without it the first area
    above the finest level is taken. An existing study is never overwritten.
    """
    if (folder / "study.toml").exists():
        raise InsidenError("new.exists", folder=folder)
    areas = read_gazetteer(gazetteer)
    finest, compared = _levels(areas, region, gazetteer)
    chosen = areas[areas["level"] == compared]
    if region and region not in set(areas["code"]):
        raise InsidenError("new.unknown_region", text=region, file=gazetteer.name)
    region = region or chosen["code"].iloc[0]
    name = areas.set_index("code").loc[region, "name"]
    reference = folder / "reference"
    reference.mkdir(parents=True, exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    for table, columns in TABLES.items():
        if table != "areas":
            (reference / f"{table}.csv").write_text(
                ",".join(columns) + "\n", encoding="utf-8", newline="\n"
            )
    areas.to_csv(reference / "areas.csv", index=False, encoding="utf-8", lineterminator="\n")
    text = say("new.template", lang, name=name, region=region, level=finest, compared=compared)
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def read_gazetteer(path: Path) -> pd.DataFrame:
    """Read a list of areas in whatever column names it has into the columns of areas.csv."""
    texts = read_grids(path)[0].texts
    rows = texts.words[texts.codes].tolist()
    rows = [row for row in rows if any(row)]
    header = [cell.strip().casefold().replace(" ", "_") for cell in rows[0]] if rows else []
    found = {
        column: header.index(name)
        for column, names in SYNONYMS.items()
        for name in reversed(names)
        if name in header
    }
    missing = [column for column in ("code", "name") if column not in found]
    if missing:
        raise InsidenError(
            "new.no_column",
            file=path.name,
            column=", ".join(missing),
            text=", ".join(header),
            known="; ".join(", ".join(SYNONYMS[column]) for column in missing),
        )
    areas = pd.DataFrame(
        {
            column: [row[found[column]].strip() if column in found else "" for row in rows[1:]]
            for column in TABLES["areas"]
        }
    )
    repeated = areas.loc[areas["code"].duplicated() | (areas["code"] == ""), "code"]
    if len(repeated):
        row = int(repeated.index[0]) + 2
        raise InsidenError("new.code_twice", file=path.name, row=row, text=repeated.iloc[0])
    if (areas["parent"] == "").all():
        codes = set(areas["code"])
        above = areas["code"].str.rpartition(".")[0]
        areas["parent"] = above.where(above.isin(codes), "")
    if (areas["level"] == "").all():
        areas["level"] = _levels_by_depth(areas)
    return areas


def _levels_by_depth(areas: pd.DataFrame) -> list[str]:
    parent = dict(zip(areas["code"], areas["parent"], strict=True))

    def depth(code: str) -> int:
        steps = 0
        while parent.get(code) and steps < len(LEVELS):
            code, steps = parent[code], steps + 1
        return steps

    return [LEVELS[min(depth(code) + 1, len(LEVELS) - 1)] for code in areas["code"]]


def _levels(areas: pd.DataFrame, region: str, gazetteer: Path) -> tuple[str, str]:
    """The finest level and the level that is compared: the region's, else the one above it."""
    level = dict(zip(areas["code"], areas["level"], strict=True))
    parents = set(areas["parent"])
    leaves = areas.loc[~areas["code"].isin(parents), "level"]
    finest = leaves.mode().iloc[0]
    above = [level[code] for code in areas.loc[areas["level"] == finest, "parent"] if code in level]
    tops = areas.loc[areas["parent"].isin(set(areas["code"])), "level"]
    if region in level:
        compared = level[region]
    elif above and above[0] in set(tops):
        compared = above[0]
    else:
        compared = finest
    if (areas["level"] == compared).sum() < 2:
        compared = finest
    if (areas["level"] == compared).sum() < 2:
        raise InsidenError("new.one_area", file=gazetteer.name)
    return finest, compared
