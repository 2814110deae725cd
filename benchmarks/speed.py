"""The measures against their peers: rates against PHStatsMethods, maps against esda, BYM2 against numpyro.

``python benchmarks/speed.py [PYTHON_WITH_NUMPYRO]`` runs ``rates.py`` and ``space.py`` one after the
other, each peer interleaved with ours; a peer that is not installed is said.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    runs = [[HERE / "rates.py"], [HERE / "space.py", *sys.argv[1:]]]
    return max(
        subprocess.run([sys.executable, *map(str, run)], check=False).returncode for run in runs
    )


if __name__ == "__main__":
    sys.exit(main())
