"""Headers say what a column holds; personal data is seen, and a place's name is no person."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.headers import header_from_text
from analysis.text.vocabulary import read_vocabulary

ROOT = Path(__file__).parents[2]


def cases(name):
    with (ROOT / "tests" / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["raw"] or "empty") for row in csv.DictReader(file)]


@pytest.mark.parametrize("case", cases("headers"))
def test_cases(case):
    reading = header_from_text(case["raw"])
    assert (reading.value or "") == case["value"]
    assert "|".join(reading.candidates) == case["candidates"]
    assert reading.value or reading.why


@pytest.mark.parametrize(
    "dress", [str.upper, str.title, "{} :".format, "({})".format, " {}.".format]
)
def test_the_dress_of_a_header_does_not_change_its_meaning(dress):
    for text, meaning, _ in read_vocabulary("headers"):
        if "*" in text or meaning.startswith(("=", "AMBIGUOUS")):
            continue
        assert header_from_text(dress(text)).value == meaning, text


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    reading = header_from_text(text)
    assert reading.value or reading.why


PERSONAL = ["NIK", "No. HP", "Alamat", "Username", "Nama", "Nama Pelapor", "Inisial", "E-mail"]


@given(
    st.sampled_from(PERSONAL), st.sampled_from(["", " *)", " :", "\n(wajib)", " / Ket", " korban"])
)
def test_personal_data_is_seen_with_anything_behind_it(name, rest):
    assert header_from_text(name + rest).value == "PII"


def test_reasons_follow_the_language():
    assert header_from_text("Akun", lang="en").why == (
        "the column header may mean two things; write for example 'Number of ...'"
    )
