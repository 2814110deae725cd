"""The briefing as slides: each chart as a picture that carries its record, and one chart to edit.

Needs the extra ``slides`` (python-pptx). Its own habits are put right: the name of a stranger, the
year 2013 and the time of writing would otherwise stand in every file.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.brief.files import write_atomically
from analysis.brief.tree import Brief
from analysis.charts.chart import Chart
from analysis.charts.page import ended
from analysis.findings import Findings
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import month_name

WIDTH, HEIGHT = 254.0, 142.9  # mm, 16:9
MARGIN = 8.0
FONT = "Arial"  # on every office computer; the pictures carry our own
FOCUS, INK, GREY = "12436D", "1A1A1A", "4A4A4A"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say


def write_slides(findings: Findings, brief: Brief, charts: Mapping[str, Chart], path: Path) -> Path:
    """Write the slides: headline, one slide a chart, one native chart of the months, notes.

    ``charts`` are those of the size ``slide-16x9``. A month that is hidden or not reported is
    empty in the native chart, and its data sheet says why.
    """
    try:
        from pptx import Presentation
        from pptx.util import Mm
    except ImportError:
        raise InsidenError("slides.not_installed") from None
    deck = Presentation()
    deck.slide_width, deck.slide_height = Mm(WIDTH), Mm(HEIGHT)
    _opening(deck, brief)
    for chart in charts.values():
        _picture(deck, chart)
    _native(deck, findings, brief)
    _notes(deck, brief)
    _properties(deck, brief)
    file = io.BytesIO()
    deck.save(file)
    return write_atomically(path, _without_clock(file.getvalue(), _day(brief)))


def _slide(deck: Any, title: str) -> Any:
    """An empty slide with its title, which a screen reader announces."""
    from pptx.util import Mm

    slide = deck.slides.add_slide(deck.slide_layouts[5])  # title only
    box = slide.shapes.title
    box.left, box.top, box.width, box.height = Mm(MARGIN), Mm(4), Mm(WIDTH - 2 * MARGIN), Mm(16)
    _write(box, [(title, 20, True, FOCUS)])
    return slide


def _write(shape: Any, lines: list[tuple[str, float, bool, str]]) -> None:
    """Write paragraphs: text, points, bold, colour."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for place, (text, points, bold, colour) in enumerate(lines):
        part = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        part.alignment = PP_ALIGN.LEFT
        part.space_after = Pt(points * 0.4)
        run = part.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.name = Pt(points), bold, FONT
        run.font.color.rgb = RGBColor.from_string(colour)


def _box(slide: Any, top: float, lines: list[tuple[str, float, bool, str]]) -> None:
    from pptx.util import Mm

    size = (Mm(MARGIN), Mm(top), Mm(WIDTH - 2 * MARGIN), Mm(HEIGHT - top - 4))
    _write(slide.shapes.add_textbox(*size), lines)


def _opening(deck: Any, brief: Brief) -> None:
    slide = _slide(deck, brief.title.text)
    said = [brief.simulated.text] if brief.simulated.text else []
    lines = [(text, 14.0, True, INK) for text in said]
    lines += [(brief.headline.text, 28.0, True, FOCUS), (brief.lead.text, 16.0, False, INK)]
    _box(slide, 24, lines)


def _picture(deck: Any, chart: Chart) -> None:
    """The chart over the whole slide; its headline is the slide's title for those who listen."""
    from pptx.util import Mm

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = Mm(0), Mm(-12), Mm(WIDTH), Mm(10)
    _write(title, [(chart.headline, 12, True, FOCUS)])
    picture = slide.shapes.add_picture(io.BytesIO(chart.png()), 0, 0, width=Mm(WIDTH))
    _describe(picture, chart.name, chart.alt)


def _native(deck: Any, findings: Findings, brief: Brief) -> None:
    """The region's months as a chart of the presentation itself, to be restyled or copied."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Mm, Pt

    lang = brief.lang
    rows = findings.monthly[findings.monthly["area"] == findings.focal].sort_values("month")
    months = rows.set_index("month")["incidents"].asfreq("MS")
    data = CategoryChartData(number_format="0")
    data.categories = [month_name(month, lang, "short") for month in months.index]
    unit = say(f"unit.{findings.study.unit}", lang)
    data.add_series(unit, [None if pd.isna(value) else int(value) for value in months])
    heading = say("slides.native", lang, area=findings.names[findings.focal], unit=unit)
    slide = _slide(deck, heading)
    box = (Mm(MARGIN), Mm(22), Mm(WIDTH - 2 * MARGIN), Mm(HEIGHT - 46))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE, *box, data)
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.name = Pt(10), FONT
    chart.value_axis.minimum_scale = 0
    _describe(frame, "trend", say("slides.native_alt", lang, heading=heading))
    hidden = int(rows["why"].isin(["suppressed", "complementary"]).sum())
    lines = [say("slides.native_note", lang, hidden=hidden), *(line.text for line in brief.footer)]
    if brief.simulated.text:
        lines.insert(0, brief.simulated.text)
    _box(slide, HEIGHT - 22, [(" ".join(ended(line) for line in lines), 10.0, False, GREY)])


def _notes(deck: Any, brief: Brief) -> None:
    slide = _slide(deck, say("brief.limits", brief.lang))
    parts = [*brief.limits, *brief.notes]
    lines = [(f"{part.label.text} {part.text.text}".strip(), 9.5, False, INK) for part in parts]
    _box(slide, 20, lines)


def _describe(shape: Any, name: str, alt: str) -> None:
    """Give a shape its name and its alt text."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", name)
    properties.set("descr", alt)


def _properties(deck: Any, brief: Brief) -> None:
    """Say what the deck is, and nothing of who or when."""
    told = deck.core_properties
    told.title, told.subject, told.language = brief.title.text, brief.headline.text, brief.lang
    told.author = told.last_modified_by = told.keywords = told.comments = ""
    told.created = told.modified = _day(brief)
    told.revision = 1


def _day(brief: Brief) -> dt.datetime:
    """The day after the last month of data: a clock would change the file with every run."""
    end = brief.through + pd.offsets.MonthBegin(1)
    return dt.datetime(end.year, end.month, 1)


def _without_clock(content: bytes, day: dt.datetime) -> bytes:
    """Pack a zip again with fixed times, the workbooks of native charts included."""
    stamp = f"{day:%Y-%m-%dT%H:%M:%SZ}".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            member = old.read(name)
            if name.endswith(".xlsx"):
                member = _without_clock(member, day)
            if name == "docProps/core.xml":
                member = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, member)
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, member)
    return packed.getvalue()
