from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.analysis.robustness import METRICS, Measure, Robustness, robustness
from scenario.errors import DataError

# Worlds in rows, policies a, b, c in columns; regrets (best - own) 0 2 4 / 3 0 1 / 0 0 5 / 2 1 0.
HAND = [[6.0, 4.0, 2.0], [1.0, 4.0, 3.0], [5.0, 5.0, 0.0], [3.0, 4.0, 5.0]]


def measures(found: Robustness, metric: str) -> list[Measure]:
    """One metric of every policy."""
    return [one.measures[metric] for one in found.policies]


def estimates(found: Robustness, metric: str) -> list[float]:
    """Estimates of one metric."""
    return [one.estimate for one in measures(found, metric)]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("mean", [15 / 4, 17 / 4, 10 / 4]),
        ("worst", [1.0, 4.0, 0.0]),
        ("regret_mean", [5 / 4, 3 / 4, 10 / 4]),
        ("regret_90", [3.0, 2.0, 5.0]),
        ("regret_max", [3.0, 2.0, 5.0]),
        ("regret_baseline", [0.0, -2 / 4, 5 / 4]),
        ("satisficing", [2 / 4, 4 / 4, 1 / 4]),
        ("best", [1.5 / 4, 1.5 / 4, 1 / 4]),
    ],
)
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_metrics_of_a_hand_case(metric: str, expected: list[float], direction: str) -> None:
    """Each metric has its value by hand, and the same (mirrored) where lower is better."""
    sign = 1.0 if direction == "higher" else -1.0
    found = robustness(
        sign * np.array(HAND), policies=list("abc"), direction=direction, threshold=sign * 4.0, baseline="a"
    )
    mirrored = sign if metric in ("mean", "worst") else 1.0
    assert estimates(found, metric) == pytest.approx([mirrored * value for value in expected])


def test_every_metric_is_named_with_its_source() -> None:
    """The measures of a policy are those that METRICS explains."""
    found = robustness(HAND, policies=list("abc"), direction="higher", threshold=4.0, baseline="a")
    assert set(found.policies[0].measures) == set(METRICS)
    assert len(found.table()) == 3 * len(METRICS)


def test_zero_is_told_without_a_sign() -> None:
    """Where lower is better and nothing ever costs anything, mean, worst case and bounds are 0, never -0."""
    found = robustness(np.zeros((6, 2)), policies=["a", "b"], direction="lower", baseline="a")
    numbers = [
        number
        for one in found.policies
        for measure in one.measures.values()
        for number in (measure.estimate, *measure.interval)
    ]
    assert "-0.0" not in [str(number) for number in numbers]


def test_choices_follow_the_metrics() -> None:
    """b has the best mean, worst case and regrets; with four worlds that is noise."""
    found = robustness(HAND, policies=list("abc"), direction="higher")
    chosen = {one.metric: one for one in found.choices}
    assert {chosen[name].policy for name in ("mean", "worst", "regret_mean", "regret_max")} == {"b"}
    assert chosen["mean"].is_noise


def test_policies_that_are_alike_tie_and_are_not_in_doubt() -> None:
    """a and b are one policy under two names, c is 1 worse everywhere: a tie in every resample, for every metric."""
    a = np.random.default_rng(3).normal(size=(30, 1, 4))
    found = robustness(np.concatenate([a, a, a - 1], axis=1), policies=list("abc"), direction="higher")
    for one in found.choices:
        assert (one.policy, one.tied, one.share, one.is_noise) == ("a", ("b",), pytest.approx(1.0), False)


def test_policies_that_differ_by_world_do_not_tie() -> None:
    """a is better in one half of the worlds, b in the other: in doubt, and no tie."""
    a = np.tile([0.0, 1.0], 15)[:, None]
    one = robustness(np.hstack([a, 1 - a]), policies=list("ab"), direction="higher").choices[0]
    assert (one.tied, one.is_noise) == ((), True)


def test_noise_raises_plain_regret_as_the_closed_form_says() -> None:
    """Policies 0 and d ~ N(0, 1) with noise 1 / K: plain regret sqrt((1 + 1/K) / 2 pi), corrected 1 / sqrt(2 pi)."""
    rng, k, found = np.random.default_rng(1), 6, []
    for _ in range(10):
        d = rng.normal(0, 1, (1000, 1))
        table = np.stack([np.zeros((1000, k)), d + rng.normal(0, 1, (1000, k))], axis=1)
        one = measures(robustness(table, policies=["a", "b"], direction="higher"), "regret_mean")[1]
        found.append((one.estimate, one.estimate - one.correction))
    corrected, plain = np.mean(found, axis=0)
    assert plain == pytest.approx(math.sqrt((1 + 1 / k) / math.tau), abs=0.016)
    assert corrected == pytest.approx(1 / math.sqrt(math.tau), abs=0.016)
    assert plain - corrected == pytest.approx((math.sqrt(1 + 1 / k) - 1) / math.sqrt(math.tau), abs=0.008)


