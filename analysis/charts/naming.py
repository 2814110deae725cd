"""Names beside dots: written where they touch neither one another nor a dot."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from analysis.charts.letters import MM, short_name, text_width
from analysis.charts.page import FOCUS, INK, TEXT, Box, Page

# where a name may stand beside its dot: right, middle or left, and so many font sizes up
PLACES = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]
PLACES += [(side, up * far) for far in (2, 3, 4, 5) for up in (1, -1) for side in (0, 1, -1)]
DOT = 0.6  # in font sizes


class Name(NamedTuple):
    """The name of a dot, which stands at x, y in millimetres."""

    text: str
    x: float
    y: float
    main: bool


def name_dots(
    page: Page, room: Box, names: Sequence[Name], dots: Sequence[tuple[float, float]]
) -> None:
    """Write names beside their dots, the first ones first; one without room is left out.

    ``room`` is where names may stand, ``dots`` are all dots. A name that stands off is joined to
    its dot by a line.
    """
    em = page.size.text * MM
    around = [_around(x, y, em) for x, y in dots]
    taken: list[Box] = []
    for name in names:
        points = page.size.text if name.main else page.size.small
        text = short_name(name.text, 0.4 * room.width, points, page.lang, name.main)
        wide, tall = text_width(text, points, name.main), 1.15 * points * MM
        own = _around(name.x, name.y, em)
        others = [dot for dot in around if dot != own] + taken
        for right, up in PLACES:
            left = {1: DOT * em, -1: -DOT * em - wide, 0: -wide / 2}[right]
            box = Box(name.x + left, name.y - tall / 2 + up * em, wide, tall)
            if not _inside(box, room) or any(_touch(box, other) for other in others):
                continue
            taken.append(box)
            if abs(up) > 1:
                edge = box.bottom if up > 0 else box.top
                ends = [name.x, name.x + right * 0.8 * em]
                page.line(ends, [name.y, edge], color=INK, linewidth=0.4)
            look: dict[str, Any] = {"bold": name.main, "colour": FOCUS if name.main else TEXT}
            page.write(box.left, box.bottom + tall / 2, text, points=points, clear=True, **look)
            break


def _around(x: float, y: float, em: float) -> Box:
    return Box(x - DOT / 2 * em, y - DOT / 2 * em, DOT * em, DOT * em)


def _inside(box: Box, room: Box) -> bool:
    across = room.left <= box.left and box.right <= room.right
    return across and room.bottom <= box.bottom and box.top <= room.top


def _touch(one: Box, other: Box) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.bottom < other.top and other.bottom < one.top
