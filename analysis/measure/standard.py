"""Standardisation: the rate or ratio an area would have, if it had the age bands of a standard.

A band may be of age, sex, both, or anything by which reports and people are counted alike. An area
in which one band is unknown has no standardised figure: reading it as zero, as some programs do,
would make the least known area look best.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from analysis.measure.columns import (
    check_choice,
    check_confidence,
    check_key,
    check_rows,
    read_counts,
    read_numbers,
    read_people,
    why_empty,
)
from analysis.measure.intervals import poisson_interval
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

FEWEST = 10  # incidents below which a directly standardised rate is one band's chance
DIRECT = ("dobson", "dobson_byar", "fay_feuer")


def standardise_direct(
    table: pd.DataFrame,
    standard: pd.DataFrame,
    *,
    bands: Iterable[str] = ("ageband",),
    per: int = 100_000,
    confidence: float = 0.95,
    method: Literal["dobson", "dobson_byar", "fay_feuer"] = "dobson",
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Return the directly standardised rate of each area with its interval; one row an area.

    ``table``: area, the ``bands``, incidents, exposure; ``standard``: the bands and weight, of any
    scale. Columns: area, incidents, exposure (both over all bands), rate, rate_low, rate_high,
    crude_rate, relative_error (percent), rate_per, unit, method, confidence, why. Empty, with why:
    "not_reported" (a count of a band is empty), "no_population" (a band of the standard without
    people), "band_missing" (a band without a row), "too_few" (fewer than ten incidents: APHO/PHE).
    A band that the standard does not know, or a repeated one, is an error.

    ``dobson``: the exact limits of the total, moved to the scale of the rate; ``dobson_byar``:
    Byar's, as PHE prints (Dobson, Kuulasmaa, Eberle & Scherer 1991, Stat Med 10: 457-462).
    ``fay_feuer``: gamma limits (Fay & Feuer 1997, Stat Med 16: 791-801), as epitools.
    """
    check_choice("method", method, DIRECT)
    check_confidence(confidence)
    bands = list(bands)
    check_key(standard, bands, "standard")
    check_columns(standard, ["weight"], "standard")
    weight = read_numbers(standard, "weight")
    check_rows(standard, ~(weight >= 0), "measure.bad_weight")
    if not weight.sum() > 0:
        raise InsidenError("measure.bad_weight", area="-")
    standard = standard[bands].assign(share=weight / weight.sum())
    rows = _bands(table, standard[standard["share"] > 0], bands)
    ratio = rows["share"] / rows["exposure"]
    parts = pd.DataFrame(
        {
            "area": rows["area"],
            "rate": ratio * rows["incidents"],
            "variance": ratio**2 * rows["incidents"],
        }
    )
    sums = parts.groupby("area", sort=False).sum()
    found = _totals(rows).assign(
        rate=sums["rate"], variance=sums["variance"], most=ratio.groupby(rows["area"]).max()
    )
    few = (found["incidents"] < FEWEST).to_numpy(dtype=bool, na_value=False)
    found["why"] = np.where((found["why"] == "") & few, "too_few", found["why"])
    low, high = _direct_limits(found, confidence, method)
    empty = found["why"] != ""
    error = 100 * np.sqrt(found["variance"]) / found["rate"]
    columns = {"rate": found["rate"] * per, "rate_low": low * per, "rate_high": high * per}
    crude = found["incidents"].astype(float) / found["exposure"] * per
    return _in_order(
        found.assign(
            **{name: values.mask(empty) for name, values in columns.items()},
            crude_rate=crude,
            relative_error=error.mask(empty),
            rate_per=per,
            unit=f"{counted} per {per} {among}, standardised",
            method=method,
            confidence=confidence,
        ),
        ["rate", "rate_low", "rate_high", "crude_rate", "relative_error", "rate_per"],
    )


