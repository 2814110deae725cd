"""Take the one file out of a gzip or a zip, in memory and within limits."""

import io
import zipfile
import zlib
from pathlib import PurePath, PurePosixPath

from analysis.words.messages import InsidenError

MAX_MEMBERS = 1_000
MAX_EXPANDED = 500_000_000
MAX_RATIO = 200  # expanded bytes for one packed byte; a real sheet stays under 60
RATIO_FROM = 20_000_000  # below this size a high ratio does no harm
SHOWN = 8  # members that a message lists
GZIP = b"\x1f\x8b"

# What a zip that is cut short or broken makes its reader raise.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, LookupError, ValueError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
# Members by which a zip is known to be a document of its own.
WORKBOOK = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
DOCUMENTS = {"word/": "Word", "ppt/": "PowerPoint", "Index/": "Apple Numbers"}


def is_archive(content: bytes, name: str) -> bool:
    """Tell whether a content is packed: gzip, or a zip that is not itself a document.

    A zip that is damaged is one where its name says so; else the reader of workbooks refuses it.
    """
    if content.startswith(GZIP):
        return True
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except DAMAGED:
        return name.lower().endswith(".zip")
    known = ("[Content_Types].xml", "mimetype", *WORKBOOK)
    return not any(name in known or name.startswith(tuple(DOCUMENTS)) for name in names)


def unpack(content: bytes, name: str) -> tuple[bytes, str]:
    """Return the one file that is packed, and its name within the archive.

    Refused are several files (all are listed), none, one that is packed again, a locked one, and
    one that expands beyond the limits; those are looked at before anything is expanded.
    """
    if content.startswith(GZIP):
        inner, member = _gunzip(content, name), PurePath(name).stem
    else:
        inner, member = _unzip(content, name)
    if is_archive(inner, member):
        raise InsidenError("read.packed_twice", file=name, text=member)
    if inner[257:262] == b"ustar":
        raise InsidenError("read.other_archive", file=name, text="tar")
    if not inner.strip():
        raise InsidenError("read.empty_file", file=f"{name}/{member}")
    return inner, member


def check_size(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    """Refuse a zip that would expand beyond the limits, by what its directory says."""
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        facts = {"number": len(entries), "limit": MAX_MEMBERS}
        raise InsidenError("read.too_many_parts", file=name, **facts)
    expanded = sum(entry.file_size for entry in entries)
    if expanded > MAX_EXPANDED or expanded > max(RATIO_FROM, MAX_RATIO * packed):
        raise _bomb(name, packed, expanded)


def _bomb(name: str, packed: int, expanded: int) -> InsidenError:
    facts = {"packed": f"{packed / 1e3:.0f} kB", "expanded": f"{expanded / 1e6:.0f} MB"}
    return InsidenError("read.zip_bomb", file=name, **facts)


def _gunzip(content: bytes, name: str) -> bytes:
    """Expand a gzip; its directory says nothing of its size, so it is cut off at the limit."""
    packed = len(content)
    limit = min(MAX_EXPANDED, max(RATIO_FROM, MAX_RATIO * packed))
    parts: list[bytes] = []
    size = 0
    while content.startswith(GZIP):  # one after the other is one file
        expander = zlib.decompressobj(wbits=31)
        try:
            parts.append(expander.decompress(content, limit + 1 - size))
        except zlib.error:
            raise InsidenError("read.damaged_archive", file=name) from None
        size += len(parts[-1])
        if size > limit:
            raise _bomb(name, packed, size)
        if not expander.eof:
            raise InsidenError("read.damaged_archive", file=name)
        content = expander.unused_data
    return b"".join(parts)


def _unzip(content: bytes, name: str) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_size(archive, len(content), name)
            members = [entry for entry in archive.infolist() if not _is_clutter(entry)]
            if not members:
                raise InsidenError("read.empty_archive", file=name)
            if len(members) > 1:
                shown = [_printable(entry.filename) for entry in members[:SHOWN]]
                shown += ["…"] * (len(members) > SHOWN)
                facts = {"number": len(members), "text": "; ".join(shown)}
                raise InsidenError("read.several_members", file=name, **facts)
            if members[0].flag_bits & 1:
                raise InsidenError("read.locked_archive", file=name)
            # the size in the directory may lie, the reader stops there all the same
            return archive.read(members[0]), _printable(members[0].filename)
    except DAMAGED:
        raise InsidenError("read.damaged_archive", file=name) from None


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS and Windows put beside the files."""
    path = PurePosixPath(entry.filename)
    hidden = path.name.startswith((".", "~$")) or path.name in ("Thumbs.db", "desktop.ini")
    return entry.is_dir() or hidden or path.parts[0] == "__MACOSX"


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)
