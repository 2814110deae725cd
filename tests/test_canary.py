"""What must not leave a file does not: unread texts, secrets of a study; nothing is fetched or run.

A token that stands nowhere else is put everywhere in the received files that is not a count, a
place, a month or a category. Then everything is run, failures included, and every byte that was
written or printed is searched for it.
"""

import base64
import io
import os
import socket
import sqlite3
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from analysis.cli import main
from tests.studies import ROOT, make_study

TOKEN = "Qzvkantxwe"
MONTHS = ["Jan-24", "Feb-24", "Mar-24"]


def spoilt_workbook(path):
    """The token in unread columns, title, note, comment, hidden sheet and row, properties, name."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": TOKEN, "author": TOKEN, "comments": TOKEN, "company": TOKEN})
        book.set_custom_property("pembuat", TOKEN)
        book.define_name(f"{TOKEN}_area", "=Rekap!$A$1")
        sheet = book.add_worksheet("Rekap")
        rows = [
            [f"REKAP {TOKEN}"],
            ["KABUPATEN PANDEGLANG"],
            ["No", "Kecamatan", *MONTHS, "Petugas Lapangan", "Ket"],
            [1, "Labuan", 12, 9, 10, TOKEN, f"lihat {TOKEN}"],
            [2, "Carita", 3, "NIHIL", 4, TOKEN, TOKEN],
            [f"Sumber: {TOKEN}"],
            ["", "Mengetahui,", TOKEN],
            ["", TOKEN],
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_comment(3, 2, TOKEN, {"author": TOKEN})
        sheet.set_header(f"&C{TOKEN}")
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.write_url(8, 0, f"https://{TOKEN}.example", string=TOKEN)
        sheet.data_validation(4, 5, 4, 5, {"validate": "list", "source": [TOKEN]})
        hidden = book.add_worksheet("Lama")
        hidden.hide()
        hidden.write_row(0, 0, ["Kecamatan", "Jan-24", TOKEN])
        hidden.write_row(1, 0, ["Labuan", 5, TOKEN])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Rekap!$C$4:$C$5", "name": TOKEN})
        chart.set_title({"name": TOKEN})
        sheet.insert_chart("J2", chart)


def spoilt_files(inbox):
    """A good workbook full of the token, and one bad file for each way of failing."""
    spoilt_workbook(inbox / "rekap.xlsx")
    head = "Kecamatan;Jan-24;Feb-24\n"
    bad = {
        "nama.csv": f"Nama;Kecamatan;Jan-24\n{TOKEN};Labuan;1\n",
        "nik.csv": f"{head}Labuan;3601123456789012;{TOKEN}\n",
        "rumus.csv": f'{head}Labuan;"=HYPERLINK(""{TOKEN}"")";1\n',
        "kutip.csv": f'{head}"Labuan {TOKEN};1;2\n',
        "kutip dua.csv": f'{head}"a"{TOKEN};"b";1;2\nLabuan;1;2\nCarita;1;2\n',
        "lebar.csv": f"{head}Labuan;1;2;{TOKEN}\nCarita;1;2\nMenes;1;2\n",
        "biner.csv": f"{head}Labuan;1;\x00{TOKEN}\n",
        "dua.csv": f"{head}Labuan;1;é{TOKEN}\n".encode() + b"x;\xe9;1\n",
        "kosong.csv": f"{TOKEN};b\n1;2\n",
        "rusak.json": f'[{{"kecamatan": "{TOKEN}", ]',
        "lapis.json": f'[{{"kecamatan": {{"nama": "{TOKEN}"}}}}]',
        "salah.xlsx": f"<html>{TOKEN}",
        "gambar.xlsx": b"\x89PNG\r\n\x1a\n" + TOKEN.encode(),
        "surat.xlsx": f"%PDF-1.7 {TOKEN}",
        "rusak.xlsx": (inbox / "rekap.xlsx").read_bytes()[:-500],
    }
    for name, content in bad.items():
        (inbox / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return len(bad)


def dresses(token):
    """The token as it may hide: other encodings, base64, hexadecimal, reversed."""
    plain = token.encode()
    yield from (plain, token.lower().encode(), token.upper().encode(), token[::-1].encode())
    yield token.encode("utf-16-le")
    yield plain.hex().encode()
    yield from (base64.b64encode(b" " * shift + plain)[4:-4] for shift in range(3))


def hits(content, name="output"):
    """Where the token stands in some bytes, members of zips included."""
    found = [name for dress in dresses(TOKEN) if dress in content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                found += hits(archive.read(member), f"{name}/{member}")
    return found


def hits_below(folder):
    return [
        hit
        for path in folder.rglob("*")
        if path.is_file()
        for hit in hits(path.read_bytes(), path.name)
    ]


def test_the_search_finds_what_it_looks_for(tmp_path):
    (tmp_path / "a").write_bytes(b"x" + base64.b64encode(b"abc" + TOKEN.encode()))
    (tmp_path / "b").write_bytes(TOKEN.encode("utf-16"))
    with zipfile.ZipFile(tmp_path / "c", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("d", TOKEN)
    assert {hit.split("/")[0] for hit in hits_below(tmp_path)} == {"a", "b", "c"}


def test_no_unread_text_leaves_a_file(tmp_path, capfd, monkeypatch):
    study = make_study(tmp_path, {}, comparators=["rest"])
    number = spoilt_files(study.inbox_folder)
    out, temporary = tmp_path / "hasil", tmp_path / "sementara"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    options = ["--study", str(study.path)]
    files = [str(path) for path in sorted(study.inbox_folder.iterdir())]
    assert main(["check", *files, *options]) == 1
    assert main(["check", *files, *options, "--lang", "en"]) == 1
    assert main(["check", *files, *options, "--json"]) == 1
    assert main(["check", *files[:1], *options]) == 2
    assert main(["brief", *options, "--out", str(out)]) == 1
    said = "".join(capfd.readouterr())
    assert said.count("Berkas tidak dipakai") == 2 * number
    assert said.count("File not used") == number
    assert hits(said.encode()) == []
    assert hits_below(out) == []
    assert list(temporary.iterdir()) == []


def test_a_password_is_said_nowhere(tmp_path, capfd, monkeypatch):
    pytest.importorskip("sqlalchemy", reason="the extra for databases is not installed")
    monkeypatch.setenv("SANDI", TOKEN)
    database = tmp_path / "register.db"
    with sqlite3.connect(database) as connection:
        connection.execute("create table lapor (kecamatan text, bulan text, jumlah int)")
        connection.execute("insert into lapor values ('Labuan', 'Juli 2024', 12)")
    connection.close()
    good = {"url": f"sqlite:///{database}?sandi={TOKEN}", "table": "lapor"}
    bad = {
        "satu": {"url": f"postgresql://{TOKEN}:{TOKEN}@192.0.2.1/x", "table": "lapor"},
        "dua": {"url": "nodialect://u:${SANDI}@192.0.2.1/x", "table": "lapor"},
        "tiga": {"url": f"{TOKEN}", "table": "lapor"},
        "empat": {"url": f"sqlite:///tidak-ada.db?sandi={TOKEN}", "table": "lapor"},
        "lima": {
            "url": f"sqlite:///{database}?sandi={TOKEN}",
            "query": f"select {TOKEN} from lapor",
        },
        "enam": {"url": f"sqlite:///{database}?sandi={TOKEN}", "query": f"drop table x -- {TOKEN}"},
    }
    study = make_study(tmp_path, {}, comparators=["rest"], first_month="2024-01")
    lines = [study.path.read_text(encoding="utf-8")]
    for name, settings in {"register": good, **bad}.items():
        lines.append(f"[source.{name}]")
        lines += [f"{key} = '{value}'" for key, value in settings.items()]
    study.path.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study.path), "--out", str(out)]) == 1
    said = "".join(capfd.readouterr())
    assert all(f"source.{name}" in said or f"Sumber {name}" in said for name in bad)
    assert hits(said.encode()) == [] and hits_below(out) == []


# Blocks the network, the start of programs, and notes every file that is opened for writing.
WATCHED = """
import os, sys
written = []

