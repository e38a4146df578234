"""Robustness metrics over worlds, each policy's, freed of what few replications do to them.

Here live the estimates and their resamples; what they mean and how they are told lives in `robustness`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenario.analysis.clusters import Floats, Ratio, score_interval, t_quantile
from scenario.analysis.pareto import percentile_interval, resampled


@dataclass(frozen=True, eq=False)
class Metric:
    """A metric of all policies, more is better or worse as `is_better` says: shapes [P], [P], [P], [B, P]."""

    estimate: Floats
    plain: Floats
    low: Floats
    high: Floats
    draws: Floats
    is_better: bool


@dataclass(frozen=True, eq=False)
class Worlds:
    """Performance [W, P, K] turned so that higher is better, threshold and place of the baseline."""

    table: Floats
    threshold: float | None
    baseline: int | None

    def measures(self) -> dict[str, Metric]:
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
        return found | {"best": self._share(is_best)}

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

    def _average(self, of: Callable[[Floats], Floats], *, is_better: bool) -> Metric:
        """Return the mean over worlds of a value per world and policy."""
        each, plain = self._corrected(of)
        n = len(each)
        draws = resampled(n, lambda counts: counts @ each / n)
        low, high = percentile_interval(draws, n)
        return Metric(each.mean(axis=0), plain.mean(axis=0), low, high, draws, is_better)

    def _share(self, of: Callable[[Floats], Floats]) -> Metric:
        """Return the share of worlds, with Wilson's interval."""
        found = self._average(of, is_better=True)
        each, _ = self._corrected(of)
        n = len(each)
        error = each.std(axis=0, ddof=1) / math.sqrt(n) if n > 1 else np.full(each.shape[1], np.nan)
        share = np.clip(found.estimate, 0.0, 1.0)
        low, high = score_interval(Ratio(estimate=share, error=error, n_clusters=n, weight=float(n)))
        return Metric(share, found.plain, low, high, found.draws, is_better=True)

    def _quantile(self, of: Callable[[Floats], Floats], level: float) -> Metric:
        """Return a quantile over worlds, min {x : share of worlds <= x is at least the level}."""
        n = len(self.table)
        estimate, plain = self._corrected(lambda y: _quantiles(of(y), np.ones((1, n)), level))
        draws = resampled(n, lambda counts: self._corrected(lambda y: _quantiles(of(y), counts, level))[0])
        low, high = percentile_interval(draws, n)
        return Metric(estimate[0], plain[0], low, high, draws, is_better=False)

    def _extreme(self, of: Callable[[Floats], Floats], *, is_better: bool) -> Metric:
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
        return Metric(estimate, sign * of(whole).max(axis=0), low, high, draws, is_better)


def _regret(y: Floats) -> Floats:
    """Return the regret against the best policy of each world, shape [W, P]."""
    return np.asarray(y.max(axis=1, keepdims=True) - y)


def is_best(y: Floats) -> Floats:
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
