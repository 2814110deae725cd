"""The command that reads one text a line: what comes out, and what a wrong call says."""

import json
import os
import subprocess
import sys

import pytest


def run(root, *arguments, text=b"", **settings):
    return subprocess.run(
        [sys.executable, "-m", "analysis.text", *arguments],
        input=text,
        capture_output=True,
        cwd=settings.pop("cwd", root),
        env={**os.environ, "PYTHONPATH": str(root), **settings},
        check=False,
    )


def test_one_answer_a_line_in_utf8_whatever_the_locale(root):
    texts = ["Peb-22", "12¹", "Ju\u2028li", "\ufeff", "JUN I", 'a "b"\\']
    lines = "\n".join(json.dumps(text, ensure_ascii=False) for text in texts)
    done = run(root, "months", text=lines.encode(), LC_ALL="C", PYTHONIOENCODING="ascii")
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    assert done.returncode == 0
    assert [answer["raw"] for answer in answers] == texts
    assert answers[0] == {"raw": "Peb-22", "value": "2022-02", "why": ""}
    assert "12¹".encode() in done.stdout


def test_windows_line_ends_a_byte_order_mark_and_half_a_character_are_read(root):
    done = run(root, "missing", text=b'\xef\xbb\xbf"NIHIL"\r\n"\\ud800"\r\n')
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["value"] == "ZERO_REPORTED"
    assert second["raw"] == "\ud800"


@pytest.mark.parametrize(
    "line", [b"Juli", b"5", b'["Juli"]', b"null", b'"Juli', b"", b"\xff", b"[" * 100_000]
)
def test_a_line_that_is_no_text_stops_with_its_number(root, line):
    done = run(root, "months", text=b'"Juli"\n' + line + b'\n"Mei"\n')
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.decode().startswith("Masukan baris 2: bukan satu teks JSON.")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [(), ("bulan",), ("months", "places")])
def test_an_unknown_kind_names_the_known_ones(root, arguments):
    done = run(root, *arguments)
    assert done.returncode == 2
    assert "months, places, missing, numbers, categories, status, headers" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_the_gazetteer_is_found_from_below_and_from_elsewhere(root, tmp_path):
    for folder in (root / "tests" / "text", tmp_path):
        done = run(root, "places", text=b'"Kec. Labuan"\n', cwd=folder)
        assert json.loads(done.stdout)["value"] == "36.01.12"


def test_a_study_brings_its_own_gazetteer(root, tmp_path):
    reference = tmp_path / "data" / "reference"
    reference.mkdir(parents=True)
    (reference / "areas.csv").write_text(
        "code,name,level,parent,bps_code,name_bps,lon,lat\nE09,Camden,borough,,,,,\n", "utf-8"
    )
    done = run(root, "places", text=b'"Camden"\n', cwd=tmp_path)
    assert json.loads(done.stdout)["value"] == "E09"


def test_a_value_reported_elsewhere_names_the_area_or_asks(root):
    done = run(root, "missing", text=b'"gabung dgn Labuan"\n"gabung Serang"\n')
    known, twice = [json.loads(line) for line in done.stdout.splitlines()]
    assert known["value"] == "MERGED_WITH:36.01.12"
    assert twice["value"] is None
    assert twice["why"]


def test_months_start_fast_because_nothing_heavy_is_loaded(root):
    code = "import sys, analysis.text.__main__ as m; m.READERS['months'](); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, check=True)
    assert done.stdout.strip() == b"False"