def watch(event, arguments):
    if event.split(".")[0] in ("socket", "subprocess", "urllib", "ftplib", "http"):
        raise RuntimeError(f"{event} {arguments}")
    if event in ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile"):
        raise RuntimeError(f"{event} {arguments}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (1 | 2 | 64):
        written.append(str(arguments[0]))
    if event in ("os.mkdir", "os.rename", "os.symlink", "os.link"):
        written.append(str(arguments[0]))

sys.dont_write_bytecode = True
import analysis.cli, analysis.run, analysis.charts.maps
sys.addaudithook(watch)
status = analysis.cli.main(sys.argv[1:])
sys.stdout.write("".join(f"{path}\\n" for path in written))
raise SystemExit(status)
"""


def test_nothing_is_fetched_or_run_or_written_outside_out(tmp_path):
    study = make_study(tmp_path, {}, comparators=["rest"])
    spoilt_workbook(study.inbox_folder / "rekap.xlsx")
    with zipfile.ZipFile(study.inbox_folder / "rekap.xlsx", "a") as archive:
        archive.writestr("xl/vbaProject.bin", "Sub Auto_Open()")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    out = tmp_path / "hasil"
    command = [
        sys.executable,
        "-c",
        WATCHED,
        "brief",
        "--study",
        str(study.path),
        "--out",
        str(out),
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [*command, "--quiet"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    written = [line for line in done.stdout.splitlines() if line.startswith("/")]
    assert len(written) > 30
    beside = (f"{out}", f"{tmp_path}/.hasil.", os.devnull)
    outside = [path for path in written if not path.startswith(beside) and path != str(tmp_path)]
    assert outside == []
    notes = (out / "internal" / "notes.csv").read_text(encoding="utf-8-sig")
    assert "read.note_macros" in notes and "read.note_external_links" in notes


def test_no_address_is_looked_up_to_read_a_file(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    study = make_study(tmp_path, {})
    spoilt_workbook(study.inbox_folder / "rekap.xlsx")
    file = str(study.inbox_folder / "rekap.xlsx")
    assert main(["check", file, "--study", str(study.path), "--quiet"]) == 0
