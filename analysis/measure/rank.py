"""Ranks that say how far they can be trusted: among how many, from what, and between which places."""

import numpy as np
import pandas as pd

from analysis.tables import check_columns
from analysis.words.messages import InsidenError


def rank_by(table: pd.DataFrame, columns: list[str], *, truncated_by: str = "") -> pd.DataFrame:
    """Rank the areas by each column, the largest value first; never a bare rank.

    One row an area and column: area, measure, value, rank, of (areas in the list), rank_best,
    rank_worst, why. The best and worst place count only areas that surely stand above or below: by
    intervals that do not meet where ``<column>_low`` and ``<column>_high`` exist, else by the value;
    an area without a value could stand anywhere. Ties share the better place.

    ``truncated_by`` names the measure by which the list was cut ("the five largest by money"): the
    ranks of every other measure hold within the list only and say so with why "truncated_list".
    An area without a value has no rank and why "no_value".
    """
    check_columns(table, ["area", *columns], "ranks")
    repeated = table["area"].duplicated()
    if repeated.any():
        raise InsidenError("measure.repeated_area", area=table["area"][repeated].iloc[0])
    parts = [_ranks(table, column) for column in columns]
    ranks = pd.concat(parts, ignore_index=True)
    if truncated_by:
        inside = (ranks["measure"] != truncated_by) & (ranks["why"] == "")
        ranks["why"] = ranks["why"].mask(inside, "truncated_list")
    return ranks


def check_published(
    table: pd.DataFrame, published: pd.DataFrame, column: str, *, unit: str = "area"
) -> pd.DataFrame:
    """Return ``table`` unchanged, or say which value differs from the figure stored for its area.

    ``published``: the stored figures, with ``unit``, ``column`` and source. A difference is for a
    person to settle: one of the two was copied wrongly.
    """
    check_columns(table, [unit, column], "figures")
    check_columns(published, [unit, column, "source"], "published")
    both = table[[unit, column]].merge(
        published[[unit, column, "source"]], on=unit, suffixes=("", "_stored")
    )
    differs = both[column] != both[f"{column}_stored"]
    if differs.fillna(False).any():
        row = both[differs.fillna(False)].iloc[0]
        raise InsidenError(
            "measure.conflict",
            area=row[unit],
            column=column,
            value=row[column],
            stored=row[f"{column}_stored"],
            source=row["source"],
        )
    return table


def _ranks(table: pd.DataFrame, column: str) -> pd.DataFrame:
    value = _numbers(table, column)
    limits = [f"{column}_low", f"{column}_high"]
    low, high = (_numbers(table, name if set(limits) <= set(table) else column) for name in limits)
    known = ~np.isnan(value)
    # comparisons with NaN are false: an area without a value is surely above or below nobody
    rank = 1 + (value[None, :] > value[:, None]).sum(axis=1)
    best = 1 + (low[None, :] > high[:, None]).sum(axis=1)
    worst = len(value) - (high[None, :] < low[:, None]).sum(axis=1)
    ranks = pd.DataFrame({"area": table["area"].to_numpy(), "measure": column, "value": value})
    for name, places in (("rank", rank), ("rank_best", best), ("rank_worst", worst)):
        ranks[name] = pd.Series(places, dtype="Int64").where(known)
    ranks["of"] = int(known.sum())
    ranks["why"] = np.where(known, "", "no_value")
    order = ["area", "measure", "value", "rank", "of", "rank_best", "rank_worst", "why"]
    return ranks[order]


def _numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    return table[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