def standardise_indirect(
    table: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    totals: pd.DataFrame | None = None,
    bands: Iterable[str] = ("ageband",),
    per: int = 100_000,
    confidence: float = 0.95,
    method: str = "exact",
    counted: str = "reports",
    among: str = "people",
) -> pd.DataFrame:
    """Return reported / expected (SMR) of each area with its interval; one row an area.

    ``table``: area, the ``bands``, exposure, and incidents by band, or ``totals`` with area and
    incidents where reports are not known by band; ``reference``: the bands, incidents and exposure
    of the population whose rates are applied. Columns: area, incidents,
    exposure, expected, ratio, ratio_low, ratio_high, and rate, rate_low, rate_high (ratio x crude
    rate of the reference), rate_per, unit, method, confidence, why. Empty as in
    ``standardise_direct``; where nothing is expected there is no ratio ("no_expected").

    ``method`` as in ``poisson_interval``: "phe" prints as PHE, "log" as epitools. Two such ratios
    each have their own weights: compare each with 1, not with one another.
    """
    bands = list(bands)
    check_key(reference, bands, "reference")
    check_columns(reference, ["incidents", "exposure"], "reference")
    counts = read_counts(reference)
    people = read_people(reference, counts)
    if np.isnan(counts + people).any():
        raise InsidenError("measure.reference_gap")
    given = table if totals is None else table.assign(incidents=0)
    rows = _bands(given, reference[bands].assign(reference_rate=counts / people), bands)
    parts = rows["exposure"] * rows["reference_rate"]
    found = _totals(rows).assign(expected=parts.groupby(rows["area"], sort=False).sum())
    if totals is not None:
        found = _with_totals(found, totals)
    nothing = (found["why"] == "") & (found["expected"] == 0)
    found["why"] = found["why"].mask(nothing, "no_expected")
    empty = found["why"] != ""
    count = found["incidents"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    low, high = poisson_interval(count, confidence, method)
    expected = found["expected"].mask(empty)
    ratios = {"": count / expected, "_low": low / expected, "_high": high / expected}
    crude = counts.sum() / people.sum() * per
    rates = ["rate", "rate_low", "rate_high"]
    return _in_order(
        found.assign(
            expected=expected,
            **{f"ratio{end}": values for end, values in ratios.items()},
            **{f"rate{end}": values * crude for end, values in ratios.items()},
            rate_per=per,
            unit=f"{counted} / expected {counted}; rate: {counted} per {per} {among}",
            method=method,
            confidence=confidence,
        ),
        ["expected", "ratio", "ratio_low", "ratio_high", *rates, "rate_per"],
    )


def _bands(table: pd.DataFrame, known: pd.DataFrame, bands: list[str]) -> pd.DataFrame:
    """Return one row an area and known band, with why a band is not there or not known."""
    check_key(table, ["area", *bands], "bands")
    check_columns(table, ["incidents", "exposure"], "bands")
    incidents = read_counts(table)
    table = table[["area", *bands]].assign(
        incidents=incidents, exposure=read_people(table, incidents)
    )
    both = table[bands].merge(known[bands], how="left", indicator=True)
    strange = (both["_merge"] == "left_only").to_numpy() & (incidents > 0)
    text = ", ".join(str(part) for part in table.loc[strange, bands].head(1).to_numpy().ravel())
    check_rows(table, strange, "measure.strange_band", text=text)
    grid = table[["area"]].drop_duplicates().merge(known, how="cross")
    rows = grid.merge(table, on=["area", *bands], how="left", indicator=True)
    reasons = {
        "band_missing": (rows["_merge"] == "left_only").to_numpy(),
        "not_reported": rows["incidents"].isna().to_numpy(),
        "no_population": rows["exposure"].isna().to_numpy(),
    }
    return rows.assign(why=why_empty(rows, reasons))


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up the bands of each area; an area with a gap in any of them has no total."""
    areas = rows.groupby("area", sort=False)
    found = areas[["incidents", "exposure"]].sum(min_count=1)
    gaps = rows[rows["why"] != ""].drop_duplicates("area").set_index("area")["why"]
    found["why"] = gaps.reindex(found.index).fillna("")
    gap = found["why"] != ""
    whole = found["incidents"].mask(gap)
    found["incidents"] = whole.astype("Int64") if (whole.dropna() % 1 == 0).all() else whole
    found["exposure"] = found["exposure"].mask(gap)
    return found


def _with_totals(found: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    check_key(totals, ["area"], "totals")
    check_columns(totals, ["incidents"], "totals")
    known = pd.Series(read_counts(totals), index=totals["area"]).reindex(found.index)
    silent = (found["why"] == "") & known.isna()
    return found.assign(incidents=known, why=found["why"].mask(silent, "not_reported"))


def _direct_limits(
    found: pd.DataFrame, confidence: float, method: str
) -> tuple[pd.Series, pd.Series]:
    rate, variance = found["rate"], found["variance"]
    if method == "fay_feuer":
        tail = (1 - confidence) / 2
        rate, variance = rate.where(rate > 0), variance.where(rate > 0)
        low = gammaincinv(rate**2 / variance, tail) * variance / rate
        rate, variance = rate + found["most"], variance + found["most"] ** 2
        return low, gammaincinv(rate**2 / variance, 1 - tail) * variance / rate
    count = found["incidents"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    limits = poisson_interval(count, confidence, "byar" if method == "dobson_byar" else "exact")
    scale = np.sqrt(variance / np.where(count > 0, count, np.nan))
    low, high = (rate + scale * (limit - count) for limit in limits)
    return low, high


def _in_order(found: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    order = ["incidents", "exposure", *columns, "unit", "method", "confidence", "why"]
    return found[order].reset_index()
