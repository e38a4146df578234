"""What is it worth to know? The value of perfect and of sample information before a named decision.

The actions are policies; the objective is an outcome, or a weighted sum of outcomes, that the user names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.conditional_mean import coded
from scenario.analysis.decision import Decision, InformationValue, decision
from scenario.analysis.value_of_information import (
    expected_value_of_partial_information,
    expected_value_of_perfect_information,
    expected_value_of_sample_information,
)
from scenario.charts.indices import indices_figure
from scenario.errors import DataError, Problem
from scenario.experiment.factors import medians
from scenario.experiment.signals import beliefs_after, one_more_report
from scenario.experiment.sweep import Progress
from scenario.experiment.sweep_view import SweepView
from scenario.questions.answer import Answer
from scenario.questions.asking import asked, policy_of, seen
from scenario.questions.contexts import context_of_sweep
from scenario.spec.load import load

if TYPE_CHECKING:
    import pandas as pd

    from scenario.charts.data import FigureData
    from scenario.spec.scenario import Scenario

Floats = np.ndarray[Any, np.dtype[np.float64]]
Hits = np.ndarray[Any, np.dtype[np.bool_]]
HOLD = "response.hold_days"

BOUND = (
    "What waiting loses is an upper bound, and what it gains as well: every response is held so many days longer, also "
    "one that would have come after that day anyway."
)
"""What is said wherever the loss by waiting stands."""


def worth_knowing(
    view: SweepView,
    weights: Mapping[str, float],
    *,
    study: float | None = None,
    unit: str = "points",
    objective: str = "",
) -> Answer:
    """Value knowing each factor of a sweep, the hidden fact, and everything, before choosing among its policies.

    A study of a factor is simulated at every point: of a number it gives the rank, as a normal score, with so much
    error that it explains the share asked for of the score's variance; of a category, a truth value or a number with
    few values it gives the value itself in that share of cases, and else that of another point.

    Parameters
    ----------
    view
        A sweep with two policies at least, rows kept, whose points were drawn at random (latin-hypercube).
    weights
        Outcome -> what one unit of it is worth; negative for what is bad.
    study
        Share of a factor that a study of it tells, between 0 and 1; None values no studies.
    unit
        What the sum is called.
    objective
        The objective in words; the weighted sum by default.

    Raises
    ------
    DataError
        The sweep has one policy only, kept summaries only, lacks an outcome, or varies a lever; the share of a study
        is out of range.
    """
    _check_knowable(view, study)
    problem, fact, whole = _problem(view, weights, unit)
    points = view.points()[whole]
    columns: dict[str, Any] = {path: points[path].to_numpy() for path in view.factors}
    found = list(expected_value_of_partial_information(problem, columns))
    titles = {path: view.title(path) for path in view.factors}
    if study is not None:
        for path, values in columns.items():
            told = _study(path, values, share=study, seed=view.seed)
            found.append(expected_value_of_sample_information(problem, told, name=f"study:{path}"))
            titles[f"study:{path}"] = f"A study that tells {100 * study:g} % of: {titles[path]}"
    if fact is not None:
        found += expected_value_of_partial_information(problem, {"is_true": fact})
    everything = expected_value_of_perfect_information(problem, fact=fact)
    titles |= {"is_true": "Whether the allegation is true", everything.name: "Everything but luck"}
    called = objective or _objective(weights)
    return _answer(view, [*found, everything], titles, weights, unit, "knowing", called)


def _check_knowable(view: SweepView, study: float | None) -> None:
    """Refuse luck in common, levers among what is uncertain, and a share that a study cannot tell."""
    if view.shares_luck:
        rule, hint = "what it is worth to know must be asked of points with luck of their own", "luck: own"
        raise DataError(Problem(rule=rule, got="luck: common", hint=hint, code="E324"))
    if view.levers:
        rule, hint = "points must differ in what is uncertain alone", "make each lever a policy"
        got = ", ".join(view.title(path) for path in view.levers)
        raise DataError(Problem(rule=rule, got=got, hint=hint, code="E347"))
    if study is not None and not 0.0 < study < 1.0:
        rule = "the share that a study tells must lie between 0 and 1"
        raise DataError(Problem(rule=rule, got=f"{study:g}", code="E348"))


def _study(path: str, values: Any, *, share: float, seed: int) -> Floats:
    """Return what a study of a factor would say at every point, shape [points]."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    column, rng = coded(path, values, n=len(values)), np.random.default_rng([seed, *path.encode()])
    if column.n_levels:
        is_told = rng.random(len(values)) < share
        return np.where(is_told, column.numbers, rng.permutation(column.numbers))
    score = ndtri((rankdata(values) - 0.5) / len(values))
    return np.asarray(score + np.sqrt((1.0 - share) / share) * rng.normal(size=len(score)))


