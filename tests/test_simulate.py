"""The simulated inbox: the same every time, as messy as promised, and true to its answer."""

import re
from pathlib import Path

import pytest
import python_calamine

from analysis.reference.files import read_reference
from analysis.simulate.inbox import FIRST_DRAFT, write_inbox
from analysis.simulate.truth import SEED, add_reports, make_truth

TWICE = "Rekap Kab Serang 2021-2026.xlsx"
REGISTER = "Register Laporan Tangsel.xlsx"
LIST = "kota_serang_laporan_konten.csv"
MONTH = re.compile(r"(jan|feb|peb|mar|mrt|apr|mei|jun|jul|ag|sep|okt|no[pv]|des)", re.IGNORECASE)
TOTAL = re.compile(r"jumlah|total|sub jumlah", re.IGNORECASE)


@pytest.fixture(scope="module")
def written(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    return folder, write_inbox(folder, root / "data" / "reference")


@pytest.fixture(scope="module")
def reports(written):
    return written[1]


@pytest.fixture(scope="module")
def grids(written):
    """Every visible grid: (file, sheet) -> rows; read without a line of our own reader."""
    return {
        key: rows for path in sorted((written[0] / "inbox").iterdir()) for key, rows in read(path)
    }


def read(path: Path):
    if path.suffix == ".csv":
        lines = path.read_text(encoding="cp1252").splitlines()
        yield (path.name, ""), [line.split(";") for line in lines]
        return
    book = python_calamine.load_workbook(path)
    for sheet in book.sheets_metadata:
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            yield (path.name, sheet.name), rows


def number(cell) -> int:
    """What a cell of figures counts; a text without digits counts nothing."""
    if isinstance(cell, str):
        digits = cell.removesuffix("*")
        return int(digits) if digits.isdigit() else 0
    return int(cell)


def months_across(grid):
    """Return the month columns, the rows of places and the total rows of one sheet."""
    head = next(at for at, row in enumerate(grid) if "Kecamatan" in row)
    labels = grid[head] if any(MONTH.match(str(cell)) for cell in grid[head]) else grid[head + 1]
    columns = [at for at, label in enumerate(labels) if MONTH.match(str(label))]
    place_at = grid[head].index("Kecamatan")
    places, totals, place = [], [], ""
    for row in grid[head + 1 :]:
        text, first = str(row[place_at]), str(row[columns[0]])
        place = text or place
        if TOTAL.match(text):
            totals.append(row)
        elif (
            not MONTH.match(first) and not first.startswith("(") and any(row[at] for at in columns)
        ):
            places.append((place, row))
        if TOTAL.fullmatch(text):
            break
    return columns, places, totals


def sum_of(grid) -> int:
    columns, places, _ = months_across(grid)
    return sum(number(row[at]) for _, row in places for at in columns)


def test_the_same_seed_gives_the_same_bytes(root, written, tmp_path):
    write_inbox(tmp_path, root / "data" / "reference")
    first = {path.name: path.read_bytes() for path in sorted(written[0].rglob("*.*"))}
    again = {path.name: path.read_bytes() for path in sorted(tmp_path.rglob("*.*"))}
    assert first == again
    assert len(list((tmp_path / "inbox").iterdir())) == 9


def test_another_seed_gives_other_counts(root, reports):
    reference = read_reference(root / "data" / "reference")
    other = add_reports(make_truth(reference, SEED + 1))
    assert (other["incidents"] != reports["incidents"]).mean() > 0.2


def test_the_shipped_inbox_is_what_the_seed_gives(root, grids):
    shipped = {
        key: rows
        for path in sorted((root / "data" / "inbox").iterdir())
        for key, rows in read(path)
    }
    assert shipped == grids


def test_the_shipped_answer_is_what_the_seed_gives(root, written):
    for name in ("truth.csv", "not_as_true.csv"):
        shipped = (root / "data" / "simulated" / name).read_text("utf-8")
        assert shipped == (written[0] / "simulated" / name).read_text("utf-8")


OFFICES = {
    "36.01": "Rekap Konten Pandeglang Jan 2021 - Okt 2026.xlsx",
    "36.02": "Lebak_lap_bulanan_2021-2026.xlsx",
    "36.03": "Laporan Kab. Tangerang 2021-2026.xlsx",
    "36.04": "Rekap Kab Serang 2021-2026 rev final 2.xlsx",
    "36.71": "Laporan Kota Tangerang s.d. Okt 2026.ods",
    "36.72": "CILEGON 2021 - 2026 FIX.xlsx",
}


@pytest.mark.parametrize(("region", "file"), OFFICES.items())
def test_the_cells_of_an_office_add_to_what_it_wrote(grids, reports, region, file):
    sums = sum(sum_of(rows) for (name, _), rows in grids.items() if name == file and rows)
    assert sums == reports.loc[reports["region"] == region, "written"].sum() > 1000


def test_the_register_has_a_line_for_each_report(grids, reports):
    lines = [row for row in grids[REGISTER, "Register"] if isinstance(row[0], float)]
    assert len(lines) == reports.loc[reports["region"] == "36.74", "written"].sum()
    assert {type(row[1]).__name__ for row in lines} == {"date", "str"}


def test_the_list_adds_to_what_its_office_wrote(grids, reports):
    lines = [row for row in grids[LIST, ""] if row[0].isdigit()]
    assert len(lines) == 6 * 70 * 4 + 3
    own = reports[reports["region"] == "36.73"]
    assert sum(number(row[5]) for row in lines) == own["written"].sum()
    assert sum(row[5] == "NIHIL" for row in lines) == (own["written"] == 0).sum()
    doubtful = [number(row[5]) for row in lines if row[1] == "Cibeber"]
    assert doubtful == own.loc[own["state"] == "ambiguous", "written"].tolist() == [1, 2, 1]


def test_one_printed_total_is_wrong(grids):
    wrong = [
        (*key, rows[5][at])
        for key, rows in grids.items()
        if key[0] not in (REGISTER, LIST) and rows
        for columns, places, totals in [months_across(rows)]
        for at in columns
        if number(totals[-1][at]) != sum(number(row[at]) for _, row in places)
    ]
    assert wrong == [("Lebak_lap_bulanan_2021-2026.xlsx", "2023", "Nop")]


def test_the_second_file_of_serang_changes_a_few_cells(grids):
    changed = 0
    for (name, sheet), rows in grids.items():
        if name == TWICE:
            columns, before, _ = months_across(rows)
            _, after, _ = months_across(grids[OFFICES["36.04"], sheet])
            pairs = zip(before, after, strict=True)
            changed += sum(one[at] != two[at] for (_, one), (_, two) in pairs for at in columns)
    assert changed == len(FIRST_DRAFT)


def test_levels_are_those_of_a_real_desk(reports):
    placed = reports[reports["area"] != ""]
    monthly = placed.groupby(["region", "area", "month"])["incidents"].sum()
    assert (monthly <= 5).mean() > 0.85
    by_month = monthly["36.01"].groupby("month").sum()
    assert 25 <= by_month.mean() <= 45
    assert by_month.between(20, 55).mean() > 0.9


def test_coast_towns_ramadan_and_year_end_have_more(root, reports):
    areas = read_reference(root / "data" / "reference").areas.set_index("code")
    inside = reports[reports["area"].str.startswith("36.01.")]
    by_area = inside.groupby("area")["incidents"].mean()
    coast = areas.loc[by_area.index, "coast"] == "1"
    assert by_area[coast].mean() > 1.2 * by_area[~coast].mean()
    by_month = reports.groupby("month")["incidents"].sum()
    december = by_month[by_month.index.month == 12].mean()
    ramadan = by_month[
        ["2021-04-01", "2022-04-01", "2023-04-01", "2024-03-01", "2025-03-01"]
    ].mean()
    assert december > 1.05 * by_month.mean()
    assert ramadan > 1.1 * by_month.mean()


def test_one_office_stops_and_one_catches_up(reports):
    month = reports["month"].dt.strftime("%Y-%m")
    stopped = reports[(reports["region"] == "36.72") & (month >= "2026-04")]
    assert set(stopped["state"]) == {"blank"}
    lebak = reports["region"] == "36.02"
    assert set(reports.loc[lebak & month.isin(["2025-07", "2025-08"]), "state"]) == {"blank"}
    three = reports.loc[lebak & month.isin(["2025-07", "2025-08", "2025-09"]), "incidents"].sum()
    assert reports.loc[lebak & (month == "2025-09"), "written"].sum() == three
    single = reports["state"].isin(["blank", "not_available"]).mean() - (len(stopped) + 224) / len(
        reports
    )
    assert 0 < single < 0.005


def test_every_page_says_that_it_is_simulated(grids):
    assert all("DATA SIMULASI" in rows[0][0] for rows in grids.values() if rows)


def test_no_cell_looks_personal(grids):
    cells = {str(cell) for rows in grids.values() for row in rows for cell in row}
    assert not [cell for cell in cells if re.search(r"\d{10,}|\b08\d|@", cell)]
    assert "(nama dan NIP dihapus)" in cells


def test_the_files_are_small(written):
    assert all(path.stat().st_size < 300_000 for path in (written[0] / "inbox").iterdir())
