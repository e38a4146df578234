"""First-order shares of models whose shares are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.clusters import Floats
from scenario.analysis.first_order import FirstOrder, first_order_shares
from scenario.analysis.variance import variance_shares
from scenario.errors import DataError


def by_name(found: FirstOrder) -> dict[str, float]:
    """Raw shares by parameter."""
    return {share.name: share.raw for share in found.ranked}


def linear(seed: int, m: int, k: int) -> tuple[Floats, dict[str, Floats]]:
    """Y = 2 a + b + 0 c + 2 luck, all uniform or normal with variance 1 / 3, 1 / 3, 1 / 3 and 1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(m, 3))
    return (x @ [2.0, 1.0, 0.0])[:, None] + 2 * rng.normal(size=(m, k)), dict(zip("abc", x.T, strict=True))


LINEAR = {"a": 4 / 17, "b": 1 / 17, "c": 0.0}
"""4 / 3, 1 / 3 and 0 over 4 / 3 + 1 / 3 + 4."""


def test_shares_of_a_linear_model() -> None:
    """Each parameter has its squared coefficient's part of the total variance, luck included; ranked."""
    found = first_order_shares(*linear(1, 5000, 3))
    assert [(share.name, share.rank) for share in found.ranked] == [("a", 1), ("b", 2), ("c", 3)]
    assert by_name(found) == pytest.approx(LINEAR, abs=0.015)
    assert [share.binned for share in found.ranked] == pytest.approx([*LINEAR.values()], abs=0.015)
    assert [share.is_noise for share in found.ranked] == [False, False, True]
    assert found.total == pytest.approx(17 / 3, rel=0.03)
    assert (found.n, found.ranked[0].n) == (5000, 5000)


def test_all_parameters_together_explain_the_parameters_share() -> None:
    """In an additive model the joint share is 5 / 17, the share of `variance` the same up to chance."""
    values, columns = linear(2, 5000, 4)
    found = first_order_shares(values, columns)
    assert found.together.raw == pytest.approx(5 / 17, abs=0.02)
    none = np.zeros(values.shape, dtype=bool)
    assert found.parameters == variance_shares(values, none, np.zeros(5000)).parameters
    assert found.parameters == pytest.approx(5 / 17, abs=0.02)


def test_shares_of_the_ishigami_function() -> None:
    """Ishigami (a = 7, b = 0.1) has V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V3 = 0; found to 0.02."""
    x = np.random.default_rng(3).uniform(-np.pi, np.pi, size=(4000, 3))
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = first_order_shares(y[:, None], {"x1": x[:, 0], "x2": x[:, 1], "x3": x[:, 2]})
    b = 0.1
    total = 49 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 1 / 2
    known = {"x1": (1 + b * np.pi**4 / 5) ** 2 / 2 / total, "x2": 49 / 8 / total, "x3": 0.0}
    assert by_name(found) == pytest.approx(known, abs=0.02)
    assert [share.name for share in found.ranked] == ["x2", "x1", "x3"]


def test_an_interaction_belongs_to_nobody_alone() -> None:
    """Y = x0 x1: first-order shares are 0, together they explain all of it, and one replication tells no luck."""
    x = np.random.default_rng(4).normal(size=(2000, 2))
    found = first_order_shares(x.prod(axis=1)[:, None], {"x0": x[:, 0], "x1": x[:, 1]})
    assert list(by_name(found).values()) == pytest.approx([0.0, 0.0], abs=0.05)
    assert found.together.raw == pytest.approx(1.0, abs=0.01)
    assert np.isnan(found.parameters)


def test_categories_by_their_means() -> None:
    """Text with means -1, 0 and 1 (variance 2 / 3) against luck with variance 1 has the share 0.4."""
    rng = np.random.default_rng(5)
    kind = rng.choice(["none", "some", "much"], size=4000)
    mean = pd.Series(kind).map({"none": -1.0, "some": 0.0, "much": 1.0}).to_numpy()
    found = first_order_shares(mean[:, None] + rng.normal(size=(4000, 2)), pd.DataFrame({"kind": kind}))
    assert found.ranked[0].raw == pytest.approx(0.4, abs=0.02)
    assert found.ranked[0].binned == found.ranked[0].raw


