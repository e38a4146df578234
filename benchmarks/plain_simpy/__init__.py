"""The same model as a plain SimPy program: what an analyst would write without this project.

One `random.Random` gives the next number to whoever asks; no event log, no shared luck, no twins. Numbers
come from `scenario.engine.tables`, formulas are written out with `math`. Nothing of the engines is used.
"""

from __future__ import annotations

from typing import Any

from benchmarks.plain_simpy.chance import Chance
from benchmarks.plain_simpy.model import Model
from scenario.engine.tables import Cast

Outcomes = dict[str, float]
"""The main outcomes of one run, named as the project names them; NaN in a time means never."""


def simulate(cast: Cast, world: Any, chance: Chance) -> Outcomes:
    """Run once and return the main outcomes.

    Parameters
    ----------
    cast, world
        `tables.cast_of(scenario)` and `tables.world_at(points, m)`.
    chance
        The generator; consecutive runs go on where the last one stopped.
    """
    model = Model(cast, world, chance)
    model.run()
    return model.outcomes()


__all__ = ["Chance", "Outcomes", "simulate"]
