"""One area against named others: rate ratio, exact interval, and a verdict that dares no more."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import beta, binom

from analysis.measure.series import check_months, check_totals, month_rows
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

ALPHA = 0.05
MONTHS_FOR_DISPERSION = 12


class Ratio(NamedTuple):
    """Rate ratios with their limits and two-sided p; one entry a comparison."""

    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def rate_ratio(
    incidents: np.ndarray,
    exposure: np.ndarray,
    other_incidents: np.ndarray,
    other_exposure: np.ndarray,
    dispersion: float = 1.0,
) -> Ratio:
    """Compare two Poisson rates exactly: given their sum, the first count is binomial.

    95 % limits by Clopper & Pearson (1934), Biometrika 26: 404-413; two-sided p by the method of
    small p-values, as R's ``poisson.test``. No incident at all: no ratio, limits 0 and infinity,
    p = 1. With a ``dispersion`` above one the limits, not p, are those of both counts divided by
    it: as if so many reports carried the information of one. Unknown (NaN), it leaves no limits.
    """
    incidents, other_incidents, exposure, other_exposure = (
        np.asarray(part, float) for part in (incidents, other_incidents, exposure, other_exposure)
    )
    share = exposure / (exposure + other_exposure)
    first, second = incidents / dispersion, other_incidents / dispersion
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(first == 0, 0.0, beta.ppf(ALPHA / 2, first, second + 1))
        high = np.where(second == 0, 1.0, beta.ppf(1 - ALPHA / 2, first + 1, second))
        scale = other_exposure / exposure
        return Ratio(
            incidents / other_incidents * scale,
            low / (1 - low) * scale,
            high / (1 - high) * scale,
            _two_sided_p(incidents, incidents + other_incidents, share),
        )


def _two_sided_p(successes: np.ndarray, trials: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Add up the probability of every outcome that is no more likely than the one seen."""
    mirrored = successes > trials * share
    successes = np.where(mirrored, trials - successes, successes)
    share = np.where(mirrored, 1 - share, share)
    # R's tolerance, without which equal probabilities differ by their rounding
    limit = binom.pmf(successes, trials, share) * (1 + 1e-7)
    # bisect for the first outcome above the mean that is as unlikely
    below, first = np.ceil(trials * share) - 1, trials + 1
    while (first - below > 1).any():
        middle = np.floor((below + first) / 2)
        unlikely = binom.pmf(middle, trials, share) <= limit
        first = np.where(unlikely, middle, first)
        below = np.where(unlikely, below, middle)
    p = binom.cdf(successes, trials, share) + binom.sf(first - 1, trials, share)
    return np.where(successes == trials * share, 1.0, np.minimum(p, 1.0))


def find_dispersion(incidents: np.ndarray) -> float:
    """Return how many times more monthly counts scatter than Poisson counts would; NaN if unknown.

    ``incidents``: one row an area, one column a month, NaN not reported. Pearson's chi-square over
    its degrees of freedom around area x month effects (McCullagh & Nelder 1989, 6.2.4), at least 1;
    it needs twelve months in which two areas or more reported. Shared ups and downs are no scatter.
    """
    seen = ~np.isnan(incidents)
    seen &= seen.sum(axis=0) > 1
    counts = np.where(seen, incidents, 0.0)
    seen &= (counts.sum(axis=1) > 0)[:, None] & (counts.sum(axis=0) > 0)[None, :]
    rows, columns = seen.any(axis=1).sum(), seen.any(axis=0).sum()
    freedom = seen.sum() - rows - columns + 1
    if columns < MONTHS_FOR_DISPERSION or freedom < 1:
        return float("nan")
    expected = seen.astype(float)
    # proportional fitting gives the maximum-likelihood means also when cells are missing
    for _ in range(200):
        before = expected
        for axis in (1, 0):
            fitted = expected.sum(axis=axis, keepdims=True)
            wanted = counts.sum(axis=axis, keepdims=True, where=seen)
            expected = expected * np.divide(wanted, fitted, np.zeros_like(fitted), where=fitted > 0)
        if np.abs(expected - before).max() < 1e-9 * (1 + expected.max()):
            break
    scatter = np.where(seen, (counts - expected) ** 2 / np.where(seen, expected, 1.0), 0.0)
    return max(1.0, float(scatter.sum() / freedom))


