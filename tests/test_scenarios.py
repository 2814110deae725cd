"""The acceptance scenarios S1-S8, from received file to printed page."""

import hashlib
import json
import re

import frictionless
import pandas as pd
import pypdf
import pytest

from analysis.cli import main
from analysis.desk import prepare
from analysis.findings import find
from analysis.progress import Progress
from analysis.study import read_study
from analysis.words.messages import InsidenError
from tests.studies import ROOT, make_study

QUIET = Progress("id", quiet=True)

S1 = [
    ["REKAPITULASI LAPORAN KONTEN NEGATIF"],
    ["KABUPATEN PANDEGLANG"],
    ["No", "Kecamatan", "Jan-24", "Peb-24", "Mrt-24", "Jml TW I", "Ket"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    ["1", "Kec. Cibaliung", "2", "NIHIL", "3", "5", ""],
    ["2", "CARITA", "4", "-", "…", "4", ""],
    ["3", "Krg Tanjung", "1.0", "", "2*", "3", ""],
    ["4", "Kel. Saruni", "1", "0", "1", "2", ""],
    ["", "Jumlah", "8", "0", "6", "14", ""],
    ["Sumber: Diskomsantik"],
]
S1_AREAS = ["36.01.03", "36.01.28", "36.01.25", "36.01.34"]


def s1_counts(desk):
    return desk.counts[desk.counts["area"].isin(S1_AREAS)]


def test_s1_a_messy_sheet_is_read_cell_by_cell(tmp_path):
    desk = prepare(make_study(tmp_path, {"pandeglang.xlsx": S1}), QUIET)
    counts = s1_counts(desk)
    assert len(counts) == 12
    assert counts["incidents"].notna().sum() == 9
    assert counts["incidents"].sum() == 14
    assert counts["why"].value_counts().to_dict() == {
        "": 9,
        "not_available": 1,
        "not_reported": 1,
        "ambiguous": 1,
    }
    march = counts[(counts["area"] == "36.01.25") & (counts["month"] == "2024-03-01")].iloc[0]
    assert (march["incidents"], march["flag"]) == (2, "provisional")
    totals = desk.intake.totals
    assert totals["agrees"].all()
    bottom = totals[totals["row"] == 9].sort_values("column")
    assert bottom["summed"].astype(int).tolist() == [8, 0, 6, 14]
    assert desk.cleaned.rejects["text"].tolist() == ["-"]


def test_s1_the_answer_about_the_dash_is_remembered(tmp_path):
    answer = {"kind": "amount", "text": "-", "value": "zero", "why": "kata petugas, 3 Agustus"}
    study = make_study(tmp_path, {"pandeglang.xlsx": S1}, answers=[answer])
    desk = prepare(study, QUIET)
    assert s1_counts(desk)["incidents"].notna().sum() == 10
    assert s1_counts(desk)["incidents"].sum() == 14
    assert desk.cleaned.rejects.empty


S2 = [
    ["Wilayah", "Kode", "Juli 2024"],
    ["Serang", "", 5],
    ["Kab. Serang", "", 7],
    ["KOTA SERANG", "", 3],
    ["Tangerang", "", 4],
    ["Serang", "3604", 2],
    ["", "3601131", 6],
    ["", "360113", 1],
]


def test_s2_ambiguous_places_are_refused_with_candidates(tmp_path):
    desk = prepare(make_study(tmp_path, {"s2.xlsx": S2}), QUIET)
    records = desk.cleaned.records
    counted = records[records["final"] == "counted"]
    sums = counted.groupby("area")["incidents"].sum().to_dict()
    assert sums == {"36.04": 9, "36.73": 3, "36.01.26": 6, "36.01.13": 1}
    rejects = desk.cleaned.rejects.set_index("text")["candidates"]
    assert rejects["Serang"].split("; ") == ["36.04", "36.73", "36.73.01"]
    assert set(rejects["Tangerang"].split("; ")) == {"36.03", "36.71", "36.74", "36.71.01"}
    assert records["incidents"].sum() == 28
    assert records.loc[records["final"] == "rejected", "incidents"].sum() == 9


def test_s2_questions_show_in_the_exit_status(tmp_path, capsys):
    study = make_study(tmp_path, {"s2.xlsx": S2})
    file = str(study.inbox_folder / "s2.xlsx")
    assert main(["check", file, "--study", str(study.path)]) == 1
    assert "36.73.01" in capsys.readouterr().out
    assert main(["check", file, "--study", str(study.path), "--izinkan-karantina"]) == 0


S3_RATES = {
    "36.72": (3.55, 2.03, 5.77),
    "36.73": (2.22, 1.27, 3.61),
    "36.01": (1.53, 0.93, 2.36),
    "36.71": (1.45, 0.96, 2.10),
    "36.74": (1.23, 0.72, 1.97),
    "36.03": (0.89, 0.60, 1.28),
    "36.04": (0.89, 0.50, 1.47),
    "36.02": (0.70, 0.33, 1.28),
}


def test_s3_the_secretarys_claim_on_real_figures(tmp_path, capsys):
    study_file = ROOT / "data" / "studies" / "klaim-2023.toml"
    findings = find(prepare(read_study(study_file), QUIET))
    rates = findings.window.set_index("area")[["rate", "rate_low", "rate_high"]]
    for area, expected in S3_RATES.items():
        assert rates.loc[area].tolist() == pytest.approx(expected, abs=0.005)
    comparison = findings.comparison.set_index("comparator")
    rest = comparison.loc["rest"]
    assert rest[["ratio", "ratio_low", "ratio_high"]].tolist() == pytest.approx(
        [1.27, 0.75, 2.04], abs=0.005
    )
    assert rest["p"] == pytest.approx(0.29, abs=0.005)
    assert rest["verdict"] == "not_separable"
    land = comparison.loc["land_neighbours"]
    assert land["members"] == "36.02;36.04"
    assert land[["ratio", "ratio_low", "ratio_high"]].tolist() == pytest.approx(
        [1.91, 1.00, 3.57], abs=0.005
    )
    assert land["p"] == pytest.approx(0.034, abs=0.0005)
    assert land["verdict"] != rest["verdict"]

    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study_file), "--out", str(out), "--quiet"]) == 0
    text = pdf_text(out / "briefing.pdf")
    assert "belum dapat dibedakan" in text
    assert "lebih sedikit" not in text.lower()
    assert "1,27" in text
    assert "1,91" in text
    assert "kasus" in text
    assert "Januari s.d. Februari 2023" in text


