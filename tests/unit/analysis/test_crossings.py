"""Bands of means, where they cross the target, and which crossings are told, against hand cases and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression
from scipy.stats import norm, sem, t

from scenario.analysis.clusters import Floats
from scenario.analysis.crossings import Band, Crossing, band_of, crossings_of, judged


def band(means: ArrayLike, *, noise: ArrayLike = 0.0, n: int = 10**9) -> Band:
    """A band with given means and draws [B, V], of so many worlds that Student's t is normal."""
    numbers = np.asarray(means, dtype=np.float64)
    draws = numbers + np.broadcast_to(noise, (2001, len(numbers)))
    told = np.zeros(len(numbers), dtype=np.int64)
    return Band(means=numbers, draws=draws, told=told, is_enough=told == 0, n=n)


def spread(sd: float) -> Floats:
    """2,001 quantiles of a normal distribution, one below the other."""
    return np.asarray(sd * norm.ppf((np.arange(2001) + 0.5) / 2001)[:, None], dtype=np.float64)


def crossing(value: float, low: float, high: float) -> Crossing:
    """A crossing that is not judged yet."""
    return Crossing(value=value, interval=(low, high), between=(0.0, 9.0), is_rising=True, is_noise=True)


def standardised(n: int, *, seed: int, rows: int = 1) -> Floats:
    """Rows of n numbers with mean 0 whose mean has standard error 1."""
    table = np.random.default_rng(seed).normal(size=(rows, n))
    table -= table.mean(axis=1, keepdims=True)
    return np.asarray(table / sem(table, axis=1)[:, None], dtype=np.float64)


# ---- bands ---------------------------------------------------------------------------------------


def test_means_lie_above_the_target_and_are_drawn_anew_by_world() -> None:
    """Means less the target; draws spread as the standard error of the mean over worlds."""
    table = 5 + standardised(50, seed=1, rows=3)
    found = band_of(table, None, target=2.0, monotone=None)
    assert found.means == pytest.approx([3.0, 3.0, 3.0])
    assert found.draws.shape == (2000, 3)
    assert found.draws.std(axis=0) == pytest.approx(np.full(3, np.sqrt(49 / 50)), rel=0.06)
    assert found.n == 50


def test_replications_are_weighed_by_world() -> None:
    """Three runs of one world and one of another are two worlds; the mean is over the four runs."""
    found = band_of(np.array([[1.0, 2.0, 3.0, 10.0]]), [0, 0, 0, 1], target=0.0, monotone=None)
    assert (found.n, found.means.tolist()) == (2, [4.0])
    assert set(np.round(found.draws[:, 0], 9)) == {2.0, 4.0, 10.0}


@pytest.mark.parametrize(("factor", "told"), [(0.85, 0), (1.15, 1), (-0.85, 0), (-1.15, -1)])
def test_a_single_mean_is_told_beyond_students_quantile(factor: float, told: int) -> None:
    """One mean of 20 worlds is told at 1.15 t(19) standard errors, on either side, and not at 0.85."""
    table = standardised(20, seed=2) + factor * t.ppf(0.975, 19)
    assert band_of(table, None, target=0.0, monotone=None).told.tolist() == [told]


@pytest.mark.parametrize(("factor", "told"), [(0.9, 0), (1.1, 1)])
def test_twelve_means_are_told_beyond_the_quantile_of_their_largest(factor: float, told: int) -> None:
    """With 12 independent values a mean is told beyond z = 2.86, the 95 % quantile of the largest of 12."""
    table = standardised(400, seed=3, rows=12)
    table[5] += factor * norm.ppf((1 + 0.95 ** (1 / 12)) / 2)
    found = band_of(table, None, target=0.0, monotone=None)
    assert found.told.tolist() == [told if v == 5 else 0 for v in range(12)]


def test_a_value_at_which_nothing_varies_is_told_and_spoils_nothing() -> None:
    """Twenty worlds that all gain 1 are told, beside noise that is not."""
    table = np.concatenate([np.ones((1, 20)), standardised(20, seed=4)])
    assert band_of(table, None, target=0.0, monotone=None).told.tolist() == [1, 0]
    assert band_of(np.ones((2, 20)), None, target=0.0, monotone=None).told.tolist() == [1, 1]


@pytest.mark.parametrize(("n_differ", "is_enough"), [(5, False), (6, True)])
def test_six_worlds_must_differ(n_differ: int, is_enough: bool) -> None:
    """At target 0 a mean is told only where at least six worlds differ; at another target all of them count."""
    table = np.zeros((1, 6 + 194))
    table[0, :n_differ] = 9.0
    found = band_of(table, None, target=0.0, monotone=None)
    assert found.is_enough.tolist() == [is_enough]
    assert found.told.tolist() == [int(is_enough)]
    assert band_of(table, None, target=-1.0, monotone=None).is_enough.tolist() == [True]


