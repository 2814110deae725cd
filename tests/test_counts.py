"""A gap stays a gap through every sum."""

import pandas as pd
import pytest

from analysis.counts import compare_vintages, complete_months, make_counts, sum_over
from analysis.tables import InsidenError, check_counts


def counts(*rows):
    table = pd.DataFrame(rows, columns=["area", "month", "category", "incidents", "why", "flag"])
    table["month"] = pd.to_datetime(table["month"])
    table["incidents"] = table["incidents"].astype("Int64")
    return table


def test_a_skipped_month_is_unknown_unless_the_analyst_says_zero():
    table = counts(("a", "2024-01-01", "", 2, "", ""), ("a", "2024-03-01", "", 1, "", ""))
    months = pd.date_range("2024-01", "2024-03", freq="MS")
    unknown = complete_months(table, areas=["a", "b"], months=months, missing="unknown")
    assert unknown["incidents"].isna().sum() == 4
    assert set(unknown.loc[unknown["incidents"].isna(), "why"]) == {"not_reported"}
    zero = complete_months(table, areas=["a", "b"], months=months, missing="zero")
    assert zero["incidents"].sum() == 3
    assert zero["incidents"].notna().all()


def test_a_sum_with_an_unknown_part_is_unknown_and_keeps_what_is_known():
    table = counts(
        ("a", "2024-01-01", "x", 2, "", ""),
        ("a", "2024-01-01", "y", pd.NA, "not_reported", ""),
        ("b", "2024-01-01", "x", 0, "", "provisional"),
        ("b", "2024-01-01", "y", 5, "", ""),
    )
    merged = sum_over(table, ["area", "month"]).set_index("area")
    assert pd.isna(merged.loc["a", "incidents"])
    assert merged.loc["a", ["why", "flag", "known", "expected", "reported"]].tolist() == [
        "not_reported",
        "partial",
        2,
        2,
        1,
    ]
    assert merged.loc["b", ["incidents", "flag"]].tolist() == [5, "provisional"]


def test_an_area_that_did_not_exist_is_not_missing():
    table = counts(
        ("a", "2024-01-01", "x", 2, "", ""),
        ("b", "2024-01-01", "x", pd.NA, "before_start", ""),
    )
    merged = sum_over(table, ["month"])
    assert merged["incidents"].tolist() == [2]


def test_counts_say_everything_wrong_at_once():
    table = counts(
        ("a", "2024-01-02", "x", -1, "", ""),
        ("a", "2024-01-02", "x", pd.NA, "", ""),
    )
    with pytest.raises(InsidenError) as error:
        check_counts(table)
    text = error.value.text("id")
    for words in ("mengulang kunci", "tanggal satu", "negatif", "tanpa alasan"):
        assert words in text


def test_a_blank_part_makes_the_count_partial():
    counted = pd.DataFrame(
        {
            "area": ["a", "b"],
            "month": pd.to_datetime(["2024-01-01"] * 2),
            "category": [""] * 2,
            "incidents": [3.0, None],
            "why": ["not_reported", "ambiguous"],
            "gaps": [1, 1],
            "provisional": [0, 0],
            "revised": [0, 0],
            "partial": [0, 0],
        }
    )
    made = make_counts(counted)
    assert made["flag"].tolist() == ["partial", ""]
    assert made["why"].tolist() == ["", "ambiguous"]


def test_two_vintages_differ_in_what_was_revised_added_or_gone():
    months = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01"])

    def vintage(incidents):
        table = pd.DataFrame({"area": "36.01.12", "month": months, "category": "judi"})
        table["incidents"] = pd.array(incidents, dtype="Int64")
        table["why"] = ["not_reported" if pd.isna(one) else "" for one in incidents]
        return table.assign(flag="")

    before, after = vintage([1, 2, None, None, 5]), vintage([1, 4, 3, None, None])
    shown = compare_vintages(before, after)
    assert shown["month"].dt.month.tolist() == [2, 3, 5]
    assert shown["kind"].tolist() == ["revised", "added", "gone"]
    assert shown["change"].fillna(-9).tolist() == [2, -9, -9]
    assert compare_vintages(before, before).empty
    # a row that only one table has is added or gone as well
    assert compare_vintages(before[:1], before[:2])["kind"].tolist() == ["added"]
