"""Read the code of a place in any of the forms that offices and Excel give it.

Kemendagri writes ``36.01.03`` or ``360103``, BPS ``3601030``: seven digits. The length is looked at
first, because a BPS code cut to six digits is the Kemendagri code of another place (in Banten for
131 of 155 kecamatan). Four digits mean different places in the two systems for 199 of 514
kabupaten/kota; only a word beside them ("BPS 1101") tells which.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analysis.text.former import Former, former_note
from analysis.text.reading import Reading
from analysis.words.messages import say

VILLAGE_DIGITS = 10
BPS, KEMENDAGRI = "bps", "kemendagri"
SYSTEMS = {"bps": BPS, "mfd": BPS, "kemendagri": KEMENDAGRI, "kemdagri": KEMENDAGRI}
SYSTEMS |= {"dagri": KEMENDAGRI, "mendagri": KEMENDAGRI, "permendagri": KEMENDAGRI}
SYSTEMS |= {"depdagri": KEMENDAGRI, "kepmendagri": KEMENDAGRI}
DIGIT = re.compile(r"\d")
NUMERIC = re.compile(r"[.,/_ -]*\d[\d .,/_-]*")
SAID = re.compile(
    r"(?:(?:kode|kd|code|id|wilayah|wil|kecamatan|kec|kabupaten|kab|kota|provinsi|prov)(?![^\W\d_])[\s.:]*)*"
    rf"(?P<system>{'|'.join(SYSTEMS)})?[\s.:=_-]*(?P<code>\d[\d .,/_-]*)"
    rf"(?:[\s(]+(?P<after>{'|'.join(SYSTEMS)})\)?)?",
    re.IGNORECASE,
)
SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?e\+?(\d{1,2})", re.IGNORECASE)
LOOK_ALIKES = str.maketrans("OoQIl|SsB", "000111558")
# The lengths of the groups of digits in a code whose points, blanks or thousands stand right.
GROUPS = {(2, 2, 3), (4, 2), (2, 4), (1, 3, 3), (3, 3), (4, 3), (2, 2, 2, 4), (6, 4), (7, 3)}
WHOLE = {(2, 2), (2, 2, 2), (2, 2, 2, 4)}


class Codes:
    """The codes of a gazetteer: as they stand, without dots, and in the BPS system."""

    def __init__(
        self,
        names: Mapping[str, str],
        bps_codes: Mapping[str, str],
        villages: Mapping[str, str],
        gone: Mapping[str, Former],
        lang: str,
    ) -> None:
        self.exact = frozenset(names)
        self.names = names
        self.villages = villages  # code of a village -> code of its kecamatan
        self.gone = gone  # code of an earlier list -> what it was
        self.lang = lang
        self.bare = {code.replace(".", ""): code for code in [*gone, *names]}
        self.bps = {bps: code for code, bps in bps_codes.items() if bps}
        self.bare_villages = {code.replace(".", ""): code for code in villages}
        self.listed = frozenset(villages.values())  # kecamatan whose villages are known

    def read(self, text: str, system: str = "") -> Reading | None:
        """Read a code from a plain text, or return None when the text is no code but words.

        ``system`` is "bps" or "kemendagri" where the head of the column says so. A village's code
        gives its kecamatan, with the village as the candidate.
        """
        code = text.strip(" '\"`=[]()*#:;")
        if code in self.exact and not system:
            return Reading(code)
        if not DIGIT.search(code):
            return None
        if found := SAID.fullmatch(code):
            said = (found["system"] or found["after"] or "").casefold()
            system, code = SYSTEMS.get(said, system), found["code"].strip()
        if NUMERIC.fullmatch(code):
            return _Asked(self, system).read(code)
        if found := SCIENTIFIC.fullmatch(code):
            return self._rounded(*found.groups(default=""))
        mended = code.translate(LOOK_ALIKES)
        if sum(map(str.isdigit, code)) >= 4 and NUMERIC.fullmatch(mended):
            reading = _Asked(self, system).read(mended)
            codes = (reading.value,) if reading.value else reading.candidates
            return Reading(None, self.say("look_alike"), "", codes)
        return None

    def _rounded(self, first: str, rest: str, exponent: str) -> Reading:
        """Excel shows 3.60103E+06: the last digits are lost, so several codes may be meant."""
        begun = (first + rest)[: int(exponent) + 1]
        size = int(exponent) + 1
        known = (self.bps if size == 7 else self.bare).items()
        wide = len(begun) > 3
        meant = [code for bare, code in known if len(bare) == size and bare.startswith(begun)]
        return Reading(None, self.say("rounded"), "", tuple(sorted(meant)) if wide else ())

    def say(self, reason: str) -> str:
        return say(f"place.{reason}", self.lang)


class _Asked(NamedTuple):
    """One code that is only digits and marks, in the system that is said beside it, if any."""

    codes: Codes
    system: str

    def read(self, code: str) -> Reading:
        if "/" in code or re.search(r"\d-\d", code):
            return self._refuse("date_like", re.sub("[/-]", ".", code))
        code = re.sub(r"[,_]", ".", code).strip(".- ")
        if code in self.codes.exact and ("." in code or not self.system):
            return Reading(code)
        if code in self.codes.gone:
            return self._one_of([code], "")
        if code in self.codes.villages:
            return self._village(code)
        if whole := re.fullmatch(r"(\d+)\.0+", code):
            code = whole.group(1)
        return self._by_groups(code)

    def _by_groups(self, code: str) -> Reading:
        groups = re.split(r"[. ]+", code)
        digits = "".join(groups)
        lengths = tuple(len(group) for group in groups)
        if lengths in WHOLE and " " not in code:  # its dots stand right: the Kemendagri form
            return self._dotted(groups)
        if lengths in WHOLE or len(groups) == 1 or set(lengths) == {1}:
            return self._by_length(digits)
        if lengths == (4, 3):  # BPS with a stray dot, or Kemendagri shown with three decimals
            found = [self.codes.bps.get(digits), self.codes.bare.get(digits.removesuffix("0"))]
            return self._one_of(found, "lost_zero")
        if lengths in GROUPS:
            return self._by_length(digits)
        return self._refuse("lost_zero", ".".join(groups))

    def _dotted(self, groups: Sequence[str]) -> Reading:
        kept = list(groups)
        while len(kept) > 1 and not kept[-1].strip("0"):
            kept.pop()  # 36.01.00: the kabupaten as a whole
        if len(kept) < len(groups):
            return self._one_of([self.codes.bare.get("".join(kept))], "no_such_code")
        if len(groups) == 4:
            return self._unlisted_village("".join(groups))
        return self._one_of([], "no_such_code")

    def _by_length(self, digits: str) -> Reading:
        codes = self.codes
        if digits in codes.exact and not self.system:
            return Reading(digits)
        if len(digits) == 7:
            return self._seven(digits)
        if len(digits) == 6:
            return self._six(digits)
        if len(digits) == VILLAGE_DIGITS:
            return self._ten(digits)
        if digits.lstrip("0") in codes.exact:
            return Reading(digits.lstrip("0"))
        if len(digits) == 5:
            return self._refuse("lost_zero", digits)
        bare, bps = codes.bare.get(digits), codes.bps.get(digits)
        if len(digits) == 4 and digits.endswith("00"):  # 3600: the province as a whole
            bare = bps = bare or codes.bare.get(digits[:2])
        found = {BPS: [bps], KEMENDAGRI: [bare]}.get(self.system, [bare, bps])
        return self._one_of(found, "no_such_code" if len(digits) in (2, 4) else "number")

    def _seven(self, digits: str) -> Reading:
        if self.system == KEMENDAGRI:
            return self._one_of([], "not_kemendagri")
        found = self.codes.bps.get(digits)
        if found is None and digits.endswith("000"):  # 3601000: the kabupaten as a whole
            found = self.codes.bps.get(digits[:4])
        return self._one_of([found], "not_bps")

    def _six(self, digits: str) -> Reading:
        codes = self.codes
        if self.system == BPS:
            cut = (code for bps, code in codes.bps.items() if bps[:6] == digits and bps != digits)
            return Reading(None, codes.say("cut_bps"), "", tuple(sorted(cut)))
        found = codes.bare.get(digits)
        if found is None and digits.endswith("00"):
            found = codes.bare.get(digits[:4].removesuffix("00"))
        reading = self._one_of([found], "no_such_code")
        plain = reading.value and not reading.why and not self.system
        return reading._replace(why=codes.say("six_digits")) if plain else reading

    def _ten(self, digits: str) -> Reading:
        # Kemendagri numbers villages 1001… and 2001…; a BPS code may look the same
        codes = self.codes
        bps = codes.bps.get(digits[:7])
        if self.system == BPS:
            return self._one_of([bps], "no_such_code")
        if digits in codes.bare_villages:
            reading = self._village(codes.bare_villages[digits])
            same = self.system or bps in (None, reading.value)
            return reading if same else self._one_of([reading.value, bps], "")
        if digits[6] not in "12":
            return self._one_of([bps] if not self.system else [], "no_such_code")
        reading = self._unlisted_village(digits)
        same = self.system or bps in (None, reading.value) or reading.value is None
        return reading if same else self._one_of([reading.value, bps], "")

    def _unlisted_village(self, digits: str) -> Reading:
        """A village under a kecamatan of which the gazetteer lists none; else it is no village."""
        area = self.codes.bare.get(digits[:6])
        if area is None or area in self.codes.listed or digits[6] not in "12":
            return self._one_of([], "no_such_code")
        reading = self._one_of([area], "no_such_code")
        return reading if reading.why else reading._replace(why=self.codes.say("village_code"))

    def _village(self, code: str) -> Reading:
        return Reading(self.codes.villages[code], self.codes.say("village_code"), "", (code,))

    def _one_of(self, found: Iterable[str | None], otherwise: str) -> Reading:
        codes = self.codes
        different = sorted({code for code in found if code})
        if len(different) == 1:
            former = codes.gone.get(different[0])
            if former is None:
                return Reading(different[0])
            return Reading(former.value, former_note(former, codes.names, codes.lang))
        return Reading(
            None, codes.say("two_systems" if different else otherwise), "", self._today(different)
        )

    def _today(self, found: Iterable[str]) -> tuple[str, ...]:
        gone = self.codes.gone
        areas = (
            now for code in found for now in (gone[code].successors if code in gone else [code])
        )
        return tuple(sorted(set(areas)))

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
            for choices in groups[:4]:
                digits = {begun + choice for begun in digits for choice in choices}
            digits |= {one.rstrip("0") for one in digits if len(one) == 5}  # 36.010
        bare = self.codes.bare
        candidates = self._today(bare[one] for one in digits if one in bare)
        return Reading(None, self.codes.say(reason), "", candidates)
