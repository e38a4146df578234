"""The JSON Schema that editors complete from, judged by another validator than ours."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from scenario.spec.document import parse
from scenario.spec.load import json_schema, shipped_configs

CASES = [path for path in sorted(shipped_configs().glob("*.yaml")) if "\nact:" in path.read_text("utf-8")]


def _errors(text: str) -> list[str]:
    """Return what jsonschema finds wrong with a file."""
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(parse(text, file="x").data)]


def test_schema_is_a_schema() -> None:
    """The schema follows the 2020-12 dialect and names it."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("/draft/2020-12/schema")


def test_minimal_file_passes(minimal: str) -> None:
    """A file whose defaults supply keys of its entries passes."""
    assert _errors(minimal) == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_shipped_file_passes(path: Any) -> None:
    """Each shipped scenario passes."""
    assert _errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("horizon_days: 365", "horizon: 365", "horizon"),
        ("    awareness:", "    awarness:", "awarness"),
        ("  sender:\n", "  senders:\n", "senders"),
        ("kind: flow", "kind: flw", "flw"),
        ("partner: true", "partner: 3", "3"),
    ],
)
def test_slip_is_seen(minimal: str, old: str, new: str, words: str) -> None:
    """A slip in a key or a value is seen while one types."""
    assert old in minimal
    assert any(words in message for message in _errors(minimal.replace(old, new, 1)))
