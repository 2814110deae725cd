"""What one text means as a heading, as the label of a row, as an amount; each read once.

The texts themselves are read by ``analysis.text``; here stands only what a table adds: "Jml TW I"
is a sum over a quarter, "jan_ct" a month with its unit.
"""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from analysis.text.amounts import amount_from_text
from analysis.text.gazetteer import leading_kind
from analysis.text.headers import header_from_text
from analysis.text.months import period_from_text
from analysis.text.names import words_of
from analysis.text.vocabulary import read_vocabulary

LONGEST = 120  # a longer text is prose, never a heading or a label
LONGEST_PERIOD = 80  # the same for a heading that is or holds a period
PLACE_ROLES = ("place", "name", "code", "reporting_unit")
LEVELS = {"kecamatan": "kec", "kabkota": "kab"}
PERIOD_ROLES = ("period", "year", "date")
NUMBER = re.compile(r"\d+([.,]\d+)?")
NO_COUNT = re.compile(
    r"^\W*(?:target|peringkat|ranking|rank|rasio|ratio|rate|laju|luas|indeks)\b|\bper\s+1(?:00)?[.,]?000\b",
    re.IGNORECASE,
)
ACTUAL = ("realisasi", "capaian")  # beside a target: what was counted
WEEK = re.compile(r"week (\d)(?: of (\S+))?")
DAYS = re.compile(r"(?:\d{4}-)?\d\d-(\d\d)(?:\.\.(?:\d{4}-)?\d\d-(\d\d))?")
JOINTS = re.compile(r"[\s_/()\-:,;.|]+")
DATE_LINE = re.compile(
    r"[^\d,]{3,40},\s*(?:tgl\.?|tanggal)?\s*[\d.…_]*\s*[^\W\d]+\s+(?:19|20)\d\d\W*"
)


class Span(NamedTuple):
    """Months of a year, from first to last; the year is "" where the text names none."""

    year: str
    first: int
    last: int

    @property
    def is_month(self) -> bool:
        return self.first == self.last

    def covers(self, other: "Span") -> bool:
        same_year = not self.year or not other.year or self.year == other.year
        return same_year and self.first <= other.first and other.last <= self.last


class Part(NamedTuple):
    """One week of a month, or some of its days, from first to last."""

    kind: str  # week or day
    first: int
    last: int


class Heading(NamedTuple):
    """The meaning of a heading; every part is empty where the text says nothing of it."""

    role: str = ""  # of the vocabulary: place, period, count, remark …; or total, cumulative
    detail: str = ""  # level of a place, unit of a count
    span: Span | None = None
    rest: str = ""  # words beside a period that are no role: the name of a category
    period: str = ""  # the words that name the period
    part: Part | None = None  # where it names a week or days of a month

    @property
    def is_place(self) -> bool:
        return self.role in PLACE_ROLES

    @property
    def is_personal(self) -> bool:
        return self.role.startswith("PII")

    @property
    def is_label(self) -> bool:
        return bool(self.role) and self.span is None


@lru_cache(maxsize=65_536)
def heading_of(text: str) -> Heading:
    """Read a heading: a role, a period, or both in one text such as "jan_ct".

    >>> heading_of("Kecamatan").role, heading_of("Jml TW I").span
    ('place', Span(year='', first=1, last=3))
    """
    if not text or len(text) > LONGEST or re.fullmatch(r"\W*\d{1,3}\W*", text):
        return Heading()
    if NO_COUNT.search(text):
        return Heading("other_measure")
    if text.casefold() in ACTUAL:
        return Heading("count")
    header = header_from_text(text)
    value = header.value or next((one for one in header.candidates if one[:5] == "count"), "")
    role, _, detail = value.partition(":")
    if role.startswith("PII") and re.search(r"\d{3}", text):
        return Heading()  # a name or a number with its word, as signatures have
    if role == "place" and not detail:
        return Heading(role, _level(text))
    if role and role not in ("count", "cumulative"):
        return Heading(role, detail)
    if len(text) > LONGEST_PERIOD:
        return Heading(role, detail)
    reading = period_from_text(text)
    period = reading.value or ""
    if "cumulative" in (reading.canonical or "") or role == "cumulative":
        return Heading("cumulative", _up_to(text), span_of(period))
    if period.startswith("NOT_PERIOD"):
        return _sum_heading(text, period.partition(":")[2])
    if period.startswith("RELATIVE"):
        return Heading("other_period", "", None, "", text)
    if week := WEEK.fullmatch(period):
        number = int(week.group(1))
        span = span_of(week.group(2) or "")
        return Heading("other_period", "", span, "", text, Part("week", number, number))
    if span := span_of(period):
        return Heading("", "", span, "", text, _days_of(period))
    if role == "count":
        return _total_words(text) or Heading("count", detail)
    if reading.candidates:
        return Heading()
    return _total_words(text) or _compound(text)


