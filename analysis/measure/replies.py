"""The chain of reports by area and month, and how long a reply takes, open reports included."""

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, ecdf

from analysis.measure.columns import check_confidence
from analysis.measure.intervals import proportion_interval
from analysis.tables import check_columns


def find_chain(reports: pd.DataFrame, *, by: tuple[str, ...] = ("area", "month")) -> pd.DataFrame:
    """Count the reports in each state: one row for each of ``by``, one column for each state.

    ``reports`` has ``by`` and state, one row a report. Columns: ``by``, reports (all of them), then
    every state that occurs; they add up to reports. Unit: reports, not people.
    """
    check_columns(reports, [*by, "state"], "reports")
    table = reports.groupby([*by, "state"]).size().unstack("state", fill_value=0)
    table.columns.name = None
    table.insert(0, "reports", table.sum(axis="columns"))
    return table.reset_index().assign(unit="reports")


def find_reply_times(
    reports: pd.DataFrame,
    *,
    until: pd.Timestamp,
    by: tuple[str, ...] = ("area",),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the median days from report to reply for each of ``by``, open reports counted as open.

    ``reports`` has ``by``, received, replied (empty: still open) and why (not "": no time can be
    had, the report is left out and counted in ``excluded``); ``until`` is the day on which the list
    was drawn up, to which an open report has waited. Dropping the open ones would make a slow
    ministry look fast. The median is that of Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:
    457-481: the first day by which half are answered, empty where fewer than half are; its limits
    follow Brookmeyer & Crowley (1982), Biometrics 38: 29-41, with log-log limits; an empty upper
    limit is not reached. ``open_share`` is the part without a reply by ``until``, with Wilson's
    limits. Columns: ``by``, reports, replied, open, excluded, median_days, median_low,
    median_high, open_share, open_low, open_high, unit, method, confidence.
    """
    check_columns(reports, [*by, "received", "replied", "why"], "reports")
    check_confidence(confidence)
    used = (reports["why"] == "") & (reports["received"] <= until)
    rows = []
    for key, group in reports.assign(used=used).groupby(list(by), sort=True):
        timed = group[group["used"]]
        replied = (timed["replied"] <= until).to_numpy()
        ends = timed["replied"].where(replied, until)
        days = (ends - timed["received"]).dt.days.to_numpy(dtype=float)
        waiting = int((~replied).sum())
        low, high = proportion_interval(
            np.array([float(waiting)]), np.array([float(len(days))]), confidence, "wilson"
        )
        median = _median(days, replied, confidence)
        rows.append(
            dict(zip(by, key, strict=True))
            | {"reports": len(group), "replied": int(replied.sum()), "open": waiting}
            | {"excluded": len(group) - len(timed)}
            | dict(zip(("median_days", "median_low", "median_high"), median, strict=True))
            | {"open_share": waiting / len(days) if len(days) else np.nan}
            | {"open_low": low[0], "open_high": high[0]}
        )
    columns = [
        *by, "reports", "replied", "open", "excluded", "median_days", "median_low", "median_high",
        "open_share", "open_low", "open_high",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(unit="days", method="kaplan_meier_log_log", confidence=confidence)


def _median(days: np.ndarray, replied: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """The median of a waiting time and its limits; NaN for what is not reached."""
    if not replied.any():
        return np.nan, np.nan, np.nan
    waiting = ecdf(CensoredData.right_censored(days, ~replied)).sf
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = waiting.confidence_interval(confidence, method="log-log")
    curves = (waiting.probabilities, limits.low.probabilities, limits.high.probabilities)
    half = 0.5 + 1e-12  # a curve that runs along a half is at a half
    below = [np.flatnonzero(np.asarray(curve) <= half) for curve in curves]
    return tuple(float(waiting.quantiles[place[0]]) if len(place) else np.nan for place in below)  # type: ignore[return-value]
