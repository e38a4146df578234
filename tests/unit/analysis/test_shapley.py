from __future__ import annotations

import numpy as np
import pytest
from scipy.special import eval_legendre

from scenario.analysis.factors import Factors
from scenario.analysis.shapley import (
    FEW_POINTS,
    ONE_REPLICATION,
    _functions,
    _neighbours_left_out,
    _places,
    _ratios,
    shapley_effects,
)
from scenario.errors import DataError


def endless(d: int) -> Factors:
    """Factors z0, z1, .. without ends."""
    names = tuple(f"z{i}" for i in range(d))
    return Factors(names=names, low=np.full(d, -np.inf), high=np.full(d, np.inf))


def correlated(m: int, rho: float, *, seed: int) -> np.ndarray:
    """Two standard normal columns with correlation rho."""
    z = np.random.default_rng(seed).normal(size=(m, 2))
    return np.column_stack([z[:, 0], rho * z[:, 0] + (1 - rho**2) ** 0.5 * z[:, 1]])


def owen_prieur(b1: float, b2: float, rho: float) -> np.ndarray:
    """Shapley effects of b1 z1 + b2 z2 (Owen and Prieur 2017, sec. 4.2, unit variances)."""
    variance = b1**2 + b2**2 + 2 * rho * b1 * b2
    shared = rho * b1 * b2 + rho**2 * (b2**2 - b1**2) / 2
    return np.array([b1**2 + shared, b2**2 + 2 * rho * b1 * b2 - shared]) / variance


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.8])
def test_correlated_linear_model_is_found(rho: float) -> None:
    """2 z1 + z2 has the effects of Owen and Prieur within 0.03, whatever the correlation."""
    x = correlated(2000, rho, seed=1)
    found = shapley_effects(x, x @ [2.0, 1.0], factors=endless(2), seed=0)
    assert found.effects == pytest.approx(owen_prieur(2.0, 1.0, rho), abs=0.03)


def test_an_inert_factor_shares_through_correlation() -> None:
    """A factor without influence but with correlation 0.8 has the effect rho^2 / 2 = 0.32."""
    x = correlated(2000, 0.8, seed=2)
    found = shapley_effects(x, x[:, 0], factors=endless(2), seed=0)
    assert found.effects == pytest.approx([0.68, 0.32], abs=0.03)


