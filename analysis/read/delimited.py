"""Read delimited text without losing, joining or shifting a row.

The rows are streamed through the parser of the standard library. A second, independent count of the
records in the bytes must agree with what the parser gave, else the file is refused.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from analysis.read.encodings import decode
from analysis.read.grid import Grid, Note, Texts, letter_of
from analysis.words.messages import InsidenError

DELIMITERS = (";", ",", "\t", "|")
WHOLE = ""  # no delimiter: each line is one cell within quotes
DECLARED = re.compile(rb'(?:\xef\xbb\xbf)?"?sep=([;,\t|:~^])"?(?:\r|\n)', re.IGNORECASE)
SHEET = "csv"
LINE_END = re.compile(r"\r\n|\r|\n")
SAMPLE = 200  # records that are looked at to find the delimiter
MAX_FIELD = 32_767  # what one cell of a worksheet can hold


def read_delimited(content: bytes, name: str) -> tuple[list[Grid], str]:
    """Return the grid of a delimited text, its delimiter found from the content, and its encoding."""
    content, encoding, notes = decode(content, name, SHEET)
    declared = DECLARED.match(content)
    delimiter = declared[1].decode() if declared else _find_delimiter(content)
    if delimiter == WHOLE:
        content, delimiter = _unwrapped(content, name)
        notes.append(Note(name, SHEET, 0, "", "read.note_quoted_lines", ""))
    records = _count_records(content, delimiter)
    try:
        # what is declared is no row of the table, but stands in row 1 of the file
        texts = Texts(_records(content, delimiter, 0 if declared else -1), name, SHEET)
    except csv.Error:
        rows, note = _mended(content, delimiter, name)
        return [Grid(name, SHEET, rows, (*notes, note))], encoding
    if len(texts.lengths) != records:
        facts = {"before": records, "after": len(texts.lengths)}
        raise InsidenError("read.records_differ", file=name, **facts)
    _check_quotes(texts, delimiter, name)
    _check_lengths(texts, name)
    notes += _short_rows(texts, name)
    return [Grid(name, SHEET, texts, tuple(notes))], encoding


def _records(content: bytes, delimiter: str, whole: int = -1) -> Iterator[list[str]]:
    """Stream the records of a text in UTF-8; the one at ``whole`` is left in one piece."""
    csv.field_size_limit(MAX_FIELD)
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    # a space before an opening quote belongs to neither
    reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
    for number, row in enumerate(reader):
        yield [delimiter.join(row)] if number == whole else row


def _find_delimiter(content: bytes) -> str:
    """Take the mark that parts the most rows into the same number of cells."""
    scores = {delimiter: _score(content, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0, 1) or not _are_quoted_whole(content) else WHOLE


def _score(content: bytes, delimiter: str) -> tuple[int, int]:
    """How many rows have the width that most rows have, and that width."""
    widths = Counter(len(row) for row in _sample(content, delimiter) if len(row) > 1)
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return rows, width


def _sample(content: bytes, delimiter: str) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(_records(content, delimiter)):
            if number == SAMPLE:
                return
            yield row
    except (csv.Error, UnicodeDecodeError):
        return


# -- rows counted a second time ------------------------------------------------------------------


def _count_records(content: bytes, delimiter: str) -> int:
    """Count the records in the bytes: line ends outside quotes, and a last line without one."""
    body = content.removeprefix(b"\xef\xbb\xbf")
    ends = _line_ends(body)
    if b'"' in body:
        mark = re.escape(delimiter.encode())
        quoted = re.compile(rb'(?:\A|(?<=[\r\n])|(?<=%b)) *"([^"]*+(?:""[^"]*+)*+)"' % mark)
        ends -= sum(_line_ends(field[1]) for field in quoted.finditer(body))
    return ends + (not body.endswith((b"\n", b"\r")))


def _line_ends(text: bytes) -> int:
    return text.count(b"\n") + (text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0)


# -- quotes that are wrong -----------------------------------------------------------------------


def _are_quoted_whole(content: bytes) -> bool:
    """Tell whether each line is one record in quotes: "1;Labuan;2" as a whole."""
    lines = [row[0] if row else "" for row in _sample(content, "\0")]
    inner = "\n".join(lines).encode()
    return any(_score(inner, delimiter)[0] > len(lines) / 2 for delimiter in DELIMITERS)


def _unwrapped(content: bytes, name: str) -> tuple[bytes, str]:
    """Take the quotes off lines that were each quoted as a whole, and find what parts them.

    Each line must be one, and all must have the same number of cells afterwards.
    """
    lines: list[str] = []
    try:
        lines.extend(row[0] if row else "" for row in _records(content, "\0"))
        inner = "\n".join(lines).encode()
        delimiter = _find_delimiter(inner)
        widths = [len(row) for row in _records(inner, delimiter)]
    except csv.Error:
        raise InsidenError("read.stray_quote", file=name, row=len(lines) + 1) from None
    usual = _usual(np.array(widths))
    for number, (line, width) in enumerate(zip(lines, widths, strict=False), start=1):
        if "\n" in line or "\r" in line or width not in (0, usual):
            facts = {"row": number, "cells": width, "usual": usual}
            raise InsidenError("read.quoted_lines", file=name, **facts)
    return inner, delimiter


def _mended(content: bytes, delimiter: str, name: str) -> tuple[list[list[str]], Note]:
    """Read each line by itself where a quote is wrong; refuse it where the borders are in doubt.

    A quote closes a cell only before a delimiter or at the end of its line. Any other way to set
    the borders gives fewer cells; so a line that comes out as wide as the table has only this one.
    """
    lines = LINE_END.split(content.decode("utf-8-sig"))
    parsed = [_parsed(line, delimiter) for line in lines]
    usual = _usual(np.array([len(row or ()) for row in parsed]))
    wrong = [number for number, row in enumerate(parsed) if row is None]
    rows = [row or [] for row in parsed]
    for number in wrong:
        cells = rows[number] = _cells(lines[number], delimiter)
        if max(map(len, cells), default=0) > MAX_FIELD:
            raise InsidenError("read.cell_too_long", file=name, row=number + 1, limit=MAX_FIELD)
        if len(cells) != usual:
            key = "read.unclear_quote" if cells else "read.stray_quote"
            raise InsidenError(key, file=name, row=number + 1)
    note = Note(name, SHEET, wrong[0] + 1, "", "read.note_quotes_mended", str(len(wrong)))
    return rows if rows[-1] else rows[:-1], note


def _parsed(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line by the rules; None where a quote breaks them."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True), [])
    except csv.Error:
        return None


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line when a quote closes only before a delimiter or the end of the line.

    Empty when a quote that opens a cell is never closed; one cell alone when the borders are in
    doubt.
    """
    mark = re.escape(delimiter)
    cell = re.compile(rf' *"(.*?)" *(?={mark}|$)|( *[^{mark}" ][^{mark}]*| *)(?={mark}|$)')
    cells: list[str] = []
    place = 0
    while place <= len(line):
        found = cell.match(line, place)
        if found is None:
            return []
        quoted, plain = found.groups()
        if quoted is not None and re.search(rf'{mark} *"', quoted):
            return [""]  # another cell may begin within this one
        cells.append(plain if quoted is None else re.sub(r'""|\\"', '"', quoted))
        place = found.end() + 1
    return cells


