"""Random sheets with a known truth: whatever the mess, no count is lost, doubled or moved."""

import os
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.read.intake import read_inbox
from analysis.read.meaning import span_of
from analysis.reference.files import read_reference
from analysis.text.categories import CategoryWords
from analysis.text.months import period_from_text
from analysis.text.places import Places
from tests.read.making import Merged, write_csv, write_ods, write_xlsx

PLACES = [
    "Sumur", "Cimanggu", "Cibaliung", "Cikeusik", "Cigeulis", "Panimbang", "Angsana", "Munjul",
    "Pagelaran", "Bojong", "Picung", "Labuan", "Menes", "Saketi", "Cipeucang", "Jiput", "Mandalawangi",
    "Cimanuk", "Banjar", "Cadasari", "Cisata", "Patia", "Karang Tanjung", "Cikedal", "Carita",
]  # fmt: skip
VILLAGES = ["Kel. Saruni", "Kel. Kabayan", "Desa Sukarame"]
CATEGORIES = ["Judi Online", "Prostitusi Online", "Penipuan Online"]
SPELLINGS = [
    ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
     "Oktober", "November", "Desember"),
    ("JAN", "PEB", "MRT", "APR", "MEI", "JUN", "JUL", "AGT", "SEP", "OKT", "NOP", "DES"),
    ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
]  # fmt: skip
AMOUNTS = st.one_of(
    st.integers(0, 30), st.sampled_from(["NIHIL", "-", "", "", "2*", "…", "0", "7", "12"])
)
NUMBERS = {"NIHIL": 0, "2*": 2, "0": 0, "7": 7, "12": 12}
TITLES = [
    "REKAPITULASI LAPORAN KONTEN NEGATIF",
    "DINAS KOMUNIKASI DAN INFORMATIKA",
    "Data simulasi",
]
FOOTERS = [
    ["Sumber: Diskomsantik"],
    ["Catatan: angka bertanda * sementara"],
    [],
    ["", "Mengetahui,", "", "", "Pandeglang, 3 Agustus 2026"],
    ["", "Kepala Dinas", "", "", "Petugas"],
    ["", "Budi Santoso", "", "", "Ani Lestari"],
    ["", "NIP. 19700101 199503 1 001", "", "", "NIP. 19800202 200501 2 002"],
]


def number(amount):
    return amount if isinstance(amount, int) else NUMBERS.get(amount, 0)


