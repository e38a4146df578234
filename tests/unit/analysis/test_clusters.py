from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenario.analysis.clusters import ratio, score_interval, t_interval, t_quantile, wilson
from scenario.errors import DataError


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (57, 103, 0.457, 0.646),
        (7, 59, 0.059, 0.225),
        (5, 5, 0.566, 1.0),
        (1, 11, 0.016, 0.377),
        (80, 265, 0.25, 0.36),
    ],
)
def test_wilson_bounds_equal_the_tabulated_ones(k: int, n: int, low: float, high: float) -> None:
    """Wilson's bounds agree with the ones tabulated from TIES and EUSANCT to three digits."""
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-4)


def test_wilson_of_none_begins_at_zero() -> None:
    """0 of n has the lower bound 0 exactly and z^2 / (n + z^2) as the upper one."""
    z2 = stats.norm.ppf(0.975) ** 2
    assert wilson(0, 6) == pytest.approx((0.0, z2 / (6 + z2)), abs=1e-12)


def test_wilson_of_a_single_trial() -> None:
    """1 of 1 lies between 1 / (1 + z^2) and 1."""
    assert wilson(1, 1) == pytest.approx((1 / (1 + stats.norm.ppf(0.975) ** 2), 1.0), abs=1e-12)


def test_two_units_are_the_fewest_with_a_quantile() -> None:
    """t(1) at 97.5 % is 12.706 (two units); one unit has none."""
    assert t_quantile(2) == pytest.approx(12.7062, abs=1e-4)
    assert np.isnan(t_quantile(1))


def test_wilson_refuses_more_hits_than_trials() -> None:
    """12 of 11 is refused with both numbers in the message."""
    with pytest.raises(DataError, match=r"k of n must have .*\(got 12 of 11\)"):
        wilson(12, 11)


def test_interval_of_a_mean_is_the_t_interval_of_the_point_means() -> None:
    """With equally many runs per point the interval is Student's for the point means."""
    rng = np.random.default_rng(7)
    table = rng.normal(size=(9, 1)) + rng.normal(size=(9, 4))
    low, high = t_interval(ratio(table.ravel(), np.ones(36), np.repeat(np.arange(9), 4)))
    means = table.mean(axis=1)
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 8, means.mean(), stats.sem(means)), abs=1e-12)


def test_one_experiment_takes_its_runs_as_units() -> None:
    """With a single outer point the interval is Student's for its runs."""
    values = np.array([3.0, 4.0, 8.0, 9.0, 1.0])
    low, high = t_interval(ratio(values, np.ones(5), np.zeros(5)))
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 4, 5.0, stats.sem(values)), abs=1e-12)


def test_one_run_has_no_interval() -> None:
    """A mean of one run has NaN bounds."""
    low, high = t_interval(ratio([2.0], [1.0], [0]))
    assert np.isnan(low)
    assert np.isnan(high)


def test_ratio_error_is_the_linearised_one() -> None:
    """The ratio of totals 1, 2, 1 over 2, 2, 4 is 1/2 with the error worked out by hand."""
    found = ratio([1, 0, 2, 1, 0], [1, 1, 2, 2, 2], [0, 0, 1, 2, 2])
    # Totals (1, 2), (2, 2), (1, 4); residuals 0, 1, -1; se^2 = 3/2 * 2 / 64.
    assert found.estimate == pytest.approx(0.5)
    assert found.error == pytest.approx(np.sqrt(3 / 64))


def test_units_without_denominator_are_left_out() -> None:
    """A point in which no run counts changes neither estimate nor number of units."""
    found = ratio([1, 0, 0], [1, 1, 0], [0, 1, 2])
    assert (float(found.estimate), found.n_clusters, found.weight) == (0.5, 2, 2.0)


def test_nothing_to_count_is_unknown() -> None:
    """A ratio over nothing is NaN with NaN bounds."""
    found = ratio([0, 0], [0, 0], [0, 1])
    assert np.isnan(found.estimate)
    assert np.isnan(score_interval(found)).all()


def test_share_of_none_is_bounded_by_the_number_of_points() -> None:
    """0 of 40 runs in 10 points has the upper bound of 0 of 10, with Student's quantile."""
    low, high = score_interval(ratio(np.zeros(40), np.ones(40), np.repeat(np.arange(10), 4)))
    t2 = stats.t.ppf(0.975, 9) ** 2
    assert (float(low), float(high)) == pytest.approx((0.0, t2 / (10 + t2)), abs=1e-12)


def test_replications_never_count_more_than_themselves() -> None:
    """Points that all show one hit in two do not make the share certain: n_eff is at most n."""
    low, high = score_interval(ratio(np.tile([0, 1], 50), np.ones(100), np.repeat(np.arange(50), 2)))
    ci = stats.binomtest(50, 100).proportion_ci(0.95, method="wilson")
    assert low < ci.low
    assert high > ci.high
    assert (float(low), float(high)) == pytest.approx((ci.low, ci.high), abs=0.005)


def test_lengths_that_differ_are_refused() -> None:
    """Three values for two runs are refused with both shapes."""
    with pytest.raises(DataError, match=r"one entry per run each \(got shapes \(3,\) and \(2,\)\)"):
        ratio([1, 2, 3], [1, 1, 1], [0, 1])
