"""Run a scenario: outer points x inner replications, in chunks, with either engine.

A run is (experiment, replication) = (outer point m, inner replication n). The result does not depend
on the engine, the number of threads or processes, the chunk size or the order in which chunks end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.draws.compile import is_compiling
from scenario.draws.streams import Streams
from scenario.engine.faults import run_id
from scenario.engine.preparation import prepare
from scenario.engine.tables import Points, cast_of, draw_points, world_at
from scenario.engine.trajectory import Event, Row
from scenario.errors import Problem, RunError, SpecError
from scenario.experiment.chunk import EVENT_COLUMNS, Chunk, Settings, check_engine, sized
from scenario.spec.outcomes import Outcome, outcomes_of
from scenario.spec.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from scenario.experiment.threads import Trail

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all) after each chunk; raising an exception cancels the rest."""


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
    trail
        What `run_again` needs to run only what a changed number touches; None where it was not kept.
    """

    scenario: Scenario
    settings: Settings
    outcomes: pd.DataFrame
    failures: pd.DataFrame
    events: pd.DataFrame | None
    p_true: np.ndarray[Any, Any]
    attribution_ratio: np.ndarray[Any, Any]
    declared: dict[str, Outcome]
    trail: Trail | None = None

    @property
    def n(self) -> int:
        """Return the number of runs that finished."""
        return len(self.outcomes)


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
    pool: Executor | None = None,
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
        Threads of the compiled engine, >= 1; processes of the reference, which ask of a script that its entry
        stands under `if __name__ == "__main__"`.
    pool
        Processes for the reference to use and to leave open (from `processes.worker_pool`).
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
    engine_ready(settings.engine)
    points = draw_points(scenario, seed=seed, n_points=settings.outer)
    chunks: list[Chunk] = []
    done = 0
    with closing(_chunks(points, settings, workers=workers, pool=pool)) as coming:
        for chunk in coming:
            chunks.append(chunk)
            done += len(chunk.rows) + len(chunk.failures)
            if progress is not None:
                progress(done, settings.n)
    return _collect(scenario, settings, points, chunks)


def run_again(
    scenario: Scenario,
    former: Sequence[Trail] = (),
    n: int | None = None,
    *,
    seed: int = 0,
    twins: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Run a scenario with the compiled engine, and only those runs that may differ from a former result.

    The outcomes are those of `run`. Of the guarded numbers (bars, probabilities of senders, patience, hold, relief,
    vetoes, shares of measures) a former result knows in which runs a move can change anything; a change of
    anything else runs everything.

    Parameters
    ----------
    scenario, n, seed, twins, workers, progress
        As in `run`.
    former
        Trails of results of this function; the most similar one is used, those of another size or mode are not.
    """
    if engine_named("auto") == "reference":
        return run(scenario, n, seed=seed, twins=twins, workers=1, progress=progress)
    from scenario.experiment.threads import tracked

    settings = sized(n, seed=seed, engine="compiled", twins=twins)
    engine_ready(settings.engine)
    points = draw_points(scenario, seed=seed, n_points=settings.outer)
    trail, chunk = tracked(points, settings, workers=workers, former=former, progress=progress)
    return replace(_collect(scenario, settings, points, [chunk]), trail=trail)


def _chunks(
    points: Points, settings: Settings, *, workers: int, pool: Executor | None
) -> Generator[Chunk, None, None]:
    """Yield all chunks from the engine that was asked for; only that one is imported."""
    if engine_named(settings.engine) == "reference":
        from scenario.experiment.processes import reference_chunks

        return reference_chunks(points, settings, workers=workers, pool=pool)
    from scenario.experiment.threads import compiled_chunks

    return compiled_chunks(points, settings, workers=workers)


def engine_named(name: str) -> str:
    """Return "reference" or "compiled"; auto is the compiled one, unless compilation is switched off."""
    if name == "compiled" and not is_compiling():
        raise SpecError(
            Problem(
                rule="engine must be reference or auto where compilation is switched off",
                got=name,
                hint="unset NUMBA_DISABLE_JIT",
                code="E302",
            )
        )
    if name != "auto":
        return name
    return "compiled" if is_compiling() else "reference"


def engine_ready(name: str) -> str:
    """Return what `engine_named` does; the compiled engine is compiled where it does not lie ready.

    Raises
    ------
    SpecError
        There is no such engine, or it is switched off.
    """
    check_engine(name)
    found = engine_named(name)
    if found == "compiled":
        prepare()
    return found


def replay(
    scenario: Scenario, *, experiment: int, replication: int, seed: int, engine: str = "auto"
) -> tuple[Row, list[Event]]:
    """Run one run again and return its outcomes (without twins) and its event log.

    Raises
    ------
    RunError
        The run itself ends with an error.
    """
    if engine_ready(engine) == "reference":
        from scenario.engine.reference import simulate
    else:
        from scenario.engine.compiled import simulate
    points = draw_points(scenario, seed=seed, n_points=1, first=experiment)
    world = world_at(points, experiment)
    return simulate(
        cast_of(scenario), world, Streams(seed), n=replication, m=experiment, mode=scenario.spec.policy.mode
    )


# ---- tables ------------------------------------------------------------------------------------------


def _collect(scenario: Scenario, settings: Settings, points: Points, chunks: list[Chunk]) -> Result:
    """Put the chunks together, sorted by run."""
    import pandas as pd

    declared = outcomes_of(scenario.spec, twins=settings.twins)
    failures = sorted(failure for chunk in chunks for failure in chunk.failures)
    runs, rows = _sorted(chunks)
    if not len(runs):
        raise RunError(*_first_failure(failures, settings.n))
    is_shared = rows.flags.c_contiguous  # columns in one piece are taken as they lie, others are gathered
    columns = {
        name: rows[i].astype(DTYPES[outcome.kind], copy=not is_shared)
        for i, (name, outcome) in enumerate(declared.items())
    }
    return Result(
        scenario=scenario,
        settings=settings,
        outcomes=pd.DataFrame({"experiment": runs[:, 0], "replication": runs[:, 1]} | columns, copy=False),
        failures=pd.DataFrame(failures, columns=["experiment", "replication", "error"]),
        events=_events(chunks) if settings.events else None,
        p_true=points.values["act.p_true"],
        attribution_ratio=points.values["belief.attribution_ratio"],
        declared=declared,
    )


def _sorted(chunks: list[Chunk]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the runs [R, 2] and the outcomes [C, R] of all chunks, in the order of the runs."""
    if len(chunks) == 1:
        return chunks[0].runs, chunks[0].rows.T
    runs = np.concatenate([chunk.runs for chunk in chunks])
    order = np.lexsort((runs[:, 1], runs[:, 0]))
    return runs[order], np.concatenate([chunk.rows for chunk in chunks]).T[:, order]


def _first_failure(failures: list[tuple[int, int, str]], n: int) -> tuple[str, str, str]:
    """Return run, rule and value of the error that is raised where no run finished."""
    m, replication, message = failures[0]
    return run_id(m, replication), f"one run of {n} at least must finish", message


def _events(chunks: list[Chunk]) -> pd.DataFrame:
    """Return all event logs as one table, in the order of the runs."""
    import pandas as pd

    table = pd.concat([chunk.events for chunk in chunks], ignore_index=True)
    return table.sort_values(list(EVENT_COLUMNS[:3]), ignore_index=True, kind="stable")


DTYPES = {
    "probability": "bool",
    "time": "float64",
    "duration": "float64",
    "count": "int64",
    "quantity": "float64",
    "index": "float64",
    "band": "int64",
}
