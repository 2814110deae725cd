"""A value read from a text, or the reason why there is none."""

from typing import NamedTuple


class Reading(NamedTuple):
    """A value read from a text; empty, with the reason, when there is any doubt.

    ``value`` is written in one canonical form (``M08``, ``2024-08``, ``36.01.03``, ``1234``,
    ``ZERO_REPORTED``); ``flag`` is what the text says beside it (``FLAG:provisional``,
    ``UNIT:kasus``); ``why`` is the reason for an empty value, or a note on how it was read;
    ``candidates`` are the values between which a person must choose.
    """

    value: str | None
    why: str = ""
    flag: str = ""
    candidates: tuple[str, ...] = ()

    @property
    def canonical(self) -> str | None:
        """The value with its flags, as the cases write it: ``M07;FLAG:provisional``."""
        if self.value is None:
            return None
        return f"{self.value};{self.flag}" if self.flag else self.value
