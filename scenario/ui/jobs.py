"""The long run: in a thread of its own, with progress and a cancellation that takes effect at once.

The thread never calls Streamlit. A cancelled job is dropped by the page immediately; its thread ends with
the chunk that is running.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scenario.experiment.run import Progress

LOGGER = logging.getLogger(__name__)

Work = Callable[[Progress], object]


class JobCancelledError(Exception):
    """Raised inside the work when nobody waits for it any more."""


class Turns:
    """Places for work of all sessions, given in the order in which they were asked for.

    Parameters
    ----------
    n
        How much work may go on at once, >= 1: the pages of the others stay quick.
    """

    def __init__(self, n: int) -> None:
        self._n = n
        self._come: list[object] = []
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, progress: Progress, total: int) -> Iterator[None]:
        """Wait for a place, and hold it while the block runs.

        Parameters
        ----------
        progress, total
            Told that nothing is done yet, ten times a second: who cancels ends the waiting.
        """
        ticket = object()
        with self._changed:
            self._come.append(ticket)
        try:
            while not self._is_served(ticket, seconds=0.1):
                progress(0, total)
            yield
        finally:
            with self._changed:
                self._come.remove(ticket)
                self._changed.notify_all()

    def _is_served(self, ticket: object, *, seconds: float) -> bool:
        """Return whether a ticket has a place, waiting so long for it."""
        with self._changed:
            return self._changed.wait_for(lambda: ticket in self._come[: self._n], seconds)


def now_and_then(progress: Progress, seconds: float) -> Progress:
    """Return a progress function that passes on at most one call in so many seconds, the first at once."""
    next_time = 0.0

    def noted(done: int, total: int) -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + seconds
            progress(done, total)

    return noted


class Job:
    """One piece of work in the background.

    Parameters
    ----------
    work
        Called with a progress function; keeps its result itself.
    key
        What the job is for: the page compares it with what is on the screen.
    """

    def __init__(self, work: Work, *, key: object) -> None:
        self.key = key
        self.done, self.total = 0, 0
        self.has_failed = False
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(work,), name="long-run", daemon=True)
        self._thread.start()

    def _work(self, work: Work) -> None:
        """Do the work and remember how it ended."""
        try:
            work(self._progress)
        except JobCancelledError:
            LOGGER.info("a long run was cancelled")
        except Exception:
            LOGGER.exception("a long run failed")
            self.has_failed = True

    def _progress(self, done: int, total: int) -> None:
        """Note the progress; end the work where it was cancelled."""
        if self._cancelled.is_set():
            raise JobCancelledError
        self.done, self.total = done, total

    @property
    def is_running(self) -> bool:
        """Return whether the work goes on."""
        return self._thread.is_alive() and not self._cancelled.is_set()

    @property
    def share(self) -> float:
        """Return the share that is done, 0 to 1."""
        return self.done / self.total if self.total else 0.0

    def cancel(self) -> None:
        """Stop waiting for the work; returns at once."""
        self._cancelled.set()

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, at most so many seconds."""
        self._thread.join(seconds)
