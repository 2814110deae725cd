"""Ten thousand random results, each told once: no sentence contradicts the interval it prints."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from analysis.words import wording as tell
from analysis.words.citing import Row
from tests.words.test_wording import NEITHER, comparison, trend, voice

CASES = 10_000
UP = {"id": (" lebih tinggi", " naik", "di atas batas"), "en": (" higher", " rise", "above the")}
DOWN = {"id": (" lebih rendah", " turun", "di bawah batas"), "en": (" lower", " fall", "below the")}


def numbers_of(text, lang):
    """The two limits of the interval, and the estimate, as a reader sees them."""
    thousands, decimal = (".", ",") if lang == "id" else (",", ".")
    number = r"-?[\d.,]*\d"
    found = re.search(rf"[:(] ?({number})%? (?:s\.d\.|to) ({number})%?", text)
    return [float(each.replace(thousands, "").replace(decimal, ".")) for each in found.groups()]


def claims(text, lang):
    return [any(word in text for word in words[lang]) for words in (UP, DOWN)]


def says_neither(text, lang):
    words = NEITHER[lang]
    return any(word in text for word in ((words,) if isinstance(words, str) else words))


def ends(random, null):
    return np.sort(null + random.normal(0, 1, 3) * random.choice([0.01, 0.1, 1, 10]))


def random_comparison(random):
    low, ratio, high = np.exp(ends(random, 0))
    values = {"ratio": ratio, "ratio_low": low, "ratio_high": high, "p": random.uniform() ** 3}
    if random.uniform() < 0.6:
        spread = math.exp(abs(random.normal(0, 0.3)))
        values |= {"wide_low": low / spread, "wide_high": high * spread}
    right = "higher" if low > 1 else "lower" if high < 1 else "not_separable"
    if random.uniform() < 0.5:
        values |= {"verdict": right, "p": 0.5 if right == "not_separable" else 0.001}
    else:
        values["verdict"] = str(random.choice(["higher", "lower", "not_separable"]))
    return tell.tell_comparison, comparison(**values), 1


def random_trend(random):
    low, change, high = 8 * ends(random, 0)
    right = "rising" if low > 0 else "falling" if high < 0 else "not_separable"
    told = right if random.uniform() < 0.5 else random.choice(["rising", "falling"])
    return tell.tell_trend, trend(yearly_change=change, low=low, high=high, verdict=str(told)), 0


def difference(**values):
    row = {
        "focal": "36.01", "comparator": "land_neighbours", "members": "36.02;36.04", "k": 2,
        "left_out": "", "months": 60, "first": pd.Timestamp("2021-01-01"),
        "last": pd.Timestamp("2025-12-01"), "yearly_difference": 0.0, "low": -3.0, "high": 4.0,
        "model_low": -3.0, "model_high": 4.0, "p": 0.5, "p_model": 0.5, "placebo_areas": 155,
        "smallest_p": 1 / 155, "verdict": "not_separable", "why": "", "method": "ratio_placebo",
        "confidence": 0.95,
    }  # fmt: skip
    return Row("differences", "focal=36.01", row | values)


def random_difference(random):
    low, change, high = 8 * ends(random, 0)
    if random.uniform() < 0.5:
        verdict = "faster" if low > 0 else "slower" if high < 0 else "not_separable"
    else:
        verdict = str(random.choice(["faster", "slower", "not_separable"]))
    p = 0.02 if verdict != "not_separable" and random.uniform() < 0.7 else random.uniform()
    spread = 1 + random.normal(0, 0.3)
    method = "ratio_placebo" if random.uniform() < 0.7 else "ratio_model"
    row = difference(
        yearly_difference=change, low=low, high=high, p=p, verdict=verdict, method=method,
        model_low=change - spread * (change - low), model_high=change + spread * (high - change),
        placebo_areas=155 if method == "ratio_placebo" else 8, smallest_p=1 / 8,
    )  # fmt: skip
    return tell.tell_trend_difference, row, 0


def funnel_row(**values):
    row = {
        "area": "36.01", "incidents": 12, "expected": 10.0, "ratio": 1.2, "low_outer": 0.4,
        "high_outer": 1.9, "wide_low_outer": math.nan, "wide_high_outer": math.nan,
        "position": "within", "wide_position": "", "confidence": 0.998, "why": "",
    }  # fmt: skip
    return Row("funnel", "area=36.01", row | values)


def random_funnel(random):
    places = ["above_outer", "above_inner", "within", "below_inner", "below_outer"]
    low, high = np.sort(np.exp(random.normal(0, 0.3, 2)))
    ratio = np.exp(random.normal(0, 0.6))
    right = "above_outer" if ratio > high else "below_outer" if ratio < low else "within"
    values = {"ratio": ratio, "low_outer": low, "high_outer": high}
    values["position"] = right if random.uniform() < 0.6 else str(random.choice(places))
    if random.uniform() < 0.6:
        values |= {"wide_low_outer": low * 0.9, "wide_high_outer": high * 1.1}
        values["wide_position"] = right if random.uniform() < 0.6 else str(random.choice(places))
    return tell.tell_funnel, funnel_row(**values), ratio


KINDS = (random_comparison, random_trend, random_difference, random_funnel)


def test_no_sentence_of_ten_thousand_contradicts_its_interval():
    random = np.random.default_rng(20241126)
    speakers = {lang: voice(lang) for lang in ("id", "en")}
    seen = {kind: {"up": 0, "down": 0, "neither": 0, "edge": 0} for kind in KINDS}
    for case in range(CASES):
        kind = KINDS[case % len(KINDS)]
        lang = "id" if case % 8 < 4 else "en"
        telling, row, null = kind(random)
        text = telling(row, speakers[lang]).text
        up, down = claims(text, lang)
        low, high = numbers_of(text, lang)
        assert not (up and down), text
        if kind is random_funnel:
            # an area lies above where its ratio, as printed, does
            printed = round(null, 2)
            assert not up or printed >= high, text
            assert not down or printed <= low, text
            assert not says_neither(text, lang) or low <= printed + 0.006 <= high + 0.012, text
        else:
            assert not up or low > null, text
            assert not down or high < null, text
            # an interval that leaves out "no difference" is never told as if it held it
            assert not says_neither(text, lang) or low <= null <= high, text
        # who is compared, and with whom, always stands there
        assert "Pandeglang" in text
        if kind in (random_comparison, random_difference):
            assert any(name in text for name in ("Banten", "tetangga", "neighbours")), text
        told = "up" if up else "down" if down else "neither" if says_neither(text, lang) else "edge"
        seen[kind][told] += 1
    assert all(number > 20 for counts in seen.values() for number in counts.values()), seen


@pytest.mark.parametrize("lang", ["id", "en"])
def test_rank_sentences_name_both_ends_and_the_number_of_areas(lang):
    random = np.random.default_rng(3)
    for _ in range(300):
        of = int(random.integers(1, 12))
        low, high = np.sort(random.integers(1, of + 1, 2))
        values = {"area": "36.01", "rank_low": low, "rank_high": high, "of": of, "confidence": 0.95}
        text = tell.tell_rank(Row("ranks", "area=36.01", values | {"why": ""}), voice(lang)).text
        digits = [int(each) for each in re.findall(r"\d+", text.replace("95%", ""))]
        wanted = {of} if (low, high) == (1, of) and of > 1 else {low, high, of}
        assert set(digits) == wanted, text


HOSTILE = [
    # a limit that is one after rounding
    (tell.tell_comparison, comparison(ratio=1.9, ratio_low=1.004, ratio_high=3.6, p=0.03, verdict="higher")),
    (tell.tell_comparison, comparison(ratio=math.nan, ratio_low=0, ratio_high=math.inf, p=1)),
    (tell.tell_comparison, comparison(ratio=0.0, ratio_low=0.0, ratio_high=math.inf, p=1)),
    (tell.tell_comparison, comparison(ratio=pd.NA, ratio_low=pd.NA, ratio_high=pd.NA, verdict="not_comparable", why="no_common_months", months=0)),
    (tell.tell_comparison, comparison(ratio=math.nan, ratio_low=math.nan, ratio_high=math.nan, p=math.nan)),
    (tell.tell_trend_difference, difference(k=0, members="", verdict="not_comparable", why="no_neighbours", yearly_difference=math.nan, low=math.nan, high=math.nan)),
    (tell.tell_trend_difference, difference(verdict="too_short", months=1, low=math.nan, high=math.nan)),
    (tell.tell_trend_difference, difference(verdict="faster", low=0.04, high=9.0, p=1 / 155)),
    (tell.tell_trend_difference, difference(verdict="faster", low=1.0, high=9.0, p=1 / 155, model_low=-2.0, model_high=12.0)),
    (tell.tell_trend_difference, difference(verdict="faster", low=1.0, high=math.inf, p=1 / 155)),
    (tell.tell_trend_difference, difference(first=pd.NaT, last=pd.NaT, months=0, verdict="not_comparable", why="no_common_months", yearly_difference=math.nan)),
    (tell.tell_funnel, funnel_row(incidents=0, ratio=0.0, low_outer=0.0, high_outer=9.0)),
    (tell.tell_funnel, funnel_row(position="", ratio=math.nan, why="not_reported")),
    (tell.tell_rank, Row("ranks", "area=36.01", {"area": "36.01", "rank_low": pd.NA, "rank_high": pd.NA, "of": 8, "why": "no_population"})),
    (tell.tell_smoothed, Row("smoothed", "area=36.01", {"area": "36.01", "smoothed": math.nan, "why": "no_neighbours"})),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(("telling", "row"), HOSTILE)
def test_hostile_rows_claim_nothing_and_leave_no_hole(telling, row, lang):
    text = telling(row, voice(lang)).text
    assert claims(text, lang) == [False, False], text
    assert text.endswith(".")
    assert "nan" not in text.lower().split()
    assert not re.search(r"\{|\}|NaT|<NA>|: \.|\(\)", text)


def test_eight_areas_say_that_no_rank_can_be_small():
    row = difference(
        method="ratio_model", placebo_areas=8, smallest_p=0.125, verdict="faster", low=2.0,
        high=9.0, model_low=2.0, model_high=9.0, p=0.125, yearly_difference=5.5, left_out="36.04",
    )  # fmt: skip
    assert tell.tell_trend_difference(row, voice("en")).text == (
        "From January 2021 to December 2025, reports in Pandeglang rise against its land neighbours "
        "(areas: 2): the ratio of the two rates changes by 5.5% a year (95% interval: 2.0% to 9.0%). "
        "With 8 areas no rank can give a p below 0.125; the interval is that of a model. Left out of "
        "the comparator, with too few months reported: Kab. Serang."
    )


def test_bounds_are_told_in_words():
    bound = {
        "focal": "36.01", "comparator": "rest", "side": "focal", "missing": 3, "per_month": 4.0,
        "turns_to": "higher", "needed": 12.5, "times": 3.125, "confidence": 0.95,
    }  # fmt: skip
    text = tell.tell_missing_bound(Row("bounds", "", bound), voice("id")).text
    assert text == (
        'Bulan tanpa laporan di Pandeglang: 3. Agar Pandeglang menjadi "lebih tinggi" terhadap '
        "daerah lain di Banten, bulan itu harus berisi rata-rata 12,5 laporan, yaitu 3,1 kali "
        "rata-rata bulan yang terlapor (4,0)."
    )
    never = tell.tell_missing_bound(
        Row("bounds", "", bound | {"needed": math.nan}), voice("en")
    ).text
    assert never.endswith(
        'Whatever they hold, Pandeglang does not become "higher" against the rest of Banten.'
    )
    effort = {"area": "36.01", "explains": "", "effort_ratio": math.nan, "ratio": 1.5}
    text = tell.tell_effort_bound(Row("effort", "", effort), voice("en")).text
    assert "effort was not recorded" in text
