"""An EMA Workbench `ReplicatorModel` round the reference engine: what a user of that tool would run.

One experiment is one outer point; its replications are runs; each outcome becomes an array of
experiments x replications. On one core, or through the workbench's own pool of processes.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.work import Work
from scenario.draws.streams import Streams
from scenario.engine.reference import simulate

OUTCOMES = (
    "attribution_day",
    "first_adopted_day",
    "quantity_shipped",
    "pressure_days",
    "days_pausing",
    "measures",
)
"""The arrays that are kept, a handful as a user would."""


def is_there() -> bool:
    """Return whether the workbench can be imported here."""
    return importlib.util.find_spec("ema_workbench") is not None


def load() -> Any:
    """Import the workbench; it warns that an optional part is not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ema_workbench  # type: ignore[import-untyped]
    return ema_workbench


def experiments(work: Work) -> Callable[[], dict[str, Any]]:
    """Return what performs all experiments of a piece of work, sequentially, and gives the outcome arrays."""
    run = function(
        lambda point, replication: (work.worlds[point], replication, point),
        work.cast,
        Streams(work.seed),
        mode=work.scenario.spec.policy.mode,
    )
    return performed(run, n_points=work.n_points, n_replications=work.n_replications)


def performed(
    run: Callable[..., dict[str, float]],
    *,
    n_points: int,
    n_replications: int,
    processes: int = 1,
    open_now: ExitStack | None = None,
) -> Callable[[], dict[str, Any]]:
    """Return what performs experiments x replications and gives the outcome arrays.

    Parameters
    ----------
    run
        From `function`.
    n_points, n_replications
        How many of each, >= 1.
    processes
        1: in this process. More: the workbench's pool, which is started now.
    open_now
        What ends the pool; needed for more than one process.
    """
    ema = load()
    model = _model(ema, run, n_points, n_replications)
    scenarios = [ema.Scenario(f"e{m:04d}", point=m) for m in range(n_points)]
    evaluator = ema.SequentialEvaluator(model)
    if processes > 1:
        if open_now is None:
            raise ValueError(f"more than one process must have a stack that ends them (got {processes})")
        evaluator = open_now.enter_context(ema.MultiprocessingEvaluator(model, n_processes=processes))

    def perform() -> dict[str, Any]:
        _, outcomes = ema.perform_experiments(
            model, scenarios=scenarios, evaluator=evaluator, log_progress=True
        )
        return dict(outcomes)

    return perform


def _model(ema: Any, run: Callable[..., dict[str, float]], n_points: int, n_replications: int) -> Any:
    """Describe the model to the workbench."""
    model = ema.ReplicatorModel("reference", function=run)
    model.uncertainties = [ema.IntegerParameter("point", 0, max(1, n_points - 1))]
    model.outcomes = [ema.ArrayOutcome(name) for name in OUTCOMES]
    model.replications = _replications(n_replications)
    return model


def _replications(n: int) -> list[dict[str, int]]:
    """Return what tells the replications of an experiment apart."""
    return [{"replication": k} for k in range(n)]


def function(
    place: Callable[[int, int], tuple[Any, int, int]],
    cast: Any,
    streams: Streams,
    *,
    mode: Any,
    outcomes: Sequence[str] = OUTCOMES,
) -> Callable[..., dict[str, float]]:
    """Return the model as the workbench wants it: keyword arguments in, a dict of outcomes out.

    Parameters
    ----------
    place
        Point and replication -> the world, and the address (n, m) of the luck.
    cast, streams, mode
        As `simulate` takes them.
    outcomes
        What is given back.
    """

    def run(point: int = 0, replication: int = 0) -> dict[str, float]:
        world, n, m = place(point, replication)
        row, _ = simulate(cast, world, streams, n=n, m=m, mode=mode)
        return {name: float(row[name]) for name in outcomes}

    return run
