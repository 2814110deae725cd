"""Periods: own hard texts, every spelling in every form, and nothing at all that breaks it."""

import calendar
import csv
import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.feasts import feast_from_symbols
from analysis.text.months import period_from_text
from analysis.text.vocabulary import read_vocabulary

CASES = Path(__file__).parents[1] / "cases" / "months.csv"
SPELLINGS = {
    1: "Januari JAN Jan. January Djanuari",
    2: "Februari PEBRUARI Peb Pebr. Feb February Febuari",
    3: "Maret MAR Mrt March",
    4: "April APR Apl",
    5: "Mei MEI May",
    6: "Juni JUN June Djuni",
    7: "Juli JUL July Djuli",
    8: "Agustus AGT Agu Ags Agst Agust Aug August",
    9: "September SEP Sept Spt",
    10: "Oktober OKT October Oct",
    11: "November NOPEMBER Nop Nov",
    12: "Desember DES December Dec",
}
NAMES = [(month, name) for month, names in SPELLINGS.items() for name in names.split()]
MONTH_FORMS = (
    "{name} {year}", "{name}-{year}", "{name}{year}", "{name}/{year}", "{name}, {year}",
    "{name}.{year}", "{name}\n{year}", "{name}\r\n{year}", "{name}\u00a0{year}", "{name} {short}", "{name}-{short}",
    "{name} '{short}", "{name}\u2019{short}", "Bulan {name} {year}", "BLN. {name} TAHUN {year}",
    "{year} {name}", "{month:02}/{year}", "{month}-{year}", "{year}-{month:02}", "{year}{month:02}",
)  # fmt: skip
DAY_FORMS = (
    "{day} {name} {year}", "{day:02}-{name}-{short}", "{day}/{month}/{year}", "{day}.{month}.{year}",
    "{day:02}-{month:02}-{year}", "{year}-{month:02}-{day:02}", "{year}{month:02}{day:02}",
    "{weekday}, {day} {name} {year}", "{year}-{month:02}-{day:02} 00:00:00",
    "{year}-{month:02}-{day:02}T12:00:00+07:00", "tgl. {day} {name} {year}",
)  # fmt: skip
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jum'at", "Sabtu", "Minggu")


def own_cases():
    with CASES.open(encoding="utf-8", newline="") as file:
        return [
            pytest.param(*row.values(), id=row["raw"] or "empty") for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(("raw", "value", "why"), own_cases())
def test_hard_texts(raw, value, why):
    reading = period_from_text(raw)
    assert (reading.canonical or "") == value, why
    assert reading.value is not None or reading.why


@pytest.mark.parametrize("form", MONTH_FORMS)
def test_every_spelling_of_every_month_comes_back(form):
    years = range(1990, 2036)
    for place, (month, name) in enumerate(NAMES):
        year = years[place * 7 % len(years)]
        text = form.format(name=name, month=month, year=year, short=f"{year % 100:02}")
        assert period_from_text(text).canonical == f"{year}-{month:02}", text


@pytest.mark.parametrize("form", MONTH_FORMS)
def test_every_month_of_46_years_comes_back(form):
    for year, month in product(range(1990, 2036), range(1, 13)):
        name = SPELLINGS[month].split()[0]
        text = form.format(name=name, month=month, year=year, short=f"{year % 100:02}")
        assert period_from_text(text).canonical == f"{year}-{month:02}", text


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), st.data())
def test_a_date_comes_back_or_stays_open(day, data):
    form = data.draw(st.sampled_from(DAY_FORMS))
    name = data.draw(st.sampled_from(SPELLINGS[day.month].split()))
    text = form.format(
        name=name, day=day.day, month=day.month, year=day.year, short=f"{day.year % 100:02}",
        weekday=WEEKDAYS[day.weekday()],
    )  # fmt: skip
    wanted = {day.isoformat()} if day.day > 5 or "weekday" not in form else {day.isoformat(), None}
    assert period_from_text(text).canonical in wanted, text


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), st.integers(1, 6))
def test_a_wrong_weekday_is_never_read(day, later):
    wrong = WEEKDAYS[(day.weekday() + later) % 7]
    text = f"{wrong}, {day.day} {SPELLINGS[day.month].split()[0]} {day.year}"
    assert period_from_text(text).value is None


