"""Every format that an office sends gives the same cells; what was done to get them is said."""

import csv
import gzip
import io
import sqlite3
import sys
import zipfile

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cli import main
from analysis.read import delimited
from analysis.read.delimited import _count_records, _find_delimiter, _records
from analysis.read.files import File, find_files, read_source
from analysis.read.intake import read_inbox
from analysis.study import read_study
from analysis.words.messages import InsidenError
from tests.read.making import notes, told, write_csv, write_ods, write_xlsx
from tests.studies import make_study

ROWS = [["No", "Kecamatan", "Jan-24", "Feb-24"], [1, "Labuan", 1, 2], [2, "Carita", 3, 4]]
GOOD = "No;Kecamatan;Jan-24;Feb-24\n1;Labuan;1;2\n2;Carita;3;4\n"
CELLS = {("Labuan", ""): ["Jan-24=1", "Feb-24=2"], ("Carita", ""): ["Jan-24=3", "Feb-24=4"]}


# -- archives and folders ------------------------------------------------------------------------


def test_a_gzip_and_a_zip_of_one_file_are_read_under_both_names(tmp_path):
    (tmp_path / "rekap.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    book = write_xlsx(tmp_path / "made.tmp", ROWS).read_bytes()
    (tmp_path / "made.tmp").unlink()
    with zipfile.ZipFile(tmp_path / "kiriman.zip", "w") as archive:
        archive.writestr("Juli/", "")
        archive.writestr("Juli/rekap lebak.xlsx", book)
        archive.writestr("__MACOSX/Juli/._rekap lebak.xlsx", "x")
    intake = read_inbox(tmp_path)
    assert not intake.refused
    assert intake.files["file"].tolist() == [
        "kiriman.zip/Juli/rekap lebak.xlsx", "rekap.csv.gz/rekap.csv",
    ]  # fmt: skip
    assert intake.files["kind"].tolist() == ["xlsx", "csv"]
    for _, cells in intake.cells.groupby("file"):
        assert told(intake._replace(cells=cells)) == CELLS
    packed = intake.notes[intake.notes["key"] == "read.note_packed"]
    assert packed["text"].tolist() == ["kiriman.zip", "rekap.csv.gz"]


def test_a_workbook_is_no_archive_whatever_its_name(tmp_path):
    write_xlsx(tmp_path / "rekap.zip", ROWS)
    write_ods(tmp_path / "rekap.xlsx", ROWS)
    write_csv(tmp_path / "rekap.xls", ROWS)
    files = read_inbox(tmp_path).files
    assert files["kind"].tolist() == ["csv", "ods", "xlsx"] and set(files["note"]) == {""}


def test_a_folder_is_read_with_those_in_it_but_not_what_is_hidden_or_linked(tmp_path):
    inbox, elsewhere = tmp_path / "inbox", tmp_path / "luar"
    for folder in ("2023", "2024", "kosong", ".git", "__MACOSX"):
        (inbox / folder).mkdir(parents=True)
        if folder != "kosong":
            write_csv(inbox / folder / "Juli.csv", ROWS)
    elsewhere.mkdir()
    write_csv(elsewhere / "rahasia.csv", ROWS)
    (inbox / "2024" / "~$Juli.xlsx").write_bytes(b"lock")
    (inbox / "2024" / "baca.txt").write_text("x")
    (inbox / "tautan").symlink_to(elsewhere)
    found = find_files(inbox)
    assert [file.name for file in found.files] == ["2023/Juli.csv", "2024/Juli.csv", "tautan"]
    assert [(note.file, note.key) for note in found.notes] == [
        ("2024/baca.txt", "read.note_other_kind"), ("kosong", "read.note_folder"),
    ]  # fmt: skip
    (error,) = read_inbox(inbox).refused
    assert (error.key, error.facts["file"]) == ("read.not_a_file", "tautan")


def test_a_recipe_and_an_answer_name_a_file_with_or_without_its_folders(tmp_path):
    (tmp_path / "inbox" / "2024").mkdir(parents=True)
    study = make_study(tmp_path, {})
    recipe = "[source.a]\nfiles = '{}'\nregion = '36.02'\n"
    write_csv(study.inbox_folder / "2024" / "Juli.csv", ROWS)
    text = study.path.read_text()
    for pattern, region in (("Juli*", "36.02"), ("2024/*", "36.02"), ("2023/*", "")):
        study.path.write_text(text + recipe.format(pattern))
        cells = read_inbox(study.inbox_folder, recipes=read_study(study.path).recipes).cells
        assert set(cells["region"]) == {region}


# -- text ----------------------------------------------------------------------------------------

QUOTES = {
    "quotes inside quotes": '1;"Kel. "Saruni" x";1;2\n',
    "a space after the quote": '1;"Kel. Saruni" ;1;2\n',
    "backslashes": '1;"Kel. \\"Saruni\\"";1;2\n',
}


@pytest.mark.parametrize("line", QUOTES.values(), ids=QUOTES)
def test_wrong_quotes_that_leave_one_reading_are_mended_and_said(tmp_path, line):
    (tmp_path / "x.csv").write_text(GOOD + line)
    intake = read_inbox(tmp_path)
    rows = intake.cells[intake.cells["row"] == 4]
    assert rows["amount"].tolist() == ["1", "2"]
    assert rows["place"].str.contains("Saruni").all()
    (note,) = intake.notes.to_dict("records")
    assert (note["key"], note["row"], note["text"]) == ("read.note_quotes_mended", 4, "1")


def test_lines_quoted_as_a_whole_are_parted(tmp_path):
    lines = [*GOOD.splitlines(), '3;"Menes; Barat";5;6']
    quoted = ['"' + line.replace('"', '""') + '"' for line in lines]
    (tmp_path / "x.csv").write_text("\n".join(quoted))
    intake = read_inbox(tmp_path)
    assert told(intake) == CELLS | {("Menes; Barat", ""): ["Jan-24=5", "Feb-24=6"]}
    assert notes(intake) == ["quoted_lines"]


def test_a_space_before_a_quote_opens_the_cell_all_the_same(tmp_path):
    (tmp_path / "x.csv").write_text(GOOD.replace("Labuan", ' "Labuan"'))
    assert told(read_inbox(tmp_path)) == CELLS


def test_rows_that_lack_cells_are_said(tmp_path):
    (tmp_path / "x.csv").write_text(GOOD.replace("1;Labuan;1;2", "1;Labuan;1"))
    intake = read_inbox(tmp_path)
    assert told(intake)["Labuan", ""] == ["Jan-24=1", "Feb-24="]
    (note,) = intake.notes.to_dict("records")
    assert (note["key"], note["row"], note["text"]) == ("read.note_short_rows", 2, "1")


def test_a_declared_delimiter_is_believed_and_keeps_its_row(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xef\xbb\xbfsep=,\r\n" + GOOD.replace(";", ",").encode())
    cells = read_inbox(tmp_path).cells
    assert sorted(set(cells["row"])) == [3, 4]


TEXTS = st.text(alphabet='ab;," \n\r\t|', max_size=12)


@given(
    st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=12),
    st.sampled_from(delimited.DELIMITERS),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.booleans(),
)
def test_the_second_count_of_records_agrees_with_what_was_written(rows, delimiter, end, ends):
    written = io.StringIO()
    # left to itself the writer leaves a carriage return without quotes
    quoting = (
        csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    )
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    content = written.getvalue().encode()
    content = content if ends else content.removesuffix(end.encode())
    assert _count_records(content, delimiter) == len(rows)
    assert len(list(_records(content, delimiter))) == len(rows)


def test_a_row_that_the_parser_loses_refuses_the_file(tmp_path, monkeypatch):
    records = delimited._records

    def lose_one(content, delimiter, whole=-1):
        for number, row in enumerate(records(content, delimiter, whole)):
            if number != 2:
                yield row

    monkeypatch.setattr(delimited, "_records", lose_one)
    (tmp_path / "x.csv").write_text(GOOD)
    (error,) = read_inbox(tmp_path).refused
    assert error.text("id") == (
        "Berkas x.csv: 3 baris dalam berkas, 2 terbaca. Ada tanda kutip atau ganti baris yang tidak "
        "jelas, jadi berkas tidak dipakai. Buka di Excel dan simpan sebagai .xlsx."
    )


def test_the_delimiter_is_found_beside_commas_in_text():
    for delimiter in delimited.DELIMITERS:
        text = f"REKAP, DAN LAIN\nKecamatan{delimiter}Jan 2024\nLabuan{delimiter}1\n"
        assert _find_delimiter(text.encode()) == delimiter


# -- workbooks -----------------------------------------------------------------------------------


def test_macros_and_links_are_said_and_left_alone(tmp_path):
    path = write_xlsx(tmp_path / "rekap.xlsm", ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", "Sub Auto_Open()")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    intake = read_inbox(tmp_path)
    assert told(intake) == CELLS and intake.files["kind"].tolist() == ["xlsm"]
    assert notes(intake) == ["external_links", "macros"]


# -- Parquet -------------------------------------------------------------------------------------


def test_parquet_keeps_texts_numbers_and_dates_exact(tmp_path):
    path = tmp_path / "a[1]*.parquet"
    duckdb.sql(
        "copy (select 'Labuan' as kecamatan, date '2024-07-01' as bulan, 12::bigint as jumlah, "
        "3.0::double as ganda, 1.234::decimal(8, 3) as pecahan, 3601123456789012::bigint as besar, "
        f"'007' as kode, null as kosong) to '{tmp_path / 'made'}' (format parquet)"
    )
    (tmp_path / "made").rename(path)
    (tmp_path / "a1b.parquet").write_bytes(b"PAR1 another file that the name could mean PAR1")
    source = read_source(File(path, path.name))
    texts = source.grids[0].texts
    assert texts.words[texts.codes].tolist() == [
        ["kecamatan", "bulan", "jumlah", "ganda", "pecahan", "besar", "kode", "kosong"],
        ["Labuan", "2024-07-01", "12", "3", "1.234", "3601123456789012", "007", ""],
    ]
    assert texts.amounts[texts.codes[1, 4]] == "1,2340"  # a fraction is never a thousand


# -- databases -----------------------------------------------------------------------------------


@pytest.fixture
def register(tmp_path):
    """A study whose inbox is empty and whose folder holds a database."""
    pytest.importorskip("sqlalchemy", reason="the extra for databases is not installed")
    study = make_study(tmp_path, {})
    with sqlite3.connect(tmp_path / "register.db") as connection:
        connection.execute(
            "create table lapor (id integer primary key, kecamatan text, bulan text, jumlah int)"
        )
        rows = [(2, "Carita", "Juli 2024", 3), (1, "Labuan", "Juli 2024", 12)]
        connection.executemany("insert into lapor values (?, ?, ?, ?)", rows)
        connection.execute("create view semua as select kecamatan, bulan, jumlah from lapor")
    connection.close()
    return study


def read_register(study, **settings):
    lines = [study.path.read_text(), "[source.register]", "url = 'sqlite:///register.db'"]
    lines += [f"{key} = '''{value}'''" for key, value in settings.items()]
    path = study.path.with_name("lain.toml")
    path.write_text("\n".join(lines))
    return read_inbox(study.inbox_folder, recipes=read_study(path).recipes)


@pytest.mark.parametrize(
    "settings",
    [
        {"table": "lapor"},
        {"table": "semua"},
        {"query": "select kecamatan, bulan, jumlah from lapor where bulan <> ';' order by id;"},
        {"query": "WITH a AS (SELECT * FROM lapor -- drop table lapor\n) SELECT * FROM a"},
    ],
)
def test_a_table_or_a_query_of_a_database_is_read(register, settings):
    before = (register.folder / "register.db").read_bytes()
    intake = read_register(register, **settings)
    assert not intake.refused
    assert intake.cells.set_index("place")["amount"].to_dict() == {"Labuan": "12", "Carita": "3"}
    (entry,) = intake.files.to_dict("records")
    assert (entry["file"], entry["kind"]) == ("register", "database")
    assert len(entry["sha256"]) == 64 and entry["bytes"] > 0
    assert (register.folder / "register.db").read_bytes() == before
    assert read_register(register, **settings).files["sha256"].tolist() == [entry["sha256"]]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("delete from lapor", "delete"),
        ("select 1; drop table lapor", ";"),
        ("with x as (delete from lapor returning *) select * from x", "delete"),
        ("select * into baru from lapor", "into"),
        ("pragma query_only = off", "pragma"),
        ("select 1 /*! ; drop table lapor */", "/*!"),
        ("attach 'baru.db' as b", "attach"),
        ("-- hanya komentar", "-"),
    ],
)
def test_only_a_select_is_run(register, query, word):
    (error,) = read_register(register, query=query).refused
    assert error.text("id") == (
        f"study.toml, [source.register]: `query` harus satu SELECT saja; '{word}' tidak dijalankan, "
        "karena basis data hanya boleh dibaca."
    )
    assert sorted(path.name for path in register.folder.iterdir()) == [
        "inbox", "lain.toml", "register.db", "study.toml",
    ]  # fmt: skip


