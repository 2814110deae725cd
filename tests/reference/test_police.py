"""Police units cover other people than the government areas of the same name (S4b)."""

import pandas as pd
import pytest

from analysis.reference.files import read_reference
from analysis.reference.police import check_denominator
from analysis.words.messages import InsidenError


@pytest.fixture(scope="module")
def reference(root):
    return read_reference(root / "data" / "reference")


def refused(reference, unit, area, **numbers):
    with pytest.raises(InsidenError) as caught:
        check_denominator(unit, area, reference.police, reference.areas, **numbers)
    return caught.value


def test_polda_banten_is_not_banten(reference):
    # 7,339 crimes in 2023; published 83 per 100,000, which implies 8.84 million people
    error = refused(reference, "Polda Banten", "36", incidents=7339, people=12_251_985)
    assert error.facts["missing"] == "Kota Tangerang, Kota Tangerang Selatan"
    assert error.facts["partly"] == "Kabupaten Tangerang"
    assert "59,9 per 100.000" in error.text("id")
    assert "59.9 per 100,000" in error.text("en")
    assert "83 per 100" in error.facts["evidence"]


def test_the_unit_is_recognised_however_it_is_written(reference):
    assert refused(reference, "POLDA  BANTEN", "36").facts["missing"] != "-"


def test_a_unit_that_reaches_beyond_the_area_is_refused(reference):
    # 675 crimes at 97 per 100,000 imply 0.70 million people; Kota Cilegon has 0.45 million
    error = refused(reference, "Polres Cilegon", "36.72")
    assert error.facts["beyond"] == "Kabupaten Serang"


def test_a_unit_that_covers_part_of_its_area_is_refused(reference):
    assert (
        refused(reference, "Polresta Tangerang", "36.03").facts["partly"] == "Kabupaten Tangerang"
    )


@pytest.mark.parametrize(
    ("unit", "area"), [("Polres Pandeglang", "36.01"), ("Polres Lebak", "36.02")]
)
def test_a_unit_that_covers_exactly_the_area_passes(reference, unit, area):
    assert check_denominator(unit, area, reference.police, reference.areas) == unit


def test_another_area_than_the_units_own_is_refused(reference):
    error = refused(reference, "Polres Pandeglang", "36.02")
    assert (error.facts["missing"], error.facts["beyond"]) == (
        "Kabupaten Lebak",
        "Kabupaten Pandeglang",
    )


def test_an_unknown_police_unit_is_refused(reference):
    assert refused(reference, "Polres Bogor", "36.01").key == "police.unknown_unit"


def test_a_government_area_passes(reference):
    name = "Kabupaten Pandeglang"
    assert check_denominator(name, "36.01", reference.police, reference.areas) == name


def test_a_study_without_police_areas_lets_every_name_pass(reference):
    none = pd.DataFrame(columns=reference.police.columns)
    assert check_denominator("Camden", "E09000007", none, reference.areas) == "Camden"
