"""What a monthly mean is made of: trend, season, calendar, people; and which series have enough."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measure.series import check_months, check_totals, month_rows
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

FEWEST_MONTHS = 24
MONTH_DAYS = 30.4
JUMP = 0.05  # a year: no region of a country grows or shrinks so fast
NOT_FINAL = ("provisional", "partial")
SHARES = ["ramadan_days", "lebaran_days", "yearend_days"]
TREND = 1  # the place of the slope among the terms


class Series(NamedTuple):
    """All areas of a study as arrays, ready to be fitted."""

    areas: list[str]
    months: pd.DatetimeIndex  # every month from the first to the last count
    in_calendar: np.ndarray  # months
    incidents: np.ndarray  # areas x months, NaN where not used
    design: np.ndarray  # areas x months x terms
    offset: np.ndarray  # areas x months: log of people x days of the month / 30.4
    verdict: np.ndarray  # areas: "" where a trend can be fitted, else as in ``find_trend``
    why: np.ndarray  # areas


def read_series(counts: pd.DataFrame, calendar: pd.DataFrame, population: pd.DataFrame) -> Series:
    """Lay out counts, calendar and people month by month; see ``find_trend`` for the columns."""
    check_totals(counts)
    if counts.empty:
        raise InsidenError("measure.no_months")
    areas = sorted(counts["area"].unique())
    months = pd.date_range(counts["month"].min(), counts["month"].max(), freq="MS")
    incidents = final_rows(counts, areas, months)
    days = _days(calendar, months)
    in_calendar = days["days"].notna().to_numpy()
    _check_calendar(months[~in_calendar & ~np.isnan(incidents).all(axis=0)])
    people, breaks = people_by_month(population, areas, months, ~np.isnan(incidents))
    length = days["days"].fillna(MONTH_DAYS).to_numpy(dtype=float)
    verdict, why = _judge(incidents, breaks)
    return Series(
        areas,
        months,
        in_calendar,
        incidents,
        _design(incidents, months, days),
        np.log(people * length / MONTH_DAYS),
        verdict,
        why,
    )


def final_rows(counts: pd.DataFrame, areas: list[str], months: pd.DatetimeIndex) -> np.ndarray:
    """Return areas x months as ``month_rows``, without the months that are not final yet."""
    if "flag" in counts:
        counts = counts[~counts["flag"].isin(NOT_FINAL)]
    return month_rows(counts, areas, months)


def _days(calendar: pd.DataFrame, months: pd.DatetimeIndex) -> pd.DataFrame:
    check_columns(calendar, ["month", "days", *SHARES], "calendar")
    check_months(pd.DatetimeIndex(calendar["month"]))
    return calendar.set_index("month")[["days", *SHARES]].astype(float).reindex(months)


def _check_calendar(missing: pd.DatetimeIndex) -> None:
    if len(missing):
        raise InsidenError("measure.calendar_missing", months=", ".join(missing.strftime("%Y-%m")))


def _design(incidents: np.ndarray, months: pd.DatetimeIndex, days: pd.DataFrame) -> np.ndarray:
    """Return areas x months x terms: level, years, yearly wave, shares of the calendar.

    The years are centred, so that the level is that of the middle. A calendar term is zero in an
    area whose months with such days hold no incident at all (or were not reported): its effect
    would be minus infinity.
    """
    place = np.arange(len(months)) - (len(months) - 1) / 2
    wave = 2 * np.pi * months.month.to_numpy() / 12
    shares = days[SHARES].div(days["days"], axis="index").fillna(0.0).to_numpy()
    common = np.column_stack([np.ones(len(months)), place / 12, np.sin(wave), np.cos(wave), shares])
    design = np.repeat(common[None], len(incidents), axis=0)
    estimable = np.nan_to_num(incidents) @ shares > 0
    design[:, :, -len(SHARES) :] *= estimable[:, None, :]
    return design


def people_by_month(
    population: pd.DataFrame, areas: list[str], months: pd.DatetimeIndex, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return people by area and month, and which areas change their vintage with a jump."""
    check_columns(population, ["area", "population"], "population")
    known = {str(area): rows for area, rows in population.groupby("area")}
    people, breaks = np.empty(used.shape), np.zeros(len(areas), dtype=bool)
    for place, area in enumerate(areas):
        if area not in known:
            raise InsidenError("measure.unknown_area", area=area, known=", ".join(sorted(known)))
        size = known[area]["population"].astype("Float64").fillna(0).to_numpy(dtype=float)
        if (size <= 0).any():
            raise InsidenError("measure.no_people", area=area)
        people[place] = size[0]
        if len(size) > 1:
            people[place], breaks[place] = _by_year(known[area], months, months[used[place]])
    return people, breaks


def _by_year(
    rows: pd.DataFrame, months: pd.DatetimeIndex, used: pd.DatetimeIndex
) -> tuple[np.ndarray, bool]:
    """Give each month its year's people; years between two known ones lie on a line."""
    check_columns(rows, ["year", "vintage"], "population")
    rows = rows.sort_values("year")
    years = rows["year"].to_numpy(dtype=float)
    size = rows["population"].to_numpy(dtype=float)
    if (np.diff(years) == 0).any():
        raise InsidenError("measure.repeated_population", area=rows["area"].iloc[0])
    inside = (years[1:] > used.year.min()) & (years[1:] <= used.year.max())
    jump = np.abs(size[1:] / size[:-1] - 1) > JUMP * np.diff(years)
    vintage = rows["vintage"].to_numpy()
    broken = inside & jump & (vintage[1:] != vintage[:-1])
    return np.interp(months.year, years, size), bool(broken.any())


def _judge(incidents: np.ndarray, breaks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say which series must not have a trend fitted, and why."""
    short = (~np.isnan(incidents)).sum(axis=1) < FEWEST_MONTHS
    cases = [short, breaks, np.nansum(incidents, axis=1) == 0]
    verdict = np.select(cases, ["too_short", "break", "not_separable"], "")
    return verdict, np.select(cases, ["few_months", "population_break", "no_incidents"], "")
