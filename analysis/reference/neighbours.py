"""Who borders whom, from a table and never from a drawing."""

from collections.abc import Iterable

import pandas as pd


def land_neighbours(neighbours: pd.DataFrame, focal: str, areas: Iterable[str]) -> list[str]:
    """Return the codes of the areas of this study that share a land border with ``focal``, sorted.

    A border across the sea does not make a neighbour, nor does an area outside ``areas``. Empty
    when the table knows none.
    """
    touching = neighbours[(neighbours["focal"] == focal) & (neighbours["border"] == "land")]
    return sorted(set(touching["neighbour"]) & set(areas))
