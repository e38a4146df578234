"""The engine of the app: made ready in the background while the first page is drawn; threads for every run."""

from __future__ import annotations

import gc
import logging
import os
import threading

import streamlit as st

from scenario.ui import settings

LOGGER = logging.getLogger(__name__)

GC_THRESHOLDS = (20_000, 20, 50)
"""New objects until the youngest, and collections until the next older ones are looked through: a page makes some
100,000 objects, nearly all of which go without a collector's help."""

N_THREADS = os.cpu_count() or 1


class Preparation:
    """Loads the fast engine, or compiles it once, and runs it once, in a thread of its own.

    Nothing in it changes for the eye of a session but whether it is ready.
    """

    def __init__(self) -> None:
        self._ready = threading.Event()
        threading.Thread(target=self._prepare, name="warm-up", daemon=True).start()

    def _prepare(self) -> None:
        """Run once; what goes wrong here shows again, and is reported, where somebody asks for numbers."""
        from scenario.experiment.run import run
        from scenario.spec.load import load

        try:
            run(load(settings.DEFAULT_CASE), 1, seed=settings.SEED, twins=False)
        except Exception:
            LOGGER.exception("the engine could not be made ready")
        # What is loaded by now stays for good: a full collection would halt a page for more than 100 ms over it.
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self._ready.set()

    @property
    def is_ready(self) -> bool:
        """Return whether the engine has run once."""
        return self._ready.is_set()


@st.cache_resource(show_spinner=False)
def preparation() -> Preparation:
    """Return the preparation that all sessions share."""
    return Preparation()
