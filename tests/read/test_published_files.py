"""Real published files, read in place: Jember, London, Rio; the expected sums stand beside them."""

import time

import pandas as pd
import pytest

from analysis.read.intake import read_inbox
from analysis.study import Recipe

SUMS = {2020: 1687, 2021: 1955, 2022: 1443, 2023: 1157, 2024: 1036}


@pytest.fixture(scope="module")
def jember(shared):
    return shared / "data" / "jember-crime-2020-2024" / "raw"


def test_jember_units_with_sum_row_and_headquarters(jember):
    paths = sorted(jember.glob("units *.json"))
    intake = read_inbox(paths, recipes=[Recipe("units*.json", unit="crimes")])
    assert not intake.refused and intake.totals["agrees"].all()
    # each file: 33 records, one of them Sum; 32 x 12 months, and as many cleared left out
    assert intake.files["data_rows"].tolist() == [32] * 5
    assert len(intake.cells) == 5 * 32 * 12
    assert (intake.left_out["rule"] == "other_unit").sum() == 5 * 32 * 12
    amounts = intake.cells.assign(amount=intake.cells["amount"].astype(int))
    by_year = amounts.groupby("year")["amount"].sum()
    # SOURCE.md: 1 687 cases in 2020, 1 036 in 2024; the headquarters hold 507 and 451 of them
    assert (by_year["2020"], by_year["2024"]) == (1687, 1036)
    own = amounts[amounts["place"].str.startswith("Res jember")].groupby("year")["amount"].sum()
    assert (own["2020"], own["2024"]) == (507, 451)


def test_jember_panel_of_31_districts_and_60_months(jember):
    intake = read_inbox([jember / "crime_monthly_by_unit.csv"])
    cells = intake.cells
    assert len(cells) == 1860 == cells.drop_duplicates(["place_code", "month", "year"]).shape[0]
    assert set(cells["unit"]) == {"crimes"} and cells["place"].nunique() == 31
    original = pd.read_csv(jember / "crime_monthly_by_unit.csv")
    assert cells["amount"].astype(int).tolist() == original["number_of_crime"].tolist()


def test_london_is_read_whole_and_fast(shared):
    path = shared / "data" / "london-mps-crime" / "vintage-2022-03_APR2010-FEB2022.csv"
    began = time.perf_counter()
    intake = read_inbox([path])
    assert time.perf_counter() - began < 6  # 0.6 s alone on two cores; others may share them
    wide = pd.read_csv(path)
    assert len(intake.cells) == 1730 * 142
    long = wide.melt(id_vars=list(wide.columns[:3]))
    cells = intake.cells
    assert cells["place"].tolist() == long["LookUp_BoroughName"].tolist()
    assert cells["month"].tolist() == long["variable"].tolist()
    assert cells["category"].tolist() == long["MinorText"].tolist()
    assert cells["amount"].astype(int).tolist() == long["value"].tolist()


def test_rio_with_its_recipe_keeps_blanks_apart_from_zero(shared):
    path = shared / "data" / "rio-cisp-crime" / "BaseDPEvolucaoMensalCisp.csv"
    recipe = Recipe(
        "BaseDP*.csv",
        columns={"CISP": "place_code", "vano": "year", "mes": "month"},
        counts=("hom_doloso", "roubo_bicicleta"),
    )
    intake = read_inbox([path], recipes=[recipe])
    cells = intake.cells
    raw = pd.read_csv(path, sep=";", encoding="latin-1", dtype=str, keep_default_na=False)
    assert len(cells) == 2 * 23_323 == 2 * len(raw)
    for name in ("hom_doloso", "roubo_bicicleta"):
        own = cells[cells["category"] == name]
        assert own["amount"].tolist() == raw[name].str.strip().tolist()
        assert own["place_code"].tolist() == raw["CISP"].str.strip().tolist()
        assert (own["month"] + "." + own["year"]).tolist() == (
            raw["mes"] + "." + raw["vano"]
        ).tolist()
    assert (cells["amount"] == "").sum() > 0


def test_street_addresses_of_fires_are_refused(shared):
    paths = sorted((shared / "data" / "jakarta-fire-2017" / "raw").glob("*.csv"))
    assert {error.key for error in read_inbox(paths).refused} == {"read.personal"}
