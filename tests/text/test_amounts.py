"""Amounts: own hard texts, both conventions for thousands, numbers in words, any text at all."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.amounts import SENTINELS, amount_from_text
from analysis.text.vocabulary import read_vocabulary

CASES = Path(__file__).parents[1] / "cases" / "amounts.csv"
COUNTS = st.integers(1, 999_999_999).filter(lambda number: str(number) not in SENTINELS)
DIGITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def own_cases():
    with CASES.open(encoding="utf-8", newline="") as file:
        return [pytest.param(*row.values(), id=ascii(row["raw"])) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("raw", "value", "why"), own_cases())
def test_hard_texts(raw, value, why):
    reading = amount_from_text(raw)
    assert (reading.canonical or "") == value, why
    assert reading.value is not None or reading.why


@given(COUNTS)
def test_indonesian_and_bare_writing_of_a_count_come_back(number):
    for text in (f"{number}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")):
        assert amount_from_text(text).value == str(number), text


@given(COUNTS)
def test_english_writing_of_a_count_is_never_another_number(number):
    reading = amount_from_text(f"{number:,}")
    assert reading.value in (None, str(number))
    assert reading.value or str(number) in reading.candidates


@given(COUNTS, st.sampled_from([".0", ",0", ",00", ".", " ", "\u00a0", "\u200b"]))
def test_what_a_program_adds_to_a_number_changes_nothing(number, ending):
    assert amount_from_text(f"{number}{ending}").value == str(number)


@given(
    COUNTS,
    st.sampled_from([("*", "FLAG:provisional"), (" r)", "FLAG:revised"), ("¹", "FOOTNOTE:1")]),
)
def test_a_mark_never_becomes_part_of_the_number(number, mark):
    written, flag = mark
    assert amount_from_text(f"{number}{written}").canonical == f"{number};{flag}"


def in_words(number):
    """Indonesian number words by the school rule, for 1 to 999.999."""
    if number >= 1000:
        thousands = "seribu" if number < 2000 else f"{in_words(number // 1000)} ribu"
        return f"{thousands} {in_words(number % 1000)}".strip()
    if number >= 100:
        hundreds = "seratus" if number < 200 else f"{DIGITS[number // 100]} ratus"
        return f"{hundreds} {in_words(number % 100)}".strip()
    if number >= 20:
        return f"{DIGITS[number // 10]} puluh {DIGITS[number % 10]}".strip()
    if number >= 12:
        return f"{DIGITS[number - 10]} belas"
    return {10: "sepuluh", 11: "sebelas"}.get(number) or DIGITS[number]


@given(st.integers(1, 999_999))
def test_number_words_come_back(number):
    words = in_words(number)
    assert amount_from_text(words).value == str(number)
    assert amount_from_text(words.upper()).value == str(number)
    assert amount_from_text(f"{number} ({words})").value == str(number)
    assert amount_from_text(f"{number} ({in_words(number % 999_999 + 1)})").value is None


@pytest.mark.parametrize("entry", read_vocabulary("units"), ids=lambda entry: entry.text)
def test_every_unit_is_told_beside_its_number(entry):
    assert amount_from_text(f"12 {entry.text}").canonical == f"12;UNIT:{entry.meaning}"
    assert amount_from_text(f"0 {entry.text}").canonical == "ZERO_REPORTED"


FRAGMENTS = st.sampled_from(
    [*"0123456789.,-−–+()*/%;:=<>≤~√ '\"?", "12", "1.234", "nihil", "tidak ada", "kasus", "org",
     "ribu", "juta", "Rp", "dua", "belas", "puluh", "sekitar", "L", "P", "O", "l", "¹", "x", "r)",
     "dari", "gabung", "ke-", "-an", "E+10", "\u00a0", "\u200b"]
)  # fmt: skip
CANONICAL = re.compile(
    r"-?\d+(\.\d+)?|\d(\.\d+)?e\d+|[A-Z_]+|PRESENT:count unknown|MERGED_WITH:.+|SPLIT:.+"
    r"|RATIO:[\d.]+(/\d+)?|NUMBER_APPROX:[\d.]+|LOWER_BOUND:[\d.]+"
    r"|FLAG:very provisional without value",
    re.DOTALL,
)


@given(st.one_of(st.text(), st.lists(FRAGMENTS, max_size=8).map("".join)))
def test_any_text_is_read_or_refused_with_a_reason(text):
    reading = amount_from_text(text)
    if reading.value is None:
        assert reading.why
    else:
        assert CANONICAL.fullmatch(reading.value), reading


@given(st.lists(FRAGMENTS, max_size=8).map("".join).filter(lambda text: len(text) < 20))
def test_a_count_holds_the_digits_of_its_text_and_no_others(text):
    """Whatever stands around, a bare count is what its digits say: none lost, none added."""
    reading = amount_from_text(text)
    other_signs = re.search("[a-z]{2}|[OlI]|[.,]0", text) or "FOOTNOTE" in reading.flag
    if (reading.value or "").isdigit() and not other_signs:
        assert reading.value == re.sub("[^0-9]", "", text).lstrip("0"), reading


def test_the_reason_for_a_dash_asks_the_question():
    assert amount_from_text("-").candidates == ("ZERO_REPORTED", "NOT_REPORTED")
    assert "zero or no data" in amount_from_text("-", lang="en").why
