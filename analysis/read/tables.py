"""One table on a sheet: its columns, its rows, and what titles and names say of the whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from analysis.read.columns import (
    RECIPE_ROLES,
    ROLES,
    Column,
    Seen,
    apply_recipe,
    find_abreast,
    read_columns,
    set_places_across,
    settle_labels,
    stack_headings,
)
from analysis.read.figures import find_repeated, numbers_of, settle_figures, unknown_figures
from analysis.read.fill import fill_down
from analysis.read.grid import letter_of
from analysis.read.headings import is_numbering_row
from analysis.read.line_dates import tell_dates
from analysis.read.meaning import heading_of, is_amount, row_kind
from analysis.read.rows import Reader, Rows
from analysis.read.sheets import Head, Sheet
from analysis.read.subjects import Context, Subject, find_subject, read_category
from analysis.read.trees import settle_tree
from analysis.study import Recipe
from analysis.text.categories import CategoryWords
from analysis.text.places import Places, place_from_text
from analysis.words.messages import InsidenError

PARTS_OF_REPORTS = {"victims", "suspects", "accounts", "content", "urls"}
MOST_TITLES = 4  # lines between two tables that can be the second one's titles


class Known(NamedTuple):
    """What helps to read: the gazetteer, the words for categories, the recipe of the sheet."""

    places: Places | None = None
    categories: CategoryWords | None = None
    recipe: Recipe | None = None


@dataclass
class Table:
    """A table as it stands on a sheet, with every column and row told."""

    sheet: Sheet
    head: Head
    columns: list[Column]
    rows: Rows
    layout: str
    context: Context
    titles: list[Subject] = field(default_factory=list)  # the ones right above it
    filled: list[Column] = field(default_factory=list)  # whose labels were written once for several

    def place_of(self, role: str) -> int | None:
        return next((one.place for one in self.columns if one.role == role), None)

    @property
    def counts(self) -> list[Column]:
        return [one for one in self.columns if one.role == "count"]


def read_tables(
    sheet: Sheet,
    head: Head,
    end: int,
    titled: Callable[[range | None], tuple[list[Subject], Context]],
    known: Known,
) -> list[Table]:
    """Read the tables under one head, down to row ``end``: one, or several side by side.

    ``titled`` gives the titles over some columns (None: over all) and what they and names say.
    """
    stacks = stack_headings(sheet, head.rows)
    columns = read_columns(stacks)
    recipe = known.recipe or Recipe("*")
    if recipe.columns or recipe.counts:
        _check_roles(recipe)
        columns, missing = apply_recipe(columns, stacks, recipe.columns, recipe.counts)
        if missing:
            raise InsidenError(
                "read.recipe_column", file=sheet.file, sheet=sheet.name, columns=", ".join(missing)
            )
    if not any(one.span for one in columns):
        columns = tell_dates(columns, stacks, recipe)
    blocks = find_abreast(columns, stacks)
    tables = []
    for places in blocks:
        titles, context = titled(places if len(blocks) > 1 else None)
        block = [columns[place] for place in places]
        table = _read_table(sheet, head, end, context, known, block)
        if table is not None:
            table.titles = titles
            tables.append(table)
    return tables


def _read_table(
    sheet: Sheet, head: Head, end: int, context: Context, known: Known, columns: list[Column]
) -> Table | None:
    """Read one table; None where nothing is counted in it."""
    recipe = known.recipe or Recipe("*")
    used = sheet.used_rows
    rows = used[(used > head.last) & (used < end) & ~np.isin(used, head.repeats)]
    columns = settle_labels(columns, _look(sheet, columns, rows, known))
    sheet, filled = fill_down(sheet, columns, rows)
    columns = _common_category(columns, known)
    has_period = any(one.role in ("period", "date") for one in columns) or bool(context.month)
    has_period = has_period or "month" in context.doubts  # told, but told differently
    told = Reader(sheet, columns, rows, known.places).read()
    has_period = has_period or any(subject.periods for _, subject in told.subjects)
    columns = settle_figures(
        sheet,
        columns,
        told.of("data"),
        has_period=has_period,
        is_category=lambda text: bool(read_category(text, known.categories)),
    )
    if known.places is not None:
        columns = set_places_across(columns, partial(_is_area, places=known.places))
    if not any(one.role == "count" for one in columns):
        _check_month_is_said(sheet, head, columns, told, has_period=has_period)
    area = None if known.places is None else partial(may_be_area, places=known.places)
    columns = settle_tree(sheet, columns, told, area)
    if _is_of_part_years(columns, context):
        columns = [replace(one, conflict=True) if one.span else one for one in columns]
        context = context._replace(doubts=(*context.doubts, "month"))
    layout = recipe.layout or _layout(columns)
    table = Table(sheet, head, columns, told, layout, _with_recipe(context, recipe), filled=filled)
    if layout == "line_list":
        return table if _is_list(table) else None
    if not table.counts:
        return None
    _check_columns(table)
    return table


def _check_month_is_said(
    sheet: Sheet, head: Head, columns: Sequence[Column], told: Rows, *, has_period: bool
) -> None:
    """Refuse a table of figures that belong to no month, or to parts of one only."""
    address = {"file": sheet.file, "sheet": sheet.name, "row": head.anchor + 1}
    if any(one.part for one in columns):
        raise InsidenError("read.part_of_month", **address)
    placed = any(one.role in ("place", "place_code") for one in columns)
    dated = any(one.role in ("period", "date") for one in columns)
    if placed and not has_period and not dated:
        figures = unknown_figures(sheet, columns, told.of("data"))
        if any(one.category for one in figures):
            raise InsidenError("read.no_month", **address)


def _is_of_part_years(columns: Sequence[Column], context: Context) -> bool:
    """Tell whether columns named for years hold only the months of each that a title names."""
    spans = [one.span for one in columns if one.role == "count" and one.span]
    whole = bool(spans) and all(span.last - span.first == 11 for span in spans)
    return whole and context.span is not None and context.span.last - context.span.first < 11


def _is_area(text: str, places: Places) -> bool:
    return place_from_text(text, places).value in places.codes


def may_be_area(text: str, places: Places | None) -> bool:
    """Tell whether a text names one area, or one of several."""
    if places is None:
        return True
    reading = place_from_text(text, places)
    return reading.value in places.codes or any(one in places.codes for one in reading.candidates)


def _check_roles(recipe: Recipe) -> None:
    for heading, role in recipe.columns.items():
        if ROLES.get(role, role) not in RECIPE_ROLES:
            choices = ", ".join(RECIPE_ROLES)
            raise InsidenError("read.recipe_role", column=heading, text=role, choices=choices)


def _look(sheet: Sheet, columns: Sequence[Column], rows: np.ndarray, known: Known) -> Seen:
    """Count the distinct texts of each labelling column; tell which hold words, places, categories."""
    seen = Seen({}, set(), set(), set(), set())
    for column in columns:
        if column.span or column.role in ("count", "total"):
            continue
        codes = np.unique(sheet.filled[rows, column.place])
        texts = [str(sheet.texts.words[code]) for code in codes if code]
        seen.distinct[column.place] = len(texts)
        words = [text for text in texts[:200] if not is_amount(text) and not text.isdigit()]
        if len(words) * 2 > len(texts[:200]):
            seen.words.add(column.place)
        named = [text for text in words if not row_kind(text)]
        if known.places is not None and 2 * sum(may_be_area(t, known.places) for t in named) > len(
            named
        ):
            seen.areas.add(column.place)
        months = sum(heading_of(text).span is not None for text in named)
        if column.place in seen.words and 2 * months > len(named):
            seen.periods.add(column.place)
        if 2 * sum(bool(read_category(text, known.categories)) for text in named) > len(named):
            seen.categories.add(column.place)
    return seen


def _common_category(columns: list[Column], known: Known) -> list[Column]:
    """Of one heading over all the months ("Jumlah laporan") keep what may be a category."""
    figures = [one for one in columns if one.role == "count" and one.span]
    names = {one.category for one in figures}
    if len(figures) < 2 or len(names) > 1:
        return columns
    category = find_subject(next(iter(names)), known.places).category
    return [
        replace(one, category=category) if one.category in names and one.is_figure else one
        for one in columns
    ]


def _layout(columns: Sequence[Column]) -> str:
    counts = [one for one in columns if one.role == "count"]
    if any(one.month for one in counts) and not any(one.part for one in counts):
        return "months_across"
    if not counts or _describes_reports(columns, counts):
        return "line_list"
    return "long"


def _describes_reports(columns: Sequence[Column], counts: Sequence[Column]) -> bool:
    """A day and a status in every row, and figures only of what a report holds: one row a report."""
    roles = {one.role for one in columns}
    return {"date", "status"} <= roles and all(one.unit in PARTS_OF_REPORTS for one in counts)


def _is_list(table: Table) -> bool:
    """A list of reports has a day or a month in every line, says where, and counts nothing."""
    placed = table.place_of("place") is not None or table.place_of("place_code") is not None
    if not placed and not table.context.region:
        return False
    if table.place_of("date") is not None:
        return True
    rows = table.rows.of("data")
    others = [one.place for one in table.columns if one.role in ("unknown", "total")]
    numbers = np.isfinite(numbers_of(table.sheet, rows, others)).any(axis=0)
    return table.place_of("period") is not None and not numbers.any()


def _with_recipe(context: Context, recipe: Recipe) -> Context:
    """A recipe's year, region and category go before what titles and names say."""
    said = {name: getattr(recipe, name) for name in ("year", "region", "category")}
    said = {name: text for name, text in said.items() if text}
    doubts = tuple(doubt for doubt in context.doubts if doubt not in said)
    return context._replace(doubts=doubts, **said)


