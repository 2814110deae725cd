"""Hold a reader's answer against the meaning that a case gives, in the grammar of the cases."""

import re
from typing import Literal

Outcome = Literal["read", "doubt kept", "missed", "read wrongly"]
DOUBTS = ("AMBIGUOUS", "ERROR", "CONFLICT", "VAGUE", "TEXT", "UNKNOWN", "unknown")


def is_doubtful(meaning: str) -> bool:
    """A meaning that no careful reader turns into a value."""
    return meaning.startswith(DOUBTS) or "?" in meaning


def canonical(meaning: str) -> str:
    """Bring a meaning to the form that the readers give: bare numbers, bare codes.

    Which areas a police unit covers is a judgement of each table, so only the kind is compared.
    """
    meaning = meaning.removeprefix("NUMBER:")
    if meaning.startswith("POLICE:"):
        return "POLICE"
    under = re.fullmatch(r"(?:desa|kel) under kec:([\d.]+).*", meaning)
    place = re.fullmatch(r"(?:kec|kab|kota|prov):([\d.]+)(?::.*)?", meaning)
    found = under or place
    return found.group(1) if found else meaning


def outcome(meaning: str, value: str | None) -> Outcome:
    """Say what became of one case."""
    if is_doubtful(meaning):
        return "doubt kept" if value is None else "read wrongly"
    if value is None:
        return "missed"
    return "read" if canonical(value) == canonical(meaning) else "read wrongly"
