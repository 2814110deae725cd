"""Invented tables of the shapes that a run makes, with everything a chart must be able to show.

Eight areas of Banten over seventy months, one that stopped reporting, one that reports late,
hidden cells, Ramadan, two provisional months at the end. All numbers are made up.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.charts.bars import plot_comparison
from analysis.charts.chart import Caption, Chart
from analysis.charts.clusters import plot_clusters
from analysis.charts.completeness import plot_completeness
from analysis.charts.dots import plot_differences
from analysis.charts.funnel import plot_funnel
from analysis.charts.lines import plot_trend
from analysis.charts.maps import plot_map
from analysis.charts.ranks import plot_ranks
from analysis.charts.spine import plot_spine
from analysis.charts.tartan import plot_overview
from analysis.charts.tiles import plot_tiles
from tests.charts import measured

ROOT = Path(__file__).parents[2]
NAMES = {
    "36.01": "Kabupaten Pandeglang",
    "36.02": "Kabupaten Lebak",
    "36.03": "Kabupaten Tangerang",
    "36.04": "Kabupaten Serang",
    "36.71": "Kota Tangerang",
    "36.72": "Kota Cilegon",
    "36.73": "Kota Serang",
    "36.74": "Kota Tangerang Selatan",
    "land_neighbours": "Tetangga darat",
    "rest": "Banten selain Pandeglang",
    "36": "semua delapan wilayah",
    "rate": "Laporan per 100.000",
    "share_new": "Akun baru, %",
    "reply_days": "Hari sampai dijawab",
    "complete": "Kelengkapan, %",
}
LEVELS = {"36.01": 24, "36.02": 17, "36.03": 52, "36.04": 21, "36.71": 44, "36.72": 16}
LEVELS |= {"36.73": 28, "36.74": 35, "land_neighbours": 38, "rest": 213, "36": 30}
MONTHS = pd.date_range("2021-01-01", "2026-10-01", freq="MS")
RAMADAN = {
    "2021-04": 18, "2021-05": 12, "2022-04": 28, "2023-03": 9, "2023-04": 21, "2024-03": 20,
    "2024-04": 9, "2025-03": 30, "2026-02": 10, "2026-03": 20,
}  # fmt: skip


def monthly_of(*areas: str) -> pd.DataFrame:
    """Monthly counts: Lebak stops in March 2026, Kota Serang misses a spring, Cilegon is small."""
    rows = []
    for area in areas:
        random = np.random.default_rng(int("".join(map(str, map(ord, area)))) % 2**32)
        season = 1 + 0.25 * np.sin(np.arange(70) / 12 * 2 * np.pi)
        counts = random.poisson(LEVELS.get(area, 12) * season * np.linspace(0.8, 1.2, 70))
        rows.append(pd.DataFrame({"area": area, "month": MONTHS, "incidents": counts}))
    table = pd.concat(rows, ignore_index=True)
    table["incidents"] = table["incidents"].astype("Int64")
    table["why"] = ""
    missing = (table["area"] == "36.02") & (table["month"] > "2026-03-01")
    missing |= (table["area"] == "36.73") & table["month"].between("2023-02-01", "2023-05-01")
    missing |= (table["area"] == "36.01") & table["month"].between("2022-08-01", "2022-09-01")
    table.loc[missing, "why"] = "not_reported"
    small = (table["area"] == "36.01") & table["month"].isin(pd.to_datetime(["2021-03-01"]))
    table.loc[small, "why"] = "suppressed"
    other = (table["area"] == "36.01") & table["month"].isin(pd.to_datetime(["2021-06-01"]))
    table.loc[other, "why"] = "complementary"
    table.loc[missing | small | other, "incidents"] = pd.NA
    table["shown"] = table["incidents"].astype("string").fillna("").astype(str)
    table.loc[small, "shown"] = "<5"
    table.loc[other, "shown"] = "-"
    table["flag"] = np.where(table["month"] >= "2026-09-01", "provisional", "")
    return table


def fitted_of(*areas: str) -> pd.DataFrame:
    """A smooth invented trend with its band."""
    parts = []
    for area in areas:
        fitted = LEVELS[area] * np.linspace(0.85, 1.15, 70)
        width = 0.12 * fitted
        parts.append(
            pd.DataFrame(
                {
                    "area": area,
                    "month": MONTHS,
                    "fitted": fitted,
                    "fitted_low": fitted - width,
                    "fitted_high": fitted + width,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def caption_in(lang: str) -> Caption:
    if lang == "id":
        return Caption(
            source="Rekap bulanan delapan kabupaten/kota se-Banten (data simulasi)",
            period="Januari 2021 s.d. Oktober 2026",
            data_through="Oktober 2026",
            completeness="547 dari 560 unit-bulan (97,7%)",
            unit="laporan",
            simulated=True,
            population="Dukcapil, 31 Desember 2024",
            comparator="tetangga darat (Kabupaten Lebak dan Kabupaten Serang)",
        )
    return Caption(
        source="Monthly sheets of the eight regencies and cities of Banten (simulated data)",
        period="January 2021 to October 2026",
        data_through="October 2026",
        completeness="547 of 560 unit-months (97.7%)",
        unit="reports",
        simulated=True,
        population="registered population, 31 December 2024",
        comparator="its land neighbours (Kabupaten Lebak and Kabupaten Serang)",
    )


def rates_of() -> pd.DataFrame:
    """Rates of a year with their intervals: Lebak incomplete, Cilegon hidden; invented."""
    rows = [
        ("36.01", 21.4, 19.1, 23.9, 12, ""),
        ("36.02", 12.3, 10.2, 14.8, 5, ""),
        ("36.03", 18.9, 17.4, 20.5, 12, ""),
        ("36.04", 15.2, 13.3, 17.2, 12, ""),
        ("36.71", 27.2, 25.0, 29.6, 12, ""),
        ("36.72", None, None, None, 12, "suppressed"),
        ("36.73", 46.8, 41.5, 52.6, 12, ""),
        ("36.74", 30.1, 27.4, 33.0, 12, ""),
        ("land_neighbours", 14.1, 12.6, 15.7, 12, ""),
        ("rest", 24.1, 23.2, 25.0, 12, ""),
    ]
    columns = ["area", "rate", "rate_low", "rate_high", "months", "why"]
    table = pd.DataFrame(rows, columns=columns)
    table["shown"] = np.where(table["why"] == "suppressed", "<5", "")
    return table.assign(months_wanted=12)


def completeness_of(*areas: str, units: int = 1) -> pd.DataFrame:
    """Which of ``units`` reported: Lebak stops in March 2026, Kota Serang misses a spring."""
    grid = pd.MultiIndex.from_product([areas, MONTHS], names=["area", "month"]).to_frame(
        index=False
    )
    grid["expected"] = units
    grid["reported"] = units
    stopped = (grid["area"] == "36.02") & (grid["month"] > "2026-03-01")
    spring = (grid["area"] == "36.73") & grid["month"].between("2023-02-01", "2023-05-01")
    late = (grid["area"] == "36.01") & grid["month"].between("2022-08-01", "2022-09-01")
    grid.loc[stopped | spring, "reported"] = 0
    grid.loc[late, "reported"] = units // 2
    return grid.assign(complete=grid["reported"] == grid["expected"])


def areas_of() -> pd.DataFrame:
    """The centre points of Banten as the project ships them."""
    table = pd.read_csv(ROOT / "data" / "reference" / "areas.csv", dtype=str)
    return table.astype({"lon": float, "lat": float})


def districts_of(areas: pd.DataFrame) -> pd.DataFrame:
    """A year's counts of the kecamatan of Pandeglang, with every state; invented."""
    codes = sorted(areas.loc[areas["parent"] == "36.01", "code"])
    counts = np.random.default_rng(7).negative_binomial(1.2, 0.09, len(codes)) + 1
    table = pd.DataFrame({"area": codes, "incidents": pd.array(counts, dtype="Int64")})
    small = table["incidents"] < 5
    table["why"] = np.where(small, "suppressed", "")
    table.loc[[3, 17], "why"] = "complementary"
    table.loc[[8, 30], "why"] = "not_reported"
    table["shown"] = table["incidents"].astype(str)
    signs = {"suppressed": "<5", "complementary": "-", "not_reported": ""}
    for why, sign in signs.items():
        table.loc[table["why"] == why, "shown"] = sign
    table.loc[table["why"] != "", "incidents"] = pd.NA
    table["months"] = 12
    table.loc[5, "months"] = 9
    return table.assign(months_wanted=12)


