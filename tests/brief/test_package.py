"""The data package: valid for others' tools, harmless in a spreadsheet, protected, repeatable."""

import csv
import hashlib
import json
import re
from dataclasses import replace
from html import escape

import pandas as pd
import pytest
from frictionless import Package

from analysis.brief import files
from analysis.brief.document import build_brief
from analysis.brief.files import csv_bytes, write_atomically
from analysis.brief.package import satudata_table, write_package
from analysis.words.messages import InsidenError

# domain page, section 4
SATU_DATA = (
    "kode_provinsi,nama_provinsi,kode_kabupaten_kota,nama_kabupaten_kota,kemendagri_kode_kecamatan,"
    "bps_kode_kecamatan,nama_kecamatan,tahun,bulan,periode,kategori,kanal,status_pelaporan,jumlah,"
    "satuan,keterangan"
)


@pytest.fixture
def package(tmp_path, findings, charts):
    write_package(findings, build_brief(findings, charts, lang="id"), tmp_path)
    return tmp_path


def test_package_is_valid_for_frictionless(package, monkeypatch):
    monkeypatch.chdir(package)
    report = Package("datapackage.json").validate()
    assert report.valid, report.flatten(["name", "fieldName", "message"])
    assert len(report.tasks) == len(list(package.glob("*.csv")))


def test_description_tells_the_truth_about_its_files(package):
    description = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert description["simulated"]
    assert "bukan jumlah orang" in description["description"]
    for resource in description["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert content.decode("utf-8").split("\n")[0] == ",".join(names)


def test_running_twice_gives_the_same_bytes(tmp_path, build, charts):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        findings = build()
        write_package(findings, build_brief(findings, charts, lang="id"), folder)
    one, two = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert one == two


def test_satudata_follows_the_column_convention(package):
    rows = list(csv.DictReader((package / "satudata.csv").open(encoding="utf-8", newline="")))
    assert ",".join(rows[0]) == SATU_DATA
    states = {row["status_pelaporan"] for row in rows}
    assert states <= {"terlapor", "nihil", "belum_lapor", "disamarkan", "tidak_tersedia"}
    for row in rows:
        assert (row["jumlah"] != "") == (row["status_pelaporan"] in ("terlapor", "nihil"))
    august = next(
        row for row in rows if row["kode_kabupaten_kota"] == "36.02" and row["periode"] == "2026-08"
    )
    assert august["status_pelaporan"] == "belum_lapor"
    assert august["nama_provinsi"] == "Banten"


def test_satudata_tells_hidden_zero_and_unknown_apart(build):
    findings = build()
    monthly = findings.monthly.head(4).copy()
    monthly["incidents"] = pd.array([0, None, None, None], dtype="Int64")
    monthly["why"] = ["", "suppressed", "complementary", "not_available"]
    monthly["shown"] = ["0", "<5", "-", ""]
    monthly["flag"] = ["provisional", "", "", ""]
    table = satudata_table(replace(findings, monthly=monthly))
    assert list(table["status_pelaporan"]) == [
        "nihil",
        "disamarkan",
        "disamarkan",
        "tidak_tersedia",
    ]
    assert list(table["keterangan"]) == [
        "sementara; data simulasi", "<5; data simulasi", "-; data simulasi", "data simulasi",
    ]  # fmt: skip


def test_no_text_is_a_formula_for_a_spreadsheet():
    table = pd.DataFrame(
        {
            "text": ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\tx", "-", "<5", "-2,5%", "Labuan"],
            "number": [-1.5, 2, 3, 4, 5, 6, 7, 8, 9],
        }
    )
    lines = list(csv.reader(csv_bytes(table).decode().splitlines()))
    assert [line[0] for line in lines[1:]] == [
        "'=1+1", "'+cmd|x", "'-2+3", "'@SUM(A1)", "'\tx", "-", "<5", "-2,5%", "Labuan",
    ]  # fmt: skip
    assert lines[1][1] == "-1.5"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = write_atomically(tmp_path / "a.csv", b"old")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.Path, "replace", refuse)
    with pytest.raises(InsidenError, match="tidak dapat ditulis"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_the_metadata_forms_of_bps_travel_with_the_data(package, findings):
    with (package / "ms_kegiatan.csv").open(encoding="utf-8", newline="") as file:
        told = {row["isian"]: row["keterangan"] for row in csv.DictReader(file)}
    assert told["Judul kegiatan"] == findings.study.title
    assert told["Cara pengumpulan data"] == "Kompilasi produk administrasi"
    assert told["Penanggung jawab"] == "(diisi instansi)"
    assert "Januari 2021 s.d. Oktober 2026" in told["Cakupan wilayah dan waktu"]
    with (package / "ms_variabel.csv").open(encoding="utf-8", newline="") as file:
        variables = {row["nama"]: row for row in csv.DictReader(file)}
    assert set(variables) <= set(SATU_DATA.split(","))
    assert "bukan jumlah orang" in variables["jumlah"]["definisi"]
    with (package / "ms_indikator.csv").open(encoding="utf-8", newline="") as file:
        indicators = list(csv.DictReader(file))
    assert len(indicators) == 4 and all(row["interpretasi"] for row in indicators)


def test_the_dictionary_explains_every_column_of_every_table(package):
    page = (package / "dictionary.html").read_text("utf-8")
    description = json.loads((package / "datapackage.json").read_text("utf-8"))
    for resource in description["resources"]:
        assert resource["path"] in page and escape(resource["title"]) in page
        for field in resource["schema"]["fields"]:
            assert f">{field['name']}<" in page
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)


def test_excel_in_indonesia_opens_the_tables_as_they_are_meant(tmp_path, findings, charts):
    brief = build_brief(findings, charts, lang="id")
    write_package(findings, brief, tmp_path, excel=True)
    content = (tmp_path / "excel" / "window.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    plain = list(csv.DictReader((tmp_path / "window.csv").read_text("utf-8").splitlines()))
    assert [row["rate"] for row in rows] == [row["rate"].replace(".", ",") for row in plain]
    assert [row["area"] for row in rows] == [row["area"] for row in plain]
