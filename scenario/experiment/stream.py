"""Run any number of runs in the memory of a few: they are counted as they come, none is kept.

Outer points are drawn in blocks, chunks are counted as they end (`analysis.streaming`), and what comes out
does not depend on the engine, the number of threads or processes, the chunk size or their order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenario.analysis.counted import read
from scenario.analysis.pair_tally import PairTally, read_pairs
from scenario.analysis.streaming import Frame, Tally
from scenario.draws.streams import Streams
from scenario.engine.faults import run_id
from scenario.engine.tables import Columns, Points, cast_of, draw_points
from scenario.errors import Problem, RunError, SpecError
from scenario.experiment.chunk import Chunk, Floats, Settings, sized
from scenario.experiment.pending import as_they_end
from scenario.experiment.run import Progress, engine_named, engine_ready
from scenario.experiment.stream_summary import Failures, StreamComparison, StreamSummary
from scenario.spec.outcomes import outcomes_of
from scenario.spec.register import difference
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    from scenario.engine.compiled import Engine

Task = Callable[[], tuple[Chunk, ...]]
"""Runs the same outer points of every scenario."""

_CHUNK_RUNS = {"compiled": 400, "reference": 50}
"""Runs of a chunk: some 50 ms of work or more, so that a Cancel is quick and giving work out costs little."""

_BLOCK_POINTS = 400
"""Outer points that are drawn at once."""

_MEMORY_BYTES = 8 * 2**20
"""Drawn columns that are remembered; never a use for those of an earlier block."""

_COUNTED_RUNS = 800
"""Runs that are counted at once, except at the end."""


def stream(
    scenario: Scenario,
    n: int | None = None,
    *,
    outer: int | None = None,
    inner: int | None = None,
    seed: int = 0,
    engine: str = "auto",
    twins: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
) -> StreamSummary:
    """Run a scenario and say what its runs say, without keeping them.

    Parameters
    ----------
    scenario
        From `scenario.load`.
    n, outer, inner
        Number of runs, or outer points x replications (default 2,500 x 4). Memory does not grow with them.
    seed, engine, twins
        See `experiment.chunk.Settings`.
    workers
        Threads of the compiled engine, >= 1; processes of the reference.
    progress
        Called with (runs done, runs in all).

    Returns
    -------
    Means with intervals, quantiles within stated bounds, never-shares and incidence by day. Shares of
    variance and implied rates ask for every run: `scenario.run` has them.

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
    >>> scenario.stream(case, 8, seed=0, twins=False).n
    8
    """
    settings = sized(n, outer=outer, inner=inner, seed=seed, engine=engine, twins=twins)
    declared = outcomes_of(scenario.spec, twins=twins)
    tally = Tally(frame_of(scenario, list(declared), twins=twins))
    failures = Failures()
    with closing(_gathered([scenario], settings, workers=workers, progress=progress)) as gathered:
        for chunks in gathered:
            failures = failures.and_more(failure for (chunk,) in chunks for failure in chunk.failures)
            tally.add(
                np.concatenate([chunk.runs for (chunk,) in chunks]),
                np.concatenate([chunk.rows for (chunk,) in chunks]),
            )
    _check_any(tally.n_runs, failures, settings.n)
    return StreamSummary(
        scenario=scenario,
        settings=settings,
        declared=declared,
        tally=tally,
        failures=failures,
        outcomes=read(tally),
    )


def stream_comparison(
    a: Scenario,
    b: Scenario,
    n: int | None = None,
    *,
    outer: int | None = None,
    inner: int | None = None,
    seed: int = 0,
    engine: str = "auto",
    twins: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
) -> StreamComparison:
    """Run two variants under the same luck and compare every outcome run by run, without keeping the runs.

    Parameters
    ----------
    a, b
        From `scenario.load`, usually the same file with two variants; outcomes that both have are compared.
    n, outer, inner, seed, engine, twins, workers
        As in `stream`; the same for both.
    progress
        Called with (runs done, runs in all) over both.

    Raises
    ------
    SpecError
        A size, seed or engine is out of range, or the horizons differ.
    RunError
        No run finished in both.

    Examples
    --------
    >>> import scenario
    >>> from scenario.experiment.stream import stream_comparison
    >>> a, b = (scenario.load("iran-russia-missiles-2024", variant=v) for v in ("base", "words-only"))
    >>> stream_comparison(a, b, 8, seed=0, twins=False).outcomes["measures"].b
    0.0
    """
    settings = sized(n, outer=outer, inner=inner, seed=seed, engine=engine, twins=twins)
    _check_horizons(a, b)
    names, columns = _common(a, b, twins=twins)
    tally = PairTally(frame_of(a, names, twins=twins))
    failures = [Failures(), Failures()]
    with closing(_gathered([a, b], settings, workers=workers, progress=progress)) as gathered:
        for chunks in gathered:
            for side in (0, 1):
                failures[side] = failures[side].and_more(
                    bad for pair in chunks for bad in pair[side].failures
                )
            parts = [_aligned(*pair) for pair in chunks]
            runs, rows_a, rows_b = (np.concatenate(part) for part in zip(*parts, strict=True))
            tally.add(runs, rows_a[:, columns[0]], rows_b[:, columns[1]])
    _check_any(tally.n_runs, failures[0].and_more(failures[1].first), settings.n)
    sides = [
        StreamSummary(
            scenario=scenario,
            settings=settings,
            declared={name: outcomes_of(scenario.spec, twins=twins)[name] for name in names},
            tally=counted,
            failures=failed,
            outcomes=read(counted),
        )
        for scenario, counted, failed in zip((a, b), (tally.a, tally.b), failures, strict=True)
    ]
    return StreamComparison(
        a=sides[0], b=sides[1], changed=difference(a, b), tally=tally, outcomes=read_pairs(tally)
    )


def frame_of(scenario: Scenario, names: Sequence[str], *, twins: bool = True) -> Frame:
    """Return the frame that counts these outcomes of a scenario."""
    declared = outcomes_of(scenario.spec, twins=twins)
    return Frame(kinds={name: declared[name].kind for name in names}, horizon=scenario.spec.horizon_days)


# ---- two variants ------------------------------------------------------------------------------------


def _check_horizons(a: Scenario, b: Scenario) -> None:
    """Refuse scenarios of different length."""
    left, right = a.spec.horizon_days, b.spec.horizon_days
    if left != right:
        raise SpecError(
            Problem(
                rule="A and B must have the same horizon_days to be compared run by run",
                got=f"{left} and {right}",
                code="E304",
            )
        )


def _common(a: Scenario, b: Scenario, *, twins: bool) -> tuple[list[str], list[list[int]]]:
    """Return the outcomes that both have, and where they stand in the rows of each."""
    known = [list(outcomes_of(scenario.spec, twins=twins)) for scenario in (a, b)]
    names = [name for name in known[0] if name in known[1]]
    return names, [[side.index(name) for name in names] for side in known]


def _aligned(a: Chunk, b: Chunk) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the runs of the same outer points that finished in both, and their rows."""
    if not a.failures and not b.failures:
        return a.runs, a.rows, b.rows
    keys = [chunk.runs[:, 0] << 10 | chunk.runs[:, 1] for chunk in (a, b)]  # fewer than 1,000 replications
    in_b, in_a = np.isin(keys[0], keys[1]), np.isin(keys[1], keys[0])
    return a.runs[in_b], a.rows[in_b], b.rows[in_a]


