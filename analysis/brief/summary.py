"""The few tables that the briefing adds to the findings, so that every number it prints is a cell.

summary   key, value            one row a fact: period, confidence level, hidden cells, rejects …
coverage  area, expected, reported, percent        unit-months in the comparison window
latest    area, month, month_before, incidents …   the last month and the same month a year before
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.findings import Findings
from analysis.measure.ratios import rate_ratio

CONFIDENCE = 0.95
PER = 100_000
SMALLEST_P = 0.0001
ALL = "all"
LATEST = [
    "area",
    "month",
    "month_before",
    *(f"{name}{when}" for name in ("incidents", "shown", "why") for when in ("", "_before")),
    "flag",
    "ratio_low",
    "ratio_high",
]


def sum_coverage(findings: Findings) -> pd.DataFrame:
    """Return how many months of the window each compared area reported completely, and all.

    One month of one area is a unit-month; the last row is the sum over all areas.
    """
    grid = findings.completeness
    inside = grid[grid["month"].between(findings.window_first, findings.window_last)]
    complete = inside.groupby("area", sort=True)["complete"]
    areas = complete.agg(expected="size", reported="sum").reset_index()
    every = areas[["expected", "reported"]].sum().to_frame().T.assign(area=ALL)
    table = pd.concat([areas, every], ignore_index=True)[["area", "expected", "reported"]]
    table["percent"] = 100.0 * table["reported"] / table["expected"]
    return table


def find_latest(findings: Findings) -> pd.DataFrame:
    """Set the last month of the region beside the same month a year before.

    The limits of the ratio allow for the dispersion of the region's series (see ``rate_ratio``).
    A month that is hidden, not known or reported in part only leaves them empty.
    """
    month = findings.last
    before = month - pd.DateOffset(years=1)
    rows = findings.monthly[findings.monthly["area"] == findings.focal].copy()
    rows.loc[~rows["complete"], "incidents"] = pd.NA
    rows.loc[~rows["complete"] & (rows["shown"] != ""), ["shown", "why"]] = ["", "partial"]
    pair = rows[rows["month"].isin([month, before])].set_index("month")
    if len(pair) < 2:
        return pd.DataFrame(columns=LATEST)
    now, then = pair.loc[month], pair.loc[before]
    trend = findings.trend[findings.trend["area"] == findings.focal]
    dispersion = trend["dispersion"].dropna().max() if "dispersion" in trend else 1.0
    low, high = ratio_limits(now["incidents"], then["incidents"], dispersion)
    return pd.DataFrame(
        {
            "area": [findings.focal],
            "month": [month],
            "month_before": [before],
            **{
                f"{name}{when}": pd.Series([row[name]], dtype=rows[name].dtype)
                for name in ("incidents", "shown", "why")
                for when, row in (("", now), ("_before", then))
            },
            "flag": [now["flag"]],
            "ratio_low": [low],
            "ratio_high": [high],
        }
    )


def ratio_limits(now: Any, before: Any, dispersion: float) -> tuple[float, float]:
    """Return the limits of the ratio of two counts; empty where one is not known or both are 0."""
    if pd.isna(now) or pd.isna(before) or now + before == 0:
        return float("nan"), float("nan")
    days = np.ones(1)
    counts = np.array([now], float), days, np.array([before], float), days
    ratio = rate_ratio(*counts, dispersion=float(np.nanmax([1.0, dispersion])))
    return float(ratio.low[0]), float(ratio.high[0])


def summarise(findings: Findings) -> pd.DataFrame:
    """Return the facts that no other table holds, one row a fact."""
    study = findings.study
    released = [findings.monthly, findings.window, findings.districts, findings.categories]
    shown = pd.concat([table["shown"] for table in released], ignore_index=True).astype(str)
    outcome = findings.balance.groupby("outcome")[["rows", "cells"]].sum()
    before = findings.window_first - pd.DateOffset(months=study.window)
    districts = findings.districts["shown"].astype(str)
    facts = {
        "title": study.title,
        "source": study.source_line,
        "region": findings.focal,
        "unit": study.unit,
        "period": _span(findings.first, through(findings)),
        "window": _span(findings.window_first, through(findings)),
        "window_before": _span(before, findings.window_first - pd.DateOffset(months=1)),
        "data_through": through(findings),
        "confidence_percent": round(100 * CONFIDENCE),
        "per_people": PER,
        "smallest_p": SMALLEST_P,
        "hide_below": study.hide_below,
        "complete_from_percent": 100 * study.complete_from,
        "hidden_cells": int(shown.str.startswith("<").sum()),
        "hidden_complementary": int((shown == "-").sum()),
        "districts": len(districts),
        "districts_shown": int(findings.districts["incidents"].notna().sum()),
        "districts_hidden": int((districts.str.startswith("<") | (districts == "-")).sum()),
        "districts_unreported": int((districts == "").sum()),
        "files": findings.balance["file"].nunique(),
        "cells_counted": int(outcome["cells"].get("counted", 0)),
        "rows_left_out": int(outcome["rows"].get("left_out", 0)),
        "open_questions": len(findings.rejects),
        "revised_cells": len(findings.revisions),
        "totals_that_differ": len(findings.totals),
    }
    return pd.DataFrame(
        {"key": list(facts), "value": pd.Series(list(facts.values()), dtype=object)}
    )


def through(findings: Findings) -> pd.Timestamp:
    """The last month that the data cover; the last count may cover several months."""
    return findings.last + pd.DateOffset(months=findings.study.months_per_count - 1)


def _span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return f"{first:%Y-%m}..{last:%Y-%m}"
