"""Means drawn together, against the transport map between normal distributions and hand cases."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import sqrtm

from scenario.analysis.clusters import Floats
from scenario.analysis.noisy_maximum import (
    Stratum,
    choices_elsewhere,
    expected_maximum,
    gains_and_spread,
    share_changed,
    split_by_fact,
    variance_between,
)
from scenario.errors import DataError

CONTRASTS = np.array([[1, -1, 0], [1, 1, -2]]).T / np.sqrt([2, 6])
"""Two directions at right angles in which three actions can differ, shape [3, 2]."""


def noisy(m: int, k: int, *, n_actions: int = 3, luck: float = 1.0, seed: int = 1) -> Floats:
    """Utilities [M, K, A]: what the point adds to each action, and luck of its own for each run."""
    rng = np.random.default_rng(seed)
    point = rng.normal(size=(m, 1, n_actions)) + np.linspace(0, 0.5, n_actions)
    return np.asarray(point + luck * rng.normal(size=(m, k, n_actions)))


def apart(utilities: Floats) -> Floats:
    """Utilities less their mean over actions."""
    return np.asarray(utilities - utilities.mean(axis=2, keepdims=True))


def covariances(utilities: Floats) -> tuple[Floats, Floats]:
    """Sample covariances of the point means, and pooled within points, along the contrasts."""
    runs = apart(utilities) @ CONTRASTS
    means = runs.mean(axis=1)
    within = np.mean([np.cov(point.T) for point in runs], axis=0)
    return np.cov(means.T), within


def transported(utilities: Floats) -> Floats:
    """Point means [M, 3] moved by the map from N(m, S) to N(m, S - W / K) (Olkin and Pukelsheim 1982)."""
    seen, within = covariances(utilities)
    root = np.real(sqrtm(seen))
    inner = np.real(sqrtm(root @ (seen - within / utilities.shape[1]) @ root))
    turn = np.linalg.inv(root) @ inner @ np.linalg.inv(root)
    means = apart(utilities).mean(axis=1)
    return np.asarray(means.mean(axis=0) + (means - means.mean(axis=0)) @ CONTRASTS @ turn @ CONTRASTS.T)


def ones(utilities: Floats) -> Floats:
    """Every point once."""
    return np.ones(len(utilities))


# ---- strata --------------------------------------------------------------------------------------


def test_runs_are_split_by_fact() -> None:
    """By hand: one point with gains 1, 3 where true and 5 where false; one that is false throughout."""
    gain = np.array([[1.0, 5.0, 3.0], [2.0, 2.0, 5.0]])
    utilities = np.stack([10 - gain, 10 + gain], axis=2)
    false, true = split_by_fact(utilities, [[True, False, True], [False, False, False]])
    assert (false.sizes.tolist(), true.sizes.tolist()) == ([1, 3], [2, 0])
    assert false.means.tolist() == [[-5, 5], [-3, 3]]
    assert true.means.tolist() == [[-2, 2], [0, 0]]
    assert true.squares.tolist() == [[[2, -2], [-2, 2]], [[0, 0], [0, 0]]]
    assert false.squares[1].tolist() == [[6, -6], [-6, 6]]
    assert false.mask.tolist() == [[False, True, False], [True, True, True]]


def test_without_a_fact_there_is_one_stratum() -> None:
    """All runs of a point are replications of one case."""
    (found,) = split_by_fact(noisy(5, 4), None)
    assert found.mask.all()
    assert found.sizes.tolist() == [4] * 5


def test_runs_without_a_twin_are_refused() -> None:
    """A fact of another shape, and one that leaves no two runs of any point alike, are refused."""
    with pytest.raises(DataError, match=r"one truth value per run, shape \(5, 2\) \(got shape \(2, 5\)\)"):
        split_by_fact(noisy(5, 2), np.zeros((2, 5)))
    with pytest.raises(DataError, match=r"two replications with the same fact \(got 2 per point\)"):
        split_by_fact(noisy(5, 2), np.tile([True, False], (5, 1)))
    assert len(split_by_fact(noisy(2, 2), [[True, False], [True, True]])) == 2


# ---- the expected maximum ------------------------------------------------------------------------


def test_without_noise_it_is_the_mean_of_the_best() -> None:
    """Replications that agree: the mean over points of the largest utility, less the mean over actions."""
    utilities = np.repeat(noisy(30, 1), 3, axis=1)
    expected = apart(utilities)[:, 0].max(axis=1).mean()
    assert expected_maximum(split_by_fact(utilities, None), ones(utilities)) == pytest.approx(expected)


def test_means_are_drawn_together_by_the_transport_map() -> None:
    """Three actions, five replications: the mean of the best of the means that the map returns."""
    utilities = noisy(60, 5)
    expected = transported(utilities).max(axis=1).mean()
    found = expected_maximum(split_by_fact(utilities, None), ones(utilities))
    assert found == pytest.approx(expected, rel=1e-6)
    assert found < apart(utilities).mean(axis=1).max(axis=1).mean()


def test_where_points_differ_by_luck_only_all_have_the_mean() -> None:
    """Noise above the spread between points: the best of the overall means."""
    rng = np.random.default_rng(2)
    luck = rng.normal(size=(40, 4, 2))
    utilities = luck - luck.mean(axis=1, keepdims=True) + [0.0, 0.2]
    found = expected_maximum(split_by_fact(utilities, None), ones(utilities))
    assert found == pytest.approx(0.1)


def test_a_point_of_weight_two_counts_like_two_points() -> None:
    """Weights 0, 1 and 2 give what leaving out and repeating points gives, for value, gains and spread."""
    utilities, weights = noisy(40, 4), np.tile([0.0, 1.0, 2.0, 1.0], 10)
    again = np.repeat(utilities, weights.astype(int), axis=0)
    weighted, repeated = split_by_fact(utilities, None), split_by_fact(again, None)
    assert expected_maximum(weighted, weights) == pytest.approx(expected_maximum(repeated, ones(again)))
    assert variance_between(weighted, weights) == pytest.approx(variance_between(repeated, ones(again)))
    gains = gains_and_spread(weighted, apart(utilities).mean(axis=1), weights)
    assert gains == pytest.approx(gains_and_spread(repeated, apart(again).mean(axis=1), ones(again)))


def test_facts_are_weighed_by_their_runs() -> None:
    """Without luck a fact of two runs in three counts two thirds: (2 x 3 + 1 x 1) / 3 by hand."""
    fact = np.tile([True, True, False], (10, 1))
    gain = np.where(fact, 3.0, -1.0)
    strata = split_by_fact(np.stack([-gain, gain], axis=2), fact)
    assert expected_maximum(strata, np.ones(10)) == pytest.approx((2 * 3 + 1 * 1) / 3)
    assert share_changed(strata, 1) == pytest.approx(1 / 3)
    assert share_changed(strata, 0) == pytest.approx(2 / 3)


def best_by_hand(gain: Floats, fact: NDArray[np.bool_]) -> float:
    """Two actions -/+ gain: m + sqrt(B / (B + W / size)) (v - m) for each case of a fact, written out."""
    total = 0.0
    for level in np.unique(fact):
        runs = [row[own == level] for row, own in zip(gain, fact, strict=True) if (own == level).any()]
        sizes, means = np.array([len(row) for row in runs]), np.array([row.mean() for row in runs])
        n, cases = sizes.sum(), len(runs)
        centre, drawn = sizes @ means / n, np.full(cases, sizes @ means / n)
        if cases > 1 and n > cases:
            within = sum(((row - row.mean()) ** 2).sum() for row in runs) / (n - cases)
            between = sizes @ (means - centre) ** 2 / n * cases / (cases - 1) - within * cases / n
            drawn = centre + (means - centre) * np.sqrt(between / (between + within / sizes))
        total += sizes @ np.abs(drawn)
    return float(total / gain.size)


def test_cases_of_fewer_runs_are_drawn_together_further() -> None:
    """Points of which 2, 6, 1 or none of 8 runs are true: each size of case by its own factor."""
    rng = np.random.default_rng(3)
    fact = np.arange(8) < np.tile([2, 6, 1, 0], 15)[:, None]
    gain = rng.normal(0.2, 1, (60, 1)) + rng.normal(size=(60, 8))
    found = expected_maximum(split_by_fact(np.stack([-gain, gain], axis=2), fact), np.ones(60))
    assert found == pytest.approx(best_by_hand(gain, fact))


@pytest.mark.parametrize(
    "fact",
    [
        [[True, True, True], [True, True, True]],
        [[True, True, False], [True, False, False]],
        [[True, True, True], [False, False, True]],
    ],
)
def test_two_cases_are_enough(fact: list[list[bool]]) -> None:
    """Two points are drawn together as by hand, also where one run more than cases tells the luck."""
    gain = np.array([[2.0, 2.3, 1.9], [-1.0, -1.2, -0.7]])
    strata = split_by_fact(np.stack([-gain, gain], axis=2), fact)
    assert expected_maximum(strata, np.ones(2)) == pytest.approx(best_by_hand(gain, np.array(fact)))


# ---- gains and spread ----------------------------------------------------------------------------


def test_gains_are_above_each_action() -> None:
    """What knowing gains over an action is the expected best less the action's mean; last comes the spread."""
    utilities = noisy(50, 4)
    strata, means = split_by_fact(utilities, None), apart(utilities).mean(axis=1)
    found = gains_and_spread(strata, means, ones(utilities))
    assert found[:3] == pytest.approx(transported(utilities).max(axis=1).mean() - means.mean(axis=0))
    assert found[3] == pytest.approx(variance_between(strata, ones(utilities)))


