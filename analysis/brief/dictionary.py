"""The data dictionary: what every table and column of the package means, as a page for people."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from analysis.brief.html import STYLE, add_head, add_text
from analysis.brief.tree import Brief
from analysis.words.messages import say

SIGNS = ("small", "complementary", "empty", "simulated")


def dictionary_page(description: dict[str, Any], brief: Brief) -> str:
    """Return the page: each table with its file, its columns and their types, and the signs used."""
    lang = brief.lang
    title = say("dictionary.title", lang, title=brief.title.text)
    page = Element("html", lang=lang)
    add_head(page, title, STYLE.read_text(encoding="utf-8"))
    body = SubElement(page, "body")
    if brief.simulated.text:
        add_text(body, "aside", brief.simulated.text, {"class": "band"})
    main = SubElement(body, "main")
    add_text(main, "h1", title)
    add_text(main, "p", say("dictionary.lead", lang))
    add_text(main, "h2", say("dictionary.signs", lang))
    signs = SubElement(main, "ul")
    for sign in SIGNS:
        add_text(signs, "li", say(f"dictionary.sign_{sign}", lang))
    for resource in description["resources"]:
        _resource(main, resource, lang)
    return f"<!DOCTYPE html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _resource(main: Element, resource: dict[str, Any], lang: str) -> None:
    add_text(main, "h2", f"{resource['path']}: {resource['title']}")
    scrolls = {"class": "table", "tabindex": "0", "role": "region", "aria-label": resource["path"]}
    table = SubElement(SubElement(main, "div", scrolls), "table")
    keys = resource["schema"].get("primaryKey", [])
    said = say("dictionary.key", lang, columns=", ".join(keys)) if keys else resource["name"]
    add_text(table, "caption", said)
    heads = SubElement(SubElement(table, "thead"), "tr")
    for name in ("column", "type", "meaning"):
        add_text(heads, "th", say(f"dictionary.{name}", lang), {"scope": "col", "class": "left"})
    rows = SubElement(table, "tbody")
    for field in resource["schema"]["fields"]:
        row = SubElement(rows, "tr")
        add_text(row, "th", field["name"], {"scope": "row", "class": "left"})
        add_text(row, "td", say(f"dictionary.type_{field['type']}", lang), {"class": "left"})
        add_text(row, "td", field.get("title", ""), {"class": "left"})
