"""Cumulative incidence with competing events: which came first, and by when.

All runs are seen from day 0 to the horizon, so nothing is censored before it and the estimator is a
plain share of runs (what Aalen-Johansen reduces to).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Clusters, Floats, Hits, clusters_of, ratio_of_squares, score_interval
from scenario.analysis.quantities import never_as_infinity
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
"""Name of the remainder: runs in which none of the causes has come yet."""

Label = TypeVar("Label", bound=Hashable)


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
    return cumulative_incidences({"": times}, horizon=horizon, grid=grid, experiment=experiment)[""]


def cumulative_incidences(
    curves: Mapping[Label, Mapping[str, ArrayLike]],
    *,
    horizon: float,
    grid: ArrayLike | None = None,
    experiment: ArrayLike | None = None,
) -> dict[Label, pd.DataFrame]:
    """Return many tables as from `cumulative_incidence`, over the same runs, at once.

    Parameters
    ----------
    curves
        Any label -> times as in `cumulative_incidence`; causes compete within their label only.
    horizon, grid, experiment
        As in `cumulative_incidence`, the same for all; the default grid is quickest.

    Returns
    -------
    Label -> table, in the order of `curves`.
    """
    days = _grid(grid, horizon)
    if not curves:
        return {}
    tables = _read(curves)
    units = _units(experiment, tables[0].shape[1])
    sums = [_sums(table, days, units, is_daily=grid is None) for table in tables]
    is_none = np.concatenate([np.arange(len(table) + 1) == len(table) for table in tables])
    return _cut(curves, days, _bands(np.concatenate(sums, axis=1), is_none, units))


@dataclass(frozen=True, eq=False)
class _Units:
    """The independent units of the runs, with sizes x_m.

    Parameters
    ----------
    clusters
        The units.
    unit
        Shape [R]: the unit of each run, unit by unit.
    steps
        Shape [3, R]: what sum y, sum y^2 and sum x y over the units gain when the runs of a unit come one
        after the other.
    """

    clusters: Clusters
    unit: NDArray[np.intp]
    steps: Floats


def _units(experiment: ArrayLike | None, n_runs: int) -> _Units:
    """Return the units: experiments, or runs where there is only one experiment or none is given."""
    clusters = clusters_of(np.arange(n_runs) if experiment is None else experiment)
    if clusters.n_runs != n_runs:
        got = f"{clusters.n_runs} for {n_runs} runs"
        raise DataError(Problem(rule="experiment must have one entry per run", got=got, code="A101"))
    unit = np.repeat(np.arange(len(clusters.sizes)), clusters.sizes.astype(np.intp))
    rank = np.arange(n_runs) - clusters.starts[unit]
    steps = np.stack([np.ones(n_runs), 2.0 * rank + 1.0, clusters.sizes[unit]])
    return _Units(clusters, unit, steps)


def _sums(table: Floats, days: Floats, units: _Units, *, is_daily: bool) -> Floats:
    """Return sum y, sum y^2 and sum x y by day for each cause and for all together, shape [3, K + 1, T].

    y_m is how many runs of unit m have come there by the day.
    """
    columns = [table[0]]
    if len(table) > 1:
        winner = table.argmin(axis=0)
        columns = [np.where(winner == k, column, np.inf) for k, column in enumerate(table)]
        columns.append(table.min(axis=0))
    found = []
    for column in columns:
        places = _by_unit(_places(column, days, is_daily=is_daily), units, len(days) + 1)
        gained = [np.bincount(places, weights=step, minlength=len(days) + 1)[:-1] for step in units.steps]
        found.append(np.cumsum(gained, axis=1))
    return np.stack(found if len(found) > 1 else found * 2, axis=1)


def _places(times: Floats, days: Floats, *, is_daily: bool) -> NDArray[np.intp]:
    """Return the place of the first day at or after each time, shape [R]; T where there is none."""
    if not is_daily:
        return np.searchsorted(days, times, side="left")
    return np.where(times <= days[-1], np.ceil(np.maximum(times, 0.0)), len(days)).astype(np.intp)


def _by_unit(places: NDArray[np.intp], units: _Units, width: int) -> NDArray[np.intp]:
    """Return the places unit by unit, rising within each."""
    order = units.clusters.order
    places = places if order is None else places[order]
    if units.clusters.n_per_unit:
        return np.sort(places.reshape(-1, units.clusters.n_per_unit), axis=1).ravel()
    first = units.unit * width
    return np.sort(first + places) - first


def _bands(sums: Floats, is_none: Hits, units: _Units) -> Floats:
    """Return share, lower and upper bound, shape [3, N, T]; a remainder is what its sums lack of all runs.

    sum (y - r x)^2 = sum y^2 - 2 r sum x y + r^2 sum x^2 with r = sum y / n, here times n^2: whole numbers,
    so without rounding up to 10^5 runs.
    """
    reached, squares, products = sums
    n, sizes = float(units.clusters.n_runs), units.clusters.sizes
    spread = n * (n * squares - 2 * reached * products) + reached**2 * (sizes**2).sum()
    share = np.where(is_none[:, None], n - reached, reached) / n
    found = ratio_of_squares(share, np.maximum(spread, 0.0) / n**2, n_clusters=len(sizes), weight=n)
    return np.stack([share, *score_interval(found)])


def _cut(
    curves: Mapping[Label, Mapping[str, ArrayLike]], days: Floats, bands: Floats
) -> dict[Label, pd.DataFrame]:
    """Return the long table of each label, cut from one for all of them."""
    import pandas as pd

    causes = [[*times, NONE] for times in curves.values()]
    share, lower, upper = bands.reshape(3, -1)
    every = pd.DataFrame(
        {
            "cause": pd.array([name for names in causes for name in names], dtype="str").repeat(len(days)),
            "time": np.tile(days, bands.shape[1]),
            "share": share,
            "lower": lower,
            "upper": upper,
        }
    )
    stops = np.cumsum([len(names) * len(days) for names in causes])
    return {
        label: every.iloc[stop - len(names) * len(days) : stop].reset_index(drop=True)
        for label, names, stop in zip(curves, causes, stops, strict=True)
    }


def _read(curves: Mapping[Label, Mapping[str, ArrayLike]]) -> list[Floats]:
    """Return the times of the causes of each label, never as infinity, shape [K, R] each."""
    for times in curves.values():
        if not times or NONE in times:
            raise DataError(
                Problem(
                    rule=f"times must name at least one cause, none of them '{NONE}'",
                    got=str(list(times)),
                    code="A108",
                )
            )
    columns = [[never_as_infinity(column) for column in times.values()] for times in curves.values()]
    sizes = [len(column) for label in columns for column in label]
    if len(set(sizes)) > 1:
        raise DataError(
            Problem(rule="every cause must have one time per run", got=f"lengths {sizes}", code="A109")
        )
    return [np.stack(label) for label in columns]


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
