"""The look of the picture of a reading: one style sheet, in light, dark and print."""

from analysis.words.messages import say

# Colours keep 4.5:1 of contrast with their text; each look has a mark or a line of its own too.
LOOK_COLOURS = {
    # light background, dark background
    "title": ("#ece7f6", "#3a3350"),
    "header": ("#d5dce8", "#33415c"),
    "numbering": ("#eef0f3", "#2f353f"),
    "label": ("#fff6d6", "#4a4223"),
    "counted": ("#e3f4e3", "#21402a"),
    "empty": ("#ffffff", "#1d2126"),
    "rejected": ("#ffcf9e", "#7a4310"),
    "sum": ("#d9ecf7", "#1f4357"),
    "note": ("#f1f1f1", "#33363b"),
    "signature": ("#f1f1f1", "#33363b"),
    "left_out": ("#ececec", "#2b2d31"),
    "unused": ("#ffffff", "#1d2126"),
    "differs": ("#ffb3ab", "#7d241c"),
    "corrected": ("#e4d3ff", "#4c3575"),
}

PAGE = """
:root{color-scheme:light dark;--ink:#1b1f24;--page:#fff;--line:#c4c9d0;--faint:#57606a}
*{box-sizing:border-box}
body{font:15px/1.45 system-ui,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--page);
 margin:0 auto;padding:1rem;max-width:110rem}
h1{font-size:1.5rem;margin:.2em 0}h2{font-size:1.15rem;margin:1.6em 0 .3em;overflow-wrap:anywhere}
h3{font-size:1rem;margin:.8em 0 .2em}ul{margin:.2em 0;padding-left:1.3rem}li{overflow-wrap:anywhere}
.mark{font-weight:700;border:2px solid currentColor;display:inline-block;padding:.1em .5em}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.35rem 1.1rem}
.legend b{display:inline-block;min-width:2rem;text-align:center;font-weight:400;padding:0 .3rem;
 border:1px solid var(--line)}
details{margin:.5em 0}summary{cursor:pointer;font-weight:600;padding:.2em 0}
.scroll{overflow-x:auto;border:1px solid var(--line);max-height:85vh;overflow-y:auto}
table{border-collapse:separate;border-spacing:0;font-size:12px;font-variant-numeric:tabular-nums}
td,th{border:solid var(--line);border-width:0 1px 1px 0;padding:1px 5px;height:1.6em;
 max-width:15rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
th{position:sticky;background:var(--page);color:var(--faint);font-weight:600;z-index:1}
thead th{top:0}tbody th{left:0;text-align:right}thead th:first-child{left:0;z-index:2}
td::after{font-size:9px;vertical-align:super;margin-left:3px;opacity:.85}
.gap{text-align:left;color:var(--faint);font-style:italic}
.header{font-weight:700}.sum{font-weight:600;border-top:1px double var(--ink)}
.counted{text-align:right}.note,.signature,.title{font-style:italic}
.rejected,.differs{outline:2px solid var(--ink);outline-offset:-2px;font-weight:700}
.corrected{outline:2px dashed var(--ink);outline-offset:-2px}
.left_out{background-image:repeating-linear-gradient(135deg,transparent 0 5px,#8886 5px 6px)}
.empty{background-image:radial-gradient(#8886 1px,transparent 1px);background-size:6px 6px}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid #0969da}
@media print{.scroll{max-height:none;overflow:visible}*{print-color-adjust:exact}}
"""


def style(lang: str) -> str:
    """Return the style sheet, with the marks of one language."""
    light = "".join(f".{look}{{background-color:{one}}}" for look, (one, _) in LOOK_COLOURS.items())
    dark = "".join(f".{look}{{background-color:{two}}}" for look, (_, two) in LOOK_COLOURS.items())
    marks = "".join(
        f'td.{look}::after{{content:"{say(f"reading.mark.{look}", lang)}"}}'
        for look in LOOK_COLOURS
        if say(f"reading.mark.{look}", lang)
    )
    night = ":root{--ink:#e6e9ed;--page:#14171b;--line:#444b54;--faint:#a5adb8}"
    return f"{PAGE}{light}{marks}@media (prefers-color-scheme:dark){{{night}{dark}}}"
