"""A second, slow way to find what a reader may think possible: try every table there is."""

import itertools

import numpy as np
import pandas as pd
import pytest

CELL = ["area", "period", "category"]


def smallest_parts(name, wholes):
    """The smallest parts of ``name``; itself where it has none."""
    if name not in wholes:
        return {name}
    return set().union(*(smallest_parts(part, wholes) for part in wholes[name]))


def inner_cells(cell, parts):
    """The cells that ``cell`` adds up in the end."""
    return itertools.product(
        *(smallest_parts(name, wholes) for name, wholes in zip(cell, parts.values(), strict=True))
    )


def possible_numbers(published, parts, hide_below, largest):
    """For each row, the numbers it takes over all tables that would be published just the same.

    Every combination of inner cells from 0 to ``largest`` is tried and added up; nothing is
    shared with the program. Inner cells printed as not reported count for nothing.
    """
    rows = list(published[[*CELL, "shown"]].itertuples(index=False, name=None))
    gaps = {row[:3] for row in rows if row[3] == ""}
    inner = sorted({cell for row in rows for cell in inner_cells(row[:3], parts)} - gaps)
    tables = np.indices((largest + 1,) * len(inner), dtype=np.int16).reshape(
        len(inner), (largest + 1) ** len(inner)
    )
    alike = np.ones(tables.shape[1], dtype=bool)
    numbers = []
    for *cell, mark in rows:
        number = tables[[inner.index(each) for each in inner_cells(cell, parts) if each in inner]]
        number = number.sum(axis=0)
        numbers.append(number)
        if mark == f"<{hide_below}":
            alike &= number < hide_below
        elif mark == "-":
            alike &= number >= hide_below
        elif mark:
            alike &= number == int(mark)
    assert alike.any(), "the true table must be among those tried"
    return [set(number[alike].tolist()) for number in numbers]


def add_up(inner, parts, cells):
    """Return the release of ``cells`` from the inner counts; None in ``inner`` is not reported."""
    rows = []
    for cell in cells:
        found = [inner[each] for each in inner_cells(cell, parts)]
        known = [number for number in found if number is not None]
        rows.append((*cell, sum(known) if known else None))
    release = pd.DataFrame(rows, columns=[*CELL, "incidents"])
    release["incidents"] = release["incidents"].astype("Int64")
    return release.assign(why=release["incidents"].isna().map({True: "not_reported", False: ""}))


@pytest.fixture(scope="session")
def possible():
    return possible_numbers


@pytest.fixture(scope="session")
def added():
    return add_up
