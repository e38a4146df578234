"""Where the numbers of a figure come from, whether scenarios gave them or a sweep did: the one place that says it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scenario import __version__
from scenario.charts.data import Context
from scenario.spec.canonical import sha256

if TYPE_CHECKING:
    from scenario.experiment.sweep_view import SweepView
    from scenario.spec.scenario import Scenario


def context_of_scenarios(sides: Mapping[str, tuple[str, Scenario]], *, n: int, seed: int) -> Context:
    """Return where the numbers come from that scenarios gave.

    Parameters
    ----------
    sides
        "A" and, for more, "B" and so on -> what it is called, and the scenario.
    n, seed
        Runs behind the figure (pairs where there are several sides), and the root seed.
    """
    first = next(iter(sides.values()))[1].spec
    return Context(
        place=first.title,
        as_of=first.as_of,
        horizon_days=float(first.horizon_days),
        n=n,
        seed=seed,
        version=__version__,
        names={key: title for key, (title, _) in sides.items()},
        hashes={key: scenario.hash for key, (_, scenario) in sides.items()},
    )


def context_of_sweep(
    view: SweepView, *, n: int, sides: Mapping[str, str] | None = None, noun: str = "policies"
) -> Context:
    """Return where the numbers of a sweep come from.

    Parameters
    ----------
    view
        The sweep.
    n
        Runs behind the figure.
    sides
        "A" and, for a difference, "B" -> name of the policy; by default all policies together are A.
    noun
        What the policies are called where they stand together.
    """
    about = view.about
    names = {"A": f"{len(view.policies)} {noun}"}
    policies: Mapping[str, Sequence[str]] = {"A": view.policies}
    if sides is not None:
        names = {key: str(about["policies"][policy]) for key, policy in sides.items()}
        policies = {key: (policy,) for key, policy in sides.items()}
    return Context(
        place=str(about["place"]),
        as_of=datetime.date.fromisoformat(str(about["as_of"])),
        horizon_days=view.horizon,
        n=n,
        seed=view.seed,
        version=__version__,
        names=names,
        hashes={key: _hash(view, some) for key, some in policies.items()},
    )


def title_of(scenario: Scenario) -> str:
    """Return the title of a scenario's variant, marked where the user changed numbers as well."""
    variant = scenario.spec.variants.get(scenario.variant)
    title = variant.title if variant is not None else "Base case"
    changed = len(scenario.overrides) + len(scenario.without)
    return f"{title} ({changed} changed)" if changed else title


def _hash(view: SweepView, policies: Sequence[str]) -> str:
    """Return the hash of what some policies run: that of the scenario, or one over all where there are several.

    A sweep holds its scenarios policy by policy, as many of each as its settings make.
    """
    every = [str(one) for one in view.identity["scenarios"]]
    n = len(every) // len(view.policies)
    of_each = [every[view.place(name) * n : (view.place(name) + 1) * n] for name in policies]
    found = [one for some in of_each for one in some]
    return found[0] if len(found) == 1 else sha256(found)