def _check_quotes(texts: Texts, delimiter: str, name: str) -> None:
    """Refuse a cell that has swallowed whole rows, from a stray quote to the next one."""
    usual = _usual(texts.lengths)
    swallowed = max(usual - 1, 1)  # delimiters from one row into the next
    bad = [
        code
        for code, word in enumerate(texts.words)
        if ("\n" in word or "\r" in word) and word.count(delimiter) >= swallowed
    ]
    if bad:
        row = int(np.flatnonzero(np.isin(texts.codes, bad).any(axis=1))[0])
        raise InsidenError("read.stray_quote", file=name, row=row + 1)


def _check_lengths(texts: Texts, name: str) -> None:
    """Refuse a row with more filled cells than the table is wide: its values stand shifted."""
    usual = _usual(texts.lengths)
    rows_of_that_width = int((texts.lengths == usual).sum())
    if not usual or rows_of_that_width < len(texts.lengths) / 2 or texts.width <= usual:
        return
    beyond = np.flatnonzero(texts.filled[:, usual:].any(axis=1))
    if len(beyond):
        raise InsidenError(
            "read.row_too_long",
            file=name, row=int(beyond[0]) + 1, column=letter_of(usual), cells=usual,
        )  # fmt: skip


def _short_rows(texts: Texts, name: str) -> list[Note]:
    """Say which rows within the table lack cells at their end: a delimiter may have got lost."""
    usual = _usual(texts.lengths)
    whole = np.flatnonzero(texts.lengths == usual)
    lengths = texts.lengths[whole[0] : whole[-1]] if usual else texts.lengths[:0]
    short = np.flatnonzero((lengths > 1) & (lengths < usual))
    if not len(short):
        return []
    row = int(whole[0] + short[0]) + 1
    return [Note(name, SHEET, row, "", "read.note_short_rows", str(len(short)))]


def _usual(lengths: np.ndarray) -> int:
    """The number of cells that most rows have; 0 where no row has more than one."""
    counts = np.bincount(lengths[lengths > 1])
    return int(counts.argmax()) if len(counts) else 0
