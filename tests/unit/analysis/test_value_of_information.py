"""Decisions whose value of information is known in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import k0
from scipy.stats import norm, t

from scenario.analysis.clusters import Floats
from scenario.analysis.decision import Decision, InformationValue, decision
from scenario.analysis.value_of_information import (
    expected_value_of_partial_information,
    expected_value_of_perfect_information,
    expected_value_of_sample_information,
)
from scenario.errors import DataError

WAIT_OR_ACT = ["wait", "act"]


def gain_of_knowing(mean: float, spread: float) -> float:
    """E max(d, 0) - max(E d, 0) for d ~ N(mean, spread^2): the unit normal loss (Raiffa and Schlaifer 1961)."""
    z = mean / spread
    return float(spread * norm.pdf(z) + mean * norm.cdf(z) - max(mean, 0.0))


def linear(seed: int, m: int, k: int, *, mean: float = 0.3, luck: float = 1.0) -> tuple[Decision, Floats]:
    """Acting gains mean + x0 + x1 / 2 + luck over waiting, x standard normal; all share a common luck."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(m, 3))
    gain = mean + (x @ [1.0, 0.5, 0.0])[:, None] + luck * rng.normal(size=(m, k))
    common = 3 * rng.normal(size=(m, k))
    return decision(np.stack([common, common + gain], axis=2), actions=WAIT_OR_ACT, unit="days"), x


def columns(x: Floats) -> dict[str, Floats]:
    """The parameters by name."""
    return {f"x{i}": x[:, i] for i in range(x.shape[1])}


def within(found: InformationValue, known: float, *, z: float = 4.0) -> bool:
    """Whether an estimate lies within z of its own standard errors of the known value."""
    return abs(found.raw - known) < z * found.error


def test_perfect_information_of_a_linear_gaussian_choice() -> None:
    """The value of all parameters is the unit normal loss with spread sqrt(1.25), to within 4 % here."""
    problem, _ = linear(1, 6000, 4)
    found = expected_value_of_perfect_information(problem)
    known = gain_of_knowing(0.3, 1.25**0.5)
    assert found.raw == pytest.approx(known, rel=0.04)
    assert within(found, known)
    assert (found.best, found.unit, found.n, found.is_noise) == ("act", "days", 6000, False)


def test_perfect_information_holds_where_luck_is_five_times_ignorance() -> None:
    """With luck 5 and 4 replications the maximum of means says 3 times the value; the estimate is within 10 %."""
    problem, _ = linear(2, 10_000, 4, luck=5.0)
    found = expected_value_of_perfect_information(problem)
    known = gain_of_knowing(0.3, 1.25**0.5)
    assert found.plug_in > 2.8 * known
    assert found.floor < 0.3 * known
    assert found.raw == pytest.approx(known, rel=0.10)


def test_how_often_knowing_changes_the_action() -> None:
    """The best action changes where x0 + x1 / 2 < -0.3: in Phi(-0.3 / sqrt(1.25)) of the points."""
    problem, x = linear(3, 6000, 4)
    expected = norm.cdf(-0.3 / 1.25**0.5)
    assert expected_value_of_perfect_information(problem).changes == pytest.approx(expected, abs=0.02)
    both = expected_value_of_partial_information(problem, columns(x), groups={"both": ["x0", "x1"]})
    assert both[0].changes == pytest.approx(expected, abs=0.02)


def test_partial_information_of_a_linear_gaussian_choice() -> None:
    """Each parameter is worth the unit normal loss with its own spread, and they come by worth."""
    problem, x = linear(4, 6000, 4)
    found = expected_value_of_partial_information(problem, pd.DataFrame(columns(x)))
    assert [value.name for value in found] == ["x0", "x1", "x2"]
    for value, spread in zip(found, [1.0, 0.5], strict=False):
        assert value.raw == pytest.approx(gain_of_knowing(0.3, spread), abs=0.015)
        assert within(value, gain_of_knowing(0.3, spread))
        assert value.binned == pytest.approx(value.raw, abs=0.02)
        assert not value.is_noise


