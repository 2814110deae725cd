"""Tell a file's kind by its first bytes; its name only tells kinds of text apart."""

import io
import zipfile
from pathlib import PurePath

from analysis.read.archives import DAMAGED, DOCUMENTS
from analysis.words.messages import InsidenError

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
TEXTS = {".csv", ".tsv", ".json", ".txt", ".parquet"}
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Excel, Word and PowerPoint until 2007
# What is a picture: a scan or a photograph of a table.
PICTURES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x1cftyp", b"\x00\x00\x00 ftyp",
)  # fmt: skip
OTHERS = {
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd",
}
DATABASES = {
    b"SQLite format 3\x00": "SQLite",
    b"\x00\x01\x00\x00Standard Jet DB": "Access",
    b"\x00\x01\x00\x00Standard ACE DB": "Access",
}
WEB = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta", b"<style", b"mime-version")


def kind_of(content: bytes, name: str) -> str:
    """Return xlsx, xlsm, xls, ods, csv, tsv, json or parquet; refuse what is none of them."""
    suffix = PurePath(name).suffix.lower()
    if content.startswith(b"PK"):
        return _kind_of_zip(content, name, suffix)
    if content.startswith(OLD_CONTAINER):
        return _kind_of_container(content, name)
    if content.startswith(b"PAR1") and content.endswith(b"PAR1"):
        return "parquet"
    _refuse_others(content, name, suffix)
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(WEB):
        raise InsidenError("read.web_page", file=name)
    if suffix == ".json" or (start.startswith(b"[") and start[1:].lstrip().startswith(b"{")):
        return "json"
    if suffix in TEXTS | WORKBOOKS:
        return "tsv" if suffix == ".tsv" else "csv"
    raise InsidenError("read.other_kind", file=name, text=suffix or "-")


def _kind_of_zip(content: bytes, name: str, suffix: str) -> str:
    """Tell workbooks from other documents that are zips too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
            mimetype = archive.read("mimetype")[:99] if "mimetype" in members else b""
    except DAMAGED:
        members, mimetype = [], b""  # its reader says what is wrong
    if "xl/workbook.bin" in members:
        raise InsidenError("read.binary_workbook", file=name)
    for start, program in DOCUMENTS.items():
        if any(member.startswith(start) for member in members):
            raise InsidenError("read.document", file=name, text=program)
    if b"opendocument" in mimetype and b"spreadsheet" not in mimetype:
        raise InsidenError("read.document", file=name, text="OpenDocument")
    if mimetype or suffix == ".ods":
        return "ods"
    has_macros = suffix == ".xlsm" or "xl/vbaProject.bin" in members
    return "xlsm" if has_macros else "xlsx"


def _kind_of_container(content: bytes, name: str) -> str:
    """Tell an old workbook from a locked new one and from a Word document."""
    if _named(content, "EncryptedPackage"):
        raise InsidenError("read.encrypted", file=name)
    if _named(content, "WordDocument") or _named(content, "PowerPoint Document"):
        raise InsidenError("read.document", file=name, text="Word/PowerPoint")
    return "xls"


def _named(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content


def _refuse_others(content: bytes, name: str, suffix: str) -> None:
    """Refuse by name what people send in place of a table."""
    if b"%PDF-" in content[:1024] or content.startswith(b"%PDF"):
        raise InsidenError("read.pdf", file=name)
    is_picture = content.startswith(PICTURES) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )
    if is_picture and suffix in TEXTS | WORKBOOKS and b"\x00" in content[:64] + b"\x00":
        raise InsidenError("read.picture", file=name)
    if content.startswith(b"{\\rtf"):
        raise InsidenError("read.document", file=name, text="Word (RTF)")
    for start, program in OTHERS.items():
        if content.startswith(start):
            raise InsidenError("read.other_archive", file=name, text=program)
    for start, program in DATABASES.items():
        if content.startswith(start):
            raise InsidenError("read.database_file", file=name, text=program)
