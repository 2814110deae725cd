"""Feed the readers of texts with anything, guided by coverage, and stop at the first fault.

    pip install atheris              # in a throw-away environment that also has this package
    python benchmarks/fuzz_texts.py -max_total_time=600

Not part of the test run. A fault is an exception, an answer that is neither a value nor a reason, an
answer that changes from one call to the next or with blanks around the text, or a text that takes
longer than a fifth of a second. libFuzzer prints the text and keeps it in a crash-… file; a fault
that is mended leaves its text in ``tests/cases``. Further arguments go to libFuzzer.
"""

import csv
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["analysis.text"]):
    from analysis.text.__main__ import READERS

    MADE = [make() for make in READERS.values()]  # here, for a reader imports its own modules
    for read in MADE:
        read("gabung Labuan")  # tables are loaded with the first text

ROOT = Path(__file__).parents[1]
SLOW = 0.2  # seconds of this process for one text
VOCABULARY = ROOT / "analysis" / "text" / "vocabulary"


def check(data: bytes) -> None:
    """The first byte chooses the reader, the others are the text, broken characters included."""
    if not data:
        return
    read = MADE[data[0] % len(MADE)]
    text = data[1:].decode("utf-8", "surrogateescape")
    start = time.process_time()
    reading = read(text)
    assert time.process_time() - start < SLOW, f"slow: {text!r}"
    assert reading.value is not None or reading.why, text
    assert read(text) == reading, text
    assert read(f"\u00a0{text}\u200b ") == reading, text


def seeds(folder: Path) -> None:
    """Write the cases and the words of the vocabularies as first inputs, each for one reader."""
    paths = [*(ROOT / "tests" / "cases").glob("*.csv"), *VOCABULARY.glob("*.csv")]
    number = 0
    for path in sorted(paths):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                reader = number % len(MADE)
                (folder / str(number)).write_bytes(bytes([reader]) + row[0].encode())
                number += 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        seeds(Path(corpus))
        atheris.Setup([*sys.argv, "-max_len=160", "-timeout=10", corpus], check)
        atheris.Fuzz()
