"""The true counts of the simulation, and what the offices report of them.

Everything here is invented. Only the level of each kabupaten follows its real population, so that
the sheets look like those of a real desk: most kecamatan have 0 to 5 reports a month.
"""

import random

import numpy as np
import pandas as pd
from scipy.stats import norm, poisson

from analysis.reference.calendar import month_calendar
from analysis.reference.files import Reference
from analysis.reference.population import population_of

SEED = 20261103
MONTHS = pd.date_range("2021-01", "2026-10", freq="MS")
# the share of each category where there is no coast
MIX = {
    "online_sexual_services_report": 0.20,
    "online_gambling": 0.38,
    "online_fraud": 0.30,
    "disturbing_content": 0.12,
}
COAST_SEXUAL_SERVICES = 1.7
COAST, TOWN = 1.35, 2.0  # times the level of a plain kecamatan
TOWNS = {"36.01.21", "36.01.12", "36.01.13", "36.02.14", "36.03.03", "36.03.18", "36.03.12"}
TOWNS |= {"36.04.09", "36.04.15", "36.71.01", "36.72.02", "36.73.01", "36.74.01"}
# reports for 100,000 people a month in the middle of the period, and growth a year
REGIONS = {
    "36.01": (2.55, 0.06),
    "36.02": (1.9, 0.03),
    "36.03": (2.2, 0.04),
    "36.04": (2.1, -0.02),
    "36.71": (2.7, 0.05),
    "36.72": (3.6, 0.01),
    "36.73": (2.9, 0.02),
    "36.74": (3.1, 0.07),
}
# operations raise what is recorded: a whole month of Ramadan, of year-end, the task force of 2024
RAMADAN, YEAR_END, GAMBLING_TASK_FORCE = 0.30, 0.70, 0.40
TASK_FORCE = pd.date_range("2024-06", "2024-12", freq="MS")

# kecamatan whose report never came, or came as "no data"; few, as in a tidy office
GAPS = {
    ("36.01.27", "2022-07"): "blank",
    ("36.01.01", "2023-11"): "not_available",
    ("36.01.24", "2024-05"): "blank",
    ("36.02.27", "2021-06"): "not_available",
    ("36.03.32", "2022-02"): "blank",
    ("36.03.33", "2023-08"): "blank",
    ("36.03.09", "2025-12"): "blank",
    ("36.04.26", "2021-11"): "blank",
    ("36.04.18", "2024-09"): "not_available",
    ("36.71.04", "2022-10"): "blank",
    ("36.71.10", "2024-01"): "not_available",
    ("36.72.08", "2023-03"): "blank",
    ("36.73.02", "2021-09"): "not_available",
    ("36.73.06", "2025-02"): "blank",
}
STOPS = ("36.72", "2026-04")  # from then on this office sends an empty sheet
LATE = ("36.02", ["2025-07", "2025-08"], "2025-09")  # reported together in the third month
PROVISIONAL = {"36.01": "2026-09", "36.04": "2026-10"}  # starred from this month on
DASH_FOR_ZERO = "36.71"
LINE_LIST = "36.74"  # a register has no line for a zero
# reports that Kota Serang noted under a name that two other regions have (Lebak and Cilegon)
AMBIGUOUS_REGION, AMBIGUOUS_PLACE, AMBIGUOUS_CATEGORY = "36.73", "Cibeber", "online_fraud"
AMBIGUOUS = {"2026-03": 1, "2026-06": 2, "2026-09": 1}


def make_truth(reference: Reference, seed: int = SEED) -> pd.DataFrame:
    """Draw the true counts: region, area, month, category, incidents; one row a count.

    Counts are Poisson around a level that follows population, coast and town, grows a little,
    rises with Ramadan and year-end operations and drifts with persistent shocks that areas share.
    The same seed gives the same counts everywhere: only ``random.random`` draws.
    """
    draw = random.Random(seed)
    areas = reference.areas[reference.areas["level"] == "kecamatan"].sort_values("code")
    regions = areas["parent"].tolist()
    log_mean = (
        np.log(_levels(areas, reference.population, draw))[None, :, :]
        + _growth(regions)[:, :, None]
        + _season(reference.calendar)[:, None, :]
        + _shocks(regions, draw)[:, :, None]
    )
    shape = log_mean.shape
    incidents = poisson.ppf(_uniform(draw, shape), np.exp(log_mean)).astype("int64")
    keys = pd.MultiIndex.from_product(
        [MONTHS, areas["code"], list(MIX)], names=["month", "area", "category"]
    )
    truth = pd.DataFrame({"incidents": incidents.ravel()}, index=keys).reset_index()
    truth["region"] = truth["area"].map(dict(zip(areas["code"], regions, strict=True)))
    columns = ["region", "area", "month", "category", "incidents"]
    return truth[columns].sort_values(["area", "category", "month"], ignore_index=True)


