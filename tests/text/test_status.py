"""Statuses: own hard texts, every word of the vocabulary, any text at all."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.status import status_from_text
from analysis.text.vocabulary import read_vocabulary

CASES = Path(__file__).parents[1] / "cases" / "status.csv"


def own_cases():
    with CASES.open(encoding="utf-8", newline="") as file:
        return [
            pytest.param(*row.values(), id=row["raw"] or "empty") for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(("raw", "value", "why"), own_cases())
def test_hard_texts(raw, value, why):
    reading = status_from_text(raw)
    assert (reading.value or "") == value, why
    assert reading.value is not None or reading.why


def test_a_state_and_its_denial_never_read_alike():
    for entry in read_vocabulary("statuses"):
        words = entry.text.lower().split()
        if words[0] in ("sudah", "belum", "tidak"):
            other = {"sudah": "belum"}.get(words[0], "sudah")
            denied = status_from_text(" ".join([other, *words[1:]])).value
            assert denied is None or denied != entry.meaning, entry


@given(st.text())
def test_any_text_is_read_or_refused_with_a_reason(text):
    reading = status_from_text(text)
    assert (reading.value is None) == bool(reading.why)
