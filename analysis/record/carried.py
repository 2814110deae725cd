"""What a file carries of its figures: a record and the material that draws each of them again.

A picture has them among its texts, a page beside each drawing, a PDF as attachments, slides inside
their pictures. Nothing in a file is ever run; what is damaged is refused in one sentence.
"""

import io
import json
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, UnidentifiedImageError

from analysis.charts.recording import VERSION, canonical, pixel_digest
from analysis.outputs import MANIFEST, read_manifest
from analysis.words.messages import InsidenError

LARGEST_FILE = 50_000_000
PRINTED_ID = re.compile(r"[0-9a-fA-F]{8}\.?")
PICTURES = (".png", ".svg", ".pdf", ".pptx", ".jpg", ".jpeg")
IN_PAGE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/]+)")
IN_TEXT = re.compile(r"<i:record>([^<]*)</i:record>\s*<i:material>([^<]*)</i:material>")


class Carried(NamedTuple):
    """One figure as a file carries it; ``picture`` is the file's own where it is a picture."""

    record: dict[str, Any]
    material: str
    picture: Image.Image | None = None
    facts: dict[str, str] = {}  # noqa: RUF012, never changed: Title and Description beside it
    drawing: str = ""  # the file's own SVG
    file: str = ""  # where it stands in a folder of several


def find_figures(figure: str, outputs: Path | None) -> list[Carried]:
    """Return the figures of a file, of all files in a folder, or the one with a printed id.

    An id, and a picture that lost its record (by its dots), are looked for in ``outputs``. Pages
    of a folder without figures are passed over.
    """
    path = Path(figure)
    if path.is_dir():
        return _figures_in_folder(path, outputs)
    if not path.exists() and PRINTED_ID.fullmatch(figure.strip()) and outputs:
        return [find_by_id(outputs, figure)]
    try:
        return read_figures(path)
    except InsidenError as error:
        if error.key != "record.none" or not outputs or not (outputs / MANIFEST).is_file():
            raise
        found = find_by_pixels(outputs, path)
        if found is None:
            raise
        return [found]


def read_figures(path: Path) -> list[Carried]:
    """Return every figure that a file carries with its record; an error says why there is none."""
    content = read_bytes(path)
    found: list[Carried]
    if content.startswith(b"\x89PNG"):
        found = list(filter(None, [_from_png(content, path)]))
    elif content.startswith(b"%PDF"):
        found = list(_from_pdf(content, path))
    elif content.startswith(b"PK"):
        found = list(_from_slides(content, path))
    elif content.startswith((b"\xff\xd8", b"GIF8", b"RIFF")):
        raise InsidenError("record.none", file=path.name)
    else:
        found = list(_from_text(content.decode("utf-8", errors="replace")))
    if not found:
        raise InsidenError("record.none", file=path.name)
    return found


def _figures_in_folder(folder: Path, outputs: Path | None) -> list[Carried]:
    figures: list[Carried] = []
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in PICTURES or (file.suffix == ".html" and _has_figures(file)):
            inside = find_figures(str(file), outputs)
            figures += [one._replace(file=file.relative_to(folder).as_posix()) for one in inside]
    if not figures:
        raise InsidenError("record.none", file=folder)
    return figures


def _has_figures(page: Path) -> bool:
    try:
        return bool(read_figures(page))
    except InsidenError as error:
        if error.key == "record.none":
            return False
        raise


def read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InsidenError("record.too_large", file=path.name)
        return path.read_bytes()
    except FileNotFoundError:
        raise InsidenError("run.file_missing", file=path) from None
    except OSError as error:
        raise InsidenError("read.unreadable", file=path.name, text=error.strerror) from None


def _from_png(content: bytes, path: Path) -> Carried | None:
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            texts = {name: str(text) for name, text in getattr(image, "text", {}).items()}
            picture = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        raise InsidenError("record.damaged_picture", file=path.name) from None
    if "insiden-record" not in texts:
        return None
    material = texts.get("insiden-material", "")
    facts = {name: texts.get(name, "") for name in ("Title", "Description")}
    return Carried(_record(texts["insiden-record"]), material, picture, facts)


def _from_text(text: str) -> Iterator[Carried]:
    """The figures of an SVG, or of a page that holds several."""
    try:
        pages = [b64decode(f"{part}==") for part in IN_PAGE.findall(text)]
    except ValueError:
        raise InsidenError("record.damaged") from None
    inside = [page.decode("utf-8", errors="replace") for page in pages]
    for drawing in inside or [text]:
        for record, material in IN_TEXT.findall(drawing):
            yield Carried(_record(unescape(record)), unescape(material), drawing=drawing)


def _from_pdf(content: bytes, path: Path) -> Iterator[Carried]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        attached = dict(reader.attachments.items())
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError):
        raise InsidenError("record.damaged_picture", file=path.name) from None
    for name, parts in sorted(attached.items()):
        if name.startswith("insiden-") and name.endswith(".json"):
            yield carried_from(parts[0])


def _from_slides(content: bytes, path: Path) -> Iterator[Carried]:
    """The pictures of a presentation are our PNGs, byte for byte."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith(".png") and entry.file_size <= LARGEST_FILE:
                    found = _from_png(archive.read(entry), path)
                    if found is not None:
                        yield found
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError):
        raise InsidenError("record.damaged_picture", file=path.name) from None


def carried_from(text: str | bytes) -> Carried:
    """Read what ``Chart.carried`` writes."""
    try:
        content = json.loads(text)
        return Carried(_record(canonical(content["record"])), str(content["material"]))
    except (ValueError, KeyError, TypeError):
        raise InsidenError("record.damaged") from None


def _record(text: str) -> dict[str, Any]:
    """Check that a text is a record of this version."""
    try:
        record = json.loads(text)
        kind, number = str(record["record"]).split("/")
        newer = int(number) > int(VERSION.split("/")[1])
    except (ValueError, KeyError, TypeError):
        raise InsidenError("record.damaged") from None
    if kind != "figure":
        raise InsidenError("record.damaged")
    if newer:
        raise InsidenError("record.newer", text=record["record"], known=VERSION)
    needed = {"id", "name", "headline", "alt", "data", "settings", "words", "pixels", "marks"}
    if not needed | {"code", "versions"} <= set(record):
        raise InsidenError("record.damaged")
    return record


def find_by_id(outputs: Path, figure_id: str) -> Carried:
    """Return the figure of a folder of results whose printed id is ``figure_id``."""
    wanted = figure_id.strip().strip(".").lower()
    for name, record in _listed(outputs):
        if record["id"] == wanted:
            return next(one for one in read_figures(outputs / name) if one.record["id"] == wanted)
    raise InsidenError("record.unknown_id", text=figure_id, folder=outputs)


def find_by_pixels(outputs: Path, path: Path) -> Carried | None:
    """Return the figure of a folder of results that looks exactly like a stripped picture."""
    try:
        with Image.open(path) as image:
            picture = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    for name, record in _listed(outputs):
        if record["pixels"] == pixel_digest(picture):
            return read_figures(outputs / name)[0]._replace(picture=picture)
    return None


def _listed(outputs: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        figures = read_manifest(outputs)["figures"]
        yield from ((str(one["file"]), dict(one["record"])) for one in figures)
    except (OSError, ValueError, KeyError, TypeError):
        raise InsidenError("record.no_manifest", file=outputs / MANIFEST) from None
