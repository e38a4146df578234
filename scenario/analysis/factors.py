"""The columns of a design: names, ranges and categories, and the checks that every sensitivity measure shares.

What does not live here: how a design is drawn (that is `experiment`), and the measures themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats
from scenario.errors import DataError, Problem

_SLACK = 1e-9
"""How far, as a share of the range, rounding may carry a value outside it."""

_FLAT = 1e-12
"""A spread up to this share of the largest value is rounding, not variance."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Factors:
    """The columns of a design matrix.

    Parameters
    ----------
    names
        D >= 1 different names, in the order of the columns.
    low, high
        Shape [D], ends of each range in the factor's unit, low < high; minus and plus infinity for a
        factor without ends. A categorical factor has 0 and its number of levels minus 1.
    categories
        Name -> number of levels (>= 2) of each categorical factor; its column holds 0, 1, .., levels - 1.

    Example
    -------
    >>> factors = Factors(names=("delay", "path"), low=[0.0, 0], high=[9.0, 2], categories={"path": 3})
    >>> factors.is_categorical.tolist()
    [False, True]
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats
    categories: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", checked_names(self.names))
        object.__setattr__(self, "categories", MappingProxyType(dict(self.categories)))
        for side in ("low", "high"):
            ends = np.array(getattr(self, side), dtype=np.float64)
            ends.flags.writeable = False
            object.__setattr__(self, side, ends)
        self._check_ranges()
        self._check_categories()

    @property
    def is_categorical(self) -> NDArray[np.bool_]:
        """Whether each column holds levels, shape [D]."""
        return np.array([name in self.categories for name in self.names], dtype=bool)

    def design(self, x: ArrayLike) -> Floats:
        """Return a design matrix as floats, shape [M, D], after checking it against the columns.

        Parameters
        ----------
        x
            Shape [M, D], M >= 1, finite, inside the ranges; whole numbers in a categorical column.
        """
        table = np.asarray(x, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(self.names) or len(table) == 0:
            rule = f"x must have one row per point and {len(self.names)} columns"
            raise DataError(Problem(rule=rule, got=f"shape {table.shape}", code="A131"))
        if not np.isfinite(table).all():
            row, column = (int(place) for place in np.argwhere(~np.isfinite(table))[0])
            got = f"{table[row, column]} for {self.names[column]} in row {row}"
            raise DataError(Problem(rule="x must hold finite numbers", got=got, code="A132"))
        self._check_values(table)
        return table

    def _check_values(self, table: Floats) -> None:
        """Refuse a value outside its range, and a level that is no whole number."""
        span = self.high - self.low
        slack = np.where(np.isfinite(span), span, 0.0) * _SLACK
        wrong = (table < self.low - slack) | (table > self.high + slack)
        wrong |= self.is_categorical & (table != np.round(table))
        if wrong.any():
            row, column = (int(place) for place in np.argwhere(wrong)[0])
            name = self.names[column]
            what = "a level, a whole number" if name in self.categories else "a number"
            rule = f"{name} must be {what} from {self.low[column]:g} to {self.high[column]:g}"
            got = f"{table[row, column]:g} in row {row}"
            raise DataError(Problem(rule=rule, got=got, hint="are the columns in order?", code="A133"))

    def _check_ranges(self) -> None:
        """Refuse ends that do not fit the names or each other."""
        shape = (len(self.names),)
        if self.low.shape != shape or self.high.shape != shape:
            got = f"shapes {self.low.shape} and {self.high.shape}"
            rule = f"low and high must have one number for each of {len(self.names)} factors"
            raise DataError(Problem(rule=rule, got=got, code="A130"))
        wrong = ~(self.low < self.high)
        if wrong.any():
            place = int(np.flatnonzero(wrong)[0])
            rule = f"{self.names[place]} must have low < high"
            got = f"{self.low[place]:g} and {self.high[place]:g}"
            raise DataError(Problem(rule=rule, got=got, hint="leave out a fixed factor", code="A130"))

    def _check_categories(self) -> None:
        """Refuse categories of no factor, or with levels that are not 0 to k - 1."""
        for name, n_levels in self.categories.items():
            if name not in self.names:
                rule = f"categories must name factors: {', '.join(self.names)}"
                raise DataError(Problem(rule=rule, got=name, code="A130"))
            place = self.names.index(name)
            if n_levels < 2 or (self.low[place], self.high[place]) != (0, n_levels - 1):
                rule = f"{name} must have at least 2 levels, low 0 and high = levels - 1"
                got = f"{n_levels} levels, {self.low[place]:g} and {self.high[place]:g}"
                raise DataError(Problem(rule=rule, got=got, code="A130"))


def checked_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of factors as a tuple; refuse none at all and the same name twice."""
    listed = tuple(names)
    if not listed or len(set(listed)) < len(listed):
        rule = "names must be different, at least one"
        raise DataError(Problem(rule=rule, got=", ".join(listed) or "none", code="A130"))
    return listed


def outputs(y: ArrayLike, *, n_points: int) -> Floats:
    """Return one outcome of every point as floats, shape [M, K].

    Parameters
    ----------
    y
        Shape [M], or [M, K] for K replications of each point; finite, and not the same number throughout.
    n_points
        M, the number of rows of the design.
    """
    table = np.asarray(y, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != n_points or table.shape[1] == 0:
        rule = f"y must have one row for each of {n_points} points, with one column per replication"
        raise DataError(Problem(rule=rule, got=f"shape {np.shape(y)}", code="A134"))
    check_varies(table, name="y")
    return table


def check_varies(values: Floats, *, name: str) -> None:
    """Refuse values with NaN or infinity, and values without any variance.

    Parameters
    ----------
    values
        Any shape.
    name
        What the message calls them.
    """
    if not np.isfinite(values).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise DataError(
            Problem(
                rule=f"{name} must hold finite numbers",
                got=f"{values[place]} at {', '.join(map(str, place))}",
                hint="turn never into a number of days first: min(T, horizon)",
                code="A135",
            )
        )
    if np.ptp(values) <= _FLAT * np.abs(values).max():
        got = f"{values.flat[0]:g} everywhere"
        hint = "an outcome that never changes has no drivers"
        raise DataError(Problem(rule=f"{name} must vary", got=got, hint=hint, code="A136"))


def check_settings(*, seed: object, level: float) -> None:
    """Refuse a seed that is no whole number >= 0, and a level outside (0, 1)."""
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise DataError(Problem(rule="seed must be a whole number >= 0", got=repr(seed), code="A138"))
    if not 0 < level < 1:
        raise DataError(Problem(rule="level must lie between 0 and 1", got=str(level), code="A138"))
