"""One gate where delays enter time, an event limit, and a bad run that is not the end of the others."""

from __future__ import annotations

import math
from typing import Any

import pytest

from scenario.draws.streams import Streams
from scenario.engine import tables
from scenario.engine.reference import simulate
from scenario.engine.tables import cast_of
from scenario.errors import RunError
from scenario.experiment import run as runner
from scenario.spec.schema import Mode
from tests.unit.engine.factory import FINDING_AT_START, SURE_TO_ACT, SURE_TO_DISCLOSE, minimal, world_of

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


@pytest.mark.parametrize("value", [math.nan, math.inf, -500.0], ids=["nan", "inf", "negative"])
@pytest.mark.parametrize("place", PLACES)
def test_a_delay_that_is_no_delay_ends_the_run_with_its_name(place: str, value: float) -> None:
    """NaN, infinity or a negative number of days is a run error that names run and place."""
    case = minimal(BUSY)
    path, named = PLACES[place]
    world = _spoil(world_of(case, point=4), path, value)
    with pytest.raises(RunError, match=rf"^run e0004-r002: .*(?:{named})"):
        simulate(cast_of(case), world, Streams(0), n=2, m=4, mode=Mode.FACTUAL)


def test_the_event_limit_ends_a_run_with_its_name() -> None:
    """A run with more timed events than allowed is a run error that names limit and run."""
    case = minimal({"max_events": 100, "channels.press.gap_days": 0.1})
    with pytest.raises(
        RunError, match=r"^run e0000-r001: a run must have at most 100 timed events \(got 101\)"
    ):
        simulate(cast_of(case), world_of(case), Streams(0), n=1, m=0, mode=Mode.FACTUAL)


def test_one_bad_run_of_many_is_one_failure_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40 runs with one bad delay 39 have a row, and one has a failure row that says which and why."""
    real = tables.world_at

    def spoiled(points: Any, m: int) -> Any:
        world = real(points, m)
        return _spoil(world, "channels.press.gap_days", math.nan) if m == 17 else world

    monkeypatch.setattr(runner, "world_at", spoiled)
    found = runner.run(minimal(), outer=40, inner=1)
    assert found.n == len(found.outcomes) == 39
    assert 17 not in set(found.outcomes["experiment"])
    assert found.failures[["experiment", "replication"]].to_numpy().tolist() == [[17, 0]]
    assert "e0017-r000" in found.failures["error"].iloc[0]


def test_the_other_runs_are_not_moved_by_a_bad_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 39 good rows are the rows of the same runs without a bad one beside them."""
    good = runner.run(minimal(), outer=40, inner=1).outcomes
    real = tables.world_at
    monkeypatch.setattr(
        runner,
        "world_at",
        lambda points, m: (
            _spoil(real(points, m), "channels.press.gap_days", math.nan) if m == 17 else real(points, m)
        ),
    )
    kept = runner.run(minimal(), outer=40, inner=1).outcomes
    assert kept.equals(good[good["experiment"] != 17].reset_index(drop=True))
