"""Random sheets of the rarer layouts: weeks, sums so far, trees, tables on their side and abreast."""

from collections import Counter
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.read.test_random_sheets import (
    FOOTERS,
    PLACES,
    QUICK,
    SEARCH,
    VILLAGES,
    above,
    check_books,
    expected,
    figure,
    found,
    habits,
    label,
    months_across,
    number,
    read,
    truths,
)

ONE_YEAR = 2024
FEW = QUICK if SEARCH else settings(QUICK, max_examples=8)


def plain(case):
    """The same truth in whole numbers only: sums have no dashes and no blanks."""
    truth, places, months, categories = case
    return {key: number(amount) for key, amount in truth.items()}, places, months, categories


def sums(intake):
    """The count of each place, month and category, its parts added up."""
    told = Counter()
    for (place, month, category, amount), times in found(intake).items():
        told[place, month, category] += int(amount) * times
    return told


@FEW
@given(truths(), habits(), st.sampled_from(["Minggu", "Minggu ke-", "Pekan"]), st.data())
def test_weeks_of_one_month(case, how, word, data):
    truth, places, months, categories = plain(case)
    (year, month), category = months[0], categories[0]
    weeks = data.draw(st.sampled_from([4, 5]))
    names = [f"{word} {number}" for number in range(1, weeks + 1)]
    rows = [*above(how, []), [f"BULAN {how['spelling'][month - 1]} {year}"]]
    rows.append(["No", "Kecamatan", *names, *(["Jumlah"] if how["total"] else [])])
    for order, place in enumerate(places, 1):
        amount = truth[place, months[0], category]
        cuts = sorted(
            data.draw(st.lists(st.integers(0, amount), min_size=weeks - 1, max_size=weeks - 1))
        )
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, amount], strict=True)]
        cells = [figure(one, how) for one in parts] + ([amount] if how["total"] else [])
        rows.append([order, label(place, how), *cells])
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    wanted = {(place, months[0], ""): truth[place, months[0], category] for place in places}
    assert {key: count for key, count in sums(intake).items() if count} == {
        key: count for key, count in wanted.items() if count
    }
    check_books(intake)


@FEW
@given(truths(), habits(), st.sampled_from(["s.d. {}", "s/d {}", "Jumlah s.d. {}"]))
def test_sums_so_far(case, how, words):
    truth, places, months, categories = plain(case)
    category, length = categories[0], max(len(months), 2)
    counts = {
        place: [truth[place, months[number % len(months)], category] for number in range(length)]
        for place in places
    }
    head = [words.format(how["spelling"][number]) for number in range(length)]
    rows = [*above(how | {"year_inside": False}, [ONE_YEAR]), ["No", "Kecamatan", *head]]
    for order, place in enumerate(places, 1):
        cells = [figure(one, how) for one in accumulate(counts[place])]
        rows.append([order, label(place, how), *cells])
    if how["bottom"]:
        totals = [
            sum(column) for column in zip(*(accumulate(counts[p]) for p in places), strict=True)
        ]
        rows.append([None, "Jumlah", *totals])
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    assert sums(intake) == {
        (place, (ONE_YEAR, number + 1), ""): count
        for place in places
        for number, count in enumerate(counts[place])
    }
    check_books(intake)


@FEW
@given(truths(), habits(), st.sampled_from(["Kecamatan", "Bulan", None]))
def test_places_across_and_months_down(case, how, corner):
    truth, places, months, categories = case
    how = how | {"known": True}
    category = categories[0]
    rows = above(how | {"year_inside": True}, [])
    rows.append(
        [corner, *(label(place, how) for place in places), *(["Jumlah"] if how["total"] else [])]
    )
    for year, month in months:
        amounts = [truth[place, (year, month), category] for place in places]
        cells = [figure(amount, how) for amount in amounts]
        cells += [sum(map(number, amounts))] if how["total"] else []
        rows.append([f"{how['spelling'][month - 1]} {year}", *cells])
    if how["bottom"]:
        columns = [sum(number(truth[p, m, category]) for m in months) for p in places]
        rows.append(["Jumlah", *columns, *([sum(columns)] if how["total"] else [])])
    if corner is None and len(months) < 3:
        return  # nothing says what it is
    intake = read({"Rekap": rows}, how)
    assert found(intake) == expected(truth, [category])
    check_books(intake)


