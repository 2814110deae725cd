"""Replace what a recipe calls a key, private or an address before anything looks at a sheet.

    key      a fingerprint: lines with the same one are one report
    private  a fingerprint: it only helps to tell whether two lines are the same
    address  the district that the words name ("Kec. Senen"); the rest becomes a fingerprint
    ignore   nothing: the column is dropped

A fingerprint is HMAC-SHA-256 under a key that is drawn anew for each run and never written, so that
it cannot be turned back by trying all numbers; it holds letters only and never leaves the memory.
"""

import hmac
import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import partial

import numpy as np

from analysis.read.grid import SEALED, Grid, Texts, letter_of
from analysis.read.meaning import LONGEST, row_kind
from analysis.study import Recipe

SEALED_ROLES = ("key", "private", "address", "ignore")
UNIQUE = "u"  # marks the fingerprint of a text that a report would hardly share with another
LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")  # no number of a person by chance
TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?(\.\d+)?")
MARKER = re.compile(r"\b(kec(?:amatan)?|kel(?:urahan)?|desa|ds)\b[.,:\s]*", re.IGNORECASE)
GLUED = re.compile(r"(?<=[a-z])(?=(?:Kec|Kel)(?:amatan|urahan)?[.,:\s])")


def seal(grid: Grid, recipe: Recipe | None, secret: bytes) -> tuple[Grid, Recipe | None, set[int]]:
    """Return the grid without the texts that the recipe seals, the recipe for it, and their columns.

    A word for a sum ("Jumlah") stays, so that the row is still known for what it is.
    """
    wanted = {_folded(name): role for name, role in (recipe.columns if recipe else {}).items()}
    wanted = {name: role for name, role in wanted.items() if role in SEALED_ROLES}
    if recipe is None or not wanted:
        return grid, recipe, set()
    texts = grid.texts
    heads = _find_heads(texts, wanted)
    columns = dict(recipe.columns)
    for column, (head, role) in sorted(heads.items()):
        keep = {"key": _print, "private": _print, "address": _district}.get(role, _nothing)
        below = texts.codes[head + 1 :, column]
        if role == "address":
            name = f"{SEALED} {letter_of(column)}"
            columns[name] = "print"
            added = np.zeros(texts.height, dtype=texts.codes.dtype)
            texts = _with(texts, np.column_stack([texts.codes, added]), [name])
            texts.codes[head, -1] = len(texts.words) - 1
            texts = _replaced(texts, below, head, texts.width - 1, partial(_print, secret=secret))
        texts = _replaced(texts, below, head, column, partial(keep, secret=secret))
    roles = {
        name: {"address": "place", "print": "address"}.get(role, role)
        for name, role in columns.items()
    }
    return replace(grid, rows=_used(texts)), replace(recipe, columns=roles), set(heads)


def _find_heads(texts: Texts, wanted: dict[str, str]) -> dict[int, tuple[int, str]]:
    """The first row and the role of each heading that the recipe seals, by column."""
    named = {
        code: wanted[_folded(str(word))]
        for code, word in enumerate(texts.words)
        if len(word) <= LONGEST and _folded(str(word)) in wanted
    }
    places = np.argwhere(np.isin(texts.codes, list(named)))
    heads: dict[int, tuple[int, str]] = {}
    for row, column in places.tolist():
        heads.setdefault(column, (row, named[int(texts.codes[row, column])]))
    return heads


def _replaced(
    texts: Texts, below: np.ndarray, head: int, column: int, keep: Callable[[str], str]
) -> Texts:
    """Put what ``keep`` leaves of the codes ``below`` a heading into a column, each text once."""
    used = np.unique(below)
    told = [str(texts.words[code]) for code in used]
    kept = [text if _is_sum(text) else keep(text) if text else "" for text in told]
    first = len(texts.words)
    new = np.array([first + place if text else 0 for place, text in enumerate(kept)])
    texts = _with(texts, texts.codes.copy(), kept)
    texts.codes[head + 1 :, column] = new[np.searchsorted(used, below)]
    return texts


def _with(texts: Texts, codes: np.ndarray, added: list[str]) -> Texts:
    changed = copy(texts)
    more = np.array(added, dtype=object)
    changed.codes, changed.words = codes, np.concatenate([texts.words, more])
    changed.amounts = np.concatenate([texts.amounts, more])
    return changed


def _used(texts: Texts) -> Texts:
    """The same cells, without the words that no cell holds any more."""
    used = np.union1d([0], texts.codes)
    changed = copy(texts)
    changed.words, changed.amounts = texts.words[used], texts.amounts[used]
    changed.codes = np.searchsorted(used, texts.codes).astype(texts.codes.dtype)
    return changed


def _is_sum(text: str) -> bool:
    return row_kind(text) in ("total", "subtotal") and len(text.split()) < 3


def tells_apart(text: str) -> bool:
    """Tell whether two reports would hardly share this text: an hour, a number, a sentence.

    >>> [
    ...     tells_apart(text)
    ...     for text in ("21:30", "1208", "rumah dua lantai terbakar", "30 cm", "Selesai")
    ... ]
    [True, True, True, False, False]
    """
    if text.startswith(SEALED + UNIQUE) or TIME.fullmatch(text):
        return True
    if re.fullmatch(r"\d{3,}", text):
        return True
    return len(text.split()) > 2 and sum(map(str.isalpha, text)) > 11


def _print(text: str, secret: bytes) -> str:
    digest = hmac.digest(secret, text.encode(), "sha256").hex().translate(LETTERS)
    return SEALED + (UNIQUE if tells_apart(text) else "") + digest


def _nothing(text: str, secret: bytes) -> str:
    return ""


def _district(text: str, secret: bytes) -> str:
    """The last district that an address names, else its last village; "" where it names none.

    >>> _district("Jl. Mawar No. 3 Kel. Kali BaruKec, Cilincing (dekat pasar)", b"")
    'Kec. Cilincing'
    """
    named = {"kec": "", "kel": ""}
    _, *parts = MARKER.split(GLUED.sub(" ", text))
    for word, rest in zip(parts[::2], parts[1::2], strict=True):
        kind = "kec" if word.casefold().startswith("kec") else "kel"
        name = re.split(r"[,;:()\d]", rest)[0].strip(" .-")
        named[kind] = name or named[kind]
    if named["kec"]:
        return f"Kec. {named['kec']}"
    return f"Kel. {named['kel']}" if named["kel"] else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
