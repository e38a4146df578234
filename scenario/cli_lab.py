"""The questions that analysts ask, on the command line. One thin function per command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario.cli_options import (
    Better,
    Case,
    Engine,
    Folder,
    Home,
    Json,
    Outcome,
    Policy,
    Seed,
    SideA,
    SideB,
    Variant,
    Workers,
    n_workers,
)
from scenario.errors import Problem, SpecError
from scenario.terminal import announce_preparation, print_json, say, shown_progress, terminal

if TYPE_CHECKING:
    from scenario.questions.answer import Answer

lab = typer.Typer(add_completion=False)


@lab.command()
def tornado(
    case: Case,
    outcome: Outcome,
    a: Annotated[str, typer.Option("--a", metavar="NAME", help="Variant A.")] = "base",
    b: Annotated[
        str | None, typer.Option("--b", metavar="NAME", help="Variant B: the difference B - A is drawn.")
    ] = None,
    factors: Annotated[
        list[str], typer.Option("--factor", metavar="PATH", help="A number to move; may be repeated.")
    ] = [],  # noqa: B006
    n: Annotated[int, typer.Option("-n", metavar="N", min=30, help="Runs of each end.")] = 500,
    seed: Seed = 0,
    workers: Workers = 0,
    engine: Engine = "auto",
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """What drives it? Every uncertain number from its 5 % to its 95 % point, one at a time."""
    from scenario.questions.drivers import tornado as ask

    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        found = ask(
            case,
            outcome=outcome,
            a=a,
            b=b,
            factors=factors,
            n=n,
            seed=seed,
            workers=workers or None,
            engine=engine,
            progress=progress,
        )
    _tell(found, output, as_json)


@lab.command()
def sensitivity(
    folder: Home,
    outcome: Outcome,
    method: Annotated[
        str,
        typer.Option(
            "--method", metavar="NAME", help="sobol, morris, shapley or pawn; by the design by default."
        ),
    ] = "",
    policy: Policy = "",
    seed: Seed = 0,
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """What drives it? All factors of a sweep together."""
    from scenario.experiment.sweep_view import view_of
    from scenario.questions.drivers import sensitivity as ask

    _tell(ask(view_of(folder), outcome, method=method, policy=policy, seed=seed), output, as_json)


@lab.command()
def discover(
    folder: Home,
    outcome: Outcome,
    low: Annotated[float | None, typer.Option("--low", metavar="X", help="It counts from here.")] = None,
    high: Annotated[float | None, typer.Option("--high", metavar="X", help="It counts up to here.")] = None,
    without: Annotated[bool, typer.Option("--without", help="Count the runs in which it does not.")] = False,
    event: Annotated[str, typer.Option("--event", metavar="TEXT", help="What counts, as a clause.")] = "",
    policy: Policy = "",
    seed: Seed = 0,
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """When does it happen? The part of the factors' space in which an outcome is frequent."""
    from scenario.experiment.sweep_view import view_of
    from scenario.questions.boxes import when

    view = view_of(folder)
    found = when(view, outcome, low=low, high=high, is_without=without, policy=policy, event=event, seed=seed)
    _tell(found, output, as_json)


@lab.command()
def tipping(
    case: Case,
    outcome: Outcome,
    b: SideB,
    ranges: Annotated[
        list[str],
        typer.Option("--vary", metavar="PATH=LOW:HIGH", help="A number to move; one or two of them."),
    ],
    a: SideA = "base",
    better: Better = "higher",
    levels: Annotated[int, typer.Option("--levels", metavar="L", min=3, max=100, help="Values of each.")] = 9,
    n: Annotated[int, typer.Option("-n", metavar="N", min=30, help="Pairs of runs at each value.")] = 400,
    seed: Seed = 0,
    workers: Workers = 0,
    engine: Engine = "auto",
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """What would have to be true? Where B stops beating A, over one number or two."""
    from scenario.questions.tipping import tip

    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        found = tip(
            case,
            a=a,
            b=b,
            outcome=outcome,
            ranges=dict(map(_range, ranges)),
            better=better,
            levels=levels,
            n=n,
            seed=seed,
            workers=workers or None,
            engine=engine,
            progress=progress,
        )
    _tell(found, output, as_json)


@lab.command()
def policies(
    folder: Home,
    outcome: Outcome,
    better: Better = "higher",
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", metavar="X", help="What is good enough (of 100 runs for a share)."),
    ] = None,
    objectives: Annotated[
        list[str],
        typer.Option(
            "--objective",
            metavar="NAME=WAY",
            help="For the Pareto front: two (a plane) to six (a panel each).",
        ),
    ] = [],  # noqa: B006
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """Which policy holds up? Regret, satisficing and worst case over the worlds of a sweep."""
    from scenario.experiment.sweep_view import view_of
    from scenario.questions.policies import holds_up

    ways = dict(_pair(text, "--objective must be NAME=higher or NAME=lower") for text in objectives)
    found = holds_up(view_of(folder), outcome, better=better, threshold=threshold, objectives=ways)
    _tell(found, output, as_json)


Weights = Annotated[
    list[str], typer.Option("--weigh", metavar="OUTCOME=W", help="What one unit of an outcome is worth.")
]
Actions = Annotated[
    list[str], typer.Option("--action", metavar="NAME:POLICY", help="An action; two at least for a scenario.")
]
Channels = Annotated[
    list[str], typer.Option("--channel", metavar="NAME", help="One more report of a channel; all by default.")
]
Days = Annotated[
    list[float],
    typer.Option(
        "--wait",
        metavar="DAYS",
        help="Waiting so long before choosing: every response is held so long, which bounds the loss from above.",
    ),
]
Study = Annotated[
    float | None,
    typer.Option("--study", metavar="SHARE", help="With a sweep: value studies that tell so much."),
]


@lab.command()
def worth(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|DIR", help="A scenario (signals), or a sweep's folder (its factors)."
        ),
    ],
    weights: Weights,
    actions: Actions = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    days: Days = [],  # noqa: B006
    sender: Annotated[str, typer.Option("--sender", metavar="NAME", help="Whose belief counts.")] = "",
    study: Study = None,
    unit: Annotated[
        str, typer.Option("--unit", metavar="TEXT", help="What the objective is counted in.")
    ] = "points",
    n: Annotated[int, typer.Option("-n", metavar="N", min=400, help="Runs of each action.")] = 4000,
    seed: Seed = 0,
    workers: Workers = 0,
    engine: Engine = "auto",
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """What is it worth to know, before choosing among actions?"""
    if Path(what).is_dir():
        found = _worth_of_factors(Path(what), weights, study, unit)
    else:
        announce_preparation(engine)
        with shown_progress(as_json) as progress:
            found = _worth_of_signals(
                what,
                weights,
                actions,
                channels=channels,
                days=days,
                sender=sender,
                unit=unit,
                n=n,
                seed=seed,
                workers=workers or None,
                engine=engine,
                progress=progress,
            )
    _tell(found, output, as_json)


