"""Make a study for another region from a gazetteer: a folder ready for its first files."""

import re
from pathlib import Path

import pandas as pd

from analysis.read.files import read_grids
from analysis.read.meaning import row_kind
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
PEOPLE = re.compile(r"(?:population|people|penduduk|jumlah_penduduk)(?:_(\d{4}))?")
YEAR = ("year", "tahun")
LEVELS = ("country", "region", "district", "subdistrict", "village")


def create_study(folder: Path, gazetteer: Path, *, region: str = "", lang: str = "id") -> Path:
    """Write study.toml, reference tables and an empty inbox into ``folder``; return the study file.

    ``gazetteer`` is a CSV (or workbook) that names every area, once or in many rows: a code where
    there is one (else the name serves), a parent code and a level (else both follow from dotted
    codes), centre points, and people with their year: ``population_2024``, or ``population`` and
    ``year``. ``region`` is the code or the name of the area the briefings are about; without it
    the first area above the finest level is taken. An existing study is never overwritten.
    """
    if (folder / "study.toml").exists():
        raise InsidenError("new.exists", folder=folder)
    rows = _read_rows(gazetteer)
    areas, people = make_areas(rows, gazetteer.name), make_people(rows, gazetteer.name, lang)
    region = _find_region(areas, region, gazetteer.name)
    finest, compared = _levels(areas, region, gazetteer)
    region = region or areas.loc[areas["level"] == compared, "code"].iloc[0]
    name = areas.loc[areas["code"] == region, "name"].iloc[0]
    reference = folder / "reference"
    reference.mkdir(parents=True, exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    tables = {"areas": areas, "population": people}
    for table, columns in TABLES.items():
        content = tables.get(table, pd.DataFrame(columns=columns))
        content.to_csv(
            reference / f"{table}.csv", index=False, encoding="utf-8", lineterminator="\n"
        )
    text = say(
        "new.template",
        lang,
        name=_quoted(name),
        region=_quoted(region),
        level=_quoted(finest),
        compared=_quoted(compared),
        series=people["series"].max() if len(people) else "",
        year=people["year"].max() if len(people) else 0,
    )
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _quoted(text: object) -> str:
    """A text as it stands between the quotes of a TOML file."""
    return str(text).replace("\\", "\\\\").replace('"', '\\"')


def _read_rows(path: Path) -> pd.DataFrame:
    """Read a list of areas as texts, its headers in our own words where they are known."""
    texts = read_grids(path)[0].texts
    rows = [row for row in texts.words[texts.codes].tolist() if any(row)]
    header = [cell.strip().casefold().replace(" ", "_") for cell in rows[0]] if rows else []
    table = pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=header)
    table = table.loc[:, ~table.columns.duplicated()]
    known = {
        column: next((name for name in names if name in header), "")
        for column, names in SYNONYMS.items()
    }
    if not known["code"] and not known["name"]:
        raise InsidenError(
            "new.no_column",
            file=path.name,
            column="code, name",
            text=", ".join(header),
            known="; ".join(", ".join(SYNONYMS[column]) for column in ("code", "name")),
        )
    for column, other in (("code", "name"), ("name", "code")):
        known[column] = known[column] or known[other]  # a name serves as its own code
    taken = {column: table[name] for column, name in known.items() if name}
    people = [str(name) for name in table if PEOPLE.fullmatch(str(name)) or name in YEAR]
    found = pd.concat([pd.DataFrame(taken), table[people]], axis="columns")
    return found[~found["name"].map(row_kind).isin(["total", "subtotal"])]  # a sum is no area


def make_areas(rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the areas of a list, as areas.csv holds them; an area may stand in many rows."""
    areas = rows.reindex(columns=TABLES["areas"], fill_value="").drop_duplicates()
    repeated = areas.loc[areas["code"].duplicated() | (areas["code"] == ""), "code"]
    if len(repeated):
        row = int(repeated.index[0]) + 2
        raise InsidenError("new.code_twice", file=file, row=row, text=repeated.iloc[0])
    areas = areas.reset_index(drop=True)
    if (areas["parent"] == "").all():
        codes = set(areas["code"])
        above = areas["code"].str.rpartition(".")[0]
        areas["parent"] = above.where(above.isin(codes), "")
    if (areas["level"] == "").all():
        areas["level"] = _levels_by_depth(areas)
    return areas


def make_people(rows: pd.DataFrame, file: str, lang: str) -> pd.DataFrame:
    """Return the people that a list of areas gives, as population.csv holds them; or no rows.

    A number without its year, or one that is no whole number, is refused.
    """
    named = {str(name): found for name in rows if (found := PEOPLE.fullmatch(str(name)))}
    own_year = next((name for name in YEAR if name in rows), "")
    parts = []
    for name, found in named.items():
        if not found[1] and not own_year:
            raise InsidenError("new.no_year", file=file, column=name)
        year = rows[own_year] if not found[1] else found[1]
        part = pd.DataFrame({"area": rows["code"], "year": year, "population": rows[name]})
        part = part[part["population"] != ""].drop_duplicates()
        for column, pattern in (("year", r"\d{4}"), ("population", r"[0-9]+")):
            wrong = ~part[column].str.fullmatch(pattern)
            if wrong.any():
                row = part.index[wrong][0]
                raise InsidenError(
                    "new.not_a_number",
                    file=file,
                    row=int(row) + 2,
                    column=name if column == "population" else own_year,
                    text=part.loc[row, column],
                )
        parts.append(part)
    if not parts:
        return pd.DataFrame(columns=TABLES["population"])
    people = pd.concat(parts, ignore_index=True)
    told = {"series": say("new.series", lang), "vintage": file, "source": file}
    return people.assign(**told, confidence="").reindex(columns=TABLES["population"])


def _find_region(areas: pd.DataFrame, wanted: str, file: str) -> str:
    """The code of the region, which may be given by its name where one area alone has it."""
    named = areas.loc[areas["name"].str.casefold() == wanted.casefold(), "code"]
    if not wanted or wanted in set(areas["code"]):
        return wanted
    if len(named) != 1:
        raise InsidenError("new.unknown_region", text=wanted, file=file)
    return named.iloc[0]


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
