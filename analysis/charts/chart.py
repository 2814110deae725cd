"""A drawn figure with everything that must travel with it: words, alt text, record; how it is saved."""

import inspect
import io
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property, wraps
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.charts.outlines import Words
from analysis.charts.recording import (
    LARGEST_RECORD,
    VERSION,
    Call,
    canonical,
    code_digest,
    digest,
    pack,
    pixel_digest,
    plain_table,
    versions,
)
from analysis.words.messages import InsidenError
from analysis.words.numbers import percent

PAPER = "#ffffff"
SVG_SPACE = "urn:insiden:figure"
MARKS_DPI = 72  # enough to tell whether the marks have changed
UNRECORDED = Call("", {}, {})
RECORDED: dict[str, Callable[..., "Chart"]] = {}  # the functions that a record may name

STYLE: dict[Any, Any] = {
    "hatch.linewidth": 0.5,
    "path.simplify": False,
    "svg.fonttype": "path",
    "text.hinting": "none",
}


class Size(NamedTuple):
    """Millimetres of a sheet and points of its type; ``inside`` is its height in a document."""

    width: float
    height: float
    inside: float
    margin: float
    text: float
    headline: float
    small: float
    dpi: int


SIZES = {
    "a4-half": Size(84, 74, 56, 2, text=7, headline=8.5, small=7, dpi=300),
    "a4-full": Size(174, 92, 66, 2.5, text=8.5, headline=11.5, small=7, dpi=300),
    "slide-16x9": Size(254, 142.9, 108, 8, text=13.5, headline=20, small=10, dpi=150),
}


@dataclass(frozen=True)
class Caption:
    """What stands under every chart; texts as they are printed, in the chart's language.

    ``unit`` is what is counted ("laporan"); ``completeness``, ``population`` and ``comparator``
    may be empty where they do not apply. ``per`` and ``confidence`` belong to the rates drawn.
    """

    source: str
    period: str
    data_through: str
    completeness: str
    unit: str
    simulated: bool
    population: str = ""
    comparator: str = ""
    per: int = 100_000
    confidence: float = 0.95

    def level(self, lang: str) -> str:
        """The confidence level in words: 95%."""
        return percent(self.confidence * 100, lang, 0)


@dataclass(frozen=True, repr=False)
class Chart:
    """A drawn figure with everything that must travel with it.

    ``table`` holds exactly the numbers that are drawn, ``alt`` says them to those who cannot see
    the picture, ``call`` draws it again. A chart made with ``inside=True`` has its headline and
    footer only as texts: the document prints them.
    """

    name: str
    figure: Figure
    table: pd.DataFrame
    headline: str
    subtitle: str
    alt: str
    footer: str
    lang: str
    size: Size
    figure_id: str
    call: Call = UNRECORDED

    def __repr__(self) -> str:
        return f"Chart({self.name}: {self.headline})"

    @cached_property
    def words(self) -> list[str]:
        """Every text that stands on the sheet, in the order of drawing."""
        return [text.get_text() for text in self.figure.findobj(Words)]

    @cached_property
    def picture(self) -> Image.Image:
        """The sheet as it is printed, without any record."""
        return self._painted(self.size.dpi)

    @cached_property
    def record(self) -> dict[str, Any]:
        """What the figure is, and the digests by which it is checked; at most 4 KB."""
        record = {
            "record": VERSION,
            "id": self.figure_id,
            "name": self.name,
            "function": self.call.function,
            "lang": self.lang,
            "size": self.call.settings.get("size", ""),
            "inside": bool(self.call.settings.get("inside")),
            "headline": self.headline,
            "alt": self.alt,
            "rows": sum(len(table.rows) for table in self.call.tables.values()),
            "data": self.call.data_digest,
            "settings": self.call.settings_digest,
            "words": digest("\n".join(self.words).encode()),
            "pixels": pixel_digest(self.picture),
            "marks": pixel_digest(self._painted(MARKS_DPI, words=False)),
            "code": code_digest(),
            "versions": versions(),
        }
        assert len(canonical(record).encode()) <= LARGEST_RECORD, self.name
        return record

    @property
    def material(self) -> str:
        """All that draws the figure again, packed as text."""
        return pack(self.call, self.words)

    @property
    def carried(self) -> str:
        """Record and material as one text, for a file that holds several figures."""
        return canonical({"record": self.record, "material": self.material})

    def png(self) -> bytes:
        """The picture as PNG, with its headline, alt text and record inside."""
        facts = PngInfo()
        for name, text in self._facts().items():
            facts.add_itxt(name, text)
        file = io.BytesIO()
        dpi = (self.size.dpi, self.size.dpi)
        self.picture.save(file, "PNG", pnginfo=facts, dpi=dpi)
        return file.getvalue()

    def svg(self) -> str:
        """The picture as SVG; its ids are its own, so several can stand in one page."""
        file = io.BytesIO()
        with house_style(self.figure_id):
            facts = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            self.figure.savefig(file, format="svg", dpi=72, metadata=facts, facecolor=PAPER)
        return _accessible_svg(file.getvalue().decode(), self)

    def save(self, folder: Path, formats: Sequence[str] = ("svg", "png")) -> list[Path]:
        """Write the picture into ``folder`` under its name, and return the paths."""
        unknown = [kind for kind in formats if kind not in ("svg", "png")]
        if unknown:
            raise InsidenError("charts.wrong_format", text=unknown[0], choices="svg, png")
        paths = [Path(folder) / f"{self.name}.{kind}" for kind in formats]
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            for path in paths:
                content = self.svg().encode() if path.suffix == ".svg" else self.png()
                path.write_bytes(content)
        except OSError as error:
            raise InsidenError("charts.not_written", file=folder, text=error.strerror) from None
        return paths

    def _facts(self) -> dict[str, str]:
        """The texts inside a picture file, by name."""
        return {
            "Title": self.headline,
            "Description": self.alt,
            "insiden-record": canonical(self.record),
            "insiden-material": self.material,
        }

    def _painted(self, dpi: int, *, words: bool = True) -> Image.Image:
        """Paint the sheet in dots, with its words or with its marks alone."""
        own = self.figure.dpi
        with house_style(self.figure_id):
            try:
                for text in self.figure.findobj(Words):
                    text.set_visible(words)
                self.figure.set_dpi(dpi)
                canvas = FigureCanvasAgg(self.figure)
                canvas.draw()
                return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
            finally:
                for text in self.figure.findobj(Words):
                    text.set_visible(True)
                self.figure.set_dpi(own)

    def _repr_png_(self) -> bytes:
        return self.png()

    def _repr_html_(self) -> str:
        width = round(self.size.width / 25.4 * 96)
        data = b64encode(self.png()).decode()
        style = f"width:{width}px;max-width:100%;height:auto"
        return f'<img alt="{escape(self.alt)}" style="{style}" src="data:image/png;base64,{data}">'


