"""The command ``insiden``: parses, calls, prints. Heavy rooms are imported when a command needs them."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from analysis.words.messages import LANGUAGES, InsidenError, say

if TYPE_CHECKING:
    import pandas as pd

    from analysis.desk import Desk
    from analysis.study import Study

DONE, DECIDE, CANNOT = 0, 1, 2
DIFFERENT = 1  # of a figure that is drawn again
SHOWN = 8  # how many questions the screen shows; all of them stand in rejects.csv


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 done but something needs a decision, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may lack some letters
            stream.reconfigure(errors="replace")
    arguments = parser().parse_args(argv)
    lang = arguments.lang or "id"
    try:
        return arguments.call(arguments)
    except InsidenError as error:
        print(error.text(study_language(arguments, lang)), file=sys.stderr)
    except KeyboardInterrupt:
        print(say("run.interrupted", lang), file=sys.stderr)
    except Exception as error:
        if os.environ.get("INSIDEN_DEBUG"):
            raise
        print(say("run.surprise", lang, text=f"{type(error).__name__}: {error}"), file=sys.stderr)
    return CANNOT


def parser() -> argparse.ArgumentParser:
    """The commands and their options, in both languages."""
    top = argparse.ArgumentParser(
        prog="insiden",
        description="Dari rekap bulanan ke briefing yang dapat diperiksa. / "
        "From monthly sheets to a briefing that can be checked.",
        epilog="Status: 0 selesai/done, 1 ada yang perlu diputuskan/needs a decision, "
        "2 tidak dapat berjalan/cannot run.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--study", type=Path, help="berkas studi / the study file (study.toml)")
    common.add_argument("--lang", choices=LANGUAGES, help="bahasa / language")
    common.add_argument(
        "--json", action="store_true", help="ringkasan JSON di stdout / JSON summary"
    )
    common.add_argument("--quiet", action="store_true", help="tanpa kemajuan / no progress")
    commands = top.add_subparsers(
        required=True, metavar="brief|check|new|boundaries|reproduce|explore|notebooks"
    )

    def command(name: str, call: Callable, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[common], help=words, description=words)
        sub.set_defaults(call=call)
        return sub

    brief = command("brief", run_brief, "inbox → briefing dua halaman / two-page briefing")
    brief.add_argument("--out", type=Path, help="folder hasil / folder of results")
    brief.add_argument("--month", help="bulan terakhir, 2024-07 / last month")
    brief.add_argument("--paper", choices=["a4", "f4"], default="a4", help="kertas / paper")
    brief.add_argument(
        "--excel", action="store_true", help="juga CSV untuk Excel / CSV for Excel too"
    )
    brief.add_argument("--slides", action="store_true", help="juga paparan / slides too (.pptx)")
    brief.add_argument(
        "--izinkan-karantina", "--allow-rejects", dest="allow", action="store_true",
        help="status 0 walau ada yang perlu diputuskan / status 0 even with open questions",
    )  # fmt: skip
    check = command("check", run_check, "periksa berkas tanpa menulis / check files, write nothing")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--izinkan-karantina", "--allow-rejects", dest="allow", action="store_true")
    new = command("new", run_new, "studi baru untuk wilayah lain / a study for another region")
    new.add_argument("folder", type=Path, help="folder studi baru / the new study's folder")
    new.add_argument("--areas", type=Path, required=True, help="daftar wilayah CSV / gazetteer CSV")
    new.add_argument("--region", default="", help="kode wilayah yang dibahas / the region's code")
    bounds = command("boundaries", run_boundaries, "pasang batas resmi / take official boundaries")
    bounds.add_argument("file", type=Path, metavar="FILE", help="GeoJSON, GeoPackage, shapefile")
    again = command("reproduce", run_reproduce, "buat ulang gambar / draw a figure again")
    again.add_argument(
        "figure", metavar="FIGURE", help="berkas atau kode tercetak / file or printed id"
    )
    again.add_argument(
        "--data", type=Path, help="angka pembanding: CSV atau folder / numbers of today"
    )
    again.add_argument(
        "--outputs", type=Path, help="folder hasil tempat kode dicari / where ids are found"
    )
    again.add_argument("--out", type=Path, default=Path("reproduced"), help="folder gambar ulang")
    again.add_argument("--check", action="store_true", help="bandingkan saja / compare only")
    explore = command("explore", run_explore, "satu halaman untuk dijelajahi / one page to explore")
    explore.add_argument("--out", type=Path, help="berkas HTML / the HTML file")
    explore.add_argument("--month", help="bulan terakhir, 2024-07 / last month")
    books = command("notebooks", run_books, "jalankan buku / run the notebooks")
    books.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="default: notebooks/*.ipynb"
    )
    books.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="parameter")
    books.add_argument(
        "--out", type=Path, default=Path("build/notebooks"), help="folder halaman / pages"
    )
    books.add_argument(
        "--clean", action="store_true", help="buang hasil tersimpan / strip saved results"
    )
    return top


# -- commands -----------------------------------------------------------------------------------


def run_brief(arguments: argparse.Namespace) -> int:
    from analysis.progress import Progress
    from analysis.run import write_brief

    study = open_study(arguments)
    out = arguments.out or study.outputs_folder
    progress = Progress(study.language, quiet=arguments.quiet)
    also = [name for name in ("slides", "excel") if getattr(arguments, name)]
    desk, _findings = write_brief(study, out, progress=progress, paper=arguments.paper, also=also)
    path = out / "briefing.pdf"
    status = report(desk.intake, desk.cleaned, desk.balance, study, arguments, out / "internal")
    if arguments.json:
        summary = json_summary(desk, status) | {"briefing": str(path), "seconds": progress.seconds}
        print(json.dumps(summary, ensure_ascii=False, indent=1, default=str))
    else:
        print(say("run.done", study.language, path=near(path)))
    return DONE if arguments.allow else status


def run_check(arguments: argparse.Namespace) -> int:
    from analysis.clean import clean_cells
    from analysis.desk import check_intake, find_balance
    from analysis.read.intake import read_inbox
    from analysis.reference.files import read_reference
    from analysis.text.categories import CategoryWords
    from analysis.text.places import Places

    study = open_study(arguments)
    for file in arguments.files:
        if not file.exists():
            raise InsidenError("run.file_missing", file=file)
    reference = read_reference(study.reference_folder)
    places = Places(
        reference.areas,
        reference.aliases,
        reference.villages,
        reference.lineage,
        lang=study.language,
    )
    words = CategoryWords(reference.category_words, lang=study.language)
    intake = read_inbox(
        arguments.files,
        recipes=study.recipes,
        places=places,
        categories=words,
        root=study.inbox_folder,
    )
    check_intake(intake, study)
    cleaned = clean_cells(intake.cells, study, reference, places, words, intake.lines)
    balance = find_balance(intake, cleaned)
    if arguments.json:
        quiet = argparse.Namespace(json=True, quiet=True)
        status = report(intake, cleaned, balance, study, quiet, None)
        print(
            json.dumps(
                check_summary(intake, cleaned, balance, status),
                ensure_ascii=False,
                indent=1,
                default=str,
            )
        )
        return DONE if arguments.allow else status
    for entry in rows_of(intake.files):
        region = (
            say("run.file_region", study.language, region=entry["region"])
            if entry["region"]
            else ""
        )
        layout = say(f"layout.{entry['layout'] or 'mixed'}", study.language)
        print(
            say("run.file_read", study.language, **(entry | {"region": region, "layout": layout}))
        )
    status = report(intake, cleaned, balance, study, arguments, None)
    return DONE if arguments.allow else status


def run_new(arguments: argparse.Namespace) -> int:
    from analysis.create import create_study

    lang = arguments.lang or "id"
    path = create_study(arguments.folder, arguments.areas, region=arguments.region, lang=lang)
    print(say("new.done", lang, path=path, inbox=path.parent / "inbox"))
    return DONE


def run_boundaries(arguments: argparse.Namespace) -> int:
    from analysis.reference.boundaries import import_boundaries
    from analysis.reference.files import read_reference

    study = open_study(arguments)
    areas = read_reference(study.reference_folder).areas
    out = study.reference_folder / "boundaries.geojson"
    table = import_boundaries(arguments.file, areas, out)
    print(table.to_string(index=False))
    print(say("run.boundaries_done", study.language, path=out))
    return DONE


def run_books(arguments: argparse.Namespace) -> int:
    from analysis.notebooks import clean_notebook, parameter_from, run_notebooks

    lang = study_language(arguments, arguments.lang or "id")
    files = arguments.files or sorted(Path("notebooks").glob("*.ipynb"))
    if not files:
        raise InsidenError("run.file_missing", file="notebooks/*.ipynb")
    if arguments.clean:
        for file in files:
            key = "notebook.cleaned" if clean_notebook(file) else "notebook.clean"
            print(say(key, lang, file=file))
        return DONE
    parameters = dict(parameter_from(text) for text in arguments.set)
    if arguments.study:
        parameters.setdefault("study_file", str(arguments.study.resolve()))
    tell = (lambda text: None) if arguments.quiet else (lambda text: print(text, file=sys.stderr))
    pages = run_notebooks(files, arguments.out, parameters=parameters, lang=lang, tell=tell)
    print(say("notebook.done", lang, number=len(pages), folder=near(arguments.out)))
    return DONE


def run_explore(arguments: argparse.Namespace) -> int:
    from analysis.desk import prepare
    from analysis.explore.page import write_explorer
    from analysis.findings import find
    from analysis.progress import Progress

    study = open_study(arguments)
    out = arguments.out or Path("explorer.html")
    findings = find(prepare(study, Progress(study.language, quiet=arguments.quiet)))
    write_explorer(findings, out)
    print(say("explore.done", study.language, path=near(out)))
    return DONE


def run_reproduce(arguments: argparse.Namespace) -> int:
    """0 identical, 1 different, 2 cannot be drawn."""
    from analysis.record import find_figures, reproduce

    lang = study_language(arguments, arguments.lang or "id")
    try:
        study = open_study(arguments)
    except InsidenError:
        study = None  # a journalist has the figure alone
    outputs = arguments.outputs or (study.outputs_folder if study else None)
    shapes = None
    if study and study.boundaries:
        from analysis.reference.boundaries import read_boundaries

        shapes = read_boundaries(study.folder / study.boundaries)
    verdicts = [
        reproduce(carried, data=arguments.data, boundaries=shapes)
        for carried in find_figures(arguments.figure, outputs)
    ]
    for verdict in verdicts:
        if not arguments.json:
            print("\n".join(verdict.lines(lang)))
        if not arguments.check:
            verdict.save(arguments.out)
    if arguments.json:
        print(json.dumps([one.summary(lang) for one in verdicts], ensure_ascii=False, indent=1))
    elif not arguments.check:
        print(say("record.written", lang, folder=near(arguments.out)))
    return DONE if all(one.identical for one in verdicts) else DIFFERENT


# -- the study ----------------------------------------------------------------------------------


def open_study(arguments: argparse.Namespace) -> "Study":
    """Read the study that the options name, or the nearest one."""
    from dataclasses import replace

    from analysis.study import find_study, in_language, read_study

    study = read_study(arguments.study or find_study())
    if arguments.lang:
        study = in_language(study, arguments.lang)
    month = getattr(arguments, "month", None)
    if month:
        study = replace(study, last_month=check_month(month))
    return study


def check_month(text: str) -> str:
    from analysis.text.months import period_from_text

    value = period_from_text(text).value or ""
    if len(value) != len("2024-07") or value.startswith("Y"):
        raise InsidenError("study.wrong_month", file="--month", key="month", text=text)
    return value


def study_language(arguments: argparse.Namespace, lang: str) -> str:
    """The language for an error: as asked, else the study's, else Indonesian."""
    if arguments.lang:
        return lang
    try:
        return open_study(arguments).language
    except (InsidenError, OSError):
        return lang


