"""insiden: from the monthly sheets of reported incidents to a briefing that can be checked.

    import analysis as ia

    ia.plot_counts("counts.csv", source="…")  # a first chart: columns area, month, incidents
    findings = ia.find()                 # the study in data/study.toml, read, cleaned, compared
    ia.plot_trend(findings)              # a chart that shows itself, with its alt text

Everything is loaded when it is first used, so that ``insiden --help`` answers at once.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "InsidenError": "words.messages",
    "read_study": "study",
    "read_reference": "reference.files",
    "plot_counts": "quick",
    "plot_trend": "figures",
    "plot_comparison": "figures",
    "plot_completeness": "figures",
    "plot_map": "figures",
    "plot_ratios": "comparisons",
    "plot_rate_differences": "comparisons",
    "plot_trend_differences": "comparisons",
    "plot_funnel": "comparisons",
    "plot_ranks": "comparisons",
    "plot_overview": "comparisons",
    "plot_spine": "comparisons",
    "plot_tiles": "comparisons",
    "plot_clusters": "comparisons",
    "write_brief": "session",
    "open_study": "session",
    "prepare": "session",
    "find": "session",
    "poisson_interval": "measure.intervals",
    "proportion_interval": "measure.intervals",
    "add_rates": "measure.rates",
    "add_proportions": "measure.rates",
    "add_stability": "measure.rates",
    "add_quantiles": "measure.quantiles",
    "add_exposure": "measure.exposure",
    "sum_exposure": "measure.exposure",
    "find_changes": "measure.exposure",
    "standardise_direct": "measure.standard",
    "standardise_indirect": "measure.standard",
    "smooth_rates": "measure.smoothing",
    "smooth_locally": "measure.smoothing",
    "smooth_bym2": "measure.smoothing_bym2",
    "draw_bym2": "measure.smoothing_bym2",
    "find_autocorrelation": "measure.space",
    "find_clusters": "measure.space",
    "find_joins": "measure.space",
    "add_even_rates": "measure.space",
    "find_members": "measure.graph",
    "find_nearest": "measure.graph",
    "find_within": "measure.graph",
    "find_touching": "measure.graph",
    "find_further": "measure.graph",
    "find_funnel": "measure.funnel",
    "find_funnel_limits": "measure.funnel",
    "rank_areas": "measure.ranking",
    "rank_draws": "measure.ranking",
    "draw_posterior": "measure.ranking",
    "find_pairs": "measure.ranking",
    "find_spread": "measure.ranking",
    "as_values": "measure.overview",
    "find_overview": "measure.overview",
    "count_verdicts": "measure.overview",
    "find_spine": "measure.overview",
    "compare_areas": "measure.compare",
    "find_trend": "measure.trends",
    "find_completeness": "measure.completeness",
    "hide_small": "protect.suppression",
    "find_recoverable": "protect.audit",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"analysis.{_HOME[name]}"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
