"""The reference engine on one or more processes: plain Python, whose threads would take turns at one core."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from functools import partial
from multiprocessing import forkserver
from typing import Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.reference import simulate
from scenario.engine.tables import Points, cast_of, world_at
from scenario.engine.trajectory import Event, Row
from scenario.engine.twins import with_twins
from scenario.errors import RunError
from scenario.experiment.chunk import Chunk, Settings, event_table, spans_of
from scenario.spec.outcomes import outcomes_of

_CHUNK_RUNS = 50
_IN_FLIGHT = 4


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
    elif pool is not None:
        yield from _completed(pool, points, settings, spans)
    else:
        with worker_pool(n_workers) as own:
            try:
                yield from _completed(own, points, settings, spans)
            finally:
                own.shutdown(wait=False, cancel_futures=True)


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


def _completed(
    pool: Executor, points: Points, settings: Settings, spans: Sequence[tuple[int, int]]
) -> Generator[Chunk, None, None]:
    """Yield chunks as they end, with only a few in flight so that a cancellation is quick."""
    pending: set[Future[Chunk]] = set()
    waiting = list(reversed(spans))
    while waiting or pending:
        while waiting and len(pending) < _IN_FLIGHT:
            start, stop = waiting.pop()
            pending.add(pool.submit(run_chunk, points.part(start, stop), settings, start, stop))
        ended, pending = wait(pending, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in ended)
