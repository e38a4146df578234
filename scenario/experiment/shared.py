"""Which numbers several scenarios leave to chance alike, and which differ: the latter are what is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scenario.evidence import Derivation, derive
from scenario.experiment.factors import spread_numbers
from scenario.spec.register import Entry
from scenario.spec.scenario import Scenario


@dataclass(frozen=True, kw_only=True)
class Shared:
    """The numbers of a scenario that have a distribution, by the path where each is declared.

    Parameters
    ----------
    same
        Those with one distribution in every scenario: they can be moved alike in all.
    differing
        The others.
    """

    same: Mapping[str, Entry]
    differing: Mapping[str, Entry]


Derive = Callable[[Scenario], Derivation]


def _derived(scenario: Scenario) -> Derivation:
    """Return how the parameters of a scenario's ledger come about."""
    if scenario.ledger is None:
        raise TypeError("a scenario with derived numbers must have a ledger (got none)")
    return derive(scenario.ledger, without=scenario.without)


def shared_numbers(scenarios: Mapping[str, Scenario], *, derivation: Derive = _derived) -> Shared:
    """Return which numbers of the first scenario stand in every other with the same distribution.

    A number counts as the same where its value is, where the same numbers inherit it, and, for one that the ledger
    gives, where the same evidence makes it: items switched off in one scenario alone tell the two apart.

    Parameters
    ----------
    scenarios
        Any name -> scenario, one at least.
    derivation
        Gives what the ledger of a scenario makes of its parameters.
    """
    sides = [_Side(scenario, derivation) for scenario in scenarios.values()]
    first, *others = sides
    numbers = spread_numbers(first.scenario)
    same = {path: entry for path, entry in numbers.items() if all(first.agrees(one, path) for one in others)}
    return Shared(same=same, differing={path: entry for path, entry in numbers.items() if path not in same})


class _Side:
    """One scenario of those that are held against each other."""

    def __init__(self, scenario: Scenario, derivation: Derive) -> None:
        self.scenario, self._derive = scenario, derivation
        self.groups: dict[str, list[str]] = {}
        for entry in scenario.numbers:
            place = scenario.declared_at.get(entry.path, entry.path)
            self.groups.setdefault(place, []).append(entry.path)

    @cached_property
    def _derivation(self) -> Derivation:
        """Return what the ledger makes of its parameters, once."""
        return self._derive(self.scenario)

    def agrees(self, other: _Side, path: str) -> bool:
        """Return whether the numbers declared at a path have one distribution here and there."""
        paths = self.groups[path]
        if paths != other.groups.get(path):
            return False
        if any(self.scenario.flat[one] != other.scenario.flat[one] for one in paths):
            return False
        value = self.scenario.flat[paths[0]]
        name = value.get("derived") if isinstance(value, Mapping) else None
        return name is None or self.knows(other) or self.drawn(name) == other.drawn(name)

    def knows(self, other: _Side) -> bool:
        """Return whether both rest on the same evidence."""
        one, two = self.scenario, other.scenario
        return (one.spec.evidence, one.without) == (two.spec.evidence, two.without)

    def drawn(self, name: str) -> tuple[object, ...]:
        """Return what decides how a parameter of the ledger is drawn: its range, and the items that count."""
        found = self._derivation.parameters[name]
        counted = [(item.id, item.place) for item in found.items if item.applied and item.place is not None]
        return found.posterior, tuple(counted)
