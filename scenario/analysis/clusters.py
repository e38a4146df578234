"""Means and ratios with 95 % intervals that respect the outer points.

Runs of one experiment (outer point) share their parameters, so the experiment is the unit that is
independent: its sums are compared, not the runs. With one experiment only, the runs are the units and
the interval holds for that point alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.errors import DataError, Problem

LEVEL = 0.95
"""Level of every interval of this package."""

Z = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""

Floats = NDArray[np.float64]
Hits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A ratio of totals with its standard error.

    Parameters
    ----------
    estimate, error
        Ratio and standard error, shape [] or [T]; NaN where they cannot be told.
    n_clusters
        Number of independent units with a denominator above zero.
    weight
        Total of the denominator (a number of runs where the denominator is an indicator).
    """

    estimate: Floats
    error: Floats
    n_clusters: int
    weight: float


def cluster_totals(values: ArrayLike, experiment: ArrayLike) -> Floats:
    """Return the sum of the values per experiment, in order of the experiment's number.

    Parameters
    ----------
    values
        Shape [R], finite.
    experiment
        Shape [R], the outer point of each run; with one distinct value every run is its own unit.

    Returns
    -------
    Totals, shape [M]; [R] with a single experiment.
    """
    table = np.asarray(values, dtype=np.float64)
    points = np.asarray(experiment)
    if table.shape != points.shape or points.ndim != 1:
        raise DataError(
            Problem(
                rule="values and experiment must have one entry per run each",
                got=f"shapes {table.shape} and {points.shape}",
                code="A101",
            )
        )
    order = np.argsort(points, kind="stable")
    _, starts = np.unique(points[order], return_index=True)
    return table if len(starts) < 2 else np.add.reduceat(table[order], starts, axis=0)


def ratio(numerator: ArrayLike, denominator: ArrayLike, experiment: ArrayLike) -> Ratio:
    """Estimate sum(numerator) / sum(denominator) with a linearised standard error.

    Units m = 1..M with totals y_m and x_m: r = sum y / sum x and
    se^2 = M / (M - 1) sum (y_m - r x_m)^2 / (sum x)^2 (Cochran 1977, eq. 6.13, without the finite
    population factor). With x = 1 this is the mean and its cluster standard error.

    Parameters
    ----------
    numerator
        Shape [R], finite.
    denominator
        Shape [R], >= 0; units whose total is zero carry nothing and are left out.
    experiment
        Shape [R].
    """
    return ratio_of_totals(cluster_totals(numerator, experiment), cluster_totals(denominator, experiment))


def ratio_of_totals(top: Floats, bottom: Floats) -> Ratio:
    """Return the ratio as in `ratio`, from the totals of the units: shapes [M] or [M, T], and [M]."""
    used = bottom > 0
    top, bottom = top[used], bottom[used]
    n_clusters, weight = int(used.sum()), float(bottom.sum())
    if n_clusters == 0:
        missing = np.full(top.shape[1:], np.nan)
        return Ratio(estimate=missing, error=missing, n_clusters=0, weight=0.0)
    estimate = top.sum(axis=0) / weight
    residual = top - np.multiply.outer(bottom, estimate)
    squares = (residual**2).sum(axis=0)
    error = np.sqrt(squares * n_clusters / (n_clusters - 1)) / weight if n_clusters > 1 else squares * np.nan
    return Ratio(estimate=estimate, error=np.asarray(error), n_clusters=n_clusters, weight=weight)


def t_quantile(n_clusters: int) -> float:
    """Return the 97.5 % quantile of Student's t with n_clusters - 1 degrees of freedom (NaN below 2)."""
    from scipy.special import stdtrit

    return float(stdtrit(n_clusters - 1, 0.5 + LEVEL / 2)) if n_clusters > 1 else float("nan")


def t_interval(found: Ratio) -> tuple[Floats, Floats]:
    """Return estimate -/+ t standard errors, shapes as the estimate; NaN with fewer than two units."""
    half = t_quantile(found.n_clusters) * found.error
    return found.estimate - half, found.estimate + half


def score_interval(found: Ratio) -> tuple[Floats, Floats]:
    """Return the interval of a share: Wilson's, with the effective sample size of the clusters.

    n_eff = p (1 - p) / se^2, at most the number of runs (replications are independent given their
    point, so clustering never gains). At 0 of n and n of n no standard error can be told: n_eff is
    the number of units, which is cautious.
    """
    share = np.asarray(found.estimate)
    spread = share * (1 - share)
    inner = (spread > 0) & np.isfinite(found.error)
    limit = found.weight if found.weight > 0 else np.nan
    size = np.full(share.shape, float(found.n_clusters or np.nan))
    floor = spread[inner] / limit
    size[inner] = spread[inner] / np.maximum(found.error[inner] ** 2, floor)
    critical = t_quantile(found.n_clusters) if found.n_clusters > 1 else Z
    return _wilson(share, size, critical)


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval for k of n (Wilson 1927).

    Parameters
    ----------
    k, n
        Counts, 0 <= k <= n, n >= 1.
    """
    if not 0 <= k <= n or n < 1:
        raise DataError(
            Problem(rule="k of n must have 0 <= k <= n and n >= 1", got=f"{k} of {n}", code="A102")
        )
    low, high = _wilson(np.asarray(k / n), np.asarray(float(n)), Z)
    return float(low), float(high)


def _wilson(share: Any, size: Any, critical: float) -> tuple[Floats, Floats]:
    """Return Wilson's bounds for a share seen in `size` independent trials."""
    scale = critical**2 / size
    centre = (share + scale / 2) / (1 + scale)
    half = np.sqrt(scale * share * (1 - share) + scale**2 / 4) / (1 + scale)
    low = np.where(share <= 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(share >= 1, 1.0, np.minimum(centre + half, 1.0))
    unknown = np.isnan(share)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
