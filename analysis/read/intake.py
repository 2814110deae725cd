"""Read an inbox: every file that arrived, cell by cell, with nothing lost and nothing guessed."""

import re
import secrets
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.read.alike import find_same_series
from analysis.read.corrections import CORRECTIONS, check_corrections, correct
from analysis.read.databases import read_database
from analysis.read.files import File, Source, find_files, read_source
from analysis.read.grid import Grid, Note, letter_of
from analysis.read.layouts import LEFT_OUT
from analysis.read.parts import TEXT_SHEETS, Part, join_tables, leave_out, read_sheet
from analysis.read.personal import check_personal
from analysis.read.sealed import seal
from analysis.read.sheets import make_sheet
from analysis.read.structure import describe_tables
from analysis.read.subjects import Subject, find_subject, read_category
from analysis.read.tables import Known
from analysis.read.totals import TOTALS
from analysis.study import Recipe, is_called
from analysis.tables import CELLS, LINES
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from analysis.words.messages import InsidenError

FILES = [
    "file", "sha256", "bytes", "kind", "encoding", "sheets", "layout", "first_row", "rows",
    "data_rows", "region", "note",
]  # fmt: skip
NOTES = list(Note._fields)
UNREAD_SHEETS = (
    "read.no_place",
    "read.no_month",
    "read.part_of_month",
)  # such a sheet may stand beside real ones


class Intake(NamedTuple):
    """What an inbox holds; ``analysis.tables`` says what a cell is.

    cells     CELLS, one row a cell that may hold a count; an empty cell of the block included
    left_out  file, sheet, row, column, rule, amount: a row (column "") or a cell that a rule leaves out
    totals    file, sheet, row, column, printed, summed, agrees, covers: printed sums and their parts
    files     one row a file: checksum, kind, what was found; ``note`` names why one was refused
    notes     file, sheet, row, column, key, text: remarks; ``key`` stands in words/
    refused   the errors of the files that could not be read; nothing of such a file is kept
    lines     LINES, one row a line of a list of reports: what tells it apart, what became of it
    structure what every column of every table was taken for: see ``read.structure``
    corrections  the corrections given, with ``applied``: whether a cell still said what they name
    """

    cells: pd.DataFrame
    left_out: pd.DataFrame
    totals: pd.DataFrame
    files: pd.DataFrame
    notes: pd.DataFrame
    refused: list[InsidenError]
    lines: pd.DataFrame
    corrections: pd.DataFrame
    structure: pd.DataFrame


def read_inbox(
    folder_or_files: str | Path | Sequence[str | Path],
    *,
    recipes: Sequence[Recipe] = (),
    places: Places | None = None,
    categories: CategoryWords | None = None,
    root: Path | None = None,
    corrections: pd.DataFrame | None = None,
) -> Intake:
    """Read every file of a folder, or the files that are named.

    A file that cannot be read, or that holds personal data, is refused as a whole and listed in
    ``refused``; the others go on. ``places`` and ``categories`` help to tell a heading between
    rows from a place, and to find the category in a sheet's name. ``recipes`` override guesses;
    those that name a database are read beside a folder, after its files. Files below ``root``, the
    inbox, are called by their path in it. ``corrections`` change single cells before they are read.
    """
    if corrections is None:
        corrections = pd.DataFrame(columns=CORRECTIONS)
    check_corrections(corrections)
    applied: set[int] = set()
    found = find_files(folder_or_files, root)
    named = [folder_or_files] if isinstance(folder_or_files, (str, Path)) else folder_or_files
    is_inbox = any(Path(one).is_dir() for one in named)
    databases = [recipe for recipe in recipes if recipe.url and is_inbox]
    origins: list[File | Recipe] = [*found.files, *databases]
    secret = secrets.token_bytes(32)  # of this run's fingerprints; never written
    notes = list(found.notes)
    parts: list[Part] = []
    entries: list[dict] = []
    refused: list[InsidenError] = []
    for origin in origins:
        try:
            source = read_database(origin) if isinstance(origin, Recipe) else read_source(origin)
            source, done = _corrected(source, corrections)
            own = _read_sheets(source, recipes, places, categories, secret)
        except InsidenError as error:
            error.facts.setdefault("file", origin.name)
            refused.append(error)
            entries.append(_refused_entry(origin.name, error))
            continue
        applied |= done
        parts += own
        notes += source.notes
        notes += [note for grid in source.grids for note in grid.notes]
        notes += [note for part in own for note in part.notes]
        entries.append(_entry(source, own))
    cells = join_tables([part.cells for part in parts], CELLS)
    notes += find_same_series(cells)
    return Intake(
        cells,
        join_tables([part.left_out for part in parts], LEFT_OUT),
        join_tables([part.totals for part in parts], TOTALS),
        pd.DataFrame(entries, columns=FILES),
        pd.DataFrame(notes, columns=NOTES),
        refused,
        join_tables([part.lines for part in parts], LINES),
        corrections.assign(applied=corrections.index.isin(sorted(applied))),
        pd.concat([describe_tables(part.tables) for part in parts] or [describe_tables([])]),
    )