HEADLINES = {
    "id": "Kabupaten Pandeglang: laporan belum dapat dibedakan dari tidak berubah",
    "en": "Kabupaten Pandeglang: change in reports not separable from none",
}


def draw_chart(
    kind: str, *, lang: str = "id", monthly: pd.DataFrame | None = None, **changes
) -> Chart:
    """Draw one of the charts from the invented tables, with some of its settings changed."""
    common = {"names": NAMES, "headline": HEADLINES.get(lang, ""), "lang": lang, "focal": "36.01"}
    common |= {"caption": caption_in("en" if lang == "en" else "id"), **changes}
    if kind in MEASURED:
        return MEASURED[kind](common)
    if kind.startswith("trend"):
        table = monthly_of("36.01", "36.02", "36.04") if monthly is None else monthly
        days = [RAMADAN.get(f"{month:%Y-%m}", 0) for month in MONTHS]
        calendar = pd.DataFrame({"month": MONTHS, "ramadan_days": days})
        fitted = fitted_of("36.01") if kind == "trend_fitted" else None
        return plot_trend(table, **{"calendar": calendar, "fitted": fitted, **common})
    if kind == "comparison":
        return plot_comparison(rates_of(), **{"reference": "rest", **common})
    if kind == "completeness":
        codes = [code for code in NAMES if code.startswith("36.")]
        return plot_completeness(completeness_of(*codes, units=28), **common)
    areas = areas_of()
    districts = common.pop("districts", None)
    table = districts_of(areas) if districts is None else districts
    return plot_map(table, areas, **common)


