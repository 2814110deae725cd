"""``insiden brief``: from the inbox to the two-page briefing."""

import argparse

from analysis.commands.common import DONE, near, open_study, print_json
from analysis.commands.screen import report_lines, status_of, summary_of
from analysis.progress import Progress
from analysis.run import write_brief
from analysis.words.messages import say


def run(arguments: argparse.Namespace) -> int:
    """Write the briefing and say what needs a decision."""
    study = open_study(arguments)
    out = arguments.out or study.outputs_folder
    progress = Progress(study.language, quiet=arguments.quiet)
    also = [name for name in ("slides", "excel") if getattr(arguments, name)]
    desk, _findings = write_brief(study, out, progress=progress, paper=arguments.paper, also=also)
    path = out / "briefing.pdf"
    status = status_of(desk.received)
    if arguments.json:
        summary = summary_of(desk.received, status, [])
        summary |= {"incidents": int(desk.counts["incidents"].sum())}
        print_json(summary | {"briefing": str(path), "seconds": progress.seconds})
    else:
        print("\n".join(report_lines(desk.received, out / "internal", [])))
        print(say("run.done", study.language, path=near(path)))
    return DONE if arguments.allow else status
