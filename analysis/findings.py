"""What one run found: the tables from which every chart, sentence and exported file is made.

Everything in ``Findings`` is already protected: a hidden count is empty in ``incidents`` and stands
as ``<5`` or ``-`` in ``shown``. Nothing that draws or writes for others sees an unprotected number.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd

from analysis.counts import sum_over
from analysis.desk import Desk
from analysis.measure.compare import compare_areas
from analysis.measure.differences import find_trend_differences
from analysis.measure.rates import add_rates
from analysis.measure.trends import find_trend, fitted_trend
from analysis.reference.calendar import month_calendar
from analysis.reference.neighbours import land_neighbours
from analysis.reference.population import population_of, vintage_text
from analysis.release import (
    collect_release,
    explored_cells,
    period_key,
    protect_release,
    public_counts,
    take_cells,
)
from analysis.study import Study
from analysis.tables import steady_table
from analysis.words.messages import InsidenError

HIDDEN = ("suppressed", "complementary")
TILES = ["area", "row", "column"]


@dataclass(frozen=True)
class Findings:
    """The protected tables of one run; the columns of each stand beside its name."""

    study: Study
    names: dict[str, str]  # area code (and comparator group) -> name for people
    focal: str
    groups: dict[str, list[str]]  # comparator -> its areas
    first: pd.Timestamp
    last: pd.Timestamp
    window_first: pd.Timestamp
    window_last: pd.Timestamp
    areas: pd.DataFrame  # the gazetteer
    monthly: pd.DataFrame  # area, month, incidents, shown, why, flag, complete
    window: (
        pd.DataFrame
    )  # area, months, months_wanted, incidents, shown, exposure, rate, rate_low, …
    comparison: pd.DataFrame  # as compare_areas returns it; numbers empty where a count is hidden
    trend: pd.DataFrame  # as find_trend returns it
    fitted: pd.DataFrame  # area, month, fitted, fitted_low, fitted_high
    districts: pd.DataFrame  # area, incidents, shown, months, months_wanted, why
    categories: pd.DataFrame  # category, period, incidents, shown, why
    completeness: pd.DataFrame  # area, month, expected, reported, complete
    calendar: pd.DataFrame  # month, days, ramadan_days, lebaran_days, holiday_days, yearend_days
    population: pd.DataFrame  # area, year, population, series, vintage, confidence
    balance: pd.DataFrame  # file, outcome, rule, rows, cells, amount
    rejects: pd.DataFrame  # REJECTS
    revisions: pd.DataFrame  # file, kept, area, month, category, before, after
    totals: pd.DataFrame  # printed totals that differ from the sums
    # area, span, category, months, months_wanted, incidents, shown, why, exposure, rate, rate_low, …
    explored: pd.DataFrame = field(default_factory=pd.DataFrame)
    neighbours: dict[str, list[str]] = field(default_factory=dict)  # area -> its land neighbours
    silent: tuple[str, ...] = ()  # areas without one whole month in the window; not in "the rest"
    # each area against its land neighbours as find_trend_differences returns it, without the counts
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    # area, row, column: where the areas stand in a layout of tiles; without a row where unknown
    tiles: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TILES))

    @property
    def hidden_cells(self) -> int:
        """How many counts are not shown, over all tables."""
        tables = (self.monthly, self.window, self.districts, self.categories)
        return sum(int(table["why"].isin(HIDDEN).sum()) for table in tables)


def find(desk: Desk) -> Findings:
    """Protect, rate, compare and fit what lies on the desk."""
    study = desk.study
    groups = comparator_groups(desk)
    months = desk.window_months
    population = population_of(
        desk.reference.population,
        desk.compared,
        study.population_year or int(months[-1].year),
        series=study.population_series,
    )
    named = [vintage_text(vintage, study.language) for vintage in population["vintage"]]
    population = population.assign(vintage_name=named)
    explored = explored_cells(desk)
    release = collect_release(desk, groups, explored)
    shown = protect_release(release, desk, groups)
    calendar = month_calendar(desk.reference.calendar, desk.months)
    # all series are fitted in one call, because their persistence is estimated together
    monthly = _monthly(desk, groups, shown)
    public = monthly[["area", "month", "flag"]].assign(
        incidents=public_counts(monthly, study.hide_below)
    )
    series = _series(desk, groups, public)
    people = _people_by_year(desk, groups)
    neighbours = {
        area: land_neighbours(desk.reference.neighbours, area, desk.compared)
        for area in desk.compared
    }
    told = [study.region, *(name for name in groups if name not in desk.compared)]
    trend = find_trend(series, calendar, people, pool=desk.compared)
    fitted = fitted_trend(series, calendar, people, pool=desk.compared)
    found = Findings(
        study=study,
        names=desk.names,
        focal=study.region,
        groups=groups,
        first=desk.months[0],
        last=desk.months[-1],
        window_first=months[0],
        window_last=months[-1],
        areas=desk.reference.areas,
        monthly=monthly,
        window=_window(desk, population, shown),
        comparison=_comparison(desk, groups, population, shown, public),
        trend=trend[trend["area"].isin(told)].reset_index(drop=True),
        fitted=fitted[fitted["area"].isin(told)].reset_index(drop=True),
        districts=_districts(desk, shown),
        categories=_categories(desk, shown),
        completeness=desk.monthly[["area", "month", "expected", "reported", "complete"]],
        calendar=calendar,
        population=population,
        balance=desk.balance,
        rejects=desk.cleaned.rejects,
        revisions=desk.cleaned.revisions,
        totals=desk.intake.totals[~desk.intake.totals["agrees"].astype(bool)],
        explored=_explored(explored, population, shown),
        neighbours=neighbours,
        silent=tuple(silent_areas(desk)) if "rest" in groups else (),
        differences=_differences(desk, groups, series, people, neighbours),
        tiles=desk.reference.tiles.loc[desk.reference.tiles["area"].isin(desk.compared), TILES],
    )
    return _steady(found)


def _steady(findings: Findings) -> Findings:
    """Cut the digits in which computers differ: what is printed, exported and drawn is one number."""
    cut: dict[str, Any] = {}
    for one in fields(findings):
        table = getattr(findings, one.name)
        if isinstance(table, pd.DataFrame):
            cut[one.name] = steady_table(table)
    return replace(findings, **cut)


def comparator_groups(desk: Desk) -> dict[str, list[str]]:
    """Return the areas behind each comparator that the study names; never the region itself.

    An area that never reported would leave "the rest" without a month in which all of it reported.
    """
    study, others = desk.study, [area for area in desk.compared if area != desk.study.region]
    silent = silent_areas(desk)
    groups: dict[str, list[str]] = {}
    for name in study.comparators:
        if name == "land_neighbours":
            found = land_neighbours(desk.reference.neighbours, study.region, desk.compared)
            groups |= {name: found} if found else {}
        elif name == "rest":
            rest = [area for area in others if area not in silent]
            groups |= {name: rest} if len(rest) > 1 else {}
        elif name == "each":
            groups |= {area: [area] for area in others}
        elif name in others:
            groups[name] = [name]
        else:
            raise InsidenError("run.unknown_comparator", text=name, known=", ".join(others))
    if not groups:
        raise InsidenError("run.no_comparator")
    return groups


def silent_areas(desk: Desk) -> list[str]:
    """Return the areas beside the region that reported no whole month of the window."""
    others = [area for area in desk.compared if area != desk.study.region]
    silent = [area for area in others if desk.usable_months([area]).empty]
    return silent if len(others) - len(silent) > 1 else []


# -- the tables ---------------------------------------------------------------------------------


def _monthly(desk: Desk, groups: dict[str, list[str]], shown: pd.DataFrame) -> pd.DataFrame:
    table = desk.monthly[["area", "month", "flag", "complete"]].reset_index(drop=True)
    table = take_cells(shown, table, table["month"].dt.strftime("%Y-%m"), "")
    return table[["area", "month", "incidents", "shown", "why", "flag", "complete"]]


def _window(desk: Desk, population: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    wanted = len(desk.window_months)
    people = population.set_index("area")["population"].astype(float)
    rows = []
    for area in desk.compared:
        months = desk.usable_months([area])
        rows.append(
            {
                "area": area,
                "period": period_key(months),
                "months": len(months),
                "months_wanted": wanted,
                "exposure": people[area] * len(months) / wanted,
            }
        )
    table = pd.DataFrame(rows)
    table = take_cells(shown, table, table["period"], "")
    return add_rates(table)


def _explored(cells: pd.DataFrame, population: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Give the cells of the explorer their people, their rates and what may be shown of them."""
    people = population.set_index("area")["population"].astype(float)
    share = cells["months"] / cells["months_wanted"]
    table = cells.assign(exposure=cells["area"].map(people) * share)
    table = take_cells(shown, table, table["period"], table["category"])
    return add_rates(table).drop(columns="period")


