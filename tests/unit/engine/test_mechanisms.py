"""Every mechanism matters: one setting neutralises it, its events vanish, and an outcome moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from scenario.engine.trajectory import Event
from scenario.spec.load import load
from tests.unit.engine.factory import BASE_CASE, OneRun, runs, until
from tests.unit.engine.mechanisms import MECHANISMS, Mechanism

DOCS = Path(__file__).resolve().parents[3] / "docs" / "model.md"
SEED = 11


def _simulated(variant: str, overrides: Mapping[str, object], n: int) -> list[OneRun]:
    """Run the base case under a variant and overrides, one replication per outer point."""
    return list(runs(load(BASE_CASE, variant=variant, overrides=overrides), n, seed=SEED))


@cache
def _base(n: int) -> list[OneRun]:
    """Run the base case itself, once for all rows that start there."""
    return _simulated("base", {}, n)


def _start(row: Mechanism) -> list[OneRun]:
    """Return the runs that a row starts from."""
    if row.variant == "base" and not row.start:
        return _base(row.n)
    return _simulated(row.variant, row.start, row.n)


def _matches(event: Event, pattern: str) -> bool:
    """Return whether an event is "kind", "kind/subject", "kind@actor", "kind@later" or "kind=value"."""
    for sign, found in (("/", event.subject), ("@", event.actor), ("=", f"{event.value:g}")):
        kind, is_split, rest = pattern.partition(sign)
        if is_split:
            is_later = rest == "later" and event.time > 0.0
            return event.kind == kind and (found == rest or is_later)
    return event.kind == pattern


def _count(some: list[OneRun], pattern: str) -> int:
    """Return how many events of some runs match a pattern."""
    return sum(_matches(event, pattern) for run in some for event in run.events)


def _measured(run: OneRun, outcome: str) -> float:
    """Return an outcome of one run as a finite number, or a number of events."""
    if outcome.startswith("n:"):
        return float(_count([run], outcome[2:]))
    value = run.row[outcome]
    return until(value) if "day" in outcome.split(".")[0].split("_") else float(value)


def paired(row: Mechanism, before: list[OneRun], after: list[OneRun]) -> tuple[float, float]:
    """Return the mean paired difference (after minus before) and its z value."""
    gaps = [
        _measured(b, row.moves[0]) - _measured(a, row.moves[0]) for a, b in zip(before, after, strict=True)
    ]
    mean = math.fsum(gaps) / len(gaps)
    variance = math.fsum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)
    return mean, mean / math.sqrt(variance / len(gaps)) if variance > 0.0 else math.copysign(math.inf, mean)


@pytest.mark.parametrize("row", MECHANISMS, ids=lambda row: row.name)
def test_neutralised_mechanism_loses_its_events_and_moves_its_outcome(row: Mechanism) -> None:
    """With a mechanism set to nothing its events vanish and its outcome moves the declared way."""
    before = _start(row)
    after = _simulated(row.variant, {**row.start, **row.set}, row.n)

    assert {pattern: _count(before, pattern) > 0 for pattern in row.vanish} == dict.fromkeys(row.vanish, True)
    assert {pattern: _count(after, pattern) for pattern in row.vanish} == dict.fromkeys(row.vanish, 0)
    mean, z = paired(row, before, after)
    assert (z > 2.0) if row.moves[1] == "up" else (z < -2.0), f"{row.moves}: difference {mean:.4g}, z {z:.2f}"


def test_names_of_mechanisms_are_unique() -> None:
    """No two rows of the table share a name."""
    names = [row.name for row in MECHANISMS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", MECHANISMS, ids=lambda row: row.name)
def test_documentation_names_the_mechanism_and_its_setting(row: Mechanism) -> None:
    """docs/model.md prints each row's name and every path that it sets."""
    text = DOCS.read_text(encoding="utf-8")
    assert [part for part in (row.name, *row.set) if part not in text] == []
