"""Running: sizes, order, independence of chunks and processes, failures."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

import scenario
from scenario.errors import RunError, SpecError
from scenario.experiment import run as run_module
from scenario.experiment.run import Result, Settings, replay, run_chunk, sized, worker_pool


@pytest.mark.parametrize(("n", "outer", "inner"), [(500, 125, 4), (6, 3, 2), (7, 7, 1), (1, 1, 1)])
def test_n_is_met_exactly(n: int, outer: int, inner: int) -> None:
    """n runs become outer points with 4, 2 or 1 replications, never more or fewer runs."""
    settings = sized(n)
    assert (settings.outer, settings.inner) == (outer, inner)
    assert settings.n == n


def test_the_default_is_2500_by_4() -> None:
    """Without a size there are 2,500 outer points with 4 replications."""
    assert (sized().outer, sized().inner) == (2500, 4)


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"outer": 0}, "outer must be a whole number >= 1"),
        ({"inner": 0}, "inner must be a whole number >= 1"),
        ({"seed": -1}, "seed must be a whole number >= 0"),
        ({"seed": True}, "seed must be a whole number >= 0"),
        ({"outer": 2.0}, "outer must be a whole number >= 1"),
        ({"engine": "fast"}, "engine must be one of auto, reference"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], rule: str) -> None:
    """A size, seed or engine out of range is refused with the rule and the value got."""
    with pytest.raises(SpecError, match=rule):
        Settings(**settings)


def test_rows_are_sorted_by_run(small: Result) -> None:
    """The outcome table has one row per run, sorted by experiment and replication."""
    rows = list(zip(small.outcomes["experiment"], small.outcomes["replication"], strict=True))
    assert rows == [(m, n) for m in range(10) for n in range(2)]


def test_every_declared_outcome_is_a_column_in_order(small: Result) -> None:
    """The columns are the run's id and then the declared outcomes, in their order."""
    assert list(small.outcomes.columns) == ["experiment", "replication", *small.declared]


def test_a_smaller_study_is_the_beginning_of_a_larger_one(base: scenario.Scenario, small: Result) -> None:
    """Three outer points give the same rows as the first three of ten."""
    part = scenario.run(base, outer=3, inner=2, seed=7)
    pd.testing.assert_frame_equal(part.outcomes, small.outcomes.head(6))


def test_chunk_size_changes_nothing(
    base: scenario.Scenario, small: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of one outer point give the same table as one chunk."""
    monkeypatch.setattr(run_module, "_CHUNK_RUNS", 2)
    again = scenario.run(base, outer=10, inner=2, seed=7, events=True)
    pd.testing.assert_frame_equal(again.outcomes, small.outcomes)
    assert again.events is not None
    assert small.events is not None
    pd.testing.assert_frame_equal(again.events, small.events)


def test_processes_change_nothing_and_are_really_used(
    base: scenario.Scenario, small: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes, both seen at work, give the same table as one."""
    monkeypatch.setattr(run_module, "_CHUNK_RUNS", 2)
    with worker_pool(2) as pool:
        assert pool._mp_context.get_start_method() == "forkserver"
        again = scenario.run(base, outer=10, inner=2, seed=7, pool=pool)
        assert len(pool._processes) == 2
        assert multiprocessing.current_process().pid not in pool._processes
    pd.testing.assert_frame_equal(again.outcomes, small.outcomes)


def test_threads_do_not_meet(base: scenario.Scenario, small: Result) -> None:
    """Two threads that run the same scenario at once both get the same table."""

    def once(_: int) -> pd.DataFrame:
        return scenario.run(base, outer=3, inner=2, seed=7).outcomes

    with ThreadPoolExecutor(2) as pool:
        for table in pool.map(once, range(2)):
            pd.testing.assert_frame_equal(table, small.outcomes.head(6))


def test_another_seed_gives_other_runs(base: scenario.Scenario, small: Result) -> None:
    """Seed 0 is a seed of its own: its runs differ from those of seed 7."""
    other = scenario.run(base, outer=3, inner=2, seed=0)
    assert not other.outcomes.equals(small.outcomes.head(6))


def test_a_replayed_run_is_the_same_run(base: scenario.Scenario, small: Result) -> None:
    """The replayed log of a run has the rows that were kept for it, and the same outcomes."""
    row, events = replay(base, experiment=4, replication=1, seed=7)
    assert small.events is not None
    kept = small.events.query("experiment == 4 and replication == 1")
    assert [event.kind for event in events] == list(kept["kind"])
    assert [event.time for event in events] == list(kept["time"])
    stored = small.outcomes.query("experiment == 4 and replication == 1").iloc[0]
    assert row["quantity_shipped"] == stored["quantity_shipped"]


def test_a_bad_run_is_a_failure_row_and_the_others_stand(base: scenario.Scenario) -> None:
    """Runs beyond the event limit are listed with their id; the others are the rows they would have been."""
    whole = scenario.run(base, outer=6, inner=2, seed=7, twins=False)
    limited = scenario.load("iran-russia-missiles-2024", overrides={"max_events": 1000})
    part = scenario.run(limited, outer=6, inner=2, seed=7, twins=False)
    assert 0 < len(part.failures) < 12
    assert len(part.outcomes) + len(part.failures) == 12
    assert part.failures["error"].str.contains("at most 1000 timed events").all()
    kept = whole.outcomes.merge(part.outcomes[["experiment", "replication"]])
    pd.testing.assert_frame_equal(kept, part.outcomes)


def test_no_finished_run_is_an_error() -> None:
    """A study of which no run finishes ends with an error that names a run."""
    limited = scenario.load("iran-russia-missiles-2024", overrides={"max_events": 100})
    with pytest.raises(RunError, match=r"run e0000-r000: one run of 4 at least must finish"):
        scenario.run(limited, 4, seed=0)


def test_progress_counts_all_runs_and_can_cancel(
    base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress is reported after each chunk; an exception from it stops the study."""
    monkeypatch.setattr(run_module, "_CHUNK_RUNS", 2)
    seen: list[tuple[int, int]] = []
    scenario.run(base, 6, seed=0, twins=False, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (6, 6)
    assert len(seen) == 3

    def cancel(done: int, total: int) -> None:
        raise InterruptedError(f"{done} of {total}")

    with pytest.raises(InterruptedError, match="2 of 6"):
        scenario.run(base, 6, seed=0, twins=False, progress=cancel)


def test_a_part_of_the_points_runs_the_same(base: scenario.Scenario, small: Result) -> None:
    """The runs of points 4 and 5 drawn apart are the rows of the whole study."""
    from scenario.engine.tables import draw_points

    points = draw_points(base, seed=7, n_points=10).part(4, 6)
    chunk = run_chunk(points, Settings(outer=10, inner=2, seed=7), 4, 6)
    expected = small.outcomes.query("experiment in (4, 5)")["quantity_net"].to_numpy()
    assert np.array_equal([row[2]["quantity_net"] for row in chunk.rows], expected)
