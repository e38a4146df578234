from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from scenario.analysis.needed import runs_needed
from scenario.analysis.precision import cost_to_resolve, precision, rule_of_three
from scenario.analysis.stopping import Stopping
from scenario.errors import DataError
from tests.unit.analysis.shares import share


def test_independent_runs_have_the_published_wilson_interval() -> None:
    """81 of 263 give 0.2553 to 0.3662 (Newcombe 1998, table I), here with t(262) in place of z."""
    found = precision(share(81, 263), np.arange(263), kind="share")
    assert found.interval == pytest.approx((0.2553, 0.3662), abs=5e-4)
    assert found.half_width == pytest.approx((0.3662 - 0.2553) / 2, abs=5e-4)


def test_replications_that_repeat_each_other_cost_their_number() -> None:
    """K equal replications of M points have the design effect (M K - 1) / (M - 1)."""
    points = np.random.default_rng(1).normal(size=20)
    found = precision(np.repeat(points, 5), np.repeat(np.arange(20), 5), kind="mean")
    assert found.design_effect == pytest.approx((100 - 1) / (20 - 1))
    assert (found.n_runs, found.n_points) == (100, 20)
    half = 2.093024054408263 * points.std(ddof=1) / math.sqrt(20)
    assert found.half_width == pytest.approx(half)


def test_none_seen_excludes_three_in_n() -> None:
    """None in 100 runs excludes p with (1 - p)^100 = 0.05, about 3 in 100."""
    found = precision(np.zeros(100), np.arange(100), kind="share")
    assert found.none_seen_below is not None
    assert (1 - found.none_seen_below) ** 100 == pytest.approx(0.05)
    assert found.none_seen_below == pytest.approx(0.03, abs=0.001)
    assert found.interval[0] == 0.0
    assert precision(share(1, 100), np.arange(100), kind="share").none_seen_below is None


def test_few_pairs_that_differ_are_bootstrapped() -> None:
    """8 of 100 pairs that differ by 1 have the binomial percentiles 0.03 to 0.14 as interval."""
    found = precision(share(8, 100), np.arange(100), kind="difference")
    low, high = stats.binom.ppf([0.025, 0.975], 100, 0.08) / 100
    assert found.interval == pytest.approx((low, high), abs=0.0101)


def test_runs_to_tell_a_difference_tell_it_as_often_as_said() -> None:
    """With the runs named, 80 % of 2,000 new studies exclude 0; the even number 50 %."""
    rng = np.random.default_rng(4)
    pilot = rng.normal(size=50)
    pilot = (pilot - pilot.mean()) / pilot.std(ddof=1) + 0.2  # mean 0.2, standard deviation 1
    found = cost_to_resolve(pilot, np.arange(50))
    assert found.is_noise
    for runs, chance in ((found.runs_likely, 0.8), (found.runs_even, 0.5)):
        n = int(runs)
        studies = rng.normal(0.2, 1.0, (2000, n))
        half = stats.t.ppf(0.975, n - 1) * studies.std(axis=1, ddof=1) / math.sqrt(n)
        assert np.mean(studies.mean(axis=1) > half) == pytest.approx(chance, abs=0.04)


def test_smallest_difference_follows_the_root_of_n() -> None:
    """n runs with standard deviation s tell 1.96 s / sqrt(n) evenly and 2.80 s / sqrt(n) likely."""
    values = np.random.default_rng(5).normal(0, 2, 400)
    found = cost_to_resolve(values, np.arange(400))
    unit = values.std(ddof=1) / 20
    assert (found.smallest, found.smallest_likely) == pytest.approx((1.959964 * unit, 2.801585 * unit))


def test_no_difference_seen_has_no_price() -> None:
    """Where no run differs the runs are infinite, and six runs that differ would be needed to tell any."""
    found = cost_to_resolve(np.zeros(200), np.arange(200))
    assert (found.runs_even, found.runs_likely) == (math.inf, math.inf)
    assert found.smallest == pytest.approx(6 / 200)
    assert "no number of runs can be named" in found.text


def test_a_told_difference_says_so() -> None:
    """A difference of 1 with spread 0.1 is told by the runs seen."""
    found = cost_to_resolve(1 + 0.1 * np.random.default_rng(6).normal(size=30), np.arange(30))
    assert not found.is_noise
    assert found.text.startswith("The difference is told")
    assert math.isfinite(found.runs_interval[1])


