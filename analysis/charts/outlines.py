"""Texts drawn as the outlines of the shipped font, so that every computer sets the same pixels.

Between versions of Matplotlib and FreeType a picture differs only where letters are turned into
dots. A filled outline is not: its curves come from the font file and its place is fixed.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

FONTS = Path(__file__).parent / "fonts"


@cache
def font_file(bold: bool) -> Path:
    return FONTS / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf"


@cache
def _face(bold: bool) -> TTFont:
    return TTFont(font_file(bold), lazy=True)


@cache
def glyphs(bold: bool) -> dict[int, str]:
    """The signs that the font has: code point -> name of its glyph."""
    return dict(_face(bold).getBestCmap())


@cache
def advance(sign: str, bold: bool) -> float:
    """How far a sign moves the pen, in font sizes."""
    face = _face(bold)
    return face["hmtx"][glyphs(bold)[ord(sign)]][0] / face["head"].unitsPerEm


class _Pen(BasePen):
    """Collects the outline of one glyph in the form that Matplotlib draws."""

    def __init__(self, glyph_set: Any) -> None:
        super().__init__(glyph_set)
        self.points: list[tuple[float, float]] = []
        self.codes: list[Any] = []

    def _add(self, code: Any, *points: tuple[float, float]) -> None:
        self.points += points
        self.codes += [code] * len(points)

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802, the names are fontTools'
        self._add(Outline.MOVETO, pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add(Outline.LINETO, pt)

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:  # noqa: N802
        self._add(Outline.CURVE3, pt1, pt2)

    def _closePath(self) -> None:  # noqa: N802
        self._add(Outline.CLOSEPOLY, (0, 0))


@cache
def _glyph(sign: str, bold: bool) -> tuple[np.ndarray, np.ndarray]:
    """Points and codes of one sign, in font sizes from its origin."""
    face = _face(bold)
    shapes = face.getGlyphSet()
    pen = _Pen(shapes)
    shapes[glyphs(bold)[ord(sign)]].draw(pen)
    points = np.array(pen.points, dtype=float).reshape(-1, 2)
    return points / face["head"].unitsPerEm, np.array(pen.codes, dtype=Outline.code_type)


def outline(text: str, bold: bool) -> Outline:
    """Return the outline of one line of text, in font sizes from the start of its baseline."""
    points, codes, pen = [np.empty((0, 2))], [np.empty(0, dtype=Outline.code_type)], 0.0
    for sign in text:
        shape, own = _glyph(sign, bold)
        points.append(shape + np.array([pen, 0.0]))
        codes.append(own)
        pen += advance(sign, bold)
    return Outline(np.concatenate(points), np.concatenate(codes))


class Words(Text):
    """One line of text that a raster picture shows as outlines; other formats keep its letters."""

    def __init__(self, x: float, y: float, text: str, *, points: float, bold: bool, **look: Any):
        # the font by its file, so that no font of the computer can take its place
        face = FontProperties(fname=str(font_file(bold)), size=points)
        super().__init__(x, y, text, fontproperties=face, va="baseline", parse_math=False, **look)
        self.bold = bold
        self.align = str(look.get("ha", "left"))
        self.length = sum(advance(sign, bold) for sign in text)

    def _start(self) -> float:
        """Where the line begins, in font sizes from its anchor."""
        return -self.length * {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]

    def _placing(self) -> Affine2D:
        """From font sizes to dots of the picture."""
        figure = self.get_figure()
        assert figure is not None
        size = float(self.get_fontsize()) * figure.dpi / 72
        x, y = self.get_transform().transform(self.get_position())
        return Affine2D().translate(self._start(), 0).scale(size).translate(x, y)

    def get_window_extent(self, renderer: Any = None, dpi: float | None = None) -> Bbox:
        """The box of the line in dots, at least from the foot of a p to the head of an l."""
        shape = outline(f"lp{self.get_text()}", self.bold).get_extents()
        box = Bbox([[0, shape.y0], [self.length, shape.y1]])
        return box.transformed(self._placing())

    def draw(self, renderer: Any) -> None:
        if not self.get_visible() or not self.get_text():
            return
        if not hasattr(renderer, "buffer_rgba"):
            super().draw(renderer)
            return
        gc = renderer.new_gc()
        gc.set_linewidth(0)
        gc.set_antialiased(True)
        gc.set_snap(False)
        shape = outline(self.get_text(), self.bold)
        renderer.draw_path(gc, shape, self._placing(), to_rgba(self.get_color()))
        gc.restore()
        self.stale = False
