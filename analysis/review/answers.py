"""What an analyst answers: checked against what the study knows, then appended to the study file.

The study file is never written anew: what stands in it, comments included, stays byte for byte,
and the answers follow at its end.
"""

import glob
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from analysis.brief.files import write_atomically
from analysis.reference.files import Reference
from analysis.review.questions import Question
from analysis.study import Recipe, Study, is_called, study_from_text
from analysis.text.amounts import amount_from_text
from analysis.text.categories import CategoryWords, category_from_text
from analysis.text.months import period_from_text
from analysis.text.places import Places, place_from_text
from analysis.words.messages import InsidenError, say

WORDS = {
    "amount": ("zero", "not_reported", "not_available", "SUPPRESSED"),
    "silence": ("zero", "not_reported"),
    "duplicate": ("one", "each"),
    "conflict": ("this", "other"),
    "place": ("OUTSIDE", "NO_PLACE", "TOTAL"),
    "category": ("OUT_OF_SCOPE", "TOTAL", "ALL"),
    "month": ("NOT_PERIOD",),
}
MEANT = {"ZERO_REPORTED": "zero", "NOT_REPORTED": "not_reported", "NOT_AVAILABLE": "not_available"}


@dataclass(frozen=True)
class Rules:
    """What a value may be in this study."""

    study: Study
    reference: Reference
    places: Places
    categories: CategoryWords

    def value(self, kind: str, typed: str) -> str:
        """Return the value that an answer writes, or say why ``typed`` is none.

        A place may be typed as its code or as a name that is clear; a month or a category as the
        sheets write it.
        """
        typed = " ".join(typed.split())
        by_word = {word.casefold(): word for word in WORDS.get(kind, ())}
        found = by_word.get(typed.casefold()) or self._read(kind, typed)
        if not found:
            lang = self.study.language
            wanted = say(f"decide.wanted_{kind}", lang)
            raise InsidenError("decide.wrong_value", text=typed, wanted=wanted)
        return found

    def _read(self, kind: str, typed: str) -> str:
        if kind == "amount":
            value = amount_from_text(typed).value or ""
            return MEANT.get(value, value if value.isdecimal() else "")
        if kind == "silence":
            value = MEANT.get(amount_from_text(typed).value or "", "")
            return value if value in WORDS["silence"] else ""
        if kind == "place":
            if typed in self.places.codes:
                return typed
            value = place_from_text(typed, self.places).value or ""
            return value if value in self.places.codes or value in WORDS["place"] else ""
        if kind == "category":
            return self._category(typed)
        if kind == "month":
            value = period_from_text(typed).value or ""
            return value if re.match(r"\d{4}-|Y\d{4}$", value) else ""
        return typed if re.fullmatch(r"(?:19|20)\d\d", typed) else ""

    def _category(self, typed: str) -> str:
        known = self.reference.categories
        if known.empty:
            return typed
        named = {
            str(name).casefold(): str(code)
            for column in ("name_id", "name_en", "code")
            for name, code in zip(known[column], known["code"], strict=True)
        }
        value = named.get(typed.casefold()) or category_from_text(typed, self.categories).value
        return value if value and value in {*known["code"], *WORDS["category"]} else ""


def check_answers(rules: Rules) -> None:
    """Raise for the first answer of the study whose value nothing would understand."""
    path = rules.study.path
    for answer in rules.study.answers:
        try:
            value = rules.value(answer.kind, answer.value)
        except InsidenError as error:
            reason = error.text(rules.study.language)
            raise InsidenError(
                "study.wrong_answer", file=path.name, text=answer.text, reason=reason
            ) from None
        if value != answer.value and not (answer.kind == "amount" and answer.value.isdecimal()):
            raise InsidenError(
                "study.spelt_answer",
                file=path.name, text=answer.text, value=answer.value, meant=value,
            )  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """One answer to one question, as it is written down."""

    question: Question
    value: str
    why: str
    who: str
    when: str  # the day, 2026-11-03

    def toml(self, study: Study) -> str:
        """Return the lines that are appended to the study file."""
        file = glob.escape(self.question.file)
        facts = {"why": self.why, "who": self.who, "when": self.when}
        if self.question.kind == "year":
            name = recipe_name(self.question.file, study)
            return f"\n[source.{name}]\n{_lines({'files': file, 'year': self.value} | facts)}"
        table = {"kind": self.question.kind, "text": self.question.text, "file": file}
        return f"\n[[answer]]\n{_lines(table | {'value': self.value} | facts)}"


def find_recipe(study: Study, file: str) -> Recipe | None:
    """Return the recipe that the study has for a file."""
    return next((one for one in study.recipes if one.files and is_called(file, one.files)), None)


def recipe_name(file: str, study: Study) -> str:
    """A name for the recipe of a file that the study does not use yet.

    A file that has a recipe already is refused: of two recipes only the first is followed.
    """
    taken = find_recipe(study, file)
    if taken is not None:
        raise InsidenError("decide.has_recipe", file=file, name=taken.name)
    return free_name(Path(file).stem, [one.name for one in study.recipes])


def free_name(text: str, taken: Iterable[str]) -> str:
    """Turn a text into a name for a table of TOML that is not taken yet.

    >>> free_name("Rekap Kab. Lebak 2024", ["rekap-kab-lebak-2024"])
    'rekap-kab-lebak-2024-2'
    """
    name = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].rstrip("-") or "file"
    names = set(taken)
    numbered = (f"{name}-{number}" for number in count(2))
    return name if name not in names else next(one for one in numbered if one not in names)


def _lines(table: dict[str, str]) -> str:
    return "".join(f"{key} = {toml_text(value)}\n" for key, value in table.items())


def toml_text(text: str) -> str:
    """Return a text as a basic string of TOML.

    >>> print(toml_text('kata "nol"'))
    "kata \\"nol\\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def append_decision(study: Study, decision: Decision) -> Study:
    """Append one decision to the study file and return the study as it reads then."""
    return append_text(study, decision.toml(study))


def append_text(study: Study, text: str) -> Study:
    """Append tables in TOML to the study file, whole or not at all.

    The new text is read before it takes the old one's place: a study that would no longer be
    valid stays as it was.
    """
    path = study.path
    try:
        old = path.read_bytes()
    except OSError as error:
        raise InsidenError("study.unreadable", file=path, text=error.strerror) from None
    end = b"\r\n" if b"\r\n" in old else b"\n"
    before = old if not old or old.endswith(b"\n") else old + end
    new = before + text.encode("utf-8").replace(b"\n", end)
    try:
        told = study_from_text(new.decode("utf-8-sig"), path)
    except InsidenError:
        raise InsidenError("decide.not_appended", file=path, text=text) from None
    write_atomically(path, new)
    return replace(study, recipes=told.recipes, answers=told.answers)
