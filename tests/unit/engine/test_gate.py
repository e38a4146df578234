"""One gate where delays enter time, an event limit, and a bad run that is not the end of the others."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from functools import partial
from typing import Any

import pytest

from scenario.draws.streams import Streams
from scenario.engine import compiled, reference
from scenario.engine.tables import cast_of
from scenario.errors import RunError
from scenario.experiment import processes, threads
from scenario.experiment.run import Result, run
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Mode
from tests.unit.engine.factory import (
    ENGINES,
    FINDING_AT_START,
    SURE_TO_ACT,
    SURE_TO_DISCLOSE,
    minimal,
    world_of,
)

SIMULATE = {"compiled": compiled.simulate, "reference": reference.simulate}

BUSY = {**FINDING_AT_START, **SURE_TO_DISCLOSE, **SURE_TO_ACT, "channels.press.opening_days": 0}

PLACES = {
    "report gap": ("channels.press.gap_days", r"press"),
    "report lag": ("channels.press.lag.median", r"press"),
    "opening": ("channels.press.opening_days", r"press"),
    "usable lag": ("act.usable.median", r"usable|batch"),
    "review gap": ("target.review_gap_days", r"target|review"),
    "mood gap": ("target.mood_gap_days", r"mood"),
    "drafting": ("response.draft_prepared.median", r"us|draft"),
    "listing gap": ("background.listings.gap_days", r"listing|background"),
    "delivery gap": ("suppliers.other.gap_days", r"other"),
}


def _spoil(world: Any, path: str, value: float) -> Any:
    """Set a number of a world by its dotted path and return the world."""
    node = world
    *way, last = path.split(".")
    for part in way:
        node = node[part] if isinstance(node, dict) else getattr(node, part)
    setattr(node, last, value)
    return world


def _error(engine: str, case: Scenario, world: Any, *, n: int, m: int) -> str:
    """Return the text of the error with which a run ends."""
    with pytest.raises(RunError, match=rf"^run e{m:04d}-r{n:03d}: ") as caught:
        SIMULATE[engine](cast_of(case), world, Streams(0), n=n, m=m, mode=Mode.FACTUAL)
    return str(caught.value)


VALUES = pytest.mark.parametrize("value", [math.nan, math.inf, -500.0], ids=["nan", "inf", "negative"])


@VALUES
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_delay_that_is_no_delay_ends_the_run_with_its_name(engine: str, place: str, value: float) -> None:
    """NaN, infinity or a negative number of days is a run error that names run and place."""
    case = minimal(BUSY)
    path, named = PLACES[place]
    text = _error(engine, case, _spoil(world_of(case, point=4), path, value), n=2, m=4)
    assert re.match(rf"run e0004-r002: a delay of .*(?:{named}).* must be a finite number of days >= 0", text)


@VALUES
@pytest.mark.parametrize("place", PLACES)
def test_both_engines_tell_of_a_bad_delay_in_the_same_words(place: str, value: float) -> None:
    """The error of a bad delay is the same text, to the letter, from either engine."""
    case = minimal(BUSY)
    world = _spoil(world_of(case, point=4), PLACES[place][0], value)
    first, second = (_error(engine, case, world, n=2, m=4) for engine in ENGINES)
    assert first == second


@pytest.mark.parametrize("engine", ENGINES)
def test_the_event_limit_ends_a_run_with_its_name(engine: str) -> None:
    """A run with more timed events than allowed is a run error that names limit and run."""
    case = minimal({"max_events": 100, "channels.press.gap_days": 0.1})
    text = _error(engine, case, world_of(case), n=1, m=0)
    assert text.startswith("run e0000-r001: a run must have at most 100 timed events (got 101)")


def test_both_engines_tell_of_the_event_limit_in_the_same_words() -> None:
    """The error of too many events is the same text, to the letter, from either engine."""
    case = minimal({"max_events": 100, "channels.press.gap_days": 0.1})
    first, second = (_error(engine, case, world_of(case), n=1, m=0) for engine in ENGINES)
    assert first == second


def _is_enough(engine: str, limit: int) -> bool:
    """Return whether a run of many reports finishes with a limit of events."""
    case = minimal({"channels.press.gap_days": 1.0, "max_events": limit})
    try:
        SIMULATE[engine](cast_of(case), world_of(case), Streams(0), n=0, m=0, mode=Mode.FACTUAL)
    except RunError:
        return False
    return True


def test_both_engines_count_events_alike() -> None:
    """The smallest limit with which a run finishes is the same for either engine."""
    needed = [bisect_left(range(3000), True, key=partial(_is_enough, engine)) for engine in ENGINES]
    assert needed[0] == needed[1]
    assert 300 < needed[0] < 3000


@pytest.mark.parametrize("engine", ENGINES)
def test_an_outcome_beyond_all_numbers_ends_the_run_with_its_name(engine: str) -> None:
    """A quantity that is not finite is a run error that names run and outcome."""
    case = minimal({"act.p_true": 0.999999, "act.p_planned": 0})
    world = _spoil(world_of(case, point=3), "suppliers.other.size", math.inf)
    text = _error(engine, case, world, n=0, m=3)
    assert text.startswith("run e0003-r000: quantity_alternative must stay within the range of floats")


def test_both_engines_tell_of_an_outcome_beyond_all_numbers_in_the_same_words() -> None:
    """The error of an outcome that is not finite is the same text, to the letter, from either engine."""
    case = minimal()
    world = _spoil(world_of(case, point=3), "suppliers.other.size", math.inf)
    first, second = (_error(engine, case, world, n=0, m=3) for engine in ENGINES)
    assert first == second


def _with_one_bad_run(monkeypatch: pytest.MonkeyPatch, engine: str, **settings: Any) -> Result:
    """Run 40 runs of which number 17 has a gap that is no number of days."""
    world_at, rows_of = processes.world_at, threads.rows_of
    path = "channels.press.gap_days"

    def spoiled_world(points: Any, m: int) -> Any:
        world = world_at(points, m)
        return _spoil(world, path, math.nan) if m == 17 else world

    def spoiled_rows(some: Any, points: Any) -> Any:
        rows = rows_of(some, points)
        rows[17, some.columns.column(path)] = math.nan
        return rows

    monkeypatch.setattr(processes, "world_at", spoiled_world)
    monkeypatch.setattr(threads, "rows_of", spoiled_rows)
    return run(minimal(), outer=40, inner=1, engine=engine, **settings)


@pytest.mark.parametrize("engine", ENGINES)
def test_one_bad_run_of_many_is_one_failure_row(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40 runs with one bad delay 39 have a row, and one has a failure row that says which and why."""
    found = _with_one_bad_run(monkeypatch, engine)
    assert found.n == len(found.outcomes) == 39
    assert 17 not in set(found.outcomes["experiment"])
    assert found.failures[["experiment", "replication"]].to_numpy().tolist() == [[17, 0]]
    assert "e0017-r000" in found.failures["error"].iloc[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_other_runs_are_not_moved_by_a_bad_one(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The 39 good rows are the rows of the same runs without a bad one beside them."""
    good = run(minimal(), outer=40, inner=1, engine=engine).outcomes
    kept = _with_one_bad_run(monkeypatch, engine).outcomes
    assert kept.equals(good[good["experiment"] != 17].reset_index(drop=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bad_run_leaves_no_events_behind(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event table holds the logs of the 39 good runs and not a line of the bad one."""
    events = _with_one_bad_run(monkeypatch, engine, events=True).events
    assert set(events["experiment"]) == set(range(40)) - {17}
