"""The report on the command line. One thin function; what a report is lives in `report`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario.errors import EXIT_FAILED_RUNS
from scenario.terminal import announce_preparation, print_json, say, shown_progress

if TYPE_CHECKING:
    from scenario.spec.scenario import Scenario

reports = typer.Typer(add_completion=False)

Case = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")
]
Folder = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Write the bundle here.")]


@reports.command()
def report(
    case: Case,
    output: Folder,
    a: Annotated[str, typer.Option("--a", metavar="NAME", help="Variant A, the baseline.")] = "base",
    b: Annotated[
        str, typer.Option("--b", metavar="NAME", help="Variant B; the file's first variant by default.")
    ] = "",
    c: Annotated[str, typer.Option("--c", metavar="NAME", help="A third variant.")] = "",
    d: Annotated[str, typer.Option("--d", metavar="NAME", help="A fourth variant.")] = "",
    sets: Annotated[
        list[str], typer.Option("--set", metavar="PATH=VALUE", help="Override a value of B; may be repeated.")
    ] = [],  # noqa: B006
    without: Annotated[
        list[str], typer.Option("--without", metavar="ID", help="Switch an evidence item off under B.")
    ] = [],  # noqa: B006
    n: Annotated[int | None, typer.Option("-n", metavar="N", help="Runs of each variant (10,000).")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", min=0, help="Root seed; 0 is one of them.")] = 0,
    figures: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="incidence, senders, difference, actors, flow, drivers, run; with commas; all by default.",
        ),
    ] = "",
    sizes: Annotated[str, typer.Option(metavar="NAMES", help="report, half, slide; with commas.")] = "",
    formats: Annotated[str, typer.Option(metavar="NAMES", help="png, svg, pdf; with commas.")] = "",
    office: Annotated[
        bool, typer.Option("--office", help="The briefing as .docx and .pptx as well.")
    ] = False,
    stress: Annotated[bool, typer.Option("--stress", help="Add the filled STRESS-DES checklist.")] = False,
    workers: Annotated[
        int, typer.Option("--workers", metavar="P", min=0, help="Threads; 0: one per core.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest and nothing else.")] = False,
) -> None:
    """Write a report: a briefing, figures with their numbers, scenarios, and how to make them again."""
    import json

    from scenario.report.bundle import MANIFEST, bundle, write
    from scenario.report.request import first_variant, request_of
    from scenario.report.study import study

    first = _load(case, a)
    variants = {"B": b or first_variant(first), "C": c, "D": d}
    scenarios = {"A": first, "B": _load(case, variants["B"], sets, without)}
    further = [_load(case, name) for name in (variants["C"], variants["D"]) if name]
    scenarios |= dict(zip("CD", further, strict=False))
    if office:
        from scenario.report.office import require_office

        require_office()
    request = request_of(
        scenarios, n=n, seed=seed, figures=figures, sizes=sizes, formats=formats, office=office, stress=stress
    )
    announce_preparation("auto")
    with shown_progress(as_json) as progress:
        found = study(request, workers=workers or os.cpu_count() or 1, progress=progress)
    files = bundle(found)
    say(as_json, write(files, output))
    if as_json:
        print_json(json.loads(files[MANIFEST]))
    else:
        typer.echo(f"Read {output / 'briefing.html'}; the same again: {request.command}")
    if found.sides.n_failed:
        typer.echo(f"{found.sides.n_failed} runs failed and are left out.", err=True)
        raise typer.Exit(EXIT_FAILED_RUNS)


def _load(
    case: str, variant: str, sets: list[str] | None = None, without: list[str] | None = None
) -> Scenario:
    """Load a scenario with its variant and overrides."""
    from scenario.spec.load import load

    return load(case, variant=variant, overrides=sets or [], without=without or [])
