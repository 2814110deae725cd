"""The charts of the measures, each from the findings of one run: differences, funnel, ranks, tiles …

Every number comes from the protected tables of the findings, so none tells more than they do.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.brief.material import Material, gather
from analysis.charts import clusters, dots, funnel, ranks, spine, tartan, tiles
from analysis.charts.chart import Caption, Chart
from analysis.figures import caption, with_groups
from analysis.findings import Findings
from analysis.measure.funnel import find_funnel, find_funnel_limits
from analysis.measure.overview import as_values, find_overview, find_spine
from analysis.measure.ranking import rank_areas
from analysis.measure.rates import add_rates
from analysis.words import wording as tell
from analysis.words.citing import Row
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import number

EVERYONE = "everyone"  # stands for all compared areas together


def plot_ratios(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw the ratio of the region's rate to each comparator's, with both intervals."""
    return _plot_differences(findings, "ratio", size, inside)


def plot_rate_differences(
    findings: Findings, *, size: str = "a4-full", inside: bool = False
) -> Chart:
    """Draw by how many reports per 100,000 people the region differs from each comparator."""
    return _plot_differences(findings, "rate", size, inside)


def _plot_differences(findings: Findings, measure: str, size: str, inside: bool) -> Chart:
    material = gather(findings, {}, findings.study.language)
    rows = material.rows("comparison")
    verdicts = [tell.comparison_verdict(row, material.voice) for row in rows]
    return dots.plot_differences(
        findings.comparison.assign(verdict=verdicts),
        measure=measure,
        focal=findings.focal,
        names={code: name[:1].upper() + name[1:] for code, name in with_groups(material).items()},
        headline=str(tell.headline(rows, None, material.voice)),
        caption=caption(material, str(material.window)),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_trend_differences(
    findings: Findings, *, size: str = "a4-full", inside: bool = False
) -> Chart:
    """Draw by how many per cent a year each area outgrows its neighbours, with its placebo rank."""
    material = gather(findings, {}, findings.study.language)
    if findings.differences.empty:
        raise InsidenError("figures.no_neighbours")
    rows = material.rows("differences")
    verdicts = [tell.difference_verdict(row, material.voice) for row in rows]
    own = dict(zip((row["focal"] for row in rows), verdicts, strict=True))[findings.focal]
    return dots.plot_differences(
        findings.differences.assign(verdict=verdicts),
        measure="trend",
        focal=findings.focal,
        names=findings.names,
        headline=_headline(material, f"difference_{own}"),
        caption=caption(material),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_funnel(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw every area by its people and its rate between the limits that chance sets."""
    material = gather(findings, {}, findings.study.language)
    found = find_funnel(_whole(findings.window), counted=material.voice.unit_name)
    row = _row("funnel", found[found["area"] == findings.focal])
    return funnel.plot_funnel(
        found,
        find_funnel_limits(found),
        focal=findings.focal,
        names=findings.names,
        headline=_headline(material, f"funnel_{tell.funnel_verdict(row)}"),
        caption=caption(material, str(material.window)),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_ranks(
    findings: Findings, *, worst: int = 3, size: str = "a4-full", inside: bool = False
) -> Chart:
    """Draw between which places each area lies; only areas with every month reported take part."""
    material = gather(findings, {}, findings.study.language)
    found = rank_areas(_whole(findings.window), worst=worst, counted=material.voice.unit_name)
    main = found[found["area"] == findings.focal].iloc[0]
    facts = {name: number(main[name], material.lang) for name in ("rank_low", "rank_high", "of")}
    return ranks.plot_ranks(
        found,
        focal=findings.focal,
        names=findings.names,
        headline=_headline(material, _rank_form(main), **facts),
        caption=caption(material, str(material.window)),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_overview(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw the rate of each category in each area against that of all areas together."""
    material = gather(findings, {}, findings.study.language)
    found = _overview(findings)
    own = found[found["area"] == findings.focal]
    return tartan.plot_overview(
        found,
        focal=findings.focal,
        names=_short_categories(material),
        headline=_standing_out(own, material),
        caption=_against_everyone(material),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_spine(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw where the region lies among all areas, category by category."""
    material = gather(findings, {}, findings.study.language)
    found = find_spine(_overview(findings), findings.focal)
    return spine.plot_spine(
        found,
        focal=findings.focal,
        names=_short_categories(material),
        headline=_standing_out(found, material),
        caption=_against_everyone(material),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_tiles(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw the monthly rate of every area in a tile of its own, all on one scale."""
    material = gather(findings, {}, findings.study.language)
    everyone = say("figures.everyone", material.lang)
    return tiles.plot_tiles(
        _monthly_rates(findings),
        findings.tiles,
        focal=findings.focal,
        names={**findings.names, EVERYONE: everyone},
        headline=str(tell.headline([], material.focal_row("trend"), material.voice)),
        caption=caption(material),
        mean=EVERYONE,
        lang=material.lang,
        size=size,
        inside=inside,
    )


def plot_clusters(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw which areas stand out together with their neighbours (local Moran, false finds held).

    Over the months that all areas reported; an area that reported less than half of the months is
    left out. It takes eight areas, and the extra ``space``.
    """
    from analysis.measure.space import add_even_rates, find_clusters

    material = gather(findings, {}, findings.study.language)
    counts, months = _common_months(findings)
    pairs = [(area, other) for area, others in findings.neighbours.items() for other in others]
    neighbours = pd.DataFrame(pairs, columns=["focal", "neighbour"])
    found = find_clusters(add_even_rates(counts), neighbours)
    standing = int((found["cluster"] != "").sum())
    told = "clusters" if standing else "clusters_none"
    number_of = {"number": number(months, material.lang), "period": str(material.period)}
    return clusters.plot_clusters(
        found,
        findings.areas,
        focal=material.voice.scope or findings.focal,
        names=findings.names,
        headline=_headline(material, told, number=number(standing, material.lang)),
        caption=caption(material, say("figures.common_months", material.lang, **number_of)),
        lang=material.lang,
        size=size,
        inside=inside,
    )


def _rank_form(row: pd.Series) -> str:
    """Which words tell an interval of ranks: none, all places, one place, or between two."""
    if pd.isna(row["rank_low"]):
        return "ranks_none"
    if (row["rank_low"], row["rank_high"]) == (1, row["of"]):
        return "ranks_any"
    return "ranks_one" if row["rank_low"] == row["rank_high"] else "ranks"


def _against_everyone(material: Material) -> Caption:
    """The caption of charts whose benchmark is the rate of all areas together."""
    own = caption(material, str(material.window))
    facts = {"unit": own.unit, "per": number(own.per, material.lang)}
    return replace(own, comparator=say("figures.everyone_rate", material.lang, **facts))


def _row(table: str, rows: pd.DataFrame) -> Row:
    """The first row, for the wording."""
    return Row(table, "", {str(name): value for name, value in rows.iloc[0].items()})


def _headline(material: Material, key: str, **facts: str) -> str:
    told = {"focal": str(material.focal), "unit": material.voice.unit_name, **facts}
    return say(f"figures.{key}", material.lang, **told)


def _short_categories(material: Material) -> dict[str, str]:
    """The names, those of categories without the word that nearly all begin with."""
    names, start = dict(material.findings.names), say("figures.category_starts", material.lang)
    for category in material.findings.explored["category"].unique():
        name = names.get(category, category)
        name = name.removeprefix(f"{start} ")
        names[category] = name[:1].upper() + name[1:]
    return names


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """The counts of a period, without those of areas that did not report every month."""
    table = rows[["area", "incidents", "exposure", "why"]].reset_index(drop=True)
    short = (rows["months"] < rows["months_wanted"]).to_numpy() & table["incidents"].notna()
    table.loc[short, "incidents"] = pd.NA
    table.loc[short, "why"] = "not_reported"
    return table


def _common_months(findings: Findings) -> tuple[pd.DataFrame, int]:
    """Sum the counts of the months that all areas reported in full, and say how many they are."""
    people = findings.population.set_index("area")["population"].astype(float)
    table = findings.monthly[findings.monthly["area"].isin(people.index)]
    counts = table.pivot(index="month", columns="area", values="incidents")
    whole = table.pivot(index="month", columns="area", values="complete").fillna(False).astype(bool)
    counts = counts.where(whole)
    kept = counts.columns[counts.notna().mean() >= 0.5]
    common = counts[kept].dropna()
    rows = pd.DataFrame({"area": counts.columns})
    rows["exposure"] = rows["area"].map(people) * len(common) / 12
    rows["incidents"] = rows["area"].map(common.sum()).astype("Int64")
    return rows.assign(why=np.where(rows["area"].isin(kept), "", "not_reported")), len(common)


def _overview(findings: Findings) -> pd.DataFrame:
    """Each category's rate in each area against that of all areas with every month together."""
    rows = findings.explored[findings.explored["span"] == "window"]
    rows = rows[(rows["category"] != "") & (rows["months"] == rows["months_wanted"])]
    if rows.empty:
        raise InsidenError("figures.no_categories")
    parts, marks = [], []
    for category, own in rows.groupby("category"):
        # a sum over a hidden cell is not known
        total = own["incidents"].astype("Float64").sum(skipna=False)
        people = own["exposure"].sum()
        rate = float("nan") if pd.isna(total) else total / people * own["rate_per"].iloc[0]
        marks.append({"indicator": category, "direction": "neither", "benchmark": rate})
        parts.append(as_values(own.reset_index(drop=True), str(category)))
    return find_overview(pd.concat(parts, ignore_index=True), pd.DataFrame(marks))


def _standing_out(rows: pd.DataFrame, material: Material) -> str:
    """How many categories of the region lie clearly above and below all areas together."""
    counts = {verdict: int((rows["verdict"] == verdict).sum()) for verdict in ("higher", "lower")}
    facts = {name: number(count, material.lang) for name, count in counts.items()}
    facts["total"] = number(len(rows), material.lang)
    return _headline(material, "overview" if any(counts.values()) else "overview_none", **facts)


def _monthly_rates(findings: Findings) -> pd.DataFrame:
    """The rate of every area in every month, and of all together where all of them reported."""
    people = findings.population.set_index("area")["population"].astype(float)
    table = findings.monthly[findings.monthly["area"].isin(people.index)]
    table = table[["area", "month", "incidents", "why", "flag", "complete"]].copy()
    # a count may cover several months; the rate is that of one
    table["exposure"] = table["area"].map(people) * findings.study.months_per_count
    table["flag"] = table["flag"].mask(
        ~table["complete"].astype(bool) & (table["flag"] == ""), "partial"
    )
    months = table.groupby("month")
    total = pd.DataFrame(
        {
            "incidents": months["incidents"].agg(lambda counts: counts.sum(skipna=False)),
            "exposure": months["exposure"].sum(),
            "flag": months["flag"].max(),
        }
    ).reset_index()
    total["why"] = total["incidents"].isna().map({True: "not_reported", False: ""})
    total = total.assign(area=EVERYONE, incidents=total["incidents"].astype("Int64"))
    return add_rates(pd.concat([table.drop(columns="complete"), total], ignore_index=True))
