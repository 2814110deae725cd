"""Every number that the briefing prints is a cell of an exported CSV, at the shown rounding."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from analysis.brief.document import build_brief
from analysis.brief.files import csv_bytes
from analysis.brief.material import KEYS
from analysis.brief.tree import list_figures, sentences_of
from analysis.study import Study

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
PERIOD = re.compile(r"\d{4}-\d{2}\.\.\d{4}-\d{2}")


def numbers_in(text):
    return NUMBER.findall(text)


def exported(brief):
    """Every exported table, read back from the bytes of its CSV by another reader."""
    found = {}
    for name, table in brief.tables.items():
        rows = list(csv.DictReader(io.StringIO(csv_bytes(table).decode("utf-8"))))
        found[name] = {"; ".join(f"{key}={row[key]}" for key in KEYS[name]): row for row in rows}
    return found


def is_shown_as(shown, cell, lang):
    """Whether ``shown`` is ``cell`` in words or figures, rounded no further than its decimals."""
    months = MONTHS[lang].split()

    def month(text):
        year, number = text.split("-")
        return f"{months[int(number) - 1]} {year}"

    if re.fullmatch(r"\d{4}-\d{2}", cell):
        return shown == month(cell)
    if PERIOD.fullmatch(cell):
        first, last = (month(part) for part in cell.split(".."))
        if first == last:
            return shown == first
        if first[-4:] == last[-4:]:
            first = first[:-5]
        return shown in (f"{first} s.d. {last}", f"{first} to {last}")
    if shown == cell:
        return True
    thousands, decimal = (".", ",") if lang == "id" else (",", ".")
    plain = shown.rstrip("%").replace(thousands, "").replace(decimal, ".")
    step = Decimal(1).scaleb(Decimal(plain).as_tuple().exponent)
    return abs(Decimal(plain) - Decimal(cell)) <= step / 2


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_number_is_cited(findings, charts, lang):
    for place, text in sentences_of(build_brief(findings, charts, lang=lang)):
        cited = [number for figure in text.figures for number in numbers_in(figure.shown)]
        assert sorted(numbers_in(text.text)) == sorted(cited), (place, text.text)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_cited_number_equals_its_cell_in_the_csv(findings, charts, lang):
    brief = build_brief(findings, charts, lang=lang)
    tables = exported(brief)
    figures = list_figures(brief)
    assert len(figures) > 100
    for figure in figures.itertuples():
        cell = tables[figure.table][figure.row][figure.column]
        assert cell == figure.value
        assert is_shown_as(figure.shown, cell, lang), figure


def test_the_check_itself_sees_a_wrong_number():
    assert is_shown_as("1.234,5", "1234.46", "id")
    assert not is_shown_as("1.234,5", "1234.61", "id")
    assert not is_shown_as("Juli 2024", "2024-06", "id")


def test_a_place_name_with_digits_and_markup_is_cited_and_kept(build, charts):
    odd = "2 X 11 <b>*Kayu* #panic() Tanam</b>"
    findings = build()
    findings = replace(findings, names=findings.names | {"36.01": odd})
    brief = build_brief(findings, charts, lang="id")
    assert odd in brief.headline.text
    for _, text in sentences_of(brief):
        cited = [number for figure in text.figures for number in numbers_in(figure.shown)]
        assert sorted(numbers_in(text.text)) == sorted(cited)


def test_incomplete_areas_are_named(findings, charts):
    texts = [text.text for _, text in sentences_of(build_brief(findings, charts, lang="id"))]
    assert "Kelengkapan 93 dari 96 unit-bulan (96,9%)." in texts
    assert any("Lebak (9 dari 12)" in text for text in texts)


def test_nothing_hidden_is_told(findings, charts):
    """Neither text nor table may hold a count below the threshold of the protected tables."""
    brief = build_brief(findings, charts, lang="id")
    places = brief.section("places")
    shown = {str(row[1]) for row in places.table.rows}
    assert "<5" in shown
    assert not shown & {"0", "1", "2", "3", "4"}


def test_a_last_month_that_is_reported_in_part_is_not_compared(build, charts):
    findings = build()
    last = (findings.monthly["area"] == "36.01") & (findings.monthly["month"] == findings.last)
    findings.monthly.loc[last, "complete"] = False
    trend = build_brief(findings, charts, lang="id").section("trend")
    assert "Oktober 2026: baru sebagian dilaporkan; Oktober 2025: 15" in trend.texts[0].text


def test_rejected_texts_stay_in_the_office(findings, charts):
    brief = build_brief(findings, charts, lang="id")
    assert not {"rejects", "revisions", "totals", "balance"} & set(brief.tables)
    everything = b"".join(csv_bytes(table) for table in brief.tables.values())
    assert b"cmd()" not in everything
    note = next(note.text.text for note in brief.notes if note.label.text == "Pertanyaan terbuka:")
    assert note.startswith("3 teks menunggu keputusan; 1 sel direvisi")


def test_two_month_totals_name_both_months(build, charts):
    findings = build()
    study = replace(findings.study, months_per_count=2, window=2)
    january = pd.Timestamp("2023-01-01")
    monthly = findings.monthly[findings.monthly["month"] == january]
    findings = replace(
        findings,
        study=study,
        first=january,
        last=january,
        window_first=january,
        window_last=january,
        monthly=monthly,
        completeness=findings.completeness[findings.completeness["month"] == january],
        trend=findings.trend.iloc[:0],
        fitted=findings.fitted.iloc[:0],
        districts=findings.districts.iloc[:0],
        categories=findings.categories.iloc[:0],
        calendar=findings.calendar.iloc[:0],
    )
    brief = build_brief(findings, {}, lang="id")
    assert brief.kicker.text.endswith("Januari s.d. Februari 2023")
    assert brief.section("places") is None
    assert brief.section("kinds") is None
    assert "Kelengkapan 8 dari 8 unit-periode (100,0%)." in [
        text.text for text in brief.section("reporting").texts
    ]


def test_a_study_of_another_country_needs_no_indonesian_code(build):
    findings = build()
    areas = findings.areas.assign(parent="", bps_code="")
    study: Study = replace(findings.study, unit="stolen bicycles", source_line="Open data")
    brief = build_brief(replace(findings, areas=areas, study=study), {}, lang="en")
    assert "stolen bicycles" in brief.footer[1].text
    assert "the rest" in brief.headline.text