def _check_any(n_counted: int, failures: Failures, n: int) -> None:
    """Refuse to say anything where no run finished."""
    if n_counted == 0:
        m, replication, message = failures.first[0]
        raise RunError(run_id(m, replication), f"one run of {n} at least must finish", message)


# ---- chunks ------------------------------------------------------------------------------------------


def _gathered(
    scenarios: Sequence[Scenario], settings: Settings, *, workers: int, progress: Progress | None
) -> Generator[list[tuple[Chunk, ...]], None, None]:
    """Yield chunks as they end, enough at once to be counted quickly; each entry has one per scenario."""
    held: list[tuple[Chunk, ...]] = []
    n_held = done = 0
    with closing(_ended(_tasks(scenarios, settings), settings, workers=workers)) as ended:
        for chunks in ended:
            held.append(chunks)
            n_held += len(chunks[0].rows)
            done += sum(len(chunk.rows) + len(chunk.failures) for chunk in chunks)
            if n_held >= _COUNTED_RUNS:
                yield held
                held, n_held = [], 0
            if progress is not None:
                progress(done, settings.n * len(scenarios))
    if held:
        yield held


def _ended(
    tasks: Iterator[Task], settings: Settings, *, workers: int
) -> Generator[tuple[Chunk, ...], None, None]:
    """Yield the chunks of all tasks as they end, with only some in flight."""
    executor = _executor(settings, workers)
    if executor is None:
        yield from (task() for task in tasks)
        return
    try:
        yield from as_they_end(executor, tasks, workers=workers)
    finally:
        executor.shutdown(cancel_futures=True)  # waits for what has begun: a chunk at most