def test_luck_is_told_apart() -> None:
    """z1 + z2 + luck of variance 2: effects 1/4 and 1/4, luck 1/2; they add up to 1."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2000, 2))
    y = x.sum(axis=1)[:, None] + 2**0.5 * rng.normal(size=(2000, 3))
    found = shapley_effects(x, y, factors=endless(2), seed=0)
    assert [*found.effects, found.luck] == pytest.approx([0.25, 0.25, 0.5], abs=0.03)
    assert found.effects.sum() + found.luck == pytest.approx(1.0, abs=1e-12)
    assert found.variance == pytest.approx(4.0, rel=0.05)
    assert found.doubts == ()


def test_interactions_are_halved() -> None:
    """Ishigami: x_1 and x_3 share their interaction equally."""
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, (2000, 3))
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    factors = Factors(names=("a", "b", "c"), low=[-np.pi] * 3, high=[np.pi] * 3)
    found = shapley_effects(x, y, factors=factors, seed=0)
    v1, v2, v13 = 0.5 * (1 + np.pi**4 / 50) ** 2, 49 / 8, 0.01 * np.pi**8 * 8 / 225
    assert found.effects == pytest.approx(np.array([v1 + v13 / 2, v2, v13 / 2]) / (v1 + v2 + v13), abs=0.03)


def test_categories_and_a_step_are_found() -> None:
    """A step that only one of three levels has is shared between step and level."""
    rng = np.random.default_rng(5)
    x = np.column_stack([rng.random(3000), rng.integers(0, 3, 3000)])
    factors = Factors(names=("u", "path"), low=[0, 0], high=[1, 2], categories={"path": 3})
    y = 1.0 * (x[:, 0] > 0.6) * (x[:, 1] == 2)
    p, q = 0.4, 1 / 3
    first, second, variance = q**2 * p * (1 - p), p**2 * q * (1 - q), p * q * (1 - p * q)
    both = variance - first - second
    found = shapley_effects(x, y, factors=factors, seed=0)
    assert found.effects == pytest.approx(
        np.array([first + both / 2, second + both / 2]) / variance, abs=0.03
    )


def test_neighbours_leave_the_point_itself_out() -> None:
    """The error of four neighbours is the value less the mean of the four nearest others, also with twins."""
    rng = np.random.default_rng(12)
    places, y = rng.random((40, 2)), rng.normal(size=40)
    places[1] = places[0]
    apart = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(apart, np.inf)
    expected = y - y[np.argsort(apart, axis=1)[:, :4]].mean(axis=1)
    errors, leverage = _neighbours_left_out(y, places)[0]
    assert errors == pytest.approx(expected, abs=1e-12)
    assert leverage == pytest.approx(np.full(40, 1 / 5))


@pytest.mark.parametrize(("m", "n_smoothers"), [(40, 4), (64, 4), (65, 5), (200, 5)])
def test_four_to_sixty_four_neighbours_are_tried(m: int, n_smoothers: int) -> None:
    """4, 8, 16, 32 and 64 neighbours, as far as there are so many others; each errs as a plain loop says."""
    rng = np.random.default_rng(14)
    places, y = rng.random((m, 2)), rng.normal(size=m)
    order = np.argsort(np.linalg.norm(places[:, None] - places, axis=2), axis=1)[:, 1:]
    found = _neighbours_left_out(y, places)
    assert len(found) == n_smoothers
    for k, (errors, leverage) in zip((4, 8, 16, 32, 64), found, strict=False):
        assert errors == pytest.approx(y - y[order[:, :k]].mean(axis=1), abs=1e-12)
        assert leverage == pytest.approx(np.full(m, 1 / (k + 1)))


def test_levels_enter_as_indicators_of_all_but_the_first() -> None:
    """Levels 0, 1 and 2 have two functions of degree 1: at level 1, and at level 2."""
    degrees, values = _functions(np.array([0.0, 1.0, 2.0, 1.0]), is_categorical=True)
    assert degrees.tolist() == [1.0, 1.0]
    assert values.tolist() == [[0, 0], [1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize(("n_values", "highest"), [(1, 0), (2, 1), (4, 3), (30, 6)])
def test_numbers_enter_as_legendre_polynomials(n_values: int, highest: int) -> None:
    """Degrees 1 to 6, fewer where there are few different values; on -1 to 1 from the least to the largest."""
    column = np.tile(np.linspace(3.0, 5.0, n_values), 2)
    degrees, values = _functions(column, is_categorical=False)
    assert degrees.tolist() == list(range(1, highest + 1))
    for degree, function in zip(range(1, highest + 1), values.T, strict=True):
        assert function == pytest.approx(eval_legendre(degree, column - 4.0), abs=1e-12)


def test_levels_lie_at_distance_one_and_numbers_at_their_ranks() -> None:
    """Two different levels are as far apart as the least and the largest number nearly are: 1."""
    levels = np.stack(_places(np.array([0.0, 1.0, 2.0, 1.0]), is_categorical=True), axis=1)
    apart = np.linalg.norm(levels[:, None] - levels, axis=2)
    assert apart == pytest.approx(np.array([[0, 1, 1, 1], [1, 0, 1, 0], [1, 1, 0, 1], [1, 0, 1, 0]]))
    (ranks,) = _places(np.array([10.0, 500.0, 20.0, 20.0]), is_categorical=False)
    assert ranks.tolist() == [0.125, 0.875, 0.5, 0.5]


def test_the_error_of_random_orders_widens_the_intervals() -> None:
    """Parts 1 of totals 2 at every point: 1/2 -/+ t(49) sqrt(extra) / 2."""
    found, bounds = _ratios(np.ones((2, 50)), np.full(50, 2.0), np.array([0.0, 0.04]))
    half = 2.0095752371292397 * 0.2 / 2
    assert found == pytest.approx([0.5, 0.5])
    assert bounds == pytest.approx(np.array([[0.5, 0.5], [0.5 - half, 0.5 + half]]))


def test_many_factors_go_by_random_orders() -> None:
    """Twelve independent slopes 1, .., 1, 0 share equally, by orders; all subsets are not weighed."""
    x = np.random.default_rng(6).normal(size=(200, 12))
    found = shapley_effects(x, x[:, :11].sum(axis=1), factors=endless(12), seed=0, n_permutations=4)
    assert found.effects == pytest.approx([*[1 / 11] * 11, 0.0], abs=0.05)
    assert (found.is_exact, found.effects.sum()) == (False, pytest.approx(1.0))
    assert found.n_subsets <= 4 * 11 + 1


def test_up_to_ten_factors_every_subset_is_weighed() -> None:
    """Ten factors have 1,023 subsets beside the empty one, and all are weighed."""
    x = np.random.default_rng(13).normal(size=(40, 10))
    found = shapley_effects(x, x.sum(axis=1), factors=endless(10), seed=0)
    assert (found.is_exact, found.n_subsets) == (True, 1023)


def test_an_inert_factor_is_noise() -> None:
    """A factor that neither acts nor correlates is noise; the one that acts is not."""
    x = correlated(500, 0.0, seed=7)
    y = x[:, 0][:, None] + np.random.default_rng(8).normal(size=(500, 2))
    found = shapley_effects(x, y, factors=endless(2), seed=0)
    assert found.is_noise.tolist() == [False, True]
    assert found.table().loc["luck", "effect"] == found.luck
    assert found.table()["noise"].tolist() == [False, True, False]


def test_one_replication_is_said_to_have_no_luck() -> None:
    """With one column the luck is 0 and a sentence says so; fewer than 300 points are doubted."""
    x = correlated(100, 0.0, seed=9)
    found = shapley_effects(x, x[:, 0], factors=endless(2), seed=0)
    assert (found.luck, found.luck_interval) == (0.0, (0.0, 0.0))
    assert found.doubts == (ONE_REPLICATION, FEW_POINTS)


def test_the_global_generator_stays() -> None:
    """numpy's global generator is where it was."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global generator that is watched)
    x = np.random.default_rng(10).normal(size=(60, 12))
    shapley_effects(x, x[:, 0], factors=endless(12), seed=0, n_permutations=4)
    assert (before == np.random.get_state()[1]).all()  # noqa: NPY002


@pytest.mark.parametrize(
    ("m", "bad", "n_permutations", "message"),
    [
        (20, 0.0, 64, r"at least 30 points \(got 20\)"),
        (50, np.nan, 64, r"y must hold finite numbers \(got nan at 3, 0\)"),
        (50, 0.0, 5, r"n_permutations must be an even number >= 4 \(got 5\)"),
    ],
)
def test_data_that_cannot_tell_are_refused(m: int, bad: float, n_permutations: int, message: str) -> None:
    """Too few points, NaN and an odd number of orders are refused."""
    x = correlated(m, 0.0, seed=11)
    y = x[:, 0].copy()
    y[3] = bad
    with pytest.raises(DataError, match=message):
        shapley_effects(x, y, factors=endless(2), seed=0, n_permutations=n_permutations)
