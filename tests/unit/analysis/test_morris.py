from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from SALib.analyze import morris as salib_analyze
from SALib.sample import morris as salib_sample

from scenario.analysis.factors import Factors
from scenario.analysis.morris import morris_effects
from scenario.errors import DataError

LOW, HIGH = np.array([0.0, -1.0, 5.0]), np.array([10.0, 1.0, 6.0])
FACTORS = Factors(names=("a", "b", "c"), low=LOW, high=HIGH)
PROBLEM = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": np.stack([LOW, HIGH], axis=1).tolist()}


def trajectories(n: int = 10, *, seed: int = 1) -> np.ndarray:
    """Trajectories on four levels, by SALib."""
    return np.asarray(salib_sample.sample(PROBLEM, n, num_levels=4, seed=seed))


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990."""
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def every_rising_path() -> np.ndarray:
    """All 48 rising trajectories on four levels of [-pi, pi]: each base and each order."""
    rows = []
    for base, order in product(product((0, 1), repeat=3), permutations(range(3))):
        levels = list(base)
        rows.append(tuple(levels))
        for factor in order:
            levels[factor] += 2
            rows.append(tuple(levels))
    return np.pi * (2 * np.array(rows) / 3 - 1)


def test_linear_model_has_slope_times_range() -> None:
    """mu is slope x range, mu_star its size, sigma 0: 10, -4 and 0 for slopes 1, -2 and 0."""
    x = trajectories()
    found = morris_effects(x, 3 + x @ [1.0, -2.0, 0.0], factors=FACTORS, n_levels=4, seed=0)
    assert found.mu == pytest.approx([10.0, -4.0, 0.0], abs=1e-12)
    assert found.mu_star == pytest.approx([10.0, 4.0, 0.0], abs=1e-12)
    assert found.sigma == pytest.approx([0.0] * 3, abs=1e-12)
    assert found.mu_star_interval == pytest.approx(np.array([[10, 10], [4, 4], [0, 0]]), abs=1e-12)
    assert (found.is_noise.tolist(), found.n) == ([False, False, True], 10)


def test_ishigami_on_four_levels_is_found() -> None:
    """Over every path mu_star is 7.704, 7.875 and 6.249.

    sin is 0, -s, s, 0 at the levels with s = sqrt(3)/2, so x_1 moves it by s and x_2 its square by 3/4; the step
    is 2/3 and the mean of x_3^4 is pi^4 41/81. SALib's regression test of 10,000 sampled trajectories has
    7.702, 7.875 and 6.289.
    """
    x = every_rising_path()
    factors = Factors(names=("a", "b", "c"), low=[-np.pi] * 3, high=[np.pi] * 3)
    found = morris_effects(x, ishigami(x), factors=factors, n_levels=4, seed=0)
    s = 3**0.5 / 2
    first = 1.5 * s * (1 + 0.1 * np.pi**4 * 41 / 81)
    third = 1.5 * 0.1 * (s / 2) * np.pi**4 * 80 / 81
    assert found.mu_star == pytest.approx([first, 7.875, third], rel=1e-12)
    assert found.mu == pytest.approx([first, 0.0, 0.0], abs=1e-12)


def test_salib_agrees_on_nominal_steps() -> None:
    """mu, mu_star and sigma equal SALib's own on a model that bends."""
    x = trajectories(20)
    y = x[:, 0] * x[:, 1] + x[:, 2] ** 2
    found = morris_effects(x, y, factors=FACTORS, n_levels=4, seed=0)
    theirs = salib_analyze.analyze(PROBLEM, x, y, num_levels=4, seed=3)
    for name in ("mu", "mu_star", "sigma"):
        assert getattr(found, name) == pytest.approx(np.array(theirs[name]), rel=1e-9, abs=1e-12)


def test_steps_of_whole_numbers_are_measured_as_they_are() -> None:
    """Steps of 3 and 4 of a range of 4 give the same slope x range; SALib alone would not."""
    x = np.array([[1.0], [4.0], [5.0], [1.0], [5.0], [2.0]])
    factors = Factors(names=("k",), low=[1.0], high=[5.0])
    found = morris_effects(x, 2 * x[:, 0], factors=factors, n_levels=4, seed=0)
    assert (found.mu[0], found.sigma[0]) == pytest.approx((8.0, 0.0), abs=1e-12)


