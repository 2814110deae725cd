"""Columns of dates in real files: order proven or noted, day numbers by the workbook's date system."""

import pytest
import xlsxwriter

from analysis.read.intake import read_inbox
from tests.read.making import notes, read_rows, refusal

HEADER = ["Tanggal", "Kecamatan"]


def lines(*dates):
    return [HEADER, *([day, "Labuan"] for day in dates)]


def months(tmp_path, *dates):
    intake = read_rows(tmp_path, lines(*dates), "x.csv")
    return intake.cells["month"].tolist(), notes(intake)


def test_a_mixed_column_is_refused_with_a_row_of_each_order(tmp_path):
    error = refusal(tmp_path, lines("03/04/2024", "04/13/2024", "13/04/2024"), "x.csv")
    assert error.key == "read.mixed_dates"
    assert (error.facts["month_row"], error.facts["day_row"]) == (3, 4)
    for lang in ("id", "en"):
        assert all(text in error.text(lang) for text in ("04/13/2024", "13/04/2024", "2024-07-31"))


def test_an_order_that_nothing_proves_is_noted(tmp_path):
    dates = ["03/04/2024", "2/4/24"]
    assert months(tmp_path, *dates) == (dates, ["dates_unproven"])
    assert months(tmp_path, *dates, "13/04/2024") == ([*dates, "13/04/2024"], [])


def test_american_dates_with_two_digits_for_the_year_and_a_clock(tmp_path):
    read, remarks = months(tmp_path, "7/13/24", "7/1/24 5:00 PM")
    assert read == ["2024-07-13", "2024-07-01 5:00 PM"]
    assert remarks == ["us_dates"]


def test_months_that_may_be_days_are_refused(tmp_path):
    rows = [["Kecamatan", "Bulan", "Jumlah"], *(["Labuan", f"{n}/1/2024", n] for n in range(1, 5))]
    error = refusal(tmp_path, rows, "x.csv")
    assert error.key == "read.open_dates" and error.facts["text"] == "2/1/2024"


@pytest.mark.parametrize(("from_1904", "day"), [(False, "2020-06-30"), (True, "2024-07-01")])
def test_day_numbers_follow_the_flag_of_the_workbook(tmp_path, from_1904, day):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx", {"date_1904": from_1904}) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate(lines(44012, 44013)):
            sheet.write_row(row, 0, values)
    assert read_inbox(tmp_path).cells["month"].tolist()[0] == day


def test_day_numbers_of_a_text_file_need_a_written_date_beside_them(tmp_path):
    assert months(tmp_path, "45474", "45480") == (["45474", "45480"], [])
    assert months(tmp_path, "45474", "3 Juli 2024")[0] == ["2024-07-01", "3 Juli 2024"]


def test_a_number_that_may_be_a_date_without_signs_stays_a_question(tmp_path):
    dates = ["40724", "3 Juli 2011"]  # 4 July 2024, or 30 June 2011 in the system of 1900
    assert months(tmp_path, *dates)[0] == dates
