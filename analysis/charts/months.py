"""The month axis that lines and grids share: years below, months where they fit."""

from typing import NamedTuple

import pandas as pd

from analysis.charts.letters import MM, text_width
from analysis.charts.page import LINE, Page, Panel
from analysis.words.numbers import month_word

STEPS = (1, 2, 3, 6)


class MonthAxis(NamedTuple):
    """Months without a hole, one step each; every ``step``-th is named, 0 names only years."""

    months: pd.DatetimeIndex
    step: int
    height: float

    @property
    def limits(self) -> tuple[float, float]:
        return -0.5, len(self.months) - 0.5

    def place(self, month: pd.Series) -> pd.Series:
        """Steps from the first month."""
        first = self.months[0]
        return (month.dt.year - first.year) * 12 + month.dt.month - first.month


def month_axis(page: Page, months: pd.Series, width: float) -> MonthAxis:
    """Choose which months are named on an axis ``width`` millimetres wide."""
    every = pd.date_range(months.min(), months.max(), freq="MS")
    widest = max(
        text_width(month_word(m, page.lang, "short"), page.size.text) for m in range(1, 13)
    )
    room = width / len(every)
    fitting = [step for step in STEPS if step * room > widest + 0.6 * page.size.text * MM]
    step = fitting[0] if fitting and len(every) <= 30 else 0
    lines = 2 if step else 1
    return MonthAxis(every, step, lines * page.line_height() + 0.4 * page.size.text * MM)


def draw_months(page: Page, panel: Panel, axis: MonthAxis) -> None:
    """Write months and years under a plot, with a tick at every turn of the year."""
    em = page.size.text * MM
    row = panel.box.bottom - 0.4 * em - page.line_height() / 2
    if axis.step:
        for place in range(0, len(axis.months), axis.step):
            word = month_word(axis.months[place].month, page.lang, "short")
            page.write(panel.at_x(place), row, word, align="center")
        row -= page.line_height()
    turns = [place for place, month in enumerate(axis.months) if place == 0 or month.month == 1]
    for place, end in zip(turns, [*turns[1:], len(axis.months)], strict=True):
        left, right = panel.at_x(place - 0.5), panel.at_x(end - 0.5)
        year = str(axis.months[place].year)
        half = text_width(year, page.size.text) / 2
        if place:
            bottom = panel.box.bottom
            page.line([left, left], [bottom, bottom - 0.6 * em], color=LINE)
        if right - left >= 2 * half or len(turns) == 1:
            page.write((left + right) / 2, row, year, align="center")
