"""Settle in which order a column of dates writes day and month."""

import re

import numpy as np

from analysis.read.grid import letter_of
from analysis.words.messages import InsidenError

SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(\D.*)?", re.DOTALL)


def settle_dates(
    texts: np.ndarray, address: dict[str, str], column: int
) -> tuple[np.ndarray, bool]:
    """Return the dates, month-first ones as ISO text; True when the column writes months first.

    One 04/13/2024 proves that the whole column is American, so that 03/04/2024 in it is 4 March.
    A column that proves both orders is refused.
    """
    parts = {text: SLASHED.fullmatch(text) for text in set(texts.tolist())}
    found = [(int(part.group(1)), int(part.group(3))) for part in parts.values() if part]
    american = any(second > 12 for _, second in found)
    if not american:
        return texts, False
    if any(first > 12 for first, _ in found):
        raise InsidenError("read.mixed_dates", column=letter_of(column), **address)
    iso = {
        text: f"{part.group(4)}-{int(part.group(1)):02}-{int(part.group(3)):02}" if part else text
        for text, part in parts.items()
    }
    return np.array([iso[text] for text in texts], dtype=object), True
