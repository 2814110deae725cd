"""Many indicators at a glance: which lie above or below their benchmark, and by how much.

``find_overview`` is the table behind a tartan (indicators x areas, one colour a cell), ``find_spine``
the one behind a spine chart (one area's place between the lowest and the highest). Whether high is
bad is data: it stands beside each indicator, never in the code.
"""

import numpy as np
import pandas as pd

from analysis.measure.columns import check_key, check_rows, read_numbers
from analysis.tables import check_columns
from analysis.words.messages import InsidenError

DIRECTIONS = ("high_is_bad", "low_is_bad", "neither")
VALUES = ["indicator", "area", "value", "value_low", "value_high"]
SAID = ["unit", "method", "confidence"]
MARKS = ["lowest", "quarter", "middle", "three_quarters", "highest", "value"]


def as_values(table: pd.DataFrame, indicator: str, column: str = "rate") -> pd.DataFrame:
    """Return one column of a result with its limits in the shape that ``find_overview`` takes.

    ``table``: area, ``column``, ``<column>_low``, ``<column>_high``, unit, method, confidence, and
    why where a value is empty: a rate, a ratio, a proportion. Results of several indicators are put
    together by ``pandas.concat``.
    """
    names = [column, f"{column}_low", f"{column}_high"]
    check_columns(table, ["area", *names, *SAID], indicator)
    numbers = {ours: table[theirs] for ours, theirs in zip(VALUES[2:], names, strict=True)}
    values = pd.concat([table[["area"]].assign(**numbers), table[SAID]], axis="columns")
    values.insert(0, "indicator", indicator)
    return values.assign(why=table.get("why", ""))


