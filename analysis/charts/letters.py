"""Texts as the shipped font sets them: measured in millimetres, wrapped, cut, moved apart."""

import unicodedata
from collections.abc import Mapping, Sequence

from analysis.charts.outlines import advance, glyphs
from analysis.words.messages import InsidenError, say

MM = 25.4 / 72  # millimetres in a point


def plain(text: object) -> str:
    """Return a text on one line, without control signs: what a name from a file may bring."""
    kept = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in str(text))
    return " ".join("".join(kept).split())


def together(text: str) -> str:
    """Keep the words of a text on one line, where ``wrap`` can."""
    return plain(text).replace(" ", "\u00a0")


def name_of(area: str, names: Mapping[str, str]) -> str:
    """The name of an area, or its code where no name is known."""
    return plain(names.get(area, area)) or area


def text_width(text: str, points: float, bold: bool = False) -> float:
    """Millimetres that a text takes in the shipped font, kerning left out of account."""
    check_glyphs(text, bold)
    return sum(advance(sign, bold) for sign in text) * points * MM


def check_glyphs(text: str, bold: bool) -> None:
    """Refuse a sign that the font does not have, rather than print a box."""
    for sign in text:
        if ord(sign) not in glyphs(bold):
            code = f"U+{ord(sign):04X}"
            raise InsidenError("charts.no_glyph", character=sign, code=code, text=text)


def shorten(text: str, width: float, points: float, bold: bool = False) -> str:
    """Cut a text with "…" where it is wider than ``width`` millimetres."""
    if text_width(text, points, bold) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip() + "…"
        if text_width(cut, points, bold) <= width:
            return cut
    return "…"


def wrap(text: str, width: float, points: float, bold: bool = False) -> list[str]:
    """Break a text into lines of at most ``width`` millimetres; a word too long is cut in two."""
    if any(text_width(part, points, bold) > width for part in text.split(" ")):
        text = plain(text)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        while text_width(word, points, bold) > width:
            ends = (end for end in range(len(word), 1, -1))
            end = next((e for e in ends if text_width(word[:e], points, bold) <= width), 1)
            lines += [line] if line else []
            lines.append(word[:end])
            line, word = "", word[end:]
        longer = f"{line} {word}".strip()
        if text_width(longer, points, bold) > width:
            lines.append(line)
            longer = word
        line = longer
    return lines + ([line] if line else [])


def wrap_evenly(text: str, width: float, points: float, bold: bool = False) -> list[str]:
    """Break a text into as few lines as fit, and those about equally long."""
    lines = wrap(text, width, points, bold)
    while len(lines) > 1:
        width -= points * MM / 2
        narrower = wrap(text, width, points, bold)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def short_name(name: str, width: float, points: float, lang: str, bold: bool = False) -> str:
    """Fit a name into ``width`` millimetres: abbreviate its kind first, then cut it."""
    pairs = (pair.split("=") for pair in say("charts.abbreviations", lang).split())
    for long, short in pairs:
        if text_width(name, points, bold) > width and name.startswith(f"{long} "):
            name = name.replace(long, short, 1)
    return shorten(name, width, points, bold)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart to at least ``gap``, in their order and as little as possible.

    Least squares with the order kept (pool adjacent violators), then inside low and high.

    >>> spread([5.0, 5.2, 9.0], 1.0, 0.0, 10.0)
    [4.6, 5.6, 9.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    pools: list[list[float]] = []  # sum and number of the positions that move together
    for rank, place in enumerate(order):
        pools.append([wanted[place] - rank * gap, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, many = pools.pop()
            pools[-1] = [pools[-1][0] + total, pools[-1][1] + many]
    room = max(low, high - (len(wanted) - 1) * gap)
    means = [min(max(total / many, low), room) for total, many in pools for _ in range(int(many))]
    moved = [0.0] * len(wanted)
    for rank, place in enumerate(order):
        moved[place] = means[rank] + rank * gap
    return moved


def choose_labels(heights: Sequence[float], priority: Sequence[int], gap: float) -> set[int]:
    """Choose which rows are named where not all names fit: by priority, ``gap`` millimetres apart.

    >>> sorted(choose_labels([0.0, 1.0, 2.0, 3.0], [1, 0, 3, 2], 2.0))
    [1, 3]
    """
    chosen: set[int] = set()
    for place in priority:
        if all(abs(heights[place] - heights[other]) >= gap - 1e-9 for other in chosen - {place}):
            chosen.add(place)
    return chosen


def nice_ticks(maximum: float, most: int, *, whole: bool = False) -> list[float]:
    """Round numbers from zero to ``maximum`` or just above, at most ``most`` steps.

    >>> nice_ticks(23, 5, whole=True)
    [0, 5, 10, 15, 20, 25]
    """
    maximum = maximum if maximum > 0 else 1.0
    power = -6
    while True:
        for step in (1, 2, 5):
            size = step * 10**power if power >= 0 else step / 10**-power
            steps = -int(-maximum / size // 1)
            if steps <= most and (size >= 1 or not whole):
                return [round(size * place, 10) for place in range(steps + 1)]
        power += 1
