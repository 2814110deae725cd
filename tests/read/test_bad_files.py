"""Bad files of every kind: the exact message, the exit status, and nothing written.

What is said stands in tests/cases/bad_files.csv, as the office reads it; here stands how each such
file is made.
"""

import csv
import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import duckdb
import pytest

from analysis.cli import main
from analysis.read import files
from tests.read.making import END, HEAD, LABUAN, START, THREE, with_sheet, write_ods, write_xlsx
from tests.studies import make_study

CASES = Path(__file__).parents[1] / "cases" / "bad_files.csv"
with CASES.open(encoding="utf-8", newline="") as table:
    SAID = {row["case"]: row for row in csv.DictReader(table)}

GOOD = "No;Kecamatan;Jan-24;Feb-24\n1;Labuan;1;2\n2;Carita;3;4\n"
ROWS = [["No", "Kecamatan", "Jan-24", "Feb-24"], [1, "Labuan", 1, 2], [2, "Carita", 3, 4]]
E_ACUTE = b"\xe9"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ZERO_MB = bytes(1_000_000)


def text(old="", new="", encoding="utf-8"):
    return GOOD.replace(old, new).encode(encoding) if old else GOOD.encode(encoding)


def zipped(members, **options):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def locked(content):
    """Mark the first member of a zip as encrypted, in the zip's directory."""
    start = zipfile.ZipFile(io.BytesIO(content)).start_dir
    return content[: start + 8] + bytes([content[start + 8] | 1]) + content[start + 9 :]


def workbook(folder, rows=ROWS):
    return write_xlsx(folder / "made.tmp", rows).read_bytes()


def sheet(xml, folder):
    return with_sheet(folder / "made.tmp", xml).read_bytes()


def changed(content, changes, added=()):
    """A zip with members changed or added."""
    old = zipfile.ZipFile(io.BytesIO(content))
    members = {name: old.read(name) for name in old.namelist()}
    members |= {name: change(members[name]) for name, change in changes.items()}
    return zipped(members | dict(added))


def tarred():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
    return packed.getvalue()


def parquet(folder, select):
    path = folder / "made.tmp"
    duckdb.sql(f"copy ({select}) to '{path}' (format parquet)")
    return path.read_bytes()


def ods(folder, end=b""):
    content = write_ods(folder / "made.tmp", ROWS).read_bytes()
    return changed(
        content,
        {"content.xml": lambda xml: xml.replace(b"</table:table>", end + b"</table:table>")},
    )


DOCTYPE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "haha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
FAR_ODS = (
    b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-'
    b'repeated="1000" office:value-type="float" office:value="1"/></table:table-row>'
)


def before_root(mark):
    return lambda xml: xml.replace(b"?>", b"?>" + mark, 1)


