"""The first lines of a notebook: open the study, read it, find."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.progress import Progress
from analysis.study import Study, find_study, read_study

if TYPE_CHECKING:
    from analysis.desk import Desk
    from analysis.findings import Findings


def open_study(path: str | Path | None = None) -> Study:
    """Read a study file; without a path the nearest one: here, in data/, or above."""
    return read_study(Path(path) if path else find_study())


def prepare(study: Study | str | Path | None = None) -> Desk:
    """Read, clean, count and complete a study; these tables are for inside the office."""
    from analysis.desk import prepare as prepare_desk

    opened = study if isinstance(study, Study) else open_study(study)
    return prepare_desk(opened, Progress(opened.language, quiet=True))


def find(study: Study | Desk | str | Path | None = None) -> Findings:
    """Return the protected tables of a study: rates, comparisons, trends, completeness."""
    from analysis import findings as rooms
    from analysis.desk import Desk

    return rooms.find(study if isinstance(study, Desk) else prepare(study))


def write_brief(study: Study | str | Path | None = None, out: str | Path | None = None) -> Path:
    """Write the briefing, its figures and its data package; return the folder they are in."""
    from analysis.run import write_brief as run_brief  # brings charts and PDF with it

    opened = study if isinstance(study, Study) else open_study(study)
    folder = Path(out) if out else opened.outputs_folder
    run_brief(opened, folder, progress=Progress(opened.language, quiet=True))
    return folder
