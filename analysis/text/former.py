"""Names and codes that areas bore in earlier lists, and what became of them.

A renamed area, and one that only got a new code, is today's area under another label. An area that
was split is a unit of its own: it is read as the sum of its successors, never as one of them.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from analysis.text.names import key_of
from analysis.words.messages import say

SUM = "AGGREGATE:"


class Former(NamedTuple):
    """An area of an earlier list: its old code and name, its successors, the day they begin."""

    code: str
    name: str
    successors: tuple[str, ...]
    since: str

    @property
    def value(self) -> str:
        """What a text that names it is read as: the one successor, or the sum of several."""
        return self.successors[0] if len(self.successors) == 1 else SUM + "+".join(self.successors)


def former_areas(lineage: pd.DataFrame, codes: Iterable[str]) -> list[Former]:
    """Return the old areas of which every successor stands in this gazetteer.

    ``lineage`` as in ``data/reference/lineage.csv``. What concerns other regions is passed over.
    """
    known = set(codes)
    found: dict[tuple[str, str, str], list[str]] = {}
    for old, name, new, since in lineage[["old", "name", "new", "valid_from"]].itertuples(
        index=False
    ):
        found.setdefault((old, name, since), []).append(new)
    return [
        Former(old, name, tuple(dict.fromkeys(new)), since)
        for (old, name, since), new in found.items()
        if known.issuperset(new)
    ]


def gone_codes(formers: Iterable[Former], codes: Iterable[str]) -> dict[str, Former]:
    """Map each code that no area bears any more to what it was."""
    known = set(codes)
    return {former.code: former for former in formers if former.code not in known}


def gone_names(formers: Iterable[Former], names: Mapping[str, str]) -> list[Former]:
    """Return the old areas whose name no longer means the same area.

    Rumbai of 2020 was divided, and one of its parts is called Rumbai today: that name is doubtful.
    """

    def still_means(former: Former) -> bool:
        one = len(former.successors) == 1
        today = former.successors[0] if one else former.code
        return key_of(former.name) == key_of(names.get(today, ""))

    return [former for former in formers if not still_means(former)]


def former_note(former: Former, names: Mapping[str, str], lang: str) -> str:
    """Say what the old area is today, for the analyst who meets its name or code."""
    now = ", ".join(f"{names[code]} ({code})" for code in former.successors)
    kind = "renamed" if len(former.successors) == 1 else "divided"
    old = f"{former.name} ({former.code})"
    return say(f"place.{kind}", lang, old=old, new=now, since=former.since)
