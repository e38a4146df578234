"""The questions of the Why page, put to the scenarios on the screen. No Streamlit here.

Each function returns an `Asked`: what decides the answer, how many runs it takes, and the work. The numbers come
from `scenario.questions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scenario.experiment.run import Progress
from scenario.spec.outcomes import Outcome, outcomes_of
from scenario.spec.scenario import Scenario
from scenario.ui import settings
from scenario.ui.engine import N_THREADS
from scenario.ui.selection import Case, Saved, Selection, presets, scenario_from
from scenario.ui.why_asked import VIEWS, Asked, Key
from scenario.ui.why_plan import Policies, plan_with, run_plan, shared_numbers

if TYPE_CHECKING:
    from scenario.experiment.sweep_view import SweepView
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

N_VALUED = 12
"""Numbers whose worth is told: those that go most with the differences between the policies."""


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
        hashes=_hashes(policies),
        choices=(outcome, n, tuple(title for title, _ in policies.values())),
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
        hashes=_hashes(policies),
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
    title, scenario = sides_of(selection)["B"]

    def work(progress: Progress) -> Answer:
        from scenario.experiment.run import run
        from scenario.questions.chance import shares_of

        result = run(scenario, n, seed=settings.SEED, twins=False, workers=N_THREADS, progress=progress)
        split = list(dict.fromkeys([outcome, *SPLIT]))
        return shares_of(result, outcomes=split, learn=outcome, title=title)

    return Asked(question="chance", hashes=(scenario.hash,), choices=(outcome, n, title), n_runs=n, work=work)


# ---- policies over worlds ----------------------------------------------------------------------------


def policies_of(selection: Selection) -> Policies:
    """Return the variants of the case as policies, the base first, and B where it is none of them.

    Evidence left out of B is left out of all: what is known is the same whatever is chosen.
    """
    known = dict(_variants(selection.case, selection.saved, selection.b.without))
    if selection.b.hash not in {scenario.hash for _, scenario in known.values()}:
        known[f"p{len(known)}"] = (selection.names["B"], selection.b)
    return known


@lru_cache(maxsize=8)
def _variants(case: Case, saved: tuple[Saved, ...], without: tuple[str, ...]) -> Policies:
    """Return the variants of a case without some evidence."""
    presets_of = presets(case, saved)
    return {
        f"p{i}": (title, scenario_from(case, preset, without=without))
        for i, (title, preset) in enumerate(presets_of.items())
    }


def worlds(policies: Policies, *, points: int, n: int, progress: Progress) -> SweepView:
    """Run every policy in the same worlds: draws of all numbers that no policy sets. The last few are kept.

    Parameters
    ----------
    policies
        Two at least.
    points, n
        Worlds; runs of every policy in each, with equal luck for all policies.
    progress
        As in `run_plan`.
    """
    key = _worlds_key(policies, points, n)
    view = VIEWS.get(key)
    if view is None:
        paths, _ = shared_numbers({name: scenario for name, (_, scenario) in policies.items()})
        plan = plan_with(
            policies,
            design={"kind": "latin-hypercube", "points": points},
            factors={path: {"own": True} for path in paths},
            replications=n,
            luck="own",
        )
        view = run_plan(plan, progress)
        VIEWS.put(key, view)
    found: SweepView = view
    return found


def _worlds_key(policies: Policies, points: int, n: int) -> Key:
    """Return under what the worlds are kept."""
    return "worlds", (*_hashes(policies), *(title for title, _ in policies.values())), (points, n)


def _n_runs(policies: Policies, points: int, n: int) -> int:
    """Return how many runs the worlds take; none where they are kept."""
    return 0 if VIEWS.get(_worlds_key(policies, points, n)) is not None else points * n * len(policies)


def policies_asked(
    policies: Policies, outcome: str, *, better: str, threshold: float | None, points: int, n: int
) -> Asked:
    """Ask which policy holds up.

    Parameters
    ----------
    policies
        Two at least.
    outcome, better, threshold
        As in `questions.policies.holds_up`.
    points, n
        As in `worlds`.
    """

    def work(progress: Progress) -> Answer:
        from scenario.questions.policies import holds_up

        view = worlds(policies, points=points, n=n, progress=progress)
        return holds_up(view, outcome, better=better, threshold=threshold)

    return Asked(
        question="policies",
        hashes=_hashes(policies),
        choices=(outcome, better, threshold, points, n, tuple(title for title, _ in policies.values())),
        n_runs=_n_runs(policies, points, n),
        work=work,
    )


def worth_asked(policies: Policies, outcome: Outcome, *, better: str, points: int, n: int) -> Asked:
    """Ask what it is worth to know before choosing among policies.

    Parameters
    ----------
    policies
        Two at least: the actions.
    outcome, better
        The objective.
    points, n
        As in `worlds`.
    """

    def work(progress: Progress) -> Answer:
        view = worlds(policies, points=points, n=n, progress=progress)
        return worth_of(view, outcome.name, better=better)

    return Asked(
        question="worth",
        hashes=_hashes(policies),
        choices=(outcome.name, better, points, n, tuple(title for title, _ in policies.values())),
        n_runs=_n_runs(policies, points, n),
        work=work,
    )


def worth_of(view: SweepView, outcome: str, *, better: str) -> Answer:
    """Value the numbers that go most with the differences between the policies, the hidden fact, and everything.

    Parameters
    ----------
    view
        A sweep with two policies at least.
    outcome, better
        The objective.
    """
    from scenario.questions.answer import scale_of
    from scenario.questions.worth import worth_knowing

    told = view.outcome(outcome)
    scale, unit = scale_of(told["kind"], told["unit"])
    weights = {outcome: scale if better == "higher" else -scale}
    word = "as much" if better == "higher" else "as little"
    objective = f"{word} as can be of: {told['meaning']}"
    if told["kind"] == "time":
        objective = f"as {'late' if better == 'higher' else 'soon'} as can be: {told['meaning']}"
    kept = strongest(view, outcome, most=N_VALUED)
    answer = worth_knowing(_narrowed(view, kept), weights, unit=unit, objective=objective)
    if len(kept) == len(view.factors):
        return answer
    note = (
        f"Valued are the {len(kept)} of {len(view.factors)} uncertain numbers that go most with the differences "
        "between the policies in these worlds; that choice flatters them a little."
    )
    return replace(answer, sentences=(*answer.sentences, note))


def strongest(view: SweepView, outcome: str, *, most: int) -> list[str]:
    """Return the factors whose ranks go most with the difference of some policy from the first, strongest first.

    Parameters
    ----------
    view, outcome
        A sweep with two policies at least, and its outcome.
    most
        How many.
    """
    import numpy as np
    from scipy.stats import rankdata

    means = view.by_policy(view.means(outcome))
    whole = np.isfinite(means).all(axis=1)
    matrix, levels = view.matrix()
    usable = [i for i, path in enumerate(view.factors) if path not in levels]
    ranks = rankdata(matrix[whole][:, usable], axis=0)
    gaps = means[whole, 1:] - means[whole, :1]
    strength = np.zeros(len(usable))
    for column in gaps.T:
        if np.ptp(column) > 0:
            centred = column - column.mean()
            shape = ranks - ranks.mean(axis=0)
            norm = np.sqrt((shape**2).sum(axis=0) * (centred**2).sum())
            found = np.abs(centred @ shape) / np.where(norm > 0, norm, np.inf)
            strength = np.maximum(strength, found)
    order = np.argsort(-strength, kind="stable")
    kept = [view.factors[usable[i]] for i in order][:most]
    return [path for path in view.factors if path in levels][:most] + kept


def _narrowed(view: SweepView, paths: Sequence[str]) -> SweepView:
    """Return a sweep that tells of some of its factors only."""
    factors: Mapping[str, Any] = view.about["factors"]
    return replace(view, about=dict(view.about) | {"factors": {path: factors[path] for path in paths}})


def _hashes(policies: Policies) -> tuple[str, ...]:
    """Return the hashes of policies, in order."""
    return tuple(scenario.hash for _, scenario in policies.values())
