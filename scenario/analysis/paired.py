"""The difference between two variants under equal luck: run by run, b minus a.

The difference of medians is not the median of the differences; here it is always the mean of the
paired differences of what `quantities.summary` estimates, so that it equals estimate b - estimate a.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import LEVEL, Floats, Hits, cluster_totals, ratio, t_interval
from scenario.analysis.quantities import finite, mean_values, never_as_infinity, quantiles
from scenario.errors import DataError, Problem

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
    """Compare one outcome of two variants, run by run.

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
    change = paired_values(a, b, kind=kind, horizon=horizon)
    above, below = _order(a, b, kind=kind)
    totals = cluster_totals(change, experiment)
    low, high = _interval(change, totals, experiment)
    is_told = np.count_nonzero(totals) >= FEWEST and (low > 0 or high < 0)
    return Paired(
        a=float(mean_values(a, kind=kind, horizon=horizon).mean()),
        b=float(mean_values(b, kind=kind, horizon=horizon).mean()),
        difference=float(change.mean()),
        interval=(low, high),
        differ=float((above | below).mean()),
        higher=float(above.mean()),
        lower=float(below.mean()),
        equal=float((~above & ~below).mean()),
        noise=not is_told,
        n=len(change),
    )


def paired_values(a: ArrayLike, b: ArrayLike, *, kind: str, horizon: float) -> Floats:
    """Return b - a for each run, shape [R]; times as min(T, horizon), so that never is the horizon."""
    first, second = (mean_values(values, kind=kind, horizon=horizon) for values in (a, b))
    if first.shape != second.shape:
        raise DataError(
            Problem(
                rule="a and b must hold the same runs",
                got=f"{len(first)} and {len(second)} runs",
                hint="keep the runs that succeeded in both variants",
                code="A106",
            )
        )
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


def _order(a: ArrayLike, b: ArrayLike, *, kind: str) -> tuple[Hits, Hits]:
    """Return where b lies above a and where below."""
    read = never_as_infinity if kind == "time" else finite
    first, second = read(a), read(b)
    return second > first, second < first


def _interval(change: Floats, totals: Floats, experiment: ArrayLike) -> tuple[float, float]:
    """Return the 95 % interval of the mean difference."""
    n_nonzero = int(np.count_nonzero(change))
    if n_nonzero == 0:
        return 0.0, 0.0
    if len(totals) < 2:
        return float("nan"), float("nan")
    if n_nonzero < FEW:
        return _bootstrap(totals, len(change))
    low, high = t_interval(ratio(change, np.ones(len(change)), experiment))
    return float(low), float(high)


def _bootstrap(totals: Floats, n_runs: int) -> tuple[float, float]:
    """Return percentiles of the mean over resampled clusters.

    Only clusters with a total other than 0 matter: how often each is drawn is multinomial.
    """
    weights = totals[totals != 0]
    rest = len(totals) - len(weights)
    shares = np.append(np.full(len(weights), 1 / len(totals)), rest / len(totals))
    counts = np.random.default_rng(_SEED).multinomial(len(totals), shares, size=_RESAMPLES)
    means = counts[:, :-1] @ weights / n_runs
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
