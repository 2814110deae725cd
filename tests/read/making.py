"""Write small workbooks and texts as offices send them; shared by the tests of the read room."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter

from analysis.read.intake import read_inbox

Rows = Sequence[Sequence[object]]


class Merged(NamedTuple):
    """A value in a cell that is merged with cells to the right and below."""

    value: object
    right: int = 0
    below: int = 0


def write_xlsx(path: Path, sheets: Mapping[str, Rows] | Rows, hidden: Sequence[str] = ()) -> Path:
    """Write rows as a workbook; a cell may be ``Merged``, None leaves it empty."""
    if not isinstance(sheets, Mapping):
        sheets = {"Rekap": sheets}
    with xlsxwriter.Workbook(path, {"default_date_format": "mmm-yy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if isinstance(value, Merged):
                        last = (row + value.below, column + value.right)
                        sheet.merge_range(row, column, *last, value.value)
                    elif value not in (None, ""):
                        sheet.write(row, column, value)
    return path


def write_csv(path: Path, rows: Rows, *, delimiter: str = ";", encoding: str = "utf-8") -> Path:
    """Write rows as delimited text; the width of every row is that of the widest."""
    width = max(len(row) for row in rows)
    lines = []
    for row in rows:
        texts = ["" if value is None else str(_plain(value)) for value in row]
        lines.append(delimiter.join(texts + [""] * (width - len(row))))
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def _plain(value: object) -> object:
    return value.value if isinstance(value, Merged) else value


NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type='
    '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def write_ods(path: Path, sheets: Mapping[str, Rows] | Rows) -> Path:
    """Write rows as an OpenDocument spreadsheet, with the empty ends that real ones have."""
    if not isinstance(sheets, Mapping):
        sheets = {"Rekap": sheets}
    body = "".join(_ods_table(name, rows) for name, rows in sheets.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES}>'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def _ods_table(name: str, rows: Rows) -> str:
    covered: set[tuple[int, int]] = set()
    lines = []
    for row, values in enumerate(rows):
        cells = []
        for column, value in enumerate(values):
            if isinstance(value, Merged):
                covered |= {
                    (row + down, column + along)
                    for down in range(value.below + 1)
                    for along in range(value.right + 1)
                } - {(row, column)}
            cells.append(_ods_cell(value, (row, column) in covered))
        end = '<table:table-cell table:number-columns-repeated="16000"/>'
        lines.append(f"<table:table-row>{''.join(cells)}{end}</table:table-row>")
    empty = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    return f'<table:table table:name="{escape(name)}">{"".join(lines)}{empty}</table:table>'


def _ods_cell(value: object, covered: bool) -> str:
    span = ""
    if isinstance(value, Merged):
        span = (
            f' table:number-columns-spanned="{value.right + 1}"'
            f' table:number-rows-spanned="{value.below + 1}"'
        )
        value = value.value
    if covered:
        return "<table:covered-table-cell/>"
    if value in (None, ""):
        return f"<table:table-cell{span}/>"
    if isinstance(value, (int, float)):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    text = escape(str(value))
    return f"<table:table-cell {kind}{span}><text:p>{text}</text:p></table:table-cell>"


START = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    b'main"><sheetData>'
)
HEAD = (
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>Kecamatan</t></is></c><c r="B1" t="inlineStr"><is>'
    b'<t>Jan-24</t></is></c><c r="C1" t="inlineStr"><is><t>Feb-24</t></is></c></row>'
)
LABUAN = b'<row r="2"><c r="A2" t="inlineStr"><is><t>Labuan</t></is></c>%s</row>'
THREE = b'<c r="B2"><v>3</v></c>'
END = b"</sheetData></worksheet>"


def with_sheet(path, xml):
    """Write a workbook whose only sheet has this XML."""
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet("Rekap")
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return path


def read_rows(folder: Path, sheets: Mapping[str, Rows] | Rows, name: str = "x.xlsx", **known):
    """Write one file and read the folder; every file must be accepted."""
    writers = {".xlsx": write_xlsx, ".ods": write_ods, ".csv": write_csv}
    path = folder / name
    writers[path.suffix](path, sheets)
    intake = read_inbox([path], **known)
    assert not intake.refused, [error.text("en") for error in intake.refused]
    return intake


def refusal(folder: Path, sheets: Mapping[str, Rows] | Rows, name: str = "x.xlsx", **known):
    """Write one file and return the one error that refuses it."""
    writers = {".xlsx": write_xlsx, ".ods": write_ods, ".csv": write_csv}
    path = folder / name
    writers[path.suffix](path, sheets)
    intake = read_inbox([path], **known)
    assert intake.cells.empty and intake.left_out.empty and intake.totals.empty
    (error,) = intake.refused
    return error


def told(intake) -> dict[tuple[str, ...], list[str]]:
    """The amounts by place and category, in the order of their columns and rows."""
    found: dict[tuple[str, ...], list[str]] = {}
    for cell in intake.cells.itertuples():
        period = f"{cell.month} {cell.year}".strip()
        found.setdefault((cell.place, cell.category), []).append(f"{period}={cell.amount}")
    return found


def rules(intake) -> dict[int, str]:
    """The rule that leaves each whole row out."""
    rows = intake.left_out[intake.left_out["column"] == ""]
    return dict(zip(rows["row"], rows["rule"], strict=True))


def notes(intake) -> list[str]:
    return sorted(set(intake.notes["key"].str.removeprefix("read.note_")))
