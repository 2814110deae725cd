"""Counts by area, month and category: made, completed and merged without losing a gap.

A merged count is known only when all its parts are; what is known of it stands beside it, so that
a gap is shown as a gap and never as a fall.
"""

import pandas as pd

from analysis.tables import COUNTS, KEY, check_counts


def make_counts(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the COUNTS table of what ``engine.join_readings`` counted.

    A count to which a blank part belongs is flagged "partial"; one without any figure is empty
    with its reason.
    """
    counts = counted.copy()
    counts["incidents"] = counts["incidents"].astype("Int64")
    counts["month"] = counts["month"].astype("datetime64[us]")
    empty = counts["incidents"].isna()
    counts["why"] = counts["why"].where(empty, "").fillna("unread").replace("", "unread")
    counts["why"] = counts["why"].where(empty, "")
    partial = (counts["partial"] == 1) | (~empty & (counts["gaps"] == 1))
    counts["flag"] = ""
    for flag, rows in (
        ("revised", counts["revised"] == 1),
        ("provisional", counts["provisional"] == 1),
        ("partial", partial),
    ):
        counts["flag"] = counts["flag"].mask(rows, flag)
    return check_counts(counts[COUNTS].sort_values(KEY, ignore_index=True))


def add_silent_zeros(counts: pd.DataFrame, months: dict[str, set[pd.Timestamp]]) -> pd.DataFrame:
    """Add the zeros of a register, in which an area without a line has no report.

    ``months`` says for each area in which months a register that covers it was kept. Every
    category gets its zero; a cell that is there already stays as it is.
    """
    categories = sorted(counts["category"].unique())
    rows = [
        (area, month, category)
        for area, kept in sorted(months.items())
        for month in sorted(kept)
        for category in categories
    ]
    zeros = pd.DataFrame(rows, columns=KEY)
    zeros["month"] = zeros["month"].astype("datetime64[us]")
    zeros["incidents"] = pd.array([0] * len(zeros), dtype="Int64")
    both = pd.concat([counts, zeros.assign(why="", flag="")], ignore_index=True)
    return check_counts(both.drop_duplicates(KEY).sort_values(KEY, ignore_index=True)[COUNTS])


def complete_months(
    counts: pd.DataFrame, *, areas: list[str], months: pd.DatetimeIndex, missing: str
) -> pd.DataFrame:
    """Add a row for every month and category that one of ``areas`` skips.

    ``missing`` has no default because only the analyst knows: "zero" when every incident reaches
    the register, "unknown" when an area may not have reported. Rows outside ``months`` go.
    """
    categories = sorted(counts["category"].unique()) or [""]
    grid = pd.MultiIndex.from_product([areas, months, categories], names=KEY).to_frame(index=False)
    grid["month"] = grid["month"].astype("datetime64[us]")
    full = grid.merge(counts, on=KEY, how="left")
    added = full["why"].isna()
    full["flag"] = full["flag"].fillna("")
    if missing == "zero":
        full["why"] = full["why"].fillna("")
        full.loc[added, "incidents"] = 0
    else:
        full["why"] = full["why"].fillna("not_reported")
    return check_counts(full[COUNTS].sort_values(KEY, ignore_index=True))


def sum_over(counts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Merge the rows that share ``by``; the sum is empty as soon as one part is not known.

    Columns: ``by``, incidents (empty with a gap), why (of the first gap), flag, known (the sum of
    the parts that are known: a lower bound), expected and reported (numbers of parts). Parts from
    before a unit existed are not expected.
    """
    parts = counts[counts["why"] != "before_start"]
    gap = parts["incidents"].isna()
    grouped = parts.assign(
        reported=(~gap).astype(int),
        partial=(parts["flag"] == "partial"),
        provisional=(parts["flag"] == "provisional"),
        revised=(parts["flag"] == "revised"),
        gap_why=parts["why"].where(gap),
    ).groupby(by, sort=True)
    merged = grouped.agg(
        known=("incidents", "sum"),
        expected=("reported", "size"),
        reported=("reported", "sum"),
        why=("gap_why", "first"),
        partial=("partial", "any"),
        provisional=("provisional", "any"),
        revised=("revised", "any"),
    ).reset_index()
    merged["known"] = merged["known"].astype("Int64")
    whole = (merged["reported"] == merged["expected"]) & ~merged["partial"]
    merged["incidents"] = merged["known"].where(whole)
    merged["known"] = merged["known"].where(merged["reported"] > 0)
    merged["why"] = merged["why"].fillna("not_reported").where(~whole, "")
    merged["flag"] = ""
    merged["flag"] = merged["flag"].mask(merged["revised"], "revised")
    merged["flag"] = merged["flag"].mask(merged["provisional"], "provisional")
    merged["flag"] = merged["flag"].mask(~whole & (merged["reported"] > 0), "partial")
    return merged[[*by, "incidents", "why", "flag", "known", "expected", "reported"]]


def compare_vintages(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return every cell that differs between two COUNTS tables of the same thing.

    Columns: area, month, category, before, after, change (after minus before; empty unless both
    are known), kind: "revised", "added" (known only in the later table: also what was late) or
    "gone" (known only in the earlier one). Cells without a figure in both are equal.
    """
    told = [check_counts(counts).set_index(KEY)["incidents"] for counts in (before, after)]
    both = pd.concat(told, axis="columns", keys=["before", "after"]).reset_index()
    both["change"] = both["after"] - both["before"]
    both["kind"] = "revised"
    both["kind"] = (
        both["kind"].mask(both["before"].isna(), "added").mask(both["after"].isna(), "gone")
    )
    differs = both[["before", "after"]].notna().any(axis="columns") & (
        (both["change"] != 0).fillna(True)
    )
    return both[differs].sort_values(KEY, ignore_index=True)