def test_a_change_of_level_counts_as_it_is() -> None:
    """For a categorical factor mu_star is the mean size of the change, and mu has no meaning."""
    x = np.array([[0.0], [2.0], [1.0], [0.0], [1.0], [2.0]])
    factors = Factors(names=("path",), low=[0.0], high=[2.0], categories={"path": 3})
    y = np.array([0.0, 5.0, 2.0])[x[:, 0].astype(int)]
    found = morris_effects(x, y, factors=factors, n_levels=4, seed=0)
    assert found.mu_star[0] == pytest.approx((5 + 2 + 3) / 3)
    assert np.isnan([found.mu[0], *found.mu_interval[0]]).all()


def test_interval_of_mu_star_is_students() -> None:
    """The bounds agree with Student's interval of the mean size within 10 %."""
    x = trajectories(12, seed=2)
    y = x[:, 0] * (1 + x[:, 1])
    found = morris_effects(x, y, factors=FACTORS, n_levels=4, seed=0)
    paths, rows = x.reshape(12, 4, 3), y.reshape(12, 4)
    moved = np.abs(np.diff(paths, axis=1)[:, :, 0]) > 0
    sizes = np.abs(np.diff(rows, axis=1)[moved]) / (2 / 3)
    half = 2.200985160082949 * sizes.std(ddof=1) / 12**0.5  # t(0.975) with 11 degrees of freedom
    low, high = found.mu_star_interval[0]
    assert (high - low) / 2 == pytest.approx(half, rel=0.1)


def test_the_global_generator_stays_and_the_seed_repeats() -> None:
    """Seed 0 gives the same bounds again, and numpy's global generator is where it was."""
    x = trajectories()
    y = x[:, 0] * x[:, 1]
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global generator that is watched)
    one, again = (morris_effects(x, y, factors=FACTORS, n_levels=4, seed=0) for _ in range(2))
    assert (one.mu_star_interval == again.mu_star_interval).all()
    assert (before == np.random.get_state()[1]).all()  # noqa: NPY002
    assert one.table().loc["a", "mu_star"] == one.mu_star[0]


def test_nan_is_refused() -> None:
    """NaN in the outcome is refused with its row."""
    x = trajectories()
    y = x[:, 0].copy()
    y[5] = np.nan
    with pytest.raises(DataError, match=r"y must hold finite numbers \(got nan at 5, 0\)"):
        morris_effects(x, y, factors=FACTORS, n_levels=4, seed=0)


def test_rows_that_are_no_trajectories_are_refused() -> None:
    """A step that changes two factors is refused with the trajectory."""
    x = trajectories()
    x[9] = x[10]
    with pytest.raises(DataError, match=r"must change one factor, and each factor once \(got trajectory 2\)"):
        morris_effects(x, x[:, 0], factors=FACTORS, n_levels=4, seed=0)


@pytest.mark.parametrize("n", [4, 39])
def test_one_trajectory_or_a_broken_one_is_refused(n: int) -> None:
    """Fewer than two trajectories, or a part of one, is refused with the number of rows."""
    x = trajectories()[:n]
    with pytest.raises(DataError, match=rf"at least 2 trajectories of 4 rows \(got {n} rows\)"):
        morris_effects(x, x[:, 0], factors=FACTORS, n_levels=4, seed=0)


def test_an_endless_range_is_refused() -> None:
    """A factor without ends has no effect over its range."""
    factors = Factors(names=("a", "b", "c"), low=LOW, high=np.array([10.0, 1.0, np.inf]))
    with pytest.raises(DataError, match=r"finite range: .* \(got none for c\)"):
        morris_effects(trajectories(), np.arange(40.0), factors=factors, n_levels=4, seed=0)


def test_an_odd_number_of_levels_is_refused() -> None:
    """Three levels are refused."""
    with pytest.raises(DataError, match=r"even number >= 2 \(got 3\)"):
        morris_effects(trajectories(), np.arange(40.0), factors=FACTORS, n_levels=3, seed=0)
