"""The report on the command line. One thin function; what a report is lives in `report`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario.cli_options import Case, Engine, Json, Sets, Without, Workers, n_workers
from scenario.errors import EXIT_FAILED_RUNS
from scenario.terminal import announce_preparation, print_json, say, shown_progress

if TYPE_CHECKING:
    from scenario.spec.scenario import Scenario

reports = typer.Typer(add_completion=False)

Bundle = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Write the bundle here.")]
SideA = Annotated[str, typer.Option("--a", metavar="NAME", help="Variant A, the baseline.")]
SideB = Annotated[
    str, typer.Option("--b", metavar="NAME", help="Variant B; the first one of the file by default.")
]
SideC = Annotated[str, typer.Option("--c", metavar="NAME", help="A third variant.")]
SideD = Annotated[str, typer.Option("--d", metavar="NAME", help="A fourth variant.")]
SetsA = Annotated[list[str], typer.Option("--set-a", metavar="PATH=VALUE", help="The same for A.")]
SetsC = Annotated[list[str], typer.Option("--set-c", metavar="PATH=VALUE", help="The same for C.")]
SetsD = Annotated[list[str], typer.Option("--set-d", metavar="PATH=VALUE", help="The same for D.")]
WithoutA = Annotated[list[str], typer.Option("--without-a", metavar="ID", help="The same for A.")]
WithoutC = Annotated[list[str], typer.Option("--without-c", metavar="ID", help="The same for C.")]
WithoutD = Annotated[list[str], typer.Option("--without-d", metavar="ID", help="The same for D.")]
Runs = Annotated[int | None, typer.Option("-n", metavar="N", help="Runs of each variant (default 10000).")]
Seed = Annotated[int, typer.Option("--seed", metavar="S", min=0, help="Root seed; 0 is one of them.")]
Figures = Annotated[
    str,
    typer.Option(
        "--figures",
        metavar="NAMES",
        help="incidence,senders,difference,actors,flow,drivers,run: all by default, or some of them.",
    ),
]
Sizes = Annotated[str, typer.Option("--sizes", metavar="NAMES", help="report,half,slide; report by default.")]
Formats = Annotated[
    str, typer.Option("--formats", metavar="NAMES", help="png,svg,pdf; png and svg by default.")
]
Office = Annotated[bool, typer.Option("--office", help="Write the briefing as .docx and .pptx as well.")]
Stress = Annotated[bool, typer.Option("--stress", help="Add the STRESS-DES checklist, filled.")]


@reports.command()
def report(
    case: Case,
    output: Bundle,
    a: SideA = "base",
    b: SideB = "",
    c: SideC = "",
    d: SideD = "",
    sets: Sets = [],  # noqa: B006
    without: Without = [],  # noqa: B006
    set_a: SetsA = [],  # noqa: B006
    set_c: SetsC = [],  # noqa: B006
    set_d: SetsD = [],  # noqa: B006
    without_a: WithoutA = [],  # noqa: B006
    without_c: WithoutC = [],  # noqa: B006
    without_d: WithoutD = [],  # noqa: B006
    n: Runs = None,
    seed: Seed = 0,
    figures: Figures = "",
    sizes: Sizes = "",
    formats: Formats = "",
    office: Office = False,
    stress: Stress = False,
    workers: Workers = 0,
    engine: Engine = "auto",
    as_json: Json = False,
) -> None:
    """Write a report: a briefing, figures with their numbers, scenarios, and how to make them again."""
    from scenario.report.bundle import MANIFEST, bundle, require, write
    from scenario.report.request import first_variant, request_of
    from scenario.report.study import study

    first = _load(case, a, set_a, without_a)
    scenarios = {"A": first, "B": _load(case, b or first_variant(first), sets, without)}
    further = ((c, set_c, without_c), (d, set_d, without_d))
    more = [_load(case, *one) for one in further if one[0]]
    scenarios |= dict(zip("CD", more, strict=False))
    request = request_of(
        scenarios, n=n, seed=seed, figures=figures, sizes=sizes, formats=formats, office=office, stress=stress
    )
    require(request, output)
    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        found = study(request, workers=n_workers(workers), engine=engine, progress=progress)
    files = bundle(found)
    say(as_json, write(files, output))
    if as_json:
        print_json(json.loads(files[MANIFEST]))
    else:
        typer.echo(f"Read {output / 'briefing.html'}. The same again: {request.command}")
    if found.sides.n_failed:
        typer.echo(f"{found.sides.n_failed:,} runs failed and are left out.", err=True)
        raise typer.Exit(EXIT_FAILED_RUNS)


def _load(case: str, variant: str, sets: list[str], without: list[str]) -> Scenario:
    """Load a scenario with its variant and overrides."""
    from scenario.spec.load import load

    return load(case, variant=variant, overrides=sets, without=without)
