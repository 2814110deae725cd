"""From the files in the inbox to the briefing: whole process and parts, against a floor and a peer.

    python benchmarks/brief.py [RUNS]

Floor: the interpreter importing what any such program needs and reading the same files' bytes.
Peer: pandas reading every sheet of the same files into tables, with nothing understood.
Prints medians and ratios; ratios travel between machines, seconds do not.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
INBOX = ROOT / "data" / "inbox"
FLOOR = """
import pandas, matplotlib.figure, geopandas, duckdb, scipy.stats, typst
from pathlib import Path
[path.read_bytes() for path in Path(r"{inbox}").iterdir()]
"""
PEER = """
import pandas as pd
from pathlib import Path
for path in sorted(Path(r"{inbox}").iterdir()):
    if path.suffix == ".csv":
        pd.read_csv(path, sep=";", encoding="cp1252", header=None, names=range(20), dtype=str)
    else:
        pd.read_excel(path, sheet_name=None, header=None, engine="calamine")
"""


def timed(command: list[str], *, worst: int = 0) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode > worst:
        sys.exit(done.stderr)
    return time.perf_counter() - started, done.stdout


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    python = sys.executable
    seconds: dict[str, list[float]] = {"floor": [], "peer": [], "brief": []}
    parts: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        brief = [python, "-m", "analysis", "brief", "--quiet", "--json", "--out", f"{folder}/out"]
        # interleaved, so that a busy moment of the machine falls on all three
        for _ in range(runs):
            for name, code in (("floor", FLOOR), ("peer", PEER)):
                seconds[name].append(timed([python, "-c", code.format(inbox=INBOX)])[0])
            took, said = timed(brief, worst=1)  # 1: some cells await a decision
            seconds["brief"].append(took)
            for part, value in json.loads(said)["seconds"].items():
                parts.setdefault(part, []).append(value)
    floor = statistics.median(seconds["floor"])
    for name, values in seconds.items():
        middle = statistics.median(values)
        spread = f"{min(values):6.2f} to {max(values):6.2f}"
        print(f"{name:8} {middle:6.2f} s  ({spread})  {middle / floor:5.1f} x floor")
    for name, values in parts.items():
        print(f"  {name:10} {statistics.median(values):6.2f} s")


if __name__ == "__main__":
    main()
