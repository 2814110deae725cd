"""How each of the eight offices writes its counts down, with the mess that real sheets have."""

import random
from datetime import date
from typing import NamedTuple

import pandas as pd

from analysis.simulate.layout import Column, Form, Group, Row, lay_out
from analysis.simulate.truth import (
    AMBIGUOUS_PLACE,
    LATE,
    MIX,
    MONTHS,
    PROVISIONAL,
)
from analysis.simulate.workbooks import Cell, Sheet

# fmt: off
LONG = ["Januari", "Pebruari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "Nopember", "Desember"]
SHORT = ["Jan", "Peb", "Mrt", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nop", "Des"]
CAPITALS = ["JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGS", "SEPT", "OKT", "NOV", "DES"]
# fmt: on
ROMAN = ["I", "II", "III", "IV"]
YEARS = range(2021, 2027)
TITLE = "DATA SIMULASI - REKAPITULASI LAPORAN KONTEN INTERNET"
SOURCE = "Sumber: rekap laporan kecamatan (DATA SIMULASI)"
# the four categories, as the offices name them
PLAIN = ["Prostitusi daring", "Judi online", "Penipuan online", "Konten meresahkan masyarakat"]
CATEGORIES = {
    "36.01": ["Dugaan prostitusi online", "Judi online", "Penipuan online", "Meresahkan"],
    "36.02": ["Prostitusi daring", "Judi daring", "Penipuan online", "Meresahkan"],
    "36.03": ["Prostitusi daring", "Judol", "Penipuan online", "Meresahkan"],
    "36.04": ["Open BO", "Judol", "Penipuan online", "Meresahkan"],
    "36.71": PLAIN,
    "36.72": ["Dugaan prostitusi online", "Judi online", "Penipuan online", "Meresahkan"],
    "36.73": PLAIN,
    "36.74": PLAIN,
}
# the same place, as one office writes it from sheet to sheet
VARIANTS = {
    "36.01.02": ["Kec. Cimanggu", "CIMANGGU"],
    "36.01.19": ["Kadu Hejo", "KADUHEJO"],
    "36.01.21": ["Kec. Pandeglang", "PANDEGLANG"],
    "36.01.22": ["CADAS SARI", "CADASARI"],
    "36.01.25": ["Krg Tanjung", "KARANGTANJUNG", "KARANG TANJUNG", "Kec.Karangtanjung"],
    "36.01.31": ["SINDANG RESMI", "Kec. Sindangresmi"],
    "36.02.08": ["Gunung Kencana", "Gunungkencana"],
    "36.02.14": ["Rangkas Bitung", "Rangkasbitung"],
    "36.02.23": ["Curug bitung", "Curugbitung"],
    "36.02.28": ["Cigemlong", "Cigemblong"],
    "36.03.12": ["Pasarkemis", "Pasar Kemis"],
    "36.03.30": ["Kec. Sepatan Timur", "Sepatan Timur"],
    "36.04.30": ["Anyer", "Anyar"],
    "36.04.33": ["Gunung Sari", "Gunungsari"],
    "36.71.02": ["Jati Uwung", "JATIUWUNG"],
    "36.72.03": ["Pulo Merak", "Pulomerak"],
    "36.72.06": ["Grogol", "Gerogol"],
}
# kelurahan that report for themselves: their kecamatan's row is without them
KELURAHAN = {"36.01.25": "Kelurahan Juhut", "36.01.34": "Kel. Saruni"}


class Style(NamedTuple):
    """How one office writes a zero, a missing figure and a number."""

    zeros: tuple[Cell, ...] = (0,)
    no_data: str = "…"
    text_share: float = 0.0  # of the numbers that are typed as text
    stars: bool = False  # a star behind each provisional figure
    capitals: bool = False


class Desk(NamedTuple):
    """What lies before the clerk of one office."""

    region: str
    records: list[dict]  # its rows of truth.add_reports, by month, area and category
    names: dict[str, str]
    draw: random.Random


# -- rows ----------------------------------------------------------------------------------------


def shown(report: dict, style: Style, draw: random.Random) -> Cell:
    """Write one count as an office would; None leaves the cell blank."""
    chance = draw.random()
    if report["state"] == "blank":
        return None
    if report["state"] == "not_available":
        return style.no_data
    number = int(report["written"])
    if report["provisional"] and style.stars:
        return f"{number}*"
    if number == 0:
        return style.zeros[int(chance * len(style.zeros))]
    return str(number) if chance < style.text_share else number


def rows_of(desk: Desk, category: str, style: Style, sheet: int) -> list[Row]:
    """Return one row a kecamatan over all months; a kelurahan stands below its kecamatan.

    Each row ends with a blank cell for the months that a form has and nobody has reached.
    """
    by_area: dict[str, list[dict]] = {}
    for record in desk.records:
        if record["category"] == category and record["area"]:
            by_area.setdefault(record["area"], []).append(record)
    rows = []
    for code, records in by_area.items():
        cells = [shown(record, style, desk.draw) for record in records]
        counts = [0 if record["state"] in EMPTY else int(record["written"]) for record in records]
        row = Row([_name(code, desk, style, sheet)], [*cells, None], [*counts, 0])
        rows += _split(row, KELURAHAN[code]) if code in KELURAHAN else [row]
    return [row._replace(left=[number, *row.left]) for number, row in enumerate(rows, 1)]


EMPTY = ("blank", "not_available")
UNREACHED = len(MONTHS)  # the position of that blank cell


def _name(code: str, desk: Desk, style: Style, sheet: int) -> str:
    if code in VARIANTS:
        return VARIANTS[code][sheet % len(VARIANTS[code])]
    return desk.names[code].upper() if style.capitals else desk.names[code]


def _split(row: Row, kelurahan: str) -> list[Row]:
    """Take about a third of each count out of the kecamatan's row and into one of its kelurahan."""
    part = [(count + 1) // 3 for count in row.counts]
    rest = [count - taken for count, taken in zip(row.counts, part, strict=True)]

    def write(counts: list[int]) -> list[Cell]:
        starred = [isinstance(cell, str) and cell.endswith("*") for cell in row.shown]
        cells = [f"{n}*" if star else n for n, star in zip(counts, starred, strict=True)]
        return [*cells[:-1], None]

    return [Row(row.left, write(rest), rest), Row([kelurahan], write(part), part)]


def _months_of(year: int) -> tuple[int, ...]:
    return tuple(at for at, month in enumerate(MONTHS) if month.year == year)


def _name_of_month(at: int, names: list[str]) -> str:
    return names[MONTHS[at].month - 1]


# -- offices whose sheets are categories -----------------------------------------------------------


def pandeglang(desk: Desk) -> list[Sheet]:
    """A sheet a category; years above months, quarters summed between them; a hidden old draft."""
    style = Style(zeros=(0, 0, "NIHIL"), text_share=0.04, stars=True, capitals=True)
    columns = []
    for year in YEARS:
        for at in _months_of(year):
            columns.append(Column(_name_of_month(at, SHORT), (at,), year))
            quarter, rest = divmod(MONTHS[at].month, 3)
            if rest == 0:
                columns.append(Column(f"Jml TW {ROMAN[quarter - 1]}", (at - 2, at - 1, at), year))
        columns.append(Column(f"Jumlah {year}", _months_of(year), year))
    sheets = []
    for number, (category, text) in enumerate(zip(MIX, CATEGORIES["36.01"], strict=True)):
        form = Form(
            titles=[
                TITLE,
                "KABUPATEN PANDEGLANG",
                f"KATEGORI: {text.upper()}",
                "JANUARI 2021 S.D. OKTOBER 2026",
            ],
            left=["No", "Kecamatan"],
            columns=columns,
            notes=[SOURCE, "*) angka sementara", "… data belum tersedia"],
            signed="Pandeglang, 2 November 2026",
            numbering=True,
            remark=True,
        )
        rows = rows_of(desk, category, style, number)
        sheets.append(Sheet(text, *lay_out(form, [Group(rows)])))
    draft: list[list[Cell]] = [["DATA SIMULASI - KONSEP LAMA, JANGAN DIPAKAI"], []]
    draft += [["No", "Kecamatan", "Jan 2021"], [1, "SUMUR", 9], [2, "LABUAN", 9]]
    return [*sheets, Sheet("konsep lama", draft, hidden=True)]


def kabupaten_serang(desk: Desk, *, revised: bool) -> list[Sheet]:
    """A sheet a category; months with their year in one header line; sent once more, revised."""
    style = Style(zeros=(0, 0, 0, "nihil"), no_data="TAD")
    columns = []
    for year in YEARS:
        for at in _months_of(year):
            star = "*" if MONTHS[at] >= pd.Timestamp(PROVISIONAL["36.04"]) else ""
            columns.append(Column(f"{_name_of_month(at, SHORT)}-{year % 100}{star}", (at,)))
        columns.append(Column(f"Jml {year}", _months_of(year)))
    sheets = []
    for number, (category, text) in enumerate(zip(MIX, CATEGORIES["36.04"], strict=True)):
        form = Form(
            titles=[TITLE, "KABUPATEN SERANG", f"Kategori : {text}", *["REVISI"] * revised],
            left=["No.", "Kecamatan"],
            columns=columns,
            notes=[SOURCE, "TAD = tidak ada data; * = angka sementara"],
            signed="Ciruas, 2 November 2026",
            total="JUMLAH",
        )
        rows = rows_of(desk, category, style, number)
        sheets.append(Sheet(text, *lay_out(form, [Group(rows)])))
    return sheets


def kota_tangerang(desk: Desk) -> list[Sheet]:
    """A sheet a category, as .ods; half-years summed; a dash is this office's zero."""
    style = Style(zeros=("-",), capitals=True)
    columns = []
    for year in YEARS:
        for at in _months_of(year):
            columns.append(Column(_name_of_month(at, CAPITALS), (at,), f"TAHUN {year}"))
            half, rest = divmod(MONTHS[at].month, 6)
            if rest == 0:
                span = tuple(range(at - 5, at + 1))
                columns.append(Column(f"Jml Smt {ROMAN[half - 1]}", span, f"TAHUN {year}"))
    sheets = []
    for number, (category, text) in enumerate(zip(MIX, CATEGORIES["36.71"], strict=True)):
        form = Form(
            titles=[TITLE, "KOTA TANGERANG", f"JENIS KONTEN: {text.upper()}"],
            left=["NO", "Kecamatan"],
            columns=columns,
            notes=[SOURCE],
            signed="Tangerang, 3 November 2026",
            total="TOTAL",
        )
        rows = rows_of(desk, category, style, number)
        sheets.append(Sheet(text, *lay_out(form, [Group(rows)])))
    return sheets


# -- offices whose sheets are years ----------------------------------------------------------------


def _year_columns(year: int, names: list[str]) -> list[Column]:
    """Twelve months, also for a year that is not over."""
    columns = [Column(_name_of_month(at, names), (at,)) for at in _months_of(year)]
    return columns + [Column(name, (UNREACHED,)) for name in names[len(columns) :]]


def lebak(desk: Desk) -> list[Sheet]:
    """A sheet a year, four rows a kecamatan, all numbers text; two months late, then a jump."""
    style = Style(zeros=("0",), no_data="TAD", text_share=1.0)
    sheets = []
    for number, year in enumerate(YEARS):
        by_category = [rows_of(desk, category, style, number) for category in MIX]
        rows = []
        for of_place in zip(*by_category, strict=True):
            for row, text in zip(of_place, CATEGORIES["36.02"], strict=True):
                head = row.left if text == CATEGORIES["36.02"][0] else [None, None]
                rows.append(row._replace(left=[*head, text]))
        months = [Column(_name_of_month(at, SHORT), (at,), "BULAN") for at in _months_of(year)]
        form = Form(
            titles=[TITLE, "KABUPATEN LEBAK", f"TAHUN {year}"],
            left=["No", "Kecamatan", "Kategori"],
            columns=[*months, Column("Jml", _months_of(year), "BULAN")],
            notes=[SOURCE],
            signed="Rangkasbitung, 3 November 2026",
            numbering=True,
            remark=True,
        )
        if year == 2023:
            form = form._replace(misprint=("Nop", 2))
        if year == pd.Timestamp(LATE[2]).year:
            rows[0] = rows[0]._replace(remark="Sept. memuat laporan Juli s.d. September")
            late = "Laporan Juli dan Agustus terlambat, dimuat dalam angka September"
            form = form._replace(notes=[SOURCE, late])
        grid, merged = lay_out(form, [Group(rows)])
        first = len(form.titles) + 4  # below the titles: a blank row, two of header, one of numbers
        starts = range(first, first + len(rows), len(MIX))
        merged += [(start, at, start + len(MIX) - 1, at) for start in starts for at in (0, 1)]
        sheets.append(Sheet(str(year), grid, merged))
    return [*sheets, Sheet("Sheet7", [])]


def kabupaten_tangerang(desk: Desk) -> list[Sheet]:
    """A sheet a year, kecamatan grouped by category with subtotals by formula."""
    style = Style()
    sheets = []
    for number, year in enumerate(YEARS):
        groups = []
        for category, text in zip(MIX, CATEGORIES["36.03"], strict=True):
            rows = rows_of(desk, category, style, number)
            rows = [row._replace(left=[text, *row.left]) for row in rows]
            groups.append(Group(rows, f"Sub Jumlah {text}"))
        form = Form(
            titles=[TITLE, "KABUPATEN TANGERANG", f"TAHUN {year}"],
            left=["Kategori", "No", "Kecamatan"],
            columns=[*_year_columns(year, LONG), Column("Jumlah", _months_of(year))],
            notes=[SOURCE],
            signed="Tigaraksa, 2 November 2026",
            numbering=True,
            total="JUMLAH",
        )
        sheets.append(Sheet(str(year), *lay_out(form, groups)))
    return sheets


def cilegon(desk: Desk) -> list[Sheet]:
    """A sheet a year, a plain row a kecamatan and kind, the header printed again on each page."""
    style = Style(zeros=(0, 0, "0"))
    sheets = []
    for number, year in enumerate(YEARS):
        rows = [
            row._replace(left=[*row.left, text])
            for category, text in zip(MIX, CATEGORIES["36.72"], strict=True)
            for row in rows_of(desk, category, style, number)
        ]
        form = Form(
            titles=[TITLE, "KOTA CILEGON", f"TAHUN {year}"],
            left=["No", "Kecamatan", "Jenis Konten"],
            columns=_year_columns(year, LONG),
            notes=[SOURCE],
            signed="Cilegon, 1 November 2026",
            header_again=16,
        )
        sheets.append(Sheet(f"Th {year}", *lay_out(form, [Group(rows)])))
    return sheets


# -- offices that send records ---------------------------------------------------------------------


def _text_of(report: dict) -> str:
    return CATEGORIES[report["region"]][list(MIX).index(report["category"])]


def kota_serang(desk: Desk) -> list[list[Cell]]:
    """A long list for a .csv file: a line a kecamatan, month and category; zeros are NIHIL.

    A few lines name a kecamatan that is not its own, and that two other regions have.
    """
    style = Style(zeros=("NIHIL",), no_data="TAD")
    header = ["No", "Kecamatan", "Tahun", "Bulan", "Kategori", "Jumlah", "Keterangan"]
    blank: list[Cell] = [None] * (len(header) - 1)
    rows: list[list[Cell]] = [["DATA SIMULASI – laporan konten internet", *blank]]
    rows += [["KOTA SERANG", *blank], [*header]]
    for number, report in enumerate(desk.records, 1):
        place = desk.names.get(report["area"], AMBIGUOUS_PLACE)
        month = report["month"]
        rows.append(
            [
                number,
                f"Kec. {place}" if desk.draw.random() < 0.1 else place,
                month.year,
                LONG[month.month - 1],
                _text_of(report),
                shown(report, style, desk.draw),
                "operasi gabungan – akhir tahun" if month.month == 12 else None,
            ]
        )
    return [*rows, [SOURCE, *blank]]


def tangerang_selatan(desk: Desk) -> list[Sheet]:
    """A register: a line a report with its day, some days typed as text; no personal column."""
    lines = []
    for report in desk.records:
        for _ in range(int(report["written"])):
            day = 1 + int(desk.draw.random() * report["month"].days_in_month)
            channel = "patroli siber" if desk.draw.random() < 0.4 else "aduan warga"
            place = desk.names[report["area"]]
            day_of_report = report["month"].replace(day=day).date()
            lines.append((day_of_report, place, _text_of(report), channel))
    rows: list[list[Cell]] = [["DATA SIMULASI - REGISTER LAPORAN KONTEN INTERNET"]]
    rows += [["KOTA TANGERANG SELATAN"], [], ["No", "Tanggal", "Kecamatan", "Kategori", "Kanal"]]
    for number, (day_of_report, *rest) in enumerate(sorted(lines), 1):
        rows.append([number, _typed(day_of_report, desk.draw), *rest])
    note = "Catatan: register memuat setiap laporan; kecamatan tanpa baris tidak menerima laporan"
    return [Sheet("Register", [*rows, [], [note], [SOURCE]])]


def _typed(day: date, draw: random.Random) -> Cell:
    """A clerk types one day in seven as text, in two ways."""
    kind = draw.random()
    if kind < 0.05:
        return f"{day.day} {LONG[day.month - 1]} {day.year}"
    return day.strftime("%d/%m/%Y") if kind < 0.15 else day
