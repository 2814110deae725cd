"""S1 of the acceptance scenarios cell by cell, and the books of a whole inbox."""

import pytest

from analysis.read import parts
from analysis.read.intake import read_inbox
from analysis.reference.files import read_reference
from analysis.text.places import Places
from analysis.words.messages import InsidenError
from tests.read.making import notes, read_rows, rules, told, write_csv, write_xlsx
from tests.studies import REFERENCE

S1 = [
    ["REKAPITULASI LAPORAN KONTEN NEGATIF"],
    ["KABUPATEN PANDEGLANG"],
    ["No", "Kecamatan", "Jan-24", "Peb-24", "Mrt-24", "Jml TW I", "Ket"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    ["1", "Kec. Cibaliung", "2", "NIHIL", "3", "5", ""],
    ["2", "CARITA", "4", "-", "…", "4", ""],
    ["3", "Krg Tanjung", "1.0", "", "2*", "3", ""],
    ["4", "Kel. Saruni", "1", "0", "1", "2", ""],
    ["", "Jumlah", "8", "0", "6", "14", ""],
    ["Sumber: Diskomsantik"],
]


@pytest.mark.parametrize("name", ["s1.xlsx", "s1.ods", "s1.csv"])
def test_s1_gives_twelve_cells_with_their_texts(tmp_path, name):
    intake = read_rows(tmp_path, S1, name)
    assert told(intake) == {
        ("Kec. Cibaliung", ""): ["Jan-24=2", "Peb-24=NIHIL", "Mrt-24=3"],
        ("CARITA", ""): ["Jan-24=4", "Peb-24=-", "Mrt-24=…"],
        ("Krg Tanjung", ""): ["Jan-24=1.0", "Peb-24=", "Mrt-24=2*"],
        ("Kel. Saruni", ""): ["Jan-24=1", "Peb-24=0", "Mrt-24=1"],
    }
    assert set(intake.cells["region"]) == {"kabupaten pandeglang"}
    address = intake.cells.query("amount == '2*'")[["row", "column"]]
    assert address.to_numpy().tolist() == [[7, "E"]]


def test_s1_leaves_rows_and_cells_out_by_named_rules(tmp_path):
    intake = read_rows(tmp_path, S1)
    wanted = {1: "title", 2: "title", 3: "header", 4: "numbering", 9: "total", 10: "note"}
    assert rules(intake) == wanted
    cells = intake.left_out.query("column != ''")
    assert cells[["row", "column", "rule", "amount"]].to_numpy().tolist() == [
        [5, "F", "subtotal", "5"],
        [6, "F", "subtotal", "4"],
        [7, "F", "subtotal", "3"],
        [8, "F", "subtotal", "2"],
    ]


def test_s1_reconciles_every_printed_sum(tmp_path):
    totals = read_rows(tmp_path, S1).totals.sort_values(["row", "column"])
    assert totals["agrees"].all()
    assert totals[["row", "column", "printed", "covers"]].to_numpy().tolist() == [
        [5, "F", 5, "C5:E5"],
        [6, "F", 4, "C6:E6"],
        [7, "F", 3, "C7:E7"],
        [8, "F", 2, "C8:E8"],
        [9, "C", 8, "C5:C8"],
        [9, "D", 0, "D5:D8"],
        [9, "E", 6, "E5:E8"],
        [9, "F", 14, "C5:E8"],
    ]


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    write_xlsx(tmp_path / "good.xlsx", S1)
    write_csv(tmp_path / "names.csv", [["Nama", "Kecamatan", "Jumlah"], ["Budi", "Labuan", 2]])
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "catatan.txt").write_text("besok dikirim")
    (tmp_path / "~$good.xlsx").write_bytes(b"lock")
    (tmp_path / ".hidden.csv").write_bytes(b"x")
    (tmp_path / "lama").mkdir()
    intake = read_inbox(tmp_path)
    assert [error.key for error in intake.refused] == ["read.personal", "read.pdf"]
    assert set(intake.cells["file"]) == {"good.xlsx"}
    files = intake.files.set_index("file")
    assert files["note"].to_dict() == {
        "good.xlsx": "", "names.csv": "read.personal", "scan.pdf": "read.pdf",
    }  # fmt: skip
    assert files.loc["names.csv", ["rows", "data_rows"]].tolist() == [0, 0]
    assert files.loc["good.xlsx", ["rows", "data_rows", "first_row"]].tolist() == [10, 4, 5]
    assert notes(intake) == ["folder", "other_kind"]


