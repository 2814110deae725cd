"""How often does the 95 % interval of the trend hold the true trend? Simulated, seed fixed.

A series is Poisson around trend x season x Ramadan x Lebaran x a latent lognormal AR(1). The
variance is pooled over the 8 or 155 series of one call, as in a province or among its districts.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.measure.trends import find_trend
from analysis.reference.calendar import month_calendar
from analysis.reference.files import read_reference

ROOT = Path(__file__).parents[2]
YEARLY = 0.05  # log change a year
RAMADAN, LEBARAN, YEAREND = -0.29, 0.26, 0.18  # log effects of a month wholly inside
FIRST = "2017-01-01"


def study_calendar(months: int) -> pd.DataFrame:
    """The real calendar of Indonesia over ``months`` months."""
    calendar = read_reference(ROOT / "data" / "reference").calendar
    return month_calendar(calendar, pd.date_range(FIRST, periods=months, freq="MS"))


def simulate(
    rng: np.random.Generator,
    calendar: pd.DataFrame,
    mean: np.ndarray,
    autocorrelation: np.ndarray,
    spread: np.ndarray,
) -> np.ndarray:
    """Draw one row an area: counts whose trend is ``YEARLY``; the three arrays are by area."""
    time = np.arange(len(calendar)) / 12
    shares = calendar[["ramadan_days", "lebaran_days", "yearend_days"]].div(
        calendar["days"], axis="index"
    )
    log_mean = (
        YEARLY * (time - time.mean())
        + 0.15 * np.sin(2 * np.pi * time)
        + 0.10 * np.cos(2 * np.pi * time)
        + shares.to_numpy() @ [RAMADAN, LEBARAN, YEAREND]
        + np.log(calendar["days"].to_numpy() / 30.4)
    )
    step = rng.normal(size=len(mean))
    latent = [step]
    for _ in range(len(calendar) - 1):
        fresh = np.sqrt(1 - autocorrelation**2) * rng.normal(size=len(mean))
        latent.append(autocorrelation * latent[-1] + fresh)
    wander = spread[:, None] * np.column_stack(latent) - spread[:, None] ** 2 / 2
    return rng.poisson(mean[:, None] * np.exp(log_mean + wander))


def trends_of(counts: np.ndarray, calendar: pd.DataFrame) -> pd.DataFrame:
    """Run ``find_trend`` on a batch; NaN counts are months without a report."""
    areas = [f"{number:05d}" for number in range(len(counts))]
    table = pd.DataFrame(
        {
            "area": np.repeat(areas, len(calendar)),
            "month": np.tile(calendar["month"], len(areas)),
            "incidents": pd.array(counts.ravel(), dtype="Float64"),
        }
    )
    return find_trend(table, calendar, pd.DataFrame({"area": areas, "population": 50_000}))


def coverage(
    *,
    areas: int,
    months: int,
    mean: float | tuple[float, ...],
    autocorrelation: float | None,
    series: int,
    missing: float = 0.0,
    seed: int = 20240702,
) -> tuple[float, float]:
    """Return the share of intervals that hold the truth, and its standard error by batch.

    ``autocorrelation`` None draws one for each area (0 to 0.9) and a spread too (0.1 to 0.5);
    otherwise the latent spread is 0.3. A tuple of means is dealt out over the areas.
    """
    rng = np.random.default_rng(seed)
    calendar = study_calendar(months)
    truth = 100 * np.expm1(YEARLY)
    batches = []
    for _ in range(max(2, round(series / areas))):
        carried = np.full(areas, autocorrelation or 0.0)
        spread = np.full(areas, 0.3)
        if autocorrelation is None:
            carried, spread = rng.uniform(0, 0.9, areas), rng.uniform(0.1, 0.5, areas)
        level = np.resize(np.atleast_1d(mean).astype(float), areas)
        counts = simulate(rng, calendar, level, carried, spread).astype(float)
        counts[rng.random(counts.shape) < missing] = np.nan
        table = trends_of(counts, calendar)
        told = table[table["yearly_change"].notna()]
        batches.append(((told["low"] <= truth) & (truth <= told["high"])).mean())
    return float(np.mean(batches)), float(np.std(batches, ddof=1) / np.sqrt(len(batches)))


def main(series: int) -> None:
    """Print one line a cell."""
    print("areas months mean            autocorrelation coverage se")
    for areas in (155, 8, 3):
        for months in (36, 70, 120):
            cells = [(mean, carried) for mean in (2, 10, 40) for carried in (0.0, 0.5, 0.8, None)]
            cells += [(0.5, 0.5), ((2, 5, 10, 20, 40, 80, 160, 320), None)]
            for mean, carried in cells:
                share, error = coverage(
                    areas=areas, months=months, mean=mean, autocorrelation=carried, series=series
                )
                label = mean if isinstance(mean, float | int) else "2 to 320"
                kind = "0 to .9, mixed" if carried is None else carried
                print(f"{areas:5} {months:6} {label!s:15} {kind!s:15} {share:.3f} {error:.3f}")
                sys.stdout.flush()
    share, error = coverage(
        areas=8, months=70, mean=10, autocorrelation=0.5, series=series, missing=0.2
    )
    print(f"    8     70 10, 20% missing  0.5             {share:.3f} {error:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