def _comparison(
    desk: Desk,
    groups: dict[str, list[str]],
    population: pd.DataFrame,
    shown: pd.DataFrame,
    public: pd.DataFrame,
) -> pd.DataFrame:
    counts = desk.monthly[["area", "month"]].assign(incidents=desk.usable["incidents"])
    table = compare_areas(
        counts,
        population,
        focal=desk.study.region,
        comparators=groups,
        months=desk.window_months,
        unit=desk.study.unit,
        history=public,
    )
    for row, name in table["comparator"].items():
        months = desk.usable_months([desk.study.region, *groups[name]])
        cells = [(desk.study.region, period_key(months), ""), (name, period_key(months), "")]
        if len(months) and shown.reindex(cells)["why"].isin(HIDDEN).any():
            table = _hide_row(table, row)
    return table


def _hide_row(table: pd.DataFrame, row: object) -> pd.DataFrame:
    numbers = ["incidents", "comparator_incidents", "ratio", "p", "dispersion", "difference"]
    limits = ["ratio", "wide", "mid_p", "difference"]
    numbers += [f"{name}_{side}" for name in limits for side in ("low", "high")]
    table = table.copy()
    table.loc[row, numbers] = pd.NA
    table.loc[row, ["verdict", "why"]] = ["not_comparable", "suppressed"]
    return table


