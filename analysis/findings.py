"""What one run found: the tables from which every chart, sentence and exported file is made.

Everything in ``Findings`` is already protected: a hidden count is empty in ``incidents`` and stands
as ``<5`` or ``-`` in ``shown``. Nothing that draws or writes for others sees an unprotected number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.counts import sum_over
from analysis.desk import Desk
from analysis.measure.compare import compare_areas
from analysis.measure.rates import add_rates
from analysis.measure.trends import find_trend, fitted_trend
from analysis.protect.audit import find_recoverable
from analysis.protect.suppression import hide_small
from analysis.reference.calendar import month_calendar
from analysis.reference.neighbours import land_neighbours
from analysis.reference.population import population_of, vintage_text
from analysis.study import Study
from analysis.words.messages import InsidenError

CELL = ["area", "period", "category"]
HIDDEN = ("suppressed", "complementary")


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
    release = _release(desk, groups)
    shown = _protect(release, desk, groups)
    calendar = month_calendar(desk.reference.calendar, desk.months)
    # all series are fitted in one call, because their persistence is estimated together
    series = _series(desk, groups)
    people = _group_population(population, groups)
    told = [study.region, *(name for name in groups if name not in desk.compared)]
    trend = find_trend(series, calendar, people)
    fitted = fitted_trend(series, calendar, people)
    return Findings(
        study=study,
        names=desk.names,
        focal=study.region,
        groups=groups,
        first=desk.months[0],
        last=desk.months[-1],
        window_first=months[0],
        window_last=months[-1],
        areas=desk.reference.areas,
        monthly=_monthly(desk, groups, shown),
        window=_window(desk, population, shown),
        comparison=_comparison(desk, groups, population, shown),
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
    )


def comparator_groups(desk: Desk) -> dict[str, list[str]]:
    """Return the areas behind each comparator that the study names; never the region itself."""
    study, others = desk.study, [area for area in desk.compared if area != desk.study.region]
    groups: dict[str, list[str]] = {}
    for name in study.comparators:
        if name == "land_neighbours":
            found = land_neighbours(desk.reference.neighbours, study.region, desk.compared)
            groups |= {name: found} if found else {}
        elif name == "rest":
            groups |= {name: others} if len(others) > 1 else {}
        elif name == "each":
            groups |= {area: [area] for area in others}
        elif name in others:
            groups[name] = [name]
        else:
            raise InsidenError("run.unknown_comparator", text=name, known=", ".join(others))
    if not groups:
        raise InsidenError("run.no_comparator")
    return groups


def period_key(months: Iterable[pd.Timestamp]) -> str:
    """Name a set of months, so that two tables over the same months share a cell.

    >>> period_key(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-04-01"]))
    '2024-01..2024-02,2024-04'
    """
    parts: list[list[pd.Period]] = []
    for month in sorted(pd.Period(each, "M") for each in months):
        if parts and month == parts[-1][-1] + 1:
            parts[-1].append(month)
        else:
            parts.append([month])
    return ",".join(str(part[0]) if len(part) == 1 else f"{part[0]}..{part[-1]}" for part in parts)


# -- protection: everything that leaves the office, in one table ---------------------------------


def _release(desk: Desk, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Every cell that any output shows or lets be computed: area, period, category, incidents."""
    monthly = desk.monthly.assign(period=desk.monthly["month"].dt.strftime("%Y-%m"), category="")
    focal = desk.study.region
    parts = [monthly[[*CELL, "known"]].rename(columns={"known": "incidents"})]
    parts += [_sums(desk, [area], area, desk.usable_months([area])) for area in desk.compared]
    for name, members in groups.items():
        months = desk.usable_months([focal, *members])
        parts += [_sums(desk, [focal], focal, months), _sums(desk, members, name, months)]
        parts += [_sums(desk, [area], area, months) for area in members]
    for months in (desk.window_months, desk.months_before):
        usable = desk.usable_months([focal], months)
        parts.append(_sums(desk, [focal], focal, usable))
        parts.append(_focal_parts(desk, usable, "category"))
    usable = desk.usable_months([focal])
    parts.append(_focal_parts(desk, usable, "area"))
    release = pd.concat([part for part in parts if not part.empty], ignore_index=True)
    release["incidents"] = release["incidents"].astype("Int64")
    release["why"] = release["incidents"].isna().map({True: "not_reported", False: ""})
    return release.drop_duplicates(CELL).sort_values(CELL, ignore_index=True)


def _sums(desk: Desk, members: list[str], name: str, months: pd.DatetimeIndex) -> pd.DataFrame:
    if len(months) == 0:
        return pd.DataFrame(columns=[*CELL, "incidents"])
    rows = desk.monthly["area"].isin(members) & desk.monthly["month"].isin(months)
    total = desk.monthly.loc[rows, "known"].sum()
    row = {"area": name, "period": period_key(months), "category": "", "incidents": total}
    return pd.DataFrame([row])


def _focal_parts(desk: Desk, months: pd.DatetimeIndex, by: str) -> pd.DataFrame:
    """The region's districts or categories, summed over ``months``."""
    parts = desk.focal_parts[desk.focal_parts["month"].isin(months)]
    if parts.empty or (by == "category" and parts["category"].nunique() < 2):
        return pd.DataFrame(columns=[*CELL, "incidents"])
    if by == "area" and set(parts["area"]) == {desk.study.region}:
        return pd.DataFrame(columns=[*CELL, "incidents"])
    sums = sum_over(parts, [by]).rename(columns={"known": "sum"})
    return pd.DataFrame(
        {
            "area": sums["area"] if by == "area" else desk.study.region,
            "period": period_key(months),
            "category": sums["category"] if by == "category" else "",
            "incidents": sums["sum"],
        }
    )


def _protect(release: pd.DataFrame, desk: Desk, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Hide small counts over the whole release at once; index by its cell."""
    all_months = {str(month)[:7] for month in desk.months}
    periods = {}
    for key in release["period"].unique():
        if key not in all_months:
            periods[key] = [
                str(month)
                for part in key.split(",")
                for month in pd.period_range(part.split("..")[0], part.split("..")[-1], freq="M")
                if str(month) in all_months
            ]
    districts = [area for area in desk.focal_parts["area"].unique() if area != desk.study.region]
    areas = {name: members for name, members in groups.items() if name not in desk.compared}
    if districts:
        areas[desk.study.region] = sorted(districts)
    categories = sorted(set(release["category"]) - {""})
    parts: dict[str, Any] = {
        "hide_below": desk.study.hide_below,
        "area_parts": areas,
        "period_parts": periods,
        "category_parts": {"": categories} if categories else {},
    }
    protected = hide_small(release, **parts)
    # the attack knows only what is published; nothing leaves that it can undo
    recovered = find_recoverable(protected, **parts)
    if len(recovered):
        raise InsidenError("run.recoverable", number=len(recovered))
    return protected.set_index(CELL)


def _take(
    shown: pd.DataFrame, table: pd.DataFrame, period: pd.Series | str, category: pd.Series | str
) -> pd.DataFrame:
    """Add incidents, shown and why of the protected cell to each row of ``table``."""
    cells = table.assign(period=period, category=category)
    keys = pd.MultiIndex.from_frame(cells[CELL])
    found = shown.reindex(keys)[["incidents", "shown", "why"]].set_index(table.index)
    found["shown"] = found["shown"].fillna("")
    found["why"] = found["why"].fillna("not_reported")
    return table.drop(columns=["incidents", "shown", "why"], errors="ignore").join(found)


# -- the tables ---------------------------------------------------------------------------------


def _monthly(desk: Desk, groups: dict[str, list[str]], shown: pd.DataFrame) -> pd.DataFrame:
    table = desk.monthly[["area", "month", "flag", "complete"]].reset_index(drop=True)
    table = _take(shown, table, table["month"].dt.strftime("%Y-%m"), "")
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
    table = _take(shown, table, table["period"], "")
    return add_rates(table)


def _comparison(
    desk: Desk, groups: dict[str, list[str]], population: pd.DataFrame, shown: pd.DataFrame
) -> pd.DataFrame:
    counts = desk.monthly[["area", "month"]].assign(incidents=desk.usable["incidents"])
    table = compare_areas(
        counts,
        population,
        focal=desk.study.region,
        comparators=groups,
        months=desk.window_months,
    )
    for row, name in table["comparator"].items():
        months = desk.usable_months([desk.study.region, *groups[name]])
        cells = [(desk.study.region, period_key(months), ""), (name, period_key(months), "")]
        if len(months) and shown.reindex(cells)["why"].isin(HIDDEN).any():
            table = _hide_row(table, row)
    return table


def _hide_row(table: pd.DataFrame, row: object) -> pd.DataFrame:
    numbers = ["incidents", "comparator_incidents", "ratio", "ratio_low", "ratio_high", "p"]
    table = table.copy()
    table.loc[row, [*numbers, "wide_low", "wide_high"]] = pd.NA
    table.loc[row, ["verdict", "why"]] = ["not_comparable", "suppressed"]
    return table


def _series(desk: Desk, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Monthly counts of the areas and of the comparator groups; a group needs all its members."""
    counts = desk.monthly[["area", "month", "flag"]].assign(incidents=desk.usable["incidents"])
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


def _group_population(population: pd.DataFrame, groups: dict[str, list[str]]) -> pd.DataFrame:
    people = population.set_index("area")["population"]
    sums = [
        {"area": name, "population": people[members].sum()}
        for name, members in groups.items()
        if name not in people.index
    ]
    return pd.concat([population, pd.DataFrame(sums)], ignore_index=True)


def _districts(desk: Desk, shown: pd.DataFrame) -> pd.DataFrame:
    months = desk.usable_months([desk.study.region])
    parts = desk.focal_parts[desk.focal_parts["month"].isin(months)]
    by_month = sum_over(parts, ["area", "month"])
    whole = by_month["incidents"].notna()
    table = by_month.assign(months=whole).groupby("area")["months"].sum().reset_index()
    table["months_wanted"] = len(months)
    table = table[table["area"] != desk.study.region].reset_index(drop=True)
    return _take(shown, table, period_key(months), "")


def _categories(desk: Desk, shown: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for name, months in (("window", desk.window_months), ("before", desk.months_before)):
        usable = desk.usable_months([desk.study.region], months)
        if len(usable) == 0:
            continue
        codes = sorted(set(desk.focal_parts["category"]) - {""})
        table = pd.DataFrame({"area": desk.study.region, "category": codes})
        table["window"], table["months"] = name, len(usable)
        parts.append(_take(shown, table, period_key(usable), table["category"]))
    if not parts:
        return pd.DataFrame(columns=["category", "window", "months", "incidents", "shown", "why"])
    return pd.concat(parts, ignore_index=True).drop(columns="area")