@contextmanager
def house_style(salt: str = "") -> Iterator[None]:
    """Draw with our settings alone, whatever style the user's session has chosen."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE | {"svg.hashsalt": salt or "insiden"})
        yield


def _accessible_svg(svg: str, chart: Chart) -> str:
    """Give an SVG its title, its description, and ids that no other chart has."""
    mark = f"g{chart.figure_id}-"
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{mark}", svg)
    title = f'<title id="{mark}title">{escape(chart.headline)}</title>'
    text = f'<desc id="{mark}desc">{escape(chart.alt)}</desc>'
    label = f'<svg role="img" lang="{chart.lang}" aria-labelledby="{mark}title {mark}desc" '
    facts = "".join(
        f"<i:{name}>{escape(value, quote=False)}</i:{name}>"
        for name, value in (("record", canonical(chart.record)), ("material", chart.material))
    )
    kept = f'<metadata xmlns:i="{SVG_SPACE}">{facts}</metadata>'
    start, rest = svg.split("<svg ", 1)
    look, rest = rest.split(">", 1)
    return f"{start}{label}{look}>\n {title}\n {text}\n {kept}{rest}"


# --- the call ---------------------------------------------------------------------------------


def recorded(plot: Callable[..., Chart]) -> Callable[..., Chart]:
    """Let a chart remember how it was drawn, from tables brought into one canonical form first.

    What is drawn is then exactly what is recorded: rows in one order, floats without their last digits, and of
    the gazetteer and the names only what the figure shows.
    """
    signature = inspect.signature(plot)

    @wraps(plot)
    def draw(*args: Any, **settings: Any) -> Chart:
        given = signature.bind(*args, **settings)
        given.apply_defaults()
        shapes = {name: value for name, value in given.arguments.items() if _is_shapes(value)}
        call = make_call(plot.__name__, given.arguments)
        return replace(plot(**arguments_of(call), **shapes), call=call)

    RECORDED[plot.__name__] = draw
    return draw


def arguments_of(call: Call) -> dict[str, Any]:
    """The arguments that draw the figure of a call, shapes of boundaries left out."""
    settings = dict(call.settings)
    if "caption" in settings:
        settings["caption"] = Caption(**settings["caption"])
    return {name: table.revived() for name, table in call.tables.items()} | settings


def make_call(function: str, arguments: Mapping[str, Any]) -> Call:
    """Write down a call: its tables as texts, its settings as plain values."""
    tables: dict[str, pd.DataFrame] = {}
    settings: dict[str, Any] = {}
    named: dict[str, Mapping[Any, Any]] = {}
    shapes = ""
    for name, value in arguments.items():
        if _is_shapes(value):
            shapes = digest(b"".join(sorted(shape.wkb for shape in value["geometry"])))
        elif isinstance(value, pd.DataFrame):
            tables[name] = value
        elif isinstance(value, Caption):
            settings[name] = asdict(value)
        elif isinstance(value, Mapping):
            named[name] = value
        else:
            plain = value is None or isinstance(value, (bool, int, float))
            settings[name] = value if plain else str(value)
    shown = _shown(tables, settings)
    for name, texts in named.items():
        settings[name] = {str(key): str(text) for key, text in texts.items() if key in shown}
    for name, table in tables.items():
        if "code" in table:
            columns = [one for one in ("code", "name", "lon", "lat") if one in table]
            tables[name] = table.loc[table["code"].isin(shown), columns]
    plain_tables = {name: plain_table(table) for name, table in tables.items()}
    return Call(function, plain_tables, settings, shapes)


def _is_shapes(value: Any) -> bool:
    return isinstance(value, pd.DataFrame) and "geometry" in value


def _shown(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> set[str]:
    """The areas and categories that stand in the drawn tables, and those that settings name."""
    shown = {value for value in settings.values() if isinstance(value, str)}
    for table in tables.values():
        for column in ("area", "category", "comparator", "focal", "indicator"):
            if column in table:
                shown |= set(table[column].dropna().astype(str))
    return shown
