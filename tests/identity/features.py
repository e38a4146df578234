"""Which features of the schema a scenario uses, and which there are: both read from the declarations.

A field that the schema gains appears here by itself, so that a generator that leaves it out is found out.
What no declaration tells (who waits for whom, what two names mean at once) is in `situations`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel

from scenario.spec.number import Number, Quantity
from scenario.spec.scenario import Scenario
from scenario.spec.schema import ScenarioSpec
from scenario.spec.shape import Slot, fields, root
from tests.identity.situations import SITUATIONS

NEEDS_LEDGER = "needs an evidence ledger, which the shipped cases have"
EXCLUDED = {
    "evidence: given": NEEDS_LEDGER,
    "number.derived: given": NEEDS_LEDGER,
    "number.evidence: one": NEEDS_LEDGER,
    "number.evidence: several": NEEDS_LEDGER,
}
"""Features that no scenario of the generator can have, and why."""

SIZES = ("none", "one", "several")


def features_of(scenario: Scenario) -> set[str]:
    """Return the names of the features that a scenario uses."""
    used = {name for name, holds in SITUATIONS.items() if holds(scenario.spec)}
    return used | set(_used(scenario.spec, root(ScenarioSpec), ""))


def all_features() -> set[str]:
    """Return the names of all features that some scenario of the generator should use."""
    return (declared_features() | set(SITUATIONS)) - set(EXCLUDED)


def declared_features() -> set[str]:
    """Return the names of all features that the schema declares."""
    return set(_declared(root(ScenarioSpec), ""))


def _used(value: Any, slot: Slot, pattern: str) -> Iterator[str]:
    """Yield the features of a value that stands at a pattern."""
    if slot.is_optional:
        yield f"{pattern}: {'left out' if value is None else 'given'}"
    if isinstance(value, Number) and slot.quantity is not None:
        yield f"{pattern}: {_place(value.point, slot.quantity.low, slot.quantity.high)}"
        yield from _used(value, Slot(model=Number, limits={}), "number")
    elif isinstance(value, BaseModel):
        for name, below in fields(type(value)).items():
            yield from _used(getattr(value, name), below, _join(pattern, name))
    elif isinstance(value, dict | tuple):
        yield from _used_entries(value, slot, pattern)
    elif isinstance(value, bool | Enum) and slot.type is not Any:
        yield f"{pattern}: {value}"
    elif _is_ranged(slot) and value is not None:
        yield f"{pattern}: {_place(value, slot.limits['ge'], slot.limits['le'])}"


def _used_entries(value: Any, slot: Slot, pattern: str) -> Iterator[str]:
    """Yield the features of what a mapping or list holds."""
    if slot.entries is not None or slot.repeats:
        yield f"{pattern}: {SIZES[min(len(value), 2)]}"
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        below = slot.child(key)
        if below is not None:
            yield from _used(entry, below, _join(pattern, "*" if _is_free(slot) else key))


def _declared(slot: Slot, pattern: str) -> Iterator[str]:
    """Yield every feature that may stand at a pattern."""
    if slot.is_optional:
        yield from (f"{pattern}: {what}" for what in ("given", "left out"))
    if slot.is_number and slot.quantity is not None:
        yield from (f"{pattern}: {place}" for place in _places(slot.quantity))
        yield from _declared(Slot(model=Number, limits={}), "number")
    elif slot.model is not None:
        for name, below in fields(slot.model).items():
            yield from _declared(below, _join(pattern, name))
    elif slot.entries is not None or slot.elements:
        yield from _declared_entries(slot, pattern)
    elif slot.type is bool:
        yield from (f"{pattern}: {value}" for value in (True, False))
    elif isinstance(slot.type, type) and issubclass(slot.type, Enum):
        yield from (f"{pattern}: {value}" for value in slot.type)
    elif _is_ranged(slot):
        yield from (f"{pattern}: {place}" for place in ("at its low bound", "at its high bound", "inside"))


def _declared_entries(slot: Slot, pattern: str) -> Iterator[str]:
    """Yield every feature of a mapping or list and of its entries."""
    if _is_free(slot):
        yield from (f"{pattern}: {size}" for size in SIZES[slot.limits.get("min_length", 0) :])
        below = slot.entries or slot.elements[0]
        yield from _declared(below, _join(pattern, "*"))
    else:
        yield from itertools.chain.from_iterable(
            _declared(below, _join(pattern, index)) for index, below in enumerate(slot.elements)
        )


def _is_free(slot: Slot) -> bool:
    """Return whether a mapping or list may hold any number of entries."""
    return slot.entries is not None or slot.repeats


def _is_ranged(slot: Slot) -> bool:
    """Return whether a whole number with two bounds stands here."""
    return slot.type is int and {"ge", "le"} <= set(slot.limits)


def _join(pattern: str, key: object) -> str:
    """Return the pattern of what lies under a key."""
    return f"{pattern}.{key}" if pattern else str(key)


def _places(quantity: Quantity) -> tuple[str, ...]:
    """Return where a number can lie."""
    return (
        "inside",
        *(_place(bound, quantity.low, quantity.high) for bound in (quantity.low, quantity.high)),
    )


def _place(value: float | None, low: float, high: float) -> str:
    """Return where a value lies between its bounds; one with a spread lies inside."""
    if value == low:
        return "at its low bound"
    return "at its high bound" if value == high else "inside"
