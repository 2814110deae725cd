"""``insiden decide``: ask the open questions and write each answer into the study."""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence

from analysis.commands.common import DECIDE, DONE, check_files, near, open_study, print_json
from analysis.desk import Received, receive
from analysis.progress import Progress
from analysis.review.answers import Decision, Rules, append_decision
from analysis.review.dialogue import Dialogue
from analysis.review.questions import Question, find_questions
from analysis.review.workbook import read_answers
from analysis.words.messages import say


def run(arguments: argparse.Namespace) -> int:
    """Ask, or take the answers of a workbook; 0 when nothing is left open."""
    study = open_study(arguments)
    check_files([*arguments.files, *filter(None, [arguments.source])])
    received = receive(study, Progress(study.language, quiet=True), files=arguments.files or None)
    questions = find_questions(received.cleaned.rejects, study, received.reference)
    if not questions:
        _print(arguments, say("decide.none", study.language))
        return DONE
    sitting = Sitting(received)
    if arguments.source:
        status = _from_workbook(arguments, sitting, questions)
    else:
        status = _from_terminal(arguments, sitting, questions)
    if arguments.json:
        print_json({"status": status, "written": sitting.written, "open": len(questions) - len(sitting.written)})  # fmt: skip
    return status


class Sitting:
    """The study as it grows by one decision after the other."""

    def __init__(self, received: Received) -> None:
        self.study = received.study
        self.rules = Rules(received.study, received.reference, received.places, received.words)
        self.today = dt.date.today().isoformat()
        self.written: list[dict[str, str]] = []

    def keep(self, decision: Decision) -> None:
        """Write one decision at once, so that an end at any time keeps it."""
        self.study = append_decision(self.study, decision)
        one = decision.question
        facts = {"file": one.file, "kind": one.kind, "text": one.text}
        self.written.append(facts | {"value": decision.value})


def _from_terminal(
    arguments: argparse.Namespace, sitting: Sitting, questions: Sequence[Question]
) -> int:
    lang, path = sitting.study.language, near(sitting.study.path)
    # with --json the conversation goes to the error stream, the document alone to the output
    stream = sys.stderr if arguments.json else sys.stdout

    def tell(line: str) -> None:
        print(line, file=stream, flush=True)

    def ask(prompt: str) -> str:
        print(prompt, end="", file=stream, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        if not sys.stdin.isatty():  # a terminal shows what is typed, a pipe does not
            tell(line.rstrip("\r\n"))
        return line

    cells = sum(max(1, len(one.cells)) for one in questions)
    tell(say("decide.start", lang, number=len(questions), cells=cells, study=path))
    tell(say("decide.how", lang))
    dialogue = Dialogue(sitting.rules, ask, tell, sitting.today, arguments.who)
    answered = dialogue.run(questions, sitting.keep)
    left = len(questions) - answered
    tell("")
    tell(say("decide.done", lang, answered=answered, study=path, open=left))
    if answered:
        tell(say("decide.next", lang))
    return DECIDE if left else DONE


def _from_workbook(
    arguments: argparse.Namespace, sitting: Sitting, questions: Sequence[Question]
) -> int:
    lang, path = sitting.study.language, near(sitting.study.path)
    filled = read_answers(
        arguments.source, questions, sitting.rules, today=sitting.today, who=arguments.who
    )
    for decision in filled.decisions:
        sitting.keep(decision)
    facts = {"answered": len(filled.decisions), "known": filled.known, "faulty": len(filled.faulty)}
    _print(arguments, say("decide.from_done", lang, file=arguments.source, study=path, **facts))
    for row, reason in filled.faulty:
        line = say("decide.from_line", lang, file=arguments.source.name, row=row, reason=reason)
        _print(arguments, line)
    return DECIDE if len(filled.decisions) < len(questions) else DONE


def _print(arguments: argparse.Namespace, line: str) -> None:
    print(line, file=sys.stderr if arguments.json else sys.stdout)
