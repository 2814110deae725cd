"""What a figure carries so that it can be drawn again: the call that drew it, and its record.

The *record* ("figure/1", at most 4 KB) says what the figure is and the digests by which it is checked.
The *material* holds all that is needed to draw it once more: the tables, the settings and the words
that stand on the sheet. Both hold disclosed numbers only, for that is all that a chart is given.
"""

import hashlib
import json
import platform
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from analysis.words.numbers import float_text

VERSION = "figure/1"
LARGEST_RECORD = 4096  # bytes
PACKAGES = ("insiden", "matplotlib", "numpy", "pandas", "shapely")


@dataclass(frozen=True)
class Call:
    """The function that drew a figure, its tables as canonical texts, and its settings."""

    function: str
    tables: dict[str, "Plain"]
    settings: dict[str, Any]
    boundaries: str = ""  # digest of shapes that stay outside the record

    @cached_property
    def data_digest(self) -> str:
        """The digest of the drawn tables."""
        tables = {name: table.text() for name, table in sorted(self.tables.items())}
        return digest(canonical(tables).encode())

    @cached_property
    def settings_digest(self) -> str:
        """The digest of everything but the tables."""
        return digest(canonical([self.settings, self.boundaries]).encode())


@dataclass(frozen=True)
class Plain:
    """A table as texts: its columns with their kinds, its rows sorted; "" is empty."""

    columns: list[str]
    kinds: list[str]  # int, float, bool, month, text
    rows: list[list[str]]

    def text(self) -> list[list[str]]:
        return [self.columns, self.kinds, *self.rows]

    def revived(self) -> pd.DataFrame:
        """The table with its types; an empty text is empty in a text column too."""
        lists = list(zip(*self.rows, strict=True)) or [()] * len(self.columns)
        return pd.DataFrame(
            {
                name: _REVIVE[kind](list(texts))
                for name, kind, texts in zip(self.columns, self.kinds, lists, strict=True)
            }
        )


def plain_table(table: pd.DataFrame) -> Plain:
    """Return a table as texts in one order, whatever order its rows came in."""
    kinds = [_kind_of(table[name]) for name in table.columns]
    texts = [_texts_of(table[name], kind) for name, kind in zip(table.columns, kinds, strict=True)]
    rows = sorted(list(row) for row in zip(*texts, strict=True))
    return Plain([str(name) for name in table.columns], kinds, rows)


def _kind_of(column: pd.Series) -> str:
    kind = getattr(column.dtype, "kind", "O")
    return {"i": "int", "u": "int", "f": "float", "b": "bool", "M": "month"}.get(kind, "text")


def _texts_of(column: pd.Series, kind: str) -> list[str]:
    return ["" if pd.isna(value) else _WRITE[kind](value) for value in column]


def text_of(text: str, kind: str) -> str:
    """Bring a text of a CSV file into the form of a table's column; ValueError where it has none.

    >>> text_of("2024-07", "month"), text_of("1.50", "float"), text_of("12.0", "int")
    ('2024-07-01', '1.5', '12')
    """
    text = text.strip()
    if not text:
        return ""
    if kind == "month":
        return f"{pd.Timestamp(text):%Y-%m-%d}"
    if kind == "bool":
        return {"true": "true", "false": "false"}[text.lower()]
    if kind == "int" and not float(text).is_integer():
        raise ValueError(text)
    return _WRITE[kind](float(text)) if kind in ("int", "float") else text


_WRITE: dict[str, Callable[[Any], str]] = {
    "int": lambda value: str(int(value)),
    "float": float_text,
    "bool": lambda value: str(bool(value)).lower(),
    "month": lambda value: f"{value:%Y-%m-%d}",
    "text": str,
}
_REVIVE: dict[str, Callable[[list[str]], Any]] = {
    "int": lambda texts: pd.array([int(text) if text else None for text in texts], dtype="Int64"),
    "float": lambda texts: [float(text) if text else float("nan") for text in texts],
    "bool": lambda texts: [text == "true" for text in texts],
    "month": lambda texts: pd.to_datetime(pd.Series(texts, dtype=object), errors="coerce"),
    "text": lambda texts: pd.Series(texts, dtype=object),
}


# --- digests ----------------------------------------------------------------------------------


def digest(content: bytes) -> str:
    """Sixteen hexadecimal digits that change with any byte."""
    return hashlib.sha256(content).hexdigest()[:16]


def canonical(content: Any) -> str:
    """One text for one content: sorted keys, no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def code_digest() -> str:
    """The digest of the code that draws; line ends do not count."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return digest(b"\0".join(path.read_bytes().replace(b"\r\n", b"\n") for path in files))


def versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}


def pixel_digest(picture: Image.Image) -> str:
    """The digest of a picture's size and of its red, green and blue values."""
    return digest(b"%d x %d:" % picture.size + picture.convert("RGB").tobytes())


# --- the material -----------------------------------------------------------------------------


def pack(call: Call, words: list[str]) -> str:
    """Return all that draws a figure again, and the words on it, as one text."""
    content = canonical(asdict(call) | {"words": words}).encode()
    return b64encode(zlib.compress(content, 9)).decode()


def unpack(text: str) -> dict[str, Any]:
    """Read what ``pack`` wrote; ValueError where it is damaged or far too large."""
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(b64decode(text, validate=True), 50_000_000)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise ValueError("too large or cut off")
        return json.loads(content)
    except zlib.error as error:
        raise ValueError(str(error)) from None


def call_from(material: dict[str, Any]) -> Call:
    """Return the call that a material holds; ValueError where it does not hold one."""
    try:
        tables = {name: Plain(**table) for name, table in material["tables"].items()}
        return Call(material["function"], tables, material["settings"], material["boundaries"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None
