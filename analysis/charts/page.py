"""The sheet on which every chart is drawn: size, type, colour, footer, alt text, saving.

All positions are millimetres from the lower left corner of the sheet and every text is measured in
the shipped font, so the layout is the same on every computer and needs no second try. Settings of
the user's Matplotlib (styles, ``matplotlibrc``, fonts, pyplot) play no part.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from analysis.charts.chart import PAPER, SIZES, Caption, Chart
from analysis.charts.letters import (
    MM,
    check_glyphs,
    plain,
    shorten,
    text_width,
    wrap,
    wrap_evenly,
)
from analysis.charts.outlines import Words
from analysis.charts.recording import canonical, digest, plain_table
from analysis.tables import check_columns
from analysis.words.messages import LANGUAGES, InsidenError, say, words
from analysis.words.numbers import number

INK = "#1a1a1a"
FOCUS = "#12436D"  # 10:1 on white and apart from the greys for every kind of colour blindness
TEXT = "#4a4a4a"
LINE = "#6e6e6e"
FAINT = "#d9d9d9"  # only for what carries no information
BAND = "#e6e6e6"
FOCUS_TINT = "#cfdae4"
LINE_TINT = "#ebebeb"

LEADING = 1.22  # from one line of text to the next, in font sizes
GAP = 1.25  # smallest distance of two labels, in font sizes
ROW_GAP = 1.1
NARROW = 100  # millimetres: a narrower sheet shows values without interval, names on one side
SMALLEST_PLOT = 18.0  # millimetres of height under which a drawing says nothing
HIDDEN = ("suppressed", "complementary")  # reasons of an empty count that protect people
ALT_SHORTEST, ALT_LONGEST = 250, 400


class Box(NamedTuple):
    """A part of the sheet, in millimetres."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height


# --- tables that can be drawn ---------------------------------------------------------------


def check_table(
    table: pd.DataFrame,
    columns: list[str],
    name: str,
    *,
    key: list[str],
    lang: str,
    focal: str = "",
) -> pd.DataFrame:
    """Return ``table`` unchanged, or say why it cannot be drawn."""
    if lang not in LANGUAGES:
        raise InsidenError("charts.wrong_language", text=lang, choices=", ".join(LANGUAGES))
    check_columns(table, columns, name)
    if table.empty:
        raise InsidenError("charts.empty", table=name)
    if repeated := int(table.duplicated(key).sum()):
        raise InsidenError("charts.repeated", table=name, number=repeated, key=", ".join(key))
    if focal and not table["area"].eq(focal).any():
        areas = ", ".join(map(str, table["area"].unique()[:10]))
        raise InsidenError("charts.no_focal", table=name, area=focal, areas=areas)
    return table


# --- the sheet ------------------------------------------------------------------------------


class Swatch(NamedTuple):
    """How a state looks: fill and hatch of a box, or a marker on the line."""

    face: str
    hatch: str = ""
    edge: str = LINE
    marker: str = ""


Entry = tuple[Swatch | None, str]  # of a key: how a state looks and what it means


