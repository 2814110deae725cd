"""p values by permutation: how often chance alone puts values as far out as those on the map.

Every area has random numbers of its own, made from its code and the seed. So the order of the rows
changes nothing, and one area more or less leaves the shuffles of the others almost as they were.
"""

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
from scipy.sparse import csr_array, diags_array

from analysis.measure.graph import Graph
from analysis.words.messages import InsidenError

PERMUTATIONS = 9999  # the smallest two-sided p is then 0.0002
AT_ONCE = 4_000_000  # numbers held in memory
ROUNDING = 1e-9  # sums this close (in standard deviations) are equal but for rounding


def local_p(values: np.ndarray, graph: Graph, permutations: int, seed: int) -> np.ndarray:
    """Return of each area the two-sided p of its neighbours' sum, its own value held in place.

    The sum over as many areas as it has neighbours, drawn from all others without return (Anselin
    1995, Geographical Analysis 27: 93-115). That is the test of local Moran, of G and of G* alike:
    each only rises or falls with this sum. The smaller tail is doubled, at most 1.
    """
    scaled = _scaled(values)
    number = np.diff(graph.near.indptr)
    seen = graph.near @ scaled
    above, below = np.ones(len(values)), np.ones(len(values))
    areas = np.arange(len(values))
    for order in _orders(graph, permutations, seed, first=int(number.max()) + 1):
        sums = np.cumsum(scaled[order], axis=1)
        place = np.full((len(order), len(values)), len(values))
        np.put_along_axis(place, order, np.arange(order.shape[1])[None], axis=1)
        # an area drawn as its own neighbour gives way to the next one drawn
        drawn = np.where(place < number, sums[:, number] - scaled[areas], sums[:, number - 1])
        above += (drawn >= seen - ROUNDING).sum(axis=0)
        below += (drawn <= seen + ROUNDING).sum(axis=0)
    return _two_sided(above, below, permutations)


def map_p(
    statistics: Callable[[np.ndarray], dict[str, np.ndarray]],
    values: np.ndarray,
    graph: Graph,
    permutations: int,
    seed: int,
) -> dict[str, float]:
    """Return the two-sided p of statistics of the whole map, the values shuffled over its areas.

    ``statistics`` takes areas x permutations and returns one number a column for each name.
    """
    seen = {name: found.item() for name, found in statistics(values[:, None]).items()}
    above, below = ({name: np.array(1) for name in seen} for _ in range(2))
    for order in _orders(graph, permutations, seed, first=len(values)):
        for name, found in statistics(values[order].T).items():
            above[name] += (found >= seen[name] - ROUNDING).sum()
            below[name] += (found <= seen[name] + ROUNDING).sum()
    return {name: _two_sided(above[name], below[name], permutations).item() for name in seen}


def adjust_p(p: np.ndarray) -> np.ndarray:
    """Return q: the share of false finds among all areas with a q as small (Benjamini-Hochberg 1995).

    J Roy Stat Soc B 57: 289-300; NaN takes no part. Holds too where neighbours' tests rise together
    (Benjamini & Yekutieli 2001).
    """
    q = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raised = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return q


def check_permutations(permutations: int) -> int:
    """Return ``permutations`` unchanged; fewer than 99 cannot show a p of 5 percent."""
    if permutations < 99:
        raise InsidenError("space.permutations", text=permutations)
    return permutations


def row_shares(near: csr_array) -> csr_array:
    """Return weights that add up to one in each row."""
    return csr_array(diags_array(1 / near.sum(axis=1)) @ near)


def _two_sided(above: np.ndarray, below: np.ndarray, permutations: int) -> np.ndarray:
    """Return twice the smaller tail, at most 1; the map itself counts as one of the permutations."""
    return np.minimum(1.0, 2 * np.minimum(above, below) / (permutations + 1))


def _scaled(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def _orders(graph: Graph, permutations: int, seed: int, *, first: int) -> Iterator[np.ndarray]:
    """Yield blocks of permutations x the ``first`` places of a random order of the areas."""
    generators = [np.random.default_rng([seed, _number(area)]) for area in graph.areas]
    size = max(AT_ONCE // len(generators), 1)
    for start in range(0, permutations, size):
        rows = min(size, permutations - start)
        keys = np.column_stack([generator.random(rows) for generator in generators])
        if first < len(generators):
            chosen = np.argpartition(keys, first - 1, axis=1)[:, :first]
            inside = np.argsort(np.take_along_axis(keys, chosen, 1), axis=1)
            yield np.take_along_axis(chosen, inside, 1)
        else:
            yield np.argsort(keys, axis=1)


def _number(area: object) -> int:
    return int.from_bytes(hashlib.sha256(str(area).encode()).digest()[:8], "big")
