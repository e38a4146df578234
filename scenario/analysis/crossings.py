"""Where the mean of differences crosses a target along one factor, and whether that is told or chance.

Bands of means over resampled worlds; sentences and verdicts live in `tipping`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import LEVEL, Floats, Z, clusters_of, t_quantile
from scenario.analysis.paired import FEWEST
from scenario.analysis.pareto import percentile_interval, resampled

Signs = NDArray[np.int64]

_STEPS = 8
_HALVINGS = 24


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """One place where the mean difference crosses the target.

    Parameters
    ----------
    value
        Value of the factor, by straight lines between the means.
    interval
        95 % interval: the values around it at which the mean cannot be told from the target (cluster
        bootstrap over worlds). An infinite end lies beyond the values tried.
    between
        The two neighbouring values of the factor.
    is_rising
        Whether the difference rises through the target.
    is_noise
        Whether it may be chance: not told apart from no change of sign.
    """

    value: float
    interval: tuple[float, float]
    between: tuple[float, float]
    is_rising: bool
    is_noise: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Band:
    """Means above the target [V], resampled [B, V], what is told of them, whether enough worlds differ."""

    means: Floats
    draws: Floats
    told: Signs
    is_enough: NDArray[np.bool_]
    n: int

    def part(self, places: slice) -> Band:
        """Return some of the values."""
        return replace(
            self,
            means=self.means[places],
            draws=self.draws[:, places],
            told=self.told[places],
            is_enough=self.is_enough[places],
        )


def band_of(table: Floats, experiment: ArrayLike | None, *, target: float, monotone: str | None) -> Band:
    """Return means of columns [V, R] above the target, resampled by world, and what is told of them."""
    clusters = clusters_of(np.arange(table.shape[1]) if experiment is None else experiment)
    totals, sizes = clusters.totals(table - target), clusters.sizes
    smooth = _smoother(monotone)
    means = smooth((totals.sum(axis=1) / sizes.sum())[None])[0]
    draws = resampled(len(sizes), lambda counts: smooth(counts @ totals.T / (counts @ sizes)[:, None]))
    n_differ = np.count_nonzero(clusters.totals(table), axis=1) if target == 0 else len(sizes)
    is_enough = np.broadcast_to(n_differ >= min(FEWEST, len(sizes)), means.shape)
    told = np.where(is_enough, _told(means, draws, len(sizes)), 0)
    return Band(means=means, draws=draws, told=told, is_enough=is_enough, n=len(sizes))


def _told(means: Floats, draws: Floats, n: int) -> Signs:
    """Return the sign of each mean where it is told at all values together, else 0, shape [V].

    The largest of |draw - mean| / sd over the values, its 95 % quantile, scaled from z to Student's t.
    """
    if n < 2:
        return np.zeros(len(means), dtype=np.int64)
    spread = draws.std(axis=0)
    varies = spread > 0
    student = t_quantile(n)
    apart = np.abs(draws - means)[:, varies] / spread[varies]
    largest = float(np.quantile(apart.max(axis=1), LEVEL)) if varies.any() else 0.0
    limit = max(largest * student / Z, student) * spread * math.sqrt(n / (n - 1))
    return np.where(np.abs(means) > limit, np.sign(means), 0).astype(np.int64)


def _smoother(monotone: str | None) -> Callable[[Floats], Floats]:
    """Return what is done to means [B, V]: nothing, or isotonic regression by its max-min formula."""
    if monotone is None:
        return lambda means: means
    sign = 1.0 if monotone == "rising" else -1.0

    def smooth(means: Floats) -> Floats:
        """Return max over i <= v of min over j >= v of the mean of i..j."""
        n = means.shape[1]
        sums = np.concatenate([np.zeros((len(means), 1)), (sign * means).cumsum(axis=1)], axis=1)
        found = np.full(means.shape, -np.inf)
        for i in range(n):
            means_on = (sums[:, i + 1 :] - sums[:, [i]]) / np.arange(1, n - i + 1)
            least = np.minimum.accumulate(means_on[:, ::-1], axis=1)[:, ::-1]
            found[:, i:] = np.maximum(found[:, i:], least)
        return sign * found

    return smooth


def crossings_of(places: Floats, band: Band) -> list[Crossing]:
    """Return all changes of sign of the mean; values where it is exactly 0 belong to the change round them."""
    means, signed = band.means, np.flatnonzero(band.means)
    grid, inside = _fine(places, band)
    found = []
    for i, j in zip(signed[:-1].tolist(), signed[1:].tolist(), strict=True):
        if means[i] * means[j] > 0:
            continue
        value = _zero(places[i : j + 1], means[i : j + 1])
        left, right = (
            np.flatnonzero((inside < 0) & (grid < value)),
            np.flatnonzero((inside < 0) & (grid > value)),
        )
        low = _edge(places, band, float(grid[left[-1]]), value) if len(left) else -math.inf
        high = _edge(places, band, float(grid[right[0]]), value) if len(right) else math.inf
        between = (float(places[i]), float(places[j]))
        is_rising = bool(means[j] > 0)
        found.append(
            Crossing(value=value, interval=(low, high), between=between, is_rising=is_rising, is_noise=True)
        )
    return found


def _zero(places: Floats, means: Floats) -> float:
    """Return where the line from the first to the last mean is 0; the middle of a stretch of exact zeros."""
    if len(places) > 2:
        return float((places[1] + places[-2]) / 2)
    return float(places[0] + (places[1] - places[0]) * means[0] / (means[0] - means[1]))


def _fine(places: Floats, band: Band) -> tuple[Floats, Floats]:
    """Return a fine grid and how far inside the interval of the mean 0 lies (below 0: outside)."""
    steps = np.linspace(places[:-1], places[1:], _STEPS, endpoint=False, axis=1)
    grid = np.append(steps.ravel(), places[-1])
    return grid, np.concatenate([_inside(places, band, part) for part in np.array_split(grid, len(places))])


def _inside(places: Floats, band: Band, at: Floats) -> Floats:
    """Return how far inside the interval of the mean 0 lies at some values of the factor."""
    v = np.clip(np.searchsorted(places, at, side="right") - 1, 0, len(places) - 2)
    share = (at - places[v]) / (places[v + 1] - places[v])
    low, high = percentile_interval(band.draws[:, v] * (1 - share) + band.draws[:, v + 1] * share, band.n)
    return np.minimum(-low, high)


def _edge(places: Floats, band: Band, outside: float, value: float) -> float:
    """Return where 0 leaves the interval of the mean, between a point outside and the crossing, by bisection."""
    inner = value
    for _ in range(_HALVINGS):
        middle = (outside + inner) / 2
        if _inside(places, band, np.array([middle]))[0] < 0:
            outside = middle
        else:
            inner = middle
    return outside


def judged(found: list[Crossing], places: Floats, told: Signs) -> tuple[Crossing, ...]:
    """Mark as no noise the middle crossing between neighbouring told values of opposite sign.

    Its interval takes in those of the others there: they cannot be told apart.
    """
    crossings, known = list(found), np.flatnonzero(told)
    for a, b in zip(known[:-1].tolist(), known[1:].tolist(), strict=True):
        if told[a] * told[b] > 0:
            continue
        group = [k for k, one in enumerate(crossings) if places[a] < one.value < places[b]]
        middle = group[len(group) // 2]
        low = max(min(crossings[k].interval[0] for k in group), float(places[a]))
        high = min(max(crossings[k].interval[1] for k in group), float(places[b]))
        crossings[middle] = replace(crossings[middle], interval=(low, high), is_noise=False)
    return tuple(crossings)
