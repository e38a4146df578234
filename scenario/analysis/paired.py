"""The difference between two variants under equal luck: run by run, b minus a.

The difference of medians is not the median of the differences; here it is always the mean of the
paired differences of what `quantities.summary` estimates, so that it equals estimate b - estimate a.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import LEVEL, Clusters, Floats, clusters_of, ratio_of_totals, t_interval
from scenario.analysis.quantities import arrays, finite, mean_values, never_as_infinity, quantiles, up_to
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    from scenario.analysis.quantities import Table

FEW = 30
"""Below this number of pairs that differ, the interval comes from a bootstrap."""

FEWEST = 6
"""Below this number of units that differ, no two-sided sign test at 5 % can tell a difference."""

_RESAMPLES = 10_000
_SEED = 20240909


@dataclass(frozen=True, kw_only=True)
class Paired:
    """What a pair of variants says about one outcome.

    Parameters
    ----------
    a, b, difference
        Estimates as in `quantities.summary` and b - a.
    interval
        95 % interval of the difference (simulation error only); NaN where it cannot be told.
    differ, higher, lower, equal
        Shares of runs in which b differs from a, lies above, lies below, is the same; for times,
        never lies above every day.
    noise
        True where the difference cannot be told from none: the interval holds 0, or fewer than
        six outer points (runs, if there is only one) differ.
    n
        Number of pairs.
    """

    a: float
    b: float
    difference: float
    interval: tuple[float, float]
    differ: float
    higher: float
    lower: float
    equal: float
    noise: bool
    n: int


def paired_difference(
    a: ArrayLike, b: ArrayLike, experiment: ArrayLike, *, kind: str, horizon: float
) -> Paired:
    """Compare one outcome of two variants, run by run: `paired_differences` of a single column.

    Parameters
    ----------
    a, b
        Shape [R] each: the same runs (experiment, replication) in the same order; NaN only for times.
    experiment
        Shape [R], the outer point of each run.
    kind
        Kind of the outcome.
    horizon
        Last day of a run, > 0.

    Returns
    -------
    With fewer than 30 pairs that differ the interval is a cluster bootstrap (percentiles, fixed
    seed), else t-based; with no such pair the difference is 0, its interval (0, 0), noise True.
    """
    return paired_differences({"": a}, {"": b}, experiment, kinds={"": kind}, horizon=horizon)[""]


def paired_differences(
    a: Table, b: Table, experiment: ArrayLike, *, kinds: Mapping[str, str], horizon: float
) -> dict[str, Paired]:
    """Compare many outcomes of two variants, run by run, at once.

    Parameters
    ----------
    a, b
        Name -> column of shape [R]: the same runs in the same order; NaN only for times.
    experiment
        Shape [R], the outer point of each run. Rising is quickest.
    kinds
        Name -> kind of each outcome to be compared.
    horizon
        Last day of a run, > 0.

    Returns
    -------
    Name -> difference as from `paired_difference`, in the order of `kinds`.
    """
    if not kinds:
        return {}
    clusters = clusters_of(experiment)
    first, second = arrays(a, kinds), arrays(b, kinds)
    pairs = {
        name: _pair(first[name], second[name], clusters, kind=kind, horizon=horizon)
        for name, kind in kinds.items()
    }
    changes = ratio_of_totals(np.array([pair.totals for pair in pairs.values()]), clusters.sizes)
    bounds = np.array(t_interval(changes)).T.tolist()
    return {
        name: _told(pair, _interval(pair, (low, high), clusters), clusters.n_runs)
        for (name, pair), (low, high) in zip(pairs.items(), bounds, strict=True)
    }


@dataclass(frozen=True)
class _Pair:
    """What two columns say: means, how many pairs lie higher, lower or differ in days, totals of the units."""

    a: float
    b: float
    difference: float
    n_higher: int
    n_lower: int
    n_changed: int
    totals: Floats


def _pair(a: ArrayLike, b: ArrayLike, clusters: Clusters, *, kind: str, horizon: float) -> _Pair:
    """Compare two columns, run by run."""
    read = never_as_infinity if kind == "time" else finite
    first, second = read(a), read(b)
    _check_same_runs(first, second)
    mean_a, mean_b = (up_to(side, horizon) if kind == "time" else side for side in (first, second))
    if (first == second).all():
        mean = float(mean_a.mean())
        return _Pair(mean, mean, 0.0, 0, 0, 0, clusters.totals(np.zeros_like(first)))
    change = mean_b - mean_a
    return _Pair(
        a=float(mean_a.mean()),
        b=float(mean_b.mean()),
        difference=float(change.mean()),
        n_higher=int(np.count_nonzero(second > first)),
        n_lower=int(np.count_nonzero(second < first)),
        n_changed=int(np.count_nonzero(change)),
        totals=clusters.totals(change),
    )


def _told(pair: _Pair, interval: tuple[float, float], n: int) -> Paired:
    """Return what a pair of columns says, with its interval."""
    n_differ = pair.n_higher + pair.n_lower
    is_told = np.count_nonzero(pair.totals) >= FEWEST and (interval[0] > 0 or interval[1] < 0)
    return Paired(
        a=pair.a,
        b=pair.b,
        difference=pair.difference,
        interval=interval,
        differ=n_differ / n,
        higher=pair.n_higher / n,
        lower=pair.n_lower / n,
        equal=(n - n_differ) / n,
        noise=not is_told,
        n=n,
    )


def paired_values(a: ArrayLike, b: ArrayLike, *, kind: str, horizon: float) -> Floats:
    """Return b - a for each run, shape [R]; times as min(T, horizon), so that never is the horizon."""
    first, second = (mean_values(values, kind=kind, horizon=horizon) for values in (a, b))
    _check_same_runs(first, second)
    return second - first


def dots(values: ArrayLike, n: int = 20) -> list[float]:
    """Return n quantiles at (i - 0.5) / n, i = 1..n: each dot stands for one n-th of the runs.

    Parameters
    ----------
    values
        Shape [R], finite: for example `paired_values`.
    n
        Number of dots, >= 1.
    """
    if n < 1:
        raise DataError(Problem(rule="n must be a number of dots >= 1", got=str(n), code="A107"))
    found = quantiles(finite(values), [(i - 0.5) / n for i in range(1, n + 1)])
    return [value for value in found if value is not None]


def _check_same_runs(first: Floats, second: Floats) -> None:
    """Refuse columns of different length."""
    if first.shape != second.shape:
        raise DataError(
            Problem(
                rule="a and b must hold the same runs",
                got=f"{len(first)} and {len(second)} runs",
                hint="keep the runs that succeeded in both variants",
                code="A106",
            )
        )


def _interval(pair: _Pair, student: tuple[float, float], clusters: Clusters) -> tuple[float, float]:
    """Return the 95 % interval of the mean difference, Student's where enough pairs differ."""
    if pair.n_changed == 0:
        return 0.0, 0.0
    is_few = pair.n_changed < FEW and len(pair.totals) > 1
    return _bootstrap(pair.totals, clusters.n_runs) if is_few else student


def _bootstrap(totals: Floats, n_runs: int) -> tuple[float, float]:
    """Return percentiles of the mean over resampled clusters."""
    weights = totals[totals != 0]
    means = resamples(len(totals), len(weights)) @ weights / n_runs
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


@lru_cache(maxsize=64)
def resamples(n_clusters: int, n_nonzero: int) -> NDArray[np.integer[Any]]:
    """Return how often each cluster with a total other than 0 is drawn, shape [resamples, n_nonzero].

    Only those clusters matter: how often each is drawn is multinomial. The seed is fixed, so the draws
    are the same for every outcome with as many of them.
    """
    rest = n_clusters - n_nonzero
    shares = np.append(np.full(n_nonzero, 1 / n_clusters), rest / n_clusters)
    counts = np.random.default_rng(_SEED).multinomial(n_clusters, shares, size=_RESAMPLES)[:, :-1]
    kept = counts.astype(np.min_scalar_type(counts.max(initial=0)))
    kept.flags.writeable = False
    return kept
