"""Sweeps over scenarios that are in memory: with levers moved, evidence left out, or uploaded. No Streamlit here.

A sweep file names scenarios; here they are given, so that what is asked on the screen is what is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario.experiment.run import Progress
from scenario.spec.scenario import Scenario
from scenario.ui import settings
from scenario.ui.engine import N_THREADS
from scenario.ui.levers import derivation_of

if TYPE_CHECKING:
    from scenario.experiment.plan import Plan
    from scenario.experiment.sweep_view import SweepView

Policies = Mapping[str, tuple[str, Scenario]]
"""Name -> title and scenario; the first one is the baseline."""

CHUNK_RUNS = 2000
"""Runs between two looks at whether somebody cancelled."""


def plan_with(policies: Policies, **told: Any) -> Plan:
    """Return a plan that runs the given scenarios as policies.

    Parameters
    ----------
    policies
        See `Policies`.
    told
        The rest of a sweep file: design, factors, replications, outcomes, others, luck.

    Raises
    ------
    SpecError
        As `plan_of` does.
    """
    import numpy as np

    from scenario.experiment.design import design_of
    from scenario.experiment.factors import factors_of
    from scenario.experiment.plan import Plan
    from scenario.spec.outcomes import outcomes_of
    from scenario.spec.sweep import check_together, sweep_of

    first = next(iter(policies.values()))[1]
    head = {"name": "asked", "title": "Asked in the app", "scenario": first.spec.name, "seed": settings.SEED}
    titles = {name: {"title": title[:80]} for name, (title, _) in policies.items()}
    spec = sweep_of(head | told | {"policies": titles}, name="the question")
    check_together(spec)
    design = design_of(spec, factors_of(spec, first), first, Path())
    scenarios = tuple(scenario for _, scenario in policies.values())
    declared = outcomes_of(first.spec, twins=False)
    return Plan(
        spec=spec,
        design=design,
        scenarios=scenarios,
        group=np.repeat(np.arange(len(scenarios)), design.n),
        declared={name: declared[name] for name in spec.outcomes} or declared,
        per_chunk=max(1, -(-CHUNK_RUNS // spec.replications)),
    )


def run_plan(plan: Plan, progress: Progress) -> SweepView:
    """Run a plan in memory on all threads.

    Parameters
    ----------
    plan, progress
        As in `experiment.sweep`.
    """
    from scenario.experiment.sweep import run_sweep
    from scenario.experiment.sweep_view import view_of_run

    return view_of_run(*run_sweep(plan, workers=N_THREADS, progress=progress))


def shared_numbers(scenarios: Mapping[str, Scenario]) -> tuple[list[str], list[str]]:
    """Return the numbers that can be moved alike in all scenarios, and those in which the scenarios differ.

    Parameters
    ----------
    scenarios
        As in `experiment.shared.shared_numbers`; what was derived for the page is not derived again.
    """
    from scenario.experiment import shared

    found = shared.shared_numbers(scenarios, derivation=derivation_of)
    return list(found.same), list(found.differing)
