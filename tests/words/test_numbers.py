"""Numbers, months and lists against the Unicode locale data (CLDR) and the rules of spelling.

Expected texts are those of CLDR 44 for ``id`` and ``en``; the comma before *dan* in a list of
three is that of Ejaan yang Disempurnakan V.
"""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.words.messages import InsidenError
from analysis.words.numbers import (
    date_text,
    float_text,
    join_words,
    month_name,
    month_word,
    number,
    percent,
    period,
    rounded,
    steady,
)

NUMBERS = [
    (0, 0, "0", "0"),
    (999, 0, "999", "999"),
    (1234, 0, "1.234", "1,234"),
    (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
    (1234.5, 1, "1.234,5", "1,234.5"),
    (-27.25, 1, "-27,3", "-27.3"),
    (0.5, 0, "1", "1"),
    (1.5, 0, "2", "2"),
    (2.5, 0, "3", "3"),
    (-2.5, 0, "-3", "-3"),
    (2.675, 2, "2,68", "2.68"),  # round() gives 2.67
    (1.005, 2, "1,01", "1.01"),
    (999.995, 2, "1.000,00", "1,000.00"),
    (-0.04, 1, "0,0", "0.0"),
    (1e-7, 2, "0,00", "0.00"),
    (1e15, 0, "1.000.000.000.000.000", "1,000,000,000,000,000"),
    (np.float64(0.1) + np.float64(0.2), 1, "0,3", "0.3"),
    (np.int64(12), 0, "12", "12"),
    (Decimal("0.125"), 2, "0,13", "0.13"),
    (None, 0, "…", "…"),
    (pd.NA, 2, "…", "…"),
    (float("nan"), 1, "…", "…"),
    (float("inf"), 1, "∞", "∞"),
]


@pytest.mark.parametrize(("value", "decimals", "indonesian", "english"), NUMBERS)
def test_numbers_are_written_as_each_language_writes_them(value, decimals, indonesian, english):
    assert number(value, "id", decimals) == indonesian
    assert number(value, "en", decimals) == english


def test_percent_is_written_without_a_space():
    assert percent(83.3333, "id") == "83,3%"
    assert percent(-5, "en", 0) == "-5%"
    assert percent(pd.NA, "id") == "…"


def test_twelve_months_in_both_languages():
    short = {lang: [month_word(m, lang, "short") for m in range(1, 13)] for lang in ("id", "en")}
    assert " ".join(short["id"]) == "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des"
    assert " ".join(short["en"]) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    assert month_word(2, "id") == "Februari"
    assert month_word(12, "en") == "December"


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_numbers_and_months_are_those_of_the_locale_data(digits, decimals):
    babel = pytest.importorskip("babel", reason="comes with Jupyter")
    from babel.dates import get_month_names
    from babel.numbers import format_decimal

    value = Decimal(digits).scaleb(-decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    for lang in ("id", "en"):
        locale = babel.Locale(lang)
        assert number(value, lang, decimals) == format_decimal(value, pattern, locale=locale)
        for width in ("wide", "abbreviated"):
            months = get_month_names(width, "stand-alone", locale=locale)
            style = "long" if width == "wide" else "short"
            assert [month_word(m, lang, style) for m in range(1, 13)] == [*months.values()]


def test_months_carry_their_year():
    assert month_name(pd.Timestamp("2024-08-01"), "id") == "Agustus 2024"
    assert month_name(pd.Timestamp("2024-08-01"), "id", "short") == "Agu 2024"
    assert month_name(pd.NaT, "id") == "…"


PERIODS = [
    ("2024-01", "2024-03", "Januari s.d. Maret 2024", "January to March 2024"),
    ("2024-07", "2024-07", "Juli 2024", "July 2024"),
    ("2025-11", "2026-10", "November 2025 s.d. Oktober 2026", "November 2025 to October 2026"),
    ("2024-01", "2024-12", "Januari s.d. Desember 2024", "January to December 2024"),
]


@pytest.mark.parametrize(("first", "last", "indonesian", "english"), PERIODS)
def test_periods(first, last, indonesian, english):
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    assert period(first, last, "id") == indonesian
    assert period(first, last, "en") == english


def test_a_period_that_runs_backwards_is_refused():
    with pytest.raises(InsidenError, match="mundur"):
        period(pd.Timestamp("2024-03-01"), pd.Timestamp("2024-01-01"), "id")


def test_dates_in_words():
    assert date_text(date(2024, 7, 2), "id") == "2 Juli 2024"
    assert date_text(date(2024, 7, 2), "en") == "2 July 2024"


@pytest.mark.parametrize(
    ("parts", "indonesian", "english"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a dan b", "a and b"),
        (["a", "b", "c"], "a, b, dan c", "a, b and c"),
    ],
)
def test_lists(parts, indonesian, english):
    assert join_words(parts, "id") == indonesian
    assert join_words(parts, "en") == english


def test_rounding_ignores_the_computers_settings_for_decimals():
    from decimal import ROUND_FLOOR, localcontext

    with localcontext() as context:
        context.rounding = ROUND_FLOOR
        assert rounded(2.5) == 3


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_steady_number_keeps_seven_digits_and_two_decimals(value):
    cut = steady(value)
    assert steady(cut) == cut
    assert abs(cut - value) <= max(min(0.005, 5e-7 * abs(value)), 1e-15 * abs(value)) * 1.0001
    assert float(float_text(cut)) == pytest.approx(cut, rel=1e-11)


def test_two_computers_write_one_number():
    # the same fitted value on two processors
    assert float_text(25.1133934318) == float_text(25.1133934317) == "25.11339"
    assert float_text(598769.166667) == "598769.17"
    assert [steady(value) for value in (0.0, float("inf"))] == [0.0, float("inf")]
    assert np.isnan(steady(float("nan")))
