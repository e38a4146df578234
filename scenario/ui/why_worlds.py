"""Policies over many worlds: which one holds up, and what it is worth to know before choosing. No Streamlit here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scenario.experiment.run import Progress
from scenario.spec.outcomes import Outcome
from scenario.ui.selection import Case, Saved, Selection, presets, scenario_from
from scenario.ui.why_asked import VIEWS, Asked, Key
from scenario.ui.why_plan import Policies, plan_with, run_plan, shared_numbers
from scenario.ui.why_questions import hashes_of

if TYPE_CHECKING:
    from scenario.experiment.sweep_view import SweepView
    from scenario.questions.answer import Answer

N_VALUED = 12
"""Numbers whose worth is told: those that go most with the differences between the policies."""


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
    return "worlds", hashes_of(policies), (points, n)


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
        hashes=hashes_of(policies),
        choices=(outcome, better, threshold, points, n),
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
        hashes=hashes_of(policies),
        choices=(outcome.name, better, points, n),
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
