"""What every part of the briefing is written from: tables, charts, and the voice that tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import pandas as pd

from analysis.brief.summary import find_latest, sum_coverage, summarise
from analysis.brief.tree import Picture
from analysis.findings import Findings
from analysis.words import wording as tell
from analysis.words.citing import (
    Fact,
    Figure,
    Row,
    Sentence,
    cell_text,
    cite_number,
    cite_period,
    cite_text,
    sentence,
    together,
)
from analysis.words.wording import Voice

KEYS = {
    "contents": ["number", "kind"],
    "areas": ["area"],
    "monthly": ["area", "month"],
    "window": ["area"],
    "comparison": ["focal", "comparator"],
    "trend": ["area"],
    "differences": ["focal", "comparator"],
    "fitted": ["area", "month"],
    "explored": ["area", "span", "category"],
    "districts": ["area"],
    "categories": ["category", "window"],
    "completeness": ["area", "month"],
    "coverage": ["area"],
    "latest": ["area"],
    "calendar": ["month"],
    "population": ["area", "year"],
    "summary": ["key"],
}


class Drawn(Protocol):
    """What a chart must bring into the briefing; ``analysis.charts.page.Chart`` does."""

    @property
    def alt(self) -> str: ...

    @property
    def figure_id(self) -> str: ...

    @property
    def carried(self) -> str: ...

    def svg(self) -> str: ...


@dataclass(frozen=True)
class Material:
    """The tables that leave the office, the charts by name, and the voice of one language."""

    findings: Findings
    charts: Mapping[str, Drawn]
    tables: dict[str, pd.DataFrame]
    voice: Voice

    @property
    def lang(self) -> str:
        return self.voice.lang

    @property
    def focal(self) -> Figure:
        """The name of the region."""
        return self.voice.name(self.findings.focal)

    @property
    def window(self) -> Figure:
        """The period that is compared, in words."""
        return cite_period(self.voice.facts["window"], "value", self.lang)

    @property
    def period(self) -> Figure:
        """The period of all data, in words."""
        return cite_period(self.voice.facts["period"], "value", self.lang)

    def text(self, key: str, **facts: Fact) -> Sentence:
        """A text of the briefing; every text may name the unit that is counted."""
        return sentence(f"brief.{key}", self.lang, unit=self.voice.unit_name, **facts)

    def fact(self, key: str) -> Sentence:
        """A fact of the run that is a text, such as the source."""
        return together([cite_text(self.voice.facts[key], "value")])

    def count(self, key: str) -> Figure:
        """A fact of the run that is a number."""
        return cite_number(self.voice.facts[key], "value", self.lang)

    def rows(self, name: str) -> list[Row]:
        return rows_of(self.tables, name) if name in self.tables else []

    def focal_row(self, name: str) -> Row | None:
        """The region's own row of a table that has one row an area."""
        return next((row for row in self.rows(name) if row["area"] == self.findings.focal), None)

    def groups(self) -> list[Row]:
        """The comparisons with a group of areas, such as the land neighbours; else the first."""
        rows = self.rows("comparison")
        return [row for row in rows if tell.is_group(row["comparator"], self.voice)] or rows[:1]

    def picture(self, name: str) -> Picture | None:
        """The chart of that name with its caption; None where none was drawn."""
        chart = self.charts.get(name)
        if chart is None:
            return None
        title = self.text(f"picture.{name}", period=self.period, window=self.window)
        return Picture(title, chart.alt, chart.figure_id, chart.svg(), chart.carried)


def gather(findings: Findings, charts: Mapping[str, Drawn], lang: str) -> Material:
    """Collect what the briefing is written from."""
    tables = exported_tables(findings)
    study, areas = findings.study, findings.areas.set_index("code")
    above = areas["parent"].get(findings.focal, "")
    scope = study.scope or (above if above in findings.names else "")
    facts = {row["key"]: row for row in rows_of(tables, "summary")}
    voice = Voice(
        lang, findings.names, study.unit, scope, facts, study.months_per_count, findings.silent
    )
    return Material(findings, charts, tables, voice)


def exported_tables(findings: Findings) -> dict[str, pd.DataFrame]:
    """Every table of the findings that leaves the office, and those that the briefing adds.

    Texts of files (rejects, revisions, printed totals) stay in the office: they are not protected.
    """
    names = {name: findings.names[name] for name in sorted(findings.names)}
    own = {name: getattr(findings, name, pd.DataFrame()) for name in KEYS}
    tables = {name: table for name, table in own.items() if len(table.columns)}
    return tables | {
        "areas": pd.DataFrame({"area": list(names), "name": list(names.values())}, dtype=str),
        "coverage": sum_coverage(findings),
        "latest": find_latest(findings),
        "summary": summarise(findings),
    }


def rows_of(tables: Mapping[str, pd.DataFrame], name: str) -> list[Row]:
    """Return the rows of an exported table, each with the key by which a reader finds it."""
    rows = cast("list[dict[str, Any]]", tables[name].to_dict("records"))
    return [
        Row(name, "; ".join(f"{key}={cell_text(row[key])}" for key in KEYS[name]), row)
        for row in rows
    ]
