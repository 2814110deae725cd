"""How a name is spelt: its letters alone, its words, and the slips of one letter that are safe.

Measured on the names of Indonesia: of 6,735 kecamatan names that Banten does not have, these slips
would take nine for one of Banten's; each of the nine stands in ``data/reference/aliases.csv``.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

# letters that Indonesian and Sundanese writers exchange at the end or in the middle of a name
ALIKE = [set("td"), set("kg"), set("pb"), set("mn"), set("sz"), set("fvp"), set("cj"), set("uw")]
WORD = re.compile(r"[^\W_]+")
VOWELS = set("aeiou")
SHORTEST = 5  # a shorter name is one letter from too many others
SHORTEST_VOWEL = 6  # Banda is not Benda, Baras is not Baros


@lru_cache(maxsize=1024)  # one text is taken apart several times on its way
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, without marks.

    >>> words_of("KEC.Karang–Tanjung *)")
    ('kec', 'karang', 'tanjung')
    """
    return tuple(WORD.findall(_folded(text)))


def key_of(text: str) -> str:
    """Return letters and digits only: spelling apart, one name has one key.

    >>> key_of(" Karang Tanjung."), key_of("KARANGTANJUNG"), key_of("P A P U A")
    ('karangtanjung', 'karangtanjung', 'papua')
    """
    return "".join(words_of(text))


NUMERALS = [
    ("1", "i", "satu"), ("2", "ii", "dua"), ("3", "iii", "tiga"), ("4", "iv", "empat"),
    ("5", "v", "lima"), ("6", "vi", "enam"), ("7", "vii", "tujuh"), ("8", "viii", "delapan"),
    ("9", "ix", "sembilan"), ("10", "x", "sepuluh"),
]  # fmt: skip
ALIKE_NUMERALS = {word: words for words in NUMERALS for word in words}


def numeral_keys(words: tuple[str, ...]) -> set[str]:
    """Return the keys of a name of several words with its number written in other ways.

    >>> sorted(numeral_keys(("ilir", "timur", "dua")))
    ['ilirtimur2', 'ilirtimurdua', 'ilirtimurii']
    """
    return {
        "".join((*words[:place], other, *words[place + 1 :]))
        for place, word in enumerate(words)
        if len(words) > 1 and word in ALIKE_NUMERALS
        for other in ALIKE_NUMERALS[word]
    }


def _folded(text: str) -> str:
    plain = text.casefold().replace("&", " and ")
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class NearNames:
    """Names that differ from a key by one letter: added, lost, exchanged or swapped.

    Such a slip leaves the letters before or behind the middle of the name as they are, so every
    name is stored under both halves, with its length; a look-up costs a few of them and not the
    number of names. Two swapped letters at the middle leave all but one letter behind it.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        under: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for key in sorted(set(keys)):
            size, middle = len(key), len(key) // 2
            under[size, 0, key[:middle]].append(key)
            under[size, 1, key[middle + 1 :]].append(key)
        self._under = dict(under)
        self._longest = max((size for size, _, _ in under), default=0)

    def find(self, key: str) -> list[str]:
        """Return the names one letter away from ``key``, sorted; not the name itself."""
        written, under = len(key), self._under
        if not 1 < written <= self._longest + 1:
            return []
        found: set[str] = set()
        for size in (written - 1, written, written + 1):
            middle = size // 2
            behind = key[written - (size - middle - 1) :]
            for half in ((size, 0, key[:middle]), (size, 1, behind)):
                if half in under:
                    found.update(
                        name for name in under[half] if OSA.distance(key, name, score_cutoff=1) == 1
                    )
        return sorted(found)


def is_safe_slip(written: str, name: str) -> bool:
    """Tell whether ``written`` can only be a slip of the pen for ``name``, one letter away.

    A lost letter, a doubled one, a mute h, y or w, letters that sound alike, or two swapped; never
    the first letter, because names differ there.

    >>> is_safe_slip("cibalihung", "cibaliung"), is_safe_slip("cikeupa", "cikupa")
    (True, False)
    """
    slip = _slip(written, name)
    if slip is None or min(len(written), len(name)) < SHORTEST:
        return False
    kind, place = slip
    if place == 0:
        return False
    if kind == "lost":
        return True
    if kind == "swapped":
        return len(name) >= SHORTEST_VOWEL
    if kind == "added":
        letter = written[place]
        doubled = letter in (written[place - 1], written[place + 1 : place + 2])
        return doubled or letter in "hyw" or (letter == "e" and place == len(written) - 1)
    pair = {written[place], name[place]}
    if pair <= VOWELS:
        return len(name) >= SHORTEST_VOWEL
    return any(pair <= group for group in ALIKE)


def _slip(written: str, name: str) -> tuple[str, int] | None:
    """Return the one difference and its place, or None when there are more or none."""
    place = next(
        (here for here, (a, b) in enumerate(zip(written, name, strict=False)) if a != b),
        min(len(written), len(name)),
    )
    rest, other = written[place:], name[place:]
    if rest[1:] == other and rest:
        return "added", place
    if other[1:] == rest and other:
        return "lost", place
    if rest and other and rest[1:] == other[1:]:
        return "exchanged", place
    if len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:]:
        return "swapped", place
    return None
