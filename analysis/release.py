"""Everything that leaves the office, in one table, so that small counts are hidden over all of it at once.

A cell that two tables show, or that one lets be computed, is one row here; a set of months is named
by its months, so that tables over the same months share their cells.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import poisson

from analysis.counts import sum_over
from analysis.desk import Desk, ancestors
from analysis.protect.audit import find_recoverable
from analysis.protect.suppression import hide_small
from analysis.words.messages import InsidenError

CELL = ["area", "period", "category"]


def period_key(months: Iterable[pd.Timestamp]) -> str:
    """Name a set of months, so that two tables over the same months share a cell.

    >>> period_key(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-04-01"]))
    '2024-01..2024-02,2024-04'
    """
    parts: list[list[pd.Period]] = []
    for month in sorted(pd.Period(each, "M") for each in months):
        if parts and month == parts[-1][-1] + 1:
            parts[-1].append(month)
        else:
            parts.append([month])
    return ",".join(str(part[0]) if len(part) == 1 else f"{part[0]}..{part[-1]}" for part in parts)


def collect_release(
    desk: Desk, groups: dict[str, list[str]], explored: pd.DataFrame
) -> pd.DataFrame:
    """Every cell that any output shows or lets be computed: area, period, category, incidents.

    ``explored``: what a reader can choose in the explorer (``explored_cells``).
    """
    monthly = desk.monthly.assign(period=desk.monthly["month"].dt.strftime("%Y-%m"), category="")
    focal = desk.study.region
    parts = [monthly[[*CELL, "known"]].rename(columns={"known": "incidents"})]
    parts += [_sums(desk, [area], area, desk.usable_months([area])) for area in desk.compared]
    for name, members in groups.items():
        months = desk.usable_months([focal, *members])
        parts += [_sums(desk, [focal], focal, months), _sums(desk, members, name, months)]
        parts += [_sums(desk, [area], area, months) for area in members]
    for months in (desk.window_months, desk.months_before):
        usable = desk.usable_months([focal], months)
        parts.append(_sums(desk, [focal], focal, usable))
        parts.append(_focal_parts(desk, usable, "category"))
    usable = desk.usable_months([focal])
    parts.append(_focal_parts(desk, usable, "area"))
    parts.append(explored[[*CELL, "incidents"]])
    release = pd.concat([part for part in parts if not part.empty], ignore_index=True)
    release["incidents"] = release["incidents"].astype("Int64")
    release["why"] = release["incidents"].isna().map({True: "not_reported", False: ""})
    return release.drop_duplicates(CELL).sort_values(CELL, ignore_index=True)


def explored_periods(desk: Desk) -> dict[str, pd.DatetimeIndex]:
    """The periods that a reader of the explorer can choose: each calendar year, and the window."""
    years = {str(year): desk.months[desk.months.year == year] for year in desk.months.year.unique()}
    return {"window": desk.window_months} | years


def explored_cells(desk: Desk) -> pd.DataFrame:
    """Every compared area in every period, by category and for all of them together.

    Columns: area, span (the period's name), months, months_wanted, period (its complete months),
    category, incidents. A period without a complete month has no row.
    """
    above = ancestors(desk.reference.areas, desk.study.compare_level)
    counts = desk.counts.assign(area=desk.counts["area"].map(above))
    found = []
    for area in desk.compared:
        own = counts[counts["area"] == area]
        several = own["category"].nunique() > 1
        for span, wanted in explored_periods(desk).items():
            months = desk.usable_months([area], wanted)
            rows = own[own["month"].isin(months)]
            if len(months) == 0 or rows.empty:
                continue
            facts = {"area": area, "span": span, "months": len(months)}
            facts |= {"months_wanted": len(wanted), "period": period_key(months)}
            sums = rows.groupby("category")["incidents"].sum() if several else pd.Series(dtype=int)
            total = desk.monthly.loc[
                (desk.monthly["area"] == area) & desk.monthly["month"].isin(months), "known"
            ].sum()
            for category, incidents in {**sums, "": total}.items():
                found.append(facts | {"category": category, "incidents": int(incidents)})
    columns = ["area", "span", "months", "months_wanted", "period", "category", "incidents"]
    return pd.DataFrame(found, columns=columns)


def _sums(desk: Desk, members: list[str], name: str, months: pd.DatetimeIndex) -> pd.DataFrame:
    if len(months) == 0:
        return pd.DataFrame(columns=[*CELL, "incidents"])
    rows = desk.monthly["area"].isin(members) & desk.monthly["month"].isin(months)
    total = desk.monthly.loc[rows, "known"].sum()
    row = {"area": name, "period": period_key(months), "category": "", "incidents": total}
    return pd.DataFrame([row])


def _focal_parts(desk: Desk, months: pd.DatetimeIndex, by: str) -> pd.DataFrame:
    """The region's districts or categories, summed over ``months``."""
    parts = desk.focal_parts[desk.focal_parts["month"].isin(months)]
    if parts.empty or (by == "category" and parts["category"].nunique() < 2):
        return pd.DataFrame(columns=[*CELL, "incidents"])
    if by == "area" and set(parts["area"]) == {desk.study.region}:
        return pd.DataFrame(columns=[*CELL, "incidents"])
    sums = sum_over(parts, [by]).rename(columns={"known": "sum"})
    return pd.DataFrame(
        {
            "area": sums["area"] if by == "area" else desk.study.region,
            "period": period_key(months),
            "category": sums["category"] if by == "category" else "",
            "incidents": sums["sum"],
        }
    )


def protect_release(
    release: pd.DataFrame, desk: Desk, groups: dict[str, list[str]]
) -> pd.DataFrame:
    """Hide small counts over the whole release at once; index by its cell."""
    all_months = {str(month)[:7] for month in desk.months}
    periods = {}
    for key in release["period"].unique():
        if key not in all_months:
            periods[key] = [
                str(month)
                for part in key.split(",")
                for month in pd.period_range(part.split("..")[0], part.split("..")[-1], freq="M")
                if str(month) in all_months
            ]
    districts = [area for area in desk.focal_parts["area"].unique() if area != desk.study.region]
    areas = {name: members for name, members in groups.items() if name not in desk.compared}
    if districts:
        areas[desk.study.region] = sorted(districts)
    categories = sorted(set(release["category"]) - {""})
    parts: dict[str, Any] = {
        "hide_below": desk.study.hide_below,
        "area_parts": areas,
        "period_parts": periods,
        "category_parts": {"": categories} if categories else {},
    }
    protected = hide_small(release, **parts)
    # the attack knows only what is published; nothing leaves that it can undo
    recovered = find_recoverable(protected, **parts)
    if len(recovered):
        raise InsidenError("run.recoverable", number=len(recovered))
    return protected.set_index(CELL)


def public_counts(monthly: pd.DataFrame, hide_below: int) -> pd.Series:
    """Return the months as a reader may know them, for whatever is estimated from them.

    ``monthly``: area, month, incidents (empty where hidden), why, complete. An incomplete month is
    empty. A small one enters as the mean of its class (0 to ``hide_below`` - 1) under the Poisson
    mean of its area, rounded: to leave it out would lift every low area, and to take its true
    number would let a reader find it by fitting again. An area without a shown month has none.
    """
    counts = monthly["incidents"].where(monthly["complete"]).astype("Int64")
    small = monthly["complete"] & (monthly["why"] == "suppressed")
    for _, rows in monthly[small].groupby("area"):
        own = counts[(monthly["area"] == rows["area"].iloc[0]) & counts.notna()]
        if len(own):
            counts.loc[rows.index] = _class_mean(own.to_numpy(dtype=float), len(rows), hide_below)
    return counts


def _class_mean(shown: np.ndarray, hidden: int, hide_below: int) -> int:
    """The expected small count, given the shown ones (expectation-maximisation, Poisson)."""
    small = np.arange(hide_below)
    mean = shown.mean()
    for _ in range(200):
        expected = np.average(small, weights=poisson.pmf(small, mean) + 1e-300)
        mean = (shown.sum() + hidden * expected) / (len(shown) + hidden)
    return round(float(expected))


def take_cells(
    shown: pd.DataFrame, table: pd.DataFrame, period: pd.Series | str, category: pd.Series | str
) -> pd.DataFrame:
    """Add incidents, shown and why of the protected cell to each row of ``table``."""
    cells = table.assign(period=period, category=category)
    keys = pd.MultiIndex.from_frame(cells[CELL])
    found = shown.reindex(keys)[["incidents", "shown", "why"]].set_index(table.index)
    found["shown"] = found["shown"].fillna("")
    found["why"] = found["why"].fillna("not_reported")
    return table.drop(columns=["incidents", "shown", "why"], errors="ignore").join(found)
