"""Small sweeps that the tests of questions share."""

from __future__ import annotations

from typing import Any

import pytest

from scenario.experiment.sweep import run_sweep
from scenario.experiment.sweep_view import SweepView, view_of_run
from scenario.spec.sweep import SweepSpec, sweep_of

CASE = "iran-russia-missiles-2024"


def given(**changes: Any) -> SweepSpec:
    """Return a small sweep with some changes."""
    told: dict[str, Any] = {
        "name": "small",
        "title": "A small sweep",
        "scenario": CASE,
        "replications": 10,
        "luck": "own",
        "design": {"kind": "latin-hypercube", "points": 64},
        "factors": {
            "act.p_true": {"range": [0.02, 0.98], "title": "Truth"},
            "response.p_execute": {"range": [0.0, 1.0], "title": "Go-ahead"},
            "policy.demarche": {"values": [False, True], "title": "Talks"},
        },
        "policies": {"base": {"title": "As declared"}, "words": {"title": "Words", "variant": "words-only"}},
        "outcomes": ["responded", "attributed", "first_adopted_day", "justified", "false_alarm", "is_true"],
    }
    return sweep_of(told | changes)


def small(**changes: Any) -> SweepView:
    """Run a small sweep in memory."""
    return view_of_run(*run_sweep(given(**changes), workers=1))


@pytest.fixture(scope="session")
def spread() -> SweepView:
    """Return a Latin hypercube of 64 points, two policies, 10 runs each."""
    return small()
