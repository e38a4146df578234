"""Ask a scenario by a sweep of one's own: the sweep that a question needs, run in memory and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scenario.experiment.design import design_of
from scenario.experiment.factors import factors_of
from scenario.experiment.plan import Plan, plan_of
from scenario.experiment.sweep import Progress, run_sweep
from scenario.experiment.sweep_view import SweepView, view_of_run
from scenario.spec.outcomes import OF_TWINS, outcomes_of
from scenario.spec.scenario import Scenario
from scenario.spec.sweep import check_together, sweep_of

Policies = Mapping[str, tuple[str, Scenario]]
"""Name -> title and scenario; the first one is the baseline."""

CHUNK_RUNS = 2000
"""Runs between two looks at whether somebody cancelled."""

TITLE_LETTERS = 80
"""What a sweep file takes of a policy's title."""

ONE_POINT = {"kind": "one-at-a-time"}
"""The design that, without factors, has the scenario as declared for its only point."""


def asked(
    case: str,
    name: str,
    *,
    outcomes: Sequence[str],
    policies: Mapping[str, Mapping[str, Any]],
    n: int,
    seed: int,
    design: Mapping[str, Any] = ONE_POINT,
    factors: Mapping[str, Mapping[str, Any]] | None = None,
    luck: str = "common",
) -> Plan:
    """Return the sweep that a question needs.

    Parameters
    ----------
    case
        A scenario file, or the name of a shipped one.
    name
        Of the question.
    outcomes
        What is kept of every run.
    policies
        Name -> policy, as in a sweep file (see `policy_of`).
    n, seed
        Runs of every experiment, and the root seed.
    design, factors, luck
        As in a sweep file.

    Raises
    ------
    SpecError, DataError
        As `plan_of`.
    """
    told: dict[str, Any] = {
        "name": name,
        "title": name,
        "scenario": case,
        "seed": seed,
        "replications": n,
        "luck": luck,
        "design": dict(design),
        "policies": {key: dict(policy) for key, policy in policies.items()},
        "outcomes": list(outcomes),
        "twins": not set(outcomes).isdisjoint(OF_TWINS),
    }
    return plan_of(sweep_of(told | ({"factors": dict(factors)} if factors else {}), name=name))


def asked_of(policies: Policies, name: str, *, seed: int, **told: Any) -> Plan:
    """Return the sweep that a question needs over scenarios that are at hand: changed ones, or uploaded.

    Parameters
    ----------
    policies
        Name -> title and scenario; the first one is the baseline.
    name
        Of the question.
    seed
        The root seed.
    told
        The rest of a sweep file: design, factors, replications, outcomes, others, luck.

    Raises
    ------
    SpecError
        As `plan_of`.
    """
    first = next(iter(policies.values()))[1]
    head = {"name": name, "title": name, "scenario": first.spec.name, "seed": seed}
    titles = {key: {"title": title[:TITLE_LETTERS]} for key, (title, _) in policies.items()}
    spec = sweep_of(head | told | {"policies": titles}, name=name)
    check_together(spec)
    design = design_of(spec, factors_of(spec, first), first, Path())
    declared = outcomes_of(first.spec, twins=False)
    return Plan(
        spec=spec,
        design=design,
        scenarios=tuple(scenario for _, scenario in policies.values()),
        group=np.repeat(np.arange(len(policies)), design.n),
        declared={outcome: declared[outcome] for outcome in spec.outcomes} or declared,
        per_chunk=max(1, -(-CHUNK_RUNS // spec.replications)),
    )


def seen(
    plan: Plan, *, workers: int | None = None, engine: str = "auto", progress: Progress | None = None
) -> SweepView:
    """Run a sweep in memory and return what it found.

    Parameters
    ----------
    plan
        The sweep.
    workers, engine, progress
        As in `sweep`.
    """
    return view_of_run(*run_sweep(plan, workers=workers, engine=engine, progress=progress))


def policy_of(text: str) -> dict[str, Any]:
    """Return a policy from "variant", "path=value,..." or "variant,path=value,...".

    Parameters
    ----------
    text
        What the user wrote; it is the policy's title as well.

    Raises
    ------
    SpecError
        A value cannot be read.
    """
    from scenario.spec.overrides import from_user

    words = [word.strip() for word in text.split(",") if word.strip()]
    variants = [word for word in words if "=" not in word]
    settings = {o.path: o.value for o in from_user([word for word in words if "=" in word], file="policy")}
    told: dict[str, Any] = {"title": text, "set": settings}
    return told | ({"variant": variants[0]} if variants else {})
