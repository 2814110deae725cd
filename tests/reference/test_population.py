"""Population: the shipped numbers, the guard against mixing, the break of 2020."""

import pandas as pd
import pytest

from analysis.reference.files import read_reference
from analysis.reference.population import find_population_breaks, population_of
from analysis.words.messages import InsidenError

EIGHT = ["36.01", "36.02", "36.03", "36.04", "36.71", "36.72", "36.73", "36.74"]
# provincial totals as published, apart from the areas
PROVINCE = {2015: 11_955_243, 2019: 12_927_316, 2020: 11_904_562, 2022: 12_251_985}


@pytest.fixture(scope="module")
def population(root):
    return read_reference(root / "data" / "reference").population


def test_a_row_is_unique_on_area_year_series_and_vintage(population):
    assert not population.duplicated(["area", "year", "series", "vintage"]).any()
    assert (population["population"] > 0).all()
    assert (population[["date", "source", "confidence"]] != "").all(axis=None)


@pytest.mark.parametrize(("year", "total"), PROVINCE.items())
def test_the_eight_areas_add_to_the_published_provincial_total(population, year, total):
    eight = population_of(population, EIGHT, year, series="bps")
    assert eight["population"].sum() == total
    assert population_of(population, ["36"], year, series="bps")["population"].item() == total


def test_registered_population_adds_to_the_total_of_the_decree(population):
    eight = population_of(population, EIGHT, 2024, series="dukcapil")
    assert eight["population"].sum() == 12_881_374
    assert set(eight["confidence"]) == {"high"}


def test_villages_of_2010_add_to_the_census_of_pandeglang(population):
    inside = population[
        population["area"].str.fullmatch(r"36\.01\.\d\d") & (population["year"] == 2010)
    ]
    assert len(inside) == 35
    assert inside["population"].sum() == 1_149_610


def test_areas_come_back_in_the_order_asked_for(population):
    asked = ["36.74", "36.01"]
    table = population_of(population, asked, 2022, series="bps")
    assert list(table["area"]) == asked
    assert list(table["population"]) == [1_378_466, 1_307_090]


def test_two_sources_for_one_year_are_a_question_s4c(population):
    with pytest.raises(InsidenError) as caught:
        population_of(population, ["36.01"], 2024)
    assert caught.value.facts["choices"] == "dukcapil / dukcapil_2024_2; susenas / susenas_2024"
    assert "2024" in caught.value.text("id")


def test_the_encyclopaedia_never_slips_into_the_register(population):
    rounded = population_of(population, EIGHT, 2023, series="dukcapil")
    assert set(rounded["vintage"]) == {"dukcapil_2023_2_rounded"}
    assert set(rounded["confidence"]) == {"medium (rounded)"}


def test_an_area_without_a_number_is_named_with_the_years_there_are(population):
    with pytest.raises(InsidenError) as caught:
        population_of(population, EIGHT, 2026, series="bps")
    assert caught.value.facts["areas"] == ", ".join(EIGHT)
    assert caught.value.facts["years"] == "bps 2015-2022"


def test_constant_counts_in_tangsel_break_in_2020_s4a(population):
    years = range(2018, 2023)
    rates = [
        100 / population_of(population, ["36.74"], year, series="bps")["population"].item() * 1e5
        for year in years
    ]
    assert rates == pytest.approx([5.90, 5.72, 7.38, 7.32, 7.25], abs=0.005)
    breaks = find_population_breaks(population, ["36.74"], "bps", years)
    assert list(breaks[["year_before", "year_after"]].iloc[0]) == [2019, 2020]
    assert breaks["change"].round(1).tolist() == [-22.5]


def test_the_census_broke_the_series_both_ways(population):
    breaks = find_population_breaks(population, EIGHT, "bps", range(2015, 2023))
    changes = dict(zip(breaks["area"], breaks["change"].round(1), strict=True))
    expected = {"36.01": 5.0, "36.02": 6.5, "36.03": -14.6, "36.04": 7.6, "36.71": -15.0}
    assert changes == expected | {"36.74": -22.5}


def test_ten_years_of_growth_are_not_a_break(population):
    assert find_population_breaks(population, ["36.01"], "census", [2010, 2020]).empty


def test_one_row_twice_in_a_table_is_an_error():
    row = {"area": "a", "year": 2020, "population": 5, "series": "s", "vintage": "v"}
    twice = pd.DataFrame([row, row]).assign(confidence="high")
    with pytest.raises(InsidenError, match="dua kali"):
        population_of(twice, ["a"], 2020)
