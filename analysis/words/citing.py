"""Texts in which every number is cited: a Figure holds what is printed and the cell that it shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.words.messages import say, words
from analysis.words.numbers import float_text, join_words, month_name, number, percent, period


@dataclass(frozen=True)
class Figure:
    """One number as it is printed, and the cell of an exported table that it shows."""

    shown: str
    table: str
    row: str
    column: str
    value: str

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Sentence:
    """A text for people, with a Figure for each number in it."""

    text: str
    figures: tuple[Figure, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Row:
    """One row of an exported table: the table's name, the row's key, its values by column."""

    table: str
    key: str
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def known(self, column: str) -> bool:
        """Return whether the row holds a value, rather than nothing, in ``column``."""
        return column in self.values and not pd.isna(self.values[column])


Fact = Sentence | Figure | str


def cell_text(value: Any) -> str:
    """Return a cell as it stands in an exported CSV: a month is 2024-07, nothing is "".

    >>> cell_text(pd.Timestamp("2024-07-01")), cell_text(0.1 + 0.2), cell_text(None)
    ('2024-07', '0.3', '')
    """
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m}"
    if isinstance(value, float):
        return float_text(value)
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def cite_number(row: Row, column: str, lang: str, *, decimals: int = 0) -> Figure:
    """Print a number of a row and remember where it stands."""
    return _cite(row, column, number(row[column], lang, decimals))


def cite_percent(row: Row, column: str, lang: str, *, decimals: int = 1) -> Figure:
    """Print a percentage of a row and remember where it stands."""
    return _cite(row, column, percent(row[column], lang, decimals))


def cite_month(row: Row, column: str, lang: str) -> Figure:
    """Print a month of a row, as in *Juli 2024*, and remember where it stands."""
    return _cite(row, column, month_name(row[column], lang))


def cite_period(row: Row, column: str, lang: str) -> Figure:
    """Print a cell such as ``2024-01..2024-03`` in words: *Januari s.d. Maret 2024*."""
    first, last = (pd.Timestamp(month) for month in row[column].split(".."))
    return _cite(row, column, period(first, last, lang))


def cite_text(row: Row, column: str) -> Figure:
    """Print a text cell as it stands, such as ``<5``, and remember where it stands."""
    return _cite(row, column, str(row[column]))


def _cite(row: Row, column: str, shown: str) -> Figure:
    return Figure(shown, row.table, row.key, column, cell_text(row[column]))


def sentence(key: str, lang: str, **facts: Fact) -> Sentence:
    """Fill the text of ``key``; the figures of the facts that it uses come along."""
    template = words(lang)[key]
    used = {name: fact for name, fact in facts.items() if f"{{{name}}}" in template}
    figures = tuple(figure for fact in used.values() for figure in figures_of(fact))
    return Sentence(say(key, lang, **facts), figures)


def figures_of(fact: Fact) -> tuple[Figure, ...]:
    """Return the figures inside a fact; a text without a digit needs no citation."""
    if isinstance(fact, Sentence):
        return fact.figures
    if isinstance(fact, Figure) and any(sign.isdigit() for sign in fact.shown):
        return (fact,)
    return ()


def listed(facts: Iterable[Fact], lang: str) -> Sentence:
    """Join facts as a list in a sentence: *a, b dan c*."""
    facts = list(facts)
    figures = tuple(figure for fact in facts for figure in figures_of(fact))
    return Sentence(join_words([str(fact) for fact in facts], lang), figures)


def joined(parts: Iterable[Fact], mark: str) -> Sentence:
    """Join the parts that are not empty, with ``mark`` between them."""
    kept = [part for part in parts if str(part)]
    figures = tuple(figure for part in kept for figure in figures_of(part))
    return Sentence(mark.join(str(part) for part in kept), figures)


def together(parts: Iterable[Fact]) -> Sentence:
    """Set sentences one after the other."""
    return joined(parts, " ")
