"""Run a scenario: outer points x inner replications, in chunks, on one or more processes.

A run is (experiment, replication) = (outer point m, inner replication n). The result does not depend
on the number of processes, the chunk size or the order in which chunks end.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Any

from scenario.draws.streams import Streams
from scenario.engine.reference import simulate
from scenario.engine.tables import Points, cast_of, draw_points, world_at
from scenario.engine.trajectory import Event, Row
from scenario.engine.twins import with_twins
from scenario.errors import Problem, RunError, SpecError
from scenario.spec.outcomes import Outcome, outcomes_of
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ENGINES = ("auto", "reference")
DEFAULT_OUTER, DEFAULT_INNER = 2500, 4
_CHUNK_RUNS = 50
_IN_FLIGHT = 4

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all) after each chunk; raising an exception cancels the rest."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a scenario is run: size, seed, engine and what is kept.

    Parameters
    ----------
    outer, inner
        Outer points M >= 1 and replications per point K >= 1.
    seed
        Root seed, an integer >= 0; 0 is one of them.
    engine
        "reference", or "auto" for the fastest one there is.
    events, twins
        Whether event logs are kept, and whether twins are run.
    """

    outer: int = DEFAULT_OUTER
    inner: int = DEFAULT_INNER
    seed: int = 0
    engine: str = "auto"
    events: bool = False
    twins: bool = True

    def __post_init__(self) -> None:
        limits = {"outer": (1, 2**31), "inner": (1, 1000), "seed": (0, 2**63)}
        problems = [
            Problem(
                rule=f"{name} must be a whole number >= {low} and < {high}",
                got=str(getattr(self, name)),
                code="E301",
            )
            for name, (low, high) in limits.items()
            if not (type(getattr(self, name)) is int and low <= getattr(self, name) < high)
        ]
        if self.engine not in ENGINES:
            problems.append(
                Problem(rule=f"engine must be one of {', '.join(ENGINES)}", got=str(self.engine), code="E302")
            )
        if problems:
            raise SpecError(problems)

    @property
    def n(self) -> int:
        """Return the number of runs."""
        return self.outer * self.inner


