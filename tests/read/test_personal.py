"""S7 a and b: a file with personal data stops, its columns are named, its values never."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.read.grid import Grid
from analysis.read.personal import check_personal
from analysis.words.messages import InsidenError
from tests.read.making import read_rows, refusal, write_csv, write_xlsx

SIGNATURE = [
    [],
    ["", "Mengetahui,", "", "Pandeglang, 3 Agustus 2026"],
    ["", "Kepala Dinas", "", "Petugas"],
    ["", "Drs. H. Budi Santoso, M.Si", "", "Sdr. Ani Lestari"],
    ["", "NIP. 19700101 199503 1 001", "", "NIP 198002022005012002"],
    ["", "HP 0812-3456-7890"],
]
LETTERHEAD = [
    ["DINAS KOMINFO, Jl. Raya Labuan Km 2, Telp. 0812 3456 7890, www.pandeglang.go.id"],
    ["Surel: kominfo@pandeglangkab.go.id"],
]


def test_s7a_columns_with_personal_headings_are_named(tmp_path):
    rows = [["Nama", "NIK", "No HP", "Kecamatan", "Jumlah"], ["Budi", "x", "y", "Labuan", 2]]
    error = refusal(tmp_path, rows)
    assert error.key == "read.personal"
    assert error.facts["columns"] == "A (Nama), B (NIK), C (No HP)"
    assert error.facts["sheet"] == "Rekap" and "Budi" not in error.text("id")


@pytest.mark.parametrize("value", [3601123456789012, 3601123456789012.0, "3601123456789012"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_s7b_a_cell_of_sixteen_digits_stops_the_file(tmp_path, value, kind):
    rows = [["No", "Kecamatan", "Jan-24"], [1, "Labuan", value]]
    error = refusal(tmp_path, rows, f"x.{kind}")
    assert error.key == "read.personal" and error.facts["columns"] == "C"
    assert "3601" not in error.text("en")


PERSONAL = [
    "3601-1230-0590-0001", "36 0112 300590 0001", "360112 700590 0001", "3,60112E+15",
    "36O1123OO59OOOO1", "0812-3456-7890", "0812.3456.7890", "+62 812 3456 7890", "62812345678901",
    "O812345678I0", "081234567890", "81234567890", "a.b@mail.go.id", "nama(at)mail.com",
    "@cantik_99", "https://x.id/a", "t.me/grup", "ig: cantik", "MiChat: Bunga", "Sdr. Budi",
    "Ahmad bin Umar", "alias Bunga", "Jl. Raya Labuan", "RT 01/RW 02",
]  # fmt: skip
HARMLESS = [
    "belum lengkap", "data s.d. 25 Juli 2024", "1.234.567", "2021 2022 2023 2024", "12,5%", "TW I",
    "0.1234567890123456", "2024-06-30 17:00:00", "masih proses (3 kasus)", "Rp 8.123.456.789",
    "8123456789", "08.00-16.00 WIB", "lihat lampiran 3", "Kota Serang",
]  # fmt: skip


def with_remark(text):
    head = ["No", "Kecamatan", "Jan-24", "Ket"]
    return Grid("x.xlsx", "Rekap", [head, [1, "Labuan", 2, text], [2, "Carita", 3, None]])


@pytest.mark.parametrize("text", PERSONAL)
def test_content_that_names_or_reaches_a_person_stops_the_file(text):
    with pytest.raises(InsidenError) as caught:
        check_personal(with_remark(text))
    assert caught.value.facts["columns"] == "D (Ket)"
    assert text not in caught.value.text("id") + caught.value.text("en")


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_remarks_stop_nothing(text):
    grid = with_remark(text)
    assert check_personal(grid) is grid


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["36", "11", "31", "91"]), st.integers(0, 9999), st.integers(1, 31),
    st.integers(1, 12), st.integers(0, 99), st.integers(1, 9999), st.booleans(),
    st.sampled_from(["", " ", ".", "-", "_", "/"]), st.sampled_from([(2, 2, 2, 6, 4), (4, 4, 4, 4), (6, 6, 4)]),
)  # fmt: skip
def test_population_numbers_are_found_in_every_dress(
    province, district, day, month, year, order, woman, mark, groups
):
    day += 40 if woman else 0
    digits = f"{province}{district:04}{day:02}{month:02}{year:02}{order:04}"
    parts, start = [], 0
    for length in groups:
        parts.append(digits[start : start + length])
        start += length
    with pytest.raises(InsidenError):
        check_personal(with_remark(f"ktp {mark.join(parts)}"))


def test_letterhead_and_signature_do_not_stop_a_file_and_are_not_kept(tmp_path):
    rows = [*LETTERHEAD, ["No", "Kecamatan", "Jan-24", "Feb-24"], [1, "Labuan", 2, 3], *SIGNATURE]
    intake = read_rows(tmp_path, rows)
    assert intake.cells["amount"].tolist() == ["2", "3"]
    kept = " ".join(table.astype(str).to_csv() for table in intake[:5])
    for word in ("Budi", "Ani", "1970", "0812", "Labuan Km", "kominfo@", "Mengetahui"):
        assert word not in kept


def test_nama_kecamatan_is_no_personal_heading(tmp_path):
    rows = [["Kode Kecamatan", "Nama Kecamatan", "Jan-24", "Feb-24"], ["36.01.12", "Labuan", 1, 2]]
    assert set(read_rows(tmp_path, rows).cells["place"]) == {"Labuan"}


def test_akun_is_a_count_over_numbers_and_a_name_over_words(tmp_path):
    head = ["No", "Kecamatan", "Bulan", "Akun"]
    counted = read_rows(tmp_path, [head, [1, "Labuan", "Jan 2024", 3]])
    assert counted.cells["unit"].tolist() == ["accounts"]
    error = refusal(tmp_path, [head, [1, "Labuan", "Jan 2024", "cantik99"]])
    assert error.facts["columns"] == "D (Akun)" and "cantik" not in error.text("id")


def test_personal_data_on_a_hidden_sheet_stops_the_file_too(tmp_path):
    good = [["Kecamatan", "Jan-24", "Feb-24"], ["Labuan", 1, 2]]
    secret = [["Nama", "NIK", "Kecamatan"], ["Budi", "x", "Labuan"]]
    path = write_xlsx(tmp_path / "x.xlsx", {"Data": good, "Asli": secret}, hidden=["Asli"])
    from analysis.read.intake import read_inbox

    (error,) = read_inbox([path]).refused
    assert error.key == "read.personal" and error.facts["sheet"] == "Asli"


def test_a_second_line_of_headings_is_searched_too(tmp_path):
    rows = [
        ["No", "Kecamatan", "Pelapor"],
        ["", "", "Nama Lengkap", "Umur"],
        [1, "Labuan", "Budi", 30],
    ]
    assert "Nama Lengkap" in refusal(tmp_path, rows).facts["columns"]


def test_several_phone_numbers_without_their_zero_are_found(tmp_path):
    rows = [["No", "Kecamatan", "Jan-24", "Kontak"]]
    rows += [
        [k, place, 1, 8123456780 + k] for k, place in enumerate(["Labuan", "Carita", "Menes"], 1)
    ]
    write_csv(tmp_path / "x.csv", rows)
    assert "D" in refusal(tmp_path, rows).facts["columns"]


def test_victims_by_sex_are_counts_and_names_of_victims_are_not(tmp_path):
    head = [
        ["Bulan Juli 2024"],
        ["No", "Kecamatan", "Kasus", "Korban"],
        ["", "", "", "L", "P", "Jumlah"],
    ]
    rows = [*head, [1, "Labuan", 5, 2, 4, 6], [2, "Carita", 3, 1, 2, 3]]
    counts = read_rows(tmp_path, rows).cells
    assert counts.query("unit == 'cases'")["amount"].tolist() == ["5", "3"]
    rows[3] = [1, "Labuan", 5, "Bunga", 4, 6]
    error = refusal(tmp_path, rows)
    assert error.key == "read.personal" and error.facts["columns"] == "D (Korban)"
