"""Patterns on the map against spdep and esda, by hand, and under no pattern at all."""

import importlib.util

import numpy as np
import pandas as pd
import pytest

from analysis.measure.permuting import adjust_p
from analysis.measure.space import (
    ASSUMPTIONS,
    add_even_rates,
    find_autocorrelation,
    find_clusters,
    find_joins,
)
from analysis.words.messages import InsidenError, words

pytest.importorskip("esda")
FEW = {"permutations": 99}


@pytest.fixture(scope="module")
def bench(root):
    """The long version of what runs here in short."""
    file = root / "benchmarks" / "calibration" / "local_maps.py"
    spec = importlib.util.spec_from_file_location("local_maps", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def columbus(shared):
    path = shared / "golden" / "spdep-moran-columbus"
    table = pd.read_csv(path / "input.csv").rename(columns={"POLYID": "area"})
    queen = pd.read_csv(path / "neighbours_queen.csv").rename(columns={"id": "focal"})
    return path, table, queen


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
@pytest.mark.parametrize("value", ["CRIME", "INC", "HOVAL"])
def test_moran_and_geary_as_spdep(shared, value, assumption):
    path, table, queen = columbus(shared)
    found = find_autocorrelation(table, queen, value=value, assumption=assumption, **FEW)
    wanted = pd.read_csv(path / "expected_global.csv")
    randomised = int(assumption == "randomisation")
    wanted = wanted[(wanted["variable"] == value) & (wanted["randomisation"] == randomised)]
    for name, sign in (("moran", 1), ("geary", -1)):  # the peer turns the sign of Geary's z
        row = found[found["method"] == name].iloc[0]
        peer = wanted[(wanted["test"] == name) & (wanted["alternative"] == "greater")].iloc[0]
        for ours, theirs in (("statistic", "statistic"), ("expected", "expectation")):
            assert row[ours] == pytest.approx(peer[theirs], rel=1e-8)
        assert row["variance"] == pytest.approx(peer["variance"], rel=1e-8)
        assert row["z"] == pytest.approx(sign * peer["z"], rel=1e-8)
        assert row["p_normal"] == pytest.approx(2 * peer["p_value"], rel=1e-6)


def test_local_moran_as_spdep(shared):
    path, table, queen = columbus(shared)
    shuffled = table.sample(frac=1, random_state=1)
    found = find_clusters(shuffled, queen, value="CRIME")
    wanted = pd.read_csv(path / "expected_local_crime.csv")
    peers = {"value": "x", "lag": "spatial_lag", "statistic": "Ii", "expected": "E_Ii"}
    for ours, theirs in (peers | {"variance": "Var_Ii", "z": "Z_Ii"}).items():
        np.testing.assert_allclose(found[ours], wanted[theirs], rtol=1e-8)
    np.testing.assert_allclose(found["p_normal"], wanted["p_two_sided"], rtol=1e-6)
    words_of_peer = wanted["quadrant_mean"].str.lower().str.replace("-", "_")
    assert found["quadrant"].tolist() == words_of_peer.tolist()
    # shuffling and its normal approximation tell one story
    assert (found["p"] - wanted["p_two_sided"]).abs().max() < 0.03


@pytest.mark.parametrize(("method", "column"), [("getis_ord", "G"), ("getis_ord_star", "Gstar")])
def test_getis_ord_as_spdep(shared, method, column):
    path, table, queen = columbus(shared)
    found = find_clusters(table, queen, value="CRIME", method=method, **FEW)
    wanted = pd.read_csv(path / "expected_local_crime.csv")
    np.testing.assert_allclose(found["statistic"], wanted[column], rtol=1e-8)
    np.testing.assert_allclose(found["z"], wanted[column], rtol=1e-8)


def test_join_counts_as_spdep(shared):
    path, table, queen = columbus(shared)
    found = find_joins(table.assign(value=table["CRIME"] >= 35), queen).set_index("join")
    wanted = pd.read_csv(path / "expected_joincount.csv").set_index("join")
    for ours, theirs in {"yes_yes": "high:high", "no_no": "low:low", "yes_no": "high:low"}.items():
        for column in ("expected", "variance", "z"):
            assert found.loc[ours, column] == pytest.approx(wanted.loc[theirs, column], rel=1e-8)
        assert found.loc[ours, "statistic"] == wanted.loc[theirs, "joincount"]
    assert found["pattern"].to_dict() == {
        "yes_yes": "clustered",
        "no_no": "",
        "yes_no": "clustered",
    }


@pytest.mark.parametrize("period", ["7984", "8488", "8893"])
def test_moran_and_geary_as_esda(shared, period):
    path = shared / "golden" / "esda-rates-stl-homicides"
    table = pd.read_csv(path / "input.csv").rename(columns={"FIPSNO": "area"})
    queen = pd.read_csv(path / "neighbours_queen.csv").rename(columns={"id": "focal"})
    wanted = pd.read_csv(path / "expected_global.csv").set_index("variable")
    for assumption, kind in zip(ASSUMPTIONS, ("rand", "norm"), strict=True):
        moran, geary = find_autocorrelation(
            table, queen, value=f"HR{period}", assumption=assumption, **FEW
        ).to_dict("records")
        peer = wanted.loc[f"HR{period}"]
        assert moran["statistic"] == pytest.approx(peer["I"], rel=1e-8)
        assert moran["variance"] == pytest.approx(peer[f"VI_{kind}"], rel=1e-8)
        assert moran["p_normal"] == pytest.approx(2 * peer[f"p_{kind}_one_sided"], rel=1e-8)
        assert geary["statistic"] == pytest.approx(peer["C"], rel=1e-8)
    assert geary["z"] == pytest.approx(peer["C_z_norm"], rel=1e-8)
    if period == "7984":
        counted = table.rename(columns={"HC7984": "incidents", "PO7984": "exposure"})
        found = find_autocorrelation(add_even_rates(counted), queen, **FEW).iloc[0]
        peer = wanted.filter(like="Assuncao", axis=0).iloc[0]
        for ours, theirs in {"statistic": "I", "variance": "VI_rand", "z": "z_rand"}.items():
            assert found[ours] == pytest.approx(peer[theirs], rel=1e-8)


# a ring of twelve areas, each the neighbour of the next
RING = pd.DataFrame({"area": [f"r{number:02d}" for number in range(12)]})
STEPS = pd.DataFrame(
    [(f"r{one:02d}", f"r{(one + step) % 12:02d}") for one in range(12) for step in (1, -1)],
    columns=["focal", "neighbour"],
)
HILL = RING.assign(value=[0.0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0])


def test_a_hill_is_clustered_and_a_zigzag_dispersed():
    zigzag = RING.assign(value=[1.0, 0] * 6)
    for table, pattern, moran in ((HILL, "clustered", None), (zigzag, "dispersed", -1)):
        found = find_autocorrelation(table, STEPS)
        assert found["pattern"].tolist() == [pattern] * 2
        assert (found["p"] < 0.05).all()
        if moran:
            assert found["statistic"].iloc[0] == pytest.approx(moran)
    joins = find_joins(zigzag, STEPS).set_index("join")
    assert joins["statistic"].to_dict() == {"yes_yes": 0, "no_no": 0, "yes_no": 12}
    assert set(joins["pattern"]) == {"dispersed"}


def test_local_p_by_all_arrangements():
    """Of r05 (5, between 4 and 5): pairs of the other eleven values that add up to nine or more."""
    others = [0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0]
    sums = np.array([others[i] + others[j] for i in range(11) for j in range(i)])
    wanted = 2 * min((sums >= 9).mean(), (sums <= 9).mean())
    found = find_clusters(HILL, STEPS, permutations=40_000).set_index("area")
    assert found.loc["r05", "p"] == pytest.approx(wanted, abs=0.005)
    # an area exactly at its neighbours' middle is in nobody's tail
    level = 2 * min((sums >= 4).mean(), (sums <= 4).mean())
    assert found.loc["r02", "p"] == pytest.approx(min(level, 1), abs=0.2)
    assert found["p"].max() <= 1


def test_q_by_hand():
    # 0.01 x 4/1, 0.02 x 4/2, 0.04 x 4/3, 0.5 x 4/4, each at most the next
    q = adjust_p(np.array([0.04, np.nan, 0.01, 0.5, 0.02]))
    np.testing.assert_allclose(q, [0.04 * 4 / 3, np.nan, 0.04, 0.5, 0.04])


def test_marks_go_by_q_unless_asked():
    found = find_clusters(HILL, STEPS, confidence=0.8)
    by_p = find_clusters(HILL, STEPS, confidence=0.8, by="p")
    assert ((found["cluster"] != "") == (found["q"] <= 0.2)).all()
    assert ((by_p["cluster"] != "") == (by_p["p"] <= 0.2)).all()
    assert (by_p["cluster"] != "").sum() > (found["cluster"] != "").sum()
    assert (found["q"] >= found["p"]).all()


def test_row_order_and_units_change_nothing_and_the_seed_does():
    one = find_clusters(HILL, STEPS)
    two = find_clusters(
        HILL.assign(value=HILL["value"] * 1e5 + 7).iloc[::-1], STEPS.sample(frac=1, random_state=3)
    )
    assert one["p"].tolist() == two["p"].tolist()
    assert one["cluster"].tolist() == two["cluster"].tolist()
    other = find_clusters(HILL, STEPS, seed=1)
    assert one["p"].tolist() != other["p"].tolist()
    assert one[["seed", "permutations", "confidence"]].drop_duplicates().to_numpy().tolist() == [
        [0, 9999, 0.95]
    ]


def test_islands_and_areas_without_a_value_are_listed():
    table = pd.concat([HILL, pd.DataFrame({"area": ["x", "y"], "value": [9.0, None]})])
    pairs = pd.concat([STEPS, pd.DataFrame({"focal": ["y", "r00"], "neighbour": ["r00", "y"]})])
    found = find_clusters(table, pairs, **FEW).set_index("area")
    assert found.loc["x", ["why", "cluster"]].tolist() == ["no_neighbours", ""]
    assert found.loc["y", "why"] == "no_value"
    assert found.loc[["x", "y"], ["statistic", "p", "q"]].isna().all(axis=None)
    alone = find_clusters(HILL, STEPS, **FEW).set_index("area")
    pd.testing.assert_frame_equal(found.loc[alone.index], alone, check_dtype=False)
    overall = find_autocorrelation(table, pairs, **FEW)
    assert overall["left_out"].tolist() == ["x, y"] * 2
    assert overall["areas"].tolist() == [12] * 2


def test_residuals_may_be_negative():
    for method in ("local_moran", "getis_ord_star"):
        one, two = (
            find_clusters(HILL.assign(value=HILL["value"] - lower), STEPS, method=method, **FEW)
            for lower in (0, 2.5)
        )
        np.testing.assert_allclose(one["statistic"], two["statistic"], atol=1e-12)


def test_even_rates_leave_out_who_has_no_count():
    table = RING.assign(incidents=[None, *range(11)], exposure=[10] * 11 + [None])
    table["incidents"] = table["incidents"].astype("Int64")
    table.loc[11, "incidents"] = pd.NA
    found = add_even_rates(table)
    assert found["why"].tolist() == ["not_reported"] + [""] * 10 + ["not_reported"]
    assert found["value"].isna().tolist() == [True] + [False] * 10 + [True]


@pytest.mark.parametrize(
    ("table", "arguments", "key"),
    [
        (HILL.assign(value=3), {}, "space.constant"),
        (HILL[:6], {}, "space.too_few"),
        (HILL[:1], {}, "space.too_few"),
        (HILL.assign(area=range(12)), {}, "space.too_few"),
        (HILL.assign(value=None), {}, "space.too_few"),
        (pd.concat([HILL, HILL]), {}, "measure.repeated_key"),
        (HILL.assign(value="x"), {}, "measure.not_a_number"),
        (HILL, {"confidence": 95}, "measure.confidence"),
        (HILL, {"permutations": 9}, "space.permutations"),
    ],
)
def test_bad_input_is_one_clear_error(table, arguments, key):
    for job in (find_clusters, find_autocorrelation, find_joins):
        with pytest.raises(InsidenError) as error:
            job(table, STEPS, **arguments)
        assert error.value.key == key


def test_bad_choices():
    for job, arguments, key in (
        (find_clusters, {"method": "moran"}, "measure.choice"),
        (find_clusters, {"by": "z"}, "measure.choice"),
        (find_autocorrelation, {"assumption": "hope"}, "measure.choice"),
        (find_joins, {}, "space.not_yes_or_no"),
    ):
        with pytest.raises(InsidenError) as error:
            job(HILL, STEPS, **arguments)
        assert error.value.key == key
    with pytest.raises(InsidenError) as error:
        add_even_rates(RING.assign(incidents=0, exposure=5))
    assert error.value.key == "space.constant"


def test_every_code_has_words():
    found = find_clusters(HILL, STEPS, by="p", **FEW)
    for lang in ("id", "en"):
        said = words(lang)
        assert {f"space.cluster.{code}" for code in found["quadrant"]} <= said.keys()
        for method in ("local_moran", "getis_ord", "getis_ord_star", "moran", "geary"):
            assert f"measure.method.{method}" in said
        assert {"space.pattern.clustered", "space.pattern.dispersed"} <= said.keys()


# -- the short version of benchmarks/calibration/local_maps.py ----------------------------------


def test_five_percent_are_marked_where_there_is_no_pattern(bench):
    share, error, false_maps = bench.false_marks(155, 60)
    assert error < 0.004
    assert share == pytest.approx(0.05, abs=0.01)
    assert false_maps <= 0.1


def test_one_missing_area_changes_the_marks_of_its_neighbours_alone(bench):
    # the mean of all and the number of tests are everyone's: 2 in 1000 far marks move with them
    changed, far = bench.changed_marks(155, 3)
    assert far > 400
    assert changed <= 0.002 * far


def test_one_missing_area_leaves_far_neighbourhoods_as_they_are(bench):
    table, neighbours = bench.grid_of(155, np.random.default_rng(4))
    table["value"] = np.random.default_rng(5).standard_normal(155)
    gap = table.assign(value=table["value"].mask(table["area"] == "0077"))
    whole, less = (find_clusters(given, neighbours) for given in (table, gap))
    near = {"0077", *neighbours.query("focal == '0077'")["neighbour"]}
    far = ~whole["area"].isin(near)
    for column in ("value", "neighbours", "lag"):
        np.testing.assert_allclose(whole.loc[far, column], less.loc[far, column], rtol=1e-12)
    assert (whole.loc[far, "cluster"] == less.loc[far, "cluster"]).all()
    assert (whole["p"] - less["p"])[far].abs().max() < 0.05
    assert less.loc[77, "why"] == "no_value"
