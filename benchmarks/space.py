"""Patterns on the map against esda, and BYM2 against long NUTS, in one run.

    python benchmarks/space.py [PYTHON [SAMPLES]] [--store]

esda's local Moran is called bare, as a user would. NUTS needs numpyro, in an environment of its own
(see ``bym2_nuts.py``); PYTHON is the interpreter there, SAMPLES (default 1000) is per chain. The
maps stand in ``tests/measure/bym2`` beside the answers of long runs; ``--store`` makes them anew
(with 12,000 samples, ten minutes an answer). Seconds are the best of several runs; ratios travel
between machines, seconds do not.
"""

import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import Delaunay

from analysis.measure import bym2
from analysis.measure.graph import as_graph, as_matrix, as_weights, find_members
from analysis.measure.permuting import local_p
from analysis.measure.smoothing_bym2 import smooth_bym2
from analysis.measure.space import find_clusters

HERE = Path(__file__).parent
STORED = HERE.parent / "tests" / "measure" / "bym2"
CASES = {155: (11, 6), 514: (12, 12)}  # seed, and about the mean count
SEED = 20240708


def best(job: Callable[[], object], runs: int = 5) -> float:
    """Return the shortest time of ``runs`` in seconds."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return min(times)


def make_map(areas: int, seed: int, mean: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return counts on Delaunay neighbours, with a second component of five areas and three islands."""
    rng = np.random.default_rng(seed)
    points = rng.random((areas, 2))
    points[areas - 8 : areas - 3, 0] += 3
    pairs = set()
    for part in (np.arange(areas - 8), np.arange(areas - 8, areas - 3)):
        corners = part[Delaunay(points[part]).simplices]
        pairs |= {tuple(sorted((row[one], row[one - 1]))) for row in corners for one in range(3)}
    field = np.sin(4 * points[:, 0]) + np.cos(5 * points[:, 1])
    field = (field - field.mean()) / field.std()
    expected = mean * rng.gamma(3, 1 / 3, areas)
    own = rng.standard_normal(areas)
    count = rng.poisson(expected * np.exp(0.35 * (np.sqrt(0.6) * field + np.sqrt(0.4) * own)))
    names = np.array([f"{number:04d}" for number in range(areas)])
    expected = (expected * count.sum() / expected.sum()).round(4)
    table = pd.DataFrame({"area": names, "incidents": count, "expected": expected})
    return table, pd.DataFrame(names[np.array(sorted(pairs))], columns=["focal", "neighbour"])


def read_case(areas: int) -> list[pd.DataFrame]:
    """Return the stored map, its neighbours and the answer of long NUTS."""
    return [
        pd.read_csv(STORED / f"{name}{areas}.csv", dtype=kinds, comment="#")
        for name, kinds in (
            ("areas", {"area": str}),
            ("pairs", str),
            ("nuts", {"area": str}),
        )
    ]


