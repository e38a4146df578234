"""Small runs that several tests look at."""

from __future__ import annotations

import pytest

import scenario
from scenario.experiment.run import Result

BASE = "iran-russia-missiles-2024"


@pytest.fixture(scope="session")
def base() -> scenario.Scenario:
    """The base case."""
    return scenario.load(BASE)


@pytest.fixture(scope="session")
def small(base: scenario.Scenario) -> Result:
    """Ten outer points with two replications each, with events and twins."""
    return scenario.run(base, outer=10, inner=2, seed=7, events=True)
