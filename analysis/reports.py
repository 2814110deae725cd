"""What became of each report of a list: its state in the chain, and when it was answered.

An office cannot block anything; it verifies, refers and waits. A state comes from the words of the
status column, and from the dates beside it where they say more.
"""

import pandas as pd

from analysis.tables import LINES, check_columns
from analysis.text.status import status_from_text

# The chain, from the first state to the last; a report is in one of them.
STATES = (
    "received", "verified", "in_progress", "referred", "no_reply", "blocked", "rejected", "answered",
    "other", "not_said", "unread",
)  # fmt: skip
REPORTS = ["area", "month", "category", "state", "received", "replied", "why"]
MEANINGS = {
    "waiting": "received",
    "not_followed_up": "received",
    "taken_down": "blocked",
    "followed_up": "answered",
    "closed": "answered",
}
# Dates that say more than the words beside them, the strongest first: date, state, what it replaces.
OPEN = {"received", "verified", "in_progress", "referred", "no_reply", "not_said"}
BY_DATE = (
    ("blocked", "blocked", OPEN | {"answered"}),
    ("rejected", "rejected", OPEN | {"answered"}),
    ("reply", "answered", OPEN),
    ("referred", "referred", {"received", "verified", "not_said"}),
    ("verified", "verified", {"received", "not_said"}),
)
REPLIES = ("reply", "blocked", "rejected")


def find_reports(records: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each counted report of a list that has a status or dates of a chain.

    ``records`` are those of ``clean_cells``, ``lines`` the LINES of the intake. Columns: area,
    month, category; state (one of STATES); received and replied, empty where not yet or not known;
    why a time to reply cannot be had: "no_date" (a day is missing or cannot be read),
    "wrong_order" (answered before it was received), else "". Empty where no list tells a chain.
    """
    check_columns(lines, LINES, "lines")
    keys = ["file", "sheet", "row"]
    counted = records[(records["layout"] == "line_list") & (records["final"] == "counted")]
    table = counted[[*keys, "area", "month", "category"]].merge(lines, on=keys)
    if table.empty:
        return pd.DataFrame(columns=REPORTS)
    telling = ["status", *(name for name, _, _ in BY_DATE)]
    by_sheet = (table[telling] != "").groupby([table["file"], table["sheet"]]).transform("any")
    table = table[by_sheet.any(axis="columns").to_numpy(dtype=bool)].reset_index(drop=True)
    state = table["status"].map({text: _state(text) for text in table["status"].unique()})
    for name, stronger, replaced in BY_DATE[::-1]:
        state = state.mask((table[name] != "") & state.isin(replaced), stronger)
    start = table["report"].where(table["report"] != "", table["event"])
    days = {"received": _day(start)}
    answers = pd.DataFrame({name: _day(table[name]) for name in REPLIES})
    days["replied"] = answers.min(axis="columns")
    unread = days["received"].isna() | (table[list(REPLIES)] == "?").any(axis="columns")
    undated = state.isin(["blocked", "rejected", "answered"]) & days["replied"].isna()
    early = days["replied"] < days["received"]
    why = (
        pd.Series("", index=table.index)
        .mask(early, "wrong_order")
        .mask(unread | undated, "no_date")
    )
    return table.assign(state=state, why=why, **days)[REPORTS].astype({"state": str, "why": str})


def _state(text: str) -> str:
    if not text.strip("-–… "):
        return "not_said"
    meaning = status_from_text(text).value or ""
    state = "referred" if meaning.startswith("referred") else MEANINGS.get(meaning, meaning)
    return state if state in STATES else "other" if meaning else "unread"


def _day(texts: pd.Series) -> pd.Series:
    """Only a whole day tells how long something took."""
    whole = texts.where(texts.str.len() == len("2024-07-31"))
    return pd.to_datetime(whole, format="%Y-%m-%d").astype("datetime64[us]")
