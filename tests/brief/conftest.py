"""A small made-up study with every state a briefing meets, and drawn stand-ins for its charts."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.findings import Findings
from analysis.study import Study

AREAS = {
    "36": "Banten",
    "36.01": "Pandeglang",
    "36.02": "Lebak",
    "36.03": "Kab. Tangerang",
    "36.04": "Kab. Serang",
    "36.71": "Kota Tangerang",
    "36.72": "Cilegon",
    "36.73": "Kota Serang",
    "36.74": "Tangerang Selatan",
}
DISTRICTS = [
    "Sumur", "Cimanggu", "Cibaliung", "Cikeusik", "Cigeulis", "Panimbang", "Angsana", "Munjul",
    "Pagelaran", "Bojong", "Picung", "Labuan", "Menes", "Saketi", "Cipeucang", "Jiput",
    "Mandalawangi", "Cimanuk", "Kaduhejo", "Banjar", "Pandeglang", "Cadasari", "Cisata", "Patia",
    "Karang Tanjung", "Cikedal", "Cibitung", "Carita", "Sukaresmi", "Mekarjaya", "Sindangresmi",
    "Pulosari", "Koroncong", "Majasari", "Sobang",
]  # fmt: skip
PEOPLE = {
    "36.01": 1437046,
    "36.02": 1531564,
    "36.03": 3459706,
    "36.04": 1791795,
    "36.71": 1957349,
    "36.72": 480378,
    "36.73": 759929,
    "36.74": 1463607,
}
CATEGORIES = {
    "prostitusi": "Dugaan iklan jasa seksual daring",
    "judi": "Judi daring",
    "penipuan": "Penipuan daring",
    "lain": "Konten lain",
}
MONTHS = pd.date_range("2021-01-01", "2026-10-01", freq="MS")
WINDOW = MONTHS[-12:]
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}mm" height="{h}mm">
<rect x="0.3" y="0.3" width="{iw}" height="{ih}" fill="none" stroke="#8a8a8a" stroke-width="0.3"/>
<polyline points="5,{b} {m},10 {r},{b}" fill="none" stroke="#12436d"/></svg>"""


@dataclass(frozen=True)
class Drawing:
    """Stands for a chart: it knows its alt text and can draw itself."""

    name: str
    alt: str
    size: tuple[int, int]

    @property
    def figure_id(self) -> str:
        return f"{len(self.alt):08x}"

    @property
    def carried(self) -> str:
        return "{}"

    def svg(self) -> str:
        wide, high = self.size
        return SVG.format(
            w=wide, h=high, iw=wide - 0.6, ih=high - 0.6, b=high - 8, m=wide / 2, r=wide - 5
        )


def make_charts() -> dict[str, Drawing]:
    return {
        "trend": Drawing(
            "trend", "Grafik garis: laporan per bulan, Pandeglang & <tetangga>.", (174, 66)
        ),
        "comparison": Drawing(
            "comparison", "Grafik titik dan selang: laju delapan wilayah.", (84, 52)
        ),
        "map": Drawing("map", "Peta skematis: laporan menurut kecamatan.", (84, 52)),
        "completeness": Drawing("completeness", "Kisi: wilayah yang melapor tiap bulan.", (84, 52)),
    }


def hide(count: int | None, below: int) -> tuple[object, str, str]:
    """The three columns of a protected count: incidents, shown, why."""
    if count is None:
        return pd.NA, "", "not_reported"
    if count < below:
        return pd.NA, f"<{below}", "suppressed"
    return count, str(count), ""


def protected(table: pd.DataFrame, counts: list[int | None], below: int) -> pd.DataFrame:
    cells = [hide(count, below) for count in counts]
    table = table.copy()
    table["incidents"] = pd.Series([cell[0] for cell in cells], dtype="Int64", index=table.index)
    table["shown"] = [cell[1] for cell in cells]
    table["why"] = [cell[2] for cell in cells]
    return table


def comparison_row(
    comparator: str,
    members: list[str],
    ratio: float,
    low: float,
    high: float,
    p: float,
    verdict: str,
    **others: object,
) -> dict:
    return {
        "focal": "36.01", "comparator": comparator, "members": ";".join(members), "months": 12,
        "months_wanted": 12, "incidents": 213, "exposure": 1437046.0, "comparator_incidents": 480,
        "comparator_exposure": 3323359.0, "ratio": ratio, "ratio_low": low, "ratio_high": high, "p": p,
        "dispersion": 1.3, "wide_low": low * 0.95, "wide_high": high * 1.05, "verdict": verdict,
        "why": "", "method": "exact", **others,
    }  # fmt: skip


