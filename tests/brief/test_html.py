"""The HTML: one file, nothing from outside, everything escaped, the same content as the PDF."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from analysis.brief.document import build_brief
from analysis.brief.html import write_html
from analysis.brief.tree import list_figures, sentences_of


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.texts, self._inside = [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "img"):
            self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self._inside:
            self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(tmp_path):
    def read(findings, charts, lang="id"):
        path = write_html(build_brief(findings, charts, lang=lang), tmp_path / "briefing.html")
        return Page(path.read_text(encoding="utf-8"))

    return read


@pytest.mark.parametrize("lang", ["id", "en"])
def test_page_is_made_for_every_reader(page, findings, charts, lang):
    seen = page(findings, charts, lang)
    assert seen.all("html") == [{"lang": lang}]
    assert {image["alt"] for image in seen.all("img")} == {chart.alt for chart in charts.values()}
    assert {head["scope"] for head in seen.all("th")} == {"col", "row"}
    assert len(seen.all("caption")) == len(seen.all("table")) == 3
    assert len(seen.all("h1")) == 1
    boxes = [box for box in seen.all("div") if box.get("class") == "table"]
    assert all(box["tabindex"] == "0" and box["aria-label"] for box in boxes)
    ids = {attributes["id"] for _, attributes in seen.tags if "id" in attributes}
    assert seen.all("a")[0]["href"].lstrip("#") in ids


def test_page_asks_nothing_of_the_network(tmp_path, findings, charts):
    path = write_html(build_brief(findings, charts, lang="id"), tmp_path / "briefing.html")
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"https?:|//\w|@import|url\(|<script|<link", source.split("base64,")[0])
    assert all(
        image["src"].startswith("data:image/svg+xml;base64,") for image in Page(source).all("img")
    )


@pytest.mark.parametrize("lang", ["id", "en"])
def test_page_holds_every_text_and_number_of_the_briefing(page, findings, charts, lang):
    brief = build_brief(findings, charts, lang=lang)
    seen = " ".join(" ".join(page(findings, charts, lang).texts).split())
    for place, text in sentences_of(brief):
        if not place.startswith("signature"):
            assert " ".join(text.text.split()) in seen, place
    number = re.compile(r"\d[\d.,]*\d|\d")
    cited = {found for shown in list_figures(brief)["shown"] for found in number.findall(shown)}
    assert set(number.findall(seen)) <= cited


def test_names_are_never_markup(page, build, charts):
    odd = '<script>alert(1)</script> & "q" <img src=x onerror=y>'
    findings = build()
    study = replace(findings.study, title=odd, source_line=odd)
    findings = replace(findings, study=study, names=findings.names | {"36.01": odd})
    seen = page(findings, charts)
    assert seen.all("script") == []
    assert len(seen.all("img")) == len(charts)
    assert odd in "".join(seen.texts)


def test_the_same_findings_give_the_same_bytes(tmp_path, build, charts):
    one, two = (
        write_html(build_brief(build(), charts, lang="id"), tmp_path / name).read_bytes()
        for name in ("one.html", "two.html")
    )
    assert one == two
