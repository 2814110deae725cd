"""The PDF: two pages, tagged, the same bytes every time, and nothing in it that the tree lacks."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

from analysis.brief.document import build_brief
from analysis.brief.pdf import write_pdf
from analysis.brief.tree import list_figures
from analysis.words.messages import InsidenError

SIZES = {"a4": (595, 842), "f4": (609, 935)}
ENGLISH_MONTHS = "January|February|March|May|June|July|August|October|December"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write a briefing and read it back."""

    def write(findings, charts, lang="id", paper="a4"):
        path = tmp_path_factory.mktemp("pdf") / "briefing.pdf"
        assert write_pdf(build_brief(findings, charts, lang=lang), path, paper=paper) == 2
        return PdfReader(path)

    return write


def text_of(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("paper", ["a4", "f4"])
def test_exactly_two_pages_of_the_paper(written, findings, charts, lang, paper):
    reader = written(findings, charts, lang, paper)
    assert len(reader.pages) == 2
    for page in reader.pages:
        size = float(page.mediabox.width), float(page.mediabox.height)
        assert size == pytest.approx(SIZES[paper], abs=1)


def test_pages_say_what_every_output_says(written, findings, charts):
    reader = written(findings, charts)
    for page in reader.pages:
        text = page.extract_text()
        for words in (
            "DATA SIMULASI",
            "Sumber:",
            "Data sampai Oktober 2026",
            "laporan, bukan jumlah orang",
        ):
            assert words in text
    text = text_of(reader)
    for words in (
        "Periode data:",
        "Kelengkapan",
        "Pembanding:",
        "Penduduk:",
        "Mengetahui,",
        "Halaman 1 dari 2",
    ):
        assert words in text


def test_real_data_carry_no_simulation_band(written, build, charts):
    assert "DATA SIMULASI" not in text_of(written(build(simulated=False), charts))


def test_indonesian_pages_hold_only_indonesian_months_and_numbers(written, findings, charts):
    text = text_of(written(findings, charts))
    assert "Oktober 2026" in text
    assert not re.search(ENGLISH_MONTHS, text)
    assert not re.search(r"\d,\d{3}\b|\d\.\d{1,2}\b", text)
    assert "17.640" in text
    assert "lebih sedikit" not in text.lower()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_number_on_the_pages_is_listed(written, findings, charts, lang):
    reader = written(findings, charts, lang)
    listed = list_figures(build_brief(findings, charts, lang=lang))["shown"]
    number = re.compile(r"\d[\d.,]*\d|\d")
    cited = {found for shown in listed for found in number.findall(shown)}
    pages = re.sub(r"(Halaman|Page) \d (dari|of) 2", "", text_of(reader))
    assert set(number.findall(pages)) <= cited


def test_pdf_is_tagged_and_its_pictures_speak(written, findings, charts):
    reader = written(findings, charts)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "id-ID"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part>1<" in root["/Metadata"].get_object().get_data().decode()
    spoken, kinds = set(), set()
    for part in walk(root["/StructTreeRoot"]):
        kinds.add(part.get("/S"))
        spoken.add(part.get("/Alt"))
    assert {chart.alt for chart in charts.values()} <= spoken
    assert {"/H1", "/H2", "/Figure", "/Table", "/TH", "/Caption"} <= kinds
    assert reader.metadata["/Title"].startswith("Laporan gangguan daring")


PAINTING = {
    b"Tj",
    b"TJ",
    b"'",
    b'"',
    b"S",
    b"s",
    b"f",
    b"F",
    b"f*",
    b"B",
    b"B*",
    b"b",
    b"b*",
    b"sh",
}
PAINTING |= {b"Do", b"INLINE IMAGE"}


def untagged(page, reader):
    """Operators that paint something which is neither content with a tag nor an artifact."""
    marks, found = [], []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            facts = operands[1] if len(operands) > 1 else {}
            marks.append(operands[0] == "/Artifact" or "/MCID" in facts)
        elif operator == b"EMC":
            marks.pop()
        elif operator in PAINTING and not any(marks):
            found.append(operator)
    assert not marks
    return found


@pytest.mark.parametrize(("lang", "paper"), [("id", "a4"), ("en", "f4")])
def test_the_pdf_keeps_the_machine_checkable_rules_of_pdf_ua(
    written, findings, charts, lang, paper
):
    """ISO 14289-1, as far as the Matterhorn Protocol leaves it to a machine and Typst could fail it."""
    reader = written(findings, charts, lang, paper)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == {"id": "id-ID", "en": "en"}[lang]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    for page in reader.pages:
        assert untagged(page, reader) == []
        assert "/Annots" not in page or page["/Tabs"] == "/S"
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/ToUnicode" in font and any(key.startswith("/FontFile") for key in inner)
    parts = list(walk(root["/StructTreeRoot"]))
    levels = [int(part["/S"][2:]) for part in parts if re.fullmatch("/H[1-6]", part.get("/S", ""))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for part in parts:
        facts = part.get("/A", DictionaryObject())
        facts = facts.get_object()
        facts = [one.get_object() for one in (facts if isinstance(facts, list) else [facts])]
        if part.get("/S") == "/Figure":
            assert part["/Alt"] and any("/BBox" in one for one in facts)
        if part.get("/S") == "/TH":
            assert any("/Scope" in one for one in facts)
    for file in root.get("/AF", []):
        assert file.get_object()["/Desc"] and file.get_object()["/AFRelationship"]


def walk(part):
    """Walk through the tags of a PDF."""
    part = part.get_object() if hasattr(part, "get_object") else part
    if isinstance(part, dict) and "/K" in part:
        yield part
        kids = part["/K"].get_object()
        for kid in kids if isinstance(kids, list) else [kids]:
            yield from walk(kid)


def test_the_same_findings_give_the_same_bytes(tmp_path, build, charts):
    paths = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for path in paths:
        write_pdf(build_brief(build(), charts, lang="id"), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_no_name_brings_markup_into_the_document(written, build, charts):
    odd = '#panic("x") *tebal* $x$ \\ <b>&amp;</b> @ref'
    findings = build()
    study = replace(findings.study, source_line=odd, title=odd)
    names = findings.names | {"36.02": odd}
    text = text_of(written(replace(findings, study=study, names=names), charts)).replace("\n", "")
    assert odd.replace(" ", "") in text.replace(" ", "")


def test_a_study_without_charts_and_districts_still_fills_two_pages(written, build):
    findings = build()
    bare = replace(
        findings, districts=findings.districts.iloc[:0], categories=findings.categories.iloc[:0]
    )
    assert len(written(bare, {}, "en").pages) == 2


def test_a_source_longer_than_the_pages_is_refused_in_words(tmp_path, build, charts):
    findings = build()
    study = replace(findings.study, source_line="Rekap bulanan " * 900)
    path = tmp_path / "briefing.pdf"
    with pytest.raises(InsidenError, match="tidak muat di dua halaman A4"):
        write_pdf(build_brief(replace(findings, study=study), charts, lang="id"), path)
    assert not path.exists()


def test_a_sign_without_a_glyph_is_named_rather_than_printed_as_a_box(tmp_path, build, charts):
    findings = build()
    study = replace(findings.study, source_line="Banten \u6f22")
    with pytest.raises(InsidenError, match="Tanda \u6f22 tidak ada"):
        write_pdf(
            build_brief(replace(findings, study=study), charts, lang="id"), tmp_path / "x.pdf"
        )


def test_an_unknown_paper_is_refused(tmp_path, findings, charts):
    with pytest.raises(InsidenError, match="a4, f4"):
        write_pdf(build_brief(findings, charts, lang="id"), tmp_path / "x.pdf", paper="letter")
