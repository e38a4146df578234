"""What pydantic found wrong, in the sentences of this project: path, rule, value got, hint, code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError

from scenario.errors import Problem
from scenario.spec.document import Path, dotted
from scenario.spec.names import did_you_mean
from scenario.spec.scalars import resolve
from scenario.spec.shape import Slot, fields, slot_at

_IN_UNIT = frozenset({"point", "uniform", "triangular", "pert", "empirical", "discrete"})
_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_NUMERIC = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"})


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the values of a checked file come from.

    Parameters
    ----------
    file
        The name under which problems are reported.
    lines
        Line by path, in the file's own paths.
    inherited
        Path of a value that a default filled in -> its path under `defaults`.
    """

    file: str
    lines: Mapping[Path, int]
    inherited: Mapping[Path, Path] = field(default_factory=dict)

    def declared(self, path: Path) -> Path:
        """Return the path at which a value is written in the file."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.inherited:
                return self.inherited[path[:size]] + path[size:]
        return path

    def problem(self, path: Path, rule: str, got: object, *, code: str, hint: str = "") -> Problem:
        """Return a problem at a path; the rule is completed with the path."""
        written = self.declared(path)
        name = dotted(written)
        sentence = f"{name} {rule}" if name else f"the file {rule}"
        line = self._line(written)
        return Problem(
            rule=sentence, got=shown(got), file=self.file, line=line, path=name, hint=hint, code=code
        )

    def _line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest one above it."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.lines:
                return self.lines[path[:size]]
        return 1


def shown(value: object) -> str:
    """Return a value as it would stand in a file."""
    if isinstance(value, str):
        return value if value.strip() else f"'{value}'"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool | int | float | dict | list | tuple) or value is None:
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _quoted(value: object) -> object:
    """Return a text that would read as something else without its quotes with them; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return value if isinstance(resolve(value), str) else f"'{value}'"
    except ValueError:
        return f"'{value}'"


def translate(error: ValidationError, *, start: Slot, places: Places) -> list[Problem]:
    """Return the problems behind a pydantic error, each once.

    Parameters
    ----------
    error
        What validating the file's data raised.
    start
        The slot of the whole file.
    places
        Lines and origins of the file's values.
    """
    found = [_problem(details, start, places) for details in error.errors(include_url=False)]
    return list(dict.fromkeys(found))


def _problem(details: Any, start: Slot, places: Places) -> Problem:
    """Return the problem behind one pydantic error."""
    path: Path = tuple(part for part in details["loc"] if part != "[key]")
    met = slot_at(start, path)
    kind, got = details["type"], _quoted(details["input"])
    if kind == "extra_forbidden":
        return _unknown(path, met[-1], places)
    if kind == "missing":
        return places.problem(path, "must be given", "nothing", code="E121", hint=met[-1].meaning)
    if kind == "value_error":
        rule, _, value = str(details["ctx"]["error"]).partition(" (got ")
        return places.problem(path, rule, value.removesuffix(")"), code="E127")
    slot = met[-1]
    if slot.is_number and not isinstance(got, dict):
        return places.problem(path, number_rule(slot), got, code="E122", hint=_number_hint(got))
    code, rule, hint = _sentence(kind, details, met, path)
    return places.problem(path, rule, got, code=code, hint=hint)


def _unknown(path: Path, slot: Slot, places: Places) -> Problem:
    """Return the problem of a key that the schema does not know."""
    names = fields(slot.model) if slot.model is not None else {}
    hint = did_you_mean(str(path[-1]), names)
    above = dotted(places.declared(path)[:-1]) or "the file"
    return places.problem(path, f"must be a key that {above} can have", path[-1], code="E120", hint=hint)


def _sentence(kind: str, details: Any, met: tuple[Slot, ...], path: Path) -> tuple[str, str, str]:
    """Return code, rule and hint for a single value, list or mapping of the wrong kind or size."""
    slot, context = met[-1], details.get("ctx") or {}
    if kind.startswith("date"):
        return "E126", "must be a date such as 2024-09-09", ""
    if kind == "enum":
        names = [member.value for member in slot.type]
        return "E124", f"must be one of {', '.join(names)}", did_you_mean(shown(details["input"]), names)
    if kind in _NUMERIC or slot.type in (int, float):
        return "E122", _value_rule(met, path), ""
    if kind in ("string_too_long", "string_too_short", "too_long", "too_short"):
        return "E125", _size_rule(kind, context), ""
    if kind == "string_pattern_mismatch":
        return "E125", f"must match {context.get('pattern')}", ""
    return "E123", _kind_rule(slot), slot.meaning


def _size_rule(kind: str, context: Mapping[str, Any]) -> str:
    """Return what must hold of a length."""
    unit = "characters" if kind.startswith("string") else "entries"
    if kind.endswith("long"):
        return f"must have at most {context.get('max_length')} {unit}"
    return f"must have at least {context.get('min_length')} {unit}"


def _value_rule(met: tuple[Slot, ...], path: Path) -> str:
    """Return the standard sentence for a number, with the bounds and unit that hold where it stands."""
    slot = met[-1]
    for depth, above in enumerate(met[:-1]):
        if above.is_number and above.quantity is not None and str(path[depth]) in _IN_UNIT:
            return number_rule(above)
    limits = [f"{sign} {slot.limits[name]}" for name, sign in _SIGNS.items() if name in slot.limits]
    what = "a whole number" if slot.type is int else "a finite number"
    return " and ".join([f"must be {what} {limits[0]}" if limits else f"must be {what}", *limits[1:]])


def number_rule(slot: Slot) -> str:
    """Return the standard sentence for a number with a unit."""
    quantity = slot.quantity
    if quantity is None:
        return "must be a number with a distribution"
    bounds = [(">=", quantity.low), ("<=", quantity.high)]
    limits = " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if abs(bound) != float("inf"))
    return f"must be a finite number {limits}, unit: {quantity.unit}"


def _number_hint(got: object) -> str:
    """Say how to write a number with a distribution."""
    is_plain = isinstance(got, int | float) and not isinstance(got, bool)
    return f"write {{point: {got if is_plain else '0.5'}, status: assumed, why: ...}}"


def _kind_rule(slot: Slot) -> str:
    """Say of what kind a value must be."""
    if slot.model is not None or slot.entries is not None:
        return "must be a mapping of keys to values"
    if slot.elements:
        size = "" if slot.repeats else f" of {len(slot.elements)}"
        return f"must be a list{size}"
    return {str: "must be text", bool: "must be true or false"}.get(slot.type, "must be plain data")


def validate(model: type[BaseModel], data: Any) -> BaseModel:
    """Return data as a model, read as strictly as JSON is.

    Raises
    ------
    pydantic.ValidationError
        If the data break the schema.
    """
    return model.model_validate_json(json.dumps(data, allow_nan=False))
