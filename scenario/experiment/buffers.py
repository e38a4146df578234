"""Large tables in memory that was used before: to touch fresh memory costs more than to fill it.

A table that is handed out is a view of a buffer kept here. While the table, or anything cut from it, is alive
it refers to its buffer; a buffer that nothing refers to but this list is free. Its memory is not given back.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = np.ndarray[Any, np.dtype[np.float64]]
MAX_KEPT = 96
"""Buffers kept; more than the three of each of all trails, and the one of each result, that the app keeps at once."""

_BUFFERS: list[Floats] = []
_LOCK = threading.Lock()


def copied(table: Floats) -> Floats:
    """Return a copy of a table, in memory that was used before where there is some.

    Parameters
    ----------
    table
        float64, of any shape.
    """
    found = taken(table.size).reshape(table.shape)
    np.copyto(found, table)
    return found


def copied_but(table: Floats, places: NDArray[np.int64]) -> Floats:
    """Return a copy of a table in which some rows have no meaning: those that the caller writes anew.

    Parameters
    ----------
    table
        float64[n, k].
    places
        Rows that need no copy. Where they are few, all are copied: one block is quicker than many rows.
    """
    if 2 * len(places) < len(table):
        return copied(table)
    found = taken(table.size).reshape(table.shape)
    is_kept = np.ones(len(table), dtype=bool)
    is_kept[places] = False
    kept = np.flatnonzero(is_kept)
    found[kept] = table[kept]
    return found


def taken(size: int) -> Floats:
    """Return a table float64[size] whose content has no meaning."""
    with _LOCK:
        for place in range(len(_BUFFERS)):
            if len(_BUFFERS[place]) == size and _is_free(place):
                return _BUFFERS[place][:]
        if len(_BUFFERS) == MAX_KEPT:
            _BUFFERS.pop(next((place for place in range(MAX_KEPT) if _is_free(place)), 0))
        _BUFFERS.append(np.empty(size))
        return _BUFFERS[-1][:]


def _is_free(place: int) -> bool:
    """Return whether nothing refers to a buffer but the list (and the call that asks)."""
    return sys.getrefcount(_BUFFERS[place]) <= _FREE


_BUFFERS.append(np.empty(0))
_FREE = sys.getrefcount(_BUFFERS[0])
_BUFFERS.clear()
