"""Each distinct text with its meaning or its doubt: the answers of an analyst first, then the readers."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, NamedTuple

import pandas as pd

from analysis.reference.files import Reference
from analysis.reference.police import check_denominator
from analysis.study import Study, is_called
from analysis.text.categories import CategoryWords, category_from_text
from analysis.text.gazetteer import OUTSIDE
from analysis.text.months import period_from_text
from analysis.text.places import Places, place_from_cells, place_from_text
from analysis.text.proposals import propose_places
from analysis.text.reading import Reading
from analysis.text.status import status_from_text
from analysis.words.messages import InsidenError, say

FLAGS = {"provisional": "provisional", "preliminary": "provisional", "revised": "revised"}
# What the head of a column may say that it counts.
COLUMN_UNITS = {
    "reports": {"reports", "cases", "incidents"},
    "cases": {"cases", "reports", "incidents"},
    "crimes": {"crimes", "cases", "incidents"},
}
DASHES = str.maketrans(dict.fromkeys("–—−‒―_", "-"))
REVISION_MARKS = re.compile(
    r"\b(rev(?:isi)?|final|fix|perbaikan|terbaru|update|salinan|copy|v)\b ?(\d{1,2}\b)?"
)


class Outcome(NamedTuple):
    """What one distinct text comes to: read, counted, empty, rejected or left_out, and why."""

    outcome: str
    reason: str = ""
    candidates: str = ""
    said: str = ""


def read_texts(
    cells: pd.DataFrame,
    study: Study,
    reference: Reference,
    places: Places,
    words: CategoryWords,
) -> dict[str, pd.DataFrame]:
    """Return one lookup a text column: each distinct text with its meaning or its doubt.

    The amounts, which a column reads as one, are in ``tallies``.
    """

    def table(columns: list[str], read: Callable[..., dict]) -> pd.DataFrame:
        distinct = cells[columns].drop_duplicates()
        rows = [
            dict(zip(columns, texts, strict=True)) | read(*texts)
            for texts in distinct.itertuples(index=False)
        ]
        return pd.DataFrame(rows, columns=None if rows else columns)

    return {
        "places": table(
            ["file", "place", "place_code", "region"],
            lambda *texts: _read_place(*texts, study=study, places=places, reference=reference),
        ),
        "periods": table(
            ["file", "month", "year"], lambda *texts: _read_period(*texts, study=study)
        ),
        "categories": table(
            ["file", "category"],
            lambda *texts: _read_category(*texts, study=study, words=words, reference=reference),
        ),
        "units": table(["unit"], lambda unit: _read_unit(unit, study)),
        "files": table(["file"], lambda file: _read_file(file, study)),
    }


def marks_of(reading: Reading, kind: str) -> list[str]:
    """The marks of one kind beside a value: FLAG:provisional, UNIT:kasus, several joined by ";"."""
    return [mark.removeprefix(kind) for mark in reading.flag.split(";") if mark.startswith(kind)]


def find_answer(study: Study, kind: str, text: str, file: str) -> str | None:
    """Return what an analyst decided about this text in this file, or None."""
    place = place_of_answer(study, kind, text, file)
    return None if place is None else study.answers[place].value


def place_of_answer(study: Study, kind: str, text: str, file: str) -> int | None:
    """Return which answer of the study holds for this text in this file: the first that fits."""
    for place, answer in enumerate(study.answers):
        same = answer.kind == kind and is_called(file, answer.file)
        if same and _folded(answer.text) == _folded(text):
            return place
    return None


def _folded(text: str) -> str:
    """Fold case, blanks and the kinds of dash, so that one answer covers them."""
    folded = " ".join(text.translate(DASHES).casefold().split())
    return "-" if folded and not folded.strip("- ") else folded


# -- places ------------------------------------------------------------------------------------


def _read_place(
    file: str,
    place: str,
    place_code: str,
    region: str,
    *,
    study: Study,
    places: Places,
    reference: Reference,
) -> dict:
    answer = find_answer(study, "place", place or place_code, file)
    home = ""
    if region:
        home = place_from_text(region, places, level=study.compare_level).value or ""
    parent = home if home in places.codes else ""
    one_level = study.level == study.compare_level
    level = study.level if parent or one_level else ""
    reading = place_from_cells(place, place_code, places, parent=parent, level=level)
    # an answer holds for a whole file; a name that its regency settles needs none
    if answer is not None and not (parent and reading.value in places.codes):
        reading = Reading(answer)
    if reading.value is None and not reading.candidates:
        reading = reading._replace(candidates=propose_places(place, places, parent=parent))
    if home == OUTSIDE and reading.value in places.codes and answer is None:
        reason = say("clean.foreign_sheet", study.language, region=region)
        reading = Reading(None, reason, "", (str(reading.value),))
    area, outcome = _place_outcome(reading, places, said=place or place_code)
    if (reading.value or "").startswith("POLICE"):
        outcome = outcome._replace(reason=_police_reason(place, reading, reference, study))
    # a village summed to its district is the only reading that keeps candidates
    rolled_up = outcome.outcome == "read" and bool(reading.candidates)
    return {"area": area, "rolled_up": rolled_up} | outcome._asdict()


def _place_outcome(reading: Reading, places: Places, *, said: str) -> tuple[str, Outcome]:
    value = reading.value
    if value is None:
        candidates = "; ".join(reading.candidates)
        return "", Outcome("rejected", reading.why or "place_unread", candidates, said)
    if value in places.codes:
        return value, Outcome("read")
    kind = value.split(":")[0]
    left_out = {"TOTAL": "total", "HEADER": "header", "FOOTER": "note"}
    left_out |= {"OUTSIDE": "outside_area", "NO_PLACE": "no_place"}
    if kind in left_out:
        return "", Outcome("left_out", left_out[kind], said=said)
    return "", Outcome("rejected", reading.why or "not_one_area", value.partition(":")[2], said)


def _police_reason(text: str, reading: Reading, reference: Reference, study: Study) -> str:
    """Say which areas a police unit does not cover: its counts and their people do not match."""
    covered = re.findall(r"\d[\d.]*", reading.value or "")
    parent = dict(zip(reference.areas["code"], reference.areas["parent"], strict=True))
    scope = study.scope or parent.get(study.region, "")
    try:
        check_denominator(
            text, covered[0] if len(covered) == 1 else scope, reference.police, reference.areas
        )
    except InsidenError as error:
        return error.text(study.language)
    return reading.why or "not_one_area"


# -- months ------------------------------------------------------------------------------------


def _read_period(file: str, month: str, year: str, *, study: Study) -> dict:
    answer = find_answer(study, "month", month, file)
    if answer is None and not month.strip():
        missing = Outcome("rejected", "month_missing", said=year)
        return {"period": pd.NaT, "flag": ""} | missing._asdict()
    reading = (
        Reading(answer) if answer is not None else period_from_text(month, lang=study.language)
    )
    said = f"{month} {year}".strip()
    found = [FLAGS[mark] for mark in marks_of(reading, "FLAG:") if mark in FLAGS]
    is_partial = "partial" in reading.flag or _is_part_of_month(reading.value or "")
    flag = "partial" if is_partial else "".join(found[:1])
    first, outcome = _period_outcome(reading, year, study, said)
    return {"period": first, "flag": flag} | outcome._asdict()


def _period_outcome(reading: Reading, year: str, study: Study, said: str) -> tuple[Any, Outcome]:
    value = reading.value or ""
    if value.startswith("NOT_PERIOD"):
        return pd.NaT, Outcome("left_out", "subtotal", said=said)
    if "cumulative" in (reading.canonical or ""):
        return pd.NaT, Outcome("left_out", "cumulative", said=said)
    if re.match(r"M\d\d|[QH]\d$", value):
        years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", year))
        if len(years) != 1:  # none, or the two of a school year
            return pd.NaT, Outcome("rejected", "no_year", said=said)
        value = re.sub(r"M|^(?=[QH])", f"{years.pop()}-", value)
    span = _span(value)
    if span is None:
        candidates = "; ".join(reading.candidates)
        unread = "not_one_period" if value else "month_unread"
        return pd.NaT, Outcome("rejected", reading.why or unread, candidates, said)
    first, months = span
    if months != study.months_per_count:
        return pd.NaT, Outcome("rejected", "not_one_period", value, said)
    return first, Outcome("read")


def _is_part_of_month(value: str) -> bool:
    """Days from one to another that are not whole months: 1-7 Juli 2024."""
    days = re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", value)
    if not days:
        return False
    first, last = pd.Timestamp(days.group(1)), pd.Timestamp(days.group(2))
    return not (first.is_month_start and last.is_month_end)


def _span(value: str) -> tuple[pd.Timestamp, int] | None:
    """The first month of a period and how many months it covers; a day counts for its month."""
    first, _, last = value.partition("..")
    month = re.compile(r"(\d{4}-\d\d)(-\d\d)?")
    if quarter := re.fullmatch(r"(\d{4})-([QH])(\d)", value):
        length = {"Q": 3, "H": 6}[quarter.group(2)]
        start = (int(quarter.group(3)) - 1) * length + 1
        return pd.Timestamp(int(quarter.group(1)), start, 1), length
    if year := re.fullmatch(r"Y(\d{4})", value):
        return pd.Timestamp(int(year.group(1)), 1, 1), 12
    begins, ends = month.fullmatch(first), month.fullmatch(last or first)
    if not begins or not ends:
        return None
    opens, closes = pd.Period(begins.group(1), "M"), pd.Period(ends.group(1), "M")
    return opens.to_timestamp(), (closes.year - opens.year) * 12 + closes.month - opens.month + 1


# -- categories --------------------------------------------------------------------------------


def _read_category(
    file: str, category: str, *, study: Study, words: CategoryWords, reference: Reference
) -> dict:
    answer = find_answer(study, "category", category, file)
    if reference.categories.empty and answer is None:
        return {"code": " ".join(category.split())} | Outcome("read")._asdict()
    reading = Reading(answer) if answer is not None else _category(category, words)
    if reading.value in {"", "ALL", *reference.categories["code"]}:
        code = "" if reading.value == "ALL" else reading.value
        return {"code": code} | Outcome("read")._asdict()
    left_out = {"TOTAL": "total", "OUT_OF_SCOPE": "out_of_scope"}
    if reading.value in left_out:
        return {"code": ""} | Outcome("left_out", left_out[reading.value], "", category)._asdict()
    reason = reading.why or "category_unread"
    candidates = "; ".join(reading.candidates)
    return {"code": ""} | Outcome("rejected", reason, candidates, category)._asdict()


def _category(text: str, words: CategoryWords) -> Reading:
    return category_from_text(text, words) if text.strip() else Reading("")


# -- units ----------------------------------------------------------------------------------


def _read_unit(unit: str, study: Study) -> dict:
    """A column that counts victims or accounts is no column of reports."""
    accepted = {"", study.unit} | COLUMN_UNITS.get(study.unit, set())
    if unit in accepted:
        return Outcome("read")._asdict()
    return Outcome("rejected", "other_unit", unit, unit)._asdict()


# -- files -------------------------------------------------------------------------------------


BELIEF = {"this": 1, "other": -1}  # what an analyst said of a file that another contradicts


def _read_file(file: str, study: Study) -> dict:
    stem, rank = revision_of(file)
    adds_rows = any(is_called(file, one.files) and one.adds_rows for one in study.recipes)
    twins = find_answer(study, "duplicate", "", file) or ""
    belief = BELIEF.get(find_answer(study, "conflict", "", file) or "", 0)
    facts = {"stem": stem, "rank": rank, "adds_rows": adds_rows}
    return facts | {"twins": twins, "belief": belief}


def whole_reports(lines: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return LINES as they are counted: by no key where a line is the very part that is counted.

    ``marked`` says which lines the office itself calls duplicates in the column of the status.
    """
    duplicate = [
        text for text in lines["status"].unique() if status_from_text(text).value == "duplicate"
    ]
    return lines.assign(
        key=lines["key"].mask(lines["part"] == study.unit, ""),
        marked=lines["status"].isin(duplicate),
    )


def revision_of(file: str) -> tuple[str, int]:
    """Split a file name into what it is about and how often it was revised.

    >>> revision_of("Rekap Kab Serang rev final 2.xlsx")
    ('rekap kab serang', 4)
    >>> revision_of("Rekap_Kab_Serang.xlsx")
    ('rekap kab serang', 0)
    """
    name = re.sub(r"[\W_]+", " ", str(PurePath(file).with_suffix("")).casefold())
    rank = 0
    for mark in REVISION_MARKS.finditer(name):
        rank += 1 + int(mark.group(2) or 0)
    return " ".join(REVISION_MARKS.sub(" ", name).split()), rank