def _executor(settings: Settings, workers: int) -> Executor | None:
    """Return threads for the compiled engine, processes for the reference, nothing for one worker."""
    if workers <= 1:
        return None
    if engine_named(settings.engine) == "compiled":
        return ThreadPoolExecutor(workers, thread_name_prefix="runs")
    from scenario.experiment.processes import worker_pool

    return worker_pool(workers)


def _tasks(scenarios: Sequence[Scenario], settings: Settings) -> Iterator[Task]:
    """Yield what runs each chunk, in order; outer points are drawn when they are needed."""
    # Of one block: what A and B have in common is drawn once. A scenario alone asks for nothing twice.
    memory = Columns(_MEMORY_BYTES if len(scenarios) > 1 else 0)
    for each in zip(*(_chunk_tasks(scenario, settings, memory) for scenario in scenarios), strict=True):
        yield partial(_run_all, each)


def _run_all(tasks: Sequence[Callable[[], Chunk]]) -> tuple[Chunk, ...]:
    """Run one chunk of every scenario."""
    return tuple(task() for task in tasks)


def _chunk_tasks(scenario: Scenario, settings: Settings, memory: Columns) -> Iterator[Callable[[], Chunk]]:
    """Yield what runs each chunk of one scenario."""
    name = engine_ready(settings.engine)
    prepared = (_compiled if name == "compiled" else _reference)(scenario, settings)
    step = max(1, _CHUNK_RUNS[name] // settings.inner)
    block = step * max(1, _BLOCK_POINTS // step)
    for first in range(0, settings.outer, block):
        last = min(first + block, settings.outer)
        points = draw_points(scenario, seed=settings.seed, n_points=last - first, first=first, memory=memory)
        task_of = prepared(points)
        for start in range(first, last, step):
            yield task_of(start, min(start + step, last))
        del task_of  # one block at a time


Prepared = Callable[[Points], Callable[[int, int], Callable[[], Chunk]]]
"""From drawn points to what runs a span [start, stop) of them."""


def _compiled(scenario: Scenario, settings: Settings) -> Prepared:
    """Return what prepares spans for the compiled engine."""
    from scenario.engine.compiled import Engine, rows_of

    engine = Engine(cast_of(scenario), Streams(settings.seed))

    def prepare(points: Points) -> Callable[[int, int], Callable[[], Chunk]]:
        numbers, first = rows_of(engine, points), points.first
        return lambda start, stop: partial(
            _run_compiled, engine, numbers[start - first : stop - first], start, settings
        )

    return prepare


def _run_compiled(engine: Engine, numbers: Floats, first_m: int, settings: Settings) -> Chunk:
    """Run all replications of some outer points with the compiled engine."""
    job = engine.job(
        numbers,
        first_m=first_m,
        n_inner=settings.inner,
        mode=engine.cast.spec.policy.mode,
        has_twins=settings.twins,
    )
    failures = engine.do(job).failures
    places = np.arange(job.n)
    runs = np.stack([first_m + places // settings.inner, places % settings.inner], axis=1)
    finished = np.isin(places, list(failures), invert=True) if failures else slice(None)
    rows = job.rows if settings.twins else job.rows[:, engine.kept(twins=False)]
    return Chunk(
        runs=runs[finished],
        rows=rows[finished],
        failures=[(int(runs[run, 0]), int(runs[run, 1]), str(error)) for run, error in failures.items()],
    )


def _reference(_: Scenario, settings: Settings) -> Prepared:
    """Return what prepares spans for the reference; only their own points travel to a process."""
    from scenario.experiment.processes import run_chunk

    def prepare(points: Points) -> Callable[[int, int], Callable[[], Chunk]]:
        return lambda start, stop: partial(run_chunk, points.part(start, stop), settings, start, stop)

    return prepare
