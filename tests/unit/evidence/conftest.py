"""Ledgers for tests: the shipped ones, and small ones made to measure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenario.spec.ledger import Ledger
from scenario.spec.load import read_ledger

EVIDENCE = Path(__file__).resolve().parents[3] / "configs" / "evidence"


@pytest.fixture
def shipped():
    """A reader of shipped ledgers, by the stem of the file."""
    return lambda name: read_ledger(EVIDENCE / f"{name}.yaml")


@pytest.fixture
def small():
    """A maker of ledgers with one parameter p and a discount c."""
    return small_ledger


def small_ledger(*items, prior=None, scale="odds", discount=0.7):
    """Make a ledger with parameter p (a prior), discount c (a point) and items.

    An item is (id, origin, operation, median), or longer: (..., median, low, high, further keys).
    """
    fixed = {"role": "input", "unit": "1", "meaning": "a test", "scale": "none"}
    return Ledger.model_validate_json(
        json.dumps(
            {
                "as_of": "2024-09-09",
                "discount": "c",
                "documents": {"D": {"file": "text.txt", "grade": "F6"}},
                "origins": {"A": "one", "B": "another"},
                "parameters": {
                    "p": fixed | {"scale": scale, "prior": {"why": "a test"} | (prior or {"point": 0.6})},
                    "c": fixed | {"prior": {"point": discount, "why": "a test"}},
                },
                "items": [_item(*item) for item in items],
            }
        )
    )


def _item(name, origin, op, median, low=None, high=None, keys=None):
    """Write one item as plain data."""
    effect = {"parameter": "p", "op": op, "reason": "a test"}
    if op != "context":
        effect |= {
            "median": median,
            "range90": [median if low is None else low, median if high is None else high],
        }
    placed = {"id": name, "document": "D", "line": 1, "says": "a test", "origin": origin, "informs": [effect]}
    return placed | (keys or {})
