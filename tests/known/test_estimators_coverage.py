"""Intervals cover what they claim, and variance shares find the known ones of a synthetic model."""

from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.paired import paired_difference
from scenario.analysis.quantities import summary
from scenario.analysis.variance import VarianceShares, variance_shares

STUDIES, M, K = 1000, 60, 3
POINTS = np.repeat(np.arange(M), K)


def coverage(hits: list[bool]) -> float:
    """Share of studies whose interval holds the truth."""
    return sum(hits) / len(hits)


def test_interval_of_a_mean_covers_95_percent() -> None:
    """Over 1,000 studies with spread between points the clustered interval covers 95 +/- 2 %."""
    rng = np.random.default_rng(101)
    hits = []
    for _ in range(STUDIES):
        values = np.repeat(rng.normal(5.0, 1.0, M), K) + rng.normal(0, 1.0, M * K)
        low, high = summary(values, POINTS, kind="quantity", unit="u", horizon=1.0).interval
        hits.append(low <= 5.0 <= high)
    assert coverage(hits) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("a", "b"), [(2.0, 2.0), (1.0, 9.0)])
def test_interval_of_a_share_covers_95_percent(a: float, b: float) -> None:
    """Over 1,000 studies with p ~ Beta(a, b) between points the interval of the share covers 95 +/- 2 %."""
    rng = np.random.default_rng(102)
    hits = []
    for _ in range(STUDIES):
        happened = rng.random(M * K) < np.repeat(rng.beta(a, b, M), K)
        low, high = summary(happened, POINTS, kind="probability", unit="p", horizon=1.0).interval
        hits.append(low <= a / (a + b) <= high)
    assert coverage(hits) == pytest.approx(0.95, abs=0.02)


def test_interval_of_a_paired_difference_covers_95_percent() -> None:
    """Over 1,000 studies of restricted times the interval of the paired difference covers 95 +/- 2 %."""
    rng = np.random.default_rng(103)
    hits = []
    # E min(T, 1) = 1 - 1/e for a standard exponential; T / 2 has (1 - e^-2) / 2.
    truth = (1 - np.exp(-2)) / 2 - (1 - np.exp(-1))
    for _ in range(STUDIES):
        days = rng.exponential(1.0, M * K)
        a, b = (np.where(column < 1, column, np.nan) for column in (days, days / 2))
        low, high = paired_difference(a, b, POINTS, kind="time", horizon=1.0).interval
        hits.append(low <= truth <= high)
    assert coverage(hits) == pytest.approx(0.95, abs=0.02)


def test_bootstrap_of_rare_changes_covers_about_94_percent() -> None:
    """With about 15 differing pairs in 500 the percentile bootstrap covers 88 to 98 %, a little narrow."""
    rng = np.random.default_rng(104)
    hits = []
    for _ in range(250):
        change = (rng.random(500) < 0.03).astype(float)
        low, high = paired_difference(
            np.zeros(500), change, np.arange(500), kind="count", horizon=1.0
        ).interval
        hits.append(low <= 0.03 <= high)
    assert 0.88 <= coverage(hits) <= 0.98


def additive(seed: int, m: int, k: int, p: np.ndarray | float = 0.4) -> VarianceShares:
    """Y = 2 theta + 3 truth + 1.5 luck, theta and luck standard normal, truth with probability p."""
    rng = np.random.default_rng(seed)
    chance = np.broadcast_to(np.asarray(p, dtype=float), (m,))
    truth = rng.random((m, k)) < chance[:, None]
    theta = rng.normal(size=(m, 1))
    return variance_shares(2 * theta + 3 * truth + 1.5 * rng.normal(size=(m, k)), truth, chance)


def test_known_shares_are_found() -> None:
    """4 : 9 x 0.24 : 2.25 gives shares 0.4756, 0.2568 and 0.2675, found to 0.02 with 10,000 x 4 runs."""
    found = additive(7, 10_000, 4)
    total = 4 + 9 * 0.24 + 2.25
    assert (found.parameters, found.fact, found.luck) == pytest.approx(
        (4 / total, 9 * 0.24 / total, 2.25 / total), abs=0.02
    )
    assert found.total == pytest.approx(total, rel=0.03)


def test_a_probability_that_varies_belongs_to_the_parameters() -> None:
    """p ~ Uniform(0.1, 0.9): Var(3 p) = 0.48 joins the parameters, E[9 p (1 - p)] = 1.77 is the fact's."""
    p = np.random.default_rng(8).uniform(0.1, 0.9, 20_000)
    found = additive(9, 20_000, 4, p)
    parameters, fact = 4 + 9 * 0.64 / 12, 9 * (0.25 - 0.64 / 12)
    total = parameters + fact + 2.25
    assert (found.parameters, found.fact) == pytest.approx((parameters / total, fact / total), abs=0.02)


def test_luck_that_depends_on_the_fact_is_still_luck() -> None:
    """Luck with variance 4 in true and 1 in false worlds at p = 0.25 has 1.75, the fact 4 x 0.1875."""
    rng = np.random.default_rng(10)
    truth = rng.random((20_000, 4)) < 0.25
    values = 2 * truth + np.where(truth, 2.0, 1.0) * rng.normal(size=truth.shape)
    found = variance_shares(values, truth, np.full(20_000, 0.25))
    assert (found.parameters, found.fact, found.luck) == pytest.approx((0.0, 0.3, 0.7), abs=0.02)


def test_jackknife_intervals_of_shares_cover_95_percent() -> None:
    """Over 400 studies of 300 x 4 runs each share's interval covers its known value in 91 to 98 %."""
    total = 4 + 9 * 0.24 + 2.25
    known = {"parameters": 4 / total, "fact": 9 * 0.24 / total, "luck": 2.25 / total}
    studies = [additive(1000 + i, 300, 4).intervals for i in range(400)]
    for name, value in known.items():
        assert 0.91 <= coverage([s[name][0] <= value <= s[name][1] for s in studies]) <= 0.98, name