@given(
    st.dates(date(1990, 1, 1), date(2035, 12, 31)),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(-12, 14),
)
def test_a_moment_is_counted_on_its_day_in_western_indonesia(day, hour, minute, offset):
    text = f"{day}T{hour:02}:{minute:02}:00{offset:+03}:00"
    in_jakarta = timedelta(hours=hour - offset + 7, minutes=minute)
    wanted = day + timedelta(days=in_jakarta // timedelta(days=1))
    assert period_from_text(text).value == wanted.isoformat()


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_that_no_calendar_has_is_an_error(month):
    name = SPELLINGS[month].split()[0]
    for year in (2023, 2024):
        last = calendar.monthrange(year, month)[1]
        assert period_from_text(f"{last} {name} {year}").value == f"{year}-{month:02}-{last}"
        for day in (0, last + 1):
            assert period_from_text(f"{day} {name} {year}").value is None


def slips(word):
    letters = "abcdefghijklmnopqrstuvwxyz"
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        yield from (before + letter + after[1:] for letter in letters)
        yield from (before + letter + after for letter in letters)


@pytest.mark.parametrize("month", range(1, 13))
def test_no_slip_of_the_pen_makes_another_month(month):
    """A slip that is another month's own spelling (Jun, Jul) or another word is not our fault."""
    known = {entry.text for entry in read_vocabulary("period_words")}
    known |= {entry.text.lower() for entry in read_vocabulary("period_phrases")}
    for name in SPELLINGS[month].lower().replace(".", "").split():
        for slip in set(slips(name)) - known:
            assert period_from_text(slip).value in (None, f"M{month:02}"), slip


def test_long_names_forgive_one_slip():
    read = [period_from_text(slip).value for slip in set(slips("september"))]
    assert read.count("M09") / len(read) > 0.95


FRAGMENTS = st.sampled_from(
    [*(name for _, name in NAMES), *"0123456789./-,()'*IVX ", "2024", "24", "31", "s.d.", "s/d",
     "TW", "Smt", "TA", "Tahun", "Bulan", "Minggu", "Lebaran", "Ramadan", "H-7", "1445 H", "r)",
     "per", "Posisi", "Jumlah", "Kumulatif", "ke-", "T", ":", "Z", "²", "\n", "\u00a0"]
)  # fmt: skip
CANONICAL = re.compile(
    r"(M\d\d|\d{4}(-\d\d(-\d\d)?|-[QH]\d)?|Y\d{4}|[QH]\d|SCHOOL:\d{4}-\d\d|week \d( of [\dM-]+)?"
    r"|NOT_PERIOD:\w+|RELATIVE:.+|FLAG:cumulative)(\.\.(M\d\d|Y?\d{4}(-\d\d(-\d\d)?|-[QH]\d)?))?"
)


@given(st.one_of(st.text(), st.lists(FRAGMENTS, max_size=9).map("".join)))
def test_any_text_is_read_or_refused_with_a_reason(text):
    reading = period_from_text(text)
    if reading.value is None:
        assert reading.why
        assert reading.flag == ""
    else:
        assert CANONICAL.fullmatch(reading.value), reading


@given(st.lists(FRAGMENTS, min_size=1, max_size=5).map(" ".join))
def test_case_of_letters_and_blanks_around_change_nothing(text):
    reading = period_from_text(text)
    assert period_from_text(f"\u00a0{text}\t\n") == reading
    if "I" not in text and "l" not in text:  # I and l in the wrong case are signs of a scan
        assert period_from_text(text.lower()) == reading


def test_the_dates_of_feasts_are_those_of_the_calendar(root):
    kinds = {"ramadan": "Ramadan", "idul_fitri": "Idul Fitri", "idul_adha": "Idul Adha"}
    with (root / "data" / "reference" / "calendar.csv").open(encoding="utf-8", newline="") as file:
        events = [row for row in csv.DictReader(file) if row["date_end"]]
    for entry in read_vocabulary("holidays"):
        name, year, _ = entry.text.split()
        first, _, last = entry.meaning.rstrip("?").partition("..")
        found = [row for row in events if row["event"].startswith(f"{kinds[name]} {year}")]
        found = [row for row in found if row["date_start"] < f"{year}-12"]  # 2030 has two Ramadans
        assert [(row["date_start"], row["date_end"]) for row in found] == [(first, last or first)]
        assert entry.meaning.endswith("?") == ("estimate" in found[0]["confidence"])


def test_reasons_are_said_in_both_languages():
    assert period_from_text("31 Juni 2024", lang="en").why == "the calendar has no such date"
    assert feast_from_symbols("<M07>") is None
