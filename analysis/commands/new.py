"""``insiden new`` and ``insiden boundaries``: a study for another region, and its official borders."""

import argparse

from analysis.commands.common import DONE, open_study
from analysis.words.messages import say


def run(arguments: argparse.Namespace) -> int:
    """Write a new study folder."""
    from analysis.create import create_study
    from analysis.reference.files import read_reference

    lang = arguments.lang or "id"
    path = create_study(arguments.folder, arguments.areas, region=arguments.region, lang=lang)
    print(say("new.done", lang, path=path, inbox=path.parent / "inbox"))
    folder = path.parent / "reference"
    reference = read_reference(folder)
    if not len(reference.population):
        print(say("new.people", lang, file=folder / "population.csv", study=path.name))
    if reference.areas[["lon", "lat"]].isna().any(axis=None):
        print(say("new.no_places", lang, file=folder / "areas.csv", study=path))
    return DONE


def take_boundaries(arguments: argparse.Namespace) -> int:
    """Take official boundaries into the study's reference folder."""
    from analysis.reference.boundaries import import_boundaries
    from analysis.reference.files import read_reference

    study = open_study(arguments)
    areas = read_reference(study.reference_folder).areas
    out = study.reference_folder / "boundaries.geojson"
    table = import_boundaries(arguments.file, areas, out)
    print(table.to_string(index=False))
    print(say("run.boundaries_done", study.language, path=out))
    return DONE
