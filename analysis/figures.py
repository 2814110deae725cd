"""The charts of one run, each from its findings: headline, caption and table put together."""

import pandas as pd

from analysis.brief.material import Material, gather
from analysis.charts import bars, completeness, lines, maps
from analysis.charts.chart import Caption, Chart
from analysis.findings import Findings
from analysis.measure.rates import add_rates
from analysis.words import wording as tell
from analysis.words.messages import say

FEWEST_MONTHS = 6  # a line through fewer counts shows nothing


def draw(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> dict[str, Chart]:
    """Draw every chart of a run; ``inside`` a document, which prints title and source itself."""
    half = "a4-half" if inside else size
    charts = {
        "comparison": plot_comparison(findings, size=half, inside=inside),
    }
    months = findings.calendar["month"].nunique()
    if months >= FEWEST_MONTHS:
        charts["trend"] = plot_trend(findings, size=size, inside=inside)
    if months > 1:
        charts["completeness"] = plot_completeness(findings, size=half, inside=inside)
    if len(findings.districts) and _placed(findings):
        charts["map"] = plot_map(findings, size=half, inside=inside)
    return charts


def plot_trend(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw the region's reports month by month, with the fitted trend and its interval.

    Its land neighbours stand beside it in grey where the study compares with them.
    """
    material = gather(findings, {}, findings.study.language)
    beside = findings.groups.get("land_neighbours", [])
    shown = findings.monthly["area"].isin([findings.focal, *beside])
    trend = material.focal_row("trend")
    return lines.plot_trend(
        findings.monthly[shown],
        focal=findings.focal,
        names=findings.names,
        headline=str(tell.headline([], trend, material.voice)),
        caption=caption(material),
        lang=material.lang,
        size=size,
        fitted=findings.fitted[findings.fitted["area"] == findings.focal],
        calendar=findings.calendar,
        inside=inside,
    )


def plot_comparison(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw the rate of every compared area with its interval, the region's in colour."""
    material = gather(findings, {}, findings.study.language)
    rates = pd.concat([findings.window, _group_rates(findings)], ignore_index=True)
    names = with_groups(material)
    return bars.plot_comparison(
        rates,
        focal=findings.focal,
        names=names,
        headline=str(tell.headline(material.rows("comparison"), None, material.voice)),
        caption=caption(material, str(material.window)),
        lang=material.lang,
        size=size,
        reference="rest" if "rest" in set(rates["area"]) else "",
        inside=inside,
    )


def _group_rates(findings: Findings) -> pd.DataFrame:
    """The rate of the other areas together, as the comparison counted them."""
    rows = findings.comparison[findings.comparison["comparator"] == "rest"]
    rows = rows[rows["comparator_incidents"].notna()]
    columns = {"comparator": "area", "comparator_incidents": "incidents"}
    columns |= {"comparator_exposure": "exposure"}
    kept = rows[[*columns, "months", "months_wanted"]].rename(columns=columns)
    return add_rates(kept.assign(shown="", why="", incidents=kept["incidents"].astype("Int64")))


def plot_completeness(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw which area reported in which month."""
    material = gather(findings, {}, findings.study.language)
    every = material.rows("coverage")[-1]
    return completeness.plot_completeness(
        findings.completeness,
        names=findings.names,
        headline=str(tell.tell_completeness(every, material.voice)),
        caption=caption(material),
        lang=material.lang,
        size=size,
        focal=findings.focal,
        inside=inside,
    )


def plot_map(findings: Findings, *, size: str = "a4-full", inside: bool = False) -> Chart:
    """Draw the region's districts; on official boundaries where the study has them."""
    material = gather(findings, {}, findings.study.language)
    study = findings.study
    boundaries = None
    if study.boundaries:
        from analysis.reference.boundaries import read_boundaries

        boundaries = read_boundaries(study.folder / study.boundaries)
    return maps.plot_map(
        findings.districts,
        findings.areas,
        focal=findings.focal,
        names=findings.names,
        headline=_map_headline(findings, material),
        caption=caption(material, str(material.window)),
        lang=material.lang,
        size=size,
        boundaries=boundaries,
        inside=inside,
    )


def _placed(findings: Findings) -> bool:
    """Whether every district has a place on a map: official boundaries, or a centre point."""
    rows = findings.areas[findings.areas["code"].isin(findings.districts["area"])]
    return bool(findings.study.boundaries) or bool(rows[["lon", "lat"]].notna().all(axis=None))


def _map_headline(findings: Findings, material: Material) -> str:
    shown = int(findings.districts["incidents"].notna().sum())
    facts = {"shown": shown, "total": len(findings.districts), "focal": material.focal}
    return say("figures.map_headline", material.lang, **facts)


def caption(material: Material, period: str = "") -> Caption:
    """What stands under every chart of a run."""
    every = material.rows("coverage")[-1]
    population = material.rows("population")
    return Caption(
        source=str(material.fact("source")),
        period=period or str(material.period),
        data_through=str(
            tell.cite_month(material.voice.facts["data_through"], "value", material.lang)
        ),
        completeness=str(tell.tell_coverage(every, material.voice)),
        unit=material.voice.unit_name,
        simulated=material.findings.study.simulated,
        population=str(tell.tell_population(population[0], material.voice)) if population else "",
        comparator="",
    )


def with_groups(material: Material) -> dict[str, str]:
    """The names of the areas and of the comparator groups."""
    named = {
        row["comparator"]: str(tell.group_name(row["comparator"], material.voice))
        for row in material.rows("comparison")
    }
    return {**material.findings.names, **named}
