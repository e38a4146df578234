"""What the command line says and where: progress and files on the error stream, answers on the output."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scenario.errors import InputError, ScenarioError

if TYPE_CHECKING:
    from rich.console import Console


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn Ctrl-C into `Interrupted` for a while."""

    def stop(*_: object) -> None:
        raise Interrupted

    former = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def announce_preparation(engine: str) -> None:
    """Say on the error stream that the compiled engine has to be prepared first, where that is so."""
    from scenario.engine.preparation import ANNOUNCEMENT, is_prepared

    if engine != "reference" and not is_prepared():
        typer.echo(ANNOUNCEMENT, err=True)


@contextmanager
def shown_progress(as_json: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show progress on the error stream, where somebody looks on."""
    if as_json or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def terminal() -> Console:
    """Return the console for tables: as wide as the terminal, or 140 columns where there is none."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 140)


def say(as_json: bool, paths: list[Path]) -> None:
    """Say which files were written, on the error stream."""
    if not as_json and paths:
        typer.echo(f"wrote {len(paths)} files to {paths[0].parent}", err=True)


def print_json(data: object) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(data, indent=2, allow_nan=False, default=str))


def report_error(error: ScenarioError) -> None:
    """Print an error as sentences, or as JSON where that was asked for."""
    if "--json" in sys.argv and isinstance(error, InputError):
        print_json({"errors": [problem.as_dict() for problem in error.problems]})
    else:
        typer.echo(str(error), err=True)


def innermost(error: Exception) -> str:
    """Return module and line where an unexpected error arose, without a path."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "unknown" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).stem}:{trace.tb_lineno}"
