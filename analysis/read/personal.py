"""Refuse a file with personal data, naming its columns and never what stands in them.

Looked at are the headings and the content of the table itself. A letterhead above it and a
signature below it hold names and numbers of officials; they are never kept, and do not refuse a
file, except for a 16-digit number: that is nobody's letterhead.
"""

import re
import unicodedata
from collections.abc import Collection

import numpy as np

from analysis.read.grid import SEALED, Grid, Texts, letter_of
from analysis.read.headings import find_heading_rows, is_heading_row
from analysis.read.meaning import LONGEST, heading_of, is_amount, row_kind
from analysis.text.headers import header_from_text
from analysis.words.messages import InsidenError

SEPARATOR = r"[ .\-_/]?"
LOOK_ALIKES = str.maketrans("OoIl|", "00111")
# Province codes of Indonesia, as a population number begins with one.
PROVINCES = r"(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])"
SIXTEEN = re.compile(rf"(?<!\d)(?<!\d[ .\-_/])\d(?:{SEPARATOR}\d){{15}}(?!{SEPARATOR}\d)")
POPULATION_NUMBER = re.compile(
    rf"{PROVINCES}\d{{4}}(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{{6}}"
)
SCIENTIFIC = re.compile(r"\d[.,]\d+E\+1\d", re.IGNORECASE)
PATTERNS = (
    re.compile(rf"(?<!\d)(?:\+?{SEPARATOR}62{SEPARATOR}|0)8\d(?:{SEPARATOR}\d){{6,11}}(?!\d)"),
    re.compile(r"[\w.+-]+\s?(?:@|\(at\))\s?[\w-]+\.\w{2,}", re.IGNORECASE),
    re.compile(r"(?<![\w.])@[A-Za-z][\w.]{2,}"),
    re.compile(r"https?://|\bwww\.|\b(?:t|wa)\.me/|\bbit\.ly/|chat\.whatsapp", re.IGNORECASE),
    re.compile(
        r"\b(?:ig|fb|wa|tele(?:gram)?|tiktok|michat|line|user(?:name)?)\s*[:=]\s*\w", re.IGNORECASE
    ),
    re.compile(r"\bR\.?T\.?\s*\.?\d+\s*/?\s*R\.?W\b|\bJ(?:l|ln|alan)\.?\s+[A-Z]", re.IGNORECASE),
    re.compile(r"\b(?:Sdr|Sdri|Bpk)\b\.?\s*\w|\b(?:bin|binti|alias)\s+[A-Z]|\bbernama\b"),
)
FEWEST_DIGITS = 8
LETTER_DIGIT = re.compile(r"(?<=\d)[OoIl|]+|[OoIl|]+(?=\d)")
DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,11})[.,]\d+(?:[eE]-\d{1,3})?")  # no number of a person
LONG_PHONE = re.compile(r"8[1-9]\d{9,10}")  # without its zero, as a spreadsheet leaves it
SHORT_PHONE = re.compile(r"8[1-9]\d{8}")
FEWEST_PHONES = 3  # so many numbers of the short form in one column are no sums of money
LINE_ROLES = ("row_number", "date")  # of the columns that tell the lines apart


def check_personal(grid: Grid, *, sealed: Collection[int] = ()) -> Grid:
    """Return ``grid`` unchanged, or raise with the columns that hold personal data.

    ``sealed`` columns hold fingerprints; their headings may say what they please. The error names letters and, where it is a known word, the heading; never a value.
    """
    texts = grid.texts
    body, heads = _body(texts)
    found = _personal_headings(texts, heads)
    found = {column: word for column, word in found.items() if column not in sealed}
    for column in _personal_columns(texts, body):
        found.setdefault(column, _heading_above(texts, heads, column))
    if found:
        columns = ", ".join(
            letter_of(column) + (f" ({word})" if word else "")
            for column, word in sorted(found.items())
        )
        raise InsidenError("read.personal", file=grid.file, sheet=grid.sheet, columns=columns)
    return grid


def _body(texts: Texts) -> tuple[np.ndarray, list[int]]:
    """Tell the rows of tables from titles above and signatures below; also the rows of headings.

    A signature says Nama and NIP as well; after it only a row that names places or periods too
    bears headings.
    """
    personal = set(find_heading_rows(texts, personal=True))
    plain = {row for row in personal if is_heading_row(texts.cells(row))}
    signed_rows = texts.such(lambda text: len(text) < 60 and row_kind(text) == "signature")
    signs = set(np.flatnonzero(signed_rows.any(axis=1)).tolist())
    body = np.zeros(texts.height, dtype=bool)
    heads: list[int] = []
    inside = signed = False
    start = 0
    for row in sorted(plain | personal | signs):
        body[start:row] = inside
        start = row
        if row in plain or (row in personal and not inside and not signed):
            heads.append(row)
            inside, signed = True, False
        elif row in signs:
            inside, signed = False, bool(heads)
    body[start:] = inside or not heads
    if not heads:
        body[:] = True
    return body, heads


