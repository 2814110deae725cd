"""A first chart from one tidy table, without a study: one area's counts month by month."""

from pathlib import Path

import pandas as pd

from analysis.charts import lines
from analysis.charts.chart import Caption, Chart
from analysis.protect.suppression import hide_small
from analysis.read.files import read_grids
from analysis.tables import check_columns
from analysis.words.messages import InsidenError, say
from analysis.words.numbers import month_name, period
from analysis.words.wording import unit_name

COLUMNS = ["area", "month", "incidents"]
MARKS = ["why", "flag"]  # what monthly.csv of a data package says of a count
HIDDEN = ("suppressed", "complementary")


def plot_counts(
    counts: str | Path,
    *,
    source: str,
    area: str = "",
    unit: str = "reports",
    hide_below: int = 5,
    simulated: bool = False,
    lang: str = "id",
    size: str = "a4-full",
) -> Chart:
    """Draw one area's counts month by month from a tidy table; small counts are hidden.

    ``counts`` is a CSV or workbook with the columns area, month (2024-07) and incidents (a whole
    number; empty where not known, which is not zero), such as monthly.csv of a data package; its
    hidden cells stay hidden, and areas.csv beside it names its areas. A month without a row is a
    gap. ``area`` may be left out where the
    table holds one. One area is drawn, so that no sum can give a hidden count away. For messy
    files, rates, comparisons and trends with their intervals make a study: ``find``.
    """
    path = Path(counts)
    table = _read(path)
    area = _choose(table["area"], area, path.name)
    simulated = simulated or "true" in set(table["simulated"].str.lower())
    monthly = _protect(_complete(table[table["area"] == area], area), hide_below)
    known = monthly["incidents"].notna() | monthly["why"].isin(HIDDEN)
    if not known.any():
        raise InsidenError("session.no_months", file=path.name, area=area)
    first, last = monthly["month"].iloc[[0, -1]]
    told, name = unit_name(unit, lang), _names(path).get(area, area)
    reported = {"reported": int(known.sum()), "expected": len(monthly)}
    return lines.plot_trend(
        monthly,
        focal=area,
        names={area: name},
        headline=name,
        caption=Caption(
            source=source,
            period=period(first, last, lang),
            data_through=month_name(monthly.loc[known, "month"].iloc[-1], lang),
            completeness=say("session.months_reported", lang, **reported),
            unit=told,
            simulated=simulated,
        ),
        lang=lang,
        size=size,
    )


def _read(path: Path) -> pd.DataFrame:
    """Read the table strictly: what is not plainly a month or a count is refused with its place."""
    texts = read_grids(path)[0].texts
    header, *rows = texts.words[texts.codes].tolist() or [[]]
    table = pd.DataFrame(rows, columns=[name.strip().lower() for name in header], dtype=str)
    check_columns(table, COLUMNS, path.name)
    table = table.apply(lambda column: column.str.strip())
    for column in [*MARKS, "simulated"]:
        if column not in table:
            table[column] = ""
    _check(table, "month", r"\d{4}-(0[1-9]|1[0-2])(-01)?( 00:00:00)?", path.name)
    _check(table, "incidents", r"[0-9]*", path.name)
    table["month"] = pd.to_datetime(table["month"].str[:7], format="%Y-%m")
    table["incidents"] = pd.to_numeric(table["incidents"].replace("", None)).astype("Int64")
    if (twice := table.duplicated(["area", "month"])).any():
        row = int(twice.to_numpy().argmax())
        facts = {"area": table["area"][row], "month": f"{table['month'][row]:%Y-%m}"}
        raise InsidenError("session.twice", file=path.name, row=row + 2, **facts)
    return table[[*COLUMNS, *MARKS, "simulated"]]


def _check(table: pd.DataFrame, column: str, pattern: str, file: str) -> None:
    wrong = ~table[column].str.fullmatch(pattern)
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise InsidenError(
            f"session.not_{column}", file=file, row=row + 2, text=table[column].iloc[row]
        )


def _names(path: Path) -> dict[str, str]:
    """The names of the areas, where a list of areas lies beside the counts."""
    beside = path.with_name("areas.csv")
    if not beside.is_file():
        return {}
    texts = read_grids(beside)[0].texts
    header, *rows = texts.words[texts.codes].tolist() or [[]]
    if not {"area", "name"} <= set(header):
        return {}
    code, name = header.index("area"), header.index("name")
    return {row[code]: row[name] for row in rows}


def _choose(areas: pd.Series, wanted: str, file: str) -> str:
    found = sorted(set(areas) - {""})
    known = ", ".join(found[:10]) + (" …" if len(found) > 10 else "")
    if wanted and wanted not in found:
        raise InsidenError("session.no_area", file=file, text=wanted, areas=known)
    if not wanted and len(found) != 1:
        raise InsidenError("session.which_area", file=file, areas=known)
    return wanted or found[0]


def _complete(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    """Add the months between the first and the last that have no row, as not reported."""
    months = pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS", name="month")
    full = rows.set_index("month").reindex(months).reset_index().assign(area=area)
    full[MARKS] = full[MARKS].fillna("")
    gap = full["incidents"].isna() & (full["why"] == "")
    full.loc[gap, "why"] = "not_reported"
    return full


def _protect(monthly: pd.DataFrame, hide_below: int) -> pd.DataFrame:
    """Hide the small counts; what a package has hidden already keeps its mark."""
    cells = monthly.assign(period=monthly["month"].dt.strftime("%Y-%m"), category="")
    shown = hide_small(
        cells, hide_below=hide_below, area_parts={}, period_parts={}, category_parts={}
    )
    marks = {"suppressed": f"<{hide_below}", "complementary": "-"}
    before = monthly["why"].isin(HIDDEN)
    shown.loc[before, "shown"] = monthly.loc[before, "why"].map(marks)
    return shown
