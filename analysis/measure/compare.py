"""One area against named others: rate ratio, difference, limits, and a verdict that dares no more."""

from typing import Any, cast

import numpy as np
import pandas as pd

from analysis.measure.ratios import mid_p_ratio, rate_difference, rate_ratio
from analysis.measure.series import check_groups, check_months, check_totals, month_rows
from analysis.measure.unrest import Wander, find_dispersion, find_wander, level_dispersion
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

SIDES = ["incidents", "exposure", "comparator_incidents", "comparator_exposure"]


def compare_areas(
    counts: pd.DataFrame,
    population: pd.DataFrame,
    *,
    focal: str,
    comparators: dict[str, list[str]],
    months: pd.DatetimeIndex,
    confidence: float = 0.95,
    per: int = 100_000,
    unit: str = "reports",
    history: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare the focal area with each named group of areas, over the months all of them reported.

    ``counts``: area, month, incidents for all categories together (empty or absent: not reported);
    months before the window serve to see how the areas stray from one another. ``population``:
    area, population; ``comparators``: name -> codes; ``months``: the window, one entry where a
    total was published for a period. Exposure is people for the window: population x months used /
    months wanted. ``k`` is the number of members; ``unit`` names what is counted. ``history`` holds
    the months by which unrest is judged, where some of ``counts`` are hidden from readers.

    ``ratio`` comes with exact limits and p (``rate_ratio``) and with mid-P limits. The ``wide``
    limits allow for unrest: ``dispersion`` reports carry the information of one. ``method`` says
    where that comes from: "persistence", the areas' whole history, in which a high month is followed
    by high ones (``find_wander``; three areas with 24 months); "dispersion", the scatter within the
    window (twelve months), too narrow where months stay high together; "poisson", nothing known,
    and the wide limits are empty. ``difference`` is in ``unit`` among ``per`` people over the
    window, with limits as wide (``rate_difference``).

    The verdict is higher or lower only where each interval excludes one and p < 1 - confidence;
    ``why`` says what stood against it: "no_common_months", "no_incidents", "limits_disagree"
    (interval and p differ), "dispersion" (the exact interval excludes one, the wide one does not).
    """
    check_totals(counts)
    people = _people(population)
    months = check_months(months)
    _check_comparators(comparators, focal)
    areas = check_groups({focal: sorted(set().union(*comparators.values()))}, set(people))
    rows = dict(zip(areas, month_rows(counts, areas, months), strict=True))
    table = pd.DataFrame(
        _common_months(focal, name, members, rows, people) for name, members in comparators.items()
    )
    seen = counts if history is None else history
    wander = _history(seen, months)
    common = [_common(focal, members, rows) for members in comparators.values()]
    table["dispersion"], table["method"] = _unrest(
        table, wander, month_rows(seen, areas, months), common, months, confidence
    )
    table = _add_limits(table, confidence, per)
    verdict = [
        _verdict(row, 1 - confidence) if row.months else ("not_comparable", "no_common_months")
        for row in cast(Any, table.itertuples())
    ]
    table["verdict"], table["why"] = zip(*verdict, strict=True)
    table["confidence"], table["unit"], table["per"] = confidence, unit, per
    table.loc[table["months"] == 0, SIDES] = np.nan
    return table.astype({"incidents": "Int64", "comparator_incidents": "Int64"})


def _people(population: pd.DataFrame) -> dict[str, float]:
    check_columns(population, ["area", "population"], "population")
    repeated = population["area"].duplicated()
    if repeated.any():
        raise InsidenError("measure.repeated_population", area=population["area"][repeated].iloc[0])
    people = population["population"].astype("Float64").fillna(0).to_numpy(dtype=float)
    if (people <= 0).any():
        raise InsidenError("measure.no_people", area=population["area"][people <= 0].iloc[0])
    return dict(zip(population["area"], people, strict=True))


def _check_comparators(comparators: dict[str, list[str]], focal: str) -> None:
    if not comparators:
        raise InsidenError("measure.no_comparator", comparator="-")
    for name, members in comparators.items():
        if not members:
            raise InsidenError("measure.no_comparator", comparator=name)
        if focal in members:
            raise InsidenError("measure.focal_in_comparator", area=focal, comparator=name)
        if len(set(members)) < len(members):
            raise InsidenError("measure.repeated_member", comparator=name)


def _common(focal: str, members: list[str], rows: dict[str, np.ndarray]) -> np.ndarray:
    """Mark the months in which the focal area and every member reported."""
    return ~np.isnan(np.stack([rows[area] for area in (focal, *members)])).any(axis=0)


def _common_months(
    focal: str,
    name: str,
    members: list[str],
    rows: dict[str, np.ndarray],
    people: dict[str, float],
) -> dict:
    """Sum both sides over the months in which the focal area and every member reported."""
    common = _common(focal, members, rows)
    others = np.array([rows[member][common].sum() for member in members])
    share = common.mean()
    return {
        "focal": focal,
        "comparator": name,
        "members": ";".join(members),
        "k": len(members),
        "months": int(common.sum()),
        "months_wanted": len(common),
        "incidents": rows[focal][common].sum(),
        "exposure": people[focal] * share,
        "comparator_incidents": others.sum(),
        "comparator_exposure": sum(people[member] for member in members) * share,
        # variance of the log ratio, if every area's own log rate has variance one
        "carried": 1 + (((others + 0.5) / (others + 0.5).sum()) ** 2).sum(),
    }


def _history(counts: pd.DataFrame, months: pd.DatetimeIndex) -> Wander | None:
    """See how all areas of ``counts`` stray from one another, up to the end of the window."""
    past = counts[counts["month"] <= months.max()]
    every = pd.date_range(past["month"].min(), months.max(), freq="MS")
    areas = sorted(past["area"].unique())
    return find_wander(month_rows(past, areas, every), every.month.to_numpy()) if areas else None


def _unrest(
    table: pd.DataFrame,
    wander: Wander | None,
    window: np.ndarray,
    common: list[np.ndarray],
    months: pd.DatetimeIndex,
    confidence: float,
) -> tuple[np.ndarray | float, str]:
    """Return for each row how many reports carry the information of one, and how that is known."""
    if wander is None:
        scatter = find_dispersion(window)
        return scatter, "poisson" if np.isnan(scatter) else "dispersion"
    number = (months.year * 12 + months.month).to_numpy()
    found = []
    rows: Any = table.itertuples()  # the types of its columns are not known here
    for row, used in zip(rows, common, strict=True):
        share = row.exposure / (row.exposure + row.comparator_exposure) if row.months else 0.5
        # with equal rates: the counts seen may be zero, what they were drawn from is not
        information = (row.incidents + row.comparator_incidents) * share * (1 - share)
        if not row.months or not information:
            found.append(1.0)
            continue
        spread = level_dispersion(wander, number[used], row.carried, information, confidence)
        found.append(float(spread))
    return np.array(found), "persistence"


def _add_limits(table: pd.DataFrame, confidence: float, per: int) -> pd.DataFrame:
    comparable = (table["months"] > 0).to_numpy()
    one, people, others, other_people = table.loc[comparable, SIDES].to_numpy(dtype=float).T
    dispersion = table.loc[comparable, "dispersion"].to_numpy(dtype=float)
    exact = rate_ratio(one, people, others, other_people, confidence=confidence)
    middle = mid_p_ratio(one, people, others, other_people, confidence=confidence)
    wide = rate_ratio(one, people, others, other_people, dispersion, confidence=confidence)
    known = np.nan_to_num(dispersion, nan=1.0)
    difference = rate_difference(one, people, others, other_people, known, confidence=confidence)
    limits = {
        "ratio": exact.ratio,
        "ratio_low": exact.low,
        "ratio_high": exact.high,
        "p": exact.p,
        "mid_p_low": middle.low,
        "mid_p_high": middle.high,
        "wide_low": wide.low,
        "wide_high": wide.high,
        "difference": per * difference.difference,
        "difference_low": per * difference.low,
        "difference_high": per * difference.high,
    }
    return table.drop(columns="carried").join(pd.DataFrame(limits, index=table.index[comparable]))


def _verdict(row, error_rate: float) -> tuple[str, str]:
    """Judge one comparison: a direction only where interval, wide interval and p agree."""
    if row.incidents + row.comparator_incidents == 0:
        return "not_separable", "no_incidents"
    exact = row.ratio_low > 1 or row.ratio_high < 1
    if exact != (row.p < error_rate):
        return "not_separable", "limits_disagree"
    if exact and row.wide_low <= 1 <= row.wide_high:
        return "not_separable", "dispersion"
    if not exact:
        return "not_separable", ""
    return ("higher" if row.ratio_low > 1 else "lower"), ""
