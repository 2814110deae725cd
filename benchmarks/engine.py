"""A list of a million reports: checked whole, against a plain DuckDB count(*) as the floor.

    python benchmarks/engine.py [ROWS] [RUNS]

Floor: DuckDB parsing every column of the same CSV and counting its rows. Peer: DuckDB grouping the
texts as they stand, with nothing understood. Prints medians of CPU seconds and of the peak memory
of each process, and ratios to the floor; ratios travel between machines, seconds do not.
"""

import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
KINDS = ("Judi online", "Prostitusi online", "Pornografi", "Hoaks")
STATES = ("Diterima", "Terverifikasi", "Diteruskan ke Komdigi", "Diblokir", "Belum ada balasan")
FIRST_DAY, DAYS = dt.date(2020, 1, 1), 1800
FLOOR = "import duckdb; duckdb.sql(\"select count(*) from read_csv('{path}', all_varchar=true)\").fetchall()"
PEER = (
    'import duckdb; duckdb.sql("select Kabupaten, Kecamatan, \\"Tanggal Laporan\\"[4:], Kategori,'
    " count(*) from read_csv('{path}', all_varchar=true) group by all\").df()"
)


def write_list(path: Path, rows: int) -> None:
    """Write a list of simulated reports of the districts of the shipped gazetteer."""
    areas = pd.read_csv(ROOT / "data" / "reference" / "areas.csv", dtype=str)
    names = dict(zip(areas["code"], areas["name"], strict=True))
    districts = areas[areas["level"] == "kecamatan"]
    places = list(zip(districts["parent"].map(names), districts["name"], strict=True))
    chance = random.Random(7)
    days = [f"{FIRST_DAY + dt.timedelta(days=day):%d/%m/%Y}" for day in range(DAYS)]
    with path.open("w", encoding="utf-8") as file:
        file.write("No;Tanggal Laporan;Kabupaten;Kecamatan;Kategori;Status\n")
        for number in range(1, rows + 1):
            regency, district = chance.choice(places)
            told = (chance.choice(days), regency, district, chance.choice(KINDS))
            file.write(f"{number};{';'.join(told)};{chance.choice(STATES)}\n")


def measure(command: list[str]) -> tuple[float, float]:
    """Return CPU seconds and peak MiB of one process; 1 as its status is an open question."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) > 1:
        sys.exit(f"{command[:3]} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    found: dict[str, list[tuple[float, float]]] = {"floor": [], "peer": [], "check": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "daftar.csv"
        write_list(path, rows)
        commands = {
            "floor": [sys.executable, "-c", FLOOR.format(path=path)],
            "peer": [sys.executable, "-c", PEER.format(path=path)],
            "check": [sys.executable, "-m", "analysis", "check", str(path)],
        }
        # interleaved, so that a busy moment of the machine falls on all three
        for _ in range(runs):
            for name, command in commands.items():
                found[name].append(measure(command))
    floor = statistics.median(seconds for seconds, _ in found["floor"])
    print(f"{rows} rows")
    for name, measured in found.items():
        seconds, memory = (statistics.median(values) for values in zip(*measured, strict=True))
        print(f"{name:6} {seconds:7.2f} s CPU  {seconds / floor:6.1f} x floor  {memory:6.0f} MiB")


if __name__ == "__main__":
    main()
