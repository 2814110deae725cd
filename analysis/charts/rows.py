"""Named rows around a plot: the names on the left, a text for each on the right."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from analysis.charts.letters import MM, choose_labels, short_name, shorten, text_width
from analysis.charts.page import FAINT, FOCUS, INK, LINE, PAPER, TEXT, Box, Page, Panel, Swatch
from analysis.words.messages import say

TALLEST_ROW = 3.2  # in font sizes: two rows do not fill a sheet
CROWDED_AIR = 0.4  # in font sizes
NAME_ROOM = 0.36  # part of the sheet that names may take


class Row(NamedTuple):
    """One row as it is written; ``reason`` says why there is nothing to draw."""

    name: str
    text: str = ""
    reason: str = ""
    main: bool = False


class Parting(NamedTuple):
    """A line of words between the rows, above row ``place``."""

    place: int
    text: str


class Rows(NamedTuple):
    """The rows on the sheet: the plot, and the height of each row in millimetres, from the top."""

    panel: Panel
    height: list[float]
    pitch: float

    def y(self, place: int) -> float:
        """The height of a row in the plot."""
        return self.height[place] - self.panel.box.bottom


def lay_rows(
    page: Page,
    rows: Sequence[Row],
    x: tuple[float, float],
    *,
    head: float = 0.0,
    side: float = 0.0,
    priority: Sequence[int] = (),
    parting: Parting | None = None,
) -> Rows:
    """Write the rows and open the plot between names and texts.

    ``head`` is left free above the plot, ``side`` to the right of it, one line below it for the
    axis. Where not all rows have room for their words, those of ``priority`` come first, and the
    line of the axis says that some have none.
    """
    page.check_room()
    em, room, points = page.size.text * MM, page.box, page.size.text
    names = [short_name(r.name, NAME_ROOM * room.width, points, page.lang, r.main) for r in rows]
    left = max(text_width(name, points, True) for name in names) + 0.8 * em
    right = max((text_width(r.text, points, r.main) for r in rows if r.text), default=0.0)
    right = side + (right + 0.8 * em if right else 0.6 * em)
    foot = page.line_height() + 0.5 * em
    head = max(head, 0.4 * em)
    free = room.height - foot - head
    # rows closer than their names keep off the words above and below the plot
    air = CROWDED_AIR * em if len(rows) * page.row_gap() > free else 0.0
    pitch, gap = _share_height(page, len(rows), free - 2 * air, parting is not None)
    tall = pitch * len(rows) + gap + 2 * air
    box = Box(room.left + left, room.top - head - tall, room.width - left - right, tall)
    first_below = parting.place if parting else len(rows)
    heights = [
        box.top - air - (place + 0.5) * pitch - (gap if place >= first_below else 0)
        for place in range(len(rows))
    ]
    if parting:
        text = shorten(parting.text, room.width, page.size.small)
        y = box.top - air - parting.place * pitch - gap / 2
        page.write(room.left, y, text, points=page.size.small, clear=True)
    labelled = choose_labels(heights, [*priority, *range(len(rows))], page.row_gap())
    unnamed = say("charts.unnamed", page.lang)
    if len(labelled) < len(rows) and text_width(unnamed, page.size.small) < left - 2.2 * em:
        page.write(room.left, axis_line(page, box), unnamed, points=page.size.small)
    for place in sorted(labelled):
        row, y = rows[place], heights[place]
        look: dict[str, Any] = {"bold": row.main, "colour": FOCUS if row.main else TEXT}
        page.write(room.left, y, names[place], **look)
        if row.reason:
            start = box.left + 0.6 * em
            why = shorten(row.reason, room.right - side - start, points, row.main)
            # where rows are close, the mark of the next one would be wiped away too
            page.write(start, y, why, clear=pitch >= page.row_gap(), **look)
        elif row.text:
            page.write(room.right, y, row.text, align="right", **look)
    return Rows(page.panel(box, x, (0, box.height)), heights, pitch)


def _share_height(page: Page, rows: int, room: float, parted: bool) -> tuple[float, float]:
    """The height of a row, and of the line that parts them: its words touch no neighbour's."""
    em, least = page.size.text * MM, page.row_gap()
    if not parted:
        return min(room / rows, TALLEST_ROW * em), 0.0
    pitch = min((room - 1.2 * least) / rows, TALLEST_ROW * em)
    if pitch >= 0.8 * least or rows == 1:
        return pitch, 1.2 * least
    pitch = (room - 2 * least) / (rows - 1)
    return pitch, 2 * least - pitch


