"""What could be known before a decision: one more report of a channel, or what a sender believes some days on."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenario.draws.points import point_uniforms
from scenario.draws.streams import Streams
from scenario.engine.tables import cast_of, draw_points
from scenario.errors import RunError
from scenario.experiment.factors import Floats
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


def beliefs_after(scenario: Scenario, sender: str, days: float, *, n: int, seed: int) -> Floats:
    """Return a sender's log odds on a day, from the logs of runs m = 0 .. n - 1 (replication 0 of outer point m).

    Parameters
    ----------
    scenario, sender
        The scenario and the name of one of its senders.
    days
        The day, > 0, counted from as_of.
    n
        Runs.
    seed
        Root seed.

    Returns
    -------
    float64[n]: the log odds after the last report or word that the sender took in by that day; those of the
    allegation itself where it took in none. NaN where the run failed.
    """
    from scenario.engine.compiled import Engine

    engine, found = Engine(cast_of(scenario), Streams(seed)), np.zeros(n)
    step = 500
    for first in range(0, n, step):
        size = min(step, n - first)
        points = draw_points(scenario, seed=seed, n_points=size, first=first)
        job = engine.job(
            engine.columns.rows(points.values, size),
            first_m=first,
            mode=scenario.spec.policy.mode,
            keeps_log=True,
        )
        done = engine.do(job)
        for run in range(size):
            if run in done.failures:
                found[first + run] = np.nan
                continue
            prior = float(points.values["act.p_true"][run])
            found[first + run] = _last_belief(engine.event_columns(done.logs[run]), sender, days, prior)
    if np.isnan(found).all():
        raise RunError("e0000-r000", f"one run of {n} at least must finish", "none")
    return found


def _last_belief(columns: dict[str, Any], sender: str, days: float, prior: float) -> float:
    """Return the log odds of the last belief that a log tells by a day, or of the prior."""
    told = (
        (columns["actor"] == sender)
        & (columns["time"] <= days)
        & np.isin(columns["kind"], ("received", "heard"))
    )
    belief = float(columns["value"][np.flatnonzero(told)[-1]]) if told.any() else prior
    p = float(np.clip(belief, 1e-12, 1 - 1e-12))
    return float(np.log(p / (1.0 - p)))
