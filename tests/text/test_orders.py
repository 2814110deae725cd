"""What a column tells of its dates: order by proof, Excel's day numbers in both systems, Hijri days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.dates import LAST_YEAR
from analysis.text.hijri import hijri_from_symbols
from analysis.text.months import period_from_text
from analysis.text.orders import date_of_serial, from_month_first, order_of, system_of
from analysis.text.vocabulary import read_vocabulary

DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))
SIGNS = st.sampled_from("/-.")


@given(DAYS, SIGNS, st.sampled_from(["%m{0}%d{0}%Y", "%m{0}%d{0}%y"]))
def test_a_date_with_its_month_first_comes_back(day, sign, form):
    text = day.strftime(form.format(sign))
    assert period_from_text(from_month_first(text)).value == day.isoformat()
    timed = period_from_text(from_month_first(f"{text} 11:30 PM"))
    assert timed.value == day.isoformat()


@given(st.lists(DAYS, min_size=1), SIGNS)
def test_no_column_in_one_order_proves_the_other(days, sign):
    first = order_of([day.strftime(f"%d{sign}%m{sign}%Y") for day in days])
    assert not first.month_proof
    second = order_of([day.strftime(f"%m{sign}%d{sign}%Y") for day in days])
    assert not second.day_proof
    proven = any(day.day > 12 for day in days)
    assert bool(first.day_proof) == bool(second.month_proof) == second.month_first == proven


def test_other_texts_prove_nothing():
    texts = ["Juli 2024", "2024-13-04", "07/2024", "13/13/2024", "1.234.567", "", "36.01.21", "12"]
    assert order_of(texts) == order_of([])
    assert [from_month_first(text) for text in texts] == texts


# -- Excel's day numbers: days between the dates, counted by Python and by Microsoft's examples ------

MICROSOFT = [("1", "1900", date(1900, 1, 1)), ("39448", "1900", date(2008, 1, 1)),
             ("0", "1904", date(1904, 1, 1)), ("37986", "1904", date(2008, 1, 1))]  # fmt: skip


@pytest.mark.parametrize(("serial", "system", "day"), MICROSOFT)
def test_the_examples_of_microsoft(serial, system, day):
    assert date_of_serial(serial, system) == day


@given(st.dates(date(1904, 1, 1), date(LAST_YEAR, 12, 31)))
def test_the_systems_lie_1462_days_apart(day):
    number = (day - date(1904, 1, 1)).days
    assert date_of_serial(str(number), "1904") == day == date_of_serial(str(number + 1462), "1900")


@given(DAYS, st.lists(st.integers(0, 300), min_size=1), st.sampled_from(["1900", "1904"]))
def test_the_written_dates_beside_them_decide_the_system(day, distances, system):
    zero = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}[system]
    serials = [str((day - zero).days + distance) for distance in distances]
    assert system_of([*serials, day.isoformat()]) == system
    assert system_of(serials) == ""
    far = (day + timedelta(days=20_000)).isoformat() if day.year < 1980 else "1980-01-01"
    assert system_of([*serials, day.isoformat(), far]) in ("", system)


# -- the Hijri calendar --------------------------------------------------------------------------------


def test_the_table_of_months_is_whole_and_agrees_with_the_feasts():
    months = read_vocabulary("hijri_months")
    days = [date.fromisoformat(entry.meaning.rstrip("?")) for entry in months]
    lengths = {
        (after - day).days
        for day, after, one, other in zip(days, days[1:], months, months[1:], strict=False)
        if "?" not in one.meaning + other.meaning
    }
    assert len(months) == 16 * 12 and lengths == {29, 30}
    first = {entry.text: entry.meaning for entry in months}
    for entry in read_vocabulary("holidays"):
        name, _, year = entry.text.split()
        start = entry.meaning[:10]
        if entry.meaning.endswith("?"):
            continue
        if name == "idul_adha":  # on the tenth day
            start = (date.fromisoformat(start) - timedelta(days=9)).isoformat()
        month = {"ramadan": "ramadan", "idul_fitri": "syawal", "idul_adha": "zulhijah"}[name]
        assert first[f"{month} {year}"] == start


@pytest.mark.parametrize("year", range(1436, 1452))
@pytest.mark.parametrize("month", ["Muharram", "Sya'ban", "Ramadan", "Dzulhijjah"])
def test_a_day_of_a_hijri_month_is_one_day_or_a_question(year, month):
    readings = [period_from_text(f"{day} {month} {year} H") for day in range(32)]
    assert readings[0].value is readings[31].value is None
    known = [date.fromisoformat(one.value) for one in readings if one.value]
    assert (
        known == [known[0] + timedelta(days=number) for number in range(len(known))]
        if known
        else True
    )
    assert len(known) in (0, 29, 30)
    assert all(one.candidates for one in readings[1:30] if not one.value)


def test_a_hijri_month_stays_the_period_it_is():
    assert period_from_text("Zulhijah 1445 H").value == "2024-06-08..2024-07-06"
    assert period_from_text("1445 H").value == "2023-07-19..2024-07-06"
    assert period_from_text("Muharram 1446 H").candidates
    assert hijri_from_symbols("<M07>") is None
