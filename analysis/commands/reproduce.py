"""``insiden reproduce``: draw a figure again from its own record, or say what differs."""

import argparse
import json

from analysis.commands.common import DONE, near, open_study
from analysis.record import find_figures, reproduce
from analysis.words.messages import InsidenError, say

DIFFERENT = 1


def run(arguments: argparse.Namespace) -> int:
    """0 all identical, 1 one is different, 2 one cannot be drawn."""
    try:
        study = open_study(arguments)
    except InsidenError:
        study = None  # a journalist has the figure alone
    lang = arguments.lang or (study.language if study else "id")
    outputs = arguments.outputs or (study.outputs_folder if study else None)
    shapes = None
    if study and study.boundaries:
        from analysis.reference.boundaries import read_boundaries

        shapes = read_boundaries(study.folder / study.boundaries)
    figures = find_figures(arguments.figure, outputs)
    verdicts = [reproduce(one, data=arguments.data, boundaries=shapes) for one in figures]
    file = ""
    for carried, verdict in zip(figures, verdicts, strict=True):
        if not arguments.json:
            if carried.file != file:
                file = carried.file
                print(f"{file}:")
            print("\n".join(verdict.lines(lang)))
        if not arguments.check:
            verdict.save(arguments.out)
    if arguments.json:
        print(json.dumps([one.summary(lang) for one in verdicts], ensure_ascii=False, indent=1))
    elif not arguments.check:
        print(say("record.written", lang, folder=near(arguments.out)))
    return DONE if all(one.identical for one in verdicts) else DIFFERENT