def axis_line(page: Page, box: Box) -> float:
    """The height of the numbers below a plot."""
    return box.bottom - 0.3 * page.size.text * MM - page.line_height() / 2


def draw_axis(
    page: Page,
    panel: Panel,
    ticks: Sequence[float],
    texts: Sequence[str],
    *,
    strong: float | None = None,
) -> None:
    """Draw level lines with their numbers below; the ``strong`` one means "no difference"."""
    y = axis_line(page, panel.box)
    for tick, text in zip(ticks, texts, strict=True):
        main = tick == strong
        look: dict[str, Any] = {"color": INK if main else FAINT, "linewidth": 0.9 if main else 0.5}
        panel.axes.axvline(tick, zorder=1, clip_on=False, **look)
        page.write(panel.at_x(tick), y, text, align="center")


def fitting_ticks(
    page: Page,
    width: float,
    limits: tuple[float, float],
    choices: Iterable[tuple[Sequence[float], Sequence[str]]],
) -> tuple[list[float], list[str]]:
    """Return the first choice of ticks whose numbers, ``width`` millimetres of axis, do not touch."""
    low, high = limits
    inside: list[tuple[float, str]] = []
    for ticks, texts in choices:
        inside = [pair for pair in zip(ticks, texts, strict=True) if low <= pair[0] <= high]
        places = [(tick - low) / (high - low) * width for tick, _ in inside]
        halves = [text_width(text, page.size.text) / 2 for _, text in inside]
        air = 0.6 * page.size.text * MM
        apart = (
            places[i + 1] - places[i] > halves[i] + halves[i + 1] + air
            for i in range(len(inside) - 1)
        )
        if inside and all(apart):
            break
    return [tick for tick, _ in inside], [text for _, text in inside]


def draw_interval(
    panel: Panel, low: float, high: float, y: float, *, colour: str, width: float
) -> None:
    """Draw an interval; a limit beyond the plot ends in an arrow head at its edge."""
    start, end = max(low, panel.x[0]), min(high, panel.x[1])
    look: dict[str, Any] = {"color": colour, "linewidth": width, "solid_capstyle": "butt"}
    panel.axes.plot([start, end], [y, y], zorder=3, **look)
    for beyond, edge, marker in ((low < start, start, "<"), (high > end, end, ">")):
        if beyond:
            size: dict[str, Any] = {
                "markersize": 3 * width + 1.5,
                "color": colour,
                "markeredgewidth": 0,
            }
            panel.axes.plot([edge], [y], marker=marker, zorder=3, clip_on=False, **size)


def draw_dot(panel: Panel, x: float, y: float, swatch: Swatch, size: float) -> None:
    """Draw a dot in the look of its state."""
    look: dict[str, Any] = {"color": swatch.edge, "markerfacecolor": swatch.face}
    look |= {"markersize": size, "markeredgewidth": 0.16 * size, "linestyle": "none"}
    panel.axes.plot([x], [y], marker=swatch.marker or "o", zorder=5, clip_on=False, **look)


FILLED = Swatch(FOCUS, edge=FOCUS, marker="D")
HOLLOW = Swatch(PAPER, edge=LINE, marker="o")
BETWEEN = Swatch(PAPER, edge=INK, marker="D")
