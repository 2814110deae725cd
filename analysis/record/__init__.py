"""The figure record: find it in a file, draw the figure again, say what differs."""

from analysis.record.carried import Carried, find_figures, read_figures
from analysis.record.redraw import Verdict, reproduce

__all__ = [
    "Carried",
    "Verdict",
    "find_figures",
    "read_figures",
    "reproduce",
]
