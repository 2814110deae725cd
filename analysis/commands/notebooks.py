"""``insiden notebooks``: run the notebooks and keep each as a page, or clean them of outputs."""

import argparse
import sys
from pathlib import Path

from analysis.commands.common import DONE, near, open_study
from analysis.notebooks import clean_notebook, parameter_from, run_notebooks
from analysis.words.messages import InsidenError, say


def run(arguments: argparse.Namespace) -> int:
    """Run or clean the named notebooks, else all of them."""
    lang = arguments.lang or _language(arguments)
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


def _language(arguments: argparse.Namespace) -> str:
    try:
        return open_study(arguments).language
    except (InsidenError, OSError):
        return "id"
