"""Trees flattened into rows: a parent's figure is the sum of its parts, and only the leaves count.

The depth of a row stands in a column "Level", in its number (1, 1.1, 1.1.1 or A., 1., a.) or in the
blanks before its text. What a leaf counts stands in the texts on the way down to it: the deepest
area is its place, the deepest other text its category.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analysis.read.columns import Column
from analysis.read.figures import numbers_of
from analysis.read.grid import letter_of
from analysis.read.headings import ROMAN
from analysis.read.rows import Rows
from analysis.read.sheets import Sheet
from analysis.words.messages import InsidenError

LEVELS = ("level", "tingkat", "lvl")
LABELS = ("place", "name", "category", "unknown", "remark")
CODE = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?")
NUMBER = re.compile(r"\(?(\d{1,3}(?:\.\d{1,3})*|[A-Z]{1,4}|[a-z]{1,4}|[-•–*])\s*[.)]?")
IN_TEXT = re.compile(
    r"(?:\(?(\d{1,3}(?:\.\d{1,3})+|\d{1,3}(?=[.)])|[A-Z]{1,4}(?=[.)])|[a-z]{1,4}(?=[.)]))[.)]?|([-•–*]))\s+"
)
MOSTLY = 0.5


class Node(NamedTuple):
    """One row of a tree: how deep it stands, and its text without its number."""

    row: int
    depth: int
    text: str


def settle_tree(
    sheet: Sheet, columns: list[Column], rows: Rows, is_area: Callable[[str], bool] | None
) -> list[Column]:
    """Return the columns, with the rows told apart where they are a tree; else all as it was."""
    label = _label_column(columns, sheet, rows)
    if label is None:
        return columns
    nodes = _find_nodes(sheet, columns, rows, label)
    parents = [place for place, one in enumerate(nodes) if place in _with_parts(nodes)]
    if not nodes or not parents:
        return columns
    leaves = {place: _leaves(nodes, place) for place in parents}
    counts = [one for one in columns if one.role == "count"]
    _check_sums(sheet, counts, nodes, leaves)
    data = set(rows.of("data").tolist())
    for place, own in leaves.items():
        row = nodes[place].row
        rows.set([row], "subtotal" if row in data else "title")
        rows.covers[row] = np.array(own)
    inside = {one.row for one in nodes}
    rows.subjects = [(row, subject) for row, subject in rows.subjects if row not in inside]
    rows.texts = _texts(nodes, is_area, as_place=label.role in ("place", "name"))
    roles = {label.place: "tree"} | {
        one.place: "tree" for one in columns if one.category.casefold() in LEVELS
    }
    return [replace(one, role=roles.get(one.place, one.role)) for one in columns]


def _label_column(columns: Sequence[Column], sheet: Sheet, rows: Rows) -> Column | None:
    """The column of words that says what each row is, left of the figures."""
    figures = [one.place for one in columns if one.role == "count"]
    chosen = [
        one
        for one in columns
        if one.role in LABELS and one.place < min(figures, default=0)
        and one.category.casefold() not in LEVELS
    ]  # fmt: skip
    if not chosen:
        return None
    data = rows.of("data")

    def words(one: Column) -> int:
        texts = {sheet.text(int(row), one.place) for row in data}
        return sum(bool(re.search(r"[^\W\d_]{3}", text)) for text in texts)

    return max(chosen, key=lambda one: (words(one), -LABELS.index(one.role)))


def _find_nodes(sheet: Sheet, columns: Sequence[Column], rows: Rows, label: Column) -> list[Node]:
    """The rows of a tree in order; none where the rows form no tree."""
    data = rows.of("data")
    if len(data) < 3:
        return []
    level = next((one for one in columns if one.category.casefold() in LEVELS), None)
    if level is not None:
        texts = [sheet.text(int(row), level.place) for row in data]
        depths = [int(text) if text.isdigit() else 0 for text in texts]
        return _nodes(data, depths, [sheet.text(int(row), label.place) for row in data])
    number = next((one for one in columns if one.role == "row_number"), None)
    every = np.sort(np.concatenate([data, rows.of("title")]))
    marks, texts = [], []
    for row in every:
        mark, text = _mark_and_text(sheet, int(row), label, number)
        marks.append(mark)
        texts.append(text)
    kept = [place for place, row in enumerate(every) if marks[place] or row in data]
    if all(marks[place] for place in kept):
        depths = _depths_of_numbers([marks[place] for place in kept])
        found = _nodes(every[kept], depths, [texts[place] for place in kept])
        inner = {found[place].row for place in _with_parts(found)} if found else set()
        # headings without figures between the rows are told by themselves
        if any("." in marks[place] for place in kept) or inner & set(data.tolist()):
            return found
        return []
    blanks = [_blanks(sheet, int(row), label.place) for row in data]
    return _nodes(data, _depths_of_blanks(blanks), [sheet.text(int(r), label.place) for r in data])


def _mark_and_text(sheet: Sheet, row: int, label: Column, number: Column | None) -> tuple[str, str]:
    text = sheet.text(row, label.place)
    if number is not None and (mark := NUMBER.fullmatch(sheet.text(row, number.place))):
        return mark.group(1), text
    if mark := IN_TEXT.match(text):
        return mark.group(1) or mark.group(2), text[mark.end() :]
    return "", text


def _nodes(rows: np.ndarray, depths: Sequence[int], texts: Sequence[str]) -> list[Node]:
    """Join rows and depths; none where the depths are no tree of at least two levels."""
    if not len(depths) or min(depths) < 1 or depths[0] != min(depths) or max(depths) == depths[0]:
        return []
    if any(after > before + 1 for before, after in pairwise(depths)):
        return []
    found = zip(rows.tolist(), depths, texts, strict=True)
    return [Node(int(row), depth, text.strip()) for row, depth, text in found]


def _depths_of_numbers(marks: Sequence[str]) -> list[int]:
    """The depths that 1, 1.1, 1.1.1 or A., 1., a. say; none where they follow no order."""
    if any("." in mark for mark in marks):
        codes = all(CODE.fullmatch(mark) for mark in marks)
        return [mark.strip(".").count(".") + 1 for mark in marks] if codes else []
    depths: list[int] = []
    stack: list[tuple[str, int]] = []
    seen: dict[str, int] = {}
    for mark in marks:
        choices = list(_readings(mark))
        going_on = [
            (kind, value)
            for kind, value in choices
            if any(kind == one and value == (last + 1 if value else 0) for one, last in stack)
        ]
        starting = [
            (kind, value)
            for kind, value in choices
            if kind not in dict(stack) and value in (0, 1, seen.get(kind, 0) + 1)
        ]
        if going_on:
            kind, value = going_on[0]
            while stack[-1][0] != kind:
                stack.pop()
            stack[-1] = (kind, value)
        elif starting:
            kind, value = starting[0]
            stack.append((kind, value))
        else:
            return []
        seen[kind] = value
        depths.append(len(stack))
    return depths


def _readings(mark: str) -> Iterator[tuple[str, int]]:
    """What a mark may number: "I" is a Roman one or the ninth letter; a dash numbers nothing."""
    if mark.isdigit():
        yield "number", int(mark)
    elif not mark.isalpha():
        yield "dash", 0
    else:
        case = "upper" if mark.isupper() else "lower"
        if mark.upper() in ROMAN:
            yield f"{case} roman", ROMAN.index(mark.upper()) + 1
        if len(mark) == 1:
            yield f"{case} letter", ord(mark.upper()) - ord("A") + 1


def _blanks(sheet: Sheet, row: int, column: int) -> int:
    return sheet.texts.indents.get(int(sheet.texts.codes[row, column]), 0)


def _depths_of_blanks(blanks: Sequence[int]) -> list[int]:
    """The depths that the blanks before the texts say: deeper is further in."""
    widths: list[int] = []
    depths = []
    for width in blanks:
        while widths and widths[-1] > width:
            widths.pop()
        if not widths or widths[-1] < width:
            widths.append(width)
        depths.append(len(widths))
    return depths


def _with_parts(nodes: Sequence[Node]) -> list[int]:
    return [place for place in range(len(nodes) - 1) if nodes[place + 1].depth > nodes[place].depth]


def _leaves(nodes: Sequence[Node], parent: int) -> list[int]:
    """The rows of the leaves below a node."""
    inner = set(_with_parts(nodes))
    found = []
    for place in range(parent + 1, len(nodes)):
        if nodes[place].depth <= nodes[parent].depth:
            break
        if place not in inner:
            found.append(nodes[place].row)
    return found


def _check_sums(
    sheet: Sheet, counts: Sequence[Column], nodes: Sequence[Node], leaves: dict[int, list[int]]
) -> None:
    """Refuse a tree whose parents are mostly not the sums of their leaves: some are not listed."""
    places = [one.place for one in counts]
    agree: list[bool] = []
    differing: list[str] = []
    for parent, own in leaves.items():
        row = nodes[parent].row
        printed = numbers_of(sheet, np.array([row]), places)[0]
        summed = np.nansum(numbers_of(sheet, np.array(own), places), axis=0)
        for place, figure, total in zip(places, printed, summed, strict=True):
            if not np.isnan(figure):
                agree.append(bool(figure == total))
                differing += [] if agree[-1] else [f"{letter_of(place)}{row + 1}"]
    if agree and np.mean(agree) < MOSTLY:
        raise InsidenError(
            "read.tree_sums", file=sheet.file, sheet=sheet.name, cells=", ".join(differing[:6])
        )


def _texts(
    nodes: Sequence[Node], is_area: Callable[[str], bool] | None, *, as_place: bool
) -> dict[str, dict[int, str]]:
    """The place and the category of every leaf, from the texts on the way down to it.

    Without a gazetteer a leaf is what its heading says, and its parent the other thing.
    """
    told: dict[str, dict[int, str]] = {"place": {}, "region": {}, "category": {}}
    path: list[str] = []
    inner = set(_with_parts(nodes))
    for number, one in enumerate(nodes):
        path = [*path[: one.depth - nodes[0].depth], one.text]
        if number in inner:
            continue
        if is_area is None:
            areas = [one.text] if as_place else []
        else:
            areas = [text for text in path if is_area(text)]
        others = [text for text in path if text not in areas]
        told["place"][one.row] = areas[-1] if areas else ""
        told["region"][one.row] = areas[-2] if len(areas) > 1 else ""
        told["category"][one.row] = others[-1] if others else ""
    return {role: texts for role, texts in told.items() if any(texts.values())}
