"""Outcomes over all runs: estimate, interval, quantiles, and the share that never got there.

A time column holds NaN where the thing did not happen within the horizon; such a run is never dropped:
it counts as +infinity in a quantile and as the horizon in a mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import (
    Clusters,
    Floats,
    Hits,
    Ratio,
    clusters_of,
    ratio_of_totals,
    score_interval,
    t_interval,
)
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

    Table = pd.DataFrame | Mapping[str, ArrayLike]

LEVELS = (5, 25, 50, 75, 95)
"""Percentages at which every outcome is summarised."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the runs say about one outcome.

    Parameters
    ----------
    unit, kind
        As declared for the outcome.
    estimate
        The mean; for kind time the mean of min(T, horizon), in days.
    interval
        95 % interval of the estimate (simulation error only); NaN where it cannot be told.
    quantiles
        By percentage "5", "25", "50", "75", "95"; None where the quantile is never reached.
    never
        Share of runs in which a time never came; None for the other kinds.
    n
        Number of runs.
    """

    unit: str
    kind: str
    estimate: float
    interval: tuple[float, float]
    quantiles: dict[str, float | None]
    never: float | None
    n: int


def quantiles(values: ArrayLike, levels: Sequence[float], *, never: bool = False) -> list[float | None]:
    """Return the quantiles Q(p) = min {x : share of values <= x is at least p}.

    Parameters
    ----------
    values
        Shape [R], R >= 1.
    levels
        Probabilities in (0, 1].
    never
        Whether NaN is allowed and stands for "never" (+infinity).

    Returns
    -------
    One value per level, each one of the values; None where the level is never reached.
    """
    return _quantiles(never_as_infinity(values) if never else finite(values), levels)


def summary(values: ArrayLike, experiment: ArrayLike, *, kind: str, unit: str, horizon: float) -> Summary:
    """Summarise one outcome over all runs: `summaries` of a single column.

    Parameters
    ----------
    values
        Shape [R]; NaN only for kind time (never within the horizon).
    experiment
        Shape [R], the outer point of each run: intervals are clustered by it.
    kind, unit
        As declared for the outcome ("time", "probability", "count", ...).
    horizon
        Last day of a run, > 0.
    """
    found = summaries({"": values}, experiment, kinds={"": kind}, units={"": unit}, horizon=horizon)
    return found[""]


def summaries(
    table: Table, experiment: ArrayLike, *, kinds: Mapping[str, str], units: Mapping[str, str], horizon: float
) -> dict[str, Summary]:
    """Summarise many outcomes over the same runs at once.

    Parameters
    ----------
    table
        Name -> column of shape [R]; NaN only for kind time (never within the horizon).
    experiment
        Shape [R], the outer point of each run: intervals are clustered by it. Rising is quickest.
    kinds, units
        Name -> kind ("time", "probability", "count", ...) and unit of each outcome that is asked for.
    horizon
        Last day of a run, > 0.

    Returns
    -------
    Name -> summary, in the order of `kinds`.
    """
    if not kinds:
        return {}
    clusters = clusters_of(experiment)
    columns = {
        name: _column(values, clusters, kind=kinds[name], horizon=horizon)
        for name, values in arrays(table, kinds).items()
    }
    means = ratio_of_totals(np.array([column.totals for column in columns.values()]), clusters.sizes)
    intervals = _intervals(means, np.array([kind == "probability" for kind in kinds.values()]))
    return {
        name: Summary(
            unit=units[name],
            kind=kinds[name],
            estimate=estimate,
            interval=interval,
            quantiles=column.quantiles,
            never=column.never,
            n=clusters.n_runs,
        )
        for (name, column), estimate, interval in zip(
            columns.items(), means.estimate.tolist(), intervals, strict=True
        )
    }


@dataclass(frozen=True)
class _Column:
    """What one column says by itself: totals of the units, quantiles, share of never."""

    totals: Floats
    quantiles: dict[str, float | None]
    never: float | None


def _column(values: NDArray[Any], clusters: Clusters, *, kind: str, horizon: float) -> _Column:
    """Read one column."""
    is_time = kind == "time"
    numbers = never_as_infinity(values) if is_time else finite(values)
    totals = clusters.totals(up_to(numbers, horizon) if is_time else numbers)
    found = _quantiles(values if values.dtype.kind in "bi" else numbers, [level / 100 for level in LEVELS])
    never = float(np.isnan(np.asarray(values, dtype=np.float64)).mean()) if is_time else None
    return _Column(totals, {str(level): value for level, value in zip(LEVELS, found, strict=True)}, never)


def _intervals(means: Ratio, is_share: Hits) -> list[tuple[float, float]]:
    """Return the interval of each mean: Wilson's for shares, else Student's."""
    bounds = np.array(t_interval(means))
    bounds[:, is_share] = score_interval(
        replace(means, estimate=means.estimate[is_share], error=means.error[is_share])
    )
    return [(low, high) for low, high in bounds.T.tolist()]


def _quantiles(numbers: NDArray[Any], levels: Sequence[float]) -> list[float | None]:
    """Return the quantiles of numbers without NaN; infinity is never reached."""
    n = len(numbers)
    ranks = np.array([max(math.ceil(level * n - 1e-9), 1) - 1 for level in levels])
    if numbers.dtype == bool:
        found = (ranks >= n - np.count_nonzero(numbers)).astype(np.float64)
    elif numbers.dtype.kind == "i" and int(numbers.max()) - int(numbers.min()) < n:
        found = _counted(numbers.astype(np.int64, copy=False), ranks)
    else:
        reached = numbers[numbers < np.inf]
        found, is_reached = np.full(len(ranks), np.inf), ranks < len(reached)
        if is_reached.any():
            found[is_reached] = np.partition(reached, ranks[is_reached])[ranks[is_reached]]
    return [value if math.isfinite(value) else None for value in found.tolist()]


def _counted(numbers: NDArray[np.int64], ranks: NDArray[np.int64]) -> Floats:
    """Return the numbers of some ranks by counting each value: quicker than sorting where there are few."""
    lowest = numbers.min()
    n_up_to = np.bincount(numbers - lowest).cumsum()
    return np.asarray(lowest + np.searchsorted(n_up_to, ranks, side="right"), dtype=np.float64)


def arrays(table: Table, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return columns of a table as arrays, as they are; all at once, because that is quicker with pandas."""
    return {name: np.asarray(table[name]) for name in names}


