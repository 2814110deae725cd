"""The gazetteer of all Indonesia from the published lists beside the project, for tests."""

from pathlib import Path

import pandas as pd

from analysis.reference.files import TABLES, read_reference

LEVELS = {"provinces": "province", "regencies": "kabkota", "districts": "kecamatan"}


def national_areas(shared: Path) -> pd.DataFrame:
    """All 38 provinces, 514 kabupaten/kota and 7,285 kecamatan in the columns of areas.csv.

    The BPS codes of 2020 stand beside the areas of today, through the shipped lineage.
    """
    folder = shared / "data" / "gazetteer" / "raw"
    parents = {"province_code": "parent", "regency_code": "parent"}
    areas = pd.concat(
        [
            pd.read_csv(folder / "idn-area-data" / f"{name}.csv", dtype=str)
            .rename(columns=parents)
            .assign(level=level)
            for name, level in LEVELS.items()
        ],
        ignore_index=True,
    ).fillna("")
    bridge = pd.concat(
        pd.read_csv(folder / "bps-kemendagri-bridge" / f"{name}.csv", dtype=str)
        for name in ("provinsi", "kabkota", "kecamatan")
    )
    lineage = read_reference(Path(__file__).parents[1] / "data" / "reference").lineage
    moved = lineage[lineage["kind"] == "moved"].set_index("old")["new"].to_dict()
    dotted = bridge["kode_dagri"].str.replace(r"(?<=\d)(?=(?:\d\d)+$)", ".", regex=True)
    bridge["code"] = dotted.map(lambda code: moved.get(code, code))
    bridge = bridge.drop_duplicates("code").set_index("code")
    areas["bps_code"] = areas["code"].map(bridge["kode_bps"]).fillna("")
    return areas.reindex(columns=TABLES["areas"], fill_value="")