def _check_columns(table: Table) -> None:
    """Refuse what could only be read by a guess: two columns of one month, two tables abreast."""
    address = {"file": table.sheet.file, "sheet": table.sheet.name, "row": table.head.anchor + 1}
    repeated = find_repeated(table.counts)
    if repeated:
        letters = ", ".join(letter_of(one.place) for one in repeated[:6])
        raise InsidenError("read.repeated_column", columns=letters, **address)
    keyed = any(table.place_of(role) is not None for role in ("place", "place_code"))
    keyed = keyed or all(table.rows.texts.get("place", {"": ""}).values())
    across = all(one.area for one in table.counts)
    if not keyed and not across and not table.context.region:
        raise InsidenError("read.no_place", **address)
    unused = [
        one
        for one in table.columns
        if one.role == "unknown" and one.category and table.layout == "months_across"
    ]
    if unused and _places_repeat(table):
        letters = ", ".join(letter_of(one.place) for one in unused)
        raise InsidenError("read.unclear_columns", columns=letters, **address)


def _places_repeat(table: Table) -> bool:
    """Tell whether one place stands in several rows that no known column tells apart."""
    roles = ("place", "place_code", "region", "category", "period", "year", "unit")
    places = [place for role in roles if (place := table.place_of(role)) is not None]
    rows = table.rows.of("data")
    if not places or table.rows.subjects or not len(rows):
        return False
    keys = table.sheet.filled_at(rows, places)
    return len(np.unique(keys, axis=0)) < len(rows)


def find_titles(sheet: Sheet, head: Head, top: int) -> list[int]:
    """Return the rows right above a head that can be its titles; ``top`` is the first free row."""
    rows = [int(row) for row in sheet.used_rows if top <= row < head.first]
    if top == 0:
        return rows
    titles: list[int] = []
    for row in reversed(rows[-MOST_TITLES:]):
        cells = sheet.cells(row)
        if is_numbering_row(cells) or any(row_kind(text) for _, text in cells):
            break
        if any(is_amount(text) for _, text in cells) or len({text for _, text in cells}) > 2:
            break
        titles.insert(0, row)
    return titles


def has_numbers(sheet: Sheet, rows: Sequence[int]) -> list[int]:
    """Return the rows that hold a label and two or more numbers: a table may hide there."""
    found = []
    for row in rows:
        texts = [text for _, text in sheet.cells(row)]
        numbers = numbers_of(sheet, np.array([row]), range(sheet.texts.width))
        if np.isfinite(numbers).sum() >= 2 and any(not is_amount(text) for text in texts):
            found.append(row)
    return found
