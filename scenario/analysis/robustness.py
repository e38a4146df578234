"""Which policy holds up: robustness metrics over policies x worlds.

A world is an outer point (one draw of the uncertain numbers), the same for all policies. Names of metrics as
in McPhail et al. 2018 (Earth's Future 6(2), table 2) and Herman et al. 2015 (J. Water Resour. Plann. Manage.
141(10)). Estimates live in `world_metrics`; fronts over several objectives, and worlds drawn anew, in `pareto`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats
from scenario.analysis.paired import FEWEST
from scenario.analysis.pareto import check_direction, check_policies
from scenario.analysis.world_metrics import Metric, Worlds, is_best
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

METRICS = {
    "mean": "Laplace's principle of insufficient reason: mean performance",
    "worst": "maximin: worst performance (Wald 1950)",
    "regret_mean": "mean regret against the best policy of each world",
    "regret_90": "90th percentile of regret (90th percentile minimax regret)",
    "regret_max": "largest regret (minimax regret, Savage 1951)",
    "regret_baseline": "mean of baseline minus policy, in the direction in which more is worse",
    "satisficing": "share of worlds that meet the threshold (Starr's domain criterion, 1963)",
    "best": "share of worlds in which the policy is best, ties split",
}
"""Name of a metric -> its meaning and source."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One metric of one policy.

    Parameters
    ----------
    estimate, interval
        Corrected for replication noise, and the 95 % interval. The interval of a largest regret and of a
        worst performance is infinite on its far side: a sample of worlds does not bound the worst one.
    correction
        What was added to the plain value because means of few replications are noisy (the best of noisy
        means lies too high); NaN with one replication, where it cannot be told and nothing was added.
    undecided
        For "satisficing": share of worlds in which the replications cannot tell whether the threshold is met
        (the 95 % interval of the world's mean holds it). The correction is good to first order only: where
        this share is large, take more replications. NaN for other metrics and with one replication.
    """

    estimate: float
    interval: tuple[float, float]
    correction: float
    undecided: float = math.nan


@dataclass(frozen=True, kw_only=True)
class PolicyRobustness:
    """How one policy holds up.

    Parameters
    ----------
    policy
        Name.
    measures
        Name of the metric (`METRICS`) -> measure; no "satisficing" without a threshold, no "regret_baseline"
        without a baseline.
    is_noise
        Whether its mean difference from the baseline cannot be told from none (the interval holds 0, or fewer
        than six worlds differ); None without a baseline and for the baseline itself.
    """

    policy: str
    measures: dict[str, Measure]
    is_noise: bool | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The policy that a metric prefers, or several that tie.

    Parameters
    ----------
    metric, policy
        Names.
    tied
        Names of the others that have the same value, whichever worlds are drawn: nothing tells them apart.
    share
        Share of resamples of the worlds in which the metric prefers it or one that ties with it.
    is_noise
        Whether that share is below 0.95: other worlds could prefer another policy.
    """

    metric: str
    policy: str
    tied: tuple[str, ...]
    share: float
    is_noise: bool


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """How policies hold up over worlds.

    Parameters
    ----------
    policies, choices
        One entry per policy and per metric.
    n_worlds, n_replications
        W and K.
    beyond
        Share of all worlds that may be worse than the worst one seen (95 %): 1 - 0.05^(1/W).
    """

    policies: tuple[PolicyRobustness, ...]
    choices: tuple[Choice, ...]
    n_worlds: int
    n_replications: int
    beyond: float

    def table(self) -> pd.DataFrame:
        """Return policy, metric, estimate, lower, upper, correction, one row each."""
        import pandas as pd

        return pd.DataFrame(
            [
                (one.policy, name, found.estimate, *found.interval, found.correction)
                for one in self.policies
                for name, found in one.measures.items()
            ],
            columns=["policy", "metric", "estimate", "lower", "upper", "correction"],
        )


def robustness(
    performance: ArrayLike,
    *,
    policies: Sequence[str],
    direction: str,
    threshold: float | None = None,
    baseline: str | None = None,
) -> Robustness:
    """Return every robustness metric of every policy with its 95 % interval.

    Regret of policy p in world w: max_q y_wq - y_wp (for lower: y_wp - min_q y_wq). The plain value uses means
    of K replications and is too high by about c / K; the mean of the two halves of the replications is too
    high by about 2 c / K. The estimate is 2 whole - halves (for odd K: by the same rule; Quenouille 1956,
    Biometrika 43, section 2). It may lie slightly below 0 and leaves about half of the bias where policies tie
    exactly. For the largest regret and the worst performance one half names the world and its best policy,
    the other half judges: never too extreme on average.

    Parameters
    ----------
    performance
        Shape [W, P], or [W, P, K] with K replications under common random numbers; finite.
    policies
        P different names.
    direction
        "higher" or "lower": which performance is better.
    threshold
        Performance that is good enough (at least, or at most), in its unit.
    baseline
        Name of the policy that the others are compared with.

    Returns
    -------
    Intervals are percentiles of 2,000 resamples of the worlds, all policies together, expanded for few worlds;
    for shares Wilson's with the effective number of worlds. With one world they are NaN.
    """
    table = _checked(performance, policies, direction)
    sign = 1.0 if direction == "higher" else -1.0
    place = _baseline(baseline, policies)
    plan = Worlds(table * sign, None if threshold is None else sign * _threshold(threshold), place)
    found = plan.measures()
    return Robustness(
        policies=tuple(
            _policy(name, p, found, place=place, sign=sign, plan=plan) for p, name in enumerate(policies)
        ),
        choices=tuple(_choice(name, one, policies) for name, one in found.items()),
        n_worlds=len(table),
        n_replications=table.shape[2],
        beyond=1 - 0.05 ** (1 / len(table)),
    )


def _policy(
    name: str, p: int, found: dict[str, Metric], *, place: int | None, sign: float, plan: Worlds
) -> PolicyRobustness:
    """Return the measures of one policy, performance turned back."""
    is_single = plan.table.shape[2] < 2
    measures = {
        metric: _measure(one, p, sign if metric in ("mean", "worst") else 1.0, is_single=is_single)
        for metric, one in found.items()
    }
    if "satisficing" in measures:
        blurred = replace(measures["satisficing"], undecided=float(plan.undecided()[p]))
        measures["satisficing"] = blurred
    if place is None or p == place:
        return PolicyRobustness(policy=name, measures=measures, is_noise=None)
    low, high = measures["regret_baseline"].interval
    means = plan.table.mean(axis=2)
    is_told = np.count_nonzero(means[:, p] != means[:, place]) >= FEWEST and (low > 0 or high < 0)
    return PolicyRobustness(policy=name, measures=measures, is_noise=not is_told)


def _measure(found: Metric, p: int, sign: float, *, is_single: bool) -> Measure:
    """Return one metric of one policy in its own unit."""
    estimate, plain, *ends = (
        float(sign * one[p]) for one in (found.estimate, found.plain, found.low, found.high)
    )
    low, high = ends if sign > 0 else ends[::-1]
    correction = math.nan if is_single else estimate - plain
    return Measure(estimate=estimate + 0.0, interval=(low + 0.0, high + 0.0), correction=correction)


def _choice(metric: str, found: Metric, policies: Sequence[str]) -> Choice:
    """Return the policies that a metric prefers and how often resamples agree."""
    sign = 1.0 if found.is_better else -1.0
    shares = is_best(sign * found.draws).mean(axis=0)
    chosen = int(np.argmax(sign * found.estimate))
    every = np.vstack([found.estimate, found.draws])
    same = np.atleast_1d(np.isclose(every, every[:, [chosen]], rtol=1e-12, atol=1e-12).all(axis=0))
    share = float(shares[same].sum())
    tied = tuple(name for p, name in enumerate(policies) if same[p] and p != chosen)
    return Choice(metric=metric, policy=policies[chosen], tied=tied, share=share, is_noise=share < 0.95)


def _checked(performance: ArrayLike, policies: Sequence[str], direction: str) -> Floats:
    """Return performance as floats, shape [W, P, K]; refuse other shapes, names and directions."""
    table = np.asarray(performance, dtype=np.float64)
    table = table[..., None] if table.ndim == 2 else table
    if table.ndim != 3 or table.size == 0:
        got = f"shape {table.shape}"
        raise DataError(Problem(rule="performance must be [W, P] or [W, P, K]", got=got, code="A153"))
    if not np.isfinite(table).all():
        raise DataError(
            Problem(rule="performance must be finite numbers", got="NaN or infinity", code="A153")
        )
    check_policies(policies, table.shape[1])
    check_direction(direction)
    return table


def _threshold(threshold: float) -> float:
    """Refuse a threshold that is no number."""
    if not math.isfinite(threshold):
        raise DataError(Problem(rule="threshold must be a finite number", got=str(threshold), code="A155"))
    return threshold


def _baseline(baseline: str | None, policies: Sequence[str]) -> int | None:
    """Return the place of the baseline; refuse a name that is no policy."""
    if baseline is not None and baseline not in policies:
        rule = f"baseline must be one of {', '.join(policies)}"
        raise DataError(Problem(rule=rule, got=repr(baseline), code="A155"))
    return None if baseline is None else list(policies).index(baseline)
