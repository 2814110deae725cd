"""Read an inbox: every file that arrived, cell by cell, with nothing lost and nothing guessed."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.read.files import Source, find_files, read_source
from analysis.read.grid import Grid, Note, letter_of
from analysis.read.layouts import LEFT_OUT, make_cells
from analysis.read.meaning import heading_of
from analysis.read.personal import check_personal
from analysis.read.sheets import Sheet, find_heads, make_sheet
from analysis.read.subjects import Subject, find_context, find_subject, read_category
from analysis.read.tables import Known, Table, find_titles, has_numbers, read_table
from analysis.read.totals import TOTALS, find_totals, settle_sums
from analysis.study import Recipe
from analysis.tables import CELLS
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from analysis.words.messages import InsidenError

FILES = [
    "file", "sha256", "bytes", "kind", "encoding", "sheets", "layout", "first_row", "rows",
    "data_rows", "region", "note",
]  # fmt: skip
NOTES = list(Note._fields)
TEXT_SHEETS = ("csv", "json")  # names that we gave, which say nothing of the content


class Intake(NamedTuple):
    """What an inbox holds; ``analysis.tables`` says what a cell is.

    cells     CELLS, one row a cell that may hold a count; an empty cell of the block included
    left_out  file, sheet, row, column, rule, amount: a row (column "") or a cell that a rule leaves out
    totals    file, sheet, row, column, printed, summed, agrees, covers: printed sums and their parts
    files     one row a file: checksum, kind, what was found; ``note`` names why one was refused
    notes     file, sheet, row, column, key, text: remarks; ``key`` stands in words/
    refused   the errors of the files that could not be read; nothing of such a file is kept
    """

    cells: pd.DataFrame
    left_out: pd.DataFrame
    totals: pd.DataFrame
    files: pd.DataFrame
    notes: pd.DataFrame
    refused: list[InsidenError]


class Part(NamedTuple):
    """What one sheet gives."""

    cells: pd.DataFrame
    left_out: pd.DataFrame
    totals: pd.DataFrame
    notes: list[Note]
    tables: list[Table]
    rows: int


def read_inbox(
    folder_or_files: str | Path | Iterable[str | Path],
    *,
    recipes: Sequence[Recipe] = (),
    places: Places | None = None,
    categories: CategoryWords | None = None,
) -> Intake:
    """Read every file of a folder, or the files that are named.

    A file that cannot be read, or that holds personal data, is refused as a whole and listed in
    ``refused``; the others go on. ``places`` and ``categories`` help to tell a heading between
    rows from a place, and to find the category in a sheet's name. ``recipes`` override guesses.
    """
    found = find_files(folder_or_files)
    notes = list(found.notes)
    parts: list[Part] = []
    entries: list[dict] = []
    refused: list[InsidenError] = []
    for path in found.files:
        try:
            source = read_source(path)
            own = _read_sheets(source, recipes, places, categories)
        except InsidenError as error:
            error.facts.setdefault("file", path.name)
            refused.append(error)
            entries.append(_refused_entry(path, error))
            continue
        parts += own
        notes += [note for grid in source.grids for note in grid.notes]
        notes += [note for part in own for note in part.notes]
        entries.append(_entry(source, own))
    return Intake(
        _join([part.cells for part in parts], CELLS),
        _join([part.left_out for part in parts], LEFT_OUT),
        _join([part.totals for part in parts], TOTALS),
        pd.DataFrame(entries, columns=FILES),
        pd.DataFrame(notes, columns=NOTES),
        refused,
    )


def _join(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Join tables; the columns of text are text even where a table is empty."""
    filled = [table for table in tables if len(table)]
    joined = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    kinds: dict[str, Any] = dict.fromkeys(columns, str)
    numbers = dict.fromkeys(("row", "printed", "summed"), "int64") | {"agrees": "bool"}
    kinds |= {name: kind for name, kind in numbers.items() if name in columns}
    return joined.astype(kinds)[columns]


def _read_sheets(
    source: Source,
    recipes: Sequence[Recipe],
    places: Places | None,
    categories: CategoryWords | None,
) -> list[Part]:
    """Read the sheets of one file; all are searched for personal data before one is read."""
    for grid in source.grids:
        check_personal(grid)
        _check_formulas(grid)
    own = [recipe for recipe in recipes if fnmatch(source.name, recipe.files)]
    file_subject = find_subject(PurePath(source.name).stem, places, bare=True)
    parts = []
    for grid in source.grids:
        recipe = next((one for one in own if fnmatch(grid.sheet, one.sheet)), None)
        known = Known(places, categories, recipe)
        if grid.hidden:
            parts.append(_leave_out(grid, "hidden_sheet"))
        elif own and recipe is None:
            parts.append(_leave_out(grid, "other_sheet"))
            parts[-1].notes.append(Note(grid.file, grid.sheet, 0, "", "read.note_other_sheet", ""))
        else:
            parts.append(_read_sheet(make_sheet(grid), file_subject, known))
    parts = _name_categories(parts, file_subject, categories)
    if not any(len(part.cells) for part in parts):
        raise _no_table(source, parts)
    return parts


