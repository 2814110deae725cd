"""Ready messages for the units that must mend or send something: polite, concrete, without jargon."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

import pandas as pd

from analysis.desk import Desk, ancestors
from analysis.read.intake import Intake
from analysis.read.parts import TEXT_SHEETS
from analysis.read.subjects import find_subject
from analysis.review.questions import Question, area_names, cells_in_words, find_questions
from analysis.study import read_study
from analysis.text.places import place_from_text
from analysis.words.messages import InsidenError, say, words
from analysis.words.numbers import month_name, period

MOST_TOTALS = 5  # sums named one by one
MOST_AREAS = 8  # districts named one by one


def write_messages(desk: Desk) -> dict[str, str]:
    """Return one message a unit that has something to mend or to send: its name -> the text.

    A unit is the compared area that a file is about, else the file itself. Written in the language
    of the study file.
    """
    lang = read_study(desk.study.path).language
    questions = find_questions(desk.cleaned.rejects, desk.study, desk.reference)
    units = units_of_files(desk)
    mend: dict[str, list[str]] = {}
    for file, unit in units.items():
        told = _refusal(desk.intake, file, lang)
        told += [question_text(one, lang) for one in questions if one.file == file]
        told += _totals(desk.intake.totals, file, lang)
        if told:
            mend.setdefault(unit, []).append(_block(file, told, lang))
    names = unit_names(desk)
    send = {names[area]: told for area, told in missing_months(desk, lang).items()}
    letters = {}
    for unit in sorted({*mend, *send}):
        opening = "opening" if unit in units.values() else "opening_missing"
        parts = [say("pesan.greeting", lang, unit=unit), say(f"pesan.{opening}", lang)]
        if desk.study.simulated:
            parts.insert(0, say("pesan.simulated", lang))
        if unit in mend:
            parts += [*mend[unit], say("pesan.resend", lang)]
        parts += ["\n".join(send[unit])] if unit in send else []
        letters[unit] = "\n\n".join([*parts, say("pesan.closing", lang)]) + "\n"
    return letters


def _block(file: str, told: Iterable[str], lang: str) -> str:
    lines = [
        say("pesan.item", lang, number=number, text=text)
        for number, text in enumerate(told, start=1)
    ]
    return "\n".join([say("pesan.file", lang, file=file), *lines])


def unit_names(desk: Desk) -> dict[str, str]:
    """The full name of every compared area."""
    areas = desk.reference.areas
    return dict(zip(areas["code"], areas["name"], strict=True))


def units_of_files(desk: Desk) -> dict[str, str]:
    """Name the unit of every file that came in: by what it says, by its counts, by its name."""
    received, names = desk.received, unit_names(desk)
    above = ancestors(desk.reference.areas, desk.study.compare_level)
    found: dict[str, str] = {}
    for entry in received.intake.files[["file", "region"]].to_dict("records"):
        file, region = str(entry["file"]), str(entry["region"])
        said = place_from_text(region, received.places, level=desk.study.compare_level).value
        subject = find_subject(PurePath(file).stem, received.places, bare=True)
        counted = received.cleaned.records.loc[received.cleaned.records["file"] == file, "area"]
        held = {above.get(str(code), "") for code in counted.unique() if code} - {""}
        codes = [said, *(held if len(held) == 1 else ()), *(code for code, _ in subject.regions)]
        unit = next((code for code in codes if code in names and code in above), "")
        found[file] = names.get(unit, file)
    return found


def question_text(question: Question, lang: str) -> str:
    """Ask the sender about one text; the reason is said by what is asked for."""
    cells = cells_in_words(question, lang)
    key = "pesan.cells" if cells and "!" not in cells else "pesan.sheet"
    if question.sheet in TEXT_SHEETS:  # a text file has no sheet
        key = "pesan.only_cells" if cells else "pesan.this_file"
    where = say(key, lang, sheet=question.sheet, cells=cells)
    names = [name for value, name in question.likely if value != name or question.kind == "month"]
    joined = say("pesan.or", lang).join(names[:3])
    candidates = say("pesan.candidates", lang, candidates=joined) if 1 <= len(names) <= 3 else ""
    facts = {"where": where, "text": question.text, "candidates": candidates}
    key = f"pesan.{question.kind}"
    return say(key if key in words(lang) else "pesan.other", lang, **facts)


def _refusal(intake: Intake, file: str, lang: str) -> list[str]:
    error = next((one for one in intake.refused if one.facts.get("file") == file), None)
    if error is None:
        return []
    if error.key == "read.personal":
        return [say("pesan.refused_personal", lang)]
    return [say("pesan.refused", lang, reason=_reason(error, lang))]


def _reason(error: InsidenError, lang: str) -> str:
    """Of the reasons only those that name a cell or a fault of the file help its sender."""
    told = error.text(lang)
    return say("pesan.refused_other", lang) if "study.toml" in told or "[source" in told else told


def _totals(totals: pd.DataFrame, file: str, lang: str) -> list[str]:
    rows = totals[(totals["file"] == file) & ~totals["agrees"].astype(bool)]
    told = [
        say(
            "pesan.total",
            lang,
            sheet=row.sheet,
            cell=f"{row.column}{row.row}",
            printed=row.printed,
            summed=row.summed,
            covers=row.covers,
        )
        for row in rows.head(MOST_TOTALS).itertuples()
    ]
    more = len(rows) - MOST_TOTALS
    return told + ([say("pesan.more_totals", lang, number=more)] if more > 0 else [])


def missing_months(desk: Desk, lang: str) -> dict[str, list[str]]:
    """Say for every compared area which months of the window it has not reported, and which parts.

    What waits for an answer is not chased: its figures are here.
    """
    above = ancestors(desk.reference.areas, desk.study.compare_level)
    counts = desk.counts[desk.counts["month"].isin(desk.window_months)]
    counts = counts.assign(above=counts["area"].map(above))
    silent = counts["incidents"].isna() & (counts["why"] == "not_reported")
    parts = (
        counts.assign(silent=silent)
        .groupby(["above", "month", "area"], as_index=False)[["silent"]]
        .all()
    )
    names = area_names(desk.reference)
    told: dict[str, list[str]] = {}
    for area, rows in parts.groupby("above"):
        whole = rows.groupby("month")["silent"].all()
        lines = [
            say("pesan.missing", lang, months=_months(run, lang))
            for run in _runs(desk.window_months, whole.index[whole])
        ]
        rest = rows[rows["silent"] & ~rows["month"].isin(whole.index[whole])]
        by_parts: dict[tuple[str, ...], list[pd.Timestamp]] = {}
        for month, some in rest.groupby("month")["area"]:
            by_parts.setdefault(tuple(sorted(some)), []).append(pd.Timestamp(str(month)))
        for codes, months in by_parts.items():
            areas = _some([names[code].split(",")[0] for code in codes], lang)
            runs = _runs(desk.window_months, months)
            said = ", ".join(_months(run, lang) for run in runs)
            lines.append(say("pesan.missing_parts", lang, months=said, areas=areas))
        if lines:
            told[str(area)] = lines
    return told


def _some(names: Sequence[str], lang: str) -> str:
    more = len(names) - MOST_AREAS
    shown = ", ".join(names[:MOST_AREAS])
    return shown + (say("decide.more_areas", lang, number=more) if more > 0 else "")


def _runs(months: pd.DatetimeIndex, wanted: Iterable[pd.Timestamp]) -> list[list[pd.Timestamp]]:
    """Part months into runs without a gap."""
    chosen = set(wanted)
    runs: list[list[pd.Timestamp]] = []
    for month in months:
        if month in chosen:
            if not runs or not runs[-1]:
                runs.append([])
            runs[-1].append(month)
        elif runs and runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _months(run: Sequence[pd.Timestamp], lang: str) -> str:
    first, last = run[0].date(), run[-1].date()
    return month_name(first, lang) if first == last else period(first, last, lang)


def file_name(unit: str) -> str:
    """A file name that every system takes: "pesan-Kabupaten Lebak.txt"."""
    safe = re.sub(r"[^\w .-]+", "_", unit).strip(" .")
    return f"pesan-{safe[:80]}.txt"
