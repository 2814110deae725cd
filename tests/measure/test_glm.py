"""The batched regression against R, a published fit and statsmodels, one series at a time."""

import numpy as np
import pandas as pd
import pytest

from analysis.measure.glm import dispersion, fit_poisson


def batch(*designs):
    return np.stack([np.asarray(design, dtype=float) for design in designs])


def test_a_level_alone_is_the_mean():
    fit = fit_poisson(np.array([[1.0, 3.0, np.nan]]), np.ones((1, 3, 1)), np.zeros((1, 3)))
    assert np.exp(fit.coefficients[0, 0]) == pytest.approx(2)
    assert fit.bread[0, 0, 0] == pytest.approx(1 / 4)  # variance of a log count of 4
    assert fit.mean[0].tolist() == pytest.approx([2, 2, 0])
    assert dispersion(np.array([[1.0, 3.0, np.nan]]), fit)[0] == pytest.approx(1.0)


def test_a_series_does_not_change_its_neighbours():
    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(40), np.linspace(-1, 1, 40)])
    counts = rng.poisson(4.0, (3, 40)).astype(float)
    alone = fit_poisson(counts[:1], batch(design), np.zeros((1, 40)))
    wild = np.vstack([counts[0], np.zeros(40), 1e6 * counts[2]])
    together = fit_poisson(wild, batch(design, design, design), np.zeros((3, 40)))
    np.testing.assert_allclose(together.coefficients[0], alone.coefficients[0], rtol=1e-9)


def test_statsmodels_is_met_to_1e8_also_with_gaps():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(2)
    time = np.arange(60)
    wave = [np.sin(time / 1.91), np.cos(time / 1.91), rng.random(60)]
    design = np.column_stack([np.ones(60), (time - 29.5) / 12, *wave])
    counts = rng.poisson(rng.uniform(1, 40, (6, 1)), (6, 60)).astype(float)
    counts[rng.random(counts.shape) < 0.2] = np.nan
    offset = rng.normal(3, 0.1, counts.shape)
    fit = fit_poisson(counts, np.repeat(design[None], 6, axis=0), offset)
    assert fit.converged.all()
    scatter = dispersion(counts, fit)
    for place, row in enumerate(counts):
        seen = ~np.isnan(row)
        peer = sm.GLM(
            row[seen], design[seen], family=sm.families.Poisson(), offset=offset[place][seen]
        ).fit(tol=1e-14)
        np.testing.assert_allclose(fit.coefficients[place], peer.params, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(fit.bread[place], peer.cov_params(), rtol=1e-7, atol=1e-12)
        assert scatter[place] == pytest.approx(peer.pearson_chi2 / peer.df_resid, rel=1e-8)


def test_r_glm_with_a_yearly_wave(shared):
    folder = shared / "golden" / "r-glm-trend"
    given = pd.read_csv(folder / "input.csv")
    golden = pd.read_csv(folder / "expected_coefficients.csv").set_index(["model", "series"])
    summary = pd.read_csv(folder / "expected_summary.csv").set_index(["model", "series"])
    names = list(given["series"].unique())
    counts = batch(*(given.loc[given["series"] == name, "value"] for name in names))
    time = np.arange(counts.shape[1]) / 12
    wave = 2 * np.pi * time
    design = np.column_stack([np.ones(len(time)), time, np.sin(wave), np.cos(wave)])
    fit = fit_poisson(counts, batch(*[design] * len(names)), np.zeros_like(counts))
    scatter = dispersion(counts, fit)
    for place, name in enumerate(names):
        error = np.sqrt(np.diagonal(fit.bread[place]))
        poisson, quasi = golden.loc["poisson", name], golden.loc["quasipoisson", name]
        np.testing.assert_allclose(fit.coefficients[place], poisson["estimate"], rtol=1e-8)
        np.testing.assert_allclose(error, poisson["std_error"], rtol=1e-7)
        np.testing.assert_allclose(error * np.sqrt(scatter[place]), quasi["std_error"], rtol=1e-6)
        assert scatter[place] == pytest.approx(
            summary.loc[("poisson", name), "dispersion"], rel=1e-8
        )
    fitted = pd.read_csv(folder / "expected_fitted.csv")
    np.testing.assert_allclose(fit.mean.ravel(), fitted["fit_poisson"], rtol=1e-8)


def test_the_published_polio_fit(shared):
    folder = shared / "golden" / "polio-glm-published"
    given, golden = pd.read_csv(folder / "input.csv"), pd.read_csv(folder / "expected.csv")
    terms = given.drop(columns=["month", "Cases"]).to_numpy()
    design = batch(np.column_stack([np.ones(len(given)), terms]))
    fit = fit_poisson(given["Cases"].to_numpy(dtype=float)[None], design, np.zeros((1, len(given))))
    np.testing.assert_allclose(fit.coefficients[0], golden["estimate"], rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diagonal(fit.bread[0])), golden["std_error"], rtol=1e-4)
    # R takes its errors one step before the coefficients stand still; statsmodels agrees with us
    # as Davis, Dunsmuir & Wang (2000) print it
    assert fit.coefficients[0].round(2).tolist() == [0.21, -4.80, -0.15, -0.53, 0.17, -0.43]
