"""Ask a scenario by a sweep of one's own: the sweep that a question needs, run in memory and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scenario.experiment.plan import Plan, plan_of
from scenario.experiment.sweep import Progress, run_sweep
from scenario.experiment.sweep_view import SweepView, view_of_run
from scenario.spec.sweep import sweep_of

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
    }
    return plan_of(sweep_of(told | ({"factors": dict(factors)} if factors else {}), name=name))


def seen(plan: Plan, *, workers: int | None = None, progress: Progress | None = None) -> SweepView:
    """Run a sweep in memory and return what it found.

    Parameters
    ----------
    plan
        The sweep.
    workers, progress
        As in `sweep`.
    """
    return view_of_run(*run_sweep(plan, workers=workers, progress=progress))


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
