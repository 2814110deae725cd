"""Small studies for tests: a folder with study.toml, an inbox and reference tables."""

import json
from pathlib import Path

import xlsxwriter

from analysis.study import Study, read_study

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "data" / "reference"


def make_study(folder: Path, files: dict[str, list[list[object]]], **settings: object) -> Study:
    """Write a study whose inbox holds ``files`` (name -> rows); settings override the defaults."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        write_sheet(inbox / name, rows)
    defaults = {
        "title": "Uji",
        "region": "36.01",
        "source_line": "Uji",
        "reference": REFERENCE.as_posix(),
        "population_series": "dukcapil",
        "population_year": 2024,
    }
    answers = settings.pop("answers", [])
    sources = settings.pop("sources", {})
    lines = [f"{key} = {json.dumps(value)}" for key, value in (defaults | settings).items()]
    tables = [("[[answer]]", table) for table in answers]
    tables += [(f"[source.{name}]", table) for name, table in sources.items()]
    for head, table in tables:
        lines += [head, *(f"{key} = {toml(value)}" for key, value in table.items())]
    path = folder / "study.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_study(path)


def toml(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)} = {json.dumps(each)}" for key, each in value.items())
        return "{" + ", ".join(pairs) + "}"
    return json.dumps(value)


def write_sheet(path: Path, rows: list[list[object]]) -> None:
    """Write rows as a workbook (one sheet) or, by its ending, as CSV text."""
    if path.suffix == ".csv":
        text = "\n".join(
            ";".join("" if cell is None else str(cell) for cell in row) for row in rows
        )
        path.write_text(text + "\n", encoding="utf-8")
        return
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Rekap")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, column, cell)
