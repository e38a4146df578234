"""The shape of the schema as plain data: what may stand at a path, in which unit, within which bounds.

Read from the pydantic models, so that a path given by a user, an error's place and the register of
numbers all follow the one declaration.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenario.spec.number import Number, Quantity, quantity_of


@dataclass(frozen=True, kw_only=True)
class Slot:
    """What may stand at one place of a file.

    Parameters
    ----------
    model
        The class of a mapping with fixed keys, else None.
    entries
        The slot of every value of a mapping with free keys, else None.
    elements
        The slots of a list: one that repeats, or several in fixed order; empty where it is no list.
    type
        The Python type of a single value, else None.
    quantity
        Unit, bounds and role where a `Number` stands, else None.
    meaning
        The description in the schema.
    limits
        Bounds of a single value or of a length: of ge, gt, le, lt, min_length, max_length those declared.
    """

    model: type[BaseModel] | None = None
    entries: Slot | None = None
    elements: tuple[Slot, ...] = ()
    repeats: bool = False
    type: Any = None
    quantity: Quantity | None = None
    meaning: str = ""
    limits: Mapping[str, Any]
    is_optional: bool = False

    @property
    def is_number(self) -> bool:
        """Return whether a number with a distribution stands here."""
        return self.model is Number

    def child(self, part: str | int) -> Slot | None:
        """Return the slot under a key or index, or None where there cannot be one."""
        if self.model is not None:
            return fields(self.model).get(str(part))
        if self.entries is not None:
            return self.entries
        if not self.elements or not str(part).isdecimal():
            return None
        index = 0 if self.repeats else int(part)
        return self.elements[index] if index < len(self.elements) else None


@functools.cache
def fields(model: type[BaseModel]) -> Mapping[str, Slot]:
    """Return the slots of a model's fields, in order of declaration."""
    slots = {name: _slot(info.annotation, info) for name, info in model.model_fields.items()}
    return types.MappingProxyType(slots)


def root(model: type[BaseModel]) -> Slot:
    """Return the slot of a whole file."""
    return Slot(model=model, limits={})


def slot_at(start: Slot, path: tuple[str | int, ...]) -> tuple[Slot, ...]:
    """Return the slots met on the way along a path, from `start`, as far as the schema goes."""
    found = [start]
    for part in path:
        below = found[-1].child(part)
        if below is None:
            break
        found.append(below)
    return tuple(found)


def _slot(annotation: Any, info: FieldInfo | None) -> Slot:
    """Return the slot of an annotation and what is declared with it."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        found = next((entry for entry in metadata if isinstance(entry, FieldInfo)), None)
        return _slot(inner, found or info)
    if get_origin(annotation) in (types.UnionType, Union):
        (inner,) = (part for part in get_args(annotation) if part is not type(None))
        return _slot_of(inner, info, is_optional=True)
    return _slot_of(annotation, info, is_optional=False)


def _slot_of(annotation: Any, info: FieldInfo | None, *, is_optional: bool) -> Slot:
    """Return the slot of an annotation without its wrappers."""
    told: dict[str, Any] = {"is_optional": is_optional, "limits": _limits(info)}
    told["meaning"] = (info.description or "") if info else ""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return Slot(entries=_slot(arguments[1], None), **told)
    if origin is tuple:
        repeats = Ellipsis in arguments
        elements = tuple(_slot(part, None) for part in arguments if part is not Ellipsis)
        return Slot(elements=elements, repeats=repeats, **told)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Slot(model=annotation, quantity=_quantity(info), **told)
    return Slot(type=annotation, **told)


def _quantity(info: FieldInfo | None) -> Quantity | None:
    """Return the declared quantity, or None for a model that is no number."""
    extra = info.json_schema_extra if info else None
    return quantity_of(extra) if isinstance(extra, dict) and "unit" in extra else None


def _limits(info: FieldInfo | None) -> dict[str, Any]:
    """Return the bounds that a field declares."""
    names = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
    metadata = info.metadata if info else []
    return {
        name: getattr(entry, name)
        for entry in metadata
        for name in names
        if getattr(entry, name, None) is not None
    }