def worth_of_signals(
    case: str,
    *,
    actions: Mapping[str, str],
    weights: Mapping[str, float],
    channels: Sequence[str] = (),
    days: Sequence[float] = (),
    sender: str = "",
    unit: str = "points",
    n: int = 4000,
    seed: int = 0,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Answer:
    """Value one more report of each source channel, and waiting some days, before choosing among actions.

    What one more report would say is simulated in every run, given the truth. Waiting k days means to choose by
    what the sender believes on day k, and to hold every response k days longer. What that loses is the cost of
    waiting, overstated where a response would have come after day k anyway: a loss is an upper bound, a gain too.
    `net` is the value less that cost.

    Parameters
    ----------
    case
        A scenario file, or the name of a shipped one.
    actions
        Name -> policy (`asking.policy_of`), two at least.
    weights, unit
        As in `worth_knowing`.
    channels
        Names of channels; all by default.
    days
        Waiting times, > 0.
    sender
        Whose belief counts; the first sender by default.
    n
        Runs of each action, >= 400.
    seed, workers, engine, progress
        As in `sweep`.
    """
    scenario = load(case)
    chosen = list(channels) or list(scenario.spec.channels)
    who = sender or next(iter(scenario.spec.senders))
    _check(scenario, chosen, who, days)
    run = partial(_run, case, actions, weights, n, seed, workers=workers, engine=engine, progress=progress)
    view = run(0.0)
    problem, fact, whole = _problem(view, weights, unit)
    assert fact is not None
    truth = view.by_policy(view.replicated("is_true"))[0, 0] > 0.5
    called, found = dict[str, str](), list[InformationValue]()
    for channel in chosen:
        signal = one_more_report(scenario, channel, truth, seed=seed)[whole]
        found.append(expected_value_of_sample_information(problem, signal, name=channel))
        called[channel] = f"One more report: {scenario.spec.channels[channel].title}"
    now, knower = float(max(problem.utilities.mean(axis=(0, 1)))), scenario.spec.senders[who].title
    for k in map(float, days):
        later, _, finished = _problem(run(k), weights, unit)
        belief = beliefs_after(scenario, who, k, n=len(truth), seed=seed, engine=engine)[finished]
        found.append(_after(later, belief, now, f"{k:g} days"))
        called[f"{k:g} days"] = f"Waiting {k:g} days, its loss not taken off ({knower} knows more)"
    perfect = expected_value_of_partial_information(problem, {"is_true": fact})
    called["is_true"] = "Whether the allegation is true"
    return _answer(view, [*found, *perfect], called, weights, unit, "signals", _objective(weights))


def _after(later: Decision, belief: Floats, now: float, name: str) -> InformationValue:
    """Value a belief that is had later, with what the best action loses by coming later."""
    loss = now - float(max(later.utilities.mean(axis=(0, 1))))
    value = expected_value_of_sample_information(later, np.nan_to_num(belief), name=name)
    return replace(value, cost=loss, net=value.value - loss)


def _check(scenario: Scenario, channels: Sequence[str], sender: str, days: Sequence[float]) -> None:
    """Refuse names that the scenario does not have, and waiting times beyond its horizon."""
    _check_names(channels, list(scenario.spec.channels), "channel")
    _check_names([sender], list(scenario.spec.senders), "sender")
    for k in days:
        if not 0.0 < k < scenario.spec.horizon_days:
            rule = f"a waiting time must lie between 0 and {scenario.spec.horizon_days} days"
            raise DataError(Problem(rule=rule, got=f"{k:g}", code="E346"))


def _check_names(given: Sequence[str], known: Sequence[str], what: str) -> None:
    """Refuse a name that the scenario does not have."""
    from scenario.spec.names import did_you_mean

    for name in given:
        if name not in known:
            rule, hint = f"the {what} must be one of the scenario's", did_you_mean(name, known)
            raise DataError(Problem(rule=rule, got=name, hint=hint, code="E329"))


def _run(
    case: str,
    actions: Mapping[str, str],
    weights: Mapping[str, float],
    n: int,
    seed: int,
    delay: float,
    *,
    workers: int | None,
    engine: str,
    progress: Progress | None,
) -> SweepView:
    """Run every action n times with equal luck, each after a delay: every replication is an outer point."""
    policies = {f"p{i}": policy_of(text) | {"title": name} for i, (name, text) in enumerate(actions.items())}
    for policy in policies.values() if delay > 0.0 else ():
        scenario = load(case, variant=policy.get("variant", "base"), overrides=policy["set"])
        policy["set"] = policy["set"] | {HOLD: medians(scenario, seed)[HOLD] + delay}
    kept = list(dict.fromkeys([*weights, "is_true"]))
    plan = asked(case, "worth", outcomes=kept, policies=policies, n=n, seed=seed)
    return seen(plan, workers=workers, engine=engine, progress=progress)


def _problem(
    view: SweepView, weights: Mapping[str, float], unit: str
) -> tuple[Decision, Floats | None, Hits]:
    """Return the decision, whether the allegation is true in each run, [M, K], and which points lost no run.

    In a sweep of one point every replication is an outer point of its own.
    """
    if len(view.policies) < 2:
        rule, hint = "a decision must have two actions at least", "add policies"
        raise DataError(Problem(rule=rule, got="one policy", hint=hint, code="E327"))
    if not weights:
        raise DataError(Problem(rule="an objective must weigh an outcome", got="none", code="E340"))
    parts = [weight * view.by_policy(view.replicated(name)) for name, weight in weights.items()]
    utilities = np.moveaxis(np.sum(parts, axis=0), 1, 2)  # [points, runs, policies]
    fact = None
    if "is_true" in view.about["outcomes"]:
        fact = view.by_policy(view.replicated("is_true"))[:, 0]
    if view.n_points == 1:
        utilities = utilities.transpose(1, 0, 2)
        fact = None if fact is None else fact.T
    whole = np.isfinite(utilities).all(axis=(1, 2))
    problem = decision(
        utilities[whole], actions=[str(view.about["policies"][p]) for p in view.policies], unit=unit
    )
    return problem, None if fact is None else fact[whole], whole


def _answer(
    view: SweepView,
    found: Sequence[InformationValue],
    titles: Mapping[str, str],
    weights: Mapping[str, float],
    unit: str,
    name: str,
    objective: str,
) -> Answer:
    """Return the answer: one row per piece of information, the most valuable first."""
    import pandas as pd

    ordered = sorted(found, key=lambda one: -one.value)
    table = pd.DataFrame([_row(one, titles) for one in ordered])
    figure = _figure(view, table, unit, name, objective)
    n = view.n_points * view.n_replications
    waits = [_waiting(one, titles[one.name], unit) for one in ordered if one.cost != 0.0]
    return Answer(
        question="What is it worth to know before choosing?",
        sentences=(
            figure.title + ".",
            _change(ordered[0], titles),
            *waits,
            *([BOUND] if waits else []),
            f"The objective is {objective}, in {unit}; values are gains per decision, never negative, with 95 % "
            "simulation error. A value inside the noise may be none. Model output, not a forecast.",
            *view.notes,
        ),
        table=table,
        figures=(figure,),
        name=name,
        extra={
            "objective": dict(weights),
            "unit": unit,
            "best": ordered[0].best,
            "n": n,
            "cost_is": BOUND if waits else None,
        },
    )


def _figure(view: SweepView, table: pd.DataFrame, unit: str, name: str, objective: str) -> FigureData:
    """Return the figure of the values."""
    return indices_figure(
        table,
        context_of_sweep(view, n=view.n_points * view.n_replications, noun="actions"),
        measure="expected gain from knowing before choosing",
        unit=unit,
        outcome=objective,
        kind="information",
        name=name,
    )


def _change(best: InformationValue, titles: Mapping[str, str]) -> str:
    """Say what would be chosen without the most valuable piece, and how often it changes that."""
    often = (
        "so rarely that it cannot be told" if best.is_noise else f"in {100 * best.changes:.0f} of 100 cases"
    )
    return (
        f"Without it the best action is “{best.best}”; knowing “{titles.get(best.name, best.name)}” would change "
        f"the choice {often}."
    )


def _waiting(one: InformationValue, title: str, unit: str) -> str:
    """Say what waiting is worth, what holding every response loses or gains at most, and what is left then."""
    held, left = ("loses", "which leaves") if one.cost > 0 else ("gains", "which makes")
    end = "at least" if one.cost > 0 else "at most"
    return (
        f"{title}: worth {one.value:.3g} {unit}; holding every response so long {held} at most {abs(one.cost):.3g}, "
        f"{left} {one.net:+.3g} {end}."
    )


def _objective(weights: Mapping[str, float]) -> str:
    """Return the objective as a sum."""
    terms = [
        f"{'−' if weight < 0 else '+'} {'' if abs(weight) == 1 else f'{abs(weight):g} × '}{outcome}"
        for outcome, weight in weights.items()
    ]
    return " ".join(terms).removeprefix("+ ")


def _row(one: InformationValue, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return one value as a row."""
    return {
        "item": titles.get(one.name, one.name),
        "path": one.name,
        "value": one.value,
        "lower": min(one.interval[0], one.value),
        "upper": max(one.interval[1], one.value),
        "is_noise": one.is_noise,
        "error": one.error,
        "cost": one.cost,
        "net": one.net,
        "changes": one.changes,
    }