@st.composite
def truths(draw):
    """What a sheet is to say: amounts by place, (year, month) and category, in order."""
    places = draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=6, unique=True))
    places += draw(st.lists(st.sampled_from(VILLAGES), max_size=1))
    start, length = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    first_year = draw(st.integers(2021, 2025))
    months = [(first_year + (start + k - 1) // 12, (start + k - 1) % 12 + 1) for k in range(length)]
    categories = CATEGORIES[: draw(st.integers(1, 3))]
    keys = [(p, m, c) for p in places for m in months for c in categories]
    amounts = draw(st.lists(AMOUNTS, min_size=len(keys), max_size=len(keys)))
    return dict(zip(keys, amounts, strict=True)), places, months, categories


@st.composite
def habits(draw):
    """How an office writes: what stands around the figures, and in which kind of file."""
    flag = st.booleans()
    return {
        "kind": draw(st.sampled_from(["xlsx", "xlsx", "ods", "csv", "cp1252"])),
        "spelling": draw(st.sampled_from(SPELLINGS)),
        "titles": draw(st.lists(st.sampled_from(TITLES), max_size=2, unique=True)),
        "prefix": draw(st.sampled_from(["", "Kec. ", "KEC. "])),
        "text_numbers": draw(flag),
        **{
            name: draw(flag)
            for name in ("known", "numbered", "numbering", "subtotals", "total", "bottom", "remark",
                         "blank_row", "footer", "year_inside", "year_above")
        },
    }  # fmt: skip


def figure(amount, how):
    return str(amount) if how["text_numbers"] and isinstance(amount, int) else amount


def label(place, how):
    return how["prefix"] + place if place in PLACES else place


def above(how, years):
    """The title rows; the years stand there when no heading says them."""
    rows = [[title] for title in how["titles"]] + [["KABUPATEN PANDEGLANG"]]
    if len(years) == 1 and not how["year_inside"]:
        rows.append([f"TAHUN {years[0]}"])
    return [*rows, []] if how["blank_row"] else rows


def months_across(truth, months, places, category, how):
    """One table: months across, with sums, a numbering row and remarks as the habits say."""
    years = sorted({year for year, _ in months})
    inside = how["year_inside"] or len(years) > 1
    stacked = inside and how["year_above"]
    labels = (["No"] if how["numbered"] else []) + ["Kecamatan"]
    upper, lower, columns = [], [], []
    for index, (year, month) in enumerate(months):
        name = how["spelling"][month - 1]
        lower.append(name if stacked or not inside else f"{name} {year}")
        first_of_year = index == 0 or months[index - 1][0] != year
        upper.append(year if first_of_year else None)
        columns.append([(year, month)])
        last_of_quarter = month % 3 == 0 or index == len(months) - 1
        if how["subtotals"] and last_of_quarter:
            quarter = (month - 1) // 3 + 1
            lower.append(
                f"Jml TW {['I', 'II', 'III', 'IV'][quarter - 1]}"
                + ("" if stacked or not inside else f" {year}")
            )
            upper.append(None)
            columns.append([m for m in months if m[0] == year and (m[1] - 1) // 3 + 1 == quarter])
    if how["total"]:
        lower.append("Jumlah")
        upper.append(None)
        columns.append(months)
    if how["remark"]:
        lower.append("Ket.")
        upper.append(None)
    rows = []
    if stacked:
        merged = spans(upper, how["total"], how["remark"])
        rows.append([Merged(text, 0, 1) for text in labels] + merged)
        rows.append([None] * len(labels) + lower)
    else:
        rows.append(labels + lower)
    if how["numbering"]:
        rows.append([f"({k})" for k in range(1, len(labels) + len(lower) + 1)])
    for order, place in enumerate(places, 1):
        cells = [sum_of(truth, [place], group, category, how) for group in columns]
        remark = ["belum lengkap" if order == 1 else None] if how["remark"] else []
        rows.append(([order] if how["numbered"] else []) + [label(place, how)] + cells + remark)
        if how["blank_row"] and order == 1 and how["bottom"]:
            rows.append([])
    if how["bottom"]:
        cells = [
            sum(number(truth[p, m, category]) for p in places for m in group) for group in columns
        ]
        rows.append(([None] if how["numbered"] else []) + ["JUMLAH"] + cells)
    return rows


def spans(upper, total, remark):
    """Merge each year over its months; sums to the right of all stand by themselves."""
    alone = int(total) + int(remark)
    reach = len(upper) - alone
    starts = [place for place in range(reach) if upper[place] is not None]
    cells = [None] * len(upper)
    for start, end in zip(starts, [*starts[1:], reach], strict=True):
        cells[start] = Merged(upper[start], end - start - 1) if end - start > 1 else upper[start]
    return cells


def sum_of(truth, places, group, category, how):
    """A cell: the amount itself for one month, a printed sum for several."""
    if len(group) == 1 and len(places) == 1:
        return figure(truth[places[0], group[0], category], how)
    return sum(number(truth[place, month, category]) for place in places for month in group)


@cache
def known_words():
    """The gazetteer and the words for categories that the project ships."""
    reference = read_reference(Path(__file__).parents[2] / "data" / "reference")
    places = Places(reference.areas, reference.aliases, reference.villages)
    return {"places": places, "categories": CategoryWords(reference.category_words)}


def read(sheets, how):
    """Write the sheets, read them back, with a gazetteer or without."""
    with tempfile.TemporaryDirectory() as folder:
        if how["kind"] in ("csv", "cp1252"):
            encoding = "utf-8" if how["kind"] == "csv" else "cp1252"
            for name, rows in sheets.items():
                write_csv(Path(folder, f"{name}.csv"), rows, encoding=encoding)
        else:
            write = write_xlsx if how["kind"] == "xlsx" else write_ods
            write(Path(folder, f"sheets.{how['kind']}"), sheets)
        intake = read_inbox(folder, **(known_words() if how["known"] else {}))
    assert not intake.refused, [error.text("en") for error in intake.refused]
    return intake


def found(intake):
    """The cells as the truth writes them."""
    cells = Counter()
    for row in intake.cells.itertuples():
        span = span_of(period_from_text(row.month).value or "")
        assert span is not None and span.is_month, row.month
        year = span.year or row.year
        place = row.place.removeprefix("Kec. ").removeprefix("KEC. ")
        cells[place, (int(year), span.first), row.category, row.amount] += 1
    return cells


def expected(truth, categories, *, named=False):
    return Counter(
        (place, month, category if named or len(categories) > 1 else "", str(amount))
        for (place, month, category), amount in truth.items()
        if category in categories
    )


def check_books(intake):
    """Every filled row is data or left out by a rule, and every printed sum agrees."""
    for file, own in intake.files.set_index("file").iterrows():
        left_out = intake.left_out[intake.left_out["file"] == file]
        assert own["rows"] == own["data_rows"] + (left_out["column"] == "").sum()
    wrong = intake.totals[~intake.totals["agrees"]]
    assert wrong.empty, wrong.to_string()


# the same examples every time: a run of thousands (make search) found what these now guard
SEARCH = bool(os.environ.get("INSIDEN_SEARCH"))
QUICK = settings(
    max_examples=int(os.environ.get("INSIDEN_EXAMPLES", "2000")) if SEARCH else 20,
    deadline=None,
    derandomize=not SEARCH,
    suppress_health_check=list(HealthCheck),
)


@QUICK
@given(truths(), habits())
def test_months_across(case, how):
    truth, places, months, categories = case
    one = categories[:1]
    table = months_across(truth, months, places, one[0], how)
    rows = above(how, sorted({year for year, _ in months})) + table
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    assert found(intake) == expected(truth, one)
    check_books(intake)


@QUICK
@given(truths(), habits())
def test_categories_in_blocks_one_below_the_other(case, how):
    truth, places, months, categories = case
    rows = above(how, sorted({year for year, _ in months}))
    for letter, category in zip("ABC", categories, strict=False):
        if len(categories) > 1:
            rows.append([f"{letter}. {category.upper()}"])
        rows += [*months_across(truth, months, places, category, how), []]
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    assert found(intake) == upper(expected(truth, categories))
    check_books(intake)


@QUICK
@given(truths(), habits())
def test_categories_as_headings_between_the_rows(case, how):
    truth, places, months, categories = case
    how = how | {"numbered": True, "blank_row": False}
    rows = above(how, sorted({year for year, _ in months}))
    parts = [months_across(truth, months, places, category, how) for category in categories]
    head = len(parts[0]) - len(places) - how["bottom"]
    rows += parts[0][:head]
    for letter, category, part in zip("ABC", categories, parts, strict=False):
        if len(categories) > 1:
            rows.append([letter, category])
        rows += part[head:]
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    assert found(intake) == expected(truth, categories)
    check_books(intake)


@QUICK
@given(truths(), habits(), st.booleans())
def test_categories_under_merged_months_or_over_them(case, how, months_first):
    truth, places, months, categories = case
    outer, inner = (months, categories) if months_first else (categories, months)

    def name(key):
        if isinstance(key, str):
            return key
        return f"{how['spelling'][key[1] - 1]} {key[0]}"

    width = len(inner) - 1
    upper_line = [Merged("No", 0, 1), Merged("Kecamatan", 0, 1)]
    for key in outer:
        upper_line += [Merged(name(key), width) if width else name(key)] + [None] * width
    rows = above(how, [])
    rows += [upper_line, [None, None] + [name(key) for _ in outer for key in inner]]
    columns = [(b, a) if isinstance(a, str) else (a, b) for a in outer for b in inner]
    if how["numbering"]:
        rows.append(list(range(1, len(columns) + 3)))
    for order, place in enumerate(places, 1):
        cells = [figure(truth[place, month, category], how) for month, category in columns]
        rows.append([order, label(place, how), *cells])
    if how["bottom"]:
        sums = [sum(number(truth[p, m, c]) for p in places) for m, c in columns]
        rows.append([None, "Jumlah", *sums])
    rows += FOOTERS if how["footer"] else []
    intake = read({"Rekap": rows}, how)
    assert found(intake) == Counter(
        (place, month, category, str(amount)) for (place, month, category), amount in truth.items()
    )
    check_books(intake)


@QUICK
@given(truths(), habits())
def test_one_sheet_a_month_with_categories_across(case, how):
    truth, places, months, categories = case
    sheets = {}
    for year, month in months:
        name = how["spelling"][month - 1]
        rows = above(how | {"year_inside": True}, [])
        rows += [[f"BULAN {name} {year}"], ["No", "Kecamatan", *categories, "Jumlah"]]
        for order, place in enumerate(places, 1):
            amounts = [truth[place, (year, month), category] for category in categories]
            cells = [figure(amount, how) for amount in amounts]
            rows.append([order, label(place, how), *cells, sum(map(number, amounts))])
        rows += FOOTERS if how["footer"] else []
        sheets[f"{name} {year}"] = rows
    intake = read(sheets, how)
    if len(categories) == 1 and not intake.totals.empty:
        assert set(intake.left_out.query("column != ''")["rule"]) <= {"total"}
    assert found(intake) == Counter(
        (place, month, category, str(amount)) for (place, month, category), amount in truth.items()
    )
    check_books(intake)


@QUICK
@given(truths(), habits())
def test_one_sheet_a_category(case, how):
    truth, places, months, categories = case
    how = how | {"kind": "ods" if how["kind"] == "ods" else "xlsx"}
    top = above(how, sorted({year for year, _ in months}))
    sheets = {c: top + months_across(truth, months, places, c, how) for c in categories}
    intake = read(sheets, how)
    # a sheet named for a known category says it, even where it is the only one
    assert found(intake) == expected(truth, categories, named=how["known"])
    check_books(intake)


@QUICK
@given(truths(), habits(), st.booleans())
def test_long_tables(case, how, split_period):
    truth, places, months, categories = case
    names = ["Tahun", "Bulan"] if split_period else ["Periode"]
    rows = [["No", "Kecamatan", *names, "Jenis", "Jumlah Laporan", "Ket"]]
    for order, ((place, (year, month), category), amount) in enumerate(truth.items(), 1):
        name = how["spelling"][month - 1]
        period = [year, name] if split_period else [f"{name} {year}"]
        rows.append([order, label(place, how), *period, category, figure(amount, how), None])
    if how["bottom"]:
        gap = [None] * len(names)
        rows.append([None, "Jumlah", *gap, None, sum(map(number, truth.values())), None])
    intake = read({"Rekap": above(how | {"year_inside": True}, []) + rows}, how)
    assert found(intake) == Counter(
        (place, month, category, str(amount)) for (place, month, category), amount in truth.items()
    )
    assert set(intake.cells["layout"]) == {"long"} and set(intake.cells["unit"]) == {"reports"}
    check_books(intake)


@QUICK
@given(truths(), habits())
def test_long_tables_with_a_column_a_category(case, how):
    truth, places, months, categories = case
    rows = [["No", "Kecamatan", "Bulan", *categories, "Jumlah"]]
    order = 0
    for year, month in months:
        for place in places:
            order += 1
            amounts = [truth[place, (year, month), category] for category in categories]
            cells = [figure(amount, how) for amount in amounts]
            name = f"{how['spelling'][month - 1]} {year}"
            rows.append([order, label(place, how), name, *cells, sum(map(number, amounts))])
    intake = read({"Rekap": above(how | {"year_inside": True}, []) + rows}, how)
    assert found(intake) == Counter(
        (place, month, category, str(amount)) for (place, month, category), amount in truth.items()
    )
    check_books(intake)


@QUICK
@given(truths(), habits(), st.integers(1, 28))
def test_line_lists(case, how, day):
    truth, places, months, categories = case
    rows = [["No", "Tanggal", "Kecamatan", "Kategori", "Kanal"]]
    wanted = Counter()
    for (place, (year, month), category), amount in truth.items():
        for _ in range(min(number(amount), 3)):
            date = f"{day:02}/{month:02}/{year}"
            rows.append([len(rows), date, label(place, how), category, "Lapor"])
            wanted[place, (year, month), category, "1"] += 1
    rows += [[len(rows)], [len(rows) + 1]]
    rows += FOOTERS if how["footer"] else []
    if not wanted:
        return
    intake = read({"Rekap": above(how | {"year_inside": True}, []) + rows}, how)
    assert found(intake) == wanted
    assert set(intake.cells["layout"]) == {"line_list"}
    check_books(intake)


def upper(cells):
    """Titles of blocks are written in capitals."""
    return Counter(
        {
            (place, month, category.upper(), amount): n
            for (place, month, category, amount), n in cells.items()
        }
    )