def compare_areas(
    counts: pd.DataFrame,
    population: pd.DataFrame,
    *,
    focal: str,
    comparators: dict[str, list[str]],
    months: pd.DatetimeIndex,
) -> pd.DataFrame:
    """Compare the focal area with each named group of areas, over the months all of them reported.

    ``counts``: area, month, incidents for all categories together (empty or absent: not reported);
    ``population``: area, population; ``comparators``: name -> codes; ``months``: the window, one
    entry where a total was published for a period. Exposure is people for the window: population
    x months used / months wanted.

    ``ratio`` comes with exact limits and p (see ``rate_ratio``); ``wide_low`` and ``wide_high`` are
    widened by the dispersion of all areas in the window (method "dispersion"), empty where fewer
    than twelve months allow no estimate (method "poisson": counts are taken as Poisson). The
    verdict is higher or lower only where each interval excludes one and p < 0.05; ``why`` says what
    stood against it: "no_common_months", "no_incidents", "limits_disagree" (interval and p
    differ), "dispersion" (the exact interval excludes one, the wide one does not).

    The verdict is about these months. Where an area's months stay high or low together, rates that
    are equal in the long run still differ within one year more often than 5 % of the time.
    """
    check_totals(counts)
    people = _people(population)
    months = check_months(months)
    areas = _check_groups(focal, comparators, people)
    rows = dict(zip(areas, month_rows(counts, areas, months), strict=True))
    dispersion = find_dispersion(np.stack(list(rows.values())))
    table = pd.DataFrame(
        _common_months(focal, name, members, rows, people) for name, members in comparators.items()
    )
    return _add_verdict(table, dispersion)


def _people(population: pd.DataFrame) -> dict[str, float]:
    check_columns(population, ["area", "population"], "population")
    repeated = population["area"].duplicated()
    if repeated.any():
        raise InsidenError("measure.repeated_population", area=population["area"][repeated].iloc[0])
    people = population["population"].astype("Float64").fillna(0).to_numpy(dtype=float)
    if (people <= 0).any():
        raise InsidenError("measure.no_people", area=population["area"][people <= 0].iloc[0])
    return dict(zip(population["area"], people, strict=True))


def _check_groups(
    focal: str, comparators: dict[str, list[str]], people: dict[str, float]
) -> list[str]:
    """Return all areas that are compared, sorted, or say which group cannot stand."""
    if not comparators:
        raise InsidenError("measure.no_comparator", comparator="-")
    for name, members in comparators.items():
        if not members:
            raise InsidenError("measure.no_comparator", comparator=name)
        if focal in members:
            raise InsidenError("measure.focal_in_comparator", area=focal, comparator=name)
        if len(set(members)) < len(members):
            raise InsidenError("measure.repeated_member", comparator=name)
    areas = sorted({focal}.union(*comparators.values()))
    for area in areas:
        if area not in people:
            raise InsidenError("measure.unknown_area", area=area, known=", ".join(sorted(people)))
    return areas


def _common_months(
    focal: str,
    name: str,
    members: list[str],
    rows: dict[str, np.ndarray],
    people: dict[str, float],
) -> dict:
    """Sum both sides over the months in which the focal area and every member reported."""
    others = np.stack([rows[member] for member in members])
    common = ~np.isnan(rows[focal]) & ~np.isnan(others).any(axis=0)
    share = common.mean()
    return {
        "focal": focal,
        "comparator": name,
        "members": ";".join(members),
        "months": int(common.sum()),
        "months_wanted": len(common),
        "incidents": rows[focal][common].sum(),
        "exposure": people[focal] * share,
        "comparator_incidents": others[:, common].sum(),
        "comparator_exposure": sum(people[member] for member in members) * share,
    }


def _add_verdict(table: pd.DataFrame, dispersion: float) -> pd.DataFrame:
    comparable = (table["months"] > 0).to_numpy()
    sides = ["incidents", "exposure", "comparator_incidents", "comparator_exposure"]
    one, people, others, other_people = table.loc[comparable, sides].to_numpy(dtype=float).T
    exact = rate_ratio(one, people, others, other_people)
    wide = rate_ratio(one, people, others, other_people, dispersion)
    limits = pd.DataFrame(
        {
            "ratio": exact.ratio,
            "ratio_low": exact.low,
            "ratio_high": exact.high,
            "p": exact.p,
            "dispersion": dispersion,
            "wide_low": wide.low,
            "wide_high": wide.high,
        },
        index=table.index[comparable],
    )
    table = table.join(limits)
    verdict = [
        _verdict(row) if row.months else ("not_comparable", "no_common_months")
        for row in table.itertuples()
    ]
    table["verdict"], table["why"] = zip(*verdict, strict=True)
    table["method"] = "poisson" if np.isnan(dispersion) else "dispersion"
    table.loc[~comparable, sides] = np.nan
    counts = ["incidents", "comparator_incidents"]
    return table.astype(dict.fromkeys(counts, "Int64"))


def _verdict(row) -> tuple[str, str]:
    """Judge one comparison: a direction only where interval, wide interval and p agree."""
    if row.incidents + row.comparator_incidents == 0:
        return "not_separable", "no_incidents"
    exact = row.ratio_low > 1 or row.ratio_high < 1
    if exact != (row.p < ALPHA):
        return "not_separable", "limits_disagree"
    if exact and row.wide_low <= 1 <= row.wide_high:
        return "not_separable", "dispersion"
    if not exact:
        return "not_separable", ""
    return ("higher" if row.ratio_low > 1 else "lower"), ""