DATABASE_ERRORS = [
    (
        {"table": "lapors"},
        "Sumber register: tabel 'lapors' tidak ada dalam basis data. Mungkin: lapor.",
    ),
    (
        {"query": "select umur from lapor"},
        "Sumber register: basis data sqlite:///PATH menolak permintaan itu. Coba dahulu `query` "
        "atau `table` itu di program basis datanya.",
    ),
]


@pytest.mark.parametrize(("settings", "message"), DATABASE_ERRORS)
def test_what_a_database_refuses_is_said_in_our_words(register, settings, message):
    (error,) = read_register(register, **settings).refused
    assert error.text("id") == message.replace("PATH", f"{register.folder / 'register.db'}")


URL_ERRORS = {
    "rahasia": "`url` tidak berbentuk alamat basis data. Contoh: postgresql+psycopg://pengguna:"
    "${SANDI}@server/basisdata, atau sqlite:///register.db.",
    "nodialect://u:rahasia@h/x": "penggerak basis data nodialect belum terpasang atau namanya salah. "
    "Pasang penggeraknya, misalnya `pip install psycopg` untuk postgresql+psycopg, lalu jalankan lagi.",
    "sqlite:////tidak/ada.db": "berkas basis data /tidak/ada.db tidak ada. Periksa `url`.",
    "postgresql://u:${TIDAK_ADA}@h/x": "`url` menyebut ${TIDAK_ADA}, tetapi variabel lingkungan itu "
    "tidak ada. Isi dahulu, lalu jalankan lagi.",
}


