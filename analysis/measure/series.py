"""From a counts table to rows of numbers, one row an area: what the statistics compute on."""

import numpy as np
import pandas as pd

from analysis.tables import check_columns
from analysis.words.messages import InsidenError


def check_totals(counts: pd.DataFrame) -> pd.DataFrame:
    """Return ``counts`` unchanged, or say which area and month cannot be computed with.

    One row is one area in one month, all categories together: area, month, incidents (empty means
    not reported). A repeated row, a negative or broken number or a month that does not start on
    the first is an error, because each of them would change a sum without a trace.
    """
    check_columns(counts, ["area", "month", "incidents"], "counts")
    incidents = _floats(counts["incidents"])
    month = counts["month"]
    wrong = {
        "measure.repeated": counts.duplicated(["area", "month"]).to_numpy(),
        "measure.negative": incidents < 0,
        "measure.not_whole": ~np.isnan(incidents) & (np.floor(incidents) != incidents)
        | np.isinf(incidents),
        "measure.not_first_day": (month != month.dt.to_period("M").dt.to_timestamp()).to_numpy(),
    }
    for key, rows in wrong.items():
        if rows.any():
            first = counts[rows].iloc[0]
            raise InsidenError(
                key,
                number=int(rows.sum()),
                area=first["area"],
                month=f"{first['month']:%Y-%m-%d}",
                text=first["incidents"],
            )
    return counts


def month_rows(
    counts: pd.DataFrame, areas: list[str], months: pd.DatetimeIndex, column: str = "incidents"
) -> np.ndarray:
    """Return one row an area and one column a month; NaN where nothing was reported."""
    wide = counts.pivot(index="area", columns="month", values=column)
    wide = wide.reindex(index=areas, columns=months)
    return _floats(wide)


def check_months(months: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return ``months`` unchanged, or say that there are none, or that one stands there twice."""
    if months.empty:
        raise InsidenError("measure.no_months")
    if months.has_duplicates:
        raise InsidenError(
            "measure.repeated_month", month=f"{months[months.duplicated()][0]:%Y-%m}"
        )
    return months


def check_groups(groups: dict[str, list[str]], known: set[str]) -> list[str]:
    """Return every area that is compared, sorted, or say which comparator cannot stand.

    ``groups``: focal area -> members of its comparator; ``known``: the areas with people.
    """
    if not groups:
        raise InsidenError("measure.no_comparator", comparator="-")
    for focal, members in groups.items():
        if focal in members:
            raise InsidenError("measure.focal_in_comparator", area=focal, comparator=focal)
        if len(set(members)) < len(members):
            raise InsidenError("measure.repeated_member", comparator=focal)
    areas = sorted(set(groups).union(*groups.values()))
    for area in areas:
        if area not in known:
            raise InsidenError("measure.unknown_area", area=area, known=", ".join(sorted(known)))
    return areas


def _floats(table: pd.DataFrame | pd.Series) -> np.ndarray:
    return table.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
