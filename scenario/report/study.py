"""What a report rests on: the runs of every variant, and the figures made from them, each when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scenario.experiment.run import Progress, Result
from scenario.report.drivers import drivers_of
from scenario.report.figures import HEADLINE, drawn
from scenario.report.request import Request
from scenario.report.sides import Sides, run_sides

if TYPE_CHECKING:
    from scenario.charts.data import FigureData
    from scenario.questions.answer import Answer


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """A request with its results.

    Parameters
    ----------
    request
        What was asked for.
    sides
        The runs.
    drivers
        The tornado of the headline outcome.
    """

    request: Request
    sides: Sides
    drivers: Answer

    @cached_property
    def figures(self) -> dict[str, list[FigureData]]:
        """Return the descriptions of the chosen figures, by the name of the choice."""
        return {name: figures_named(self.sides, name, drivers=self.drivers) for name in self.request.figures}


def figures_named(sides: Sides, name: str, *, drivers: Answer) -> list[FigureData]:
    """Return the figures of one name of `figures.CHOICES`."""
    return list(drivers.figures) if name == "drivers" else drawn(sides, name)


def study(
    request: Request,
    *,
    workers: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
    results: Mapping[str, Result] | None = None,
) -> Study:
    """Run what a report needs.

    Parameters
    ----------
    request
        Which report.
    workers, engine
        As in `scenario.run`; the numbers do not depend on them.
    progress
        Called with (runs done, runs in all), first over the variants, then over the tornado.
    results
        Hash -> result of scenarios that were run before with this size, this seed and twins.
    """
    sides = run_sides(
        request.scenarios,
        request.n,
        seed=request.seed,
        workers=workers,
        engine=engine,
        progress=progress,
        results=results,
    )
    drivers = drivers_of(sides, outcome=HEADLINE, workers=workers, engine=engine, progress=progress)
    return Study(request=request, sides=sides, drivers=drivers)
