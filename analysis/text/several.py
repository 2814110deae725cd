"""Several numbers in one cell: 12 dari 15, 5/3, L=2 P=10, 5 lp/3 tsk."""

import re

from analysis.text.plain import Doubt
from analysis.text.quantities import known_units
from analysis.text.reading import Reading

SHORT_UNITS = {"laporan polisi": "LP"}  # as a cell with two units writes it


def several_from_text(text: str) -> Reading | None:
    """12 dari 15 is a ratio; 5/3 may be a date; 12; 3 and L=2, P=10 are two counts."""
    if share := re.fullmatch(r"(\d+) ?(?:dari|of) ?(\d+)", text, re.IGNORECASE):
        return Reading(f"RATIO:{int(share[1])}/{int(share[2])}")
    if re.fullmatch(r"\d+ ?/ ?\d+", text):
        raise Doubt("split_date_ratio", text)
    if re.fullmatch(r"\d+ ?- ?\d+", text):
        raise Doubt("range_or_date", f"SUPPRESSED:{text}")
    if re.fullmatch(r"\d+(?: ?; ?\d+)+", text):
        return Reading("SPLIT:" + ";".join(re.findall(r"\d+", text)))
    return _by_sex(text) or _by_unit(text)


def _by_sex(text: str) -> Reading | None:
    """L and P are laki-laki and perempuan."""
    sex = {"l": "L", "lk": "L", "laki-laki": "L", "pria": "L"}
    sex |= {"p": "P", "pr": "P", "perempuan": "P", "wanita": "P"}
    name = r"(l|lk|laki-laki|pria|p|pr|perempuan|wanita)\.?"
    gap = r" ?[/,;&]? ?"
    shapes = (
        (rf"{name} ?[=:]? ?(\d+){gap}{name} ?[=:]? ?(\d+)", (1, 2, 3, 4)),
        (rf"(\d+) ?\(?{name}\)?{gap}(\d+) ?\(?{name}\)?", (2, 1, 4, 3)),
    )
    for shape, (first, count, second, other) in shapes:
        found = re.fullmatch(shape, text, re.IGNORECASE)
        if found:
            names = [sex[found[place].casefold()] for place in (first, second)]
            if names[0] != names[1]:
                counts = int(found[count]), int(found[other])
                return Reading(f"SPLIT:{names[0]}={counts[0]};{names[1]}={counts[1]}")
    return None


def _by_unit(text: str) -> Reading | None:
    """5 lp/3 tsk: every part with its own unit."""
    parts = re.findall(r"(\d+) ?([^\W\d_]+(?: [^\W\d_]+)?)", text)
    rest = re.sub(r"\d+ ?[^\W\d_]+(?: [^\W\d_]+)?", "", text)
    units = [known_units().get(unit.casefold().removesuffix(" dan")) for _, unit in parts]
    if len(parts) < 2 or len(set(units)) < len(units):
        return None
    if not re.fullmatch(r"[\s/,;&+.()]*", rest):
        return None
    named = [
        f"{int(number)} {SHORT_UNITS.get(unit, unit)}"
        for (number, _), unit in zip(parts, units, strict=True)
        if unit
    ]
    return Reading("SPLIT:" + ";".join(named)) if len(named) == len(parts) else None
