"""Rates against published limits: hand tables, PHEindicatormethods, epitools, London."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.rates import add_rates, poisson_interval
from analysis.words.messages import InsidenError

GARWOOD = [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)]


@pytest.mark.parametrize(("incidents", "low", "high"), GARWOOD)
def test_poisson_interval_matches_published_tables(incidents, low, high):
    limits = poisson_interval(np.array([float(incidents)]), confidence=0.95)
    assert [limit.item() for limit in limits] == pytest.approx([low, high], abs=5e-4)


def test_poisson_interval_keeps_gaps_and_zeros_apart():
    low, high = poisson_interval(np.array([0.0, np.nan]))
    assert low[0] == 0
    assert high[0] == pytest.approx(-np.log(0.025))  # P(0 | high) = 2.5 %
    assert np.isnan([low[1], high[1]]).all()


def table(incidents, exposure):
    return pd.DataFrame(
        {
            "area": [f"a{number}" for number in range(len(incidents))],
            "incidents": pd.array(incidents, dtype="Int64"),
            "exposure": exposure,
        }
    )


# domain.md S3: reports of violence, January-February 2023, by the population of 2022
PANDEGLANG, LEBAK = 1_307_090, 1_433_853


def test_add_rates_of_the_secretarys_claim():
    rates = add_rates(table([20, 10], [PANDEGLANG, LEBAK]))
    found = rates[["rate", "rate_low", "rate_high"]].to_numpy()
    assert found[0] == pytest.approx([1.53, 0.93, 2.36], abs=0.005)
    assert found[1] == pytest.approx([0.70, 0.33, 1.28], abs=0.005)
    assert rates["rate_per"].tolist() == [100_000, 100_000]
    assert rates["rate_method"].tolist() == ["exact", "exact"]


def test_add_rates_leaves_unknown_counts_and_people_without_a_rate():
    rates = add_rates(table([None, 3, None, 0], [1000.0, np.nan, 0.0, 1000.0]))
    assert rates["rate"].isna().tolist() == [True, True, True, False]
    assert rates["rate_low"].isna().tolist() == [True, True, True, False]
    assert rates.loc[3, "rate"] == 0
    assert rates.loc[3, "rate_high"] == pytest.approx(368.888, abs=0.001)


def test_add_rates_does_not_change_its_input():
    before = table([1], [1000.0])
    add_rates(before)
    assert list(before) == ["area", "incidents", "exposure"]


@pytest.mark.parametrize(
    ("incidents", "exposure", "key"),
    [(-1, 1000.0, "measure.negative_count"), (3, 0.0, "measure.no_people")],
)
def test_add_rates_refuses_impossible_rows(incidents, exposure, key):
    with pytest.raises(InsidenError) as error:
        add_rates(table([2, incidents], [1000.0, exposure]))
    assert error.value.key == key
    assert "a1" in str(error.value)


def test_epitools_exact_limits(shared):
    golden = pd.read_csv(shared / "golden" / "epitools-rate-ci" / "expected.csv")
    for confidence, rows in golden.groupby("conf"):
        low, high = poisson_interval(rows["x"].to_numpy(dtype=float), confidence)
        np.testing.assert_allclose(low / rows["n"], rows["poisson_test_lower"], rtol=1e-9)
        np.testing.assert_allclose(high / rows["n"], rows["poisson_test_upper"], rtol=1e-9)
        # epitools finds its own limits by stepping: off by 0.11 % at one incident
        found = rows["exact_lower"].notna() & rows["exact_upper"].notna()
        np.testing.assert_allclose((low / rows["n"])[found], rows["exact_lower"][found], rtol=2e-3)
        np.testing.assert_allclose((high / rows["n"])[found], rows["exact_upper"][found], rtol=2e-3)


def byar(count, z, side):
    """The PHE form of Byar's limits: what the peer prints from ten incidents up."""
    count = count + (side > 0)
    return count * (1 - 1 / (9 * count) + side * z / (3 * np.sqrt(count))) ** 3


def test_phe_rates_below_ten_are_exact(shared):
    folder = shared / "golden" / "phe-rate"
    given, golden = pd.read_csv(folder / "input.csv"), pd.read_csv(folder / "expected.csv")
    counts, people = given["Numerator"].to_numpy(), given["Denominator"].to_numpy()
    scale = given["multiplier"] / people
    np.testing.assert_allclose(counts * scale, golden["value"], rtol=1e-8)
    small = (golden["method"] == "Exact").to_numpy()
    for confidence, name in ((0.95, "95_0cl"), (0.998, "99_8cl")):
        low, high = (limit * scale for limit in poisson_interval(counts, confidence))
        for ours, theirs in ((low, golden[f"lower{name}"]), (high, golden[f"upper{name}"])):
            np.testing.assert_allclose(ours[small], theirs[small], rtol=1e-8)
            # Byar's approximation from ten up: the same to one part in a hundred
            np.testing.assert_allclose(
                ours[~small], np.where(people > 0, theirs, np.nan)[~small], rtol=0.01
            )


def test_phe_rates_of_london_boroughs(shared):
    folder = shared / "golden" / "phe-rate-london"
    golden = pd.read_csv(folder / "expected.csv")
    given = golden.rename(columns={"code": "area", "count": "incidents", "pop2013": "exposure"})
    rates = add_rates(given[["area", "incidents", "exposure"]], per=1000)
    np.testing.assert_allclose(rates["rate"], golden["value"], rtol=1e-9)
    np.testing.assert_allclose(rates["rate_low"], golden["lower95_0cl"], rtol=1e-4)
    np.testing.assert_allclose(rates["rate_high"], golden["upper95_0cl"], rtol=1e-4)


def test_exact_limits_lie_beside_byars(shared):
    folder = shared / "golden" / "phe-byars-wilson"
    golden = pd.read_csv(folder / "expected.csv")
    golden = golden[(golden["method"] == "Byars") & golden["lowercl"].notna()]
    z = golden["confidence"].map({"95%": 1.959963984540054, "99.8%": 3.090232306167813})
    np.testing.assert_allclose(byar(golden["x"], z, -1), golden["lowercl"], rtol=1e-8)
    large = golden["x"] >= 10
    for level, rows in golden[large].groupby("confidence"):
        confidence = float(level.rstrip("%")) / 100
        low, high = poisson_interval(rows["x"].to_numpy(dtype=float), confidence)
        np.testing.assert_allclose(low, rows["lowercl"], rtol=0.02)
        np.testing.assert_allclose(high, rows["uppercl"], rtol=0.02)
