"""The explorer: one HTML file that asks nothing of the network and holds protected numbers only."""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from analysis.brief.files import write_atomically
from analysis.brief.html import add_head, add_text
from analysis.brief.material import gather
from analysis.explore.tables import (
    CELL_COLUMNS,
    MONTH_COLUMNS,
    PAIR_COLUMNS,
    comparators_of,
    explored_pairs,
    explored_shapes,
    plain_rows,
)
from analysis.findings import Findings
from analysis.words.messages import InsidenError, say, words
from analysis.words.numbers import number

FOLDER = Path(__file__).parent
LOCALES = {"id": "id-ID", "en": "en-GB"}
PER = 100_000
CHOICES = ("area", "versus", "category", "span")
TABLE = ("area", "incidents", "rate", "rate_low", "rate_high", "months")


def write_explorer(findings: Findings, path: Path) -> Path:
    """Write the explorer as a single file; a study without a count to show is refused."""
    if findings.explored.empty:
        raise InsidenError("run.nothing_counted", folder=findings.study.inbox_folder)
    return write_atomically(path, explorer_page(findings).encode())


def explorer_page(findings: Findings) -> str:
    """Return the page: its words, its program, and the tables it shows as JSON."""
    lang = findings.study.language
    script = (FOLDER / "explorer.js").read_text(encoding="utf-8")
    # in JSON the sign < may stand as \u003c: no text can end the element that holds it
    content = json.dumps(explorer_data(findings), ensure_ascii=False, separators=(",", ":"))
    content = content.replace("<", "\\u003c")
    page = Element("html", lang=lang)
    _head(page, findings, script)
    body = SubElement(page, "body")
    _body(body, findings, lang)
    text = tostring(page, encoding="unicode", method="html")
    told = f'<script type="application/json" id="data">{content}</script>'
    told += f"<script>{script}</script>"
    head, end = text.rsplit("</body>", 1)
    return f"<!DOCTYPE html>\n{head}{told}</body>{end}\n"


def explorer_data(findings: Findings) -> dict[str, Any]:
    """Everything that the page can show."""
    lang = findings.study.language
    cells, pairs = findings.explored, explored_pairs(findings)
    areas = sorted(cells["area"].unique())
    monthly = findings.monthly[findings.monthly["area"].isin(areas)]
    spans = ["window", *sorted(set(cells["span"]) - {"window"})]
    material = gather(findings, {}, lang)
    prefix = "explore.screen."
    per, shapes = number(PER, lang), explored_shapes(findings)
    own = {
        key.removeprefix(prefix): text
        for key, text in words(lang).items()
        if key.startswith(prefix)
    }
    if findings.silent:
        own["rest"] = own["rest_reporting"]
    own |= {"rates_title": own["rates_title"].replace("{per}", per)}
    own |= {name: say(f"numbers.{name}", lang) for name in ("months_long", "months_short")}
    window = [f"{month:%Y-%m}" for month in _window(findings)]
    return {
        "lang": lang,
        "locale": LOCALES[lang],
        "simulated": findings.study.simulated,
        "hideBelow": findings.study.hide_below,
        "focal": findings.focal,
        "areas": areas,
        "names": {key: str(name) for key, name in findings.names.items() if key in {*areas, *cells["category"]}},
        "categories": ["", *sorted(set(cells["category"]) - {""})],
        "spans": spans,
        "periods": {span: window if span == "window" else [f"{span}-{m:02d}" for m in range(1, 13)] for span in spans},
        "window": str(material.window),
        "windowKey": f"{window[0]}..{window[-1]}",
        "comparators": {area: list(comparators_of(findings, area)) for area in areas},
        "shapes": shapes.paths,
        "middles": shapes.middles,
        "mapHeight": shapes.height,
        "cells": _table(cells, CELL_COLUMNS),
        "pairs": _table(pairs, PAIR_COLUMNS),
        "months": _table(monthly, MONTH_COLUMNS),
        "words": own,
    }  # fmt: skip


def _window(findings: Findings) -> list[Any]:
    months = findings.calendar["month"]
    return list(months[months.between(findings.window_first, findings.window_last)])


def _table(table: Any, columns: list[str]) -> dict[str, Any]:
    return {"columns": columns, "rows": plain_rows(table, columns)}


# --- the page -----------------------------------------------------------------------------------


def _head(page: Element, findings: Findings, script: str) -> None:
    """The policy lets only this very program run, and nothing be fetched."""
    own = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{own}'; img-src data:"
    )
    title = say("explore.title", findings.study.language, title=findings.study.title)
    # without an icon of its own a browser asks for one
    head = add_head(page, title, (FOLDER / "explorer.css").read_text(encoding="utf-8"), policy)
    SubElement(head, "link", rel="icon", href="data:,")


def _body(body: Element, findings: Findings, lang: str) -> None:
    study = findings.study
    add_text(body, "a", say("explore.skip", lang), {"class": "skip", "href": "#finding"})
    if study.simulated:
        add_text(body, "aside", say("charts.simulated", lang), {"class": "band"})
    header = SubElement(body, "header")
    add_text(header, "h1", study.title)
    add_text(header, "p", say("explore.lead", lang))
    main = SubElement(body, "main")
    choices = SubElement(main, "fieldset")
    add_text(choices, "legend", say("explore.choices", lang))
    for name in CHOICES:
        box = SubElement(choices, "div")
        add_text(box, "label", say(f"explore.{name}", lang), {"for": name})
        SubElement(box, "select", id=name)
    add_text(main, "p", "", {"class": "finding", "id": "finding", "role": "status"})
    add_text(main, "p", say("explore.method", lang))
    add_text(SubElement(main, "noscript"), "p", say("explore.no_script", lang))
    views = SubElement(main, "div", {"class": "views"})
    for name, look in (("rates", ""), ("map", ""), ("trend", "wide")):
        section = SubElement(views, "section", {"class": look, "aria-labelledby": f"{name}-title"})
        add_text(section, "h2", "", {"id": f"{name}-title"})
        note = say("explore.screen.rates_note", lang) if name == "rates" else ""
        add_text(section, "p", note, {"id": f"{name}-note"})
        SubElement(section, "div", id=name)
        SubElement(section, "ul", {"class": "key", "id": f"{name}-key"})
    _table_box(main, lang)
    _footer(body, findings, lang)


def _table_box(main: Element, lang: str) -> None:
    add_text(main, "button", say("explore.save", lang), {"id": "save", "type": "button"})
    details = SubElement(main, "details")
    add_text(details, "summary", say("explore.table", lang))
    box = {"class": "table", "id": "table", "tabindex": "0", "role": "region"}
    table = SubElement(
        SubElement(details, "div", box | {"aria-label": say("explore.table", lang)}), "table"
    )
    add_text(table, "caption", "")
    heads = SubElement(SubElement(table, "thead"), "tr")
    for name in TABLE:
        add_text(
            heads, "th", say(f"explore.col_{name}", lang, per=number(PER, lang)), {"scope": "col"}
        )
    SubElement(table, "tbody")


def _footer(body: Element, findings: Findings, lang: str) -> None:
    from analysis.figures import caption

    said = caption(gather(findings, {}, lang))
    foot = SubElement(body, "footer")
    facts = {
        "through": said.data_through,
        "unit": said.unit,
        "population": said.population.rstrip("."),
    }
    add_text(foot, "p", say("explore.source", lang, source=said.source.rstrip(".")))
    add_text(foot, "p", say("explore.period", lang, **facts))
    high, mark = findings.study.hide_below - 1, f"<{findings.study.hide_below}"
    add_text(foot, "p", say("explore.hidden", lang, high=high, mark=mark))
