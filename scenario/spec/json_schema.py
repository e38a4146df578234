"""The JSON Schema of a scenario file, from which editors complete and check while one types."""

from __future__ import annotations

import copy
from typing import Any

from scenario.spec.schema import DEFAULTS, ScenarioSpec

_DIALECT = "https" + "://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/"
_WHOLE = frozenset({"Number"})
"""Models that a default never fills in key by key."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file.

    It describes the file as written: `defaults` may stand in it, and the entries of the sections that
    `defaults` fills in require no key.
    """
    schema = ScenarioSpec.model_json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    filled = {}
    for kind, section in DEFAULTS.items():
        entry = schema["properties"][section]["additionalProperties"]
        loose = _loose(entry["$ref"].removeprefix(_REF), definitions)
        schema["properties"][section]["additionalProperties"] = {"$ref": _REF + loose}
        filled[kind] = {"$ref": _REF + loose}
    schema["properties"]["defaults"] = {
        "type": "object",
        "description": "values for every entry of a section that leaves them out",
        "properties": filled,
        "additionalProperties": False,
    }
    return {"$schema": _DIALECT, **schema}


def _loose(name: str, definitions: dict[str, Any]) -> str:
    """Add a copy of a definition that requires no key, at any depth of merging, and return its name."""
    made = f"{name}Entry"
    if made not in definitions:
        definition = copy.deepcopy(definitions[name])
        definition.pop("required", None)
        definitions[made] = definition
        for field in definition.get("properties", {}).values():
            _loosen(field, definitions)
    return made


def _loosen(field: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Point a field's reference to a mapping that is merged key by key at its loose copy."""
    name = str(field.get("$ref", "")).removeprefix(_REF)
    if name and name not in _WHOLE and definitions[name].get("type") == "object":
        field["$ref"] = _REF + _loose(name, definitions)
