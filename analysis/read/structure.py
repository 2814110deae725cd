"""What the columns of every table were taken for, as a table: the ground of the reading report."""

from collections.abc import Sequence

import pandas as pd

from analysis.read.columns import stack_headings
from analysis.read.grid import letter_of
from analysis.read.tables import Table

STRUCTURE = [
    "file", "sheet", "table", "header_row", "layout", "column", "role", "heading", "period", "year",
    "category", "unit", "table_region", "table_year", "table_category",
]  # fmt: skip


def describe_tables(tables: Sequence[Table]) -> pd.DataFrame:
    """Return one row a column: its letter, role and headings, and what holds for its whole table.

    ``header_row`` counts from 1; ``heading`` joins the lines above the column with " / ".
    """
    rows = []
    for number, table in enumerate(tables, start=1):
        stacks = stack_headings(table.sheet, table.head.rows)
        context = table.context
        rows += [
            (
                table.sheet.file, table.sheet.name, number, table.head.anchor + 1, table.layout,
                letter_of(one.place), one.role, " / ".join(stacks[one.place]), one.month, one.year,
                one.category, one.unit, context.region, context.year, context.category,
            )
            for one in table.columns
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=STRUCTURE)
