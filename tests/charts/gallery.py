"""Every chart in every size and language, and the digest of its dots.

``python -m tests.charts.gallery`` prints them; written to ``pixels.csv`` they are what any computer,
any version of Python and any Matplotlib must draw. Write them anew only after looking at the charts.
"""

import sys
from collections.abc import Iterator

from analysis.charts.chart import SIZES
from tests.charts.conftest import MEASURED, draw_chart

KINDS = ["trend", "trend_fitted", "comparison", "completeness", "map", *MEASURED]


def digests(kinds: list[str] = KINDS) -> Iterator[tuple[str, str, str, str]]:
    """Kind, size, language and digest of the dots of every chart of the gallery."""
    for kind in kinds:
        for size in SIZES:
            for lang in ("id", "en"):
                chart = draw_chart(kind, size=size, lang=lang)
                yield kind, size, lang, chart.record["pixels"]


if __name__ == "__main__":
    print("chart,size,lang,pixels")
    for row in digests(sys.argv[1:] or KINDS):
        print(",".join(row))
