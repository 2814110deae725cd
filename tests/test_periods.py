"""Months with the year of their row: one period of the study, or the reason why it is none."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.meanings import read_texts
from analysis.reference.files import read_reference
from analysis.study import Study
from analysis.text.categories import CategoryWords
from analysis.text.places import Places

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reference():
    return read_reference(ROOT / "data" / "reference")


def period(reference, month, year="", **settings):
    study = Study(path=Path("study.toml"), title="", region="36.01", source_line="", **settings)
    cells = pd.DataFrame(
        {"file": ["a.xlsx"], "place": [""], "place_code": [""], "region": [""], "month": [month],
         "year": [year], "category": [""], "unit": [""], "amount": ["1"]}
    )  # fmt: skip
    places = Places(reference.areas, reference.aliases, reference.villages)
    words = CategoryWords(reference.category_words)
    return read_texts(cells, study, reference, places, words)["periods"].iloc[0]


@pytest.mark.parametrize(
    ("month", "year", "first", "flag"),
    [
        ("Juli", "2024", "2024-07-01", ""),
        ("Juli", "Tahun 2024", "2024-07-01", ""),
        ("Peb-22", "", "2022-02-01", ""),
        ("2024-06-30T17:00:00Z", "", "2024-07-01", ""),
        ("1-31 Juli 2024", "", "2024-07-01", ""),
        ("1-7 Juli 2024", "", "2024-07-01", "partial"),
        ("Juli 2024 (s.d. tgl 25)", "", "2024-07-01", "partial"),
        ("Juli*", "2024", "2024-07-01", "provisional"),
    ],
)
def test_a_month_is_read(reference, month, year, first, flag):
    found = period(reference, month, year)
    assert (found["outcome"], str(found["period"].date()), found["flag"]) == ("read", first, flag)


@pytest.mark.parametrize(
    ("month", "year", "reason"),
    [
        ("Juli", "", "no_year"),
        ("Juli", "2023/2024", "no_year"),  # which of the two?
        ("TW I", "2024", "not_one_period"),
        ("Ramadan 1445", "", "not_one_period"),
        ("28 Juni - 3 Juli 2024", "", "not_one_period"),
        ("Minggu ke-2 Juli 2024", "", "not_one_period"),
        ("2024-W27", "", "not_one_period"),
        ("TA 2023/2024", "", "not_one_period"),
        ("Bulan lalu", "2024", "not_one_period"),
        ("Tahun 2024", "", "not_one_period"),
    ],
)
def test_what_is_no_month_is_never_spread_over_months(reference, month, year, reason):
    found = period(reference, month, year)
    assert (found["outcome"], found["reason"]) == ("rejected", reason)
    assert pd.isna(found["period"])


def test_a_study_of_quarters_or_of_two_months_reads_those(reference):
    assert (
        str(period(reference, "TW II", "2024", months_per_count=3)["period"].date()) == "2024-04-01"
    )
    pair = period(reference, "Juli-Agustus", "2024", months_per_count=2)
    assert str(pair["period"].date()) == "2024-07-01"
    assert period(reference, "Juli", "2024", months_per_count=2)["reason"] == "not_one_period"
