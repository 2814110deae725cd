"""What a title, a heading between rows, a sheet's name or a file's name says of what is counted.

"REKAPITULASI KONTEN NEGATIF KABUPATEN LEBAK BULAN JULI 2024" names a regency and a month. Where
two of these sources disagree (a template of last year), none is believed.
"""

import operator
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from analysis.read.meaning import Span, filler_words, heading_of, span_of
from analysis.text.categories import CategoryWords, category_from_text
from analysis.text.gazetteer import OUTSIDE, kind_at
from analysis.text.months import period_from_text
from analysis.text.names import words_of
from analysis.text.places import Places, place_from_text

MOST_WORDS = 6  # of a period: "bulan Juli s.d. September tahun 2024"
LONGEST_NAME = 4  # words of a regency's name
LETTER = re.compile(r"^\W*(?:[A-Z]|[IVX]{1,4})\s*[.)]\s+")
FROM_DAY = re.compile(r"\bperiode\W+(?=\d{1,2}\s*(?:s\W*d|sampai|hingga|[-–]))", re.IGNORECASE)
FULL_DATE = re.compile(
    r"\b\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d\b|\b(?:19|20)\d\d[-./ ]?\d\d[-./ ]?\d\d\b"
)


class Subject(NamedTuple):
    """What one text says: the regencies it names, its periods, and its remaining words."""

    regions: tuple[tuple[str, str], ...] = ()  # code or name, words
    periods: tuple[tuple[str, Span], ...] = ()  # words and meaning
    category: str = ""
    is_marked: bool = False  # "Kategori: …" says itself what it is
    is_lettered: bool = False  # "A. JUDI ONLINE" heads one part of several

    @property
    def span(self) -> Span | None:
        return self.periods[0][1] if self.periods else None

    @property
    def years(self) -> set[str]:
        return {span.year for _, span in self.periods if span.year}

    @property
    def months(self) -> dict[Span, tuple[str, Span]]:
        """The periods shorter than a year, with their words."""
        return {one[1]: one for one in self.periods if one[1].last - one[1].first < 11}


def find_subject(text: str, places: Places | None, *, bare: bool = False) -> Subject:
    """Read a title; with ``bare`` a regency may be named without the word for it."""
    left, colon, right = text.partition(":")
    if colon and heading_of(left.strip()).role == "category" and right.strip():
        return Subject((), (), right.strip(), True)
    regions = _regions(text, places) or (_bare_regions(text, places) if bare else ())
    periods, others = _periods(text)
    region_words = {word for _, said in regions for word in words_of(said)}
    filler = filler_words()
    rest = [
        word
        for word in others
        if not set(words_of(word)) <= filler | region_words and not re.fullmatch(r"[\W\d_]+", word)
    ]
    words = " ".join(rest)
    category = LETTER.sub("", words)
    lettered = category != words and not regions and not periods
    return Subject(regions, periods, category.strip(" -–—.,:;()"), False, lettered)


def _regions(text: str, places: Places | None) -> tuple[tuple[str, str], ...]:
    """The regencies that a text names with their kind: "KABUPATEN LEBAK"."""
    words = words_of(text.replace("_", " "))
    found: dict[str, str] = {}
    for start in range(len(words)):
        kind, length = kind_at(words, start)
        if kind is None or "kabkota" not in kind.levels:
            continue
        name = list(_name_from(words, start + length))
        while name:
            said = " ".join([*words[start : start + length], *name])
            if places is None:
                found[" ".join(name)] = said
                break
            code = place_from_text(said, places).value or ""
            own = code in places.codes and kind.levels[0] == places.levels[code]
            if own or code == OUTSIDE:  # a sheet of another province is no sheet of ours
                found[code if own else said] = said
                break
            name.pop()
    return tuple(found.items())


def _name_from(words: tuple[str, ...], start: int) -> Iterable[str]:
    """The words of a name: up to the next word for a place, a period or a title."""
    for place in range(start, min(start + LONGEST_NAME, len(words))):
        word = words[place]
        known = word in filler_words() or word.isdigit() or heading_of(word).role
        if known or kind_at(words, place)[0] or span_of(period_from_text(word).value or ""):
            return
        yield word


