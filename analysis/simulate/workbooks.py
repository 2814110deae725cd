"""Write plain grids as .xlsx, .ods or .csv, with the same bytes every time.

A grid is a list of rows; a cell is None, a text, a whole number, a date or a ``Sum`` (a formula
with the value that the office's spreadsheet computed).
"""

import csv
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter

CREATED = datetime(2026, 11, 2, 9, 0)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class Sum(NamedTuple):
    """A formula and the value it had when the file was saved."""

    formula: str
    value: int


Cell = str | int | date | Sum | None
Block = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


class Sheet(NamedTuple):
    """One sheet: its name, its rows and the blocks that are merged."""

    name: str
    rows: list[list[Cell]]
    merged: Sequence[Block] = ()
    hidden: bool = False


def write_xlsx(path: Path, sheets: list[Sheet]) -> None:
    """Write sheets as an Excel workbook."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties({"title": "DATA SIMULASI", "created": CREATED})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        centred = book.add_format({"align": "center", "valign": "vcenter"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            if sheet.hidden:
                page.hide()
            page.set_column(1, 1, 22)
            for row, cells in enumerate(sheet.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, Sum):
                        page.write_formula(row, column, cell.formula, None, cell.value)
                    elif isinstance(cell, date):
                        page.write_datetime(row, column, cell, day)
                    elif isinstance(cell, int):
                        page.write_number(row, column, cell)
                    elif cell is not None:
                        page.write_string(row, column, cell)
            for first_row, first_column, last_row, last_column in sheet.merged:
                page.merge_range(first_row, first_column, last_row, last_column, "", centred)
                cell = sheet.rows[first_row][first_column]
                page.write(first_row, first_column, cell, centred)


def write_csv(path: Path, rows: list[list[Cell]]) -> None:
    """Write rows as a spreadsheet in Indonesian settings saves them: semicolons, cp1252."""
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)


MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>
"""


def write_ods(path: Path, sheets: list[Sheet]) -> None:
    """Write sheets as an OpenDocument spreadsheet (ODF 1.2, part 1, sections 8 and 9)."""
    tables = "".join(_ods_table(sheet) for sheet in sheets)
    members = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": CONTENT.format(tables=tables),
        "META-INF/manifest.xml": MANIFEST,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            # the standard wants the type first and not compressed
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8"), packed)


def _ods_table(sheet: Sheet) -> str:
    """Return one table; no blank may stand between its elements, readers stumble over it."""
    spans = {
        (top, left): (bottom - top + 1, right - left + 1)
        for top, left, bottom, right in sheet.merged
    }
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    rows = []
    for row, cells in enumerate(sheet.rows):
        written = [
            _ods_cell(cell, spans.get((row, column)), (row, column) in covered)
            for column, cell in enumerate(cells)
        ]
        rows.append(
            f"<table:table-row>{''.join(written) or '<table:table-cell/>'}</table:table-row>"
        )
    return f'<table:table table:name="{escape(sheet.name)}">{"".join(rows)}</table:table>'


def _ods_cell(cell: Cell, span: tuple[int, int] | None, covered: bool) -> str:
    tag = "table:covered-table-cell" if covered else "table:table-cell"
    spanned = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
        if span
        else ""
    )
    if cell is None:
        return f"<{tag}{spanned}/>"
    kind = (
        f'office:value-type="float" office:value="{cell}"'
        if isinstance(cell, int)
        else 'office:value-type="string"'
    )
    return f"<{tag}{spanned} {kind}><text:p>{escape(str(cell))}</text:p></{tag}>"