def sized(
    n: int | None = None, *, outer: int | None = None, inner: int | None = None, **rest: Any
) -> Settings:
    """Return settings for `n` runs (4, 2 or 1 per outer point, so that n is met exactly), or for outer x inner.

    Raises
    ------
    SpecError
        n is given together with outer or inner, or a size is out of range.
    """
    if n is None:
        return Settings(
            outer=DEFAULT_OUTER if outer is None else outer,
            inner=DEFAULT_INNER if inner is None else inner,
            **rest,
        )
    if outer is not None or inner is not None:
        raise SpecError(
            Problem(rule="n must not be given together with outer or inner", got=f"n = {n}", code="E303")
        )
    if type(n) is not int or not 1 <= n < 2**31:
        raise SpecError(
            Problem(rule="n must be a whole number >= 1 and < 2147483648", got=str(n), code="E301")
        )
    per_point = next(k for k in (4, 2, 1) if n % k == 0)
    return Settings(outer=n // per_point, inner=per_point, **rest)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What running a scenario gave.

    Parameters
    ----------
    scenario, settings
        What was run, and how.
    outcomes
        One row per run, sorted by (experiment, replication); columns as in `declared`.
    failures
        Runs that ended with an error: experiment, replication, error.
    events
        The event logs, or None where they were not kept.
    p_true
        float64[M]: the probability with which truth was drawn at each outer point.
    attribution_ratio
        float64[M]: the likelihood ratio with which senders weigh another government's word.
    declared
        Name to declaration of every outcome column.
    """

    scenario: Scenario
    settings: Settings
    outcomes: pd.DataFrame
    failures: pd.DataFrame
    events: pd.DataFrame | None
    p_true: np.ndarray[Any, Any]
    attribution_ratio: np.ndarray[Any, Any]
    declared: dict[str, Outcome]

    @property
    def n(self) -> int:
        """Return the number of runs that finished."""
        return len(self.outcomes)


@dataclass(frozen=True)
class _Chunk:
    """The runs of some outer points, as rows."""

    rows: list[tuple[int, int, Row]]
    failures: list[tuple[int, int, str]]
    events: list[tuple[int, int, list[Event]]]


def run(
    scenario: Scenario,
    n: int | None = None,
    *,
    outer: int | None = None,
    inner: int | None = None,
    seed: int = 0,
    engine: str = "auto",
    events: bool = False,
    twins: bool = True,
    workers: int = 1,
    pool: ProcessPoolExecutor | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a scenario and return the outcome table.

    Parameters
    ----------
    scenario
        From `scenario.load`.
    n, outer, inner
        Number of runs, or outer points x replications (default 2,500 x 4).
    seed, engine, events, twins
        See `Settings`.
    workers
        Processes, >= 1. More than one asks of a script that its entry stands under `if __name__ == "__main__"`.
    pool
        Processes to use and to leave open (from `worker_pool`); without one they start and end here.
    progress
        Called with (runs done, runs in all).

    Raises
    ------
    SpecError
        A size, seed or engine is out of range.
    RunError
        No run finished.

    Examples
    --------
    >>> import scenario
    >>> case = scenario.load("iran-russia-missiles-2024")
    >>> scenario.run(case, 8, seed=0, twins=False).n
    8
    """
    settings = sized(n, outer=outer, inner=inner, seed=seed, engine=engine, events=events, twins=twins)
    points = draw_points(scenario, seed=seed, n_points=settings.outer)
    chunks: list[_Chunk] = []
    done = 0
    for chunk in _chunks(points, settings, workers=workers, pool=pool):
        chunks.append(chunk)
        done += len(chunk.rows) + len(chunk.failures)
        if progress is not None:
            progress(done, settings.n)
    return _collect(scenario, settings, points, chunks)


def replay(scenario: Scenario, *, experiment: int, replication: int, seed: int) -> tuple[Row, list[Event]]:
    """Run one run again and return its outcomes (without twins) and its event log.

    Raises
    ------
    RunError
        The run itself ends with an error.
    """
    points = draw_points(scenario, seed=seed, n_points=1, first=experiment)
    world = world_at(points, experiment)
    return simulate(
        cast_of(scenario), world, Streams(seed), n=replication, m=experiment, mode=scenario.spec.policy.mode
    )


# ---- chunks ------------------------------------------------------------------------------------------


def run_chunk(points: Points, settings: Settings, start: int, stop: int) -> _Chunk:
    """Run all replications of the outer points start <= m < stop."""
    scenario = points.scenario
    cast, streams, mode = cast_of(scenario), Streams(settings.seed), scenario.spec.policy.mode
    chunk = _Chunk([], [], [])
    for m in range(start, stop):
        world = world_at(points, m)
        for n in range(settings.inner):
            one = partial(_simulate, cast, world, streams, n, m)
            try:
                row, log = with_twins(one, mode) if settings.twins else one(mode)
            except RunError as error:
                chunk.failures.append((m, n, str(error)))
                continue
            chunk.rows.append((m, n, row))
            if settings.events:
                chunk.events.append((m, n, log))
    return chunk


def _simulate(cast: Any, world: Any, streams: Streams, n: int, m: int, mode: Any) -> tuple[Row, list[Event]]:
    """Run one replication in one mode (arguments in the order that `partial` needs)."""
    return simulate(cast, world, streams, n=n, m=m, mode=mode)


def worker_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Return processes for `run(pool=...)`, one per core unless told otherwise; the caller closes them."""
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


def _chunks(
    points: Points, settings: Settings, *, workers: int, pool: ProcessPoolExecutor | None
) -> Iterator[_Chunk]:
    """Yield all chunks, from one process or several."""
    step = max(1, _CHUNK_RUNS // settings.inner)
    spans = [(start, min(start + step, settings.outer)) for start in range(0, settings.outer, step)]
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


def _completed(
    pool: ProcessPoolExecutor, points: Points, settings: Settings, spans: Sequence[tuple[int, int]]
) -> Iterator[_Chunk]:
    """Yield chunks as they end, with only a few in flight so that a cancellation is quick."""
    pending: set[Future[_Chunk]] = set()
    waiting = list(reversed(spans))
    while waiting or pending:
        while waiting and len(pending) < _IN_FLIGHT:
            start, stop = waiting.pop()
            pending.add(pool.submit(run_chunk, points.part(start, stop), settings, start, stop))
        ended, pending = wait(pending, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in ended)


# ---- tables ------------------------------------------------------------------------------------------


def _collect(scenario: Scenario, settings: Settings, points: Points, chunks: list[_Chunk]) -> Result:
    """Put the chunks together, sorted by run."""
    import pandas as pd

    declared = outcomes_of(scenario.spec, twins=settings.twins)
    rows = sorted((row for chunk in chunks for row in chunk.rows), key=lambda row: row[:2])
    failures = sorted(failure for chunk in chunks for failure in chunk.failures)
    if not rows:
        m, n, message = failures[0]
        raise RunError(f"e{m:04d}-r{n:03d}", f"one run of {settings.n} at least must finish", message)
    outcomes = pd.DataFrame(
        {"experiment": [row[0] for row in rows], "replication": [row[1] for row in rows]}
        | {name: [row[2][name] for row in rows] for name in declared}
    ).astype({name: _DTYPES[outcome.kind] for name, outcome in declared.items()})
    return Result(
        scenario=scenario,
        settings=replace(settings, engine="reference"),
        outcomes=outcomes,
        failures=pd.DataFrame(failures, columns=["experiment", "replication", "error"]),
        events=event_table(sorted(log for chunk in chunks for log in chunk.events))
        if settings.events
        else None,
        p_true=points.values["act.p_true"],
        attribution_ratio=points.values["belief.attribution_ratio"],
        declared=declared,
    )


_DTYPES = {
    "probability": "bool",
    "time": "float64",
    "duration": "float64",
    "count": "int64",
    "quantity": "float64",
    "index": "float64",
    "band": "int64",
}


def event_table(logs: Sequence[tuple[int, int, list[Event]]]) -> pd.DataFrame:
    """Return event logs as one table, sorted by (experiment, replication, sequence)."""
    import pandas as pd

    columns = ["experiment", "replication", *Event._fields]
    table = pd.DataFrame([(m, n, *event) for m, n, log in logs for event in log], columns=columns)
    return table[
        ["experiment", "replication", "sequence", "time", "kind", "actor", "subject", "cause", "value"]
    ]
