"""The worlds that every method of scenario discovery reads, and a box in them.

Here live tables as numbers and levels, and what a box holds. The methods live in `prim` and `cart`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats, Hits
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

Limits = tuple[float, float] | frozenset[Any]
"""What a box asks of one factor: (low, high), both inside and infinite where open, or the set it keeps."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One box.

    Parameters
    ----------
    limits
        Restricted factor -> (low, high) or the set of levels it keeps.
    mass
        Share of all runs (weights) that lie inside, 0 to 1.
    coverage
        Share of all cases that lie inside, 0 to 1; NaN where nothing ever happened.
    density
        Share of the runs inside in which it happened, 0 to 1; NaN for an empty box.
    n
        Number of worlds inside.
    """

    limits: dict[str, Limits]
    mass: float
    coverage: float
    density: float
    n: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Worlds:
    """M worlds: P factors as numbers, and how often the outcome happened.

    Parameters
    ----------
    columns
        Name -> shape [M]; for a factor with levels, the place of the level.
    levels
        Name -> its levels in order; empty for a number.
    whole
        Names of the factors that take whole numbers only.
    share, weight
        Shape [M] each: share of the replications in which it happened, and number of replications.
    """

    columns: dict[str, Floats]
    levels: dict[str, tuple[Any, ...]]
    whole: frozenset[str]
    share: Floats
    weight: Floats

    def rows(self, chosen: NDArray[Any]) -> Worlds:
        """Return the worlds at some places (again as often as named) or under a mask, shape [M]."""
        columns = {name: values[chosen] for name, values in self.columns.items()}
        return replace(self, columns=columns, share=self.share[chosen], weight=self.weight[chosen])

    def keeps(self, name: str, limit: Limits) -> Hits:
        """Return which worlds one limit keeps, shape [M]; refuse an unknown factor (A146)."""
        if name not in self.columns:
            got = f"{name!r}, the table has {', '.join(self.columns)}"
            raise DataError(Problem(rule="limits must name factors of the table", got=got, code="A146"))
        values = self.columns[name]
        if isinstance(limit, tuple):
            return (values >= limit[0]) & (values <= limit[1])
        kept = np.array([level in limit for level in self.levels[name]], dtype=bool)
        return np.asarray(kept[values.astype(np.intp)])

    def inside(self, limits: Mapping[str, Limits]) -> Hits:
        """Return which worlds lie in a box, shape [M]; no limits hold every world."""
        held = np.ones(len(self.share), dtype=bool)
        for name, limit in limits.items():
            held &= self.keeps(name, limit)
        return held

    def runs_and_hits(self, held: Hits) -> tuple[float, float]:
        """Return the number of runs in some worlds, and of those in which it happened."""
        return float(self.weight[held].sum()), float((self.share[held] * self.weight[held]).sum())

    def measure(self, limits: Mapping[str, Limits]) -> Step:
        """Return mass, coverage and density of a box."""
        held = self.inside(limits)
        runs, hits = self.runs_and_hits(held)
        all_runs, all_hits = self.runs_and_hits(np.ones_like(held))
        return Step(
            limits=dict(limits),
            mass=runs / all_runs,
            coverage=hits / all_hits if all_hits > 0 else math.nan,
            density=hits / runs if runs > 0 else math.nan,
            n=int(held.sum()),
        )


def read_worlds(x: pd.DataFrame, happened: ArrayLike, *, weights: ArrayLike | None = None) -> Worlds:
    """Read worlds, with parameters and errors as in `prim.prim`: a factor that is no number becomes a set of levels."""
    names = [str(name) for name in x.columns]
    if not len(x) or not names or len(set(names)) < len(names):
        got = f"{len(x)} rows, columns {', '.join(names) or 'none'}"
        rule = "x must have at least one world and one factor, each factor named once"
        raise DataError(Problem(rule=rule, got=got, code="A140"))
    share = np.asarray(happened, dtype=np.float64)
    weight = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    if share.shape != (len(x),) or weight.shape != (len(x),):
        got = f"shapes {share.shape} and {weight.shape} for {len(x)} worlds"
        rule = "happened and weights must have one value per world"
        raise DataError(Problem(rule=rule, got=got, code="A142"))
    _require((share >= 0) & (share <= 1), share, rule="happened must be shares within 0 and 1", code="A143")
    _require((weight > 0) & (weight < np.inf), weight, rule="weights must be finite numbers > 0", code="A144")
    read = {name: _read_factor(name, x.iloc[:, place]) for place, name in enumerate(names)}
    return Worlds(
        columns={name: column for name, (column, _, _) in read.items()},
        levels={name: levels for name, (_, levels, _) in read.items()},
        whole=frozenset(name for name, (*_, is_whole) in read.items() if is_whole),
        share=share,
        weight=weight,
    )


def _require(valid: Hits, values: Any, *, rule: str, code: str) -> None:
    """Refuse a column with the first value that breaks its rule."""
    if not valid.all():
        row = int(np.flatnonzero(~valid)[0])
        raise DataError(Problem(rule=rule, got=f"{values[row]} in row {row}", code=code))


def _read_factor(name: str, column: pd.Series[Any]) -> tuple[Floats, tuple[Any, ...], bool]:
    """Return a column as numbers, its levels, and whether it takes whole numbers only."""
    import pandas as pd
    from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

    valid, values = column.notna().to_numpy(dtype=bool), column.to_numpy(dtype=object)
    rule = f"factor {name} must have a value in every world, numbers finite"
    _require(valid, values, rule=rule, code="A141")
    if is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64)
        _require(np.isfinite(numbers), numbers, rule=rule, code="A141")
        return numbers, (), bool(is_integer_dtype(column.dtype))
    levels = pd.Categorical(column).remove_unused_categories()
    return levels.codes.astype(np.float64), tuple(levels.categories.tolist()), False
