"""The intervals of sensitivity measures hold the true value in 95 +/- 2 of 100 synthetic studies.

`make proof` writes the shares. Studies are drawn at random, not from a Sobol' sequence: with a sequence the
intervals of Sobol' indices hold the truth more often. Small samples stand in the record without a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from SALib.sample import morris
from scipy.stats import norm

from scenario.analysis.factors import Factors
from scenario.analysis.given_data import pawn
from scenario.analysis.morris import morris_effects
from scenario.analysis.shapley import shapley_effects
from scenario.analysis.sobol import sobol_indices
from tests.proof.coverage import SHORT, holds, is_close
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

STUDIES, SEED = 1000, 41
LEAST = 0.88
"""Coverage that a sample must have which the program calls too small."""
Model = Callable[[np.ndarray, np.ndarray], np.ndarray]


def assert_close(figure: dict[str, Any], hits: np.ndarray, short: np.ndarray, *, is_bound: bool) -> None:
    """Ask for 95 -/+ 2 % of the intervals and for less of the shortened ones; of small samples for 88 %."""
    figure["planted, 90 % intervals"] = (short / STUDIES).tolist()
    assert (hits / STUDIES >= LEAST).all()
    if is_bound:
        assert is_close(hits / STUDIES)
        assert (short / STUDIES < 0.93).all()


def ishigami(x: np.ndarray, _: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990 on the unit cube."""
    z = np.pi * (2 * x - 1)
    return np.asarray(np.sin(z[:, 0]) + 7 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0]))


def sobol_g(x: np.ndarray, _: np.ndarray) -> np.ndarray:
    """Sobol' G with a = 0, 1, 4.5 on the unit cube."""
    return np.asarray(np.prod((np.abs(4 * x - 2) + G_A) / (1 + G_A), axis=1))


