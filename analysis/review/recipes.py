"""Propose a recipe for a file: what was guessed, written down, so that it is read alike next time."""

import glob
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

import pandas as pd

from analysis.desk import Received
from analysis.read.files import File
from analysis.read.intake import Intake, read_inbox
from analysis.review.answers import free_name, toml_text
from analysis.review.reading import LABELS
from analysis.study import Recipe
from analysis.words.messages import InsidenError, say

# In this order a key is left out again where a file is not read alike with it.
DOUBTFUL = ("columns", "category", "year", "region", "header_row", "layout")


def propose_recipes(file: File, received: Received) -> list[Recipe]:
    """Return recipes with which the file gives the same cells as it does now, most of it said.

    One recipe for all sheets that are alike, else one a sheet. Each proposal is tried: a key that
    would change a cell is left out.
    """
    structure = received.intake.structure
    own = structure[structure["file"] == file.name]
    if own.empty:
        return []
    sheets = list(dict.fromkeys(own["sheet"]))
    full = [_recipe(file.name, sheet, own[own["sheet"] == sheet]) for sheet in sheets]
    before = _cells(received.intake.cells, file.name)
    proposals = [[replace(full[0], sheet="*")]] if len(_distinct(full)) == 1 else []
    proposals.append(full)
    for proposal in proposals:
        for number in range(len(DOUBTFUL) + 1):
            tried = _named([_without(one, DOUBTFUL[:number]) for one in proposal], file, received)
            if _reads_alike(file, tried, received, before):
                return tried
    return []


def _recipe(file: str, sheet: str, columns: pd.DataFrame) -> Recipe:
    """Everything that the tables of one sheet have in common."""
    first = columns.iloc[0]

    def common(name: str) -> str:
        return str(first[name]) if columns[name].nunique() == 1 else ""

    has = set(columns["role"])
    return Recipe(
        files=glob.escape(file),
        sheet=glob.escape(sheet),
        header_row=int(first["header_row"]),
        layout=common("layout"),
        columns=_labels(columns[columns["table"] == first["table"]]),
        year=common("table_year") if "year" not in has else "",
        region=common("table_region") if "region" not in has else "",
        category=common("table_category") if "category" not in has else "",
    )


def _labels(columns: pd.DataFrame) -> dict[str, str]:
    """The headings of the columns that say what a row is, where one heading names one column."""
    names = [text for heading in columns["heading"] for text in set(heading.split(" / "))]
    told: dict[str, str] = {}
    for one in columns[columns["role"].isin(LABELS)].to_dict("records"):
        heading = one["heading"].split(" / ")[-1]
        if heading and names.count(heading) == 1:
            told[heading] = str(one["role"])
    return told


def _distinct(recipes: Iterable[Recipe]) -> list[Recipe]:
    found: list[Recipe] = []
    for one in recipes:
        if replace(one, sheet="") not in found:
            found.append(replace(one, sheet=""))
    return found


def _without(recipe: Recipe, keys: Sequence[str]) -> Recipe:
    empty = Recipe(files=recipe.files)
    return replace(recipe, **{key: getattr(empty, key) for key in keys})


def _named(recipes: list[Recipe], file: File, received: Received) -> list[Recipe]:
    taken = [one.name for one in received.study.recipes]
    named = []
    for one in recipes:
        sheet = "" if one.sheet == "*" else f"-{one.sheet}"
        name = free_name(f"{file.path.stem}{sheet}", taken)
        taken.append(name)
        named.append(replace(one, name=name))
    return named


def _reads_alike(
    file: File, recipes: Sequence[Recipe], received: Received, before: pd.DataFrame
) -> bool:
    after = _read(file, recipes, received)
    return after is not None and not after.refused and _cells(after.cells, file.name).equals(before)


def _read(file: File, recipes: Sequence[Recipe], received: Received) -> Intake | None:
    try:
        return read_inbox(
            [file.path],
            root=received.study.inbox_folder,
            recipes=recipes,
            places=received.places,
            categories=received.words,
            corrections=received.reference.corrections,
        )
    except InsidenError:
        return None


def _cells(cells: pd.DataFrame, file: str) -> pd.DataFrame:
    return cells[cells["file"] == file].reset_index(drop=True)


def recipe_toml(recipe: Recipe, lang: str) -> str:
    """Return a recipe as it is written into the study file; what is empty is not written."""
    lines = [f"[source.{recipe.name}]"]
    for part in fields(Recipe):
        value = getattr(recipe, part.name)
        if part.name in ("name", "files") or value in ("", 0, (), {}) or value == part.default:
            continue
        lines.append(f"{part.name} = {_value(value)}")
    lines.insert(1, f"files = {toml_text(recipe.files)}")
    return "\n" + "\n".join(lines) + "\n" + f"why = {toml_text(say('recipe.why', lang))}\n"


def _value(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k, ensure_ascii=False)} = {toml_text(v)}" for k, v in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return str(value) if isinstance(value, int) else toml_text(str(value))
