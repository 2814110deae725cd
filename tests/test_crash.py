"""A run that is cut off, at any moment: the inputs untouched, the results old or new, nothing else."""

import os
import subprocess
import sys

import pytest

from analysis.cli import main
from analysis.outputs import claimed_folder, read_manifest, sha256, staged_folder, write_manifest
from tests.studies import make_study

SHEET = [
    ["KABUPATEN PANDEGLANG"],
    ["Kecamatan", "Jan-24", "Feb-24"],
    ["Labuan", 12, 9],
    ["Carita", 3, "NIHIL"],
]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals of POSIX")


def whole(folder):
    """The manifest of a folder of results in which every file is as the manifest says."""
    manifest = read_manifest(folder)
    listed = {entry["file"]: entry["sha256"] for entry in manifest["outputs"]}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    files = {name: sha256(path) for name, path in there.items() if path.is_file()}
    files.pop("manifest.json")
    assert files == listed
    return manifest


# Runs the real command in a fork at a time and kills it after a random while. What is computed
# before anything is written is computed once, except for every sixth run, which does it all.
KILLER = """
import contextlib, os, random, signal, sys, time
from dataclasses import replace
from pathlib import Path
from analysis import cli, run
from analysis.study import read_study
study, out, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
dice = random.Random(20241101)
steps = {name: getattr(run, name) for name in ("prepare", "find", "draw")}
known = {}

def once(name):
    def step(first, *rest, **options):
        key = name, getattr(first, "study", first).language, str(options)
        if key not in known:
            known[key] = steps[name](first, *rest, **options)
        return known[key]
    return step

def start(lang, whole):
    number = os.fork()
    if number:
        return number
    with contextlib.suppress(BaseException), open(os.devnull, "w") as null:
        sys.stdout = sys.stderr = null
        for name in steps:
            setattr(run, name, steps[name] if whole else once(name))
        cli.main(["brief", "--study", study, "--out", out, "--quiet", "--lang", lang])
    os._exit(0)

quiet = run.Progress("id", quiet=True)
plain = read_study(Path(study))
for lang in ("id", "en"):
    desk = once("prepare")(replace(plain, language=lang), quiet)
    findings = once("find")(desk)
    once("draw")(findings), once("draw")(findings, inside=True)
seconds = {}
for whole in (True, False):
    began = time.perf_counter()
    os.waitpid(start("id", whole), 0)
    seconds[whole] = time.perf_counter() - began
for number in range(rounds):
    whole = number % 6 == 5
    child = start(["en", "id"][number % 2], whole)
    time.sleep(dice.uniform(0, 1.15) * seconds[whole])
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(number, flush=True)
    if not sys.stdin.readline():  # the test looks at what is left
        break
"""


def test_kill_9_at_fifty_random_moments_leaves_old_or_new(tmp_path):
    study = make_study(tmp_path, {"a.xlsx": SHEET}, months_per_count=1, comparators=["rest"])
    before = {path: path.read_bytes() for path in study.inbox_folder.iterdir()}
    out = tmp_path / "hasil"
    rounds = 50
    command = [sys.executable, "-c", KILLER, str(study.path), str(out), str(rounds)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as killer:
        for _ in range(rounds):
            assert killer.stdout.readline()
            assert whole(out)["language"] in ("id", "en")
            assert {path: path.read_bytes() for path in study.inbox_folder.iterdir()} == before
            rest = {path.name for path in tmp_path.iterdir()} - {"inbox", "study.toml", "hasil"}
            assert all(name.startswith(".hasil.") for name in rest)
            killer.stdin.write("\n")
    assert killer.returncode == 0
    command = ["brief", "--study", str(study.path), "--out", str(out), "--quiet", "--lang", "en"]
    assert main(command) == 0
    assert whole(out)["language"] == "en"
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "study.toml", "hasil"}


# Replaces results in a fork at a time; something happens at the n-th call that touches a file.
STEPS = """
import os, signal, sys
from pathlib import Path
from analysis import outputs
out, what, swaps = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "swap"
CALLS = ("os.mkdir", "os.rename", "os.link", "os.chmod", "os.truncate")
DELETIONS = ("os.remove", "os.rmdir")
calls, stop = -10**9, 0

def watch(event, arguments):
    global calls
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (1 | 2 | 64)
    if writes or event in CALLS or (what == "kill" and (event in DELETIONS or event == "open")):
        calls += 1
        if calls == stop and what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif calls == stop:
            raise OSError(28, "No space left on device")

def run():
    global calls
    calls = 0
    try:
        with outputs.claimed_folder(out), outputs.staged_folder(out) as stage:
            for name in ("briefing.pdf", "figures/trend.svg", "figures/map.svg"):
                (stage / name).parent.mkdir(exist_ok=True)
                (stage / name).write_text(f"new {stop}")
            outputs.write_manifest(stage, {"language": f"new {stop}"})
        said = "done" if calls >= stop else "no such step"
    except outputs.InsidenError as error:
        said = str(error)
    calls = -10**9
    print(said, flush=True)
    os._exit(0 if said == "done" else 2)

if not swaps:
    outputs._exchange = lambda *_: False
sys.addaudithook(watch)
for stop in range(1, 1000):
    child = os.fork() or run()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == -9:
        print("killed", flush=True)
    if not sys.stdin.readline():
        break
"""


