"""Two places with the same numbers: a series that was copied, or a total told as a part.

In small counts some agreement is chance. A pair is named when six or more figures above zero agree,
and the figures of these files would agree so by chance less than once in a thousand such searches.
"""

import math

import pandas as pd

from analysis.read.grid import Note
from analysis.read.meaning import Span, heading_of, number_of
from analysis.text.names import key_of

FEWEST = 6
RARE = 0.001
ALIKE = ["category", "unit", "year"]
SERIES = ["file", "sheet", "region", "place", "place_code", *ALIKE]


def find_same_series(cells: pd.DataFrame) -> list[Note]:
    """Name the places that tell the same figures in every month of a year, in one file or in two.

    ``cells`` is a CELLS table; lists of reports have no figures. The places stay as they are.
    """
    told = _numbers(cells)
    grouped = told.groupby(SERIES, sort=False, as_index=False)
    series = grouped.agg(above=("is_above", "sum"), row=("row", "min"), print=("print", "sum"))
    enough = series[series["above"] >= FEWEST]
    enough = enough[enough.duplicated([*ALIKE, "print", "above"], keep=False)]
    figures = told[told["is_above"]]
    chance = figures["number"].value_counts(normalize=True)
    by_chance = float((chance**2).sum())
    searched = max(len(series) * (len(series) - 1) / 2, 1)
    notes = []
    for _, same in enough.groupby([*ALIKE, "print", "above"], sort=False):
        firsts: dict[tuple[str, str, str], dict] = {}
        for one in same.to_dict("records"):
            name = (key_of(one["region"]), key_of(one["place"]), one["place_code"])
            firsts.setdefault(name, one)
        by_luck = math.log(searched) + int(same["above"].iloc[0]) * math.log(by_chance or 1e-12)
        if len(firsts) < 2 or by_luck > math.log(RARE):
            continue
        found = list(firsts.values())
        said = " = ".join(one["place"] or one["place_code"] for one in found[:3])
        address = (found[1]["file"], found[1]["sheet"], int(found[1]["row"]))
        notes.append(Note(*address, "", "read.note_same_series", said))
    return list(dict.fromkeys(notes))


def _numbers(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells that say a number and a month, each with its part of its series' fingerprint."""
    counted = cells[cells["layout"] != "line_list"]
    numbers = {text: number_of(text) for text in counted["amount"].unique()}
    spans = {text: _span(text) for text in counted["month"].unique()}
    first = {text: span.first if span and span.is_month else 0 for text, span in spans.items()}
    own = {text: span.year if span else "" for text, span in spans.items()}
    year = counted["month"].map(own)
    told = counted.assign(
        number=counted["amount"].map(numbers).astype(float),
        month=counted["month"].map(first),
        year=year.where(year != "", counted["year"]),
    )
    told = told[told["number"].notna() & (told["month"] > 0)]
    pairs = told[["month", "number"]]
    return told.assign(
        is_above=told["number"] > 0, print=pd.util.hash_pandas_object(pairs, index=False)
    )


def _span(text: str) -> Span | None:
    """The months of a text; a plain number is that of a month."""
    return heading_of(f"bulan {text}" if text.isdigit() else text).span
