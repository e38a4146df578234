"""What `defaults` in a file fills in under the entries of a section."""

from __future__ import annotations

from typing import Any

from scenario.spec.document import Path
from scenario.spec.number import DISTRIBUTIONS
from scenario.spec.schema import DEFAULTS


def is_number(value: object) -> bool:
    """Return whether plain data is a number with a distribution, which is never merged key by key."""
    return isinstance(value, dict) and any(name in value for name in DISTRIBUTIONS)


def fill(data: dict[str, Any]) -> tuple[dict[str, Any], dict[Path, Path]]:
    """Return the data with defaults merged under the entries, and where each inherited value was declared.

    Parameters
    ----------
    data
        A file's plain data, with or without the key `defaults`; it is not changed.

    Returns
    -------
    tuple
        Plain data without `defaults`; and the path of each inherited value -> its path under `defaults`.
    """
    filled = {key: value for key, value in data.items() if key != "defaults"}
    inherited: dict[Path, Path] = {}
    defaults = data.get("defaults")
    for kind, section in DEFAULTS.items():
        base = defaults.get(kind) if isinstance(defaults, dict) else None
        entries = data.get(section)
        if isinstance(base, dict) and isinstance(entries, dict):
            filled[section] = {
                name: _merge(entry, base, (section, name), ("defaults", kind), inherited)
                for name, entry in entries.items()
            }
    return filled, inherited


def filled_again(filled: dict[str, Any], data: dict[str, Any], place: Path) -> dict[str, Any]:
    """Return what `fill` gives for data in which one place was changed.

    Parameters
    ----------
    filled
        What it gave before the change; it is not changed itself.
    data
        The data after the change.
    place
        Where they were changed.
    """
    section, defaults = place[0], data.get("defaults")
    kind = next((kind for kind, of in DEFAULTS.items() if of == section), None)
    if section == "defaults" or (kind is not None and len(place) == 1):
        return fill(data)[0]
    base = defaults.get(kind) if isinstance(defaults, dict) else None
    before, entries = filled.get(str(section)), data[str(section)]
    if not isinstance(base, dict) or not isinstance(before, dict):
        return filled | {str(section): entries} if base is None else fill(data)[0]
    entry = _merge(entries[place[1]], base, (), (), {})
    return filled | {str(section): before | {place[1]: entry}}


def _merge(entry: Any, base: Any, path: Path, origin: Path, inherited: dict[Path, Path]) -> Any:
    """Return an entry with what it leaves out taken from a base."""
    if not isinstance(entry, dict) or not isinstance(base, dict) or is_number(entry) or is_number(base):
        return entry
    merged = dict(entry)
    for key, value in base.items():
        if key in entry:
            merged[key] = _merge(entry[key], value, (*path, key), (*origin, key), inherited)
        else:
            merged[key] = value
            inherited[(*path, key)] = (*origin, key)
    return merged
