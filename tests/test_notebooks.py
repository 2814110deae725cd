"""The notebooks are thin, hold no results, and run from the first cell to the last."""

import re

import nbformat
import pytest

from analysis.cli import main
from analysis.notebooks import clean_notebook, run_notebooks
from analysis.words.messages import InsidenError
from tests.studies import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_notebooks_are_there():
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["01-periksa-data", "02-tren", "03-bandingkan", "05-briefing", "06-galeri"]


def test_thin_and_without_results(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    for cell in code_cells(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 15
        assert not any(
            line.startswith(("def ", "class ", "import os", "import sys")) for line in lines
        )
        assert cell.outputs == []
        assert cell.execution_count is None


def test_the_first_chart_takes_three_lines(notebook):
    lines = [line for cell in code_cells(notebook) for line in cell.source.splitlines() if line]
    plots = [number for number, line in enumerate(lines) if "plot_" in line]
    if plots and "prepare" not in lines[2]:
        assert plots[0] <= 3  # after the parameter cell


def test_runs_from_the_first_cell_to_the_last(tmp_path):
    said = []
    parameters = {"out": str(tmp_path / "hasil")}
    pages = run_notebooks(
        NOTEBOOKS, tmp_path / "p", parameters=parameters, lang="id", tell=said.append
    )
    assert [page.stem for page in pages] == [path.stem for path in NOTEBOOKS]
    assert "03-bandingkan: sel 2 dari " in "\n".join(said)
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r"(?:src|href)=[\"'](?!data:|#)|https?://", text)
        assert text.count("<img") == len(re.findall(r"<img[^>]* alt=\"[^\"]{100,}", text))
        assert str(ROOT) not in text
    assert (tmp_path / "p" / "03-bandingkan.html").read_text("utf-8").count("<img") >= 2
    # the notebooks themselves are as they were
    assert not any(clean_notebook(path) for path in NOTEBOOKS)


# --- the runner ----------------------------------------------------------------------------------


def book(folder, *cells, name="buku.ipynb"):
    """A small notebook; the first code cell holds parameters."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Buku <kecil>")])
    for number, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata = {"tags": ["parameters"]} if number == 0 else {}
        made.cells.append(cell)
    made.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path = folder / name
    nbformat.write(made, path)
    return path


def run(folder, path, **parameters):
    return run_notebooks(
        [path], folder / "out", parameters=parameters, lang="id", tell=lambda text: None
    )


def test_parameters_are_checked_before_anything_runs(tmp_path):
    path = book(tmp_path, "months = 12", "print('bulan', months)")
    with pytest.raises(InsidenError) as error:
        run(tmp_path, path, month=6)
    assert error.value.text("id") == (
        "Tidak ada buku yang mempunyai parameter 'month'. Mungkin maksudnya 'months'. Yang ada: months."
    )
    assert not (tmp_path / "out").exists()


def test_a_run_gives_the_same_page_twice_and_leaves_the_notebook(tmp_path):
    path = book(
        tmp_path,
        "months = 12",
        "import sys, warnings\nwarnings.warn('jalur')\nprint('bulan', months)",
        'from IPython.display import HTML\nHTML(\'<img alt="sebuah gambar" src="data:image/png;base64,AA">\')',
    )
    before = path.read_bytes()
    (page,) = run(tmp_path, path, months=6)
    first = page.read_bytes()
    run(tmp_path, path, months=6)
    assert page.read_bytes() == first and path.read_bytes() == before
    text = first.decode()
    assert "bulan 6" in text and 'alt="sebuah gambar"' in text and "Warning" not in text
    assert "<title>Buku &lt;kecil&gt;</title>" in text


def test_an_error_names_the_notebook_the_cell_the_line_and_the_message(tmp_path, capsys):
    source = "a = 1\nraise ValueError('kolom bulan tidak ada\\n' + 'x\\n' * 40)"
    path = book(tmp_path, "b = 0", source)
    assert main(["notebooks", str(path), "--out", str(tmp_path / "out"), "--quiet"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "buku.ipynb, sel 3, baris 2:"
    assert said[1].startswith("  raise ValueError") and said[2] == "kolom bulan tidak ada"
    assert len(said) <= 12
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def test_cleaning_takes_out_what_a_run_left(tmp_path, capsys):
    path = book(tmp_path, "b = 0", "b")
    made = nbformat.read(path, as_version=4)
    made.cells[2].outputs = [nbformat.v4.new_output("stream", text="rahasia")]
    made.cells[2].execution_count = 7
    made.cells[2].metadata = {"execution": {"iopub.status.busy": "2026"}, "tags": ["a"]}
    made.metadata["papermill"] = {"duration": 3}
    nbformat.write(made, path)
    assert main(["notebooks", "--clean", str(path)]) == 0
    text = path.read_text("utf-8")
    assert "rahasia" not in text and "papermill" not in text and "iopub" not in text
    assert '"tags"' in text and not clean_notebook(path)
    nbformat.validate(nbformat.read(path, as_version=4))


@pytest.mark.parametrize("content", [b"", b"{}", b"bukan buku", b'{"cells": 3}', None])
def test_what_is_no_notebook_is_said_in_one_sentence(tmp_path, content):
    path = tmp_path / "a.ipynb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InsidenError) as error:
        run(tmp_path, path)
    assert "a.ipynb" in error.value.text("id")
    assert error.value.key == ("run.file_missing" if content is None else "notebook.not_one")
