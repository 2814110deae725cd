"""Amounts within their columns: conventions, proposals and reasons; every figure read by hand."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.study import Study
from analysis.tallies import read_amounts
from analysis.words.messages import LANGUAGES, say

STUDY = Study(path=Path("study.toml"), title="", region="36.01", source_line="")


def tallied(texts, column="C", sheet="2024"):
    cells = pd.DataFrame({"amount": texts}, dtype=str).assign(
        file="rekap.xlsx", sheet=sheet, column=column
    )
    return read_amounts(cells, STUDY)


def outcome(table, amount, column="C"):
    return table[(table["amount"] == amount) & (table["column"] == column)].iloc[0]


def test_one_proof_settles_its_column():
    english = tallied(["1,234", "1,234,567"])
    assert outcome(english, "1,234")["incidents"] == 1234
    assert outcome(tallied(["1.234", "12,5"]), "1.234")["incidents"] == 1234
    decimal = outcome(tallied(["1.234", "12.5"]), "1.234")
    assert (decimal["outcome"], decimal["reason"]) == ("rejected", "not_whole")
    assert decimal["candidates"] == "1234"


def test_a_column_without_a_proof_takes_that_of_its_sheet():
    proven = tallied(["1,234,567"], "C")
    bare = tallied(["1,234", "2,500"], "D")
    assert outcome(bare, "2,500", "D")["outcome"] == "rejected"
    cells = pd.concat([proven, bare])[["file", "sheet", "column", "amount"]]
    together = read_amounts(cells, STUDY)
    assert outcome(together, "2,500", "D")["incidents"] == 2500
    elsewhere = pd.concat([cells[cells["column"] == "C"].assign(sheet="2023"), cells[1:]])
    assert outcome(read_amounts(elsewhere, STUDY), "2,500", "D")["outcome"] == "rejected"


def test_a_column_of_its_own_is_not_spoilt_by_another():
    cells = pd.concat([tallied(["1.234", "1.234.567"], "C"), tallied(["1,234", "1,234.5"], "D")])
    table = read_amounts(cells[["file", "sheet", "column", "amount"]], STUDY)
    assert outcome(table, "1.234", "C")["incidents"] == outcome(table, "1,234", "D")["incidents"]


@pytest.mark.parametrize("text", ["l2", "1O", "1.O23", "l2 kasus"])
def test_look_alikes_of_digits_are_proposed_and_not_counted(text):
    found = outcome(tallied([text]), text)
    assert found["outcome"] == "rejected"
    assert found["candidates"] in ("12", "10", "1023")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12,5", "not_whole"),
        ("−12", "negative_count"),
        ("Rp 600 juta", "money"),
        ("12%", "share"),
        ("5 lp/3 tsk", "several_numbers"),
        ("sekitar 10", "approximate"),
        (">10", "at_least"),
        ("5 besar", "rank"),
        ("-99", "sentinel"),
        ("sda", "ditto"),
        ("terlampir", "elsewhere"),
        ("gabung dgn Labuan", "elsewhere"),
        ("ada", "not_counted"),
        ("√", "not_counted"),
        ("**", "mark_only"),
        ("12 org", "other_unit"),
    ],
)
def test_what_is_read_but_no_count_says_why(text, reason):
    found = outcome(tallied([text]), text)
    assert (found["outcome"], found["reason"]) == ("rejected", reason)
    assert all(say(f"clean.{reason}", lang) for lang in LANGUAGES)


def test_zero_is_not_missing():
    table = tallied(["0", "NIHIL", "", "…", "TAD", "<5", "belum dibentuk", "-"])
    assert [outcome(table, text)["incidents"] for text in ("0", "NIHIL")] == [0, 0]
    assert [outcome(table, text)["why"] for text in ("", "…", "TAD", "<5", "belum dibentuk", "-")] == [
        "not_reported", "not_available", "not_available", "suppressed", "before_start", "ambiguous",
    ]  # fmt: skip
