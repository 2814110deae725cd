"""People behind the months: person-years from one population series, and no change across a break."""

import numpy as np
import pandas as pd

from analysis.measure.columns import check_key, check_rows, read_counts, read_people, why_empty
from analysis.measure.design import JUMP
from analysis.measure.ratios import rate_ratio
from analysis.measure.series import check_totals
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

SIDE = ["year", "people", "vintage", "part"]


def add_exposure(
    counts: pd.DataFrame, population: pd.DataFrame, *, by_days: bool = True
) -> pd.DataFrame:
    """Add the person-years of each area and month, from the figures of one population series.

    ``counts``: area, month, incidents of all categories together; ``population``: area, year,
    population, series, and vintage where the series has editions. Adds exposure (person-years:
    people x days of the month / days of the year, or a twelfth without ``by_days``), population,
    population_series, population_how, population_part, why.

    A month has the figure of its own year ("own_year"), as in ``find_trend``. A year without one
    lies on the line between the years around it ("interpolated"), or keeps the nearest outside them
    ("nearest"); an area without any has no exposure (why "no_population"). Where two figures come
    from different vintages with a jump of more than 5 % a year, a new population_part begins: there
    is nothing between them (why "population_break"), and no change may be told from one part to
    the next. Two series in ``population``, or two figures for one year, are an error.
    """
    check_totals(counts)
    check_columns(population, ["area", "year", "population", "series"], "population")
    figures = _figures(population[population["area"].isin(counts["area"])])
    wanted = counts[["area"]].assign(year=counts["month"].dt.year.astype("int64"))
    found = wanted.merge(_by_year(wanted, figures), on=["area", "year"], how="left")
    month = counts["month"].dt
    days = month.days_in_month / (365 + month.is_leap_year)
    people = found["population"].to_numpy(dtype=float)
    reasons = {
        "population_break": (found["population_how"] == "break").to_numpy(),
        "no_population": np.isnan(people),
    }
    return counts.assign(
        exposure=people * (days.to_numpy() if by_days else 1 / 12),
        population=people,
        population_series=figures["series"].iloc[0] if len(figures) else "",
        population_how=found["population_how"].replace("break", "").fillna("").to_numpy(),
        population_part=found["part"].astype("Int64").to_numpy(),
        why=why_empty(counts, reasons),
    )


def sum_exposure(table: pd.DataFrame, by: str = "year") -> pd.DataFrame:
    """Sum reports and person-years of the months that have both; one row an area and ``by``.

    ``table`` as ``add_exposure`` returns it, with the column ``by`` (a missing "year" is taken from
    the month). Columns: area, ``by``, months, months_wanted, incidents, exposure,
    population_part (empty where the months lie in several), why ("not_reported" without any month).
    """
    check_columns(table, ["area", "month", "incidents", "exposure", "population_part"], "exposure")
    if by == "year" and by not in table:
        table = table.assign(year=table["month"].dt.year)
    check_columns(table, [by], "exposure")
    known = table["incidents"].notna() & table["exposure"].notna()
    used = table.assign(
        months=known,
        incidents=table["incidents"].where(known),
        exposure=table["exposure"].where(known),
        population_part=table["population_part"].where(known),
    )
    rows = used.groupby(["area", by], sort=True)
    found = rows.agg(months=("months", "sum"), months_wanted=("months", "size"))
    found["incidents"] = rows["incidents"].sum(min_count=1)
    found["exposure"] = rows["exposure"].sum(min_count=1)
    first, last = rows["population_part"].min(), rows["population_part"].max()
    found["population_part"] = first.where(first == last)
    found["why"] = np.where(found["months"] == 0, "not_reported", "")
    return found.reset_index()


