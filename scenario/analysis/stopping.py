"""When to stop: a rule that looks at runs batch by batch and ends once an interval is as short as wanted.

How many runs a pilot says are needed lives in `needed`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Ratio, score_interval, t_quantile
from scenario.analysis.paired import FEW
from scenario.analysis.precision import check_half_width, check_kind, checked
from scenario.errors import DataError, Problem


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """A rule that says after every batch of runs whether to go on.

    It stops at the first look with M >= `least_points` and t(M - 1) sqrt(S^2 / M + 2 L^2 / M^2) <= h, S^2 the
    variance of the means of outer points, L the largest possible deviation. Without the second term, as Chow
    and Robbins 1965 (Annals of Mathematical Statistics 36(2), eq. 3) have it with 1 / M in place of
    2 L^2 / M, rare things stop it before they are seen: the interval then covers 20 % in place of 95. Two
    pseudo-observations at each end are what Agresti and Coull 1998 add. `tests/proof/test_policies.py`
    shows 95 -/+ 2 %.

    Parameters
    ----------
    half_width
        Wanted half-width h > 0.
    kind
        "share" (default), "mean" or "difference".
    largest
        Largest possible |value| of a mean or |b - a| of a difference, > 0: 1 for things that happen or not,
        the horizon for times. None: not known; then 30 points other than 0 must have been seen, and for
        very skewed values (a lognormal with sigma 1) the interval covers about 90 %. A share has 1.
    least_points, most_points
        Fewest points (>= 2, default 30) before it may stop, and the number at which it stops in any case.
    n_points, n_per_point, n_differ, start, total, squares
        What it has seen; left out by the caller. Points, replications of each, points other than 0, the
        first point's mean, sums of the others' deviations from it and of their squares.
    """

    half_width: float
    kind: str = "share"
    largest: float | None = None
    least_points: int = 30
    most_points: int | None = None
    n_points: int = 0
    n_per_point: int = 0
    n_differ: int = 0
    start: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def __post_init__(self) -> None:
        check_half_width(self.half_width)
        check_kind(self.kind)
        if self.largest is not None and not 0 < self.largest < math.inf:
            got = str(self.largest)
            raise DataError(Problem(rule="largest must be a finite number > 0", got=got, code="A158"))
        if self.least_points < 2:
            got = str(self.least_points)
            raise DataError(Problem(rule="least_points must be at least 2", got=got, code="A158"))

    def add(self, batch: ArrayLike) -> Stopping:
        """Return the rule after a batch of new outer points.

        Parameters
        ----------
        batch
            Shape [M], or [M, K] with K replications per point, the same K in every batch; finite. Leave out
            points that lost a run.
        """
        table = np.asarray(batch, dtype=np.float64)
        table = table[:, None] if table.ndim == 1 else table
        if table.ndim != 2 or table.size == 0 or self.n_per_point not in (0, table.shape[1]):
            got = f"shape {table.shape} after {self.n_per_point} replications per point"
            raise DataError(Problem(rule="a batch must have the shape [M, K], one K", got=got, code="A158"))
        checked(table.ravel(), self.kind)
        means = table.mean(axis=1)
        start = self.start if self.n_points else float(means[0])
        return replace(
            self,
            n_points=self.n_points + len(means),
            n_per_point=table.shape[1],
            n_differ=self.n_differ + int(np.count_nonzero(means)),
            start=start,
            total=self.total + float((means - start).sum()),
            squares=self.squares + float(((means - start) ** 2).sum()),
        )

    @property
    def estimate(self) -> float:
        """Mean of all runs; NaN before the first batch."""
        return self.start + self.total / self.n_points if self.n_points else float("nan")

    @property
    def half(self) -> float:
        """Half-width reached, with the second term of the rule; infinite below two points."""
        if self.n_points < 2:
            return math.inf
        return half_of(self._error(), self._largest(), self.n_points)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval: Wilson's with the effective number of runs for a share, else Student's.

        Where fewer than 30 points differ from 0 it takes in the second term of the rule as well.
        """
        if self.n_points < 2:
            return -math.inf, math.inf
        if self.kind != "share":
            is_few = self.n_differ < FEW
            half = self.half if is_few else t_quantile(self.n_points) * self._error()
            return self.estimate - half, self.estimate + half
        found = Ratio(
            estimate=np.asarray(self.estimate),
            error=np.asarray(self._error()),
            n_clusters=self.n_points,
            weight=float(self.n_points * self.n_per_point),
        )
        low, high = score_interval(found)
        return float(low), float(high)

    @property
    def is_reached(self) -> bool:
        """Whether the wanted half-width is reached."""
        is_seen = self._largest() > 0 or self.n_differ >= FEW
        return self.n_points >= self.least_points and is_seen and self.half <= self.half_width

    @property
    def decision(self) -> str:
        """Return "stop" where the half-width or the last point is reached, else "continue"."""
        is_last = self.most_points is not None and self.n_points >= self.most_points
        return "stop" if self.is_reached or is_last else "continue"

    def _largest(self) -> float:
        """Return the largest possible deviation; 0 where it is not known."""
        return 1.0 if self.kind == "share" else self.largest or 0.0

    def _error(self) -> float:
        """Return the standard error of the mean of the points."""
        m = self.n_points
        return math.sqrt(max(self.squares - self.total**2 / m, 0.0) / (m - 1) / m)


def half_of(error: float, largest: float, n_points: int) -> float:
    """Return t(M - 1) sqrt(e^2 + 2 L^2 / M^2): the half-width that the rule goes by.

    Parameters
    ----------
    error
        Standard error e of the mean of the points, >= 0.
    largest
        Largest possible deviation L; 0 where it is not known.
    n_points
        Number of points M, >= 2.
    """
    return t_quantile(n_points) * math.sqrt(error**2 + 2 * (largest / n_points) ** 2)
