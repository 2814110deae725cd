"""``insiden reproduce``: draw a figure again from its own record, or say what differs."""

import argparse
import json

from analysis.commands.common import DONE, near, open_study
from analysis.record import find_figures, reproduce
from analysis.words.messages import InsidenError, say

DIFFERENT = 1


def run(arguments: argparse.Namespace) -> int:
    """0 identical, 1 different, 2 cannot be drawn."""
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
