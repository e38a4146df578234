"""An EMA Workbench `ReplicatorModel` round the reference engine: what a user of that tool would run.

One experiment is one outer point; its replications are runs; each outcome becomes an array of
experiments x replications. Nothing here runs in parallel.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
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
    ema = load()
    model = _model(ema, work)
    scenarios = [ema.Scenario(f"e{m:04d}", point=m) for m in range(work.n_points)]

    def perform() -> dict[str, Any]:
        _, outcomes = ema.perform_experiments(
            model, scenarios=scenarios, evaluator=ema.SequentialEvaluator(model), log_progress=True
        )
        return dict(outcomes)

    return perform


def _model(ema: Any, work: Work) -> Any:
    """Describe the model to the workbench."""
    model = ema.ReplicatorModel("reference", function=_function(work))
    model.uncertainties = [ema.IntegerParameter("point", 0, max(1, work.n_points - 1))]
    model.outcomes = [ema.ArrayOutcome(name) for name in OUTCOMES]
    model.replications = _replications(work.n_replications)
    return model


def _replications(n: int) -> list[dict[str, int]]:
    """Return what tells the replications of an experiment apart."""
    return [{"replication": k} for k in range(n)]


def _function(work: Work, outcomes: Sequence[str] = OUTCOMES) -> Callable[..., dict[str, float]]:
    """Return the model as the workbench wants it: keyword arguments in, a dict of outcomes out."""
    streams = Streams(work.seed)

    def run(point: int = 0, replication: int = 0) -> dict[str, float]:
        row, _ = simulate(
            work.cast,
            work.worlds[point],
            streams,
            n=replication,
            m=point,
            mode=work.scenario.spec.policy.mode,
        )
        return {name: float(row[name]) for name in outcomes}

    return run
