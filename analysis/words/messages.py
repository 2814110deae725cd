"""What the program says: every word it prints stands in ``words/<language>/*.toml``.

One file a room (``read.toml``, ``charts.toml`` …), one table a subject inside. A key such as
``"read.empty_file"`` names the table and the entry; a test holds both languages to the same keys
and to the same ``{facts}``.
"""

import errno
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

LANGUAGES = ("id", "en")


@cache
def words(lang: str) -> dict[str, str]:
    """Return every text of one language, by its dotted key."""
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / lang).glob("*.toml")):
        texts |= _flat(tomllib.loads(path.read_text(encoding="utf-8")))
    return texts


def _flat(table: dict, prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            texts |= _flat(value, f"{prefix}{name}.")
        else:
            texts[prefix + name] = value
    return texts


def say(key: str, lang: str, /, **facts: object) -> str:
    """Return the text of ``key`` with its facts filled in.

    >>> say("unit.reports", "id"), say("progress.brief_done", "en", pages=1)
    ('laporan', '1 page')
    """
    return _Counting().format(words(lang)[key], **facts)


class _Counting(Formatter):
    """Fills texts in; ``{number:file|files}`` is the first word for one, else the second."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, more = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else more
        return str(format(value, format_spec))


class InsidenError(Exception):
    """A message for the user, said in the study's language: what is wrong, where, what to do.

    ``key`` names the text in ``words/``; ``facts`` fill it (file, sheet, row, column, text …).
    """

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts

    def text(self, lang: str) -> str:
        """The message in one language; a fact may be a message of its own, such as a cause."""
        facts = {
            name: fact.text(lang) if isinstance(fact, InsidenError) else fact
            for name, fact in self.facts.items()
        }
        return say(self.key, lang, **facts)

    def __str__(self) -> str:
        return self.text("id")


CAUSES = {
    errno.ENOSPC: "cause.disk_full",
    errno.EDQUOT: "cause.disk_full",
    errno.EFBIG: "cause.disk_full",
    errno.EACCES: "cause.not_allowed",
    errno.EPERM: "cause.not_allowed",
    errno.EROFS: "cause.read_only",
    errno.ENOENT: "cause.gone",
    errno.ENOTDIR: "cause.no_folder",
    errno.EEXIST: "cause.no_folder",
    errno.EIO: "cause.drive_fails",
    errno.ESTALE: "cause.drive_fails",
    errno.ENAMETOOLONG: "cause.name_too_long",
}


def cause_of(error: OSError) -> "InsidenError | str":
    """Return why the system refused a file, in the user's words where they are known.

    >>> cause_of(OSError(errno.ENOSPC, "No space left on device")).text("en")
    'the disk is full'
    """
    key = CAUSES.get(error.errno or 0)
    return InsidenError(key) if key else str(error.strerror or error)
