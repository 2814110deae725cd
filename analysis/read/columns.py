"""What each column of a table holds, from the stack of headings above it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analysis.read.headings import ROMAN, resolve_sequence
from analysis.read.meaning import PLACE_ROLES, Heading, Part, Span, heading_of, span_of
from analysis.read.sheets import Sheet
from analysis.study import DATE_KINDS
from analysis.text.months import period_from_text
from analysis.text.status import status_from_text

# Columns that hold figures but none of the counts that are wanted; the rule names the reason.
ASIDE = {
    "cumulative": "cumulative",
    "share": "share",
    "change": "change",
    "mean": "mean",
    "population": "other_measure",
    "effort": "other_measure",
    "outreach": "other_measure",
    "other_measure": "other_measure",
    "previous": "other_period",
    "other_period": "other_period",
    "part_of_month": "part_of_month",
}
ROLES = {"month": "period", "amount": "count", "incidents": "count", "place_name": "place"}
LEVELS = ("province", "kab", "kec", "village")  # from the largest down
RECIPE_ROLES = (
    "place", "place_code", "place_code:bps", "place_code:kemendagri", "region", "month", "period",
    "year", "date", "category", "unit", "amount", "count", "row_number", "ignore", "status",
    "channel", "key", "private", "address", *(f"{kind}_date" for kind in DATE_KINDS),
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a table: its role, and what its headings say of period, category and unit."""

    place: int  # position in the sheet, from 0
    role: str = "unknown"  # place, period, …, count, total, cumulative, remark, unknown
    detail: str = ""  # level of a place
    span: Span | None = None
    month: str = ""  # the words that name the period
    year: str = ""
    category: str = ""
    unit: str = ""
    area: str = ""  # the place, where places stand across
    conflict: bool = False  # two headings name different years
    covers: tuple[int, ...] = field(default=())  # positions of the columns a total sums up
    part: Part | None = None  # a week or days of the month, beside the others
    since: int | None = None  # position of the column "up to" an earlier month that it adds to

    @property
    def is_figure(self) -> bool:
        return self.role in ("count", "total", "unknown") or self.role in ASIDE


def stack_headings(sheet: Sheet, rows: Sequence[int]) -> list[list[str]]:
    """Return the headings above each column, top to bottom, each said once.

    A merged heading reaches as far as it is merged; another one reaches over the empty cells to
    its right as long as something stands under them.
    """
    filled = sheet.filled[list(rows)].copy()
    merged = sheet.merged[list(rows)]
    for upper in range(len(filled) - 1):
        below = np.asarray((filled[upper + 1 :] > 0).any(axis=0))
        source = 0
        for column in range(filled.shape[1]):
            if filled[upper, column]:
                reaches = below[column] and not merged[upper, column]
                source = int(filled[upper, column]) if reaches else 0
            elif below[column] and source:
                filled[upper, column] = source
            else:
                source = 0
    return [
        list(dict.fromkeys(str(sheet.texts.words[code]) for code in filled[:, column] if code))
        for column in range(filled.shape[1])
    ]


def read_columns(stacks: Sequence[Sequence[str]]) -> list[Column]:
    """Give every column its role from its headings alone."""
    resolved, parts = _resolved(stacks)
    columns = []
    for place, stack in enumerate(stacks):
        if place in parts:
            column = _read_stack(place, stack[:-1], sequence=False)
            columns.append(replace(column, role="count", detail="", part=parts[place]))
            continue
        texts = [*stack[:-1], resolved[place]] if place in resolved else list(stack)
        columns.append(_read_stack(place, texts, sequence=place in resolved))
    return columns


