"""``insiden check FILE``: what was read and how, what is doubtful; nothing written unless asked for."""

import argparse
from pathlib import Path

from analysis.brief.files import write_atomically
from analysis.commands.common import DONE, check_files, near, open_study, print_json, rows_of
from analysis.commands.screen import report_lines, status_of, summary_of
from analysis.desk import Received, receive
from analysis.progress import Progress
from analysis.read.files import find_files
from analysis.review.answers import append_text, find_recipe
from analysis.review.picture import read_again, reading_page
from analysis.review.reading import reading_lines, reading_summary
from analysis.review.recipes import propose_recipes, recipe_toml
from analysis.study import Study
from analysis.words.messages import InsidenError, say


def run(arguments: argparse.Namespace) -> int:
    """Read the named files and say how they were read."""
    study = open_study(arguments)
    check_files(arguments.files)
    received = receive(study, Progress(study.language, quiet=True), files=arguments.files)
    status, waiting = status_of(received), unread_files(study, arguments.files)
    if arguments.write_recipe or arguments.into_study:
        _write_recipes(arguments, received)
        return DONE
    if arguments.report:
        grids = read_again(find_files(arguments.files, study.inbox_folder).files, received)
        names = list(received.intake.files["file"])
        page = reading_page(names, grids, received)
        write_atomically(arguments.report, page.encode("utf-8"))
    if arguments.json:
        print_json(summary_of(received, status, waiting) | {"reading": reading_summary(received)})
        return DONE if arguments.allow else status
    if not arguments.quiet:
        for entry in rows_of(received.intake.files):
            if not entry["note"]:
                print("\n".join(file_lines(received, entry)))
    print("\n".join(report_lines(received, None, waiting)))
    if arguments.report:
        print(say("reading.written", study.language, path=near(arguments.report)))
    return DONE if arguments.allow else status


def file_lines(received: Received, entry: dict) -> list[str]:
    """One file in short: its layout and size, and how each of its sheets was read."""
    lang = received.study.language
    region = entry["region"] and say("run.file_region", lang, region=entry["region"])
    layout = say(f"layout.{entry['layout'] or 'mixed'}", lang)
    head = say("run.file_read", lang, **(entry | {"region": region, "layout": layout}))
    return [head, *reading_lines(received, entry["file"])]


def unread_files(study: Study, files: list[Path]) -> list[str]:
    """The files of the inbox that are not among ``files``."""
    try:
        inbox = find_files(study.inbox_folder, study.inbox_folder).files
        read = {file.name for file in find_files(files, study.inbox_folder).files}
    except InsidenError:
        return []
    return [file.name for file in inbox if file.name not in read]


def _write_recipes(arguments: argparse.Namespace, received: Received) -> None:
    """Print a recipe for each file, or append it to the study file."""
    study, lang = received.study, received.study.language
    written = 0
    for file in find_files(arguments.files, study.inbox_folder).files:
        taken = find_recipe(study, file.name)
        recipes = propose_recipes(file, received)
        if not recipes:
            print(say("recipe.none", lang, file=file.name))
            continue
        text = "".join(recipe_toml(one, lang) for one in recipes)
        if arguments.into_study:
            if taken is not None:
                raise InsidenError("decide.has_recipe", file=file.name, name=taken.name)
            study = append_text(study, text)
            written += len(recipes)
            continue
        print(say("recipe.head", lang, file=file.name, study=near(study.path)))
        if taken is not None:
            print(say("recipe.head_old", lang, name=taken.name, study=near(study.path)))
        print(text)
    if arguments.into_study:
        print(say("recipe.written", lang, number=written, study=near(study.path)))