MAKE = {
    # -- text ----------------------------------------------------------------------------------
    "empty": lambda folder: b"",
    "blank lines": lambda folder: b" \r\n \n",
    "zeros only": lambda folder: bytes(300),
    "headings only": lambda folder: b"No;Kecamatan;Jan-24;Feb-24\n",
    "no table": lambda folder: b"a;b\n1;2\n",
    "no place": lambda folder: b"Bulan;Jumlah\nJan 2024;3\nFeb 2024;4\n",
    "a column twice": lambda folder: text("Feb-24", "Jan-24"),
    "mixed date orders": lambda folder: (
        b"Tanggal;Kecamatan\n25/01/2024;Labuan\n01/26/2024;Carita\n03/02/2024;Menes\n"
    ),
    "formula": lambda folder: text("3;4", "=SUM(C2:C3);4"),
    "formula of another program": lambda folder: text("3;4", "@SUM(1);4"),
    "formula with a link": lambda folder: text("3;4", '"=HYPERLINK(""http://x.id"")";4'),
    "command": lambda folder: text("3;4", "+cmd|' /C calc'!A0;4"),
    "zero bytes": lambda folder: text("Labuan", "La\0buan"),
    "binary tail": lambda folder: text() + b"\x1a\x00\x01\x02",
    "open quote": lambda folder: text("Labuan", '"Labuan'),
    "quote closed far below": lambda folder: (
        text("Labuan", '"Labuan') + b'3;"Menes;3;4\n4;Saketi;3;4\n'
    ),
    "swallowed rows": lambda folder: text("1;Labuan;1;2\n2;Carita;", '1;"Labuan;1;2\n2;Carita";'),
    "quote that parts in two ways": lambda folder: text("1;Labuan;1", '1;"Kel. "Saruni";1;7'),
    "lines quoted whole, of two widths": lambda folder: (
        b'"No;Kecamatan;Jan-24;Feb-24"\n"1;Labuan;1;2"\n"2;Carita;3;4"\n"3;Menes;5"\n'
    ),
    "endless cell": lambda folder: text("Carita", "C" * 40_000),
    "delimiter in a number": lambda folder: text("3;4", "3;4;5"),
    "two encodings": lambda folder: (
        text() + "3;Menés;1;1\n".encode() + b"4;" + E_ACUTE + b"x;1;1\n"
    ),
    "mark of UTF-8 before Windows text": lambda folder: (
        b"\xef\xbb\xbf" + text() + b"3;Men" + E_ACUTE + b"s;1;1\n"
    ),
    "letters of no encoding": lambda folder: text() + b"3;Men\x81s;1;1\n",
    "utf-16 cut short": lambda folder: text(encoding="utf-16")[:-1],
    "broken json": lambda folder: b'[{"kecamatan": "Labuan",\n"jan 2024": }]',
    "json in layers": lambda folder: b'[{"kecamatan": {"nama": "Labuan"}}]',
    "json object": lambda folder: b'{"kecamatan": "Labuan"}',
    # -- something else under the name of a table ------------------------------------------------
    "pdf": lambda folder: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(99),
    "pdf after other bytes": lambda folder: b"\n\n junk %PDF-1.4\n" + bytes(99),
    "scan as png": lambda folder: b"\x89PNG\r\n\x1a\n" + bytes(99),
    "photograph as jpeg": lambda folder: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(99),
    "scan as tiff": lambda folder: b"II*\x00" + bytes(99),
    "photograph by its own name": lambda folder: b"\x89PNG\r\n\x1a\n" + bytes(99),
    "unknown kind": lambda folder: b"kecamatan 1 2 3",
    "web page": lambda folder: b"\n <HTML><table><tr><td>1</td></tr></table>",
    "xml of Excel 2003": lambda folder: b'<?xml version="1.0"?><Workbook></Workbook>',
    "mail of a web page": lambda folder: b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
    "rich text": lambda folder: b"{\\rtf1\\ansi Kecamatan}",
    "new Word": lambda folder: zipped({"[Content_Types].xml": "", "word/document.xml": ""}),
    "PowerPoint": lambda folder: zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}),
    "old Word": lambda folder: OLE + "WordDocument".encode("utf-16-le") + bytes(900),
    "text of OpenDocument": lambda folder: zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}
    ),
    "Apple Numbers": lambda folder: zipped({"Index/Document.iwa": "x"}),
    "binary Excel": lambda folder: zipped({"[Content_Types].xml": "", "xl/workbook.bin": "x"}),
    "SQLite": lambda folder: b"SQLite format 3\x00" + bytes(99),
    "Access": lambda folder: b"\x00\x01\x00\x00Standard ACE DB\x00" + bytes(99),
    "RAR": lambda folder: b"Rar!\x1a\x07\x01\x00" + bytes(99),
    "7-Zip": lambda folder: b"7z\xbc\xaf\x27\x1c" + bytes(99),
    # -- archives ------------------------------------------------------------------------------
    "zip of two": lambda folder: zipped({"Januari.csv": GOOD, "Februari.csv": GOOD}),
    "zip of many": lambda folder: zipped({f"{number:02}.csv": GOOD for number in range(1, 13)}),
    "zip of none": lambda folder: zipped({"__MACOSX/._a": "x", ".DS_Store": "x"}),
    "zip in a zip": lambda folder: zipped({"a.zip": zipped({"a.csv": GOOD})}),
    "zip with a password": lambda folder: locked(zipped({"a.csv": GOOD})),
    "zip that lies": lambda folder: zipped({"a.csv": GOOD})[:60] + bytes(40),
    "zip bomb": lambda folder: zipped({"a.csv": ZERO_MB * 30}),
    "zip of an empty file": lambda folder: zipped({"a.csv": ""}),
    "gzip cut short": lambda folder: gzip.compress(GOOD.encode() * 50)[:-30],
    "gzip of noise": lambda folder: b"\x1f\x8b\x08\x00" + bytes(50),
    "gzip bomb": lambda folder: gzip.compress(ZERO_MB * 30),
    "tar": lambda folder: tarred(),
    # -- workbooks -----------------------------------------------------------------------------
    "workbook cut short": lambda folder: workbook(folder)[:3000],
    "workbook without an end": lambda folder: workbook(folder)[:-30],
    "workbook with a password": lambda folder: (
        OLE + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    ),
    "workbook in a locked zip": lambda folder: locked(workbook(folder)),
    "old workbook of noise": lambda folder: OLE + bytes(3000),
    "workbook bomb": lambda folder: sheet(START + b'<row r="1"/>' * 4_000_000 + END, folder),
    "workbook of a thousand parts": lambda folder: changed(
        workbook(folder), {}, {f"xl/{number}.xml": "" for number in range(1001)}
    ),
    "cell at the far corner": lambda folder: sheet(
        START + HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + END, folder
    ),
    "entity of a file": lambda folder: sheet(
        START.replace(b"<worksheet", DOCTYPE + b"<worksheet") + HEAD + LABUAN % THREE + END, folder
    ),
    "entities in the list of sheets": lambda folder: changed(
        workbook(folder), {"xl/workbook.xml": before_root(LAUGHS)}
    ),
    "entities in the shared texts": lambda folder: changed(
        workbook(folder), {"xl/sharedStrings.xml": before_root(LAUGHS)}
    ),
    "formula without a result": lambda folder: sheet(
        START + HEAD + LABUAN % b'<c r="B2"><f>SUM(A1:A2)</f></c>' + END, folder
    ),
    "formula as a text": lambda folder: changed(
        workbook(folder, [ROWS[0], [1, "Labuan", "teks", 2]]),
        {"xl/sharedStrings.xml": lambda xml: xml.replace(b"teks", b"=1+1")},
    ),
    "open document with a far value": lambda folder: ods(folder, FAR_ODS),
    "open document with a password": lambda folder: changed(
        ods(folder),
        {"META-INF/manifest.xml": lambda xml: xml.replace(b"/>", b"><manifest:encryption-data/>")},
    ),
    "names of persons": lambda folder: workbook(
        folder, [["Nama", "NIK", "Kecamatan", "Jan-24"], ["Siti", "x", "Labuan", 1]]
    ),
    "population number": lambda folder: workbook(
        folder, [ROWS[0], [1, "Labuan", 3601123456789012, 2]]
    ),
    # -- Parquet -------------------------------------------------------------------------------
    "parquet cut short": lambda folder: b"PAR1" + bytes(50) + b"PAR1",
    "parquet of lists": lambda folder: parquet(folder, "select [1, 2] as isi, 'a' as kecamatan"),
    "parquet in a zip": lambda folder: zipped(
        {"a.parquet": parquet(folder, "select 1 as jumlah, 'a' as kecamatan")}
    ),
    # -- what is no ordinary file, or changes ----------------------------------------------------
    "link": lambda folder: None,
    "pipe": lambda folder: None,
    "folder": lambda folder: None,
    "too large": lambda folder: text() * 20_000,
    "grows while it is read": lambda folder: text(),
    "disappears while it is read": lambda folder: text(),
    "drive that fails": lambda folder: text(),
}


