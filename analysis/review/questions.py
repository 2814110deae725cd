"""The open questions of a run, alike ones asked once, with what may be answered to each."""

import re
from dataclasses import dataclass

import pandas as pd

from analysis.clean import ALONE
from analysis.reference.files import Reference
from analysis.study import Study
from analysis.words.messages import say, words

# What an answer can settle; the rest is settled by the sender or by a correction of its cells.
ANSWERED = ("place", "month", "category", "amount", "silence", "year", "conflict")
FIXED = {
    "amount": ("zero", "not_reported", "not_available"),
    "silence": ("zero", "not_reported"),
    "conflict": ("this", "other"),
    "place": ("OUTSIDE", "NO_PLACE"),
    "category": ("OUT_OF_SCOPE",),
    "month": ("NOT_PERIOD",),
}
MOST_CATEGORIES = 12  # so many are offered without being candidates
MOST_CELLS = 4  # of a question are named one by one


@dataclass(frozen=True)
class Question:
    """One doubtful text in one file, with all its cells and the values that may be meant."""

    kind: str
    file: str
    sheet: str  # of the first cell
    cells: tuple[str, ...]  # addresses on their sheets: "D14", "2023!D14"
    text: str
    reason: str
    choices: tuple[tuple[str, str], ...]  # value, its name in words

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.kind, self.text

    @property
    def likely(self) -> list[tuple[str, str]]:
        """The choices without those that every text of its kind has."""
        always = () if self.kind in ("amount", "silence", "conflict") else FIXED.get(self.kind, ())
        return [choice for choice in self.choices if choice[0] not in always]

    @property
    def is_answered_here(self) -> bool:
        """Whether an answer in the study can settle it."""
        return self.kind in ANSWERED and (self.kind != "conflict" or bool(self.choices))


def find_questions(rejects: pd.DataFrame, study: Study, reference: Reference) -> list[Question]:
    """Group REJECTS by file, subject and text: one answer holds for all cells of a group."""
    questions = []
    rejects = _in_sheet_order(rejects)
    # what several cells make of each other is a question for each: one answer cannot hold for all,
    # but of two files one can be believed throughout
    files = _contradicted(rejects)
    own = rejects["kind"].isin(ALONE) & ~files
    cell = rejects["sheet"] + "!" + rejects["column"] + rejects["row"].astype(str)
    rejects = rejects.assign(
        cell=cell.where(own, ""),
        reason=rejects["reason"].mask(files, _both_sides(rejects, study.language)),
        text=rejects["text"].mask(files, ""),
    )
    groups = rejects.groupby(["file", "kind", "text", "cell"], sort=False)
    for (file, kind, text, one), rows in groups:
        first = rows.iloc[0]
        alone = kind == "conflict" and one  # two sheets of one file: no file is right or wrong
        questions.append(
            Question(
                str(kind), str(file), str(first["sheet"]), _addresses(rows), str(text),
                _plain_reason(str(first["reason"])),
                () if alone else _choices(str(kind), str(first["candidates"]), study, reference),
            )
        )  # fmt: skip
    return questions


def _contradicted(rejects: pd.DataFrame) -> pd.Series:
    """Mark the cells that another file contradicts, not another sheet of their own."""
    return (rejects["kind"] == "conflict") & pd.Series(
        [
            any(not one.startswith(f"{file}, ") for one in str(said).split("; "))
            for file, said in zip(rejects["file"], rejects["candidates"], strict=True)
        ],
        index=rejects.index,
        dtype=bool,
    )


def _both_sides(rejects: pd.DataFrame, lang: str) -> pd.Series:
    """What a cell says, and what the other says of the same."""
    told = [
        say("decide.both_sides", lang, cell=f"{one['column']}{one['row']}",
            text=one["text"], others=one["candidates"])
        for one in rejects.to_dict("records")
    ]  # fmt: skip
    return pd.Series(told, index=rejects.index, dtype=object)


def _in_sheet_order(rejects: pd.DataFrame) -> pd.DataFrame:
    """Order the cells as one reads them: file by file, sheet by sheet, from the top down."""
    places = {name: pd.factorize(rejects[name])[0] for name in ("file", "sheet")}
    letters = rejects["column"].str.rjust(3)
    order = pd.DataFrame(places | {"row": rejects["row"], "column": letters}, index=rejects.index)
    return rejects.loc[order.sort_values(["file", "sheet", "row", "column"], kind="stable").index]


def _plain_reason(reason: str) -> str:
    """A reason without the list of codes at its end: the choices below say them in words."""
    return reason.partition(":")[0] if " | " in reason else reason


def _addresses(rows: pd.DataFrame) -> tuple[str, ...]:
    several = rows["sheet"].nunique() > 1
    return tuple(
        (f"{one['sheet']}!" if several else "") + f"{one['column']}{one['row']}"
        for one in rows.to_dict("records")
        if one["row"]
    )


def text_in_words(question: Question, lang: str) -> str:
    """What stands in the cells of a question; of a conflict, that there are two figures."""
    empty = "decide.two_figures" if question.kind == "conflict" else "decide.empty_text"
    return question.text or say(empty, lang)


def cells_in_words(question: Question, lang: str) -> str:
    """Name the cells of a question, the first ones one by one."""
    shown = ", ".join(question.cells[:MOST_CELLS])
    more = len(question.cells) - MOST_CELLS
    return shown + (say("decide.more_cells", lang, number=more) if more > 0 else "")


def _choices(
    kind: str, candidates: str, study: Study, reference: Reference
) -> tuple[tuple[str, str], ...]:
    """The values a person may choose by number, each with its name."""
    lang = study.language
    wanted = [one for one in candidates.split("; ") if one]
    if kind == "place":
        names = area_names(reference)
        chosen = [(code, names[code]) for code in wanted if code in names]
    elif kind == "category":
        names = dict(
            zip(reference.categories["code"], reference.categories[f"name_{lang}"], strict=True)
        )
        all_codes = list(names) if len(names) <= MOST_CATEGORIES else []
        first = [code for code in wanted if code in names]
        chosen = [(code, names[code]) for code in dict.fromkeys([*first, *all_codes])]
    elif kind == "amount":
        numbers = [one.removeprefix("NUMBER:") for one in wanted]
        chosen = [(number, number) for number in numbers if number.isdecimal()]
        if any(one.startswith("SUPPRESSED") for one in wanted):
            chosen.append(("SUPPRESSED", say("decide.amount_suppressed", lang)))
    elif kind == "month":
        months = [one[:7] for one in wanted if re.match(r"\d{4}-\d\d(?!\d)", one)]
        chosen = [(month, month) for month in dict.fromkeys(months)]
    else:
        chosen = []
    fixed = [(value, say(f"decide.{kind}_{value.lower()}", lang)) for value in FIXED.get(kind, ())]
    return tuple(fixed + chosen if kind == "amount" else chosen + fixed)


def area_names(reference: Reference) -> dict[str, str]:
    """Each area's code with its name and the name of what holds it: "Cibeber, Kota Cilegon"."""
    areas = reference.areas
    name = dict(zip(areas["code"], areas["name"], strict=True))
    return {
        code: f"{name[code]}, {name[parent]}" if parent in name else name[code]
        for code, parent in zip(areas["code"], areas["parent"], strict=True)
    }


def hint(question: Question, lang: str) -> str:
    """Say how a question is settled that no answer settles."""
    key = f"decide.hint_{question.kind}"
    return say(key if key in words(lang) else "decide.hint", lang)
