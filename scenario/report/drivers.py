"""What drives the difference between B and A: a small tornado over the numbers that go with it most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from scenario.analysis.paired import paired_values
from scenario.analysis.quantities import mean_values
from scenario.analysis.screening import strongest
from scenario.engine.tables import draw_points
from scenario.experiment.run import Progress
from scenario.experiment.shared import shared_numbers
from scenario.questions.answer import Answer
from scenario.questions.asking import ONE_POINT, asked_of, seen
from scenario.questions.drivers import tornado_of
from scenario.report.sides import Sides
from scenario.spec.scenario import Scenario

MOST_RUNS = 800
"""Runs at each end of each number, unless the report itself rests on fewer."""

MOST_NUMBERS = 8
"""Numbers that are moved: those that go with the outcome most in the runs of the report."""

LEAST_RUNS = 8
"""Fewer runs tell nothing about an end."""


def drivers_of(
    sides: Sides,
    *,
    outcome: str,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Answer:
    """Return the tornado of a report: B - A, or A alone where the two are the same scenario.

    Only numbers that stand in both with one distribution are moved, as `shared_numbers` finds them: the others are
    what B changes. Of those, the eight that go with the outcome most over the outer points of the report (by rank)
    are moved one at a time.

    Parameters
    ----------
    sides
        The results of the report; seed and number of runs follow from them.
    outcome
        The outcome that is asked about.
    workers, engine, progress
        As in `run_sweep`.
    """
    compared, n = _compared(sides.scenarios), _runs_at_end(sides.n)
    letters = list(compared)
    known = shared_numbers(compared).same
    paths = _picked(sides, list(known), outcome, is_difference=len(letters) > 1)
    plan = asked_of(
        {key: (sides.names[key], one) for key, one in compared.items()},
        "drivers",
        seed=sides.seed,
        replications=n,
        design=ONE_POINT,
        factors={path: {"own": True} for path in paths},
        outcomes=[outcome],
    )
    answer = tornado_of(seen(plan, workers=workers, engine=engine, progress=progress), outcome)
    context = replace(sides.context(*letters), n=int(answer.extra["n"]))
    return replace(
        answer,
        extra={**answer.extra, "n_known": len(known)},
        figures=tuple(replace(figure, context=context) for figure in answer.figures),
    )


def runs_of(scenarios: Mapping[str, Scenario], n: int) -> int:
    """Return how many runs the tornado of a report takes: the middle and both ends of every number, on each side.

    Parameters
    ----------
    scenarios, n
        Letter -> scenario of the report, and its runs of each.
    """
    compared = _compared(scenarios)
    n_numbers = min(MOST_NUMBERS, len(shared_numbers(compared).same))
    return (1 + 2 * n_numbers) * _runs_at_end(n) * len(compared)


def _compared(scenarios: Mapping[str, Scenario]) -> dict[str, Scenario]:
    """Return A and B, or A alone where the two are the same scenario."""
    letters = ["A"] if scenarios["A"].hash == scenarios["B"].hash else ["A", "B"]
    return {key: scenarios[key] for key in letters}


def _runs_at_end(n: int) -> int:
    """Return how many runs are made at each end of a number, in a report of n runs."""
    return max(LEAST_RUNS, min(MOST_RUNS, n))


def _picked(sides: Sides, paths: list[str], outcome: str, *, is_difference: bool) -> list[str]:
    """Return the paths whose draws go with the outcome, or with the difference in it, most."""
    declared, tables = sides.results["A"].declared[outcome], sides.tables
    a = tables["A"][outcome].to_numpy()
    values = (
        paired_values(a, tables["B"][outcome].to_numpy(), kind=declared.kind, horizon=sides.horizon)
        if is_difference
        else mean_values(a, kind=declared.kind, horizon=sides.horizon)
    )
    points, place = np.unique(tables["A"]["experiment"].to_numpy(), return_inverse=True)
    means = np.bincount(place, weights=values) / np.bincount(place)
    first = sides.scenarios["A"]
    drawn = draw_points(first, seed=sides.seed, n_points=int(points[-1]) + 1).values
    inherited = {first.declared_at.get(path, path): path for path in reversed(list(drawn))}
    columns = {path: np.asarray(drawn[inherited[path]])[points] for path in paths}
    return strongest(means, columns, most=MOST_NUMBERS)
