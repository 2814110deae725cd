"""The referee of ``smooth_bym2``: the same model by long NUTS, in an environment of its own.

    python -m venv peer && peer/bin/pip install numpyro pandas
    peer/bin/python benchmarks/bym2_nuts.py AREAS.csv PAIRS.csv ANSWER.csv [SAMPLES]

AREAS: area, incidents, expected; PAIRS: focal, neighbour. The graph is scaled here by code of its
own, so that a slip in the package's scaling shows. ANSWER: one row an area with mean, sd and the
2.5 and 97.5 % points of its log relative rate, and rows "rho", "sigma", "seconds", "r_hat" (the
largest) and "n_eff" (the smallest); the versions and the seed stand in its first line.
"""

import sys
import time
from pathlib import Path

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS

SEED, CHAINS = 20240705, 2


def spatial_factor(areas: list[str], pairs: pd.DataFrame) -> np.ndarray:
    """Return A with A A' the covariance of the scaled spatial part; islands stand alone with 1."""
    place = {area: number for number, area in enumerate(areas)}
    near = np.zeros((len(areas), len(areas)))
    for focal, other in zip(pairs["focal"], pairs["neighbour"], strict=True):
        near[place[focal], place[other]] = near[place[other], place[focal]] = 1
    reached = ((np.eye(len(areas)) + near) > 0).astype(float)
    while True:
        wider = (reached @ reached > 0).astype(float)
        if (wider == reached).all():
            break
        reached = wider
    factor = np.zeros_like(near)
    for row in {tuple(np.flatnonzero(row)) for row in reached}:
        here = np.ix_(row, row)
        if len(row) == 1:
            factor[here] = 1
            continue
        laplacian = np.diag(near[here].sum(0)) - near[here]
        covariance = np.linalg.pinv(laplacian, hermitian=True)
        covariance /= np.exp(np.log(np.diag(covariance)).mean())
        size, direction = np.linalg.eigh(covariance)
        factor[here] = direction * np.sqrt(np.maximum(size, 0))
    return factor


def model(factor: np.ndarray, expected: np.ndarray, incidents: np.ndarray) -> None:
    """BYM2 with sigma exponential with P(sigma > 1) = 0.01 and rho uniform."""
    number = len(expected)
    level = numpyro.sample("level", dist.Normal(0, 5))
    sigma = numpyro.sample("sigma", dist.Exponential(-np.log(0.01)))
    rho = numpyro.sample("rho", dist.Uniform(0, 1))
    spatial = factor @ numpyro.sample("z", dist.Normal(0, 1).expand([number]))
    own = numpyro.sample("own", dist.Normal(0, 1).expand([number]))
    log_rate = numpyro.deterministic(
        "log_rate", level + sigma * (jax.numpy.sqrt(rho) * spatial + jax.numpy.sqrt(1 - rho) * own)
    )
    numpyro.sample("incidents", dist.Poisson(expected * jax.numpy.exp(log_rate)), obs=incidents)


def main(areas: str, pairs: str, answer: str, samples: int) -> None:
    """Sample and write the answer."""
    numpyro.enable_x64()
    table = pd.read_csv(areas, dtype={"area": str})
    neighbours = pd.read_csv(pairs, dtype=str)
    factor = spatial_factor(list(table["area"]), neighbours)
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.9), num_warmup=1000, num_samples=samples,
        num_chains=CHAINS, chain_method="sequential", progress_bar=False,
    )  # fmt: skip
    started = time.perf_counter()
    given = table["expected"].to_numpy(float), table["incidents"].to_numpy(int)
    mcmc.run(jax.random.PRNGKey(SEED), factor, *given)
    seconds = time.perf_counter() - started
    found = mcmc.get_samples(group_by_chain=True)
    drawn = {"rho": found["rho"][..., None], "sigma": found["sigma"][..., None]}
    drawn["log_rate"] = found["log_rate"]
    rows, n_eff, r_hat = [], [], []
    for name, values in drawn.items():
        values = np.asarray(values)
        n_eff.append(numpyro.diagnostics.effective_sample_size(values).min())
        r_hat.append(numpyro.diagnostics.split_gelman_rubin(values).max())
        flat = values.reshape(-1, values.shape[-1])
        names = table["area"] if name == "log_rate" else [name]
        low, high = np.quantile(flat, [0.025, 0.975], axis=0)
        rows.append(
            pd.DataFrame({"area": names, "mean": flat.mean(0), "sd": flat.std(0), "low": low, "high": high})
        )  # fmt: skip
    facts = {"seconds": seconds, "n_eff": min(n_eff), "r_hat": max(r_hat)}
    rows.append(pd.DataFrame({"area": list(facts), "mean": list(facts.values())}))
    made_by = (
        f"numpyro {numpyro.__version__} jax {jax.__version__} seed {SEED} {CHAINS} x {samples}"
    )
    with Path(answer).open("w", encoding="utf-8") as file:
        file.write(f"# {made_by}\n")
        pd.concat(rows).round(5).to_csv(file, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:4], samples=int(sys.argv[4]) if len(sys.argv) > 4 else 10_000)
