"""From a table to its cells: one row of CELLS for every cell that may hold a count.

All layouts come down to the same: a cell has a place, a period, a category, from its own row, its
own column, a heading between the rows, or what holds for the whole table.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.read.columns import Column
from analysis.read.cumulative import take_off_before
from analysis.read.dates import settle_dates
from analysis.read.figures import rule_aside
from analysis.read.grid import Note, letter_of
from analysis.read.meaning import heading_of, is_amount, number_of
from analysis.read.month_parts import parts_in
from analysis.read.tables import Table
from analysis.study import Recipe
from analysis.tables import CELLS
from analysis.words.messages import InsidenError

LEFT_OUT = ["file", "sheet", "row", "column", "rule", "amount"]
CODE_SYSTEMS = {"bps": "BPS", "kemendagri": "Kemendagri"}
PER_ROW = ("place", "place_code", "region", "period", "year", "category", "unit", "date")


def make_cells(
    table: Table, recipe: Recipe | None
) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """Return the CELLS of a table, the cells of it that a named rule leaves out, and remarks."""
    rows = table.rows.of("data")
    texts, notes = row_texts(table, rows)
    counts, others = _split_units(table, recipe)
    amounts = _amounts(table, rows, counts)
    # columns that name their month, and columns whose month stands elsewhere
    parts = [
        frame_cells(table, rows, [counts[place] for place in places], texts, amounts[:, places])
        for places in _by_month(counts)
    ]
    cells = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=CELLS)
    asides = [(column, "other_unit") for column in others]
    asides += [(one, rule) for one in table.columns if (rule := rule_aside(one))]
    left_out = [aside_cells(table, rows, column, rule) for column, rule in asides]
    if recipe is not None and recipe.unit and table.place_of("unit") is not None:
        cells, other = _rows_of_unit(cells, recipe.unit)
        left_out.append(other)
    return cells, pd.concat([no_cells(), *left_out], ignore_index=True), notes + _remarks(table)


def _by_month(counts: Sequence[Column]) -> list[list[int]]:
    named = [place for place, one in enumerate(counts) if one.month]
    others = [place for place, one in enumerate(counts) if not one.month]
    return [places for places in (named, others) if places]


def row_texts(table: Table, rows: np.ndarray) -> tuple[dict[str, np.ndarray], list[Note]]:
    """The texts that stand in each row, headings between the rows included."""
    sheet = table.sheet
    texts: dict[str, np.ndarray] = {}
    notes: list[Note] = []
    for role in PER_ROW:
        place = table.place_of(role)
        if place is not None:
            texts[role] = sheet.texts.words[sheet.filled[rows, place]]
    for role in ("date", "period"):
        place = table.place_of(role)
        if place is None:
            continue
        address = {"file": sheet.file, "sheet": sheet.name}
        texts[role], remark, text = settle_dates(
            texts[role], rows, address, place,
            system=sheet.grid.date_system, monthly=role == "period",
        )  # fmt: skip
        if remark:
            notes.append(Note(sheet.file, sheet.name, 0, letter_of(place), remark, text))
    for role, told in table.rows.texts.items():
        otherwise = table.context.region if role in ("place", "region") else ""
        texts[role] = np.array([told.get(int(row)) or otherwise for row in rows], dtype=object)
    between = _between(table, rows)
    for role, found in between.items():
        if role not in texts:
            texts[role] = found
    return texts, notes


def _between(table: Table, rows: np.ndarray) -> dict[str, np.ndarray]:
    """What the headings between the rows say of the rows after each of them."""
    context = table.context
    before = {"period": context.month, "year": context.year}
    before |= {"region": context.region, "category": context.category}
    found: dict[str, np.ndarray] = {}

    def tell(role: str, row: int, text: str) -> None:
        if role not in found:
            found[role] = np.full(len(rows), before[role], dtype=object)
        found[role][rows >= row] = text

    for row, subject in table.rows.subjects:
        if subject.regions:
            tell("region", row, subject.regions[0][1])
        for words, span in subject.periods[:1]:
            if span.last - span.first < 11:
                tell("period", row, words)
            if span.year:
                tell("year", row, span.year)
        if subject.category and not subject.regions and not subject.periods:
            tell("category", row, subject.category)
    return found


def _split_units(table: Table, recipe: Recipe | None) -> tuple[list[Column], list[Column]]:
    """Part the count columns into those of the recipe's unit and those of other units."""
    if recipe is None or not recipe.unit or table.place_of("unit") is not None:
        return table.counts, []
    wanted = [one for one in table.counts if one.unit == recipe.unit]
    if not wanted:
        units = ", ".join(sorted({one.unit or "-" for one in table.counts}))
        raise InsidenError(
            "read.recipe_unit",
            file=table.sheet.file, sheet=table.sheet.name, text=recipe.unit, units=units,
        )  # fmt: skip
    return wanted, [one for one in table.counts if one.unit != recipe.unit]


