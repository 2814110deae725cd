"""Published lists of reports, end to end: the defects that their SOURCE.md names are found here."""

import json

import pandas as pd
import pytest

from analysis.cli import main
from analysis.desk import prepare
from analysis.progress import Progress
from analysis.read.intake import read_inbox
from analysis.study import Recipe
from tests.studies import make_study
from tests.test_real_files import write_reference

QUIET = Progress("id", quiet=True)


def notes_of(intake):
    return dict(zip(intake.notes["key"].str.removeprefix("read.note_"), intake.notes["text"], strict=True))  # fmt: skip


def everything_kept(desk):
    """Every text in every table that a run can write."""
    tables = [*desk.intake[:5], *desk.cleaned, desk.counts, desk.balance]
    return " ".join(table.astype(str).to_csv() for table in tables)


@pytest.fixture(scope="module")
def jakarta(shared, tmp_path_factory):
    """The gazetteer of Jakarta and of the regencies around it, as a reference folder."""
    folder = tmp_path_factory.mktemp("jakarta")
    raw = shared / "data" / "gazetteer" / "raw" / "idn-area-data"
    districts = pd.read_csv(raw / "districts.csv", dtype=str)
    regencies = pd.read_csv(raw / "regencies.csv", dtype=str)
    kept = regencies[regencies["province_code"].isin(["31", "36"])]
    districts = districts[districts["regency_code"].isin(kept["code"])]
    areas = pd.concat(
        [
            pd.DataFrame({"code": ["31", "36"], "name": ["DKI Jakarta", "Banten"], "level": "province", "parent": ""}),
            kept.rename(columns={"province_code": "parent"}).assign(level="kabkota"),
            districts.rename(columns={"regency_code": "parent"}).assign(level="kecamatan"),
        ],
        ignore_index=True,
    )  # fmt: skip
    return write_reference(folder, areas)


def jakarta_study(folder, jakarta, inbox, source, **settings):
    defaults = {"region": "31.71", "scope": "31", "comparators": [], "hide_below": 0}
    return make_study(
        folder, {}, inbox=inbox.as_posix(), reference=jakarta.as_posix(),
        sources={"daftar": {"files": "*", "layout": "line_list"} | source},
        **(defaults | settings),
    )  # fmt: skip


# -- fires of 2017: the district stands only in the address ---------------------------------------

FIRES = {"columns": {"lokasi_kejadian": "address", "lokasi_pengungsi": "private", "wilayah": "region"}}  # fmt: skip


