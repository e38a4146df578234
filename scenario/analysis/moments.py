"""Sums over outer points that come out the same however the points were cut, ordered or shared out.

A point's total is rounded once to a whole multiple of a stated quantum; sums of those and of their squares
are whole numbers of any length, so adding them loses nothing and knows no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenario.analysis.clusters import Floats, Ratio, ratio_of_squares
from scenario.errors import DataError, Problem

Integers = NDArray[np.object_]
"""Python's whole numbers, of any length."""

MOST_POINTS = 2**13
"""Points that may be added at once: sums of products of two digits stay below 2^53, where floats are exact."""

_DIGIT = 20
_BASE = 2.0**_DIGIT


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over outer points m of a total y_m (over the runs of the point) and a size x_m (their number).

    Parameters
    ----------
    bits
        int64[C]: the quantum of an outcome is 2^-bits; 0 for what is whole anyway.
    y, xy, yy
        Shape [C]: sum y in quanta, sum x y in quanta, sum y^2 in squared quanta.
    """

    bits: NDArray[np.int64]
    y: Integers
    xy: Integers
    yy: Integers

    @classmethod
    def of(cls, bits: Sequence[int]) -> Sums:
        """Return sums of nothing yet, for outcomes with these quanta."""
        y, xy, yy = (np.zeros(len(bits), dtype=object) for _ in range(3))
        return cls(np.array(bits, dtype=np.int64), y, xy, yy)

    def add(self, totals: Floats, size: int) -> None:
        """Add points of the same size.

        Parameters
        ----------
        totals
            Shape [C, M], M <= `MOST_POINTS`: y_m of each point, finite.
        size
            x_m, the same for all of them.

        Raises
        ------
        DataError
            A total is NaN or infinite.
        """
        if not np.isfinite(totals).all():
            got = str(totals[~np.isfinite(totals)][0])
            raise DataError(Problem(rule="totals must be finite numbers", got=got, code="A125"))
        for bits in np.unique(self.bits).tolist():  # what is whole has fewer digits
            columns = np.flatnonzero(self.bits == bits)
            digits = _digits(np.rint(totals[columns] * 2.0**bits))
            for i, digit in enumerate(digits):
                y = _whole(digit.sum(axis=-1)) << (_DIGIT * i)
                self.y[columns] += y
                self.xy[columns] += size * y
            for power, products in enumerate(_diagonals(digits)):
                self.yy[columns] += products.astype(object) << (_DIGIT * power)

    def merge(self, other: Sums) -> None:
        """Add the sums over other points."""
        for mine, others in ((self.y, other.y), (self.xy, other.xy), (self.yy, other.yy)):
            mine[:] += others

    def ratio(self, *, n_runs: int, n_points: int, squared_sizes: int) -> Ratio:
        """Return the means sum y / n with their cluster standard errors, as `clusters.ratio` defines them.

        sum (y - r x)^2 = sum y^2 - 2 r sum x y + r^2 sum x^2 with r = sum y / n: all in whole numbers, so
        nothing cancels; rounded once, at the end.

        Parameters
        ----------
        n_runs, n_points
            Number of runs n = sum x, >= 1, and of points.
        squared_sizes
            sum x^2.
        """
        n = n_runs
        spread = n * n * self.yy - 2 * n * self.y * self.xy + self.y * self.y * squared_sizes
        return ratio_of_squares(
            self._quotients(self.y, n, 1),
            self._quotients(spread, n * n, 2),
            n_clusters=n_points,
            weight=float(n),
        )

    def _quotients(self, numbers: Integers, divisor: int, power: int) -> Floats:
        """Return numbers in quanta (or squared ones) over a divisor, each rounded once."""
        shifts = (power * self.bits).tolist()
        found = [int(a) / (divisor << shift) for a, shift in zip(numbers.tolist(), shifts, strict=True)]
        return np.array(found, dtype=np.float64)

    def as_text(self) -> list[str]:
        """Return all sums in hexadecimal digits, for a digest."""
        return [f"{value:x}" for sums in (self.y, self.xy, self.yy) for value in sums.tolist()]


def quotients(numbers: Integers, divisor: int) -> Floats:
    """Return whole numbers over another one, each rounded once."""
    return np.array([int(number) / divisor for number in numbers.tolist()], dtype=np.float64)


def _digits(numbers: Floats) -> list[Floats]:
    """Return whole floats as digits to the base 2^20, the lowest first, with the sign of the number."""
    digits = []
    while numbers.any():
        higher = np.trunc(numbers * (1 / _BASE))
        digits.append(numbers - higher * _BASE)
        numbers = higher
    return digits


def _diagonals(digits: list[Floats]) -> list[NDArray[np.int64]]:
    """Return, for each power of the base, the sum over the points of the products that belong to it."""
    found: list[NDArray[np.int64]] = []
    for power in range(2 * len(digits) - 1):
        pairs = [(i, power - i) for i in range(len(digits)) if i <= power - i < len(digits)]
        parts = [np.vecdot(digits[i], digits[j]).astype(np.int64) * (1 + (i != j)) for i, j in pairs]
        found.append(np.sum(parts, axis=0))
    return found


def _whole(numbers: Floats) -> Integers:
    """Return whole floats below 2^53 as whole numbers of any length."""
    return numbers.astype(np.int64).astype(object)
