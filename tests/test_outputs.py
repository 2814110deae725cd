"""Results appear whole or not at all, and nobody's own files are lost."""

import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import outputs
from analysis.outputs import claimed_folder, read_manifest, staged_folder, write_manifest
from analysis.words.messages import InsidenError


def write(out, text):
    with staged_folder(out) as stage:
        (stage / "briefing.pdf").write_text(text, encoding="utf-8")
        write_manifest(stage, {"study": "study.toml"})


def leftovers(out):
    return [path.name for path in out.parent.iterdir() if path.name != out.name]


def test_a_folder_takes_its_place_whole(tmp_path):
    out = tmp_path / "hasil kerja"
    write(out, "one")
    write(out, "two")
    assert (out / "briefing.pdf").read_text(encoding="utf-8") == "two"
    assert [entry["file"] for entry in read_manifest(out)["outputs"]] == ["briefing.pdf"]
    assert leftovers(out) == []


def test_a_run_that_fails_leaves_the_old_results(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    with pytest.raises(ZeroDivisionError), staged_folder(out) as stage:
        (stage / "briefing.pdf").write_text("half", encoding="utf-8")
        raise ZeroDivisionError
    assert (out / "briefing.pdf").read_text(encoding="utf-8") == "one"
    assert leftovers(out) == []


def test_an_analysts_own_file_in_the_folder_is_kept(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    (out / "catatan saya.txt").write_text("penting", encoding="utf-8")
    write(out, "two")
    assert (out / "catatan saya.txt").read_text(encoding="utf-8") == "penting"


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    out = tmp_path / "Documents"
    out.mkdir()
    (out / "skripsi.docx").write_text("x", encoding="utf-8")
    with pytest.raises(InsidenError) as error:
        write(out, "one")
    assert error.value.key == "outputs.not_ours"
    assert [path.name for path in out.iterdir()] == ["skripsi.docx"]


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    out = tmp_path / "outputs"
    out.write_text("a file", encoding="utf-8")
    with pytest.raises(InsidenError):
        write(out, "one")
    assert out.read_text(encoding="utf-8") == "a file"


def test_an_analysts_folders_and_links_are_kept(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    (out / "arsip" / "2023").mkdir(parents=True)
    (out / "arsip" / "surat.txt").write_text("penting", encoding="utf-8")
    (out / "pintasan").symlink_to(tmp_path)
    write(out, "two")
    assert (out / "arsip" / "2023").is_dir()
    assert (out / "arsip" / "surat.txt").read_text(encoding="utf-8") == "penting"
    assert (out / "pintasan").is_symlink()
    assert leftovers(out) == []


def test_an_own_file_under_the_name_of_a_result_is_never_overwritten(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    (out / "baru.csv").write_text("milik saya", encoding="utf-8")
    with pytest.raises(InsidenError) as error, staged_folder(out) as stage:
        (stage / "baru.csv").write_text("dari program", encoding="utf-8")
        write_manifest(stage, {})
    assert error.value.text("id") == (
        f"{out / 'baru.csv'} bukan buatan program ini, tetapi namanya sama dengan berkas hasil yang "
        "baru. Ganti nama atau pindahkan, lalu jalankan lagi. Hasil lama tetap seperti semula."
    )
    assert (out / "baru.csv").read_text(encoding="utf-8") == "milik saya"
    assert (out / "briefing.pdf").read_text(encoding="utf-8") == "one"


def test_a_link_to_the_folder_stays_a_link(tmp_path):
    real, out = tmp_path / "di cakram lain" / "hasil", tmp_path / "outputs"
    real.mkdir(parents=True)
    out.symlink_to(real)
    for text in ("one", "two"):
        with claimed_folder(out):
            write(out, text)
        assert out.is_symlink() and (real / "briefing.pdf").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("swaps", [True, False])
def test_the_folder_changes_hands_with_and_without_a_swap(tmp_path, monkeypatch, swaps):
    if not swaps:
        monkeypatch.setattr(outputs, "_exchange", lambda *_: False)
    out = tmp_path / "outputs"
    for text in ("one", "two"):
        write(out, text)
        assert (out / "briefing.pdf").read_text(encoding="utf-8") == text
        assert leftovers(out) == []


def test_a_result_that_is_open_elsewhere_is_said(tmp_path, monkeypatch):
    out = tmp_path / "outputs"
    write(out, "one")
    monkeypatch.setattr(outputs, "_exchange", lambda *_: False)
    rename = Path.rename

    def refuse(self, target):  # as Windows does while Acrobat shows the briefing
        if self == out:
            raise PermissionError(errno.EACCES, "used by another process")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InsidenError) as error:
        write(out, "two")
    assert error.value.text("id") == (
        f"Folder {out} sedang dipakai program lain (misalnya briefing.pdf masih terbuka). Tutup, "
        "lalu jalankan lagi. Hasil lama tetap seperti semula."
    )
    assert (out / "briefing.pdf").read_text(encoding="utf-8") == "one"
    assert leftovers(out) == []


def test_two_runs_at_once_on_one_folder(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    with claimed_folder(out):
        done = claim_elsewhere(out)
        assert done.stdout == ""
        assert done.stderr.startswith(f"Folder {out} sedang dipakai oleh insiden lain (komputer ")
        assert f"proses {os.getpid()}, mulai 20" in done.stderr
        assert "Tunggu sampai selesai, lalu jalankan lagi." in done.stderr
    assert claim_elsewhere(out).stdout == "held\n"
    assert leftovers(out) == []


CLAIM = """
import sys
from pathlib import Path
from analysis.outputs import claimed_folder
from analysis.words.messages import InsidenError
try:
    with claimed_folder(Path(sys.argv[1])):
        print("held")
except InsidenError as error:
    print(error, file=sys.stderr)
"""


def claim_elsewhere(out):
    command = [sys.executable, "-c", CLAIM, str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_what_a_dead_run_left_is_told_and_cleared(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    here = {"pid": 4711, "host": platform.node(), "start": "2024-08-01 11:40"}
    (tmp_path / ".outputs.lock").write_text(json.dumps(here), encoding="utf-8")
    (tmp_path / ".outputs.partial-abcd1234").mkdir()
    (tmp_path / ".outputs.partial-abcd1234" / "briefing.pdf").write_text("half", encoding="utf-8")
    (tmp_path / ".outputs.partial-catatan saya").mkdir()  # no name that a run gives
    (tmp_path / ".lain.partial-abcd1234").mkdir()
    told = []
    with claimed_folder(out, tell=told.append):
        write(out, "two")
    assert [note.text("id") for note in told] == [
        "Jalan sebelumnya (proses 4711, mulai 2024-08-01 11:40) terputus; sisanya sudah dibersihkan."
    ]
    assert sorted(leftovers(out)) == [".lain.partial-abcd1234", ".outputs.partial-catatan saya"]


def test_a_lock_of_another_computer_is_never_taken_over(tmp_path):
    out = tmp_path / "outputs"
    there = {"pid": 4711, "host": "KOMINFO-02", "start": "2024-08-01 11:40"}
    lock = tmp_path / ".outputs.lock"
    lock.write_text(json.dumps(there), encoding="utf-8")
    with pytest.raises(InsidenError) as error, claimed_folder(out):
        pass
    assert error.value.text("id") == (
        f"Folder {out} dikunci dari komputer KOMINFO-02 (proses 4711, mulai 2024-08-01 11:40); dari "
        f"sini tidak terlihat apakah prosesnya masih berjalan. Bila sudah berhenti, hapus {lock}, "
        "lalu jalankan lagi. Tidak ada yang ditulis."
    )
    assert json.loads(lock.read_text(encoding="utf-8")) == there and not out.exists()


def test_old_results_that_were_moved_aside_come_back(tmp_path):
    out = tmp_path / "outputs"
    write(out, "one")
    aside = tmp_path / ".outputs.old-abcd1234"
    aside.mkdir()
    out.rename(aside / "old")  # a run was killed here, on a system that cannot swap
    with pytest.raises(ZeroDivisionError), claimed_folder(out):
        raise ZeroDivisionError
    assert (out / "briefing.pdf").read_text(encoding="utf-8") == "one"
    assert leftovers(out) == []


def test_a_folder_that_cannot_be_written_is_said_before_any_work(tmp_path):
    (tmp_path / "berkas").write_text("x", encoding="utf-8")
    out = tmp_path / "berkas" / "outputs"
    with pytest.raises(InsidenError) as error, claimed_folder(out):
        raise AssertionError("work began")
    assert error.value.text("id") == (
        f"Tidak dapat menulis ke folder {tmp_path / 'berkas'}: di tempat folder itu ada berkas. "
        "Pilih folder lain dengan --out."
    )


def test_a_run_that_fails_takes_its_new_folders_along(tmp_path):
    with pytest.raises(ZeroDivisionError), claimed_folder(tmp_path / "a" / "b" / "outputs"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