def _check_formulas(grid: Grid) -> None:
    """Refuse a text that a spreadsheet would run as a formula; it is never shown."""
    found = np.argwhere(grid.texts.such(_is_formula))
    if len(found):
        row, column = (int(number) for number in found[0])
        raise InsidenError(
            "read.formula",
            file=grid.file, sheet=grid.sheet, row=row + 1, column=letter_of(column),
        )  # fmt: skip


def _is_formula(text: str) -> bool:
    mark, rest = text[0], text[1:].lstrip()
    if mark == "=":
        return bool(re.match(r"[\w(+\-\"'@{]", rest))
    return mark in "+-@" and bool(re.match(r"[A-Za-z]+[(|]|.*\|.*!", rest))


def _read_sheet(sheet: Sheet, file_subject: Subject, known: Known) -> Part:
    recipe = known.recipe or Recipe("*")
    names = [*recipe.columns, *recipe.counts]
    heads = find_heads(sheet, header_row=recipe.header_row, names=names)
    rules: dict[int, str] = {}
    tables: list[Table] = []
    titles: list[Subject] = []
    sheet_subject = Subject()
    if sheet.name not in TEXT_SHEETS:
        sheet_subject = find_subject(sheet.name, known.places, bare=True)
    # a sheet without a table has no head, and nothing to end
    ends = [*(head.first for head in heads[1:]), sheet.texts.height][: len(heads)]
    for head, end in zip(heads, ends, strict=True):
        own = find_titles(sheet, head, _first_free_row(tables))
        subjects = [find_subject(_title(sheet, row), known.places) for row in own]
        titles = _newer(titles, subjects)
        context = find_context(titles, sheet_subject, file_subject)
        table = read_table(sheet, head, end, context, known)
        if table is None:
            continue
        table.titles = subjects
        settle_sums(table, known)
        rules |= dict.fromkeys(own, "title")
        tables.append(table)
    _name_tables(tables, known.categories)
    return _collect(sheet, tables, rules, known)


def _name_tables(tables: Sequence[Table], categories: CategoryWords | None) -> None:
    """Give each table the category that the titles right above it name.

    Of a single table only a marked title, a lettered one ("A. JUDI ONLINE") or a known category
    counts. Several tables on a sheet have titles to be told apart.
    """
    worded = [[one.category for one in table.titles if one.category] for table in tables]
    several = len(tables) > 1 and all(worded[1:])
    for table, words in zip(tables, worded, strict=True):
        known = [
            one.category
            for one in table.titles
            if one.is_marked or one.is_lettered or read_category(one.category, categories)
        ]
        named = known or (words if several else [])
        if named and not table.context.category:
            table.context = table.context._replace(category=named[-1])


def _first_free_row(tables: Sequence[Table]) -> int:
    """The row after the last one that the tables so far have taken for data or a sum."""
    if not tables:
        return 0
    rows = tables[-1].rows
    taken = rows.of("data", "total", "subtotal", "mean", "share", "cumulative", "part_of_row")
    return int(taken.max(initial=tables[-1].head.last)) + 1


def _title(sheet: Sheet, row: int) -> str:
    return " ".join(dict.fromkeys(text for _, text in sheet.cells(row)))


def _newer(before: list[Subject], now: list[Subject]) -> list[Subject]:
    """Titles of a later table stand in for what they repeat: a month for a month."""
    regions = any(one.regions for one in now)
    periods = any(one.periods for one in now)
    kept = [
        one._replace(regions=() if regions else one.regions, periods=() if periods else one.periods)
        for one in before
    ]
    return kept + now


