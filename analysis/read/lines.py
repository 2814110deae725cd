"""A list of reports: a cell for each line, and beside it what tells lines apart and what became of them."""

import re
from typing import Any

import numpy as np
import pandas as pd

from analysis.read.columns import Column
from analysis.read.dates import settle_dates
from analysis.read.grid import Note, letter_of
from analysis.read.layouts import aside_cells, frame_cells, no_cells, row_texts
from analysis.read.line_dates import (
    LineMonth,
    date_rule,
    day_of,
    is_choice_open,
    line_months,
    today,
)
from analysis.read.sealed import tells_apart
from analysis.read.tables import Table
from analysis.study import DATE_KINDS, Recipe
from analysis.tables import LINES

HOUR = re.compile(r"\d\d?:\d\d")
# What a line shares with other reports of its month: it never tells two reports apart.
SHARED = {
    "row_number", "place", "name", "place_code", "code", "other_code", "region", "other_place",
    "period", "year", "date", "other_date", "category", "other_category", "status", "channel",
    "platform", "source", "unit", "reporting_unit", "person_origin", "ignore",
}  # fmt: skip


def make_lines(
    table: Table, recipe: Recipe | None
) -> tuple[pd.DataFrame, pd.DataFrame, list[Note], pd.DataFrame]:
    """Return the CELLS of a list of reports, the cells left out of it, remarks, and its LINES."""
    recipe = recipe or Recipe("*")
    rows = table.rows.of("data")
    texts, notes = row_texts(table, rows)
    dates = {"": texts.get("date", np.full(len(rows), "", dtype=object))}
    for column in (one for one in table.columns if one.role == "other_date"):
        dates.setdefault(column.detail, _dates_in(table, rows, column))
    counted = next((one for one in table.columns if one.role == "date"), None)
    months = texts | _months(table, dates[""], texts) if counted else texts
    figures = [one for one in table.counts if recipe.unit and one.unit == recipe.unit][:1]
    anchor = figures or [counted or next(one for one in table.columns if one.role == "period")]
    amounts = np.full((len(rows), 1), "1", dtype=object)
    if figures:
        amounts = table.sheet.texts.amounts[table.sheet.codes_at(rows, [figures[0].place])]
    keys = [one for one in table.columns if one.role == "key"]
    unit = figures[0].unit if figures else "" if keys else recipe.line
    cells = frame_cells(table, rows, [Column(anchor[0].place, "count", unit=unit)], months, amounts)
    lines = _lines(table, rows, dates, texts.get("period"), counted, recipe, keys)
    asides = [
        aside_cells(table, rows, one, "other_unit") for one in table.counts if one not in figures
    ]
    left_out = pd.concat([no_cells(), *asides], ignore_index=True)
    return cells, left_out, notes + _remarks(table, dates, lines, recipe), lines


def _dates_in(table: Table, rows: np.ndarray, column: Column) -> np.ndarray:
    sheet = table.sheet
    texts = sheet.texts.words[sheet.filled[rows, column.place]]
    address = {"file": sheet.file, "sheet": sheet.name}
    system = sheet.grid.date_system
    return settle_dates(texts, rows, address, column.place, system=system)[0]


