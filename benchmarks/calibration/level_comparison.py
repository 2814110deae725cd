"""Areas with equal long-run rates: how often does one year make them look different?

The same simulated areas as ``neighbour_trend``, with one long-run rate for all. The last twelve of
``months`` are compared with the neighbours and with one neighbour, in one run by three limits: those
that see how areas stray from one another over their whole history, those that see the scatter within
the year alone, and the exact Poisson ones.
"""

import sys

import numpy as np
import pandas as pd

from analysis.measure.compare import compare_areas
from benchmarks.calibration.neighbour_trend import FIRST, SEED, draw, make_world

WINDOW = 12


def level_size(
    *, areas: int, months: int, mean: float, autocorrelation: float | None, runs: int
) -> pd.DataFrame:
    """Share of equal rates called different by each kind of limits, with its Monte-Carlo error."""
    rng = np.random.default_rng(SEED)
    told: dict[str, list[float]] = {"persistence": [], "within_year": [], "exact": []}
    for _ in range(runs):
        world = make_world(rng, areas, mean, autocorrelation)
        world = world._replace(mean=mean * world.people)
        window = pd.date_range(FIRST, periods=months, freq="MS")
        names = [f"{area:03d}" for area in range(areas)]
        counts = pd.DataFrame(
            {
                "area": np.repeat(names, months),
                "month": np.tile(window, areas),
                "incidents": pd.array(
                    draw(rng, world, months, np.zeros(areas)).ravel(), dtype="Int64"
                ),
            }
        )
        people = pd.DataFrame({"area": names, "population": 1e5 * world.people})
        focal = int(rng.integers(areas))
        near = [names[each] for each in world.groups[focal]]
        last = window[-WINDOW:]
        for name, known in (
            ("persistence", counts),
            ("within_year", counts[counts["month"] >= last[0]]),
        ):
            found = compare_areas(
                known,
                people,
                focal=names[focal],
                comparators={"land_neighbours": near, "one": near[:1]},
                months=last,
            )
            told[name].append(((found["wide_low"] > 1) | (found["wide_high"] < 1)).mean())
        told["exact"].append(((found["ratio_low"] > 1) | (found["ratio_high"] < 1)).mean())
    return pd.DataFrame(
        {
            "size": {name: np.mean(each) for name, each in told.items()},
            "error": {name: np.std(each, ddof=1) / np.sqrt(runs) for name, each in told.items()},
        }
    )


def main(runs: int) -> None:
    """Print one line a cell."""
    print(f"seed {SEED}; {runs} maps a cell, last {WINDOW} of 70 months")
    for areas in (8, 40):
        for mean in (2.0, 10.0, 40.0):
            for carried in (0.0, 0.8, None):
                found = level_size(
                    areas=areas, months=70, mean=mean, autocorrelation=carried, runs=runs
                )
                cells = "  ".join(
                    f"{name} {row['size']:.3f} ({row['error']:.3f})"
                    for name, row in found.iterrows()
                )
                print(f"{areas:3} areas, mean {mean:2g}, autocorrelation {carried}: {cells}")
                sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150)