def test_a_parameter_without_influence_is_noise() -> None:
    """The parameter that moves nothing is worth 0 and noise; its upper bound stays above 0."""
    problem, x = linear(5, 400, 3)
    (found,) = expected_value_of_partial_information(problem, {"idle": x[:, 2]})
    assert found.is_noise
    assert found.value < 0.01
    assert found.interval[0] == 0.0
    assert 0.0 <= found.interval[1] < 0.1


def test_only_where_the_value_is_noise_its_upper_bound_is_wider_than_students() -> None:
    """x0 is told: its bounds are raw -/+ t(399) errors; x1 and x2 are noise, with an upper bound above that."""
    problem, x = linear(4, 400, 3)
    for value in expected_value_of_partial_information(problem, columns(x)):
        half = t.ppf(0.975, 399) * value.error
        if value.name == "x0":
            assert value.interval == pytest.approx((value.raw - half, value.raw + half))
        assert value.is_noise == (value.name != "x0") == (value.interval[1] > value.raw + half + 1e-6)


def test_a_group_is_worth_what_its_members_are_worth_together() -> None:
    """Knowing x0 and x1 together is worth what perfect information is worth."""
    problem, x = linear(6, 6000, 2)
    (found,) = expected_value_of_partial_information(problem, columns(x), groups={"both": ["x0", "x1"]})
    assert within(found, gain_of_knowing(0.3, 1.25**0.5))
    assert np.isnan(found.binned)