def ask_nuts(python: str, areas: int, answer: Path, samples: int) -> str:
    """Let the peer answer; return why it could not, else nothing."""
    given = [str(STORED / f"{name}{areas}.csv") for name in ("areas", "pairs")]
    command = [python, str(HERE / "bym2_nuts.py"), *given, str(answer), str(samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return " ".join(done.stderr.strip().splitlines()[-1:]) if done.returncode else ""


def against_esda(areas: int, permutations: int) -> None:
    """Time esda's local Moran and ours on the same map, and say what both call significant."""
    import esda

    rng = np.random.default_rng([SEED, areas])
    points = rng.random((areas, 2))
    corners = Delaunay(points).simplices
    pairs = np.concatenate([corners[:, [a, b]] for a in range(3) for b in range(3) if a != b])
    names = np.array([f"{number:04d}" for number in range(areas)])
    neighbours = pd.DataFrame(names[pairs], columns=["focal", "neighbour"]).drop_duplicates()
    table = pd.DataFrame({"area": names, "value": rng.standard_normal(areas)})
    members = find_members(table, neighbours, value="value")
    graph = as_graph(members, neighbours)
    values, weights = members["value"].to_numpy(), as_weights(graph)
    arguments = {"permutations": permutations, "seed": 1, "n_jobs": 1, "keep_simulations": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = best(lambda: esda.Moran_Local(values, weights, **arguments), 3)
        marked = (esda.Moran_Local(values, weights, **arguments).p_sim <= 0.05).mean()
    shuffles = best(lambda: local_p(values, graph, permutations, 1), 3)
    ours = best(lambda: find_clusters(table, neighbours, permutations=permutations), 3)
    found = find_clusters(table, neighbours, permutations=permutations)
    print(
        f"local Moran, {areas} areas, {permutations} permutations: esda {peer * 1e3:.0f} ms, "
        f"find_clusters {ours * 1e3:.0f} ms ({peer / ours:.1f} x as fast; its p alone "
        f"{shuffles * 1e3:.0f} ms); no pattern, called significant at 5 %: esda {marked:.3f}, "
        f"ours {(found['p'] <= 0.05).mean():.3f}",
        flush=True,
    )


def against_nuts(areas: int, python: str, samples: int) -> None:
    """Hold BYM2 to the stored long run, and time a shorter one beside it."""
    table, pairs, nuts = read_case(areas)
    started = time.process_time()
    smooth_bym2(table, pairs)
    cpu = time.process_time() - started
    seconds = best(lambda: smooth_bym2(table, pairs), 3)
    print(f"smooth_bym2, {areas} areas: {seconds:.2f} s ({cpu:.2f} s of processor)")
    structure = bym2.scaled_covariance(as_matrix(pairs, table["area"].to_numpy()))
    count, expected = table["incidents"].to_numpy(float), table["expected"].to_numpy()
    found = bym2.fit(count, expected, structure)
    nuts = nuts.set_index("area")
    wanted = nuts.loc[table["area"]]
    mean = found.weight @ found.mean
    sd = np.sqrt(found.weight @ (found.variance + found.mean**2) - mean**2)
    ratio = sd / wanted["sd"]
    print(
        f"  against long NUTS: means differ by at most "
        f"{np.abs((mean - wanted['mean']) / wanted['sd']).max():.3f} posterior sd; sd ratio "
        f"{ratio.mean():.3f} ({ratio.min():.3f} to {ratio.max():.3f}); rho "
        f"{found.weight @ found.rho:.3f} against {nuts.loc['rho', 'mean']:.3f}"
    )
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.csv"
        absent = ask_nuts(python, areas, answer, samples)
        if absent:
            print(f"  PEER ABSENT: no ratio against numpyro ({absent})")
            return
        peer = pd.read_csv(answer, comment="#").set_index("area")["mean"]
    print(
        f"  numpyro, 2 x (1000 + {samples}): {peer['seconds']:.1f} s, {peer['seconds'] / seconds:.0f} x "
        f"ours, at {peer['n_eff']:.0f} independent draws"
    )


def store(python: str) -> None:
    """Write the maps and the answers of long runs."""
    for areas, (seed, mean) in CASES.items():
        for name, table in zip(("areas", "pairs"), make_map(areas, seed, mean), strict=True):
            table.to_csv(STORED / f"{name}{areas}.csv", index=False)
        print(ask_nuts(python, areas, STORED / f"nuts{areas}.csv", 12_000) or f"{areas} stored")


def main() -> None:
    """Print one line a measurement."""
    given = [text for text in sys.argv[1:] if text != "--store"]
    python = given[0] if given else sys.executable
    if "--store" in sys.argv:
        store(python)
    for areas, permutations in ((155, 9999), (514, 9999), (7000, 999)):
        against_esda(areas, permutations)
    for areas in CASES:
        against_nuts(areas, python, int(given[1]) if len(given) > 1 else 1000)


if __name__ == "__main__":
    main()
