from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from scenario.analysis.clusters import ratio
from scenario.analysis.moments import Sums
from scenario.errors import DataError


def fractions(totals: np.ndarray) -> list[Fraction]:
    """Return floats as exact fractions."""
    return [Fraction(float(total)) for total in totals]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sums_are_exact(seed: int) -> None:
    """Sums of totals and of their squares are those of exact fractions, over six powers of ten."""
    rng = np.random.default_rng(seed)
    totals = np.rint(rng.normal(size=300) * 10.0 ** rng.integers(10, 16, 300)) / 2.0**20
    sums = Sums.of([64])
    sums.add(totals[None], 3)
    exact = fractions(totals)
    assert Fraction(int(sums.y[0]), 2**64) == sum(exact)
    assert Fraction(int(sums.xy[0]), 2**64) == 3 * sum(exact)
    assert Fraction(int(sums.yy[0]), 2**128) == sum(value**2 for value in exact)


def test_very_large_totals_are_exact_too() -> None:
    """A total of 1e60 takes more digits, and loses none."""
    sums = Sums.of([64])
    sums.add(np.array([[1e60, 1.0, -1e60]]), 1)
    assert int(sums.y[0]) == 2**64


def test_what_is_finer_than_the_quantum_is_rounded() -> None:
    """A total of 0.6 quanta counts as one, of 0.4 as none."""
    sums = Sums.of([64, 64])
    sums.add(np.array([[0.6], [0.4]]) * 2.0**-64, 1)
    assert sums.y.tolist() == [1, 0]


def test_most_points_at_once_stay_exact() -> None:
    """8,192 points with the largest digit each lose nothing."""
    digit = 2.0**20 - 1
    sums = Sums.of([0])
    sums.add(np.full((1, 2**13), digit), 1)
    assert int(sums.yy[0]) == 2**13 * (2**20 - 1) ** 2


def test_the_order_of_points_does_not_matter() -> None:
    """Totals whose float sum depends on the order have one sum here."""
    totals = np.array([[1e16, 1.0, -1e16, 1.0]])
    one, other = Sums.of([64]), Sums.of([64])
    one.add(totals, 1)
    for k in (3, 0, 1, 2):
        other.add(totals[:, k : k + 1], 1)
    assert one.as_text() == other.as_text()


def test_mean_and_error_follow_cochran() -> None:
    """Two points with totals 3 and 5 of two runs each: mean 2, standard error sqrt(2 x 2 / 1) / 4 = 0.5."""
    sums = Sums.of([0])
    sums.add(np.array([[3.0, 5.0]]), 2)
    found = sums.ratio(n_runs=4, n_points=2, squared_sizes=8)
    assert (found.estimate[0], found.error[0]) == (2.0, 0.5)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_points_of_different_size_follow_the_ratio_estimator(seed: int) -> None:
    """With one, two or three runs per point mean and error are those of `clusters.ratio`."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 4, 200)
    totals = rng.normal(5.0, 2.0, 200)
    sums = Sums.of([64])
    for size in (1, 2, 3):
        sums.add(totals[None, sizes == size], size)
    found = sums.ratio(n_runs=int(sizes.sum()), n_points=200, squared_sizes=int((sizes**2).sum()))
    expected = ratio(totals, sizes, np.arange(200))
    assert found.estimate[0] == pytest.approx(float(expected.estimate), rel=1e-13)
    assert found.error[0] == pytest.approx(float(expected.error), rel=1e-12)


def test_a_small_spread_around_a_large_mean_is_not_lost() -> None:
    """Totals 1e9 and 1e9 + 2^-20 have a standard error of 2^-21, where squares of floats would give 0 or noise."""
    sums = Sums.of([64])
    sums.add(np.array([[1e9, 1e9 + 2.0**-20]]), 1)
    found = sums.ratio(n_runs=2, n_points=2, squared_sizes=2)
    assert found.error[0] == 2.0**-21


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_total_that_is_no_number_is_refused(bad: float) -> None:
    """NaN and infinity have no digits: they are refused at once."""
    with pytest.raises(DataError, match=f"totals must be finite numbers .got {bad}"):
        Sums.of([64]).add(np.array([[1.0, bad]]), 1)
