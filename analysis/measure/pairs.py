"""Each area beside the sum of its comparator, month by month, over the months that all reported."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measure.design import final_rows, people_by_month
from analysis.measure.series import check_groups, check_totals
from analysis.words.messages import InsidenError

LEAST_REPORTED = 0.5  # of the focal area's months; a member with fewer would cost all the others


class Pairs(NamedTuple):
    """The two sides of every comparison as arrays: one row a focal area, one column a month."""

    focal: list[str]
    members: list[list[str]]
    left_out: list[list[str]]  # members that reported too few of the focal area's months
    months: pd.DatetimeIndex
    first: np.ndarray  # counts of the focal area, NaN where one side did not report
    total: np.ndarray  # counts of both sides
    offset: np.ndarray  # log of the ratio of their people
    carried: np.ndarray  # variance of the log ratio, if every area's own log rate has variance one
    why: np.ndarray  # "" where the two can be compared


def make_pairs(
    counts: pd.DataFrame,
    population: pd.DataFrame,
    groups: dict[str, list[str]],
    months: pd.DatetimeIndex | None = None,
) -> Pairs:
    """Lay each focal area beside the sum of its members over the months that all of them reported.

    ``groups``: focal area -> members of its comparator; an area without members stays in the list
    with why "no_neighbours". ``counts`` and ``population`` as for ``find_trend``. A member that
    reported fewer than half of the focal area's months is left out of that one comparison, and
    listed. Areas that are missing altogether thus change only their own and their neighbours' rows.
    """
    check_totals(counts)
    if counts.empty:
        raise InsidenError("measure.no_months")
    areas = check_groups(groups, set(population["area"]) if "area" in population else set())
    if months is None:
        months = pd.date_range(counts["month"].min(), counts["month"].max(), freq="MS")
    incidents = final_rows(counts, areas, months)
    seen = ~np.isnan(incidents)
    people, breaks = people_by_month(population, areas, months, seen)
    place = {area: row for row, area in enumerate(areas)}
    pairs = [_pair(place[focal], [place[each] for each in members], incidents, people)
             for focal, members in groups.items()]  # fmt: skip
    used = [[areas[row] for row in pair.kept] for pair in pairs]
    why = [
        _reason(pair, bool(breaks[[place[focal], *pair.kept]].any()))
        for focal, pair in zip(groups, pairs, strict=True)
    ]
    return Pairs(
        list(groups),
        used,
        [sorted(set(groups[focal]) - set(kept)) for focal, kept in zip(groups, used, strict=True)],
        months,
        np.stack([pair.first for pair in pairs]),
        np.stack([pair.total for pair in pairs]),
        np.stack([pair.offset for pair in pairs]),
        np.array([pair.carried for pair in pairs]),
        np.array(why),
    )


class _Pair(NamedTuple):
    kept: list[int]
    first: np.ndarray
    total: np.ndarray
    offset: np.ndarray
    carried: float


def _pair(focal: int, members: list[int], incidents: np.ndarray, people: np.ndarray) -> _Pair:
    """Sum the members that reported enough, over the months that they and the focal area share."""
    seen = ~np.isnan(incidents)
    both = (seen[members] & seen[focal]).sum(axis=1)
    fewest = max(1.0, LEAST_REPORTED * seen[focal].sum())
    kept = [member for member, months in zip(members, both, strict=True) if months >= fewest]
    common = seen[focal] & seen[kept].all(axis=0) & bool(kept)
    first = np.where(common, incidents[focal], np.nan)
    others = np.where(common, np.nan_to_num(incidents[kept]), 0.0)
    share = others.sum(axis=1) + 0.5
    share = share / share.sum() if kept else share
    offset = np.log(people[focal] / people[kept].sum(axis=0)) if kept else np.zeros(len(first))
    return _Pair(kept, first, first + others.sum(axis=0), offset, 1 + float((share**2).sum()))


def _reason(pair: _Pair, broken: bool) -> str:
    if not pair.kept:
        return "no_neighbours"
    if np.isnan(pair.total).all():
        return "no_common_months"
    if broken:
        return "population_break"
    return "no_incidents" if np.nansum(pair.total) == 0 else ""
