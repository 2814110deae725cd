"""One sheet: its tables are read, and each of its rows is accounted for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from analysis.read.grid import Grid, Note
from analysis.read.layouts import LEFT_OUT, make_cells
from analysis.read.lines import make_lines, same_rows
from analysis.read.meaning import heading_of
from analysis.read.sheets import Sheet, find_heads, make_sheet
from analysis.read.subjects import Context, Subject, find_context, find_subject, read_category
from analysis.read.suspects import find_suspects
from analysis.read.tables import (
    Known,
    Table,
    find_titles,
    has_numbers,
    may_be_area,
    read_tables,
)
from analysis.read.totals import TOTALS, find_checks, find_totals, settle_sums
from analysis.read.transposed import body_of, cells_aside, rules_by_row, turn, turn_back
from analysis.study import Recipe
from analysis.tables import CELLS, LINES
from analysis.text.categories import CategoryWords
from analysis.words.messages import InsidenError

TEXT_SHEETS = (
    "csv",
    "json",
    "parquet",
    "query",
)  # names that we gave, which say nothing of the content


class Part(NamedTuple):
    """What one sheet gives."""

    cells: pd.DataFrame
    left_out: pd.DataFrame
    totals: pd.DataFrame
    notes: list[Note]
    tables: list[Table]
    rows: int
    lines: pd.DataFrame


def join_tables(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Join tables; the columns of text are text even where a table is empty."""
    filled = [table for table in tables if len(table)]
    joined = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    kinds: dict[str, Any] = dict.fromkeys(columns, str)
    numbers = dict.fromkeys(("row", "printed", "summed"), "int64") | {"agrees": "bool"}
    numbers |= {"content": "int64", "alike": "bool"}
    kinds |= {name: kind for name, kind in numbers.items() if name in columns}
    return joined.astype(kinds)[columns]


def read_sheet(sheet: Sheet, file_subject: Subject, known: Known) -> Part:
    """Read the tables of one sheet, upright or on its side; ``file_subject``: what the file's name says."""
    part = _read_upright(sheet, file_subject, known, [])
    if part.tables or known.recipe is not None:
        return part
    if (turned := turn(sheet)) is not None:
        above = [int(row) for row in sheet.used_rows if row < body_of(sheet)[0]]
        titles = [find_subject(_title(sheet, row), known.places) for row in above]
        side = _read_upright(turned, file_subject, known, titles)
        if side.tables:
            return _turn_back(sheet, side)
    if known.places is None:
        return part
    area = partial(may_be_area, places=known.places)
    return _read_upright(sheet, file_subject, known, [], is_area=area)


def _turn_back(sheet: Sheet, side: Part) -> Part:
    """The part of a sheet that was read on its side, with its own addresses and rows."""
    cells, totals, notes = turn_back(sheet, side.cells, side.totals, side.notes)
    data = set((cells["row"] - 1).tolist())
    rules = rules_by_row(sheet, side.tables, data)
    aside = pd.DataFrame(cells_aside(sheet, side.tables, data), columns=LEFT_OUT)
    left_out = join_tables([_rows_left_out(sheet.grid, rules, data), aside], LEFT_OUT)
    notes = [*notes, Note(sheet.file, sheet.name, 0, "", "read.note_turned", "")]
    lines = join_tables([], LINES)  # a list of reports on its side has no rows to tell apart
    return Part(cells, left_out, totals, notes, side.tables, len(sheet.used_rows), lines)


def _read_upright(
    sheet: Sheet,
    file_subject: Subject,
    known: Known,
    titles: list[Subject],
    *,
    is_area: Callable[[str], bool] | None = None,
) -> Part:
    """Read the tables of one sheet whose heads stand above their rows; ``titles`` hold for all."""
    recipe = known.recipe or Recipe("*")
    names = [*recipe.columns, *recipe.counts]
    heads = find_heads(sheet, header_row=recipe.header_row, names=names, is_area=is_area)
    rules: dict[int, str] = {}
    tables: list[Table] = []
    sheet_subject = Subject()
    if sheet.name not in TEXT_SHEETS:
        sheet_subject = find_subject(sheet.name, known.places, bare=True)
    # a sheet without a table has no head, and nothing to end
    ends = [*(head.first for head in heads[1:]), sheet.texts.height][: len(heads)]
    for head, end in zip(heads, ends, strict=True):
        own = find_titles(sheet, head, _first_free_row(tables))
        before = titles

        def titled(columns: range | None, own=own, before=before) -> tuple[list[Subject], Context]:
            texts = [_title(sheet, row, columns) for row in own]
            subjects = [find_subject(text, known.places) for text in texts if text]
            return subjects, find_context(_newer(before, subjects), sheet_subject, file_subject)

        titles = _newer(titles, titled(None)[0])
        abreast = read_tables(sheet, head, end, titled, known)
        for table in abreast:
            if table.layout != "line_list":  # a line is a report, never a part of another line
                settle_sums(table, known)
        rules |= dict.fromkeys(own if abreast else [], "title")
        tables += abreast
    _name_tables(tables, known.categories)
    return _collect(sheet, tables, rules, known)