def find_overview(values: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Compare every value with the benchmark of its indicator, by its interval alone.

    ``values``: indicator, area, value, value_low, value_high, unit, method, confidence (and why);
    ``indicators``: indicator, direction ("high_is_bad", "low_is_bad", "neither"), and benchmark (a
    number) or benchmark_area (an area among the values, whose value is then the benchmark). One row
    an indicator and area, in the order of ``indicators`` and then as given; adds direction,
    benchmark, benchmark_area, verdict, why.

    verdict: "worse" or "better" where the interval leaves the benchmark out, "higher" or "lower"
    where the indicator has no direction, else "similar", which does not say that they are equal;
    "not_comparable" without value ("no_value" or the reason given), interval ("no_interval") or
    benchmark ("no_benchmark"), and for the benchmark area itself ("is_benchmark"). The benchmark
    counts as known: where it is an area hardly larger than the others, compare the two as rates
    instead. Of many cells some stand out by chance: ``count_verdicts`` says how many to expect.
    """
    check_key(indicators, ["indicator"], "indicators")
    check_columns(indicators, ["direction"], "indicators")
    for direction in indicators["direction"]:
        if direction not in DIRECTIONS:
            known = ", ".join(DIRECTIONS)
            raise InsidenError("measure.choice", name="direction", text=direction, known=known)
    check_key(values, ["indicator", "area"], "values")
    check_columns(values, [*VALUES, *SAID], "values")
    strange = sorted(set(values["indicator"]) - set(indicators["indicator"]))
    if strange:
        raise InsidenError("measure.strange_indicator", text=", ".join(map(str, strange)))
    numbers = {name: read_numbers(values, name) for name in VALUES[2:]}
    check_rows(values, numbers["value_low"] > numbers["value_high"], "measure.limits_crossed")
    given = values[[*VALUES[:2], *SAID]].assign(**numbers, why=values.get("why", ""))
    given["why"] = given["why"].fillna("")
    marked = indicators[["indicator", "direction"]].assign(**_benchmarks(indicators, given))
    table = marked.merge(given, on="indicator", how="inner")
    verdict, why = _judge(table)
    order = [*VALUES, "direction", "benchmark", "benchmark_area", "verdict", *SAID, "why"]
    return table.assign(verdict=verdict, why=why)[order]


def count_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Count the verdicts of each indicator of an ``find_overview``, beside what chance alone would bring.

    Columns: indicator, compared, similar, one column for each other verdict, by_chance: how many
    areas equal to the benchmark would stand out all the same (compared x (1 - confidence), an upper
    bound for exact intervals), confidence.
    """
    check_columns(table, ["indicator", "verdict", "confidence"], "overview")
    kinds = ["similar", "better", "worse", "higher", "lower"]
    rows = table[table["verdict"].isin(kinds)]
    counts = pd.crosstab(rows["indicator"], rows["verdict"]).reindex(columns=kinds, fill_value=0)
    counts = counts.reindex(table["indicator"].unique(), fill_value=0)
    counts.insert(0, "compared", counts.sum(axis="columns"))
    chance = (1 - rows["confidence"]).groupby(rows["indicator"]).sum()
    counts["by_chance"] = chance.reindex(counts.index).fillna(0.0)
    counts["confidence"] = table.groupby("indicator")["confidence"].first()
    return counts.rename_axis(index="indicator", columns=None).reset_index()


def find_spine(table: pd.DataFrame, focal: str) -> pd.DataFrame:
    """Return where one area lies between the lowest and the highest of each indicator.

    ``table`` as ``find_overview`` returns it. One row an indicator: indicator, area, areas (with a value,
    the benchmark area left out), lowest, quarter, middle, three_quarters, highest (quartiles by
    linear interpolation), benchmark, value, value_low, value_high, and the same marks with ``at_``
    for drawing: 0 is the benchmark, -1 or 1 the end farther from it, and better is always right of
    worse (higher right of lower where there is no direction). Then direction, verdict, unit,
    method, confidence, why. Without a benchmark nothing is placed; an area without a row has none
    ("no_value").
    """
    check_key(table, ["indicator", "area"], "overview")
    check_columns(table, [*VALUES, "direction", "benchmark", "benchmark_area"], "overview")
    if focal not in set(table["area"]):
        known = ", ".join(map(str, table["area"].unique()))
        raise InsidenError("measure.not_among", area=focal, known=known)
    others = table[table["area"] != table["benchmark_area"]]
    groups = others.groupby("indicator")["value"]
    spine = pd.DataFrame({"areas": groups.count()}).reindex(table["indicator"].unique())
    for name, share in zip(MARKS, (0, 0.25, 0.5, 0.75, 1), strict=False):
        spine[name] = groups.quantile(share)
    same = table.drop_duplicates("indicator").set_index("indicator")[["direction", "benchmark"]]
    own = table[table["area"] == focal].set_index("indicator")
    own = own[[*VALUES[2:], "verdict", *SAID, "why"]]
    spine = spine.join(same).join(own)
    absent = spine["verdict"].isna()
    spine["verdict"] = spine["verdict"].mask(absent, "not_comparable")
    spine["why"] = spine["why"].mask(absent, "no_value")
    spine.insert(0, "area", focal)
    ends = spine[["lowest", "highest"]].sub(spine["benchmark"], axis="index").abs()
    reach = ends.max(axis="columns", skipna=False)
    side = np.where(spine["direction"] == "high_is_bad", -1, 1) / reach.where(reach > 0, 1.0)
    for name in [*MARKS, "value_low", "value_high"]:
        spine[f"at_{name}"] = (spine[name] - spine["benchmark"]) * side
    return spine.rename_axis(index="indicator").reset_index()


def _benchmarks(indicators: pd.DataFrame, given: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the benchmark of each indicator, and the area it is the value of ("" for a number)."""
    if "benchmark" not in indicators and "benchmark_area" not in indicators:
        check_columns(indicators, ["benchmark"], "indicators")
    number = pd.Series(np.nan, index=indicators.index)
    if "benchmark" in indicators:
        number = pd.Series(read_numbers(indicators, "benchmark"), index=indicators.index)
    area = pd.Series("", index=indicators.index)
    if "benchmark_area" in indicators:
        area = indicators["benchmark_area"].fillna("")
    both = number.notna() & (area != "")
    if both.any():
        raise InsidenError("measure.two_benchmarks", text=indicators["indicator"][both].iloc[0])
    known = given.set_index(["indicator", "area"])["value"]
    wanted = pd.MultiIndex.from_arrays([indicators["indicator"], area])
    found = pd.Series(known.reindex(wanted).to_numpy(), index=indicators.index)
    return {"benchmark": number.fillna(found), "benchmark_area": area}


def _judge(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    low, high, benchmark = table["value_low"], table["value_high"], table["benchmark"]
    own = table["area"] == table["benchmark_area"]
    silent = table["value"].isna()
    reasons = {
        "is_benchmark": own,
        "given": silent & (table["why"] != ""),
        "no_value": silent,
        "no_interval": low.isna() | high.isna(),
        "no_benchmark": benchmark.isna(),
    }
    why = np.select(list(reasons.values()), list(reasons), "").astype(object)
    above, below = low > benchmark, high < benchmark
    bad = {"high_is_bad": above, "low_is_bad": below}
    cases = [why != "", ~above & ~below]
    names = ["not_comparable", "similar"]
    for direction, worse in bad.items():
        here = table["direction"] == direction
        cases += [here & worse, here]
        names += ["worse", "better"]
    verdict = np.select([*cases, above], [*names, "higher"], "lower").astype(object)
    return verdict, np.where(why == "given", table["why"], why)
