"""The readers against the office's own texts: nothing read wrongly, nearly everything read."""

import csv
import json
import subprocess
import sys
import time
from collections import Counter

import pytest

from analysis.text.__main__ import READERS
from tests.text.scoring import outcome

KINDS = ("months", "places", "missing", "numbers", "categories", "status", "headers")
WANTED = 0.97  # of the texts with a definite meaning, over all kinds
WANTED_OF_A_KIND = 0.95


def cases(shared, kind):
    with (shared / "cases" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return [(row["raw"], row["meaning"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def answers(shared, root):
    """Every text of every kind, read by the command as a user runs it."""
    found = {}
    for kind in KINDS:
        rows = cases(shared, kind)
        lines = "\n".join(json.dumps(raw) for raw, _ in rows)
        run = subprocess.run(
            [sys.executable, "-m", "analysis.text", kind],
            input=lines.encode(),
            capture_output=True,
            cwd=root,
            check=True,
        )
        read = [json.loads(line) for line in run.stdout.decode().splitlines()]
        found[kind] = [(*row, answer) for row, answer in zip(rows, read, strict=True)]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_case_is_read_wrongly_and_nearly_all_are_read(answers, kind):
    outcomes = [
        (outcome(meaning, answer["value"]), raw, meaning, answer["value"])
        for raw, meaning, answer in answers[kind]
    ]
    score = Counter(name for name, *_ in outcomes)
    definite = score["read"] + score["missed"]
    print(f"{kind}: {dict(score)}, {score['read'] / definite:.1%} of the definite read")
    assert [case for case in outcomes if case[0] == "read wrongly"] == []
    missed = [raw for name, raw, *_ in outcomes if name == "missed"]
    assert score["read"] / definite >= WANTED_OF_A_KIND, missed


def test_nearly_all_definite_texts_of_all_kinds_are_read(answers):
    outcomes = [outcome(case[1], case[2]["value"]) for kind in KINDS for case in answers[kind]]
    assert outcomes.count("read") / (outcomes.count("read") + outcomes.count("missed")) >= WANTED


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_repeats_its_text_and_says_why_there_is_no_value(answers, kind):
    for raw, _, answer in answers[kind]:
        assert list(answer) == ["raw", "value", "why"]
        assert answer["raw"] == raw
        assert answer["value"] is not None or answer["why"]


def test_all_cases_are_read_within_a_second(shared):
    made = {kind: make() for kind, make in READERS.items()}
    texts = [(made[kind], raw) for kind in KINDS for raw, _ in cases(shared, kind)]
    start = time.process_time()  # of this program; others may use the machine meanwhile
    for read, raw in texts:
        read(raw)
    assert time.process_time() - start < 1