class Page:
    """A sheet that is filled from the top and the bottom; ``box`` is the room left between."""

    def __init__(self, size: str, lang: str, *, inside: bool) -> None:
        if size not in SIZES:
            raise InsidenError("charts.wrong_size", text=size, choices=", ".join(SIZES))
        self.lang, self.size, self.inside = lang, SIZES[size], inside
        height = self.size.inside if inside else self.size.height
        self.figure = Figure(figsize=(self.size.width / 25.4, height / 25.4), dpi=self.size.dpi)
        self.mm = Affine2D().scale(1 / 25.4) + self.figure.dpi_scale_trans
        margin = 0.5 if inside else self.size.margin
        self.width, self.height = self.size.width, height
        self.scale = self.size.text / SIZES["a4-full"].text  # lines grow with the type
        self.box = Box(margin, margin, self.size.width - 2 * margin, height - 2 * margin)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        points: float = 0,
        bold: bool = False,
        colour: str = TEXT,
        align: str = "left",
        clear: bool = False,
    ) -> Words:
        """Write one line of text with its middle at ``y``; ``clear`` wipes what lies under it."""
        text = plain(text)
        check_glyphs(text, bold)
        points = points or self.size.text
        start = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * text_width(text, points, bold)
        if clear:
            behind = Box(x - start, y - 0.6 * points * MM, 0, 1.2 * points * MM)
            behind = behind._replace(width=text_width(text, points, bold))
            self.swatch(behind, Swatch(PAPER, edge=PAPER))
        base = y - 0.35 * points * MM  # half the height of a capital letter
        look: dict[str, Any] = {"color": colour, "ha": align, "transform": self.mm}
        words = Words(x, base, text, points=points, bold=bold, **look)
        self.figure.add_artist(words)
        return words

    def line(self, x: Sequence[float], y: Sequence[float], **look: Any) -> None:
        """Draw a line on the sheet itself, such as a leader line."""
        look = {"color": LINE, **look, "linewidth": look.get("linewidth", 0.5) * self.scale}
        self.figure.add_artist(Line2D(x, y, transform=self.mm, **look))

    def swatch(self, box: Box, swatch: Swatch) -> None:
        """Draw a state: a filled or hatched box, or a marker in its middle."""
        if swatch.marker:
            x, y = box.left + box.width / 2, box.bottom + box.height / 2
            size = self.size.text * 0.6
            self.line([x], [y], marker=swatch.marker, markersize=size, color=swatch.edge,
                      markerfacecolor=swatch.face, linestyle="none")  # fmt: skip
            return
        for look in box_looks(swatch):
            corner = (box.left, box.bottom)
            patch = Rectangle(corner, box.width, box.height, transform=self.mm, **look)
            self.figure.add_artist(patch)

    def panel(self, box: Box, x: tuple[float, float], y: tuple[float, float]) -> "Panel":
        """Open a plot without frame or ticks whose corners are known in millimetres."""
        part = (
            box.left / self.width,
            box.bottom / self.height,
            box.width / self.width,
            box.height / self.height,
        )
        axes = self.figure.add_axes(part, xlim=x, ylim=y)
        axes.set_axis_off()
        return Panel(axes, box, x, y)

    def line_height(self, points: float = 0) -> float:
        return (points or self.size.text) * MM * LEADING

    def label_gap(self) -> float:
        """The smallest distance of two labels one above the other."""
        return self.size.text * MM * GAP

    def row_gap(self, points: float = 0) -> float:
        """The smallest distance of two rows of a table whose names do not touch."""
        return (points or self.size.text) * MM * ROW_GAP

    def take_top(self, height: float) -> Box:
        """Cut a strip off the top of the room that is left."""
        box = self.box
        self.box = Box(box.left, box.bottom, box.width, box.height - height)
        return Box(box.left, box.top - height, box.width, height)

    def take_bottom(self, height: float) -> Box:
        """Cut a strip off the bottom of the room that is left."""
        box = self.box
        self.box = Box(box.left, box.bottom + height, box.width, box.height - height)
        return Box(box.left, box.bottom, box.width, height)

    def paragraph(
        self, text: str, *, points: float, top: bool, bold: bool = False, colour: str = TEXT
    ) -> None:
        """Write a text over the whole width, at the top or the bottom of the room left."""
        lines = (wrap_evenly if top else wrap)(text, self.box.width, points, bold)
        height = self.line_height(points)
        strip = (self.take_top if top else self.take_bottom)(height * len(lines))
        for place, line in enumerate(lines):
            y = strip.top - (place + 0.5) * height
            self.write(strip.left, y, line, points=points, bold=bold, colour=colour)

    def key_height(self, entries: Sequence[Entry]) -> float:
        """Millimetres that a key will take."""
        return (len(self._key_rows(entries)) * 1.35 + 0.35) * self.size.small * MM if entries else 0

    def key(self, entries: Sequence[Entry]) -> None:
        """Explain the states that occur, in a row above the footer."""
        em = self.size.small * MM
        strip = self.take_bottom(self.key_height(entries))
        for line, row in enumerate(self._key_rows(entries)):
            x, y = strip.left, strip.top - (line * 1.35 + 0.75) * em
            for swatch, text, width in row:
                if swatch:
                    self.swatch(Box(x, y - 0.42 * em, 1.7 * em, 0.84 * em), swatch)
                self.write(x + (2.2 * em if swatch else 0), y, text, points=self.size.small)
                x += width

    def _key_rows(self, entries: Sequence[Entry]) -> list[list[tuple[Swatch | None, str, float]]]:
        """Break the entries of a key into rows, each with its text and its width."""
        em = self.size.small * MM
        rows: list[list[tuple[Swatch | None, str, float]]] = [[]]
        used = 0.0
        for swatch, meaning in entries:
            text = shorten(meaning, self.box.width - 3 * em, self.size.small)
            width = (2.2 * em if swatch else 0) + text_width(text, self.size.small) + 1.6 * em
            if rows[-1] and used + width - 1.6 * em > self.box.width:
                rows.append([])
                used = 0.0
            rows[-1].append((swatch, text, width))
            used += width
        return rows

    def check_room(self) -> None:
        """Refuse a sheet whose texts leave no room for the drawing."""
        if self.box.height < SMALLEST_PLOT:
            raise InsidenError("charts.no_room", height=number(self.box.height, self.lang))


class Panel(NamedTuple):
    """A plot whose data limits and place on the sheet are both known."""

    axes: Axes
    box: Box
    x: tuple[float, float]
    y: tuple[float, float]

    def at_x(self, value: float) -> float:
        """Millimetres from the left of the sheet."""
        return self.box.left + (value - self.x[0]) / (self.x[1] - self.x[0]) * self.box.width

    def at_y(self, value: float) -> float:
        """Millimetres from the bottom of the sheet."""
        return self.box.bottom + (value - self.y[0]) / (self.y[1] - self.y[0]) * self.box.height