def test_an_odd_number_of_replications_is_corrected_too() -> None:
    """With K = 3 the weight is 1 / 2: 1.5 whole - 0.5 halves, by hand 1.5 x 1 - 0.5 x (3 + 1) / 2."""
    # One world repeated; b - a is 3, -1, 1 in the replications: whole 1, first 3, second -1.
    world = np.array([[0.0, 0.0, 0.0], [3.0, -1.0, 1.0]])
    found = robustness(np.stack([world, world]), policies=["a", "b"], direction="higher")
    # Regret of a: whole 1, halves 3 and 0; of b: whole 0, halves 0 and 1.
    assert estimates(found, "regret_mean") == pytest.approx([1 + 0.5 * (1 - 1.5), 0 + 0.5 * (0 - 0.5)])


def test_one_replication_cannot_be_corrected() -> None:
    """With one replication the correction is unknown and nothing is added."""
    found = robustness(HAND, policies=list("abc"), direction="higher", threshold=4.0)
    assert all(math.isnan(one.correction) for one in measures(found, "regret_mean"))
    assert math.isnan(measures(found, "satisficing")[0].undecided)


def test_largest_regret_of_equal_policies_is_not_driven_by_noise() -> None:
    """Policies that are the same but for noise have a judged largest regret near 0; the plain one is far off."""
    rng = np.random.default_rng(2)
    found = [
        measures(
            robustness(rng.normal(size=(100, 2, 4)), policies=["a", "b"], direction="higher"), "regret_max"
        )[0]
        for _ in range(40)
    ]
    assert np.mean([one.estimate for one in found]) == pytest.approx(0.0, abs=0.35)
    assert np.mean([one.estimate - one.correction for one in found]) > 1.2


def test_each_half_names_the_world_that_the_other_judges() -> None:
    """By hand: first half names world 0 for a (regret 4), judged -1; second names world 1 (3), judged 2."""
    # b - a by world and replication: world 0 has 4 then -1, world 1 has 2 then 3.
    b = np.array([[4.0, -1.0], [2.0, 3.0]])
    found = robustness(np.stack([np.zeros((2, 2)), b], axis=1), policies=["a", "b"], direction="higher")
    # World 0, best b by the first half: b - a is -1 in the second. World 1, best b: 2 in the first.
    assert measures(found, "regret_max")[0].estimate == pytest.approx((-1 + 2) / 2)


def test_few_worlds_that_differ_from_the_baseline_are_noise() -> None:
    """Five of 100 worlds that differ by 9 are fewer than six: noise, though the interval excludes 0."""
    table = np.zeros((100, 2)) + np.array([1.0, 1.0])
    table[:5, 1] += 9.0
    found = robustness(table, policies=["a", "b"], direction="higher", baseline="a").policies[1]
    assert found.measures["regret_baseline"].interval[1] < 0
    assert found.is_noise


def test_the_worst_world_has_no_far_bound() -> None:
    """Largest regret has no upper and worst performance no lower bound; W worlds leave 1 - 0.05^(1/W) beyond."""
    found = robustness(HAND, policies=list("abc"), direction="higher")
    assert measures(found, "regret_max")[0].interval[1] == math.inf
    assert measures(found, "worst")[0].interval[0] == -math.inf
    lower = robustness(HAND, policies=list("abc"), direction="lower")
    assert measures(lower, "worst")[0].interval[1] == math.inf
    assert (1 - found.beyond) ** 4 == pytest.approx(0.05)


def test_the_near_bound_of_an_extreme_lies_before_it() -> None:
    """Largest regrets of 3, 2 and 5 by hand may be less in resampled worlds, and no more; the worst be better."""
    found = robustness(HAND, policies=list("abc"), direction="higher")
    for one in measures(found, "regret_max"):
        assert one.interval[0] < one.estimate
    for worst, best in zip(measures(found, "worst")[::2], (6.0, 5.0), strict=True):
        assert worst.estimate < worst.interval[1] <= best


def test_luck_that_all_policies_share_does_not_widen_regret() -> None:
    """Adding a world's luck to all policies changes the interval of the mean but not of the regret."""
    rng = np.random.default_rng(3)
    table = rng.normal(size=(40, 3))
    plain, lucky = (
        robustness(table + luck, policies=list("abc"), direction="higher")
        for luck in (0.0, rng.normal(0, 20, (40, 1)))
    )
    assert measures(lucky, "regret_mean")[0].interval == pytest.approx(
        measures(plain, "regret_mean")[0].interval
    )
    assert np.ptp(measures(lucky, "mean")[0].interval) > 5 * np.ptp(measures(plain, "mean")[0].interval)


