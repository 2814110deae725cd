"""Read workbooks: what is in their zip is looked at before it is opened, then calamine reads it.

calamine gives an empty text for a broken formula and for one that was never calculated; both would
be taken for "not reported". So the XML of each sheet is searched for them first, together with
cells so far out that the grid between would not fit in memory.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from analysis.read.archives import DAMAGED, check_size
from analysis.read.grid import MAX_CELLS, Grid, Note
from analysis.read.open_document import Scan, scan_open_document
from analysis.words.messages import InsidenError

BROKEN = (*DAMAGED, ElementTree.ParseError)

CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
ADDRESS_OF = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
FILLED = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
VALUE = re.compile(rb"<(?:\w+:)?v[ >]")
ERROR_TEXT = re.compile(rb"<(?:\w+:)?v>(#[A-Z0-9/!?]+)</")
FROM_1904 = re.compile(rb"""date1904=["'](?:1|true)["']""")
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')
HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\s[^>]*\bhidden="(?:1|true)"')


def read_workbook(content: bytes, name: str, kind: str) -> list[Grid]:
    """Return the grids of a workbook's sheets, hidden ones marked; charts are no sheets."""
    scans: dict[str, Scan] = {}
    if content.startswith(b"PK"):
        scans = _scan(content, name)
    for sheet, scan in scans.items():
        if scan.height * scan.width > MAX_CELLS:
            raise InsidenError("read.too_wide", file=name, sheet=sheet)
        if scan.uncalculated:
            raise InsidenError("read.uncalculated", file=name, sheet=sheet, cell=scan.uncalculated)
    try:
        with load_workbook(io.BytesIO(content)) as workbook:
            return [
                _grid(workbook, entry, scans.get(entry.name, Scan()), name)
                for entry in workbook.sheets_metadata
                if entry.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise InsidenError("read.encrypted", file=name) from None
    except BaseException as error:
        # a damaged file can make the parser itself panic, which is no ordinary exception
        if isinstance(error, (CalamineError, ValueError)) or "Panic" in type(error).__name__:
            raise InsidenError("read.not_a_workbook", file=name) from None
        raise


def find_remarks(content: bytes, name: str) -> tuple[Note, ...]:
    """Say what a workbook holds that is never run, opened or fetched: macros, links to others."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
        macros = any(
            member.endswith("vbaProject.bin") or member[:6] == "Basic/" for member in members
        )
        links = any(member.startswith("xl/externalLinks/") for member in members)
    else:
        macros, links = "_VBA_PROJECT".encode("utf-16-le") in content, False
    found = {"read.note_macros": macros, "read.note_external_links": links}
    return tuple(Note(name, "", 0, "", key, "") for key, is_there in found.items() if is_there)


def _grid(workbook: Any, entry: Any, scan: Scan, name: str) -> Grid:
    sheet = workbook.get_sheet_by_name(entry.name)
    hidden = entry.visible != SheetVisibleEnum.Visible
    notes = []
    if hidden:
        notes.append(Note(name, entry.name, 0, "", "read.note_hidden_sheet", ""))
    elif scan.hidden_parts:
        notes.append(Note(name, entry.name, 0, "", "read.note_hidden_parts", ""))
    ranges = sheet.merged_cell_ranges or []
    merged = tuple((*first, *last) for first, last in ranges) or scan.merged
    rows = _rows(sheet, scan.errors)
    return Grid(name, entry.name, rows, tuple(notes), merged, hidden, scan.date_system)


def _rows(sheet: Any, errors: dict[tuple[int, int], str]) -> Iterator[list[object]]:
    """The rows of a sheet, with the errors that calamine leaves empty put into their cells."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in errors.items():
        by_row.setdefault(row, {})[column] = text
    number = -1
    for number, row in enumerate(sheet.iter_rows()):
        yield _with_errors(row if any(row) or 0 in row else [], by_row.pop(number, {}))
    for row in range(number + 1, max(by_row, default=number) + 1):
        yield _with_errors([], by_row.get(row, {}))


def _with_errors(row: list[object], errors: dict[int, str]) -> list[object]:
    if errors:
        row = row + [None] * (max(errors) + 1 - len(row))
        for column, text in errors.items():
            row[column] = text
    return row


def _scan(content: bytes, name: str) -> dict[str, Scan]:
    """Check the zip against its limits, then search each sheet's XML."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_size(archive, len(content), name)
            members = set(archive.namelist())
            for part in members:
                _check_prolog(archive, part, name)
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise InsidenError("read.encrypted", file=name)
            if "xl/workbook.xml" in members:
                book = archive.read("xl/workbook.xml")
                system = "1904" if FROM_1904.search(book) else "1900"
                return {
                    sheet: replace(_scan_sheet(archive.read(part)), date_system=system)
                    for sheet, part in _sheet_parts(archive, name).items()
                    if part in members
                }
            if "content.xml" in members and _is_open_spreadsheet(archive):
                if b"manifest:encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise InsidenError("read.encrypted", file=name)
                return scan_open_document(_safe_xml(archive, "content.xml", name))
    except BROKEN:
        raise InsidenError("read.not_a_workbook", file=name) from None
    raise InsidenError("read.not_a_workbook", file=name)


def _check_prolog(archive: zipfile.ZipFile, part: str, name: str) -> None:
    """Refuse entities in any part: nothing is expanded, nothing fetched."""
    if part.endswith((".xml", ".rels")) and not archive.getinfo(part).flag_bits & 1:
        with archive.open(part) as opened:
            start = opened.read(4_000)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise InsidenError("read.entities", file=name)


def _safe_xml(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Return the bytes of an XML part; no sheet needs a document type, an attack does."""
    content = archive.read(part)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InsidenError("read.entities", file=name)
    return content


def _is_open_spreadsheet(archive: zipfile.ZipFile) -> bool:
    return "mimetype" in archive.namelist() and b"spreadsheet" in archive.read("mimetype")


def _sheet_parts(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return the XML part of each sheet by the sheet's name."""
    book = ElementTree.fromstring(_safe_xml(archive, "xl/workbook.xml", name))
    links = ElementTree.fromstring(_safe_xml(archive, "xl/_rels/workbook.xml.rels", name))
    target = {link.get("Id"): str(link.get("Target")) for link in links}
    parts = {}
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        part = target.get(link, "")
        parts[str(sheet.get("name"))] = part.lstrip("/") if part[:1] == "/" else f"xl/{part}"
    return parts


def _scan_sheet(xml: bytes) -> Scan:
    if b"<!DOCTYPE" in xml[:2000]:
        raise ValueError("a document type in a sheet")
    cells = FILLED.findall(xml)
    height = max((int(row) for _, row in cells), default=0)
    width = max((_column(letters) + 1 for letters in {letters for letters, _ in cells}), default=0)
    errors, uncalculated = {}, ""
    if b't="e"' in xml or b"<f" in xml or b":f>" in xml:
        for cell in CELL.finditer(xml):
            attributes, body = cell.groups()
            address = ADDRESS_OF.search(attributes)
            if address and b't="e"' in attributes and (error := ERROR_TEXT.search(body)):
                place = int(address.group(2)) - 1, _column(address.group(1))
                errors[place] = error.group(1).decode("ascii")
            elif b"f" in body and not uncalculated and not VALUE.search(body):
                is_formula = re.search(rb"<(?:\w+:)?f[ />]", body)
                if address and is_formula:
                    uncalculated = b"".join(address.groups()).decode("ascii")
    hidden = bool(HIDDEN_ROW.search(xml) or HIDDEN_COLUMN.search(xml))
    return Scan(height, width, errors, uncalculated, hidden)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
