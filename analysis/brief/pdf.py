"""The briefing as PDF: exactly two pages, tagged for screen readers, the same bytes every time."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import typst

from analysis.brief.files import write_atomically
from analysis.brief.tree import Brief, Note, Picture, Section, Table
from analysis.words.messages import InsidenError, say

PAPERS = {"a4": (210, 297), "f4": (215, 330)}  # mm
PAGES = 2
REGIONS = {"id": "ID"}  # of a language; English is nobody's own here
TEMPLATE = Path(__file__).with_name("brief.typ")
FONTS = Path(__file__).parents[1] / "charts" / "fonts"


def write_pdf(brief: Brief, path: Path, *, paper: str = "a4") -> int:
    """Write the briefing as a PDF/UA-1 file on A4 or F4; return its pages, always two."""
    if paper not in PAPERS:
        raise InsidenError("brief.wrong_paper", paper=paper, choices=", ".join(PAPERS))
    content = {"width": PAPERS[paper][0], "height": PAPERS[paper][1]} | plain(brief)
    try:
        pdf = typst.compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
            ),
            sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=_timestamp(brief),
        )
    except typst.TypstError as error:
        if "too_long" in error.message:
            raise InsidenError("brief.too_long", paper=paper.upper()) from None
        missing = re.search(r'text `"(.+)"` could not be displayed', error.message)
        if missing:
            raise InsidenError("brief.no_glyph", text=missing[1]) from None
        raise InsidenError("brief.not_drawn", file=path, text=error.message) from None
    pages = re.search(rb"/Type/Pages/Count (\d+)", pdf)
    if not pages or int(pages[1]) != PAGES:
        raise InsidenError("brief.too_long", paper=paper.upper())
    write_atomically(path, pdf)
    return PAGES


def plain(brief: Brief) -> dict[str, Any]:
    """Return the briefing as texts only, the form that the template reads."""
    lang = brief.lang
    return {
        "lang": lang,
        "region": REGIONS.get(lang),
        "title": brief.title.text,
        "kicker": brief.kicker.text,
        "headline": brief.headline.text,
        "lead": brief.lead.text,
        "simulated": brief.simulated.text,
        "footer": [line.text for line in brief.footer],
        "page": say("brief.page", lang, page="{page}", pages="{pages}"),
        "memo": {
            part: say(f"brief.memo.{part}", lang)
            for part in ("name", "to", "from", "number", "date")
        },
        "tiles": [
            {
                "label": tile.label.text,
                "value": str(tile.value),
                "notes": [note.text for note in tile.notes],
            }
            for tile in brief.tiles
        ],
        "sections": {part.name: _section(part) for part in brief.sections},
        "limits-heading": say("brief.limits", lang),
        "limits": [_note(note) for note in brief.limits],
        "notes-heading": say("brief.notes", lang),
        "notes": [_note(note) for note in brief.notes],
        "signature": [text.text for text in brief.signature],
    }


def _note(part: Note) -> dict[str, str]:
    return {"label": part.label.text, "text": part.text.text}


def _section(part: Section) -> dict[str, Any]:
    return {
        "heading": part.heading.text,
        "texts": [text.text for text in part.texts],
        "picture": _picture(part.picture) if part.picture else None,
        "table": _table(part.table) if part.table else None,
    }


def _picture(part: Picture) -> dict[str, str]:
    return {
        "caption": part.caption.text,
        "alt": part.alt,
        "svg": part.svg,
        "id": part.figure_id,
        "record": part.record,
    }


def _table(part: Table) -> dict[str, Any]:
    return {
        "caption": part.caption.text,
        "columns": [column.text for column in part.columns],
        "rows": [[str(cell) for cell in row] for row in part.rows],
        "sides": list(part.sides),
        "strong": sorted(part.strong),
        "note": part.note.text,
    }


def _timestamp(brief: Brief) -> int:
    """The end of the last month of data: a clock would change the file with every run."""
    return int((brief.through + pd.offsets.MonthBegin(1)).tz_localize("UTC").timestamp())
