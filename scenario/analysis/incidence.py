"""Cumulative incidence with competing events: which came first, and by when.

All runs are seen from day 0 to the horizon, so nothing is censored before it and the estimator is a
plain share of runs (what Aalen-Johansen reduces to).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats, ratio_of_totals, score_interval
from scenario.analysis.quantities import never_as_infinity
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
"""Name of the remainder: runs in which none of the causes has come yet."""


def cumulative_incidence(
    times: Mapping[str, ArrayLike],
    *,
    horizon: float,
    grid: ArrayLike | None = None,
    experiment: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return the share of runs in which a cause has come first, by day.

    F_k(t) = share of runs with T_k <= t and T_k the smallest of all causes; the shares of all causes
    and of "none" add up to 1 at every time.

    Parameters
    ----------
    times
        Cause -> days, shape [R] each, NaN = never. A run in which two causes come at the very same
        time counts for the one named first; equal times of different runs stay equal.
    horizon
        Last day of a run, > 0; events after it do not count.
    grid
        Days, shape [T], rising, within [0, horizon]; default every whole day and the horizon.
    experiment
        Shape [R], to cluster the intervals; without it every run is its own unit.

    Returns
    -------
    Long table, columns cause, time, share, lower, upper (pointwise 95 %): the causes in their order,
    then "none".
    """
    import pandas as pd

    days = _grid(grid, horizon)
    first = _first(times)
    units = _units(experiment, len(next(iter(first.values()))))
    sizes = np.bincount(units).astype(np.float64)
    reached = {cause: _reached(column, days, units) for cause, column in first.items()}
    reached[NONE] = sizes[:, None] - sum(reached.values())
    curves: list[pd.DataFrame] = [_curve(cause, days, counts, sizes) for cause, counts in reached.items()]
    return pd.concat(curves, ignore_index=True)


def _units(experiment: ArrayLike | None, n_runs: int) -> NDArray[np.int64]:
    """Return each run's unit, 0 to M - 1: its experiment, or itself where there is only one."""
    if experiment is None:
        return np.arange(n_runs)
    points, units = np.unique(np.asarray(experiment), return_inverse=True)
    if units.shape != (n_runs,):
        got = f"{units.size} for {n_runs} runs"
        raise DataError(Problem(rule="experiment must have one entry per run", got=got, code="A101"))
    return units if len(points) > 1 else np.arange(n_runs)


def _reached(times: Floats, days: Floats, units: NDArray[np.int64]) -> Floats:
    """Return how many runs of each unit have come there by each day, shape [M, T]."""
    n_columns = len(days) + 1
    cells = units * n_columns + np.searchsorted(days, times, side="left")
    counts = np.bincount(cells, minlength=(int(units.max()) + 1) * n_columns).reshape(-1, n_columns)
    return counts[:, :-1].cumsum(axis=1).astype(np.float64)


def _curve(cause: str, days: Floats, counts: Floats, sizes: Floats) -> pd.DataFrame:
    """Return one cause's part of the table."""
    import pandas as pd

    found = ratio_of_totals(counts, sizes)
    low, high = score_interval(found)
    return pd.DataFrame({"cause": cause, "time": days, "share": found.estimate, "lower": low, "upper": high})


def _first(times: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    """Return per cause the time at which it came first in its run, infinity elsewhere."""
    if not times or NONE in times:
        raise DataError(
            Problem(
                rule=f"times must name at least one cause, none of them '{NONE}'",
                got=str(list(times)),
                code="A108",
            )
        )
    columns = [never_as_infinity(column) for column in times.values()]
    if len({len(column) for column in columns}) > 1:
        sizes = [len(column) for column in columns]
        raise DataError(
            Problem(rule="every cause must have one time per run", got=f"lengths {sizes}", code="A109")
        )
    table = np.stack(columns)
    winner = table.argmin(axis=0)
    return {cause: np.where(winner == k, table[k], np.inf) for k, cause in enumerate(times)}


def _grid(grid: ArrayLike | None, horizon: float) -> Floats:
    """Return the days of the table, checked."""
    if not 0 < horizon < np.inf:
        raise DataError(Problem(rule="horizon must be a number of days > 0", got=str(horizon), code="A103"))
    if grid is None:
        return np.unique(np.append(np.arange(0.0, horizon), horizon))
    days = np.asarray(grid, dtype=np.float64)
    if days.ndim != 1 or len(days) == 0 or not (np.diff(days) > 0).all() or days[0] < 0 or days[-1] > horizon:
        raise DataError(
            Problem(
                rule=f"grid must hold rising days within 0 to {horizon:g}",
                got=str(days.tolist()),
                code="A110",
            )
        )
    return days
