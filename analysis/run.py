"""The run as a list of named steps: from the files in the inbox to a folder of results.

read → clean → count → complete → hide small, rates, compare, trend → charts → brief → write
"""

import codecs
import platform
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path

from analysis.brief.document import build_brief
from analysis.brief.files import csv_bytes, write_atomically
from analysis.brief.html import write_html
from analysis.brief.package import write_package
from analysis.brief.pdf import write_pdf
from analysis.brief.slides import write_slides
from analysis.desk import Desk, prepare
from analysis.explore.page import write_explorer
from analysis.figures import draw
from analysis.findings import Findings, find
from analysis.measure.replies import find_chain, find_reply_times
from analysis.outputs import claimed_folder, staged_folder, write_manifest
from analysis.progress import Progress
from analysis.reconcile import compare_sources
from analysis.reports import find_reports
from analysis.review.messages import file_name, write_messages
from analysis.review.picture import reading_pages
from analysis.review.questions import find_questions
from analysis.review.workbook import rejects_workbook
from analysis.study import Study
from analysis.words.messages import say

PACKAGES = ("insiden", "duckdb", "geopandas", "matplotlib", "numpy", "pandas", "scipy", "typst")


def write_brief(
    study: Study,
    out: Path,
    *,
    progress: Progress,
    paper: str = "a4",
    also: Collection[str] = (),
) -> tuple[Desk, Findings]:
    """Run a study from its inbox to ``out``: PDF, HTML, figures, data package, working tables.

    Everything is written beside ``out`` and put in place at the end; a run that fails anywhere
    leaves the old results as they were. Until then no second run may work on ``out``. ``paper``
    is "a4" or "f4"; ``also`` may name "slides" (briefing.pptx) and "excel" (the tables as an
    Indonesian Excel opens them).
    """
    with claimed_folder(out, tell=progress.tell):
        return _write_brief(study, out, progress, paper, also)


def _write_brief(
    study: Study, out: Path, progress: Progress, paper: str, also: Collection[str]
) -> tuple[Desk, Findings]:
    desk = prepare(study, progress)
    with progress.step("find") as done:
        findings = find(desk)
        done(hidden=findings.hidden_cells)
    with progress.step("charts") as done:
        charts = draw(findings)
        pictures = draw(findings, inside=True)
        done(figures=len(charts))
    with staged_folder(out) as stage:
        with progress.step("brief") as done:
            document = build_brief(findings, pictures, lang=study.language)
            done(pages=write_pdf(document, stage / "briefing.pdf", paper=paper))
            write_html(document, stage / "briefing.html")
            if "slides" in also:
                wide = draw(findings, size="slide-16x9")
                write_slides(findings, document, wide, stage / "briefing.pptx")
            if not findings.explored.empty:  # a short study has nothing to choose from
                write_explorer(findings, stage / "explorer.html")
        with progress.step("write") as done:
            for chart in charts.values():
                chart.save(stage / "figures")
            write_package(findings, document, stage / "package", excel="excel" in also)
            write_internal(desk, stage / "internal")
            figures = [
                {"file": f"figures/{chart.name}.png", "record": chart.record}
                for chart in charts.values()
            ]
            write_manifest(stage, manifest(desk) | {"figures": figures})
            done(files=sum(path.is_file() for path in stage.rglob("*")))
    return desk, findings


def manifest(desk: Desk) -> dict:
    """What went into a run and how it balances; the outputs are added when it is written."""
    study = desk.study
    return {
        "program": {name: version(name) for name in PACKAGES}
        | {"python": platform.python_version()},
        "study": study.path.name,
        "language": study.language,
        "simulated": study.simulated,
        "hide_below": study.hide_below,
        "months": [f"{desk.months[0]:%Y-%m}", f"{desk.months[-1]:%Y-%m}"],
        "inputs": desk.intake.files[["file", "sha256", "bytes"]].to_dict("records"),
        "refused": [error.text(study.language) for error in desk.intake.refused],
        # rows and cells only: sums of reports stand in internal/balance.csv, they are not protected
        "balance": desk.balance.drop(columns="amount").to_dict("records"),
    }


def write_internal(desk: Desk, folder: Path) -> None:
    """Write the analyst's working tables: unprotected, for inside the office only."""
    folder.mkdir(parents=True)
    said = say("run.internal", desk.study.language)
    write_atomically(folder / "README.txt", f"{said}\n".encode())
    questions = find_questions(desk.cleaned.rejects, desk.study, desk.reference)
    simulated = desk.study.simulated
    book = rejects_workbook(questions, desk.study.language, simulated=simulated)
    write_atomically(folder / "rejects.xlsx", book)
    for file, page in reading_pages(desk.received).items():
        name = file.replace("/", " - ")
        write_atomically(folder / "reading" / f"{name}.html", page.encode("utf-8"))
    for unit, text in write_messages(desk).items():
        # the mark lets an old Notepad read it as UTF-8
        write_atomically(folder / "pesan" / file_name(unit), codecs.BOM_UTF8 + text.encode())
    tables = {
        "decisions": desk.received.decisions,
        "counts": desk.counts,
        "monthly": desk.monthly,
        "rejects": desk.cleaned.rejects,
        "left-out": desk.intake.left_out,
        "totals": desk.intake.totals,
        "revisions": desk.cleaned.revisions,
        "sources": compare_sources(desk.cleaned.records, desk.reference.areas),
        "notes": desk.intake.notes,
        "files": desk.intake.files,
        "balance": desk.balance,
    }
    reports = find_reports(desk.cleaned.records, desk.intake.lines)
    if len(reports):
        last = reports[["received", "replied"]].max().max()  # the day the lists were drawn up
        tables["chain"] = find_chain(reports)
        tables["reply-times"] = find_reply_times(reports, until=last)
    for name, table in tables.items():
        table = table.assign(simulated=True) if simulated else table
        # the mark lets Excel read the file as UTF-8
        write_atomically(folder / f"{name}.csv", codecs.BOM_UTF8 + csv_bytes(table))
