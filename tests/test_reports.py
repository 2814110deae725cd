"""From a list's status and dates to the state of each report."""

import pandas as pd
import pytest

from analysis.desk import prepare
from analysis.measure.replies import find_chain, find_reply_times
from analysis.progress import Progress
from analysis.reports import find_reports
from analysis.run import write_internal
from tests.studies import make_study

HEAD = ["No", "Tanggal Laporan", "Kecamatan", "Kategori", "Status", "Tgl Verifikasi", "Tgl Diteruskan",
        "Tgl Balasan", "Tgl Blokir"]  # fmt: skip
EMPTY = ["", "", "", ""]


def reports_of(folder, rows, head=HEAD, **settings):
    rows = [head, *([number, *row] for number, row in enumerate(rows, 1))]
    desk = prepare(make_study(folder, {"daftar.csv": rows}, **settings), Progress("id", quiet=True))
    return find_reports(desk.cleaned.records, desk.intake.lines)


def one(folder, status, dates=EMPTY, day="01/07/2024"):
    return reports_of(folder, [[day, "Labuan", "Judi online", status, *dates]]).iloc[0]


@pytest.mark.parametrize(
    ("status", "dates", "state"),
    [
        ("Diterima", EMPTY, "received"),
        ("Terverifikasi", EMPTY, "verified"),
        ("Diteruskan ke Komdigi", EMPTY, "referred"),
        ("Dilimpahkan ke Satpol PP", EMPTY, "referred"),
        ("Belum ada balasan", EMPTY, "no_reply"),
        ("Take down", EMPTY, "blocked"),
        ("Tidak memenuhi syarat", EMPTY, "rejected"),
        ("Akun hilang", EMPTY, "other"),  # gone, but nobody knows by whom
        ("TL", EMPTY, "unread"),  # followed up, or being followed up
        ("-", EMPTY, "not_said"),
        ("-", ["02/07/2024", "", "", ""], "verified"),
        ("Diterima", ["02/07/2024", "03/07/2024", "", ""], "referred"),
        ("Diteruskan ke Komdigi", ["", "", "09/07/2024", ""], "answered"),
        ("Sudah ditindaklanjuti", ["", "", "09/07/2024", "10/07/2024"], "blocked"),
        ("Ditolak", ["", "", "09/07/2024", ""], "rejected"),
    ],
)
def test_words_and_dates_tell_the_state(tmp_path, status, dates, state):
    assert one(tmp_path, status, dates)["state"] == state


@pytest.mark.parametrize(
    ("status", "dates", "why", "replied"),
    [
        ("Diteruskan ke Komdigi", EMPTY, "", pd.NaT),
        ("Diblokir", ["", "", "09/07/2024", "12/07/2024"], "", pd.Timestamp("2024-07-09")),
        ("Diblokir", EMPTY, "no_date", pd.NaT),
        ("Diteruskan ke Komdigi", ["", "", "minggu lalu", ""], "no_date", pd.NaT),
        ("Diblokir", ["", "", "", "30/06/2024"], "wrong_order", pd.Timestamp("2024-06-30")),
    ],
)
def test_a_time_to_reply_needs_two_days_in_their_order(tmp_path, status, dates, why, replied):
    found = one(tmp_path, status, dates)
    assert found["why"] == why
    assert found["replied"] == replied or (pd.isna(found["replied"]) and pd.isna(replied))


def test_a_list_without_a_chain_tells_none(tmp_path):
    head = ["No", "Tanggal", "Kecamatan", "Kategori"]
    assert reports_of(tmp_path, [["01/07/2024", "Labuan", "Judi online"]], head).empty


def test_a_study_without_lists_has_no_chain(tmp_path):
    rows = [["Kecamatan", "Juli 2024"], ["Labuan", 3], ["Carita", 2]]
    desk = prepare(make_study(tmp_path, {"rekap.csv": rows}), Progress("id", quiet=True))
    assert find_reports(desk.cleaned.records, desk.intake.lines).empty


def test_chain_and_times_of_a_month_by_hand(tmp_path):
    rows = [
        ["01/07/2024", "Labuan", "Judi online", "Diblokir", "", "", "", "03/07/2024"],
        ["01/07/2024", "Labuan", "Judi online", "Diblokir", "", "", "", "05/07/2024"],
        ["01/07/2024", "Labuan", "Judi online", "Diteruskan ke Komdigi", *EMPTY],
        ["02/07/2024", "Labuan", "Judi online", "Ditolak", "", "", "12/07/2024", ""],
        ["05/07/2024", "Carita", "Judi online", "Belum ada balasan", *EMPTY],
    ]
    reports = reports_of(tmp_path, rows)
    chain = find_chain(reports).set_index("area")
    labuan = chain.loc["36.01.12", ["reports", "blocked", "referred", "rejected"]]
    assert labuan.tolist() == [4, 2, 1, 1]
    assert chain.loc["36.01.28", ["reports", "no_reply"]].tolist() == [1, 1]
    times = find_reply_times(reports, until=pd.Timestamp("2024-07-31")).set_index("area")
    # of four, one still open after 30 days: half are answered by day 4, (1 - 1/4)(1 - 1/3) = 1/2
    assert times.loc["36.01.12", "median_days"] == 4
    assert times["open"].to_dict() == {"36.01.12": 1, "36.01.28": 1}
    assert pd.isna(times.loc["36.01.28", "median_days"])


def test_the_office_gets_the_chain_as_a_working_table(tmp_path):
    rows = [HEAD, [1, "01/07/2024", "Labuan", "Judi online", "Diblokir", "", "", "", "03/07/2024"]]
    study = make_study(tmp_path, {"daftar.csv": rows}, first_month="2024-07", last_month="2024-07")
    desk = prepare(study, Progress("id", quiet=True))
    write_internal(desk, tmp_path / "internal")
    chain = pd.read_csv(tmp_path / "internal" / "chain.csv", dtype={"area": str})
    assert chain[["area", "reports", "blocked"]].to_numpy().tolist() == [["36.01.12", 1, 1]]
    times = pd.read_csv(tmp_path / "internal" / "reply-times.csv", dtype={"area": str})
    assert times["median_days"].tolist() == [2]
