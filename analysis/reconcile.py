"""What two sources say of the same whole: by category here, by district there, they must agree.

Nothing is changed and nobody is believed; the differences are what to ask the senders about.
"""

import pandas as pd

COLUMNS = ["area", "month", "file", "told", "other_file", "other_told", "difference", "swapped"]
TOLD_BEFORE = ("marked_duplicate", "duplicate_key", "duplicate_content")
ADDRESSES = 3  # of one conflict, so that a line stays readable


def compare_sources(records: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Compare the monthly sums of every two files that tell of the same area as a whole.

    ``records`` are those of ``clean_cells``. A file tells of an area when it counts the area
    itself, or several areas inside it. A file of one category is not compared with one of all;
    only months that both tell and cells that say a number enter. Columns: area, month, file, told,
    other_file, other_told, difference (told less other_told), swapped (the same digits in another
    order: 63 and 36).
    """
    told = records[records["placed"] & records["incidents"].notna() & records["month"].notna()]
    told = told[~told["rule"].isin(["superseded", *TOLD_BEFORE])]
    parent = dict(zip(areas["code"], areas["parent"], strict=True))
    above = {area: _with_ancestors(area, parent) for area in told["area"].unique()}
    wide = told.assign(whole=told["area"].map(above)).explode("whole")
    sums = wide.groupby(["whole", "file", "month"])["incidents"].sum().reset_index()
    kinds = wide.groupby(["whole", "file"]).agg(
        parts=("area", "nunique"),
        first=("area", "min"),
        categories=("category", lambda codes: frozenset(codes)),
    )
    kinds = kinds.reset_index()
    kinds = kinds[(kinds["parts"] > 1) | (kinds["first"] == kinds["whole"])]
    pairs = kinds.merge(kinds, on="whole", suffixes=("", "_other"))
    pairs = pairs[pairs["file"] < pairs["file_other"]]
    alike = [
        _comparable(one, other)
        for one, other in zip(pairs["categories"], pairs["categories_other"], strict=True)
    ]
    pairs = pairs.loc[alike, ["whole", "file", "file_other"]]
    both = pairs.merge(sums, on=["whole", "file"])
    both = both.merge(
        sums, left_on=["whole", "file_other", "month"], right_on=["whole", "file", "month"],
        suffixes=("", "_told"),
    )  # fmt: skip
    found = pd.DataFrame(
        {
            "area": both["whole"],
            "month": both["month"],
            "file": both["file"],
            "told": both["incidents"],
            "other_file": both["file_other"],
            "other_told": both["incidents_told"],
            "difference": both["incidents"] - both["incidents_told"],
        }
    )
    found["swapped"] = [
        one != other and sorted(str(one)) == sorted(str(other))
        for one, other in zip(found["told"], found["other_told"], strict=True)
    ]
    return _topmost(found, parent)[COLUMNS].sort_values(COLUMNS[:3], ignore_index=True)


def _with_ancestors(area: str, parent: dict[str, str]) -> list[str]:
    found = [area]
    while parent.get(found[-1], ""):
        found.append(parent[found[-1]])
    return found


def _comparable(one: frozenset[str], other: frozenset[str]) -> bool:
    """The same categories, or all of them together on one side and several on the other."""
    together = frozenset({""})
    return one == other or (together in (one, other) and len(one | other) > 2)


def _topmost(found: pd.DataFrame, parent: dict[str, str]) -> pd.DataFrame:
    """Leave out an area above one that two files tell of alike: the same sum again."""
    keys = ["month", "file", "other_file", "told", "other_told"]
    lines = found.to_dict("records")
    below: dict[tuple, set[str]] = {}
    for one in lines:
        below.setdefault(tuple(one[key] for key in keys), set()).add(parent.get(one["area"], ""))
    again = [one["area"] in below[tuple(one[key] for key in keys)] for one in lines]
    return found[~pd.Series(again, index=found.index, dtype=bool)]


def name_conflicts(records: pd.DataFrame) -> pd.Series:
    """For every cell in conflict the addresses and figures of those that say something else."""
    told = records[(records["rule"] == "conflict") & records["incidents"].notna()]
    addresses = {
        key: [
            (row.file, row.sheet, f"{row.file}, {row.sheet}!{row.column}{row.row}: {row.amount}")
            for row in rows.itertuples()
        ]
        for key, rows in told.groupby(["area", "month", "category"])
    }
    named = {
        index: "; ".join(
            text
            for file, sheet, text in addresses.get((row.area, row.month, row.category), [])
            if (file, sheet) != (row.file, row.sheet)
        ).split("; ")[:ADDRESSES]
        for index, row in zip(
            records.index[records["rule"] == "conflict"],
            records[records["rule"] == "conflict"].itertuples(),
            strict=True,
        )
    }
    return pd.Series({index: "; ".join(texts) for index, texts in named.items()}, dtype=str)
