"""Fixed bins in which values are counted, declared from the kind of an outcome alone, never from the data.

Every edge is a bin of its own, and so is every gap between two edges, below the first and above the last.
What lies on an edge (a whole number, an eighth of a day) is therefore known exactly; what lies in a gap,
within the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenario.analysis.clusters import Floats

Places = NDArray[np.int64]

PER_DAY = 8
"""Edges per day for times and durations: a power of two, so that whole days are edges."""

_MANTISSA = 52
_BIAS = 1023


@dataclass(frozen=True)
class Even:
    """Edges at 0, 1 / per_unit, 2 / per_unit, ... last.

    Parameters
    ----------
    last
        Last edge, >= 1.
    per_unit
        Edges per unit, a power of two, so that no rounding moves a value over an edge.
    """

    last: int
    per_unit: int = 1

    @property
    def n_bins(self) -> int:
        """Return the number of bins, those below the first and above the last edge included."""
        return 2 * self.last * self.per_unit + 3

    @cached_property
    def edges(self) -> Floats:
        """Return the edges, shape [B], rising."""
        return np.arange(self.last * self.per_unit + 1) / self.per_unit

    def places(self, values: Floats) -> Places:
        """Return the bin of each value, shape as the values, none of them NaN: floor + ceil is odd within a gap."""
        scaled = values * float(self.per_unit)
        twice = np.floor(scaled)
        twice += np.ceil(scaled, out=scaled)
        np.clip(twice, -1.0, float(self.n_bins - 2), out=twice)
        return np.asarray(np.add(twice, 1.0, out=twice), dtype=np.int64)


@dataclass(frozen=True)
class Spread:
    """Edges at 0 and at (1 + j / 2^bits) 2^e for lowest <= e < highest and 0 <= j < 2^bits, and at 2^highest.

    The relative width of a gap is 2^-bits at most, and whole numbers up to 2^(bits + 1) are edges
    (where lowest <= 0).

    Parameters
    ----------
    bits
        Binary digits of a value that decide its bin.
    lowest, highest
        Smallest and largest power of two among the edges, as exponents.
    has_negatives
        Whether the same edges lie below zero, mirrored; without, all that is negative shares one bin.
    """

    bits: int
    lowest: int
    highest: int
    has_negatives: bool

    @property
    def n_bins(self) -> int:
        """Return the number of bins."""
        return 2 * len(self.edges) + 1

    @cached_property
    def edges(self) -> Floats:
        """Return the edges, shape [B], rising."""
        octave = 1.0 + np.arange(2**self.bits) / 2**self.bits
        above = np.ldexp(octave, np.arange(self.lowest, self.highest)[:, None]).ravel()
        positive = np.append(above, 2.0**self.highest)
        negative = -positive[::-1] if self.has_negatives else positive[:0]
        return np.concatenate([negative, [0.0], positive])

    @cached_property
    def _n_above(self) -> int:
        """Return the number of bins above the one of zero."""
        return 2 * len(self.edges[self.edges > 0]) + 1

    def places(self, values: Floats) -> Places:
        """Return the bin of each value, shape as the values, none of them NaN.

        The bits of a positive float rise with it, so that its leading ones number the gap or edge.
        """
        bits = np.abs(values).view(np.int64)
        shift = _MANTISSA - self.bits
        place = bits >> shift
        place += (bits + (2**shift - 1)) >> shift  # floor + ceil, as in `Even`
        place -= 2 * ((_BIAS + self.lowest) << self.bits) - 2
        np.clip(place, 1, self._n_above, out=place)
        place[bits == 0] = 0
        if self.has_negatives:
            place *= np.where(values < 0, -1, 1)
            place += self._n_above
            return place
        place += 1
        place[values < 0] = 0
        return place


Bins = Even | Spread

WHOLE = Spread(bits=8, lowest=0, highest=31, has_negatives=False)
"""For counts and bands: whole numbers up to 512 have bins of their own, beyond gaps of 1/256 at most."""

AMOUNT = Spread(bits=7, lowest=-14, highest=34, has_negatives=True)
"""For quantities and indices: whole numbers up to 256 have bins of their own, gaps are 1/128 wide at most."""

INDICATOR = Even(last=1)
"""For indicators: 0 and 1."""


def ends(bins: Bins, place: int) -> tuple[float, float]:
    """Return the ends of a bin: twice the same edge, or the edges around a gap (infinite at either end)."""
    first, last = (place - 1) // 2, place // 2
    low = float(bins.edges[first]) if place > 0 else -np.inf
    high = float(bins.edges[last]) if last < len(bins.edges) else np.inf
    return low, high
