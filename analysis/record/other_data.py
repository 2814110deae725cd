"""The numbers of today in the place of those that a figure carries, and which cells that changes."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.charts.recording import Call, Plain, text_of
from analysis.record.carried import read_bytes
from analysis.words.messages import InsidenError

KEYS = ("area", "month", "category", "comparator", "indicator", "period")


class Change(NamedTuple):
    """One cell that differs: its key as texts, the column, before and after; "" is empty."""

    key: dict[str, str]
    column: str
    before: str | None
    after: str | None


def with_data(call: Call, data: Path) -> tuple[Call, list[Change]]:
    """Put the rows of CSV files in the place of the figure's own, and list what changes."""
    files = sorted(data.glob("*.csv")) if data.is_dir() else [data]
    given = [rows for file in files if (rows := _read_csv(file))]
    tables, changes, used = dict(call.tables), [], False
    for name, table in call.tables.items():
        rows = next((rows for rows in given if set(table.columns) <= set(rows[0])), [])
        if not rows or "code" in table.columns:
            continue
        used = True
        tables[name] = _take(table, rows, data)
        changes += list(_changes(table, tables[name]))
    if not used:
        needed = " / ".join(", ".join(table.columns) for table in call.tables.values())
        raise InsidenError("record.other_data", file=data, columns=needed)
    return Call(call.function, tables, call.settings, call.boundaries), changes


def _read_csv(file: Path) -> list[dict[str, str]]:
    try:
        text = read_bytes(file).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))
    except (UnicodeDecodeError, csv.Error):
        raise InsidenError("record.not_csv", file=file.name) from None


def _take(table: Plain, rows: Sequence[Mapping[str, str]], data: Path) -> Plain:
    """The rows of a file in the form of the figure's table, of the areas that it shows."""
    if "area" in table.columns:
        areas = {row[table.columns.index("area")] for row in table.rows}
        rows = [row for row in rows if row["area"] in areas]
    try:
        texts = [
            [
                text_of(row[name], kind)
                for name, kind in zip(table.columns, table.kinds, strict=True)
            ]
            for row in rows
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise InsidenError("record.wrong_value", file=data.name, text=str(error)) from None
    return Plain(table.columns, table.kinds, sorted(texts))


def _changes(before: Plain, after: Plain) -> Iterator[Change]:
    keys = [name for name in KEYS if name in before.columns]
    old, new = _by_key(before, keys), _by_key(after, keys)
    for key in sorted(old.keys() | new.keys()):
        named = dict(zip(keys, key, strict=True))
        if key not in old or key not in new:
            here = old.get(key) or new[key]
            value = here.get("incidents", next(iter(here.values()), ""))
            pair = (value, None) if key in old else (None, value)
            yield Change(named, "", *pair)
            continue
        for column in old[key]:
            if old[key][column] != new[key][column]:
                yield Change(named, column, old[key][column], new[key][column])


def _by_key(table: Plain, keys: list[str]) -> dict[tuple[str, ...], dict[str, str]]:
    found = {}
    for row in table.rows:
        cells = dict(zip(table.columns, row, strict=True))
        found[tuple(cells[name] for name in keys)] = {
            name: text for name, text in cells.items() if name not in keys
        }
    return found
