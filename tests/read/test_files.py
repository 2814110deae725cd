"""What arrives that is no good table: every kind gets one clear message, nothing is guessed."""

import os
import random
import time
import zipfile

import pytest
import xlsxwriter

from analysis.read import files
from analysis.read.files import read_grids
from analysis.read.intake import read_inbox
from analysis.words.messages import InsidenError
from tests.read.making import (
    END,
    HEAD,
    LABUAN,
    START,
    THREE,
    notes,
    read_rows,
    refusal,
    rules,
    told,
    with_sheet,
    write_csv,
    write_ods,
    write_xlsx,
)

GOOD = "No;Kecamatan;Jan-24;Feb-24\n1;Labuan;1;2\n2;Carita;3;4\n"
CELLS = {("Labuan", ""): ["Jan-24=1", "Feb-24=2"], ("Carita", ""): ["Jan-24=3", "Feb-24=4"]}
UNKNOWN = "\xe9"

READ = {
    "semicolon": GOOD.encode(),
    "comma": GOOD.replace(";", ",").encode(),
    "tab": GOOD.replace(";", "\t").encode(),
    "pipe": GOOD.replace(";", "|").encode(),
    "declared delimiter": b"sep=,\n" + GOOD.replace(";", ",").encode(),
    "windows line ends": GOOD.replace("\n", "\r\n").encode(),
    "lone carriage returns": GOOD.replace("\n", "\r").encode(),
    "trailing delimiters": GOOD.replace("\n", ";;\n").encode(),
    "byte-order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "utf-16": GOOD.encode("utf-16"),
    "utf-16 big end first, unmarked": GOOD.encode("utf-16-be"),
    "control-z at the end": GOOD.encode() + b"\x1a",
    "titles with commas": b"REKAP, KONTEN, NEGATIF, DAN LAIN\n" + GOOD.encode(),
    "quoted text over two lines": GOOD.replace("Jan-24", '"Jan\n24"').encode(),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_text_in_any_dress_gives_the_same_cells(tmp_path, content):
    (tmp_path / "x.csv").write_bytes(content)
    intake = read_inbox(tmp_path)
    assert not intake.refused
    amounts = [cell.split("=")[1] for cells in told(intake).values() for cell in cells]
    assert list(told(intake)) == list(CELLS) and amounts == ["1", "2", "3", "4"]


REFUSED = {
    "empty": (b"", "read.empty_file"),
    "blank": (b" \r\n \n", "read.empty_file"),
    "headings only": (b"No;Kecamatan;Jan-24;Feb-24\n", "read.no_rows"),
    "no table": (b"a;b\n1;2\n", "read.no_table"),
    "formula": (GOOD.replace("3;4", "=SUM(C2:C3);4").encode(), "read.formula"),
    "formula of another kind": (GOOD.replace("3;4", "@SUM(1);4").encode(), "read.formula"),
    "command": (GOOD.replace("3;4", "+cmd|' /C calc'!A0;4").encode(), "read.formula"),
    "zero bytes": (GOOD.encode().replace(b"Labuan", b"La\0buan"), "read.binary"),
    "open quote": (GOOD.replace("Labuan", '"Labuan').encode(), "read.stray_quote"),
    "quote closed far below": (
        (GOOD.replace("Labuan", '"Labuan') + '3;"Menes;3;4\n4;Saketi;3;4\n').encode(),
        "read.stray_quote",
    ),
    "swallowed rows": (
        GOOD.replace("1;Labuan;1;2\n", '1;"Labuan;1;2\n').replace("Carita;3;4", 'Carita";3;4').encode(),
        "read.stray_quote",
    ),
    "delimiter in a number": (GOOD.replace("3;4", "3;4;5").encode(), "read.row_too_long"),
    "two encodings": (
        f"{GOOD}3;Men{UNKNOWN}s;1;1\n".encode() + f"4;{UNKNOWN}x;1;1\n".encode("cp1252"),
        "read.mixed_encoding",
    ),
    "pdf": (b"%PDF-1.7", "read.pdf"),
    "web page": (b"<html><table><tr><td>1</td></tr></table>", "read.web_page"),
    "zip of something else": (b"PK\x03\x04" + bytes(40), "read.not_a_workbook"),
    "old container that is no workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "read.not_a_workbook",
    ),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".xls"])
