"""Does the neighbour trend test call 5 % of equal trends different, and does it see a real one?

Areas are points joined by a Delaunay triangulation. Their counts are Poisson around a level, a
common trend and season, **shocks that all areas share**, and an own lognormal AR(1) for each. In one
run on the same counts: ``find_trend_differences`` by placebo rank (its verdict), by its model, and by
both together (what a sentence claims), and two peers:
the interaction of group and time in a quasi-Poisson GLM of area and neighbours, and a straight line
through the log ratio to the neighbours. The oracle knows every mean and variance: generalised least
squares on the log ratio, judged by the normal distribution; no test of the same ratio can do better.
"""

import sys
import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import Delaunay
from scipy.stats import norm
from scipy.stats import t as student

from analysis.measure.differences import find_trend_differences
from analysis.measure.glm import dispersion, fit_poisson

FIRST = "2017-01-01"
SEED = 20241126
METHODS = ("placebo", "both", "model", "interaction", "log_ratio")  # the last two are peers


class World(NamedTuple):
    """One map of areas: who borders whom, how many people, how often, how restless."""

    groups: dict[int, list[int]]
    people: np.ndarray
    mean: np.ndarray  # reports a month
    carried: np.ndarray  # autocorrelation of the own process
    spread: np.ndarray  # its standard deviation, in logs


def make_world(
    rng: np.random.Generator, areas: int, mean: float, autocorrelation: float | None
) -> World:
    """Draw a map; ``autocorrelation`` None gives each area its own (0 to 0.9; spread 0.1 to 0.5)."""
    triangles = Delaunay(rng.random((areas, 2))).simplices
    groups: dict[int, set[int]] = {area: set() for area in range(areas)}
    for triangle in triangles:
        for corner in triangle:
            groups[int(corner)] |= set(triangle.tolist()) - {int(corner)}
    people = np.exp(rng.normal(0, 0.5, areas))
    people /= people.mean()
    carried = np.full(areas, autocorrelation or 0.0)
    spread = np.full(areas, 0.3)
    if autocorrelation is None:
        carried, spread = rng.uniform(0, 0.9, areas), rng.uniform(0.1, 0.5, areas)
    rate = np.exp(rng.normal(0, 0.3, areas))  # the long-run rates differ too
    members = {area: sorted(each) for area, each in groups.items()}
    return World(members, people, mean * people * rate / rate.mean(), carried, spread)


def draw(rng: np.random.Generator, world: World, months: int, slope: np.ndarray) -> np.ndarray:
    """Draw areas x months of counts; ``slope`` is each area's own log change a year."""
    years = (np.arange(months) - (months - 1) / 2) / 12
    shared = (
        0.05 * years + 0.2 * np.sin(2 * np.pi * years) + 0.3 * _ar1(rng, np.array([0.7]), months)
    )
    own = world.spread[:, None] * _ar1(rng, world.carried, months) - world.spread[:, None] ** 2 / 2
    return rng.poisson(world.mean[:, None] * np.exp(shared + slope[:, None] * years + own))


def _ar1(rng: np.random.Generator, carried: np.ndarray, months: int) -> np.ndarray:
    latent = [rng.normal(size=len(carried))]
    for _ in range(months - 1):
        fresh = np.sqrt(1 - carried**2) * rng.normal(size=len(carried))
        latent.append(carried * latent[-1] + fresh)
    return np.column_stack(latent)


def oracle_error(world: World, months: int) -> np.ndarray:
    """The standard error of each area's slope if every mean and variance were known."""
    place = np.arange(months)
    years = (place - (months - 1) / 2) / 12
    design = np.column_stack(
        [np.ones(months), years, np.sin(2 * np.pi * years), np.cos(2 * np.pi * years)]
    )
    lag = np.abs(place[:, None] - place)
    errors = []
    for area, members in world.groups.items():
        share = world.mean[members] / world.mean[members].sum()
        covariance = np.eye(months) * (1 / world.mean[area] + 1 / world.mean[members].sum())
        for each, part in ((area, 1.0), *zip(members, share, strict=True)):
            covariance += part**2 * world.spread[each] ** 2 * world.carried[each] ** lag
        information = design.T @ np.linalg.solve(covariance, design)
        errors.append(np.sqrt(np.linalg.inv(information)[1, 1]))
    return np.array(errors)


def judge(world: World, counts: np.ndarray, *, peers: bool = True) -> dict[str, np.ndarray]:
    """Say for each area whether each method calls its trend different from its neighbours'."""
    months = pd.date_range(FIRST, periods=counts.shape[1], freq="MS")
    names = [f"{area:04d}" for area in range(len(counts))]
    table = pd.DataFrame(
        {
            "area": np.repeat(names, len(months)),
            "month": np.tile(months, len(names)),
            "incidents": pd.array(counts.ravel(), dtype="Int64"),
        }
    )
    people = pd.DataFrame({"area": names, "population": 1e5 * world.people})
    groups = {names[area]: [names[each] for each in near] for area, near in world.groups.items()}
    found = find_trend_differences(table, people, groups)
    told = {
        "placebo": found["verdict"].isin(["faster", "slower"]).to_numpy(),
        "both": (found[["p", "p_model"]].max(axis="columns") <= 0.05).to_numpy(),
        "model": (found["p_model"] <= 0.05).to_numpy(),
    }
    if peers:
        around = np.stack([counts[near].sum(axis=0) for near in world.groups.values()])
        told["interaction"] = _interaction(counts, around)
        told["log_ratio"] = _log_ratio(counts, around)
    return told


