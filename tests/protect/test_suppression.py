"""No hidden small count can be computed, whatever the tables; S7 of the scenarios, to the cell."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analysis.protect.audit import find_recoverable
from analysis.protect.suppression import hide_small
from analysis.words.messages import InsidenError

NO_PARTS = {"area_parts": {}, "period_parts": {}, "category_parts": {}}
QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def july(counts, total):
    """A release of one month: districts and their total."""
    table = pd.DataFrame({"area": [*counts, "36.01"], "period": "2024-07", "category": ""})
    table["incidents"] = pd.array([*counts.values(), total], dtype="Int64")
    return table.assign(why="")


def shown(release, hide_below=5, **parts):
    table = hide_small(release, hide_below=hide_below, **(NO_PARTS | parts))
    return dict(zip(table["area"], table["shown"], strict=True))


# -- the scenarios ------------------------------------------------------------------------------


def test_s7_c_zeros_are_hidden_with_the_other_small_counts():
    counts = {"Labuan": 12, "Carita": 3, "Panimbang": 7, "Menes": 1, "Saketi": 0}
    answer = shown(july(counts, 23), area_parts={"36.01": list(counts)})
    assert answer == {
        "Labuan": "12",
        "Carita": "<5",
        "Panimbang": "7",
        "Menes": "<5",
        "Saketi": "<5",
        "36.01": "23",
    }


def test_s7_d_a_lone_small_count_takes_a_larger_one_with_it():
    counts = {"Labuan": 12, "Carita": 3, "Panimbang": 7}
    answer = shown(july(counts, 22), area_parts={"36.01": list(counts)})
    assert answer == {"Labuan": "12", "Carita": "<5", "Panimbang": "-", "36.01": "22"}


def test_a_count_that_equals_its_total_does_not_tell_that_the_others_are_zero():
    counts = {"Labuan": 12, "Carita": 0, "Menes": 0}
    answer = shown(july(counts, 12), area_parts={"36.01": list(counts)})
    assert answer["Carita"] == answer["Menes"] == "<5"
    assert "-" in (answer["Labuan"], answer["36.01"])


def test_small_counts_that_fill_their_total_take_it_with_them():
    counts = {"Carita": 4, "Menes": 4}
    answer = shown(july(counts, 8), area_parts={"36.01": list(counts)})
    assert answer == {"Carita": "<5", "Menes": "<5", "36.01": "-"}


def test_overlapping_groups_are_attacked_together():
    # rest - neighbours = b, which is small: hidden alone it would follow from two printed groups
    counts = {"a": 20, "b": 3, "c": 30}
    release = july(counts, 53)
    groups = pd.DataFrame({"area": ["rest", "neighbours"], "period": "2024-07", "category": ""})
    groups["incidents"] = pd.array([33, 30], dtype="Int64")
    release = pd.concat([release, groups.assign(why="")], ignore_index=True)
    parts = {"36.01": ["a", "b", "c"], "rest": ["b", "c"], "neighbours": ["c"]}
    answer = shown(release, area_parts=parts)
    assert answer["b"] == "<5"
    assert [answer["rest"], answer["neighbours"]].count("-") >= 1


def test_parts_that_are_not_printed_do_not_hide_a_difference():
    # nobody prints b and c, but 36 - rest = a all the same
    release = july({"a": 3}, 53)
    rest = release.tail(1).assign(area="rest", incidents=pd.array([50], dtype="Int64"))
    release = pd.concat([release, rest], ignore_index=True)
    answer = shown(release, area_parts={"36.01": ["a", "b", "c"], "rest": ["b", "c"]})
    assert answer["a"] == "<5"
    assert "-" in (answer["rest"], answer["36.01"])


def test_parts_that_are_not_printed_protect_a_lone_small_count():
    answer = shown(july({"a": 3}, 53), area_parts={"36.01": ["a", "b", "c"]})
    assert answer == {"a": "<5", "36.01": "53"}


def test_a_window_does_not_give_away_its_months():
    rows = [("a", "2024-01", 3), ("a", "2024-02", 9), ("a", "2024-01..2024-02", 12)]
    release = pd.DataFrame(rows, columns=["area", "period", "incidents"])
    release = release.assign(category="", why="", incidents=release["incidents"].astype("Int64"))
    parts = {**NO_PARTS, "period_parts": {"2024-01..2024-02": ["2024-01", "2024-02"]}}
    answer = hide_small(release, hide_below=5, **parts)
    assert answer["shown"].tolist() == ["<5", "-", "12"]


def test_a_month_known_not_to_be_reported_hides_nothing():
    counts = {"Labuan": 12, "Carita": 3, "Menes": None, "Panimbang": 7}
    release = july(counts, 22)
    release["why"] = release["incidents"].isna().map({True: "not_reported", False: ""})
    answer = hide_small(
        release, hide_below=5, **(NO_PARTS | {"area_parts": {"36.01": list(counts)}})
    )
    assert answer["shown"].tolist() == ["12", "<5", "", "-", "22"]
    assert answer["why"].tolist() == ["", "suppressed", "not_reported", "complementary", ""]
    assert answer["incidents"].isna().tolist() == [False, True, True, True, False]


def test_zero_hides_nothing_and_the_input_stays_as_it_was():
    release = july({"Labuan": 12, "Carita": 0}, 12)
    before = release.copy()
    answer = hide_small(release, hide_below=0, **NO_PARTS)
    assert answer["shown"].tolist() == ["12", "0", "12"]
    assert answer["incidents"].tolist() == [12, 0, 12]
    hide_small(release, hide_below=5, **NO_PARTS)
    pd.testing.assert_frame_equal(release, before)


def test_the_order_of_the_rows_does_not_matter(added):
    parts = {"area": {"T": list("abcd")}, "period": {"Y": ["1", "2", "3"]}, "category": {}}
    chance = np.random.default_rng(4)
    cells = list(itertools.product("Tabcd", ["Y", "1", "2", "3"], [""]))
    inner = {(a, p, ""): int(chance.poisson(5)) for a in "abcd" for p in "123"}
    release = added(inner, parts, cells)
    arguments = {"hide_below": 5} | {f"{name}_parts": each for name, each in parts.items()}
    straight = hide_small(release, **arguments)
    mixed = hide_small(release.sample(frac=1, random_state=1), **arguments)
    pd.testing.assert_frame_equal(straight, mixed.sort_index())
    assert (straight["shown"] == "-").any()


# -- what cannot be done is said ------------------------------------------------------------------


def test_what_cannot_be_protected_is_refused_with_the_cells_named():
    # below 2 only 0 and 1 are hidden: two of them that add up to "at least 2" are both 1
    release = july({"Carita": 1, "Menes": 1}, 2)
    with pytest.raises(InsidenError) as error:
        shown(release, hide_below=2, area_parts={"36.01": ["Carita", "Menes"]})
    assert error.value.key == "protect.cannot_protect"
    assert "Carita / 2024-07" in str(error.value) and "36.01 / 2024-07" in str(error.value)


def test_a_whole_that_is_not_the_sum_of_its_parts_is_refused():
    with pytest.raises(InsidenError) as error:
        shown(july({"Carita": 3, "Menes": 9}, 13), area_parts={"36.01": ["Carita", "Menes"]})
    assert error.value.key == "protect.sum_differs"
    assert error.value.facts == {"cell": "36.01 / 2024-07", "printed": 13, "sum": 12}


def test_a_whole_smaller_than_its_printed_parts_is_refused():
    with pytest.raises(InsidenError) as error:
        shown(july({"Carita": 3, "Menes": 9}, 11), area_parts={"36.01": ["Carita", "Menes", "x"]})
    assert error.value.key == "protect.sum_differs"


def test_a_threshold_of_one_is_refused():
    with pytest.raises(InsidenError) as error:
        shown(july({"Carita": 3}, 3), hide_below=1)
    assert error.value.key == "protect.threshold"


def test_a_cell_that_stands_twice_is_refused():
    release = july({"Carita": 3}, 3)
    with pytest.raises(InsidenError) as error:
        shown(pd.concat([release, release]))
    assert error.value.key == "protect.repeated"


# -- properties -----------------------------------------------------------------------------------

SHAPES = [
    # areas with nested and overlapping groups, periods with windows that overlap, categories
    ({"T": ["a", "b"]}, {"Y": ["1", "2"]}, {}),
    ({"T": ["a", "b"], "R": ["b"]}, {"Y": ["1", "2"]}, {}),
    ({"T": ["G", "c"], "G": ["a", "b"], "R": ["b", "c"]}, {}, {}),
    ({"T": ["a", "b", "c"], "R": ["b", "c"], "N": ["c"]}, {}, {}),
    ({"T": ["a", "b"]}, {}, {"": ["x", "y"]}),
    ({}, {"Y": ["1", "2", "3"], "W": ["2", "3", "4"], "V": ["1", "2"]}, {}),
    ({}, {"Y": ["1", "2"]}, {"": ["x", "y"]}),
]


@st.composite
def releases(draw, shapes):
    """A tiny hierarchy, its smallest counts (some not reported) and what of it is printed."""
    parts = dict(zip(["area", "period", "category"], draw(st.sampled_from(shapes)), strict=True))
    plain = {"area": "a", "period": "1", "category": ""}
    names = [
        sorted({*wholes, *itertools.chain(*wholes.values())}) or [plain[dimension]]
        for dimension, wholes in parts.items()
    ]
    cells = list(itertools.product(*names))
    smallest = [
        cell for cell in cells if not any(n in w for n, w in zip(cell, parts.values(), strict=True))
    ]
    count = st.one_of(st.integers(0, 6), st.none()) if draw(st.booleans()) else st.integers(0, 6)
    inner = {cell: draw(count) for cell in smallest}
    dropped = draw(st.sets(st.sampled_from(cells), max_size=3))
    printed = [c for c in cells if c not in dropped or (c in inner and inner[c] is None)]
    assume(printed)
    return parts, inner, printed


@QUICK
@given(case=releases(SHAPES))
def test_no_small_count_can_be_found_by_trying_every_table(case, possible, added):
    parts, inner, printed = case
    release = added(inner, parts, printed)
    named = {f"{name}_parts": wholes for name, wholes in parts.items()}
    largest = {4: 9, 3: 12, 2: 15}.get(sum(number is not None for number in inner.values()), 9)
    small = (release["incidents"] < 3).fillna(False).astype(bool)
    try:
        published = hide_small(release, hide_below=3, **named)
    except InsidenError as error:  # right only where hiding every larger count is not enough
        assert error.key == "protect.cannot_protect"
        marks = release["why"].map({"": "-", "not_reported": ""}).mask(small, "<3")
        numbers = possible(release.assign(shown=marks), parts, 3, largest)
        assert min(len(each) for each, hidden in zip(numbers, small, strict=True) if hidden) == 1
        return
    numbers = possible(published, parts, 3, largest)
    assert all(len(each) > 1 for each, hidden in zip(numbers, small, strict=True) if hidden)
    assert find_recoverable(published, hide_below=3, **named).empty
    assert (published["shown"] == "<3").tolist() == small.tolist()


@settings(QUICK, max_examples=25)
@given(
    rows=st.integers(4, 7),
    columns=st.integers(1, 5),
    categories=st.sampled_from([0, 3]),
    level=st.floats(0.3, 9),
    seed=st.integers(0, 10_000),
)
def test_the_audit_finds_nothing_in_larger_tables(rows, columns, categories, level, seed, added):
    parts, inner, cells = random_table(rows, columns, categories, level, seed)
    named = {f"{name}_parts": wholes for name, wholes in parts.items()}
    published = hide_small(added(inner, parts, cells), hide_below=5, **named)
    assert find_recoverable(published, hide_below=5, **named).empty


def random_table(rows, columns, categories, level, seed):
    """Districts in two groups under a total, months in a year, categories in a total."""
    chance = np.random.default_rng(seed)
    areas = [f"a{number}" for number in range(rows)]
    months = [f"m{number}" for number in range(columns)]
    kinds = [f"k{number}" for number in range(categories)]
    area_parts = {"T": areas, "rest": areas[1:], "near": areas[1:3]}
    parts = {
        "area": area_parts,
        "period": {"Y": months},
        "category": {"": kinds} if kinds else {},
    }
    weights = chance.lognormal(0, 1, rows)
    inner = {
        (area, month, kind): int(chance.poisson(level * weight))
        for area, weight in zip(areas, weights, strict=True)
        for month in months
        for kind in kinds or [""]
    }
    cells = itertools.product([*areas, *area_parts], [*months, "Y"], [*kinds, ""])
    return parts, inner, list(cells)


def test_each_hidden_larger_count_is_needed(added):
    """Reveal one "-" and the attacker wins: the attack works and nothing is hidden in vain."""
    won = tried = 0
    for seed in range(6):
        parts, inner, cells = random_table(5, 4, 0, 6, seed)
        named = {f"{name}_parts": wholes for name, wholes in parts.items()}
        release = added(inner, parts, cells)
        published = hide_small(release, hide_below=5, **named)
        for row in published.index[published["shown"] == "-"]:
            revealed = published.copy()
            revealed.loc[row, "shown"] = str(release["incidents"][row])
            tried += 1
            won += not find_recoverable(revealed, hide_below=5, **named).empty
    assert tried >= 20
    assert won / tried >= 0.9


def test_a_realistic_release_is_protected_and_mostly_shown(added):
    """8 areas and 2 groups by 70 months, one window by 35 districts, 4 categories."""
    chance = np.random.default_rng(1)
    areas = [f"36.{number:02d}" for number in (1, 2, 3, 4, 71, 72, 73, 74)]
    districts = [f"36.01.{number:02d}" for number in range(1, 36)]
    months = [str(pd.Period("2021-01", "M") + number) for number in range(70)]
    kinds = list("abcd")
    groups = {"36": areas, "rest": areas[1:], "land_neighbours": [areas[1], areas[3]]}
    counts = {(area, month): int(chance.poisson(12)) for area in areas for month in months}
    shares = chance.dirichlet(np.ones(35))
    by_district = dict(zip(districts, np.zeros(35, dtype=int), strict=True))
    by_kind = dict.fromkeys(kinds, 0)
    for month in months[-12:]:
        number = counts[areas[0], month]
        for district, part in zip(districts, chance.multinomial(number, shares), strict=True):
            by_district[district] += int(part)
        for kind, part in zip(
            kinds, chance.multinomial(number, [0.5, 0.3, 0.18, 0.02]), strict=True
        ):
            by_kind[kind] += int(part)

    def total(members, span):
        return sum(counts[area, month] for area in members for month in span)

    members = {area: [area] for area in areas} | groups
    rows = [
        (name, month, "", total(each, [month]))
        for name, each in members.items()
        for month in months
    ]
    rows += [(name, "window", "", total(each, months[-12:])) for name, each in members.items()]
    rows += [(district, "window", "", number) for district, number in by_district.items()]
    rows += [(areas[0], "window", kind, number) for kind, number in by_kind.items()]
    release = pd.DataFrame(rows, columns=["area", "period", "category", "incidents"])
    release = release.assign(why="", incidents=release["incidents"].astype("Int64"))
    named = {
        "area_parts": groups | {areas[0]: districts},
        "period_parts": {"window": months[-12:]},
        "category_parts": {"": kinds},
    }
    published = hide_small(release, hide_below=5, **named)
    assert find_recoverable(published, hide_below=5, **named).empty
    large = release["incidents"] >= 5
    assert (published["shown"][large] == "-").mean() < 0.06
