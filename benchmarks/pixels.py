"""Draw the gallery under several versions of Python and Matplotlib, and compare every dot.

``python benchmarks/pixels.py`` makes an environment a line of MATRIX in a temporary folder (with uv,
from the registry that it is set up for) and prints for each how many charts equal tests/charts/pixels.csv.
A Python that this computer does not have is said and left out.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
MATRIX = [  # Python, Matplotlib, pandas, NumPy
    ("3.11", "3.9.*", "2.3.*", "2.1.*"),
    ("3.11", "3.10.*", "2.3.*", "2.3.*"),
    ("3.11", "3.11.*", "3.*", "2.4.*"),
    ("3.12", "3.10.*", "2.3.*", "2.2.*"),
    ("3.13", "3.11.*", "3.*", "2.*"),
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# the pins above come first; what draws the gallery needs the project's own packages and pytest's
OTHERS = [*PROJECT["dependencies"], "hypothesis", "pytest"]


def run(*command: str | Path, **options) -> subprocess.CompletedProcess:
    # several Pythons side by side, where pyenv keeps them
    others = sorted(str(path) for path in Path.home().glob(".pyenv/versions/3.1*/bin"))
    searched = os.pathsep.join([os.environ["PATH"], *others])
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True, text=True, check=True, env=os.environ | {"PATH": searched}, **options,
    )  # fmt: skip


def draw(folder: Path, python: str, *pins: str) -> list[str]:
    """The digests of one environment, made for it."""
    uv = Path(sys.executable).with_name("uv")
    run(uv, "venv", "--quiet", "--python", python, folder)
    inside = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(uv, "pip", "install", "--quiet", "--python", inside, *pins, *OTHERS)
    run(uv, "pip", "install", "--quiet", "--python", inside, "hatchling", "editables")
    run(
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        inside,
        "--no-deps",
        "--no-build-isolation",
        "-e",
        ROOT,
    )
    return run(inside, "-m", "tests.charts.gallery", cwd=ROOT).stdout.split()


def main() -> int:
    stored = (ROOT / "tests" / "charts" / "pixels.csv").read_text("utf-8").split()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for number, (python, matplotlib, pandas, numpy) in enumerate(MATRIX):
            name = f"Python {python}, Matplotlib {matplotlib}, pandas {pandas}, NumPy {numpy}"
            pins = [f"matplotlib=={matplotlib}", f"pandas=={pandas}", f"numpy=={numpy}"]
            try:
                drawn = draw(Path(folder) / str(number), python, *pins)
            except subprocess.CalledProcessError as error:
                print(f"{name}: could not be made: {error.stderr.strip().splitlines()[-1]}")
                continue
            same = sum(row in stored for row in drawn[1:])
            failed |= drawn != stored
            print(f"{name}: {same} of {len(stored) - 1} charts are the same, dot by dot")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