def test_an_empty_inbox_gives_empty_tables_of_the_right_kinds(tmp_path):
    intake = read_inbox(tmp_path)
    assert intake.refused == []
    assert [len(table) for table in intake[:5]] == [0] * 5
    assert intake.cells["row"].dtype == "int64" and intake.totals["agrees"].dtype == bool


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(InsidenError, match="tidak ada"):
        read_inbox(tmp_path / "nowhere")


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_csv(tmp_path / folder / "x.csv", S1)
    named = [tmp_path / "b" / "x.csv", tmp_path / "a" / "x.csv", tmp_path / "a" / "x.csv"]
    for intake in (read_inbox(tmp_path), read_inbox(named)):
        assert intake.files["file"].tolist() == ["a/x.csv", "b/x.csv"]
        assert set(intake.cells["file"]) == {"a/x.csv", "b/x.csv"}


def test_the_folders_say_the_year_and_the_regency(tmp_path):
    reference = read_reference(REFERENCE)
    places = Places(reference.areas, reference.aliases, reference.villages)
    for folder in ("2023", "2024/Kab. Lebak"):
        (tmp_path / folder).mkdir(parents=True)
        rows = [["Kecamatan", "Jumlah"], ["Labuan", 3], ["Carita", 4]]
        write_csv(tmp_path / folder / "Juli.csv", rows)
    cells = read_inbox(tmp_path, places=places).cells
    assert cells.groupby("file")["year"].unique().map(list).to_dict() == {
        "2023/Juli.csv": ["2023"], "2024/Kab. Lebak/Juli.csv": ["2024"],
    }  # fmt: skip
    assert set(cells["month"]) == {"Juli"}
    regions = cells.groupby("file")["region"].first()
    assert regions["2024/Kab. Lebak/Juli.csv"] == "kab lebak" and regions["2023/Juli.csv"] == ""


def test_input_order_does_not_change_the_result(tmp_path):
    paths = [write_csv(tmp_path / f"{name}.csv", S1) for name in "cab"]
    first, second = read_inbox(paths), read_inbox(paths[::-1])
    assert all(a.equals(b) for a, b in zip(first[:5], second[:5], strict=True))


def test_no_free_text_of_a_file_remains(tmp_path):
    secret = "rahasia"
    rows = [
        [f"CATATAN {secret} satu"],
        ["No", "Kecamatan", "Jan-24", "Feb-24", "Ket", "Petugas Lapangan"],
        [1, "Labuan", 1, 2, f"{secret} dua", f"{secret} tiga"],
        [2, "Carita", 3, f"{secret}", None, None],
        [None, "Jumlah", 4, 2, f"{secret} empat", None],
        [f"Sumber: {secret} lima"],
        [None, "Mengetahui,", f"{secret} enam"],
        [f"{secret} tujuh"],
    ]
    hidden = [[secret], ["Kecamatan", "Jan-24", "Feb-24"], [secret, 1, 2]]
    path = write_xlsx(tmp_path / "x.xlsx", {"Data": rows, "Lama": hidden}, hidden=["Lama"])
    intake = read_inbox([path])
    kept = [table.astype(str).to_csv(index=False) for table in intake[:5]]
    # only the one cell that stands where a count belongs keeps its text, for the question about it
    assert "".join(kept).count(secret) == 1
    assert intake.cells.query("amount.str.contains(@secret)")[
        ["row", "column"]
    ].to_numpy().tolist() == [[4, "D"]]


def test_a_row_that_gets_lost_on_the_way_refuses_the_file(tmp_path, monkeypatch):
    make_cells = parts.make_cells

    def lose_a_row(*arguments):
        cells, left_out, remarks = make_cells(*arguments)
        return cells[cells["row"] != 6], left_out, remarks

    monkeypatch.setattr(parts, "make_cells", lose_a_row)
    (error,) = read_inbox([write_csv(tmp_path / "x.csv", S1)]).refused
    assert error.key == "read.rows_lost"
    assert (error.facts["before"], error.facts["after"]) == (10, 9)