def _rows_of_unit(cells: pd.DataFrame, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the cells by the unit that stands in their row; a unit that is not said stays."""
    said = {text: heading_of(text).detail or text.casefold() for text in cells["unit"].unique()}
    other = ~cells["unit"].map(said).isin([unit, ""])
    left_out = cells.loc[other, ["file", "sheet", "row", "column", "amount"]]
    return cells[~other].reset_index(drop=True), left_out.assign(rule="other_unit")[LEFT_OUT]


def frame_cells(
    table: Table,
    rows: np.ndarray,
    columns: Sequence[Column],
    texts: dict[str, np.ndarray],
    amounts: np.ndarray,
) -> pd.DataFrame:
    """The cells of some count columns, column by column; ``amounts`` is rows x columns."""
    context, height, width = table.context, len(rows), len(columns)

    def by_row(role: str, otherwise: str = "") -> np.ndarray:
        found = texts.get(role)
        return (
            np.full(height * width, otherwise, dtype=object)
            if found is None
            else np.tile(found, width)
        )

    def by_column(words: Sequence[str]) -> np.ndarray:
        return np.repeat(np.array(words, dtype=object), height)

    month, year = _periods(table, columns, texts, by_row, by_column)
    category = by_row("category", context.category)
    own = by_column([one.category for one in columns])
    category = np.where(own != "", own, category)
    region = _regions(table, by_row("region", context.region))
    place = by_row("place") if "place" in texts or "place_code" in texts else region
    if any(one.area for one in columns):
        place = by_column([one.area for one in columns])
    unit = by_column([one.unit for one in columns])
    return pd.DataFrame(
        {
            "file": table.sheet.file,
            "sheet": table.sheet.name,
            "row": np.tile(rows.astype("int64") + 1, width),
            "column": by_column([letter_of(one.place) for one in columns]),
            "layout": table.layout,
            "place": place,
            "place_code": _codes(table, by_row("place_code")),
            "region": region,
            "month": month,
            "year": year,
            "category": category,
            "amount": amounts.T.ravel(),
            "unit": np.where(unit != "", unit, by_row("unit")),
        }
    )[CELLS]


def _regions(table: Table, regions: np.ndarray) -> np.ndarray:
    """Beside a column of villages the column above is the district: its regency is added."""
    column = next((one for one in table.columns if one.role == "region"), None)
    if column is None or column.detail != "kec" or not table.context.region:
        return regions
    full = {text: f"{text}, {table.context.region}" if text else "" for text in set(regions)}
    return np.array([full[text] for text in regions], dtype=object)


def _codes(table: Table, codes: np.ndarray) -> np.ndarray:
    """Digits alone may mean two places: the system that the column's head says goes before them."""
    column = next((one for one in table.columns if one.role == "place_code"), None)
    system = column.detail.rpartition(":")[2] if column else ""
    if system not in CODE_SYSTEMS:
        return codes
    said = {text: f"{CODE_SYSTEMS[system]} {text}" for text in set(codes) if text.isdigit()}
    return np.array([said.get(text, text) for text in codes], dtype=object)


def _periods(
    table: Table,
    columns: Sequence[Column],
    texts: dict[str, np.ndarray],
    by_row: Callable[..., np.ndarray],
    by_column: Callable[[Sequence[str]], np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """The words for month and year: of the column, else of the row, else of the whole table."""
    context = table.context
    if columns[0].month:
        month = by_column(["" if one.conflict else one.month for one in columns])
        own = by_column([one.year for one in columns])
        year = np.where(own != "", own, by_row("year", context.year))
        has_year = [bool(one.span and one.span.year and not one.year) for one in columns]
        return month, np.where(by_column(["x" if one else "" for one in has_year]) != "", "", year)
    year = by_row("year", context.year)
    if "date" in texts:
        return by_row("date"), year
    if "period" in texts:
        return by_row("period"), year
    if context.month:
        told = context.span is not None and context.span.year != ""
        return by_row("", context.month), by_row("", "") if told else year
    return (by_row("year"), by_row("", "")) if "year" in texts else (by_row("", ""), year)


def _amounts(table: Table, rows: np.ndarray, columns: Sequence[Column]) -> np.ndarray:
    """The texts of the counts, rows x columns."""
    codes = table.sheet.codes_at(rows, [one.place for one in columns])
    amounts = table.sheet.texts.amounts[codes]
    if any(one.since is not None for one in columns):
        amounts = take_off_before(amounts, columns, rows)
    merged = _merged_amounts(table, rows)
    for (row, column), text in merged.items():
        places = [number for number, one in enumerate(columns) if one.place == column]
        amounts[np.ix_(rows == row, places)] = text
    return amounts


def _merged_amounts(table: Table, rows: np.ndarray) -> dict[tuple[int, int], str]:
    """A figure in a cell merged over several counts belongs to none of them for sure."""
    columns = {one.place for one in table.counts}
    wanted = {int(row) for row in rows}
    found: dict[tuple[int, int], str] = {}
    for top, left, bottom, right in table.sheet.grid.merged:
        if top >= table.sheet.texts.height or left >= table.sheet.texts.width:
            continue
        code = table.sheet.texts.codes[top, left]
        text = str(table.sheet.texts.amounts[code])
        places = [
            (row, column)
            for row in range(top, bottom + 1)
            if row in wanted
            for column in range(left, right + 1)
            if column in columns
        ]
        if text and len(places) > 1:
            covered = f"{letter_of(left)}{top + 1}:{letter_of(right)}{bottom + 1}"
            doubtful = f"{text} ({covered})" if number_of(text) is not None else text
            found |= dict.fromkeys(places, doubtful)
    return found


def aside_cells(table: Table, rows: np.ndarray, column: Column, rule: str) -> pd.DataFrame:
    """The filled cells of a column that is left out; words are never kept."""
    texts = table.sheet.texts
    codes = texts.codes[rows, column.place]
    filled = rows[codes > 0]
    amounts = [str(texts.amounts[code]) for code in codes[codes > 0]]
    return pd.DataFrame(
        {
            "file": table.sheet.file,
            "sheet": table.sheet.name,
            "row": filled.astype("int64") + 1,
            "column": letter_of(column.place),
            "rule": rule,
            "amount": [text if is_amount(text) else "" for text in amounts],
        }
    )[LEFT_OUT]


def no_cells() -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(dtype="int64" if name == "row" else str) for name in LEFT_OUT}
    )


def _remarks(table: Table) -> list[Note]:
    """Name the columns that are neither counted nor known, and rows that are told elsewhere."""
    sheet, row = table.sheet, table.head.anchor + 1

    def note(key: str, column: int) -> Note:
        return Note(sheet.file, sheet.name, row, letter_of(column), f"read.note_{key}", "")

    notes = [
        note("unused", one.place)
        for one in table.columns
        if one.role == "unknown" and re.search(r"\w", one.category)
    ]
    notes += [note("filled_down", one.place) for one in table.filled]
    if summed := parts_in(table.columns):
        notes.append(note("parts_summed", summed[0].place))
    if later := [one for one in table.columns if one.since is not None]:
        notes.append(note("differenced", later[0].place))
    if any(one.role == "other_category" for one in table.columns):
        notes.append(note("category_column", table.place_of("category") or 0))
    if len(table.rows.of("part_of_row")):
        notes.append(Note(sheet.file, sheet.name, 0, "", "read.note_part_of_row", ""))
    data = table.rows.of("data")
    for one in table.columns:
        if one.role != "unknown" or one.category:
            continue
        filled = data[sheet.texts.codes[data, one.place] > 0]
        if len(filled):
            first = int(filled.min()) + 1
            notes.append(note("beside", one.place)._replace(row=first))
    return notes