def test_a_group_sees_an_interaction_that_its_members_do_not() -> None:
    """Where acting gains x0 x1 - 0.2, each alone is worth 0, both together E max(x0 x1 - 0.2, 0)."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(4000, 2))
    gain = x.prod(axis=1) - 0.2
    problem = decision(np.stack([0 * gain, gain], axis=1), actions=WAIT_OR_ACT, unit="u")
    alone = expected_value_of_partial_information(problem, columns(x))
    (both,) = expected_value_of_partial_information(problem, columns(x), groups={"both": ["x0", "x1"]})
    assert all(value.is_noise for value in alone)
    # E max(x0 x1 - 0.2, 0) by quadrature over the density K0(|z|) / pi of a product of normals.
    known = quad(lambda z: (z - 0.2) * k0(z) / np.pi, 0.2, 30.0)[0]
    assert within(both, known)


def test_sample_information_of_a_linear_gaussian_choice() -> None:
    """A measurement of x0 with error 1 is worth the unit normal loss with spread 1 / sqrt(2)."""
    problem, x = linear(8, 6000, 4)
    signal = x[:, 0] + np.random.default_rng(80).normal(size=6000)
    found = expected_value_of_sample_information(problem, signal, name="one pass", cost=0.05)
    known = gain_of_knowing(0.3, 0.5**0.5)
    assert within(found, known)
    assert found.net == found.value - 0.05
    assert (found.name, found.cost) == ("one pass", 0.05)


def test_a_longer_wait_is_worth_more() -> None:
    """Two signals are worth more than one, and as much as one of half the error variance."""
    problem, x = linear(9, 6000, 4)
    passes = x[:, :1] + np.random.default_rng(90).normal(size=(6000, 2))
    one, two = (expected_value_of_sample_information(problem, passes[:, :n]) for n in (1, 2))
    assert two.raw > one.raw
    assert within(two, gain_of_knowing(0.3, 1 / 1.5**0.5))


def bernoulli(seed: int, m: int, k: int) -> tuple[Decision, Any, Any]:
    """True with 0.4 in each run; acting gains 1 if true and loses 1 if not; a signal is right in 0.8."""
    rng = np.random.default_rng(seed)
    truth = rng.random((m, k)) < 0.4
    signal = truth ^ (rng.random((m, k)) < 0.2)
    gain = np.where(truth, 1.0, -1.0)
    return decision(np.stack([0 * gain, gain], axis=2), actions=WAIT_OR_ACT, unit="u"), truth, signal


def test_a_binary_signal_is_worth_its_closed_form() -> None:
    """Acting on a positive signal earns 0.4 x 0.8 - 0.6 x 0.2 = 0.2; waiting earns 0."""
    problem, _, signal = bernoulli(10, 3000, 3)
    found = expected_value_of_sample_information(problem, signal[:, :, None])
    assert within(found, 0.2)
    assert found.raw == pytest.approx(0.2, abs=0.02)
    assert found.changes == pytest.approx(0.4 * 0.8 + 0.6 * 0.2, abs=0.02)
    assert found.best == "wait"


def test_the_hidden_fact_is_worth_its_closed_form() -> None:
    """Knowing the fact, one acts in the 0.4 of true runs and earns 0.4."""
    problem, truth, _ = bernoulli(11, 3000, 3)
    (found,) = expected_value_of_partial_information(problem, {"fact": truth})
    assert within(found, 0.4)
    assert within(expected_value_of_perfect_information(problem, fact=truth), 0.4)


def test_parameters_and_fact_together() -> None:
    """With acting worth x + 2 in true and x - 2 in false worlds, value and fact share are the closed form."""
    rng = np.random.default_rng(12)
    m, k = 4000, 4
    x, truth = rng.normal(size=(m, 1)), rng.random((m, k)) < 0.4
    gain = x + np.where(truth, 2.0, -2.0) + 2 * rng.normal(size=(m, k))
    problem = decision(np.stack([0 * gain, gain], axis=2), actions=WAIT_OR_ACT, unit="u")
    both = expected_value_of_perfect_information(problem, fact=truth)
    above = {mean: norm.pdf(mean) + mean * norm.cdf(mean) for mean in (2.0, -2.0)}
    assert within(both, 0.4 * above[2.0] + 0.6 * above[-2.0])
    assert (both.name, both.is_noise) == ("parameters and fact", False)
    assert within(expected_value_of_perfect_information(problem), gain_of_knowing(-0.4, 1.0))


def test_information_that_cannot_change_the_choice_is_worth_nothing() -> None:
    """Where acting always gains 1 +- 0.1, everything is worth 0 and noise."""
    rng = np.random.default_rng(13)
    x = rng.uniform(-0.1, 0.1, size=(300, 1))
    gain = 1 + x + 0.1 * rng.normal(size=(300, 3))
    problem = decision(np.stack([0 * gain, gain], axis=2), actions=WAIT_OR_ACT, unit="u")
    (partial,) = expected_value_of_partial_information(problem, {"x": x[:, 0]})
    perfect = expected_value_of_perfect_information(problem)
    for found in (partial, perfect):
        assert found.value == pytest.approx(0.0, abs=1e-3)
        assert (found.is_noise, found.interval[0], found.changes) == (True, 0.0, pytest.approx(0.0, abs=0.01))


def test_luck_alone_is_not_taken_for_ignorance() -> None:
    """With luck only, the maximum of means says 0.2; the mean estimate over 40 studies is below 0.03, all noise."""
    found = []
    for seed in range(40):
        luck = np.random.default_rng(seed).normal(size=(300, 4))
        problem = decision(np.stack([0 * luck, luck], axis=2), actions=WAIT_OR_ACT, unit="u")
        found.append(expected_value_of_perfect_information(problem))
    assert np.mean([value.plug_in for value in found]) == pytest.approx(0.5 * norm.pdf(0.0), abs=0.02)
    assert np.mean([value.raw for value in found]) < 0.03
    assert np.mean([value.floor for value in found]) <= 0.0
    assert sum(value.is_noise for value in found) >= 38


def test_one_replication_values_knowing_luck_too() -> None:
    """With K = 1 the value is E max(d, 0) with luck in d, and says so."""
    problem, _ = linear(14, 6000, 1)
    found = expected_value_of_perfect_information(problem)
    assert within(found, gain_of_knowing(0.3, 2.25**0.5))
    assert found.name == "everything, luck included"


def test_more_than_two_actions() -> None:
    """Of actions worth 0, x0 - 0.5 and x1 - 0.5, knowing both is worth E max of the three (by quadrature)."""
    rng = np.random.default_rng(15)
    x = rng.normal(size=(8000, 2))
    means = np.column_stack([np.zeros(8000), x - 0.5])
    u = means[:, None, :] + rng.normal(size=(8000, 3, 3))
    problem = decision(u, actions=["a", "b", "c"], unit="u")
    # P(max <= t) = Phi(t + 0.5)^2 for t >= 0, and the best without information is worth 0.
    known = quad(lambda t: 1 - norm.cdf(t + 0.5) ** 2, 0, 10)[0]
    found = expected_value_of_perfect_information(problem)
    (both,) = expected_value_of_partial_information(problem, columns(x), groups={"both": ["x0", "x1"]})
    assert found.raw == pytest.approx(known, rel=0.03)
    assert within(both, known)


def test_categories_are_known_by_their_means() -> None:
    """Three equally likely sources in which acting gains -1, 0.2 and 2 are worth 2.2 / 3 - 0.4."""
    rng = np.random.default_rng(16)
    source = rng.choice(["radar", "press", "spy"], size=3000)
    gain = np.select([source == "radar", source == "press"], [-1.0, 0.2], 2.0)
    utilities = np.stack([np.zeros(3000), gain + rng.normal(size=3000)], axis=1)
    problem = decision(utilities, actions=WAIT_OR_ACT, unit="u")
    (found,) = expected_value_of_partial_information(problem, {"source": source})
    assert within(found, 2.2 / 3 - 0.4)


def test_the_same_input_gives_the_same_result_and_leaves_the_global_generator_alone() -> None:
    """Two calls agree to the last bit and numpy's global state does not move."""
    problem, x = linear(17, 200, 3)
    before = np.random.get_state()[1].tolist()  # noqa: NPY002 - the state that must not move
    first, second = (expected_value_of_partial_information(problem, columns(x)) for _ in range(2))
    assert first == second
    assert (
        expected_value_of_perfect_information(problem).raw
        == expected_value_of_perfect_information(problem).raw
    )
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_the_plug_in_value_is_the_mean_of_the_best_point_means_less_the_best_mean() -> None:
    """By hand from the table; it lies above the estimate, which takes the noise out of the point means."""
    problem, _ = linear(22, 100, 3)
    u = problem.utilities
    found = expected_value_of_perfect_information(problem)
    expected = u.mean(axis=1).max(axis=1).mean() - u.mean(axis=(0, 1)).max()
    assert found.plug_in == pytest.approx(expected)
    assert found.plug_in > found.raw