def test_the_spread_between_points_is_free_of_noise() -> None:
    """It is the variance of the point means (over M) less W / K, summed over actions."""
    utilities = noisy(50, 4)
    seen, within = covariances(utilities)
    found = variance_between(split_by_fact(utilities, None), ones(utilities))
    assert found == pytest.approx(np.trace(seen) * 49 / 50 - np.trace(within) / 4)


def test_the_spread_counts_the_fact() -> None:
    """Without luck, gains 3 in two runs of three and -1 in one have the variance of 3, 3, -1, for each action."""
    fact = np.tile([True, True, False], (10, 1))
    gain = np.where(fact, 3.0, -1.0)
    found = variance_between(split_by_fact(np.stack([-gain, gain], axis=2), fact), np.ones(10))
    assert found == pytest.approx(2 * np.var([3.0, 3.0, -1.0]))


def test_the_share_in_which_another_action_is_best() -> None:
    """By the transport map: the share of points whose moved mean prefers another action than the last."""
    utilities = noisy(200, 3, luck=2.0)
    expected = (transported(utilities).argmax(axis=1) != 2).mean()
    assert share_changed(split_by_fact(utilities, None), 2) == pytest.approx(expected)
    assert 0.05 < expected < 0.95


# ---- choices by the other runs -------------------------------------------------------------------


