"""``python -m analysis.text KIND``: one JSON string a line in, one JSON object a line out.

KIND is months, places, missing, numbers, categories, status or headers. Each answer holds ``raw``,
``value`` (the canonical form, or null) and ``why`` (the reason for null, in Indonesian). Places and
categories come from the ``data/reference`` at or above the current folder, else the one beside the
package. Exit status 2 and one message for a wrong KIND or a line that is no JSON string.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from analysis.text.reading import Reading
from analysis.words.messages import InsidenError

Reader = Callable[[str], Reading]


def _months() -> Reader:
    from analysis.text.months import period_from_text

    return period_from_text


def _amounts() -> Reader:
    from analysis.text.amounts import amount_from_text

    def read(text: str) -> Reading:
        reading = amount_from_text(text)
        merged = (reading.value or "").partition("MERGED_WITH:")[2]
        return _place_of_merged(merged) if merged else reading

    return read


def _status() -> Reader:
    from analysis.text.status import status_from_text

    return status_from_text


def _headers() -> Reader:
    from analysis.text.headers import header_from_text

    return header_from_text


def _places() -> Reader:
    from analysis.text.places import Places, place_from_text

    reference = _reference()
    places = Places(reference.areas, reference.aliases, reference.villages, reference.lineage)
    return lambda text: place_from_text(text, places)


def _categories() -> Reader:
    from analysis.text.categories import CategoryWords, category_from_text

    words = CategoryWords(_reference().category_words)
    return lambda text: category_from_text(text, words)


READERS: dict[str, Callable[[], Reader]] = {
    "months": _months,
    "places": _places,
    "missing": _amounts,
    "numbers": _amounts,
    "categories": _categories,
    "status": _status,
    "headers": _headers,
}


@cache
def _place_reader() -> Reader:
    return _places()


def _place_of_merged(name: str) -> Reading:
    """Whose report holds the value: the reader of amounts knows the name only."""
    place = _place_reader()(name)
    return place._replace(value=place.value and f"MERGED_WITH:{place.value}", flag="")


@cache
def _reference() -> Any:
    """Read the gazetteer and the words nearest to the current folder."""
    from analysis.reference.files import read_reference

    here = Path.cwd()
    above = [folder / "data" / "reference" for folder in (here, *here.parents)]
    shipped = Path(__file__).parents[2] / "data" / "reference"
    for folder in (*above, shipped):
        if (folder / "areas.csv").is_file():
            return read_reference(folder)
    raise InsidenError("text.main.no_reference", folder=above[0])


def answer_lines(lines: Iterable[bytes], read: Reader) -> Iterator[bytes]:
    """Yield one answer for each line; raise ``InsidenError`` at the first that is no JSON string."""
    for number, line in enumerate(lines, start=1):
        try:
            text = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            text = None
        if not isinstance(text, str):
            raise InsidenError("text.main.not_a_string", line=number)
        reading = read(text)
        answer = {"raw": text, "value": reading.canonical, "why": reading.why}
        # Half a surrogate pair has no UTF-8; JSON writes it with a backslash.
        yield json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def main(arguments: list[str]) -> int:
    """Answer standard input; the exit status is 0, or 2 with a message on standard error."""
    try:
        if len(arguments) != 1 or arguments[0] not in READERS:
            kinds = ", ".join(READERS)
            raise InsidenError("text.main.unknown_kind", text=" ".join(arguments), kinds=kinds)
        for answer in answer_lines(sys.stdin.buffer, READERS[arguments[0]]()):
            sys.stdout.buffer.write(answer)
            sys.stdout.buffer.flush()
    except InsidenError as error:
        sys.stderr.buffer.write(f"{error}\n".encode("utf-8", "backslashreplace"))
        return 2
    except BrokenPipeError:  # the reader of our answers has gone
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
