"""The words of the language: small CSV tables (text, meaning, why) that an analyst can extend.

Each reader says beside its code what its meanings may be. A place, a category or a police unit is
no word of the language: those stand in ``data/reference``.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """One row of a vocabulary: a text, what it means, and why that is so."""

    text: str
    meaning: str
    why: str


@cache
def read_vocabulary(name: str) -> tuple[Entry, ...]:
    """Return the rows of ``vocabulary/<name>.csv`` in their order."""
    path = Path(__file__).parent / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Entry(**row) for row in csv.DictReader(file))