@pytest.fixture(scope="module")
def fires(shared, jakarta, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kebakaran 2017")
    raw = shared / "data" / "jakarta-fire-2017" / "raw"
    return prepare(jakarta_study(folder, jakarta, raw, FIRES), QUIET), raw


def test_fires_of_2017_are_counted_by_district_from_the_address(fires):
    desk, _ = fires
    files = desk.intake.files.set_index("file")["data_rows"]
    assert sorted(files) == sorted([73, 33, 51, 27, 55, 67]) and files.sum() == 306
    records = desk.cleaned.records
    counted = records[records["final"] == "counted"]
    assert (counted["month"].dt.month.value_counts().sort_index() <= [73, 33, 51, 27, 55, 67]).all()
    # what is not counted waits with its spelling; "Duren Sait" and "Klp Gading" are but one district
    waiting = records[records["final"] == "rejected"]
    assert len(counted) + len(waiting) == 306
    assert set(waiting["place"]) == {"Kec. Mampang", "Kec. Tananh Abang"}
    assert not counted["area"].str.startswith("31.01").any()  # no Kepulauan Seribu


def test_fires_of_2017_that_repeat_day_and_address_are_told(fires):
    desk, _ = fires
    same = desk.intake.notes[desk.intake.notes["key"] == "read.note_same_address"]
    assert same["text"].astype(int).sum() == 11


def test_no_address_of_a_fire_is_kept_anywhere(fires):
    desk, raw = fires
    kept = everything_kept(desk)
    for path in raw.glob("*.csv"):
        addresses = pd.read_csv(path, dtype=str)["lokasi_kejadian"]
        assert not any(address in kept for address in addresses)
    assert "Jl." not in kept and "RT" not in kept


# -- fires of 2018: three kinds of event, a month that is missing, mutual aid ---------------------

EVENTS = {
    "columns": {
        "alamat_kejadian": "private", "jenis_kejadian_bencana": "category", "kecamatan": "place",
        "wilayah": "region", "kelurahan": "private", "keterangan_jkb": "ignore",
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def events(shared, jakarta, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kebakaran 2018")
    raw = shared / "data" / "jakarta-fire-2018" / "raw"
    answer = {"kind": "silence", "text": "", "value": "zero", "why": "register Gulkarmat lengkap"}
    return prepare(jakarta_study(folder, jakarta, raw, EVENTS, answers=[answer]), QUIET)


def test_three_kinds_of_event_are_never_one_count(events):
    records = events.cleaned.records
    assert len(records) == 3633
    assert records["category"].value_counts().to_dict() == {
        "Kebakaran": 1614, "Penyelamatan": 1131, "Bantuan Operasi": 888,
    }  # fmt: skip


def test_a_month_without_the_register_is_no_month_without_fires(events):
    inside = events.counts[events.counts["area"].str.startswith("31.7")]
    known = inside.groupby("month")["incidents"].apply(lambda month: month.notna().all())
    assert known.index[~known].strftime("%Y-%m").tolist() == ["2018-09"]


def test_mutual_aid_outside_jakarta_stands_apart(events):
    records = events.cleaned.records
    counted = records[records["final"] == "counted"]
    banten = counted["area"].str[:5].value_counts()
    # 18 in Kota Tangerang, 4 in Tangerang Selatan; Dadap is filed under a kecamatan of no such name
    assert banten["36.71"] == 18 and banten["36.74"] == 4
    assert not counted["area"].str.startswith("36.03").all()
    assert set(events.compared) <= {"31.01", "31.71", "31.72", "31.73", "31.74", "31.75"}


# -- floods: labels a year off, several days in a cell, lines that look alike ---------------------

FLOODS = {
    "columns": {
        "kota_administrasi": "region", "kecamatan": "place", "kelurahan": "private", "rw": "private",
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def floods(shared, jakarta, tmp_path_factory):
    folder = tmp_path_factory.mktemp("banjir")
    raw = shared / "data" / "jakarta-flood-2019-2020" / "raw"
    return prepare(jakarta_study(folder, jakarta, raw, FLOODS), QUIET)


def test_floods_labelled_a_year_too_early_wait_for_a_decision(floods):
    notes = notes_of(floods.intake)
    assert notes["label_differs"] == "408 / 902: 2019-10 (361), 2019-12 ≠ 2020-12 (47)"
    rules = floods.cleaned.records["rule"].value_counts()
    assert (rules["label_unproven"], rules["label_differs"]) == (361, 47)
    assert set(floods.counts.loc[floods.counts["incidents"].notna(), "month"].dt.year) == {2020}


def test_floods_that_are_the_same_line_are_told_and_each_counted(floods):
    # 88 lines, 59 of them surplus; kelurahan, RW and height tell no two reports apart
    assert notes_of(floods.intake)["lines_alike"] == "88 (59)"
    records = floods.cleaned.records
    assert not records["rule"].isin(["duplicate_content"]).any()
    assert (records["final"] == "counted").sum() + (records["final"] == "rejected").sum() == 902


def test_floods_alike_are_one_report_where_the_analyst_says_so(shared, jakarta, tmp_path):
    raw = shared / "data" / "jakarta-flood-2019-2020" / "raw"
    answer = {"kind": "duplicate", "text": "", "value": "one", "why": "kata BPBD"}
    ignore = {"columns": FLOODS["columns"] | {"periode_data": "ignore"}}
    study = jakarta_study(tmp_path, jakarta, raw, ignore, answers=[answer])
    lines = prepare(study, QUIET).cleaned.records
    # without the label a date needs its own year: the 47 of December 2020 are counted by it
    dated = lines[lines["final"].isin(["counted", "left_out"])]
    assert set(dated["month"].dt.strftime("%Y-%m")) == {"2020-12"}
    assert (dated["rule"] == "duplicate_content").sum() > 0


def test_floods_on_several_days_are_one_line_each(floods):
    assert int(notes_of(floods.intake)["several_days"]) > 300
    january = floods.cleaned.records
    january = january[(january["final"] == "counted") & (january["month"] == "2020-01-01")]
    assert len(january) > 0


# -- New York: a line is a victim, a key an incident ----------------------------------------------

SHOOTINGS = {
    "line": "victims",
    "columns": {
        "INCIDENT_KEY": "key", "PRECINCT": "place_code", "BORO": "ignore", "OCCUR_DATE": "date",
        "Police Precincts": "ignore",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def precincts(shared, tmp_path_factory):
    source = shared / "data" / "nyc-shootings"
    people = pd.read_csv(source / "nyc_precinct_2020pop.csv", dtype=str)
    areas = pd.DataFrame(
        {"code": people["precinct"], "name": "Precinct " + people["precinct"], "level": "precinct", "parent": "NYC"}
    )  # fmt: skip
    top = pd.DataFrame([{"code": "NYC", "name": "New York City", "level": "city", "parent": ""}])
    return write_reference(tmp_path_factory.mktemp("nyc"), pd.concat([top, areas]))


@pytest.mark.parametrize(("unit", "total"), [("incidents", 3777), ("victims", 4805)])
def test_shootings_equal_the_counts_that_r_found(shared, precincts, tmp_path, unit, total):
    source = shared / "data" / "nyc-shootings"
    study = make_study(
        tmp_path, {}, inbox=next(source.glob("NYPD*.csv")).as_posix(), reference=precincts.as_posix(),
        region="75", scope="NYC", level="precinct", compare_level="precinct", unit=unit,
        empty_months="zero", sources={"nypd": {"files": "*", "layout": "line_list"} | SHOOTINGS},
    )  # fmt: skip
    desk = prepare(study, QUIET)
    golden = shared / "golden" / "incidence-nyc-shootings" / "expected_precinct_month.csv"
    expected = pd.read_csv(golden, dtype={"PRECINCT": str})
    expected["month"] = pd.to_datetime(expected["month"])
    expected = expected.rename(columns={"PRECINCT": "area", unit: "expected"})
    keys = ["area", "month"]
    found = desk.counts.merge(expected[[*keys, "expected"]], on=keys, how="outer")
    assert len(found) == len(expected) and found["incidents"].sum() == total
    assert (found["incidents"] == found["expected"]).all()
    rules = desk.cleaned.records["rule"].value_counts()
    assert rules.get("duplicate_key", 0) == 4805 - total
    assert not (desk.counts["flag"] == "partial").any()


def test_a_list_of_victims_without_its_key_counts_no_incidents(shared, precincts, tmp_path):
    source = shared / "data" / "nyc-shootings"
    columns = SHOOTINGS["columns"] | {"INCIDENT_KEY": "ignore"}
    study = make_study(
        tmp_path, {}, reference=precincts.as_posix(),
        region="75", scope="NYC", level="precinct", compare_level="precinct", unit="incidents",
        sources={"nypd": {"files": "*", "layout": "line_list", "line": "victims", "columns": columns}},
    )  # fmt: skip
    file = str(next(source.glob("NYPD*.csv")))
    assert main(["check", file, "--study", str(study.path)]) == 1
    status = main(["check", file, "--study", str(study.path), "--json"])
    assert status == 1


# -- conflict events: a line of tags, spells, provinces that are no more --------------------------


def test_events_of_several_days_count_in_the_month_they_begin(shared):
    path = next((shared / "data" / "ucdp-indonesia-1989-2019" / "raw").glob("*.csv"))
    columns = dict.fromkeys(["latitude", "longitude", "geom_wkt", "adm_2"], "ignore")
    columns |= {"adm_1": "place", "date_start": "event_date", "date_end": "end_date"}
    intake = read_inbox([path], recipes=[Recipe("*", layout="line_list", columns=columns)])
    assert not intake.refused
    assert len(intake.cells) == 1734  # the tags under the header are no event
    assert intake.left_out["rule"].value_counts().to_dict() == {"header": 2}
    assert notes_of(intake)["spells"].startswith("319 (")
    raw = pd.read_csv(path, skiprows=[1], dtype=str)
    assert intake.cells["month"].str[:10].tolist() == raw["date_start"].str[:10].tolist()
    assert (intake.cells["place"] == "Aceh Province").sum() == 1198
    assert not intake.cells["place"].str.contains("Banten").any()


def test_every_list_is_refused_until_its_personal_columns_are_named(shared):
    data = shared / "data"
    paths = [
        *(data / "jakarta-fire-2018" / "raw").glob("*.csv"),
        *(data / "jakarta-flood-2019-2020" / "raw").glob("*.csv"),
        *(data / "nyc-shootings").glob("NYPD*.csv"),
        *(data / "ucdp-indonesia-1989-2019" / "raw").glob("*.csv"),
    ]
    intake = read_inbox(paths)
    assert {error.key for error in intake.refused} == {"read.personal"} and len(intake.refused) == 4
    said = json.dumps([error.text("id") for error in intake.refused])
    assert "Jl." not in said
