"""Intervals of many rates: against the floor, the gamma quantiles, and a peer, in one run.

    python benchmarks/rates.py [PYTHON]

Floor: copying the counts twice, which any answer must. Peer: PHStatsMethods ``ph_rate``, which
needs an environment of its own; PYTHON is the interpreter there (default: this one):

    python -m venv peer && peer/bin/pip install PHStatsMethods

The peer refuses counts of zero, so it gets counts from one up. Times are of the processor, so that
a busy machine does not count, and the best of several runs; ratios travel between machines,
seconds do not.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analysis.measure.funnel import find_funnel
from analysis.measure.intervals import POISSON, poisson_interval
from analysis.measure.ranking import rank_areas
from analysis.measure.rates import add_rates

CELLS, PEER_CELLS, SEED = 1_000_000, 18_600, 20240704
PEER = """
import sys, time
import pandas as pd
from PHStatsMethods import ph_rate
table = pd.read_csv(sys.argv[1])
started = time.process_time()
found = ph_rate(table, "incidents", "exposure")
print(time.process_time() - started)
found.to_csv(sys.argv[2], index=False)
"""


def best(job: Callable[[], object], runs: int = 7) -> float:
    """Return the shortest time of ``runs`` in seconds."""
    times = []
    for _ in range(runs):
        started = time.process_time()
        job()
        times.append(time.process_time() - started)
    return min(times)


def look_up(counts: np.ndarray) -> None:
    """Time a million intervals and hold them to the gamma quantiles."""
    floor = best(lambda: (counts.copy(), counts.copy()))
    print(f"floor: copy {len(counts):,} counts twice      {floor * 1e3:8.1f} ms")
    for method in POISSON:
        seconds = best(lambda method=method: poisson_interval(counts, 0.95, method))
        print(
            f"{len(counts):,} intervals, {method:12} {seconds * 1e3:8.1f} ms  {seconds / floor:6.1f} x floor"
        )
    low, high = poisson_interval(counts)
    some = np.flatnonzero(counts > 0)[:50_000]
    exact = chi2.ppf(0.025, 2 * counts[some]) / 2, chi2.ppf(0.975, 2 * counts[some] + 2) / 2
    errors = [
        np.abs(ours[some] / theirs - 1).max()
        for ours, theirs in zip((low, high), exact, strict=True)
    ]
    print(f"largest relative difference to the gamma quantiles: {max(errors):.1e}")
    zeros, empty = counts == 0, np.isnan(counts)
    print(
        f"zeros {zeros.sum():,}: lower limit 0 in {(low[zeros] == 0).sum():,}; "
        f"empty {empty.sum():,}: no limit in {np.isnan(low[empty] + high[empty]).sum():,}"
    )


def against_peer(python: str, rng: np.random.Generator) -> None:
    """Time the peer on fewer rates, and compare its figures with ours."""
    table = pd.DataFrame(
        {
            "incidents": 1 + rng.poisson(12, PEER_CELLS),
            "exposure": rng.integers(1e4, 1e6, PEER_CELLS),
        }
    )
    ours = best(lambda: add_rates(table, method="phe"))
    print(f"{PEER_CELLS:,} rates, add_rates            {ours * 1e3:8.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.csv", Path(folder) / "answer.csv"
        table.to_csv(given, index=False)
        command = [python, "-c", PEER, str(given), str(answer)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1:]
            print(f"PEER ABSENT: no ratio against PHStatsMethods ({' '.join(reason)})")
            return
        seconds, theirs = float(done.stdout.split()[-1]), pd.read_csv(answer)
    found = add_rates(table, method="phe")
    columns = {"rate": "Value", "rate_low": "lower_95_ci", "rate_high": "upper_95_ci"}
    differences = [np.abs(found[our] / theirs[peer] - 1).max() for our, peer in columns.items()]
    print(
        f"{PEER_CELLS:,} rates, PHStatsMethods       {seconds * 1e3:8.1f} ms  {seconds / ours:6.0f} x ours"
    )
    print(f"largest relative difference to the peer: {max(differences):.1e}")


def whole_tables(rng: np.random.Generator) -> None:
    """Time what looks at all districts of a country at once."""
    areas = 514
    size = rng.gamma(3, 1 / 3, areas)
    table = pd.DataFrame(
        {
            "area": [f"{number:04d}" for number in range(areas)],
            "incidents": rng.poisson(24 * size * rng.gamma(11, 1 / 11, areas)),
            "exposure": 1e5 * size,
        }
    )
    for name, job in (("find_funnel", find_funnel), ("rank_areas", rank_areas)):
        seconds = best(lambda job=job: job(table), 3)
        print(f"{name}, {areas} areas               {seconds * 1e3:8.1f} ms")


def main() -> None:
    """Print one line a measurement."""
    rng = np.random.default_rng(SEED)
    counts = rng.poisson(rng.gamma(0.5, 40, CELLS)).astype(float)
    counts[::50] = np.nan
    look_up(counts)
    against_peer(sys.argv[1] if len(sys.argv) > 1 else sys.executable, rng)
    whole_tables(rng)


if __name__ == "__main__":
    main()
