"""What a tally says: mean, interval, quantiles within their bins, never-share, cumulative incidence.

The numbers are those of `quantities.summaries` and `incidence.cumulative_incidence` for the same rows: means
and intervals but for rounding, counts and shares exactly, quantiles within a stated error. With fewer than
two outer points the interval is NaN: it cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.bins import PER_DAY, ends
from scenario.analysis.clusters import Floats, Hits, Ratio, ratio_of_squares, score_interval, t_interval
from scenario.analysis.incidence import NONE
from scenario.analysis.moments import Integers, quotients
from scenario.analysis.quantities import LEVELS
from scenario.analysis.streaming import SHARE, TIME, Part, Tally, days_of
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

QUANTILE_ERROR = (
    f"Quantiles come from counts: times and durations within {0.5 / PER_DAY:g} day, counts up to 512 exactly, "
    "other values within 0.4 % (whole numbers up to 256 exactly, what is below 0.0001 within 0.0001)."
)
"""The error of every quantile, in one sentence; `Quantile.error` says it of one."""


@dataclass(frozen=True, kw_only=True)
class Quantile:
    """A quantile known to lie between two ends.

    Parameters
    ----------
    value
        The middle between the ends.
    low, high
        The ends: of the bin, or the smallest or largest value of all where that is nearer.
    """

    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """Return how far the true quantile of the runs can be from the value, >= 0; 0 means exact."""
        return max(self.value - self.low, self.high - self.value)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the counts say about one outcome.

    Parameters
    ----------
    kind
        As declared for the outcome.
    estimate, error
        The mean (for kind time of min(T, horizon)) and its standard error, clustered by outer point.
    interval
        95 % interval of the estimate (simulation error only): Wilson's for shares, else Student's.
    quantiles
        By percentage "5", "25", "50", "75", "95"; None where the quantile is never reached.
    never
        Share of runs in which a time never came; None for the other kinds.
    low, high
        Smallest and largest value; None where there is none (a time that never came).
    n
        Number of runs.
    """

    kind: str
    estimate: float
    error: float
    interval: tuple[float, float]
    quantiles: dict[str, Quantile | None]
    never: float | None
    low: float | None
    high: float | None
    n: int


def read(tally: Tally) -> dict[str, Counted]:
    """Return what a tally says, by the name of the outcome.

    Raises
    ------
    DataError
        Nothing has been counted.
    """
    _check_counted(tally)
    kinds = list(tally.frame.kinds.items())
    means = mean_of(tally)
    bounds = _intervals(means, np.array([kinds[i][1] == SHARE for i in tally.frame.order]))
    found: dict[str, Counted] = {}
    for at, (part, row) in enumerate(tally.columns()):
        name, kind = kinds[tally.frame.order[at]]
        low, high = float(part.low[row]), float(part.high[row])
        found[name] = Counted(
            kind=kind,
            estimate=float(means.estimate[at]),
            error=float(means.error[at]),
            interval=bounds[at],
            quantiles={str(level): _quantile(part, row, level) for level in LEVELS},
            never=int(part.counts[row, -1]) / tally.n_runs if kind == TIME else None,
            low=None if np.isnan(low) else low,
            high=None if np.isnan(high) else high,
            n=tally.n_runs,
        )
    return {name: found[name] for name, _ in kinds}


def mean_of(tally: Tally) -> Ratio:
    """Return the means with their standard errors, shape [C], in the order of the tally's columns."""
    return tally.sums.ratio(n_runs=tally.n_runs, n_points=tally.n_points, squared_sizes=tally.squared_sizes)


def quantile(tally: Tally, name: str, level: float) -> Quantile | None:
    """Return Q(p) = min {x : share of runs <= x is at least p}, or None where it is never reached.

    Parameters
    ----------
    tally
        With at least one run.
    name
        An outcome.
    level
        Per cent, above 0, at most 100.
    """
    _check_counted(tally)
    return _quantile(*_column(tally, name), level)


