"""The arrows of the house: which room may know which, and who may touch files."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A room may import the rooms named beside it, and itself.
ARROWS = {
    "words": {"tables"},  # wording turns result tables into sentences
    "words.messages": set(),
    "words.numbers": set(),
    "tables": {"words"},
    "study": {"words"},
    "text": {"words"},
    "text.__main__": {"words", "reference", "tables"},
    "reference": {"tables", "words", "text"},
    "read": {"tables", "words", "text", "study"},
    "read.parquet": {"words", "engine"},  # the engine reads Parquet, a grid is made of it here
    "engine": {"tables", "words"},
    "meanings": {"words", "text", "study", "reference"},
    "tallies": {"text", "study", "meanings"},
    "clean": {
        "tables",
        "words",
        "text",
        "study",
        "reference",
        "engine",
        "meanings",
        "tallies",
        "reconcile",
    },
    "reconcile": set(),
    "reports": {"tables", "text"},
    "counts": {"tables", "words"},
    "protect": {"tables", "words"},
    "measure": {"tables", "words"},
    "findings": {"study"},
    "locking": {"words"},
    "charts": {"tables", "words"},
}
TOP = {
    "__init__", "__main__", "balance", "brief", "cli", "commands", "create", "desk", "explore",
    "comparisons", "figures", "findings", "notebooks", "outputs", "progress", "record", "quick", "release", "review", "run",
    "session", "simulate",
}  # fmt: skip
ONLY = {
    "duckdb": {"engine"},
    "pyspark": {"engine"},
    "matplotlib": {"charts"},
    "geopandas": {
        "charts.cells",
        "charts.clusters",
        "charts.maps",
        "reference.boundaries",
        "measure.spatial",
    },
    "typst": {"brief.pdf"},
    "python_calamine": {"read"},
}
FILES_ALLOWED = {
    "read",
    "engine",
    "brief",
    "record",
    "locking",
    "run",
    "cli",
    "study",
    "simulate",
    "create",
    "reference.files",
    "reference.boundaries",
    "words.messages",
    "charts.chart",  # Chart.save
    "charts.recording",  # the digest of its own code
    "text.vocabulary",
}
FILE_CALLS = {
    "open", "read_text", "write_text", "read_bytes", "write_bytes", "read_csv", "to_csv", "mkdir",
    "unlink", "rename", "replace_file", "savefig", "to_parquet", "read_parquet", "rmtree",
}  # fmt: skip


def modules():
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        parts = path.relative_to(ROOT / "analysis").with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__") or "__init__"
        yield pytest.param(name, ast.parse(path.read_text("utf-8")), id=name)


def room_of(name, table):
    """The entry that holds for a module: its own, else its folder's."""
    return name if name in table else name.split(".")[0]


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module if node.module != "analysis" else f"analysis.{node.names[0].name}"


@pytest.mark.parametrize(("name", "tree"), modules())
def test_arrows_point_one_way(name, tree):
    room = room_of(name, ARROWS)
    if room.split(".")[0] in TOP:
        return
    assert room in ARROWS, f"a new room {room}: draw its arrows here"
    own = name.split(".")[0]
    known = {
        module.split(".")[1]
        for module in imports(tree)
        if module.startswith("analysis.") and module.split(".")[1] != own
    }
    assert known <= ARROWS[room]


@pytest.mark.parametrize(("name", "tree"), modules())
def test_each_library_has_its_room(name, tree):
    used = {module.split(".")[0] for module in imports(tree)}
    for library, rooms in ONLY.items():
        if library in used:
            assert name in rooms or name.split(".")[0] in rooms, f"{library} in {name}"


@pytest.mark.parametrize(("name", "tree"), modules())
def test_only_some_rooms_touch_files(name, tree):
    if name in FILES_ALLOWED or name.split(".")[0] in FILES_ALLOWED | TOP:
        return
    calls = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not calls & FILE_CALLS
