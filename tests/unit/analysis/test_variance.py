from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from scenario.analysis.variance import by_point, variance_shares
from scenario.errors import DataError

VALUES = [[0.0, 2.0], [1.0, 1.0], [4.0, 2.0]]
TRUTH = [[True, True], [False, False], [True, False]]


def test_shares_of_a_hand_case() -> None:
    """W = 4/3, A = 4/3 - 2/3, L = 4/3: shares 1/3, 0 and 2/3 of the total 2."""
    found = variance_shares(VALUES, TRUTH, [0.5, 0.5, 0.5])
    assert (found.parameters, found.fact, found.luck) == pytest.approx((1 / 3, 0.0, 2 / 3), abs=1e-12)
    assert found.total == pytest.approx(2.0)


def test_jackknife_of_a_hand_case() -> None:
    """Leaving out each point gives parameters 3/5, 1/3, -1; the interval is 1/3 -/+ t(2) x error."""
    left = [Fraction(3, 5), Fraction(1, 3), Fraction(-1)]
    middle = sum(left, Fraction(0)) / 3
    error = float(Fraction(2, 3) * sum((x - middle) ** 2 for x in left)) ** 0.5
    low, high = variance_shares(VALUES, TRUTH, [0.5, 0.5, 0.5]).intervals["parameters"]
    half = 4.302652729911275 * error
    assert (low, high) == pytest.approx((1 / 3 - half, 1 / 3 + half), rel=1e-9)


def test_a_certain_fact_drops_the_impossible_term() -> None:
    """Where truth is certain the fact has no share: luck is all of the variance within points."""
    found = variance_shares(VALUES, np.ones((3, 2), dtype=bool), [1.0, 1.0, 1.0])
    assert found.fact == pytest.approx(0.0, abs=1e-12)


def test_shares_add_up_to_one() -> None:
    """Parameters, fact and luck sum to 1 on random data."""
    rng = np.random.default_rng(1)
    found = variance_shares(rng.normal(size=(30, 4)), rng.random((30, 4)) < 0.3, np.full(30, 0.3))
    assert found.parameters + found.fact + found.luck == pytest.approx(1.0)


def test_a_constant_outcome_has_no_shares() -> None:
    """Without variance there is nothing to split."""
    found = variance_shares(np.ones((5, 2)), np.ones((5, 2), dtype=bool), np.full(5, 0.5))
    assert np.isnan([found.parameters, found.fact, found.luck, *found.intervals["luck"]]).all()
    assert found.total == 0.0


@pytest.mark.parametrize("shape", [(5, 1), (1, 5), (1, 1)])
def test_one_replication_or_one_point_cannot_tell(shape: tuple[int, int]) -> None:
    """The shares are unknown without replications or without points."""
    rng = np.random.default_rng(2)
    found = variance_shares(rng.normal(size=shape), np.zeros(shape, dtype=bool), np.full(shape[0], 0.5))
    assert np.isnan([found.parameters, found.fact, found.luck]).all()


def test_truth_against_its_probability_is_refused() -> None:
    """A true run where p is 0 is refused with the point."""
    with pytest.raises(DataError, match=r"possible under p \(got p = 0 and 1 of 2 true in point 2\)"):
        variance_shares(VALUES, TRUTH, [0.5, 0.5, 0.0])


def test_a_probability_above_one_is_refused() -> None:
    """p = 1.2 is refused."""
    with pytest.raises(DataError, match=r"p must lie within 0 and 1 \(got 1.2\)"):
        variance_shares(VALUES, TRUTH, [0.5, 1.2, 0.5])


def test_shapes_that_do_not_match_are_refused() -> None:
    """p for two points against three is refused with the shapes."""
    with pytest.raises(DataError, match=r"\[M, K\] and p \[M\] \(got shapes \(3, 2\), \(3, 2\), \(2,\)\)"):
        variance_shares(VALUES, TRUTH, [0.5, 0.5])


def test_never_must_be_turned_into_days_first() -> None:
    """NaN in the values is refused."""
    with pytest.raises(DataError, match=r"must be finite numbers \(got NaN or infinity\)"):
        variance_shares([[1.0, np.nan], [1.0, 2.0]], [[True, True], [True, True]], [0.5, 0.5])


def test_points_that_lost_a_run_are_left_out() -> None:
    """Of points with 2, 1 and 2 runs the second is left out."""
    points, table = by_point([1, 2, 3, 4, 5], [0, 0, 4, 7, 7])
    assert points.tolist() == [0, 7]
    assert table.tolist() == [[1, 2], [4, 5]]