def _worth_of_factors(folder: Path, weights: list[str], study: float | None, unit: str) -> Answer:
    """Value knowing the factors of a sweep."""
    from scenario.experiment.sweep_view import view_of
    from scenario.questions.worth import worth_knowing

    return worth_knowing(view_of(folder), _weighed(weights), study=study, unit=unit)


def _worth_of_signals(case: str, weights: list[str], actions: list[str], **options: Any) -> Answer:
    """Value signals before choosing among named actions."""
    from scenario.questions.worth import worth_of_signals

    pairs = [_pair(text, "--action must be NAME:POLICY", by=":") for text in actions]
    named = dict(pairs)
    if len(named) < len(pairs):
        rule = "actions must have different names"
        raise SpecError(Problem(rule=rule, got=", ".join(actions), code="E341"))
    return worth_of_signals(case, actions=named, weights=_weighed(weights), **options)


def _weighed(weights: list[str]) -> dict[str, float]:
    """Return what one unit of each outcome is worth."""
    pairs = (_pair(text, "--weigh must be OUTCOME=NUMBER") for text in weights)
    return {name: _number(value, "--weigh") for name, value in pairs}


@lab.command()
def chance(
    case: Case,
    outcomes: Annotated[
        list[str], typer.Option("--outcome", metavar="NAME", help="An outcome to split; may be repeated.")
    ] = [],  # noqa: B006
    learn: Annotated[
        str, typer.Option("--learn", metavar="NAME", help="The outcome that numbers are ranked for.")
    ] = "",
    variant: Variant = "base",
    n: Annotated[int | None, typer.Option("-n", metavar="N", help="Number of runs.")] = None,
    seed: Seed = 0,
    workers: Workers = 0,
    engine: Engine = "auto",
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """How much is chance, how much is ignorance, and which number to learn first?"""
    from scenario.questions.chance import OUTCOMES, shares

    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        found = shares(
            case,
            outcomes=outcomes or OUTCOMES,
            learn=learn,
            variant=variant,
            n=n,
            seed=seed,
            workers=n_workers(workers),
            engine=engine,
            progress=progress,
        )
    _tell(found, output, as_json)


@lab.command()
def enough(
    case: Case,
    outcome: Outcome,
    half_width: Annotated[
        float,
        typer.Option(
            "--half-width", metavar="H", help="Wanted half of the interval (0.01 is 1 of 100 runs)."
        ),
    ],
    a: SideA = "base",
    b: Annotated[
        str | None, typer.Option("--b", metavar="POLICY", help="Ask of the difference B - A.")
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=100, help="Runs at which to stop anyway.")
    ] = 200_000,
    seed: Seed = 0,
    engine: Engine = "auto",
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """How many runs are enough? Run until an interval is as short as wanted."""
    from scenario.questions.enough import enough as ask

    announce_preparation(engine)
    with shown_progress(as_json) as progress:
        found = ask(
            case,
            outcome=outcome,
            half_width=half_width,
            a=a,
            b=b,
            most=most,
            seed=seed,
            engine=engine,
            progress=progress,
        )
    _tell(found, output, as_json)


# ---- what the commands share -------------------------------------------------------------------------


def _tell(found: Answer, output: Path | None, as_json: bool) -> None:
    """Print an answer, and write it where asked to."""
    from scenario.report.text import show_answer

    if output is not None:
        say(as_json, found.write(output))
    if as_json:
        print_json(found.as_dict())
    else:
        show_answer(terminal(), found)


def _range(text: str) -> tuple[str, tuple[float, float]]:
    """Return path and ends of PATH=LOW:HIGH."""
    path, ends = _pair(text, "--vary must be PATH=LOW:HIGH")
    low, high = _pair(ends, "--vary must be PATH=LOW:HIGH", by=":")
    return path, (_number(low, "--vary"), _number(high, "--vary"))


def _pair(text: str, rule: str, *, by: str = "=") -> tuple[str, str]:
    """Return the two halves of a text."""
    left, found, right = text.partition(by)
    if not (left.strip() and found and right.strip()):
        raise SpecError(Problem(rule=rule, got=text, code="E341"))
    return left.strip(), right.strip()


def _number(text: str, option: str) -> float:
    """Return a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise SpecError(Problem(rule=f"{option} must hold a finite number", got=text, code="E341"))
    return value
