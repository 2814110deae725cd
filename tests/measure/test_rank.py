"""Scenario S6: the list of five provinces, and a rank that depends on the measure."""

import pandas as pd
import pytest

from analysis.measure.rank import check_published, rank_by
from analysis.measure.rates import add_rates
from analysis.words.messages import InsidenError, say

# online gambling, 25 June 2024: players, money in Rp trillion; people registered December 2024
S6 = pd.DataFrame(
    [
        ("Jabar", 535_644, 3.8, 51_316_378),
        ("DKI", 238_568, 2.3, 11_038_216),
        ("Jateng", 201_963, 1.3, 38_430_645),
        ("Jatim", 135_227, 1.051, 41_919_906),
        ("Banten", 150_302, 1.022, 12_881_374),
    ],
    columns=["area", "players", "money", "exposure"],
)
RATES = add_rates(S6.assign(incidents=S6["players"]))


def test_bantens_rank_depends_on_the_measure():
    ranks = rank_by(RATES, ["money", "players", "rate"], truncated_by="money")
    banten = ranks[ranks["area"] == "Banten"].set_index("measure")
    assert banten["rank"].to_dict() == {"money": 5, "players": 4, "rate": 2}
    assert banten["of"].tolist() == [5, 5, 5]
    assert banten["why"].to_dict() == {
        "money": "",
        "players": "truncated_list",
        "rate": "truncated_list",
    }
    per_head = ranks[ranks["measure"] == "rate"].sort_values("rank")
    assert per_head["value"].tolist() == pytest.approx(
        [2161.3, 1166.8, 1043.8, 525.5, 322.6], abs=0.05
    )
    # so many players that no interval meets another
    assert (per_head["rank_best"] == per_head["rank_worst"]).all()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_warning_names_the_list_and_the_measure(lang):
    text = say("measure.warning.truncated_list", lang, number=5, by="money", measure="per capita")
    assert "money" in text
    assert "per capita" in text
    assert "5" in text


STORED = pd.DataFrame(
    {"area": ["Banten", "Jatim"], "players": [150_302, 135_227], "source": ["F05", "F04"]}
)


def test_a_figure_copied_wrongly_is_a_conflict():
    assert check_published(S6, STORED, "players") is S6
    wrong = S6.assign(players=S6["players"].replace(150_302, 105_302))
    with pytest.raises(InsidenError) as error:
        check_published(wrong, STORED, "players")
    for lang in ("id", "en"):
        for fact in ("Banten", "105302", "150302", "F05"):
            assert fact in error.value.text(lang)


def test_the_stored_figures_know_this_conflict(shared):
    stored = pd.read_csv(shared / "reference" / "published-figures.csv")
    stored = stored[(stored["measure"] == "players") & (stored["period"] == "2024-06-25")]
    stored = stored.rename(columns={"place": "area", "value": "players"})
    given = pd.DataFrame({"area": ["Banten"], "players": [150_302]})
    check_published(given, stored, "players")
    with pytest.raises(InsidenError):
        check_published(given.assign(players=105_302), stored, "players")


def test_intervals_that_meet_share_their_places():
    table = pd.DataFrame(
        {
            "area": ["a", "b", "c"],
            "rate": [9.0, 8.0, 1.0],
            "rate_low": [7.0, 6.0, 0.5],
            "rate_high": [11.0, 10.0, 2.0],
        }
    )
    ranks = rank_by(table, ["rate"])
    assert ranks["rank"].tolist() == [1, 2, 3]
    assert ranks["rank_best"].tolist() == [1, 1, 3]
    assert ranks["rank_worst"].tolist() == [2, 2, 3]


def test_ties_and_gaps():
    table = pd.DataFrame({"area": ["a", "b", "c", "d"], "cases": [5, 5, 1, None]})
    ranks = rank_by(table, ["cases"]).set_index("area")
    assert ranks["rank"].tolist()[:3] == [1, 1, 3]
    assert pd.isna(ranks.loc["d", "rank"])
    assert ranks.loc["d", "why"] == "no_value"
    assert ranks["of"].tolist() == [3, 3, 3, 3]
    # d could stand anywhere: c may be third or last
    assert (ranks.loc["c", "rank_best"], ranks.loc["c", "rank_worst"]) == (3, 4)


def test_an_area_twice_is_refused():
    with pytest.raises(InsidenError) as error:
        rank_by(pd.concat([S6, S6]), ["players"])
    assert error.value.key == "measure.repeated_area"