def lucky(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """3 x_1 + 2 x_2 + x_3 + luck, and x_3 times luck: z of variance 1."""
    z = 12**0.5 * (x - 0.5)
    return np.asarray(3 * z[:, 0] + 2 * z[:, 1] + z[:, 2] + luck + z[:, 2] * luck)


V1, V2, V13 = 0.5 * (1 + np.pi**4 / 50) ** 2, 49 / 8, 0.01 * np.pi**8 * 8 / 225
G_A = np.array([0.0, 1.0, 4.5])
G_V = 1 / (3 * (1 + G_A) ** 2)
G_ALL = np.prod(1 + G_V) - 1
SOBOL: dict[str, tuple[Model, np.ndarray, np.ndarray]] = {
    "ishigami": (
        ishigami,
        np.array([V1, V2, 0]) / (V1 + V2 + V13),
        np.array([V1 + V13, V2, V13]) / (V1 + V2 + V13),
    ),
    "g": (
        sobol_g,
        G_V / G_ALL,
        np.array([G_V[i] * np.prod(np.delete(1 + G_V, i)) for i in range(3)]) / G_ALL,
    ),
    "lucky": (lucky, np.array([9, 4, 1]) / 16, np.array([9, 4, 2]) / 16),
}


def sobol_study(model: Model, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The blocks of one study: A and AB_i share their luck, B has its own."""
    a, b = rng.random((2, n, 3))
    luck_a, luck_b = rng.normal(size=(2, n))
    mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
    return model(a, luck_a), model(b, luck_b), np.array([model(x, luck_a) for x in mixed])


@pytest.mark.parametrize(("n", "is_bound"), [(64, False), (256, True)])
@pytest.mark.parametrize("name", sorted(SOBOL))
def test_sobol_intervals_cover(name: str, n: int, is_bound: bool) -> None:
    """First and total order of three models are covered by 95 +/- 2 % of their intervals (256 rows).

    With 64 rows the first order of Ishigami is covered by 92.4 %; such intervals are doubted as too wide.
    """
    model, first, total = SOBOL[name]
    rng, hits, short = np.random.default_rng(SEED), np.zeros((2, 3)), np.zeros((2, 3))
    with recorded(f"coverage-sobol-{name}-{n}", size={"studies": STUDIES, "rows": n}, seed=SEED) as figure:
        for study in range(STUDIES):
            found = sobol_indices(*sobol_study(model, n, rng), names=("a", "b", "c"), seed=study)
            hits += [holds(found.first_interval, first), holds(found.total_interval, total)]
            short += [holds(found.first_interval, first, SHORT), holds(found.total_interval, total, SHORT)]
        figure["first"], figure["total"] = (hits / STUDIES).tolist()
        assert_close(figure, hits, short, is_bound=is_bound)


GRID, UNIT = 4, Factors(names=("a", "b", "c"), low=np.zeros(3), high=np.ones(3))
"""Levels of the grid of trajectories, and its columns."""


def bent(x: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """3 x_1 + 4 x_2^2 + 3 x_1 x_3 + luck (1 + x_3): a slope, a bend, an interaction, and one with luck."""
    return np.asarray(3 * x[:, 0] + 4 * x[:, 1] ** 2 + 3 * x[:, 0] * x[:, 2] + luck * (1 + x[:, 2]))


def effects_of_bent() -> tuple[np.ndarray, np.ndarray]:
    """The mean elementary effect on the grid, and the mean of its size.

    3 + 3 x_3 with mean 4.5; 4 (x + x') at both steps of 2/3, mean 4; 3 x_1 + z with x_1 on the grid, mean 1.5
    and E |N(m, 1)| = 2 phi(m) + m (2 Phi(m) - 1).
    """
    means = 3 * np.arange(GRID) / (GRID - 1)
    size = float((2 * norm.pdf(means) + means * (2 * norm.cdf(means) - 1)).mean())
    return np.array([4.5, 4.0, 1.5]), np.array([4.5, 4.0, size])


@pytest.mark.parametrize(("n", "is_bound"), [(10, False), (20, True), (50, True)])
def test_morris_intervals_cover(n: int, is_bound: bool) -> None:
    """Mean effect and its mean size over trajectories that the library lays (20 and 50 of them)."""
    problem = {"num_vars": 3, "names": list(UNIT.names), "bounds": [[0.0, 1.0]] * 3}
    (mu, size), rng = effects_of_bent(), np.random.default_rng(SEED)
    hits, short = np.zeros((2, 3)), np.zeros((2, 3))
    with recorded(f"coverage-morris-{n}", size={"studies": STUDIES, "trajectories": n}, seed=SEED) as figure:
        for study in range(STUDIES):
            x = morris.sample(problem, n, num_levels=GRID, seed=rng)
            y = bent(x, np.repeat(rng.normal(size=n), 4))
            found = morris_effects(x, y, factors=UNIT, n_levels=GRID, seed=study)
            hits += [holds(found.mu_interval, mu), holds(found.mu_star_interval, size)]
            short += [holds(found.mu_interval, mu, SHORT), holds(found.mu_star_interval, size, SHORT)]
        figure["mu"], figure["mu_star"] = (hits / STUDIES).tolist()
        assert_close(figure, hits, short, is_bound=is_bound)


RHO = 0.6
ENDLESS = Factors(names=("a", "b", "c"), low=np.full(3, -np.inf), high=np.full(3, np.inf))


@pytest.mark.parametrize(("m", "is_bound"), [(100, False), (400, True)])
def test_shapley_intervals_cover(m: int, is_bound: bool) -> None:
    """2 a + b + 1.5 c + luck of variance 3, a and b correlated: effects and luck are covered (400 points).

    Owen and Prieur 2017, sec. 4.2, for the pair; c is independent of it.
    """
    shared = RHO * 2 + RHO**2 * (1 - 4) / 2
    parts = np.array([4 + shared, 1 + 2 * RHO * 2 - shared, 2.25, 3.0])
    truth = parts / parts.sum()
    rng, hits, short = np.random.default_rng(SEED), np.zeros(4), np.zeros(4)
    with recorded(f"coverage-shapley-{m}", size={"studies": STUDIES, "points": m}, seed=SEED) as figure:
        for _ in range(STUDIES):
            x = rng.normal(size=(m, 3))
            x[:, 1] = RHO * x[:, 0] + (1 - RHO**2) ** 0.5 * x[:, 1]
            y = (x @ [2.0, 1.0, 1.5])[:, None] + 3**0.5 * rng.normal(size=(m, 3))
            found = shapley_effects(x, y, factors=ENDLESS, seed=0)
            bounds = np.vstack([found.intervals, found.luck_interval])
            hits += holds(bounds, truth)
            short += holds(bounds, truth, SHORT)
        figure["effects"], figure["luck"] = (hits[:3] / STUDIES).tolist(), hits[3] / STUDIES
        assert_close(figure, hits, short, is_bound=is_bound)


LEVELS = np.array([0.0, 0.6, 2.0])
SPREAD, N_SLICES = 0.5, 5
PAWN = Factors(names=("a", "path", "idle"), low=[0.0, 0.0, 0.0], high=[1.0, 2.0, 1.0], categories={"path": 3})


def pawn_truth() -> np.ndarray:
    """The median distance of 2 a + level + 0.5 normal over slices of a and over levels, by integration."""
    y, a = np.linspace(-3, 7, 2001), (np.arange(200) + 0.5) / 200
    table = norm.cdf((y[:, None, None] - 2 * a[:, None] - LEVELS) / SPREAD)  # [y, a, level]
    everything = table.mean(axis=(1, 2))
    slices = table.mean(axis=2).reshape(len(y), N_SLICES, -1).mean(axis=2)
    levels = table.mean(axis=1)
    return np.array(
        [np.median(np.abs(part - everything[:, None]).max(axis=0)) for part in (slices, levels)] + [0.0]
    )


def assert_pawn_covers(
    name: str,
    m: int,
    draw: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]],
    *,
    factors: Factors,
    truth: np.ndarray,
) -> None:
    """Ask for 95 -/+ 2 % of the distances of the first two factors; the third, which is idle, is noise as often."""
    rng, hits, noise = np.random.default_rng(SEED), np.zeros(3), np.zeros(3)
    with recorded(f"coverage-pawn-{name}", size={"studies": STUDIES, "points": m}, seed=SEED) as figure:
        for study in range(STUDIES):
            x, y = draw(rng)
            found = pawn(x, y, factors=factors, seed=study, n_slices=N_SLICES, n_resamples=100)
            hits += holds(found.interval, truth)
            noise += found.is_noise
        figure["distance"], figure["noise"] = (hits / STUDIES).tolist(), (noise / STUDIES).tolist()
        figure["true"] = truth.tolist()
        assert is_close([*hits[:2] / STUDIES, noise[2] / STUDIES])


@pytest.mark.parametrize("m", [200, 600])
def test_pawn_intervals_cover(m: int) -> None:
    """Distances of a number and of a category are covered; an idle factor is noise as often."""

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        x = np.column_stack([rng.random(m), rng.integers(0, 3, m), rng.random(m)])
        return x, 2 * x[:, 0] + LEVELS[x[:, 1].astype(int)] + SPREAD * rng.normal(size=m)

    assert_pawn_covers(str(m), m, draw, factors=PAWN, truth=pawn_truth())


def test_pawn_intervals_cover_correlated_factors() -> None:
    """y = x_1 + 0.5 normal, x_2 correlated with x_1 by 0.6: both by integration; what moves nothing is noise.

    y and x_j are normal with correlation r_j, so P(y <= t | x_j) is a normal distribution; slices hold a fifth each.
    """
    m, across = 600, np.array([1.0, RHO, 0.0]) / (1 + SPREAD**2) ** 0.5

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        x = rng.normal(size=(m, 3))
        x[:, 1] = RHO * x[:, 0] + (1 - RHO**2) ** 0.5 * x[:, 1]
        return x, x[:, 0] + SPREAD * rng.normal(size=m)

    truth = np.array([normal_distance(r) for r in across])
    assert_pawn_covers("correlated", m, draw, factors=ENDLESS, truth=truth)


def normal_distance(r: float) -> float:
    """The median distance over slices of a fifth each of x, where x and y are standard normal with correlation r."""
    x = norm.ppf((np.arange(200 * N_SLICES) + 0.5) / (200 * N_SLICES))
    y = np.linspace(-5, 5, 2001)
    table = norm.cdf((y[:, None] - r * x) / (1 - r**2) ** 0.5)
    slices = table.reshape(len(y), N_SLICES, -1).mean(axis=2)
    return float(np.median(np.abs(slices - norm.cdf(y)[:, None]).max(axis=0)))
