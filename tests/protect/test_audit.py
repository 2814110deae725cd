"""The attack finds exactly what trying every table finds."""

import itertools

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.protect.audit import find_recoverable, find_sums
from analysis.words.messages import InsidenError

NO_PARTS = {"area_parts": {}, "period_parts": {}, "category_parts": {}}


def published(rows):
    return pd.DataFrame(rows, columns=["area", "period", "category", "shown"])


def found(rows, hide_below=5, **parts):
    answer = find_recoverable(published(rows), hide_below=hide_below, **(NO_PARTS | parts))
    return {tuple(row[:3]): row[4] for row in answer.itertuples(index=False, name=None)}


def test_a_lone_small_count_is_the_total_less_the_rest():
    rows = [("a", "1", "", "12"), ("b", "1", "", "<5"), ("c", "1", "", "7"), ("T", "1", "", "22")]
    assert found(rows, area_parts={"T": ["a", "b", "c"]}) == {("b", "1", ""): 3}


def test_limits_of_whole_numbers_give_more_than_algebra():
    rows = [("a", "1", "", "<5"), ("b", "1", "", "<5"), ("T", "1", "", "8")]
    assert found(rows, area_parts={"T": ["a", "b"]}) == {("a", "1", ""): 4, ("b", "1", ""): 4}


def test_sums_are_combined():
    # no single sum gives the four cells away, but rows 1 and 2 less column 3 do: b in month 3
    marks = {
        ("a", "1"): "<5", ("a", "2"): "<5", ("a", "3"): "6",
        ("b", "1"): "<5", ("b", "2"): "<5", ("b", "3"): "<5",
        ("T", "1"): "4", ("T", "2"): "5", ("T", "3"): "-",
        ("a", "Y"): "11", ("b", "Y"): "7", ("T", "Y"): "18",
    }  # fmt: skip
    rows = [(*cell, "", mark) for cell, mark in marks.items()]
    parts = {"area_parts": {"T": ["a", "b"]}, "period_parts": {"Y": ["1", "2", "3"]}}
    assert found(rows, **parts)[("b", "3", "")] == 3


def test_a_difference_between_two_groups_whose_parts_nobody_printed():
    rows = [("a", "1", "", "<5"), ("rest", "1", "", "50"), ("T", "1", "", "53")]
    parts = {"T": ["a", "b", "c"], "rest": ["b", "c"]}
    assert found(rows, area_parts=parts) == {("a", "1", ""): 3}


def test_numbers_nobody_printed_are_not_negative():
    # T = a + b + something not printed, and a, b are at least 0: all are 0
    rows = [("a", "1", "", "<5"), ("b", "1", "", "<5"), ("T", "1", "", "0")]
    assert found(rows, area_parts={"T": ["a", "b", "c"]}) == {("a", "1", ""): 0, ("b", "1", ""): 0}


def test_what_is_not_reported_leaves_its_sum():
    rows = [("a", "1", "", "9"), ("b", "1", "", "<5"), ("c", "1", "", ""), ("T", "1", "", "11")]
    assert found(rows, area_parts={"T": ["a", "b", "c"]}) == {("b", "1", ""): 2}


def test_numbers_that_cannot_all_be_true_are_refused():
    rows = [("a", "1", "", "9"), ("b", "1", "", "<5"), ("T", "1", "", "20")]
    with pytest.raises(InsidenError) as error:
        found(rows, area_parts={"T": ["a", "b"]})
    assert error.value.key == "protect.impossible"


def test_an_unknown_mark_is_refused():
    with pytest.raises(InsidenError) as error:
        found([("a", "1", "", "few")])
    assert error.value.key == "protect.unknown_mark"


def test_a_block_of_which_only_margins_are_printed_is_left_out():
    # 35 districts of one region over one window, the region by month: 35 x 12 numbers unprinted
    months = [f"m{number}" for number in range(12)]
    districts = [f"d{number}" for number in range(35)]
    rows = [("R", month, "", "9") for month in months] + [("R", "Y", "", "108")]
    rows += [(district, "Y", "", "<5") for district in districts]
    cells = published(rows)
    sums = find_sums(cells, cells["shown"] != "", ({"R": districts}, {"Y": months}, {}))
    assert sums.shape[1] == len(cells)
    assert sums.shape[0] <= 3


SHAPES = [
    ({"T": ["a", "b"], "R": ["b"]}, {"Y": ["1", "2"]}, {}),
    ({"T": ["G", "c"], "G": ["a", "b"], "R": ["b", "c"]}, {}, {}),
    ({"T": ["a", "b", "c", "d"], "R": ["b", "c"], "N": ["c", "d"]}, {}, {}),
    ({"T": ["a", "b"]}, {}, {"": ["x", "y"]}),
    ({}, {"Y": ["1", "2", "3"], "W": ["2", "3", "4"]}, {}),
]


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_attack_finds_what_trying_every_table_finds(data, possible, added):
    """Small counts hidden and some larger ones, no more: much can be computed, all of it is."""
    parts = dict(
        zip(["area", "period", "category"], data.draw(st.sampled_from(SHAPES)), strict=True)
    )
    plain = {"area": "a", "period": "1", "category": ""}
    names = [
        sorted({*wholes, *itertools.chain(*wholes.values())}) or [plain[dimension]]
        for dimension, wholes in parts.items()
    ]
    cells = list(itertools.product(*names))
    inner = {
        cell: data.draw(st.integers(0, 4))
        for cell in cells
        if not any(name in wholes for name, wholes in zip(cell, parts.values(), strict=True))
    }
    dropped = data.draw(st.sets(st.sampled_from(cells), max_size=3))
    release = added(inner, parts, [cell for cell in cells if cell not in dropped])
    also = data.draw(st.sets(st.sampled_from(range(len(release))), max_size=4))
    marks = [
        "<3" if number < 3 else "-" if row in also else str(number)
        for row, number in enumerate(release["incidents"])
    ]
    table = release.assign(shown=marks)
    numbers = possible(table, parts, 3, 10)
    expected = {
        cell: min(found)
        for cell, mark, found in zip(
            table[["area", "period", "category"]].itertuples(index=False, name=None),
            marks,
            numbers,
            strict=True,
        )
        if not mark.isdecimal() and len(found) == 1
    }
    assert (
        found(
            table[["area", "period", "category", "shown"]],
            3,
            **{f"{name}_parts": wholes for name, wholes in parts.items()},
        )
        == expected
    )
