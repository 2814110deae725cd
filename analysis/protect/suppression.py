"""Small counts are hidden before anything leaves the office, and stay hidden from those who add up.

All counts below the threshold are one class, ``<5``, zeros among them: showing zeros gives most
hidden cells away. Larger counts become ``-`` where a ``<5`` would follow from the rest. For every
``<5`` the program finds another complete table of whole numbers that would be published just the
same and has another number there; without such a table nothing is published.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack

from analysis.protect.audit import CELL, Parts, find_blocks, find_sums, name_of, solve, sort_cells
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

WHOLE_COST = 3.0  # a total stands in charts and sentences: hide it last


class _Numbers(NamedTuple):
    """The release as numbers: one for each cell, then one for each number nobody printed."""

    sums: csr_array
    incidents: np.ndarray  # of the cells; 0 where not reported
    small: np.ndarray  # to be shown as "<5"
    cost: np.ndarray  # of hiding a cell that is not small
    hide_below: int


class _World(NamedTuple):
    """Another table that would be published alike: some numbers, all others are the true ones."""

    places: np.ndarray
    numbers: np.ndarray


def hide_small(
    release: pd.DataFrame,
    *,
    hide_below: int,
    area_parts: Parts,
    period_parts: Parts,
    category_parts: Parts,
) -> pd.DataFrame:
    """Return ``release`` with ``shown``, and with ``incidents`` emptied where hidden.

    ``release`` has one row for every cell that leaves the office, of all tables together: area,
    period, category, incidents (Int64, empty = not reported), why. The ``parts`` name, for each
    dimension, the parts of every whole; a whole is the sum of those parts that are reported.
    ``shown`` is the number, ``<5``, ``-`` or "" (not reported); ``why`` of a hidden cell is
    "suppressed" or "complementary". With ``hide_below`` 0 nothing is hidden. A whole that is not
    the sum of its parts is an error, and so is a small count that cannot be protected.
    """
    check_columns(release, [*CELL, "incidents", "why"], "release")
    parts = (area_parts, period_parts, category_parts)
    table = release.assign(shown=release["incidents"].astype("string").fillna("").astype(str))
    if hide_below == 0:
        return table
    if hide_below < 2:
        raise InsidenError("protect.threshold", number=hide_below)
    cells = sort_cells(release.reset_index(drop=True))
    numbers = _as_numbers(cells, parts, hide_below)
    also = _hide_more(numbers, cells)
    for hidden, mark, why in (
        (numbers.small, f"<{hide_below}", "suppressed"),
        (also, "-", "complementary"),
    ):
        rows = np.zeros(len(table), dtype=bool)
        rows[cells.index[hidden]] = True
        table["shown"] = table["shown"].mask(rows, mark)
        table["why"] = table["why"].mask(rows, why)
        table["incidents"] = table["incidents"].mask(rows)
    return table


def _as_numbers(cells: pd.DataFrame, parts: tuple[Parts, ...], hide_below: int) -> _Numbers:
    reported = cells["incidents"].notna().to_numpy()
    incidents = cells["incidents"].fillna(0).to_numpy(dtype=float)
    sums = find_sums(cells, reported, parts)
    _check_sums(cells, sums, incidents)
    whole = sum(
        cells[name].isin(list(wholes)).to_numpy(dtype=float)
        for name, wholes in zip(CELL, parts, strict=True)
    )
    cost = (1 + np.log2(1 + incidents)) * WHOLE_COST**whole
    return _Numbers(sums, incidents, reported & (incidents < hide_below), cost, hide_below)


def _check_sums(cells: pd.DataFrame, sums: csr_array, incidents: np.ndarray) -> None:
    """Refuse a whole that is not the sum of its parts; parts not printed may only add to it."""
    printed, unprinted = sums[:, : len(cells)], sums[:, len(cells) :]
    left = printed @ incidents
    can_rise, can_fall = ((sign * unprinted > 0).sum(axis=1) > 0 for sign in (1, -1))
    wrong = ((left < 0) & ~can_rise) | ((left > 0) & ~can_fall)
    if wrong.any():
        row = printed[[int(np.argmax(wrong))]].toarray()[0]
        whole = int(np.argmin(row))
        raise InsidenError(
            "protect.sum_differs",
            cell=name_of(cells.iloc[whole]),
            printed=int(incidents[whole]),
            sum=int(incidents[row > 0].sum()),
        )


def _hide_more(numbers: _Numbers, cells: pd.DataFrame) -> np.ndarray:
    """Return which larger counts must be hidden too, so that no small one can be computed."""
    also = np.zeros(len(cells), dtype=bool)
    worlds: list[_World] = []
    open_cells = numbers.small.copy()

    def keep(found: list[_World]) -> None:
        worlds.extend(found)
        for world in found:
            open_cells[_moved(world, numbers)] = False

    keep(_free_worlds(numbers, also, open_cells, also | True))
    while open_cells.any():
        target = int(np.argmax(open_cells))
        world = _paid_world(numbers, also, target)
        if world is None:
            raise _refusal(numbers, cells, target)
        moved = _moved(world, numbers)
        new = np.isin(np.arange(len(cells)), moved) & ~numbers.small & ~also
        also |= new
        keep([world])
        keep(_free_worlds(numbers, also, open_cells, new))
    also = _show_again(numbers, also, worlds)
    _check_worlds(numbers, also, worlds)
    return also


def _moved(world: _World, numbers: _Numbers) -> np.ndarray:
    """Return the cells that have another number in this world."""
    printed = world.places < len(numbers.incidents)
    places = world.places[printed]
    return places[world.numbers[printed] != numbers.incidents[places]]


def _limits(numbers: _Numbers, also: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest number that the marks allow, for every column."""
    unprinted = numbers.sums.shape[1] - len(also)
    threshold, true = numbers.hide_below, numbers.incidents
    far = true + 2.0 * threshold  # there is no upper limit, but the solver wants one
    low = np.where(numbers.small, 0.0, np.where(also, threshold, true))
    high = np.where(numbers.small, threshold - 1.0, np.where(also, far, true))
    return np.append(low, np.zeros(unprinted)), np.append(high, np.full(unprinted, far.sum()))


