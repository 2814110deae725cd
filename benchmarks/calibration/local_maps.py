"""How many areas of a map without any pattern are marked? Simulated, seed fixed.

    python benchmarks/calibration/local_maps.py [MAPS A CELL]

Areas are points with their Delaunay neighbours, people grow twentyfold from one side of the map to
the other, and all areas have one rate. Beside the share marked at 5 % by the two-sided p: the share
of maps with any mark by q (a false map), what raw counts would do, and how many areas change
their mark by q when one area is missing that is neither theirs nor their neighbour's.
"""

import sys

import numpy as np
import pandas as pd
from scipy.spatial import Delaunay

from analysis.measure.space import add_even_rates, find_clusters

SEED, MEAN = 20240706, 20


def grid_of(areas: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return areas with people, and their neighbours."""
    points = rng.random((areas, 2))
    corners = Delaunay(points).simplices
    pairs = np.concatenate(
        [corners[:, [one, two]] for one in range(3) for two in range(3) if one != two]
    )
    names = np.array([f"{number:04d}" for number in range(areas)])
    table = pd.DataFrame({"area": names, "exposure": 1e4 * 20 ** points[:, 0]})
    neighbours = pd.DataFrame(names[pairs], columns=["focal", "neighbour"]).drop_duplicates()
    return table, neighbours


def draw(
    table: pd.DataFrame, rng: np.random.Generator, relative: np.ndarray | float = 1.0
) -> pd.DataFrame:
    """Return counts of one common rate, or of rates relative to it."""
    people = table["exposure"]
    return table.assign(incidents=rng.poisson(MEAN * relative * people / people.mean()))


def false_marks(
    areas: int, maps: int, *, permutations: int = 999, rates: bool = True
) -> tuple[float, float, float]:
    """Return the share of areas with p up to 5 %, its standard error over maps, and of false maps."""
    rng = np.random.default_rng([SEED, areas])
    marked, any_q = [], []
    for number in range(maps):
        table, neighbours = grid_of(areas, rng)
        counted = draw(table, rng)
        values = add_even_rates(counted) if rates else counted.assign(value=counted["incidents"])
        found = find_clusters(values, neighbours, permutations=permutations, seed=number)
        marked.append((found["p"] <= 0.05).mean())
        any_q.append((found["cluster"] != "").any())
    return float(np.mean(marked)), float(np.std(marked) / np.sqrt(maps)), float(np.mean(any_q))


def changed_marks(areas: int, maps: int, *, permutations: int = 9999) -> tuple[int, int]:
    """Return how many areas beyond the neighbours changed their mark, and how many there were."""
    rng = np.random.default_rng([SEED, areas, 1])
    changed, far = 0, 0
    for _ in range(maps):
        table, neighbours = grid_of(areas, rng)
        # a hill of twice the rate, so that there is something to mark
        # where most people live the rate is a half more, so that there is something to mark
        crowded = table["exposure"] > table["exposure"].quantile(0.8)
        counted = draw(table, rng, np.where(crowded, 1.5, 1.0))
        missing = table["area"].iloc[int(rng.integers(areas))]
        gap = counted.assign(incidents=counted["incidents"].mask(counted["area"] == missing))
        whole, less = (
            find_clusters(add_even_rates(given), neighbours, permutations=permutations)
            for given in (counted, gap)
        )
        near = neighbours.loc[neighbours["focal"] == missing, "neighbour"]
        away = ~whole["area"].isin([missing, *near])
        changed += int((whole["cluster"] != less["cluster"])[away].sum())
        far += int(away.sum())
    return changed, far


def main(maps: int) -> None:
    """Print one line a cell."""
    print(f"seed {SEED}, {maps} maps a cell")
    print("areas  values  marked by p     se  false maps by q")
    for areas, number in ((35, maps), (155, maps), (514, maps // 3), (7000, maps // 40)):
        for rates in (True, False):
            share, error, any_q = false_marks(areas, max(number, 2), rates=rates)
            name = "rates" if rates else "counts"
            print(f"{areas:5}  {name:6}  {share:11.4f} {error:6.4f}  {any_q:15.4f}", flush=True)
    changed, far = changed_marks(155, max(maps // 10, 2))
    print(
        f"one of 155 areas missing: {changed} of {far} areas beyond its neighbours changed their mark"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
