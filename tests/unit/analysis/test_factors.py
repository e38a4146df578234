from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.factors import Factors, check_settings, outputs
from scenario.errors import DataError


def delay_and_path() -> Factors:
    """A number from 0 to 9 and a categorical factor with three levels."""
    return Factors(names=("delay", "path"), low=[0.0, 0.0], high=[9.0, 2.0], categories={"path": 3})


def test_a_design_comes_back_as_floats() -> None:
    """Whole numbers inside the ranges are taken and returned as float64."""
    table = delay_and_path().design([[0, 0], [9, 2]])
    assert table.dtype == np.float64
    assert table.tolist() == [[0.0, 0.0], [9.0, 2.0]]


def test_a_factor_may_have_two_levels() -> None:
    """Two levels, 0 and 1, are the fewest."""
    factors = Factors(names=("joint",), low=[0], high=[1], categories={"joint": 2})
    assert factors.is_categorical.tolist() == [True]
    with pytest.raises(DataError, match=r"at least 2 levels, low 0 and high = levels - 1 \(got 1 levels"):
        Factors(names=("joint",), low=[0], high=[1], categories={"joint": 1})


def test_a_factor_may_have_no_ends() -> None:
    """A range from minus to plus infinity takes any finite number."""
    factors = Factors(names=("z",), low=[-np.inf], high=[np.inf])
    assert factors.design([[-1e6], [1e6]]).shape == (2, 1)


def test_rounding_at_an_end_is_no_error() -> None:
    """0.1 + 0.2 is taken for a range up to 0.3."""
    assert Factors(names=("z",), low=[0.0], high=[0.3]).design([[0.1 + 0.2]]).shape == (1, 1)


def test_ranges_cannot_be_changed_afterwards() -> None:
    """The ends are read-only, and a copy of what was given."""
    low = np.array([0.0])
    factors = Factors(names=("z",), low=low, high=[1.0])
    low[0] = 5.0
    assert factors.low.tolist() == [0.0]
    assert not factors.low.flags.writeable


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1.0, 0.0, 0.0]], r"2 columns \(got shape \(1, 3\)\)"),
        ([[np.nan, 0.0]], r"finite numbers \(got nan for delay in row 0\)"),
        ([[1.0, 0.0], [9.5, 0.0]], r"delay must be a number from 0 to 9 \(got 9.5 in row 1\)"),
        ([[1.0, 0.5]], r"path must be a level, a whole number from 0 to 2 \(got 0.5 in row 0\)"),
        ([[1.0, 3.0]], r"path must be a level, a whole number from 0 to 2 \(got 3 in row 0\)"),
    ],
)
def test_a_design_that_does_not_fit_is_refused(x: list[list[float]], message: str) -> None:
    """Columns too many, NaN, and values outside the range are refused with their place."""
    with pytest.raises(DataError, match=message):
        delay_and_path().design(x)


@pytest.mark.parametrize(
    ("names", "low", "high", "categories", "message"),
    [
        ((), [], [], {}, r"different, at least one \(got none\)"),
        (("a", "a"), [0, 0], [1, 1], {}, r"different, at least one \(got a, a\)"),
        (("a",), [0, 0], [1], {}, r"one number for each of 1 factors \(got shapes \(2,\) and \(1,\)\)"),
        (("a",), [1], [1], {}, r"a must have low < high \(got 1 and 1\)"),
        (("a",), [np.nan], [1], {}, r"a must have low < high \(got nan and 1\)"),
        (("a",), [0], [1], {"b": 2}, r"categories must name factors: a \(got b\)"),
        (("a",), [0], [2], {"a": 2}, r"high = levels - 1 \(got 2 levels, 0 and 2\)"),
    ],
)
def test_columns_declared_wrongly_are_refused(
    names: tuple[str, ...], low: list[float], high: list[float], categories: dict[str, int], message: str
) -> None:
    """Names, ranges and categories that contradict each other are refused."""
    with pytest.raises(DataError, match=message):
        Factors(names=names, low=np.array(low), high=np.array(high), categories=categories)


def test_one_replication_is_one_column() -> None:
    """An outcome [M] comes back as [M, 1]."""
    assert outputs([1.0, 2.0], n_points=2).shape == (2, 1)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1.0, 2.0, 3.0], r"each of 2 points, with one column per replication \(got shape \(3,\)\)"),
        ([1.0, np.nan], r"y must hold finite numbers \(got nan at 1, 0\)"),
        ([1.0, np.inf], r"y must hold finite numbers \(got inf at 1, 0\)"),
        ([2.0, 2.0], r"y must vary \(got 2 everywhere\)"),
        ([0.3, 0.1 + 0.2], r"y must vary \(got 0.3 everywhere\)"),
    ],
)
def test_an_outcome_that_cannot_be_explained_is_refused(y: list[float], message: str) -> None:
    """Wrong shapes, NaN, infinity and an outcome without variance are refused."""
    with pytest.raises(DataError, match=message):
        outputs(y, n_points=2)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 1.1, float("nan")])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    """Neither 0 nor 1 is a level, nor what lies outside."""
    with pytest.raises(DataError, match=r"level must lie between 0 and 1 \(got"):
        check_settings(seed=0, level=level)


@pytest.mark.parametrize("seed", [-1, 1.5, True, None])
def test_a_seed_must_be_a_whole_number(seed: object) -> None:
    """A negative, broken, boolean or missing seed is refused."""
    with pytest.raises(DataError, match=r"seed must be a whole number >= 0 \(got"):
        check_settings(seed=seed, level=0.95)