def make_findings(*, below: int = 5, simulated: bool = True, **changes: object) -> Findings:
    """Eight areas of Banten over 70 months; Lebak stops reporting, small districts are hidden."""
    random = np.random.default_rng(3)
    study = Study(
        path=Path("study.toml"),
        title="Laporan gangguan daring di Kabupaten Pandeglang",
        region="36.01",
        source_line="Rekap bulanan delapan kabupaten/kota se-Banten (data simulasi)",
        simulated=simulated,
        hide_below=below,
    )
    codes = list(PEOPLE)
    grid = pd.MultiIndex.from_product([codes, MONTHS], names=["area", "month"]).to_frame(
        index=False
    )
    gone = (grid["area"] == "36.02") & (grid["month"] >= "2026-08-01")
    counts = [None if out else int(random.poisson(17)) for out in gone]
    monthly = protected(grid, counts, below)
    monthly["flag"], monthly["complete"] = "", ~gone
    window = pd.DataFrame({"area": codes, "months": 12, "months_wanted": 12})
    window.loc[window["area"] == "36.02", "months"] = 9
    window = protected(window, [213, 190, 402, 231, 260, 96, 150, 170], below)
    window["exposure"] = [float(PEOPLE[code]) for code in codes]
    window["rate"] = 100_000 * window["incidents"].astype(float) / window["exposure"]
    window["rate_low"], window["rate_high"] = window["rate"] * 0.87, window["rate"] * 1.14
    others = codes[1:]
    comparison = pd.DataFrame(
        [
            comparison_row(
                "land_neighbours",
                ["36.02", "36.04"],
                1.0243,
                0.8712,
                1.2014,
                0.7671,
                "not_separable",
                months=9,
            ),
            comparison_row("rest", others, 1.1482, 0.9967, 1.3189, 0.0524, "not_separable"),
            *(
                comparison_row(code, [code], ratio, ratio * 0.83, ratio * 1.2, p, verdict)
                for code, ratio, p, verdict in zip(
                    others,
                    [1.19, 1.28, 0.96, 1.31, 0.74, 0.72, 1.02],
                    [0.08, 0.0041, 0.7, 0.00002, 0.0123, 0.0102, 0.84],
                    [
                        "not_separable",
                        "higher",
                        "not_separable",
                        "higher",
                        "lower",
                        "lower",
                        "not_separable",
                    ],
                    strict=True,
                )
            ),
        ]
    )
    trend = pd.DataFrame(
        {
            "area": ["36.01", "land_neighbours", "rest"],
            "months": [70, 67, 67],
            "first": MONTHS[0],
            "last": MONTHS[-1],
            "yearly_change": [2.345, 9.1, -0.4],
            "low": [-1.22, 3.04, -3.9],
            "high": [6.01, 15.4, 3.2],
            "dispersion": [1.31, 1.6, 2.2],
            "autocorrelation": [0.2, 0.2, 0.2],
            "verdict": ["not_separable", "rising", "not_separable"],
            "why": "",
            "method": "loglinear",
        }
    )
    fitted = grid[grid["area"] == "36.01"].assign(fitted=17.0, fitted_low=15.0, fitted_high=19.0)
    places = [f"36.01.{number:02}" for number in range(1, len(DISTRICTS) + 1)]
    districts = pd.DataFrame({"area": places, "months": 12, "months_wanted": 12})
    districts = protected(
        districts, [int(count) for count in random.negative_binomial(1.2, 0.16, len(places))], below
    )
    if below:
        districts.loc[5, ["incidents", "shown", "why"]] = [pd.NA, "-", "complementary"]
    categories = pd.DataFrame(
        [(kind, name, 12) for name in ("window", "before") for kind in CATEGORIES],
        columns=["category", "window", "months"],
    )
    categories = protected(categories, [61, 88, 49, 15, 55, 92, 41, 2], below)
    calendar = pd.DataFrame({"month": MONTHS, "days": MONTHS.days_in_month})
    for name in ("ramadan_days", "lebaran_days", "holiday_days", "yearend_days"):
        calendar[name] = 0
    calendar.loc[calendar["month"] == "2026-02-01", "ramadan_days"] = 11
    calendar.loc[calendar["month"] == "2026-03-01", "ramadan_days"] = 19
    names = AREAS | dict(zip(places, DISTRICTS, strict=True)) | CATEGORIES
    findings = Findings(
        study=study,
        names=names,
        focal="36.01",
        groups={"land_neighbours": ["36.02", "36.04"], "rest": others},
        first=MONTHS[0],
        last=MONTHS[-1],
        window_first=WINDOW[0],
        window_last=WINDOW[-1],
        areas=make_areas(places),
        monthly=monthly,
        window=window,
        comparison=comparison,
        trend=trend,
        fitted=fitted,
        districts=districts,
        categories=categories,
        completeness=grid.assign(expected=35, reported=35, complete=~gone),
        calendar=calendar,
        population=pd.DataFrame(
            {
                "area": codes,
                "year": 2024,
                "population": [PEOPLE[code] for code in codes],
                "series": "dukcapil",
                "vintage": "dukcapil_2024_2",
                "confidence": "high",
            }
        ),
        balance=pd.DataFrame(
            {
                "file": ["pandeglang.xlsx", "pandeglang.xlsx", "lebak.csv"],
                "outcome": ["counted", "left_out", "counted"],
                "rule": ["", "title", ""],
                "rows": [140, 9, 112],
                "cells": [9800, 0, 7840],
                "amount": [1190, 0, 1011],
            }
        ),
        rejects=pd.DataFrame({"file": ["lebak.csv"] * 3, "text": ["-", "Serang", "=cmd()"]}),
        revisions=pd.DataFrame({"file": ["a.xlsx"], "before": [3], "after": [4]}),
        totals=pd.DataFrame({"file": [], "printed": []}),
    )
    return replace(findings, **changes)


def make_areas(places: list[str]) -> pd.DataFrame:
    codes = [*AREAS, *places]
    return pd.DataFrame(
        {
            "code": codes,
            "name": [*AREAS.values(), *DISTRICTS],
            "level": ["province", *["kabkota"] * 8, *["kecamatan"] * len(places)],
            "parent": ["", *["36"] * 8, *["36.01"] * len(places)],
            "bps_code": [code.replace(".", "") for code in AREAS] + [""] * len(places),
        }
    )


@pytest.fixture
def findings() -> Findings:
    """The made-up study, protected, simulated."""
    return make_findings()


@pytest.fixture
def charts() -> dict[str, Drawing]:
    return make_charts()


@pytest.fixture
def build():
    """Make the study with other tables or settings."""
    return make_findings
