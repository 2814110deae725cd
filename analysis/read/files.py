"""Find the files of an inbox and open each as grids of cells, or say why it cannot be read.

A file is looked at by its content, not by its name. It is read once into memory, so that the
checksum belongs to exactly the bytes that were counted; it is compared once more at the end.
"""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from analysis.read.archives import is_archive, unpack
from analysis.read.delimited import read_delimited
from analysis.read.grid import Grid, Note
from analysis.read.kinds import kind_of
from analysis.read.parquet import read_parquet
from analysis.read.records import read_records
from analysis.read.workbooks import find_remarks, read_workbook
from analysis.words.messages import InsidenError, cause_of

MAX_BYTES = 200_000_000
# What people leave in a folder beside the data and what no table can hide in.
IGNORED = {".md", ".txt", ".ini", ".db", ".lnk", ".toml"}
CLUTTER = ("~$", ".", "__MACOSX")


class File(NamedTuple):
    """One file, and the name by which everything calls it: its path below the inbox, with "/"."""

    path: Path
    name: str


class Source(NamedTuple):
    """One file as it was read. The name of a packed one is "Juli.zip/Rekap Juli.csv"."""

    path: Path
    name: str
    size: int  # bytes, as the file lies on the disk
    sha256: str
    kind: str  # xlsx, xlsm, xls, ods, csv, tsv, json, parquet
    encoding: str  # of a text file, else ""
    grids: list[Grid]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Found:
    """The files of an inbox, in the order of their names, and what was passed over."""

    files: list[File]
    notes: list[Note]


def find_files(
    folder_or_files: str | Path | Iterable[str | Path], root: Path | None = None
) -> Found:
    """List what is to be read: all of one folder and the folders in it, or what is named.

    A file below ``root`` (the inbox) is called as it is when the whole inbox is read.
    """
    if isinstance(folder_or_files, (str, Path)):
        named = [Path(folder_or_files)]
    else:
        named = [Path(file) for file in folder_or_files]
    files: list[File] = []
    notes: list[Note] = []
    for path in named:
        if not os.path.lexists(path):
            raise InsidenError("read.not_found", file=path)
        if path.is_dir():
            inside = _look_into(path, root)
            files += inside.files
            notes += inside.notes
        else:
            files.append(File(path, _name_below(path, root, path.parent)))
    return Found(_told_apart(files), notes)


def _name_below(path: Path, root: Path | None, folder: Path) -> str:
    """A file's path below the inbox, or below ``folder`` where it lies elsewhere."""
    full, home = path.absolute(), (root or folder).absolute()
    if home.is_file():  # the inbox of a study may be one file
        home = home.parent
    return (
        full.relative_to(home) if full.is_relative_to(home) else path.relative_to(folder)
    ).as_posix()


def _look_into(folder: Path, root: Path | None) -> Found:
    """The files of a folder and of those in it; hidden files and lock files are left in silence."""
    files, notes = [], []
    for path in _walk(folder):
        name = _name_below(path, root, folder)
        if path.is_dir() and not path.is_symlink():
            notes.append(Note(name, "", 0, "", "read.note_folder", ""))
        elif path.suffix.lower() in IGNORED:
            notes.append(Note(name, "", 0, "", "read.note_other_kind", path.suffix.lower()))
        else:
            files.append(File(path, name))
    return Found(sorted(files, key=lambda file: file.name), notes)


def _walk(folder: Path) -> Iterable[Path]:
    """Every file below a folder, and the folders in which there is none. Links are not followed."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise InsidenError("read.unreadable", file=folder, text=cause_of(error)) from None
    for path in entries:
        if path.name.startswith(CLUTTER) or path.name == "desktop.ini":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from list(_walk(path)) or [path]
        else:
            yield path


def _told_apart(files: list[File]) -> list[File]:
    """Give files of one name the names of their folders too; nothing is read twice."""
    files = list({os.path.abspath(file.path): file for file in files}.values())  # noqa: PTH100
    times = Counter(file.name for file in files)
    if max(times.values(), default=1) > 1:
        full = [file.path.absolute() for file in files]
        depth = 0
        while len({path.parts[: depth + 1] for path in full}) == 1:
            depth += 1
        files = [File(path, "/".join(path.parts[depth:])) for path in full]
    return sorted(files, key=lambda file: file.name)


def read_grids(path: Path) -> list[Grid]:
    """Read a file of any kind as grids of cells, one for each sheet."""
    return read_source(File(path, path.name)).grids


def read_source(file: File) -> Source:
    """Read one file whole, and refuse it in one message when it cannot be read."""
    content = _read_bytes(file)
    checksum = hashlib.sha256(content).hexdigest()
    inner, name = content, file.name
    notes: tuple[Note, ...] = ()
    if is_archive(content, file.name):
        inner, member = unpack(content, file.name)
        name = f"{file.name}/{member}"
        notes = (Note(name, "", 0, "", "read.note_packed", file.name),)
    kind = kind_of(inner, name)
    if kind in ("csv", "tsv"):
        grids, encoding = read_delimited(inner, name)
    elif kind == "json":
        grids, encoding = read_records(inner, name)
    elif kind == "parquet":
        grids, encoding = read_parquet(file.path, name, is_packed=inner is not content), ""
    else:
        grids, encoding = read_workbook(inner, name, kind), ""
        notes += find_remarks(inner, name)
    if _digest(file) != checksum:
        raise InsidenError("read.changed", file=file.name)
    return Source(file.path, name, len(content), checksum, kind, encoding, grids, notes)


def _read_bytes(file: File) -> bytes:
    with _opened(file) as opened:
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InsidenError("read.too_large", file=file.name, limit=f"{MAX_BYTES // 10**6} MB")
    if not content.strip():
        raise InsidenError("read.empty_file", file=file.name)
    return content


def _digest(file: File) -> str:
    with _opened(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _opened(file: File) -> Iterator[BufferedReader]:
    """Open an ordinary file; a link, a pipe, a device or a folder is none."""
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"):  # not every system has each
        flags |= getattr(os, name, 0)
    try:
        if not stat.S_ISREG(file.path.lstat().st_mode):
            raise InsidenError("read.not_a_file", file=file.name)
        handle = os.open(file.path, flags)
        with os.fdopen(handle, "rb") as opened:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise InsidenError("read.not_a_file", file=file.name)
            yield opened
    except OSError as error:
        raise InsidenError("read.unreadable", file=file.name, text=cause_of(error)) from None
