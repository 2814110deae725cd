"""Read the small reference tables of a study; each is a CSV that an analyst can edit and diff."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.tables import check_columns
from analysis.words.messages import InsidenError

TABLES = {
    "areas": ["code", "name", "level", "parent", "bps_code", "name_bps", "lon", "lat"],
    "aliases": ["text", "code", "why", "source"],
    "corrections": ["file", "sheet", "row", "column", "was", "becomes", "why", "who", "when"],
    "villages": ["code", "name", "kind", "parent"],
    "lineage": ["old", "name", "new", "valid_from", "kind", "source", "why"],
    "categories": ["code", "name_id", "name_en"],
    "category_words": ["text", "meaning", "why"],
    "population": ["area", "year", "population", "series", "vintage", "source", "confidence"],
    "neighbours": ["focal", "neighbour", "border", "border_km", "source", "confidence"],
    "calendar": ["date_start", "date_end", "event", "kind", "source", "confidence"],
    "tiles": ["area", "row", "column", "source"],
    "police": ["unit", "covers", "detail", "source", "confidence", "note"],
}
NUMBERS: dict[str, Any] = {
    "lon": float,
    "lat": float,
    "border_km": float,
    "population": "Int64",
    "year": "Int64",
    "row": "Int64",
    "column": "Int64",
}
ADDRESSES = ("corrections",)  # tables whose row and column are the address of a cell: text


@dataclass(frozen=True)
class Reference:
    """The reference tables of one study; a table that has no file is empty, with its columns."""

    areas: pd.DataFrame
    aliases: pd.DataFrame
    corrections: pd.DataFrame
    villages: pd.DataFrame
    lineage: pd.DataFrame
    categories: pd.DataFrame
    category_words: pd.DataFrame
    population: pd.DataFrame
    neighbours: pd.DataFrame
    calendar: pd.DataFrame
    tiles: pd.DataFrame
    police: pd.DataFrame


def read_reference(folder: Path) -> Reference:
    """Read every reference table of ``folder``; only ``areas.csv`` must be there."""
    return Reference(**{name: _read_table(folder, name) for name in TABLES})


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.csv"
    if not path.is_file():
        if name == "areas":
            raise InsidenError("reference.no_areas", file=path)
        return pd.DataFrame({column: [] for column in TABLES[name]}, dtype=str)
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    check_columns(table, TABLES[name], path.name)
    for column, kind in NUMBERS.items():
        if column in table and name not in ADDRESSES:
            numbers = pd.to_numeric(table[column].replace("", None), errors="coerce")
            unread = numbers.isna() & (table[column] != "")
            if unread.any():
                row = int(unread.to_numpy().argmax())
                raise InsidenError(
                    "reference.not_a_number",
                    file=path.name,
                    row=row + 2,
                    column=column,
                    text=table.loc[row, column],
                )
            table[column] = numbers.astype(kind)
    return table
