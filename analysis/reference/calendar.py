"""What the calendar adds to a month: Ramadan, Lebaran, holidays, and events that change recording.

Ramadan moves through the year by about eleven days a year, so the month's name says nothing about
it; the days of each month that fall into it do.
"""

import pandas as pd

from analysis.words.messages import InsidenError

LEBARAN_DAYS = 7  # before and after 1 Syawal: a window of 15 days (genhol; methods of X-13)
HOLIDAYS = ("public_holiday", "idul_fitri", "school_holiday")


def month_calendar(calendar: pd.DataFrame, months: pd.DatetimeIndex) -> pd.DataFrame:
    """Count the special days of each month; one row a month.

    Columns: month, days, ramadan_days, lebaran_days (a window of 15 days around 1 Syawal),
    holiday_days (public and school holidays together, each day once) and yearend_days (24 December
    to 2 January). A study without a calendar has zeros; a month that lies outside its calendar is
    an error, because a zero there would be a guess.
    """
    events = _dated(calendar)
    _check_covered(events, months)
    eid = events.loc[events["kind"] == "idul_fitri", "date_start"]
    lebaran = pd.DataFrame(
        {
            "date_start": eid - pd.Timedelta(days=LEBARAN_DAYS),
            "date_end": eid + pd.Timedelta(days=LEBARAN_DAYS),
        }
    )
    kinds = events["kind"]
    return pd.DataFrame(
        {
            "month": months,
            "days": months.days_in_month,
            "ramadan_days": _days_within(events[kinds == "ramadan"], months),
            "lebaran_days": _days_within(lebaran, months),
            "holiday_days": _days_within(events[kinds.isin(HOLIDAYS)], months),
            "yearend_days": _days_within(events[kinds == "yearend"], months),
        }
    )


def events_between(calendar: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Return the events that touch the days from ``first`` to ``last``, in order.

    Columns as in calendar.csv, with dates; an event without an end lasts its first day.
    """
    events = _dated(calendar)
    touching = (events["date_start"] <= last) & (events["date_end"] >= first)
    return events[touching].sort_values(["date_start", "date_end", "event"], ignore_index=True)


def _dated(calendar: pd.DataFrame) -> pd.DataFrame:
    ends = calendar["date_end"].where(calendar["date_end"] != "", calendar["date_start"])
    return calendar.assign(
        date_start=pd.to_datetime(calendar["date_start"], format="%Y-%m-%d"),
        date_end=pd.to_datetime(ends, format="%Y-%m-%d"),
    )


def _check_covered(events: pd.DataFrame, months: pd.DatetimeIndex) -> None:
    if events.empty or not len(months):
        return
    first = events["date_start"].min().to_period("M")
    last = events["date_end"].max().to_period("M")
    wanted = months.to_period("M")
    if wanted.min() < first or wanted.max() > last:
        raise InsidenError(
            "calendar.not_covered",
            wanted_first=wanted.min(),
            wanted_last=wanted.max(),
            first=first,
            last=last,
        )


def _days_within(events: pd.DataFrame, months: pd.DatetimeIndex) -> list[int]:
    """Count the days of each month that lie in at least one event."""
    spans = zip(events["date_start"], events["date_end"], strict=True)
    days = [day for start, end in spans for day in pd.date_range(start, end)]
    by_month = pd.DatetimeIndex(days).unique().to_period("M").value_counts()
    return [int(by_month.get(month, 0)) for month in months.to_period("M")]
