"""Every key of the files that people write, from the one declaration that also checks them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.generator.markdown import page, table
from docs.generator.meanings import MEANINGS
from scenario.spec.ledger import Ledger
from scenario.spec.number import DISTRIBUTIONS, Number
from scenario.spec.schema import DEFAULTS, ScenarioSpec
from scenario.spec.shape import Slot, fields
from scenario.spec.sweep import SweepSpec
from scenario.spec.verification import Lag

HEAD = ("key", "meaning", "value", "range", "default")
SHARED = (Number, Lag)
"""Models that stand in many places: explained once, at the end."""

SINGULAR = {section: kind for kind, section in DEFAULTS.items()} | {
    "groups": "group",
    "tracks": "track",
    "suppliers": "supplier",
    "shocks": "shock",
    "variants": "variant",
    "documents": "document",
    "origins": "origin",
    "parameters": "parameter",
    "factors": "path",
    "policies": "policy",
    "coverage": "sender",
    "follows": "leader",
    "adopts": "measure",
    "set": "path",
    "background": "name",
}
SIGNS = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< "}


def scenario_page() -> str:
    """Return the page of scenario files."""
    return page(
        "Scenario file",
        "One YAML file declares a world: the act, who learns of it and how, who answers with what, how the target "
        "reacts. Keys without a default must be given. A number is an *uncertainty* unless it is marked **lever**: "
        "something a coalition can choose. `scenario schema` prints the same as a JSON Schema for editors.",
        "A key of a sender, channel, forum, measure or exposure that an entry leaves out is taken from "
        "`defaults`: `defaults.sender.awareness` holds for every sender that does not say otherwise.",
        *_sections(ScenarioSpec, ""),
        *_number_sections(),
    )


def ledger_page() -> str:
    """Return the page of evidence ledgers."""
    return page(
        "Evidence ledger",
        "What documents say, whose word it is, and which numbers it may move, by how much. A scenario names its "
        "ledger under `evidence`; a number `{derived: NAME}` of the scenario takes the posterior of the parameter "
        "NAME. How the sizes combine is told in [From evidence to parameters](../explanation/evidence.md).",
        *_sections(Ledger, ""),
    )


def sweep_page() -> str:
    """Return the page of sweep files."""
    return page(
        "Sweep file",
        "What varies, over which ranges, in which design, and how often each point is run. The name of a factor is "
        "a path of the scenario file, as `--set` takes it.",
        *_sections(SweepSpec, ""),
    )


def _sections(model: type[BaseModel], path: str) -> Iterator[str]:
    """Yield a section per mapping with fixed keys: its heading and its table."""
    yield f"## {f'`{path}`' if path else 'Top level'}\n\n{_note(model)}\n\n{table(HEAD, _rows(model))}"
    for name, slot in fields(model).items():
        below, entry = f"{path}.{name}" if path else name, slot
        if slot.entries is not None:
            below, entry = f"{below}.<{SINGULAR.get(name, 'name')}>", slot.entries
        elif slot.repeats and slot.elements[0].model is not None:
            below, entry = f"{below}.<number>", slot.elements[0]
        if entry.model is not None and entry.model not in SHARED:
            yield from _sections(entry.model, below)


def _note(model: type[BaseModel]) -> str:
    """Return what a model says about itself."""
    return (model.__doc__ or "").strip().split("\n\n")[0]


def _rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """Yield a row per key."""
    for name, slot in fields(model).items():
        value, span = _value(slot)
        yield f"`{name}`", _meaning(model, name, slot), value, span, _default(model.model_fields[name])


def _meaning(model: type[BaseModel], name: str, slot: Slot) -> str:
    """Return what a key means: its own words, those of what stands there, or those of `meanings`."""
    inner = slot.entries or (slot.elements[0] if slot.repeats else None)
    said = slot.meaning or (inner.meaning if inner else "")
    below = slot.model or (inner.model if inner else None)
    if not said and below is not None and below not in SHARED:
        said = _note(below)
    return said or MEANINGS[f"{model.__name__}.{name}"]


def _value(slot: Slot) -> tuple[str, str]:
    """Return what may stand at a key, and its range."""
    if slot.quantity is not None:
        return _number(slot)
    if slot.model is Lag:
        return "a [delay](#delays)", ""
    if slot.model is not None:
        return "mapping, see below", ""
    if slot.entries is not None:
        value, span = _value(slot.entries)
        inner = "mapping, see below" if slot.entries.model and slot.entries.quantity is None else value
        return f"by name: {inner}", span
    if slot.elements:
        value, span = _value(slot.elements[0])
        size = "" if slot.repeats else f" of {len(slot.elements)}"
        return f"list{size}: {value}", span or _limits(slot)
    return _single(slot)


def _number(slot: Slot) -> tuple[str, str]:
    """Return the unit of a number with a distribution, and its bounds."""
    assert slot.quantity is not None
    quantity, is_open = slot.quantity, slot.quantity.high == float("inf")
    low = "" if quantity.low == float("-inf") else f"{quantity.low:,g}"
    span = f"≥ {low}" if is_open else f"{low} to {quantity.high:,g}"
    return f"[number](#numbers), {quantity.unit}{' (**lever**)' if quantity.lever else ''}", span


def _single(slot: Slot) -> tuple[str, str]:
    """Return the kind of a single value, and its range."""
    kind = slot.type
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in kind), ""
    known = {str: "text", bool: "`true` or `false`", int: "whole number", float: "plain number"}
    known |= {datetime.date: "date"}
    return known.get(kind, "any value"), _limits(slot)


def _limits(slot: Slot) -> str:
    """Return the declared bounds of a value or of a length, in words."""
    parts = [f"{sign}{slot.limits[name]:,}" for name, sign in SIGNS.items() if name in slot.limits]
    unit = "characters" if slot.type is str else "entries"
    if "max_length" in slot.limits:
        parts.append(f"at most {slot.limits['max_length']} {unit}")
    if slot.limits.get("min_length"):
        parts.append(f"at least {slot.limits['min_length']} {unit}")
    if "pattern" in slot.limits:
        parts.append(f"`{slot.limits['pattern']}`")
    return ", ".join(parts)


def _default(info: FieldInfo) -> str:
    """Return a key's default, or that it must be given."""
    if info.is_required():
        return "required"
    value: Any = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, BaseModel):
        return "its own defaults"
    if isinstance(value, dict) and value:
        return ", ".join(f"`{name}`" for name in value)
    return f"`{value:,}`" if isinstance(value, int | float) else f"`{value}`" if value else "none"


def _number_sections() -> Iterator[str]:
    """Yield what a number with a distribution and what a delay may hold."""
    keys = fields(Number)
    forms = [(f"`{name}`", _meaning(Number, name, keys[name])) for name in DISTRIBUTIONS]
    others = [row for row in _rows(Number) if row[0].strip("`") not in DISTRIBUTIONS]
    yield (
        "## Numbers\n\nEvery judged quantity holds exactly one distribution, and its evidence or the reason for it. "
        f"Samples beyond the bounds of a key are set to the bound.\n\n{table(('form', 'what it holds'), forms)}"
    )
    yield table(HEAD, others)
    yield f"## Delays\n\n{_note(Lag)}\n\n{table(HEAD, _rows(Lag))}"