def _months(table: Table, dates: np.ndarray, texts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The words for the month of each line, from its date and the label of its period."""
    years = texts.get("year", np.full(len(dates), table.context.year, dtype=object))
    labels = texts.get("period", years)
    told, codes = _read_months(dates, labels)
    own = np.array([one.year for one in told], dtype=object)[codes]
    return {
        "date": np.array([one.month for one in told], dtype=object)[codes],
        "year": np.where(own != "", own, years),
    }


def _read_months(dates: np.ndarray, labels: np.ndarray) -> tuple[list[LineMonth], np.ndarray]:
    """The month of each distinct pair of date and label, and which pair each line has."""
    codes, pairs = _combinations([dates, labels])
    found = line_months(pairs)
    return [found[date, label] for date, label in pairs], codes


def _combinations(columns: list[np.ndarray]) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Number the distinct rows of some columns of text."""
    combined = np.zeros(len(columns[0]), dtype="int64")
    for column in columns:
        codes, distinct = pd.factorize(column)
        combined = pd.factorize(combined * (len(distinct) + 1) + codes)[0]
    firsts = pd.Series(combined).drop_duplicates().index.to_numpy()
    return combined, list(zip(*(column[firsts].tolist() for column in columns), strict=True))


def _lines(
    table: Table,
    rows: np.ndarray,
    dates: dict[str, np.ndarray],
    labels: np.ndarray | None,
    counted: Column | None,
    recipe: Recipe,
    keys: list[Column],
) -> pd.DataFrame:
    sheet = table.sheet
    status = next((one.place for one in table.columns if one.role == "status"), None)
    empty = np.full(len(rows), "", dtype=object)
    content, alike = _content(table, rows)
    days = {kind: _days(texts) for kind, texts in dates.items()}
    if counted is not None:
        days.setdefault(counted.detail or "report", days[""])
    rules, candidates = _rules(dates[""], labels, days, counted)
    key = sheet.texts.words[sheet.filled[rows, keys[0].place]] if keys else empty
    told = {
        "file": sheet.file, "sheet": sheet.name, "row": rows.astype("int64") + 1,
        "key": key, "content": content, "alike": alike, "part": recipe.line,
        "rule": rules, "candidates": candidates,
        "status": empty if status is None else sheet.texts.words[sheet.filled[rows, status]],
    } | {kind: days.get(kind, empty) for kind in DATE_KINDS}  # fmt: skip
    return pd.DataFrame(told)[LINES]


def _days(texts: np.ndarray) -> np.ndarray:
    codes, distinct = pd.factorize(texts)
    return np.array([day_of(str(text)) for text in distinct], dtype=object)[codes]


def _rules(
    dates: np.ndarray,
    labels: np.ndarray | None,
    days: dict[str, np.ndarray],
    counted: Column | None,
) -> tuple[np.ndarray, np.ndarray]:
    """The rule that keeps a line from counting, and the months it may belong to."""
    empty = np.full(len(dates), "", dtype=object)
    if counted is None:
        return empty, empty
    now = today()
    parts = [days.get(name, empty) for name in ("report", "event", "end", "")]
    if counted.detail == "event" and "report" not in days:
        parts[0] = empty
    codes, distinct = _combinations(parts)
    rules = np.array([date_rule(*one, now) for one in distinct], dtype=object)[codes]
    if labels is None:
        return rules, empty
    months, codes = _read_months(dates, labels)
    own = np.array([one.rule for one in months], dtype=object)[codes]
    candidates = np.array([one.candidates for one in months], dtype=object)[codes]
    return np.where(own != "", own, rules), candidates


def _content(table: Table, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the lines by their content, the running number apart.

    ``alike`` says of a line that stands several times whether nothing in it tells reports apart:
    no hour, number or sentence that stands in no other line.
    """
    sheet = table.sheet
    numbers = {one.place for one in table.columns if one.role == "row_number"}
    places = [place for place in range(sheet.texts.width) if place not in numbers]
    codes = pd.DataFrame(sheet.filled[rows][:, places])
    content = codes.groupby(list(codes.columns), sort=False).ngroup().to_numpy()
    size = np.bincount(content, minlength=1)[content] if len(content) else content
    telling = np.zeros(len(rows), dtype=bool)
    several = np.flatnonzero(size > 1)
    for column in table.columns if len(several) else []:
        is_date = column.role in ("date", "other_date")
        if column.role in SHARED and not is_date:
            continue
        own = sheet.filled[rows, column.place]
        distinct, where = np.unique(own[several], return_inverse=True)
        words = [str(sheet.texts.words[code]) for code in distinct]
        told = np.array(
            [bool(HOUR.search(word)) if is_date else tells_apart(word) for word in words]
        )
        alone = (np.bincount(own)[own] == size)[several]
        telling[several] |= told[where] & (alone | is_date)
    return content, (size > 1) & ~telling


def same_rows(table: Table, cells: pd.DataFrame) -> pd.DataFrame:
    """Return as LINES the rows of a long table that say another row's place, month and category.

    Parts of one count (by age, by channel) differ in some column; where nothing but the count
    differs, nobody can tell a second report from a row that was pasted twice.
    """
    counts = {one.place for one in table.columns if one.role in ("count", "row_number")}
    others = [place for place in range(table.sheet.texts.width) if place not in counts]
    told = pd.DataFrame(table.sheet.filled[cells["row"].to_numpy(dtype="int64") - 1][:, others])
    said = cells[["column", "place", "place_code", "region", "month", "year", "category", "unit"]]
    same = pd.concat([told, said.reset_index(drop=True)], axis=1).duplicated(keep=False).to_numpy()
    rows = pd.DataFrame({"row": cells.loc[same & (cells["amount"] != ""), "row"].unique()})
    known: dict[str, Any] = dict.fromkeys(LINES, "")
    known |= {"file": table.sheet.file, "sheet": table.sheet.name, "row": rows["row"]}
    known |= {"content": rows["row"], "alike": False, "rule": "same_row"}
    return rows.assign(**known)[LINES]


def _remarks(
    table: Table, dates: dict[str, np.ndarray], lines: pd.DataFrame, recipe: Recipe
) -> list[Note]:
    """Say what was decided by rule: the date that counts, lines alike, spells, labels."""
    sheet = table.sheet
    counted = next((one for one in table.columns if one.role == "date"), None)

    def note(key: str, text: str = "", column: Column | None = None) -> Note:
        letter = letter_of(column.place) if column else ""
        return Note(sheet.file, sheet.name, 0, letter, f"read.note_{key}", text)

    notes = []
    if counted and is_choice_open(table.columns, recipe):
        notes.append(note("date_chosen", "", counted))
    alike = int(lines["alike"].sum())
    if alike and not recipe.line:
        surplus = alike - lines.loc[lines["alike"], "content"].nunique()
        notes.append(note("lines_alike", f"{alike} ({surplus})"))
    spells = (lines["end"] != "") & (lines["event"] != lines["end"])
    if spells.any():
        across = (lines["event"].str[:7] != lines["end"].str[:7])[spells].sum()
        notes.append(note("spells", f"{int(spells.sum())} ({int(across)})"))
    context = table.context.span
    if counted and context and context.year and context.is_month:
        label = f"{context.year}-{context.first:02}"
        day = pd.Series(_days(dates[""]))
        outside = int((day.str[:7] != label)[~day.isin(["", "?"])].sum())
        if outside:
            notes.append(note("outside_label", f"{outside} / {len(day)} ({label})"))
    if (same := _same_address(table, lines)) > 0:
        notes.append(note("same_address", str(same)))
    labelled = lines[lines["rule"].isin(["label_differs", "label_unproven"])]
    if len(labelled):
        told = labelled["candidates"].str.replace("; ", " ≠ ").value_counts().sort_index()
        pairs = ", ".join(f"{pair} ({number})" for pair, number in told.items())
        notes.append(note("label_differs", f"{len(labelled)} / {len(lines)}: {pairs}"))
    several = pd.Series(dates[""]).str.contains(r"\d\s*,\s*\d+\W+[^\W\d]", regex=True)
    if several.any():
        notes.append(note("several_days", str(int(several.sum()))))
    return notes


def _same_address(table: Table, lines: pd.DataFrame) -> int:
    """How many lines repeat day and address of another one, and yet differ from it."""
    place = table.place_of("address")
    day = next((lines[kind] for kind in ("event", "report") if lines[kind].any()), None)
    if place is None or day is None:
        return 0
    codes = table.sheet.filled[lines["row"] - 1, place]
    told = pd.DataFrame({"day": day, "code": codes, "content": lines["content"]})
    told = told[told["code"] > 0].drop_duplicates()
    return int(told.duplicated(["day", "code"]).sum())
