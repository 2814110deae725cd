"""What the screen says after reading: refusals, sums, revisions, questions, stale decisions, balance."""

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.balance import balance_words, stale_decisions
from analysis.commands.common import DECIDE, DONE, near, rows_of
from analysis.desk import Received
from analysis.review.questions import Question, cells_in_words, find_questions, text_in_words
from analysis.study import Study
from analysis.words.messages import say

SHOWN = 8  # how many lines of a kind the screen shows; all of them stand in the internal tables


def report_lines(received: Received, internal: Path | None, waiting: list[str]) -> list[str]:
    """Say what needs a decision, and the balance.

    ``internal`` is the folder of the working tables where a run wrote them; ``waiting`` are files
    of the inbox that were not read this time.
    """
    study, intake, cleaned = received.study, received.intake, received.cleaned
    lang = study.language
    lines = [say("run.refused", lang, text=error.text(lang)) for error in intake.refused]
    lines += total_lines(intake.totals, lang)
    lines += revision_lines(cleaned.revisions, lang, internal)
    lines += question_lines(received, internal)
    lines += stale_lines(stale_decisions(received.decisions, waiting), study)
    if internal is not None and (internal / "pesan").is_dir():
        number = len(list((internal / "pesan").iterdir()))
        lines.append(say("run.messages_in", lang, number=number, folder=near(internal / "pesan")))
    if internal is not None:
        lines.append(say("reading.in_folder", lang, folder=near(internal / "reading")))
    settled = int(received.balance["decided"].sum())
    if settled:
        lines.append(say("run.decided", lang, number=settled))
    return [*lines, balance_words(received.balance, lang)]


def status_of(received: Received) -> int:
    """Return 1 while a question is open or a file refused, else 0."""
    return DECIDE if len(received.cleaned.rejects) + len(received.intake.refused) else DONE


def total_lines(totals: pd.DataFrame, lang: str) -> list[str]:
    """Say which printed sums are not the sum of what they cover."""
    differing = totals[~totals["agrees"].astype(bool)]
    if differing.empty:
        return [say("run.totals_agree", lang, number=len(totals))] if len(totals) else []
    lines = [say("run.totals_differ", lang, number=len(differing))]
    lines += [
        say("run.total_differs", lang, cell=f"{row['column']}{row['row']}", **row)
        for row in rows_of(differing.head(SHOWN))
    ]
    return lines + _more(len(differing))


def revision_lines(revisions: pd.DataFrame, lang: str, internal: Path | None) -> list[str]:
    """Show the cells that a newer version of a file changed, both addresses and both values."""
    lines = []
    for (file, kept), rows in revisions.groupby(["file", "kept"], sort=False):
        facts = {"file": file, "kept": kept, "number": len(rows)}
        lines.append(say("run.revised", lang, **facts))
        for row in rows_of(rows.head(SHOWN)):
            facts = {
                "cell": f"{row['sheet']}!{row['column']}{row['row']}",
                "kept": f"{row['kept_sheet']}!{row['kept_column']}{row['kept_row']}",
                "before": row["before"] or say("run.blank", lang),
                "after": row["after"] or say("run.blank", lang),
            }
            lines.append(say("run.revision", lang, **facts))
        lines += _more(len(rows))
    if lines and internal is not None:
        lines.append(say("run.all_in", lang, file=near(internal / "revisions.csv")))
    return lines


def question_lines(received: Received, internal: Path | None) -> list[str]:
    """The open questions, alike ones together, and how to answer them once."""
    rejects, study = received.cleaned.rejects, received.study
    lang = study.language
    questions = find_questions(rejects, study, received.reference)
    if not questions:
        return []
    lines = [say("run.questions", lang, number=len(questions), cells=len(rejects))]
    lines += [question_line(one, lang) for one in questions[:SHOWN]]
    lines += _more(len(questions))
    if any(one.is_answered_here for one in questions):
        lines.append(say("run.how_to_decide", lang, study=near(study.path)))
    if internal is not None:
        lines.append(say("run.rejects_in", lang, file=near(internal / "rejects.xlsx")))
    return lines


def question_line(question: Question, lang: str) -> str:
    """One question in one line: where, what it says, why it is asked, what it may mean."""
    names = [f"{name} ({value})" if name != value else name for value, name in question.likely]
    possible = say("run.candidates", lang, candidates="; ".join(names[:4])) if names else ""
    where = cells_in_words(question, lang)
    return say(
        "run.question", lang,
        file=question.file, sheet=question.sheet, cells=f", {where}" if where else "",
        text=text_in_words(question, lang), reason=question.reason,
        candidates=possible,
    )  # fmt: skip


def stale_lines(stale: pd.DataFrame, study: Study) -> list[str]:
    """Name the decisions that match nothing any more: a changed file, or a misspelt text."""
    if stale.empty:
        return []
    lines = [say("run.stale", study.language, number=len(stale))]
    shown = rows_of(stale.head(SHOWN))
    lines += [say(f"run.stale_{one['kind']}", study.language, **one) for one in shown]
    return lines + _more(len(stale))


def _more(number: int) -> list[str]:
    return ["  …"] if number > SHOWN else []


def summary_of(received: Received, status: int, waiting: list[str]) -> dict[str, Any]:
    """The same for a program: everything that the screen says, and all of it."""
    intake, cleaned = received.intake, received.cleaned
    differing = intake.totals[~intake.totals["agrees"].astype(bool)]
    return {
        "status": status,
        "files": rows_of(intake.files),
        "refused": [{"key": error.key} | error.facts for error in intake.refused],
        "rejects": rows_of(cleaned.rejects),
        "totals_differ": rows_of(differing),
        "revisions": rows_of(cleaned.revisions),
        "decisions": rows_of(received.decisions),
        "stale": rows_of(stale_decisions(received.decisions, waiting)),
        "balance": rows_of(received.balance),
    }