@pytest.mark.parametrize(("content", "key"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_by_its_content(tmp_path, content, key, suffix):
    (tmp_path / f"x{suffix}").write_bytes(content)
    intake = read_inbox(tmp_path)
    assert [error.key for error in intake.refused] == [key]
    assert intake.cells.empty and intake.left_out.empty
    for lang in ("id", "en"):
        assert f"x{suffix}" in intake.refused[0].text(lang)


def test_the_text_of_a_formula_is_never_shown(tmp_path):
    (tmp_path / "x.csv").write_text(GOOD.replace("3;4", '=HYPERLINK("rahasia");4'))
    (error,) = read_inbox(tmp_path).refused
    assert (error.facts["row"], error.facts["column"]) == (3, "C")
    assert "rahasia" not in error.text("id") + error.text("en") + repr(error.facts)


def test_windows_text_is_read_with_a_note(tmp_path):
    (tmp_path / "x.csv").write_bytes(GOOD.replace("Carita", f"Carit{UNKNOWN}").encode("cp1252"))
    intake = read_inbox(tmp_path)
    assert set(intake.cells["place"]) == {"Labuan", f"Carit{UNKNOWN}"}
    assert intake.files["encoding"].tolist() == ["cp1252"] and notes(intake) == ["encoding"]


def test_json_records_begin_at_row_two(tmp_path):
    (tmp_path / "x.json").write_text('[{"kecamatan": "Labuan", "jan 2024": 2, "feb 2024": null}]')
    intake = read_inbox(tmp_path)
    assert told(intake) == {("Labuan", ""): ["jan 2024=2", "feb 2024="]}
    assert intake.cells["row"].tolist() == [2, 2] and rules(intake) == {1: "header"}


@pytest.mark.parametrize("text", ['[{"a": {"b": 1}}]', '{"a": 1}', "[]", '[{"a": 1}, 2]'])
def test_json_that_is_no_flat_list_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    assert [error.key for error in read_inbox(tmp_path).refused] == ["read.not_records"]


def test_only_ordinary_files_are_opened(tmp_path):
    real = tmp_path / "real"
    real.write_text(GOOD)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.csv").symlink_to(real)
    if hasattr(os, "mkfifo"):
        os.mkfifo(inbox / "pipe.csv")
    intake = read_inbox(inbox)
    assert {error.key for error in intake.refused} == {"read.not_a_file"}
    with pytest.raises(InsidenError, match="bukan berkas biasa"):
        read_grids(inbox)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text(GOOD)
    parse = files.read_delimited

    def parse_and_write(content, name):
        path.write_text(GOOD + "3;Menes;1;1\n")
        return parse(content, name)

    monkeypatch.setattr(files, "read_delimited", parse_and_write)
    assert [error.key for error in read_inbox(tmp_path).refused] == ["read.changed"]


def test_a_file_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 20)
    (tmp_path / "x.csv").write_text(GOOD)
    assert [error.key for error in read_inbox(tmp_path).refused] == ["read.too_large"]


def test_a_text_that_ends_in_xls_is_read(tmp_path):
    (tmp_path / "export.xls").write_text(GOOD)
    assert told(read_inbox(tmp_path)) == CELLS


def test_an_unknown_kind_says_what_to_send(tmp_path):
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n")
    (error,) = read_inbox(tmp_path).refused
    assert error.key == "read.other_kind" and ".xlsx" in error.text("en")


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.csv", "a.json"])
def test_damaged_bytes_give_a_message_and_never_a_crash(tmp_path, name):
    path = tmp_path / name
    if name == "a.json":
        path.write_text('[{"kecamatan": "Labuan", "jan 2024": 2, "feb 2024": "x"}]')
    else:
        {"a.xlsx": write_xlsx, "a.ods": write_ods, "a.csv": write_csv}[name](path, SHEET)
    good, dice = path.read_bytes(), random.Random(1)
    for _ in range(40):
        bad = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(bad))
            bad[place : place + dice.randint(0, 20)] = dice.randbytes(dice.randint(0, 8))
            bad = bad or bytearray(b"x")
        path.write_bytes(bad)
        for error in read_inbox([path]).refused:
            assert error.text("id") and error.text("en")


# -- workbooks ---------------------------------------------------------------------------------

SHEET = [["No", "Kecamatan", "Jan-24", "Feb-24"], [1, "Labuan", 1, 2], [2, "Carita", 3, 4]]


def refused_keys(tmp_path):
    return [error.key for error in read_inbox(tmp_path).refused]


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_workbook_cut_short_is_refused(tmp_path, part):
    content = write_xlsx(tmp_path / "x.xlsx", SHEET).read_bytes()
    (tmp_path / "x.xlsx").write_bytes(content[: int(len(content) * part)])
    assert refused_keys(tmp_path) == ["read.not_a_workbook"]


def test_a_locked_workbook_says_how_to_unlock_it(tmp_path):
    content = bytearray(write_xlsx(tmp_path / "x.xlsx", SHEET).read_bytes())
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        start = archive.start_dir
    content[start + 8] |= 1  # the mark of an encrypted member in the zip's directory
    (tmp_path / "x.xlsx").write_bytes(bytes(content))
    assert refused_keys(tmp_path) == ["read.encrypted"]


def test_a_bomb_is_not_opened(tmp_path):
    with_sheet(tmp_path / "x.xlsx", START + b'<row r="1"/>' * 4_000_000 + END)
    began = time.perf_counter()
    assert refused_keys(tmp_path) == ["read.zip_bomb"]
    assert time.perf_counter() - began < 2