def _terms(months: int) -> np.ndarray:
    years = (np.arange(months) - (months - 1) / 2) / 12
    return np.column_stack(
        [np.ones(months), years, np.sin(2 * np.pi * years), np.cos(2 * np.pi * years)]
    )


def _interaction(own: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Group x time in a quasi-Poisson GLM of both series, with a common season."""
    terms = _terms(own.shape[1])
    group = np.repeat([1.0, 0.0], own.shape[1])
    both = np.vstack([terms, terms])
    design = np.column_stack([both, group, group * both[:, 1]])
    designs = np.repeat(design[None], len(own), axis=0)
    stacked = np.hstack([own, around]).astype(float)
    fit = fit_poisson(stacked, designs, np.zeros_like(stacked))
    scatter = dispersion(stacked, fit)
    size = np.abs(fit.coefficients[:, 5]) / np.sqrt(scatter * fit.bread[:, 5, 5])
    return 2 * student.sf(size, stacked.shape[1] - design.shape[1]) < 0.05


def _log_ratio(own: np.ndarray, around: np.ndarray) -> np.ndarray:
    """A straight line and a wave through log(own / neighbours) by ordinary least squares."""
    terms = _terms(own.shape[1])
    ratio = np.log((own + 0.5) / (around + 0.5)).T
    inverse = np.linalg.inv(terms.T @ terms)
    found = inverse @ terms.T @ ratio
    freedom = len(terms) - terms.shape[1]
    scatter = ((ratio - terms @ found) ** 2).sum(axis=0) / freedom
    return 2 * student.sf(np.abs(found[1]) / np.sqrt(scatter * inverse[1, 1]), freedom) < 0.05


def size(
    *,
    areas: int,
    months: int,
    mean: float,
    autocorrelation: float | None,
    runs: int,
    seed: int = SEED,
) -> pd.DataFrame:
    """Share of equal trends called different: one row a method, with its Monte-Carlo error.

    ``worst_third``: the same among the third of areas (by counts, or by restlessness where areas
    differ in it) that fares worst; an average can hide one kind of area behind another.
    """
    rng = np.random.default_rng(seed)
    told: dict[str, list[np.ndarray]] = {name: [] for name in METHODS}
    thirds = []
    for _ in range(runs):
        world = make_world(rng, areas, mean, autocorrelation)
        found = judge(world, draw(rng, world, months, np.zeros(areas)))
        order = np.argsort(world.mean if autocorrelation is not None else world.spread)
        thirds.append(np.array_split(order, 3))
        for name in METHODS:
            told[name].append(found[name])
    rows = []
    for name, each in told.items():
        by_run = np.array([run.mean() for run in each])
        parts = [
            np.mean([run[third[part]].mean() for run, third in zip(each, thirds, strict=True)])
            for part in range(3)
        ]
        rows.append(
            {
                "method": name,
                "size": by_run.mean(),
                "error": max(by_run.std(ddof=1), np.sqrt(0.05 * 0.95 / areas)) / np.sqrt(runs),
                "thirds": " ".join(f"{part:.3f}" for part in parts),
            }
        )
    return pd.DataFrame(rows).set_index("method")


def power(
    *,
    areas: int,
    months: int,
    mean: float,
    autocorrelation: float | None,
    runs: int,
    seed: int = SEED,
) -> pd.DataFrame:
    """Share of one area's real difference that is seen, beside the oracle's on the same areas.

    The difference is the one that the oracle sees in 80 % of cases in a middling area.
    """
    rng = np.random.default_rng(seed + 1)
    seen: dict[str, list[bool]] = {name: [] for name in ("placebo", "both", "model")}
    oracle = []
    while len(oracle) < runs:
        world = make_world(rng, areas, mean, autocorrelation)
        errors = oracle_error(world, months)
        slope = (norm.ppf(0.975) + norm.ppf(0.8)) * np.median(errors)
        for focal in rng.choice(areas, 10, replace=False):
            changed = np.zeros(areas)
            changed[focal] = slope * rng.choice([-1, 1])
            found = judge(world, draw(rng, world, months, changed), peers=False)
            for name, each in seen.items():
                each.append(bool(found[name][focal]))
            oracle.append(norm.sf(norm.ppf(0.975) - slope / errors[focal]))
    rows = {name: np.mean(each) for name, each in seen.items()}
    table = pd.DataFrame({"power": rows, "oracle": np.mean(oracle)})
    table["error"] = np.sqrt(table["power"] * (1 - table["power"]) / len(oracle))
    return table.assign(share=table["power"] / table["oracle"])


def main(runs: int, cells: str) -> None:
    """Print size and power for a grid of months, means and autocorrelations; see also ``cells``."""
    began = time.perf_counter()
    grid: list[tuple[int, float, float | None]] = [(70, 10.0, 0.5)]
    if cells == "all":
        grid = [(m, c, a) for m in (36, 120) for c in (2.0, 40.0) for a in (0.0, 0.8)]
        grid += [(70, 10.0, 0.5), (70, 10.0, None), (70, 0.5, 0.5)]
    for months, mean, carried in grid:
        kind: dict[str, Any] = {"areas": 155, "months": months, "mean": mean}
        kind["autocorrelation"] = carried
        print(f"\n{months} months, mean {mean:g}, autocorrelation {carried}; {runs} maps")
        print(size(**kind, runs=runs).round(3).to_string())
        print(power(**kind, runs=10 * runs).round(3).to_string())
        sys.stdout.flush()
    print(f"\nseed {SEED}, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2] if len(sys.argv) > 2 else "one")
