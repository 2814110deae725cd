"""The explorer in a real browser: choices, keyboard, addresses, and numbers equal to the tables."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.explore.page import explorer_data, explorer_page, write_explorer
from analysis.explore.tables import comparators_of, explored_pairs
from analysis.measure.rates import add_rates
from analysis.words.messages import InsidenError
from analysis.words.numbers import number
from tests.brief.conftest import PEOPLE, make_findings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEIGHBOURS = {"36.01": ["36.02", "36.04"], "36.02": ["36.01", "36.03", "36.04"]}
NAMES = {"36.72": "Kota <b>\"Cilegon\"</b> & 'Merak' yang namanya panjang sekali sampai enam puluh"}


def explored() -> pd.DataFrame:
    """Made-up counts with every state: hidden, complementary, months missing, nothing reported."""
    random = np.random.default_rng(5)
    rows = []
    for place, (area, people) in enumerate(PEOPLE.items()):
        for span, wanted in (("window", 12), ("2025", 12), ("2026", 10)):
            for category in ("", "judi", "penipuan"):
                months = wanted - 3 if area == "36.02" and span != "2025" else wanted
                incidents = int(random.poisson((40 + 30 * place) / (1 if not category else 2)))
                row = [area, span, category, months, wanted, incidents, people * months / wanted]
                rows.append(row)
    columns = ["area", "span", "category", "months", "months_wanted", "incidents", "exposure"]
    table = pd.DataFrame(rows, columns=columns)
    table["incidents"] = table["incidents"].astype("Int64")
    table["shown"], table["why"] = table["incidents"].astype(str), ""
    for area, category, shown, why in (
        ("36.72", "judi", "<5", "suppressed"),
        ("36.73", "judi", "-", "complementary"),
    ):
        hidden = (table["area"] == area) & (table["category"] == category)
        table.loc[hidden, "incidents"] = pd.NA
        table.loc[hidden, ["shown", "why"]] = shown, why
    return add_rates(table)


def findings_in(lang="id", **changes):
    found = make_findings(**changes)
    study = replace(found.study, language=lang)
    areas = pd.DataFrame(
        {
            "code": ["36", *PEOPLE],
            "name": ["Banten", *PEOPLE],
            "parent": ["", *["36"] * len(PEOPLE)],
            "level": ["province", *["kabkota"] * len(PEOPLE)],
            "lon": [106.1, 105.9, 106.2, 106.5, 106.1, 106.6, 106.0, 106.15, 106.7],
            "lat": [-6.4, -6.6, -6.6, -6.2, -6.2, -6.17, -6.0, -6.12, -6.3],
        }
    )
    kinds = {"judi": "Judi daring", "penipuan": "Penipuan daring"}
    return replace(
        found,
        study=study,
        areas=areas,
        explored=explored(),
        neighbours=NEIGHBOURS,
        names={**found.names, **NAMES, **kinds},
    )


@pytest.fixture(scope="module")
def findings():
    return findings_in()


@pytest.fixture(scope="module")
def page_file(findings, tmp_path_factory):
    return write_explorer(findings, tmp_path_factory.mktemp("jelajah") / "explorer.html")


# --- the page as a file --------------------------------------------------------------------------


def test_the_page_is_one_small_file_that_asks_for_nothing(page_file):
    text = page_file.read_text("utf-8")
    assert page_file.stat().st_size < 1_000_000
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", text)
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "DATA SIMULASI" in text


def test_it_holds_no_number_that_is_hidden(findings):
    data = explorer_data(findings)
    at = {name: place for place, name in enumerate(data["cells"]["columns"])}
    hidden = [row for row in data["cells"]["rows"] if row[at["why"]]]
    assert len(hidden) == 6
    for row in hidden:
        assert [row[at[name]] for name in ("incidents", "rate", "rate_low", "rate_high")] == [
            None
        ] * 4
    pairs = explored_pairs(findings)
    touched = pairs[
        pairs["members"].str.contains("36.72|36.73") | pairs["area"].isin(["36.72", "36.73"])
    ]
    judi = touched[touched["category"] == "judi"]
    assert len(judi) and (judi["verdict"] == "not_comparable").all()
    assert judi[["ratio", "ratio_low", "ratio_high", "p"]].isna().all(axis=None)


def test_two_areas_are_compared_by_the_exact_conditional_interval(findings):
    """R: poisson.test(c(a, b), c(popA, popB)) gives these limits through binom.test; here by hand."""
    from scipy.stats import binomtest

    pairs = explored_pairs(findings)
    row = pairs[
        (pairs["area"] == "36.01")
        & (pairs["comparator"] == "36.74")
        & (pairs["span"] == "2025")
        & (pairs["category"] == "")
    ].iloc[0]
    cells = explored().set_index(["area", "span", "category"])["incidents"]
    one, other = int(cells["36.01", "2025", ""]), int(cells["36.74", "2025", ""])
    share = binomtest(one, one + other).proportion_ci(0.95, "exact")
    scale = PEOPLE["36.74"] / PEOPLE["36.01"]
    assert row["ratio"] == pytest.approx(one / other * scale)
    assert row["ratio_low"] == pytest.approx(share.low / (1 - share.low) * scale)
    assert row["ratio_high"] == pytest.approx(share.high / (1 - share.high) * scale)
    assert row["wide_low"] <= row["ratio_low"] and row["wide_high"] >= row["ratio_high"]


def test_an_area_with_missing_months_is_compared_with_nobody(findings):
    pairs = explored_pairs(findings)
    rows = pairs[(pairs["span"] == "window") & (pairs["area"] == "36.02")]
    assert set(rows["verdict"]) == {"not_comparable"} and set(rows["why"]) == {"incomplete"}


def test_names_from_files_are_only_text(findings):
    page = explorer_page(findings)
    assert "Kota <b>" not in page
    assert (
        json.loads(re.search(r'id="data">(.*?)</script>', page, re.S).group(1))["names"]["36.72"]
        == NAMES["36.72"]
    )
    evil = replace(
        findings, names={**findings.names, "36.72": "</script><script>alert(1)</script>"}
    )
    assert explorer_page(evil).count("</script>") == page.count("</script>")


def test_the_same_study_gives_the_same_bytes_and_an_empty_one_is_refused(findings, tmp_path):
    assert explorer_page(findings) == explorer_page(findings_in())
    with pytest.raises(InsidenError) as error:
        write_explorer(replace(findings, explored=explored().head(0)), tmp_path / "a.html")
    assert error.value.key == "run.nothing_counted" and not list(tmp_path.iterdir())


# --- the page in a browser -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium on this computer: apt-get install chromium")
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync.sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, page_file):
    """Open the page; what it asks of the network and what its console says is kept."""
    pages = []

    def open_page(hash_="", width=1366, height=768):
        page = browser.new_page(viewport={"width": width, "height": height}, accept_downloads=True)
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(page_file.as_uri() + hash_)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        own = page_file.as_uri()
        assert not page.said
        assert not [url for url in page.asked if not url.startswith((own, "data:", "blob:"))]
        page.close()


def texts(page, selector):
    return [" ".join(text.split()) for text in page.locator(selector).all_text_contents()]


def test_it_opens_on_the_study_s_own_question(opened):
    page = opened()
    finding = page.text_content("#finding")
    assert finding.startswith(
        "Pandeglang dan tetangga darat (Lebak, Kab. Serang) tidak dibandingkan"
    )
    assert page.input_value("#area") == "36.01" and page.input_value("#span") == "window"
    assert page.locator("#rates [role=button]").count() == len(PEOPLE)


@pytest.mark.parametrize("category", ["", "judi"])
def test_the_table_shows_the_numbers_of_the_exported_table(opened, findings, category):
    page = opened(f"#area=36.01&category={category}&span=2025")
    page.locator("summary").click()
    rows = findings.explored[
        (findings.explored["span"] == "2025") & (findings.explored["category"] == category)
    ]
    told = rows.sort_values("area")
    assert texts(page, "#table tbody td:nth-child(2)") == list(told["shown"])
    digits = 2 if told["rate"].max() < 10 else 1
    wanted = ["–" if pd.isna(rate) else number(rate, "id", digits) for rate in told["rate"]]
    assert texts(page, "#table tbody td:nth-child(3)") == wanted


def test_choices_change_the_page_and_its_address_and_an_address_brings_them_back(opened):
    page = opened()
    page.select_option("#area", "36.74")
    page.select_option("#versus", "36.71")
    page.select_option("#span", "2025")
    page.select_option("#category", "penipuan")
    finding = page.text_content("#finding")
    assert finding.startswith("Tangerang Selatan: ") and "Kota Tangerang" in finding
    assert "selang 95%" in finding and finding.endswith("penipuan daring, 2025.")
    address = page.evaluate("location.hash")
    other = opened(address)
    assert other.text_content("#finding") == finding
    assert opened("#area=99&span=1800&category=x&versus=y").input_value("#area") == "36.01"


def test_every_row_and_every_area_of_the_map_is_chosen_by_keyboard(opened):
    page = opened("#span=2025")
    for place in ("#rates", "#map"):
        for key, area in (("Enter", "36.74"), (" ", "36.03")):
            row = page.locator(f'{place} [data-area="{area}"]')
            row.focus()
            page.keyboard.press(key)
            assert page.input_value("#area") == area
            assert page.evaluate("document.activeElement.dataset.area") == area
            assert (
                page.locator(f'{place} [data-area="{area}"]').get_attribute("aria-pressed")
                == "true"
            )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_a_click_on_the_map_chooses_an_area(opened):
    page = opened("#span=2025")
    page.locator('#map [data-area="36.71"]').dispatch_event("click")
    assert page.input_value("#area") == "36.71"
    assert page.text_content("#finding").startswith("Kota Tangerang")


def test_hidden_cells_are_hatched_and_named_never_drawn_as_zero(opened):
    page = opened("#category=judi&span=2025&area=36.72&versus=36.73")
    assert "disamarkan" in page.text_content("#finding")
    labels = page.locator("#rates [role=button]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert sum("disamarkan (<5)" in label for label in labels) == 1
    assert sum("disamarkan (-)" in label for label in labels) == 1
    assert page.locator('#map [data-area="36.72"]').get_attribute("fill") == "url(#map-small)"
    assert page.locator('#map [data-area="36.73"]').get_attribute("fill") == "url(#map-cross)"
    assert page.locator('#rates [data-area="36.72"] circle').count() == 0
    assert "disamarkan: 0 sampai 4" in " ".join(texts(page, "#trend-key li"))


def test_missing_months_are_hollow_and_stand_last(opened):
    page = opened()
    order = page.locator("#rates [role=button]").evaluate_all(
        "all => all.map(one => one.dataset.area)"
    )
    assert order[-1] == "36.02"
    assert page.locator('#rates [data-area="36.02"] circle').get_attribute("fill") == "#fff"
    assert "baru 9 dari 12 bulan" in page.locator('#rates [data-area="36.02"]').get_attribute(
        "aria-label"
    )


def test_the_csv_holds_what_is_shown(opened, findings):
    page = opened("#span=2025&category=judi")
    with page.expect_download() as download:
        page.click("#save")
    content = download.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    table = findings.explored[
        (findings.explored["span"] == "2025") & (findings.explored["category"] == "judi")
    ]
    table = table.sort_values("area").reset_index(drop=True)
    assert [row["area"] for row in rows] == list(table["area"])
    assert [row["shown"] for row in rows] == list(table["shown"])
    for row, rate in zip(rows, table["rate"], strict=True):
        assert (
            row["rate"] == ""
            if pd.isna(rate)
            else float(row["rate"]) == pytest.approx(rate, rel=1e-5)
        )
    assert {row["simulated"] for row in rows} == {"true"}


@pytest.mark.parametrize("width", [320, 390, 1366])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened(width=width, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.locator("select, button").evaluate_all(
        "all => all.filter(one => one.offsetHeight < 44).length"
    )
    assert small == 0


def test_areas_without_centre_points_are_squares_on_the_map(findings):
    areas = findings.areas.assign(lon=np.nan, lat=np.nan)
    paths = explorer_data(replace(findings, areas=areas))["shapes"]
    assert set(paths) == set(PEOPLE) and len(set(paths.values())) == len(PEOPLE)
    bare = explorer_data(replace(findings, areas=areas.drop(columns=["lon", "lat"])))
    assert bare["shapes"] == paths and 0 < bare["mapHeight"] <= 100


def test_the_rest_is_what_reported_and_is_called_so(findings):
    silent = replace(findings, silent=("36.04", "36.72"))
    assert not {"36.04", "36.72"} & set(comparators_of(silent, "36.01")["rest"])
    assert "36.04" in comparators_of(silent, "36.02")  # one by one it can still be chosen
    assert explorer_data(silent)["words"]["rest"] == "Wilayah lain yang melapor"
    assert explorer_data(findings)["words"]["rest"] == "Semua wilayah lain"


def test_one_area_alone_has_no_comparator_and_says_so(browser, findings, tmp_path):
    alone = replace(findings, explored=explored()[lambda table: table["area"] == "36.01"])
    assert explored_pairs(alone).empty
    path = write_explorer(alone, tmp_path / "sendiri.html")
    page = browser.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(path.as_uri())
    assert page.text_content("#finding").startswith("Pandeglang: tidak ada wilayah lain")
    page.close()


def test_back_takes_a_choice_back_and_a_title_is_only_a_title(browser, findings, tmp_path):
    titled = replace(findings, study=replace(findings.study, title="DATA"))
    path = write_explorer(titled, tmp_path / "jelajah.html")
    page = browser.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(path.as_uri())
    assert page.text_content("h1") == "DATA"
    before = page.text_content("#finding")
    page.select_option("#area", "36.04")
    assert page.text_content("#finding").startswith("Kab. Serang")
    page.go_back()
    assert page.text_content("#finding") == before
    page.evaluate("location.hash = '#area=36.02&toString=x&versus=constructor'")
    page.wait_for_function("document.querySelector('#finding').textContent.startsWith('Lebak')")
    page.close()
