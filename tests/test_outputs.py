"""Results appear whole or not at all, and nobody's own files are lost."""

import pytest

from analysis.outputs import read_manifest, staged_folder, write_manifest
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
