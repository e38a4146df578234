"""The command line: one thin function per command. No model code; tables are made in `report.text`."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario.cli_lab import lab
from scenario.cli_options import (
    All,
    Case,
    Engine,
    Events,
    Folder,
    Inner,
    Json,
    Keep,
    NoTwins,
    Outer,
    Runs,
    Seed,
    Sets,
    Variant,
    Without,
    Workers,
    n_workers,
)
from scenario.cli_report import reports
from scenario.cli_sweep import sweeps
from scenario.errors import (
    EXIT_BUG,
    EXIT_FAILED_RUNS,
    EXIT_INTERRUPTED,
    Problem,
    ScenarioError,
    SpecError,
)
from scenario.terminal import (
    Interrupted,
    announce_preparation,
    innermost,
    interruptible,
    print_json,
    report_error,
    say,
    shown_progress,
    terminal,
)

if TYPE_CHECKING:
    from scenario.experiment.chunk import Settings
    from scenario.experiment.compare import Comparison
    from scenario.spec.scenario import Scenario

app = typer.Typer(
    help="Scenarios of verification, sanctions and their consequences. Model output, not a forecast.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(sweeps)
app.add_typer(lab)
app.add_typer(reports)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the shipped scenarios and their variants."""
    from scenario.spec.load import list_scenarios

    found = [
        {"path": str(entry.path), "name": entry.name, "title": entry.title, "variants": list(entry.variants)}
        for entry in list_scenarios()
    ]
    if as_json:
        print_json({"scenarios": found})
        return
    for entry in found:
        typer.echo(f"{entry['name']}: {entry['title']}")
        typer.echo(f"  variants: {', '.join(entry['variants'])}")


@app.command()
def validate(file: Case, as_json: Json = False) -> None:
    """Check a scenario file with all its variants; every problem with its line."""
    from scenario.spec.load import check_all_variants

    names = check_all_variants(file)
    scenario = _load(file)
    if as_json:
        told = {"valid": True, "name": scenario.spec.name, "hash": scenario.hash}
        print_json(told | {"variants": list(names), "problems": []})
        return
    typer.echo(f"{file}: valid ({scenario.spec.name}, {len(names)} variants, {scenario.hash[:12]})")


@app.command()
def schema(as_json: Json = False) -> None:  # noqa: ARG001  (every command takes --json; this one prints nothing else)
    """Print the JSON Schema of scenario files, for editors."""
    from scenario.spec.load import json_schema

    print_json(json_schema())


@app.command()
def derive(case: Case, without: Without = [], seed: Seed = 0, as_json: Json = False) -> None:  # noqa: B006
    """Show how each parameter follows from the documents: prior, items, discount, posterior."""
    from scenario.evidence.derive import derive as derived
    from scenario.evidence.words import context_lines, derivation_lines

    scenario = _load(case, without=without)
    if scenario.ledger is None:
        raise SpecError(
            Problem(
                rule="the scenario must name an evidence ledger", got="none", path="evidence", code="E305"
            )
        )
    derivation = derived(scenario.ledger, without=without, seed=seed)
    if as_json:
        print_json(derivation.as_dict())
        return
    for name in derivation.parameters:
        typer.echo("\n".join(derivation_lines(derivation, name)) + "\n")
    typer.echo("\n".join(context_lines(derivation)))


