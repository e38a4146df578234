"""Arguments and options that several commands take, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# ---- what a command is about -------------------------------------------------------------------------

Case = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")
]
Home = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep.")]
Variant = Annotated[str, typer.Option("--variant", metavar="NAME", help="A variant of the file.")]
Sets = Annotated[
    list[str], typer.Option("--set", metavar="PATH=VALUE", help="Override a value; may be repeated.")
]
Without = Annotated[
    list[str], typer.Option("--without", metavar="ID", help="Switch an evidence item off; may be repeated.")
]
Outcome = Annotated[str, typer.Option("--outcome", metavar="NAME", help="The outcome that is asked about.")]
Policy = Annotated[
    str, typer.Option("--policy", metavar="NAME", help="A policy of the sweep; the first by default.")
]
SideA = Annotated[
    str, typer.Option("--a", metavar="POLICY", help="A variant, or PATH=VALUE,... on top of one.")
]
SideB = Annotated[str, typer.Option("--b", metavar="POLICY", help="The same for B.")]
Better = Annotated[str, typer.Option("--better", metavar="WAY", help="higher or lower.")]

# ---- how it runs -------------------------------------------------------------------------------------

Runs = Annotated[int | None, typer.Option("-n", metavar="N", help="Number of runs (per variant).")]
Outer = Annotated[int | None, typer.Option("--outer", metavar="M", help="Outer points (default 2500).")]
Inner = Annotated[
    int | None, typer.Option("--inner", metavar="K", help="Replications per point (default 4).")
]
Seed = Annotated[int, typer.Option("--seed", metavar="S", help="Root seed; 0 is one of them.")]
Engine = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="auto (the compiled one), compiled or reference.")
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers", metavar="P", min=0, help="Threads (processes of the reference); 0 means one per core."
    ),
]
NoTwins = Annotated[bool, typer.Option("--no-twins", help="Leave the twins out: faster, no averted flow.")]

# ---- what it gives -----------------------------------------------------------------------------------

Folder = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help="Write tables and all that goes with them here."),
]
Keep = Annotated[
    str, typer.Option("--keep", metavar="WHAT", help="rows, or summary: any number of runs, counted only.")
]
Events = Annotated[bool, typer.Option("--events", help="Keep event logs.")]
All = Annotated[bool, typer.Option("--all", help="Show everything.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def n_workers(workers: int) -> int:
    """Return how many to work with: one per core for 0."""
    import os

    return workers or os.cpu_count() or 1
