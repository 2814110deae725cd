"""Police areas are not administrative areas: no rate may divide the one by the other's people."""

import re

import pandas as pd

from analysis.words.messages import InsidenError


def check_denominator(
    unit_text: str,
    population_area: str,
    police: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    incidents: int | None = None,
    people: int | None = None,
) -> str:
    """Return ``unit_text`` unchanged, or refuse to divide its numbers by the people of an area.

    ``police`` and ``areas`` are tables of the reference; ``population_area`` is the code whose
    people would be the denominator. The error names the areas that the unit does not cover, covers
    in part, or covers beyond the population; with ``incidents`` and ``people`` it also says the
    rate that would have come out. A text that names no police unit passes.
    """
    units = police["unit"].map(_folded)
    rows = police[units == _folded(unit_text)]
    if rows.empty:
        kinds = set(units.str.split().str[0])
        if _folded(unit_text).split()[:1] and _folded(unit_text).split()[0] in kinds:
            raise InsidenError("police.unknown_unit", unit=unit_text)
        return unit_text
    whole, partly = _covered(rows)
    wanted = _parts(population_area, whole | partly, areas)
    missing, beyond = wanted - whole - partly, (whole | partly) - wanted
    if not missing and not beyond and not partly:
        return unit_text
    names = dict(zip(areas["code"], areas["name"], strict=True))
    facts = {
        "unit": unit_text,
        "area": names.get(population_area, population_area),
        "missing": _named(missing, names),
        "partly": _named(partly & wanted, names),
        "beyond": _named(beyond, names),
        "evidence": "; ".join(filter(None, [rows["source"].iloc[0], rows["note"].iloc[0]])),
    }
    if incidents is None or not people:
        raise InsidenError("police.other_people", **facts)
    whole_part, tenth = divmod(round(incidents / people * 1_000_000), 10)
    raise InsidenError("police.other_people_rate", **facts, whole=whole_part, tenth=tenth)


def _folded(unit: str) -> str:
    """Fold case and drop a remark in brackets: "Polda Banten (whole)" is "polda banten"."""
    return " ".join(re.sub(r"\(.*?\)", " ", unit).casefold().split())


def _covered(rows: pd.DataFrame) -> tuple[set[str], set[str]]:
    """Return the codes that a unit covers wholly, and those it covers in part."""
    whole, partly = set(), set()
    for covers, detail in zip(rows["covers"], rows["detail"], strict=True):
        codes = [text.strip() for text in re.split(r"[,;+]", covers) if text.strip()]
        # one code with a list of places beside it: only those places
        only_listed = len(codes) == 1 and detail.casefold() not in ("", "all")
        for code in codes:
            part = re.fullmatch(r"part of (\S+)", code)
            if part or only_listed:
                partly.add(part.group(1) if part else code)
            else:
                whole.add(code)
    return whole, partly


def _parts(area: str, covered: set[str], areas: pd.DataFrame) -> set[str]:
    """Return ``area``, or its children where the unit's cover is told in children."""
    children = set(areas.loc[areas["parent"] == area, "code"])
    return children if children & covered else {area}


def _named(codes: set[str], names: dict[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in sorted(codes)) or "-"
