"""Conditions on runs, written as data: read once, then asked of any outcome table.

    {is: responded}                              a column of kind probability is true
    {time_within: [attribution_day, 180]}        it happened by that day ("horizon": at all)
    {time_before_end: [first_adopted_day, 90]}   it happened, and the run saw 90 more days
    {lag: {from: X, to: Y, low: 0, high: 30}}    both happened, Y that many calendar days after X
    {not: C}, {all: [C, ...]}, {any: [C, ...]}   of conditions

Nothing is evaluated as code. A lag counts calendar days (day 3.9 to day 4.1 is one), because the
historical rates come from dates; a bound left out is no bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenario.analysis.clusters import Hits
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Place:
    """Where in a file a piece of data stands, for messages."""

    file: str
    lines: Mapping[tuple[str | int, ...], int]
    path: tuple[str | int, ...] = ()

    def at(self, *keys: str | int) -> Place:
        """Return the place of a part."""
        return Place(self.file, self.lines, (*self.path, *keys))

    def error(self, rule: str, got: object, hint: str = "") -> DataError:
        """Return the error for this place: "<path> must ..."."""
        known = next(
            (self.lines[self.path[:k]] for k in range(len(self.path), 0, -1) if self.path[:k] in self.lines),
            0,
        )
        name = ".".join(str(key) for key in self.path)
        problem = Problem(
            rule=f"{name} {rule}", got=str(got), file=self.file, line=known, path=name, hint=hint, code="E140"
        )
        return DataError(problem)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition, ready to be asked.

    Parameters
    ----------
    columns
        Columns of the outcome table that it reads.
    days
        The longest fixed number of days that it needs a run to last.
    holds
        (outcomes, horizon in days) -> bool, shape [R].
    """

    columns: frozenset[str]
    days: float
    holds: Callable[[pd.DataFrame, float], Hits]


def calendar_lag(outcomes: pd.DataFrame, first: str, second: str) -> NDArray[np.float64]:
    """Return whole calendar days from one time column to another, shape [R]; NaN where one never came.

    Parameters
    ----------
    outcomes
        One row per run.
    first, second
        Names of time columns, in days from midnight of as_of.
    """
    return np.floor(_days(outcomes, second)) - np.floor(_days(outcomes, first))


def read_condition(data: object, place: Place) -> Condition:
    """Turn plain data into a condition.

    Parameters
    ----------
    data
        A mapping with exactly one of the keys of the module's table.
    place
        Where it stands.
    """
    if not isinstance(data, dict) or len(data) != 1 or next(iter(data)) not in _READERS:
        raise place.error(f"must hold exactly one of {', '.join(_READERS)}", data)
    ((key, value),) = data.items()
    return _READERS[key](value, place.at(key))


def _read_is(value: Any, place: Place) -> Condition:
    """Read `{is: column}`."""
    column = _name(value, place)
    return Condition(
        columns=frozenset({column}),
        days=0.0,
        holds=lambda outcomes, _horizon: outcomes[column].to_numpy(dtype=bool),
    )


def _read_within(value: Any, place: Place) -> Condition:
    """Read `{time_within: [column, days]}`."""
    column, bound = _pair(value, place)
    if bound == "horizon":
        return Condition(
            columns=frozenset({column}), days=0.0, holds=lambda outcomes, end: _days(outcomes, column) <= end
        )
    limit = number(bound, place.at(1))
    return Condition(
        columns=frozenset({column}), days=limit, holds=lambda outcomes, _end: _days(outcomes, column) <= limit
    )


def _read_before_end(value: Any, place: Place) -> Condition:
    """Read `{time_before_end: [column, days]}`."""
    column, bound = _pair(value, place)
    rest = number(bound, place.at(1))
    return Condition(
        columns=frozenset({column}),
        days=rest,
        holds=lambda outcomes, end: _days(outcomes, column) <= end - rest,
    )


def _read_lag(value: Any, place: Place) -> Condition:
    """Read `{lag: {from, to, low, high}}`."""
    if not isinstance(value, dict) or not {"from", "to"} <= set(value) <= {"from", "to", "low", "high"}:
        raise place.error("must hold from and to, and low or high", value)
    first, second = _name(value["from"], place.at("from")), _name(value["to"], place.at("to"))
    low, high = (
        number(value[key], place.at(key)) if key in value else default
        for key, default in (("low", -np.inf), ("high", np.inf))
    )

    def holds(outcomes: pd.DataFrame, _horizon: float) -> Hits:
        lag = calendar_lag(outcomes, first, second)
        return (lag >= low) & (lag <= high)

    return Condition(columns=frozenset({first, second}), days=0.0, holds=holds)


def _read_not(value: Any, place: Place) -> Condition:
    """Read `{not: condition}`."""
    inner = read_condition(value, place)
    return Condition(
        columns=inner.columns, days=inner.days, holds=lambda outcomes, end: ~inner.holds(outcomes, end)
    )


def _read_several(join: Callable[[list[Hits]], Hits]) -> Callable[[Any, Place], Condition]:
    """Return the reader of `{all: [...]}` or `{any: [...]}`."""

    def read(value: Any, place: Place) -> Condition:
        if not isinstance(value, list) or not value:
            raise place.error("must be a list of at least one condition", value)
        parts = [read_condition(part, place.at(i)) for i, part in enumerate(value)]
        return Condition(
            columns=frozenset().union(*(part.columns for part in parts)),
            days=max(part.days for part in parts),
            holds=lambda outcomes, end: join([part.holds(outcomes, end) for part in parts]),
        )

    return read


def number(value: object, place: Place) -> float:
    """Return a finite number from plain data, or refuse it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise place.error("must be a finite number", value)
    return float(value)


def _days(outcomes: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a time column; NaN compares false with every bound."""
    return outcomes[column].to_numpy(dtype=np.float64)


def _name(value: object, place: Place) -> str:
    """Return the name of a column, or refuse the value."""
    if not isinstance(value, str) or not value:
        raise place.error("must be the name of an outcome column", value)
    return value


def _pair(value: Any, place: Place) -> tuple[str, Any]:
    """Return a column and a bound, or refuse the value."""
    if not isinstance(value, list) or len(value) != 2:
        raise place.error("must be a list of a column and a number of days", value)
    return _name(value[0], place.at(0)), value[1]


_READERS: dict[str, Callable[[Any, Place], Condition]] = {
    "is": _read_is,
    "time_within": _read_within,
    "time_before_end": _read_before_end,
    "lag": _read_lag,
    "not": _read_not,
    "all": _read_several(np.logical_and.reduce),
    "any": _read_several(np.logical_or.reduce),
}
