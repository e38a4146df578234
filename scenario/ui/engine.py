"""The worker processes of the app: one set for all sessions, warmed up while the first page is drawn."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor

import streamlit as st

from scenario.experiment.run import worker_pool
from scenario.ui import settings


class Workers:
    """Processes for `scenario.run(pool=...)`, started and warmed up in the background.

    Nothing in it changes for the eye of a session but whether it is ready.
    """

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self._started, self._ready = threading.Event(), threading.Event()
        threading.Thread(target=self._start, name="warm-up", daemon=True).start()

    def _start(self) -> None:
        """Start the processes and let each of them run once."""
        pool = worker_pool()
        self.pool = pool
        self._started.set()
        n_workers = int(getattr(pool, "_max_workers", 2))
        for future in [pool.submit(warm_up) for _ in range(n_workers)]:
            future.exception()
        self._ready.set()

    @property
    def is_ready(self) -> bool:
        """Return whether every process has run once."""
        return self._ready.is_set()

    def wait(self) -> ProcessPoolExecutor | None:
        """Return the processes, which may still be warming up; None if there are none within a minute."""
        self._started.wait(60)
        return self.pool


def warm_up() -> int:
    """Import the engine and run once, in a worker process; return the number of runs that finished.

    The process gives way to the server from here on, so that pages stay quick during a long run.
    """
    from scenario.experiment.run import run
    from scenario.spec.load import load

    if hasattr(os, "nice"):
        os.nice(5)
    return run(load(settings.DEFAULT_CASE), 1, seed=settings.SEED, twins=False).n


@st.cache_resource(show_spinner=False)
def workers() -> Workers:
    """Return the processes that all sessions share."""
    return Workers()
