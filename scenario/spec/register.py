"""Every number and setting of a scenario with unit, bounds and meaning, and what differs between two scenarios."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from scenario.spec.number import Number, Quantity
from scenario.spec.schema import ScenarioSpec
from scenario.spec.shape import Slot, fields, root, slot_at

if TYPE_CHECKING:
    from scenario.spec.scenario import Scenario

_KINDS: Mapping[type, str] = {
    bool: "yes or no",
    Enum: "choice",
    datetime.date: "date",
    int: "whole number",
    float: "number",
}
"""Type of a setting -> what stands for its unit; a bool is an int as well, so it comes first."""

_NO_SETTINGS = frozenset({"as_of", "max_events"})
"""What no override may set, and a limit that guards the computer and says nothing about the world."""

_UNCOMPARED = frozenset({"name", "title", "question", "variants", "levers", "evidence"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One number of a scenario.

    Parameters
    ----------
    path
        Dotted path, as `--set` takes it.
    number, quantity, meaning
        The number; unit, bounds and role of its field; what the field means.
    """

    path: str
    number: Number
    quantity: Quantity
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value without a distribution that decides results: a count, a switch, a date, a choice from a list.

    Parameters
    ----------
    path, value
        Dotted path, as `--set` takes it, and the value.
    slot, meaning
        Type and bounds of its field, and what it means (of an entry of a list: what the list means).
    why
        The reason that the file gives where the value stands, or an empty text.
    """

    path: str
    value: bool | int | float | datetime.date | Enum
    slot: Slot
    meaning: str
    why: str

    @property
    def unit(self) -> str:
        """Return its unit, or what kind of value it is."""
        if self.path.endswith("_days"):
            return "day"
        return next(unit for kind, unit in _KINDS.items() if isinstance(self.value, kind))

    @property
    def choices(self) -> list[str]:
        """Return what it can be, where that is a list."""
        return [str(one.value) for one in type(self.value)] if isinstance(self.value, Enum) else []


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two scenarios.

    Parameters
    ----------
    path, unit
        Dotted path (under `defaults` where both sides inherit the value there); unit or "".
    a, b
        Plain values: a point is a float, another distribution a mapping, an absent value None.
    """

    path: str
    a: Any
    b: Any
    unit: str

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as plain data, for `--json`."""
        return {"path": self.path, "a": self.a, "b": self.b, "unit": self.unit}


def numbers(spec: ScenarioSpec) -> list[Entry]:
    """Return every number of a scenario, in the order of the schema; those left out are not there.

    Parameters
    ----------
    spec
        A scenario after defaults and overrides.
    """
    found: list[Entry] = []
    _walk(spec, root(ScenarioSpec), "", found)
    return found


def _walk(value: Any, slot: Slot, path: str, found: list[Entry]) -> None:
    """Put the numbers at and under a value into `found`."""
    if isinstance(value, Number):
        if slot.quantity is not None:
            found.append(Entry(path=path, number=value, quantity=slot.quantity, meaning=slot.meaning))
        return
    for key, below, part in _children(value, slot):
        _walk(below, part, f"{path}.{key}" if path else key, found)


def plain_settings(spec: ScenarioSpec) -> Iterator[Setting]:
    """Yield every value without a distribution that can be set, in the order of the schema; names are none.

    Parameters
    ----------
    spec
        A scenario after defaults and overrides.
    """
    for name, slot in fields(ScenarioSpec).items():
        if name not in _UNCOMPARED | _NO_SETTINGS:
            yield from _settings(getattr(spec, name), slot, name)


def _settings(value: Any, slot: Slot, path: str, *, meaning: str = "", why: str = "") -> Iterator[Setting]:
    """Yield the settings at and under a value; meaning and reason come from above where it has none."""
    if isinstance(value, Number):
        return
    told = slot.meaning or meaning
    if isinstance(value, bool | int | float | datetime.date | Enum):
        yield Setting(path=path, value=value, slot=slot, meaning=told, why=why)
        return
    reason = getattr(value, "why", "") or why
    for key, below, part in _children(value, slot):
        yield from _settings(below, part, f"{path}.{key}", meaning=told, why=reason)


def _children(value: Any, slot: Slot) -> Iterator[tuple[str, Any, Slot]]:
    """Yield key, value and slot of what lies directly under a value."""
    if isinstance(value, BaseModel):
        for name, part in fields(type(value)).items():
            yield name, getattr(value, name), part
    elif isinstance(value, dict) and slot.entries is not None:
        for name, entry in value.items():
            yield name, entry, slot.entries
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            part_at = slot.child(index)
            if part_at is not None:
                yield str(index), entry, part_at


def difference(a: Scenario, b: Scenario) -> list[Change]:
    """Return what differs between two scenarios, in the order of the schema, what only b has last.

    Numbers differ when their distributions do; a changed reason alone is no difference. A value that both
    inherit from one place under `defaults` is listed once, under that place.

    Parameters
    ----------
    a, b
        Two scenarios, usually variants of one file.
    """
    left, right = a.flat, b.flat
    changes: dict[str, Change] = {}
    for path in [*left, *(path for path in right if path not in left)]:
        before, after = left.get(path), right.get(path)
        if before != after:
            name = _declared(path, a, b)
            changes.setdefault(name, Change(path=name, a=before, b=after, unit=_unit(path)))
    if sorted(a.without) != sorted(b.without):
        off = Change(path="without", a=sorted(a.without), b=sorted(b.without), unit="evidence items")
        changes["without"] = off
    return list(changes.values())


def _declared(path: str, a: Scenario, b: Scenario) -> str:
    """Return the path under `defaults` that both sides inherit a number from, else the path itself."""
    origin = a.declared_at.get(path)
    return origin if origin is not None and origin == b.declared_at.get(path) else path


def _unit(path: str) -> str:
    """Return the unit of the number at a path, or an empty text."""
    quantity = slot_at(root(ScenarioSpec), tuple(path.split(".")))[-1].quantity
    return quantity.unit if quantity else ""


def flat(spec: ScenarioSpec) -> dict[str, Any]:
    """Return every value of a scenario that can change a result, by its path."""
    values: dict[str, Any] = {}
    for name, slot in fields(ScenarioSpec).items():
        if name not in _UNCOMPARED:
            _flatten(getattr(spec, name), slot, name, values)
    return values


def _flatten(value: Any, slot: Slot, path: str, values: dict[str, Any]) -> None:
    """Put the values at and under a place into `values`; a list without numbers is one value."""
    if isinstance(value, Number):
        values[path] = plain(value)
    elif isinstance(value, BaseModel | dict) or (isinstance(value, tuple) and _holds_numbers(slot)):
        for key, below, part in _children(value, slot):
            _flatten(below, part, f"{path}.{key}", values)
    elif value is not None:
        values[path] = _simple(value)


def _holds_numbers(slot: Slot) -> bool:
    """Return whether a list's elements are numbers with a distribution."""
    return any(element.is_number for element in slot.elements)


def _simple(value: Any) -> Any:
    """Return a single value or a list of such as plain data."""
    if isinstance(value, tuple):
        return [_simple(entry) for entry in value]
    return value if isinstance(value, bool | int | float) else str(value)


def plain(number: Number) -> Any:
    """Return a number's distribution as plain data: a point as a float, others as {kind: parameters}."""
    kind = number.kind
    value = number.model_dump(mode="json", include={kind}, exclude_none=True)
    return number.point if number.point is not None else value