def test_without_replications_it_is_the_value_of_knowing_everything() -> None:
    """One run per point: the mean of the best utilities less the best of the means, by hand."""
    u = np.random.default_rng(20).normal([0.0, 0.1, 0.2], size=(60, 3))
    found = expected_value_of_perfect_information(decision(u, actions=["a", "b", "c"], unit="u"))
    assert found.raw == pytest.approx(u.max(axis=1).mean() - u.mean(axis=0).max())
    assert found.plug_in == pytest.approx(found.raw)
    best = int(u.mean(axis=0).argmax())
    gain = u.max(axis=1) - u[:, best]
    assert found.error == pytest.approx(gain.std(ddof=1) / np.sqrt(60))
    assert found.changes == pytest.approx((u.argmax(axis=1) != best).mean())


def test_information_costs_nothing_unless_said() -> None:
    """Without a cost the net value is the value, whichever information it is."""
    problem, x = linear(21, 60, 2)
    found = [
        expected_value_of_perfect_information(problem),
        *expected_value_of_partial_information(problem, columns(x)),
        expected_value_of_sample_information(problem, x[:, 0]),
    ]
    assert [(one.cost, one.net) for one in found] == [(0.0, one.value) for one in found]
    costs = expected_value_of_partial_information(problem, columns(x), costs={"x1": 0.25})
    assert {one.name: one.cost for one in costs} == {"x0": 0.0, "x1": 0.25, "x2": 0.0}