def pdf_text(path):
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    return re.sub(r"\s+", " ", " ".join(pages))


S5 = [
    ["Kabupaten/Kota", "Jan-24", "Feb-24", "Mar-24", "Apr-24", "Mei-24", "Jun-24"],
    ["Kab. Pandeglang", 2, 2, 2, 2, 2, 2],
    ["Kab. Lebak", 3, 3, 3, "", "", ""],
    ["Kab. Serang", 0, "NIHIL", 1, 0, 1, 0],
]


def three_areas(folder):
    """The reference of S5: Pandeglang and its two land neighbours alone."""
    reference = folder / "reference"
    reference.mkdir()
    wanted = ["36.01", "36.02", "36.04"]
    for name, column in (("areas", "code"), ("population", "area"), ("neighbours", "focal")):
        table = pd.read_csv(ROOT / "data" / "reference" / f"{name}.csv", dtype=str)
        table = table[table[column].isin([*wanted, "36"])]
        table.to_csv(reference / f"{name}.csv", index=False)
    return "reference"


def test_s5_completeness_before_comparison(tmp_path):
    study = make_study(
        tmp_path,
        {"s5.xlsx": S5},
        reference=three_areas(tmp_path),
        level="kabkota",
        window=6,
        hide_below=0,
    )
    findings = find(prepare(study, QUIET))
    complete = findings.completeness.groupby("area")["complete"].sum()
    assert complete.to_dict() == {"36.01": 6, "36.02": 3, "36.04": 6}
    window = findings.window.set_index("area")
    assert window["incidents"].to_dict() == {"36.01": 12, "36.02": 9, "36.04": 2}
    per_month = (window["incidents"] / window["months"]).to_dict()
    assert per_month == pytest.approx({"36.01": 2.0, "36.02": 3.0, "36.04": 1 / 3})
    lebak = findings.monthly[findings.monthly["area"] == "36.02"].sort_values("month")
    assert lebak["incidents"].isna().tolist() == [False] * 3 + [True] * 3
    with_lebak = findings.comparison.set_index("comparator").loc["36.02"]
    assert with_lebak["months"] == 3


def test_s5_the_page_says_the_completeness(tmp_path):
    study = make_study(
        tmp_path,
        {"s5.xlsx": S5},
        reference=three_areas(tmp_path),
        level="kabkota",
        window=6,
        hide_below=0,
    )
    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"]) == 0
    assert "15 dari 18 unit-bulan (83,3%)" in pdf_text(out / "briefing.pdf")


