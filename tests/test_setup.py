"""The set-up files say the same thing, and none of them names a machine or a registry."""

import re
import subprocess
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement

# conda-forge's names where they differ from the ones on the Python index
CONDA_NAMES = {"python-duckdb": "duckdb", "matplotlib-base": "matplotlib"}
EXTRAS_FOR_CONDA = ("database", "space", "slides", "notebook", "test")


def bounds(lines):
    found = {}
    for line in lines:
        requirement = Requirement(line)
        found[CONDA_NAMES.get(requirement.name, requirement.name)] = str(requirement.specifier)
    return found


def conda_lines(root):
    for entry in yaml.safe_load((root / "environment.yml").read_text("utf-8"))["dependencies"]:
        if isinstance(entry, dict):
            yield from (line for line in entry["pip"] if not line.startswith("-"))
        else:
            yield entry


def test_environment_yml_holds_what_pyproject_holds(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = bounds(project["dependencies"])
    for extra in EXTRAS_FOR_CONDA:
        wanted |= bounds(project["optional-dependencies"][extra])
    build = bounds(project["optional-dependencies"]["dev"])
    wanted |= {name: build[name] for name in ("hatchling", "editables")}
    wanted |= {"python": project["requires-python"], "pip": ""}
    assert bounds(conda_lines(root)) == wanted


@pytest.mark.parametrize("lock", ["bootstrap", "requirements", "requirements-dev"])
def test_locks_pin_with_hashes_and_name_no_host(root, lock):
    text = (root / "locks" / f"{lock}.lock").read_text("utf-8")
    assert "://" not in text
    pins = re.findall(r"^\S+==", text, flags=re.MULTILINE)
    assert pins
    assert len(re.findall(r"^\S+==[^\n]*\\\n    --hash=", text, flags=re.MULTILINE)) == len(pins)


def test_no_tracked_file_names_a_machine_or_a_registry(root):
    patterns = r"(^|[^a-z.])/(work|root|tmp)/|pypi\.o[r]g|pythonhoste[d]|deb\.debia[n]|npmjs\.o[r]g"
    found = subprocess.run(
        ["git", "grep", "-nIE", patterns, "--", ".", ":!*.ttf"],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if found.returncode > 1:
        pytest.skip("not a git checkout")
    assert found.stdout == ""


def test_ci_calls_the_test_command_of_the_readme(root):
    assert "make test" in (root / "README.md").read_text("utf-8")
    assert re.search(r"^make test$", (root / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
