"""A second opinion: the mix of other areas that followed an area best before a date, and after it.

The neighbours are a comparator that geography chose; a synthetic one is chosen by the past. Where
both say the same, more can be said than by either alone. Abadie, Diamond & Hainmueller (2010), JASA
105: 493-505.
"""

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from analysis.measure.series import check_groups, check_months, check_totals, month_rows
from analysis.words.messages import InsidenError

HEAVY = 1e3  # the weight of "the shares sum to one" beside the months, in spreads of a rate
FEWEST_BEFORE = 12
LEAST_DONORS = 2


def find_synthetic(
    counts: pd.DataFrame,
    population: pd.DataFrame,
    *,
    focal: str,
    donors: list[str],
    months: pd.DatetimeIndex,
    start: pd.Timestamp,
    per: int = 100_000,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Build the focal area from its donors before ``start``, and compare both from then on.

    Returns two tables. The result, one row: focal, start, members (donors with weight), k, left_out
    (donors that miss a month that the focal area reported: all are dropped rather than filled),
    months_before, months_after, rate, synthetic (mean monthly rates after, among ``per`` people),
    ratio, fit_before and fit_after (root mean square gap), p (the share of areas, the focal one
    among them, for which the gap grew at least as much: fit_after / fit_before), placebo_areas,
    smallest_p, unit, method, why ("few_months", "few_donors"). And the weights: donor, weight.

    Weights are shares (none below zero, sum one) by non-negative least squares on monthly rates.
    """
    check_totals(counts)
    check_months(months)
    areas = check_groups({focal: donors}, set(population["area"]))
    people = population.set_index("area")["population"].astype("Float64").fillna(0)
    for area in areas:
        if people[area] <= 0:
            raise InsidenError("measure.no_people", area=area)
    grid = month_rows(counts, [focal, *donors], months)
    used = ~np.isnan(grid[0])
    whole = ~np.isnan(grid[1:][:, used]).any(axis=1)
    kept = [donor for donor, fine in zip(donors, whole, strict=True) if fine]
    before = (months < start)[used]
    result = {
        "focal": focal,
        "start": start,
        "k": len(kept),
        "left_out": ";".join(sorted(set(donors) - set(kept))),
        "months_before": int(before.sum()),
        "months_after": int((~before).sum()),
        "unit": f"reports among {per} people a month",
        "method": "synthetic_control",
        "why": "",
    }
    short = before.sum() < FEWEST_BEFORE or not (~before).any()
    if short or len(kept) < LEAST_DONORS:
        why = "few_months" if short else "few_donors"
        return pd.DataFrame([result | {"why": why}]), pd.DataFrame(
            {"donor": kept, "weight": np.nan}
        )
    size = np.array([float(people[area]) for area in (focal, *kept)])
    rates = np.vstack([grid[:1], grid[1:][whole]])[:, used] / size[:, None] * per
    every = [_gap(rates, place, before) for place in range(len(rates))]
    weight, synthetic, fit_before, fit_after = every[0]
    growth = np.array([after / max(fit, 1e-12) for _, _, fit, after in every])
    result |= {
        "members": ";".join(donor for donor, part in zip(kept, weight, strict=True) if part > 0),
        "rate": rates[0, ~before].mean(),
        "synthetic": synthetic[~before].mean(),
        "ratio": rates[0, ~before].mean() / max(synthetic[~before].mean(), 1e-12),
        "fit_before": fit_before,
        "fit_after": fit_after,
        "p": float((growth >= growth[0] * (1 - 1e-9)).mean()),
        "placebo_areas": len(growth),
        "smallest_p": 1 / len(growth),
    }
    return pd.DataFrame([result]), pd.DataFrame({"donor": kept, "weight": weight})


def _gap(
    rates: np.ndarray, place: int, before: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return weights, the synthetic series and the root mean square gap before and after."""
    own, others = rates[place], np.delete(rates, place, axis=0)
    scale = max(own[before].std(), others[:, before].std(), 1e-12)
    left = np.vstack([others[:, before].T / scale, np.full(len(others), HEAVY)])
    weight = nnls(left, np.append(own[before] / scale, HEAVY))[0]
    weight = weight / weight.sum()
    synthetic = weight @ others
    gap = (own - synthetic) ** 2
    return (
        weight,
        synthetic,
        float(np.sqrt(gap[before].mean())),
        float(np.sqrt(gap[~before].mean())),
    )
