"""Bytes of the exported files, and how they are put in place: beside, then renamed."""

import codecs
import os
import re
import tempfile
from pathlib import Path

import pandas as pd

from analysis.words.citing import cell_text
from analysis.words.messages import InsidenError

# texts with which a spreadsheet starts to calculate: a sign, but not the one of a plain number
FORMULA = re.compile(r"[=@\t\r]|[+-](?!$|[\d.,]+%?$)")


def write_atomically(path: Path, content: bytes) -> Path:
    """Write a whole file or leave the old one as it was; return its path."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InsidenError("brief.not_written", file=path, text=error.strerror) from None
    return path


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8, LF, columns and rows in their order, months as 2024-07.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; a negative
    number and the lone ``-`` of a hidden cell calculate nothing and stay.
    """
    columns = {name: [safe_text(value) for value in table[name]] for name in table.columns}
    texts = pd.DataFrame(columns, dtype=object)
    return texts.to_csv(index=False, lineterminator="\n").encode("utf-8")


def excel_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as an Indonesian Excel opens it: a mark for UTF-8, semicolons, decimal commas."""
    columns = {
        name: [
            safe_text(value).replace(".", ",") if isinstance(value, float) else safe_text(value)
            for value in table[name]
        ]
        for name in table.columns
    }
    texts = pd.DataFrame(columns, dtype=object)
    content = texts.to_csv(index=False, sep=";", lineterminator="\r\n")
    return codecs.BOM_UTF8 + content.encode("utf-8")


def safe_text(value: object) -> str:
    """Return the text of one cell, with nothing in it that a spreadsheet would run.

    >>> safe_text("=1+1"), safe_text("-"), safe_text("-2,5%"), safe_text(-2.5)
    ("'=1+1", '-', '-2,5%', '-2.5')
    """
    text = cell_text(value)
    return f"'{text}" if FORMULA.match(text) else text
