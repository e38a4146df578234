"""What the page Report hands out: previews, single figures, the bundle. Made in memory; no Streamlit here.

What was made last is kept, so that a second click or a redrawn page costs nothing; nothing is written to disk.
It is kept by everything that can be read in it, not by what decides the numbers alone: no session gets the words
of another.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from scenario.charts.data import FigureData
from scenario.experiment.run import Progress
from scenario.report.drivers import drivers_of, runs_of
from scenario.report.figures import HEADLINE, drawn
from scenario.report.request import Request
from scenario.report.sides import Sides, run_sides
from scenario.spec.scenario import Scenario
from scenario.ui import results, settings
from scenario.ui.engine import N_THREADS
from scenario.ui.recent import Recent
from scenario.ui.selection import Selection, identity
from scenario.ui.why_asked import PACE, Pace

BundleKey = tuple[str, tuple[tuple[str, str], ...]]

WORLDS = 3
"""Runs that a run with its twins takes: itself, with words only, and in silence."""

MAX_KEPT = 32
"""Previews and descriptions of figures that are kept; one takes about 0.3 MB."""

MAX_BUNDLES = 3
"""Bundles that are kept; one takes one to ten MB."""


MILLI = 1000
DRAWING = Pace(2.0 * MILLI)
"""Thousandths of a picture that are drawn in a second: two pictures, until this machine has shown its own pace."""

_FIGURES: Recent[list[FigureData]] = Recent(MAX_KEPT)
_PICTURES: Recent[bytes] = Recent(MAX_KEPT)
_BUNDLES: Recent[bytes] = Recent(MAX_BUNDLES)


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
    return _FIGURES.made(key, lambda: _figures(selection, name, n, progress))


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

    return _PICTURES.made((figure, kind, size), lambda: picture(figure, kind, size=size))


def figure_archive(figure: FigureData, kind: str, size: str) -> bytes:
    """Return one figure in one size and format with its numbers, as one archive."""
    from scenario.report.bundle import figure_files
    from scenario.report.pack import archive

    return archive(figure_files(figure, (size,), (kind,)))


def bundle_archive(request: Request, progress: Progress) -> bytes:
    """Return the whole report as one archive: the files that the shown command writes.

    Parameters
    ----------
    request
        Which report.
    progress
        Called with (runs done, runs in all), see `runs_of_bundle`; raising an exception ends the work, and
        nothing is kept.
    """
    return _BUNDLES.made(bundle_key(request), lambda: _bundle(request, progress))


def bundle_key(request: Request) -> BundleKey:
    """Return what a report is kept under: its command, and all that can be read of its scenarios."""
    return request.command, _identities(request.scenarios)


def kept_bundle(key: BundleKey) -> bytes | None:
    """Return the report kept under a key, or None."""
    return _BUNDLES.get(key)


def runs_of_bundle(request: Request) -> int:
    """Return how many runs a report still takes; one with its twins counts as three."""
    return _runs_of_sides(request) + runs_of(request.scenarios, request.n)


def seconds_of_bundle(request: Request) -> float:
    """Return how long a report takes at the pace that this machine has shown: its runs, then its pictures."""
    runs, pictures = runs_of_bundle(request), MILLI * _n_pictures(request)
    return PACE.seconds(runs) + DRAWING.seconds(pictures)


def _n_pictures(request: Request) -> int:
    """Return how many pictures a report holds, about: a choice of figures may hold several."""
    return len(request.figures) * len(request.sizes) * len(request.formats)


def _runs_of_sides(request: Request) -> int:
    """Return the runs of those sides that are not kept."""
    missing = {
        scenario.hash
        for scenario in request.scenarios.values()
        if results.STORE.get(results.key_of(scenario, request.n, twins=True)) is None
    }
    return WORLDS * request.n * len(missing)


def _bundle(request: Request, progress: Progress) -> bytes:
    """Run what is missing, learn how long that takes, draw and pack."""
    from scenario.report.bundle import bundle
    from scenario.report.pack import archive
    from scenario.report.study import study

    before, total = _runs_of_sides(request), runs_of_bundle(request)

    def of_sides(done: int, _: int) -> None:
        progress(min(WORLDS * done, before), total)

    def of_drivers(done: int, _: int) -> None:
        progress(min(before + done, total), total)

    found = results.run_all(list(request.scenarios.values()), request.n, twins=True, progress=of_sides)
    start = time.monotonic()  # what is kept of former runs says nothing of the pace: the drivers are all run
    whole = study(request, workers=N_THREADS, results=found, progress=of_drivers)
    PACE.learn(total - before, time.monotonic() - start)
    progress(total, total)
    start = time.monotonic()
    made = archive(bundle(whole))
    DRAWING.learn(MILLI * _n_pictures(request), time.monotonic() - start)
    progress(total, total)  # whoever cancelled meanwhile does not get it
    return made


def _identities(sides: Mapping[str, Scenario]) -> tuple[tuple[str, str], ...]:
    """Return letters and all that can be read of their scenarios."""
    return tuple((key, identity(scenario)) for key, scenario in sides.items())
