"""A loaded scenario: the checked specification with its evidence, its variant and where things came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scenario.spec.canonical import sha256
from scenario.spec.ledger import Ledger
from scenario.spec.register import Entry, flat, numbers
from scenario.spec.schema import ScenarioSpec


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario that passed every check; what runs.

    Parameters
    ----------
    spec
        The specification after defaults, variant and overrides.
    ledger
        The evidence ledger, or None where the file names none.
    variant
        The variant's name; "base" is the file as it stands.
    overrides
        Path and value of each override by the user, in order, after the variant's.
    without
        Ids of the evidence items switched off, sorted.
    data
        The same as `spec` as plain data, before validation.
    declared_at
        Dotted path of each inherited number -> its path under `defaults`.
    file
        The name under which the file was read.
    written
        The file's data after variant and overrides, with `defaults` as they stand: what gives the same scenario
        when it is loaded again. Empty for one that was not loaded.
    """

    spec: ScenarioSpec
    ledger: Ledger | None
    variant: str
    overrides: tuple[tuple[str, object], ...]
    without: tuple[str, ...]
    data: Mapping[str, Any]
    declared_at: Mapping[str, str]
    file: str
    written: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> tuple[Entry, ...]:
        """Every number of the scenario, in the order of the schema; those left out are not there."""
        return tuple(numbers(self.spec))

    @cached_property
    def flat(self) -> Mapping[str, Any]:
        """Every value that can change a result, by its path."""
        return flat(self.spec)

    @cached_property
    def hash(self) -> str:
        """Return the sha256 of what decides the results: data, inheritance, ledger, and the items switched off."""
        data = {
            key: value for key, value in self.data.items() if key not in ("variants", "levers", "evidence")
        }
        ledger = self.ledger.model_dump(mode="json") if self.ledger else None
        order = {key: list(data[key]) for key in _ORDERED if key in data}
        essence = {"data": _essential(data), "order": order, "ledger": ledger, "without": list(self.without)}
        # A number that is inherited is drawn once for all that inherit it: who inherits what decides the draws.
        essence["inherited"] = dict(self.declared_at)
        return sha256(essence)


_ORDERED = (
    "groups",
    "channels",
    "senders",
    "forums",
    "measures",
    "exposures",
    "tracks",
    "suppliers",
    "shocks",
)
"""Sections whose order is part of the order rule, and so of the result."""

_TEXTS = frozenset({"title", "question", "why", "status", "evidence"})


def _essential(value: Any) -> Any:
    """Return plain data without the texts that no result depends on."""
    if isinstance(value, dict):
        return {key: _essential(item) for key, item in value.items() if key not in _TEXTS}
    return [_essential(item) for item in value] if isinstance(value, (list, tuple)) else value