@pytest.mark.parametrize("url", URL_ERRORS)
def test_a_wrong_address_is_said_without_its_password(tmp_path, url):
    pytest.importorskip("sqlalchemy", reason="the extra for databases is not installed")
    study = make_study(tmp_path, {})
    text = f"{study.path.read_text()}[source.a]\nurl = '{url}'\ntable = 'x'\n"
    study.path.write_text(text)
    (error,) = read_inbox(study.inbox_folder, recipes=read_study(study.path).recipes).refused
    assert error.text("id") == f"study.toml, [source.a]: {URL_ERRORS[url]}"


def test_without_sqlalchemy_the_message_says_how_to_get_it(register, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    (error,) = read_register(register, table="lapor").refused
    assert error.text("id") == (
        "study.toml, [source.register]: untuk membaca basis data diperlukan SQLAlchemy. Pasang "
        "dengan `pip install sqlalchemy`, lalu jalankan lagi."
    )


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("files = '*'\nurl = 'sqlite:///a.db'\ntable = 'x'", "study.files_or_url"),
        ("sheet = 'x'", "study.files_or_url"),
        ("url = 'sqlite:///a.db'", "study.table_or_query"),
        ("url = 'sqlite:///a.db'\ntable = 'x'\nquery = 'select 1'", "study.table_or_query"),
        ("files = '*'\ntable = 'x'", "study.table_or_query"),
    ],
)
def test_a_recipe_is_for_files_or_for_one_table_or_query(tmp_path, settings, key):
    study = make_study(tmp_path, {})
    study.path.write_text(f"{study.path.read_text()}[source.a]\n{settings}\n")
    with pytest.raises(InsidenError) as error:
        read_study(study.path)
    assert error.value.key == key


def test_a_file_is_called_the_same_in_a_check_and_in_the_whole_inbox(tmp_path, capsys):
    study = make_study(tmp_path, {})
    (study.inbox_folder / "2024").mkdir()
    path = write_csv(study.inbox_folder / "2024" / "Juli.csv", ROWS)
    for named in (path, path.parent, study.inbox_folder):
        assert main(["check", str(named), "--study", str(study.path)]) == 0
        assert capsys.readouterr().out.startswith("2024/Juli.csv:")


def test_a_database_is_left_alone_when_files_are_named(register):
    path = write_csv(register.folder / "a.csv", ROWS)
    study = register.path.with_name("lain.toml")
    read_register(register, table="lapor")
    intake = read_inbox([path], recipes=read_study(study).recipes)
    assert intake.files["file"].tolist() == ["a.csv"]
    assert list(register.inbox_folder.iterdir()) == []
