"""Lay counts out as an office's table: titles, header, rows, printed totals, notes, signature."""

from typing import NamedTuple

from analysis.simulate.workbooks import Block, Cell, Sum

SIGNATURE: list[Cell] = ["Kepala Bidang Persandian dan Statistik,", None, "(nama dan NIP dihapus)"]


class Row(NamedTuple):
    """One row: its left cells, what stands under each month, and what a careful reader counts."""

    left: list[Cell]
    shown: list[Cell]
    counts: list[int]
    remark: str = ""


class Column(NamedTuple):
    """One column of figures: the months it covers, by position; several make a printed sum."""

    label: str
    months: tuple[int, ...]
    above: Cell = None  # the upper header, merged over the columns that share it


class Group(NamedTuple):
    """Rows that share one printed subtotal, made by formula; "" prints none."""

    rows: list[Row]
    subtotal: str = ""


class Form(NamedTuple):
    """What an office's form says around the figures."""

    titles: list[str]
    left: list[str]
    columns: list[Column]
    notes: list[str]
    signed: str  # place and day
    numbering: bool = False  # a row (1) (2) (3) under the header
    remark: bool = False  # a last column "Ket."
    total: str = "Jumlah"
    misprint: tuple[str, int] = ("", 0)  # the column whose printed total is wrong, and by how much
    header_again: int = 0  # the header is printed again after so many rows


def lay_out(form: Form, groups: list[Group]) -> tuple[list[list[Cell]], list[Block]]:
    """Return the rows of one sheet and its merged blocks."""
    rows: list[list[Cell]] = [[title] for title in [*form.titles, None]]
    header, merged = _header(form, first_row=len(rows))
    rows += header
    width = len(header[-1])
    if form.numbering:
        rows.append([f"({number})" for number in range(1, width + 1)])
    everything = [row for group in groups for row in group.rows]
    printed = 0
    for group in groups:
        first = len(rows)
        for row in group.rows:
            if form.header_again and printed and printed % form.header_again == 0:
                rows.append(header[-1])
            rows.append([*row.left, *_figures(row, form), *([row.remark or None] * form.remark)])
            printed += 1
        if group.subtotal:
            rows.append([*_beside(group.subtotal, form), *_formulas(group, form, first, len(rows))])
    rows.append([*_beside(form.total, form), *_totals(everything, form)])
    rows += [[note] for note in [None, *form.notes, None]]
    gap: list[Cell] = [None] * (width - 4)
    rows += [[*gap, line] for line in [form.signed, *SIGNATURE]]
    return rows, merged


def _header(form: Form, first_row: int) -> tuple[list[list[Cell]], list[Block]]:
    """Return one header row, or two where columns share an upper header."""
    last: list[Cell] = ["Ket."] * form.remark
    labels = [column.label for column in form.columns]
    above = [column.above for column in form.columns]
    if not any(above):
        return [[*form.left, *labels, *last]], []
    starts = [at for at, text in enumerate(above) if at == 0 or text != above[at - 1]]
    upper = [text if at in starts else None for at, text in enumerate(above)]
    offset = len(form.left)
    merged = [
        (first_row, offset + start, first_row, offset + end - 1)
        for start, end in zip(starts, [*starts[1:], len(above)], strict=True)
        if end - start > 1
    ]
    alone = [*range(offset), *([offset + len(above)] if form.remark else [])]
    merged += [(first_row, at, first_row + 1, at) for at in alone]
    below: list[Cell] = [*([None] * offset), *labels, *([None] * form.remark)]
    return [[*form.left, *upper, *last], below], merged


def _figures(row: Row, form: Form) -> list[Cell]:
    return [
        row.shown[column.months[0]]
        if len(column.months) == 1
        else sum(row.counts[month] for month in column.months)
        for column in form.columns
    ]


def _beside(label: str, form: Form) -> list[Cell]:
    """Return the left cells of a total row, with its label under the places."""
    return [label if head == "Kecamatan" else None for head in form.left]


def _sum(rows: list[Row], column: Column) -> int:
    return sum(row.counts[month] for row in rows for month in column.months)


def _formulas(group: Group, form: Form, first: int, last: int) -> list[Cell]:
    sums: list[Cell] = []
    for at, column in enumerate(form.columns, len(form.left)):
        letter = chr(ord("A") + at)
        sums.append(Sum(f"=SUM({letter}{first + 1}:{letter}{last})", _sum(group.rows, column)))
    return sums


def _totals(rows: list[Row], form: Form) -> list[Cell]:
    label, error = form.misprint
    return [_sum(rows, column) + (error if column.label == label else 0) for column in form.columns]