def test_with_fewer_than_six_worlds_all_must_differ() -> None:
    """Of four worlds four must differ from 0."""
    table = np.array([[1.0, 1.1, 0.9, 1.0], [1.0, 1.1, 0.9, 0.0]])
    assert band_of(table, None, target=0.0, monotone=None).is_enough.tolist() == [True, False]


@pytest.mark.parametrize(("n", "told"), [(1, 0), (2, 1)])
def test_one_world_tells_nothing(n: int, told: int) -> None:
    """One world has no spread to judge by; two that agree have."""
    assert band_of(np.full((2, n), 3.0), None, target=0.0, monotone=None).told.tolist() == [told] * 2


@pytest.mark.parametrize("monotone", ["rising", "falling"])
def test_smoothing_is_isotonic_regression_of_means_and_draws(monotone: str) -> None:
    """Means and every draw are scipy's isotonic regression of the plain ones."""
    table = np.random.default_rng(5).normal(size=(7, 9))
    plain, smooth = (band_of(table, None, target=0.5, monotone=m) for m in (None, monotone))
    for rough, fine in [(plain.means, smooth.means), *zip(plain.draws[:20], smooth.draws[:20], strict=True)]:
        assert fine == pytest.approx(isotonic_regression(rough, increasing=monotone == "rising").x)


def test_a_part_keeps_every_column_together() -> None:
    """Every second value keeps its mean, draws and what is told."""
    table = np.arange(5.0)[:, None] + standardised(30, seed=6, rows=5)
    whole = band_of(table, None, target=0.0, monotone=None)
    part = whole.part(slice(1, None, 2))
    for name in ("means", "told", "is_enough"):
        assert getattr(part, name).tolist() == getattr(whole, name)[[1, 3]].tolist()
    assert part.draws.tolist() == whole.draws[:, [1, 3]].tolist()
    assert part.n == 30


# ---- crossings -----------------------------------------------------------------------------------


def test_a_line_crosses_between_its_neighbours() -> None:
    """Means 3, 1, -3 at 0, 10, 30 cross zero a quarter of the way from 10 to 30, falling."""
    (found,) = crossings_of(np.array([0.0, 10.0, 30.0]), band([3, 1, -3]))
    assert (found.value, found.between, found.is_rising, found.is_noise) == (15.0, (10.0, 30.0), False, True)


def test_a_stretch_of_zeros_is_crossed_in_its_middle() -> None:
    """Means -1, 0, 0, 0, 2 at 0, 1, 2, 5, 6 cross at (1 + 5) / 2; a touch without change of sign does not."""
    places = np.array([0.0, 1.0, 2.0, 5.0, 6.0])
    (found,) = crossings_of(places, band([-1, 0, 0, 0, 2]))
    assert (found.value, found.between, found.is_rising) == (3.0, (0.0, 6.0), True)
    assert crossings_of(places, band([-1, 0, 0, 0, -2])) == []
    assert crossings_of(places, band([0, 0, 0, 0, 0])) == []


def test_a_zero_at_one_value_is_crossed_there() -> None:
    """Means -2, 0, 1 at 0, 4, 5 cross at 4."""
    (found,) = crossings_of(np.array([0.0, 4.0, 5.0]), band([-2, 0, 1]))
    assert found.value == 4.0


@pytest.mark.parametrize("slope", [1.0, -1.0])
@pytest.mark.parametrize("zero", [4.4, 7.3])
def test_the_interval_of_a_shifted_line_is_that_of_the_shift(slope: float, zero: float) -> None:
    """Where all worlds share the line slope (x - zero) + e, e ~ N(0, 0.5), the ends are zero -/+ 1.96 x 0.5."""
    places = np.array([0.0, 2.0, 3.0, 6.0, 7.0, 11.0])
    (found,) = crossings_of(places, band(slope * (places - zero), noise=spread(0.5)))
    assert found.value == pytest.approx(zero)
    assert found.interval == pytest.approx((zero - 0.98, zero + 0.98), abs=0.005)


