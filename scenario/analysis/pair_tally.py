"""Two variants under equal luck, counted run by run without keeping the runs: `paired` for any number of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenario.analysis.clusters import LEVEL, Floats, Ratio, t_interval
from scenario.analysis.counted import mean_of
from scenario.analysis.moments import Sums
from scenario.analysis.paired import FEW, FEWEST, Paired, resamples
from scenario.analysis.streaming import TIME, Block, Counts, Frame, Tally, totals
from scenario.errors import DataError, Problem


class PairTally:
    """Counts and sums of pairs of runs, the same run of A and of B; as a `Tally`, it knows no order or cut.

    Parameters
    ----------
    frame
        Which outcomes are counted.

    Attributes
    ----------
    a, b
        The tallies of the two sides, of the same runs.
    sums
        Of the totals of b - a over the runs of an outer point, times as min(T, horizon).
    higher, lower, changed, moved
        int64[C]: pairs in which b lies above a, below a (never lies above every day), in which b - a is not 0,
        and outer points whose total is not 0.
    few
        Per outcome, outer point -> total of b - a where it is not 0, as long as fewer than 30 pairs changed.
    """

    def __init__(self, frame: Frame) -> None:
        n = len(frame.order)
        self.a, self.b = Tally(frame), Tally(frame)
        self.sums = Sums.of(self.a.sums.bits.tolist())
        self.higher, self.lower, self.changed, self.moved = (np.zeros(n, np.int64) for _ in range(4))
        self.few: list[dict[int, float]] = [{} for _ in range(n)]

    @property
    def n_runs(self) -> int:
        """Return the number of pairs."""
        return self.a.n_runs

    def add(self, runs: NDArray[np.int64], rows_a: Floats, rows_b: Floats) -> None:
        """Count some pairs.

        Parameters
        ----------
        runs
            Shape [R, 2]: (outer point, replication), in any order. All pairs of an outer point come at once.
        rows_a, rows_b
            Shape [R, C] each, in the order of the frame's outcomes; NaN only for times.

        Raises
        ------
        DataError
            The shapes do not fit, or a value is no finite number.
        """
        frame = self.a.frame
        for first, second in zip(frame.blocks(runs, rows_a), frame.blocks(runs, rows_b), strict=True):
            self.a.add_block(first)
            self.b.add_block(second)
            self._add_changes(first, second)

    def _add_changes(self, first: Block, second: Block) -> None:
        """Count how the pairs of a block differ."""
        horizon = float(self.a.frame.horizon)
        found = [
            _compared(a, second.tables[family], horizon if family == TIME else None)
            for family, a in first.tables.items()
        ]
        change = np.concatenate([compared[0] for compared in found])
        n_higher, n_lower, n_changed = (np.concatenate([one[i] for one in found]) for i in (1, 2, 3))
        self._count((n_higher, n_lower, n_changed, np.count_nonzero(change, axis=1)))
        self.sums.add(change, first.size)
        self._keep_few(first.points, change)

    def _count(self, counts: Sequence[Counts]) -> None:
        """Add to the counts of the differences."""
        for mine, more in zip(self._counts(), counts, strict=True):
            np.add(mine, more, out=mine)

    def _keep_few(self, points: NDArray[np.int64], change: Floats) -> None:
        """Keep the totals of the outcomes of which few pairs have changed."""
        for column in np.flatnonzero((self.changed < FEW) & change.any(axis=1)).tolist():
            places = np.flatnonzero(change[column])
            self.few[column] |= dict(
                zip(points[places].tolist(), change[column, places].tolist(), strict=True)
            )
        self._forget_many()

    def _forget_many(self) -> None:
        """Let go of the totals of the outcomes of which many pairs have changed."""
        for column in np.flatnonzero(self.changed >= FEW).tolist():
            self.few[column].clear()

    def absorb(self, other: PairTally) -> None:
        """Count the pairs of another tally, of other outer points.

        Raises
        ------
        DataError
            The other counts other outcomes or has another horizon.
        """
        self.a.absorb(other.a)
        self.b.absorb(other.b)
        self.sums.merge(other.sums)
        self._count(other._counts())
        for kept, more in zip(self.few, other.few, strict=True):
            kept.update(more)
        self._forget_many()

    def _counts(self) -> tuple[Counts, ...]:
        """Return what is counted of the differences."""
        return self.higher, self.lower, self.changed, self.moved

    def digest(self) -> str:
        """Return the sha256 of all that was counted: the same for any cut, order, number of threads and engine."""
        few = [sorted((m, total.hex()) for m, total in kept.items()) for kept in self.few]
        counts = [column.tolist() for column in self._counts()]
        told = [self.a.digest(), self.b.digest(), self.sums.as_text(), counts, few]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def merge_pairs(a: PairTally, b: PairTally) -> PairTally:
    """Return the tally of the pairs of both, which have no outer point in common; a and b stay as they are."""
    both = PairTally(a.a.frame)
    both.absorb(a)
    both.absorb(b)
    return both


def read_pairs(tally: PairTally) -> dict[str, Paired]:
    """Return what a tally of pairs says, by the name of the outcome: as `paired.paired_differences`.

    With fewer than 30 pairs that differ the interval is the same cluster bootstrap, else Student's; with
    fewer than two outer points it is NaN.

    Raises
    ------
    DataError
        Nothing has been counted.
    """
    if tally.n_runs == 0:
        raise DataError(Problem(rule="a tally must hold at least one pair of runs", got="none", code="A124"))
    names, order = list(tally.a.frame.kinds), tally.a.frame.order
    changes = tally.sums.ratio(
        n_runs=tally.a.n_runs, n_points=tally.a.n_points, squared_sizes=tally.a.squared_sizes
    )
    means = [mean_of(side).estimate.tolist() for side in (tally.a, tally.b)]
    found = {
        names[column]: _told(tally, at, (means[0][at], means[1][at]), changes)
        for at, column in enumerate(order)
    }
    return {name: found[name] for name in names}


def _told(tally: PairTally, at: int, means: tuple[float, float], changes: Ratio) -> Paired:
    """Return what the pairs say about one outcome."""
    n, n_higher, n_lower = tally.n_runs, int(tally.higher[at]), int(tally.lower[at])
    low, high = _interval(tally, at, changes)
    is_told = int(tally.moved[at]) >= FEWEST and (low > 0 or high < 0)
    return Paired(
        a=means[0],
        b=means[1],
        difference=float(changes.estimate[at]),
        interval=(low, high),
        differ=(n_higher + n_lower) / n,
        higher=n_higher / n,
        lower=n_lower / n,
        equal=(n - n_higher - n_lower) / n,
        noise=not is_told,
        n=n,
    )


def _interval(tally: PairTally, at: int, changes: Ratio) -> tuple[float, float]:
    """Return the 95 % interval of the mean difference, as `paired` does."""
    if tally.changed[at] == 0:
        return 0.0, 0.0
    if tally.changed[at] >= FEW or tally.a.n_points < 2:
        low, high = t_interval(changes)
        return float(low[at]), float(high[at])
    weights = np.array([total for _, total in sorted(tally.few[at].items())])
    means = resamples(tally.a.n_points, len(weights)) @ weights / tally.n_runs
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _compared(a: Floats, b: Floats, horizon: float | None) -> tuple[Floats, Counts, Counts, Counts]:
    """Compare values [size, C, M]: totals of b - a [C, M]; pairs higher, lower and with a change, [C] each.

    With a horizon the values are times: never lies above every day, and counts as the horizon in a change.
    """
    if horizon is not None:
        a, b = np.fmin(a, np.inf), np.fmin(b, np.inf)
    n_higher, n_lower = _n_true(b > a), _n_true(b < a)
    if horizon is not None:
        a, b = np.minimum(a, horizon), np.minimum(b, horizon)
    change = b - a
    return totals(change), n_higher, n_lower, _n_true(change != 0)


def _n_true(table: NDArray[np.bool_]) -> Counts:
    """Return how many entries of [size, C, M] are true, shape [C]."""
    return np.asarray(np.count_nonzero(table, axis=(0, 2)), dtype=np.int64)
