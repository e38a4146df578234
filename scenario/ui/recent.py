"""What was used last, kept for all sessions: one bounded store for results, answers, pictures and reports."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Recent(Generic[Kept]):
    """At most `size` things by key; the one that was not used for longest goes. Nobody may change what it hands out.

    Parameters
    ----------
    size
        How many are kept, >= 1.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept under a key, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, one: Kept) -> None:
        """Keep something, in place of what had its key."""
        with self._lock:
            self._kept[key] = one
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def made(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what is kept under a key, or make and keep it; two threads at once may both make it."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def values(self) -> list[Kept]:
        """Return everything that is kept, the last used at the end."""
        with self._lock:
            return list(self._kept.values())

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
