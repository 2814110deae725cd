"""Draw a figure again, and say in words what is not as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.brief.files import csv_bytes, write_atomically
from analysis.charts import (  # noqa: F401, each names its charts
    bars,
    clusters,
    completeness,
    dots,
    funnel,
    lines,
    maps,
    ranks,
    spine,
    tartan,
    tiles,
)
from analysis.charts.chart import RECORDED, Chart, arguments_of
from analysis.charts.recording import Call, call_from, digest, pixel_digest, unpack, versions
from analysis.record.carried import Carried
from analysis.record.other_data import Change, with_data
from analysis.words.messages import InsidenError, say

SHOWN = 6  # changed cells or words that are told one by one


class Cause(NamedTuple):
    """One thing that is not as it was; ``key`` names its words."""

    key: str
    facts: dict[str, Any]

    def text(self, lang: str) -> str:
        return say(f"record.{self.key}", lang, **self.facts)


@dataclass
class Verdict:
    """What came of drawing one figure again: identical where nothing differs."""

    figure_id: str
    name: str
    headline: str
    causes: list[Cause] = field(default_factory=list)
    notes: list[Cause] = field(default_factory=list)
    redrawn: Chart | None = None

    @property
    def identical(self) -> bool:
        return not self.causes

    def lines(self, lang: str) -> list[str]:
        """The verdict as it is printed: one line, and one for each cause and note."""
        key = "record.identical" if self.identical else "record.different"
        first = say(key, lang, id=self.figure_id, headline=self.headline.rstrip("."))
        causes = [say("record.cause", lang, text=one.text(lang)) for one in self.causes]
        return [first, *causes, *(say("record.note", lang, text=n.text(lang)) for n in self.notes)]

    def summary(self, lang: str) -> dict[str, Any]:
        """The same for machines."""
        return {
            "id": self.figure_id,
            "name": self.name,
            "identical": self.identical,
            "causes": [{"key": one.key, "text": one.text(lang)} for one in self.causes],
            "notes": [{"key": one.key, "text": one.text(lang)} for one in self.notes],
        }

    def save(self, folder: Path) -> None:
        """Write the redrawn figure and the tables it is drawn from."""
        assert self.redrawn is not None
        self.redrawn.save(folder)
        for name, table in self.redrawn.call.tables.items():
            content = csv_bytes(table.revived())
            write_atomically(folder / f"{self.name}-{name}.csv", content)

    def add(self, key: str, **facts: Any) -> None:
        self.causes.append(Cause(key, facts))

    def note(self, key: str, **facts: Any) -> None:
        self.notes.append(Cause(key, facts))


def reproduce(
    carried: Carried, *, data: Path | None = None, boundaries: pd.DataFrame | None = None
) -> Verdict:
    """Draw a figure again, and compare it with its record and with the file that carries it.

    ``data``: a CSV file, or a folder of them, with the numbers of today in place of those that the
    figure carries. ``boundaries``: the shapes of a map that was drawn on official boundaries.
    Raises where it cannot be drawn at all: a record that is damaged or from a newer version.
    """
    record = carried.record
    verdict = Verdict(record["id"], record["name"], record["headline"])
    call, words = _call(carried)
    _check_material(verdict, record, call, words)
    if data is not None:
        call, changes = with_data(call, data)
        _tell_changes(verdict, changes, call.settings.get("names", {}))
    chart = _draw(call, boundaries)
    verdict.redrawn = chart
    _compare(verdict, record, chart, words)
    _check_file(verdict, carried, chart)
    return verdict


def _call(carried: Carried) -> tuple[Call, list[str]]:
    try:
        material = unpack(carried.material)
        call, words = call_from(material), [str(word) for word in material["words"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InsidenError("record.damaged") from None
    if call.function not in RECORDED:
        raise InsidenError("record.unknown_chart", text=call.function)
    return call, words


def _check_material(verdict: Verdict, record: dict, call: Call, words: list[str]) -> None:
    """What the figure carries must be what its record says; else somebody changed one of them."""
    if call.data_digest != record["data"]:
        verdict.add("edited_data")
    if call.settings_digest != record["settings"]:
        verdict.add("edited_settings")
    if digest("\n".join(words).encode()) != record["words"]:
        verdict.add("edited_words")


def _draw(call: Call, boundaries: pd.DataFrame | None) -> Chart:
    if call.boundaries and boundaries is None:
        raise InsidenError("record.boundaries")
    shapes = {"boundaries": boundaries} if call.boundaries else {}
    try:
        return RECORDED[call.function](**arguments_of(call), **shapes)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise InsidenError("record.damaged") from None


def _compare(verdict: Verdict, record: dict, chart: Chart, words: list[str]) -> None:
    """Name what differs between the redrawn figure and the record, the likeliest cause first."""
    now = chart.record
    changed = {name for name in ("pixels", "marks", "words", "code") if now[name] != record[name]}
    others = _other_versions(record)
    if "words" in changed:
        _tell_words(verdict, words, chart.words)
    for part in ("headline", "alt"):
        if now[part] != record[part] and "words" not in changed:
            verdict.add(f"other_{part}")
    if "pixels" not in changed:
        if "code" in changed:
            verdict.note("code_changed")
        if others:
            verdict.note("other_versions", text=others)
        return
    if "code" in changed:
        verdict.add("code_changed")
    if "marks" not in changed:
        verdict.note("marks_identical")
    elif not verdict.causes:
        verdict.add("versions_draw_otherwise" if others else "marks_differ", text=others)


def _other_versions(record: dict) -> str:
    before, now = record["versions"], versions()
    return "; ".join(
        f"{name} {before.get(name, '-')} → {now[name]}"
        for name in now
        if now[name] != before.get(name)
    )


def _tell_words(verdict: Verdict, before: list[str], after: list[str]) -> None:
    pairs = [
        (" ".join(before[a:b]), " ".join(after[c:d]))
        for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    for one, other in pairs[:SHOWN]:
        verdict.add("words_changed", before=one or "–", after=other or "–")
    if len(pairs) > SHOWN:
        verdict.add("more_words", number=len(pairs) - SHOWN)


def _check_file(verdict: Verdict, carried: Carried, chart: Chart) -> None:
    """Compare the file's own picture and words with its record."""
    record = carried.record
    if carried.picture is not None and pixel_digest(carried.picture) != record["pixels"]:
        wanted = chart.picture.size
        resized = carried.picture.size != wanted
        size = "{} × {}".format(*carried.picture.size)
        verdict.add("resized" if resized else "edited_pixels", size=size)
    if carried.picture is None and not carried.drawing:
        verdict.note("only_the_record")
    for name, part in (("Title", "headline"), ("Description", "alt")):
        if carried.facts and carried.facts[name] != record[part]:
            verdict.add(f"edited_{part}")
    drawn_alike = not {"code_changed", "other_versions"} & {one.key for one in verdict.notes}
    if carried.drawing and verdict.identical and drawn_alike and carried.drawing != chart.svg():
        verdict.add("edited_drawing")


def _tell_changes(verdict: Verdict, changes: list[Change], names: Mapping[str, str]) -> None:
    if not changes:
        verdict.note("same_data")
        return
    verdict.add("data_changed", number=len(changes))
    for change in changes[:SHOWN]:
        parts = [
            names.get(text, text[:7] if name == "month" else text)
            for name, text in change.key.items()
            if text
        ]
        facts = {"cell": " ".join(parts), "column": change.column}
        if change.before is None or change.after is None:
            key = "row_added" if change.before is None else "row_removed"
            verdict.add(key, **facts)
        else:
            before, after = change.before or "–", change.after or "–"
            verdict.add("cell_changed", before=before, after=after, **facts)
    if len(changes) > SHOWN:
        verdict.add("more_cells", number=len(changes) - SHOWN)
