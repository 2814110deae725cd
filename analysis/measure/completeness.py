"""Completeness before comparison: who reported which month, and who may be put in an order."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measure.series import check_months, check_totals, month_rows
from analysis.tables import check_columns


class Completeness(NamedTuple):
    """How many of the expected unit-months were reported: *15 of 18 unit-months (83.3 %)*."""

    reported: int
    expected: int
    percent: float  # NaN where nothing was expected


def find_completeness(
    counts: pd.DataFrame, areas: dict[str, list[str]], *, months: pd.DatetimeIndex | None = None
) -> pd.DataFrame:
    """Return one row an area and month: area, month, expected, reported, complete.

    ``counts``: area, month, incidents of the reporting units (empty or absent: not reported);
    ``areas``: the units expected to report for each area, ``{"36.01": ["36.01"]}`` where it reports
    itself; ``months``: the window, by default from the first to the last month of ``counts``.
    A reported zero is a report.
    """
    check_totals(counts)
    if months is None:
        months = pd.date_range(counts["month"].min(), counts["month"].max(), freq="MS")
    check_months(months)
    parts = []
    for area, units in areas.items():
        reported = (~np.isnan(month_rows(counts, units, months))).sum(axis=0)
        part = pd.DataFrame({"area": area, "month": months, "expected": len(units)})
        parts.append(part.assign(reported=reported, complete=reported == len(units)))
    return pd.concat(parts, ignore_index=True)


def completeness_rate(completeness: pd.DataFrame) -> Completeness:
    """Add up the reported and expected unit-months of a completeness table."""
    check_columns(completeness, ["expected", "reported"], "completeness")
    reported, expected = (int(completeness[name].sum()) for name in ("reported", "expected"))
    return Completeness(reported, expected, 100 * reported / expected if expected else np.nan)


def sum_reported(counts: pd.DataFrame, completeness: pd.DataFrame) -> pd.DataFrame:
    """Sum each area's counts over its complete months; one row an area.

    ``counts`` holds the areas' own totals (area, month, incidents). Columns: area, months,
    months_wanted, incidents, per_month; without a complete month the last two are empty.
    """
    check_totals(counts)
    check_columns(completeness, ["area", "month", "complete"], "completeness")
    table = completeness.merge(
        counts[["area", "month", "incidents"]], on=["area", "month"], how="left"
    )
    table["incidents"] = table["incidents"].astype("Int64").where(table["complete"])
    sums = table.groupby("area", sort=False).agg(
        months=("complete", "sum"), months_wanted=("complete", "size")
    )
    sums["incidents"] = table.groupby("area", sort=False)["incidents"].sum(min_count=1)
    per_month = sums["incidents"].astype("Float64") / sums["months"].where(sums["months"] > 0)
    return sums.assign(per_month=per_month).reset_index()


def find_rankable(completeness: pd.DataFrame) -> pd.DataFrame:
    """Say which areas may be put in an order: those complete in the very same months.

    One row an area: area, months, months_wanted, rankable, why. The areas with the most complete
    months may be ordered among themselves; one with other months stands apart, with why
    "different_months" ("not_reported" where it has none). Where two sets of months are equally
    large, nobody may be ranked: none of them is the yardstick.
    """
    check_columns(completeness, ["area", "month", "complete"], "completeness")
    rows = completeness.groupby("area", sort=False)
    sets = [frozenset(part.loc[part["complete"], "month"]) for _, part in rows]
    fullest = {told for told in sets if len(told) == max(map(len, sets))}
    rankable = [len(fullest) == 1 and bool(told) and told in fullest for told in sets]
    reasons = ["different_months" if told else "not_reported" for told in sets]
    return pd.DataFrame(
        {
            "area": list(rows.groups),
            "months": [len(told) for told in sets],
            "months_wanted": rows.size().to_list(),
            "rankable": rankable,
            "why": ["" if fine else why for fine, why in zip(rankable, reasons, strict=True)],
        }
    )
