"""The briefing as one HTML file that asks nothing of the network and prints well."""

from base64 import b64encode
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from analysis.brief.files import write_atomically
from analysis.brief.tree import Brief, Note, Picture, Section, Table, Tile
from analysis.words.messages import say

STYLE = Path(__file__).with_name("brief.css")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_html(brief: Brief, path: Path) -> Path:
    """Write the briefing as a single file: styles and pictures inside, every text escaped."""
    page = Element("html", lang=brief.lang)
    title = f"{brief.title.text} – {brief.headline.text}"
    add_head(page, title, STYLE.read_text(encoding="utf-8"))
    body = SubElement(page, "body")
    add_text(body, "a", say("brief.skip", brief.lang), {"class": "skip", "href": "#content"})
    if brief.simulated.text:
        add_text(body, "aside", brief.simulated.text, {"class": "band"})
    main = SubElement(body, "main", id="content")
    _opening(main, brief)
    for section in brief.sections:
        _section(main, section)
    closing = SubElement(main, "div", {"class": "closing"})
    _notes(closing, say("brief.limits", brief.lang), brief.limits)
    _notes(closing, say("brief.notes", brief.lang), brief.notes)
    add_text(main, "p", say("brief.data_here", brief.lang), {"class": "note"})
    foot = SubElement(body, "footer")
    for line in brief.footer:
        add_text(foot, "p", line.text)
    text = tostring(page, encoding="unicode", method="html")
    return write_atomically(path, f"<!DOCTYPE html>\n{text}\n".encode())


def add_text(
    parent: Element, tag: str, text: str, attributes: dict[str, str] | None = None
) -> Element:
    """Add an element with a plain text; the serialiser escapes it."""
    element = SubElement(parent, tag, attributes or {})
    element.text = text
    return element


def add_head(page: Element, title: str, style: str, policy: str = POLICY) -> Element:
    """The head of a page that asks nothing of the network: its policy says so to the browser."""
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": policy})
    add_text(head, "title", title)
    add_text(head, "style", style)
    return head


def _opening(main: Element, brief: Brief) -> None:
    head = SubElement(main, "header")
    add_text(head, "p", brief.kicker.text, {"class": "kicker"})
    add_text(head, "p", brief.title.text, {"class": "title"})
    add_text(head, "h1", brief.headline.text)
    add_text(head, "p", brief.lead.text, {"class": "lead"})
    tiles = SubElement(main, "dl", {"class": "tiles"})
    for tile in brief.tiles:
        _tile(tiles, tile)


def _tile(tiles: Element, tile: Tile) -> None:
    group = SubElement(tiles, "div")
    add_text(group, "dt", tile.label.text)
    add_text(group, "dd", str(tile.value), {"class": "value"})
    for note in tile.notes:
        add_text(group, "dd", note.text)


def _section(main: Element, part: Section) -> None:
    section = SubElement(main, "section", {"class": part.name, "aria-labelledby": part.name})
    add_text(section, "h2", part.heading.text, {"id": part.name})
    for text in part.texts:
        if text.text:
            add_text(section, "p", text.text)
    row = SubElement(section, "div", {"class": "row"})
    if part.picture:
        _picture(row, part.picture)
    if part.table:
        _table(row, part.table)


def _picture(parent: Element, part: Picture) -> None:
    figure = SubElement(parent, "figure")
    add_text(figure, "figcaption", part.caption.text)
    source = b64encode(part.svg.encode()).decode()
    SubElement(figure, "img", alt=part.alt, src=f"data:image/svg+xml;base64,{source}")


def _table(parent: Element, part: Table) -> None:
    """A table in a box that scrolls, by keyboard too, on a narrow screen."""
    scrolls = {"class": "table", "tabindex": "0", "role": "region"}
    box = SubElement(parent, "div", scrolls | {"aria-label": part.caption.text})
    table = SubElement(box, "table")
    add_text(table, "caption", part.caption.text)
    heads = SubElement(SubElement(table, "thead"), "tr")
    for column, side in zip(part.columns, part.sides, strict=True):
        add_text(heads, "th", column.text, {"scope": "col", "class": side})
    rows = SubElement(table, "tbody")
    for number, cells in enumerate(part.rows):
        row = SubElement(rows, "tr", {"class": "strong"} if number in part.strong else {})
        add_text(row, "th", str(cells[0]), {"scope": "row", "class": "left"})
        for cell, side in zip(cells[1:], part.sides[1:], strict=True):
            add_text(row, "td", str(cell), {"class": side})
    if part.note.text:
        add_text(box, "p", part.note.text, {"class": "note"})


def _notes(parent: Element, heading: str, notes: tuple[Note, ...]) -> None:
    section = SubElement(parent, "section")
    add_text(section, "h2", heading)
    for note in notes:
        line = SubElement(section, "p")
        add_text(line, "strong", note.label.text).tail = f" {note.text.text}"
