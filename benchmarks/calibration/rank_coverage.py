"""How often does the 95 % interval of a rank hold the true rank? Simulated from the model, seed fixed.

    python benchmarks/calibration/rank_coverage.py [SIMULATIONS A CELL]

Rates of the areas come from one gamma distribution, counts are Poisson, areas differ in size. Beside
the coverage: how often two areas that are told apart stand the wrong way round (at most 2.5 % is
promised), and whether areas given a probability of 50 % or more to be among the worst five are there
that often.
"""

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measure.ranking import draw_posterior, find_pairs, rank_draws

SEED = 20240703
WORST = 5


class Found(NamedTuple):
    """One simulation: shares, and counts to be added up."""

    covered: float
    width: float  # median number of places in an interval
    told: int  # pairs told apart
    wrong: int  # of them the wrong way round
    likely: float  # sum of the probabilities of 50 % or more of being among the worst
    there: int  # how many of those areas are


def simulate(rng: np.random.Generator, areas: int, mean: float, cv: float, draws: int) -> Found:
    """Draw true rates and counts, rank the areas, and compare with the truth."""
    size = rng.gamma(3, 1 / 3, areas)
    rate = rng.gamma(cv**-2, cv**2, areas)
    names = [f"{number:04d}" for number in range(areas)]
    table = pd.DataFrame(
        {"area": names, "incidents": rng.poisson(mean * size * rate), "exposure": 1e5 * size}
    )
    drawn = draw_posterior(table, draws=draws, seed=int(rng.integers(2**31)))
    ranks, pairs = rank_draws(drawn, worst=WORST), find_pairs(drawn)
    true = pd.Series(rate, index=names).rank(ascending=False)
    place = ranks["area"].map(true)
    told = pairs[pairs["told_apart"]]
    order = told["area"].map(true) < told["other"].map(true)
    likely = ranks["p_worst"] >= 0.5
    return Found(
        covered=float(((ranks["rank_low"] <= place) & (place <= ranks["rank_high"])).mean()),
        width=float((ranks["rank_high"] - ranks["rank_low"] + 1).median()),
        told=len(told),
        wrong=int((order != (told["p_higher"] > 0.5)).sum()),
        likely=float(ranks.loc[likely, "p_worst"].sum()),
        there=int((place[likely] <= WORST).sum()),
    )


def coverage(
    *, areas: int, mean: float, cv: float, simulations: int, draws: int = 2000
) -> tuple[float, float, pd.DataFrame]:
    """Return the share of rank intervals that hold the truth, its standard error, and all results."""
    rng = np.random.default_rng([SEED, areas, round(10 * mean), round(100 * cv)])
    found = pd.DataFrame(simulate(rng, areas, mean, cv, draws) for _ in range(simulations))
    error = found["covered"].std(ddof=1) / np.sqrt(simulations)
    return float(found["covered"].mean()), float(error), found


def main(simulations: int) -> None:
    """Print one line a cell."""
    print(f"seed {SEED}, {simulations} simulations a cell, {WORST} worst places of the list")
    print("areas  mean   cv  coverage     se  width  told apart  wrong  said worst  are worst")
    for areas in (35, 155):
        for mean in (2, 24, 240):
            for cv in (0.1, 0.3, 0.6):
                share, error, found = coverage(
                    areas=areas, mean=mean, cv=cv, simulations=simulations
                )
                sums = found.sum()
                pairs = simulations * areas * (areas - 1) / 2
                print(
                    f"{areas:5} {mean:5} {cv:4}  {share:8.4f} {error:6.4f} "
                    f"{found['width'].median():6.0f}  {sums['told'] / pairs:10.4f} "
                    f"{sums['wrong'] / max(sums['told'], 1):6.4f}  "
                    f"{sums['likely']:10.1f} {sums['there']:10.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
