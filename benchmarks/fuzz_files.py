"""Feed the read room with good files that were damaged somewhere, and stop at the first fault.

    pip install atheris              # in a throw-away environment that also has this package
    python benchmarks/fuzz_files.py -max_total_time=300

Not part of the test run. Of a zip the bytes of one member are damaged, for the zip itself notices
damage; a text is damaged as it stands. A fault is any exception: a file is read, or refused by name.
Further arguments go to libFuzzer, which keeps what it found in a crash-… file.
"""

import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))
with atheris.instrument_imports(include=["analysis.read", "analysis.text"]):
    from analysis.read.intake import read_inbox
    from analysis.words.messages import InsidenError
    from tests.read.making import Merged, write_csv, write_ods, write_xlsx

EDITS = 6  # at most, in one file
ROWS = [
    ["REKAPITULASI KABUPATEN LEBAK TAHUN 2024"],
    ["No", "Kecamatan", Merged("Triwulan I", 2), None, None, "Jumlah", "Ket."],
    [None, None, "Jan", "Feb", "Mar", None, None],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    [1, "Malingping", 2, "NIHIL", "1.234", 1236, "ok"],
    [2, "Kec. Wanasalam", "-", 1.5, "5*", None, 45474],
    [None, "Jumlah", 2, 0, 1239, 1241, None],
    ["Rangkasbitung, 2 Juli 2024"],
]
LINES = [["Tanggal", "Kecamatan", "Kategori"], ["13/04/2024", "Labuan", "Judi"], [45474, "Menes"]]


def good_files(folder: Path) -> list[tuple[str, bytes]]:
    """Name and bytes of small files of every kind."""
    made = [write_xlsx(folder / "a.xlsx", {"2024": ROWS, "Register": LINES})]
    made += [write_ods(folder / "b.ods", {"2024": ROWS, "Register": LINES})]
    made += [write_csv(folder / "c.csv", ROWS), write_csv(folder / "d.csv", LINES, delimiter=",")]
    made += [write_csv(folder / "e.csv", ROWS, encoding="utf-16")]
    return [(path.name, path.read_bytes()) for path in made]


def damaged(content: bytes, data: atheris.FuzzedDataProvider) -> bytes:
    """Replace, insert and take away some bytes."""
    for _ in range(data.ConsumeIntInRange(1, EDITS)):
        place = data.ConsumeIntInRange(0, len(content))
        taken, put = data.ConsumeIntInRange(0, 40), data.ConsumeBytes(data.ConsumeIntInRange(0, 8))
        content = content[:place] + put + content[place + taken :]
    return content


def damaged_member(content: bytes, data: atheris.FuzzedDataProvider) -> bytes:
    """Damage one member of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.PickValueInList(list(members))
    members[name] = damaged(members[name], data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, value in members.items():
            archive.writestr(member, value)
    return packed.getvalue()


def check(raw: bytes) -> None:
    """Damage one good file and read it as an inbox of its own."""
    data = atheris.FuzzedDataProvider(raw)
    name, content = data.PickValueInList(GOOD)
    is_zip = content.startswith(b"PK")
    path = INBOX / name
    path.write_bytes((damaged_member if is_zip else damaged)(content, data))
    try:
        read_inbox(INBOX)
    except InsidenError as error:
        assert all(error.text(lang) for lang in ("id", "en"))
    finally:
        path.unlink()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as inbox:
        GOOD, INBOX = good_files(Path(made)), Path(inbox)
        atheris.Setup([*sys.argv, "-max_len=200", "-timeout=20"], check)
        atheris.Fuzz()
