"""Read delimited text and JSON lists without losing, joining or shifting a row."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator

from analysis.read.grid import Grid, Note, letter_of
from analysis.words.messages import InsidenError

DELIMITERS = (";", ",", "\t", "|")
SHEET = "csv"
JSON_SHEET = "json"
SAMPLE = 200  # records that are looked at to find the delimiter
MAX_FIELD = 32_767  # what one cell of a worksheet can hold
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# A letter of two or more bytes in UTF-8; no text in another encoding holds one by chance.
UTF8_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


def read_delimited(content: bytes, name: str) -> tuple[list[Grid], str]:
    """Return the grid of a delimited text, its delimiter found from the content, and its encoding."""
    text, encoding, notes = _decode(content, name, SHEET)
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)
    delimiter = declared.group(1) if declared else _find_delimiter(text)
    rows = _parse(rest if declared else text, delimiter, name)
    if declared:
        rows.insert(0, [first.strip()])
    _check_quotes(rows, delimiter, name)
    _check_lengths(rows, name)
    return [Grid(name, SHEET, rows, tuple(notes))], encoding


def read_records(content: bytes, name: str) -> tuple[list[Grid], str]:
    """Return the grid of a JSON list of records: the names are row 1, the first record is row 2."""
    text, encoding, notes = _decode(content, name, JSON_SHEET)
    try:
        records = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        row = getattr(error, "lineno", 1)
        raise InsidenError("read.not_json", file=name, row=row) from None
    plain = (str, int, float, bool, type(None))
    if not isinstance(records, list) or not records:
        raise InsidenError("read.not_records", file=name)
    for record in records:
        if not isinstance(record, dict):
            raise InsidenError("read.not_records", file=name)
        if not all(isinstance(value, plain) for value in record.values()):
            raise InsidenError("read.not_records", file=name)
    names = list(dict.fromkeys(key for record in records for key in record))
    rows: list[list[object]] = [list(names)]
    rows += [[record.get(key) for key in names] for record in records]
    return [Grid(name, JSON_SHEET, rows, tuple(notes))], encoding


def _decode(content: bytes, name: str, sheet: str) -> tuple[str, str, list[Note]]:
    """Decode strictly; what is neither marked nor UTF-8 is taken for Windows text, with a note."""
    encoding = next((MARKS[mark] for mark in MARKS if content.startswith(mark)), "")
    if not encoding:
        encoding = _unmarked_utf16(content) or "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or UTF8_LETTER.search(content):
            row = content.count(b"\n", 0, error.start) + 1
            raise InsidenError("read.mixed_encoding", file=name, row=row) from None
        encoding = "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", content) else "latin-1"
        text = content.decode(encoding)
    text = text.rstrip("\x1a\x00 \t")
    if bad := re.search("[\x00-\x08\x0e-\x1f]", text):
        row = text.count("\n", 0, bad.start()) + 1
        raise InsidenError("read.binary", file=name, row=row)
    notes = []
    if encoding not in ("utf-8", "utf-8-sig"):
        notes.append(Note(name, sheet, 0, "", "read.note_encoding", encoding))
    return text, encoding, notes


def _unmarked_utf16(content: bytes) -> str:
    """Every second byte of UTF-16 is zero in plain text; no other text holds zeros."""
    start = content[:400]
    if start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 3:
        return "utf-16-be"
    return ""


def _find_delimiter(text: str) -> str:
    """Take the mark that parts the most rows into the same number of cells."""
    scores = {}
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _sample(text, delimiter) if len(row) > 1)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        scores[delimiter] = (rows, width)
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _sample(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader):
            if number == SAMPLE:
                return
            yield row
    except csv.Error:
        return


def _parse(text: str, delimiter: str, name: str) -> list[list[object]]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[object]] = []
    try:
        rows.extend(list(row) for row in reader)
    except csv.Error:
        # the parser stops where a quote is not closed; its row is the one after the last good one
        raise InsidenError("read.stray_quote", file=name, row=len(rows) + 1) from None
    return rows


def _check_quotes(rows: list[list[object]], delimiter: str, name: str) -> None:
    """Refuse a cell that has swallowed whole rows, from a stray quote to the next one."""
    usual = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
    swallowed = max(usual[0][0] - 1, 1) if usual else 1  # delimiters from one row into the next
    for number, row in enumerate(rows, start=1):
        joined = "\0".join(map(str, row))
        if "\n" not in joined and "\r" not in joined:
            continue
        cells = [cell for cell in joined.split("\0") if len(cell.splitlines()) > 1]
        if any(cell.count(delimiter) >= swallowed for cell in cells):
            raise InsidenError("read.stray_quote", file=name, row=number)


def _check_lengths(rows: list[list[object]], name: str) -> None:
    """Refuse a row with more filled cells than the table is wide: its values stand shifted."""
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    if not lengths:
        return
    usual, number_of_rows = lengths.most_common(1)[0]
    if number_of_rows < len(rows) / 2:
        return
    for number, row in enumerate(rows, start=1):
        if len(row) > usual and _last_filled(row) > usual:
            raise InsidenError(
                "read.row_too_long", file=name, row=number, column=letter_of(usual), cells=usual
            )


def _last_filled(row: list[object]) -> int:
    return max((place for place, value in enumerate(row, 1) if str(value).strip()), default=0)
