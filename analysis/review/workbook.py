"""The open questions as a workbook that an analyst fills in, and the answers read back from it."""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from analysis.read.files import read_grids
from analysis.review.answers import Decision, Rules
from analysis.review.questions import Question, cells_in_words, hint
from analysis.words.messages import LANGUAGES, InsidenError, say

COLUMNS = {
    "file": 30, "sheet_name": 14, "cells": 18, "text": 22, "reason": 42, "candidates": 40,
    "answer": 30, "why": 30, "who": 16, "kind": 10,
}  # fmt: skip
FILLED_IN = ("answer", "why", "who")
NEEDED = ("file", "text", "answer", "why", "who", "kind")
CHOICES = "pilihan"  # the sheet that holds the lists to choose from


def rejects_workbook(questions: Sequence[Question], lang: str, *, simulated: bool) -> bytes:
    """Return the workbook: one row a question, with a list to choose from where there is one.

    A text that a spreadsheet would calculate is written as text with its own mark of a text, so
    it reads back as it was. The same questions give the same bytes.
    """
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet(say("rejects.sheet", lang))
        lists = book.add_worksheet(CHOICES)
        lists.hide()
        look = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#BFBFBF"}
        head = book.add_format(look | {"bold": True, "bg_color": "#E7E6E6"})
        told = book.add_format(look | {"num_format": "@", "quote_prefix": True})
        free = book.add_format(look | {"num_format": "@", "bg_color": "#FFF9DB"})
        names = {name: say(f"rejects.{name}", lang) for name in COLUMNS}
        mark = [say("rejects.simulated", lang)] if simulated else []
        sheet.write_string(0, 0, ". ".join([*mark, say("rejects.help", lang, **names)]))
        for column, (name, width) in enumerate(COLUMNS.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, names[name], head)
        for row, question in enumerate(questions, start=2):
            for column, (name, text) in enumerate(_cells(question, lang).items()):
                sheet.write_string(row, column, text, free if name in FILLED_IN else told)
            labels = [label(*choice) for choice in question.choices]
            if labels and question.is_answered_here:
                for place, text in enumerate(labels):
                    lists.write_string(row, place, text)
                last = xlsxwriter.utility.xl_col_to_name(len(labels) - 1)
                source = f"={CHOICES}!$A${row + 1}:${last}${row + 1}"
                # another value may be typed: the list offers, the reading back checks
                sheet.data_validation(
                    row, list(COLUMNS).index("answer"), row, list(COLUMNS).index("answer"),
                    {"validate": "list", "source": source, "show_error": False},
                )  # fmt: skip
        sheet.freeze_panes(2, 0)
        sheet.autofilter(1, 0, max(len(questions), 1) + 1, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return stream.getvalue()


def label(value: str, name: str) -> str:
    """What stands in a list: the value and what it means."""
    return value if name == value else f"{value} = {name}"


def _cells(question: Question, lang: str) -> dict[str, str]:
    candidates = "\n".join(label(*choice) for choice in question.choices)
    known = candidates if question.is_answered_here else hint(question, lang)
    return {
        "file": question.file,
        "sheet_name": question.sheet,
        "cells": cells_in_words(question, lang),
        "text": question.text,
        "reason": question.reason,
        "candidates": known,
        "answer": "",
        "why": "",
        "who": "",
        "kind": question.kind,
    }


class Filled(NamedTuple):
    """What a workbook that was filled in gives."""

    decisions: list[Decision]
    faulty: list[tuple[int, str]]  # row of the workbook, what is wrong with it
    known: int  # answers to questions that are no longer asked


def read_answers(
    path: Path, questions: Sequence[Question], rules: Rules, *, today: str, who: str = ""
) -> Filled:
    """Read the answers from a workbook of questions; rows without an answer stay open.

    ``who`` stands in where the workbook names nobody. A row that cannot be used is named with its
    reason and keeps no other from being used.
    """
    lang = rules.study.language
    texts = read_grids(path)[0].texts
    rows = [[str(text) for text in row] for row in texts.words[texts.codes]]
    at, head = _find_columns(rows, path, lang)
    asked = {question.key: question for question in questions}
    filled = Filled([], [], 0)
    known, said = 0, 0
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        told = {name: _text(row, column) for name, column in at.items()}
        if not told["answer"]:
            continue
        said += 1
        question = asked.get((told["file"], told["kind"], told["text"]))
        if question is None:
            known += 1
            continue
        try:
            filled.decisions.append(_decision(question, told, rules, today=today, who=who))
        except InsidenError as error:
            filled.faulty.append((number, error.text(lang)))
    if not said:
        raise InsidenError("decide.from_nothing", file=path, column=say("rejects.answer", lang))
    return filled._replace(known=known)


def _decision(
    question: Question, told: dict[str, str], rules: Rules, *, today: str, who: str
) -> Decision:
    lang = rules.study.language
    if not question.is_answered_here:
        raise InsidenError(f"decide.hint_{question.kind}")
    labels = {label(*choice): choice[0] for choice in question.choices}
    value = labels.get(told["answer"]) or rules.value(question.kind, told["answer"])
    if not told["why"]:
        raise InsidenError("decide.from_no_why", column=say("rejects.why", lang))
    if not told["who"] and not who:
        raise InsidenError("decide.from_no_who", column=say("rejects.who", lang))
    return Decision(question, value, told["why"], told["who"] or who, today)


def _find_columns(rows: list[list[str]], path: Path, lang: str) -> tuple[dict[str, int], int]:
    """Find the row of headings, in whichever language the workbook was written."""
    for number, row in enumerate(rows[:10]):
        texts = [_text(row, column) for column in range(len(row))]
        for one in LANGUAGES:
            names = {name: say(f"rejects.{name}", one) for name in NEEDED}
            if all(text in texts for text in names.values()):
                return {name: texts.index(text) for name, text in names.items()}, number
    names = {name: say(f"rejects.{name}", lang) for name in NEEDED}
    raise InsidenError("decide.from_columns", file=path, columns=", ".join(names.values()))


def _text(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""
