"""How often do the intervals of BYM2 hold the truth? Simulated from the model, seed fixed.

    python benchmarks/calibration/bym2_coverage.py [SIMULATIONS A CELL]

Areas are points with their Delaunay neighbours and three islands; rates follow the model with known
sigma and rho. Shares of 95 % intervals that hold the true rate, the true rank and the true rho; and
how many areas lie above the rate of all together among those said to with 90 % or more.
"""

import sys

import numpy as np
import pandas as pd
from scipy.spatial import Delaunay

from analysis.measure.bym2 import scaled_covariance
from analysis.measure.graph import as_matrix
from analysis.measure.ranking import rank_draws
from analysis.measure.smoothing_bym2 import draw_bym2, smooth_bym2

SEED, ISLANDS = 20240709, 3


def simulate(
    rng: np.random.Generator, areas: int, mean: float, sigma: float, rho: float, draws: int
) -> dict[str, float]:
    """Draw true rates and counts, smooth and rank them, and compare with the truth."""
    points = rng.random((areas - ISLANDS, 2))
    corners = Delaunay(points).simplices
    names = np.array([f"{number:04d}" for number in range(areas)])
    pairs = np.concatenate([names[corners[:, [one, one - 1]]] for one in range(3)])
    neighbours = pd.DataFrame(pairs, columns=["focal", "neighbour"])
    structure = scaled_covariance(as_matrix(neighbours, names))
    size, direction = np.linalg.eigh(structure)
    spatial = direction @ (np.sqrt(np.maximum(size, 0)) * rng.standard_normal(areas))
    own = rng.standard_normal(areas)
    rate = np.exp(sigma * (np.sqrt(rho) * spatial + np.sqrt(1 - rho) * own))
    expected = mean * rng.gamma(3, 1 / 3, areas)
    counts = rng.poisson(expected * rate)
    table = pd.DataFrame({"area": names, "incidents": counts, "expected": expected})
    found = smooth_bym2(table, neighbours)
    ranks = rank_draws(draw_bym2(table, neighbours, draws=draws, seed=int(rng.integers(2**31))))
    place = pd.Series(rate).rank(ascending=False).to_numpy()
    sure = (found["p_above"] >= 0.9).to_numpy()
    shared = found.iloc[0]
    return {
        "rate": ((found["smoothed_low"] <= rate) & (rate <= found["smoothed_high"])).mean(),
        "rank": ((ranks["rank_low"] <= place) & (place <= ranks["rank_high"])).mean(),
        "rho": float(shared["rho_low"] <= rho <= shared["rho_high"]),
        "promised": found["p_above"][sure].sum(),
        "above": (rate > found["reference"])[sure].sum(),
    }


def coverage(
    *, areas: int, mean: float, sigma: float, rho: float, simulations: int, draws: int = 2000
) -> pd.DataFrame:
    """Return one row a simulation."""
    rng = np.random.default_rng([SEED, areas, round(mean), round(100 * sigma), round(100 * rho)])
    return pd.DataFrame(simulate(rng, areas, mean, sigma, rho, draws) for _ in range(simulations))


def main(simulations: int) -> None:
    """Print one line a cell."""
    print(f"seed {SEED}, {simulations} simulations a cell")
    print("areas  mean  sigma  rho    rate     se    rank     se    rho  said above  are above")
    for areas in (35, 155):
        for mean in (2, 20):
            for sigma, rho in ((0.35, 0.2), (0.35, 0.8), (0.7, 0.5)):
                found = coverage(
                    areas=areas, mean=mean, sigma=sigma, rho=rho, simulations=simulations
                )
                share, error = found.mean(), found.std(ddof=1) / np.sqrt(simulations)
                print(
                    f"{areas:5} {mean:5} {sigma:6} {rho:4}  {share['rate']:6.4f} {error['rate']:.4f}  "
                    f"{share['rank']:6.4f} {error['rank']:.4f}  {share['rho']:.3f}  "
                    f"{found['promised'].sum():10.0f} {found['above'].sum():10.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
