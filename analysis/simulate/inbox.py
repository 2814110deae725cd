"""Write the nine simulated files and the answer to them."""

import random
from pathlib import Path

import pandas as pd

from analysis.reference.files import read_reference
from analysis.simulate import offices
from analysis.simulate.offices import Desk
from analysis.simulate.truth import SEED, add_reports, make_truth
from analysis.simulate.workbooks import Sheet, write_csv, write_ods, write_xlsx

# cells that Kabupaten Serang corrected in its second file: what its first file had more; None: blank
FIRST_DRAFT = {
    ("36.04.15", "2026-08", "online_gambling"): 2,
    ("36.04.15", "2026-09", "online_gambling"): 1,
    ("36.04.09", "2026-09", "online_fraud"): 1,
    ("36.04.30", "2026-09", "online_sexual_services_report"): None,
    ("36.04.31", "2026-09", "online_sexual_services_report"): None,
    ("36.04.16", "2026-07", "disturbing_content"): 3,
    ("36.04.11", "2026-10", "online_fraud"): 1,
}


def write_inbox(out: Path, reference_folder: Path, seed: int = SEED) -> pd.DataFrame:
    """Write ``out/inbox`` (nine files) and ``out/simulated`` (the answer); return the reports.

    The columns of the result are those of ``add_reports``. The same seed and reference tables give
    the same files, byte for byte.
    """
    reference = read_reference(reference_folder)
    reports = add_reports(make_truth(reference, seed))
    names = dict(zip(reference.areas["code"], reference.areas["name"], strict=True))
    inbox = out / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)

    def desk(region: str, known: pd.DataFrame = reports) -> Desk:
        own = known[known["region"] == region].sort_values(["month", "area", "category"])
        return Desk(region, own.to_dict("records"), names, random.Random(f"{seed} {region}"))

    files: dict[str, list[Sheet]] = {
        "Rekap Konten Pandeglang Jan 2021 - Okt 2026.xlsx": offices.pandeglang(desk("36.01")),
        "Lebak_lap_bulanan_2021-2026.xlsx": offices.lebak(desk("36.02")),
        "Laporan Kab. Tangerang 2021-2026.xlsx": offices.kabupaten_tangerang(desk("36.03")),
        "Rekap Kab Serang 2021-2026.xlsx": offices.kabupaten_serang(
            desk("36.04", first_draft(reports)), revised=False
        ),
        "Rekap Kab Serang 2021-2026 rev final 2.xlsx": offices.kabupaten_serang(
            desk("36.04"), revised=True
        ),
        "CILEGON 2021 - 2026 FIX.xlsx": offices.cilegon(desk("36.72")),
        "Register Laporan Tangsel.xlsx": offices.tangerang_selatan(desk("36.74")),
    }
    for name, sheets in files.items():
        write_xlsx(inbox / name, sheets)
    write_ods(
        inbox / "Laporan Kota Tangerang s.d. Okt 2026.ods", offices.kota_tangerang(desk("36.71"))
    )
    write_csv(inbox / "kota_serang_laporan_konten.csv", offices.kota_serang(desk("36.73")))
    write_answer(out / "simulated", reports)
    return reports


def first_draft(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports as Kabupaten Serang had them before it corrected its file."""
    draft = reports.copy()
    months = draft["month"].dt.strftime("%Y-%m")
    for (area, month, category), more in FIRST_DRAFT.items():
        cell = (draft["area"] == area) & (months == month) & (draft["category"] == category)
        if more is None:
            draft.loc[cell, "written"] = pd.NA
            draft.loc[cell, "state"] = "blank"
        else:
            draft.loc[cell, "written"] += more
    return draft


def write_answer(folder: Path, reports: pd.DataFrame) -> None:
    """Write the true counts, an area and category a row, and the cells that tell another story."""
    folder.mkdir(parents=True, exist_ok=True)
    reports = reports.assign(month=reports["month"].dt.strftime("%Y-%m"))
    placed = reports[reports["area"] != ""]
    true = placed.pivot(index=["area", "category"], columns="month", values="incidents")
    true.to_csv(folder / "truth.csv", lineterminator="\n")
    other = (reports["written"] != reports["incidents"]).fillna(True)
    columns = ["region", "area", "month", "category", "incidents", "written", "state"]
    reports.loc[other | (reports["state"] == "ambiguous"), columns].to_csv(
        folder / "not_as_true.csv", index=False, lineterminator="\n"
    )
