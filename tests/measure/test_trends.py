"""Trends: known answers, statsmodels as the peer, and every series that must not get a slope."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.trends import find_trend, fitted_trend
from analysis.words.messages import InsidenError

# Ramadan 2022: 3 April to 1 May, 2023: 23 March to 21 April, 2024: 12 March to 9 April; Lebaran on
# 2 May 2022, 22 April 2023, 10 April 2024 with seven days on either side
SPECIAL = {
    "ramadan_days": {
        "2022-04": 28, "2022-05": 1, "2023-03": 9, "2023-04": 21, "2024-03": 20, "2024-04": 9,
    },
    "lebaran_days": {"2022-04": 6, "2022-05": 9, "2023-04": 15, "2024-04": 15},
}  # fmt: skip
MONTHS = pd.date_range("2022-01-01", "2024-12-01", freq="MS")
PEOPLE = pd.DataFrame({"area": ["a", "b", "c"], "population": [100_000, 50_000, 20_000]})


def calendar_of(months, special=SPECIAL):
    table = pd.DataFrame({"month": months, "days": months.days_in_month})
    for name, days in special.items():
        table[name] = [days.get(f"{month:%Y-%m}", 0) for month in months]
    table["yearend_days"] = [{12: 8, 1: 2}.get(month.month, 0) for month in months]
    return table


CALENDAR = calendar_of(MONTHS)


def counts_of(series, months=MONTHS, flag=""):
    parts = [
        pd.DataFrame({"area": area, "month": months, "incidents": pd.array(values, dtype="Int64")})
        for area, values in series.items()
    ]
    return pd.concat(parts, ignore_index=True).assign(flag=flag)


def exact(yearly, months=MONTHS, calendar=CALENDAR, level=1e7):
    """Counts without scatter: trend, wave, Ramadan -30 %, Lebaran +40 %, turn of the year +20 %."""
    years = np.arange(len(months)) / 12
    days = calendar["days"].to_numpy()
    special = calendar[["ramadan_days", "lebaran_days", "yearend_days"]].to_numpy()
    effects = (special / days[:, None]) @ np.log([0.7, 1.4, 1.2])
    wave = 0.2 * np.sin(2 * np.pi * months.month / 12)
    return np.round(level * days / 30.4 * np.exp(np.log1p(yearly) * years + wave + effects))


def noisy(rng, mean, months=MONTHS):
    return rng.poisson(mean * rng.gamma(8, 1 / 8, len(months)))


def test_a_trend_without_scatter_is_found_exactly():
    counts = counts_of({"a": exact(0.05), "b": exact(-0.12), "c": exact(0.0)})
    table = find_trend(counts, CALENDAR, PEOPLE).set_index("area")
    assert table["yearly_change"].tolist() == pytest.approx([5, -12, 0], abs=1e-4)
    assert table["verdict"].tolist() == ["rising", "falling", "not_separable"]
    assert table.loc["a", ["months", "first", "last"]].tolist() == [36, MONTHS[0], MONTHS[-1]]


def test_without_the_calendar_the_same_counts_seem_to_scatter():
    blind = calendar_of(MONTHS, {name: {} for name in SPECIAL})
    counts = counts_of({"a": exact(0.05, level=1e4), "b": exact(0.05, level=1e4)})
    seeing, blinded = (find_trend(counts, table, PEOPLE) for table in (CALENDAR, blind))
    assert seeing["dispersion"].max() < 0.01
    assert blinded["dispersion"].min() > 5


def test_people_are_part_of_the_rate():
    growing = pd.DataFrame(
        {"area": "a", "year": [2022, 2024], "population": [100_000, 121_000], "vintage": "x"}
    )
    # a constant rate: counts follow the people; 2023 lies on the line, 110,500
    people = np.repeat([100_000, 110_500, 121_000], 12)
    counts = counts_of({"a": np.round(exact(0.0) * people / 1e5)})
    row = find_trend(counts, CALENDAR, growing).iloc[0]
    assert row["yearly_change"] == pytest.approx(0, abs=1e-4)
    still = find_trend(counts, CALENDAR, PEOPLE).iloc[0]
    assert still["yearly_change"] == pytest.approx(10, abs=0.5)


def test_statsmodels_finds_the_same_slope_and_mean():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(1)
    values = {"a": noisy(rng, 12), "b": noisy(rng, 4)}
    counts = counts_of(values)
    gaps = counts["area"].eq("b") & counts["month"].dt.month.eq(8)
    counts.loc[gaps, "incidents"] = pd.NA
    provisional = counts["month"] == MONTHS[-1]
    counts.loc[provisional, "flag"] = "provisional"
    table = find_trend(counts, CALENDAR, PEOPLE).set_index("area")
    fitted = fitted_trend(counts, CALENDAR, PEOPLE).set_index(["area", "month"])["fitted"]
    assert table["months"].tolist() == [35, 32]
    assert table.loc["a", "last"] == MONTHS[-2]
    wave = 2 * np.pi * MONTHS.month / 12
    shares = CALENDAR[[*SPECIAL, "yearend_days"]].div(CALENDAR["days"], axis="index")
    years = np.arange(36) / 12
    design = np.column_stack([np.ones(36), years, np.sin(wave), np.cos(wave), shares])
    for area, people in (("a", 100_000), ("b", 50_000)):
        used = ~(counts.loc[counts["area"] == area, "incidents"].isna().to_numpy())
        used[-1] = False
        offset = np.log(people * MONTHS.days_in_month / 30.4)
        peer = sm.GLM(
            values[area][used], design[used], family=sm.families.Poisson(), offset=offset[used]
        ).fit(tol=1e-14)
        assert np.log1p(table.loc[area, "yearly_change"] / 100) == pytest.approx(
            peer.params[1], abs=1e-8
        )
        assert table.loc[area, "dispersion"] == pytest.approx(peer.pearson_chi2 / peer.df_resid)
        np.testing.assert_allclose(
            fitted[area].to_numpy(), peer.predict(design, offset=offset)[:-1], rtol=1e-7
        )


def test_a_missing_month_is_not_a_zero():
    rng = np.random.default_rng(2)
    values = pd.array(noisy(rng, 10), dtype="Int64")
    values[-6:] = pd.NA
    missing = find_trend(counts_of({"a": values}), CALENDAR, PEOPLE).iloc[0]
    zero = find_trend(counts_of({"a": values.fillna(0)}), CALENDAR, PEOPLE).iloc[0]
    absent = find_trend(counts_of({"a": values}).dropna(), CALENDAR, PEOPLE).iloc[0]
    assert missing["yearly_change"] > zero["yearly_change"] + 20
    assert absent["yearly_change"] == pytest.approx(missing["yearly_change"])
    assert (missing["months"], zero["months"]) == (30, 36)
    assert missing["last"] == MONTHS[29]


def test_series_that_get_no_slope_say_why():
    rng = np.random.default_rng(3)
    short = pd.array(noisy(rng, 10), dtype="Int64")
    short[20:33] = pd.NA
    series = {"a": short, "b": np.zeros(36), "c": noisy(rng, 10)}
    table = find_trend(counts_of(series), CALENDAR, PEOPLE).set_index("area")
    assert table["verdict"].tolist()[:2] == ["too_short", "not_separable"]
    assert table["why"].tolist() == ["few_months", "no_incidents", ""]
    numbers = ["yearly_change", "low", "high", "dispersion", "autocorrelation"]
    assert table.loc[["a", "b"], numbers].isna().all(axis=None)
    assert table.loc["c", numbers].notna().all()
    assert set(fitted_trend(counts_of(series), CALENDAR, PEOPLE)["area"]) == {"c"}


def test_nothing_to_fit_is_an_answer_too():
    counts = counts_of({"a": [None] * 36})
    row = find_trend(counts, CALENDAR, PEOPLE).iloc[0]
    assert (row["verdict"], row["months"]) == ("too_short", 0)
    assert pd.isna(row["first"])
    assert fitted_trend(counts, CALENDAR, PEOPLE).empty


TANGSEL = pd.DataFrame(
    {
        "area": "36.74",
        "year": [2018, 2019, 2020, 2021, 2022],
        "population": [1_696_308, 1_747_906, 1_354_350, 1_365_688, 1_378_466],
        "vintage": ["sp2010", "sp2010", "sp2020", "sp2020_interim", "sp2020_interim"],
    }
)  # domain.md S4a: 22.5 % of the people vanish with the census


def test_no_change_is_told_across_a_break_of_the_population():
    months = pd.date_range("2018-01-01", "2022-12-01", freq="MS")
    year = [8, 8, 8, 9, 8, 8, 9, 8, 8, 9, 8, 9]  # 100 reports every year
    counts = counts_of({"36.74": year * 5}, months)
    calendar = calendar_of(months)
    row = find_trend(counts, calendar, TANGSEL).iloc[0]
    assert (row["verdict"], row["why"]) == ("break", "population_break")
    assert np.isnan(row["yearly_change"])
    assert fitted_trend(counts, calendar, TANGSEL).empty
    after = counts[counts["month"] >= "2020-01-01"]
    assert find_trend(after, calendar, TANGSEL).iloc[0]["verdict"] == "not_separable"
    one_vintage = TANGSEL.assign(vintage="one")
    assert find_trend(counts, calendar, one_vintage).iloc[0]["verdict"] != "break"


def test_months_that_are_not_final_are_left_out():
    values = noisy(np.random.default_rng(4), 20)
    counts = counts_of({"a": values})
    last = counts["month"] >= "2024-10-01"
    for flag in ("provisional", "partial"):
        marked = counts.assign(flag=counts["flag"].mask(last, flag))
        marked.loc[last, "incidents"] = 1
        row = find_trend(marked, CALENDAR, PEOPLE).iloc[0]
        plain = find_trend(counts[~last], CALENDAR, PEOPLE).iloc[0]
        assert row["yearly_change"] == pytest.approx(plain["yearly_change"])
        assert row["last"] == pd.Timestamp("2024-09-01")
    revised = find_trend(counts.assign(flag="revised"), CALENDAR, PEOPLE).iloc[0]
    assert revised["months"] == 36


def test_a_country_without_these_holidays_has_no_such_terms():
    none = CALENDAR.assign(ramadan_days=0, lebaran_days=0, yearend_days=0)
    years = np.arange(36) / 12
    counts = counts_of({"a": np.round(1e7 * MONTHS.days_in_month * 1.04**years)})
    row = find_trend(counts, none, PEOPLE).iloc[0]
    assert row["yearly_change"] == pytest.approx(4, abs=1e-4)


def test_a_calendar_term_without_any_incident_does_not_break_the_fit():
    rng = np.random.default_rng(5)
    series = {name: noisy(rng, 1.5) for name in "abc"}
    for name in series:
        series[name][MONTHS.month.isin([12, 1])] = 0
    table = find_trend(counts_of(series), CALENDAR, PEOPLE)
    assert (table["why"] == "").all()
    width = np.log1p(table["high"] / 100) - np.log1p(table["low"] / 100)
    assert width.max() < 3
    fitted = fitted_trend(counts_of(series), CALENDAR, PEOPLE)
    assert np.isfinite(fitted[["fitted", "fitted_low", "fitted_high"]]).all(axis=None)


def test_the_fitted_mean_lies_between_its_limits_and_keeps_the_sum():
    series = {name: noisy(np.random.default_rng(6), 10) for name in "ab"}
    fitted = fitted_trend(counts_of(series), CALENDAR, PEOPLE)
    assert list(fitted) == ["area", "month", "fitted", "fitted_low", "fitted_high"]
    assert (fitted["fitted_low"] < fitted["fitted"]).all()
    assert (fitted["fitted"] < fitted["fitted_high"]).all()
    # a Poisson fit with a level reproduces the total
    assert fitted.groupby("area")["fitted"].sum().tolist() == pytest.approx(
        [sum(series["a"]), sum(series["b"])]
    )


def test_sums_beside_the_areas_need_not_enter_the_pool():
    rng = np.random.default_rng(8)
    areas = {"a": noisy(rng, 40), "b": noisy(rng, 40)}
    people = pd.concat([PEOPLE, pd.DataFrame({"area": ["sum"], "population": [150_000]})])
    beside = counts_of(areas | {"sum": areas["a"] + areas["b"]})
    alone = find_trend(counts_of(areas), CALENDAR, PEOPLE)
    pooled = find_trend(beside, CALENDAR, people, pool=["a", "b"])
    pd.testing.assert_frame_equal(pooled[:2], alone)
    assert pooled["area"].tolist() == ["a", "b", "sum"]
    assert find_trend(beside, CALENDAR, people)["low"][0] != pytest.approx(alone["low"][0])


def test_a_fit_that_does_not_settle_has_no_number(monkeypatch):
    monkeypatch.setattr("analysis.measure.glm.STEPS", 2)
    counts = counts_of({"a": noisy(np.random.default_rng(9), 10)})
    row = find_trend(counts, CALENDAR, PEOPLE).iloc[0]
    assert (row["verdict"], row["why"]) == ("not_separable", "not_converged")
    assert np.isnan([row["yearly_change"], row["low"], row["high"]]).all()
    assert fitted_trend(counts, CALENDAR, PEOPLE).empty


def test_neither_order_nor_input_is_changed():
    rng = np.random.default_rng(7)
    counts = counts_of({name: noisy(rng, 10) for name in "cab"})
    before = counts.copy()
    mixed = counts.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        find_trend(counts, CALENDAR, PEOPLE), find_trend(mixed, CALENDAR, PEOPLE)
    )
    pd.testing.assert_frame_equal(counts, before)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"calendar": CALENDAR[:30]}, "measure.calendar_missing"),
        ({"calendar": pd.concat([CALENDAR, CALENDAR])}, "measure.repeated_month"),
        ({"calendar": CALENDAR.drop(columns="ramadan_days")}, "tables.columns_missing"),
        ({"population": PEOPLE[1:]}, "measure.unknown_area"),
        ({"population": PEOPLE.assign(population=0)}, "measure.no_people"),
        (
            {"population": pd.concat([PEOPLE, PEOPLE]).assign(year=2020, vintage="x")},
            "measure.repeated_population",
        ),
        ({"population": pd.concat([PEOPLE, PEOPLE])}, "tables.columns_missing"),
        ({"counts": counts_of({"a": [1] * 36})[:0]}, "measure.no_months"),
        ({"counts": counts_of({"a": [-1] * 36})}, "measure.negative"),
    ],
)
def test_a_trend_that_cannot_be_computed_says_why(change, key):
    given = {"counts": counts_of({"a": [3] * 36}), "calendar": CALENDAR, "population": PEOPLE}
    with pytest.raises(InsidenError) as error:
        find_trend(**(given | change))
    assert error.value.key == key
    assert error.value.text("id") != error.value.text("en")
