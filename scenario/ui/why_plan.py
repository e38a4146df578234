"""Sweeps over scenarios that are in memory: with levers moved, evidence left out, or uploaded. No Streamlit here.

A sweep file names scenarios; here they are given, so that what is asked on the screen is what is run.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def plan_with(policies: Policies, **told: Any) -> Plan:
    """Return a plan that runs the given scenarios as policies.

    Parameters
    ----------
    policies
        See `Policies`.
    told
        As in `questions.asking.asked_of`.

    Raises
    ------
    SpecError
        As `asked_of` does.
    """
    from scenario.questions.asking import asked_of

    return asked_of(policies, "asked", seed=settings.SEED, **told)


def run_plan(plan: Plan, progress: Progress) -> SweepView:
    """Run a plan in memory on all threads.

    Parameters
    ----------
    plan, progress
        As in `experiment.sweep`.
    """
    from scenario.questions.asking import seen

    return seen(plan, workers=N_THREADS, progress=progress)


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
