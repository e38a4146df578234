"""Which policy holds up: robustness metrics over policies x worlds.

A world is an outer point (one draw of the uncertain numbers), the same for all policies. Names of metrics as
in McPhail et al. 2018 (Earth's Future 6(2), table 2) and Herman et al. 2015 (J. Water Resour. Plann. Manage.
141(10)). Fronts over several objectives, and worlds drawn anew, live in `pareto`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats, Ratio, score_interval, t_quantile
from scenario.analysis.paired import FEWEST
from scenario.analysis.pareto import check_direction, check_policies, percentile_interval, resampled
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
    """The policy that a metric prefers.

    Parameters
    ----------
    metric, policy
        Names.
    share
        Share of resamples of the worlds in which the metric prefers it (ties split).
    is_noise
        Whether that share is below 0.95: other worlds could prefer another policy.
    """

    metric: str
    policy: str
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
    plan = _Plan(table * sign, None if threshold is None else sign * _threshold(threshold), place)
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


@dataclass(frozen=True, eq=False)
class _Found:
    """A metric of all policies, more is better or worse as `is_better` says: shapes [P], [P], [P], [B, P]."""

    estimate: Floats
    plain: Floats
    low: Floats
    high: Floats
    draws: Floats
    is_better: bool


@dataclass(frozen=True, eq=False)
class _Plan:
    """Performance [W, P, K] turned so that higher is better, threshold and place of the baseline."""

    table: Floats
    threshold: float | None
    baseline: int | None

    def measures(self) -> dict[str, _Found]:
        """Return the metrics by name, in the order of `METRICS`."""
        found = {
            "mean": self._average(lambda y: y, is_better=True),
            "worst": self._extreme(lambda y: -y, is_better=True),
            "regret_mean": self._average(_regret, is_better=False),
            "regret_90": self._quantile(_regret, 0.9),
            "regret_max": self._extreme(_regret, is_better=False),
        }
        if self.baseline is not None:
            place = self.baseline
            found["regret_baseline"] = self._average(lambda y: y[:, [place]] - y, is_better=False)
        if self.threshold is not None:
            limit = self.threshold
            found["satisficing"] = self._share(lambda y: (y >= limit).astype(np.float64))
        return found | {"best": self._share(_is_best)}

    def undecided(self) -> Floats:
        """Return the share of worlds whose mean cannot be told from the threshold, shape [P]; NaN if unknown."""
        n_policies, k = self.table.shape[1:]
        if k < 2 or self.threshold is None:
            return np.full(n_policies, np.nan)
        half = t_quantile(k) * self.table.std(axis=2, ddof=1) / math.sqrt(k)
        return np.asarray((np.abs(self.table.mean(axis=2) - self.threshold) < half).mean(axis=0))

    def parts(self) -> tuple[Floats, tuple[Floats, Floats] | None, float]:
        """Return means of all replications, of the two halves [W, P] each, and the weight of the correction."""
        k = self.table.shape[2]
        if k < 2:
            return self.table[..., 0], None, 0.0
        half = k // 2
        halves = self.table[..., : 2 * half : 2].mean(axis=2), self.table[..., 1 : 2 * half : 2].mean(axis=2)
        return self.table.mean(axis=2), halves, half / (k - half)

    def _corrected(self, of: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
        """Return a value of performance [W, P], corrected and plain."""
        whole, halves, weight = self.parts()
        plain = of(whole)
        if halves is None:
            return plain, plain
        return plain + weight * (plain - (of(halves[0]) + of(halves[1])) / 2), plain

    def _average(self, of: Callable[[Floats], Floats], *, is_better: bool) -> _Found:
        """Return the mean over worlds of a value per world and policy."""
        each, plain = self._corrected(of)
        n = len(each)
        draws = resampled(n, lambda counts: counts @ each / n)
        low, high = percentile_interval(draws, n)
        return _Found(each.mean(axis=0), plain.mean(axis=0), low, high, draws, is_better)

    def _share(self, of: Callable[[Floats], Floats]) -> _Found:
        """Return the share of worlds, with Wilson's interval."""
        found = self._average(of, is_better=True)
        each, _ = self._corrected(of)
        n = len(each)
        error = each.std(axis=0, ddof=1) / math.sqrt(n) if n > 1 else np.full(each.shape[1], np.nan)
        share = np.clip(found.estimate, 0.0, 1.0)
        low, high = score_interval(Ratio(estimate=share, error=error, n_clusters=n, weight=float(n)))
        return _Found(share, found.plain, low, high, found.draws, is_better=True)

    def _quantile(self, of: Callable[[Floats], Floats], level: float) -> _Found:
        """Return a quantile over worlds, min {x : share of worlds <= x is at least the level}."""
        n = len(self.table)
        estimate, plain = self._corrected(lambda y: _quantiles(of(y), np.ones((1, n)), level))
        draws = resampled(n, lambda counts: self._corrected(lambda y: _quantiles(of(y), counts, level))[0])
        low, high = percentile_interval(draws, n)
        return _Found(estimate[0], plain[0], low, high, draws, is_better=False)

    def _extreme(self, of: Callable[[Floats], Floats], *, is_better: bool) -> _Found:
        """Return the largest value over worlds (turned back where more is better); one half names it."""
        n = len(self.table)
        whole, halves, _ = self.parts()
        sign = -1.0 if is_better else 1.0
        pairs = [(of(whole), of(whole))] if halves is None else _judged(of, halves)
        draws = sign * resampled(n, lambda counts: _largest(pairs, counts))
        estimate = sign * _largest(pairs, np.ones((1, n)))[0]
        ends = percentile_interval(draws, n)
        far = np.full(len(estimate), np.nan if n < 2 else sign * np.inf)
        low, high = (far, ends[1]) if is_better else (ends[0], far)
        return _Found(estimate, sign * of(whole).max(axis=0), low, high, draws, is_better)