def box_looks(swatch: Swatch) -> Iterator[dict[str, Any]]:
    """How the boxes of a state are drawn, one over the other."""
    # a hatch takes the colour of the edge, so the outline is drawn by a box of its own
    if swatch.hatch:
        yield {"facecolor": swatch.face, "edgecolor": LINE, "hatch": swatch.hatch, "linewidth": 0}
        yield {"facecolor": "none", "edgecolor": swatch.edge, "linewidth": 0.5}
    else:
        yield {"facecolor": swatch.face, "edgecolor": swatch.edge, "linewidth": 0.5}


# --- the texts of a chart -------------------------------------------------------------------


class Texts(NamedTuple):
    """The words of one chart; ``figure_id`` stands at the end of the footer."""

    headline: str
    subtitle: str
    footer: str
    alt: str
    figure_id: str


def make_texts(
    kind: str,
    table: pd.DataFrame,
    *,
    headline: object,
    subtitle: str,
    caption: Caption,
    alt: Sequence[str],
    lang: str,
    more: Sequence[pd.DataFrame | None] = (),
) -> Texts:
    """Gather the words of a chart; a chart without a source is refused.

    The figure id is a hash of the drawn tables (sorted, without their last digits), the words and the kind of
    chart: the same figure on paper and on a slide has the same id.
    """
    if not plain(caption.source):
        raise InsidenError("charts.no_source")
    headline = plain(headline)
    pieces = _footer_pieces(caption, table, lang)
    tables = [table, *(part for part in more if part is not None)]
    figure_id = _digest(tables, [kind, lang, headline, plain(subtitle), *pieces, *alt])
    footer = " ".join([*pieces, say("charts.footer.id", lang, id=figure_id)])
    told = [say("charts.simulated_alt", lang)] if caption.simulated else []
    return Texts(headline, subtitle, footer, alt_text([*told, *alt, *pieces]), figure_id)


def reason(row: Any, lang: str) -> str:
    """Say in words why a row has no number: hidden, not reported, no population …"""
    key = f"charts.why.{row['why']}"
    shown = plain(row["shown"]) if "shown" in row else ""
    if key not in words(lang):
        key = "charts.why.other"
    if row["why"] == "suppressed" and not shown:
        key = "charts.why.hidden"
    return say(key, lang, shown=shown)


def _footer_pieces(caption: Caption, table: pd.DataFrame, lang: str) -> list[str]:
    hidden = table["why"].isin(HIDDEN).sum() if "why" in table else None
    facts = {
        "source": caption.source,
        "data_through": caption.data_through,
        "completeness": caption.completeness,
        "unit": caption.unit,
        "population": caption.population,
        "comparator": caption.comparator,
        "hidden": "" if hidden is None else number(hidden, lang),
    }
    texts = {key: plain(text).rstrip(".") for key, text in facts.items()}
    return [say(f"charts.footer.{key}", lang, text=text) for key, text in texts.items() if text]


def _digest(tables: Iterable[pd.DataFrame], texts: Iterable[str]) -> str:
    parts = [plain_table(table).text() for table in tables]
    return digest(canonical([parts, *texts]).encode())[:8]


def ended(headline: object) -> str:
    """The headline as a sentence among others."""
    text = plain(headline)
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."


def alt_text(pieces: Iterable[str]) -> str:
    """Join sentences, the most important first, to 250-400 characters.

    A sentence that no longer fits is left out; one that alone is longer than half is cut.
    """
    text = ""
    for piece in map(plain, pieces):
        if len(piece) > ALT_LONGEST // 2:
            piece = piece[: ALT_LONGEST // 2 - 1].rstrip() + "…"
        if piece and len(text) + 1 + len(piece) <= ALT_LONGEST:
            text = f"{text} {piece}".strip()
    return text


def open_page(texts: Texts, *, size: str, lang: str, simulated: bool, inside: bool) -> Page:
    """Start a sheet with its band, headline, subtitle and footer; the room between is left."""
    page = Page(size, lang, inside=inside)
    small = page.size.small
    if simulated:
        strip = Box(0, page.height - small * MM * 1.5, page.width, small * MM * 1.5)
        page.swatch(strip, Swatch(BAND, edge=BAND))
        label = say("charts.simulated", lang)
        middle = strip.bottom + strip.height / 2
        page.write(page.box.left, middle, label, points=small, bold=True, colour=INK)
        page.take_top(strip.height + 0.2 * small * MM - (page.height - page.box.top))
    if not inside:
        page.paragraph(texts.headline, points=page.size.headline, top=True, bold=True, colour=INK)
    page.paragraph(texts.subtitle, points=page.size.text, top=True)
    page.take_top(0.5 * page.size.text * MM)
    if not inside:
        page.paragraph(texts.footer, points=small, top=False)
        page.take_bottom(0.5 * small * MM)
    return page


def finish(page: Page, texts: Texts, name: str, table: pd.DataFrame) -> Chart:
    """Hand over the drawn sheet."""
    return Chart(
        name=name,
        figure=page.figure,
        table=table.reset_index(drop=True),
        headline=texts.headline,
        subtitle=plain(texts.subtitle),
        alt=texts.alt,
        footer=texts.footer,
        lang=page.lang,
        size=page.size,
        figure_id=texts.figure_id,
    )