def test_the_order_of_the_actions_does_not_matter() -> None:
    """The value of perfect information, its bounds and its verdict are the same whichever action comes first."""
    problem, _ = linear(19, 200, 3)
    turned = decision(problem.utilities[:, :, ::-1], actions=WAIT_OR_ACT[::-1], unit="days")
    one, other = (expected_value_of_perfect_information(each) for each in (problem, turned))
    assert (other.best, other.is_noise) == (one.best, one.is_noise)
    numbers = [[v.raw, v.error, *v.interval, v.changes, v.floor, v.plug_in] for v in (one, other)]
    assert numbers[1] == pytest.approx(numbers[0], abs=1e-9)


@pytest.mark.parametrize(
    ("utilities", "actions", "match"),
    [
        (np.zeros(50), WAIT_OR_ACT, r"must be \[M, A\] or \[M, K, A\] \(got shape \(50,\)\)"),
        (np.zeros((50, 2)), ["wait"], r"must name each of the 2 columns once, at least two \(got wait\)"),
        (np.zeros((50, 2)), ["wait", "wait"], r"once, at least two \(got wait, wait\)"),
        (np.full((50, 2), np.nan), WAIT_OR_ACT, r"utilities must be finite numbers \(got nan\)"),
        (np.zeros((39, 2)), WAIT_OR_ACT, r"at least 40 outer points \(got 39\)"),
    ],
)
def test_a_wrong_choice_is_refused(utilities: Any, actions: list[str], match: str) -> None:
    """Shapes, names, NaN and too few points are refused with the rule and what was got."""
    with pytest.raises(DataError, match=match):
        decision(utilities, actions=actions, unit="u")


def test_wrong_information_is_refused() -> None:
    """Columns, groups, facts and costs that break a rule are refused with what was got."""
    problem, x = linear(18, 50, 2)
    with pytest.raises(DataError, match=r"x must have one entry per row, 50 in all \(got shape \(49,\)\)"):
        expected_value_of_partial_information(problem, {"x": x[:49, 0]})
    with pytest.raises(DataError, match=r"group g must name columns among x \(got y\)"):
        expected_value_of_partial_information(problem, {"x": x[:, 0]}, groups={"g": ["x", "y"]})
    with pytest.raises(DataError, match=r"signal 0 must be finite numbers \(got nan\)"):
        expected_value_of_sample_information(problem, np.full(50, np.nan))
    for cost in (-1, np.inf, np.nan):
        with pytest.raises(DataError, match=rf"cost must be a finite number >= 0 \(got {cost}\)"):
            expected_value_of_sample_information(problem, x[:, 0], cost=cost)
    for signal in (np.zeros((50, 0)), np.zeros((50, 2, 1, 1))):
        with pytest.raises(DataError, match=r"signal must be \[M\], \[M, q\] or \[M, K, q\] \(got shape"):
            expected_value_of_sample_information(problem, signal)
    with pytest.raises(DataError, match=r"group g must name columns among x \(got none\)"):
        expected_value_of_partial_information(problem, {"x": x[:, 0]}, groups={"g": []})
    with pytest.raises(DataError, match=r"one truth value per run, shape \(50, 2\) \(got shape \(50,\)\)"):
        expected_value_of_perfect_information(problem, fact=np.zeros(50))
    with pytest.raises(DataError, match=r"two replications with the same fact \(got 2 per point\)"):
        expected_value_of_perfect_information(problem, fact=np.tile([True, False], (50, 1)))
