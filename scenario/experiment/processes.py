"""The reference engine on one or more processes: plain Python, whose threads would take turns at one core."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import forkserver
from typing import Any, TypeVar

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.reference import simulate
from scenario.engine.tables import Points, cast_of, world_at
from scenario.engine.trajectory import Event, Row
from scenario.engine.twins import with_twins
from scenario.errors import EXIT_INTERRUPTED, Problem, RunError, ScenarioError
from scenario.experiment.chunk import Chunk, Settings, event_table, spans_of
from scenario.spec.outcomes import outcomes_of

Found = TypeVar("Found")

_CHUNK_RUNS = 50
_AHEAD = 2
"""Chunks given out per process: few, so that a cancellation is quick."""

MAX_DEATHS = 3
"""Times that processes may die before a piece of work is given up."""


class WorkersError(ScenarioError):
    """Worker processes died again and again; a sweep can be gone on with."""

    exit_code = EXIT_INTERRUPTED


def reference_chunks(
    points: Points, settings: Settings, *, workers: int, pool: Executor | None
) -> Generator[Chunk, None, None]:
    """Yield all chunks, from one process or several, as they end.

    Parameters
    ----------
    points
        The outer points.
    settings
        What to run.
    workers
        Processes, >= 1.
    pool
        Processes to use and to leave open; without one they start and end here.
    """
    spans = spans_of(settings, _CHUNK_RUNS)
    n_workers = min(len(spans), workers)
    if n_workers <= 1 and pool is None:
        yield from (run_chunk(points, settings, *span) for span in spans)
        return
    tasks = {start: partial(_run_part, points, settings, start, stop) for start, stop in spans}
    if pool is None:
        yield from (chunk for _, chunk in worked_off(tasks, workers=n_workers))
        return
    try:
        yield from (chunk for _, chunk in _as_they_end(pool, tasks, _AHEAD * max(n_workers, 2)))
    except BrokenProcessPool:
        raise _deadly(1, "give the runs a new pool") from None


def _run_part(points: Points, settings: Settings, start: int, stop: int) -> Callable[[], Chunk]:
    """Return what runs some outer points; only their own numbers travel to another process."""
    return partial(run_chunk, points.part(start, stop), settings, start, stop)


def run_chunk(points: Points, settings: Settings, start: int, stop: int) -> Chunk:
    """Run all replications of the outer points start <= m < stop."""
    scenario = points.scenario
    cast, streams, mode = cast_of(scenario), Streams(settings.seed), scenario.spec.policy.mode
    columns = list(outcomes_of(scenario.spec, twins=settings.twins))
    runs: list[tuple[int, int]] = []
    rows: list[list[float]] = []
    failures: list[tuple[int, int, str]] = []
    logs: list[tuple[int, int, list[Event]]] = []
    for m in range(start, stop):
        world = world_at(points, m)
        for n in range(settings.inner):
            one = partial(_simulate, cast, world, streams, n, m)
            try:
                row, log = with_twins(one, mode) if settings.twins else one(mode)
            except RunError as error:
                failures.append((m, n, str(error)))
                continue
            runs.append((m, n))
            rows.append([float(row[name]) for name in columns])
            logs.append((m, n, log))
    return Chunk(
        runs=np.array(runs, dtype=np.int64).reshape(-1, 2),
        rows=np.array(rows).reshape(-1, len(columns)),
        failures=failures,
        events=event_table(logs) if settings.events else None,
    )


def simulate_at(cast: Any, points: Points, streams: Streams, point: int, *, m: int, twins: bool) -> Row:
    """Run one replication with the numbers of one outer point under the luck of outer point m."""
    mode = points.scenario.spec.policy.mode
    one = partial(_simulate, cast, world_at(points, point), streams, 0, m)
    return (with_twins(one, mode) if twins else one(mode))[0]


def _simulate(cast: Any, world: Any, streams: Streams, n: int, m: int, mode: Any) -> tuple[Row, list[Event]]:
    """Run one replication in one mode (arguments in the order that `partial` needs)."""
    return simulate(cast, world, streams, n=n, m=m, mode=mode)


def worker_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Return processes for `run(engine="reference", pool=...)`, one per core by default; the caller closes them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # imported once, before the processes part
    _start_forkserver()
    ignore = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the work out
    return ProcessPoolExecutor(
        workers or os.cpu_count() or 1, mp_context=context, initializer=signal.signal, initargs=ignore
    )


def _start_forkserver() -> None:
    """Start the process that parts the workers, deaf to Ctrl-C from its first moment where that can be had."""
    if threading.current_thread() is not threading.main_thread():
        forkserver.ensure_running()
        return
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, former)


def worked_off(
    tasks: Mapping[int, Callable[[], Callable[[], Found]]], *, workers: int
) -> Generator[tuple[int, Found], None, None]:
    """Yield what tasks come to, with their numbers, as they end in processes of their own.

    Where a process dies (the system takes the memory back, somebody kills it) what had not ended is given out again.

    Parameters
    ----------
    tasks
        Number -> what makes the task when its turn has come.
    workers
        Processes, >= 1.

    Raises
    ------
    WorkersError
        Processes died three times.
    """
    left, n_deaths = dict(tasks), 0
    while left:
        with worker_pool(workers) as pool:
            try:
                for number, found in _as_they_end(pool, left, _AHEAD * workers):
                    del left[number]
                    yield number, found
            except BrokenProcessPool:
                n_deaths += 1
                if n_deaths == MAX_DEATHS:
                    raise _deadly(
                        n_deaths, "free memory, or take fewer workers; --resume keeps what is done"
                    ) from None
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _as_they_end(
    pool: Executor, tasks: Mapping[int, Callable[[], Callable[[], Found]]], n_ahead: int
) -> Generator[tuple[int, Found], None, None]:
    """Give tasks out, a few ahead, and yield each with its number as it ends."""
    waiting, pending = list(tasks.items())[::-1], dict[Future[Found], int]()
    while waiting or pending:
        while waiting and len(pending) < n_ahead:
            number, task = waiting.pop()
            pending[pool.submit(task())] = number
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            yield pending.pop(future), future.result()


def _deadly(n: int, hint: str) -> WorkersError:
    """Return what to say when processes do not survive their work."""
    rule = "worker processes must live until their work is done"
    return WorkersError(Problem(rule=rule, got=f"processes that died, {n} times", hint=hint, code="E335"))
