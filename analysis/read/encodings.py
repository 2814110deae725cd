"""Find in what encoding a text is written, and turn it into UTF-8; what is not marked is said."""

import codecs
import io
import re

from analysis.read.grid import Note
from analysis.words.messages import InsidenError

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# A letter of two or more bytes in UTF-8; no text in another encoding holds one by chance.
UTF8_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # no letter in Windows-1252, none in Latin-1
CONTROL = bytes([*range(0x09), *range(0x0E, 0x20)])  # no text holds these
CHUNK = 1 << 20


def decode(content: bytes, name: str, sheet: str) -> tuple[bytes, str, list[Note]]:
    """Return a text in UTF-8 (its mark kept), the encoding it came in, and a note if it was another.

    Decoding is strict. What is neither marked nor UTF-8 is taken for Windows text (the same as
    Latin-1 for all letters of that), with a note. A file in two encodings is refused with its row.
    """
    encoding = next((MARKS[mark] for mark in MARKS if content.startswith(mark)), "")
    encoding = encoding or _unmarked_utf16(content) or "utf-8"
    if encoding.startswith("utf-16"):
        try:
            content = content.decode(encoding).encode()
        except UnicodeError as error:
            row = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
            raise InsidenError("read.binary", file=name, row=row) from None
    elif not _is_utf8(content):
        content, encoding = _from_windows(content, encoding, name), "cp1252"
    content = content.rstrip(b"\x1a\x00 \t")
    if not content.strip():
        raise InsidenError("read.empty_file", file=name)
    if (start := _control_at(content)) >= 0:
        row = content.count(b"\n", 0, start) + 1
        raise InsidenError("read.binary", file=name, row=row)
    if encoding in ("utf-8", "utf-8-sig"):
        return content, encoding, []
    return content, encoding, [Note(name, sheet, 0, "", "read.note_encoding", encoding)]


def _control_at(content: bytes) -> int:
    """Where the first byte stands that is no text, or -1."""
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        if len(chunk.translate(None, CONTROL)) < len(chunk):
            return start + next(place for place, byte in enumerate(chunk) if byte in CONTROL)
    return -1


def _is_utf8(content: bytes) -> bool:
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")
    try:
        while text.read(CHUNK):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _from_windows(content: bytes, encoding: str, name: str) -> bytes:
    """Turn a Windows text into UTF-8, unless some of it is UTF-8 already or it is no such text."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
    if encoding == "utf-8-sig" or UTF8_LETTER.search(content):
        raise InsidenError("read.mixed_encoding", file=name, row=row) from None
    if bad := UNDEFINED.search(content):
        row = content.count(b"\n", 0, bad.start()) + 1
        raise InsidenError("read.unknown_encoding", file=name, row=row)
    return content.decode("cp1252").encode()


def _unmarked_utf16(content: bytes) -> str:
    """Every second byte of UTF-16 is zero in plain text; no other text holds zeros."""
    start = content[:400]
    if start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 3:
        return "utf-16-be"
    return ""
