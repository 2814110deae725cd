"""Person-years from one series: between its figures, outside them, and never across a break."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.measure.exposure import add_exposure, find_changes, sum_exposure
from analysis.measure.rates import add_rates
from analysis.reference.files import read_reference
from analysis.words.messages import InsidenError

TANGSEL = "36.74"


def monthly(area, first, last, incidents):
    months = pd.date_range(first, last, freq="MS")
    values = np.resize(np.array(incidents, dtype=object), len(months))
    return pd.DataFrame(
        {"area": area, "month": months, "incidents": pd.array(values, dtype="Int64")}
    )


def figures(rows, area="a"):
    table = pd.DataFrame(rows, columns=["year", "population", "vintage"])
    return table.assign(area=area, series="bps")


def test_rates_of_tangsel_and_the_break_of_2020(root):
    # 100 reports every year, with the shipped series: five rates, and no change 2019 to 2020
    population = read_reference(root / "data" / "reference").population.query("series == 'bps'")
    counts = monthly(TANGSEL, "2018-01-01", "2022-12-01", [8] * 11 + [12])
    years = sum_exposure(add_exposure(counts, population))
    rates = add_rates(years, among="person-years")
    assert rates["rate"].tolist() == pytest.approx([5.90, 5.72, 7.38, 7.32, 7.25], abs=0.006)
    assert rates["unit"].unique().tolist() == ["reports per 100000 person-years"]
    changes = find_changes(years).set_index("to")
    assert changes["why"].to_dict() == {2019: "", 2020: "population_break", 2021: "", 2022: ""}
    assert changes.loc[2020, ["change", "change_low", "change_high"]].isna().all()
    # 1,696,308 / 1,747,906 people for the same number of reports
    assert changes.loc[2019, "change"] == pytest.approx(100 * (1_696_308 / 1_747_906 - 1))
    assert changes.loc[2019, "change_low"] < 0 < changes.loc[2019, "change_high"]


def test_between_and_outside_the_figures():
    population = figures([(2020, 1000, "v1"), (2023, 1060, "v1")])
    found = add_exposure(monthly("a", "2019-01-01", "2024-12-01", [1]), population)
    by_year = found.groupby(found["month"].dt.year).agg(
        people=("population", "first"), how=("population_how", "first"), total=("exposure", "sum")
    )
    assert by_year["people"].tolist() == [1000, 1000, 1020, 1040, 1060, 1060]
    assert by_year["how"].tolist() == [
        "nearest", "own_year", "interpolated", "interpolated", "own_year", "nearest",
    ]  # fmt: skip
    assert by_year["total"].tolist() == pytest.approx(by_year["people"].tolist())
    # February of a leap year: 29 of 366 days
    leap = found[found["month"] == "2020-02-01"]["exposure"].item()
    assert leap == pytest.approx(1000 * 29 / 366)
    twelfths = add_exposure(
        monthly("a", "2020-01-01", "2020-12-01", [1]), population, by_days=False
    )
    assert twelfths["exposure"].tolist() == pytest.approx([1000 / 12] * 12)


def test_nothing_is_interpolated_across_a_break():
    population = figures([(2018, 1000, "old"), (2021, 700, "new"), (2022, 705, "new")])
    found = add_exposure(monthly("a", "2018-01-01", "2022-12-01", [1]), population)
    years = sum_exposure(found)
    assert years["population_part"].fillna(0).tolist() == [1, 0, 0, 2, 2]
    assert found.loc[found["month"].dt.year == 2019, "exposure"].isna().all()
    assert set(found.loc[found["month"].dt.year == 2019, "why"]) == {"population_break"}
    assert years["why"].tolist() == ["", "not_reported", "not_reported", "", ""]


def test_a_new_edition_without_a_jump_is_no_break():
    population = figures([(2020, 1000, "census"), (2022, 1040, "interim")])
    found = add_exposure(monthly("a", "2020-01-01", "2022-12-01", [1]), population)
    assert found["population_part"].unique().tolist() == [1]
    assert found.loc[found["month"].dt.year == 2021, "population"].unique().tolist() == [1020]


def test_a_jump_within_one_edition_is_people_that_moved():
    population = figures([(2020, 1000, "v"), (2021, 1200, "v")])
    found = add_exposure(monthly("a", "2020-01-01", "2021-12-01", [1]), population)
    assert found["population_part"].unique().tolist() == [1]


def test_months_without_a_report_bring_no_exposure():
    counts = monthly("a", "2020-01-01", "2020-12-01", [2, None])
    found = add_exposure(counts, figures([(2020, 1200, "v")]), by_days=False)
    year = sum_exposure(found).iloc[0]
    assert (year["months"], year["months_wanted"]) == (6, 12)
    assert (year["incidents"], year["exposure"]) == (12, pytest.approx(600))
    silent = sum_exposure(add_exposure(monthly("a", "2020-01-01", "2020-02-01", [None]), figures([(2020, 9, "v")])))  # fmt: skip
    assert silent[["incidents", "exposure"]].isna().all(axis=None)
    assert silent["why"].tolist() == ["not_reported"]


def test_an_area_without_figures_has_no_exposure_and_others_keep_theirs():
    both = pd.concat([monthly(area, "2020-01-01", "2020-03-01", [1]) for area in "ba"])
    found = add_exposure(both, figures([(2020, 1000, "v")]))
    assert found["area"].tolist() == ["b"] * 3 + ["a"] * 3
    assert found["why"].tolist() == ["no_population"] * 3 + [""] * 3
    assert found["exposure"].isna().tolist() == [True] * 3 + [False] * 3
    assert list(both) == ["area", "month", "incidents"]


def test_changes_by_hand():
    years = pd.DataFrame(
        {
            "area": ["a"] * 3 + ["b"] * 3,
            "year": [2020, 2021, 2022] * 2,
            "incidents": [10, 20, None, 0, 5, 5],
            "exposure": [100.0, 100.0, 100.0, 50.0, 50.0, 50.0],
            "population_part": 1,
        }
    )
    changes = find_changes(years)
    assert changes["change"].tolist()[0] == pytest.approx(100)
    # 20 of 30 reports fell into the second year: odds of the Clopper-Pearson limits
    share = np.array(proportion_confint(20, 30, method="beta"))
    assert changes.loc[0, ["change_low", "change_high"]].tolist() == pytest.approx(
        (100 * (share / (1 - share) - 1)).tolist()
    )
    assert changes["why"].tolist() == ["", "no_value", "no_incidents", ""]
    assert changes["change"].isna().tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("population", "key"),
    [
        (
            pd.concat([figures([(2020, 5, "v")]), figures([(2021, 5, "v")]).assign(series="x")]),
            "measure.mixed_series",
        ),
        (figures([(2020, 5, "v"), (2020, 6, "w")]), "measure.two_figures"),
        (figures([(2020, 0, "v")]), "measure.no_people"),
        (figures([(2020, None, "v")]), "measure.no_people"),
        (figures([(2020, -3, "v")]), "measure.no_people"),
    ],
)
def test_bad_population_is_one_clear_error(population, key):
    with pytest.raises(InsidenError) as error:
        add_exposure(monthly("a", "2020-01-01", "2020-02-01", [1]), population)
    assert error.value.key == key
    assert error.value.text("en") != error.value.text("id")