def test_a_cell_at_the_far_corner_is_refused_before_it_fills_the_memory(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with_sheet(tmp_path / "x.xlsx", START + HEAD + far + END)
    assert refused_keys(tmp_path) == ["read.too_wide"]


def test_a_far_repeated_value_in_an_open_document_is_refused(tmp_path):
    write_ods(tmp_path / "x.ods", SHEET)
    with zipfile.ZipFile(tmp_path / "x.ods") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
    row += b'table:number-columns-repeated="1000" office:value-type="float" office:value="1"/>'
    parts["content.xml"] = parts["content.xml"].replace(
        b"</table:table>", row + b"</table:table-row></table:table>"
    )
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert refused_keys(tmp_path) == ["read.too_wide"]


def test_a_million_empty_rows_do_not_hang(tmp_path):
    rows = b"".join(b'<row r="%d"/>' % row for row in range(3, 1_048_577))
    with_sheet(tmp_path / "x.xlsx", START + HEAD + LABUAN % THREE + rows + END)
    began = time.perf_counter()
    assert told(read_inbox(tmp_path)) == {("Labuan", ""): ["Jan-24=3", "Feb-24="]}
    assert time.perf_counter() - began < 15


def test_an_entity_in_the_xml_is_refused(tmp_path):
    xml = START.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')
    with_sheet(tmp_path / "x.xlsx", xml + HEAD + LABUAN % THREE + END)
    assert refused_keys(tmp_path) == ["read.entities"]


def test_a_broken_formula_is_not_taken_for_an_empty_cell(tmp_path):
    broken = b'<c r="B2" t="e"><v>#REF!</v></c><c r="C2"><v>3</v></c>'
    with_sheet(tmp_path / "x.xlsx", START + HEAD + LABUAN % broken + END)
    assert told(read_inbox(tmp_path)) == {("Labuan", ""): ["Jan-24=#REF!", "Feb-24=3"]}


def test_a_formula_without_a_result_is_named_by_its_cell(tmp_path):
    formula = b'<c r="B2"><f>SUM(A1:A2)</f></c><c r="C2"><v>3</v></c>'
    with_sheet(tmp_path / "x.xlsx", START + HEAD + LABUAN % formula + END)
    (error,) = read_inbox(tmp_path).refused
    assert error.key == "read.uncalculated" and error.facts["cell"] == "B2"


def test_hidden_sheets_are_left_out_and_hidden_rows_are_counted_with_a_note(tmp_path):
    write_xlsx(tmp_path / "x.xlsx", {"Data": SHEET, "Lama": SHEET}, hidden=["Lama"])
    intake = read_inbox(tmp_path)
    assert set(intake.cells["sheet"]) == {"Data"}
    hidden = intake.left_out.query("sheet == 'Lama'")
    assert hidden["rule"].tolist() == ["hidden_sheet"] * 3 and notes(intake) == ["hidden_sheet"]
    row = (LABUAN % THREE).replace(b'<row r="2"', b'<row r="2" hidden="1"')
    with_sheet(tmp_path / "x.xlsx", START + HEAD + row + END)
    intake = read_inbox(tmp_path)
    assert len(intake.cells) == 2 and notes(intake) == ["hidden_parts"]


def test_numbers_of_a_sheet_keep_their_meaning_as_text(tmp_path):
    rows = [["Kecamatan", "Kode", "Jan-24", "Feb-24", "Mar-24"], ["Labuan", 36.01, 3.0, 1.234, 0.5]]
    intake = read_rows(tmp_path, rows)
    assert set(intake.cells["place_code"]) == {"36.01"}
    # 1,2340 is refused by the reader of amounts; "1.234" would be read as a thousand
    assert intake.cells["amount"].tolist() == ["3", "1,2340", "0,5"]


def test_real_dates_in_headings_need_no_guess(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, month = book.add_worksheet(), book.add_format({"num_format": "mmm-yy"})
        sheet.write_row(0, 0, ["Kecamatan", 45474, 45505])
        sheet.write_row(1, 0, ["Labuan", 1, 2])
        sheet.write(0, 1, 45474, month)
        sheet.write(0, 2, 45505, month)
    assert told(read_inbox(tmp_path)) == {("Labuan", ""): ["2024-07-01=1", "2024-08-01=2"]}


def test_a_month_that_a_us_excel_made_a_day_stays_in_doubt(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "d-mmm"})
        sheet.write_row(0, 0, ["Kecamatan"])
        sheet.write(0, 1, 46046, day)  # 24 January 2026, typed as "Jan-24"
        sheet.write(0, 2, 46077, day)
        sheet.write_row(1, 0, ["Labuan", 1, 2])
    assert told(read_inbox(tmp_path)) == {("Labuan", ""): ["24-Jan=1", "24-Feb=2"]}


def test_a_sheet_without_a_table_is_left_out_beside_one_with(tmp_path):
    cover = [["LAPORAN BULANAN"], ["Dinas Kominfo"]]
    chart = [["Bulan", "Nilai"], ["Januari", 3]]
    intake = read_rows(tmp_path, {"Sampul": cover, "Data": SHEET, "Grafik": chart})
    assert set(intake.cells["sheet"]) == {"Data"}
    assert set(intake.left_out.query("sheet != 'Data'")["rule"]) == {"no_table"}
    assert notes(intake) == ["no_table"]
    assert refusal(tmp_path, {"Sampul": cover}).key == "read.no_table"
    assert refusal(tmp_path, {"Grafik": chart}).key == "read.no_place"