def _differences(
    desk: Desk,
    groups: dict[str, list[str]],
    series: pd.DataFrame,
    people: pd.DataFrame,
    neighbours: dict[str, list[str]],
) -> pd.DataFrame:
    """Compare the region's change with its land neighbours', where the study compares with them.

    All areas are compared, because each is a placebo for the others; the text tells the region's row.
    """
    if "land_neighbours" not in groups:
        return pd.DataFrame()
    single = series[series["area"].isin(desk.compared)]
    own = people[people["area"].isin(desk.compared)]
    table = find_trend_differences(single, own, neighbours)
    # the sums of both sides are not in the protected release
    return table.drop(columns=["incidents", "comparator_incidents"])


def _series(desk: Desk, groups: dict[str, list[str]], counts: pd.DataFrame) -> pd.DataFrame:
    """Monthly counts of the areas and of the comparator groups; a group needs all its members."""
    wide = counts.pivot(index="month", columns="area", values="incidents")
    parts = [counts]
    for name, members in groups.items():
        if name not in desk.compared:
            total = wide[members].astype("Float64").sum(axis="columns", skipna=False)
            parts.append(
                pd.DataFrame({"area": name, "month": total.index, "incidents": total.to_numpy()})
            )
    series = pd.concat(parts, ignore_index=True)
    series["incidents"] = series["incidents"].astype("Int64")
    series["flag"] = series["flag"].fillna("")
    return series


def _people_by_year(desk: Desk, groups: dict[str, list[str]]) -> pd.DataFrame:
    """People of every area and group for the trend: the fixed year, or each year of the series.

    Several years keep their vintage, so that no change is told across a break between two.
    """
    study, known = desk.study, desk.reference.population
    years = [study.population_year]
    if not study.population_year:
        own = known[
            (known["series"] == study.population_series) & known["area"].isin(desk.compared)
        ]
        complete = own.groupby("year")["area"].nunique() == len(desk.compared)
        inside = {int(month.year) for month in desk.months}
        years = sorted({int(year) for year in complete.index[complete]} & inside)
    series = study.population_series
    parts = [population_of(known, desk.compared, year, series=series) for year in years]
    people = pd.concat(parts, ignore_index=True)
    sums = [
        {
            "area": name,
            "year": year,
            "population": rows.loc[rows["area"].isin(members), "population"].sum(),
            "vintage": rows["vintage"].iloc[0],
        }
        for name, members in groups.items()
        if name not in desk.compared
        for year, rows in people.groupby("year")
    ]
    return pd.concat([people, pd.DataFrame(sums)], ignore_index=True)


def _districts(desk: Desk, shown: pd.DataFrame) -> pd.DataFrame:
    months = desk.usable_months([desk.study.region])
    parts = desk.focal_parts[desk.focal_parts["month"].isin(months)]
    by_month = sum_over(parts, ["area", "month"])
    whole = by_month["incidents"].notna()
    table = by_month.assign(months=whole).groupby("area")["months"].sum().reset_index()
    table["months_wanted"] = len(months)
    table = table[table["area"] != desk.study.region].reset_index(drop=True)
    return take_cells(shown, table, period_key(months), "")


def _categories(desk: Desk, shown: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for name, months in (("window", desk.window_months), ("before", desk.months_before)):
        usable = desk.usable_months([desk.study.region], months)
        if len(usable) == 0:
            continue
        codes = sorted(set(desk.focal_parts["category"]) - {""})
        table = pd.DataFrame({"area": desk.study.region, "category": codes})
        table["window"], table["months"] = name, len(usable)
        parts.append(take_cells(shown, table, period_key(usable), table["category"]))
    if not parts:
        return pd.DataFrame(columns=["category", "window", "months", "incidents", "shown", "why"])
    return pd.concat(parts, ignore_index=True).drop(columns="area")
