"""What holds for every reader and every text: an answer or a reason, always the same, however dressed."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.__main__ import READERS

CASES = Path(__file__).parents[1] / "cases"
FILES = {"missing": "amounts", "numbers": "amounts"}
INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad\u200e"
BLANKS = "\u00a0\u2007\u2009\u202f\u3000\t\n"
LOOK_ALIKES = set("ilo|015s")  # in the wrong case they are signs of a scan


def raws(kind):
    path = CASES / f"{FILES.get(kind, kind)}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row["raw"] for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def readers():
    return {kind: make() for kind, make in READERS.items()}


def mangled(kind):
    """A hard text with one character lost, doubled, swapped or put in, or two texts glued."""
    texts = st.sampled_from(raws(kind))
    put_in = st.one_of(st.characters(), st.sampled_from([*INVISIBLE, *BLANKS, *"0O1lI.,-/()*"]))

    def mangle(text, other, place, sign, way):
        place %= len(text) + 1
        before, after = text[:place], text[place:]
        return {
            "lose": before + after[1:], "double": before + after[:1] + after,
            "swap": before + after[1:2] + after[:1] + after[2:], "put": before + sign + after,
            "glue": f"{text} {other}",
        }[way]  # fmt: skip

    ways = st.sampled_from(["lose", "double", "swap", "put", "glue"])
    return st.builds(mangle, texts, texts, st.integers(0, 80), put_in, ways)


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_any_text_has_an_answer_or_a_reason_and_always_the_same(readers, kind, data):
    text = data.draw(st.one_of(st.text(max_size=40), mangled(kind)))
    reading = readers[kind](text)
    assert reading.value is not None or reading.why
    assert readers[kind](text) == reading


@pytest.mark.parametrize("kind", READERS)
def test_invisible_signs_and_kinds_of_blank_change_nothing(readers, kind):
    read = readers[kind]
    for number, text in enumerate(raws(kind)):
        sign, blank = INVISIBLE[number % len(INVISIBLE)], BLANKS[number % len(BLANKS)]
        place = number * 7 % (len(text) + 1)
        assert read(text[:place] + sign + text[place:]).canonical == read(text).canonical, text
        if kind in FILES and blank in "\t\n":
            blank = " "  # two lines of digits are two numbers
        assert read(blank + text.replace(" ", blank) + blank).canonical == read(text).canonical, (
            text
        )


@pytest.mark.parametrize("kind", ["months", "numbers", "categories", "status"])
def test_capitals_change_nothing(readers, kind):
    read = readers[kind]
    for text in raws(kind):
        if not LOOK_ALIKES & set(text.casefold()) and len(text.upper()) == len(text):
            assert read(text.upper()) == read(text.lower()), text
