"""Periods of the Hijri calendar: Ramadan 1445 H, Lebaran 2023, H-7 s.d. H+7 Lebaran 2024.

Their dates are decided by the government and stand in ``vocabulary/holidays.csv``; a date with a
question mark there is an estimate that may be a day off, and is not read.
"""

import re
from datetime import date, timedelta
from functools import cache

from analysis.text.plain import Doubt
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary

_FEAST = (
    r"<(?P<feast>ramadan|idul_fitri|idul_adha)> ?(?:<tahun> ?)?(?P<year>\d{4})(?: ?<(?P<era>h|hijri|m|masehi)>)?"
    r"(?: ?/ ?(?P<other>\d{4})(?: ?<(?:h|hijri|m|masehi)>)?)?"
)
_AROUND = r"<h> ?([+-]) ?(\d{1,2})(?: ?(?:<to>|-) ?<h> ?([+-]) ?(\d{1,2}))? ?"


def feast_from_symbols(symbols: str) -> Reading | None:
    """Read a feast, or the days around one; None if the symbols name no feast with a year."""
    found = re.fullmatch(_FEAST, symbols)
    if found:
        return Reading(_dates(found))
    around = re.fullmatch(_AROUND + _FEAST, symbols)
    if not around or around["feast"] == "ramadan":
        return None
    feast = date.fromisoformat(_dates(around)[:10])
    first = feast + timedelta(days=int(around[1] + around[2]))
    if around[3] is None:
        return Reading(first.isoformat())
    last = feast + timedelta(days=int(around[3] + around[4]))
    if first >= last:
        raise Doubt("backwards")
    return Reading(f"{first.isoformat()}..{last.isoformat()}")


def _dates(found: re.Match[str]) -> str:
    """Return the dates of the feast in the year written, Hijri or of our era."""
    dates = _feasts().get((found["feast"], found["year"]))
    hijri = found["year"].startswith("14")
    wrong_eras = ("m", "masehi") if hijri else ("h", "hijri")
    if dates is None or found["era"] in wrong_eras:
        raise Doubt("feast_unknown")
    if found["other"] and _feasts().get((found["feast"], found["other"])) != dates:
        raise Doubt("feast_unknown")
    if dates.endswith("?"):
        raise Doubt("feast_estimated", dates.rstrip("?"))
    return dates


@cache
def _feasts() -> dict[tuple[str, str], str]:
    """The dates of each feast by its year in either calendar."""
    found = {}
    for entry in read_vocabulary("holidays"):
        feast, year, hijri = entry.text.split()
        found[feast, year] = found[feast, hijri] = entry.meaning
    return found
