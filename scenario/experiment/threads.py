"""The compiled engine on one or more threads: it lets go of the interpreter's lock while it runs."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.compiled import Done, Engine, Job, rows_of
from scenario.engine.tables import Points, cast_of
from scenario.experiment import buffers
from scenario.experiment.buffers import Floats
from scenario.experiment.chunk import EVENT_COLUMNS, Chunk, Settings, spans_of
from scenario.experiment.pending import as_they_end

if TYPE_CHECKING:
    import pandas as pd

_CHUNK_RUNS = 400
"""Some 40 ms of work: large beside what a chunk costs to start, small beside what a Cancel may take."""


_SHORT_RUNS = 150
"""Some 15 ms: somebody waits for the last thread to end."""

_TURNED_ROWS = 256
"""Rows that are turned into columns at once: few enough to stay in the processor's memory meanwhile."""

_MOST_LOOKED_INTO = 4
"""Former studies of which it is found out how many runs a change touches: some 2 ms each."""


@dataclass(frozen=True, kw_only=True)
class Trail:
    """What a finished study must keep so that a changed number runs only what it touches.

    Parameters
    ----------
    engine, job
        What ran; the job's tables are only read.
    values
        The samples that the job's numbers were put together from: dotted path -> float64[M].
    """

    engine: Engine
    job: Job
    values: Mapping[str, Floats]


def compiled_chunks(points: Points, settings: Settings, *, workers: int) -> Generator[Chunk, None, None]:
    """Yield all chunks as they end.

    Parameters
    ----------
    points
        The outer points.
    settings
        What to run.
    workers
        Threads, >= 1.
    """
    engine = Engine(cast_of(points.scenario), Streams(settings.seed))
    job = _job(engine, rows_of(engine, points), points, settings)
    spans = [(a * settings.inner, b * settings.inner) for a, b in spans_of(settings, _CHUNK_RUNS)]
    with closing(_parts(engine, job, spans, workers)) as parts:
        for start, stop, done in parts:
            yield _chunk(engine, job, settings, start, stop, done)


def tracked(
    points: Points, settings: Settings, *, workers: int, former: Sequence[Trail], progress: Any = None
) -> tuple[Trail, Chunk]:
    """Run everything, or only what differs from the most similar of some former studies, and keep the trail.

    The rows are the same as without a former study.

    Parameters
    ----------
    points, settings, workers
        As in `compiled_chunks`.
    former
        Trails of studies, of this scenario or others; those of another size, seed or mode are passed over.
    progress
        Called with (runs done, runs in all); raising an exception cancels the rest.
    """
    engine = Engine(cast_of(points.scenario), Streams(settings.seed))
    near = _nearest(points, former)
    numbers = _numbers(engine, points, near)
    rows = np.empty((settings.n, len(engine.outcomes)))  # fresh memory, touched by the runs alone
    job = _job(engine, numbers, points, settings, keeps_guards=True, rows=rows)
    job = _continued(engine, job, near)
    failures: dict[int, Any] = {}
    n_done = len(job.rows) - job.n
    if progress is not None and n_done:
        progress(n_done, len(job.rows))
    with closing(_parts(engine, job, _even_spans(job.n, workers), workers)) as parts:
        for start, stop, done in parts:
            failures |= done.failures
            n_done += stop - start
            if progress is not None:
                progress(n_done, len(job.rows))
    whole = replace(job, which=None)
    chunk = _chunk(
        engine, whole, settings, 0, len(job.rows), Done(failures=failures, logs={}), is_turned=True
    )
    # A run that failed has no guards: where one did, nothing can be left out next time.
    kept = whole if not failures else replace(whole, guards=None)
    return Trail(engine=engine, job=kept, values=points.values), chunk


