"""Make the pictures of README and panduan.md from the shipped simulated data.

    python docs/pictures.py

A figure carries its record; the picture of the first page carries a digest of what it prints.
"""

import io
import json
from pathlib import Path

import typst
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import analysis as ia
from analysis.brief.document import build_brief
from analysis.brief.pdf import FONTS, PAPERS, TEMPLATE, plain
from analysis.brief.tree import Brief
from analysis.charts.chart import Chart
from analysis.charts.recording import canonical, digest
from analysis.figures import draw
from analysis.findings import Findings

DOCS = Path(__file__).parent
STUDY = DOCS.parent / "data" / "study.toml"
FIGURES = ("trend", "comparison", "completeness")
PAGE_DPI = 110
COLOURS = 128  # a page of type and lines needs no more


def draw_figures(findings: Findings) -> dict[str, Chart]:
    """The figures of the guide, half a page wide."""
    charts = draw(findings, size="a4-half")
    return {name: charts[name] for name in FIGURES}


def make_brief(findings: Findings) -> Brief:
    """The briefing whose first page is shown."""
    return build_brief(findings, draw(findings, inside=True), lang=findings.study.language)


def page_digest(brief: Brief) -> str:
    """A digest of every text of a briefing and of the ids of its figures."""
    content = plain(brief)
    for section in content["sections"].values():
        if section["picture"]:
            section["picture"] = {name: section["picture"][name] for name in ("caption", "id")}
    return digest(canonical(content).encode())


def first_page(brief: Brief) -> bytes:
    """The first page as PNG."""
    width, height = PAPERS["a4"]
    content = {"width": width, "height": height} | plain(brief)
    pages = typst.compile(
        TEMPLATE.read_bytes(),
        format="png",
        ppi=PAGE_DPI,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        ),
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
    )
    picture = Image.open(io.BytesIO(pages[0])).convert("RGB").quantize(COLOURS)
    facts, file = PngInfo(), io.BytesIO()
    facts.add_text("insiden-page", page_digest(brief))
    picture.save(file, "PNG", pnginfo=facts, optimize=True)
    return file.getvalue()


def main() -> None:
    """Write every picture beside this file."""
    findings = ia.find(STUDY)
    for chart in draw_figures(findings).values():
        chart.save(DOCS, ["png"])
    (DOCS / "briefing.png").write_bytes(first_page(make_brief(findings)))


if __name__ == "__main__":
    main()
