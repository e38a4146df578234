"""Running: sizes, order, independence of engine, chunks, threads and processes, failures."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

import scenario
from scenario.draws.streams import Streams
from scenario.engine.compiled import Engine, rows_of
from scenario.engine.tables import cast_of, draw_points
from scenario.errors import RunError, SpecError
from scenario.experiment import processes, threads
from scenario.experiment.chunk import Chunk, Settings, sized, spans_of
from scenario.experiment.processes import run_chunk, worker_pool
from scenario.experiment.run import Result, engine_named, replay

ENGINES = ("compiled", "reference")


@pytest.fixture
def chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both engines work in chunks of two runs."""
    for module in (processes, threads):
        monkeypatch.setattr(module, "_CHUNK_RUNS", 2)


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
        ({"engine": "fast"}, r"engine must be one of auto, reference, compiled \(got fast\)"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], rule: str) -> None:
    """A size, seed or engine out of range is refused with the rule and the value got."""
    with pytest.raises(SpecError, match=rule):
        Settings(**settings)


def test_auto_is_the_compiled_engine() -> None:
    """Nobody who does not ask for it waits for the reference."""
    assert engine_named("auto") == "compiled"


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_is_named_is_taken(name: str) -> None:
    """Reference and compiled stand for themselves."""
    assert engine_named(name) == name


@pytest.mark.parametrize(
    ("chunk_runs", "expected"),
    [(4, [(0, 2), (2, 4), (4, 5)]), (1, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]), (100, [(0, 5)])],
)
def test_chunks_cover_every_outer_point_once(chunk_runs: int, expected: list[tuple[int, int]]) -> None:
    """Five points of two runs each are cut into chunks of about the size asked for, whole points only."""
    assert spans_of(Settings(outer=5, inner=2), chunk_runs) == expected


def test_rows_are_sorted_by_run(small: Result) -> None:
    """The outcome table has one row per run, sorted by experiment and replication."""
    rows = list(zip(small.outcomes["experiment"], small.outcomes["replication"], strict=True))
    assert rows == [(m, n) for m in range(10) for n in range(2)]


def test_every_declared_outcome_is_a_column_in_order(small: Result) -> None:
    """The columns are the run's id and then the declared outcomes, in their order."""
    assert list(small.outcomes.columns) == ["experiment", "replication", *small.declared]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_smaller_study_is_the_beginning_of_a_larger_one(
    engine: str, base: scenario.Scenario, small: Result
) -> None:
    """Three outer points give the same rows as the first three of ten."""
    part = scenario.run(base, outer=3, inner=2, seed=7, engine=engine)
    pd.testing.assert_frame_equal(part.outcomes, small.outcomes.head(6), check_exact=True)