def test_interval_of_the_mean_is_students() -> None:
    """For 30 worlds the percentile interval of the mean is Student's within resampling error."""
    table = np.random.default_rng(4).normal(size=(30, 1))
    low, high = measures(robustness(table, policies=["a"], direction="lower"), "mean")[0].interval
    half = 2.045229642132703 * table.std(ddof=1) / math.sqrt(30)
    assert (low, high) == pytest.approx((table.mean() - half, table.mean() + half), abs=0.1 * half)


def test_satisficing_in_all_worlds_keeps_wilsons_doubt() -> None:
    """20 of 20 worlds give Wilson's interval with t(19): n / (n + t^2) to 1, not (1, 1)."""
    found = robustness(np.ones((20, 1)), policies=["a"], direction="higher", threshold=0.5)
    low, high = measures(found, "satisficing")[0].interval
    assert (low, high) == pytest.approx((20 / (20 + 2.093024054408263**2), 1.0))


def test_two_worlds_of_which_one_is_good_enough_have_wilsons_interval() -> None:
    """Share 1/2 with error 1/2: one effective trial, 1/2 -/+ sqrt(t^2 / 4 + t^4 / 4) / (1 + t^2), t = t(1)."""
    found = robustness([[1.0], [0.0]], policies=["a"], direction="higher", threshold=0.5)
    t2 = 12.706204736432095**2
    half = math.sqrt(t2 / 4 + t2**2 / 4) / (1 + t2)
    assert measures(found, "satisficing")[0].interval == pytest.approx((0.5 - half, 0.5 + half))


def test_a_corrected_share_is_no_more_than_all_and_no_less_than_none() -> None:
    """By hand: good enough as a whole, in one half not: 1 + (1 - 1/2) is told as 1; the reverse as 0."""
    good, bad = [[3.0, -1.0]], [[-3.0, 1.0]]
    found = robustness([good, good], policies=["a"], direction="higher", threshold=0.0)
    assert estimates(found, "satisficing") == [1.0]
    assert estimates(
        robustness([bad, bad], policies=["a"], direction="higher", threshold=0.0), "satisficing"
    ) == [0]


def test_worlds_near_the_threshold_are_undecided() -> None:
    """Of means at 0 and 9 with noise 1, half cannot be told from the threshold 0.1."""
    noise = np.random.default_rng(5).normal(0, 1, (40, 1, 4))
    table = np.repeat([0.0, 9.0], 20)[:, None, None] + noise - noise.mean(axis=2, keepdims=True)
    found = robustness(table, policies=["a"], direction="higher", threshold=0.1)
    assert measures(found, "satisficing")[0].undecided == 0.5


def test_two_replications_are_enough_to_be_undecided() -> None:
    """Replications m -/+ 0.1 reach 12.7 x 0.1 from m, by t(1): 11 cannot be told from the threshold 10, 15 can."""
    table = np.repeat([11.0, 15.0], 10)[:, None, None] + np.array([-0.1, 0.1])
    found = robustness(table, policies=["a"], direction="higher", threshold=10.0)
    assert measures(found, "satisficing")[0].undecided == 0.5


def test_noise_against_the_baseline_is_marked() -> None:
    """A policy that differs by luck only is noise; one that is 1 better is not; the baseline has no verdict."""
    rng = np.random.default_rng(6)
    table = rng.normal(size=(50, 1)) + np.array([0.0, 0.0, 1.0]) + rng.normal(0, 0.3, (50, 3))
    found = robustness(table, policies=list("abc"), direction="higher", baseline="a")
    assert [one.is_noise for one in found.policies] == [None, True, False]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"performance": [1.0, 2.0]}, r"must be \[W, P\] or \[W, P, K\] \(got shape \(2,\)\)"),
        ({"performance": [[1.0, np.nan, 1.0]]}, r"performance must be finite numbers \(got NaN"),
        ({"policies": ["a", "b"]}, r"one different name per column \(got a, b for 3\)"),
        ({"direction": "up"}, r"direction must be 'higher' or 'lower' \(got 'up'\)"),
        ({"threshold": np.nan}, r"threshold must be a finite number \(got nan\)"),
        ({"baseline": "d"}, r"baseline must be one of a, b, c \(got 'd'\)"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], match: str) -> None:
    """Wrong tables, names and options are refused with what was got."""
    given = {"performance": HAND, "policies": list("abc"), "direction": "higher"} | change
    with pytest.raises(DataError, match=match):
        robustness(given.pop("performance"), **given)  # type: ignore[arg-type]
