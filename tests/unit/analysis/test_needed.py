"""How many runs are needed, against scipy and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from scenario.analysis.needed import runs_needed
from tests.unit.analysis.shares import share


def wilson_half(p: float, n: float) -> float:
    """Half-width of Wilson's interval by scipy, for whole k."""
    found = stats.binomtest(round(p * n), round(n)).proportion_ci(method="wilson")
    return float(found.high - found.low) / 2


@pytest.mark.parametrize(("k", "h"), [(50, 0.02), (10, 0.02), (2, 0.01), (10, 0.1)])
def test_runs_needed_for_a_share_give_the_half_width(k: int, h: float) -> None:
    """Wilson's interval for the pilot's share at the number of runs named has the wanted half-width."""
    found = runs_needed(share(k, 100), np.arange(100), kind="share", half_width=h)
    assert wilson_half(k / 100, found.n_runs) == pytest.approx(h, rel=0.06)
    assert found.interval[0] <= found.n_runs <= found.interval[1]
    assert found.planned == pytest.approx(k / 100)


@pytest.mark.parametrize("h", [0.05, 0.3])
def test_runs_needed_for_a_share_know_the_worst_share(h: float) -> None:
    """Where 0.5 cannot be excluded the upper end is that of 0.5: z^2 (1 / 4 h^2 - 1)."""
    found = runs_needed(share(28, 60), np.arange(60), kind="share", half_width=h)
    assert found.interval[1] == math.ceil(1.959964**2 * (1 / (4 * h**2) - 1))


def test_a_pilot_that_saw_nothing_else_plans_with_what_it_cannot_exclude() -> None:
    """After 50 of 50 the plan is for 0.05^(1/50)."""
    found = runs_needed(np.ones(50), np.arange(50), kind="share", half_width=0.01)
    assert found.planned == pytest.approx(0.05 ** (1 / 50))
    assert wilson_half(found.planned, found.n_runs) == pytest.approx(0.01, rel=0.03)


def test_a_pilot_that_saw_none_plans_with_what_it_cannot_exclude() -> None:
    """After none of 50 the plan is for 1 - 0.05^(1/50)."""
    found = runs_needed(np.zeros(50), np.arange(50), kind="share", half_width=0.01)
    assert found.planned == pytest.approx(1 - 0.05 ** (1 / 50))
    assert wilson_half(found.planned, found.n_runs) == pytest.approx(0.01, rel=0.03)


@pytest.mark.parametrize(("n", "within"), [(5, 1e-9), (4000, 0.02)])
def test_runs_needed_for_a_mean_is_the_smallest_that_does(n: int, within: float) -> None:
    """With S known, n is the smallest with t S / sqrt(n) <= h; of normal values the range is that of chi-square.

    Fewer than six values tell no kurtosis, so exactly that; very many tell the normal one.
    """
    values = np.random.default_rng(2).normal(0, 3, n)
    found = runs_needed(values, np.arange(n), kind="mean", half_width=0.5)
    s = values.std(ddof=1)

    def smallest(spread: float) -> int:
        return next(n for n in range(2, 99999) if stats.t.ppf(0.975, n - 1) * spread / math.sqrt(n) <= 0.5)

    ends = [smallest(s * math.sqrt((n - 1) / stats.chi2.ppf(q, n - 1))) for q in (0.975, 0.025)]
    assert found.n_runs == found.n_points == smallest(s)
    assert list(found.interval) == pytest.approx(ends, rel=within)


def test_the_range_of_runs_needed_holds_what_is_needed() -> None:
    """300 pilots of 60 x 4: about 95 % of the ranges hold the runs that the true spread needs (`make proof`: 1,000).

    Differences of -1, 0 and 1 that points share, whose spread has no chi-square; shares with p ~ Beta(2, 6).
    """
    rng, points = np.random.default_rng(8), np.repeat(np.arange(60), 4)
    squares = (1.959964 / 0.02) ** 2
    true = {"difference": 4 * squares * (0.09 - 0.03**2), "share": squares * 0.25 * 0.75 * (1 + 3 / 9)}
    hits = dict.fromkeys(true, 0)
    for _ in range(300):
        u = rng.random(60)
        changed = np.repeat((u < 0.06).astype(float) - (u > 0.97), 4)
        happened = rng.random(240) < np.repeat(rng.beta(2, 6, 60), 4)
        for kind, values in (("difference", changed), ("share", happened)):
            low, high = runs_needed(values, points, kind=kind, half_width=0.02).interval
            hits[kind] += low <= true[kind] <= high
    assert all(276 <= n <= 297 for n in hits.values()), hits


@pytest.mark.parametrize("n_differ", [0, 1, 5])
def test_a_difference_hardly_seen_is_planned_with_what_is_not_excluded(n_differ: int) -> None:
    """At least t sqrt(2) L / h runs, at most those for the largest share of differing pairs that Wilson allows."""
    values = np.zeros(1000)
    values[:n_differ] = 1.0
    found = runs_needed(values, np.arange(1000), kind="difference", half_width=0.02, largest=1.0)
    assert found.interval[0] == pytest.approx(1.977 * math.sqrt(2) / 0.02, abs=1)
    p = stats.binomtest(n_differ, 1000).proportion_ci(method="wilson").high
    n = found.interval[1]
    assert 1.97 * math.sqrt(p / n + 2 / n**2) == pytest.approx(0.02, rel=0.02)
    assert found.interval[0] <= found.n_runs <= n
    unknown = runs_needed(values, np.arange(1000), kind="difference", half_width=0.02)
    assert unknown.interval[1] == math.inf


def test_replications_of_a_point_do_not_help_where_points_differ() -> None:
    """Where replications only repeat, K = 5 needs about five times the runs of K = 1."""
    values = np.repeat(np.random.default_rng(3).normal(size=200), 5)
    found = runs_needed(values, np.repeat(np.arange(200), 5), kind="mean", half_width=0.05)
    assert found.n_runs == 5 * found.n_points
    assert found.n_runs / found.n_runs_single == pytest.approx(5, rel=0.02)
