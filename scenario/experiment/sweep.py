"""Run a sweep: in memory for a question asked now, or into a folder where it can be stopped and gone on with."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scenario.errors import Problem, RunError, SpecError
from scenario.experiment.chunk import check_engine
from scenario.experiment.pending import as_they_end
from scenario.experiment.plan import Plan, memory_bytes, plan_of
from scenario.experiment.run import engine_named, engine_ready
from scenario.experiment.sweep_chunk import Runs, SweepChunk
from scenario.experiment.sweep_manifest import manifest_of
from scenario.experiment.sweep_store import SweepFolder, manifest_held, open_sweep
from scenario.spec.sweep import Keep, SweepSpec

if TYPE_CHECKING:
    import pandas as pd

    from scenario.experiment.chunk_file import Damage

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all) after each chunk; raising an exception stops the sweep."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep into a folder did.

    Parameters
    ----------
    plan, folder
        What was run, and where its rows are (`sweep_store.read_sweep`).
    n_chunks, n_kept
        Chunks run now, and those that were there already.
    n_failed
        Runs that did not finish, over all chunks: those run now, and those that were there already.
    moved
        Damaged files that were moved out of the way.
    """

    plan: Plan
    folder: Path
    n_chunks: int
    n_kept: int
    n_failed: int
    moved: tuple[Damage, ...] = ()


def sweep(
    what: str | Path | SweepSpec | Plan,
    folder: str | Path,
    *,
    workers: int | None = None,
    engine: str = "auto",
    cluster: str | None = None,
    resume: bool = False,
    max_memory: int | None = None,
    progress: Progress | None = None,
) -> Swept:
    """Run a sweep into a folder.

    The rows do not depend on engine, workers, order or cluster, nor on where the sweep was stopped.

    Parameters
    ----------
    what
        A sweep file, the name of a shipped one, a checked `SweepSpec`, or a `Plan`.
    folder
        Where the chunks go; made where missing.
    workers
        Threads of the compiled engine (processes of the reference), one per core by default.
    engine
        auto, compiled or reference.
    cluster
        Address of a Dask scheduler ("tcp://host:8786") whose workers run the chunks.
    resume
        Go on with the sweep that the folder holds; a folder without one starts afresh.
    max_memory
        Bytes; a sweep that needs more is refused before it starts.
    progress
        See `Progress`.

    Raises
    ------
    SpecError
        The sweep is wrong in itself, or needs more memory than it may; no scheduler answers at the address.
    StoreError
        The folder cannot be written, is in use, or holds another sweep.
    RunError
        No run finished.
    """
    check_engine(engine)
    plan = what if isinstance(what, Plan) else plan_of(what)
    n_workers = workers or os.cpu_count() or 1
    _refuse_memory(plan, n_workers, max_memory)
    if cluster is not None:
        from scenario.experiment.scheduler import require_scheduler

        require_scheduler(cluster)  # a wrong address leaves no folder behind
    home = Path(folder)
    with open_sweep(home, plan.identity, plan.experiments(), resume=resume, n_chunks=plan.n_chunks) as store:
        moved = store.repair() if resume else []
        missing = store.missing()
        n_kept = plan.n_chunks - len(missing)
        with closing(chunks(plan, missing, workers=n_workers, engine=engine, cluster=cluster)) as coming:
            _fill(store, plan, coming, n_kept, progress)
        n_failed = store.n_failed
    if n_failed and n_failed == plan.n_runs:
        raise RunError("e0000-r000", f"one run of {plan.n_runs:,} at least must finish", "none")
    return Swept(
        plan=plan,
        folder=home,
        n_chunks=len(missing),
        n_kept=n_kept,
        n_failed=n_failed,
        moved=tuple(moved),
    )


def _fill(
    store: SweepFolder, plan: Plan, coming: Iterable[SweepChunk], n_kept: int, progress: Progress | None
) -> None:
    """Write chunks as they come, and tell how many runs are done."""
    _tell(progress, plan, n_kept)
    for n_done, chunk in enumerate(coming, start=n_kept + 1):
        store.write(chunk.index, chunk.table, list(chunk.failures), first=chunk.first, last=chunk.stop - 1)
        _tell(progress, plan, n_done)


def plan_held(folder: Path, what: str | Path) -> Plan:
    """Return the plan of the sweep that a folder holds, from its file, with what the folder keeps.

    Raises
    ------
    SpecError
        The file is wrong in itself.
    StoreError
        The folder holds another sweep.
    """
    plans = [plan_of(what, keep=keep) for keep in Keep]
    manifests = [manifest_of(plan.identity, plan.experiments(), n_chunks=plan.n_chunks) for plan in plans]
    return plans[manifests.index(manifest_held(folder, manifests))]


