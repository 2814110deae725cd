"""Columns of a table as arrays of numbers, checked: what a statistic may be computed from."""

import numpy as np
import pandas as pd
from pandas.api.types import is_number, is_numeric_dtype

from analysis.tables import check_columns
from analysis.words.messages import InsidenError


def read_numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    """Return one column as floats, NaN where empty.

    Infinity is an error, and so is text, also where it looks like a number: "1.235" may be either.
    """
    values = table[column]
    if not is_numeric_dtype(values):
        text = values.map(lambda cell: not is_number(cell) and not pd.isna(cell))
        _check_numbers(table, text.to_numpy(dtype=bool), column)
    numbers = values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    _check_numbers(table, np.isinf(numbers), column)
    return numbers


def read_counts(table: pd.DataFrame, column: str = "incidents") -> np.ndarray:
    """Return counts as floats, NaN where not reported; a negative count is an error."""
    counts = read_numbers(table, column)
    check_rows(table, counts < 0, "measure.negative_count")
    return counts


def read_people(
    table: pd.DataFrame, counts: np.ndarray | None = None, column: str = "exposure"
) -> np.ndarray:
    """Return people (or expected counts) as floats; NaN where empty, or zero without a count.

    Negative people are an error, and so is a count among zero people: their number is missing,
    not zero.
    """
    people = read_numbers(table, column)
    counted = np.zeros(len(people), bool) if counts is None else ~np.isnan(counts)
    check_rows(table, (people < 0) | ((people == 0) & counted), "measure.no_people")
    return np.where(people == 0, np.nan, people)


def read_areas(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return one row an area for methods that look at all areas at once, with why it takes no part.

    ``table``: area, incidents, and exposure, or expected counts (then rates are ratios). Columns:
    area, incidents as given, count and people (floats; expected counts stand as people), why.
    """
    check_key(table, ["area"], name)
    people = denominator(table)
    check_columns(table, ["incidents", people], name)
    table = table.reset_index(drop=True)
    incidents = read_counts(table)
    given = table[["area", "incidents"]].assign(
        count=incidents, people=read_people(table, incidents, people)
    )
    reasons = {
        "not_reported": np.isnan(incidents),
        "no_population": given["people"].isna().to_numpy(),
    }
    empty = np.logical_or.reduce(list(reasons.values()))
    return given.assign(why=np.where(empty, why_empty(table, reasons), "").astype(object))


def denominator(table: pd.DataFrame) -> str:
    """Return which column a table divides its incidents by: exposure, else expected."""
    return "expected" if "exposure" not in table and "expected" in table else "exposure"


def unit_of(table: pd.DataFrame, counted: str, per: int, among: str) -> str:
    """Return the unit of the rates of a table, or of its ratios where it has expected counts."""
    if denominator(table) == "expected":
        return f"{counted} / expected {counted}"
    return f"{counted} per {per} {among}"


def check_rows(table: pd.DataFrame, wrong: np.ndarray, key: str, **facts: object) -> None:
    """Raise the error ``key`` for the first row that is wrong, by the name of its area."""
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        area = table["area"].iloc[row] if "area" in table else row + 1
        raise InsidenError(key, area=area, **facts)


def check_key(table: pd.DataFrame, key: list[str], name: str) -> pd.DataFrame:
    """Return ``table`` unchanged, or say which key is empty or stands there twice."""
    check_columns(table, key, name)
    wrong = table[key].isna().any(axis="columns") | table.duplicated(key)
    if wrong.any():
        text = ", ".join(str(part) for part in table.loc[wrong, key].iloc[0])
        raise InsidenError("measure.repeated_key", table=name, columns=", ".join(key), text=text)
    return table


def check_confidence(confidence: float) -> float:
    """Return ``confidence`` unchanged; 95 for 0.95 is the usual slip."""
    if not 0 < confidence < 1:
        raise InsidenError("measure.confidence", text=confidence)
    return confidence


def check_choice(name: str, text: str, choices: tuple[str, ...] | dict) -> str:
    """Return ``text`` unchanged, or say which values ``name`` can have."""
    if text not in choices:
        raise InsidenError("measure.choice", name=name, text=text, known=", ".join(choices))
    return text


def why_empty(
    table: pd.DataFrame, reasons: dict[str, np.ndarray], *, kept: str = "why"
) -> np.ndarray:
    """Say of each row why it has no value: what the table says already, else the first reason."""
    found = np.select(list(reasons.values()), list(reasons), "")
    said = table[kept].fillna("").to_numpy(dtype=str) if kept in table else np.full(len(table), "")
    return np.where(said != "", said, found).astype(object)


def _check_numbers(table: pd.DataFrame, wrong: np.ndarray, column: str) -> None:
    if wrong.any():
        text = table[column].iloc[int(np.flatnonzero(wrong)[0])]
        check_rows(table, wrong, "measure.not_a_number", column=column, text=text)
