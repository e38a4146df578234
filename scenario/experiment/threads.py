"""The compiled engine on one or more threads: it lets go of the interpreter's lock while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.draws.streams import Streams
from scenario.engine.compiled import Batch, Engine, rows_of
from scenario.engine.tables import Points, cast_of
from scenario.experiment.chunk import EVENT_COLUMNS, Chunk, Floats, Settings, spans_of

if TYPE_CHECKING:
    import pandas as pd

_CHUNK_RUNS = 400
"""Some 50 ms of work: large beside what a chunk costs to start, small beside what a Cancel may take."""


def compiled_chunks(points: Points, settings: Settings, *, workers: int) -> Iterator[Chunk]:
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
    numbers = rows_of(engine, points)
    waiting = list(reversed(spans_of(settings, _CHUNK_RUNS)))
    if workers <= 1:
        while waiting:
            yield _run(engine, numbers, settings, points, *waiting.pop())
        return
    pending: set[Future[Chunk]] = set()
    with ThreadPoolExecutor(workers, thread_name_prefix="runs") as pool:
        try:
            while waiting or pending:
                while waiting and len(pending) < 2 * workers:
                    pending.add(pool.submit(_run, engine, numbers, settings, points, *waiting.pop()))
                ended, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ended)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _run(engine: Engine, numbers: Floats, settings: Settings, points: Points, start: int, stop: int) -> Chunk:
    """Run all replications of the outer points start <= m < stop."""
    batch = engine.run(
        numbers[start - points.first : stop - points.first],
        first_m=start,
        n_inner=settings.inner,
        mode=points.scenario.spec.policy.mode,
        has_twins=settings.twins,
        keeps_log=settings.events,
    )
    place = np.arange((stop - start) * settings.inner)
    runs = np.stack([start + place // settings.inner, place % settings.inner], axis=1)
    finished = np.isin(place, list(batch.failures), invert=True)
    return Chunk(
        runs=runs[finished],
        rows=batch.rows[finished][:, engine.kept(twins=settings.twins)],
        failures=[(int(runs[i, 0]), int(runs[i, 1]), str(error)) for i, error in batch.failures.items()],
        events=_event_table(engine, batch, runs) if settings.events else None,
    )


def _event_table(engine: Engine, batch: Batch, runs: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Return the logs of a batch as one table."""
    import pandas as pd

    logs = list(batch.logs.items())
    lengths = [len(log) for _, log in logs]
    which = np.repeat([i for i, _ in logs], lengths).astype(np.int64)
    columns = engine.event_columns(np.concatenate([log for _, log in logs]) if logs else None)
    sequence = np.concatenate([np.arange(n) for n in lengths]) if logs else np.zeros(0, np.int64)
    table = {"experiment": runs[which, 0], "replication": runs[which, 1], "sequence": sequence} | columns
    return pd.DataFrame({name: table[name] for name in EVENT_COLUMNS})