def _corrected(source: Source, corrections: pd.DataFrame) -> tuple[Source, set[int]]:
    """Correct the cells of one file, after a look for personal data in what was received."""
    if not (corrections["file"] == source.name).any():
        return source, set()
    for grid in source.grids:
        check_personal(grid)
    corrected = [correct(grid, corrections) for grid in source.grids]
    source = source._replace(grids=[grid for grid, _ in corrected])
    return source, {index for _, done in corrected for index in done}


def _read_sheets(
    source: Source,
    recipes: Sequence[Recipe],
    places: Places | None,
    categories: CategoryWords | None,
    secret: bytes,
) -> list[Part]:
    """Read the sheets of one file; all are searched for personal data before one is read.

    Before that, the columns that a recipe seals are replaced by their fingerprints.
    """
    own = [recipe for recipe in recipes if is_called(source.name, recipe.files)]
    file_subject = _file_subject(source.name, places)
    sealed = []
    for grid in source.grids:
        recipe = next((one for one in own if fnmatch(grid.sheet, one.sheet)), None)
        grid, recipe, columns = seal(grid, recipe, secret)
        _check_formulas(grid)
        check_personal(grid, sealed=columns)
        sealed.append((grid, recipe))
    parts = []
    placeless: InsidenError | None = None
    for grid, recipe in sealed:
        known = Known(places, categories, recipe)
        if grid.hidden:
            parts.append(leave_out(grid, "hidden_sheet"))
        elif own and recipe is None:
            parts.append(leave_out(grid, "other_sheet"))
        else:
            try:
                parts.append(read_sheet(make_sheet(grid), file_subject, known))
            except InsidenError as error:
                if error.key not in UNREAD_SHEETS:
                    raise
                placeless = placeless or error  # a table for a chart, beside the real ones
                parts.append(leave_out(grid, "no_table"))
    parts = _name_categories(parts, file_subject, categories)
    if not any(len(part.cells) for part in parts):
        raise placeless or _no_table(source, parts)
    return parts


def _file_subject(name: str, places: Places | None) -> Subject:
    """What a file's name says; the folders that it lies in say what the name leaves open.

    Offices file by year and by regency: "2024/Juli.xlsx", "Kab. Lebak/2024/Juli.xlsx".
    """
    path = PurePath(name)
    subject = find_subject(path.stem, places, bare=True)
    for folder in path.parents:
        above = find_subject(folder.name, places, bare=True)
        if not subject.years and len(above.years) == 1 and not above.months:
            subject = subject._replace(periods=(*subject.periods, *above.periods))
        subject = subject._replace(regions=subject.regions or above.regions)
    return subject


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
        "bytes": source.size,
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


def _refused_entry(name: str, error: InsidenError) -> dict:
    blank = dict.fromkeys(("sha256", "kind", "encoding", "sheets", "layout", "region"), "")
    zero = dict.fromkeys(("bytes", "first_row", "rows", "data_rows"), 0)
    return {"file": name} | blank | zero | {"note": error.key}
