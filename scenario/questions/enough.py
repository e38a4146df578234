"""How many runs are enough? Run until an interval is as short as wanted, and say what more would cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.needed import Needed, runs_needed
from scenario.analysis.precision import cost_to_resolve, rule_of_three
from scenario.analysis.quantities import mean_values
from scenario.analysis.stopping import Stopping
from scenario.charts.halfwidth import halfwidth_figure
from scenario.errors import DataError, Problem, RunError
from scenario.experiment.plan import Plan
from scenario.experiment.run import Progress, engine_ready
from scenario.experiment.sweep_chunk import Runs
from scenario.questions.answer import Answer, scale_of
from scenario.questions.asking import asked, policy_of
from scenario.questions.contexts import context_of_scenarios

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]
FIRST_BATCH = 1000
"""Runs of the pilot; every later batch doubles what there is, at most up to the limit."""


def enough(
    case: str,
    *,
    outcome: str,
    half_width: float,
    a: str = "base",
    b: str | None = None,
    most: int = 200_000,
    seed: int = 0,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Answer:
    """Run until the 95 % interval of a share, a mean or a paired difference is as short as wanted.

    Parameters
    ----------
    case
        A scenario file, or the name of a shipped one.
    outcome
        The outcome; a time counts as min(T, horizon).
    half_width
        Wanted half of the interval's length, > 0, in the outcome's unit (0.01 is one of 100 runs for a share).
    a, b
        Variants or policies (`asking.policy_of`); with b the paired difference B - A.
    most
        Runs at which it stops in any case.
    seed, engine, progress
        As in `run`.
    """
    if not half_width > 0.0:
        raise DataError(Problem(rule="the half-width must be a number > 0", got=str(half_width), code="E328"))
    policies = {"A": policy_of(a)} | ({"B": _second(a, b)} if b is not None else {})
    first = min(most, FIRST_BATCH)
    plan = asked(case, "enough", outcomes=[outcome], policies=policies, n=first, seed=seed, luck="own")
    if b is not None and plan.scenarios[0].hash == plan.scenarios[1].hash:
        return _same(plan, outcome)
    kind = plan.declared[outcome].kind
    is_share = kind == "probability" and b is None
    what = "share" if is_share else "mean" if b is None else "difference"
    horizon = float(plan.scenarios[0].spec.horizon_days)
    largest = 1.0 if kind == "probability" else horizon if kind == "time" else None
    rule, values = _until(
        plan,
        Stopping(half_width=half_width, kind=what, largest=largest, most_points=most),
        outcome,
        engine,
        progress,
    )
    return _answer(plan, outcome, values, rule, what, half_width)


def _second(a: str, b: str) -> dict[str, Any]:
    """Return policy B, called otherwise than A where both are written alike."""
    found = policy_of(b)
    return found | {"title": f"{b} (once more)"} if a.strip() == b.strip() else found


def _same(plan: Plan, outcome: str) -> Answer:
    """Answer for two policies that are one: there is nothing that runs could tell."""
    import pandas as pd

    return Answer(
        question=f"How many runs are enough: {plan.declared[outcome].meaning}?",
        sentences=(
            "A and B are the same scenario: under equal luck they are the same runs by design, so there is nothing "
            "to resolve, and none was run.",
        ),
        table=pd.DataFrame({"n": [0], "half_width": [0.0], "is_projected": [False]}),
        name="enough",
        extra={
            "n": 0,
            "needed": 0,
            "needed_interval": [0, 0],
            "estimate": 0.0,
            "interval": [0.0, 0.0],
            "is_same_by_design": True,
        },
    )


def _until(
    plan: Plan, rule: Stopping, outcome: str, engine: str, progress: Progress | None
) -> tuple[Stopping, Floats]:
    """Run batch after batch until the rule stops; return it and the values of all runs."""
    runs, kind = Runs(plan, engine_ready(engine)), plan.declared[outcome].kind
    horizon, found, done = float(plan.scenarios[0].spec.horizon_days), list[Floats](), 0
    batch = plan.spec.replications
    while rule.decision == "continue":
        places = [policy * plan.design.n for policy in range(len(plan.spec.policies))]
        rows = [runs.replications(experiment, done, batch) for experiment in places]
        finished = np.all([mask for _, mask in rows], axis=0)
        if not finished.any():
            raise RunError("e0000-r000", f"one run of a batch of {batch:,} at least must finish", "none")
        columns = [mean_values(row[finished, 0], kind=kind, horizon=horizon) for row, _ in rows]
        values = columns[0] if len(columns) == 1 else columns[1] - columns[0]
        found.append(values)
        rule, done = rule.add(values), done + batch
        if progress is not None:
            progress(done, max(done, rule.most_points or done))
        batch = min(done, 20_000, max((rule.most_points or done) - done, 1))
    return rule, np.concatenate(found)


def _answer(plan: Plan, outcome: str, values: Floats, rule: Stopping, what: str, half_width: float) -> Answer:
    """Say what was reached, what it took, and what more would cost."""
    declared, points = plan.declared[outcome], np.arange(len(values))
    scale, unit = scale_of(declared.kind, declared.unit)
    needed = runs_needed(values, points, kind=what, half_width=half_width, largest=rule.largest)
    names = {
        key: (str(plan.spec.policies[key].title), scenario)
        for key, scenario in zip("AB", plan.scenarios, strict=False)
    }
    context = context_of_scenarios(names, n=len(values), seed=plan.spec.seed)
    table = _table(values, rule, needed.n_runs)
    scaled = table.assign(half_width=table["half_width"] * scale)
    figure = halfwidth_figure(
        scaled,
        context,
        outcome=declared.meaning,
        unit=unit,
        wanted=half_width * scale,
        n_needed=needed.n_runs,
    )
    return Answer(
        question=f"How many runs are enough: {declared.meaning}?",
        sentences=(
            figure.title + ".",
            _reached(rule, needed, scale, unit),
            *(_resolved(values, rule) if what == "difference" else ()),
        ),
        table=table,
        figures=(figure,),
        name="enough",
        extra={
            "n": len(values),
            "needed": needed.n_runs,
            "needed_interval": list(needed.interval),
            "estimate": rule.estimate,
            "interval": list(rule.interval),
            "is_same_by_design": False,
        },
    )


def _resolved(values: Floats, rule: Stopping) -> list[str]:
    """Say whether runs differed at all, and what it would cost to tell the difference."""
    largest = rule.largest or float(np.abs(values).max(initial=1.0))
    told = [cost_to_resolve(values, np.arange(len(values)), largest=largest).text]
    if values.any():
        return told
    none = f"In none of {len(values):,} pairs of runs did B differ from A; rarer differences may be there."
    return [none, *told]


def _reached(rule: Stopping, needed: Needed, scale: float, unit: str) -> str:
    """Say what the runs tell, and whether that is what was wanted or how many it would take."""
    low, high = (scale * end for end in rule.interval)
    body = f"After {rule.n_points:,} runs: {scale * rule.estimate:.3g} {unit} (95 %: {low:.3g} to {high:.3g})"
    if rule.kind == "share" and rule.estimate == 0.0:
        body += f"; none was seen, so it lies below {scale * rule_of_three(rule.n_points):.2g} {unit}"
    if rule.is_reached:
        return f"{body}; short enough."
    least, most = needed.interval
    span = f"{least:,} to {most:,}" if math.isfinite(most) else f"{least:,} or more"
    takes = f"; it takes {span} runs (95 %, judged by these)" if most > rule.n_points else ""
    return f"{body}; not yet short enough at the limit{takes}."


def _table(values: Floats, rule: Stopping, needed: int) -> pd.DataFrame:
    """Return the half-width by number of runs: measured at doublings, and projected to what is needed."""
    import pandas as pd

    fresh = Stopping(half_width=rule.half_width, kind=rule.kind, largest=rule.largest)
    sizes = [len(values) >> k for k in range(8) if len(values) >> k >= 30][::-1]
    rows = []
    for n in sizes:
        low, high = fresh.add(values[:n]).interval
        rows.append({"n": n, "half_width": (high - low) / 2, "is_projected": False})
    rows = [row for row in rows if row["half_width"] > 0] or rows[-1:]  # 0 where no run differs yet
    last = rows[-1]["half_width"]
    if needed > len(values) and last > 0:
        rows.append({"n": needed, "half_width": rule.half_width, "is_projected": True})
    return pd.DataFrame(rows)
