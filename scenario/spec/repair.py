"""A stand-in for a file that breaks the schema, so that what must hold between its parts is checked as well.

Only to report more problems at once: nothing that was repaired ever runs.
"""

from __future__ import annotations

import copy
import difflib
from typing import Any

from pydantic import ValidationError

from scenario.spec.document import Path
from scenario.spec.shape import Slot, slot_at

COMPARING = frozenset({"E121", "E132", "E133"})
"""Codes of findings that hold one value of an entry against another."""


def repaired(data: dict[str, Any], error: ValidationError, *, start: Slot) -> dict[str, Any]:
    """Return a copy of a file's data without what pydantic refused.

    A refused number becomes a point inside its bounds, a misspelt key stands for the missing one it is close
    to, anything else is left out, so that defaults apply.

    Parameters
    ----------
    data
        The data after defaults and overrides.
    error
        What validating it raised.
    start
        The slot of the whole file.
    """
    spare = copy.deepcopy(data)
    missing = [_path(details) for details in error.errors(include_url=False) if details["type"] == "missing"]
    for path in refused(error):
        meant = [other[-1] for other in missing if other[:-1] == path[:-1]]
        if close := difflib.get_close_matches(str(path[-1]), map(str, meant), n=1):
            _put(spare, (*path[:-1], close[0]), _at(spare, path))
        met = slot_at(start, path)
        depth = next((i for i, slot in enumerate(met) if slot.is_number), None)
        if depth is None:
            _drop(spare, path)
        else:
            _put(spare, path[:depth], {"point": _inside(met[depth]), "why": "stands in for a refused value"})
    return spare


def refused(error: ValidationError) -> list[Path]:
    """Return the paths of what was refused."""
    found = [_path(details) for details in error.errors(include_url=False) if details["type"] != "missing"]
    return list(dict.fromkeys(found))


def _path(details: Any) -> Path:
    """Return the place of one pydantic error."""
    return tuple(part for part in details["loc"] if part != "[key]")


def is_doubtful(path: Path, code: str, paths: list[Path]) -> bool:
    """Return whether a finding may only come from the repair.

    It may where it stands at or under a repaired place, and, where it compares values with each other,
    beside one.
    """
    cut = 1 if code in COMPARING else 0
    return any(path[: len(other) - cut] == other[: len(other) - cut] for other in paths)


def _inside(slot: Slot) -> float:
    """Return a value that the field of a number allows."""
    if slot.quantity is None:
        return 0.0
    return min(max(0.5, slot.quantity.low), slot.quantity.high)


def _at(data: Any, path: Path) -> Any:
    """Return what stands at a path, or None."""
    for part in path:
        data = _below(data, part)
    return data


def _put(data: Any, path: Path, value: Any) -> None:
    """Put a value at a path, where it can be reached."""
    for part in path[:-1]:
        data = _below(data, part)
    if isinstance(data, dict) and path:
        data[path[-1]] = value


def _drop(data: Any, path: Path) -> None:
    """Leave out what stands at a path, where it can be reached."""
    for part in path[:-1]:
        data = _below(data, part)
    if isinstance(data, dict) and path:
        data.pop(path[-1], None)


def _below(data: Any, part: str | int) -> Any:
    """Return what lies under a key or index, or None."""
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None