def mean_values(values: ArrayLike, *, kind: str, horizon: float) -> Floats:
    """Return the numbers of which a mean is taken: min(T, horizon) for times, else the values.

    Parameters
    ----------
    values
        Shape [R].
    kind
        Kind of the outcome.
    horizon
        Last day of a run, > 0; read for kind time only.
    """
    if kind != "time":
        return finite(values)
    return up_to(never_as_infinity(values), horizon)


def up_to(times: Floats, horizon: float) -> Floats:
    """Return min(T, horizon), shape [R]; refuse a horizon that is no length."""
    if not horizon > 0:
        raise DataError(Problem(rule="horizon must be a number of days > 0", got=str(horizon), code="A103"))
    return np.minimum(times, horizon)


def never_as_infinity(values: ArrayLike) -> Floats:
    """Return times with NaN (never within the horizon) as +infinity, shape [R]; refuse an empty column."""
    return np.fmin(_filled(values), np.inf)


def finite(values: ArrayLike) -> Floats:
    """Return a column as floats, shape [R]; refuse an empty one and one with NaN or infinity."""
    numbers = _filled(values)
    if not np.isfinite(numbers).all():
        first = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise DataError(
            Problem(
                rule="values must be finite numbers",
                got=f"{numbers[first]} in row {first}",
                hint="only a column of kind time may hold NaN: it means never within the horizon",
                code="A104",
            )
        )
    return numbers


def _filled(values: ArrayLike) -> Floats:
    """Return a column of at least one run as floats."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or len(numbers) == 0:
        raise DataError(
            Problem(
                rule="a column must hold one value per run, at least one",
                got=f"shape {numbers.shape}",
                code="A105",
            )
        )
    return numbers
