"""The attack: which hidden numbers of a published table can be computed exactly.

The attacker knows the rule, every mark, every printed number and every sum that the tables obey.
Nothing here knows the true numbers: it works on anybody's published table.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from analysis.tables import check_columns
from analysis.words.messages import InsidenError

CELL = ["area", "period", "category"]
Parts = dict[str, list[str]]  # a whole -> its parts
Sum = dict[int, int]  # the numbers of one sum: 1 for a part, -1 for the whole
PASSES = 100  # of narrowing; the solver takes over from there
ROUNDS = 4  # random directions in which other tables are looked for, before cell by cell
# The solver stops after a number of branches, never after a time: the same answer everywhere.
SOLVER = {"node_limit": 5000, "mip_rel_gap": 0.2}


def find_recoverable(
    published: pd.DataFrame,
    *,
    hide_below: int,
    area_parts: Parts,
    period_parts: Parts,
    category_parts: Parts,
) -> pd.DataFrame:
    """Return the hidden cells that a reader can compute exactly; an empty table means safe.

    ``published`` has area, period, category and shown: a number, ``<5`` (0 to 4), ``-`` (at least
    ``hide_below``) or "" (known not to be reported). Columns of the answer: area, period,
    category, shown, incidents (the number recovered). Numbers that cannot all be true are an
    error. The reader follows every sum along a line of the three dimensions in which a printed
    cell stands, and knows that numbers which nobody printed are whole and not negative.
    """
    check_columns(published, [*CELL, "shown"], "published")
    cells = sort_cells(published)
    low, high = _read_marks(cells["shown"], hide_below)
    sums = find_sums(cells, low >= 0, (area_parts, period_parts, category_parts))
    unprinted = sums.shape[1] - len(cells)
    low = np.append(np.nan_to_num(low), np.zeros(unprinted))
    high = np.append(np.nan_to_num(high, posinf=np.inf), np.full(unprinted, np.inf))
    hidden = np.append(~cells["shown"].str.fullmatch("[0-9]*"), np.zeros(unprinted, dtype=bool))
    low, high = narrow(sums, low, high)
    if (low > high).any():
        _refuse(cells, sums, low > high)
    # far enough above everything known for a number without an upper limit
    high = np.where(np.isinf(high), low.sum() + 2 * hide_below, high)
    value = np.where(low == high, low, _find_fixed(sums, low, high, hidden))
    found = (hidden & ~np.isnan(value))[: len(cells)]
    answer = cells.loc[found, [*CELL, "shown"]].reset_index(drop=True)
    return answer.assign(incidents=pd.array(value[: len(cells)][found], dtype="Int64"))


def sort_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cells in one fixed order, whatever the order of the rows; the index stays."""
    repeated = table.duplicated(CELL)
    if repeated.any():
        raise InsidenError("protect.repeated", cell=name_of(table.loc[repeated].iloc[0]))
    return table.sort_values(CELL, key=lambda column: column.astype(str))


def name_of(cell: pd.Series) -> str:
    """Name a cell for people: ``36.01 / 2024-07 / judi``."""
    return " / ".join(str(part) for part in cell[CELL] if str(part))


