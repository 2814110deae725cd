"""Ask the open questions one by one in a terminal, and hand each decision on as soon as it is made.

The terminal itself is two functions, so that a test (or a pipe) can stand in for it: ``ask`` shows
a prompt and returns a line, ``tell`` shows a line. The end of the input ends the questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.review.answers import Decision, Rules
from analysis.review.questions import Question, cells_in_words, hint, text_in_words
from analysis.words.messages import InsidenError, say

STOP = ("b", "q", "berhenti", "quit", "stop")
SKIP = ("", "l", "s", "lewati", "skip")


@dataclass
class Dialogue:
    """One sitting: who decides, on which day, and the last reason given."""

    rules: Rules
    ask: Callable[[str], str]
    tell: Callable[[str], None]
    today: str
    who: str = ""
    why: str = ""

    @property
    def lang(self) -> str:
        return self.rules.study.language

    def say(self, key: str, **facts: object) -> None:
        self.tell(say(f"decide.{key}", self.lang, **facts))

    def run(self, questions: Sequence[Question], keep: Callable[[Decision], None]) -> int:
        """Ask every question; ``keep`` writes a decision. Return how many were kept."""
        kept = 0
        try:
            if not self.who:
                self.who = self._line("who")
                if not self.who:
                    self.say("who_needed")
                    return 0
            for number, question in enumerate(questions, start=1):
                self._show(question, f"{number}", f"{len(questions)}")
                decision = self._decide(question)
                if decision is None:
                    continue
                try:
                    keep(decision)
                except InsidenError as error:  # a recipe that stands in the way: the next may do
                    self.tell("  " + error.text(self.lang))
                    continue
                text = text_in_words(question, self.lang)
                self.say("written", text=text, value=decision.value)
                kept += 1
        except (EOFError, KeyboardInterrupt):
            self.tell("")
            self.say("stopped")
        return kept

    def _line(self, key: str, **facts: object) -> str:
        return " ".join(self.ask(say(f"decide.{key}", self.lang, **facts)).split())

    def _show(self, question: Question, number: str, total: str) -> None:
        self.tell("")
        self.say("question", number=number, total=total, file=question.file, sheet=question.sheet)
        if question.cells:
            self.say("cells", cells=cells_in_words(question, self.lang))
        self.say("text", text=text_in_words(question, self.lang))
        self.say("reason", reason=question.reason)
        for place, (value, name) in enumerate(question.choices, start=1):
            key = "choice_plain" if name == value else "choice"
            self.say(key, number=place, name=name, value=value)

    def _decide(self, question: Question) -> Decision | None:
        if not question.is_answered_here:
            self.tell("  " + hint(question, self.lang))
            return None
        value = self._value(question)
        why = self._reason() if value else ""
        return Decision(question, value, why, self.who, self.today) if why else None

    def _value(self, question: Question) -> str:
        """The value as it is written, "" for a skipped question."""
        while True:
            typed = self._line("answer")
            if typed.casefold() in STOP:
                raise EOFError
            if typed.casefold() in SKIP:
                return ""
            if typed.isdecimal() and question.kind != "year":
                last = len(question.choices)
                if 1 <= int(typed) <= last:
                    return question.choices[int(typed) - 1][0]
                self.say("number_outside" if last else "number_alone", text=typed, last=last)
                continue
            try:
                return self.rules.value(question.kind, typed.removeprefix("="))
            except InsidenError as error:
                self.tell("  " + error.text(self.lang))

    def _reason(self) -> str:
        """The reason; the last one again when only Enter is pressed, "" after two empty lines."""
        for _ in range(2):
            why = self._line("why_again", why=self.why) if self.why else self._line("why")
            if why.casefold() in STOP[2:]:
                raise EOFError
            if any(
                letter.isalpha() for letter in why
            ):  # a lone number was meant for something else
                self.why = why
            if self.why and (not why or why == self.why):
                return self.why
            self.say("why_needed")
        return ""
