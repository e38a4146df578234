"""The random scenarios are legal, repeatable, and together use every feature and every mechanism."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scenario.draws.streams import Streams
from scenario.engine.reference import simulate
from scenario.engine.tables import cast_of, draw_points, world_at
from scenario.engine.trajectory import Event
from scenario.errors import RunError
from scenario.spec.load import load_text
from scenario.spec.scenario import Scenario
from tests.identity.features import EXCLUDED, all_features, declared_features, features_of
from tests.identity.generate import generate, plain_data
from tests.identity.traits import all_traits, traits_of

PROJECT = Path(__file__).resolve().parents[2]
N_SCENARIOS = 300
N_RUNS = 2
PRINT_HASHES = """
from tests.identity.generate import generate
print(*(generate(number).hash for number in range(40)))
"""


@dataclass
class Found:
    """What the first random scenarios and their runs hold."""

    features: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)
    events: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def found() -> Found:
    """Return what the first scenarios use and what happens in their runs."""
    found = Found()
    for number in range(N_SCENARIOS):
        scenario = generate(number)
        found.features |= features_of(scenario)
        for n in range(N_RUNS):
            try:
                events = _events(scenario, n)
            except RunError as error:
                found.errors.append(str(error))
            else:
                found.traits |= traits_of(events)
                found.events.append(len(events))
    return found


def _events(scenario: Scenario, n: int) -> list[Event]:
    """Return the event log of one run by the reference."""
    world = world_at(draw_points(scenario, seed=0, n_points=1), 0)
    mode = scenario.spec.policy.mode
    return simulate(cast_of(scenario), world, Streams(0), n=n, m=0, mode=mode)[1]


def test_every_feature_of_the_schema_is_used(found):
    """No field, choice, bound or distribution of the schema is left out by all random scenarios."""
    missing = sorted(all_features() - found.features)
    assert not missing, f"{N_SCENARIOS} random scenarios must use every feature (missing {missing})."


def test_every_mechanism_happens(found):
    """No kind of event, no listed subject, no listed coincidence is missing from all runs."""
    missing = sorted(all_traits() - found.traits)
    assert not missing, f"{N_SCENARIOS} random scenarios must show every trait (missing {missing})."


def test_nothing_is_used_that_is_not_listed(found):
    """What is found in scenarios and runs is what the full lists name, so neither list has a misspelt entry."""
    unknown = sorted((found.features - all_features()) | (found.traits - all_traits()))
    assert not unknown, f"features and traits found must be listed (not listed: {unknown})."


def test_every_exclusion_is_still_declared():
    """An exclusion that no longer names a feature of the schema is out of date."""
    stale = sorted(set(EXCLUDED) - declared_features())
    assert not stale, f"every excluded feature must be one of the schema (stale: {stale})."


def test_some_runs_end_at_the_event_limit_and_none_otherwise(found):
    """A run ends early only because of `max_events`: in some, in less than a tenth."""
    others = [error for error in found.errors if "timed events" not in error]
    assert not others, f"a run must fail by the event limit only (got {others[:3]})."
    share = len(found.errors) / (N_SCENARIOS * N_RUNS)
    assert 0.0 < share < 0.1, f"the share of runs at the event limit must be small, not 0 (got {share:.3f})."


def test_runs_are_of_moderate_length(found):
    """Half of the runs have 30 events or more, and hardly one has more than 3,000."""
    lengths = sorted(found.events)
    assert lengths[len(lengths) // 2] >= 30, f"half of the runs must have >= 30 events (got {lengths[::50]})."
    n_long = sum(length > 3_000 for length in lengths)
    assert n_long <= len(lengths) // 50, f"at most 1 run in 50 may have > 3,000 events (got {n_long})."


def test_a_number_gives_the_same_scenario_in_every_process():
    """Neither this process nor the hash seed of Python enters a scenario; different numbers differ."""
    here = [generate(number).hash for number in range(40)]
    assert len(set(here)) == len(here), "different numbers must give different scenarios (got two alike)."
    for hash_seed in ("1", "2"):
        out = subprocess.run(
            [sys.executable, "-c", PRINT_HASHES],
            cwd=PROJECT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            check=True,
        )
        there = out.stdout.split()
        differ = [number for number, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]]
        assert not differ, f"a scenario must not depend on the process (numbers that differ: {differ})."


@pytest.mark.parametrize("number", range(25))
def test_a_file_with_the_same_data_loads_as_the_same_scenario(number):
    """The short way from data to scenario gives what the loader of files gives."""
    short, text = generate(number), json.dumps(plain_data(number))
    long = load_text(text, file=short.file)
    assert (short.hash, short.spec) == (long.hash, long.spec), f"random scenario {number} must load alike."
    assert short.declared_at == long.declared_at, f"random scenario {number} must inherit alike."
