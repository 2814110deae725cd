"""Who is near whom: tables of neighbours, and the graph that a spatial statistic is computed on.

A table of neighbours holds one row a direction, in the columns focal and neighbour. It may be made
from points or polygons here, or by hand from a map. A statistic takes from it only areas that have
a value and a neighbour with a value; everyone else is listed with the reason.
"""

from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from analysis.measure.columns import check_key, read_numbers, why_empty
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

PAIR = ["focal", "neighbour"]


class Graph(NamedTuple):
    """Areas in the order of their codes, and which of them are neighbours (binary, focal a row)."""

    areas: np.ndarray
    near: csr_array


def find_members(table: pd.DataFrame, neighbours: pd.DataFrame, *, value: str) -> pd.DataFrame:
    """Say of each area how many neighbours it has, in which part of the map, and why it is left out.

    ``table``: area and the column ``value``; ``neighbours``: focal, neighbour. Columns: area,
    ``value`` as floats, neighbours (those with a value), component (1 is the largest part of the
    map that hangs together; empty for an area left out), why: what the table says already, else
    "no_value", or "no_neighbours" for an area with a value and no neighbour that has one. Areas
    that stand only in the table of neighbours are not part of the study. Sorted by area.
    """
    check_key(table, ["area"], "space")
    check_columns(table, [value], "space")
    found = table[["area"]].assign(**{value: read_numbers(table, value)})
    found["why"] = why_empty(table, {"no_value": found[value].isna().to_numpy()})
    found = found.sort_values("area", ignore_index=True)
    known = (found["why"] == "").to_numpy()
    linked = known
    while True:  # more than twice only where a border is given in one direction
        near = as_matrix(neighbours, found["area"].to_numpy(), linked)
        number = np.diff(near.indptr)
        if (number[linked] > 0).all():
            break
        linked = linked & (number > 0)
    _, part = connected_components(near, directed=False)
    order = pd.Series(part[linked]).value_counts(sort=True).index
    place = pd.Series(np.arange(1, len(order) + 1), index=order)
    found["neighbours"] = pd.Series(number, dtype="Int64").where(known)
    found["component"] = pd.Series(part).map(place).astype("Int64").where(linked)
    found["why"] = found["why"].mask(known & ~linked, "no_neighbours")
    return found[["area", value, "neighbours", "component", "why"]]


def as_graph(members: pd.DataFrame, neighbours: pd.DataFrame) -> Graph:
    """Return the graph of the areas that ``find_members`` leaves in."""
    areas = members.loc[members["why"] == "", "area"].to_numpy()
    return Graph(areas, as_matrix(neighbours, areas))


def as_matrix(
    neighbours: pd.DataFrame, areas: np.ndarray, known: np.ndarray | None = None
) -> csr_array:
    """Return areas x areas, 1 where the column is a neighbour of the row; ``known`` areas alone.

    A pair given twice counts once, and an area is no neighbour of its own.
    """
    check_columns(neighbours, PAIR, "neighbours")
    place = pd.Series(np.arange(len(areas)), index=areas)
    if known is not None:
        place = place[known]
    pairs = pd.DataFrame({name: neighbours[name].map(place) for name in PAIR}).dropna()
    pairs = pairs[pairs["focal"] != pairs["neighbour"]].drop_duplicates().astype(int)
    focal, other = (pairs[name].to_numpy() for name in PAIR)
    return csr_array((np.ones(len(pairs)), (focal, other)), shape=(len(areas), len(areas)))


def as_weights(graph: Graph) -> object:
    """Return the graph as weights of libpysal, binary, in the order of the areas."""
    near = graph.near
    areas = graph.areas.tolist()
    ids = {
        area: [areas[other] for other in near.indices[near.indptr[row] : near.indptr[row + 1]]]
        for row, area in enumerate(areas)
    }
    weights = import_space("libpysal.weights")
    return weights.W(ids, id_order=areas, silence_warnings=True)


def import_space(module: str) -> ModuleType:
    """Return a module of the extra ``space``, or say how to install it; takes seconds when first used."""
    from importlib import import_module

    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise InsidenError("space.not_installed", library=module.split(".")[0]) from error


