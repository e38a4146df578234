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

_FEW_PER_UNIT = 8
"""Up to this number of runs per unit, adding them one after the other is quicker than `np.add.reduceat`."""

Floats = NDArray[np.float64]
Hits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A ratio of totals with its standard error.

    Parameters
    ----------
    estimate, error
        Ratio and standard error, shape [], [C] or any other; NaN where they cannot be told.
    n_clusters
        Number of independent units with a denominator above zero.
    weight
        Total of the denominator (a number of runs where the denominator is an indicator).
    """

    estimate: Floats
    error: Floats
    n_clusters: int
    weight: float


@dataclass(frozen=True, eq=False)
class Clusters:
    """The independent units of a table of runs, found once for all of its columns.

    Parameters
    ----------
    n_runs
        Number of runs R.
    starts
        Shape [M]: the first run of each unit.
    sizes
        Shape [M]: number of runs of each unit, as floats.
    n_per_unit
        Number of runs of each unit; 0 where they differ.
    order
        Shape [R]: the runs unit by unit; None where they stand so already.
    """

    n_runs: int
    starts: NDArray[np.intp]
    sizes: Floats
    n_per_unit: int
    order: NDArray[np.intp] | None

    def totals(self, values: ArrayLike) -> Floats:
        """Return the sum of the values per unit, in order of the experiment's number.

        Parameters
        ----------
        values
            Shape [R], or [C, R] for several columns at once; finite.

        Returns
        -------
        Totals, shape [M] or [C, M].
        """
        table = np.asarray(values, dtype=np.float64)
        if table.shape[-1:] != (self.n_runs,):
            raise DataError(
                Problem(
                    rule="values and experiment must have one entry per run each",
                    got=f"shapes {table.shape} and {(self.n_runs,)}",
                    code="A101",
                )
            )
        ordered = table if self.order is None else table[..., self.order]
        if self.n_per_unit == 0 or self.n_per_unit > _FEW_PER_UNIT:
            return np.add.reduceat(ordered, self.starts, axis=-1)
        runs = ordered.reshape(*ordered.shape[:-1], len(self.starts), self.n_per_unit)
        return _sums_as_reduceat(runs)


def _sums_as_reduceat(runs: Floats) -> Floats:
    """Return sums over the last axis to the same bits as `np.add.reduceat`: the first is added last."""
    if runs.shape[-1] == 1:
        return runs[..., 0]
    rest = runs[..., 1]
    for k in range(2, runs.shape[-1]):
        rest = rest + runs[..., k]
    return np.asarray(runs[..., 0] + rest)


def clusters_of(experiment: ArrayLike) -> Clusters:
    """Return the units of a table of runs: its experiments, or its runs where there is only one experiment.

    Parameters
    ----------
    experiment
        Shape [R], the outer point of each run, in any order (rising is quickest).
    """
    points = np.asarray(experiment)
    if points.ndim != 1:
        got = f"shape {points.shape}"
        raise DataError(Problem(rule="experiment must have one entry per run", got=got, code="A101"))
    is_rising = bool((points[1:] >= points[:-1]).all())
    order = None if is_rising else np.argsort(points, kind="stable")
    ordered = points if order is None else points[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(points)])
    if len(starts) < 2:
        starts, order = np.arange(len(points)), None
    sizes = np.diff(starts, append=len(points)).astype(np.float64)
    n_per_unit = int(sizes[0]) if len(sizes) and (sizes == sizes[0]).all() else 0
    return Clusters(n_runs=len(points), starts=starts, sizes=sizes, n_per_unit=n_per_unit, order=order)


def ratio(numerator: ArrayLike, denominator: ArrayLike, experiment: ArrayLike) -> Ratio:
    """Estimate sum(numerator) / sum(denominator) with a linearised standard error.

    Units m = 1..M with totals y_m and x_m: r = sum y / sum x and
    se^2 = M / (M - 1) sum (y_m - r x_m)^2 / (sum x)^2 (Cochran 1977, eq. 6.13, without the finite
    population factor). With x = 1 this is the mean and its cluster standard error.

    Parameters
    ----------
    numerator
        Shape [R], or [C, R] for several columns at once; finite.
    denominator
        Shape [R], >= 0; units whose total is zero carry nothing and are left out.
    experiment
        Shape [R].
    """
    clusters = clusters_of(experiment)
    return ratio_of_totals(clusters.totals(numerator), clusters.totals(denominator))


def ratio_of_totals(top: Floats, bottom: Floats) -> Ratio:
    """Return the ratio as in `ratio`, from the totals of the units: shapes [M] or [C, M], and [M]."""
    used = bottom > 0
    if not used.all():
        top, bottom = top[..., used], bottom[used]
    estimate = top.sum(axis=-1) / bottom.sum() if len(bottom) else np.full(top.shape[:-1], np.nan)
    residual = np.multiply.outer(estimate, bottom)
    np.subtract(top, residual, out=residual)
    squares = np.square(residual, out=residual).sum(axis=-1)
    return ratio_of_squares(estimate, squares, n_clusters=len(bottom), weight=float(bottom.sum()))


def ratio_of_squares(estimate: Floats, squares: Floats, *, n_clusters: int, weight: float) -> Ratio:
    """Return a ratio with its standard error.

    Parameters
    ----------
    estimate
        The ratio r, shape [...].
    squares
        sum (y_m - r x_m)^2 over the units, shape [...].
    n_clusters, weight
        Number of units with a denominator above zero, and the total of the denominator.
    """
    if n_clusters > 1:
        error = np.sqrt(squares * n_clusters / (n_clusters - 1)) / weight
    else:
        error = np.full(np.shape(estimate), np.nan)
    return Ratio(estimate=np.asarray(estimate), error=np.asarray(error), n_clusters=n_clusters, weight=weight)


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
