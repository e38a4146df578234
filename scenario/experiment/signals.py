"""What could be known before a decision: one more report of a channel, or what a sender believes some days on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from scenario.draws.points import point_uniforms
from scenario.draws.streams import Streams
from scenario.engine.tables import Points, cast_of, draw_points, world_at
from scenario.errors import RunError
from scenario.experiment.factors import Floats
from scenario.experiment.run import engine_ready
from scenario.spec.scenario import Scenario

Hits = np.ndarray[Any, np.dtype[np.bool_]]


def one_more_report(scenario: Scenario, channel: str, truth: Hits, *, seed: int) -> Floats:
    """Simulate what one more report of a channel would say: 1 where it supports the allegation, else 0.

    Where the allegation is true the channel sees it with probability `access`; then its reports support with
    `support_if_true`, in all other runs with `support_if_false`. Whether it has access is drawn anew: the report
    is one from a further collection, not another by the same.

    Parameters
    ----------
    scenario, channel
        The scenario and the name of one of its channels.
    truth
        bool[M], whether the allegation is true; outer point m has the numbers of outer point m.
    seed
        Root seed of the runs; streams of its own.

    Returns
    -------
    float64[M].
    """
    values = draw_points(scenario, seed=seed, n_points=len(truth)).values
    number = {
        name: values[f"channels.{channel}.{name}"]
        for name in ("access", "support_if_true", "support_if_false")
    }
    u_access, u_verdict = (
        point_uniforms(seed, f"signal:{what}:{channel}", len(truth)) for what in ("access", "verdict")
    )
    sees = truth & (u_access < number["access"])
    support = np.where(sees, number["support_if_true"], number["support_if_false"])
    return np.asarray(u_verdict < support, dtype=np.float64)


def beliefs_after(
    scenario: Scenario, sender: str, days: float, *, n: int, seed: int, engine: str = "auto"
) -> Floats:
    """Return a sender's log odds on a day, from the logs of runs m = 0 .. n - 1 (replication 0 of outer point m).

    Parameters
    ----------
    scenario, sender
        The scenario and the name of one of its senders.
    days
        The day, > 0, counted from as_of.
    n
        Runs.
    seed, engine
        As in `run`.

    Returns
    -------
    float64[n]: the log odds after the last report or word that the sender took in by that day; those of the
    allegation itself where it took in none. NaN where the run failed.
    """
    found, step = np.full(n, np.nan), 500
    logs_of = (_compiled if engine_ready(engine) == "compiled" else _reference)(scenario, seed)
    for first in range(0, n, step):
        points = draw_points(scenario, seed=seed, n_points=min(step, n - first), first=first)
        for run, log in logs_of(points):
            prior = float(points.values["act.p_true"][run])
            found[first + run] = _last_belief(log, sender, days, prior)
    if np.isnan(found).all():
        raise RunError("e0000-r000", f"one run of {n} at least must finish", "none")
    return found


Log = Mapping[str, np.ndarray[Any, Any]]
"""A run's events: actor, time, kind and value of each."""


Logs = Callable[[Points], Iterator[tuple[int, Log]]]
"""From outer points to number and log of replication 0 of each, as far as it finishes."""


def _compiled(scenario: Scenario, seed: int) -> Logs:
    """Return what simulates with the compiled engine."""
    from scenario.engine.compiled import Engine, rows_of

    engine, mode = Engine(cast_of(scenario), Streams(seed)), scenario.spec.policy.mode

    def logs(points: Points) -> Iterator[tuple[int, Log]]:
        job = engine.job(rows_of(engine, points), first_m=points.first, mode=mode, keeps_log=True)
        for run, log in sorted(engine.do(job).logs.items()):
            yield run, engine.event_columns(log)

    return logs


def _reference(scenario: Scenario, seed: int) -> Logs:
    """Return what simulates with the reference."""
    from scenario.engine.reference import simulate

    cast, streams, mode = cast_of(scenario), Streams(seed), scenario.spec.policy.mode

    def logs(points: Points) -> Iterator[tuple[int, Log]]:
        for run in range(len(points.values["act.p_true"])):
            try:
                _, events = simulate(
                    cast, world_at(points, run), streams, n=0, m=points.first + run, mode=mode
                )
            except RunError:
                continue
            yield run, {name: np.array([getattr(event, name) for event in events]) for name in _TOLD}

    return logs


_TOLD = ("actor", "time", "kind", "value")


def _last_belief(columns: Log, sender: str, days: float, prior: float) -> float:
    """Return the log odds of the last belief that a log tells by a day, or of the prior."""
    told = (
        (columns["actor"] == sender)
        & (columns["time"] <= days)
        & np.isin(columns["kind"], ("received", "heard"))
    )
    belief = float(columns["value"][np.flatnonzero(told)[-1]]) if told.any() else prior
    p = float(np.clip(belief, 1e-12, 1 - 1e-12))
    return float(np.log(p / (1.0 - p)))
