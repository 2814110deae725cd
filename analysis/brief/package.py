"""The data package: every table behind the briefing as CSV, described so that a machine can check.

``datapackage.json`` follows Frictionless Data Package 1.0. ``satudata.csv`` has the monthly counts
in the long column convention of Indonesian open-data portals (Satu Data Indonesia).
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.brief.dictionary import dictionary_page
from analysis.brief.files import csv_bytes, excel_bytes, write_atomically
from analysis.brief.material import KEYS
from analysis.brief.metadata import metadata_tables
from analysis.brief.tree import Brief, list_figures
from analysis.findings import Findings
from analysis.words.messages import say, words
from analysis.words.wording import unit_name

# what a month cell looks like in an exported CSV: 2024-07
KINDS = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "yearmonth"}
STATES = {"suppressed": "disamarkan", "complementary": "disamarkan", "not_reported": "belum_lapor"}
DESCRIPTION = "datapackage.json"
DICTIONARY = "dictionary.html"


def write_package(
    findings: Findings, brief: Brief, folder: Path, *, excel: bool = False
) -> list[Path]:
    """Write the tables of the briefing, its list of figures and their description into ``folder``.

    The description comes after them, with the checksum of every file, and the same for people as a
    page. ``excel`` adds each table once more as an Indonesian Excel opens it.
    """
    tables = dict(brief.tables)
    tables["figures"] = list_figures(brief)
    tables["satudata"] = satudata_table(findings)
    tables |= metadata_tables(findings)
    if findings.study.simulated:
        # a table that is passed on alone must say so too; satudata says it in its remarks
        tables |= {
            name: table.assign(simulated=True)
            for name, table in tables.items()
            if name != "satudata"
        }
    contents = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    description = describe_package(findings, brief, tables, contents)
    text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
    contents[DESCRIPTION] = text.encode()
    contents[DICTIONARY] = dictionary_page(description, brief).encode()
    if excel:
        spreadsheets = {f"excel/{name}.csv": excel_bytes(table) for name, table in tables.items()}
        contents |= spreadsheets
    return [write_atomically(folder / name, content) for name, content in contents.items()]


def describe_package(
    findings: Findings,
    brief: Brief,
    tables: dict[str, pd.DataFrame],
    contents: dict[str, bytes],
) -> dict[str, Any]:
    """Return the Frictionless description of the package; no clock and no path of a computer."""
    study = findings.study
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()[:12]
    return {
        "profile": "tabular-data-package",
        "name": f"insiden-{findings.focal.replace('.', '-').lower()}",
        "id": digest,
        "title": brief.title.text,
        "description": " ".join(f"{part.label.text} {part.text.text}" for part in brief.notes),
        "version": f"{brief.through:%Y.%m}",
        "temporal": {"start": f"{findings.first:%Y-%m}", "end": f"{brief.through:%Y-%m}"},
        "sources": [{"title": study.source_line}],
        "simulated": study.simulated,
        "resources": [
            _describe_table(name, table, contents[f"{name}.csv"], brief)
            for name, table in tables.items()
        ],
    }


def _describe_table(name: str, table: pd.DataFrame, content: bytes, brief: Brief) -> dict[str, Any]:
    lang = brief.lang
    title = say(f"package.table.{name}", lang)
    if brief.simulated.text:
        title = f"{title} ({say('package.simulated', lang)})"
    schema: dict[str, Any] = {
        "fields": [_describe_column(table[column], lang) for column in table.columns],
        "missingValues": [""],
    }
    if name in KEYS:
        schema["primaryKey"] = KEYS[name]
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _describe_column(column: pd.Series, lang: str) -> dict[str, str]:
    kind = KINDS.get(getattr(column.dtype, "kind", "O"), "string")
    name = str(column.name)
    key = f"package.column.{name}"
    title = {"title": say(key, lang)} if key in words(lang) else {}
    return {"name": name, "type": kind, **title}


def satudata_table(findings: Findings) -> pd.DataFrame:
    """Return the monthly counts of the compared areas in the columns of Indonesian open data.

    ``jumlah`` is filled where the number was reported and is shown (``terlapor``, ``nihil``);
    ``status_pelaporan`` says why not elsewhere.
    """
    areas = findings.areas.set_index("code")
    rows = findings.monthly[findings.monthly["area"].isin(areas.index)]
    rows = rows.sort_values(["area", "month"], ignore_index=True)
    above = rows["area"].map(areas["parent"])
    status = rows["why"].map(STATES).fillna("tidak_tersedia")
    known = rows["incidents"].notna()
    status = status.mask(known, "terlapor").mask(known & (rows["incidents"] == 0), "nihil")
    nothing = pd.Series("", index=rows.index)
    return pd.DataFrame(
        {
            "kode_provinsi": above,
            "nama_provinsi": above.map(areas["name"]).fillna(""),
            "kode_kabupaten_kota": rows["area"],
            "nama_kabupaten_kota": rows["area"].map(areas["name"]),
            "kemendagri_kode_kecamatan": nothing,
            "bps_kode_kecamatan": nothing,
            "nama_kecamatan": nothing,
            "tahun": rows["month"].dt.year,
            "bulan": rows["month"].dt.month,
            "periode": rows["month"],
            "kategori": "semua",
            "kanal": "semua",
            "status_pelaporan": status,
            "jumlah": rows["incidents"],
            "satuan": unit_name(findings.study.unit, "id"),
            "keterangan": _remarks(rows, findings.study.simulated),
        }
    )


def _remarks(rows: pd.DataFrame, simulated: bool) -> pd.Series:
    """The sign that stands for a hidden number, whether it is final, whether it is made up."""
    hidden = rows["shown"].where(rows["incidents"].isna(), "")
    flags = rows["flag"].map(lambda flag: say(f"package.flag.{flag}", "id") if flag else "")
    made_up = say("package.simulated", "id") if simulated else ""
    remarks = [
        "; ".join(filter(None, (*parts, made_up))) for parts in zip(hidden, flags, strict=True)
    ]
    return pd.Series(remarks, index=rows.index, dtype=str)
