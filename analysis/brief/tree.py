"""The briefing as a plain tree of texts, tables and pictures, before it becomes PDF or HTML.

Every text is a Sentence that cites each of its numbers, so ``list_figures`` can name the cell of
an exported table behind every number that a reader sees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass

import pandas as pd

from analysis.words.citing import Fact, Figure, Sentence, figures_of

NOTHING = Sentence("")
# the fields of the tree that hold no text of their own
LAYOUT = {
    "lang",
    "name",
    "alt",
    "figure_id",
    "svg",
    "record",
    "tables",
    "through",
    "sides",
    "strong",
}


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, with its caption, its id, the text that stands for it, and its record."""

    caption: Sentence
    alt: str
    figure_id: str
    svg: str = field(repr=False)
    record: str = field(repr=False)  # with the material, as one JSON text


@dataclass(frozen=True)
class Table:
    """A table of printed cells; the first cell of a row is its header.

    ``sides`` says for each column whether it holds words (left) or numbers (right).
    """

    caption: Sentence
    columns: tuple[Sentence, ...]
    sides: tuple[str, ...]
    rows: tuple[tuple[Fact, ...], ...]
    strong: frozenset[int] = frozenset()  # rows of the region itself
    note: Sentence = NOTHING


@dataclass(frozen=True)
class Tile:
    """One key figure: what it is, the number in large type, its interval and its verdict."""

    label: Sentence
    value: Fact
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Section:
    """One question of the briefing with its answer, picture and table."""

    name: str
    heading: Sentence
    texts: tuple[Sentence, ...] = ()
    picture: Picture | None = None
    table: Table | None = None


@dataclass(frozen=True)
class Note:
    """One line of the data notes: *Sumber: …*."""

    label: Sentence
    text: Sentence


@dataclass(frozen=True)
class Brief:
    """The whole briefing in one language; ``tables`` are the exported tables it cites."""

    lang: str
    title: Sentence
    kicker: Sentence
    headline: Sentence
    lead: Sentence
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    limits: tuple[Note, ...]
    notes: tuple[Note, ...]
    signature: tuple[Sentence, ...]
    footer: tuple[Sentence, Sentence]
    simulated: Sentence
    through: pd.Timestamp
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    def section(self, name: str) -> Section | None:
        """The section of that name, or None where the study has nothing to say there."""
        return next((part for part in self.sections if part.name == name), None)


def list_figures(brief: Brief) -> pd.DataFrame:
    """List every number in the texts of the briefing with the cell of the table it shows.

    One row is one number: place and text of the sentence, the number as printed, table, row,
    column and the cell as exported.
    """
    rows = [
        (place, text.text, figure.shown, figure.table, figure.row, figure.column, figure.value)
        for place, text in sentences_of(brief)
        for figure in text.figures
    ]
    columns = ["place", "text", "shown", "table", "row", "column", "value"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(ignore_index=True)


def sentences_of(part: object, place: str = "") -> Iterator[tuple[str, Sentence]]:
    """Walk through every text that the briefing prints, with its place in the tree."""
    if isinstance(part, Sentence):
        yield place, part
    elif isinstance(part, Figure):
        yield place, Sentence(part.shown, figures_of(part))
    elif isinstance(part, str):
        yield place, Sentence(part)
    elif isinstance(part, tuple):
        for number, inner in enumerate(part, start=1):
            yield from sentences_of(inner, f"{place}.{number}")
    elif is_dataclass(part):
        for entry in fields(part):
            if entry.name not in LAYOUT:
                inner = getattr(part, entry.name)
                yield from sentences_of(inner, f"{place}.{entry.name}".lstrip("."))
