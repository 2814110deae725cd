"""Say what the run is doing, on standard error: one line a step, with its time."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from analysis.words.messages import InsidenError, say

STEPS = ("read", "clean", "count", "complete", "find", "charts", "brief", "write")


class Progress:
    """Prints each step of a run as it begins and ends; keeps the seconds of each."""

    def __init__(self, lang: str, *, quiet: bool = False) -> None:
        self.lang = lang
        self.quiet = quiet
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[..., None]]:
        """Time one step; call what it yields with the facts of ``progress.NAME_done``."""
        facts: dict[str, object] = {}
        number = STEPS.index(name) + 1
        self._write(f"[{number}/{len(STEPS)}] {say(f'progress.{name}', self.lang):<36}")
        started = time.perf_counter()
        try:
            yield facts.update
        except BaseException:
            self._write("\n")
            raise
        self.seconds[name] = time.perf_counter() - started
        done = say(f"progress.{name}_done", self.lang, **facts)
        self._write(f"{done:<44} {self.seconds[name]:5.1f} s\n")

    def tell(self, note: InsidenError) -> None:
        """Say something between two steps."""
        self._write(f"{note.text(self.lang)}\n")

    def _write(self, text: str) -> None:
        if not self.quiet:
            sys.stderr.write(text)
            sys.stderr.flush()