def _quantile(part: Part, row: int, level: float) -> Quantile | None:
    """Return a quantile of one column."""
    up_to = part.counts[row].cumsum()
    n = int(up_to[-1])
    rank = max(-int(-level * n // 100), 1)
    place = int(np.searchsorted(up_to, rank))
    if place >= part.bins.n_bins:
        return None
    low, high = ends(part.bins, place)
    low, high = max(low, float(part.low[row])), min(high, float(part.high[row]))
    return Quantile(value=low + (high - low) / 2, low=low, high=high)


def incidence(tally: Tally, name: str) -> pd.DataFrame:
    """Return the share of runs in which a time has come, by day: `cumulative_incidence` of this one cause.

    Parameters
    ----------
    tally
        With at least one run.
    name
        An outcome of kind time.

    Returns
    -------
    Long table, columns cause (the name, then "none"), time (every whole day from 0 to the horizon), share,
    lower, upper (pointwise 95 %, clustered by outer point). Which of several causes came first is not told:
    that asks for the rows.

    Raises
    ------
    DataError
        There is no such time, or nothing has been counted.
    """
    import pandas as pd

    _check_counted(tally)
    part, row = _column(tally, name)
    if tally.frame.kinds[name] != TIME:
        raise DataError(
            Problem(
                rule="the outcome must be of kind time", got=f"{name}: {tally.frame.kinds[name]}", code="A123"
            )
        )
    reached, shares = _reached(part, row), _shares(part, row, tally)
    both = [shares, replace(shares, estimate=quotients(tally.n_runs - reached, tally.n_runs))]
    bands = [np.stack([side.estimate, *_score(side)]) for side in both]
    days = np.arange(tally.frame.horizon + 1.0)
    share, lower, upper = np.concatenate(bands, axis=1)
    causes = pd.array([name, NONE], dtype="str").repeat(len(days))
    columns = {"cause": causes, "time": np.tile(days, 2), "share": share, "lower": lower, "upper": upper}
    return pd.DataFrame(columns)


def _reached(part: Part, row: int) -> Integers:
    """Return how many runs have come there by day, shape [horizon + 1]."""
    by_day = np.zeros(part.pairs.shape[1], np.int64)
    np.add.at(by_day, days_of(np.arange(part.bins.n_bins)), part.counts[row, :-1])
    return by_day[:-1].cumsum().astype(object)


def _shares(part: Part, row: int, tally: Tally) -> Ratio:
    """Return the shares by day with their standard errors: sum (y - r x)^2 in whole numbers, as in `moments`."""
    n, reached = tally.n_runs, _reached(part, row)
    squares = reached + 2 * part.pairs[row, :-1].cumsum().astype(object)
    products = part.sizes[row, :-1].cumsum().astype(object)
    spread = n * n * squares - 2 * n * reached * products + reached * reached * tally.squared_sizes
    return ratio_of_squares(
        quotients(reached, n), quotients(spread, n * n), n_clusters=tally.n_points, weight=float(n)
    )


def _intervals(means: Ratio, is_share: Hits) -> list[tuple[float, float]]:
    """Return the interval of each mean: Wilson's for shares, else Student's."""
    bounds = np.array(t_interval(means))
    bounds[:, is_share] = _score(
        replace(means, estimate=means.estimate[is_share], error=means.error[is_share])
    )
    return [(low, high) for low, high in bounds.T.tolist()]


def _score(shares: Ratio) -> tuple[Floats, Floats]:
    """Return Wilson's interval; NaN with fewer than two outer points."""
    return score_interval(shares) if shares.n_clusters > 1 else t_interval(shares)


def _column(tally: Tally, name: str) -> tuple[Part, int]:
    """Return where an outcome was counted."""
    names = list(tally.frame.kinds)
    if name not in names:
        raise DataError(
            Problem(rule="name must be one of the outcomes that were counted", got=name, code="A122")
        )
    return tally.columns()[tally.frame.order.index(names.index(name))]


def _check_counted(tally: Tally) -> None:
    """Refuse a tally of nothing."""
    if tally.n_runs == 0:
        raise DataError(Problem(rule="a tally must hold at least one run", got="none", code="A124"))