# -- what the screen shows ----------------------------------------------------------------------


def report(
    intake: Any, cleaned: Any, balance: "pd.DataFrame", study: "Study",
    arguments: argparse.Namespace, internal: Path | None,
) -> int:  # fmt: skip
    """Print what needs a decision and the balance; return the exit status."""
    from analysis.desk import balance_words

    lang = study.language
    differing = intake.totals[~intake.totals["agrees"].astype(bool)]
    lines = [say("run.refused", lang, text=error.text(lang)) for error in intake.refused]
    lines += total_lines(differing, len(intake.totals), lang)
    if len(cleaned.revisions):
        lines.append(told("run.revised", len(cleaned.revisions), "revisions", lang, internal))
    lines += reject_lines(cleaned.rejects, lang, internal)
    if len(cleaned.rejects):
        lines.append(say("run.how_to_decide", lang, study=near(study.path)))
    lines.append(balance_words(balance, lang))
    if not arguments.json:
        print("\n".join(lines))
    open_questions = len(cleaned.rejects) + len(intake.refused)
    return DECIDE if open_questions else DONE


def total_lines(differing: "pd.DataFrame", number: int, lang: str) -> list[str]:
    if number and differing.empty:
        return [say("run.totals_agree", lang, number=number)]
    if differing.empty:
        return []
    shown = rows_of(differing.head(SHOWN))
    lines = [say("run.totals_differ", lang, number=len(differing))]
    return lines + [say("run.total_differs", lang, cell=cell(row), **row) for row in shown]


