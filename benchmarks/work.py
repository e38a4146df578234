"""The piece of work that every variant does: the same outer points of one case, the same number of replications.

Numbers are drawn and resolved before anything is timed, so that engines are compared and not tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import scenario
from scenario.engine.tables import Cast, Points, cast_of, draw_points, world_at
from scenario.spec.scenario import Scenario

CASE = "iran-russia-missiles-2024"


@dataclass(frozen=True, kw_only=True)
class Work:
    """Outer points x replications of one case.

    Parameters
    ----------
    scenario, points, cast, worlds
        The case, its drawn numbers, its fixed part, and the numbers of each outer point as a tree.
    n_points, n_replications
        How many of each, >= 1.
    seed
        Root seed.
    """

    scenario: Scenario
    points: Points
    cast: Cast
    worlds: tuple[Any, ...]
    n_points: int
    n_replications: int
    seed: int

    @property
    def n(self) -> int:
        """Return the number of runs."""
        return self.n_points * self.n_replications


def work(*, n_points: int, n_replications: int = 4, seed: int = 0, case: str = CASE, **load: Any) -> Work:
    """Prepare a piece of work; further keywords go to `scenario.load`.

    >>> work(n_points=2, n_replications=3).n
    6
    """
    loaded = scenario.load(case, **load)
    points = draw_points(loaded, seed=seed, n_points=n_points)
    return Work(
        scenario=loaded,
        points=points,
        cast=cast_of(loaded),
        worlds=tuple(world_at(points, m) for m in range(n_points)),
        n_points=n_points,
        n_replications=n_replications,
        seed=seed,
    )
