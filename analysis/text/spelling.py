"""Typing and scanning errors in words, repaired only where nothing else is possible."""

from itertools import pairwise

SCANNED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


def one_edit_apart(one: str, other: str) -> bool:
    """Say whether one letter was missed, added, replaced, or swapped with its neighbour.

    Damerau (1964), Communications of the ACM 7: 171-176: these four make up most typing errors.

    >>> one_edit_apart("agsutus", "agustus"), one_edit_apart("jun", "jul"), one_edit_apart("a", "a")
    (True, True, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]  # replaced
        or rest[1:] == other_rest  # added
        or rest == other_rest[1:]  # missed
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])  # swapped
    )


def looks_scanned(word: str) -> bool:
    """Say whether a word holds a sign that only a scan puts there: a digit, a wrong-case I or l.

    >>> looks_scanned("Ju1i"), looks_scanned("JuIi"), looks_scanned("Juli")
    (True, True, False)
    """
    wrong_case = any(
        (first.islower() and second == "I") or (first.isupper() and second == "l" and first != "I")
        for first, second in pairwise(word)
    )
    return wrong_case or any(letter in "015|" for letter in word)