def _name_tables(tables: Sequence[Table], categories: CategoryWords | None) -> None:
    """Give each table the category that the titles right above it name.

    Of a single table only a marked title, a lettered one ("A. JUDI ONLINE") or a known category
    counts. Several tables on a sheet have titles to be told apart.
    """
    worded = [[one.category for one in table.titles if one.category] for table in tables]
    several = len({tuple(words) for words in worded}) > 1 or len({t.head for t in tables}) > 1
    several = several and all(worded[1:])
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
    kinds = ("data", "total", "subtotal", "mean", "share", "cumulative", "part_of_row")
    last = [table.rows.of(*kinds).max(initial=table.head.last) for table in tables]
    return int(max(last)) + 1


def _title(sheet: Sheet, row: int, columns: range | None = None) -> str:
    """The text of a row of titles; for one of several tables side by side only what stands over it."""
    cells = sheet.cells(row)
    if columns is not None and len(cells) > 1:
        cells = [(column, text) for column, text in cells if column in columns]
    return " ".join(dict.fromkeys(text for _, text in cells))


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
    cells, aside, notes, lines = [], [], [], []
    unaccounted: set[int] = set()  # rows that a table takes for data, until they give a cell
    for table in tables:
        rules |= dict.fromkeys(table.head.rows, "header")
        rules |= dict.fromkeys(table.head.repeats, "repeated_header")
        kinds = zip(table.rows.numbers.tolist(), table.rows.kinds.tolist(), strict=True)
        told = {row: kind for row, kind in kinds if kind != "data"}
        # of tables side by side one may be at its end: what the other says of the row goes first
        rules = told | {
            row: rule for row, rule in rules.items() if rule != "blank" or row not in told
        }
        if table.layout == "line_list":
            found, left_out, remarks, own = make_lines(table, known.recipe)
            lines.append(own)
        else:
            found, left_out, remarks = make_cells(table, known.recipe)
            if table.layout == "long" and not (known.recipe and known.recipe.adds_rows):
                lines.append(same_rows(table, found))
        rules |= dict.fromkeys(_rows_of_other_units(found, left_out), "other_unit")
        unaccounted |= set(table.rows.of("data").tolist())
        cells.append(found)
        aside.append(left_out)
        notes += remarks + _doubts(table, found)
    counted = join_tables(cells, CELLS)
    data = set((counted["row"] - 1).tolist())
    used = [int(row) for row in sheet.used_rows]
    unaccounted -= data | set(rules)
    known_rows = data | unaccounted | set(rules)
    rest = [row for row in used if row not in known_rows]
    notes += [
        Note(sheet.file, sheet.name, row + 1, "", "read.note_outside", "")
        for row in has_numbers(sheet, rest + [row for row in rules if rules[row] == "title"])
    ]
    rules |= dict.fromkeys(rest, "title" if tables else "no_table")
    if not tables and used:
        notes = [Note(sheet.file, sheet.name, 0, "", "read.note_no_table", "")]
    left_out = join_tables([_rows_left_out(sheet.grid, rules, data), *aside], LEFT_OUT)
    whole_rows = int((left_out["column"] == "").sum())
    if len(data) + whole_rows != len(used):
        facts = {"before": len(used), "after": len(data) + whole_rows}
        raise InsidenError("read.rows_lost", file=sheet.file, sheet=sheet.name, **facts)
    checks = find_checks(tables)
    notes += find_suspects(checks)
    listed = join_tables(lines, LINES)
    return Part(counted, left_out, find_totals(checks), notes, tables, len(used), listed)


def _rows_of_other_units(cells: pd.DataFrame, left_out: pd.DataFrame) -> set[int]:
    """The rows of which every cell counts something else than the recipe's unit."""
    other = left_out.loc[left_out["rule"] == "other_unit", "row"]
    return set((other - 1).tolist()) - set((cells["row"] - 1).tolist())


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


def leave_out(grid: Grid, rule: str) -> Part:
    """Leave a whole sheet out; of a hidden one the grid itself holds the note."""
    used = [int(row) for row in make_sheet(grid).used_rows]
    left_out = _rows_left_out(grid, dict.fromkeys(used, rule), set())
    notes = [] if grid.hidden else [Note(grid.file, grid.sheet, 0, "", f"read.note_{rule}", "")]
    return Part(
        join_tables([], CELLS),
        join_tables([left_out], LEFT_OUT),
        join_tables([], TOTALS),
        notes,
        [],
        len(used),
        join_tables([], LINES),
    )
