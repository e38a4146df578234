"""How much of an outcome's variance comes from the parameters, the hidden fact, and luck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats, t_quantile
from scenario.analysis.quantities import arrays, mean_values
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    from scenario.analysis.quantities import Table


@dataclass(frozen=True, kw_only=True)
class VarianceShares:
    """Shares of the total variance; they add up to 1 and may lie slightly outside 0 to 1.

    Parameters
    ----------
    parameters, fact, luck
        Shares; NaN where they cannot be told (a constant outcome, one replication, one point).
    intervals
        Name of the share -> 95 % jackknife interval.
    total
        Total variance, in the outcome's unit squared.
    """

    parameters: float
    fact: float
    luck: float
    intervals: dict[str, tuple[float, float]]
    total: float


def by_point(values: ArrayLike, experiment: ArrayLike) -> tuple[NDArray[np.int64], Floats]:
    """Arrange a column by outer point, leaving out points that lost a run.

    Parameters
    ----------
    values
        Shape [R], sorted by (experiment, replication).
    experiment
        Shape [R].

    Returns
    -------
    Experiments, shape [M], and values, shape [M, K], K the largest number of runs of one point.
    """
    points, rows = _full_points(experiment)
    return points, np.asarray(values, dtype=np.float64)[rows]


def variance_shares_by_outcome(
    table: Table,
    experiment: ArrayLike,
    *,
    truth: ArrayLike,
    p: ArrayLike,
    kinds: Mapping[str, str],
    horizon: float,
) -> dict[str, VarianceShares]:
    """Split the variance of many outcomes over the same runs at once, as `variance_shares` does for one.

    Parameters
    ----------
    table
        Name -> column of shape [R], sorted by (experiment, replication); NaN only for kind time.
    experiment
        Shape [R], whole numbers >= 0; points that lost a run are left out.
    truth
        Shape [R], whether the allegation is true in the run.
    p
        By number of the experiment, the probability that truth was drawn with, 0 to 1.
    kinds
        Name -> kind of each outcome that is asked for; times count as min(T, horizon).
    horizon
        Last day of a run, > 0.

    Returns
    -------
    Name -> shares, in the order of `kinds`.
    """
    points, rows = _full_points(experiment)
    facts, chance = _checked_facts(np.asarray(truth)[rows], np.asarray(p)[points])
    pairs = _pairs(facts, chance)
    places = np.ascontiguousarray(rows.T)
    return {
        name: _split(mean_values(values, kind=kinds[name], horizon=horizon)[places], pairs)
        for name, values in arrays(table, kinds).items()
    }


def variance_shares(values: ArrayLike, truth: ArrayLike, p: ArrayLike) -> VarianceShares:
    """Split an outcome's variance into parameters, hidden fact and luck.

    W is the mean variance within points, A = Var(point means) - W / K, and luck
    L = mean over points and pairs i < j of [1(both true) / p + 1(both false) / (1 - p)] (Y_i - Y_j)^2 / 2,
    an unbiased estimate of E[Var(Y | point, truth)]. Shares A, W - L, L over A + W; nothing is truncated.

    Parameters
    ----------
    values
        Shape [M, K], finite: M outer points, K replications (times as min(T, horizon)).
    truth
        Shape [M, K], whether the allegation is true in the run.
    p
        Shape [M], the probability that truth was drawn with, 0 to 1. A term with probability 0 cannot
        occur and is dropped.
    """
    numbers, facts, chance = _checked(values, truth, p)
    return _split(np.ascontiguousarray(numbers.T), _pairs(facts, chance))


def _full_points(experiment: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the points that kept all their runs, shape [M], and the rows of their runs, shape [M, K]."""
    points, starts, sizes = np.unique(np.asarray(experiment), return_index=True, return_counts=True)
    full = sizes == sizes.max()
    return points[full], starts[full][:, None] + np.arange(sizes.max())[None, :]


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The pairs i < j of replications, and what each weighs for luck at each point, shape [pairs, M]."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    weights: Floats


def _pairs(facts: NDArray[np.bool_], chance: Floats) -> _Pairs:
    """Return the pairs with 1(both true) / p + 1(both false) / (1 - p)."""
    first, second = np.triu_indices(facts.shape[1], k=1)
    weight_true = np.divide(1.0, chance, out=np.zeros_like(chance), where=chance > 0)
    weight_false = np.divide(1.0, 1 - chance, out=np.zeros_like(chance), where=chance < 1)
    one, other = facts.T[first], facts.T[second]
    weights = (one & other) * weight_true + (~one & ~other) * weight_false
    return _Pairs(first, second, np.asarray(weights, dtype=np.float64))


