"""Proposals help a person to answer; they are few, in a fixed order, and never taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.places import place_from_text
from analysis.text.proposals import MOST, propose_places
from tests.text.test_places import PLACES

# Text, the sheet's area, the area meant: two letters wrong, letters left out, a longer text.
MEANT = [
    ("Mndlwngi", "36.01", "36.01.17"),
    ("Lbhuan", "36.01", "36.01.12"),
    ("Pannimbamg", "", "36.01.06"),
    ("Kec. Rangkasbtg", "", "36.02.14"),
    ("Pasar Labuan", "36.01", "36.01.12"),
    ("Puskesmas Menes", "", "36.01.13"),
]


@pytest.mark.parametrize(("text", "parent", "meant"), MEANT)
def test_the_area_meant_comes_first_and_is_not_taken(text, parent, meant):
    assert place_from_text(text, PLACES, parent=parent).value is None
    assert propose_places(text, PLACES, parent=parent)[0] == meant


@pytest.mark.parametrize(
    "text", ["", "-", "N/A", "12", "36.01", "xx", "qqqq wwww", "🙂", "a" * 500]
)
def test_what_is_no_name_gets_no_proposal(text):
    assert propose_places(text, PLACES) == ()


@given(text=st.text(max_size=30), parent=st.sampled_from(["", "36", "36.01"]))
def test_proposals_are_few_known_and_inside_the_regency(text, parent):
    found = propose_places(text, PLACES, parent=parent)
    assert len(found) <= MOST == 5
    assert len(set(found)) == len(found) and set(found) <= PLACES.codes
    assert all(not parent or PLACES.holds(parent, code) for code in found)
    assert found == propose_places(text, PLACES, parent=parent)
