"""One outcome over all runs: estimate, interval, quantiles, and the share that never got there.

A time column holds NaN where the thing did not happen within the horizon; such a run is never dropped:
it counts as +infinity in a quantile and as the horizon in a mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats, ratio, score_interval, t_interval
from scenario.errors import DataError, Problem

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
    ordered = np.sort(never_as_infinity(values) if never else finite(values))
    ranks = [max(int(np.ceil(level * len(ordered) - 1e-9)), 1) - 1 for level in levels]
    return [float(ordered[rank]) if np.isfinite(ordered[rank]) else None for rank in ranks]


def summary(values: ArrayLike, experiment: ArrayLike, *, kind: str, unit: str, horizon: float) -> Summary:
    """Summarise one outcome over all runs.

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
    is_time = kind == "time"
    numbers = mean_values(values, kind=kind, horizon=horizon)
    found = ratio(numbers, np.ones(len(numbers)), experiment)
    low, high = score_interval(found) if kind == "probability" else t_interval(found)
    never = float(np.isnan(np.asarray(values, dtype=np.float64)).mean()) if is_time else None
    found_levels = quantiles(values, [level / 100 for level in LEVELS], never=is_time)
    return Summary(
        unit=unit,
        kind=kind,
        estimate=float(found.estimate),
        interval=(float(low), float(high)),
        quantiles={str(level): value for level, value in zip(LEVELS, found_levels, strict=True)},
        never=never,
        n=len(numbers),
    )


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
    if not horizon > 0:
        raise DataError(Problem(rule="horizon must be a number of days > 0", got=str(horizon), code="A103"))
    return np.minimum(never_as_infinity(values), horizon)


def never_as_infinity(values: ArrayLike) -> Floats:
    """Return times with NaN (never within the horizon) as +infinity, shape [R]; refuse an empty column."""
    times = _filled(values)
    return np.where(np.isnan(times), np.inf, times)


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