def _free_worlds(
    numbers: _Numbers, also: np.ndarray, open_cells: np.ndarray, near: np.ndarray
) -> list[_World]:
    """Look for worlds that move only cells already hidden, in the blocks that touch ``near``."""
    low, high = _limits(numbers, also)
    free = low < high
    rest = numbers.sums @ np.where(free, 0.0, low)
    none = np.zeros(len(low) - len(also), dtype=bool)
    still_open, touched = np.append(open_cells, none), np.append(near, none)
    chance = np.random.default_rng(0)
    found = []
    for places, rows in find_blocks(numbers.sums, free):
        block = None
        while touched[places].any() and still_open[places].any():
            block = numbers.sums[rows][:, places] if block is None else block
            gain = _directions(numbers, places[places < len(also)], chance)
            cost = np.append(gain, np.zeros(len(places) - len(gain))) * still_open[places]
            other = solve(block, -rest[rows], low[places], high[places], cost)
            if other is None:  # the true table is always an answer
                raise InsidenError("protect.unsolved")
            world = _World(places, other)
            moved = _moved(world, numbers)
            if not still_open[moved].any():
                break
            still_open[moved] = False
            found.append(world)
    return found


def _directions(numbers: _Numbers, cells: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return a random cost of raising each cell: a zero can only rise, the largest only fall."""
    true = numbers.incidents[cells]
    sign = np.where(true == 0, -1.0, chance.choice([-1.0, 1.0], len(cells)))
    sign = np.where(true == numbers.hide_below - 1, 1.0, sign)
    return sign * chance.uniform(0.5, 1.5, len(cells))


def _paid_world(numbers: _Numbers, also: np.ndarray, target: int) -> _World | None:
    """Find the cheapest world, by the counts it moves that are still shown, that moves ``target``."""
    size = numbers.sums.shape[1]
    tied = next(
        (places, rows)
        for places, rows in find_blocks(numbers.sums, np.ones(size, dtype=bool))
        if target in places
    )
    low, high = _limits(numbers, also)
    best, best_cost = None, np.inf
    for reach in (1.0, float(numbers.hide_below)):
        for step in (1, -1):
            found = _moving(numbers, tied, (low, high), target, step, reach)
            if found is not None and found[1] < best_cost:
                best, best_cost = found
        if best is not None:
            return best
    return None


def _moving(
    numbers: _Numbers,
    tied: tuple[np.ndarray, np.ndarray],
    limits: tuple[np.ndarray, np.ndarray],
    target: int,
    step: int,
    reach: float,
) -> tuple[_World, float] | None:
    """Solve for one direction of ``target``; shown counts may move up or down by ``reach``."""
    places, rows = tied
    low, high = (limit[places] for limit in limits)
    at = int(np.flatnonzero(places == target)[0])
    true = numbers.incidents[target]
    if not low[at] <= true + step <= high[at]:
        return None
    free = low < high
    low[at], high[at] = (true + step, high[at]) if step > 0 else (low[at], true + step)
    block = numbers.sums[rows][:, places]
    shown = block[:, ~free]
    price = numbers.cost[places[~free]]
    down = np.minimum(reach, low[~free] - numbers.hide_below)
    other = solve(
        hstack([block[:, free], shown, -shown], format="csr"),
        -(shown @ low[~free]),
        np.concatenate([low[free], np.zeros(2 * len(price))]),
        np.concatenate([high[free], np.full(len(price), reach), down]),
        np.concatenate([np.zeros(free.sum()), price, price]),
    )
    if other is None:
        return None
    free_part, up, downward = np.split(other, [free.sum(), free.sum() + len(price)])
    values = low.copy()
    values[free] = free_part
    values[~free] += up - downward
    return _World(places, values), float(price @ (up + downward))


def _show_again(numbers: _Numbers, also: np.ndarray, worlds: list[_World]) -> np.ndarray:
    """Show again what no small count needs, the dearest first."""
    moves = np.zeros((len(worlds), len(also)), dtype=bool)
    for row, world in enumerate(worlds):
        moves[row, _moved(world, numbers)] = True
    hidden = np.flatnonzero(also)
    for place in hidden[np.argsort(-numbers.cost[hidden], kind="stable")]:
        staying = moves[~moves[:, place]]
        if staying[:, numbers.small].any(axis=0).all():
            moves = staying
            also = also & (np.arange(len(also)) != place)
    return also


def _check_worlds(numbers: _Numbers, also: np.ndarray, worlds: list[_World]) -> None:
    """Prove the result without the solver: every world is whole, adds up and is published alike."""
    low, high = _limits(numbers, also)
    proved = np.zeros(len(also), dtype=bool)
    for world in worlds:
        table = np.append(numbers.incidents, np.full(len(low) - len(also), np.nan))
        table[world.places] = world.numbers
        rows = abs(numbers.sums[:, world.places]).sum(axis=1) > 0
        adds_up = (numbers.sums[rows] @ table == 0).all()
        whole = (world.numbers == np.round(world.numbers)).all()
        alike = (low <= table)[world.places].all() and (table <= high)[world.places].all()
        if adds_up and whole and alike:
            proved[_moved(world, numbers)] = True
    if not proved[numbers.small].all():
        raise InsidenError("protect.unsolved")


def _refusal(numbers: _Numbers, cells: pd.DataFrame, target: int) -> InsidenError:
    """Name the small count that cannot be protected, and a whole that gives it away."""
    rows = np.flatnonzero(numbers.sums[:, [target]].toarray()[:, 0])
    near = (abs(numbers.sums[rows]).sum(axis=0) > 0)[: len(cells)]
    near[target] = False
    return InsidenError(
        "protect.cannot_protect",
        cell=name_of(cells.iloc[target]),
        others="; ".join(name_of(cell) for _, cell in cells[near].head(3).iterrows()),
    )
