"""Read a Parquet file as a grid: the names of its columns are row 1, the first record is row 2."""

from pathlib import Path

from analysis.engine import UnreadableError, read_parquet_rows
from analysis.read.grid import Grid
from analysis.words.messages import InsidenError

SHEET = "parquet"


def read_parquet(path: Path, name: str, *, is_packed: bool) -> list[Grid]:
    """Return the grid of a Parquet file; a packed one must be taken out of its archive first."""
    if is_packed:
        raise InsidenError("read.packed_parquet", file=name)
    try:
        return [Grid(name, SHEET, read_parquet_rows(path))]
    except UnreadableError as error:
        if error.columns:
            raise InsidenError("read.nested_columns", file=name, columns=error.columns) from None
        raise InsidenError("read.not_parquet", file=name) from None