def _split(numbers: Floats, pairs: _Pairs) -> VarianceShares:
    """Return the shares of finite numbers, shape [K, M]."""
    n_inner, m = numbers.shape
    within, luck, means = _within(numbers), _luck(numbers, pairs), numbers.mean(axis=0)
    everything = _parts(_variance(means), within.mean(), luck.mean(), n_inner)
    if m < 3 or not everything.total > 0:
        unknown = dict.fromkeys(("parameters", "fact", "luck"), (float("nan"), float("nan")))
        return VarianceShares(**everything.shares(), intervals=unknown, total=float(everything.total))
    left = _parts(_deleted_variance(means), _deleted_mean(within), _deleted_mean(luck), n_inner)
    shares = everything.shares()
    intervals = {name: _jackknife(shares[name], getattr(left, name)) for name in shares}
    return VarianceShares(**shares, intervals=intervals, total=float(everything.total))


@dataclass(frozen=True)
class _Parts:
    """Shares and total, scalar or one per point left out."""

    parameters: Floats
    fact: Floats
    luck: Floats
    total: Floats

    def shares(self) -> dict[str, float]:
        """Return the three shares by name."""
        return {name: float(getattr(self, name)) for name in ("parameters", "fact", "luck")}


def _variance(values: Floats) -> Floats:
    """Return the sample variance; NaN for one value."""
    return np.asarray(values.var(ddof=1) if len(values) > 1 else np.nan)


def _parts(between: Floats, within: Floats, luck: Floats, n_inner: int) -> _Parts:
    """Return the shares for given variances."""
    above = np.asarray(between - within / n_inner)
    total = np.asarray(above + within)
    scale = np.where(total > 0, total, np.nan)
    return _Parts(above / scale, (within - luck) / scale, luck / scale, total)


def _within(numbers: Floats) -> Floats:
    """Return the variance within each point, shape [M]; NaN with one replication."""
    return numbers.var(axis=0, ddof=1) if len(numbers) > 1 else np.full(numbers.shape[1], np.nan)


def _luck(numbers: Floats, pairs: _Pairs) -> Floats:
    """Return each point's estimate of E[Var(Y | point, truth)], shape [M]."""
    if not len(pairs.first):
        return np.full(numbers.shape[1], np.nan)
    squares = (numbers[pairs.first] - numbers[pairs.second]) ** 2 / 2
    return np.asarray((pairs.weights * squares).mean(axis=0))


def _deleted_mean(values: Floats) -> Floats:
    """Return the mean without each value in turn, shape [M]."""
    return np.asarray((values.sum() - values) / (len(values) - 1))


def _deleted_variance(values: Floats) -> Floats:
    """Return the sample variance without each value in turn, shape [M]."""
    m = len(values)
    apart = values - values.mean()
    return np.asarray(((apart**2).sum() - apart**2 * m / (m - 1)) / (m - 2))


def _jackknife(estimate: float, left: Floats) -> tuple[float, float]:
    """Return estimate -/+ t jackknife standard errors."""
    m = len(left)
    half = t_quantile(m) * float(np.sqrt((m - 1) / m * ((left - left.mean()) ** 2).sum()))
    return estimate - half, estimate + half


def _checked(values: ArrayLike, truth: ArrayLike, p: ArrayLike) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Refuse shapes that do not match, values that are not finite, and truth that p rules out."""
    numbers, facts, chance = np.asarray(values, dtype=np.float64), np.asarray(truth), np.asarray(p)
    if (
        numbers.ndim != 2
        or numbers.size == 0
        or facts.shape != numbers.shape
        or chance.shape != numbers.shape[:1]
    ):
        shapes = f"shapes {numbers.shape}, {facts.shape}, {chance.shape}"
        raise DataError(Problem(rule="values and truth must be [M, K] and p [M]", got=shapes, code="A111"))
    if not np.isfinite(numbers).all():
        raise DataError(Problem(rule="values must be finite numbers", got="NaN or infinity", code="A104"))
    return numbers, *_checked_facts(facts, chance)


def _checked_facts(truth: ArrayLike, p: ArrayLike) -> tuple[NDArray[np.bool_], Floats]:
    """Return truth and p as bool and float; refuse a p outside 0 to 1 and a truth that its p rules out."""
    facts, chance = np.asarray(truth, dtype=bool), np.asarray(p, dtype=np.float64)
    valid = (chance >= 0) & (chance <= 1)
    if not valid.all():
        raise DataError(Problem(rule="p must lie within 0 and 1", got=str(chance[~valid][0]), code="A112"))
    against = (facts.any(axis=1) & (chance == 0)) | (~facts.all(axis=1) & (chance == 1))
    if against.any():
        m = int(np.flatnonzero(against)[0])
        got = f"p = {chance[m]:g} and {int(facts[m].sum())} of {facts.shape[1]} true in point {m}"
        raise DataError(Problem(rule="truth must be possible under p", got=got, code="A113"))
    return facts, chance
