"""How a column writes thousands: both ways come back, a mixture stays open, nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.amounts import SENTINELS, amount_from_text
from analysis.text.conventions import Convention, amount_in_column, convention_of
from analysis.text.plain import plain

COUNTS = st.integers(1, 999_999_999).filter(lambda number: str(number) not in SENTINELS)


def written(number, sign):
    return f"{number:,}".replace(",", sign)


@pytest.mark.parametrize(
    ("texts", "thousands"),
    [
        (["1.235", "12,5"], "."),
        (["1,235", "12.5"], ","),
        (["1.235", "1.234.567"], "."),
        (["1,235", "1,234,567 kasus"], ","),
        (["1.235", "0,125"], "."),
        (["1.235", "7.0"], ","),  # a program writes whole numbers so, and no thousands
        (["1.234,5*"], "."),
        (["１２，５"], "."),
        (["1.235"], ""),
        (["1,235", "7", "NIHIL", "-", ""], ""),
        (["1.23.456", "12, 3", "10.", "1. 234", "12,"], ""),
    ],
)
def test_the_proof_decides(texts, thousands):
    column = convention_of(texts)
    assert column.thousands == thousands
    assert bool(column.proof) == bool(thousands)
    assert column.counterproof == ""


@pytest.mark.parametrize("texts", [["1,5", "1.5"], ["1.234.567", "1,234.5"], ["1.234", "1,234"]])
@pytest.mark.parametrize("text", ["1.234", "1,234", "12,345 kasus"])
def test_a_column_that_writes_both_ways_settles_nothing_and_names_both(texts, text):
    column = convention_of(texts)
    reading = amount_in_column(text, column)
    assert reading.value is None
    assert all(proof in reading.why for proof in texts)
    assert amount_in_column("17", column).value == "17"


@given(st.lists(COUNTS, min_size=1), st.sampled_from(".,"))
def test_counts_of_a_column_with_a_proof_come_back_in_either_convention(numbers, sign):
    texts = [written(number, sign) for number in numbers]
    column = convention_of([*texts, written(1_234_567, sign)])
    assert [amount_in_column(text, column).value for text in texts] == [str(n) for n in numbers]


@given(st.lists(COUNTS, min_size=1), st.sampled_from(".,"))
def test_counts_of_a_column_without_a_proof_are_never_other_numbers(numbers, sign):
    texts = [written(number, sign) for number in numbers]
    column = convention_of(texts)
    for text, number in zip(texts, numbers, strict=True):
        assert amount_in_column(text, column).value in (None, str(number))


@given(st.lists(st.decimals(1, 9999, places=3), min_size=1), st.sampled_from(".,"))
def test_a_decimal_of_a_proven_column_is_never_a_count(numbers, sign):
    other = "," if sign == "." else "."
    column = convention_of([written(1_234_567, other)])
    for number in numbers:
        value = amount_in_column(str(number).replace(".", sign), column).value
        assert value is None or float(value) == float(number)


@given(st.text(), st.sampled_from([Convention(), Convention(".", "1,5"), Convention(",", "1.5")]))
def test_any_text_in_any_column_is_read_or_refused(text, column):
    reading = amount_in_column(text, column)
    assert reading.value is not None or reading.why
    if not any(sign in plain(text) for sign in ".,"):
        assert reading == amount_from_text(text)