def test_an_area_that_never_reported_does_not_silence_the_rest(tmp_path):
    months = [f"{month} 2024" for month in ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun")]
    rows = [["Kabupaten", *months], ["Kabupaten Pandeglang", *[30] * 6]]
    rows += [
        [name, *[20] * 6] for name in ("Kabupaten Lebak", "Kabupaten Tangerang", "Kota Cilegon")
    ]
    rows += [["Kabupaten Serang", *["b/l"] * 6]]  # nothing received
    study = make_study(tmp_path, {"rekap.csv": rows}, level="kabkota", window=6, hide_below=0)
    findings = find(prepare(study, QUIET))
    rest = findings.comparison.set_index("comparator").loc["rest"]
    assert (rest["months"], rest["members"]) == (6, "36.02;36.03;36.72")
    people = findings.population.set_index("area")["population"]
    others = people[["36.02", "36.03", "36.72"]].sum()
    assert rest["ratio"] == pytest.approx((180 / people["36.01"]) / (360 / others), rel=1e-6)
    assert findings.silent == ("36.04", "36.71", "36.73", "36.74")
    out = tmp_path / "hasil"
    main(["brief", "--study", str(study.path), "--out", str(out), "--quiet"])
    said = pdf_text(out / "briefing.pdf")
    assert "daerah lain di Banten yang melapor" in said
    assert "tanpa Kab. Serang, Kota Tangerang, Kota Serang, dan Kota Tangsel yang tidak" in said


PERSONAL_HEADERS = [
    ["Nama", "NIK", "No HP", "Kecamatan", "Jumlah"],
    ["Siti", "3601234567890123", "081234567890", "Labuan", 1],
]
PERSONAL_NUMBER = [["Kecamatan", "Juli 2024"], ["Labuan", 3601234567890120]]


@pytest.mark.parametrize("rows", [PERSONAL_HEADERS, PERSONAL_NUMBER])
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_s7_personal_data_stops_the_file_and_nothing_is_written(tmp_path, capsys, rows, name):
    study = make_study(tmp_path, {name: rows})
    out = tmp_path / "hasil"
    assert main(["brief", "--study", str(study.path), "--out", str(out)]) == 2
    said = "".join(capsys.readouterr())
    assert name in said
    for value in ("Siti", "3601234567890123", "3601234567890120", "081234567890"):
        assert value not in said
    if rows is PERSONAL_HEADERS:
        assert all(column in said for column in ("Nama", "NIK", "No HP"))
    assert not out.exists()


def test_s7_no_map_of_villages(tmp_path):
    study = make_study(tmp_path, {"a.xlsx": S1}, level="desa")
    with pytest.raises(InsidenError) as error:
        prepare(study, QUIET)
    assert error.value.key == "run.too_fine"
    assert "desa" in error.value.text("id")


@pytest.fixture(scope="module")
def noon(tmp_path_factory):
    """The shipped study up to July 2024, run twice."""
    folder = tmp_path_factory.mktemp("siang hari")
    study = str(ROOT / "data" / "study.toml")
    for name in ("satu", "dua"):
        status = main(
            [
                "brief",
                "--study",
                study,
                "--month",
                "2024-07",
                "--out",
                str(folder / name),
                "--quiet",
            ]
        )
        assert status in (0, 1)
    return folder


def test_s8_two_pages_of_a4_in_indonesian(noon):
    reader = pypdf.PdfReader(noon / "satu" / "briefing.pdf")
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert float(page.mediabox.width) == pytest.approx(595, abs=1)
        assert float(page.mediabox.height) == pytest.approx(842, abs=1)
    text = pdf_text(noon / "satu" / "briefing.pdf")
    for words in (
        "Sumber:",
        "Periode data:",
        "Kelengkapan",
        "laporan, bukan jumlah orang",
        "Juli 2024",
        "simulasi",
    ):
        assert words in text, words
    assert "July" not in text
    assert not re.search(r"\d,\d{3}\.\d", text)


def test_s8_f4_on_option(tmp_path):
    study = str(ROOT / "data" / "study.toml")
    out = tmp_path / "f4"
    main(["brief", "--study", study, "--paper", "f4", "--out", str(out), "--quiet"])
    reader = pypdf.PdfReader(out / "briefing.pdf")
    assert len(reader.pages) == 2
    assert float(reader.pages[0].mediabox.width) == pytest.approx(609, abs=1)
    assert float(reader.pages[0].mediabox.height) == pytest.approx(935, abs=1)


def test_s8_ramadan_days(noon):
    calendar = pd.read_csv(noon / "satu" / "package" / "calendar.csv", dtype={"month": str})
    days = calendar.set_index(calendar["month"].str[:7])["ramadan_days"]
    assert days["2024-03"] == 20
    assert days["2023-03"] == 9


def test_s8_running_twice_gives_the_same_bytes(noon):
    digests = [
        {
            path.relative_to(noon / name).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((noon / name).rglob("*"))
            if path.is_file()
        }
        for name in ("satu", "dua")
    ]
    assert digests[0] == digests[1]
    assert any(name.endswith(".csv") for name in digests[0])


def test_s8_the_data_package_is_valid(noon):
    report = frictionless.validate(str(noon / "satu" / "package" / "datapackage.json"))
    assert report.valid, report.flatten(["message"])


def test_every_row_is_accounted_for(noon):
    manifest = json.loads((noon / "satu" / "manifest.json").read_text("utf-8"))
    rows = sum(entry["rows"] for entry in manifest["balance"])
    files = pd.read_csv(noon / "satu" / "internal" / "files.csv")
    assert rows == files["rows"].sum()
    assert all(len(entry["sha256"]) == 64 for entry in manifest["inputs"])


def test_s4_no_change_is_told_across_a_break_of_the_population_series(tmp_path):
    months = [f"{year}-{month:02d}" for year in range(2018, 2023) for month in range(1, 13)]
    areas = [
        "Kab. Pandeglang", "Kab. Lebak", "Kab. Tangerang", "Kab. Serang",
        "Kota Tangerang", "Kota Cilegon", "Kota Serang", "Kota Tangerang Selatan",
    ]  # fmt: skip
    counts = [9, 8, 8, 8, 9, 8, 8, 8, 9, 8, 8, 9] * 5  # 100 a year
    rows = [["Kabupaten/Kota", *months], *([area, *counts] for area in areas)]
    study = make_study(
        tmp_path,
        {"seratus.xlsx": rows},
        level="kabkota",
        region="36.74",
        population_series="bps",
        population_year=0,
        comparators=["rest"],
    )
    findings = find(prepare(study, QUIET))
    tangsel = findings.trend.set_index("area").loc["36.74"]
    assert tangsel["verdict"] == "break"
    assert tangsel[["yearly_change", "low", "high"]].isna().all()
    window = findings.window.set_index("area").loc["36.74"]
    assert window["incidents"] == 100
    assert window["rate"] == pytest.approx(7.25, abs=0.005)


def test_s4_a_police_area_is_not_a_regency(tmp_path):
    rows = [["Wilayah", "2023-01"], ["Polda Banten", 7339], ["Kab. Pandeglang", 5]]
    desk = prepare(make_study(tmp_path, {"polda.xlsx": rows}, level="kabkota"), QUIET)
    refused = desk.cleaned.rejects.set_index("text").loc["Polda Banten"]
    assert "Kota Tangerang, Kota Tangerang Selatan" in refused["reason"]
    assert desk.counts["incidents"].sum() == 5


@pytest.mark.parametrize(
    ("second", "counted", "reason"),
    [("Jumlah Korban", 7, "satuan"), ("Jumlah Kasus", 0, "satuan")],
)
def test_units_side_by_side_are_never_added(tmp_path, second, counted, reason):
    rows = [
        ["KABUPATEN PANDEGLANG"],
        ["Kecamatan", "Bulan", "Jumlah Laporan", second],
        ["Labuan", "Juli 2024", 5, 9],
        ["Carita", "Juli 2024", 2, 3],
    ]
    study = make_study(tmp_path, {"a.xlsx": rows}, first_month="2024-07", last_month="2024-07")
    if not counted:
        with pytest.raises(InsidenError):
            prepare(study, QUIET)
        status = main(["check", str(study.inbox_folder / "a.xlsx"), "--study", str(study.path)])
        assert status == 1
        return
    desk = prepare(study, QUIET)
    assert desk.counts["incidents"].sum() == counted
    assert len(desk.cleaned.rejects) == 2
    assert desk.cleaned.rejects["reason"].str.contains(reason).all()
    assert not (desk.counts["flag"] == "partial").any()