def _tiles(common: dict) -> Chart:
    given = {"mean": "36", "tiles": measured.tiles_of(), **common}
    if "rates" not in given:
        given["rates"] = measured.tile_rates_of(monthly_of(*measured.AREAS, "36"))
    return plot_tiles(**given)


def _clusters(common: dict) -> Chart:
    areas = areas_of()
    codes = sorted(areas.loc[areas["parent"] == "36.01", "code"])
    return plot_clusters(measured.clusters_of(codes), areas, **common)


def _differences(measure: str) -> Callable[[dict], Chart]:
    table = measured.trend_differences_of if measure == "trend" else measured.comparison_of
    return lambda common: plot_differences(**{"differences": table(), "measure": measure} | common)


MEASURED: dict[str, Callable[[dict], Chart]] = {
    "ratios": _differences("ratio"),
    "rate_differences": _differences("rate"),
    "trend_differences": _differences("trend"),
    "funnel": lambda common: plot_funnel(
        **dict(zip(("funnel", "limits"), measured.funnel_of(), strict=True)) | common
    ),
    "ranks": lambda common: plot_ranks(**{"ranks": measured.ranks_of()} | common),
    "overview": lambda common: plot_overview(**{"overview": measured.overview_of()} | common),
    "spine": lambda common: plot_spine(**{"spine": measured.spine_of()} | common),
    "tiles": _tiles,
    "clusters": _clusters,
}


@pytest.fixture(scope="session")
def draw():
    return draw_chart


@pytest.fixture(scope="session")
def names() -> dict[str, str]:
    return NAMES


@pytest.fixture
def monthly() -> pd.DataFrame:
    return monthly_of("36.01", "36.02", "36.04")


@pytest.fixture(scope="session")
def caption() -> Caption:
    return caption_in("id")


@pytest.fixture(scope="session")
def areas() -> pd.DataFrame:
    return areas_of()


@pytest.fixture
def districts(areas) -> pd.DataFrame:
    return districts_of(areas)
