"""Read what became of a report: received, verified, referred and to whom, blocked, no reply.

The values are the meanings of ``vocabulary/statuses.csv``; a referral is a word for sending and a
name of the receiver, both in ``vocabulary/referrals.csv``.
"""

from functools import cache

from analysis.text.plain import Doubt, lookup, meaning_to_reading, phrase, plain
from analysis.text.reading import Reading
from analysis.text.vocabulary import read_vocabulary


def status_from_text(text: str, *, lang: str = "id") -> Reading:
    """Read a status; a word that stands for several states stays open.

    >>> (
    ...     status_from_text("Diteruskan ke Komdigi").value,
    ...     status_from_text("Blm ditindaklanjuti").value,
    ... )
    ('referred_ministry', 'not_followed_up')
    >>> status_from_text("TL").candidates
    ('followed_up', 'in_progress', 'tidak lapor')
    """
    try:
        return _read(plain(text))
    except Doubt as doubt:
        return doubt.reading("status", lang)


def _read(text: str) -> Reading:
    if not phrase(text):
        raise Doubt("empty")
    meaning = lookup("statuses", text) or _referral(phrase(text))
    if meaning is None:
        raise Doubt("unread")
    return meaning_to_reading(meaning)


def _referral(words: str) -> str | None:
    """Read ``dilimpahkan ke satpol pp``: nothing but the sending and the receiver."""
    sendings, receivers = _referrals()
    for sending in sendings:
        if words.startswith(f"{sending} "):
            receiver = words.removeprefix(sending).strip().removeprefix("ke ")
            if receiver in receivers:
                return receivers[receiver]
    return None


@cache
def _referrals() -> tuple[list[str], dict[str, str]]:
    entries = {phrase(entry.text): entry.meaning for entry in read_vocabulary("referrals")}
    sendings = sorted((text for text, kind in entries.items() if kind == "sent"), key=len)
    return sendings[::-1], {text: kind for text, kind in entries.items() if kind != "sent"}