def _read_marks(shown: pd.Series, hide_below: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest number that each mark allows; nan for "not reported"."""
    low, high = np.full(len(shown), np.nan), np.full(len(shown), np.nan)
    for place, mark in enumerate(shown):
        if mark.isdecimal():
            low[place] = high[place] = int(mark)
        elif mark == "-":
            low[place], high[place] = hide_below, np.inf
        elif mark.startswith("<") and mark[1:].isdecimal():
            low[place], high[place] = 0, int(mark[1:]) - 1
        elif mark:
            raise InsidenError("protect.unknown_mark", text=mark)
    return low, high


def _refuse(cells: pd.DataFrame, sums: csr_array, crossed: np.ndarray) -> None:
    """Name a printed cell of a sum that cannot hold."""
    rows = abs(sums) @ crossed
    places = (abs(sums[rows > 0]).sum(axis=0) > 0)[: len(cells)]
    raise InsidenError("protect.impossible", cell=name_of(cells[places].iloc[0]))


# -- the sums that readers know of ----------------------------------------------------------------


def find_sums(cells: pd.DataFrame, reported: np.ndarray, parts: tuple[Parts, ...]) -> csr_array:
    """Return every sum that readers know of: a row a sum, whose entries add up to nothing.

    A part has the entry 1, its whole -1. The first columns are the rows of ``cells``; those that
    follow are numbers that belong to a sum but were not printed. A part that is known not to be
    reported leaves its sum.
    """
    keys = list(cells[CELL].itertuples(index=False, name=None))
    gaps = {key for key, known in zip(keys, reported, strict=True) if not known}
    printed = {key: place for place, key in enumerate(keys) if key not in gaps}
    extra = count(len(keys))
    places: dict[tuple, int] = defaultdict(lambda: next(extra), printed)
    sums: list[Sum] = []
    for axis, wholes in enumerate(parts):
        for line in dict.fromkeys((key[:axis], key[axis + 1 :]) for key in printed):
            for whole, names in wholes.items():
                named = [(*line[0], name, *line[1]) for name in dict.fromkeys([whole, *names])]
                if named[0] not in gaps and (
                    members := [key for key in named[1:] if key not in gaps]
                ):
                    sums.append({places[named[0]]: -1} | {places[key]: 1 for key in members})
    return _as_matrix(_drop_idle(sums, len(keys)), len(keys))


def _as_matrix(sums: list[Sum], printed: int) -> csr_array:
    used = sorted({place for entries in sums for place in entries if place >= printed})
    column = {place: printed + number for number, place in enumerate(used)}
    triples = [
        (sign, row, column.get(place, place))
        for row, entries in enumerate(sums)
        for place, sign in entries.items()
    ]
    signs, rows, columns = np.array(triples, dtype=int).reshape(-1, 3).T
    return csr_array((signs, (rows, columns)), shape=(len(sums), printed + len(used)))


def _drop_idle(sums: list[Sum], printed: int) -> list[Sum]:
    """Leave out what tells nothing: numbers nobody printed that take up any difference.

    Each step keeps exactly the same tables possible for the printed cells.
    """
    while True:
        before = sum(map(len, sums))
        _merge_alike(sums, printed)
        sums = _without_takers(sums, printed)
        sums = _without_open_blocks(sums, printed)
        if sum(map(len, sums)) == before:
            return sums


def _unprinted(sums: list[Sum], printed: int) -> dict[int, Sum]:
    """Return, for each number nobody printed, the sums it stands in and its sign there."""
    found: dict[int, Sum] = defaultdict(dict)
    for row, entries in enumerate(sums):
        for place, sign in entries.items():
            if place >= printed:
                found[place][row] = sign
    return found


def _merge_alike(sums: list[Sum], printed: int) -> None:
    """Two unprinted numbers in the very same sums are as good as one, their sum."""
    seen = set()
    for place, signs in _unprinted(sums, printed).items():
        alike = frozenset(signs.items())
        if alike in seen:
            for row in signs:
                del sums[row][place]
        seen.add(alike)


def _without_takers(sums: list[Sum], printed: int) -> list[Sum]:
    """An unprinted number that stands alone on its side of one sum only makes that sum idle."""
    idle = set()
    for place, signs in _unprinted(sums, printed).items():
        row, sign = next(iter(signs.items()))
        others = [other for each, other in sums[row].items() if each != place]
        if len(signs) == 1 and sign not in others:
            idle.add(row)
    return [entries for row, entries in enumerate(sums) if row not in idle]


def _without_open_blocks(sums: list[Sum], printed: int) -> list[Sum]:
    """Replace a two-way table of which only margins are printed by "both margins add up alike".

    Whole numbers that are not negative fit into it exactly when that holds.
    """
    pairs = {
        place: tuple(signs)
        for place, signs in _unprinted(sums, printed).items()
        if list(signs.values()) == [1, 1]
    }
    is_open = [
        all(sign < 0 or place in pairs for place, sign in entries.items()) for entries in sums
    ]
    links: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs.values():
        if is_open[one] and is_open[other]:
            links[one].add(other)
            links[other].add(one)
    gone: set[int] = set()
    added: list[Sum] = []
    for row in sorted(links):
        across = links[row]
        along = links[min(across)]
        block = along | across
        parts = sum(sign > 0 for each in block for sign in sums[each].values())
        every_pair_once = (
            not along & across
            and all(links[each] == across for each in along)
            and all(links[each] == along for each in across)
            and parts == 2 * len(along) * len(across)
        )
        if row in gone or not every_pair_once:
            continue
        gone |= block
        margins: Sum = defaultdict(int)
        for each in block:
            for place, sign in sums[each].items():
                if sign < 0:
                    margins[place] += 1 if each in along else -1
        added.append({place: sign for place, sign in margins.items() if sign})
    return [entries for row, entries in enumerate(sums) if row not in gone] + added


# -- what the sums leave possible -----------------------------------------------------------------


def narrow(sums: csr_array, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw the limits of every number together as far as single sums allow.

    Stops where a lower limit passes an upper one: then the numbers cannot all be true.
    """
    entries = coo_array(sums)
    rows, columns, part = entries.row, entries.col, entries.data > 0
    low, high = low.copy(), high.copy()
    for _ in range(PASSES):
        least = _of_the_others(rows, np.where(part, low[columns], -high[columns]))
        most = _of_the_others(rows, np.where(part, high[columns], -low[columns]))
        was_low, was_high = low.copy(), high.copy()
        np.maximum.at(low, columns, np.where(part, -most, least))
        np.minimum.at(high, columns, np.where(part, -least, most))
        unchanged = np.array_equal(low, was_low) and np.array_equal(high, was_high)
        if unchanged or (low > high).any():
            break
    return low, high


def _of_the_others(rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Sum, for each entry, the other terms of its row; one infinite term makes it infinite."""
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    size = rows.max(initial=-1) + 1
    others = np.bincount(rows, finite, size)[rows] - finite
    some_endless = np.bincount(rows, endless, size)[rows] - endless > 0
    sign = np.sign(terms[endless][0]) if endless.any() else 1.0
    return np.where(some_endless, sign * np.inf, others)


def find_blocks(sums: csr_array, free: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the columns and rows of each set of free numbers that sums tie together."""
    columns = np.flatnonzero(free)
    if not len(columns):
        return
    ties = abs(sums[:, columns])
    graph = block_array([[None, ties], [ties.T, None]], format="csr")
    _, label = connected_components(graph, directed=False)
    row_label, column_label = label[: sums.shape[0]], label[sums.shape[0] :]
    row_order, column_order = (
        np.argsort(row_label, kind="stable"),
        np.argsort(column_label, kind="stable"),
    )
    blocks, start = np.unique(column_label[column_order], return_index=True)
    first, last = (
        np.searchsorted(row_label[row_order], blocks, side=side) for side in ("left", "right")
    )
    for number, block in enumerate(np.split(columns[column_order], start[1:])):
        yield block, row_order[first[number] : last[number]]


def solve(
    sums: csr_array, total: np.ndarray, low: np.ndarray, high: np.ndarray, cost: np.ndarray
) -> np.ndarray | None:
    """Return whole numbers within the limits whose sums are ``total``, cheap ones; None if none.

    Most answers are whole of themselves; where not, the whole part is kept if the rest then has
    an answer, because that is ten times as fast as to ask for whole numbers from the start.
    """
    numbers = _solve(sums, total, low, high, cost, whole=False)
    if numbers is None:
        return None
    broken = np.abs(numbers - np.round(numbers)) > 1e-6
    numbers = np.round(numbers)
    if broken.any():
        rest = total - sums[:, ~broken] @ numbers[~broken]
        part = _solve(sums[:, broken], rest, low[broken], high[broken], cost[broken], whole=True)
        if part is None:
            whole = _solve(sums, total, low, high, cost, whole=True)
            return None if whole is None else np.round(whole)
        numbers[broken] = np.round(part)
    if (numbers < low).any() or (numbers > high).any() or (sums @ numbers != total).any():
        raise InsidenError("protect.unsolved")
    return numbers


def _solve(
    sums: csr_array,
    total: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    cost: np.ndarray,
    *,
    whole: bool,
) -> np.ndarray | None:
    result = milp(
        cost,
        constraints=LinearConstraint(sums, total, total),
        bounds=Bounds(low, high),
        integrality=np.full(len(low), int(whole)),
        options=SOLVER,
    )
    if result.x is None and result.status != 2:
        raise InsidenError("protect.unsolved")
    return result.x


def _find_fixed(
    sums: csr_array, low: np.ndarray, high: np.ndarray, hidden: np.ndarray
) -> np.ndarray:
    """Return the value of each hidden number that is the same in every possible table, else nan."""
    free = low < high
    fixed = np.full(len(low), np.nan)
    rest = sums @ np.where(free, 0.0, low)
    for columns, rows in find_blocks(sums, free):
        wanted = hidden[columns]
        if len(rows) and wanted.any():
            block = sums[rows][:, columns]
            fixed[columns] = _fixed_in_block(
                block, -rest[rows], low[columns], high[columns], wanted
            )
    return fixed


def _fixed_in_block(
    sums: csr_array, total: np.ndarray, low: np.ndarray, high: np.ndarray, wanted: np.ndarray
) -> np.ndarray:
    chance = np.random.default_rng(0)
    signs = chance.choice([-1.0, 1.0], (ROUNDS, len(low)))
    least, most = np.full(len(low), np.inf), np.full(len(low), -np.inf)

    def look(low: np.ndarray, high: np.ndarray, cost: np.ndarray) -> bool:
        numbers = solve(sums, total, low, high, cost)
        if numbers is not None:
            np.minimum(least, numbers, out=least)
            np.maximum(most, numbers, out=most)
        return numbers is not None

    for direction in signs:
        for cost in (direction, -direction):
            open_cells = wanted & ~(least < most)
            if open_cells.any() and not look(low, high, cost * open_cells):
                raise InsidenError("protect.impossible_sums")
    fixed = np.full(len(low), np.nan)
    for place in np.flatnonzero(wanted):
        here = np.arange(len(low)) == place
        value = least[place]
        if (
            value == most[place]
            and not look(np.where(here, value + 1, low), high, np.zeros(len(low)))
            and not look(low, np.where(here, value - 1, high), np.zeros(len(low)))
        ):
            fixed[place] = value
    return fixed
