"""python -m analysis.simulate DATA: write DATA/inbox anew from DATA/reference."""

import argparse
from pathlib import Path

from analysis.simulate.inbox import write_inbox

parser = argparse.ArgumentParser(prog="python -m analysis.simulate", description=__doc__)
parser.add_argument("data", type=Path, help="folder with reference/; gets inbox/ and simulated/")
folder = parser.parse_args().data
write_inbox(folder, folder / "reference")
