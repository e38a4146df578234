"""The reference engine on one or more processes: plain Python, whose threads would take turns at one core."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import forkserver
from typing import Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.reference import simulate
from scenario.engine.tables import Points, cast_of, world_at
from scenario.engine.trajectory import Event, Row
from scenario.engine.twins import with_twins
from scenario.errors import EXIT_INTERRUPTED, Problem, RunError, ScenarioError
from scenario.experiment.chunk import Chunk, Settings, event_table, spans_of
from scenario.experiment.pending import Found, as_they_end
from scenario.spec.outcomes import outcomes_of

_CHUNK_RUNS = 50

MAX_DEATHS = 3
"""Times in a row that processes may die, with nothing done in between, before a piece of work is given up."""


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

    def task_of(place: int) -> Callable[[], Chunk]:
        """Return what runs a span; only its own numbers travel to another process."""
        start, stop = spans[place]
        return partial(run_chunk, points.part(start, stop), settings, start, stop)

    places = range(len(spans))
    if pool is None:
        yield from worked_off(places, task_of, workers=n_workers)
        return
    try:
        yield from as_they_end(pool, map(task_of, places), workers=max(n_workers, 2))
    except BrokenProcessPool:
        raise _deadly(1, "give the runs a new pool") from None


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
    numbers: Iterable[int], task_of: Callable[[int], Callable[[], Found]], *, workers: int
) -> Generator[Found, None, None]:
    """Yield what tasks come to, as they end in processes of their own.

    Where a process dies (the system takes the memory back, somebody kills it) what had not ended is given out again.

    Parameters
    ----------
    numbers
        Of the tasks.
    task_of
        Returns the task of a number; asked when its turn has come.
    workers
        Processes, >= 1.

    Raises
    ------
    WorkersError
        Processes died three times with nothing done in between.
    """
    left, n_deaths = dict.fromkeys(numbers), 0
    while left:
        with worker_pool(workers) as pool:
            tasks = (partial(_numbered, number, task_of(number)) for number in list(left))
            try:
                for number, found in as_they_end(pool, tasks, workers=workers):
                    del left[number]
                    n_deaths = 0
                    yield found
            except BrokenProcessPool:
                n_deaths += 1
                if n_deaths == MAX_DEATHS:
                    raise _deadly(
                        n_deaths, "free memory, or take fewer workers; --resume keeps what is done"
                    ) from None
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _numbered(number: int, task: Callable[[], Found]) -> tuple[int, Found]:
    """Do a task, and say which it was."""
    return number, task()


def _deadly(n: int, hint: str) -> WorkersError:
    """Return what to say when processes do not survive their work."""
    rule = "worker processes must live until their work is done"
    return WorkersError(Problem(rule=rule, got=f"processes that died, {n} times", hint=hint, code="E335"))