RUNS = {
    "roman": re.compile(r"[IVX]{1,4}\.?"),
    "letter": re.compile(r"[A-Z]"),
    "number": re.compile(r"\d{1,2}"),
    "serial": re.compile(r"\d{5}"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
}
NO_MONTHS = re.compile(r"\b(?:tri|catur)wulan|semester|kuartal|\btw\b", re.IGNORECASE)
WEEKS = re.compile(r"\b(?:minggu|pekan|week)\b", re.IGNORECASE)
DAYS = re.compile(r"\b(?:tanggal|tgl|hari|dates?|days?)\b", re.IGNORECASE)
RELATIVE = re.compile(r"(?:s\W*d\W*)?(?:lalu|ini)", re.IGNORECASE)  # under "Bulan"
MOST_WEEKS = 6


def _resolved(stacks: Sequence[Sequence[str]]) -> tuple[dict[int, str], dict[int, Part]]:
    """Read the runs of headings that only their neighbours explain: months, weeks and days."""
    runs: dict[tuple[str, str], dict[int, str]] = {}
    for place, stack in enumerate(stacks):
        kind = next(
            (name for name, form in RUNS.items() if stack and form.fullmatch(stack[-1])), ""
        )
        if kind:
            runs.setdefault((kind, " ".join(stack[:-1])), {})[place] = stack[-1]
    resolved: dict[int, str] = {}
    parts: dict[int, Part] = {}
    for (kind, above), texts in runs.items():
        if NO_MONTHS.search(above):
            continue
        if kind_of_part := _kind_of_part(kind, above, list(texts.values())):
            numbers = {place: number for number, place in enumerate(texts, 1)}
            parts |= {place: Part(kind_of_part, one, one) for place, one in numbers.items()}
            continue
        heading = heading_of(above)
        year = heading.span is not None and heading.span.last - heading.span.first == 11
        resolved |= resolve_sequence(texts, months_said=heading.role == "period" or year)
    return resolved, parts


def _kind_of_part(kind: str, above: str, texts: Sequence[str]) -> str:
    """Tell whether a run from 1 on numbers the weeks or the days of a month."""
    values = [text.strip(". ") for text in texts]
    roman = kind == "roman" and values == list(ROMAN[: len(values)])
    plain = kind == "number" and values == [str(one + 1) for one in range(len(values))]
    if len(values) < 2 or not (roman or plain):
        return ""
    span = heading_of(above).span
    in_month = span is not None and span.is_month
    if WEEKS.search(above) or (in_month and 3 < len(values) <= MOST_WEEKS):
        return "week"
    if plain and (DAYS.search(above) or len(values) > 12 or in_month):
        return "day"
    return ""


def _read_stack(place: int, texts: Sequence[str], *, sequence: bool) -> Column:
    """Join what the headings of one column say."""
    headings = [heading_of(text) for text in texts]
    if sequence:
        span = span_of(period_from_text(texts[-1]).value or "")
        headings[-1] = Heading("", "", span or Span("", 0, 0), "", texts[-1])
    elif len(texts) > 1 and not headings[-1].span:
        joined = f"{texts[-2]} {texts[-1]}"  # "Triwulan" above "I"
        if RELATIVE.fullmatch(texts[-1]) and heading_of(joined).role:
            headings[-2:] = [Heading("period"), heading_of(joined)]
        elif re.fullmatch(r"[IVX]{1,4}|\d{1,2}", texts[-1]):
            span = span_of(period_from_text(joined).value or "")
            if span:
                headings[-2:] = [Heading("period"), Heading("", "", span, "", joined)]
    part = next((one.part for one in headings if one.part), None)
    if part:
        headings = [
            one._replace(role="") if one.part and one.role == "other_period" else one
            for one in headings
        ]
    spans = [heading for heading in headings if heading.span]
    years = {heading.span.year for heading in spans if heading.span and heading.span.year}
    narrow = min(spans, key=_width, default=Heading())
    span = narrow.span
    if span and len(years) == 1:
        span = span._replace(year=next(iter(years)))
    unread = [
        heading.rest or ("" if heading != Heading() or RELATIVE.search(text) else text)
        for heading, text in zip(headings, texts, strict=True)
    ]
    roles = [heading for heading in headings if heading.role]
    role = _role(roles, span, narrow)
    category = " ".join(text for text in unread if text)
    if role == "count" and span is not None and is_state(category):
        role = "other_measure"
    return Column(
        place,
        "count" if part and role in ("unknown", "period") else role,
        next((one.detail for one in reversed(roles) if one.detail and one.role != "count"), ""),
        span,
        narrow.period,
        next(iter(years), "") if narrow.span and not narrow.span.year else "",
        category,
        next((one.detail for one in reversed(roles) if one.role in ("count", "total")), ""),
        conflict=len(years) > 1,
        part=part,
    )


def is_state(heading: str) -> bool:
    """Tell a heading that says what became of reports: Selesai, Proses, Diblokir."""
    reading = status_from_text(heading)
    return bool(reading.value or reading.candidates)


def _width(heading: Heading) -> int:
    assert heading.span
    return heading.span.last - heading.span.first


def _role(roles: Sequence[Heading], span: Span | None, narrow: Heading) -> str:
    """The last heading decides; a sum, a remark or a share stays one under any period."""
    names = [heading.role for heading in roles]
    for strong in ("cumulative", "total", "remark", *ASIDE):
        if strong in names:
            return strong
    if span is not None:
        return "count"
    if not names:
        return "unknown"
    last = names[-1]
    return {"current": "count"}.get(last, last)


def apply_recipe(
    columns: list[Column],
    stacks: Sequence[Sequence[str]],
    roles: dict[str, str],
    counts: Sequence[str],
) -> tuple[list[Column], list[str]]:
    """Set the columns that a recipe names; also return the names that no column bears.

    ``roles`` is heading -> role; ``counts`` are headings of count columns, each a category of its
    own. With ``counts``, no other column is counted.
    """
    wanted = {_folded(name): ROLES.get(role, role) for name, role in roles.items()}
    counted = {_folded(name): name for name in counts}
    found, changed = set(), []
    for column, stack in zip(columns, stacks, strict=True):
        names = {_folded(text) for text in [*stack, " ".join(stack)]}
        count = next((counted[name] for name in names if name in counted), None)
        role = next((wanted[name] for name in names if name in wanted), None)
        found |= names
        if count is not None:
            column = replace(column, role="count", category=count, span=None, month="", year="")
        elif role is not None:
            role, _, said = role.partition(":")  # "place_code:bps" names the system of codes
            column = replace(column, role=role, detail=said or column.detail, category="")
        elif counts and column.is_figure:
            column = replace(column, role="ignore")
        changed.append(column)
    missing = [name for name in [*roles, *counts] if _folded(name) not in found]
    given = {role.partition(":")[0] for role in wanted.values()}
    given |= {"name", "reporting_unit"} if "place" in given else set()
    given |= {"code"} if "place_code" in given else set()
    named = {_folded(name) for name in roles}
    settled = [
        replace(one, role="ignore")
        if one.role in given and one.role != "count" and not _bears(stack, named)
        else one
        for one, stack in zip(changed, stacks, strict=True)
    ]
    return settled, missing


def _bears(stack: Sequence[str], names: set[str]) -> bool:
    return not names.isdisjoint({_folded(text) for text in [*stack, " ".join(stack)]})


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


class Seen(NamedTuple):
    """What the cells under the headings hold, by position of the column."""

    distinct: dict[int, int]  # the number of distinct texts
    words: set[int]  # columns that hold words
    areas: set[int]  # columns of which most texts name an area of the gazetteer
    categories: set[int]  # columns of which most texts are a known category
    periods: set[int]  # columns of which most texts name a month or a year


def settle_labels(columns: list[Column], seen: Seen) -> list[Column]:
    """Choose the one column each of places, their codes, the regency above, and categories.

    Of two columns of places the finer one has more distinct texts.
    """
    distinct = seen.distinct
    # a corner may name what stands across: "Bulan" over the places
    columns = [
        replace(one, role="place", detail="")
        if one.role == "period" and one.place in seen.areas - seen.periods
        else one
        for one in columns
    ]
    if not any(one.role in ("period", "date") for one in columns):
        free = ("place", "name", "unknown", "remark", "category")
        columns = [
            replace(one, role="period", category="", detail="")
            if one.role in free and one.place in seen.periods
            else one
            for one in columns
        ]
    if sum(column.role in ("place", "name") for column in columns) != 1 or not any(
        column.role == "place" for column in columns
    ):
        columns = _choose_place(columns, seen)
    columns = _choose_category(columns, seen)
    if not any(column.role == "place_code" for column in columns):
        columns = _keep_finest(columns, "code", "place_code", distinct)
    return _keep_finest(columns, "category", "category", distinct)


def _keep_finest(
    columns: list[Column], role: str, kept: str, distinct: dict[int, int]
) -> list[Column]:
    """Of several columns of one role keep the one that tells most apart."""
    several = [one for one in columns if one.role == role]
    if not several:
        return columns
    plain = [one for one in several if one.detail != "modus"] or several
    finest = max(
        plain, key=lambda one: (distinct.get(one.place, 0), "kemendagri" in one.detail, one.place)
    )
    roles = {one.place: kept if one is finest else f"other_{role}" for one in several}
    return [replace(one, role=roles.get(one.place, one.role)) for one in columns]


def _choose_category(columns: list[Column], seen: Seen) -> list[Column]:
    """A column of words that no heading explains ("Uraian") holds the categories: by its texts, or
    because nothing else tells the rows of one place apart."""
    told = [one for one in columns if one.role in ("place", "place_code", "period", "date", "name")]
    if any(one.role == "category" for one in columns):
        return columns
    figures = [one.place for one in columns if one.role == "count" or one.span]
    wordy = [
        one
        for one in columns
        if one.role in ("unknown", "remark") and one.place in seen.words
        and one.place < min(figures, default=len(columns))
    ]  # fmt: skip
    chosen = [one for one in wordy if one.place in seen.categories]
    if not chosen and not told:
        chosen = wordy
    if len(chosen) != 1:
        return columns
    return [replace(one, role="category", category="") if one in chosen else one for one in columns]


def _choose_place(columns: list[Column], seen: Seen) -> list[Column]:
    distinct = seen.distinct
    named = [one for one in columns if one.role in ("place", "name")]
    named = named or [one for one in columns if one.role == "reporting_unit"]
    coded = any(one.role in ("code", "place_code") for one in columns)
    if not named and not coded:
        others = [
            one for one in columns if one.role in ("unknown", "unit") and one.place in seen.words
        ]
        free = ("unknown", "unit", "remark", "category")
        areas = [one for one in columns if one.role in free and one.place in seen.areas]
        others = areas or [one for one in others if one.place not in seen.categories]
        named = others if len(others) == 1 else []
    if not named:
        return columns
    ranked = all(one.detail in LEVELS for one in named)  # the headings say which one is finer

    def fineness(one: Column) -> tuple[int, int, int]:
        rank = LEVELS.index(one.detail) if ranked else 0
        return rank, distinct.get(one.place, 0), one.place

    finest = max(named, key=fineness)
    above = [
        one
        for one in named
        if one is not finest and not one.detail.startswith("prov") and one.role != "reporting_unit"
    ]
    region = max(above, key=fineness, default=None)
    has_region = any(one.role == "region" for one in columns)
    changed = []
    for one in columns:
        if one is finest:
            one = replace(one, role="place")
        elif one is region and not has_region:
            one = replace(one, role="region")
        elif one.role in PLACE_ROLES and one.role != "code":
            one = replace(one, role="other_place")
        changed.append(one)
    return changed


def find_abreast(columns: Sequence[Column], stacks: Sequence[Sequence[str]]) -> list[range]:
    """Return the columns of each table where several with the same headings stand side by side."""
    places: dict[tuple[str, ...], list[int]] = {}
    for column, stack in zip(columns, stacks, strict=True):
        if column.role in ("place", "name") and stack:
            places.setdefault(tuple(_folded(text) for text in stack), []).append(column.place)
    starts = next((found for found in places.values() if len(found) > 1), [])
    if not starts:
        return [range(len(columns))]
    starts = [place - (place > 0 and columns[place - 1].role == "row_number") for place in starts]
    return [range(a, b) for a, b in pairwise([0, *starts[1:], len(columns)])]


def set_places_across(columns: list[Column], is_area: Callable[[str], bool]) -> list[Column]:
    """Where the headings of all counts name places, they are the places."""
    counts = [one for one in columns if one.role == "count"]
    keyed = any(one.role in ("place", "place_code") for one in columns)
    if keyed or len(counts) < 2 or not all(is_area(one.category) for one in counts):
        return columns
    return [
        replace(one, area=one.category, category="") if one in counts else one for one in columns
    ]