def every_step(out, what, swaps):
    """Yield what the run said for a fault at each of its steps, until one step is none of them."""
    with staged_folder(out) as stage:
        (stage / "briefing.pdf").write_text("old", encoding="utf-8")
        write_manifest(stage, {"language": "old"})
    (out / "catatan.txt").write_text("milik analis", encoding="utf-8")
    command = [sys.executable, "-c", STEPS, str(out), what, swaps]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as driver:
        for step in range(1, 1000):
            said = driver.stdout.readline().strip()
            if said == "no such step":
                break
            yield step, said
            driver.stdin.write("\n")
        driver.kill()


def whole_beside_notes(out):
    assert (out / "catatan.txt").read_text(encoding="utf-8") == "milik analis"
    (out / "catatan.txt").rename(out.parent / "catatan.txt")
    try:
        return whole(out)["language"]
    finally:
        (out.parent / "catatan.txt").rename(out / "catatan.txt")


@pytest.mark.parametrize("swaps", ["swap", "two steps"])
def test_kill_9_at_every_step_of_the_replacement(tmp_path, swaps):
    out = tmp_path / "hasil"
    before, kills = "old", 0
    for step, said in every_step(out, "kill", swaps):
        assert said == "killed"
        kills += 1
        if swaps == "two steps" and not out.exists():
            assert list(tmp_path.glob(".hasil.old-*/old/manifest.json"))
        else:
            assert whole_beside_notes(out) in (before, f"new {step}")
        with claimed_folder(out):  # the next run
            pass
        assert [path.name for path in tmp_path.iterdir()] == ["hasil"]
        before = whole_beside_notes(out)
    assert kills > 20


def messages(out):
    return (
        f"Tidak dapat menulis ke folder {out.parent}: cakram penuh. Pilih folder lain dengan --out.",
        f"Hasil tidak jadi ditulis ke {out}: cakram penuh. Hasil lama tetap seperti semula.",
    )


@pytest.mark.parametrize("swaps", ["swap", "two steps"])
def test_a_full_disk_at_every_write_leaves_the_old_results(tmp_path, swaps):
    out = tmp_path / "hasil"
    before, faults = "old", 0
    for step, said in every_step(out, "full", swaps):
        if (
            said == "done"
        ):  # the fault did no harm: a folder was there already, a link became a copy
            before = f"new {step}"
        else:
            faults += 1
            assert said in messages(out)
        assert whole_beside_notes(out) == before
        assert [path.name for path in tmp_path.iterdir()] == ["hasil"]
    assert faults > 8


@pytest.mark.parametrize("limit", [100, 5_000, 40_000])
def test_a_disk_that_fills_up_in_the_middle_of_a_file(tmp_path, capsys, limit):
    resource = pytest.importorskip("resource")
    study = make_study(tmp_path, {"a.xlsx": SHEET}, comparators=["rest"])
    out = tmp_path / "hasil"
    with staged_folder(out) as stage:
        (stage / "briefing.pdf").write_text("old", encoding="utf-8")
        write_manifest(stage, {"language": "old"})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    capsys.readouterr()
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        status = main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = capsys.readouterr()
    wanted = f"Hasil tidak jadi ditulis ke {out}: cakram penuh. Hasil lama tetap seperti semula.\n"
    assert (status, said.out, said.err) == (2, "", wanted)
    assert whole(out)["language"] == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "study.toml", "hasil"}


def test_ctrl_c_leaves_the_old_results(tmp_path, capsys, monkeypatch):
    study = make_study(tmp_path, {"a.xlsx": SHEET}, comparators=["rest"])
    out = tmp_path / "hasil"
    with staged_folder(out) as stage:
        write_manifest(stage, {"language": "old"})

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.run.write_package", stop)
    assert main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"]) == 2
    assert capsys.readouterr().err == "Dihentikan. Tidak ada yang ditulis.\n"
    assert whole(out)["language"] == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "study.toml", "hasil"}
