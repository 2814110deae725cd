"""The JSON that a provincial portal draws its charts from, as plain rows.

Each block is one chart: ``xAxis`` names a region, a title and the labels, ``series`` holds the
figures. The field ``yyyy`` is often that of the first chart or of the day of entry; the title is
nearer to the figures.
"""

import re
from collections import Counter
from typing import Any, NamedTuple

HEAD = ["Wilayah", "Kategori", "Tahun", "Jumlah"]
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NATION = re.compile(r"seluruh indonesia|nasional", re.IGNORECASE)


class Remark(NamedTuple):
    """What looks wrong in a chart: the row it begins at (from 1), the key of its words, the text."""

    row: int
    key: str
    text: str


def rows_of_charts(blocks: Any) -> tuple[list[list[object]], list[Remark]] | None:
    """Return the rows of a list of charts, headings first, with remarks; None for anything else."""
    if not _are_charts(blocks):
        return None
    rows: list[list[object]] = [list(HEAD)]
    remarks: list[Remark] = []
    titles = [YEAR.findall(str(block["xAxis"].get("title", ""))) for block in blocks]
    fields = {str(block["xAxis"].get("yyyy", "")) for block in blocks}
    # one year in every field, several in the titles: the field was copied from chart to chart
    copied = len(fields) == 1 and len({year for found in titles for year in found}) > 1
    regions = Counter(str(block["xAxis"].get("region", "")) for block in blocks)
    if all(region.casefold().startswith("prov") for region in regions):
        rows[0][0] = "Provinsi"  # the places are provinces, none is the sum of the others
    for block, found in zip(blocks, titles, strict=True):
        axis, first = block["xAxis"], len(rows) + 1
        field, title = str(axis.get("yyyy", "")), str(axis.get("title", ""))
        points = _points(block)
        by_year = bool(points) and all(YEAR.fullmatch(label) for label, _ in points)
        told = found[0] if len(found) == 1 else ""
        year = told if copied or not field or field == told else field if not told else ""
        if not by_year and field and told and field != told:
            remarks.append(Remark(first, "read.note_chart_year", f"{field} / {told}"))
        region = str(axis.get("region", ""))
        if region != regions.most_common(1)[0][0]:
            remarks.append(Remark(first, "read.note_chart_region", region))
        place = "Indonesia" if NATION.search(title) else f"{region} {axis.get('name', '')}".strip()
        words = " ".join(YEAR.sub(" ", title).split())
        for label, value in points:
            said = words if by_year else f"{label}, {words}"
            rows.append([place, said, label if by_year else year, value])
    return rows, remarks


def _are_charts(blocks: Any) -> bool:
    return (
        isinstance(blocks, list)
        and bool(blocks)
        and all(
            isinstance(block, dict)
            and isinstance(block.get("xAxis"), dict)
            and isinstance(block.get("series"), list)
            and all(_is_series(one) for one in block["series"])
            for block in blocks
        )
    )


def _is_series(series: Any) -> bool:
    return isinstance(series, dict) and isinstance(series.get("data"), list)


def _points(block: dict[str, Any]) -> list[tuple[str, object]]:
    """The labels and figures of a chart: on the axis and in the series, or together (a pie)."""
    labels = block["xAxis"].get("data") or []
    points: list[tuple[str, object]] = []
    for series in block["series"]:
        for place, value in enumerate(series["data"]):
            if isinstance(value, dict):
                points.append((str(value.get("name", "")), value.get("value")))
            else:
                label = labels[place] if place < len(labels) else ""
                points.append((str(label), value))
    return points