def _personal_headings(texts: Texts, heads: list[int]) -> dict[int, str]:
    """The columns whose heading names persons, or may do so with words under it ("Akun")."""
    lines = [*heads, *(row + 1 for row in heads if _is_second_line(texts, row))]
    return {
        column: text
        for line in lines
        for column, text in texts.cells(line)
        if heading_of(text).is_personal or _may_name_person(texts, line, column, text)
    }


def _is_second_line(texts: Texts, row: int) -> bool:
    """A second line of headings leaves the cells under Nomor, Tanggal and Kecamatan empty."""
    if row + 1 >= texts.height:
        return False
    below = {column for column, _ in texts.cells(row + 1)}
    return not any(
        column in below and (heading_of(text).is_place or heading_of(text).role in LINE_ROLES)
        for column, text in texts.cells(row)
    )


def _may_name_person(texts: Texts, row: int, column: int, text: str) -> bool:
    if not text or len(text) > LONGEST:
        return False
    candidates = header_from_text(text).candidates
    if not any(one.startswith("PII") for one in candidates):
        return False
    under = str(texts.words[texts.codes[row + 1, column]]) if row + 1 < texts.height else ""
    parted = _is_second_line(texts, row) and _counts_people(under)  # Korban over L, P, Jumlah
    return _holds_words(texts, row + 1 + parted, column)


def _counts_people(text: str) -> bool:
    heading = heading_of(text)
    return heading.role in ("count", "total") and not heading.is_personal


def _holds_words(texts: Texts, row: int, column: int) -> bool:
    """Tell whether a column holds words, from ``row`` down."""
    words = [str(texts.amounts[code]) for code in set(texts.codes[row:, column].tolist()) if code]
    return any(not is_amount(word) for word in words)


def _heading_above(texts: Texts, heads: list[int], column: int) -> str:
    """The heading of a column when it is a word of the vocabulary, else nothing."""
    words = [text for row in heads for place, text in texts.cells(row) if place == column]
    return next((word for word in words if heading_of(word).role), "")


def _personal_columns(texts: Texts, body: np.ndarray) -> list[int]:
    """The columns with a cell that names or reaches a person; each distinct text looked at once."""
    anywhere = np.zeros(len(texts.words), dtype=bool)
    in_table = np.zeros(len(texts.words), dtype=bool)
    phones = np.zeros(len(texts.words), dtype=bool)
    for code, word in enumerate(texts.words):
        text = str(word)
        if (
            len(text) < 4
            or text[0] == SEALED
            or (len(text) < 9 and text.isdigit())
            or DECIMAL.fullmatch(text)
        ):
            continue
        anywhere[code] = _is_person_number(text)
        in_table[code] = anywhere[code] or _names_person(text)
        phones[code] = bool(SHORT_PHONE.fullmatch(text))
    columns = []
    for column in range(texts.width):
        codes = texts.codes[:, column]
        many = len(np.unique(codes[body & phones[codes]])) >= FEWEST_PHONES
        if anywhere[codes].any() or (in_table[codes] & body).any() or many:
            columns.append(column)
    return columns


def _folded(text: str) -> str:
    """Fold look-alikes: full-width digits, hidden marks, and letters for digits among digits."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    if sum(letter.isdigit() for letter in text) < FEWEST_DIGITS:
        return text
    return LETTER_DIGIT.sub(lambda found: found.group().translate(LOOK_ALIKES), text)


def _is_person_number(text: str) -> bool:
    """A number of sixteen digits, also parted, as a decimal, or with letters for digits."""
    if SCIENTIFIC.fullmatch(text):
        return True
    folded = re.sub(r"\.0+$", "", _folded(text))
    if re.search(r"(?<!\d)\d{16}(?!\d)", folded):
        return True
    return any(
        POPULATION_NUMBER.fullmatch(re.sub(r"\D", "", number.group()))
        for number in SIXTEEN.finditer(folded)
    )


def _names_person(text: str) -> bool:
    folded = _folded(text)
    return bool(LONG_PHONE.fullmatch(folded)) or any(one.search(folded) for one in PATTERNS)
