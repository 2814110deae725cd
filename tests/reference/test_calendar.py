"""The calendar: days of Ramadan, Lebaran and year-end in each month, against known dates."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reference.calendar import events_between, month_calendar
from analysis.reference.files import read_reference
from analysis.words.messages import InsidenError


@pytest.fixture(scope="module")
def calendar(root):
    return read_reference(root / "data" / "reference").calendar


def days(calendar, month, column):
    return month_calendar(calendar, pd.DatetimeIndex([month]))[column].item()


# decreed starts: 23 March 2023, 12 March 2024, 1 March 2025, 19 February 2026
RAMADAN = [("2023-03", 9), ("2024-03", 20), ("2024-04", 9), ("2025-03", 30), ("2026-02", 10)]


@pytest.mark.parametrize(("month", "number"), RAMADAN)
def test_ramadan_days(calendar, month, number):
    assert days(calendar, month, "ramadan_days") == number


def test_2030_holds_two_ramadans(calendar):
    year = month_calendar(calendar, pd.date_range("2030-01", "2030-12", freq="MS"))
    assert year.set_index(year["month"].dt.month)["ramadan_days"].loc[[1, 2, 12]].tolist() == [
        27,
        3,
        6,
    ]
    assert year["ramadan_days"].sum() == 36


def test_a_year_holds_one_window_of_lebaran(calendar):
    # 1 Syawal on 10 April 2024: 3 to 17 April; on 31 March 2025: 24 March to 7 April
    assert days(calendar, "2024-04", "lebaran_days") == 15
    assert days(calendar, "2025-03", "lebaran_days") == 8
    assert days(calendar, "2025-04", "lebaran_days") == 7


def test_the_year_ends_in_two_months(calendar):
    assert days(calendar, "2023-12", "yearend_days") == 8
    assert days(calendar, "2024-01", "yearend_days") == 2


def test_a_holiday_inside_the_school_holiday_counts_once(calendar):
    # 24 to 30 June 2023 are school holiday; Idul Adha, 29 June, is one of those seven days
    assert days(calendar, "2023-06", "holiday_days") == 7


def test_ramadan_ends_the_day_before_idul_fitri(calendar):
    events = calendar.assign(
        date_start=pd.to_datetime(calendar["date_start"]),
        date_end=pd.to_datetime(calendar["date_end"], errors="coerce"),
    )
    fasts = events[events["kind"] == "ramadan"]
    feasts = events[events["kind"] == "idul_fitri"]
    lengths = (fasts["date_end"] - fasts["date_start"]).dt.days + 1
    assert lengths.between(29, 30).all()
    following = (fasts["date_end"] + pd.Timedelta(days=1)).tolist()
    assert following == feasts["date_start"].tolist()


def day_of_hijri(year, month, day):
    """The tabular Islamic calendar (civil epoch), as Reingold and Dershowitz give it."""
    ordinal = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day
    return date.fromordinal(ordinal + 1_948_440 - 385 - 1_721_425)


@pytest.mark.parametrize("hijri", range(1436, 1453))
def test_ramadan_starts_within_two_days_of_the_tabular_calendar(calendar, hijri):
    starts = sorted(calendar.loc[calendar["kind"] == "ramadan", "date_start"])
    told = date.fromisoformat(starts[hijri - 1436])
    assert abs((told - day_of_hijri(hijri, 9, 1)).days) <= 2


@settings(max_examples=25, deadline=None)
@given(st.integers(2015, 2030), st.integers(1, 12), st.integers(1, 36))
def test_no_month_holds_more_special_days_than_days(calendar, year, month, number):
    last = pd.Timestamp("2031-01-01")
    months = pd.date_range(f"{year}-{month:02d}-01", periods=number, freq="MS")
    table = month_calendar(calendar, months[months <= last])
    for column in ("ramadan_days", "lebaran_days", "holiday_days", "yearend_days"):
        assert (table[column] <= table["days"]).all()
        assert (table[column] >= 0).all()


def test_a_month_outside_the_calendar_is_no_zero(calendar):
    with pytest.raises(InsidenError, match=r"2014-12 s\.d\. 2031-01"):
        month_calendar(calendar, pd.date_range("2012-01", "2016-01", freq="MS"))


def test_a_study_without_a_calendar_has_zeros(calendar):
    table = month_calendar(calendar.iloc[:0], pd.date_range("2012-01", "2012-02", freq="MS"))
    assert table["days"].tolist() == [31, 29]
    assert table["ramadan_days"].tolist() == [0, 0]


def test_events_that_touch_a_span(calendar):
    events = events_between(calendar, pd.Timestamp("2024-06-20"), pd.Timestamp("2024-06-20"))
    kinds = set(events["kind"])
    assert {"enforcement", "data_outage"} <= kinds  # the gambling task force, the data centre
    assert "school_holiday" not in kinds  # it starts on 22 June