def special(case, path, monkeypatch):
    """What is not in the bytes of the file."""
    digest, read = files._digest, files.read_delimited

    def fail(*_):
        raise OSError(5, "Input/output error")

    def grow(file):
        path.write_bytes(path.read_bytes() + b"3;Menes;1;1\n")
        return digest(file)

    def vanish(content, name):
        path.unlink()
        return read(content, name)

    if case == "link":
        path.symlink_to(__file__)
    elif case == "pipe":
        os.mkfifo(path)
    elif case == "folder":
        path.symlink_to(path.parent)
    elif case == "too large":
        monkeypatch.setattr(files, "MAX_BYTES", 1_000_000)
    elif case == "grows while it is read":
        monkeypatch.setattr(files, "_digest", grow)
    elif case == "disappears while it is read":
        monkeypatch.setattr(files, "read_delimited", vanish)
    elif case == "drive that fails":
        monkeypatch.setattr(files.hashlib, "file_digest", fail)


def everything(folder):
    return {
        path: path.is_file() and not path.is_symlink() and path.read_bytes()
        for path in folder.rglob("*")
    }


def test_every_case_is_made_and_said():
    assert MAKE.keys() == SAID.keys()
    assert len(MAKE) >= 60


@pytest.mark.parametrize("case", MAKE)
def test_a_bad_file_gets_its_message_and_nothing_is_written(case, tmp_path, capsys, monkeypatch):
    study = make_study(tmp_path, {})
    said = SAID[case]
    path = study.inbox_folder / said["file"]
    content = MAKE[case](tmp_path)
    (tmp_path / "made.tmp").unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    special(case, path, monkeypatch)
    before = everything(tmp_path)
    lang = "en" if said["en"] else "id"
    status = main(["check", str(path), "--study", str(study.path), "--lang", lang])
    out, err = capsys.readouterr()
    first, _, message = err.rstrip("\n").partition("\n")
    assert (status, out) == (2, "")
    assert first in (
        "Tidak ada berkas yang dapat dipakai, jadi tidak ada yang ditulis.",
        "No file could be used, so nothing was written.",
    )
    assert message == said[lang]
    after = everything(tmp_path)
    if case not in ("grows while it is read", "disappears while it is read"):
        assert after == before
    assert after.keys() <= before.keys()
