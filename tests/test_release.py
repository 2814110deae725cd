"""What is estimated for readers can be estimated by readers: no hidden number has a part in it."""

import numpy as np
import pandas as pd

from analysis.desk import prepare
from analysis.findings import find
from analysis.progress import Progress
from analysis.release import public_counts
from tests.studies import make_study

QUIET = Progress("id", quiet=True)
AREAS = {
    "Kab. Pandeglang": 7, "Kab. Lebak": 9, "Kab. Serang": 30, "Kota Cilegon": 25,
    "Kota Serang": 28, "Kab. Tangerang": 40, "Kota Tangerang": 35, "Kota Tangerang Selatan": 33,
}  # fmt: skip


def study_of(folder, changes):
    """Three years of eight areas; two of them so small that some months are hidden."""
    random = np.random.default_rng(11)
    rows = [["Kabupaten/Kota", "Bulan", "Jumlah Laporan"]]
    for area, mean in AREAS.items():
        for month, count in zip(
            pd.date_range("2021-01-01", periods=36, freq="MS"),
            random.poisson(mean, 36),
            strict=True,
        ):
            rows.append([area, f"{month:%Y-%m}", changes.get((area, f"{month:%Y-%m}"), int(count))])
    return make_study(folder, {"a.csv": rows}, level="kabkota")


def test_hidden_months_have_no_part_in_what_is_published(tmp_path):
    counts = [
        {("Kab. Pandeglang", "2022-03"): 0, ("Kab. Pandeglang", "2022-08"): 4},
        {("Kab. Pandeglang", "2022-03"): 3, ("Kab. Pandeglang", "2022-08"): 1},
    ]
    one, other = (
        find(prepare(study_of(tmp_path / str(place), change), QUIET))
        for place, change in enumerate(counts)
    )
    hidden = one.monthly[one.monthly["why"] == "suppressed"]
    assert {"2022-03", "2022-08"} <= set(hidden["month"].dt.strftime("%Y-%m"))
    for name in ("monthly", "trend", "fitted", "comparison", "differences", "window", "explored"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert len(one.trend) and one.trend["yearly_change"].notna().any()


def test_small_months_enter_as_the_mean_of_their_class():
    """Leaving them out would lift the level of a Poisson mean of six by about a sixth."""
    random = np.random.default_rng(3)
    true = random.poisson(6, 4000)
    months = pd.date_range("1700-01-01", periods=4000, freq="MS")
    table = pd.DataFrame({"area": "a", "month": months, "incidents": pd.array(true, dtype="Int64")})
    small = table["incidents"] < 5
    table["why"] = np.where(small, "suppressed", "")
    table["complete"] = True
    table["incidents"] = table["incidents"].mask(small)
    known = public_counts(table, 5)
    # by hand: E(Y | Y < 5) of a Poisson mean of 6 is 3.18
    assert set(known[small]) == {3}
    assert abs(known.mean() - 6) < 0.15 < table["incidents"].mean() - 6


def test_incomplete_and_unshown_areas_stay_empty():
    table = pd.DataFrame(
        {
            "area": ["a", "a", "b", "b"],
            "month": pd.to_datetime(["2024-01-01", "2024-02-01"] * 2),
            "incidents": pd.array([12, None, None, None], dtype="Int64"),
            "why": ["", "complementary", "suppressed", "suppressed"],
            "complete": [False, True, True, True],
        }
    )
    assert public_counts(table, 5).isna().all()
