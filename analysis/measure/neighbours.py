"""Whom to compare an area with: its land neighbours, areas alike in covariates, or all the others."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from analysis.tables import check_columns
from analysis.words.messages import InsidenError

TIE_DECIMALS = 9  # of the largest distance: closer ones are equal but for rounding
TINY = 1e-300
COLUMNS = ["focal", "neighbour", "place", "distance", "k", "covariates", "method", "why"]


def find_alike(
    covariates: pd.DataFrame,
    *,
    k: int,
    columns: Iterable[str] | None = None,
    metric: Literal["euclidean", "mahalanobis"] = "euclidean",
) -> pd.DataFrame:
    """List the ``k`` areas most alike to each area, with their distances; one row a pair.

    ``covariates``: area and any numeric ``columns`` (by default all others). "euclidean": each
    covariate in standard deviations; "mahalanobis": covariates that move together count once
    (Mahalanobis 1936), with a pseudo-inverse where one follows from the others. ``place`` counts
    from 1; equal distances are ordered by code. ``covariates`` names those used. An area that lacks
    a covariate is nobody's neighbour and has one row without a neighbour: why
    "covariate_missing".
    """
    check_columns(covariates, ["area"], "covariates")
    repeated = covariates["area"].duplicated()
    if repeated.any():
        raise InsidenError("measure.repeated_area", area=covariates["area"][repeated].iloc[0])
    names = [name for name in columns or covariates.columns if name != "area"]
    check_columns(covariates, names, "covariates")
    table = covariates.sort_values("area", ignore_index=True)
    values = table[names].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(values).all(axis=1)
    if not names or not 1 <= k < known.sum():
        raise InsidenError("measure.how_many_alike", k=k, most=max(int(known.sum()) - 1, 0))
    constant = np.ptp(values[known], axis=0) == 0
    if constant.any():
        raise InsidenError("measure.constant_covariate", column=names[int(constant.argmax())])
    areas = table["area"][known].to_numpy()
    distance = _distances(values[known], metric)
    largest = distance.max(where=np.isfinite(distance), initial=TINY)
    nearest = np.argsort(np.round(distance / largest, TIE_DECIMALS), axis=1, kind="stable")
    rows = np.repeat(np.arange(len(areas)), k)
    chosen = nearest[:, :k].ravel()
    pairs = pd.DataFrame(
        {
            "focal": areas[rows],
            "neighbour": areas[chosen],
            "place": np.tile(np.arange(1, k + 1), len(areas)),
            "distance": distance[rows, chosen],
            "why": "",
        }
    )
    lacking = pd.DataFrame(
        {"focal": table["area"][~known], "neighbour": "", "why": "covariate_missing"}
    )
    both = pd.concat([pairs, lacking], ignore_index=True)
    both["place"] = both["place"].astype("Int64")
    return both.assign(k=k, covariates=";".join(names), method=metric)[COLUMNS]


def group_by_focal(pairs: pd.DataFrame, areas: Iterable[str]) -> dict[str, list[str]]:
    """Return the members of every area's comparator from a table of pairs; maybe none.

    ``pairs``: focal, neighbour (a border across the sea, column ``border``, makes no neighbour).
    Pairs with an area outside ``areas`` are left out.
    """
    check_columns(pairs, ["focal", "neighbour"], "neighbours")
    known = sorted(set(areas))
    if "border" in pairs:
        pairs = pairs[pairs["border"] == "land"]
    pairs = pairs[pairs["focal"].isin(known) & pairs["neighbour"].isin(known)]
    found = pairs.groupby("focal")["neighbour"].agg(lambda each: sorted(set(each)))
    return {area: found.get(area, []) for area in known}


def all_others(areas: Iterable[str]) -> dict[str, list[str]]:
    """Compare every area with all the others together."""
    known = sorted(set(areas))
    return {area: [other for other in known if other != area] for area in known}


def _distances(values: np.ndarray, metric: str) -> np.ndarray:
    """Return the distances between all areas, infinite to oneself."""
    standard = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    if metric == "mahalanobis":
        inverse = np.linalg.pinv(
            np.atleast_2d(np.cov(standard, rowvar=False)), rcond=1e-10, hermitian=True
        )
        size, direction = np.linalg.eigh(inverse)
        standard = standard @ direction * np.sqrt(np.maximum(size, 0.0))
    squared = (standard**2).sum(axis=1)
    apart = squared[:, None] + squared[None, :] - 2 * standard @ standard.T
    distance = np.sqrt(np.maximum(apart, 0.0))
    np.fill_diagonal(distance, np.inf)
    return distance