def _up_to(text: str) -> str:
    """Tell whether a sum so far reaches to last month or to this one."""
    words = words_of(text)
    if {"lalu", "sebelumnya", "last", "previous"} & set(words):
        return "previous"
    return "current" if "ini" in words or "this" in words else ""


def _days_of(period: str) -> Part | None:
    """The days that a canonical period names: "2024-07-01..2024-07-07"."""
    days = DAYS.fullmatch(period) if period.count("-") > 1 else None
    return Part("day", int(days.group(1)), int(days.group(2) or days.group(1))) if days else None


def _level(text: str) -> str:
    """The level that a heading such as "Kab/Kota" says, in the words of the other headings."""
    kind, _ = leading_kind(words_of(text))
    return LEVELS.get(kind.levels[0], kind.levels[0]) if kind else ""


def _sum_heading(text: str, kind: str) -> Heading:
    """A heading such as Jumlah, Sub Jumlah, Jml TW I, Rata-rata, %."""
    if kind in ("total", "subtotal"):
        return _total_words(text) or Heading(kind)
    return Heading(kind or "other_measure")


def _total_words(text: str) -> Heading | None:
    """Read "Jml Smt I" and "Total 2024": a word for a sum, and the period it is the sum of."""
    words = [word for word in JOINTS.split(text) if word]
    sums = _sum_words()
    rest = [word for word in words if word.casefold() not in sums]
    if len(rest) == len(words):
        return None
    if not rest:
        return Heading("total")
    joined = " ".join(rest)
    if span := span_of(period_from_text(joined).value or ""):
        return Heading("total", "", span, "", joined)
    value = header_from_text(joined).value or ""
    if value.startswith("count:") and len(rest) == 1 and not header_from_text(text).value:
        return Heading("total", value.partition(":")[2])  # sum_ct
    return None


def _compound(text: str) -> Heading:
    """Read a month with a unit or a category beside it: "jan_ct", "Judi Jan 2024"."""
    words = [word for word in JOINTS.split(text) if word]
    if not any(_names_period(word) for word in words):
        return _by_last_token(words)
    for length in range(len(words) - 1, 0, -1):
        for period, rest in (
            (words[:length], words[length:]),
            (words[-length:], words[:-length]),
        ):
            if not any(_names_period(word) for word in period):
                continue
            span = span_of(period_from_text(" ".join(period)).value or "")
            if span is None:
                continue
            role, _, detail = (header_from_text(" ".join(rest)).value or "").partition(":")
            if role == "count":
                return Heading("count", detail, span, "", " ".join(period))
            week = WEEK.fullmatch(period_from_text(" ".join(rest)).value or "")
            if week and span.is_month:
                part = Part("week", int(week.group(1)), int(week.group(1)))
                return Heading("other_period", "", span, "", " ".join(period), part)
            if not role and span.is_month:
                return Heading("", "", span, " ".join(rest), " ".join(period))
    return Heading()


@lru_cache(maxsize=65_536)
def _names_period(word: str) -> bool:
    """Tell whether one word names a month or a year; a bare "7" or "S" may be anything."""
    long_enough = re.search(r"[^\W\d]{3}|\d{4}", word)
    return bool(long_enough and span_of(period_from_text(word).value or ""))


