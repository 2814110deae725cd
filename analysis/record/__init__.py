"""The figure record: find it in a file, draw the figure again, say what differs."""

from analysis.record.carried import Carried, find_by_id, find_by_pixels, read_figures
from analysis.record.redraw import Verdict, reproduce

__all__ = [
    "Carried",
    "Verdict",
    "find_by_id",
    "find_by_pixels",
    "read_figures",
    "reproduce",
]
