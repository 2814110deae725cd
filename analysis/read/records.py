"""Read a JSON list of flat records as a grid: the names are row 1, the first record is row 2."""

import json

from analysis.read.chart_json import rows_of_charts
from analysis.read.encodings import decode
from analysis.read.grid import Grid, Note
from analysis.words.messages import InsidenError

SHEET = "json"
WRAPPERS = ("result", "records", "data")
PLAIN = (str, int, float, bool, type(None))


def read_records(content: bytes, name: str) -> tuple[list[Grid], str]:
    """Return the grid of a JSON list of records, and its encoding."""
    content, encoding, notes = decode(content, name, SHEET)
    try:
        records = json.loads(content.decode("utf-8-sig"))
    except (json.JSONDecodeError, RecursionError) as error:
        row = getattr(error, "lineno", 1)
        raise InsidenError("read.not_json", file=name, row=row) from None
    if (charts := rows_of_charts(records)) is not None:
        told, remarks = charts
        notes += [Note(name, SHEET, one.row, "", one.key, one.text) for one in remarks]
        return [Grid(name, SHEET, told, tuple(notes))], encoding
    records = _unwrapped(records)
    if not isinstance(records, list) or not records:
        raise InsidenError("read.not_records", file=name)
    for record in records:
        if not isinstance(record, dict):
            raise InsidenError("read.not_records", file=name)
        if not all(isinstance(value, PLAIN) for value in record.values()):
            raise InsidenError("read.not_records", file=name)
    names = list(dict.fromkeys(key for record in records for key in record))
    rows: list[list[object]] = [list(names)]
    rows += [[record.get(key) for key in names] for record in records]
    return [Grid(name, SHEET, rows, tuple(notes))], encoding


def _unwrapped(records: object) -> object:
    """Take the list out of the answer of an open-data portal: {"result": {"records": […]}}."""
    while isinstance(records, dict):
        records = next((records[name] for name in WRAPPERS if records.get(name)), None)
    return records
