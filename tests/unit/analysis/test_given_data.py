from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from scenario.analysis.factors import Factors
from scenario.analysis.given_data import pawn
from scenario.errors import DataError

FACTORS = Factors(names=("a", "b", "path"), low=[0.0, 0.0, 0.0], high=[1.0, 1.0, 2.0], categories={"path": 3})


def points(m: int, *, seed: int) -> np.ndarray:
    """Two uniform columns and one of three levels."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.random((m, 2)), rng.integers(0, 3, m)])


def test_distance_is_the_median_of_scipys() -> None:
    """Over five equal slices the distance is the median of scipy's two-sample statistics."""
    x = points(200, seed=1)
    y = x[:, 0] ** 2 + 0.1 * x[:, 1]
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=5, n_resamples=100)
    parts = np.argsort(x[:, 0]).reshape(5, 40)
    expected = np.median([ks_2samp(y[part], y).statistic for part in parts])
    assert found.distance[0] == pytest.approx(expected, abs=1e-12)


def test_levels_are_slices() -> None:
    """A factor with three levels that fixes the outcome: distances 2/3, 1/3 and 2/3 with equal counts."""
    x = np.column_stack([np.full(90, 0.5), np.linspace(0, 1, 90), np.arange(90) % 3])
    found = pawn(x, x[:, 2], factors=FACTORS, seed=0, n_slices=5, n_resamples=100)
    assert found.n_slices == (1, 5, 3)
    assert found.distance[2] == pytest.approx(2 / 3)


def test_replications_count_as_values() -> None:
    """With [M, K] the distance is that of all values of the slice's points."""
    x = points(60, seed=2)
    y = x[:, 2][:, None] + np.random.default_rng(3).normal(size=(60, 4))
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=3, n_resamples=100)
    expected = [ks_2samp(y[x[:, 2] == level].ravel(), y.ravel()).statistic for level in range(3)]
    assert found.distance[2] == pytest.approx(np.median(expected), abs=1e-12)


def test_inert_factors_are_noise() -> None:
    """The factor that acts lies above its floor; the two that do not lie at or below it, down to 0."""
    x = points(300, seed=14)
    y = x[:, 0][:, None] + 0.3 * np.random.default_rng(15).normal(size=(300, 2))
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=5, n_resamples=100)
    assert found.is_noise.tolist() == [False, True, True]
    assert (found.is_noise == (found.distance <= found.noise_floor)).all()
    assert found.interval[1:, 0].tolist() == [0.0, 0.0]


def test_correction_takes_off_the_bias() -> None:
    """Without any effect the distance of 200 points is near 0.1; corrected it is near 0."""
    x = points(200, seed=6)
    y = np.random.default_rng(7).normal(size=200)
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=5, n_resamples=100)
    assert (found.distance > 0.04).all()
    assert (np.abs(found.corrected) < found.distance).all()


def test_an_outcome_that_piles_up_is_taken() -> None:
    """Half of the outcome at the horizon: a factor that decides it has distance 1/2, corrected or not."""
    x = points(400, seed=8)
    x[:, 0] = (np.arange(400) + 0.5) / 400
    y = np.where(x[:, 0] < 0.5, 90.0, 30.0)
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=2, n_resamples=100)
    assert found.distance[0] == pytest.approx(0.5)
    assert found.corrected[0] == pytest.approx(0.5, abs=0.01)


def test_more_values_than_steps_err_by_a_thousandth() -> None:
    """With 6,000 different values the distance agrees with scipy's within 0.002."""
    x = points(6000, seed=9)
    y = x[:, 0] + np.random.default_rng(10).normal(size=6000)
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=2, n_resamples=100)
    parts = np.argsort(x[:, 0]).reshape(2, 3000)
    expected = np.median([ks_2samp(y[part], y).statistic for part in parts])
    assert found.distance[0] == pytest.approx(expected, abs=0.002)


def test_a_value_that_occurs_once_is_a_step() -> None:
    """One of 3,000 outcomes lies below the others: both halves lie 1 / 3,000 from all, as scipy says."""
    x = points(3000, seed=13)
    x[:, 0] = np.arange(3000) / 3000
    y = (np.arange(3000) > 0) * 1.0
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=2, n_resamples=100)
    expected = np.median([ks_2samp(y[part], y).statistic for part in (slice(0, 1500), slice(1500, None))])
    assert found.distance[0] == pytest.approx(1 / 3000)
    assert found.distance[0] == pytest.approx(expected)


def test_a_thousand_different_values_are_counted_exactly() -> None:
    """999 values that occur once beside one that piles up: the distance is scipy's to the last digits."""
    x = points(3000, seed=16)
    y = np.minimum(np.argsort(x[:, 1]), 999) * 1.0
    found = pawn(x, y, factors=FACTORS, seed=0, n_slices=2, n_resamples=100)
    parts = np.argsort(x[:, 0]).reshape(2, 1500)
    expected = np.median([ks_2samp(y[part], y).statistic for part in parts])
    assert len(np.unique(y)) == 1000
    assert found.distance[0] == pytest.approx(expected, abs=1e-12)


def test_a_slice_of_five_points_is_large_enough() -> None:
    """Sixty points may lie in twelve slices."""
    x = points(60, seed=17)
    found = pawn(x, x[:, 0], factors=FACTORS, seed=0, n_slices=12, n_resamples=100)
    assert found.n_slices == (12, 12, 3)


def test_without_asking_there_are_ten_slices_and_500_resamples() -> None:
    """The defaults give what asking for them gives."""
    x = points(100, seed=18)
    default = pawn(x, x[:, 0], factors=FACTORS, seed=0)
    asked = pawn(x, x[:, 0], factors=FACTORS, seed=0, n_slices=10, n_resamples=500)
    assert (default.interval == asked.interval).all()
    assert (default.noise_floor == asked.noise_floor).all()


def test_the_seed_repeats_and_the_global_generator_stays() -> None:
    """Seed 0 gives the same bounds again, and numpy's global generator is where it was."""
    x = points(100, seed=11)
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global generator that is watched)
    one, again = (pawn(x, x[:, 0], factors=FACTORS, seed=0, n_slices=5, n_resamples=100) for _ in range(2))
    assert (one.interval == again.interval).all()
    assert (before == np.random.get_state()[1]).all()  # noqa: NPY002
    assert one.table().loc["a", "distance"] == one.distance[0]


@pytest.mark.parametrize(
    ("n_slices", "n_resamples", "bad", "message"),
    [
        (1, 100, 0.0, r"n_slices must be from 2 to a 5th of the number of points \(got 1 for 60 points\)"),
        (13, 100, 0.0, r"n_slices must be from 2 to a 5th of the number of points \(got 13 for 60 points\)"),
        (5, 99, 0.0, r"n_resamples must be at least 100 \(got 99\)"),
        (5, 100, np.nan, r"y must hold finite numbers \(got nan at 2, 0\)"),
    ],
)
def test_data_that_cannot_tell_are_refused(n_slices: int, n_resamples: int, bad: float, message: str) -> None:
    """Slices too few or too small, too few resamples and NaN are refused."""
    x = points(60, seed=12)
    y = x[:, 0].copy()
    y[2] = bad
    with pytest.raises(DataError, match=message):
        pawn(x, y, factors=FACTORS, seed=0, n_slices=n_slices, n_resamples=n_resamples)