def test_batches_add_up() -> None:
    """A rule fed in three batches ends where one fed at once does, with mean and error of all."""
    values = 1000 + np.random.default_rng(7).normal(size=(60, 3))
    once = Stopping(half_width=0.1, kind="mean", largest=4.0).add(values)
    thrice = Stopping(half_width=0.1, kind="mean", largest=4.0)
    for part in np.array_split(values, 3):
        thrice = thrice.add(part)
    assert thrice.estimate == pytest.approx(values.mean(), rel=1e-12)
    error = values.mean(axis=1).std(ddof=1) / math.sqrt(60)
    half = 2.0009953780882688 * math.sqrt(error**2 + 2 * (4 / 60) ** 2)  # t(59)
    assert (once.half, thrice.half) == pytest.approx((half, half), rel=1e-9)


def test_two_points_are_enough_to_stop() -> None:
    """Means 1 and 3 have the error 1: t(1) sqrt(1 + 2 (0.1 / 2)^2), and a rule for two points stops there."""
    rule = Stopping(half_width=13.0, kind="mean", largest=0.1, least_points=2).add([1.0])
    assert (rule.half, rule.interval, rule.decision) == (math.inf, (-math.inf, math.inf), "continue")
    rule = rule.add([3.0])
    half = 12.706204736432095 * math.sqrt(1 + 2 * 0.05**2)
    assert rule.half == pytest.approx(half)
    assert rule.interval == pytest.approx((2 - half, 2 + half))
    assert rule.decision == "stop"


def test_interval_of_a_mean_is_students_once_thirty_differ() -> None:
    """With 29 points other than 0 the interval is wider by the second term, with 30 it is Student's."""
    base = Stopping(half_width=0.001, kind="difference", largest=1.0)
    few, many = (base.add(np.r_[np.ones(k), np.zeros(200 - k)]) for k in (29, 30))
    values = np.r_[np.ones(30), np.zeros(170)]
    half = 1.971956544249393 * values.std(ddof=1) / math.sqrt(200)  # t(199)
    assert many.interval == pytest.approx((0.15 - half, 0.15 + half))
    assert few.interval == pytest.approx((0.145 - few.half, 0.145 + few.half))


def test_none_seen_goes_on_until_it_can_be_excluded() -> None:
    """With none seen it stops once t sqrt(2) / M <= h: at 139 points for h = 0.02, not at the first look."""
    rule = Stopping(half_width=0.02)
    looks = 0
    while rule.decision == "continue":
        rule = rule.add([0.0])
        looks += 1
    expected = next(m for m in range(30, 999) if stats.t.ppf(0.975, m - 1) * math.sqrt(2) / m <= 0.02)
    assert looks == expected == 140
    assert rule.interval[0] == 0.0


def test_unknown_bounds_wait_for_thirty_that_differ() -> None:
    """Without a largest difference 29 pairs that differ are too few, 30 are enough."""
    few = Stopping(half_width=0.5, kind="difference").add(np.r_[np.ones(29), np.zeros(971)])
    assert few.decision == "continue"
    assert few.add([1.0]).decision == "stop"


def test_the_last_point_stops_it_unreached() -> None:
    """At most_points it stops and says that the half-width is not reached."""
    rule = Stopping(half_width=0.001, most_points=50).add(share(25, 50))
    assert (rule.decision, rule.is_reached) == ("stop", False)


def test_nothing_seen_continues() -> None:
    """Before the first batch there is no estimate and it goes on."""
    rule = Stopping(half_width=0.1)
    assert rule.decision == "continue"
    assert math.isnan(rule.estimate)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Stopping(half_width=0.0), r"half_width must be a finite number > 0 \(got 0.0\)"),
        (lambda: Stopping(half_width=0.1, kind="odds"), r"kind must be one of .* \(got 'odds'\)"),
        (lambda: Stopping(half_width=0.1, largest=-1.0), r"largest must be a finite number > 0 \(got -1.0\)"),
        (lambda: Stopping(half_width=0.1, least_points=1), r"least_points must be at least 2 \(got 1\)"),
        (lambda: Stopping(half_width=0.1).add([0.5]), r"values of a share must be 0 or 1 \(got 0.5\)"),
        (lambda: Stopping(half_width=0.1).add([np.nan]), r"values must be finite numbers \(got nan"),
        (lambda: Stopping(half_width=0.1).add([[0, 1]]).add([1]), r"\(got shape \(1, 1\) after 2 repl"),
        (lambda: rule_of_three(0), r"n must be a number of trials >= 1 \(got 0\)"),
        (lambda: runs_needed([1], [0], kind="mean", half_width=1), r"at least two runs \(got 1 run\)"),
        (lambda: precision([1, 2], [0, 1], kind="share"), r"values of a share must be 0 or 1 \(got 2.0\)"),
        (lambda: precision([1, 2], [0, 1], kind="x"), r"kind must be one of .* \(got 'x'\)"),
    ],
)
def test_what_does_not_fit_is_refused(call: object, match: str) -> None:
    """Wrong numbers, kinds and shapes are refused with what was got."""
    with pytest.raises(DataError, match=match):
        call()  # type: ignore[operator]