def _by_last_token(words: list[str]) -> Heading:
    """Read machine names by their parts: "LookUp_BoroughName", "month_num"."""
    parts = [part for word in words for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", word)]
    named = {part.casefold() for part in parts}
    if len(parts) < 2 or len(parts) > 4:
        return Heading()
    for part in parts:
        role, _, _ = (header_from_text(part).value or "").partition(":")
        if role == "place" and named & {"name", "nama"}:
            return Heading("name")
        if role == "place" and named & {"code", "kode", "id"}:
            return Heading("code")
        if role in PERIOD_ROLES and named & {"num", "number", "no", "angka"}:
            return Heading(role)
    return Heading()


@cache
def _sum_words() -> frozenset[str]:
    rows = read_vocabulary("places")
    return frozenset(row.text for row in rows if row.meaning == "TOTAL") | {"sub"}


def span_of(period: str) -> Span | None:
    """Return the months of a canonical period; a day counts for its month.

    >>> span_of("2024-Q2"), span_of("M08"), span_of("Y2024"), span_of("week 1")
    (Span(year='2024', first=4, last=6), Span(year='', first=8, last=8), Span(year='2024', first=1, last=12), None)
    """
    if part := re.fullmatch(r"(?:(\d{4})-)?([QH])(\d)", period):
        months = {"Q": 3, "H": 6}[part.group(2)]
        end = int(part.group(3)) * months
        return Span(part.group(1) or "", end - months + 1, end)
    if part := re.fullmatch(r"Y(\d{4})", period):
        return Span(part.group(1), 1, 12)
    first, _, last = period.partition("..")
    month = re.compile(r"(?:M|(\d{4})-)(\d\d)(?:-\d\d)?")
    begins, ends = month.fullmatch(first), month.fullmatch(last or first)
    if not begins or not ends or begins.group(1) != ends.group(1):
        return None
    return Span(begins.group(1) or "", int(begins.group(2)), int(ends.group(2)))


@lru_cache(maxsize=65_536)
def number_of(text: str) -> float | None:
    """Return the number that an amount says; None for a gap, a doubt or words.

    A 99 that may stand for "not known" is a number here: sums tell whether it is one.
    """
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    value = amount_from_text(text).value or ""
    if value == "ZERO_REPORTED":
        return 0.0
    return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else None


@lru_cache(maxsize=65_536)
def is_amount(text: str) -> bool:
    """Tell whether a text may stand where a count stands: a number, NIHIL, a dash, "…"."""
    if number_of(text) is not None:
        return True
    reading = amount_from_text(text)
    value = reading.value or ""
    return value.startswith(("NOT_", "SUPPRESSED", "PENDING")) or (
        bool(reading.candidates) and any(one.startswith("ZERO") for one in reading.candidates)
    )


@lru_cache(maxsize=65_536)
def row_kind(text: str) -> str:
    """Say what a row is that bears this label: total, subtotal, mean, note, signature … or "".

    >>> row_kind("Jumlah"), row_kind("Sumber: Diskominfo"), row_kind("Sumber"), row_kind("Labuan")
    ('total', 'note', '', '')
    """
    if text.isdigit():
        return ""
    words = words_of(text)
    if len(words) > 3 and all(len(word) == 1 for word in words):
        words = ("".join(words),)  # J U M L A H
    if not words:
        return "note" if re.match(r"\W*\*", text) else ""
    marked = tuple(re.findall(r"[^\W_]+|:", text.casefold()))
    for length in (4, 3, 2, 1):
        for start in {marked[:length], words[:length]}:
            kind = _row_words().get(start, "filler")
            if kind != "filler":
                return kind
    if re.match(r"\*+\)?\s*\w|[\dxr]{1,2}\)\s+\w", text.strip()) and len(words) > 2:
        return "note"
    if DATE_LINE.fullmatch(text.strip()):
        return "signature"
    return "total" if words[0] in _sum_words() else ""


@cache
def filler_words() -> frozenset[str]:
    """The words of titles that name no category."""
    words = {text[0] for text, kind in _row_words().items() if kind == "filler"}
    return frozenset(words) | _sum_words()


@cache
def _row_words() -> dict[tuple[str, ...], str]:
    path = Path(__file__).with_name("rows.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {tuple(re.findall(r"[^\W_]+|:", row["text"])): row["meaning"] for row in rows}
