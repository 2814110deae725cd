"""Areas that were split, merged or given another code: counted together as far back as needed.

When an area is split, its old counts belong to all its parts and to none in particular. So a period
that holds the split is analysed on the smallest units that both its sides share.
"""

import numpy as np
import pandas as pd

from analysis.measure.series import check_totals
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

JOIN = "+"


def find_units(
    lineage: pd.DataFrame, areas: list[str], first: pd.Timestamp, last: pd.Timestamp
) -> dict[str, str]:
    """Map every area to the unit that can be followed from ``first`` to ``last``.

    ``lineage``: old, new, valid_from (date), kind (split, merge, moved …); one row a link, an old
    code that lives on with less land has a link to itself. Only changes after the first month and
    not after the last matter. Areas linked by them form one unit, named by its codes at the end
    ("36.04+36.73"); all others are their own.
    """
    check_columns(lineage, ["old", "new", "valid_from"], "lineage")
    since = pd.to_datetime(lineage["valid_from"], errors="coerce")
    if since.isna().any():
        row = lineage[since.isna()].iloc[0]
        raise InsidenError("measure.lineage_date", area=row["old"], text=row["valid_from"])
    inside = lineage.assign(since=since)[(since > first) & (since <= last)]
    unit = {area: {area} for area in {*areas, *inside["old"], *inside["new"]}}
    for link in inside.itertuples():
        together = unit[link.old] | unit[link.new]
        for area in together:
            unit[area] = together
    # a code that was given up is not among those at the end
    gone = {
        old
        for old, links in inside.groupby("old")
        if old not in set(links.loc[links["since"] == links["since"].max(), "new"])
    }
    return {area: JOIN.join(sorted(unit[area] - gone) or sorted(unit[area])) for area in unit}


def sum_to_units(
    counts: pd.DataFrame, lineage: pd.DataFrame, *, units: dict[str, str] | None = None
) -> pd.DataFrame:
    """Sum counts to units that stayed the same over the whole period; one row a unit and month.

    ``counts``: area, month, incidents, one area-month at most once; a code that did not exist yet
    (or any more) has no row then, or an empty one with why "before_start". Columns: area (the
    unit), month, incidents, why, members. A month of a unit is known only where every part that
    existed then reported: one silent part leaves it empty, why "not_reported".
    """
    check_totals(counts)
    months = pd.date_range(counts["month"].min(), counts["month"].max(), freq="MS")
    if units is None:
        units = find_units(lineage, sorted(counts["area"].unique()), months[0], months[-1])
    born, ended = _lives(lineage, units)
    grid = counts.pivot(index="area", columns="month", values="incidents").reindex(columns=months)
    parts = []
    for unit in sorted({units[area] for area in grid.index}):
        members = sorted(area for area in units if units[area] == unit)
        alive = np.array([(months >= born[each]) & (months < ended[each]) for each in members])
        seen = grid.reindex(members).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        silent = (alive & np.isnan(seen)).any(axis=0) | np.isnan(seen).all(axis=0)
        total = pd.array(np.where(silent, np.nan, np.nansum(seen, axis=0)), dtype="Float64")
        part = pd.DataFrame({"area": unit, "month": months, "incidents": total.astype("Int64")})
        part["why"] = np.where(silent, "not_reported", "")
        parts.append(part.assign(members=";".join(members)))
    return pd.concat(parts, ignore_index=True)


def share_to_parts(units: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Divide the counts of units among their parts, as an estimate that says so in every row.

    ``units``: area, month, incidents; ``shares``: unit, area, weight (people, or the counts of a
    later period). Columns: area, unit, month, estimate (not whole), share, method
    "shared_by_weight", flag "estimate". It says how many reports a part would have had if the unit
    had been the same everywhere; no difference between the parts can be concluded from it.
    """
    check_columns(shares, ["unit", "area", "weight"], "shares")
    weight = shares["weight"].astype(float)
    if not (weight > 0).all():
        raise InsidenError("measure.no_people", area=shares["area"][~(weight > 0)].iloc[0])
    share = weight / weight.groupby(shares["unit"]).transform("sum")
    both = units.merge(
        shares[["unit", "area"]].assign(share=share),
        left_on="area",
        right_on="unit",
        suffixes=("_of", ""),
    )
    both["estimate"] = both["incidents"].astype("Float64") * both["share"]
    both = both.assign(method="shared_by_weight", flag="estimate")
    return both[["area", "unit", "month", "estimate", "share", "method", "flag"]]


def _lives(
    lineage: pd.DataFrame, units: dict[str, str]
) -> tuple[dict[str, pd.Timestamp], dict[str, pd.Timestamp]]:
    """Return the first month of every code, and the first month in which it is no longer used."""
    since = pd.to_datetime(lineage["valid_from"]).dt.to_period("M").dt.to_timestamp()
    links = lineage[["old", "new"]].assign(since=since)
    born = dict.fromkeys(units, pd.Timestamp.min)
    ended = dict.fromkeys(units, pd.Timestamp.max)
    for key, rows in links.groupby(["old", "since"]):
        old, month = str(key[0]), pd.Timestamp(str(key[1]))
        news = set(rows["new"])
        if old not in news:
            ended[old] = month
        for new in news - {old}:
            # a code that took over land it did not have lived before
            if not (
                (links["old"] == new) & (links["new"] == new) & (links["since"] <= month)
            ).any():
                born[new] = month
    return born, ended