def _collect(sheet: Sheet, tables: list[Table], rules: dict[int, str], known: Known) -> Part:
    """Join the tables of a sheet and account for each of its rows."""
    cells, aside, notes = [], [], []
    for table in tables:
        rules |= dict.fromkeys(table.head.rows, "header")
        rules |= dict.fromkeys(table.head.repeats, "repeated_header")
        kinds = zip(table.rows.numbers.tolist(), table.rows.kinds.tolist(), strict=True)
        rules = {row: kind for row, kind in kinds if kind != "data"} | rules
        found, left_out, remarks = make_cells(table, known.recipe)
        cells.append(found)
        aside.append(left_out)
        notes += remarks + _doubts(table, found)
    counted = _join(cells, CELLS)
    data = set((counted["row"] - 1).tolist())
    used = [int(row) for row in sheet.used_rows]
    rest = [row for row in used if row not in data and row not in rules]
    notes += [
        Note(sheet.file, sheet.name, row + 1, "", "read.note_outside", "")
        for row in has_numbers(sheet, rest + [row for row in rules if rules[row] == "title"])
    ]
    rules |= dict.fromkeys(rest, "title" if tables else "no_table")
    if not tables and used:
        notes = [Note(sheet.file, sheet.name, 0, "", "read.note_no_table", "")]
    left_out = _join([_rows_left_out(sheet.grid, rules, data), *aside], LEFT_OUT)
    whole_rows = int((left_out["column"] == "").sum())
    if len(data) + whole_rows != len(used):
        facts = {"before": len(used), "after": len(data) + whole_rows}
        raise InsidenError("read.rows_lost", file=sheet.file, sheet=sheet.name, **facts)
    return Part(counted, left_out, find_totals(tables), notes, tables, len(used))


def _doubts(table: Table, cells: pd.DataFrame) -> list[Note]:
    """Say what titles, sheet name and file name disagree about, where a cell needed it."""
    needed = set()
    if (cells["month"] == "").any():
        needed.add("month")
    if any(
        (span := heading_of(month).span) is None or not span.year
        for month in cells.loc[cells["year"] == "", "month"].unique()
    ):
        needed.add("year")
    if (cells["region"] == "").any():
        needed.add("region")
    return [
        Note(table.sheet.file, table.sheet.name, 0, "", f"read.note_{doubt}_differs", "")
        for doubt in table.context.doubts
        if doubt in needed
    ]


def _rows_left_out(grid: Grid, rules: dict[int, str], data: set[int]) -> pd.DataFrame:
    rows = [
        (grid.file, grid.sheet, row + 1, "", rule, "")
        for row, rule in sorted(rules.items())
        if row not in data
    ]
    return pd.DataFrame(rows, columns=LEFT_OUT)


def _leave_out(grid: Grid, rule: str) -> Part:
    sheet = make_sheet(grid)
    used = [int(row) for row in sheet.used_rows]
    left_out = _rows_left_out(grid, dict.fromkeys(used, rule), set())
    return Part(_join([], CELLS), _join([left_out], LEFT_OUT), _join([], TOTALS), [], [], len(used))


def _name_categories(
    parts: list[Part], file_subject: Subject, categories: CategoryWords | None
) -> list[Part]:
    """Give the cells without a category the one that their sheet's or file's name says."""
    telling = [part for part in parts if part.tables]
    names = {id(part): find_subject(part.tables[0].sheet.name, None).category for part in telling}
    alike = len(telling) > 1 and len({name for name in names.values() if name}) == len(telling)
    named = []
    for part in parts:
        name = names.get(id(part), "")
        if part.tables and part.tables[0].sheet.name in TEXT_SHEETS:
            name = ""
        known = read_category(name, categories) or (name if alike else "")
        known = known or read_category(file_subject.category, categories)
        if known and len(part.cells):
            empty = part.cells["category"] == ""
            cells = part.cells.assign(category=part.cells["category"].mask(empty, known))
            part = part._replace(cells=cells)
        named.append(part)
    return named


def _no_table(source: Source, parts: Sequence[Part]) -> InsidenError:
    sheets = "; ".join(grid.sheet for grid in source.grids)
    key = "read.no_rows" if any(part.tables for part in parts) else "read.no_table"
    return InsidenError(key, file=source.name, sheets=sheets)


def _entry(source: Source, parts: Sequence[Part]) -> dict:
    telling = [part for part in parts if len(part.cells)]
    layouts = {layout for part in telling for layout in part.cells["layout"].unique()}
    regions = {region for part in telling for region in part.cells["region"].unique()}
    return {
        "file": source.name,
        "sha256": source.sha256,
        "bytes": len(source.content),
        "kind": source.kind,
        "encoding": source.encoding,
        "sheets": "; ".join(part.cells["sheet"].iloc[0] for part in telling),
        "layout": layouts.pop() if len(layouts) == 1 else "",
        "first_row": int(telling[0].cells["row"].min()),
        "rows": sum(part.rows for part in parts),
        "data_rows": sum(part.cells["row"].nunique() for part in telling),
        "region": regions.pop() if len(regions) == 1 else "",
        "note": "",
    }


def _refused_entry(path: Path, error: InsidenError) -> dict:
    blank = dict.fromkeys(("sha256", "kind", "encoding", "sheets", "layout", "region"), "")
    zero = dict.fromkeys(("bytes", "first_row", "rows", "data_rows"), 0)
    return {"file": path.name} | blank | zero | {"note": error.key}
