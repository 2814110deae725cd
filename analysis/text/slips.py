"""Mend a name that is one safe slip of the pen away from exactly one known name."""

from analysis.text.asking import Part, Question, codes_of, read_known
from analysis.text.gazetteer import VILLAGE, Entry, fits
from analysis.text.names import ALIKE_NUMERALS, is_safe_slip
from analysis.text.reading import Reading

Near = dict[str, tuple[Entry, ...]]  # names one letter away, with their places


def areas_of(near: Near, asked: Question) -> list[str]:
    found = [one for entries in near.values() for one in entries if asked.places.is_area(one)]
    return codes_of(found, asked)


def _slip_of(part: Part, near: Near, asked: Question) -> Part | None:
    """Return the part as it should stand, when it can only be a slip for one known name."""
    places = asked.places
    if any(word in ALIKE_NUMERALS or word.isdigit() for word in part.words):
        return None  # a stroke too many makes another area of the next number
    key = "".join(part.words)
    wanted: dict[str, list[Entry]] = {}
    for name, entries in near.items():
        fitting = [one for one in entries if fits(one, part.kind)]
        if all(one.level == VILLAGE for one in fitting):
            # a village casts doubt where it may be meant: here, and by as likely a slip
            fitting = [one for one in fitting if asked.is_here(one) and is_safe_slip(key, name)]
        if fitting:
            wanted[name] = fitting
    if len(wanted) != 1:
        return None
    (name, fitting), *_ = wanted.items()
    village_meant = part.kind is not None and VILLAGE in part.kind.levels
    right_level = village_meant or any(places.is_area(one) for one in fitting)
    safe = right_level and is_safe_slip(key, name)
    return asked.part(part.kind, (name,)) if safe else None


def mend(parts: list[Part], asked: Question) -> list[Part] | None:
    """Return the parts with each unknown name mended, or None when one cannot be."""
    whole: list[Part] = []
    for part in parts:
        near = {} if part.entries else asked.places.near("".join(part.words))
        mended = part if part.entries else _slip_of(part, near, asked)
        if mended is None:
            return None
        whole.append(mended)
    return whole


def noted(reading: Reading | None, asked: Question) -> Reading | None:
    """Say beside a reading that a letter was mended."""
    if reading is None or reading.value is None or reading.why:
        return reading
    name = asked.places.names.get(reading.value, reading.value)
    return reading._replace(why=asked.note("slip", name=name))


def slip(part: Part, asked: Question) -> Reading:
    """Read a name with one safe slip; else refuse, with the names that come near."""
    near = asked.places.near("".join(part.words))
    mended = _slip_of(part, near, asked) if near else None
    reading = noted(read_known([mended], asked), asked) if mended else None
    if reading is not None:
        return reading
    if part.kind is not None and (others := asked.part(None, part.words).entries):
        return asked.refuse("other_kind", codes_of(others, asked))
    codes = areas_of(near, asked)
    return asked.refuse("unknown_near" if codes else "unknown", codes)
