"""Groups of equally many areas by value: the classes of a map or of a deprivation gradient."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.measure.columns import read_numbers, why_empty
from analysis.tables import check_columns
from analysis.words.messages import InsidenError


def add_quantiles(
    table: pd.DataFrame,
    column: str = "rate",
    *,
    groups: int = 5,
    within: Iterable[str] = (),
    highest_first: bool = True,
) -> pd.DataFrame:
    """Add the group of each row when the values are dealt into ``groups`` of about equal size.

    Within each combination of the ``within`` columns. Adds quantile (1 holds the highest values,
    or the lowest without ``highest_first``), quantiles (how many there are), quantile_method and
    quantile_why: "no_value", or "too_few" where fewer values than groups are known. Equal values
    share the better group. A group says nothing of how sure it is: beside it belongs the interval.
    The rule is that of PHE's ``phe_quantile``; ties and sizes that do not divide fall as there.
    """
    within = list(within)
    check_columns(table, [column, *within], "quantiles")
    if groups < 2:
        raise InsidenError("measure.groups", text=groups)
    value = pd.Series(read_numbers(table, column), index=table.index)
    keys = [table[name] for name in within] or [pd.Series(0, index=table.index)]
    parts = value.groupby(keys, dropna=False)
    known = parts.transform("count")
    place = parts.rank(method="min", ascending=not highest_first)
    group = np.floor(groups + 1 - np.ceil((known + 1 - place) / (known / groups)))
    usable = value.notna() & (known >= groups)
    reasons = {"no_value": value.isna().to_numpy(), "too_few": (known < groups).to_numpy()}
    return table.assign(
        quantile=group.clip(lower=1).where(usable).astype("Int64"),
        quantiles=groups,
        quantile_method="phe",
        quantile_why=why_empty(table, reasons, kept="quantile_why"),
    )
