"""Sentences made from rows of result tables; none says more than the interval beside it.

A sentence that claims more, fewer, rising or falling is chosen from the interval **as it is
printed**: where a printed limit touches "no difference", nothing is claimed. Every claim names what
it was compared with, its period and its interval, and cites its numbers.
"""

from analysis.words.citing import cite_month
from analysis.words.wording.bounds import (
    funnel_verdict,
    tell_effort_bound,
    tell_effort_exponent,
    tell_funnel,
    tell_missing_bound,
    tell_rank,
    tell_smoothed,
)
from analysis.words.wording.change import (
    has_trend,
    latest_verdict,
    tell_cell,
    tell_latest,
    tell_other_trends,
    tell_shown,
    tell_trend,
    trend_verdict,
)
from analysis.words.wording.comparison import (
    comparison_label,
    comparison_verdict,
    limits_of,
    tell_comparison,
)
from analysis.words.wording.difference import (
    difference_verdict,
    tell_rate_difference,
    tell_trend_difference,
)
from analysis.words.wording.headline import HEADLINE_WORDS, headline
from analysis.words.wording.remarks import (
    is_firm,
    tell_completeness,
    tell_coverage,
    tell_hidden,
    tell_incomplete,
    tell_population,
)
from analysis.words.wording.voice import (
    CHANGE_DECIMALS,
    RATIO_DECIMALS,
    Voice,
    group_name,
    is_group,
    side_of,
    tell_members,
    tell_number,
    tell_p,
    tell_range,
    tell_reason,
    unit_name,
)

__all__ = [
    "CHANGE_DECIMALS",
    "HEADLINE_WORDS",
    "RATIO_DECIMALS",
    "Voice",
    "cite_month",
    "comparison_label",
    "comparison_verdict",
    "difference_verdict",
    "funnel_verdict",
    "group_name",
    "has_trend",
    "headline",
    "is_firm",
    "is_group",
    "latest_verdict",
    "limits_of",
    "side_of",
    "tell_cell",
    "tell_comparison",
    "tell_completeness",
    "tell_coverage",
    "tell_effort_bound",
    "tell_effort_exponent",
    "tell_funnel",
    "tell_hidden",
    "tell_incomplete",
    "tell_latest",
    "tell_members",
    "tell_missing_bound",
    "tell_number",
    "tell_other_trends",
    "tell_p",
    "tell_population",
    "tell_range",
    "tell_rank",
    "tell_rate_difference",
    "tell_reason",
    "tell_shown",
    "tell_smoothed",
    "tell_trend",
    "tell_trend_difference",
    "trend_verdict",
    "unit_name",
]
