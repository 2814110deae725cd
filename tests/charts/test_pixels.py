"""The same dots everywhere: what this computer draws is what every other one drew."""

import csv
from pathlib import Path

import pytest

from tests.charts.gallery import KINDS, digests

STORED = Path(__file__).with_name("pixels.csv")


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_has_the_dots_of_the_stored_one(kind):
    with STORED.open(encoding="utf-8", newline="") as file:
        stored = [tuple(row.values()) for row in csv.DictReader(file) if row["chart"] == kind]
    assert list(digests([kind])) == stored
