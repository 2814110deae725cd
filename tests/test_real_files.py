"""Other regions, code systems and languages, on published files: Jember, London, Rio de Janeiro."""

import json
import shutil

import pandas as pd
import pypdf
import pytest

from analysis.cli import main
from analysis.counts import compare_vintages
from analysis.desk import prepare
from analysis.findings import find
from analysis.measure.rates import add_rates
from analysis.progress import Progress
from analysis.read.intake import read_inbox
from analysis.reference.boundaries import import_boundaries
from analysis.study import Recipe
from analysis.tables import COUNTS
from tests.studies import make_study

QUIET = Progress("id", quiet=True)


def write_reference(folder, areas, population=None):
    reference = folder / "reference"
    reference.mkdir(parents=True, exist_ok=True)
    columns = ["code", "name", "level", "parent", "bps_code", "name_bps", "lon", "lat"]
    areas.reindex(columns=columns).to_csv(reference / "areas.csv", index=False)
    if population is not None:
        rows = population.assign(series="s", vintage="s", source="published", confidence="high")
        rows.to_csv(reference / "population.csv", index=False)
    return reference


# -- Jember: 31 kecamatan, 60 months, police sectors, a headquarters row and a Sum row -----------


@pytest.fixture(scope="module")
def jember(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jember")
    raw = shared / "data" / "jember-crime-2020-2024" / "raw"
    gazetteer = shared / "data" / "gazetteer" / "raw" / "idn-area-data"
    districts = pd.read_csv(gazetteer / "districts.csv", dtype=str)
    areas = districts[districts["regency_code"] == "35.09"].rename(
        columns={"regency_code": "parent"}
    )
    areas["level"] = "kecamatan"
    top = {"code": "35.09", "name": "Kabupaten Jember", "level": "kabkota", "parent": ""}
    areas = pd.concat([pd.DataFrame([top]), areas], ignore_index=True)
    reference = write_reference(folder, areas)
    # a police sector is not a kecamatan by itself: the analyst says which one each stands for
    units = json.loads((raw / "units 2020.json").read_text("utf-8"))
    codes = {name.casefold(): code for name, code in zip(areas["name"], areas["code"], strict=True)}
    codes["sempolan"] = codes["silo"]
    rows = []
    for unit in units:
        name = unit["unit"].strip()
        code = codes.get(name.casefold().removeprefix("sek ").strip())
        if name.casefold().startswith("sek "):
            rows.append({"text": name, "code": code, "why": "sektor", "source": "SOURCE.md"})
    pd.DataFrame(rows).to_csv(reference / "aliases.csv", index=False)
    study = make_study(
        folder,
        {},
        reference="reference",
        region="35.09",
        scope="35.09",
        unit="crimes",
        compare_level="kabkota",
        comparators=[],
        sources={
            "units": {
                "files": "units *.json",
                "unit": "crimes",
                "columns": {"unit": "place"},
                "adds_rows": True,
            }
        },
        answers=[
            {"kind": "place", "text": "Res jember", "value": "NO_PLACE", "why": "markas polres"}
        ],
    )
    for path in raw.glob("units *.json"):
        shutil.copy(path, study.inbox_folder / path.name)
    return prepare(study, QUIET), raw


def test_jember_counts_equal_the_published_panel(jember):
    desk, raw = jember
    panel = pd.read_csv(raw / "crime_monthly_by_unit.csv", dtype={"district_id": str})
    panel["area"] = panel["district_id"].str.replace(r"(..)(..)(..)", r"\1.\2.\3", regex=True)
    panel["month"] = pd.to_datetime(
        panel["year"].astype(str) + "-" + panel["month_num"].astype(str).str.zfill(2)
    )
    counts = desk.counts.merge(panel, on=["area", "month"], how="outer")
    assert len(counts) == 31 * 60
    assert (counts["incidents"] == counts["number_of_crime"]).all()


def test_jember_headquarters_and_sums_are_accounted_for(jember):
    desk, _ = jember
    assert desk.cleaned.rejects.empty
    assert desk.intake.totals["agrees"].all()
    away = desk.balance.set_index(["outcome", "rule"])
    headquarters = away.loc[("left_out", "no_place")]
    assert headquarters["rows"].sum() == 5
    assert headquarters["amount"].sum() >= 507 + 451


# -- London: 32 boroughs, months as columns, English, real boundaries -----------------------------


@pytest.fixture(scope="module")
def london(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("london study")
    source = shared / "data" / "london-mps-crime"
    expected = pd.read_csv(
        shared / "golden" / "london-reshape-and-revisions" / "expected_financial_year.csv"
    )
    profile = pd.read_excel(
        source / "london-borough-profilesV2.xlsx", sheet_name=0, engine="calamine", dtype=str
    )
    profile.columns = [str(name).strip() for name in profile.columns]
    name, people = (
        next(column for column in profile if column.startswith(start))
        for start in ("Area", "GLA Population Estimate")
    )
    profile = profile[profile[name].isin(expected["borough"])]
    areas = pd.DataFrame(
        {"code": profile.iloc[:, 0], "name": profile[name], "level": "borough", "parent": "LDN"}
    )
    top = {"code": "LDN", "name": "London", "level": "region", "parent": ""}
    population = pd.DataFrame(
        {"area": areas["code"], "year": 2013, "population": profile[people].astype(float).round()}
    )
    population["population"] = population["population"].astype(int)
    write_reference(folder, pd.concat([pd.DataFrame([top]), areas]), population)
    return make_study(
        folder,
        {},
        inbox=(source / "vintage-2022-03_APR2010-FEB2022.csv").as_posix(),
        reference="reference",
        title="Recorded crime in Camden",
        source_line="Metropolitan Police Service, London Datastore (OGL v3)",
        language="en",
        region=areas.loc[areas["name"] == "Camden", "code"].iloc[0],
        level="borough",
        compare_level="borough",
        unit="crimes",
        hide_below=0,
        empty_months="zero",
        population_series="s",
        population_year=2013,
        comparators=["rest", "each"],
        sources={
            "boroughs": {
                "files": "*",
                "columns": {"LookUp_BoroughName": "place", "MajorText": "category"},
                "adds_rows": True,
            }
        },
        answers=[
            {
                "kind": "place",
                "text": "London Heathrow and London City Airports",
                "value": "OUTSIDE",
                "why": "not a borough",
            }
        ],
    )


@pytest.fixture(scope="module")
def boroughs(london):
    return prepare(london, QUIET)


def test_london_financial_years_and_change_equal_those_that_r_found(boroughs, shared):
    golden = shared / "golden" / "london-reshape-and-revisions"
    counts = boroughs.counts.assign(borough=boroughs.counts["area"].map(boroughs.names))
    starts = (counts["month"] - pd.DateOffset(months=3)).dt.year
    counts["financial_year"] = starts.astype(str) + "/" + (starts + 1).astype(str).str[2:]
    by_year = counts.groupby(["borough", "financial_year"])["incidents"].sum()
    expected = pd.read_csv(golden / "expected_financial_year.csv")
    expected = expected[expected["borough"].isin(counts["borough"])]
    keys = list(zip(expected["borough"], expected["financial_year"], strict=True))
    assert by_year[keys].tolist() == expected["count"].tolist() and len(keys) > 300
    change = pd.read_csv(golden / "expected_change_2019_2021.csv").set_index("borough")
    years = counts.groupby(["borough", counts["month"].dt.year])["incidents"].sum().unstack()
    assert years.loc[change.index, 2019].tolist() == change["y2019"].tolist()
    assert (years[2021] - years[2019])[change.index].tolist() == change["change"].tolist()


def test_london_equals_the_counts_that_r_found(boroughs, shared):
    desk = boroughs
    expected = pd.read_csv(
        shared / "golden" / "london-reshape-and-revisions" / "expected_borough_category_year.csv"
    )
    counts = desk.counts.assign(
        borough=desk.counts["area"].map(desk.names), year=desk.counts["month"].dt.year
    )
    found = counts.groupby(["borough", "category", "year"])["incidents"].sum()
    known = set(counts["borough"])
    expected = expected[expected["borough"].isin(known)]
    for row in expected.itertuples():
        assert found[row.borough, row.MajorText, row.year] == row.count
    assert len(expected) > 3000


@pytest.fixture(scope="module")
def vintages(london, shared, tmp_path_factory):
    """Two vintages of one table read together, the later one named as the revision of the other."""
    folder = tmp_path_factory.mktemp("london vintages")
    source = shared / "data" / "london-mps-crime"
    names = {"vintage-2021-08_APR2010-JUL2021.csv": "MPS.csv", "vintage-2022-03_APR2010-FEB2022.csv": "MPS rev 1.csv"}  # fmt: skip
    areas = pd.read_csv(london.reference_folder / "areas.csv", dtype=str, keep_default_na=False)
    airports = {"code": "LHR", "name": "London Heathrow and London City Airports", "level": "borough", "parent": "LDN"}  # fmt: skip
    areas = pd.concat([areas, pd.DataFrame([airports])])
    write_reference(folder, areas)
    study = make_study(
        folder, {}, reference="reference", region="LHR", scope="LDN", level="borough",
        compare_level="borough", unit="crimes", empty_months="zero", comparators=[],
        sources={"mps": {"files": "*", "columns": {"LookUp_BoroughName": "place", "MinorText": "category"}}},
    )  # fmt: skip
    for name, copied in names.items():
        shutil.copy(source / name, study.inbox_folder / copied)
    return prepare(study, QUIET)


def golden_revisions(shared):
    golden = shared / "golden" / "london-reshape-and-revisions"
    columns = {"MinorText": "category", "count_2021_08": "before", "count_2022_03": "after"}
    expected = pd.read_csv(golden / "expected_revisions.csv").rename(columns=columns)
    assert len(expected) == 389
    return expected.assign(month=pd.to_datetime(expected["month"]))


def test_london_cells_revised_between_two_vintages_are_found(vintages, shared):
    found = vintages.cleaned.revisions
    found = found.assign(borough=found["area"].map(vintages.names))
    found[["before", "after"]] = found[["before", "after"]].astype(int)
    keys = ["borough", "category", "month", "before", "after"]
    assert len(found) == 389
    assert len(found[keys].merge(golden_revisions(shared)[keys], on=keys)) == 389
    # every cell of the older file that the newer one holds has given way to it
    assert vintages.cleaned.records["rule"].value_counts()["superseded"] == 234_600


def test_london_vintages_compared_as_tables(vintages, shared):
    records = vintages.cleaned.records.assign(why="", flag="")
    older = records["rule"] == "superseded"
    before, after = (records.loc[rows, COUNTS] for rows in (older, ~older))
    shown = compare_vintages(before, after[after["month"] <= before["month"].max()])
    assert shown["kind"].value_counts()["revised"] == 389
    assert shown["change"].sum() == golden_revisions(shared)["change"].sum()
    golden = shared / "golden" / "london-reshape-and-revisions" / "expected_new_rows.csv"
    added = shown[shown["kind"] == "added"]
    new = set(zip(added["area"].map(vintages.names), added["category"], strict=True))
    expected = pd.read_csv(golden)
    assert new == set(zip(expected["borough"], expected["MinorText"], strict=True))


def test_london_briefing_in_english_on_real_boundaries(london, shared, tmp_path):
    areas = pd.read_csv(london.reference_folder / "areas.csv", dtype=str)
    for column in ("lon", "lat"):
        areas[column] = areas[column].astype(float)
    shape = shared / "data" / "london-mps-crime" / "boundaries"
    out = london.reference_folder / "boundaries.geojson"
    import_boundaries(next(shape.glob("*.shp")), areas[areas["level"] == "borough"], out)
    assert out.is_file()
    folder = tmp_path / "out"
    assert main(["brief", "--study", str(london.path), "--out", str(folder), "--quiet"]) == 0
    reader = pypdf.PdfReader(folder / "briefing.pdf")
    text = " ".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 2
    assert "Camden" in text
    assert "January 2022" in text
    assert "Januari" not in text


# -- Rio de Janeiro: semicolons, Latin-1, padded text, a blank is not zero ------------------------


@pytest.fixture(scope="module")
def rio(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rio")
    source = shared / "data" / "rio-cisp-crime"
    panel = pd.read_csv(shared / "golden" / "rio-cisp-summary" / "expected_panel.csv", dtype=str)
    people = pd.read_csv(source / "PopulacaoEvolucaoMensalCisp.csv", sep=";")
    people = people[(people["vano"] == 2016) & (people["mes"] == 7)]
    population = pd.DataFrame(
        {
            "area": people["circ"].astype(str),
            "year": 2016,
            "population": people["pop_circ"].round().astype(int),
        }
    )
    areas = pd.DataFrame(
        {"code": panel["CISP"], "name": "CISP " + panel["CISP"], "level": "cisp", "parent": "RJ"}
    )
    areas = areas[areas["code"].isin(population["area"])]
    top = {"code": "RJ", "name": "Rio de Janeiro", "level": "state", "parent": ""}
    write_reference(folder, pd.concat([pd.DataFrame([top]), areas]), population)
    return make_study(
        folder,
        {},
        inbox=(source / "BaseDPEvolucaoMensalCisp.csv").as_posix(),
        reference="reference",
        title="Homicídios na CISP 19",
        region="19",
        language="en",
        level="cisp",
        compare_level="cisp",
        unit="crimes",
        hide_below=0,
        population_series="s",
        population_year=2016,
        comparators=["rest"],
        sources={
            "stations": {
                "files": "*",
                "layout": "long",
                "columns": {"CISP": "place_code", "vano": "year", "mes": "month"},
                "counts": ["hom_doloso", "roubo_bicicleta"],
            }
        },
    )


@pytest.fixture(scope="module")
def districts(rio):
    return prepare(rio, QUIET)


def test_rio_equals_the_state_totals_that_r_found(districts, shared):
    desk = districts
    expected = pd.read_csv(shared / "golden" / "rio-cisp-summary" / "expected_state_month.csv")
    counts = desk.counts[desk.counts["category"] == "hom_doloso"]
    records = desk.cleaned.records
    outside = records[(records["final"] == "rejected") & (records["category"] == "hom_doloso")]
    found = counts.groupby("month")["incidents"].sum()
    for row in expected.itertuples():
        month = pd.Timestamp(row.month)
        missed = outside.loc[outside["month"] == month, "incidents"].sum()
        assert found[month] + missed == row.hom_doloso
    assert desk.intake.files["encoding"].iloc[0] != "utf-8"


def test_rio_a_blank_is_not_a_zero(districts, shared):
    desk = districts
    missing = pd.read_csv(shared / "golden" / "rio-cisp-summary" / "expected_missing.csv")
    blank = missing.set_index("column").loc["roubo_bicicleta", "n_missing"]
    records = desk.cleaned.records
    bicycles = records[records["category"] == "roubo_bicicleta"]
    assert (bicycles["rule"] == "not_reported").sum() == blank
    assert (bicycles["final"] == "counted").sum() == len(bicycles) - blank


def test_rio_districts_begin_when_they_were_made(districts, shared):
    panel = pd.read_csv(shared / "golden" / "rio-cisp-summary" / "expected_panel.csv", dtype=str)
    cells = districts.intake.cells
    cells = cells[cells["category"] == "hom_doloso"]
    months = (cells["year"] + "-" + cells["month"].str.zfill(2)).groupby(cells["place_code"])
    found = months.agg(["min", "max", "nunique"]).loc[panel["CISP"]].astype(str)
    expected = panel[["first_month", "last_month", "n_months"]]
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()
    reporting = cells.groupby("year")["place_code"].nunique()
    assert (reporting["2003"], reporting["2013"]) == (128, 138)


def test_rio_regional_rates_equal_those_that_r_found(districts, shared):
    source = shared / "data" / "rio-cisp-crime"
    raw = pd.read_csv(source / "BaseDPEvolucaoMensalCisp.csv", sep=";", encoding="latin-1", dtype=str)  # fmt: skip
    regions = raw.assign(area=raw["CISP"].str.strip(), region=raw["Regiao"].str.strip())
    people = pd.read_csv(source / "PopulacaoEvolucaoMensalCisp.csv", sep=";", dtype={"circ": str})
    people["month"] = pd.to_datetime(people[["vano", "mes"]].rename(columns={"vano": "year", "mes": "month"}).assign(day=1))  # fmt: skip
    records = districts.cleaned.records
    murders = records[(records["category"] == "hom_doloso") & (records["final"] == "counted")]
    both = murders.merge(people, left_on=["area", "month"], right_on=["circ", "month"])
    both["region"] = both["area"].map(dict(zip(regions["area"], regions["region"], strict=True)))
    both = both.groupby(["region", "vano"], as_index=False).agg(
        incidents=("incidents", "sum"), exposure=("pop_circ", "sum")
    )
    rates = add_rates(both.assign(exposure=both["exposure"] / 12), among="person-years")
    golden = pd.read_csv(shared / "golden" / "rio-cisp-summary" / "expected_region_year_rate.csv")
    told = golden.merge(rates, left_on=["Regiao", "vano"], right_on=["region", "vano"])
    assert len(told) == len(golden)
    assert (told["hom_doloso"] == told["incidents"]).all()
    assert told["rate"].to_numpy() == pytest.approx(told["rate_per_100k_year"], rel=1e-9)


def test_rio_blanks_of_each_column_are_those_that_r_found(shared):
    golden = pd.read_csv(shared / "golden" / "rio-cisp-summary" / "expected_missing.csv")
    recipe = Recipe(
        "*",
        layout="long",
        columns={"CISP": "place_code", "vano": "year", "mes": "month"},
        counts=tuple(golden["column"]),
    )
    path = shared / "data" / "rio-cisp-crime" / "BaseDPEvolucaoMensalCisp.csv"
    cells = read_inbox([path], recipes=[recipe]).cells
    blank = (cells["amount"] == "").groupby(cells["category"]).sum()
    assert blank[golden["column"]].tolist() == golden["n_missing"].tolist()


def test_rio_findings_have_intervals_and_a_comparator(districts):
    findings = find(districts)
    row = findings.comparison.set_index("comparator").loc["rest"]
    assert row["months"] == 0 or row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