def add_reports(truth: pd.DataFrame) -> pd.DataFrame:
    """Add what the offices report: written, state and provisional.

    ``state`` is reported, dash (a zero written as "-"), no_line (a zero in a line list), blank,
    not_available, or ambiguous for the reports under a doubtful place, which have no area.
    ``written`` is the count that a careful reader finds, empty where there is none.
    """
    months = truth["month"].dt.strftime("%Y-%m")
    gaps = [GAPS.get(key, "reported") for key in zip(truth["area"], months, strict=True)]
    reports = truth.assign(written=truth["incidents"].astype("Int64"), state=gaps)
    reports.loc[(reports["region"] == STOPS[0]) & (months >= STOPS[1]), "state"] = "blank"
    region, missed, catch_up = LATE
    late = (reports["region"] == region) & months.isin(missed)
    reports.loc[late, "state"] = "blank"
    added = reports[late].groupby(["area", "category"])["incidents"].sum()
    jump = (reports["region"] == region) & (months == catch_up)
    keys = pd.MultiIndex.from_frame(reports.loc[jump, ["area", "category"]])
    reports.loc[jump, "written"] += added.loc[keys].to_numpy()
    zero = (reports["written"] == 0) & (reports["state"] == "reported")
    reports.loc[zero & (reports["region"] == DASH_FOR_ZERO), "state"] = "dash"
    reports.loc[zero & (reports["region"] == LINE_LIST), "state"] = "no_line"
    reports.loc[reports["state"].isin(["blank", "not_available"]), "written"] = pd.NA
    first_star = reports["region"].map(PROVISIONAL).fillna("9999")
    reports["provisional"] = (months >= first_star) & reports["written"].notna()
    return pd.concat([reports, _ambiguous_rows()], ignore_index=True)


def _ambiguous_rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": AMBIGUOUS_REGION,
            "area": "",
            "month": pd.to_datetime(list(AMBIGUOUS)),
            "category": AMBIGUOUS_CATEGORY,
            "incidents": list(AMBIGUOUS.values()),
            "written": pd.array(list(AMBIGUOUS.values()), dtype="Int64"),
            "state": "ambiguous",
            "provisional": False,
        }
    )


def _levels(areas: pd.DataFrame, population: pd.DataFrame, draw: random.Random) -> np.ndarray:
    """Return the mean reports a month of each area and category, in the middle of the period."""
    regions = list(REGIONS)
    people = population_of(population, regions, 2022, series="bps").set_index("area")["population"]
    table = areas.set_index("code")
    known = population[(population["series"] == "census") & (population["year"] == 2010)]
    size = known.set_index("area")["population"].reindex(table.index)
    coast = table["coast"] == "1"
    weight: pd.Series = size.astype(float).fillna(size.mean()) * np.exp(
        0.3 * _normal(draw, len(table))
    )
    weight = weight.where(~coast, weight * COAST)
    weight = weight.where(~table.index.isin(TOWNS), weight * TOWN)
    share = weight / weight.groupby(table["parent"]).transform("sum")
    rate = table["parent"].map({region: level for region, (level, _) in REGIONS.items()})
    total = share * rate * table["parent"].map(people) / 100_000
    mix = np.tile(list(MIX.values()), (len(table), 1))
    mix[coast.to_numpy(), 0] *= COAST_SEXUAL_SERVICES
    return total.to_numpy(float)[:, None] * mix / mix.sum(axis=1, keepdims=True)


def _growth(regions: list[str]) -> np.ndarray:
    years = (np.arange(len(MONTHS)) - len(MONTHS) / 2) / 12
    return years[:, None] * np.array([np.log1p(REGIONS[region][1]) for region in regions])


def _season(calendar: pd.DataFrame) -> np.ndarray:
    """Return what days, Ramadan, year-end and the task force add to the log mean, by category."""
    table = month_calendar(calendar, MONTHS)
    days = table["days"].to_numpy(float)
    season = np.log(days / 30.4)
    season += RAMADAN * table["ramadan_days"].to_numpy() / days
    season += YEAR_END * table["yearend_days"].to_numpy() / days
    by_category = np.repeat(season[:, None], len(MIX), axis=1)
    by_category[MONTHS.isin(TASK_FORCE), list(MIX).index("online_gambling")] += GAMBLING_TASK_FORCE
    return by_category


def _shocks(regions: list[str], draw: random.Random) -> np.ndarray:
    """Return persistent shocks by month and area: of the province, of the region, of the area."""
    names = list(REGIONS)
    of_region = _waves(draw, len(names), sd=0.10, persistence=0.5)
    of_area = _waves(draw, len(regions), sd=0.12, persistence=0.4)
    of_all = _waves(draw, 1, sd=0.08, persistence=0.6)
    return of_all + of_region[:, [names.index(region) for region in regions]] + of_area


def _waves(draw: random.Random, number: int, *, sd: float, persistence: float) -> np.ndarray:
    steps = _normal(draw, (len(MONTHS), number)) * sd * np.sqrt(1 - persistence**2)
    waves = np.zeros_like(steps)
    waves[0] = steps[0] / np.sqrt(1 - persistence**2)
    for month in range(1, len(steps)):
        waves[month] = persistence * waves[month - 1] + steps[month]
    return waves


def _normal(draw: random.Random, shape: int | tuple[int, ...]) -> np.ndarray:
    return norm.ppf(_uniform(draw, shape))


def _uniform(draw: random.Random, shape: int | tuple[int, ...]) -> np.ndarray:
    """Draw from Python's generator, whose numbers are the same in every version and machine."""
    return np.array([draw.random() for _ in range(int(np.prod(shape)))]).reshape(shape)