def find_changes(table: pd.DataFrame, by: str = "year") -> pd.DataFrame:
    """Return the change of each area's rate from one period to the next, in percent, with limits.

    ``table`` as ``sum_exposure`` returns it, ``by`` in an order that sorts. One row an area and pair
    of periods that follow one another: area, from, to, change, change_low, change_high (percent,
    exact conditional limits of the rate ratio: see ``rate_ratio``), unit, method, confidence, why.
    There is no change where the population breaks between them ("population_break"), where
    either has no figure ("no_value") or the first has no report ("no_incidents").

    Months of one area rise and fall together, so that two periods differ more often than these
    limits, which know chance alone, allow: a trend is told by ``find_trend``.
    """
    check_key(table, ["area", by], "changes")
    check_columns(table, ["incidents", "exposure", "population_part"], "changes")
    table = table.sort_values(["area", by], ignore_index=True)
    count = read_counts(table)
    now = table[["area", by, "population_part"]].assign(
        count=count, people=read_people(table, count)
    )
    before = now.groupby("area").shift()
    both = before[by].notna()
    now, before = now[both].reset_index(drop=True), before[both].reset_index(drop=True)
    sides = [side[name].to_numpy(float) for side in (now, before) for name in ("count", "people")]
    numbers = ~np.isnan(np.stack(sides)).any(axis=0)
    broken = (now["population_part"] != before["population_part"]).fillna(True).to_numpy(bool)
    why = np.select(
        [~numbers, broken, sides[2] == 0], ["no_value", "population_break", "no_incidents"], ""
    )
    count, people, count_before, people_before = (np.where(why == "", side, 1.0) for side in sides)
    ratio = rate_ratio(count, people, count_before, people_before)
    changes = {
        name: np.where(why == "", 100 * (values - 1), np.nan)
        for name, values in (
            ("change", ratio.ratio),
            ("change_low", ratio.low),
            ("change_high", ratio.high),
        )
    }
    return pd.DataFrame(
        {"area": now["area"], "from": before[by].astype(now[by].dtype), "to": now[by], **changes}
    ).assign(unit="percent", method="conditional", confidence=0.95, why=why.astype(object))


def _figures(population: pd.DataFrame) -> pd.DataFrame:
    """Return area, year, people, vintage, series and part, sorted; one figure an area and year."""
    series = sorted(population["series"].unique())
    if len(series) > 1:
        raise InsidenError("measure.mixed_series", series=", ".join(series))
    people = read_people(population, column="population")
    check_rows(population, np.isnan(people), "measure.no_people")
    figures = population[["area", "series"]].assign(
        year=population["year"].astype("int64"),
        people=people,
        vintage=population.get("vintage", ""),
    )
    repeated = figures[figures.duplicated(["area", "year"], keep=False)]
    if len(repeated):
        raise InsidenError(
            "measure.two_figures",
            area=repeated["area"].iloc[0],
            year=repeated["year"].iloc[0],
            vintages=", ".join(sorted(repeated["vintage"].unique())),
        )
    figures = figures.sort_values(["area", "year"], ignore_index=True)
    before = figures.groupby("area")[["year", "people", "vintage"]].shift()
    jump = (figures["people"] / before["people"] - 1).abs()
    far = jump > JUMP * (figures["year"] - before["year"])
    broken = far & (figures["vintage"] != before["vintage"])
    return figures.assign(part=broken.groupby(figures["area"]).cumsum().astype("int64") + 1)


def _by_year(wanted: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the people of each area and year: population, population_how, part."""
    years = wanted.drop_duplicates().sort_values("year", ignore_index=True)
    figures = figures.sort_values("year")[["area", *SIDE]].assign(figure=figures["year"])
    before, after = (
        pd.merge_asof(years, figures, on="year", by="area", direction=side)
        for side in ("backward", "forward")
    )
    early, late = before["figure"].isna(), after["figure"].isna()
    own = before["figure"] == years["year"]
    broken = ~own & ~early & ~late & (before["part"] != after["part"])
    share = (years["year"] - before["figure"]) / (after["figure"] - before["figure"]).where(~own)
    between = before["people"] + share * (after["people"] - before["people"])
    people = np.select(
        [own | (late & ~early), early, broken], [before["people"], after["people"], np.nan], between
    )
    how = np.select(
        [early & late, own, broken, early | late],
        ["", "own_year", "break", "nearest"],
        "interpolated",
    )
    part = before["part"].where(~early, after["part"]).mask(broken)
    return years.assign(population=people, population_how=how, part=part)
