"""People by area and year: one series and one vintage at a time, never mixed.

A series is a family of numbers that share their concept of who lives where ("bps", "census",
"dukcapil"); a vintage is one edition of it. Numbers of two vintages differ by more than most
differences in a briefing, so doubt about which one is meant is an error that lists the choices.
"""

import pandas as pd

from analysis.words.messages import InsidenError, words

COLUMNS = ["area", "year", "population", "series", "vintage", "confidence"]
BREAKS = [
    "area",
    "year_before",
    "year_after",
    "population_before",
    "population_after",
    "change",
    "vintage_before",
    "vintage_after",
]
BREAK = 5.0  # percent a year: no region of a country grows or shrinks so fast


def population_of(
    population: pd.DataFrame, areas: list[str], year: int, *, series: str = "", vintage: str = ""
) -> pd.DataFrame:
    """Return the people of each area in one year: COLUMNS, one row an area, in the order given.

    Without ``series`` or ``vintage`` there must be only one to choose from. InsidenError lists the
    choices when there are several, and names the areas that have no number.
    """
    wanted = population[population["area"].isin(areas)]
    if series:
        wanted = wanted[wanted["series"] == series]
    if vintage:
        wanted = wanted[wanted["vintage"] == vintage]
    found = wanted[wanted["year"] == year]
    choices = found[["series", "vintage"]].drop_duplicates()
    if len(choices) > 1:
        raise InsidenError("population.several", year=year, choices=_choices(choices))
    missing = [area for area in areas if area not in set(found["area"])]
    if missing:
        raise InsidenError(
            "population.missing",
            areas=", ".join(missing),
            year=year,
            series=series or "-",
            years=_years(wanted[wanted["area"].isin(missing)]),
        )
    if found["area"].duplicated().any():
        twice = found.loc[found["area"].duplicated(), "area"].iloc[0]
        raise InsidenError("population.repeated", area=twice, year=year)
    return found.set_index("area").loc[areas].reset_index()[COLUMNS]


def find_population_breaks(
    population: pd.DataFrame, areas: list[str], series: str, years: range | list[int]
) -> pd.DataFrame:
    """Find where one series jumps because its vintage changed, not because people moved.

    One row a break, columns BREAKS; ``change`` is in percent. A jump is a change of more than 5 percent a
    year between two neighbouring years of the series that come from different vintages. No
    percentage change of a rate may be told across one.
    """
    chosen = population["area"].isin(areas) & (population["series"] == series)
    rows = population[chosen & population["year"].isin(list(years))].sort_values(["area", "year"])
    later = rows[["area", "year", "population", "vintage"]]
    earlier = later.groupby("area").shift()
    sides = ("_after", "_before")
    pairs = later.merge(earlier, left_index=True, right_index=True, suffixes=sides).dropna()
    pairs["change"] = (pairs["population_after"] / pairs["population_before"] - 1) * 100
    jumps = pairs["change"].abs() > BREAK * (pairs["year_after"] - pairs["year_before"])
    breaks = pairs[jumps & (pairs["vintage_after"] != pairs["vintage_before"])]
    return breaks[BREAKS].reset_index(drop=True)


def vintage_text(vintage: str, lang: str) -> str:
    """Return how a vintage is called in print; one that has no words is called by its own name.

    >>> vintage_text("sp2020_interim", "id")
    'proyeksi interim BPS berbasis SP2020'
    >>> vintage_text("ons_2023", "en")
    'ons_2023'
    """
    return words(lang).get(f"vintage.{vintage}", vintage)


def _choices(choices: pd.DataFrame) -> str:
    pairs = choices.sort_values(["series", "vintage"]).itertuples(index=False)
    return "; ".join(f"{series} / {vintage}" for series, vintage in pairs)


def _years(rows: pd.DataFrame) -> str:
    """Say which years each series has: "bps 2015-2022; census 2020"."""
    parts = []
    for series, years in rows.groupby("series")["year"]:
        first, last = years.min(), years.max()
        parts.append(f"{series} {first}" if first == last else f"{series} {first}-{last}")
    return "; ".join(parts) or "-"
