"""The notebooks are thin, hold no results, and run from the first cell to the last."""

import sys

import nbformat
import pytest
from nbclient import NotebookClient

from tests.studies import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# jsonschema would build a large grammar for a format that no notebook uses
sys.modules.setdefault("rfc3987_syntax", None)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_four_notebooks_are_there():
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["01-periksa-data", "02-tren", "03-bandingkan", "05-briefing"]


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


def test_runs_from_the_first_cell_to_the_last(notebook, tmp_path):
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source += f"\nout = {str(tmp_path / 'hasil')!r}"
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}}
    )
    client.execute()
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            if "image/png" in output.get("data", {}):
                assert "alt=" in output["data"]["text/html"]
