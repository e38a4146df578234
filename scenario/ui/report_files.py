"""What the page Report hands out: previews, single figures, the bundle. Made in memory; no Streamlit here.

What was made last is kept, so that a second click or a redrawn page costs nothing; nothing is written to disk.
It is kept by everything that can be read in it, not by what decides the numbers alone: no session gets the words
of another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from importlib.util import find_spec
from typing import TypeVar, cast

from scenario.charts.data import FigureData
from scenario.experiment.run import Progress
from scenario.report.drivers import drivers_of
from scenario.report.figures import HEADLINE, drawn
from scenario.report.request import Request
from scenario.report.sides import Sides, run_sides
from scenario.spec.scenario import Scenario
from scenario.ui import results, settings
from scenario.ui.engine import N_THREADS
from scenario.ui.selection import Selection, identity

Made = TypeVar("Made")

MAX_KEPT = 32
"""Previews and descriptions of figures that are kept; one takes about 0.3 MB."""

MAX_BUNDLES = 3
"""Bundles that are kept; one takes one to ten MB."""


class Kept:
    """What was made last, by what it was made from.

    Parameters
    ----------
    size
        How much is kept; what was not used for longest goes.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._made: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, or make it."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return cast(Made, self._made[key])
        found = make()
        with self._lock:
            self._made[key] = found
            while len(self._made) > self._size:
                self._made.popitem(last=False)
        return found


_FIGURES, _PICTURES, _BUNDLES = Kept(MAX_KEPT), Kept(MAX_KEPT), Kept(MAX_BUNDLES)


def request_of(
    selection: Selection,
    *,
    n: int,
    figures: Sequence[str],
    sizes: Sequence[str],
    formats: Sequence[str],
    office: bool,
    stress: bool,
) -> Request:
    """Return the report that is chosen on the page; names in any order."""
    from scenario.charts.export import FORMATS
    from scenario.charts.style import SIZES
    from scenario.report.figures import CHOICES
    from scenario.report.request import chosen

    return Request(
        scenarios=dict(selection.sides),
        n=n,
        seed=settings.SEED,
        figures=chosen(figures, CHOICES, option="figures"),
        sizes=chosen(sizes, SIZES, option="sizes"),
        formats=chosen(formats, FORMATS, option="formats"),
        office=office,
        stress=stress,
    )


def can_write_office() -> bool:
    """Return whether the extra `office` is installed."""
    return all(find_spec(name) is not None for name in ("docx", "pptx"))


def figures_at(selection: Selection, name: str, *, n: int, progress: Progress) -> list[FigureData]:
    """Return the figures of one name of `report.figures.CHOICES`, those that the bundle holds.

    Parameters
    ----------
    selection, n
        What is compared, and how many runs of each variant.
    name
        Of the figure.
    progress
        Called with (runs done, runs in all) where runs are missing; raising an exception ends them.
    """
    key = (_identities(selection.sides), n, name)
    return _FIGURES.get(key, lambda: _figures(selection, name, n, progress))


def _figures(selection: Selection, name: str, n: int, progress: Progress) -> list[FigureData]:
    """Make the figures; only the flow needs the twins."""
    sides = _sides(selection, n, twins=name == "flow", progress=progress)
    if name == "drivers":
        return list(drivers_of(sides, outcome=HEADLINE, workers=N_THREADS, progress=progress).figures)
    return drawn(sides, name)


def _sides(selection: Selection, n: int, *, twins: bool, progress: Progress) -> Sides:
    """Return the runs of every side, those that are kept not run again."""
    found = results.run_all(list(selection.sides.values()), n, twins=twins, progress=progress)
    return run_sides(selection.sides, n, seed=settings.SEED, results=found)


def picture_of(figure: FigureData, kind: str, size: str) -> bytes:
    """Return a figure as the bytes of a file; kept for this very description, not for one that is like it."""
    from scenario.charts.export import picture

    return _PICTURES.get((figure, kind, size), lambda: picture(figure, kind, size=size))


def figure_archive(figure: FigureData, kind: str, size: str) -> bytes:
    """Return one figure in one size and format with its numbers, as one archive."""
    from scenario.report.bundle import figure_files
    from scenario.report.pack import archive

    return archive(figure_files(figure, (size,), (kind,)))


def bundle_archive(request: Request) -> bytes:
    """Return the whole report as one archive: the files that the shown command writes.

    Parameters
    ----------
    request
        Which report.
    """
    key = (request.command, _identities(request.scenarios))
    return _BUNDLES.get(key, lambda: _bundle(request))


def _bundle(request: Request) -> bytes:
    """Run what is missing, and pack."""
    from scenario.report.bundle import bundle
    from scenario.report.pack import archive
    from scenario.report.study import study

    found = results.run_all(list(request.scenarios.values()), request.n, twins=True, progress=_quiet)
    return archive(bundle(study(request, workers=N_THREADS, results=found)))


def _quiet(_done: int, _total: int) -> None:
    """Say nothing of the progress: a download has no place for it."""


def _identities(sides: Mapping[str, Scenario]) -> tuple[tuple[str, str], ...]:
    """Return letters and all that can be read of their scenarios."""
    return tuple((key, identity(scenario)) for key, scenario in sides.items())
