"""A picture of how a file was read: each sheet as a page of cells, coloured and marked by what they are.

One HTML file without any request, legible in black and white (every colour has its mark), on a
narrow screen and in the dark. What may name a person is not shown: titles, notes, signatures and
remarks keep their place and colour, without their text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd

from analysis.desk import Received
from analysis.read.corrections import number_of_letter
from analysis.read.files import File, find_files, read_source
from analysis.read.grid import Grid, letter_of
from analysis.review.questions import cells_in_words, find_questions
from analysis.review.reading import (
    LABELS,
    kind_reason,
    kind_word,
    notes_in_words,
    role_word,
    row_kinds,
)
from analysis.review.style import style
from analysis.words.messages import InsidenError, say

FIRST, LAST = 10, 5  # alike rows that are shown at both ends of a long stretch
MOST_ODD = 60  # rows to look at that are shown of one sheet
FIRST_COLUMNS, LAST_COLUMNS = 30, 12
# What a row is, and the look of its cells; other rules of the reading look left out.
LOOKS = {
    "title": "title", "header": "header", "repeated_header": "header", "numbering": "numbering",
    "total": "sum", "subtotal": "sum", "cumulative": "sum", "mean": "sum", "share": "sum",
    "change": "sum", "note": "note", "signature": "signature",
}  # fmt: skip
MARKED = (
    "title", "header", "numbering", "label", "counted", "empty", "rejected", "sum", "note",
    "signature", "left_out", "unused", "differs", "corrected",
)  # fmt: skip
TELLING = {"header", "numbering", "sum"}  # rows whose texts are shown in every column


@dataclass
class Picture:
    """One sheet: the look of each cell, the texts that may be shown, what is to be looked at."""

    name: str
    looks: np.ndarray  # rows x columns of names in MARKED, "" for an empty cell
    texts: np.ndarray
    kinds: dict[int, str]  # row from 0 -> what it was taken for
    roles: dict[int, str]  # column from 0 -> what it holds
    told: dict[tuple[int, int], str] = field(default_factory=dict)  # a cell -> its reason in words


class Tables:
    """The tables of a reading, parted by sheet once."""

    def __init__(self, received: Received) -> None:
        intake, cleaned = received.intake, received.cleaned
        self.lang = received.study.language
        self._tables = {
            "kinds": row_kinds(received), "structure": intake.structure,
            "records": cleaned.records, "left_out": intake.left_out, "rejects": cleaned.rejects,
            "totals": intake.totals, "corrections": intake.corrections,
        }  # fmt: skip
        self._rows = {
            name: table.groupby(["file", "sheet"]).indices for name, table in self._tables.items()
        }

    def of(self, name: str, grid: Grid) -> pd.DataFrame:
        """The rows of one table that belong to one sheet."""
        rows = self._rows[name].get((grid.file, grid.sheet), [])
        return self._tables[name].iloc[rows]


def draw_sheet(grid: Grid, tables: Tables) -> Picture:
    """Tell the look of every cell of one sheet, from the tables of the reading alone."""
    words_of = grid.texts.words
    texts = words_of[grid.texts.codes]
    kinds = tables.of("kinds", grid)
    by_row = {
        int(row) - 1: str(kind) for row, kind in zip(kinds["row"], kinds["kind"], strict=True)
    }
    structure = tables.of("structure", grid)
    roles = {
        number_of_letter(str(letter)): str(role)
        for letter, role in zip(structure["column"], structure["role"], strict=True)
    }
    looks = np.full(texts.shape, "", dtype=object)
    shown = np.zeros(texts.shape, dtype=bool)
    for row, kind in by_row.items():
        look = "unused" if kind == "data" else LOOKS.get(kind, "left_out")
        looks[row, grid.texts.codes[row] > 0] = look
        shown[row] = look in TELLING
    labels = [column for column, role in roles.items() if role in LABELS]
    rows = [row for row, kind in by_row.items() if kind == "data"]
    if labels and rows:
        block = np.ix_(rows, labels)
        looks[block] = np.where(grid.texts.codes[block] > 0, "label", "")
        shown[block] = True
    picture = Picture(grid.sheet, looks, np.where(shown, texts, ""), by_row, roles)
    _mark_cells(picture, grid, texts, tables)
    return picture


def _mark_cells(picture: Picture, grid: Grid, texts: np.ndarray, tables: Tables) -> None:
    """Give the cells that may hold a count the look of what became of them."""
    lang = tables.lang
    height, width = texts.shape

    def mark(table: pd.DataFrame, looks: Iterable[str], reasons: Iterable[str]) -> None:
        address = zip(table["row"], table["column"], looks, reasons, strict=True)
        for row, letter, look, reason in address:
            place = int(row) - 1, number_of_letter(str(letter)) if letter else -1
            if 0 <= place[0] < height and 0 <= place[1] < width:
                picture.looks[place] = look
                picture.texts[place] = texts[place]
                if reason:
                    picture.told[place] = reason

    records = tables.of("records", grid)
    records = records[records["layout"] != "line_list"]
    mark(records, records["final"], [_fate(one, lang) for one in records.itertuples()])
    aside = tables.of("left_out", grid)
    aside = aside[aside["column"] != ""]
    looks = [LOOKS.get(str(rule), "left_out") for rule in aside["rule"]]
    mark(aside, looks, [""] * len(aside))
    rejects = tables.of("rejects", grid)
    rejects = rejects[rejects["row"] > 0]
    mark(rejects, ["rejected"] * len(rejects), rejects["reason"])
    totals = tables.of("totals", grid)
    totals = totals[~totals["agrees"].astype(bool)]
    mark(totals, ["differs"] * len(totals), [_differs(one, lang) for one in totals.itertuples()])
    done = tables.of("corrections", grid)
    done = done[done["applied"].astype(bool)]
    mark(done, ["corrected"] * len(done), [_corrected(one, lang) for one in done.itertuples()])


def _fate(record: object, lang: str) -> str:
    """Why a cell is not simply counted."""
    final, rule = getattr(record, "final", ""), str(getattr(record, "rule", ""))
    if final in ("counted", "rejected"):
        return ""
    return kind_reason("empty" if final == "empty" else rule, lang)


def _differs(total: object, lang: str) -> str:
    facts = {name: getattr(total, name) for name in ("printed", "summed", "covers")}
    cell = f"{getattr(total, 'column', '')}{getattr(total, 'row', '')}"
    return say("reading.differs", lang, cell=cell, **facts)


def _corrected(one: object, lang: str) -> str:
    facts = {name: getattr(one, name) for name in ("was", "becomes", "why")}
    cell = f"{getattr(one, 'column', '')}{getattr(one, 'row', '')}"
    return say("reading.corrected", lang, cell=cell, **facts)


# -- the page -----------------------------------------------------------------------------------


def reading_page(names: Sequence[str], grids: dict[str, Sequence[Grid]], received: Received) -> str:
    """Return one page on some files; ``grids`` holds the sheets of those that were read."""
    lang, study = received.study.language, received.study
    refused = {str(one.facts.get("file")): one.text(lang) for one in received.intake.refused}
    title = escape(say("reading.title", lang))
    mark = f"<p class=mark>{escape(say('reading.simulated', lang))}" if study.simulated else ""
    nav = "".join(
        f'<li><a href="#f{number}">{escape(file)}</a>' for number, file in enumerate(names)
    )
    body = []
    tables = Tables(received)
    for number, file in enumerate(names):
        body.append(f'<h2 id="f{number}">{escape(file)}</h2>')
        if file not in grids:
            reason = refused.get(file, "")
            body.append(f"<p>{escape(say('reading.refused', lang, reason=reason))}")
            continue
        body.append(_to_look_at(file, received))
        for place, grid in enumerate(grids[file]):
            body.append(_sheet(draw_sheet(grid, tables), lang, is_open=place == 0))
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{style(lang)}</style><h1>{title}</h1>{mark}"
        f"<p>{escape(say('reading.intro', lang))} {escape(say('reading.internal', lang))}"
        f"{_legend(lang)}<nav><h2>{escape(say('reading.files', lang))}</h2><ul>{nav}</ul></nav>"
        + "".join(body)
        + "</html>\n"
    )


def _legend(lang: str) -> str:
    items = "".join(
        f'<li><b class="{look}">{escape(say(f"reading.mark.{look}", lang)) or "12"}</b> '
        f"{escape(_look_word(look, lang))}"
        for look in MARKED
    )
    return f"<h2>{escape(say('reading.legend', lang))}</h2><ul class=legend>{items}</ul>"


def _look_word(look: str, lang: str) -> str:
    return kind_word("total" if look == "sum" else look, lang)


def _to_look_at(file: str, received: Received) -> str:
    """The list of what needs a look: questions, differing sums, remarks, corrections."""
    lang, intake = received.study.language, received.intake
    questions = find_questions(received.cleaned.rejects, received.study, received.reference)
    lines = [
        f"{one.sheet}, {cells_in_words(one, lang)}: {one.text or '…'}: {one.reason}"
        for one in questions
        if one.file == file
    ]
    totals = intake.totals[(intake.totals["file"] == file) & ~intake.totals["agrees"].astype(bool)]
    lines += [f"{one.sheet}, {_differs(one, lang)}" for one in totals.itertuples()]
    done = intake.corrections[intake.corrections["file"] == file]
    done = done[done["applied"].astype(bool)]
    lines += [f"{one.sheet}, {_corrected(one, lang)}" for one in done.itertuples()]
    lines += notes_in_words(intake.notes, file, lang)
    head = f"<h3>{escape(say('reading.look', lang))}</h3>"
    if not lines:
        return f"{head}<p>{escape(say('reading.nothing', lang))}"
    return head + "<ul>" + "".join(f"<li>{escape(line)}" for line in lines) + "</ul>"


def _sheet(picture: Picture, lang: str, *, is_open: bool) -> str:
    """One sheet as a table with the letters of its columns and the numbers of its rows."""
    rows, odd = _shown_rows(picture)
    columns = _ends(picture.looks.shape[1], FIRST_COLUMNS, LAST_COLUMNS)
    head = "".join(_column_head(picture, column, lang) for column in columns)
    gap = picture.looks.shape[1] - len(columns)
    facts = {"first": letter_of(FIRST_COLUMNS), "number": gap}
    last = letter_of(FIRST_COLUMNS + gap - 1) if gap else ""
    said = f"<p>{escape(say('reading.shortened_columns', lang, last=last, **facts))}" if gap else ""
    if odd > MOST_ODD:
        said += f"<p>{escape(say('reading.shortened_odd', lang, number=odd, shown=MOST_ODD))}"
    lines, before = [], -1
    for row in rows:
        skipped = [one for one in range(before + 1, row) if one in picture.kinds]
        if skipped:
            facts = {"number": len(skipped), "first": skipped[0] + 1, "last": skipped[-1] + 1}
            text = escape(say("reading.shortened_rows", lang, **facts))
            lines.append(f"<tr><th>⋮<td class=gap colspan={len(columns)}>{text}")
        lines.append(_row(picture, row, columns, lang))
        before = row
    name = escape(say("reading.sheet", lang, sheet=picture.name))
    return (
        f"<details{' open' if is_open else ''}><summary>{name}</summary>{said}"
        f"<div class=scroll tabindex=0><table><thead><tr><th>{head}</thead><tbody>"
        + "".join(lines)
        + "</tbody></table></div></details>"
    )


def _column_head(picture: Picture, column: int, lang: str) -> str:
    role = picture.roles.get(column, "")
    title = (
        say("reading.column_of", lang, column=letter_of(column), kind=role_word(role, lang))
        if role
        else ""
    )
    return f'<th scope=col title="{escape(title)}">{letter_of(column)}'


def _row(picture: Picture, row: int, columns: Sequence[int], lang: str) -> str:
    kind = picture.kinds.get(row, "")
    title = ""
    if kind:
        facts = {"kind": kind_word(kind, lang), "why": kind_reason(kind, lang)}
        title = escape(say("reading.row_of", lang, row=row + 1, **facts))
    cells = "".join(_cell(picture, row, column, lang) for column in columns)
    return f'<tr><th scope=row title="{title}">{row + 1}{cells}'


def _cell(picture: Picture, row: int, column: int, lang: str) -> str:
    look, text = str(picture.looks[row, column]), str(picture.texts[row, column])
    if not look:
        return "<td>"
    told = picture.told.get((row, column), "")
    title = f' title="{escape(told)}"' if told else ""
    return f"<td class={look}{title}>{escape(text)}"


def _shown_rows(picture: Picture) -> tuple[list[int], int]:
    """The rows to show: every row that is no plain data, the odd ones, and the ends of the rest."""
    data = [row for row, kind in sorted(picture.kinds.items()) if kind == "data"]
    ends = {data[place] for place in _ends(len(data), FIRST, LAST)}
    others = [row for row, kind in picture.kinds.items() if kind != "data"]
    others = [others[place] for place in _ends(len(others), MOST_ODD, MOST_ODD)]
    strange = {row for row, _ in picture.told if row in picture.kinds}
    strange |= {
        row for row in data
        if np.isin(picture.looks[row], ["rejected", "left_out", "differs", "corrected"]).any()
    }  # fmt: skip
    odd = sorted(strange - ends)
    return sorted({*ends, *others, *odd[:MOST_ODD]}), len(odd)


def _ends(number: int, first: int, last: int) -> list[int]:
    """The places of the first and the last of a number of things; all of them where few are left out.

    >>> _ends(4, 10, 5), _ends(100, 2, 1)
    ([0, 1, 2, 3], [0, 1, 99])
    """
    if number <= first + last + 1:
        return list(range(number))
    return [*range(first), *range(number - last, number)]


def read_again(files: Iterable[File], received: Received) -> dict[str, Sequence[Grid]]:
    """Open the files of a reading once more for their picture; a file that has changed is refused."""
    entries = received.intake.files
    known = dict(zip(entries["file"], entries["sha256"], strict=True))
    refused = {str(error.facts.get("file")) for error in received.intake.refused}
    grids: dict[str, Sequence[Grid]] = {}
    for file in files:
        if file.name in refused:
            continue
        source = read_source(file)
        if source.name not in known or source.name in refused:
            continue
        if source.sha256 != known[source.name]:
            raise InsidenError("read.changed", file=source.name)
        grids[source.name] = source.grids
    return grids


def reading_pages(received: Received) -> dict[str, str]:
    """Return a page for every file of the inbox that was read, by the name of the file."""
    inbox = received.study.inbox_folder
    grids = read_again(find_files(inbox, inbox).files, received)
    return {name: reading_page([name], grids, received) for name in grids}
