"""The command ``insiden``: parses and calls. The rooms are imported when a command needs them."""

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from analysis.words.messages import LANGUAGES, InsidenError, say

CANNOT = 2


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
    except BrokenPipeError:  # whoever read our lines, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still flushed
        return CANNOT
    except KeyboardInterrupt:
        print(say("run.interrupted", lang), file=sys.stderr)
    except Exception as error:
        if os.environ.get("INSIDEN_DEBUG"):
            raise
        print(say("run.surprise", lang, text=f"{type(error).__name__}: {error}"), file=sys.stderr)
    return CANNOT


class Parser(argparse.ArgumentParser):
    """A parser that says in both languages what it cannot read, and how to go on."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            CANNOT,
            f"{self.prog}: tidak terbaca / not understood: {message}\n"
            f"Cara pakainya / how to use it: {self.prog} --help\n",
        )


def parser() -> Parser:
    """The commands and their options, in both languages."""
    top = Parser(
        prog="insiden",
        description="Dari rekap bulanan ke briefing yang dapat diperiksa. / "
        "From monthly sheets to a briefing that can be checked.",
        epilog="Status: 0 selesai/done, 1 ada yang perlu diputuskan/needs a decision, "
        "2 tidak dapat berjalan/cannot run.",
    )
    top.add_argument("--version", action="version", version=f"insiden {version('insiden')}")
    common = Parser(add_help=False)
    common.add_argument("--study", type=Path, help="berkas studi / the study file (study.toml)")
    common.add_argument("--lang", choices=LANGUAGES, help="bahasa / language")
    common.add_argument(
        "--json", action="store_true", help="ringkasan JSON di stdout / JSON summary"
    )
    common.add_argument("--quiet", action="store_true", help="tanpa kemajuan / no progress")
    commands = top.add_subparsers(
        required=True, metavar="brief|check|decide|new|boundaries|reproduce|explore|notebooks"
    )

    def command(name: str, words: str, module: str = "", call: str = "run") -> Parser:
        sub = commands.add_parser(name, parents=[common], help=words, description=words)
        sub.set_defaults(call=_later(module or name, call))
        return sub

    brief = command("brief", "inbox → briefing dua halaman / two-page briefing")
    brief.add_argument("--out", type=Path, help="folder hasil / folder of results")
    brief.add_argument("--month", help="bulan terakhir, 2024-07 / last month")
    brief.add_argument("--paper", choices=["a4", "f4"], default="a4", help="kertas / paper")
    brief.add_argument(
        "--excel", action="store_true", help="juga CSV untuk Excel / CSV for Excel too"
    )
    brief.add_argument("--slides", action="store_true", help="juga paparan / slides too (.pptx)")
    check = command("check", "periksa berkas tanpa menulis / check files, write nothing")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--report", type=Path, metavar="FILE.html",
                       help="gambar bacaan tiap lembar / a picture of how each sheet was read")  # fmt: skip
    check.add_argument("--write-recipe", action="store_true",
                       help="usulkan resep untuk study.toml / propose a recipe for study.toml")  # fmt: skip
    check.add_argument("--into-study", action="store_true",
                       help="tambahkan resepnya ke study.toml / append the recipe to study.toml")  # fmt: skip
    for sub in (brief, check):
        sub.add_argument(
            "--izinkan-karantina", "--allow-rejects", dest="allow", action="store_true",
            help="status 0 walau ada yang perlu diputuskan / status 0 even with open questions",
        )  # fmt: skip
    decide = command("decide", "jawab pertanyaan yang terbuka / answer the open questions")
    decide.add_argument("files", nargs="*", type=Path, metavar="FILE")
    decide.add_argument("--from", dest="source", type=Path, metavar="rejects.xlsx",
                        help="ambil jawaban dari berkas ini / take the answers of this workbook")  # fmt: skip
    decide.add_argument("--who", default="", help="siapa yang memutuskan / who decides")
    new = command("new", "studi baru untuk wilayah lain / a study for another region")
    new.add_argument("folder", type=Path, help="folder studi baru / the new study's folder")
    new.add_argument("--areas", type=Path, required=True, help="daftar wilayah CSV / gazetteer CSV")
    new.add_argument("--region", default="",
                     help="kode atau nama wilayah yang dibahas / the region's code or name")  # fmt: skip
    words = "pasang batas resmi / take official boundaries"
    bounds = command("boundaries", words, "new", "take_boundaries")
    bounds.add_argument("file", type=Path, metavar="FILE", help="GeoJSON, GeoPackage, shapefile")
    again = command("reproduce", "buat ulang gambar / draw a figure again")
    again.add_argument(
        "figure",
        metavar="FIGURE",
        help="berkas, folder, atau kode tercetak / file, folder or printed id",
    )
    again.add_argument(
        "--data", type=Path, help="angka pembanding: CSV atau folder / numbers of today"
    )
    again.add_argument(
        "--outputs", type=Path, help="folder hasil tempat kode dicari / where ids are found"
    )
    again.add_argument("--out", type=Path, default=Path("reproduced"),
                       help="folder gambar ulang / where it is drawn")  # fmt: skip
    again.add_argument("--check", action="store_true", help="bandingkan saja / compare only")
    explore = command("explore", "satu halaman untuk dijelajahi / one page to explore")
    explore.add_argument("--out", type=Path, help="berkas HTML / the HTML file")
    explore.add_argument("--month", help="bulan terakhir, 2024-07 / last month")
    books = command("notebooks", "jalankan buku / run the notebooks")
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


def _later(module: str, call: str) -> Callable[[argparse.Namespace], int]:
    """A command whose module is imported when it runs: help stays fast."""
    return lambda arguments: getattr(import_module(f"analysis.commands.{module}"), call)(arguments)


def study_language(arguments: argparse.Namespace, lang: str) -> str:
    """The language for an error: as asked, else the study's, else Indonesian."""
    from analysis.commands.common import open_study

    if arguments.lang:
        return lang
    try:
        return open_study(arguments).language
    except (InsidenError, OSError):
        return lang
