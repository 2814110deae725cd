"""Run notebooks from the command: parameters checked, progress told, errors short, a page as result.

The notebooks themselves stay as they are: without outputs, counts and times, so that a difference in
git is a difference in words or code. What a run gives is one HTML file a notebook, which asks
nothing of the network and keeps the text of every picture.
"""

import ast
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from analysis.brief.files import write_atomically
from analysis.brief.html import STYLE, add_head
from analysis.words.messages import InsidenError, say

TAG = "parameters"
LONGEST_ERROR = 12  # lines
CELL_SECONDS = 300
KEPT = {"kernelspec", "language_info"}  # of a notebook's metadata
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def run_notebooks(
    files: Sequence[Path],
    out: Path,
    *,
    parameters: Mapping[str, Any],
    lang: str,
    tell: Callable[[str], None],
) -> list[Path]:
    """Run notebooks one after the other and write the page of each into ``out``.

    ``parameters`` replace values of the cell that is tagged "parameters"; a name that no notebook
    has is an error. A cell that fails ends the run with the notebook, the cell, the line and the
    message; the pages of the notebooks before it are kept.
    """
    books = [(path, read_notebook(path)) for path in files]
    known = {name for _, book in books for name in parameter_names(book)}
    for name in parameters:
        if name not in known:
            near = get_close_matches(name, sorted(known), n=1) or ["-"]
            raise InsidenError(
                "notebook.unknown_parameter", key=name, near=near[0], known=", ".join(sorted(known))
            )
    pages = []
    for path, book in books:
        _set_parameters(book, parameters)
        _execute(path, book, tell, lang)
        pages.append(
            write_atomically(out / f"{path.stem}.html", page_of(path, book, lang).encode())
        )
    return pages


def read_notebook(path: Path) -> Any:
    """Read a notebook, or say what it is instead."""
    _import("nbformat")
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise InsidenError("run.file_missing", file=path) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError):
        raise InsidenError("notebook.not_one", file=path.name) from None


def parameter_names(book: Any) -> list[str]:
    """The names that the cell tagged "parameters" sets."""
    cell = _parameter_cell(book)
    if cell is None:
        return []
    try:
        lines = ast.parse(cell.source).body
    except SyntaxError:
        return []
    targets = [target for line in lines if isinstance(line, ast.Assign) for target in line.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _parameter_cell(book: Any) -> Any:
    return next((cell for cell in book.cells if TAG in cell.metadata.get("tags", [])), None)


def _set_parameters(book: Any, parameters: Mapping[str, Any]) -> None:
    cell = _parameter_cell(book)
    own = set(parameter_names(book))
    lines = [f"{name} = {value!r}" for name, value in parameters.items() if name in own]
    if cell is not None and lines:
        cell.source = "\n".join([cell.source, *lines])


def _execute(path: Path, book: Any, tell: Callable[[str], None], lang: str) -> None:
    """Run every cell in a private kernel; one line of progress a cell."""
    # jsonschema would build a large grammar for a format that no notebook uses
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    _import("nbclient")
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    code = [number for number, cell in enumerate(book.cells) if cell.cell_type == "code"]

    def started(cell: Any, cell_index: int) -> None:
        if cell_index in code:
            place = code.index(cell_index) + 1
            tell(say("notebook.cell", lang, name=path.stem, number=place, of=len(code)))

    client = NotebookClient(
        book,
        timeout=CELL_SECONDS,
        record_timing=False,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        on_cell_start=started,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        failed = next(n for n, cell in enumerate(book.cells) if _failed(cell))
        raise _short_error(path, book, failed, error.evalue) from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise InsidenError("notebook.stopped", file=path.name, text=type(error).__name__) from None


def _failed(cell: Any) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _short_error(path: Path, book: Any, place: int, message: str) -> InsidenError:
    """The notebook, the cell as a reader counts it, its line, and the message: no traceback."""
    output = next(one for one in book.cells[place].outputs if one.output_type == "error")
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
    lines = re.findall(r"Cell In\[\d+\],? line (\d+)", trace) or ["1"]
    source = book.cells[place].source.splitlines()
    number = min(int(lines[0]), len(source))
    shown = "\n".join(message.splitlines()[: LONGEST_ERROR - 4])
    facts = {"line": number, "code": source[number - 1].strip() if source else "", "text": shown}
    return InsidenError("notebook.failed", file=path.name, cell=place + 1, **facts)


def _import(name: str) -> None:
    from importlib.util import find_spec

    if find_spec(name) is None:
        raise InsidenError("notebook.not_installed", text=name)


# --- the page -----------------------------------------------------------------------------------


def page_of(path: Path, book: Any, lang: str) -> str:
    """Return an executed notebook as one page that asks nothing of the network."""
    _import("nbconvert")
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter(template_name="basic").from_notebook_node(_seen(book))
    page = Element("html", lang=lang)
    add_head(page, _title(path, book), STYLE.read_text(encoding="utf-8") + EXTRA_STYLE, POLICY)
    main = SubElement(SubElement(page, "body"), "main")
    main.text = "NOTEBOOK"
    text = tostring(page, encoding="unicode", method="html")
    # a wide table scrolls, with the arrow keys too
    body = body.replace('<div class="output_area">', '<div class="output_area" tabindex="0">')
    return f"<!DOCTYPE html>\n{text.replace('NOTEBOOK', body, 1)}\n"


EXTRA_STYLE = """
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .5rem .7rem; background: #f5f5f5; font-size: .85rem; }
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .anchor-link { display: none; }
.dataframe { width: auto; margin-bottom: 1rem; }
.output_area, .jp-OutputArea-output { overflow-x: auto; }
"""


def _seen(book: Any) -> Any:
    """Leave out what only a notebook needs: a picture twice, and warnings with paths of a computer."""
    for cell in book.cells:
        kept = [one for one in cell.get("outputs", []) if one.get("name") != "stderr"]
        for output in kept:
            if "text/html" in output.get("data", {}):
                output["data"] = {"text/html": output["data"]["text/html"]}
        if cell.cell_type == "code":
            cell.outputs = kept
    return book


def _title(path: Path, book: Any) -> str:
    first = next((cell.source for cell in book.cells if cell.cell_type == "markdown"), "")
    return first.lstrip("# ").split("\n")[0] or path.stem


# --- clean --------------------------------------------------------------------------------------


def clean_notebook(path: Path) -> bool:
    """Take outputs, counts and foreign metadata out of a notebook file; tell whether it changed."""
    book = read_notebook(path)
    import nbformat

    for cell in book.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    book.metadata = {name: book.metadata[name] for name in sorted(KEPT & set(book.metadata))}
    if "language_info" in book.metadata:
        book.metadata["language_info"] = {"name": book.metadata["language_info"].get("name", "")}
    text = nbformat.writes(book, version=4) + "\n"
    changed = path.read_text(encoding="utf-8") != text
    if changed:
        write_atomically(path, text.encode())
    return changed


def parameter_from(text: str) -> tuple[str, Any]:
    """Read ``name=value`` of the command line; a value is Python's where it can be, else a text.

    >>> parameter_from("out=hasil"), parameter_from("months=12"), parameter_from("study_file=None")
    (('out', 'hasil'), ('months', 12), ('study_file', None))
    """
    name, sign, value = text.partition("=")
    if not sign or not name.strip().isidentifier():
        raise InsidenError("notebook.not_a_parameter", text=text)
    try:
        return name.strip(), ast.literal_eval(value.strip())
    except (ValueError, SyntaxError):
        return name.strip(), value.strip()