# -- tables of neighbours -----------------------------------------------------------------------


def find_nearest(points: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """List the ``k`` nearest areas of each area by straight line; one row a pair.

    ``points``: area, x, y in a plane (metres or kilometres, not degrees). Columns: focal,
    neighbour, distance. Not symmetric: the nearest of an area may have nearer ones. As spdep
    ``knearneigh``.
    """
    areas, places = _points(points)
    if not 1 <= k < len(areas):
        raise InsidenError("space.how_many_near", k=k, most=max(len(areas) - 1, 0))
    distance, other = KDTree(places).query(places, k + 1)
    itself = other == np.arange(len(areas))[:, None]
    # of points on one spot, the area itself may not come first
    itself[~itself.any(axis=1), -1] = True
    return _pairs(areas, np.repeat(np.arange(len(areas)), k), other[~itself], distance[~itself])


def find_within(points: pd.DataFrame, *, distance: float | None = None) -> pd.DataFrame:
    """List the areas within ``distance`` of each area; by default the least that leaves nobody alone.

    ``points``: as in ``find_nearest``, and so are the columns. As spdep ``dnearneigh``.
    """
    areas, places = _points(points)
    tree = KDTree(places)
    if distance is None:
        if len(areas) < 2:
            raise InsidenError("space.how_many_near", k=1, most=0)
        distance = float(tree.query(places, 2)[0][:, 1].max())
    # a hair more, so that rounding does not lose the pair that sets the distance
    pairs = tree.query_pairs(distance * (1 + 1e-12), output_type="ndarray")
    focal, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    return _pairs(areas, focal, other, np.linalg.norm(places[focal] - places[other], axis=1))


def find_touching(polygons: pd.DataFrame, *, corner: bool = True) -> pd.DataFrame:
    """List the areas whose borders touch; ``corner``: one common point is enough (queen, else rook).

    ``polygons``: a GeoDataFrame with area and geometry. Columns: focal, neighbour. Follows the
    drawing: gaps between badly drawn borders lose neighbours, and a strait parts areas.
    """
    check_key(polygons, ["area"], "polygons")
    weights = import_space("libpysal.weights")
    kind = weights.Queen if corner else weights.Rook
    table = polygons.reset_index(drop=True)
    found = kind.from_dataframe(table, use_index=True, silence_warnings=True)
    rows = [(focal, other) for focal, others in found.neighbors.items() for other in others]
    focal, other = np.array(rows, dtype=int).reshape(-1, 2).T
    return _pairs(table["area"].to_numpy(), focal, other)


def find_further(neighbours: pd.DataFrame, *, steps: int = 2) -> pd.DataFrame:
    """List the areas that are exactly ``steps`` borders away; columns: focal, neighbour.

    As spdep ``nblag``: who can be reached in fewer steps is left out.
    """
    check_columns(neighbours, PAIR, "neighbours")
    areas = np.unique(neighbours[PAIR].to_numpy().ravel())
    near = as_matrix(neighbours, areas)
    reached = np.eye(len(areas), dtype=bool)
    edge = reached
    for _ in range(steps):
        edge = (near.T @ edge.T > 0).T & ~reached
        reached = reached | edge
    return _pairs(areas, *np.nonzero(edge))


def _points(points: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    check_key(points, ["area"], "points")
    check_columns(points, ["x", "y"], "points")
    places = np.column_stack([read_numbers(points, "x"), read_numbers(points, "y")])
    if np.isnan(places).any():
        raise InsidenError("space.nowhere", area=points["area"][np.isnan(places).any(1)].iloc[0])
    return points["area"].to_numpy(), places


def _pairs(
    areas: np.ndarray, focal: np.ndarray, other: np.ndarray, distance: np.ndarray | None = None
) -> pd.DataFrame:
    pairs = pd.DataFrame({"focal": areas[focal], "neighbour": areas[other]})
    if distance is not None:
        pairs["distance"] = distance
    return pairs.sort_values(PAIR, ignore_index=True)