@pytest.mark.usefixtures("chunks_of_two")
@pytest.mark.parametrize(("engine", "workers"), [("compiled", 1), ("compiled", 2), ("reference", 1)])
def test_neither_engine_nor_chunks_nor_workers_change_anything(
    engine: str, workers: int, base: scenario.Scenario, small: Result
) -> None:
    """Chunks of one outer point, from one worker or two, give the same tables as one chunk."""
    again = scenario.run(base, outer=10, inner=2, seed=7, events=True, engine=engine, workers=workers)
    pd.testing.assert_frame_equal(again.outcomes, small.outcomes, check_exact=True)
    assert again.events is not None
    assert small.events is not None
    pd.testing.assert_frame_equal(again.events, small.events, check_exact=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_order_in_which_chunks_end_changes_nothing(
    engine: str, base: scenario.Scenario, small: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks that come last first give the same tables."""
    name = "compiled_chunks" if engine == "compiled" else "reference_chunks"
    module = threads if engine == "compiled" else processes
    in_order = getattr(module, name)
    monkeypatch.setattr(module, "_CHUNK_RUNS", 2)
    monkeypatch.setattr(module, name, lambda *some, **more: _given(reversed(list(in_order(*some, **more)))))
    again = scenario.run(base, outer=10, inner=2, seed=7, events=True, engine=engine)
    pd.testing.assert_frame_equal(again.outcomes, small.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(again.events, small.events, check_exact=True)


def _given(chunks: Iterator[Chunk]) -> Generator[Chunk, None, None]:
    """Yield chunks as a generator, which can be closed."""
    yield from chunks


@pytest.mark.usefixtures("chunks_of_two")
def test_threads_are_really_used(base: scenario.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two workers two threads, neither of them the main one, run chunks at the same time."""
    real, together = Engine.do, threading.Barrier(2, timeout=60)
    seen: set[int] = set()

    def watched(*arguments: Any) -> Any:
        if len(seen) < 2:
            seen.add(threading.get_ident())
            together.wait()
        return real(*arguments)

    monkeypatch.setattr(Engine, "do", watched)
    scenario.run(base, outer=4, inner=2, seed=7, workers=2, engine="compiled")
    assert len(seen) == 2
    assert threading.main_thread().ident not in seen


@pytest.mark.usefixtures("chunks_of_two")
def test_processes_change_nothing_and_are_really_used(base: scenario.Scenario, small: Result) -> None:
    """Two processes, both seen at work, give the same table as one."""
    with worker_pool(2) as pool:
        assert pool._mp_context.get_start_method() == "forkserver"
        again = scenario.run(base, outer=10, inner=2, seed=7, pool=pool, engine="reference")
        assert len(pool._processes) == 2
        assert multiprocessing.current_process().pid not in pool._processes
    pd.testing.assert_frame_equal(again.outcomes, small.outcomes)


@pytest.mark.parametrize("engine", ENGINES)
def test_threads_do_not_meet(engine: str, base: scenario.Scenario, small: Result) -> None:
    """Two threads that run the same scenario at once both get the same table."""

    def once(_: int) -> pd.DataFrame:
        return scenario.run(base, outer=3, inner=2, seed=7, engine=engine).outcomes

    with ThreadPoolExecutor(2) as pool:
        for table in pool.map(once, range(2)):
            pd.testing.assert_frame_equal(table, small.outcomes.head(6))


def test_another_seed_gives_other_runs(base: scenario.Scenario, small: Result) -> None:
    """Seed 0 is a seed of its own: its runs differ from those of seed 7."""
    other = scenario.run(base, outer=3, inner=2, seed=0)
    assert not other.outcomes.equals(small.outcomes.head(6))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_replayed_run_is_the_same_run(engine: str, base: scenario.Scenario, small: Result) -> None:
    """The replayed log of a run has the rows that were kept for it, and the same outcomes."""
    row, events = replay(base, experiment=4, replication=1, seed=7, engine=engine)
    assert small.events is not None
    kept = small.events.query("experiment == 4 and replication == 1")
    assert [event.kind for event in events] == list(kept["kind"])
    assert [event.time for event in events] == list(kept["time"])
    stored = small.outcomes.query("experiment == 4 and replication == 1").iloc[0]
    assert row["quantity_shipped"] == stored["quantity_shipped"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bad_run_is_a_failure_row_and_the_others_stand(engine: str, base: scenario.Scenario) -> None:
    """Runs beyond the event limit are listed with their id; the others are the rows they would have been."""
    whole = scenario.run(base, outer=6, inner=2, seed=7, twins=False)
    limited = scenario.load("iran-russia-missiles-2024", overrides={"max_events": 1000})
    part = scenario.run(limited, outer=6, inner=2, seed=7, twins=False, engine=engine)
    assert 0 < len(part.failures) < 12
    assert len(part.outcomes) + len(part.failures) == 12
    assert part.failures["error"].str.contains("at most 1000 timed events").all()
    kept = whole.outcomes.merge(part.outcomes[["experiment", "replication"]])
    pd.testing.assert_frame_equal(kept, part.outcomes)


@pytest.mark.parametrize("twins", [True, False])
def test_engines_fail_in_the_same_runs_with_the_same_words(twins: bool) -> None:
    """Failures of runs beyond the event limit are one and the same table from either engine."""
    limited = scenario.load("iran-russia-missiles-2024", overrides={"max_events": 1000})
    compiled, reference = (
        scenario.run(limited, outer=6, inner=2, seed=7, twins=twins, engine=engine).failures
        for engine in ENGINES
    )
    assert len(compiled) > 0
    pd.testing.assert_frame_equal(compiled, reference)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_finished_run_is_an_error(engine: str) -> None:
    """A study of which no run finishes ends with an error that names a run."""
    limited = scenario.load("iran-russia-missiles-2024", overrides={"max_events": 100})
    with pytest.raises(RunError, match=r"run e0000-r000: one run of 4 at least must finish"):
        scenario.run(limited, 4, seed=0, engine=engine)


@pytest.mark.usefixtures("chunks_of_two")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_progress_counts_all_runs(engine: str, workers: int, base: scenario.Scenario) -> None:
    """Progress is reported after each chunk, whoever runs it, and ends with all runs."""
    seen: list[tuple[int, int]] = []
    how = {"seed": 0, "twins": False, "engine": engine, "workers": workers}
    scenario.run(base, 6, **how, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 6), (4, 6), (6, 6)]


@pytest.mark.usefixtures("chunks_of_two")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_an_exception_from_progress_cancels_the_rest(
    engine: str, workers: int, base: scenario.Scenario
) -> None:
    """The study stops with the exception after its first chunk."""

    def cancel(done: int, total: int) -> None:
        raise InterruptedError(f"{done} of {total}")

    with pytest.raises(InterruptedError, match="2 of 6"):
        scenario.run(base, 6, seed=0, twins=False, engine=engine, workers=workers, progress=cancel)


@pytest.mark.usefixtures("chunks_of_two")
def test_a_cancelled_study_leaves_no_thread_at_work(base: scenario.Scenario) -> None:
    """Once the exception has come through, the threads of the study have ended."""

    def cancel(done: int, total: int) -> None:
        raise InterruptedError(f"{done} of {total}")

    with pytest.raises(InterruptedError, match="2 of 2000"):
        scenario.run(base, outer=1000, inner=2, seed=0, engine="compiled", workers=2, progress=cancel)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("runs")] == []


def test_a_part_of_the_points_runs_the_same(base: scenario.Scenario, small: Result) -> None:
    """The runs of points 4 and 5 drawn apart are the rows of the whole study."""
    points = draw_points(base, seed=7, n_points=10).part(4, 6)
    chunk = run_chunk(points, Settings(outer=10, inner=2, seed=7), 4, 6)
    expected = small.outcomes.query("experiment in (4, 5)")["quantity_net"].to_numpy()
    assert np.array_equal(chunk.rows[:, list(small.declared).index("quantity_net")], expected)


def test_a_part_of_the_points_runs_the_same_compiled(base: scenario.Scenario, small: Result) -> None:
    """The compiled runs of points 4 and 5 drawn apart are the rows of the whole study."""
    engine, points = Engine(cast_of(base), Streams(7)), draw_points(base, seed=7, n_points=10).part(4, 6)
    job = engine.job(
        rows_of(engine, points), first_m=4, n_inner=2, mode=base.spec.policy.mode, has_twins=True
    )
    engine.do(job)
    expected = small.outcomes.query("experiment in (4, 5)")["quantity_net"].to_numpy()
    assert np.array_equal(job.rows[:, list(small.declared).index("quantity_net")], expected)
