"""Counts and sums of runs that are not kept: any number of runs in the memory of a few.

A `Tally` takes rows as they come, and two tallies become one; the order in which that happens, and how the
rows were cut, leave no trace in it. What cannot be had without the rows does not live here: shares of
variance, implied rates, conditions on several outcomes, competing causes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenario.analysis.bins import AMOUNT, INDICATOR, PER_DAY, WHOLE, Bins, Even
from scenario.analysis.clusters import Floats
from scenario.analysis.moments import Sums
from scenario.errors import DataError, Problem

Counts = NDArray[np.int64]

TIME = "time"
SHARE = "probability"

QUANTUM_BITS = 64
"""Totals of what is not whole are counted in units of 2^-64."""

_BLOCK_RUNS, _BLOCK_POINTS = 1600, 800
"""Runs and outer points counted at once: few enough to stay near the processor, many beside a call's cost."""

_LARGEST = 2.0**200
_FEW_RUNS = 16
"""Up to this number of runs per point a sorting network is quicker than sorting."""

_FAMILIES: Mapping[str, tuple[str, ...]] = {
    TIME: (TIME,),
    "duration": ("duration",),
    SHARE: (SHARE,),
    "whole": ("count", "band"),
    "amount": ("quantity", "index"),
}
"""Outcomes of these kinds are counted together, in the same bins."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Which outcomes are counted, and in what bins; two tallies of the same frame can be merged.

    Parameters
    ----------
    kinds
        Name -> kind of each outcome, in the order of the columns of a row.
    horizon
        Last day of a run, a whole number >= 1.
    """

    kinds: Mapping[str, str]
    horizon: int

    def __post_init__(self) -> None:
        if type(self.horizon) is not int or self.horizon < 1:
            raise DataError(
                Problem(
                    rule="horizon must be a whole number of days >= 1", got=str(self.horizon), code="A118"
                )
            )

    @cached_property
    def families(self) -> dict[str, list[int]]:
        """Return the columns of each family that has any."""
        found = {
            family: [i for i, kind in enumerate(self.kinds.values()) if kind in members]
            for family, members in _FAMILIES.items()
        }
        return {family: columns for family, columns in found.items() if columns}

    @cached_property
    def order(self) -> list[int]:
        """Return the columns of a row, family by family."""
        return [column for columns in self.families.values() for column in columns]

    def bins(self, family: str) -> Bins:
        """Return the bins of a family; a time has one more, the last, for never."""
        fixed: dict[str, Bins] = {SHARE: INDICATOR, "whole": WHOLE, "amount": AMOUNT}
        return fixed.get(family) or Even(self.horizon, PER_DAY)

    def blocks(self, runs: NDArray[np.int64], rows: Floats) -> Iterator[Block]:
        """Cut rows into blocks of outer points with as many runs each.

        Parameters
        ----------
        runs
            Shape [R, 2]: (outer point, replication), in any order; an outer point is here with all of its runs.
        rows
            Shape [R, C].
        """
        if rows.shape != (len(runs), len(self.kinds)):
            rule = f"rows must have one line per run and {len(self.kinds)} columns"
            raise DataError(Problem(rule=rule, got=f"shape {rows.shape} for {len(runs)} runs", code="A119"))
        order = None if _is_rising(runs) else np.lexsort((runs[:, 1], runs[:, 0]))
        points = runs[:, 0] if order is None else runs[order, 0]
        starts = np.flatnonzero(np.append(True, points[1:] != points[:-1])[: len(points)])
        sizes = np.diff(starts, append=len(points))
        for size in np.unique(sizes).tolist():
            chosen = starts[sizes == size]
            step = max(1, min(_BLOCK_RUNS // size, _BLOCK_POINTS))
            for first in range(0, len(chosen), step):
                some = chosen[first : first + step]
                place = np.arange(size)[:, None] + some
                lines = rows[place if order is None else order[place]]
                yield Block(points=points[some], size=size, tables=self._tables(lines))

    def _tables(self, lines: Floats) -> dict[str, Floats]:
        """Return the columns of each family, shape [size, columns, points], from lines [size, points, C]."""
        turned = lines.transpose(0, 2, 1)
        return {family: turned[:, columns] for family, columns in self.families.items()}


@dataclass(frozen=True, eq=False)
class Block:
    """Runs of some outer points, `size` of each: what is added at once.

    Parameters
    ----------
    points
        Shape [M], the numbers of the outer points.
    size
        Runs per point.
    tables
        Family -> values, shape [size, C, M].
    """

    points: NDArray[np.int64]
    size: int
    tables: Mapping[str, Floats]


def _is_rising(runs: NDArray[np.int64]) -> bool:
    """Return whether runs stand in the order of (outer point, replication)."""
    step = np.diff(runs, axis=0)
    return bool(((step[:, 0] > 0) | ((step[:, 0] == 0) & (step[:, 1] > 0))).all())


@dataclass(frozen=True, eq=False)
class Part:
    """What is counted of the outcomes of one family.

    Parameters
    ----------
    bins
        The bins of all of them.
    counts
        int64[C, bins], for times with a last bin for never.
    low, high
        Shape [C]: smallest and largest value, NaN where there is none yet.
    pairs, sizes
        int64[C, horizon + 2], for times: how many pairs of runs of the same outer point were complete on the
        day, and the sum over the runs of their point's number of runs; the last place is for beyond the
        horizon and never.
    """

    bins: Bins
    counts: Counts
    low: Floats
    high: Floats
    pairs: Counts
    sizes: Counts

    def merge(self, other: Part) -> None:
        """Add what was counted of other outer points."""
        for mine, others in (
            (self.counts, other.counts),
            (self.pairs, other.pairs),
            (self.sizes, other.sizes),
        ):
            np.add(mine, others, out=mine)
        np.fmin(self.low, other.low, out=self.low)
        np.fmax(self.high, other.high, out=self.high)


class Tally:
    """Counts and sums of runs: rows are added as they come, and leave nothing of their order or cut.

    Parameters
    ----------
    frame
        Which outcomes are counted.

    Attributes
    ----------
    n_runs, n_points, squared_sizes
        Number of runs, of outer points with a run, and the sum over these of (number of runs)^2.
    parts
        Family -> what was counted.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.n_runs = self.n_points = self.squared_sizes = 0
        self.parts = {family: _empty(frame, family, len(c)) for family, c in frame.families.items()}
        self.sums = Sums.of([_bits(family) for family, c in frame.families.items() for _ in c])

    def add(self, runs: NDArray[np.int64], rows: Floats) -> None:
        """Count some runs.

        Parameters
        ----------
        runs
            Shape [R, 2]: (outer point, replication), in any order. All runs of an outer point come at once.
        rows
            Shape [R, C], in the order of the frame's outcomes; NaN only for times (never within the horizon).

        Raises
        ------
        DataError
            The shapes do not fit, or a value is no finite number.
        """
        for block in self.frame.blocks(runs, rows):
            self.add_block(block)

    def add_block(self, block: Block) -> None:
        """Count the runs of a block (from `Frame.blocks`)."""
        n_points = len(block.points)
        horizon = float(self.frame.horizon)
        found = [_add(self.parts[family], family, table, horizon) for family, table in block.tables.items()]
        self.sums.add(np.concatenate(found), block.size)
        self.n_runs += block.size * n_points
        self.n_points += n_points
        self.squared_sizes += block.size**2 * n_points

    def absorb(self, other: Tally) -> None:
        """Count the runs of another tally, of other outer points.

        Raises
        ------
        DataError
            The other counts other outcomes or has another horizon.
        """
        if list(self.frame.kinds.items()) != list(other.frame.kinds.items()) or (
            self.frame.horizon != other.frame.horizon
        ):
            got = f"{len(self.frame.kinds)} outcomes in {self.frame.horizon} days and "
            got += f"{len(other.frame.kinds)} in {other.frame.horizon}"
            raise DataError(
                Problem(rule="tallies must count the same outcomes and horizon", got=got, code="A120")
            )
        for family, part in self.parts.items():
            part.merge(other.parts[family])
        self.sums.merge(other.sums)
        self.n_runs += other.n_runs
        self.n_points += other.n_points
        self.squared_sizes += other.squared_sizes

    def columns(self) -> list[tuple[Part, int]]:
        """Return where each outcome was counted, in the order of `Frame.order`: its part, and the row there."""
        return [(part, row) for part in self.parts.values() for row in range(len(part.low))]

    def digest(self) -> str:
        """Return the sha256 of all that was counted: the same for any cut, order, number of threads and engine."""
        head = [list(self.frame.kinds.items()), self.frame.horizon, self.n_runs, self.n_points]
        told = hashlib.sha256(json.dumps([*head, self.squared_sizes]).encode())
        for part in self.parts.values():
            for counts in (part.counts, part.pairs, part.sizes):
                told.update(counts.astype("<i8", copy=False).tobytes())
            for ends_ in (part.low, part.high):
                told.update(np.where(np.isnan(ends_), np.nan, ends_ + 0.0).astype("<f8").tobytes())
        told.update(json.dumps(self.sums.as_text()).encode())
        return told.hexdigest()


def merge(a: Tally, b: Tally) -> Tally:
    """Return the tally of the runs of both, which have no outer point in common; a and b stay as they are.

    merge(a, b) equals merge(b, a), and merge(a, merge(b, c)) equals merge(merge(a, b), c), to the last bit.
    """
    both = Tally(a.frame)
    both.absorb(a)
    both.absorb(b)
    return both


# ---- counting ----------------------------------------------------------------------------------------


def _empty(frame: Frame, family: str, n: int) -> Part:
    """Return a part in which nothing has been counted."""
    bins, is_time = frame.bins(family), family == TIME
    days = frame.horizon + 2 if is_time else 0
    return Part(
        bins=bins,
        counts=np.zeros((n, bins.n_bins + is_time), np.int64),
        low=np.full(n, np.nan),
        high=np.full(n, np.nan),
        pairs=np.zeros((n, days), np.int64),
        sizes=np.zeros((n, days), np.int64),
    )


def _add(part: Part, family: str, table: Floats, horizon: float) -> Floats:
    """Count the values of a family, shape [size, C, M], and return the totals of the points, shape [C, M]."""
    _add_extremes(part, table, is_time=family == TIME)
    if family == TIME:
        table = np.fmin(table, np.inf)
    places = part.bins.places(table)
    if family == TIME:
        places[table == np.inf] = part.bins.n_bins
        _add_days(part, places)
        table = np.minimum(table, horizon)
    _tick(part.counts, places)
    return totals(table)


def _add_extremes(part: Part, table: Floats, *, is_time: bool) -> None:
    """Note the smallest and the largest value; refuse what is no number."""
    smallest, largest = (np.fmin, np.fmax) if is_time else (np.minimum, np.maximum)
    low, high = smallest.reduce(table, axis=(0, 2)), largest.reduce(table, axis=(0, 2))
    is_bad = ~((np.abs(low) < _LARGEST) & (np.abs(high) < _LARGEST))
    if is_time:
        is_bad &= ~np.isnan(low)
    if is_bad.any():
        raise DataError(
            Problem(
                rule="values must be finite numbers below 10^60 in size",
                got=f"{low[is_bad][0]} to {high[is_bad][0]}",
                hint="only a column of kind time may hold NaN: it means never within the horizon",
                code="A121",
            )
        )
    np.fmin(part.low, low, out=part.low)
    np.fmax(part.high, high, out=part.high)


def _add_days(part: Part, places: NDArray[np.int64]) -> None:
    """Note by day how many runs of the same outer point had come there before, for the intervals."""
    size = len(places)
    days = _in_order(days_of(places).astype(np.int16))
    _tick(part.sizes, days, size)
    if size > 1:
        before = np.broadcast_to(np.arange(1, size)[:, None, None], days[1:].shape)
        _tick(part.pairs, days[1:], before.reshape(-1))


def days_of(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first whole day at or after a time's bin; horizon + 1 for beyond the horizon and never."""
    return (places + (2 * PER_DAY - 2)) // (2 * PER_DAY)


def _in_order(days: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the days sorted along the first axis (odd-even transposition where there are few)."""
    n = len(days)
    if n > _FEW_RUNS:
        return np.sort(days, axis=0)
    for start in range(n):
        for i in range(start % 2, n - 1, 2):
            earlier = np.minimum(days[i], days[i + 1])
            np.maximum(days[i], days[i + 1], out=days[i + 1])
            days[i] = earlier
    return days


def _tick(counts: Counts, places: NDArray[np.integer], by: int | NDArray[np.int64] = 1) -> None:
    """Add to the bins [C, B] of places [size, C, M], in place."""
    n_columns, width = counts.shape
    flat = places + width * np.arange(n_columns)[:, None]
    np.add.at(counts.reshape(-1), flat.reshape(-1), by)


def totals(table: Floats) -> Floats:
    """Return the sum over the runs of each point, [size, C, M] to [C, M]: one after the other, whatever C and M."""
    total: Floats = table[0].copy()
    for run in table[1:]:
        total += run
    return total


def _bits(family: str) -> int:
    """Return the quantum of a family's totals, as a power of 1/2."""
    return 0 if family in (SHARE, "whole") else QUANTUM_BITS
