"""Sweeps on the command line: run one into a folder, and check what a folder holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario.charts.wording import counted
from scenario.cli_options import Engine, Home, Json, Workers, n_workers
from scenario.errors import EXIT_FAILED_RUNS, EXIT_INTERRUPTED, EXIT_STORE
from scenario.terminal import Interrupted, announce_preparation, print_json, shown_progress

if TYPE_CHECKING:
    from scenario.experiment.chunk_file import Damage
    from scenario.experiment.plan import Plan
    from scenario.experiment.sweep import Swept
    from scenario.experiment.sweep_read import Condition

sweeps = typer.Typer(add_completion=False)

_MIB = 2**20


File = Annotated[str, typer.Argument(metavar="FILE", help="A sweep file, or the name of a shipped one.")]
Place = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the chunks go.")]
Dask = Annotated[
    str | None, typer.Option("--dask", metavar="ADDRESS", help="A Dask scheduler, tcp://HOST:PORT.")
]
MaxMemory = Annotated[
    int | None,
    typer.Option("--max-memory", metavar="MIB", min=1, help="Refuse a sweep that needs more (default 80 %)."),
]


@sweeps.command()
def sweep(
    file: File,
    output: Place,
    workers: Workers = 0,
    dask: Dask = None,
    engine: Engine = "auto",
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="WHAT", help="rows or summary, whatever the file says.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the sweep that DIR holds.")] = False,
    max_memory: MaxMemory = None,
    as_json: Json = False,
) -> None:
    """Run a sweep into a folder; it can be stopped at any time and gone on with."""
    from scenario.experiment.plan import plan_of

    how = _How(n_workers(workers), dask, engine, max_memory, as_json)
    again = f"scenario sweep {file} -o {output} {f'--keep {keep} ' if keep else ''}--resume"
    done = _run(plan_of(file, keep=keep), output, how, resume=resume, again=again)
    _tell(done, as_json)
    _end_with_failures(done)


@dataclass(frozen=True)
class _How:
    """On what a sweep is run, and how it is told."""

    n_workers: int
    dask: str | None
    engine: str
    max_memory: int | None
    as_json: bool


def _run(plan: Plan, folder: Path, how: _How, *, resume: bool, again: str) -> Swept:
    """Run a sweep and show how far it is; where it is interrupted say how to go on."""
    from scenario.experiment.sweep import machine_limit
    from scenario.experiment.sweep import sweep as run_sweep

    if not how.as_json:
        typer.echo(_size(plan, how.n_workers), err=True)
    announce_preparation(how.engine)
    try:
        with shown_progress(how.as_json) as progress:
            return run_sweep(
                plan,
                folder,
                workers=how.n_workers,
                engine=how.engine,
                cluster=how.dask,
                resume=resume,
                max_memory=machine_limit() if how.max_memory is None else how.max_memory * _MIB,
                progress=progress,
            )
    except (Interrupted, KeyboardInterrupt):
        typer.echo(f"Interrupted; what was complete is kept. Go on with: {again}", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None


def _size(plan: Plan, n: int) -> str:
    """Say what a sweep will do, and what it needs."""
    from scenario.experiment.plan import memory_bytes

    return (
        f"{counted(plan.n, 'experiment')} of {counted(plan.spec.replications, 'run')} in "
        f"{counted(plan.n_chunks, 'chunk')}; about {memory_bytes(plan, n) / _MIB:,.0f} MiB of memory."
    )


def _tell(done: Swept, as_json: bool) -> None:
    """Say what a sweep did."""
    from scenario.experiment.sweep_digest import digest

    found = digest(done.folder)
    if as_json:
        told = {"folder": str(done.folder), "experiments": done.plan.n, "runs": done.plan.n_runs}
        told |= {"failures": done.n_failed, "chunks": done.n_chunks, "kept": done.n_kept, "digest": found}
        print_json(told)
    else:
        typer.echo(
            f"{counted(done.plan.n_runs, 'run')}; {counted(done.n_chunks, 'chunk')} run, {done.n_kept:,} kept; "
            f"digest {found}"
        )


def _end_with_failures(done: Swept) -> None:
    """End with exit code 1 where a run of a sweep failed, now or earlier."""
    if done.n_failed:
        of = f"{done.n_failed:,} of {counted(done.plan.n_runs, 'run')}"
        typer.echo(f"{of} failed; see the table of failures.", err=True)
        raise typer.Exit(EXIT_FAILED_RUNS)


@sweeps.command()
def verify(
    folder: Home,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Move damaged files away, and with --from compute them again."),
    ] = False,
    file: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="The file of the sweep; what is whole is left alone."),
    ] = None,
    workers: Workers = 0,
    dask: Dask = None,
    engine: Engine = "auto",
    max_memory: MaxMemory = None,
    as_json: Json = False,
) -> None:
    """Check every byte of a sweep, and name what is missing or damaged; repair it."""
    from scenario.experiment.sweep_read import repair_sweep, verify_sweep

    if file is not None and not repair:
        raise typer.BadParameter("goes with --repair", param_hint="--from")
    done = None
    if file is not None:
        how = _How(n_workers(workers), dask, engine, max_memory, as_json)
        done, moved = _computed_again(folder, file, how)
    else:
        moved = repair_sweep(folder) if repair else []
    _tell_condition(verify_sweep(folder), moved, done, as_json)


def _computed_again(folder: Path, file: str, how: _How) -> tuple[Swept, list[Damage]]:
    """Compute what a sweep lacks; return what was done, and the damaged files that were moved away."""
    from scenario.experiment.sweep import plan_held
    from scenario.experiment.sweep_read import repair_sweep

    plan = plan_held(folder, file)  # another sweep is refused before anything is moved
    moved = repair_sweep(folder)
    done = _run(plan, folder, how, resume=True, again=f"scenario verify {folder} --repair --from {file}")
    return done, [*moved, *done.moved]


def _tell_condition(found: Condition, moved: list[Damage], done: Swept | None, as_json: bool) -> None:
    """Say in what condition a sweep is; end with exit code 4 where it is not whole, with 1 where runs failed."""
    if as_json:
        damaged = [{"file": one.path.name, "why": one.why} for one in (*moved, *found.damaged)]
        told = {"whole": found.is_whole, "chunks": found.n_chunks, "missing": list(found.missing)}
        print_json(told | {"damaged": damaged})
    else:
        for one in moved:
            typer.echo(f"moved away: {one.path.name} ({one.why})")
        if done is not None:
            typer.echo(f"{counted(done.n_chunks, 'chunk')} computed again, {done.n_kept:,} left alone")
        typer.echo(f"{'whole' if found.is_whole else 'not whole'}: {found.sentence}")
    if not found.is_whole:
        raise typer.Exit(EXIT_STORE)
    if done is not None:
        _end_with_failures(done)
