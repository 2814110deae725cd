"""What must travel with statistics in Indonesia: the metadata of activity, variables and indicators.

The three sheets follow the forms MS-Keg, MS-Var and MS-Ind of BPS Regulation 5 of 2020. They are
in Indonesian whatever the study's language, for that is the language of the forms. What only the
office knows (its number, the person responsible) says so instead of being made up.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.words import wording as tell
from analysis.words.numbers import month_name

FORM_LANG = "id"
# The columns of the long table (satudata.csv) that a reader meets as variables.
VARIABLES = {
    "kode_kabupaten_kota": "string",
    "nama_kabupaten_kota": "string",
    "periode": "yearmonth",
    "kategori": "string",
    "kanal": "string",
    "status_pelaporan": "string",
    "jumlah": "integer",
}
INDICATORS = ("rate", "ratio", "trend", "completeness")


def metadata_tables(findings: Findings) -> dict[str, pd.DataFrame]:
    """Return the three sheets as tables: ms_kegiatan, ms_variabel, ms_indikator."""
    return {
        "ms_kegiatan": _activity(findings),
        "ms_variabel": _rows("variable", list(VARIABLES), VARIABLE_PARTS, _facts(findings)),
        "ms_indikator": _rows("indicator", list(INDICATORS), INDICATOR_PARTS, _facts(findings)),
    }


VARIABLE_PARTS = (
    "nama", "alias", "konsep", "definisi", "referensi_pemilihan", "referensi_waktu", "tipe_data",
    "klasifikasi_isian", "aturan_validasi", "kalimat_pertanyaan", "dapat_diakses_umum",
)  # fmt: skip
INDICATOR_PARTS = (
    "nama", "konsep", "definisi", "interpretasi", "metode_rumus", "ukuran", "satuan",
    "klasifikasi_penyajian", "indikator_komposit", "variabel_pembangun", "level_estimasi",
    "dapat_diakses_umum",
)  # fmt: skip


def _facts(findings: Findings) -> dict[str, str]:
    """The facts of the study that fill the forms."""
    first, last = (month_name(month, FORM_LANG) for month in (findings.first, findings.last))
    study = findings.study
    areas = findings.monthly["area"].nunique()
    return {
        "title": study.title,
        "source": study.source_line,
        "first": first,
        "last": last,
        "years": f"{findings.first.year}-{findings.last.year}",
        "areas": str(areas),
        "level": study.compare_level,
        "unit": tell.unit_name(study.unit, FORM_LANG),
        "mark": f"<{study.hide_below}",
        "high": str(study.hide_below - 1),
        "window": str(study.window),
    }


def _activity(findings: Findings) -> pd.DataFrame:
    facts = _facts(findings)
    names, texts = _forms()["part"], _forms()["activity"]
    rows = [(names[part], texts[part].format(**facts)) for part in names]
    return pd.DataFrame(rows, columns=["isian", "keterangan"])


def _rows(
    kind: str, names: list[str], parts: tuple[str, ...], facts: dict[str, str]
) -> pd.DataFrame:
    """One row a variable or indicator; a part without a text of its own takes the common one."""
    texts = _forms()[kind]
    rows = [
        [
            (texts["common"] | texts[name])[part].format(
                name=name, kind=VARIABLES.get(name, ""), **facts
            )
            for part in parts
        ]
        for name in names
    ]
    return pd.DataFrame(rows, columns=list(parts))


@cache
def _forms() -> dict[str, Any]:
    """The texts of the forms, from forms.toml beside this file."""
    path = Path(__file__).with_name("forms.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
