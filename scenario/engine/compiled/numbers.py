"""From the samples of a scenario's numbers to one row of floats per outer point: a sweep is a table of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scenario.engine.compiled import records
from scenario.spec.schema import ScenarioSpec

Floats = np.ndarray[Any, np.dtype[np.float64]]


class Columns:
    """Where each number of a scenario stands in a row.

    Parameters
    ----------
    spec
        The scenario: how many of each thing there are, and which optional numbers are given.

    Attributes
    ----------
    starts
        Section or table of pairs -> its first column.
    n
        Columns of a row.
    """

    def __init__(self, spec: ScenarioSpec) -> None:
        self._spec = spec
        self.starts: dict[str, int] = {}
        self.n = 0
        for section in records.ONE:
            self._add(section, len(records.NUMBERS[section].names or ()))
        for section in records.MANY:
            self._add(section, len(records.NUMBERS[section].names or ()) * len(getattr(spec, section)))
        for table, (first, second) in records.PAIR_NUMBERS.items():
            self._add(table, len(getattr(spec, first)) * len(getattr(spec, second)))

    def _add(self, name: str, n_columns: int) -> None:
        """Reserve columns."""
        self.starts[name] = self.n
        self.n += n_columns

    def column(self, path: str) -> int:
        """Return the column of the number at a dotted path."""
        section, *rest = path.split(".")
        if section in records.ONE:
            return self.starts[section] + _place(section, rest)
        name, *below = rest
        if below[0] in records.PAIR_NUMBERS:
            return self._pair(below[0], name, below[1])
        width = len(records.NUMBERS[section].names or ())
        number = list(getattr(self._spec, section)).index(name)
        return self.starts[section] + number * width + _place(section, below)

    def _pair(self, table: str, name: str, other: str) -> int:
        """Return the column of a number of a pair of names."""
        first, second = (list(getattr(self._spec, section)) for section in records.PAIR_NUMBERS[table])
        return self.starts[table] + first.index(name) * len(second) + second.index(other)

    def rows(self, values: Mapping[str, Floats], n_points: int) -> Floats:
        """Return the numbers of all outer points.

        Parameters
        ----------
        values
            Dotted path -> float64[M].
        n_points
            M.

        Returns
        -------
        float64[M, n]; 0 where an optional number is left out.
        """
        table = np.zeros((self.n, n_points))
        for path, samples in values.items():
            table[self.column(path)] = samples
        return np.ascontiguousarray(table.T)

    def row_of(self, world: Any, paths: list[str]) -> Floats:
        """Return the numbers of a world tree as one row, float64[1, n]."""
        return self.rows({path: np.array([_value(world, path)]) for path in paths}, 1)


def _place(section: str, parts: list[str]) -> int:
    """Return the place of a number in the record of its section."""
    return (records.NUMBERS[section].names or ()).index("_".join(parts))


def _value(world: Any, path: str) -> float:
    """Return the number at a dotted path of a world tree."""
    for part in path.split("."):
        if isinstance(world, dict):
            world = world[part]
        else:
            world = world[int(part)] if isinstance(world, tuple) else getattr(world, part)
    return float(world)
