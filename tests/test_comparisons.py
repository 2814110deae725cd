"""The charts of the measures from findings: what they claim, what they leave out, what stays hidden."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analysis as ia
from analysis import comparisons
from analysis.words.messages import InsidenError
from analysis.words.wording import HEADLINE_WORDS
from tests.brief.conftest import make_findings
from tests.charts.test_page import check_sheet

KINDS = ["ratios", "rate_differences", "funnel", "ranks", "overview", "spine", "tiles", "clusters"]


@pytest.fixture(scope="module")
def study():
    """The made-up study with neighbours, periods by category, and limits of the differences."""
    found = make_findings()
    random = np.random.default_rng(3)
    window = found.window.assign(why=found.window["why"].fillna(""))
    rows = []
    for category in ("judi", "penipuan", ""):
        part = window[["area", "months", "months_wanted", "exposure"]].copy()
        counts = random.poisson(part["exposure"] * 2e-4)
        rows.append(part.assign(span="window", category=category, incidents=counts))
    explored = pd.concat(rows, ignore_index=True).assign(why="", shown="")
    explored["incidents"] = explored["incidents"].astype("Int64")
    explored = ia.add_rates(explored)
    comparison = found.comparison.copy()
    for name in ("difference", "difference_low", "difference_high"):
        comparison[name] = {"difference": 1.0, "difference_low": -2.0}.get(name, 4.0)
    codes = list(window["area"])
    neighbours = {
        area: [codes[place - 1], codes[(place + 1) % 8]] for place, area in enumerate(codes)
    }
    places = dict(zip(codes, np.ndindex(2, 4), strict=True))
    areas = found.areas.copy()
    for name, side in (("lon", 1), ("lat", 0)):
        areas[name] = [float(places.get(code, (0, 0))[side]) for code in areas["code"]]
    return replace(
        found,
        window=window,
        areas=areas,
        explored=explored,
        comparison=comparison,
        neighbours=neighbours,
    )


def draw(study, kind, lang="id", **settings):
    own = replace(study, study=replace(study.study, language=lang))
    return getattr(ia, f"plot_{kind}")(own, **settings)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_is_drawn_from_findings_in_both_languages(study, kind, lang):
    chart = draw(study, kind, lang)
    check_sheet(chart)
    assert chart.lang == lang and len(chart.headline.split()) <= HEADLINE_WORDS
    assert "{" not in chart.headline + chart.alt + chart.footer


@pytest.mark.parametrize("kind", ["funnel", "ranks"])
def test_an_area_with_months_missing_is_not_set_among_the_others(study, kind):
    window = study.window.copy()
    window.loc[window["area"] == "36.02", "months"] = 7
    table = draw(replace(study, window=window), kind).table.set_index("area")
    assert table["why"]["36.02"] == "not_reported"
    assert pd.isna(table["ratio" if kind == "funnel" else "rank_low"]["36.02"])


def test_a_hidden_count_gives_no_benchmark_from_which_it_could_be_worked_out(study):
    explored = study.explored.copy()
    one = (explored["area"] == "36.72") & (explored["category"] == "judi")
    explored.loc[one, ["incidents", "rate", "rate_low", "rate_high"]] = pd.NA
    explored.loc[one, "why"] = "suppressed"
    table = draw(replace(study, explored=explored), "overview").table
    assert table.loc[table["indicator"] == "judi", "benchmark"].isna().all()
    assert (table.loc[table["indicator"] == "judi", "verdict"] == "not_comparable").all()
    assert table.loc[table["indicator"] == "penipuan", "benchmark"].notna().all()


def test_all_areas_together_have_a_month_only_where_each_has_it(study):
    rates = comparisons._monthly_rates(study)
    silent = rates[rates["incidents"].isna()].groupby("month").size()
    own = rates[rates["area"] == comparisons.EVERYONE].set_index("month")
    monthly = study.monthly[study.monthly["area"].isin(study.population["area"])]
    gaps = set(monthly.loc[monthly["incidents"].isna(), "month"])
    assert gaps and len(silent)
    assert set(own.index[own["incidents"].isna()]) == gaps
    month = own.index[own["incidents"].notna()][0]
    people = study.population["population"].astype(float).sum()
    total = monthly.loc[monthly["month"] == month, "incidents"].sum()
    assert own["rate"][month] == pytest.approx(total / people * 100_000)


def test_clusters_count_only_the_months_that_all_reported(study):
    counts, months = comparisons._common_months(study)
    monthly = study.monthly[study.monthly["area"].isin(counts["area"])]
    whole = monthly["incidents"].notna() & monthly["complete"].astype(bool)
    common = monthly[whole].groupby("month").size()
    common = common.index[common == monthly["area"].nunique()]
    assert months == len(common)
    expected = monthly[monthly["month"].isin(common)].groupby("area")["incidents"].sum()
    assert counts.set_index("area")["incidents"].to_dict() == expected.to_dict()


def test_the_headline_of_a_trend_difference_follows_the_verdict_of_the_wording(study):
    row = {
        "focal": "36.01", "comparator": "land_neighbours", "members": "36.02;36.04", "k": 2,
        "left_out": "", "months": 66, "first": pd.Timestamp("2021-01-01"),
        "last": pd.Timestamp("2026-08-01"), "why": "", "yearly_difference": 7.9, "low": 3.6,
        "high": 12.4, "model_low": 3.6, "model_high": 12.4, "p": 0.05, "p_model": 0.001,
        "placebo_areas": 40, "smallest_p": 0.025, "verdict": "faster",
        "method": "ratio_placebo", "confidence": 0.95, "unit": "percent_a_year",
    }  # fmt: skip
    apart = replace(study, differences=pd.DataFrame([row | {"p": 0.025}]))
    assert "naik terhadap tetangga daratnya" in draw(apart, "trend_differences").headline
    none = replace(
        study,
        differences=pd.DataFrame(
            [
                row
                | {
                    "low": -3.6,
                    "p": 0.4,
                    "verdict": "not_separable",
                    "model_low": -3.0,
                    "p_model": 0.3,
                }
            ]
        ),
    )
    chart = draw(none, "trend_differences")
    assert "belum dapat dibedakan" in chart.headline
    assert "16/40" in " ".join(chart.words)


@pytest.mark.parametrize(
    ("low", "high", "form"), [(1, 8, "any"), (2, 2, "one"), (2, 5, ""), (pd.NA, pd.NA, "none")]
)
def test_an_interval_of_ranks_has_its_own_words(low, high, form):
    row = pd.Series({"rank_low": low, "rank_high": high, "of": 8}, dtype="Int64")
    assert comparisons._rank_form(row) == f"ranks_{form}".removesuffix("_")


def test_a_difference_that_is_not_known_has_no_scale(study):
    row = {
        "focal": "36.01", "comparator": "land_neighbours", "members": "36.02", "k": 1,
        "left_out": "", "months": 6, "first": pd.Timestamp("2021-01-01"),
        "last": pd.Timestamp("2021-06-01"), "why": "few_months", "verdict": "too_short",
        "placebo_areas": 0, "method": "", "confidence": 0.95, "unit": "percent_a_year",
    }  # fmt: skip
    numbers = ["yearly_difference", "low", "high", "model_low", "model_high", "p", "p_model"]
    row |= dict.fromkeys([*numbers, "smallest_p"], np.nan)
    chart = draw(replace(study, differences=pd.DataFrame([row])), "trend_differences")
    assert "terlalu sedikit bulan" in chart.words
    assert not any(word[:1] in "-+" for word in chart.words) and "0" in chart.words
    assert "peringkat plasebo" not in " ".join(chart.words)


def test_what_a_study_does_not_hold_is_said(study):
    with pytest.raises(InsidenError) as error:
        draw(replace(study, differences=pd.DataFrame()), "trend_differences")
    assert error.value.key == "figures.no_neighbours"
    with pytest.raises(InsidenError) as error:
        draw(replace(study, explored=study.explored.assign(category="")), "overview")
    assert error.value.key == "figures.no_categories"
