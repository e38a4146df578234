"""Memory that is used again: never while anything still looks at it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenario.experiment import buffers


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without buffers."""
    monkeypatch.setattr(buffers, "_BUFFERS", [])


def _place(table: np.ndarray) -> int:
    """Return where a table's first number lies."""
    return int(table.ctypes.data)


def test_a_copy_holds_what_was_copied_and_nothing_is_shared() -> None:
    """Same shape, same numbers, other memory."""
    table = np.arange(12.0).reshape(3, 4)
    found = buffers.copied(table)
    assert np.array_equal(found, table)
    found[:] = 0.0
    assert table.sum() == 66.0


def test_memory_that_nobody_looks_at_is_used_again() -> None:
    """A table that is gone leaves its memory to the next one of its size."""
    first = buffers.taken(1000)
    place = _place(first)
    del first
    assert _place(buffers.taken(1000)) == place


CUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "itself": lambda table: table,
    "a slice": lambda table: table[10:20],
    "a row of another shape": lambda table: table.reshape(10, 100)[3].T,
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_memory_that_something_looks_at_is_left_alone(cut: Callable[[np.ndarray], np.ndarray]) -> None:
    """Whatever was cut from a table keeps its memory from being given away."""
    table = buffers.taken(1000)
    place, part = _place(table), cut(table)
    del table
    assert _place(buffers.taken(1000)) != place
    del part
    assert _place(buffers.taken(1000)) == place


def test_no_more_than_the_bound_is_kept() -> None:
    """What is beyond the bound is forgotten, those in use too."""
    held = [buffers.taken(10) for _ in range(buffers.MAX_KEPT + 5)]
    assert len({_place(table) for table in held}) == len(held)
    assert len(buffers._BUFFERS) == buffers.MAX_KEPT


@pytest.mark.parametrize("places", [[], [1], [0, 2, 3], [0, 1, 2, 3]])
def test_rows_that_are_not_written_anew_are_copied(places: list[int]) -> None:
    """Whatever rows the caller will write, all others are those of the table."""
    table = np.arange(12.0).reshape(4, 3)
    found = buffers.copied_but(table, np.array(places, dtype=np.int64))
    kept = [row for row in range(4) if row not in places]
    assert np.array_equal(found[kept], table[kept])
    assert found.shape == table.shape
    assert _place(found) != _place(table)
