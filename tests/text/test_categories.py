"""Categories are read with the words that analysts collected; doubt stays doubt."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reference.files import read_reference
from analysis.text.categories import CategoryWords, category_from_text

ROOT = Path(__file__).parents[2]
REFERENCE = read_reference(ROOT / "data" / "reference")
WORDS = CategoryWords(REFERENCE.category_words)
CODES = set(REFERENCE.categories["code"])
OTHERS = ("ALL", "TOTAL", "OUT_OF_SCOPE", "AGGREGATE:", "PLATFORM:")


def cases(name):
    with (ROOT / "tests" / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["raw"] or "empty") for row in csv.DictReader(file)]


@pytest.mark.parametrize("case", cases("categories"))
def test_cases(case):
    reading = category_from_text(case["raw"], WORDS)
    assert (reading.canonical or "") == case["value"]
    assert "|".join(reading.candidates) == case["candidates"]
    assert reading.value or reading.why


def test_every_word_has_a_meaning_that_exists():
    for text, meaning in REFERENCE.category_words[["text", "meaning"]].itertuples(index=False):
        reading = category_from_text(text, WORDS)
        for value in filter(None, [reading.value, *reading.candidates]):
            assert value in CODES or value.startswith(OTHERS), text
        assert (reading.value is None) == ("AMBIGUOUS" in meaning or "?" in meaning), text


def test_every_category_is_read_from_its_code_and_its_names():
    for row in REFERENCE.categories.itertuples(index=False):
        for text in (row.code, row.name_id, row.name_en, row.name_id.upper()):
            assert category_from_text(text, WORDS).value == row.code


def test_names_of_categories_avoid_words_that_judge():
    """Section 7 of the domain notes: no offender, no profession, no child as a seller."""
    for names in REFERENCE.categories[["name_id", "name_en"]].itertuples(index=False):
        for word in ("prostitusi", "psk", "pelacur", "mesum", "rawan", "prostitut", "pimp"):
            assert word not in " ".join(names).lower()


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    reading = category_from_text(text, WORDS)
    assert reading.why if reading.value is None else reading.value.split(":")[0]


def test_another_study_brings_its_own_words():
    table = pd.DataFrame({"text": ["Burglary", "Theft"], "meaning": ["burglary", "theft?"]})
    words = CategoryWords(table, lang="en")
    assert category_from_text("BURGLARY", words).value == "burglary"
    assert category_from_text("Judi online", words).why == (
        "the category is not known; add it to category_words.csv"
    )
    assert category_from_text("theft", words).candidates == ("theft",)