def run_sweep(
    what: str | Path | SweepSpec | Plan,
    *,
    workers: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
) -> tuple[Plan, pd.DataFrame, pd.DataFrame]:
    """Run a sweep in memory.

    Parameters
    ----------
    what, workers, engine, progress
        As in `sweep`.

    Returns
    -------
    The plan, the table of all chunks in order, and the failures: experiment, replication, error.
    """
    import pandas as pd

    check_engine(engine)
    plan = what if isinstance(what, Plan) else plan_of(what)
    _refuse_memory(plan, workers or os.cpu_count() or 1, machine_limit(), kept=plan.n_runs)
    found: list[SweepChunk] = []
    with closing(
        chunks(plan, range(plan.n_chunks), workers=workers or os.cpu_count() or 1, engine=engine)
    ) as coming:
        for chunk in coming:
            found.append(chunk)
            _tell(progress, plan, len(found))
    found.sort(key=lambda chunk: chunk.index)
    failures = [failure for chunk in found for failure in chunk.failures]
    table = pd.concat([chunk.table for chunk in found], ignore_index=True)
    return plan, table, pd.DataFrame(failures, columns=["experiment", "replication", "error"])


def chunks(
    plan: Plan, indices: Iterable[int], *, workers: int, engine: str = "auto", cluster: str | None = None
) -> Generator[SweepChunk, None, None]:
    """Yield chunks as they end, in any order; closing the generator stops what has begun.

    Parameters
    ----------
    plan, indices
        The sweep, and the chunks to run.
    workers, engine, cluster
        As in `sweep`.
    """
    name = engine_named(engine)
    if cluster is not None:
        from scenario.experiment.cluster import cluster_chunks

        return cluster_chunks(plan, list(indices), engine=name, address=cluster)
    if name == "reference" and workers > 1:
        return _in_processes(plan, indices, workers)
    return _in_threads(Runs(plan, engine_ready(name)), indices, workers)


def _in_threads(runs: Runs, indices: Iterable[int], workers: int) -> Generator[SweepChunk, None, None]:
    """Run chunks on threads that share the engines."""
    if workers == 1:
        yield from map(runs.chunk, indices)
        return
    stop = threading.Event()
    with ThreadPoolExecutor(workers, thread_name_prefix="chunks") as pool:
        try:
            yield from as_they_end(pool, (partial(runs.chunk, i, stop) for i in indices), workers=workers)
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _in_processes(plan: Plan, indices: Iterable[int], workers: int) -> Generator[SweepChunk, None, None]:
    """Run chunks of the reference in processes, which work while a folder made for that is there."""
    from scenario.experiment.processes import worked_off

    with TemporaryDirectory(prefix="sweep-") as folder:
        gone = _Gone(Path(folder))
        yield from worked_off(indices, lambda i: partial(_reference_chunk, plan, i, gone), workers=workers)


@dataclass(frozen=True)
class _Gone:
    """Tells another process to stop: by a folder that is no longer there."""

    folder: Path

    def is_set(self) -> bool:
        """Return whether to stop."""
        return not self.folder.exists()


def _reference_chunk(plan: Plan, index: int, gone: _Gone) -> SweepChunk:
    """Run one chunk with the reference, in a process of its own."""
    return Runs(plan, "reference").chunk(index, gone)


def _tell(progress: Progress | None, plan: Plan, n_chunks: int) -> None:
    """Tell how many runs are done."""
    if progress is not None:
        progress(min(n_chunks * plan.per_chunk * plan.spec.replications, plan.n_runs), plan.n_runs)


def machine_limit() -> int:
    """Return four fifths of the machine's memory, in bytes."""
    return int(0.8 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def _refuse_memory(plan: Plan, workers: int, limit: int | None, *, kept: int = 0) -> None:
    """Refuse a sweep that needs more memory than it may; `kept` rows stay in memory, for a while twice."""
    needed = memory_bytes(plan, workers) + 2 * 8 * kept * (len(plan.declared) + 2)
    if limit is not None and needed > limit:
        rule = f"a sweep must fit into {limit / 2**20:,.0f} MiB"
        hint = "keep: summary, fewer outcomes, or fewer replications"
        raise SpecError(Problem(rule=rule, got=f"{needed / 2**20:,.0f} MiB", hint=hint, code="E320"))