def reject_lines(rejects: "pd.DataFrame", lang: str, internal: Path | None) -> list[str]:
    """The questions, those alike together, and how to answer them once."""
    if rejects.empty:
        return []
    lines = [told("run.decisions", len(rejects), "rejects", lang, internal)]
    alike = rejects.groupby(["file", "sheet", "text", "reason", "candidates"], sort=False)
    for number, (_, rows) in enumerate(alike):
        if number == SHOWN:
            lines.append("  …")
            break
        first = rows_of(rows.head(1))[0]
        possible = first.pop("candidates")
        words = say("run.candidates", lang, candidates=possible) if possible else ""
        key = "run.decision" if len(rows) == 1 else "run.decision_many"
        facts = {"cell": cell(first), "number": len(rows), "candidates": words}
        lines.append(say(key, lang, **first | facts))
    return lines


def rows_of(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", table.to_dict("records"))


def told(key: str, number: int, table: str, lang: str, internal: Path | None) -> str:
    """Say a number of cells, and in which table they stand where one was written."""
    if internal is None:
        return say(f"{key}_here", lang, number=number)
    return say(key, lang, number=number, file=near(internal / f"{table}.csv"))


def near(path: Path) -> Path:
    """The path as seen from here, where it lies below."""
    full = path.resolve()
    return full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full


def cell(row: dict) -> str:
    return f"{row['column']}{row['row']}"


def json_summary(desk: "Desk", status: int) -> dict:
    summary = check_summary(desk.intake, desk.cleaned, desk.balance, status)
    return summary | {"incidents": int(desk.counts["incidents"].sum())}


def check_summary(intake: Any, cleaned: Any, balance: "pd.DataFrame", status: int) -> dict:
    differing = intake.totals[~intake.totals["agrees"].astype(bool)]
    return {
        "status": status,
        "files": intake.files.to_dict("records"),
        "refused": [{"key": error.key} | error.facts for error in intake.refused],
        "rejects": cleaned.rejects.to_dict("records"),
        "totals_differ": differing.to_dict("records"),
        "balance": balance.to_dict("records"),
    }