def _bare_regions(text: str, places: Places | None) -> tuple[tuple[str, str], ...]:
    """The regencies named without their kind, as file names do: "rekap lebak 2024"."""
    if places is None:
        return ()
    deepest = max((places.depth(code) for code in places.codes), default=0)
    levels = {places.levels[code] for code in places.codes if places.depth(code) == deepest - 1}
    if deepest < 2 or len(levels) != 1:
        return ()
    level = next(iter(levels))
    words = [word for word in words_of(text.replace("_", " ")) if word not in filler_words()]
    found: dict[str, str] = {}
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            said = " ".join(words[start : start + length])
            if said.isdigit() or any(said in other for other in found.values()):
                continue
            code = place_from_text(said, places, level=level).value or ""
            if code in places.codes and places.levels[code] == level:
                found[code] = said
    return tuple(found.items())


def _periods(text: str) -> tuple[tuple[tuple[str, Span], ...], list[str]]:
    """The periods in a text, longest wording first, and the words that belong to none."""
    dated = re.search(r"\b(?:19|20)\d\d-\d\d-01\b", text)
    if dated and heading_of(words_of(text)[0] if words_of(text) else "").role == "period":
        text = text.replace(dated.group(), dated.group()[:7])  # a date cell beside "Bulan"
    text = FROM_DAY.sub(" ", FULL_DATE.sub(" ", text.replace("_", " ")))
    words = re.findall(r"[^\s()\[\]:;]+", text)
    found: list[tuple[int, str, Span]] = []
    free = [True] * len(words)
    for length in range(min(MOST_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            if not all(free[start : start + length]):
                continue
            said = " ".join(words[start : start + length])
            span = _title_span(said)
            if span is not None:
                found.append((start, said, span))
                free[start : start + length] = [False] * length
    others = [word for word, is_free in zip(words, free, strict=True) if is_free]
    return tuple((said, span) for _, said, span in sorted(found)), others


def _title_span(said: str) -> Span | None:
    """A period in running words must name a month or a year; a date is that of the letter."""
    if not re.search(r"[^\W\d]{3}|\d{4}", said) or re.fullmatch(r"[^\W\d]{1,2}\W*\d*", said):
        return None
    value = whole_months(period_from_text(said).value or "")
    if re.search(r"\d{4}-\d\d-\d\d", value):
        return None
    return span_of(value)


def whole_months(value: str) -> str:
    """Say days from the first of a month to the last of one as months.

    >>> whole_months("2024-07-01..2024-07-31"), whole_months("2024-06-26..2024-07-25")
    ('2024-07', '2024-06-26..2024-07-25')
    """
    days = re.fullmatch(r"(\d{4})-(\d\d)-01\.\.(\d{4})-(\d\d)-(\d\d)", value)
    if not days or monthrange(int(days[3]), int(days[4]))[1] != int(days[5]):
        return value
    first, last = f"{days[1]}-{days[2]}", f"{days[3]}-{days[4]}"
    return first if first == last else f"{first}..{last}"


class Context(NamedTuple):
    """What holds for a whole table where no cell says it; ``doubts`` name what disagrees."""

    region: str = ""
    month: str = ""
    span: Span | None = None
    year: str = ""
    category: str = ""
    doubts: tuple[str, ...] = ()


def find_context(titles: Sequence[Subject], sheet: Subject, file: Subject) -> Context:
    """Join what titles, the sheet's name and the file's name say; the nearest says it first."""
    title = Subject(
        tuple(dict.fromkeys(region for one in titles for region in one.regions)),
        tuple(dict.fromkeys(period for one in titles for period in one.periods)),
    )
    sources = (title, sheet, file)
    doubts: list[str] = []

    def agreed(name: str, tellings: list[dict], same: Callable = operator.eq) -> Any:
        telling = [one for one in tellings if one]
        if not telling:
            return None
        key, value = next(iter(telling[0].items()))
        if len(telling[0]) == 1 and all(any(same(said, key) for said in one) for one in telling):
            return value
        doubts.append(name)
        return None

    region = agreed("region", [dict(one.regions) for one in sources])
    # "2021 - 2026" in a file's name covers the years of its sheets
    year = agreed("year", [{year: year for year in _span_of_years(one)} for one in sources])
    # a file named for the whole year does not deny the month of one of its sheets
    month = agreed("month", [one.months for one in sources], lambda said, key: said.covers(key))
    words, span = month or ("", None)
    return Context(region or "", words, span, year or "", "", tuple(doubts))


def _span_of_years(subject: Subject) -> list[str]:
    years = sorted(int(year) for year in subject.years)
    return [str(year) for year in range(years[0], years[-1] + 1)] if years else []


def read_category(text: str, categories: CategoryWords | None) -> str:
    """Return ``text`` when the study's words know it as a category, else ""."""
    if categories is None or not text:
        return ""
    value = category_from_text(text, categories).value or ""
    return text if value and value != "ALL" and not value.startswith("TOTAL") else ""