@FEW
@given(truths(), habits(), st.sampled_from(["A1", "I1", "1-", "1.1", "level"]))
def test_trees(case, how, numbers):
    truth, places, months, categories = plain(case)
    how = how | {"known": True, "kind": "xlsx"}
    places = [place for place in places if place in PLACES]
    head = ["No", "Uraian", *(["Level"] if numbers == "level" else [])]
    head += [f"{how['spelling'][month - 1]} {year}" for year, month in months]
    rows = [*above(how | {"year_inside": True}, []), head]
    for order, category in enumerate(categories, 1):
        marks = {"A1": "ABC"[order - 1] + ".", "I1": ["I", "II", "III"][order - 1]}
        whole = [sum(truth[place, month, category] for place in places) for month in months]
        depth = [1] if numbers == "level" else []
        rows.append([marks.get(numbers, str(order)), category, *depth, *whole])
        for line, place in enumerate(places, 1):
            mark = {"1-": "-", "1.1": f"{order}.{line}"}.get(numbers, str(line))
            depth = [2] if numbers == "level" else []
            cells = [figure(truth[place, month, category], how) for month in months]
            rows.append([mark, label(place, how), *depth, *cells])
    if how["bottom"]:
        keys = [(p, c) for p in places for c in categories]
        totals = [sum(truth[place, month, c] for place, c in keys) for month in months]
        rows.append([None, "JUMLAH", *([None] if numbers == "level" else []), *totals])
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    assert sums(intake) == {
        (place, month, category): truth[place, month, category]
        for place in places
        for month in months
        for category in categories
    }
    check_books(intake)


@FEW
@given(truths(), habits())
def test_categories_in_blocks_side_by_side(case, how):
    truth, places, months, categories = case
    how = how | {"year_above": False, "remark": False, "numbering": False, "blank_row": False}
    blocks = [months_across(truth, months, places, category, how) for category in categories]
    width = max(len(row) for row in blocks[0]) + 1
    rows = above(how, sorted({year for year, _ in months}))
    if len(categories) > 1:
        rows.append([text for category in categories for text in [category, *[None] * (width - 1)]])
    for lines in zip(*blocks, strict=True):
        rows.append([cell for line in lines for cell in [*line, *[None] * (width - len(line))]])
    intake = read({"Rekap": rows}, how)
    assert found(intake) == expected(truth, categories)
    check_books(intake)


@FEW
@given(truths(), habits(), st.data())
def test_a_wrong_figure_is_named_by_the_sums_around_it(case, how, data):
    truth, places, months, categories = plain(case)
    places = [place for place in places if place not in VILLAGES]
    if len(months) < 2:
        return
    category, wrong = categories[0], dict(truth)
    place, month = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(months))
    slip = data.draw(st.integers(1, 40))
    wrong[place, month, category] += slip
    names = [f"{how['spelling'][number - 1]} {year}" for year, number in months]
    rows = [["No", "Kecamatan", *names, "Jumlah"]]
    for order, one in enumerate(places, 1):
        own = sum(truth[one, each, category] for each in months)
        rows.append([order, label(one, how), *(wrong[one, each, category] for each in months), own])
    columns = [sum(truth[one, each, category] for one in places) for each in months]
    rows.append([None, "Jumlah", *columns, sum(columns)])
    intake = read({"Rekap": rows}, how)
    notes = intake.notes[intake.notes["key"].str.startswith("read.note_likely")]
    cell = (places.index(place) + 2, "CDEFGHIJKL"[months.index(month)])
    assert list(zip(notes["row"], notes["column"], strict=True)) == [cell]
    before = truth[place, month, category]
    assert notes["text"].tolist() == [f"{before + slip} → {before}"]
