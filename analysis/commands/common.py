"""What the commands share: exit statuses, the study that the options name, paths as one sees them."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pandas as pd

from analysis.study import Study, find_study, in_language, read_study
from analysis.text.months import period_from_text
from analysis.words.messages import InsidenError

DONE, DECIDE, CANNOT = 0, 1, 2


def open_study(arguments: argparse.Namespace) -> Study:
    """Read the study that the options name, or the nearest one."""
    study = read_study(arguments.study or find_study())
    if arguments.lang:
        study = in_language(study, arguments.lang)
    month = getattr(arguments, "month", None)
    if month:
        study = replace(study, last_month=check_month(month))
    return study


def check_month(text: str) -> str:
    """Return a month given as an option in the form 2024-07."""
    value = period_from_text(text).value or ""
    if len(value) != len("2024-07") or value.startswith("Y"):
        raise InsidenError("study.wrong_month", file="--month", key="month", text=text)
    return value


def check_files(files: list[Path]) -> None:
    """Name the first file that is not there."""
    for file in files:
        if not file.exists():
            raise InsidenError("run.file_missing", file=file)


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain records."""
    return cast("list[dict[str, Any]]", table.to_dict("records"))


def near(path: Path) -> Path:
    """Return the path as seen from here, where it lies below."""
    full = path.resolve()
    return full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full


def print_json(summary: dict) -> None:
    """Print one document on standard output."""
    print(json.dumps(summary, ensure_ascii=False, indent=1, default=str))
