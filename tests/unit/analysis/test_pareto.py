from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.analysis.pareto import _verdict, pareto, percentile_interval, resampled
from scenario.errors import DataError

NAMES = ["fast", "slow", "bad", "cheap"]
BOTH = {"speed": "higher", "cost": "lower"}


def study(n: int = 50, noise: float = 0.1) -> dict[str, np.ndarray]:
    """Speed 3, 1, 1, 2 and cost 3, 2, 4, 1 with luck: slow and bad are dominated by cheap."""
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 5, (n, 1))
    return {
        "speed": np.array([3.0, 1.0, 1.0, 2.0]) + luck + rng.normal(0, noise, (n, 4)),
        "cost": np.array([3.0, 2.0, 4.0, 1.0]) + luck + rng.normal(0, noise, (n, 4)),
    }


def test_the_front_of_a_hand_case() -> None:
    """Fast and cheap are on the front; bad is dominated by all others or by fast and cheap at least."""
    found = pareto(study(), directions=BOTH, policies=NAMES)
    assert [one.policy for one in found.policies if one.is_front] == ["fast", "cheap"]
    assert {"fast", "cheap"} <= set(found.policies[2].dominated_by)
    assert found.policies[1].dominated_by == ("cheap",)


def test_common_luck_cancels() -> None:
    """Luck of the world that moves all policies alike leaves the front certain though means are vague."""
    found = pareto(study(), directions=BOTH, policies=NAMES)
    low, high = found.policies[0].intervals["speed"]
    assert high - low > 2
    assert [one.verdict for one in found.policies] == ["on", "off", "off", "on"]
    assert found.text == "Over 2 objectives and 50 worlds, on the front: fast, cheap; dominated: slow, bad."


def test_one_objective_makes_the_best_mean_the_front() -> None:
    """With one objective the front is the policy with the highest mean, and its share that of the winner."""
    rng = np.random.default_rng(2)
    table = rng.normal(size=(30, 2)) + np.array([0.1, 0.0])
    found = pareto({"x": table}, directions={"x": "higher"}, policies=["a", "b"])
    gap = table[:, 0] - table[:, 1]
    # Normal approximation of the bootstrap: P(mean* > 0).
    expected = 0.5 * (1 + math.erf(gap.mean() / gap.std() * math.sqrt(30 / 2)))
    assert found.policies[int(np.argmax(table.mean(axis=0)))].is_front
    assert found.policies[0].share == pytest.approx(expected, abs=0.03)
    assert found.policies[0].verdict == "undecided"


def test_equal_policies_do_not_dominate_each_other() -> None:
    """Two policies with the same table are both on the front, always."""
    table = np.random.default_rng(3).normal(size=(20, 1)) @ np.ones((1, 2))
    found = pareto({"x": table, "y": table}, directions=dict.fromkeys("xy", "lower"), policies=["a", "b"])
    assert [(one.is_front, one.share) for one in found.policies] == [(True, 1.0), (True, 1.0)]


def test_equal_in_one_objective_and_better_in_another_dominates() -> None:
    """At the same speed the cheaper policy dominates; the slower one that costs the same is dominated too."""
    speed, cost = np.tile([2.0, 2.0, 1.0], (5, 1)), np.tile([1.0, 3.0, 1.0], (5, 1))
    found = pareto({"speed": speed, "cost": cost}, directions=BOTH, policies=["a", "dear", "slow"])
    assert [one.dominated_by for one in found.policies] == [(), ("a",), ("a",)]


@pytest.mark.parametrize(
    ("share", "n_worlds", "verdict"),
    [
        (0.95, 9, "on"),
        (0.9495, 9, "undecided"),
        (0.0505, 9, "undecided"),
        (0.0495, 9, "off"),
        (1.0, 2, "on"),
        (1.0, 1, "undecided"),
    ],
)
def test_a_verdict_takes_95_of_100_resamples(share: float, n_worlds: int, verdict: str) -> None:
    """On or off the front in at least 95 % of the resamples, and never with a single world."""
    assert _verdict(share, n_worlds) == verdict


def test_front_agrees_with_pairwise_comparison() -> None:
    """For random means of 12 policies the front is that of a loop over all pairs."""
    rng = np.random.default_rng(4)
    tables = {name: rng.normal(size=(15, 12)) for name in "abc"}
    directions = {"a": "higher", "b": "lower", "c": "higher"}
    found = pareto(tables, directions=directions, policies=[f"p{i}" for i in range(12)])
    means = [tuple(s * tables[k][:, i].mean() for k, s in (("a", 1), ("b", -1), ("c", 1))) for i in range(12)]
    expected = [
        not any(all(x >= y for x, y in zip(q, p, strict=True)) and q != p for q in means) for p in means
    ]
    assert [one.is_front for one in found.policies] == expected


def test_table_has_a_row_per_policy_and_objective() -> None:
    """4 policies and 2 objectives make 8 rows with their intervals."""
    table = pareto(study(), directions=BOTH, policies=NAMES).table()
    assert len(table) == 8
    assert ((table["lower"] < table["mean"]) & (table["mean"] < table["upper"])).all()


def test_worlds_drawn_anew_are_the_same_each_time() -> None:
    """Every resample draws W worlds; the draws are fixed and leave the global generator alone."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global generator is what is looked at
    one, other = (resampled(7, lambda counts: counts) for _ in range(2))
    assert (one.sum(axis=1) == 7).all()
    assert (one == other).all()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_blocks_make_no_difference_to_the_size() -> None:
    """Many worlds are drawn in blocks: still 2,000 resamples, each of all worlds."""
    totals = resampled(3000, lambda counts: counts.sum(axis=1))
    assert totals.shape == (2000,)
    assert (totals == 3000).all()


def test_percentiles_are_students_for_few_worlds() -> None:
    """For the mean of 10 values the expanded interval is Student's (within resampling error)."""
    values = np.array([-2.1, -1.2, -0.7, -0.3, -0.1, 0.2, 0.4, 0.6, 1.1, 2.1])
    low, high = percentile_interval(resampled(10, lambda counts: counts @ values / 10), 10)
    half = 2.2621571628540993 * values.std(ddof=1) / np.sqrt(10)
    assert (low, high) == pytest.approx((-half, half), abs=0.15 * half)


@pytest.mark.parametrize(
    ("objectives", "directions", "names", "match"),
    [
        ({}, {}, ["a"], r"\(got no objective\)"),
        ({"x": [[1.0, 2.0]], "y": [[1.0]]}, {"x": "higher"}, ["a", "b"], r"all of one shape \(got shapes"),
        ({"x": [[1.0, np.nan]]}, {"x": "higher"}, ["a", "b"], r"objective x must hold finite numbers"),
        ({"x": [[1.0, 2.0]]}, {}, ["a", "b"], r"direction must be 'higher' or 'lower' \(got 'nothing'\)"),
        ({"x": [[1.0, 2.0]]}, {"x": "higher"}, ["a", "a"], r"one different name per column \(got a, a for 2"),
    ],
)
def test_what_does_not_fit_is_refused(
    objectives: dict[str, object], directions: dict[str, str], names: list[str], match: str
) -> None:
    """Wrong tables, names and directions are refused with what was got."""
    with pytest.raises(DataError, match=match):
        pareto(objectives, directions=directions, policies=names)  # type: ignore[arg-type]