def test_the_interval_widens_where_the_draws_spread() -> None:
    """With error 0.1 x at x, x - 5 is 0 within 1.96 standard errors from 5 / 1.196 to 5 / 0.804."""
    places = np.arange(11.0)
    (found,) = crossings_of(places, band(places - 5, noise=spread(0.1) * places))
    assert found.interval == pytest.approx((5 / 1.196, 5 / 0.804), abs=0.005)


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_steep_step_has_a_narrow_interval(is_turned: bool) -> None:
    """Means -4, 4, 4.5, 4.5, 4.5 cross at 1 / 2 with slope 8: the ends are 0.98 / 8 away; so from the other side."""
    means = np.array([-4.0, 4.0, 4.5, 4.5, 4.5])
    (found,) = crossings_of(np.arange(5.0), band(means[::-1] if is_turned else means, noise=spread(0.5)))
    middle = 3.5 if is_turned else 0.5
    assert found.interval == pytest.approx((middle - 0.1225, middle + 0.1225), abs=0.001)


def test_few_worlds_have_wider_intervals() -> None:
    """With 10 worlds the ends lie t(9) sqrt(10 / 9) standard deviations of the draws away."""
    places = np.arange(11.0)
    (found,) = crossings_of(places, band(places - 5, noise=spread(1.0), n=10))
    half = t.ppf(0.975, 9) * math.sqrt(10 / 9)
    assert found.interval == pytest.approx((5 - half, 5 + half), abs=0.02)


@pytest.mark.parametrize(
    ("zero", "is_open"), [(0.5, (True, False)), (9.5, (False, True)), (5.0, (False, False))]
)
def test_an_end_beyond_the_values_is_open(zero: float, is_open: tuple[bool, bool]) -> None:
    """An interval that reaches past the first or last value is infinite there."""
    places = np.arange(11.0)
    (found,) = crossings_of(places, band(places - zero, noise=spread(0.5)))
    assert tuple(math.isinf(end) for end in found.interval) == is_open
    assert found.interval[0] < zero < found.interval[1]


@pytest.mark.parametrize("zero", [1.04, 8.96])
def test_an_end_next_to_the_first_or_last_value_is_found(zero: float) -> None:
    """An end less than an eighth of a step inside the values tried is no open one."""
    places = np.arange(11.0)
    (found,) = crossings_of(places, band(places - zero, noise=spread(0.5)))
    assert found.interval == pytest.approx((zero - 0.98, zero + 0.98), abs=0.005)


def test_each_of_two_crossings_has_its_own_interval() -> None:
    """A tent |x - 5| - 3 crosses at 2, falling, and at 8, rising, each within 1.96 x 0.25."""
    places = np.arange(11.0)
    found = crossings_of(places, band(np.abs(places - 5) - 3, noise=spread(0.25)))
    assert [(one.value, one.is_rising) for one in found] == [(2.0, False), (8.0, True)]
    for one, middle in zip(found, (2.0, 8.0), strict=True):
        assert one.interval == pytest.approx((middle - 0.49, middle + 0.49), abs=0.005)


# ---- judging -------------------------------------------------------------------------------------


def test_the_middle_of_three_crossings_stands_for_them() -> None:
    """Between told -1 at 1 and told 1 at 6 the second of three is told, and takes in the others' intervals."""
    three = [crossing(2.0, 1.5, 2.5), crossing(3.0, 2.9, 3.1), crossing(4.0, 3.5, 5.0)]
    found = judged(three, np.arange(8.0), np.array([0, -1, 0, 0, 0, 0, 1, 0]))
    assert [one.is_noise for one in found] == [True, False, True]
    assert found[1].interval == (1.5, 5.0)
    assert (found[0], found[2]) == (three[0], three[2])


def test_the_interval_ends_where_the_difference_is_told() -> None:
    """An interval beyond the told values is cut off there, also an open one."""
    told = np.array([0, 1, 0, 0, 0, -1, 0])
    (found,) = judged([crossing(3.0, -math.inf, 5.5)], np.arange(7.0), told)
    assert (found.interval, found.is_noise) == ((1.0, 5.0), False)


def test_nothing_is_told_between_values_of_one_sign() -> None:
    """A crossing between two told values of the same sign, or beyond the last told one, stays noise."""
    given = [crossing(1.5, 1.0, 2.0), crossing(2.5, 2.0, 3.0), crossing(5.5, 5.0, 6.0)]
    found = judged(given, np.arange(8.0), np.array([0, 1, 0, 0, 1, 0, 0, 0]))
    assert found == tuple(given)


def test_every_change_of_told_signs_has_its_crossing() -> None:
    """Told 1, -1, 1 at 0, 3, 6 with crossings at 1 and 5: both are told."""
    given = [crossing(1.0, 0.5, 1.5), crossing(5.0, 4.5, 5.5)]
    found = judged(given, np.arange(7.0), np.array([1, 0, 0, -1, 0, 0, 1]))
    assert [(one.is_noise, one.interval) for one in found] == [(False, (0.5, 1.5)), (False, (4.5, 5.5))]
