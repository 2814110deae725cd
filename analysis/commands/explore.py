"""``insiden explore``: one page to choose area, comparator, category and period."""

import argparse
from pathlib import Path

from analysis.commands.common import DONE, near, open_study
from analysis.desk import prepare
from analysis.explore.page import write_explorer
from analysis.findings import find
from analysis.progress import Progress
from analysis.words.messages import say


def run(arguments: argparse.Namespace) -> int:
    """Write the page of protected numbers."""
    study = open_study(arguments)
    out = arguments.out or Path("explorer.html")
    findings = find(prepare(study, Progress(study.language, quiet=arguments.quiet)))
    write_explorer(findings, out)
    print(say("explore.done", study.language, path=near(out)))
    return DONE
