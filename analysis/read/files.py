"""Find the files of an inbox and open each as grids of cells, or say why it cannot be read.

A file is looked at by its content, not by its name. It is read once into memory, so that the
checksum belongs to exactly the bytes that were counted; it is compared once more at the end.
"""

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from analysis.read.delimited import read_delimited, read_records
from analysis.read.grid import Grid, Note
from analysis.read.workbooks import read_workbook
from analysis.words.messages import InsidenError

MAX_BYTES = 200_000_000
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
TEXTS = {".csv", ".tsv", ".json"}
# What people leave in a folder beside the data and what no table can hide in.
IGNORED = {".md", ".txt", ".ini", ".db", ".lnk", ".toml"}


class Source(NamedTuple):
    """One file as it was read: its bytes and what they are."""

    path: Path
    content: bytes
    sha256: str
    kind: str  # xlsx, xlsm, xls, ods, csv, tsv, json
    encoding: str  # of a text file, else ""
    grids: list[Grid]

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class Found:
    """The files of an inbox, in the order of their names, and what was passed over."""

    files: list[Path]
    notes: list[Note]


def find_files(folder_or_files: str | Path | Iterable[str | Path]) -> Found:
    """List what is to be read: the files of one folder, or the files that are named."""
    if isinstance(folder_or_files, (str, Path)):
        folder = Path(folder_or_files)
        if not folder.is_dir():
            if not os.path.lexists(folder):
                raise InsidenError("read.not_found", file=folder)
            return Found([folder], [])
        try:
            entries = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as error:
            raise InsidenError("read.unreadable", file=folder, text=error.strerror) from None
        return _sort_out(entries)
    files = sorted((Path(file) for file in folder_or_files), key=lambda path: path.name)
    for file in files:
        if not os.path.lexists(file):
            raise InsidenError("read.not_found", file=file)
    for first, second in pairwise(files):
        if first.name == second.name:
            raise InsidenError("read.same_name", file=first.name)
    return Found(files, [])


def _sort_out(entries: list[Path]) -> Found:
    """Leave out lock files and hidden files in silence, the rest that holds no table with a note."""
    files, notes = [], []
    for path in entries:
        if path.name.startswith(("~$", ".~", ".", "._")) or path.name == "desktop.ini":
            continue
        if path.is_dir() and not path.is_symlink():
            notes.append(Note(path.name, "", 0, "", "read.note_folder", ""))
        elif path.suffix.lower() in IGNORED:
            notes.append(Note(path.name, "", 0, "", "read.note_other_kind", path.suffix.lower()))
        else:
            files.append(path)
    return Found(files, notes)


def read_grids(path: Path) -> list[Grid]:
    """Read a workbook, a delimited text or a JSON list as grids of cells, one for each sheet."""
    return read_source(path).grids


def read_source(path: Path) -> Source:
    """Read one file whole, and refuse it in one message when it cannot be read."""
    content = _read_bytes(path)
    kind = _kind_of(content, path)
    if kind in ("csv", "tsv"):
        grids, encoding = read_delimited(content, path.name)
    elif kind == "json":
        grids, encoding = read_records(content, path.name)
    else:
        grids, encoding = read_workbook(content, path.name, kind), ""
    checksum = hashlib.sha256(content).hexdigest()
    if hashlib.sha256(_read_bytes(path)).hexdigest() != checksum:
        raise InsidenError("read.changed", file=path.name)
    return Source(path, content, checksum, kind, encoding, grids)


def _read_bytes(path: Path) -> bytes:
    """Read an ordinary file; a link, a pipe, a device or a folder is none."""
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"):  # not every system has each
        flags |= getattr(os, name, 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise InsidenError("read.not_a_file", file=path.name)
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise InsidenError("read.not_a_file", file=path.name)
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InsidenError("read.unreadable", file=path.name, text=error.strerror) from None
    if len(content) > MAX_BYTES:
        raise InsidenError("read.too_large", file=path.name, limit=f"{MAX_BYTES // 10**6} MB")
    if not content.strip():
        raise InsidenError("read.empty_file", file=path.name)
    return content


def _kind_of(content: bytes, path: Path) -> str:
    """Tell a file's kind by its first bytes; its name only tells kinds of text apart."""
    suffix = path.suffix.lower()
    if content.startswith(b"PK"):
        return "xlsm" if suffix == ".xlsm" else "ods" if suffix == ".ods" else "xlsx"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if content.startswith(b"%PDF"):
        raise InsidenError("read.pdf", file=path.name)
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise InsidenError("read.web_page", file=path.name)
    if suffix == ".json" or (start.startswith(b"[") and start[1:].lstrip().startswith(b"{")):
        return "json"
    if suffix in TEXTS | WORKBOOKS:
        return "tsv" if suffix == ".tsv" else "csv"
    raise InsidenError("read.other_kind", file=path.name, text=suffix or "-")
