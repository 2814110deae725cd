"""The pooled latent process against dense matrices written out, and against a known truth."""

import numpy as np
import pytest

from analysis.measure.glm import fit_poisson
from analysis.measure.latent import AUTOCORRELATIONS, LAGS, _moments, fit_latent

EVERY = np.ones(155, dtype=bool)


def fitted(areas, months, rng, *, variance=0.09, autocorrelation=0.5, mean=10.0):
    time = np.arange(months)
    wave = 2 * np.pi * time / 12
    design = np.column_stack(
        [np.ones(months), (time - time.mean()) / 12, np.sin(wave), np.cos(wave)]
    )
    latent = [rng.normal(size=areas)]
    for _ in range(months - 1):
        fresh = rng.normal(size=areas) * np.sqrt(1 - autocorrelation**2)
        latent.append(autocorrelation * latent[-1] + fresh)
    spread = np.sqrt(np.log1p(variance))
    wander = np.exp(spread * np.column_stack(latent) - spread**2 / 2)
    counts = rng.poisson(mean * np.exp(0.3 * design[:, 2]) * wander).astype(float)
    designs = np.repeat(design[None], areas, axis=0)
    counts[rng.random(counts.shape) < 0.1] = np.nan
    return counts, fit_poisson(counts, designs, np.zeros_like(counts)), designs


def dense(fit, design, place, autocorrelation):
    """Residual and coefficient covariance of one area, for a latent variance of one."""
    mean, x, bread = fit.mean[place], design[place], fit.bread[place]
    step = np.arange(len(mean))
    latent = np.outer(mean, mean) * autocorrelation ** np.abs(step[:, None] - step)
    keep = np.eye(len(mean)) - np.diag(mean) @ x @ bread @ x.T
    return keep @ np.diag(mean) @ keep.T, keep @ latent @ keep.T, bread @ x.T @ latent @ x @ bread


@pytest.mark.parametrize("place", [0, 2])
def test_moments_are_those_of_the_dense_matrices(place):
    counts, fit, design = fitted(3, 30, np.random.default_rng(4))
    found = _moments(counts, fit, design, 0.05, 1)
    scale = 1 / (1 + 0.05 * fit.mean[place])
    residual = scale * np.nan_to_num(counts[place] - fit.mean[place])
    for grid in (0, 10, 19):
        poisson, latent, covariance = dense(fit, design, place, AUTOCORRELATIONS[grid])
        for lag in LAGS:
            scaled = np.outer(scale, scale)
            observed = (residual[: 30 - lag] * residual[lag:]).sum()
            assert found.observed[lag, place] == pytest.approx(
                observed - np.trace(poisson * scaled, lag)
            )
            assert found.expected[grid, lag, place] == pytest.approx(np.trace(latent * scaled, lag))
        assert found.trend[grid, place] == pytest.approx(covariance[1, 1])


def test_covariance_is_the_sandwich_written_out():
    counts, fit, design = fitted(4, 40, np.random.default_rng(5))
    latent = fit_latent(counts, fit, design, 1, EVERY[: len(counts)])
    _, _, unit = dense(fit, design, 2, latent.autocorrelation)
    np.testing.assert_allclose(latent.covariance[2], fit.bread[2] + latent.variance * unit)


@pytest.mark.parametrize("autocorrelation", [0.0, 0.5, 0.8])
def test_a_known_process_is_found_again(autocorrelation):
    # simulated spread of the two estimates at this size: 0.004 and 0.03
    rng = np.random.default_rng(6)
    counts, fit, design = fitted(155, 70, rng, autocorrelation=autocorrelation)
    latent = fit_latent(counts, fit, design, 1, EVERY[: len(counts)])
    assert latent.variance == pytest.approx(0.09, abs=0.015)
    assert latent.autocorrelation == pytest.approx(autocorrelation, abs=0.101)


def test_counts_that_are_only_poisson_get_poisson_errors():
    rng = np.random.default_rng(7)
    counts, fit, design = fitted(155, 60, rng, variance=0.0, autocorrelation=0.0)
    latent = fit_latent(counts, fit, design, 1, EVERY[: len(counts)])
    assert latent.variance < 0.01
    np.testing.assert_allclose(latent.covariance[:, 1, 1], fit.bread[:, 1, 1], rtol=0.1)


def test_areas_outside_the_pool_take_its_process():
    rng = np.random.default_rng(10)
    counts, fit, design = fitted(20, 60, rng, variance=0.2)
    calm, calm_fit, calm_design = fitted(2, 60, rng, variance=0.0)
    both = np.vstack([counts, calm]), np.vstack([design, calm_design])
    joined = type(fit)(*(np.concatenate(parts) for parts in zip(fit, calm_fit, strict=True)))
    pooled = np.arange(22) < 20
    alone = fit_latent(counts, fit, design, 1, EVERY[:20])
    found = fit_latent(both[0], joined, both[1], 1, pooled)
    assert found.variance == pytest.approx(alone.variance)
    np.testing.assert_allclose(found.freedom[:20], alone.freedom)
    np.testing.assert_allclose(found.covariance[:20], alone.covariance)
    assert (found.covariance[20:, 1, 1] > 1.5 * calm_fit.bread[:, 1, 1]).all()


def test_few_areas_have_few_degrees_of_freedom():
    rng = np.random.default_rng(8)
    counts, fit, design = fitted(155, 60, rng, autocorrelation=0.8, mean=40)
    many = fit_latent(counts, fit, design, 1, EVERY[: len(counts)])
    few = fit_latent(counts[:4], type(fit)(*(part[:4] for part in fit)), design[:4], 1, EVERY[:4])
    alone = fit_latent(counts[:1], type(fit)(*(part[:1] for part in fit)), design[:1], 1, EVERY[:1])
    assert many.freedom.min() > 30 > few.freedom.max()
    assert 3 <= alone.freedom[0] <= 5  # sixty months, less the gaps: five years


def test_freedom_is_the_jackknife_written_out():
    counts, fit, design = fitted(6, 60, np.random.default_rng(9), autocorrelation=0.7)
    whole = fit_latent(counts, fit, design, 1, EVERY[: len(counts)])
    start = max(
        0.0,
        float(
            (
                np.nan_to_num(counts - fit.mean) ** 2
                * (~np.isnan(counts)).sum()
                / ((~np.isnan(counts)).sum() - 6 * 4)
                - fit.mean
            ).sum()
            / (fit.mean**2).sum()
        ),
    )
    moments = _moments(counts, fit, design, start, 1)
    shares = []
    for left in range(6):
        others = [place for place in range(6) if place != left]
        observed = moments.observed[:, others].sum(axis=1)
        weight = moments.weight[:, others].sum(axis=1)
        best = (np.inf, 0.0)
        for grid in range(len(AUTOCORRELATIONS)):
            expected = moments.expected[grid][:, others].sum(axis=1)
            variance = (observed * expected / weight).sum() / (expected**2 / weight).sum()
            variance = max(variance, 0.0)
            loss = ((observed - variance * expected) ** 2 / weight).sum()
            best = min(best, (loss, variance * moments.trend[grid, 3]))
        shares.append(best[1])
    estimate = whole.covariance[3, 1, 1]
    center = estimate - fit.bread[3, 1, 1]
    spread = 5 / 6 * sum((share - center) ** 2 for share in shares)
    assert whole.freedom[3] == pytest.approx(max(2 * estimate**2 / spread, 3.0))
