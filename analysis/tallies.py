"""Each distinct amount of a column with its count, or with the reason why it is none.

The answers of an analyst come first, then the readers. An amount is read within its column: the
other texts of the column tell how thousands are written there.
"""

import re
from functools import cache

import pandas as pd

from analysis.meanings import FLAGS, Outcome, find_answer, marks_of
from analysis.study import Study
from analysis.text.conventions import Convention, amount_in_column, convention_of
from analysis.text.reading import Reading

# What an amount that is no number says about its cell.
EMPTY = {
    "NOT_REPORTED": "not_reported",
    "PENDING": "not_reported",
    "NOT_AVAILABLE": "not_available",
    "NOT_APPLICABLE": "before_start",
    "SUPPRESSED": "suppressed",
}
# Units that a sheet of reports may write beside its numbers; any other unit is another thing.
UNITS = {
    "reports": {"laporan", "aduan", "kasus", "kejadian", "tiket"},
    "cases": {"kasus", "laporan", "kejadian"},
    "crimes": {"kasus", "lp", "laporan polisi", "kejadian"},
}
ANSWERED_AMOUNTS = {
    "zero": "ZERO_REPORTED",
    "not_reported": "NOT_REPORTED",
    "not_available": "NOT_AVAILABLE",
}
NINES = ("99", "999", "9999")  # forms use them for "not known"; registers count so far too
SUM_FALLS = re.compile(r".+ \([A-Z]+\d+\) > .+ \([A-Z]+\d+\)")  # as sums so far are undone
# Values that were read and are no count, and the reason that is given for each.
NO_COUNTS = {
    r"-\d.*": "negative_count",
    r"\d+\.\d+": "not_whole",
    r"\d(\.\d+)?e\d+": "money",
    r"RATIO:.*": "share",
    r"SPLIT:.*": "several_numbers",
    r"NUMBER_APPROX:.*": "approximate",
    r"LOWER_BOUND:.*": "at_least",
    r"ORDINAL": "rank",
    r"SENTINEL": "sentinel",
    r"DITTO": "ditto",
    r"NOT_HERE|MERGED_WITH:.*": "elsewhere",
    r"PRESENT:.*|CHECKED": "not_counted",
    r"FLAG:.*": "mark_only",
}


def largest_counts(cells: pd.DataFrame) -> dict[str, int]:
    """Return each file's largest plain count, leaving out the nines that may be codes."""
    plain = cells["amount"].str.fullmatch(r"\d{1,9}") & ~cells["amount"].isin(NINES)
    counts = cells.loc[plain, "amount"].astype(int)
    return {
        str(file): int(most)
        for file, most in counts.groupby(cells.loc[plain, "file"]).max().items()
    }


def read_amounts(cells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return each distinct amount of each column with its count or its doubt.

    How thousands are written is settled by the column's own texts, else by those of its sheet.
    """
    distinct = cells[["file", "sheet", "column", "amount"]].drop_duplicates(ignore_index=True)
    largest = largest_counts(distinct)
    columns, sheets = (
        {key: convention_of(texts) for key, texts in _pointed(distinct).groupby(by)["amount"]}
        for by in (["file", "sheet", "column"], ["file", "sheet"])
    )

    @cache
    def read(file: str, amount: str, column: Convention) -> dict:
        return _read_amount(file, amount, column, study=study, largest=largest)

    unproven = Convention()
    rows = []
    for file, sheet, column, amount in distinct.itertuples(index=False):
        own = columns.get((file, sheet, column), unproven)
        shared = sheets.get((file, sheet), unproven)
        rows.append(read(file, amount, shared if own == unproven else own))
    return distinct.join(pd.DataFrame(rows))


def _pointed(distinct: pd.DataFrame) -> pd.DataFrame:
    """The amounts with a point or a comma: only these tell how a column writes thousands."""
    return distinct[distinct["amount"].str.contains("[.,．，]")]


def _read_amount(
    file: str, amount: str, column: Convention, *, study: Study, largest: dict[str, int]
) -> dict:
    answer = find_answer(study, "amount", amount, file)
    if answer is not None:
        reading = Reading(ANSWERED_AMOUNTS.get(answer, answer))
    else:
        reading = amount_in_column(amount, column, lang=study.language)
    if amount in NINES and reading.value is None and 3 * largest.get(file, 0) > int(amount):
        reading = Reading(amount)  # the file counts that high: no code stands out here
    incidents, why, outcome = _amount_outcome(reading, study, amount)
    found = [FLAGS[mark] for mark in marks_of(reading, "FLAG:") if mark in FLAGS]
    flag = "".join(found[:1])
    return {"incidents": incidents, "why": why, "flag": flag} | outcome._asdict()


def _amount_outcome(reading: Reading, study: Study, amount: str) -> tuple[object, str, Outcome]:
    if SUM_FALLS.fullmatch(amount):
        return pd.NA, "ambiguous", Outcome("rejected", "sum_falls", "", amount)
    value = reading.value or ""
    units = set(marks_of(reading, "UNIT:"))
    others = units - UNITS.get(study.unit, units)
    if others:
        return pd.NA, "unread", Outcome("rejected", "other_unit", "; ".join(others), amount)
    if value and reading.candidates:  # look-alikes of digits: a proposal, not a count
        candidates = "; ".join(reading.candidates)
        return pd.NA, "ambiguous", Outcome("rejected", reading.why, candidates, amount)
    if value == "ZERO_REPORTED":
        return 0, "", Outcome("counted")
    if re.fullmatch(r"\d+", value):
        return int(value), "", Outcome("counted")
    if value in EMPTY:
        return pd.NA, EMPTY[value], Outcome("empty", EMPTY[value], said=amount)
    why = "ambiguous" if reading.candidates else "unread"
    candidates = "; ".join(reading.candidates or _proposals(value))
    reason = reading.why or _no_count(value)
    return pd.NA, why, Outcome("rejected", reason, candidates, amount)


def _no_count(value: str) -> str:
    """Why a value that was read is no count."""
    found = (reason for form, reason in NO_COUNTS.items() if re.fullmatch(form, value, re.DOTALL))
    return next(found, "not_a_count")


def _proposals(value: str) -> list[str]:
    """The counts that may be meant: 1.235 is a thousand that a program took for a decimal."""
    if fraction := re.fullmatch(r"([1-9]\d{0,2})\.(\d{1,3})", value):
        return [fraction[1] + fraction[2].ljust(3, "0")]
    if several := re.fullmatch(r"(?:SPLIT|NUMBER_APPROX|LOWER_BOUND):(.*)", value):
        return several[1].split(";")
    return []