def _regret(y: Floats) -> Floats:
    """Return the regret against the best policy of each world, shape [W, P]."""
    return np.asarray(y.max(axis=1, keepdims=True) - y)


def _is_best(y: Floats) -> Floats:
    """Return whether each policy is the best of its world, ties split, shape [W, P]."""
    best = (y == y.max(axis=1, keepdims=True)).astype(np.float64)
    return np.asarray(best / best.sum(axis=1, keepdims=True))


def _judged(of: Callable[[Floats], Floats], halves: tuple[Floats, Floats]) -> list[tuple[Floats, Floats]]:
    """Return, for either half, the values that name the world and those by which the other half judges."""
    named = []
    for one, other in (halves, halves[::-1]):
        best = one.argmax(axis=1)[:, None]
        judged = np.take_along_axis(other, best, axis=1) - other if of is _regret else of(other)
        named.append((of(one), judged))
    return named


def _largest(pairs: list[tuple[Floats, Floats]], counts: Floats) -> Floats:
    """Return the value of the world with the largest named one among those drawn, shape [B, P]."""
    found = np.zeros((len(counts), pairs[0][0].shape[1]))
    for named, judged in pairs:
        for p in range(named.shape[1]):
            order = np.argsort(-named[:, p], kind="stable")
            first = (counts[:, order] > 0).argmax(axis=1)
            found[:, p] += judged[order[first], p] / len(pairs)
    return found


def _quantiles(values: Floats, counts: Floats, level: float) -> Floats:
    """Return quantiles over worlds drawn `counts` times, shapes [W, P] and [B, W] to [B, P]."""
    columns = []
    for column in values.T:
        order = np.argsort(column, kind="stable")
        below = counts[:, order].cumsum(axis=1)
        columns.append(column[order[(below >= level * len(column) - 1e-9).argmax(axis=1)]])
    return np.stack(columns, axis=1)


def _policy(
    name: str, p: int, found: dict[str, _Found], *, place: int | None, sign: float, plan: _Plan
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


def _measure(found: _Found, p: int, sign: float, *, is_single: bool) -> Measure:
    """Return one metric of one policy in its own unit."""
    estimate, plain, *ends = (
        float(sign * one[p]) for one in (found.estimate, found.plain, found.low, found.high)
    )
    low, high = ends if sign > 0 else ends[::-1]
    correction = math.nan if is_single else estimate - plain
    return Measure(estimate=estimate + 0.0, interval=(low + 0.0, high + 0.0), correction=correction)


def _choice(metric: str, found: _Found, policies: Sequence[str]) -> Choice:
    """Return the policy that a metric prefers and how often resamples agree."""
    sign = 1.0 if found.is_better else -1.0
    shares = _is_best(sign * found.draws).mean(axis=0)
    chosen = int(np.argmax(sign * found.estimate))
    share = float(shares[chosen])
    return Choice(metric=metric, policy=policies[chosen], share=share, is_noise=share < 0.95)


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
