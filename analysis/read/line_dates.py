"""The dates of a list of reports: which column is which, which one counts, what cannot be."""

import csv
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from analysis.read.columns import Column
from analysis.study import DATE_KINDS, Recipe
from analysis.text.months import period_from_text
from analysis.text.names import words_of

# A column without a kind ("Tanggal") is taken for the date of the list, before an event's.
COUNTING = ("report", "", "event", "publication")
DATE_ROLE_WORDS = {"tanggal", "tgl", "date", "waktu", "hari"}
YEAR = re.compile(r"(?:19|20)\d\d")
MONTH = re.compile(r"\d{4}-\d\d(-\d\d)?")
SEVERAL_DAYS = re.compile(
    r"(?:tgl\.?|tanggal)?\s*(?:\d{1,2}\s*(?:[,&+]|dan|s/d|-)\s*)+(?=\d{1,2}\W+[^\W\d])",
    re.IGNORECASE,
)


class LineMonth(NamedTuple):
    """The month in which a line counts, as words; or the rule that keeps it from counting."""

    month: str
    year: str = ""
    rule: str = ""
    candidates: str = ""
    from_label: bool = False  # the year is the label's, for the date says none


def tell_dates(
    columns: list[Column], stacks: Sequence[Sequence[str]], recipe: Recipe
) -> list[Column]:
    """Tell the columns of dates apart by their headings; one, at most, keeps the role ``date``.

    A date of report counts before any other, unless the recipe says which one (``dated_by``, or
    the role ``date``); verification, referral and reply never count.
    """
    by_recipe = {" ".join(name.casefold().split()) for name, role in recipe.columns.items() if role == "date"}  # fmt: skip
    told, fixed = [], -1
    for column, stack in zip(columns, stacks, strict=True):
        words = set(words_of(" ".join(stack).replace("_", " ")))
        kind = column.role.removesuffix("_date")
        if column.role == f"{kind}_date" and kind in DATE_KINDS:
            column = replace(column, role="date", detail=kind)
        elif column.role == "date" or (
            column.role in ("unknown", "status", "count", "channel") and words & DATE_ROLE_WORDS
            and any(word in _kinds() for word in words)
        ):  # fmt: skip
            column = replace(column, role="date", detail=_kind(words), category="", unit="")
        if column.role == "date" and not by_recipe.isdisjoint(
            {" ".join(text.casefold().split()) for text in [*stack, " ".join(stack)]}
        ):
            fixed = column.place
        told.append(column)
    dates = [one for one in told if one.role == "date" and one.detail in COUNTING]
    order = [recipe.dated_by, *COUNTING] if recipe.dated_by else list(COUNTING)
    first = min(dates, key=lambda one: (order.index(one.detail), one.place), default=None)
    chosen = fixed if fixed >= 0 else first.place if first else -1
    return [
        replace(one, role="other_date") if one.role == "date" and one.place != chosen else one
        for one in told
    ]


def is_choice_open(columns: Sequence[Column], recipe: Recipe) -> bool:
    """Tell whether several dates could count and nobody has said which one does."""
    open_ones = [one for one in columns if one.role in ("date", "other_date")]
    several = sum(one.detail in COUNTING for one in open_ones) > 1
    return several and not recipe.dated_by and "date" not in recipe.columns.values()


def _kind(words: set[str]) -> str:
    """The kind that the words of a heading name; the later stage of a chain decides."""
    named = {_kinds()[word] for word in words if word in _kinds()}
    return next((kind for kind in reversed(DATE_KINDS) if kind in named), "")


@cache
def _kinds() -> dict[str, str]:
    with Path(__file__).with_name("date_words.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["kind"] for row in csv.DictReader(file)}


@lru_cache(maxsize=65_536)
def day_of(text: str) -> str:
    """Return a date as 2024-07-31, or as 2024-07; "" for an empty text and "?" for a doubt.

    >>> day_of("31/07/2024"), day_of("Juli 2024"), day_of(""), day_of("minggu lalu")
    ('2024-07-31', '2024-07', '', '?')
    """
    if not text or text in ("-", "–"):
        return ""
    value = period_from_text(text).value or ""
    return value if MONTH.fullmatch(value) else "?"


@lru_cache(maxsize=65_536)
def line_month(date: str, label: str) -> LineMonth:
    """Read the month of a line from its date, with the label of its period where it has one.

    Several days of one month are that month. A date without a year takes the label's; a date in
    another month than its label is a question. ``label`` may be a year alone, or "".

    >>> line_month("tgl. 01, 18 Januari", "202001")[:2]
    ('202001', '')
    >>> line_month("06/12/2020", "201912")[2:4]
    ('label_differs', '2019-12; 2020-12')
    """
    date = SEVERAL_DAYS.sub("", date)
    day, said = day_of(date), day_of(label)[:7]
    if day not in ("", "?"):
        if said not in ("", "?", day[:7]):
            return LineMonth(date, "", "label_differs", f"{said}; {day[:7]}")
        return LineMonth(date)
    if YEAR.fullmatch(label):
        full = day_of(f"{date} {label}")
        return LineMonth(date if full in ("", "?") else full, label)
    if not date and said not in ("", "?"):
        return LineMonth(label)
    if said in ("", "?"):
        return LineMonth(date, label)
    full = day_of(f"{date} {said[:4]}")
    if full == "?":
        return LineMonth(date)
    if full[:7] != said:
        return LineMonth(date, "", "label_differs", f"{said}; {full[:7]}")
    return LineMonth(label, from_label=True)


def line_months(pairs: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], LineMonth]:
    """Read each distinct pair of date and label.

    Where every date with a year shows that the labels of one year are wrong, that year is not
    taken for the dates without one.
    """
    found = {pair: line_month(*pair) for pair in pairs}
    shown: dict[str, set[bool]] = {}
    for (date, label), month in found.items():
        if day_of(date) not in ("", "?") and label:
            shown.setdefault(day_of(label)[:4], set()).add(month.rule == "")
    wrong = {year for year, right in shown.items() if right == {False}}
    for pair, month in found.items():
        if month.from_label and day_of(pair[1])[:4] in wrong:
            found[pair] = month._replace(rule="label_unproven", candidates=day_of(pair[1])[:7])
    return found


@lru_cache(maxsize=65_536)
def date_rule(report: str, event: str, end: str, counted: str, today: str) -> str:
    """Return the rule that the dates of a line break, or "": all are ISO texts of day or month.

    >>> date_rule("2024-07-01", "2024-07-03", "", "2024-07-01", "2026-01-01")
    'event_after_report'
    """
    for later, earlier, rule in ((report, event, "event_after_report"), (end, event, "end_before_start")):  # fmt: skip
        known = "?" not in (later, earlier) and later and earlier
        size = min(len(later), len(earlier))
        if known and earlier[:size] > later[:size]:
            return rule
    if counted not in ("", "?") and counted > today[: len(counted)]:
        return "future_date"
    return ""


def today() -> str:
    """The day of the run, as 2024-07-31: nothing was reported after it."""
    return dt.date.today().isoformat()
