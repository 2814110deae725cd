"""What is not known, turned into a bound: how far off must it be to change what was concluded?"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.ratios import ratio_limits
from analysis.measure.series import check_months, check_totals, month_rows
from analysis.tables import check_columns

MOST = 1000.0  # times the reports of a month; nobody would believe more
HALVINGS = 40
COLUMNS = [
    "focal", "comparator", "side", "missing", "per_month", "verdict", "turns_to", "needed", "times",
    "why", "confidence", "unit", "method",
]  # fmt: skip


def find_missing_bound(
    comparison: pd.DataFrame, counts: pd.DataFrame, *, months: pd.DatetimeIndex
) -> pd.DataFrame:
    """Say what the missing months would have to hold for a comparison to end differently.

    ``comparison`` as ``compare_areas`` returns it, ``counts`` and ``months`` as it was given. One
    row a comparison, side ("focal" or "comparator") with missing months, and other outcome:
    ``missing`` area-months that nobody reported, ``per_month`` the mean of that side's reported
    ones, ``needed`` the mean that the missing ones would need, ``times`` the one over the other.
    The other side's gaps are filled at its own mean. ``needed`` is empty with why "impossible" where
    not even none at all would do it, "out_of_reach" where a thousand times as many would not.
    Judged by the limits that the verdict was judged by, at the same dispersion.
    """
    check_totals(counts)
    check_months(months)
    check_columns(
        comparison, ["focal", "comparator", "members", "verdict", "dispersion"], "comparison"
    )
    rows: list[dict] = []
    compared: list[Any] = list(comparison.itertuples())
    for row in compared:
        if row.verdict != "not_comparable":
            rows += _bounds(row, month_rows(counts, [row.focal, *row.members.split(";")], months))
    return pd.DataFrame(rows, columns=COLUMNS)


def _bounds(row: Any, grid: np.ndarray) -> list[dict]:
    """Find, for each side with gaps, the fill at which the verdict turns."""
    gaps = np.isnan(grid)
    missing = {"focal": int(gaps[0].sum()), "comparator": int(gaps[1:].sum())}
    seen = {"focal": float(np.nansum(grid[0])), "comparator": float(np.nansum(grid[1:]))}
    cells = {"focal": grid[0].size, "comparator": grid[1:].size}
    months = {side: cells[side] - missing[side] for side in missing}
    if not all(months.values()):
        return []
    mean = {side: seen[side] / months[side] for side in missing}
    people = row.exposure / row.months, row.comparator_exposure / row.months
    dispersion = row.dispersion if row.dispersion >= 1 else 1.0
    found = []
    for side in ("focal", "comparator"):
        if not missing[side]:
            continue

        def outcome(fill: float, side: str = side) -> str:
            filled = {each: seen[each] + missing[each] * mean[each] for each in seen}
            filled[side] = seen[side] + missing[side] * fill
            one, other = filled["focal"], filled["comparator"]
            sides = [np.array([each]) for each in (one, people[0], other, people[1])]
            first, exposure, second, other_exposure = sides
            low, high = ratio_limits(
                first, exposure, second, other_exposure, dispersion, confidence=row.confidence
            )
            return "higher" if low[0] > 1 else "lower" if high[0] < 1 else "not_separable"

        # more on the focal side, or less on the other, makes the ratio larger
        order = ["lower", "not_separable", "higher"]
        if side == "comparator":
            order = order[::-1]
        found += [
            _turn(row, side, missing[side], mean[side], wanted, order, outcome)
            for wanted in order
            if wanted != row.verdict
        ]
    return found


def _turn(
    row: Any, side: str, missing: int, mean: float, wanted: str, order: list[str], outcome
) -> dict:
    """Bisect for the fill at which ``wanted`` begins; ``order`` is how outcomes follow as it grows."""
    low, high = 0.0, MOST * max(mean, 1 / max(missing, 1))
    rank = order.index(wanted)
    rises = rank > order.index(row.verdict)

    def reached(fill: float) -> bool:
        place = order.index(outcome(fill))
        return place >= rank if rises else place <= rank

    needed, why = np.nan, ""
    if rises and not reached(high):
        why = "out_of_reach"
    elif not rises and not reached(low):
        why = "impossible"
    else:
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if reached(middle) == rises:
                high = middle
            else:
                low = middle
        needed = high if rises else low
    return {
        "focal": row.focal,
        "comparator": row.comparator,
        "side": side,
        "missing": missing,
        "per_month": mean,
        "verdict": row.verdict,
        "turns_to": wanted,
        "needed": needed,
        "times": needed / mean if mean else np.nan,
        "why": why,
        "confidence": row.confidence,
        "unit": row.unit,
        "method": row.method,
    }


def find_effort_bound(
    changes: pd.DataFrame, efforts: pd.DataFrame, *, key: str = "area"
) -> pd.DataFrame:
    """Say how strongly reports would have to follow effort for effort alone to explain a change.

    ``changes``: ``key``, ratio, ratio_low, ratio_high (of counts, or of rates, after to before or
    one to another); ``efforts``: ``key``, effort, effort_before (patrol hours, posts, staff …). If
    reports grow as effort^e, effort alone explains a ratio with e = log(ratio) / log(effort ratio);
    ``elasticity`` with ``elasticity_low`` and ``elasticity_high`` from the ratio's limits, ordered.
    ``explains``: "fully" where an elasticity between 0 and 1 lies within these limits (proportional
    effort, or less, would do), "partly" where more than 1 is needed, "no" where effort stood still
    or moved the other way, "no_change" where the limits hold a ratio of one; "" with why
    "no_effort" where effort was not recorded: then nothing can be said.
    """
    check_columns(changes, [key, "ratio", "ratio_low", "ratio_high"], "changes")
    check_columns(efforts, [key, "effort", "effort_before"], "efforts")
    table = changes[[key, "ratio", "ratio_low", "ratio_high"]].merge(
        efforts[[key, "effort", "effort_before"]], on=key, how="left", validate="one_to_one"
    )
    now, before = (table[name].astype(float).to_numpy() for name in ("effort", "effort_before"))
    known = (now > 0) & (before > 0)
    grew = np.log(np.where(known, now, 1.0) / np.where(known, before, 1.0))
    moved = known & (grew != 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [
            np.log(table[name].astype(float).to_numpy())
            for name in ("ratio", "ratio_low", "ratio_high")
        ]
        best, one, other = (
            np.where(moved, log / np.where(moved, grew, 1.0), np.nan) for log in logs
        )
    low, high = np.fmin(one, other), np.fmax(one, other)
    same = (logs[1] <= 0) & (logs[2] >= 0)
    judged = np.select(
        [~known | np.isnan(logs[0]), same, ~moved | (high < 0), low <= 1],
        ["", "no_change", "no", "fully"],
        "partly",
    )
    return table.assign(
        effort_ratio=np.where(known, np.exp(grew), np.nan),
        elasticity=best,
        elasticity_low=low,
        elasticity_high=high,
        explains=judged,
        why=np.select([~known, np.isnan(logs[0])], ["no_effort", "no_incidents"], ""),
        unit="elasticity",
        method="effort_alone",
    )
