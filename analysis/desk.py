"""The analyst's desk: files read, texts cleaned, counts made and completed. Nothing here is protected.

These tables stay inside the office (``outputs/internal``); what others see is made from
``Findings``, which starts where this ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.balance import find_balance, find_decisions
from analysis.clean import Cleaned, clean_cells
from analysis.counts import add_silent_zeros, complete_months, make_counts, sum_over
from analysis.meanings import find_answer
from analysis.progress import Progress
from analysis.read.intake import Intake, read_inbox
from analysis.reference.files import Reference, read_reference
from analysis.review.answers import Rules, check_answers
from analysis.study import Study
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from analysis.words.messages import InsidenError


@dataclass(frozen=True)
class Received:
    """What the files of a study say, before anything is counted over months."""

    study: Study
    reference: Reference
    places: Places
    words: CategoryWords
    intake: Intake
    cleaned: Cleaned
    decisions: pd.DataFrame  # DECISIONS
    balance: pd.DataFrame  # file, outcome, rule, rows, cells, amount, decided


@dataclass(frozen=True)
class Desk:
    """Everything between the received files and the findings, for the analyst alone."""

    study: Study
    reference: Reference
    names: dict[str, str]
    received: Received
    counts: pd.DataFrame  # COUNTS, completed
    monthly: (
        pd.DataFrame
    )  # compared area × month: incidents, why, flag, known, expected, reported, complete

    @property
    def intake(self) -> Intake:
        return self.received.intake

    @property
    def cleaned(self) -> Cleaned:
        return self.received.cleaned

    @property
    def balance(self) -> pd.DataFrame:
        return self.received.balance

    @cached_property
    def compared(self) -> list[str]:
        """The areas that are compared with one another, the region among them."""
        return sorted(self.monthly["area"].unique())

    @cached_property
    def months(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(sorted(self.monthly["month"].unique()))

    @cached_property
    def window_months(self) -> pd.DatetimeIndex:
        return self.months[-self.study.periods_in_window :]

    @cached_property
    def months_before(self) -> pd.DatetimeIndex:
        """The window before the window; as many months as there are."""
        size = self.study.periods_in_window
        return self.months[-2 * size : -size]

    @cached_property
    def usable(self) -> pd.DataFrame:
        """``monthly`` with the counts of incomplete months emptied."""
        kept = self.monthly["known"].where(self.monthly["complete"])
        return self.monthly.assign(incidents=kept)

    def usable_months(
        self, areas: Iterable[str], months: pd.DatetimeIndex | None = None
    ) -> pd.DatetimeIndex:
        """The months of the window in which every one of ``areas`` reported completely."""
        wanted = self.window_months if months is None else months
        rows = self.monthly[self.monthly["area"].isin(list(areas))]
        complete = rows.groupby("month")["complete"].all()
        return wanted[wanted.isin(complete.index[complete])]

    @cached_property
    def focal_parts(self) -> pd.DataFrame:
        """The counts of the districts (or of the region itself where there are none)."""
        above = ancestors(self.reference.areas, self.study.compare_level)
        return self.counts[self.counts["area"].map(above) == self.study.region]


def ancestors(areas: pd.DataFrame, level: str) -> dict[str, str]:
    """Map every area to the area of ``level`` that holds it, itself included."""
    parent = dict(zip(areas["code"], areas["parent"], strict=True))
    levels = dict(zip(areas["code"], areas["level"], strict=True))
    found = {}
    for code in parent:
        above = code
        while above and levels.get(above) != level:
            above = parent.get(above, "")
        if above:
            found[code] = above
    return found


def receive(study: Study, progress: Progress, *, files: list[Path] | None = None) -> Received:
    """Read and clean the files of the inbox, or those that are named; every cell is accounted for."""
    reference = read_reference(study.reference_folder)
    check_study_areas(study, reference)
    places = Places(
        reference.areas,
        reference.aliases,
        reference.villages,
        reference.lineage,
        lang=study.language,
    )
    words = CategoryWords(reference.category_words, lang=study.language)
    check_answers(Rules(study, reference, places, words))
    with progress.step("read") as done:
        intake = read_inbox(
            files or study.inbox_folder,
            recipes=study.recipes,
            places=places,
            categories=words,
            root=study.inbox_folder,
            corrections=reference.corrections,
        )
        check_intake(intake, study)
        done(files=len(intake.files), cells=len(intake.cells))
    with progress.step("clean") as done:
        cleaned = clean_cells(intake.cells, study, reference, places, words, intake.lines)
        done(rejected=len(cleaned.rejects))
    decisions, decided = find_decisions(study, reference, intake)
    balance = find_balance(intake, cleaned, decided)
    return Received(study, reference, places, words, intake, cleaned, decisions, balance)


def prepare(study: Study, progress: Progress, *, files: list[Path] | None = None) -> Desk:
    """Read, clean, count and complete: from the files in the inbox to the counts table."""
    received = receive(study, progress, files=files)
    reference, cleaned = received.reference, received.cleaned
    with progress.step("count") as done:
        counts = make_counts(cleaned.counted)
        counts = add_silent_zeros(counts, register_months(cleaned, study, reference))
        if counts.empty:
            raise InsidenError("run.nothing_counted", folder=study.inbox_folder)
        done(incidents=int(counts["incidents"].sum()))
    with progress.step("complete") as done:
        months = study_months(study, counts)
        counts = complete_counts(counts, study, reference, months)
        monthly = monthly_by_area(counts, study, reference)
        done(months=len(months), complete=int(monthly["complete"].sum()), wanted=len(monthly))
    names = dict(zip(reference.areas["code"], short_names(reference.areas), strict=True))
    kinds = reference.categories
    names |= dict(zip(kinds["code"], kinds[f"name_{study.language}"], strict=True))
    return Desk(study, reference, names, received, counts, monthly)


def check_intake(intake: Intake, study: Study) -> Intake:
    """Return what was read, or say why there is nothing to count."""
    if not intake.cells.empty:
        return intake
    if not intake.refused:
        raise InsidenError("run.nothing_counted", folder=study.inbox_folder)
    reasons = "\n".join(error.text(study.language) for error in intake.refused)
    raise InsidenError("run.all_refused", reasons=reasons)


def short_names(areas: pd.DataFrame) -> pd.Series:
    """The name for charts and tables: the column ``short`` where the gazetteer has one."""
    if "short" not in areas:
        return areas["name"]
    return areas["short"].where(areas["short"] != "", areas["name"])


def check_study_areas(study: Study, reference: Reference) -> None:
    """Say which setting of the study names an area or a level that the gazetteer does not know."""
    areas = reference.areas
    if study.level not in set(areas["level"]) and study.level in set(reference.villages["kind"]):
        raise InsidenError("run.too_fine", text=study.level)
    for key in ("level", "compare_level"):
        if getattr(study, key) not in set(areas["level"]):
            known = ", ".join(sorted(set(areas["level"])))
            raise InsidenError("run.unknown_level", key=key, text=getattr(study, key), known=known)
    compared = areas.loc[areas["level"] == study.compare_level, "code"]
    if study.region not in set(compared):
        known = ", ".join(sorted(compared)[:12])
        raise InsidenError("run.unknown_region", text=study.region, known=known)


def study_months(study: Study, counts: pd.DataFrame) -> pd.DatetimeIndex:
    """The months of the study: as set, else from the first to the last one with a count."""
    told = counts.loc[counts["incidents"].notna(), "month"]
    first = pd.Timestamp(study.first_month) if study.first_month else told.min()
    last = pd.Timestamp(study.last_month) if study.last_month else told.max()
    if first > last or told[(told >= first) & (told <= last)].empty:
        raise InsidenError("run.no_months", first=f"{first:%Y-%m}", last=f"{last:%Y-%m}")
    return pd.date_range(first, last, freq=f"{study.months_per_count}MS")


def register_months(
    cleaned: Cleaned, study: Study, reference: Reference
) -> dict[str, set[pd.Timestamp]]:
    """For every area of a register's region: the months in which that register has lines.

    Only registers for which the analyst answered that no line means zero.
    """
    above = ancestors(reference.areas, study.compare_level)
    levels = dict(zip(reference.areas["code"], reference.areas["level"], strict=True))
    lines = cleaned.records[
        (cleaned.records["layout"] == "line_list") & (cleaned.records["final"] == "counted")
    ]
    kept: dict[str, set[pd.Timestamp]] = {}
    for file, rows in lines.groupby("file"):
        if find_answer(study, "silence", "", str(file)) != "zero":
            continue
        regions = set(rows["area"].map(above))
        for area, region in above.items():
            if region in regions and levels[area] == study.level:
                kept.setdefault(area, set()).update(rows["month"])
    return kept


def complete_counts(
    counts: pd.DataFrame, study: Study, reference: Reference, months: pd.DatetimeIndex
) -> pd.DataFrame:
    """Add what is missing for every area that should report, under the study's scope.

    An area of the compared level that is counted as a whole (no districts in its file) is its own
    only part in that month.
    """
    areas = reference.areas
    above = ancestors(areas, study.compare_level)
    inside = set(areas_in_scope(study, areas))
    wanted = areas[(areas["level"] == study.level) & areas["code"].map(above).isin(inside)]
    parts = complete_months(
        counts, areas=sorted(wanted["code"]), months=months, missing=study.empty_months
    )
    whole = counts[counts["area"].isin(inside) & counts["month"].isin(months)]
    if study.level == study.compare_level or whole["incidents"].notna().sum() == 0:
        return parts
    told = parts[parts["incidents"].notna()]
    by_parts = set(zip(told["area"].map(above), told["month"], strict=True))
    alone = [key not in by_parts for key in zip(whole["area"], whole["month"], strict=True)]
    whole = whole[alone]
    by_whole = set(zip(whole["area"], whole["month"], strict=True))
    kept = [
        key not in by_whole for key in zip(parts["area"].map(above), parts["month"], strict=True)
    ]
    return pd.concat([parts[kept], whole], ignore_index=True)


def areas_in_scope(study: Study, areas: pd.DataFrame) -> list[str]:
    """The compared areas: those that share the region's parent, or lie in the study's scope."""
    parent = dict(zip(areas["code"], areas["parent"], strict=True))
    scope = study.scope or parent.get(study.region, "")
    compared = areas.loc[areas["level"] == study.compare_level, "code"]
    return sorted(code for code in compared if not scope or _lies_in(code, scope, parent))


def _lies_in(code: str, scope: str, parent: dict[str, str]) -> bool:
    while code and code != scope:
        code = parent.get(code, "")
    return code == scope


def monthly_by_area(counts: pd.DataFrame, study: Study, reference: Reference) -> pd.DataFrame:
    """Sum districts and categories to the compared areas, month by month.

    ``complete``: at least ``complete_from`` of the area's expected cells are reported. Only such
    months enter a rate, a comparison or a trend.
    """
    above = ancestors(reference.areas, study.compare_level)
    monthly = sum_over(counts.assign(area=counts["area"].map(above)), ["area", "month"])
    share = monthly["reported"] / monthly["expected"]
    monthly["complete"] = share >= study.complete_from
    monthly["flag"] = monthly["flag"].mask(monthly["complete"] & (monthly["flag"] == "partial"), "")
    return monthly