@app.command()
def changes(
    case: Case,
    variant: Variant = "base",
    sets: Sets = [],  # noqa: B006
    without: Without = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Show how a variant differs from the base, as a table."""
    from scenario.report.text import show_changes
    from scenario.spec.register import difference

    found = difference(_load(case), _load(case, variant, sets, without))
    if as_json:
        print_json({"variant": variant, "changed": [change.as_dict() for change in found]})
    else:
        show_changes(terminal(), found)


@app.command()
def run(
    case: Case,
    variant: Variant = "base",
    sets: Sets = [],  # noqa: B006
    without: Without = [],  # noqa: B006
    n: Runs = None,
    outer: Outer = None,
    inner: Inner = None,
    seed: Seed = 0,
    engine: Engine = "auto",
    output: Folder = None,
    keep: Keep = "rows",
    events: Events = False,
    no_twins: NoTwins = False,
    workers: Workers = 0,
    everything: All = False,
    as_json: Json = False,
) -> None:
    """Run a scenario and summarise every outcome."""
    scenario = _load(case, variant, sets, without)
    _refuse_unused_events(events, output)
    run_scenario, summarise, write, show = _ways(keep, events)
    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        result = run_scenario(
            scenario,
            n,
            outer=outer,
            inner=inner,
            seed=seed,
            engine=engine,
            twins=not no_twins,
            workers=n_workers(workers),
            progress=progress,
        )
    flags = {"no-twins": no_twins, "events": events, "keep": "" if keep == "rows" else keep}
    options = {"variant": variant, "set": sets, "without": without} | flags
    command = _command("run", scenario, options, result.settings)
    summary = summarise(result)
    if output is not None:
        say(as_json, write(result, output, command=command))
    if as_json:
        print_json(summary.as_dict() | {"command": command})
    else:
        show(terminal(), summary, everything=everything)
    _exit_with(len(result.failures), result.settings.n)


@app.command()
def compare(
    case: Case,
    a: Annotated[
        str, typer.Option("--a", metavar="NAME", help="Variant A; the baseline is named base.")
    ] = "base",
    b: Annotated[
        str, typer.Option("--b", metavar="NAME", help="Variant B; --set and --without act on B alone.")
    ] = "base",
    sets: Sets = [],  # noqa: B006
    without: Without = [],  # noqa: B006
    n: Runs = None,
    outer: Outer = None,
    inner: Inner = None,
    seed: Seed = 0,
    engine: Engine = "auto",
    output: Folder = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", metavar="DIR", help="Write figures with their data here.")
    ] = None,
    events: Events = False,
    no_twins: NoTwins = False,
    workers: Workers = 0,
    everything: All = False,
    as_json: Json = False,
) -> None:
    """Compare two variants under the same luck, run by run."""
    from scenario.experiment.compare import compare as compare_scenarios
    from scenario.report.text import show_comparison

    first, second = _load(case, a), _load(case, b, sets, without)
    _refuse_unused_events(events, output)
    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        comparison = compare_scenarios(
            first,
            second,
            n,
            outer=outer,
            inner=inner,
            seed=seed,
            engine=engine,
            events=events,
            twins=not no_twins,
            workers=n_workers(workers),
            progress=progress,
        )
    settings, flags = comparison.a.settings, {"no-twins": no_twins, "events": events}
    command = _command("compare", first, {"a": a, "b": b, "set": sets, "without": without} | flags, settings)
    _write(comparison, command, output, figures, as_json=as_json)
    if as_json:
        print_json(comparison.as_dict() | {"command": command})
    else:
        show_comparison(terminal(), comparison, (a, b), everything=everything)
    _exit_with(len(comparison.a.failures) + len(comparison.b.failures), 2 * settings.n)


@app.command()
def trace(
    case: Case,
    run_id: Annotated[str, typer.Option("--run", metavar="ID", help="A run, for example e0012-r003.")],
    variant: Variant = "base",
    sets: Sets = [],  # noqa: B006
    without: Without = [],  # noqa: B006
    seed: Seed = 0,
    engine: Engine = "auto",
    everything: All = False,
    as_json: Json = False,
) -> None:
    """Tell one run in words, in order, with dates and causes."""
    from scenario.experiment.chunk import check_engine
    from scenario.experiment.narrative import narrate
    from scenario.experiment.run import replay
    from scenario.report.text import show_trace

    scenario = _load(case, variant, sets, without)
    experiment, replication = _run_number(run_id)
    check_engine(engine)
    announce_preparation(engine)
    _, log = replay(scenario, experiment=experiment, replication=replication, seed=seed, engine=engine)
    lines = narrate(log, scenario.spec)
    if as_json:
        told = [
            event._asdict() | {"date": line.date.isoformat(), "text": line.text}
            for event, line in zip(log, lines, strict=True)
        ]
        print_json(
            {"scenario": scenario.spec.name, "variant": variant, "seed": seed, "run": run_id, "events": told}
        )
    else:
        show_trace(terminal(), lines, everything=everything)


def main() -> None:
    """Run the command line; every end has its exit code, none a traceback."""
    try:
        with interruptible():
            app()
    except ScenarioError as error:
        report_error(error)
        sys.exit(error.exit_code)
    except (Interrupted, KeyboardInterrupt):
        typer.echo("Interrupted; nothing was written.", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
    except Exception as error:  # noqa: BLE001  (the last stop: a sentence instead of a traceback)
        place = innermost(error)
        typer.echo(f"This is a bug of ours: {type(error).__name__} in {place}: {error}", err=True)
        sys.exit(EXIT_BUG)


# ---- what the commands share -------------------------------------------------------------------------


def _load(
    case: str, variant: str = "base", sets: list[str] | None = None, without: list[str] | None = None
) -> Scenario:
    """Load a scenario with its variant and overrides."""
    from scenario.spec.load import load

    return load(case, variant=variant, overrides=sets or [], without=without or [])


def _ways(keep: str, events: bool) -> tuple[Any, Any, Any, Any]:
    """Return what runs, summarises, writes and shows: with a table of all runs, or with counts alone."""
    from scenario.report.text import show_stream, show_summary

    if keep == "rows":
        from scenario.experiment.run import run
        from scenario.experiment.store import write_result
        from scenario.experiment.summary import summarise

        return partial(run, events=events), summarise, write_result, show_summary
    if keep != "summary" or events:
        rule = "--keep must be rows or summary, and rows with --events"
        got = f"{keep}{' with --events' if events else ''}"
        raise SpecError(Problem(rule=rule, got=got, code="E308"))
    from scenario.experiment.stream import stream
    from scenario.experiment.stream_summary import write_stream

    return stream, lambda summary: summary, write_stream, show_stream


def _command(verb: str, scenario: Scenario, options: dict[str, Any], settings: Settings) -> str:
    """Return the canonical command line of a run or comparison."""
    from scenario.experiment.store import canonical_command

    return canonical_command(verb, scenario, options, settings)


def _run_number(run_id: str) -> tuple[int, int]:
    """Return (experiment, replication) of a run's id."""
    found = re.fullmatch(r"e(\d{1,9})-r(\d{1,9})", run_id)
    if found is None:
        raise SpecError(Problem(rule="--run must be a run's id such as e0012-r003", got=run_id, code="E306"))
    return int(found[1]), int(found[2])


def _refuse_unused_events(events: bool, output: Path | None) -> None:
    """Refuse to keep event logs that nobody would see."""
    if events and output is None:
        raise SpecError(Problem(rule="--events must come with -o DIR", got="no folder", code="E307"))


def _write(
    comparison: Comparison, command: str, output: Path | None, figures: Path | None, *, as_json: bool
) -> None:
    """Write tables and figures of a comparison where asked to."""
    if output is not None:
        from scenario.experiment.store import write_comparison

        say(as_json, write_comparison(comparison, output, command=command))
    if figures is not None:
        from scenario.report.figures import write_figures

        say(as_json, write_figures(comparison, figures))


def _exit_with(n_failed: int, n: int) -> None:
    """End with exit code 1 where runs failed."""
    if n_failed:
        typer.echo(
            f"{n - n_failed:,} of {n:,} runs, {n_failed} failed; see failures.csv with -o DIR.", err=True
        )
        raise typer.Exit(EXIT_FAILED_RUNS)