def test_without_influence_the_mean_share_is_zero() -> None:
    """Over 200 studies of 100 points without influence the mean raw share is 0 to 0.005, and <= 4 % stand out."""
    rng = np.random.default_rng(6)
    found = [
        first_order_shares(rng.normal(size=(100, 2)), {"x": rng.normal(size=100)}).ranked[0]
        for _ in range(200)
    ]
    assert np.mean([share.raw for share in found]) == pytest.approx(0.0, abs=0.005)
    assert np.mean([not share.is_noise for share in found]) <= 0.04
    assert min(share.share for share in found) == 0.0


def test_the_upper_bound_of_a_share_near_zero_is_that_of_a_root() -> None:
    """Without influence the bound is (sqrt(S + 2 e^2) + t e)^2, e^2 the variance of the point means over M Var."""
    rng, m = np.random.default_rng(9), 200
    values = rng.normal(size=(m, 2))
    found = first_order_shares(values, {f"x{i}": rng.normal(size=m) for i in range(8)})
    error = np.sqrt(values.mean(axis=1).var() / (m * found.total))
    reach = 1.9719565442518553 * error  # t(199) at 97.5 %
    roots = [(np.sqrt(max(one.raw, 0.0) + 2 * error**2) + reach) ** 2 for one in found.ranked]
    bounds = [one.interval[1] for one in found.ranked]
    assert all(bound >= root - 1e-9 for bound, root in zip(bounds, roots, strict=True))
    assert sum(bound == pytest.approx(root) for bound, root in zip(bounds, roots, strict=True)) >= 6


def test_the_units_of_the_outcome_do_not_matter() -> None:
    """Shares and bounds are the same for an outcome in days and in thousands of days."""
    values, columns = linear(10, 100, 2)
    for one, other in zip(*(first_order_shares(k * values, columns).ranked for k in (1, 1e-3)), strict=True):
        assert (one.name, one.rank) == (other.name, other.rank)
        assert [other.raw, *other.interval] == pytest.approx([one.raw, *one.interval], abs=1e-9)


def test_an_outcome_that_never_moves_has_no_shares() -> None:
    """A constant outcome gives NaN and noise."""
    found = first_order_shares(np.ones((50, 2)), {"x": np.arange(50.0)})
    assert np.isnan([found.ranked[0].share, found.together.raw, found.parameters]).all()
    assert found.ranked[0].is_noise
    assert found.total == 0.0


def test_a_constant_parameter_explains_nothing() -> None:
    """A parameter with one value has share 0 up to chance and is noise."""
    values, columns = linear(7, 300, 2)
    found = first_order_shares(values, columns | {"fixed": np.ones(300)})
    assert by_name(found)["fixed"] == pytest.approx(0.0, abs=0.01)
    assert found.ranked[-1].is_noise


def test_the_units_of_a_parameter_do_not_matter() -> None:
    """The shares are the same for a parameter in days and in thousands of days."""
    values, columns = linear(8, 300, 2)
    other = {name: 1000 * column - 5 for name, column in columns.items()}
    assert by_name(first_order_shares(values, other)) == pytest.approx(
        by_name(first_order_shares(values, columns)), abs=1e-6
    )


@pytest.mark.parametrize(
    ("values", "column", "match"),
    [
        (np.zeros(50), np.zeros(50), r"values must be \[M, K\] \(got shape \(50,\)\)"),
        (np.zeros((50, 0)), np.zeros(50), r"values must be \[M, K\] \(got shape \(50, 0\)\)"),
        (np.full((50, 2), np.inf), np.zeros(50), r"values must be finite numbers \(got inf\)"),
        (np.zeros((39, 2)), np.zeros(39), r"at least 40 outer points \(got 39\)"),
        (np.zeros((50, 2)), np.zeros(49), r"x must have one entry per row, 50 in all \(got shape \(49,\)\)"),
        (np.zeros((50, 2)), np.full(50, np.nan), r"x must be finite numbers \(got nan\)"),
        (np.zeros((50, 2)), [None, *["a"] * 49], r"x must have no gaps \(got None\)"),
    ],
)
def test_a_wrong_table_is_refused(values: Any, column: Any, match: str) -> None:
    """Shapes, NaN, gaps and too few points are refused with the rule and what was got."""
    with pytest.raises(DataError, match=match):
        first_order_shares(values, {"x": column})


def test_no_parameters_are_refused() -> None:
    """Without a column there is nothing to rank."""
    with pytest.raises(DataError, match=r"at least one parameter \(got none\)"):
        first_order_shares(np.zeros((50, 2)), {})
