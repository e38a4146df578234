"""The questions of the Why page, put to the scenarios on the screen. No Streamlit here.

Each function returns an `Asked`: what decides the answer, how many runs it takes, and the work. The numbers come
from `scenario.questions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scenario.experiment.run import Progress
from scenario.spec.outcomes import Outcome, outcomes_of
from scenario.spec.scenario import Scenario
from scenario.ui import settings
from scenario.ui.engine import N_THREADS
from scenario.ui.selection import Selection, identity
from scenario.ui.why_asked import Asked
from scenario.ui.why_plan import Policies, plan_with, run_plan, shared_numbers

if TYPE_CHECKING:
    from scenario.questions.answer import Answer

LEADING = (
    "attributed",
    "responded",
    "joint_adoption",
    "justified",
    "premature",
    "false_alarm",
    "missed",
    "rightly_held_back",
    "behavioural_stop",
    "quantity_net",
    "cost_senders",
    "cost_target",
)
"""Outcomes that stand at the head of the list, after the times of the bar."""

LOWER = frozenset(
    {"premature", "false_alarm", "missed", "attributed_nothing_left", "retracted", "second_act", "vetoes"}
)
"""Shares and counts of which less is taken for better until the user says otherwise."""

SPLIT = ("attribution_day", "first_adopted_day", "joint_adoption", "quantity_net", "false_alarm", "missed")
"""Outcomes whose spread is split into its sources, beside the one in focus."""


def outcomes(selection: Selection) -> dict[str, Outcome]:
    """Return the outcomes to choose from: the one in focus, the other times of the bar, the leading ones, the rest."""
    declared = outcomes_of(selection.b.spec, twins=False)
    times = [focus.column for focus in settings.FOCUSES]
    order = dict.fromkeys([selection.focus.column, *times, *LEADING, *declared])
    return {name: declared[name] for name in order if name in declared}


def better_of(outcome: Outcome) -> str:
    """Return which way an outcome is better until the user says otherwise: sooner, less cost, less error."""
    is_lower = outcome.kind in ("time", "band", "quantity") or outcome.name in LOWER
    return "lower" if is_lower else "higher"


def sides_of(selection: Selection) -> Policies:
    """Return A and B as policies."""
    return {side: (selection.names[side], selection.sides[side]) for side in ("A", "B")}


# ---- what drives it ----------------------------------------------------------------------------------


def tornado_asked(selection: Selection, outcome: str, *, is_difference: bool, n: int) -> Asked:
    """Ask what drives an outcome of B, or the difference B - A.

    Parameters
    ----------
    selection
        What is on the screen.
    outcome
        Its name.
    is_difference
        Whether B - A is asked about; numbers in which A and B differ are then left out.
    n
        Runs at each end.
    """
    policies = sides_of(selection) if is_difference else {"B": sides_of(selection)["B"]}
    paths, _ = shared_numbers({name: scenario for name, (_, scenario) in policies.items()})

    def work(progress: Progress) -> Answer:
        from scenario.questions.drivers import tornado_of

        design = {"kind": "one-at-a-time"}
        factors = {path: {"own": True} for path in paths}
        plan = plan_with(policies, design=design, factors=factors, replications=n, outcomes=[outcome])
        return tornado_of(run_plan(plan, progress), outcome)

    return Asked(
        question="drives",
        hashes=hashes_of(policies),
        choices=(outcome, n, is_difference),
        n_runs=(1 + 2 * len(paths)) * n * len(policies),
        work=work,
    )


# ---- what would have to be true ----------------------------------------------------------------------


def tipping_asked(
    selection: Selection,
    outcome: str,
    ranges: Mapping[str, tuple[float, float]],
    *,
    better: str,
    levels: int,
    n: int,
) -> Asked:
    """Ask where B stops beating A as one number or two move over their ranges.

    Parameters
    ----------
    selection, outcome
        What is on the screen; the outcome's name.
    ranges
        Path -> (low, high).
    better
        Whether "higher" or "lower" is better.
    levels, n
        Values of each number; paired runs at each point.
    """
    policies = sides_of(selection)

    def work(progress: Progress) -> Answer:
        from scenario.questions.tipping import tip_of

        _refuse_ends(selection, ranges)
        design = {"kind": "full-factorial", "levels": levels}
        factors = {path: {"range": list(map(float, ends))} for path, ends in ranges.items()}
        plan = plan_with(policies, design=design, factors=factors, replications=n, outcomes=[outcome])
        return tip_of(run_plan(plan, progress), outcome, better=better)

    return Asked(
        question="tips" if len(ranges) == 1 else "map",
        hashes=hashes_of(policies),
        choices=(outcome, tuple((path, *ends) for path, ends in ranges.items()), better, levels, n),
        n_runs=levels ** len(ranges) * n * 2,
        work=work,
    )


def _refuse_ends(selection: Selection, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Refuse ends of a range that a scenario cannot hold; the scenario's own checks say why."""
    for path, ends in ranges.items():
        for value in ends:
            for side in ("A", "B"):
                changed(selection, selection.sides[side], sets={path: value})


def changed(
    selection: Selection,
    scenario: Scenario,
    *,
    sets: Mapping[str, object] | None = None,
    without: Sequence[str] | None = None,
) -> Scenario:
    """Return a scenario of the case with further numbers set, or with other evidence left out.

    Parameters
    ----------
    selection, scenario
        The case on the screen, and a scenario of it.
    sets
        Path -> value, applied last.
    without
        Evidence left out, in place of what the scenario leaves out.

    Raises
    ------
    SpecError
        The scenario cannot hold it.
    """
    from scenario.spec.load import load, load_text

    overrides = {p: v for p, v in scenario.overrides if p not in (sets or {})} | dict(sets or {})
    off = scenario.without if without is None else tuple(without)
    case = selection.case
    if case.text is None:
        return load(case.name, variant=scenario.variant, overrides=overrides, without=off)
    return load_text(case.text, file=case.name, variant=scenario.variant, overrides=overrides, without=off)


# ---- chance against ignorance ------------------------------------------------------------------------


def chance_asked(selection: Selection, outcome: str, *, n: int) -> Asked:
    """Ask how much of the spread of outcomes of B is chance, and what to learn first about one of them.

    Parameters
    ----------
    selection, outcome
        What is on the screen; the outcome for which numbers are ranked.
    n
        Runs.
    """
    policies = {"B": sides_of(selection)["B"]}
    title, scenario = policies["B"]

    def work(progress: Progress) -> Answer:
        from scenario.experiment.run import run
        from scenario.questions.chance import shares_of

        result = run(scenario, n, seed=settings.SEED, twins=False, workers=N_THREADS, progress=progress)
        split = list(dict.fromkeys([outcome, *SPLIT]))
        return shares_of(result, outcomes=split, learn=outcome, title=title)

    return Asked(question="chance", hashes=hashes_of(policies), choices=(outcome, n), n_runs=n, work=work)


def hashes_of(policies: Policies) -> tuple[str, ...]:
    """Return what is kept under in the name of policies: titles, and digests of all that can be read in them."""
    return tuple(text for title, scenario in policies.values() for text in (title, identity(scenario)))
