"""How long the first page takes to follow a lever: the app as its own test harness runs it, without a browser."""

from __future__ import annotations

import logging
import statistics
import time
from dataclasses import dataclass

from benchmarks.measure import PROJECT, Progress

LEVERS: dict[str, tuple[float, ...]] = {
    "How long Washington waits": (10, 11, 12, 13, 14, 15),
    "Belief needed to attribute": (0.85, 0.86, 0.87, 0.88, 0.89),
    "US package prepared": (0.5, 0.55, 0.6, 0.65),
    "Relief for verified restraint": (0.5, 0.55, 0.6, 0.65),
    "Hold before any response": (10, 11, 12, 13, 14),
}
"""Part of a lever's label, and the values it is moved to: the first move is not counted."""


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Milliseconds from a moved lever to the finished page, one value per move after the first."""

    lever: str
    n_pairs: int
    milliseconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the median."""
        return statistics.median(self.milliseconds)


def measure_page(progress: Progress = lambda _: None) -> list[Moves]:
    """Move every lever of the base case step by step and time the page."""
    from streamlit.testing.v1 import AppTest

    from scenario.ui import settings

    logging.getLogger("streamlit").setLevel(logging.ERROR)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=300).run()
    found = []
    for label, values in LEVERS.items():
        times = [_move(app, label, value) for value in values]
        found.append(Moves(lever=label, n_pairs=settings.FEW, milliseconds=tuple(times[1:])))
        progress(f"{label}: {found[-1].median:.0f} ms")
    return found


def _move(app: object, label: str, value: float) -> float:
    """Move a lever and return how long the page took."""
    slider = next(s for s in app.slider if label in s.label)  # type: ignore[attr-defined]
    slider.set_value(type(slider.value)(value))
    start = time.perf_counter()
    app.run()  # type: ignore[attr-defined]
    return 1000.0 * (time.perf_counter() - start)