def _even_spans(n: int, workers: int) -> list[tuple[int, int]]:
    """Cut n runs into short spans of one length, so that all threads end together."""
    n_spans = workers * max(1, -(-n // (workers * _SHORT_RUNS)))
    edges = [n * i // n_spans for i in range(n_spans + 1)]
    return [(start, stop) for start, stop in pairwise(edges) if start < stop]


Near = Sequence[tuple[Trail, Sequence[str]]]
"""Former studies, the nearest last, each with the paths of the numbers that moved since."""


def _nearest(points: Points, former: Sequence[Trail]) -> Near:
    """Return the few studies that share most numbers with outer points; only they are looked into.

    A number is shared where its samples are the same array: what was drawn before is given out again.
    """
    told = [(trail, _moved(points, trail)) for trail in former]
    return sorted(told, key=lambda one: len(one[1]), reverse=True)[-_MOST_LOOKED_INTO:]


def _moved(points: Points, trail: Trail) -> list[str]:
    """Return the paths of the numbers whose samples are not those of a former study."""
    paths = points.values.keys() | trail.values.keys()
    return [path for path in paths if points.values.get(path) is not trail.values.get(path)]


def _numbers(engine: Engine, points: Points, near: Near) -> Floats:
    """Return the numbers of the outer points; what the nearest former study shares with them is copied as a block."""
    for trail, moved in reversed(near):
        if trail.engine.columns.starts == engine.columns.starts and list(trail.values) == list(points.values):
            numbers = trail.job.numbers
            if len(numbers) == len(points.values["act.p_true"]):
                numbers = buffers.copied(numbers)
                for path in moved:
                    numbers[:, engine.columns.column(path)] = points.values[path]
                return numbers
    return rows_of(engine, points)


def _continued(engine: Engine, job: Job, near: Near) -> Job:
    """Return a job that begins with the rows of the most similar former study and runs what differs."""
    best = job
    for trail, moved in near:
        if _are_alike(trail.job, job):
            which = trail.engine.touched(trail.job, job.numbers, engine=engine, moved=moved)
            if len(which) < best.n:
                best = replace(job, rows=trail.job.rows, guards=trail.job.guards, which=which)
    if best.which is None or best.guards is None:
        return job
    rows, guards = (buffers.copied_but(table, best.which) for table in (best.rows, best.guards))
    return replace(best, rows=rows, guards=guards)


def _are_alike(a: Job, b: Job) -> bool:
    """Return whether two jobs run the same points and replications, in the same mode, with the same outcomes."""
    told = ("first_m", "n_inner", "first_n", "mode", "has_twins")
    is_same = a.rows.shape == b.rows.shape and all(getattr(a, name) == getattr(b, name) for name in told)
    return is_same and a.guards is not None


def _job(
    engine: Engine,
    numbers: Floats,
    points: Points,
    settings: Settings,
    *,
    keeps_guards: bool = False,
    rows: Floats | None = None,
) -> Job:
    """Return the job of a study."""
    return engine.job(
        numbers,
        first_m=points.first,
        n_inner=settings.inner,
        mode=points.scenario.spec.policy.mode,
        has_twins=settings.twins,
        keeps_log=settings.events,
        keeps_guards=keeps_guards,
        rows=rows,
    )


def _parts(
    engine: Engine, job: Job, spans: list[tuple[int, int]], workers: int
) -> Generator[tuple[int, int, Done], None, None]:
    """Do a job span by span, yielding each as it ends."""

    def do(start: int, stop: int) -> tuple[int, int, Done]:
        """Do one span, and say which it was."""
        return start, stop, engine.do(job, start, stop)

    if workers <= 1:
        yield from (do(*span) for span in spans)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="runs") as pool:
        try:
            yield from as_they_end(pool, (partial(do, *span) for span in spans), workers=workers)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _chunk(
    engine: Engine,
    job: Job,
    settings: Settings,
    start: int,
    stop: int,
    done: Done,
    *,
    is_turned: bool = False,
) -> Chunk:
    """Return the runs start <= r < stop of a job as a chunk; turned, each of its columns lies in one piece."""
    runs = np.arange(start, stop)
    runs = np.stack([job.first_m + runs // job.n_inner, job.first_n + runs % job.n_inner], axis=1)
    rows = job.rows[start:stop]
    kept = engine.kept(twins=settings.twins)
    if is_turned:
        rows = _columns(rows, kept)
    elif len(engine.outcomes) != len(kept):
        rows = rows[:, kept]
    finished = np.ones(len(runs), dtype=bool)
    finished[[run - start for run in done.failures]] = False
    return Chunk(
        runs=runs if finished.all() else runs[finished],
        rows=rows if finished.all() else rows[finished],
        failures=[
            (int(runs[run - start, 0]), int(runs[run - start, 1]), str(error))
            for run, error in done.failures.items()
        ],
        events=_event_table(engine, done, runs, start) if settings.events else None,
    )


def _columns(rows: Floats, kept: Sequence[int]) -> Floats:
    """Return some columns of many runs, each in one piece, in memory that was used before."""
    found = buffers.taken(len(kept) * len(rows)).reshape(len(kept), len(rows))
    for start in range(0, len(rows), _TURNED_ROWS):
        part = slice(start, start + _TURNED_ROWS)
        found[:, part] = rows[part].T[kept]
    return found.T


def _event_table(engine: Engine, done: Done, runs: np.ndarray[Any, Any], start: int) -> pd.DataFrame:
    """Return the logs of a part as one table."""
    import pandas as pd

    logs = sorted(done.logs.items())
    lengths = [len(log) for _, log in logs]
    which = np.repeat([run - start for run, _ in logs], lengths).astype(np.int64)
    columns = engine.event_columns(np.concatenate([log for _, log in logs]) if logs else None)
    sequence = np.concatenate([np.arange(n) for n in lengths]) if logs else np.zeros(0, np.int64)
    table = {"experiment": runs[which, 0], "replication": runs[which, 1], "sequence": sequence} | columns
    return pd.DataFrame({name: table[name] for name in EVENT_COLUMNS})
