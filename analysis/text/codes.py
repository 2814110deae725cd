"""Read the code of a place in any of the forms that offices and Excel give it.

Kemendagri writes ``36.01.03`` or ``360103``, BPS ``3601030``: seven digits. The length is looked at
first, because a BPS code cut to six digits is the Kemendagri code of another place (in Banten for
131 of 155 kecamatan).
"""

import re
from collections.abc import Mapping

from analysis.text.reading import Reading
from analysis.words.messages import say

VILLAGE_DIGITS = 10
NUMERIC = re.compile(r"[.,/ -]*\d[\d .,/-]*")


class Codes:
    """The codes of a gazetteer: as they stand, without dots, and in the BPS system."""

    def __init__(
        self, codes: list[str], bps_codes: list[str], villages: Mapping[str, str], lang: str
    ) -> None:
        self.exact = set(codes)
        self.villages = villages  # code of a village -> code of its kecamatan
        self.lang = lang
        self._bare = {code.replace(".", ""): code for code in codes}
        self._bps = {bps: code for code, bps in zip(codes, bps_codes, strict=True) if bps}
        self._bare_villages = {code.replace(".", ""): code for code in villages}

    def read(self, text: str) -> Reading | None:
        """Read a code from a plain text, or return None when the text is no code but words.

        A village's code gives its kecamatan, with the village as the candidate.
        """
        code = text.strip(" '\"`=[]()")
        if code in self.exact:
            return Reading(code)
        if not NUMERIC.fullmatch(code):
            return None
        if "/" in code or re.search(r"\d-\d", code):
            return self._refuse("date_like", re.sub("[/-]", ".", code))
        code = code.replace(",", ".").strip(".-")
        if code in self.exact:
            return Reading(code)
        if code in self.villages:
            return self._village(code)
        if whole := re.fullmatch(r"(\d+)\.0+", code):
            code = whole.group(1)
        return self._by_groups(code)

    def _by_groups(self, code: str) -> Reading:
        groups = re.split(r"[. ]+", code)
        digits = "".join(groups)
        lengths = tuple(len(group) for group in groups)
        whole = lengths in {(2, 2), (2, 2, 2), (2, 2, 2, 4)}
        if whole and " " not in code:  # all its dots stand right, yet it is not in the list
            return self._one_of((), "no_such_code")
        if whole or len(groups) == 1 or lengths in {(2, 2, 3), (4, 2), (2, 4), (1, 3, 3), (3, 3)}:
            return self._by_length(digits)
        if lengths == (4, 3):  # BPS with a stray dot, or Kemendagri shown with three decimals
            found = (self._bps.get(digits), self._bare.get(digits.removesuffix("0")))
            return self._one_of(found, "lost_zero")
        return self._refuse("lost_zero", ".".join(groups))

    def _by_length(self, digits: str) -> Reading:
        if digits in self.exact:
            return Reading(digits)
        if len(digits) == 7:
            return self._one_of((self._bps.get(digits),), "not_bps")
        if len(digits) == 6:
            reading = self._one_of((self._bare.get(digits),), "no_such_code")
            return reading._replace(why=self._say("six_digits")) if reading.value else reading
        if len(digits) == VILLAGE_DIGITS:
            return self._village_digits(digits)
        if digits.lstrip("0") in self.exact:
            return Reading(digits.lstrip("0"))
        if len(digits) < 4:
            return Reading(None, self._say("number"))
        if len(digits) == 5:
            return self._refuse("lost_zero", digits)
        return self._one_of((self._bare.get(digits), self._bps.get(digits)), "no_such_code")

    def _village_digits(self, digits: str) -> Reading:
        # Kemendagri numbers villages 1001… and 2001…; a BPS code may look the same
        if digits in self._bare_villages:
            reading = self._village(self._bare_villages[digits])
            other = self._bps.get(digits[:7], reading.value)
            return reading if other == reading.value else self._one_of((reading.value, other), "")
        if digits[6] in "12":
            return self._one_of((), "no_such_code")
        return self._one_of((self._bps.get(digits[:7]),), "no_such_code")

    def _village(self, code: str) -> Reading:
        return Reading(self.villages[code], self._say("village_code"), "", (code,))

    def _one_of(self, found: tuple[str | None, ...], otherwise: str) -> Reading:
        different = sorted({code for code in found if code})
        if len(different) == 1:
            return Reading(different[0])
        if different:
            return Reading(None, self._say("two_systems"), "", tuple(different))
        return Reading(None, self._say(otherwise))

    def _refuse(self, reason: str, code: str) -> Reading:
        """Say what a damaged code may have been: each group with a zero given back."""
        groups = [
            {group, "0" + group, group + "0"} if len(group) == 1 else {group}
            for group in code.split(".")
        ]
        if len(groups) == 1:  # five digits: one zero is missing somewhere
            digits = {code[:place] + "0" + code[place:] for place in range(len(code) + 1)}
        else:
            digits = {""}
            for choices in groups:
                digits = {begun + choice for begun in digits for choice in choices}
        candidates = sorted({self._bare[one] for one in digits if one in self._bare})
        return Reading(None, self._say(reason), "", tuple(candidates))

    def _say(self, reason: str) -> str:
        return say(f"place.{reason}", self.lang)
