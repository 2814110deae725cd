"""No sentence says more than its interval: thousands of random rows, and the cases of the domain page."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from analysis.words import wording as tell
from analysis.words.citing import Row
from analysis.words.messages import words
from analysis.words.wording import Voice

LANGS = ("id", "en")
MINE = ("wording.", "brief.", "package.")
NAMES = {"36": "Banten", "36.01": "Pandeglang", "36.02": "Lebak", "36.04": "Kab. Serang"}
FACTS = {
    "confidence_percent": 95,
    "smallest_p": 0.0001,
    "window": "2023-01..2023-02",
    "hide_below": 5,
    "hidden_cells": 3,
    "hidden_complementary": 1,
}
# what each language says when it claims a difference, and when it does not
ABOVE = {"id": ("lebih tinggi", " naik"), "en": ("higher", " rise")}
BELOW = {"id": ("lebih rendah", " turun"), "en": ("lower", " fall")}
NEITHER = {"id": "belum dapat dibedakan", "en": ("cannot be told apart", "not separable")}
# words that claim too much, blame a place, or name a cause
NEVER = (
    "lebih sedikit", "rawan", "zona merah", "sarang", "karena ", "akibat", "menyebabkan",
    "disebabkan", "berhasil", "terbukti menurunkan", "fewer", "because of", "caused by", "due to",
)  # fmt: skip


def voice(lang, scope="36"):
    facts = {key: Row("summary", f"key={key}", {"value": value}) for key, value in FACTS.items()}
    return Voice(lang, NAMES, "reports", scope, facts)


def comparison(**values):
    row = {
        "focal": "36.01", "comparator": "rest", "members": "36.02;36.04", "months": 12,
        "months_wanted": 12, "ratio": 1.0, "ratio_low": 0.8, "ratio_high": 1.3, "p": 0.9,
        "wide_low": math.nan, "wide_high": math.nan, "verdict": "not_separable", "why": "",
    }  # fmt: skip
    return Row("comparison", "focal=36.01; comparator=rest", row | values)


def trend(**values):
    row = {
        "area": "36.01", "months": 60, "first": pd.Timestamp("2021-01-01"),
        "last": pd.Timestamp("2025-12-01"), "yearly_change": 0.0, "low": -3.0, "high": 4.0,
        "verdict": "not_separable", "why": "",
    }  # fmt: skip
    return Row("trend", "area=36.01", row | values)


def latest(now, before, low=math.nan, high=math.nan, **values):
    row = {
        "area": "36.01", "month": pd.Timestamp("2024-07-01"), "month_before": pd.Timestamp("2023-07-01"),
        "incidents": now, "incidents_before": before, "shown": str(now), "shown_before": str(before),
        "why": "", "why_before": "", "flag": "", "ratio_low": low, "ratio_high": high,
    }  # fmt: skip
    return Row("latest", "area=36.01", row | values)


def printed_limits(text):
    """The two limits of the first interval, as a reader sees them."""
    low, high = re.search(r": (-?[\d.,]*\d)%? (?:s\.d\.|to) (-?[\d.,]*\d)", text).groups()
    thousands, decimal = (".", ",") if "s.d." in text else (",", ".")
    low, high = (limit.replace(thousands, "").replace(decimal, ".") for limit in (low, high))
    return float(low), float(high)


def claims(text, lang):
    text = text.lower()
    return any(word in text for word in ABOVE[lang]), any(word in text for word in BELOW[lang])


def random_intervals(number, null, scale):
    """Estimates and limits of which many end close to "no difference"."""
    random = np.random.default_rng(7)
    for _ in range(number):
        ends = np.sort(null + random.normal(0, scale, 3) * random.choice([0.01, 0.1, 1, 10]))
        yield random, ends


@pytest.mark.parametrize("lang", LANGS)
def test_no_comparison_contradicts_its_interval(lang):
    verdicts = ("higher", "lower", "not_separable")
    seen = set()
    for random, ends in random_intervals(1500, 0, 1):
        low, ratio, high = np.exp(ends)
        values = {"ratio": ratio, "ratio_low": low, "ratio_high": high, "p": random.uniform() ** 3}
        if random.uniform() < 0.5:
            spread = math.exp(abs(random.normal(0, 0.2)))  # what dispersion adds to the limits
            values |= {"wide_low": low / spread, "wide_high": high * spread}
        if random.uniform() < 0.3:
            # a measure that is right: verdict and p follow from the interval
            verdict = "higher" if low > 1 else "lower" if high < 1 else "not_separable"
            values |= {"verdict": verdict, "p": 0.5 if verdict == "not_separable" else 0.001}
        else:
            values["verdict"] = random.choice(verdicts)
        row = comparison(**values)
        text = tell.tell_comparison(row, voice(lang)).text
        above, below = claims(text, lang)
        printed = printed_limits(text)
        assert not above or (printed[0] > 1 and values.get("wide_low", 2) > 1), text
        assert not below or (printed[1] < 1 and values.get("wide_high", 0) < 1), text
        if not (above or below) and NEITHER["id"] in text:
            assert printed[0] <= 1 <= printed[1], text
        assert not (above and below)
        seen.add(tell.comparison_verdict(row, voice(lang)))
    assert seen == {"higher", "lower", "borderline", "not_separable"}


@pytest.mark.parametrize("lang", LANGS)
def test_no_trend_contradicts_its_interval(lang):
    seen = set()
    for random, (low, change, high) in random_intervals(1500, 0, 8):
        verdict = str(random.choice(["rising", "falling", "not_separable"]))
        if random.uniform() < 0.5:
            verdict = "rising" if low > 0 else "falling" if high < 0 else "not_separable"
        row = trend(yearly_change=change, low=low, high=high, verdict=verdict)
        text = tell.tell_trend(row, voice(lang)).text
        above, below = claims(text, lang)
        printed = printed_limits(text)
        assert not above or printed[0] > 0, text
        assert not below or printed[1] < 0, text
        seen.add(tell.trend_verdict(row))
    assert seen == {"rising", "falling", "borderline", "not_separable"}


@pytest.mark.parametrize("lang", LANGS)
def test_no_month_contradicts_its_interval(lang):
    random = np.random.default_rng(11)
    for _ in range(1000):
        now, before = (int(count) for count in random.poisson(random.choice([0.5, 5, 60]), 2))
        low, high = np.sort(np.exp(random.normal(0, random.choice([0.01, 1]), 2)))
        text = tell.tell_latest(latest(now, before, low, high), voice(lang)).text
        above, below = claims(text, lang)
        if now != before or above or below:
            printed = printed_limits(text)
            assert not above or printed[0] > 1, text
            assert not below or printed[1] < 1, text


@pytest.mark.parametrize("lang", LANGS)
def test_no_headline_contradicts_its_rows(lang):
    for random, ends in random_intervals(800, 0, 1):
        rows, intervals = [], []
        for comparator in ("land_neighbours", "rest"):
            low, ratio, high = np.exp(np.sort(ends + random.normal(0, 0.3, 3)))
            verdict = "higher" if low > 1 else "lower" if high < 1 else "not_separable"
            p = 0.5 if verdict == "not_separable" else 0.001
            rows.append(
                comparison(
                    comparator=comparator,
                    ratio=ratio,
                    ratio_low=low,
                    ratio_high=high,
                    p=p,
                    verdict=verdict,
                )
            )
            intervals.append((round(low, 2), round(high, 2)))
        told = tell.headline(rows, trend(), voice(lang)).text
        assert len(told.split()) <= 14, told
        above, below = claims(told, lang)
        assert not above or any(low > 1 for low, _ in intervals), told
        assert not below or any(high < 1 for _, high in intervals), told
        assert not (above and all(low <= 1 for low, _ in intervals))


def test_headline_keeps_to_its_length_with_long_names():
    names = NAMES | {
        "36.01": "Kabupaten Kepulauan Pandeglang Selatan Daya Raya",
        "36": "Banten Raya Utara",
    }
    said = voice("id")
    said = Voice("id", names, "reports", "36", said.facts)
    rows = [
        comparison(
            comparator="land_neighbours",
            ratio=2,
            ratio_low=1.5,
            ratio_high=2.5,
            p=0.001,
            verdict="higher",
        ),
        comparison(),
    ]
    told = tell.headline(rows, None, said).text
    assert (
        told
        == "Simpulan untuk Kabupaten Kepulauan Pandeglang Selatan Daya Raya bergantung pada pembandingnya"
    )


def test_claim_of_2023_against_the_rest_is_not_separable():
    # reported violence January-February 2023, scenario S3 of the domain page
    row = comparison(
        ratio=1.2701, ratio_low=0.7503, ratio_high=2.0449, p=0.2931, members="36.02;36.04"
    )
    told = tell.tell_comparison(row, voice("id"))
    assert told.text == (
        "Pada Januari s.d. Februari 2023, laju laporan Pandeglang belum dapat dibedakan dari daerah lain di "
        "Banten: rasio 1,27 (selang 95%: 0,75 s.d. 2,04; p = 0,29); selang itu mencakup laju yang sama."
    )
    assert [(figure.shown, figure.column, figure.value) for figure in told.figures] == [
        ("Januari s.d. Februari 2023", "value", "2023-01..2023-02"),
        ("1,27", "ratio", "1.2701"),
        ("95%", "value", "95"),
        ("0,75", "ratio_low", "0.7503"),
        ("2,04", "ratio_high", "2.0449"),
        ("0,29", "p", "0.2931"),
    ]


def test_claim_of_2023_against_the_neighbours_is_borderline():
    # 1.91 (1.00-3.57), p = 0.034: the printed interval touches 1, so nothing is claimed
    row = comparison(
        comparator="land_neighbours",
        ratio=1.91,
        ratio_low=1.0021,
        ratio_high=3.5713,
        p=0.0342,
        verdict="higher",
    )
    text = tell.tell_comparison(row, voice("id")).text
    assert "berada di batas" in text
    assert "lebih" not in text
    assert "1,91 (selang 95%: 1,00 s.d. 3,57; p = 0,034)" in text


def test_interval_and_p_that_disagree_claim_nothing():
    row = comparison(ratio=1.88, ratio_low=0.99, ratio_high=3.52, p=0.049)
    assert tell.comparison_verdict(row, voice("id")) == "borderline"


def test_a_comparison_without_an_interval_claims_nothing():
    row = comparison(
        verdict="not_comparable", why="suppressed", ratio=pd.NA, ratio_low=pd.NA, ratio_high=pd.NA
    )
    assert tell.tell_comparison(row, voice("id")).text == (
        "Pada Januari s.d. Februari 2023, Pandeglang tidak dibandingkan dengan daerah lain di Banten: "
        "jumlahnya disamarkan."
    )


def test_a_comparison_over_fewer_months_says_so():
    text = tell.tell_comparison(comparison(months=9), voice("en")).text
    assert text.endswith("Only 9 of 12 months are used, those that both sides reported in full.")


def test_very_small_p_is_printed_as_below_the_smallest():
    row = comparison(ratio=3, ratio_low=2, ratio_high=4, p=1e-9, verdict="higher")
    assert "p < 0,0001" in tell.tell_comparison(row, voice("id")).text


def test_no_upper_limit_is_said_in_words():
    row = comparison(ratio=math.inf, ratio_low=1.2, ratio_high=math.inf, p=0.01, verdict="higher")
    assert "1,20 ke atas" in tell.tell_comparison(row, voice("id")).text


def test_small_changes_are_called_common_by_chance():
    # the domain page: from 4 to 6 is not "up 50 %"
    text = tell.tell_latest(latest(6, 4, 0.35, 7.2), voice("id")).text
    assert "6 laporan; Juli 2023: 4" in text
    assert "Perubahan sekecil ini lazim terjadi secara acak" in text
    assert "%" not in text.replace("95%", "")


def test_a_hidden_or_missing_month_is_not_compared():
    hidden = latest(pd.NA, 12, shown="<5", why="suppressed")
    assert "<5 laporan" in tell.tell_latest(hidden, voice("id")).text
    assert "disamarkan tidak dibandingkan" in tell.tell_latest(hidden, voice("id")).text
    missing = latest(pd.NA, 12, shown="", why="not_reported")
    assert "belum dilaporkan" in tell.tell_latest(missing, voice("id")).text


def test_provisional_months_say_so():
    assert "sementara" in tell.tell_latest(latest(6, 6, flag="provisional"), voice("id")).text


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        ("too_short", "terlalu pendek (11 bulan yang angkanya dapat dipakai)"),
        ("break", "terputus di tengah jalan"),
    ],
)
def test_a_series_that_bears_no_trend_gets_none(verdict, text):
    row = trend(verdict=verdict, months=11, yearly_change=pd.NA, low=pd.NA, high=pd.NA)
    told = tell.tell_trend(row, voice("id")).text
    assert text in told
    assert "%" not in told


def coverage(area, reported, expected):
    values = {
        "area": area,
        "reported": reported,
        "expected": expected,
        "percent": 100 * reported / expected,
    }
    return Row("coverage", f"area={area}", values)


def test_completeness_of_scenario_5():
    told = tell.tell_completeness(coverage("all", 15, 18), voice("id"))
    assert told.text == "Kelengkapan 15 dari 18 unit-bulan (83,3%)."
    rows = [coverage("36.01", 6, 6), coverage("36.02", 3, 6), coverage("36.04", 6, 6)]
    assert tell.tell_incomplete(rows, voice("id")).text == (
        "Belum lengkap: Lebak (3 dari 6); wilayah ini tidak diperingkat terhadap yang lengkap."
    )


def test_an_unconfirmed_population_says_so():
    values = {
        "series": "bps",
        "vintage": "sp2020_interim",
        "year": 2022,
        "confidence": "unconfirmed",
    }
    text = tell.tell_population(
        Row("population", "area=36.01; year=2022", values), voice("id")
    ).text
    assert "belum dikonfirmasi" in text
    firm = tell.tell_population(
        Row("population", "", values | {"confidence": "high"}), voice("id")
    ).text
    assert "belum dikonfirmasi" not in firm


def test_hidden_cells_are_counted_aloud():
    assert tell.tell_hidden(voice("id")).text.startswith(
        "3 sel kecil ditulis <5; 1 sel lain ditulis -"
    )


@pytest.mark.parametrize("lang", LANGS)
def test_no_wording_uses_a_word_that_claims_too_much(lang):
    texts = {key: text for key, text in words(lang).items() if key.startswith(MINE)}
    found = {key: word for key, text in texts.items() for word in NEVER if word in text.lower()}
    assert found == {}


@pytest.mark.parametrize("lang", LANGS)
def test_no_number_stands_in_the_wording_itself(lang):
    texts = {key: text for key, text in words(lang).items() if key.startswith(MINE[:2])}
    fixed = {key: re.findall(r"\d", re.sub(r"{\w+}", "", text)) for key, text in texts.items()}
    assert {key: digits for key, digits in fixed.items() if digits} == {}
