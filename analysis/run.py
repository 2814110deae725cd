"""The run as a list of named steps: from the files in the inbox to a folder of results.

read → clean → count → complete → hide small, rates, compare, trend → charts → brief → write
"""

import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from analysis.brief.document import build_brief
from analysis.brief.html import write_html
from analysis.brief.package import write_package
from analysis.brief.pdf import write_pdf
from analysis.desk import Desk, prepare
from analysis.figures import draw
from analysis.findings import Findings, find
from analysis.outputs import staged_folder, write_manifest
from analysis.progress import Progress
from analysis.study import Study
from analysis.words.messages import say

PACKAGES = ("insiden", "duckdb", "geopandas", "matplotlib", "numpy", "pandas", "scipy", "typst")


def write_brief(
    study: Study, out: Path, *, progress: Progress, paper: str = "a4"
) -> tuple[Desk, Findings]:
    """Run a study from its inbox to ``out``: PDF, HTML, figures, data package, working tables.

    Everything is written beside ``out`` and put in place at the end; a run that fails anywhere
    leaves the old results as they were. ``paper`` is "a4" or "f4".
    """
    desk = prepare(study, progress)
    with progress.step("find") as done:
        findings = find(desk)
        done(hidden=findings.hidden_cells)
    with progress.step("charts") as done:
        charts = draw(findings)
        done(figures=len(charts))
    with staged_folder(out) as stage:
        with progress.step("brief") as done:
            document = build_brief(findings, charts, lang=study.language)
            done(pages=write_pdf(document, stage / "briefing.pdf", paper=paper))
            write_html(document, stage / "briefing.html")
        with progress.step("write") as done:
            for chart in charts.values():
                chart.save(stage / "figures")
            write_package(findings, document, stage / "package")
            write_internal(desk, stage / "internal")
            write_manifest(stage, manifest(desk))
            done(files=sum(path.is_file() for path in stage.rglob("*")))
    return desk, findings


def manifest(desk: Desk) -> dict:
    """What went into a run and how it balances; the outputs are added when it is written."""
    study = desk.study
    return {
        "program": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "study": study.path.name,
        "language": study.language,
        "simulated": study.simulated,
        "hide_below": study.hide_below,
        "months": [f"{desk.months[0]:%Y-%m}", f"{desk.months[-1]:%Y-%m}"],
        "inputs": desk.intake.files[["file", "sha256", "bytes"]].to_dict("records"),
        "refused": [error.text(study.language) for error in desk.intake.refused],
        "balance": desk.balance.to_dict("records"),
    }


def write_internal(desk: Desk, folder: Path) -> None:
    """Write the analyst's working tables: unprotected, for inside the office only."""
    folder.mkdir(parents=True)
    (folder / "README.txt").write_text(
        say("run.internal", desk.study.language) + "\n", encoding="utf-8", newline="\n"
    )
    tables = {
        "counts": desk.counts,
        "monthly": desk.monthly,
        "rejects": desk.cleaned.rejects,
        "left-out": desk.intake.left_out,
        "totals": desk.intake.totals,
        "revisions": desk.cleaned.revisions,
        "notes": desk.intake.notes,
        "files": desk.intake.files,
        "balance": desk.balance,
    }
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table for people: UTF-8 with a mark, so that Excel reads it; text is never a formula."""
    safe = table.copy()
    for column in safe.columns[[is_text(safe[column]) for column in safe]]:
        safe[column] = safe[column].astype(str).str.replace(r"^([=+\-@\t\r])", r"'\1", regex=True)
    safe.to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n", date_format="%Y-%m-%d"
    )


def is_text(column: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(column) or pd.api.types.is_object_dtype(column)
