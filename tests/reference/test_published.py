"""The published counts: they add up where their publisher says so, and give the rates of S3."""

import pandas as pd
import pytest

from analysis.reference.files import read_reference
from analysis.reference.population import population_of
from analysis.study import read_study

# per 100,000 for the two months, computed by hand from the printed counts and BPS 2022
RATES = {
    "36.01": 1.53,
    "36.02": 0.70,
    "36.03": 0.89,
    "36.04": 0.89,
    "36.71": 1.45,
    "36.72": 3.55,
    "36.73": 2.22,
    "36.74": 1.23,
}


@pytest.fixture(scope="module")
def published(root):
    return root / "data" / "published"


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_eight_areas_add_to_the_printed_total(published):
    claim = read(published / "violence-2023-01-02.csv")
    assert claim["jumlah_kasus"].astype(int).sum() == 152
    assert set(claim["periode"]) == {"Januari s.d. Februari 2023"}
    assert set(claim["satuan"]) == {"kasus"}


def test_both_tables_tell_the_same_eight_numbers(published):
    claim = read(published / "violence-2023-01-02.csv")["jumlah_kasus"]
    figures = read(published / "published-figures.csv")
    told = figures[figures["period"].eq("2023-01..2023-02") & figures["measure"].eq("cases")]
    assert sorted(told["value"].astype(float)) == sorted(claim.astype(float))


def test_counts_and_people_give_the_rates_of_s3(root, published):
    claim = read(published / "violence-2023-01-02.csv").set_index("kode_kabupaten_kota")
    population = read_reference(root / "data" / "reference").population
    people = population_of(population, list(RATES), 2022, series="bps").set_index("area")
    rates = claim["jumlah_kasus"].astype(int) / people["population"] * 100_000
    assert rates.astype(float).round(2).to_dict() == RATES


def test_every_press_count_has_its_page(published):
    counts = read(published / "press-counts.csv")
    assert len(counts) == 67
    assert counts["source"].str.startswith("https://").all()
    assert (counts["count"].astype(int) >= 0).all()


def test_the_gambling_list_is_ordered_by_money_not_by_players(published):
    figures = read(published / "published-figures.csv").set_index("id")
    players, money = figures["value"].astype(float), figures["value"].astype(float)
    assert players["F05"] > players["F04"]  # Banten has more players than East Java ...
    assert money["F06"] < money["F08"]  # ... and less money


def test_the_claim_is_a_study_that_reads(root):
    study = read_study(root / "data" / "studies" / "klaim-2023.toml")
    assert study.inbox_folder.is_file()
    assert (study.reference_folder / "population.csv").is_file()
    assert (study.window, study.months_per_count, study.hide_below) == (2, 2, 0)
