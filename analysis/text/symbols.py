"""The words of a period turned into symbols: ``Selasa, 2 Juli 2024`` is ``<D2>, 2<M07> 2024``.

After this step a pattern needs to know neither spelling nor language; an unknown word is ``<?>``.
The words stand in ``vocabulary/period_words.csv``.
"""

import re
from functools import cache

from analysis.text.spelling import SCANNED, looks_scanned, one_edit_apart
from analysis.text.vocabulary import read_vocabulary

# Shorter names are one letter from each other or from other words: Jun, Jul; maret, karet.
LONG_NAME = 7
_RUN = re.compile(r"<[^>]*>|[A-Za-z0-9|]+")
_SCANNED_DIGITS = re.compile(r"(?=[OoIl|]*[0-9])(?=[0-9]*[OoIl|])[0-9OoIl|]{2,4}")
_SPACED_YEAR = re.compile(r"(?<![0-9])([0-9]) ([0-9]) ([0-9]) ([0-9])(?![0-9])")
_ENGLISH_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)(?![A-Za-z])", re.IGNORECASE)


def to_symbols(text: str) -> str:
    """Return a plain text with every known word as a symbol and every other word as ``<?>``.

    >>> to_symbols("s.d. Agsutus 2O24"), to_symbols("Me i"), to_symbols("JUN I")
    ('<to> <M08> 2024', '<M05>', '<M06> <R1>')
    """
    if "<" in text or ">" in text:
        return "<?>"
    text = _ENGLISH_ORDINAL.sub("", _SPACED_YEAR.sub(r"\1\2\3\4", text))
    symbols = _words_to_symbols(text)
    if "<?>" in symbols:  # a blank inside a month's name
        symbols = _words_to_symbols(
            _spaced_names().sub(lambda name: re.sub(r"\s", "", name.group()), text)
        )
    return symbols


def _words_to_symbols(text: str) -> str:
    text = _several_words().sub(lambda words: _symbol(words.group()), text)
    text = _RUN.sub(lambda run: _run_to_symbols(run.group()), text)
    return re.sub(r"(?<=>)\.", "", text)  # the point of an abbreviation


def _run_to_symbols(run: str) -> str:
    """Read a run of letters and digits, such as ``Juli2024``, ``Ju1i``, ``2O24``."""
    if run.startswith("<") or run.isdigit():
        return run
    if _SCANNED_DIGITS.fullmatch(run):
        return re.sub("[Oo]", "0", re.sub("[Il|]", "1", run))
    pieces = re.findall(r"[A-Za-z]+|[0-9]+|\|+", run)
    known = [piece.isdigit() or piece.casefold() in _words() for piece in pieces]
    scanned = None if all(known) else _scanned_month(run)
    if scanned:
        return scanned
    symbols = [piece if piece.isdigit() else _word_to_symbol(piece) for piece in pieces]
    return "<?>" if "<?>" in symbols else "".join(symbols)


def _word_to_symbol(word: str) -> str:
    lowered = word.casefold()
    if lowered in _words():
        return f"<{_words()[lowered]}>"
    return _scanned_month(word) or _mistyped_month(lowered) or "<?>"


def _scanned_month(word: str) -> str | None:
    if not looks_scanned(word):
        return None
    found = _scanned_names().get(word.casefold().translate(SCANNED), frozenset())
    return f"<{next(iter(found))}>" if len(found) == 1 else None


def _mistyped_month(word: str) -> str | None:
    """A typing error in a long month name, where no other word is as near."""
    if not any(one_edit_apart(word, name) for name in _month_names() if len(name) >= LONG_NAME):
        return None
    near = {meaning for known, meaning in _words().items() if one_edit_apart(word, known)}
    return f"<{near.pop()}>" if len(near) == 1 else None


def _symbol(words: str) -> str:
    return f"<{_words()[_squeezed(words)]}>"


def _squeezed(words: str) -> str:
    return re.sub(r"[ .]", "", words.casefold())


@cache
def _words() -> dict[str, str]:
    return {_squeezed(entry.text): entry.meaning for entry in read_vocabulary("period_words")}


@cache
def _month_names() -> tuple[str, ...]:
    return tuple(word for word, meaning in _words().items() if re.fullmatch(r"M\d\d", meaning))


@cache
def _scanned_names() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name in _month_names():
        key = name.translate(SCANNED)
        found[key] = found.get(key, frozenset()) | {_words()[name]}
    return found


@cache
def _several_words() -> re.Pattern[str]:
    """The expressions with a blank or a point inside, the longest first."""
    texts = [entry.text for entry in read_vocabulary("period_words") if not entry.text.isalpha()]
    texts.sort(key=len, reverse=True)
    spelled = "|".join(
        re.escape(text).replace(r"\.", r"\. ?").replace(r"\ ", r"\.? ?") for text in texts
    )
    return re.compile(rf"(?<![A-Za-z])(?:{spelled})(?![A-Za-z])\.?", re.IGNORECASE)


@cache
def _spaced_names() -> re.Pattern[str]:
    """A month's name with a blank somewhere inside, or its abbreviation with blanks throughout."""
    names = sorted(_month_names(), key=len, reverse=True)
    whole = ("mei", "may")
    spelled = "|".join(
        (" ?" if len(name) > 3 or name in whole else " ").join(name) for name in names
    )
    return re.compile(rf"(?<![A-Za-z])(?:{spelled})(?![A-Za-z])", re.IGNORECASE)
