"""The SQL of the engine is plain enough for another database: it runs unchanged on SQLite."""

import sqlite3

import pandas as pd

from analysis import engine
from analysis.clean import whole_reports
from analysis.desk import prepare
from analysis.meanings import read_texts
from analysis.progress import Progress
from analysis.reference.files import read_reference
from analysis.tallies import read_amounts
from analysis.text.categories import CategoryWords
from analysis.text.places import Places
from tests.studies import make_study

HEAD = ["Nomor Tiket", "Tanggal", "Kecamatan", "Kategori"]
FILES = {
    "daftar.csv": [
        HEAD, ["A1", "01/07/2024", "Labuan", "Judi online"], ["A1", "01/07/2024", "Labuan", "Judi online"],
        ["A2", "02/07/2024", "Carita", "Judi online"], ["A2", "03/08/2024", "Carita", "Judi online"],
        ["A3", "03/07/2024", "Sobang", "Judi online"],
    ],
    "Rekap Kab Pandeglang.csv": [["Kecamatan", "Juni 2024", "Juli 2024", "Agustus 2024"], ["Labuan", 4, 1, 3], ["Menes", 2, "-", "NIHIL"]],
    "Rekap Kab Pandeglang rev 1.csv": [["Kecamatan", "Juni 2024", "Juli 2024", "Agustus 2024"], ["Labuan", 5, 1, 3], ["Menes", 2, "", 0]],
}  # fmt: skip


def on_sqlite(cells, lines, readings):
    """Run the same steps with the standard library's database."""
    with sqlite3.connect(":memory:") as database:
        database.create_function("chr", 1, chr)
        numbered = cells.rename(columns=engine.PLAIN_NAMES).assign(number=range(len(cells)))
        tables = {"cells": numbered, "lines": lines.rename(columns=engine.PLAIN_NAMES)} | readings
        for name, table in tables.items():
            table.rename(columns=engine.PLAIN_NAMES).to_sql(name, database, index=False)
        for step, needless in engine.STEPS:
            database.execute(step)
            if needless:
                database.execute(f"drop table {needless}")
        return [pd.read_sql(query, database) for query in (engine.FOUND, engine.COUNTS, engine.REVISIONS)]  # fmt: skip


def plain(table):
    """A table as text: the two databases write days, truths and gaps each in its own way."""
    table = table.copy()
    for name in table:
        if name == "month":
            table[name] = pd.to_datetime(table[name]).dt.strftime("%Y-%m").fillna("")
        elif name in ("rolled_up", "placed"):
            table[name] = table[name].astype(float)
        table[name] = table[name].map(lambda value: "" if pd.isna(value) else str(value)).str.removesuffix(".0")  # fmt: skip
    return table.astype(str)


def test_the_sql_runs_unchanged_on_another_database(tmp_path):
    sources = {"daftar": {"files": "daftar*", "columns": {"Nomor Tiket": "key"}}}
    study = make_study(tmp_path, FILES, sources=sources)
    desk = prepare(study, Progress("id", quiet=True))
    reference = read_reference(study.reference_folder)
    places = Places(reference.areas, reference.aliases, reference.villages, lang="id")
    words = CategoryWords(reference.category_words, lang="id")
    cells = desk.intake.cells
    readings = read_texts(cells, study, reference, places, words)
    readings |= {"amounts": read_amounts(cells, study)}
    lines = whole_reports(desk.intake.lines, study)
    found, counts, revisions = on_sqlite(cells, lines, readings)
    records = desk.cleaned.records
    pd.testing.assert_frame_equal(plain(found), plain(records[list(found.columns)]))
    pd.testing.assert_frame_equal(plain(counts), plain(desk.cleaned.counted))
    same = [name for name in revisions if name in desk.cleaned.revisions]
    assert {"file", "kept", "area", "month", "before", "after"} <= set(same)
    pd.testing.assert_frame_equal(plain(revisions[same]), plain(desk.cleaned.revisions[same]))
    # the case holds what the steps are for
    rules = set(records["rule"])
    assert {"duplicate_key", "key_reused", "superseded", "not_reported"} <= rules
    assert len(desk.cleaned.revisions) == 1
