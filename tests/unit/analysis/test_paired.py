from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenario.analysis.paired import dots, paired_difference
from scenario.errors import DataError

NEVER = float("nan")


def test_never_lies_above_every_day() -> None:
    """Never against day 5 is higher, day 5 against never lower, never against never equal."""
    found = paired_difference(
        [5.0, NEVER, NEVER, 7.0], [NEVER, 5.0, NEVER, 7.0], [0, 1, 2, 3], kind="time", horizon=100.0
    )
    assert (found.differ, found.higher, found.lower, found.equal) == (0.5, 0.25, 0.25, 0.5)
    assert found.difference == pytest.approx(0.0)


def test_difference_is_b_minus_a() -> None:
    """Days 10, never (horizon 90) against 20, 30: means 50 and 25, difference -25."""
    found = paired_difference([10.0, NEVER], [20.0, 30.0], [0, 1], kind="time", horizon=90.0)
    assert (found.a, found.b, found.difference, found.n) == (50.0, 25.0, -25.0, 2)


def test_identical_columns_cannot_be_told_apart() -> None:
    """Equal pairs give the difference 0, the interval (0, 0) and noise."""
    found = paired_difference([1, 2, 3], [1, 2, 3], [0, 1, 2], kind="count", horizon=1.0)
    assert (found.difference, found.interval, found.noise, found.equal) == (0.0, (0.0, 0.0), True, 1.0)


def test_many_differing_pairs_get_the_t_interval_of_the_point_means() -> None:
    """With 40 points x 2 and all pairs differing the interval is Student's for the point means."""
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(40, 2)), rng.normal(1.0, 1.0, size=(40, 2))
    found = paired_difference(a.ravel(), b.ravel(), np.repeat(np.arange(40), 2), kind="quantity", horizon=1.0)
    means = (b - a).mean(axis=1)
    assert found.interval == pytest.approx(
        stats.t.interval(0.95, 39, means.mean(), stats.sem(means)), abs=1e-12
    )
    assert not found.noise


def test_few_differing_pairs_get_the_bootstrap_of_points() -> None:
    """Twelve points of 400 moved by +1: the bounds are quantiles of Binomial(400, 12/400) over 800 runs."""
    change = np.zeros(800)
    change[:24:2] = 1.0
    found = paired_difference(np.zeros(800), change, np.repeat(np.arange(400), 2), kind="count", horizon=1.0)
    expected = stats.binom.ppf([0.025, 0.975], 400, 12 / 400) / 800
    assert found.interval == pytest.approx(tuple(expected), abs=1e-9)
    assert not found.noise


def test_one_differing_pair_is_noise() -> None:
    """A single pair of 500 that differs cannot be told from none."""
    b = np.zeros(500)
    b[17] = 1.0
    assert paired_difference(np.zeros(500), b, np.arange(500), kind="count", horizon=1.0).noise


def test_the_bootstrap_repeats_itself() -> None:
    """The same data give the same interval, whatever the state of the global generator."""
    b = np.zeros(100)
    b[:8] = [1, 2, -1, 3, 1, 1, 2, 1]
    first, second = (
        paired_difference(np.zeros(100), b, np.arange(100), kind="count", horizon=1.0) for _ in range(2)
    )
    assert first == second


def test_one_pair_has_no_interval_but_is_noise() -> None:
    """One pair that differs is noise, with NaN bounds."""
    found = paired_difference([1.0], [2.0], [0], kind="count", horizon=1.0)
    assert found.noise
    assert np.isnan(found.interval).all()


@pytest.mark.parametrize(("n_differ", "noise"), [(5, True), (6, False)])
def test_five_differing_points_are_noise_and_six_are_not(n_differ: int, noise: bool) -> None:
    """Five of five one way has a two-sided sign test of 6 %, six of six one of 3 %."""
    b = (np.arange(500) < n_differ).astype(float)
    assert paired_difference(np.zeros(500), b, np.arange(500), kind="count", horizon=1.0).noise is noise


def test_columns_of_different_length_are_refused() -> None:
    """Two runs against three are refused with both numbers."""
    with pytest.raises(DataError, match=r"the same runs \(got 2 and 3 runs\)"):
        paired_difference([1, 2], [1, 2, 3], [0, 1], kind="count", horizon=1.0)


def test_twenty_dots_of_a_hundred_values_are_every_fifth_from_the_third() -> None:
    """Dot i is the quantile at (i - 0.5) / 20: of 1..100 the values 3, 8, ..., 98."""
    assert dots(np.arange(100.0, 0.0, -1.0)) == [3.0 + 5 * i for i in range(20)]


def test_dots_count_runs() -> None:
    """When 3 of 10 runs gain a day, 6 of 20 dots show it."""
    assert dots([0.0] * 7 + [1.0] * 3) == [0.0] * 14 + [1.0] * 6


def test_dots_refuse_never() -> None:
    """NaN has no place on the axis of differences."""
    with pytest.raises(DataError, match=r"got nan in row 0"):
        dots([NEVER])


def test_dots_refuse_none_of_them() -> None:
    """Zero dots are refused."""
    with pytest.raises(DataError, match=r"n must be a number of dots >= 1 \(got 0\)"):
        dots([1.0], 0)