def test_a_choice_follows_the_posterior_mean_of_the_other_runs() -> None:
    """Two actions, written out run by run: m + B / (B + W / (K - 1)) (mean of the others - m) above 0."""
    rng = np.random.default_rng(4)
    gain = rng.normal(0.3, 1, (60, 1)) + 1.5 * rng.normal(size=(60, 4))
    utilities, held = np.stack([-gain, gain], axis=2), np.arange(60) < 25
    (stratum,) = split_by_fact(utilities, None)
    rest = gain[~held]
    centre, within = rest.mean(), rest.var(axis=1, ddof=1).mean()
    between = rest.mean(axis=1).var(ddof=1) - within / 4
    for p, row in enumerate(choices_elsewhere(stratum, utilities[held], held=held)):
        for k, choice in enumerate(row):
            others = np.delete(gain[p], k).mean()
            posterior = centre + between / (between + within / 3) * (others - centre)
            assert choice == int(posterior > 0)


def test_three_actions_are_chosen_together() -> None:
    """Three actions: m + B (B + W / (K - 1))^-1 (v - m) along the contrasts, the largest wins."""
    utilities, held = noisy(80, 3, luck=1.5, seed=5), np.arange(80) % 2 == 0
    (stratum,) = split_by_fact(utilities, None)
    seen, within = covariances(utilities[~held])
    pull = (seen - within / 3) @ np.linalg.inv(seen - within / 3 + within / 2)
    centre = apart(utilities[~held]).mean(axis=(0, 1)) @ CONTRASTS
    runs = apart(utilities[held]) @ CONTRASTS
    others = (runs.sum(axis=1, keepdims=True) - runs) / 2
    expected = ((centre + (others - centre) @ pull.T) @ CONTRASTS.T).argmax(axis=2)
    assert choices_elsewhere(stratum, utilities[held], held=held).tolist() == expected.tolist()


def test_a_case_without_other_runs_takes_the_best_action_of_all() -> None:
    """A single true run follows the mean of the true runs of the other points, not its own."""
    fact = np.array([[True, False, False]] + [[True, True, False]] * 20)
    gain = np.where(fact, 1.0, -1.0)
    gain[0] = -5.0
    utilities, held = np.stack([-gain, gain], axis=2), np.arange(21) == 0
    false, true = split_by_fact(utilities, fact)
    assert choices_elsewhere(true, utilities[held], held=held)[0, 0] == 1
    assert isinstance(false, Stratum)
