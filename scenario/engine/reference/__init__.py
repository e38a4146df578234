"""The reference engine: the model as SimPy processes, written to be read. It is the definition.

Read in this order: `world` (the hidden fact, what a run knows), `act`, `channels`, `senders`,
`response`, `forums`, `sanctions`, `target`, `surroundings`, `row`. Time passes only in `clock`;
decisions are pure functions in `engine.rules`.
"""

from __future__ import annotations

import math
from typing import Any

from scenario.draws.streams import Streams
from scenario.engine.faults import out_of_range
from scenario.engine.reference.act import Act
from scenario.engine.reference.channels import open_channels
from scenario.engine.reference.forums import Forum
from scenario.engine.reference.row import row_of
from scenario.engine.reference.sanctions import Sanctions
from scenario.engine.reference.senders import Sender
from scenario.engine.reference.surroundings import start_surroundings
from scenario.engine.reference.target import Target
from scenario.engine.reference.world import Run
from scenario.engine.tables import Cast
from scenario.engine.trajectory import Event, Row
from scenario.spec.schema import Mode


def simulate(
    cast: Cast, world: Any, streams: Streams, *, n: int, m: int, mode: Mode
) -> tuple[Row, list[Event]]:
    """Run one replication in one mode.

    Parameters
    ----------
    cast, world
        `tables.cast_of(scenario)` and `tables.world_at(points, m)`.
    streams
        The streams of the root seed.
    n, m
        Inner replication and outer point, both >= 0.
    mode
        factual, words or silent.

    Returns
    -------
    row, events
        The outcomes without the comparison with twins, and the event log in order.

    Raises
    ------
    RunError
        A delay is not finite and >= 0, the event limit is passed, or an outcome is not finite.
    """
    run = Run(cast, world, streams, n=n, m=m, mode=mode)
    run.record("start", "case", value=float(run.truth.is_true))
    run.act = Act(run)
    run.sanctions = Sanctions(run)
    run.forums = {name: Forum(run, name) for name in world.forums}
    run.senders = {name: Sender(run, name) for name in world.senders}
    run.target = Target(run)
    open_channels(run)
    start_surroundings(run)
    for sender in run.senders.values():
        sender.judge(0)
    run.clock.run_to_horizon()
    return _checked(row_of(run), run), run.log.events


def _checked(row: Row, run: Run) -> Row:
    """Return a row whose outcomes are finite; only a time may be NaN, which means never."""
    for name, outcome in run.cast.outcomes.items():
        value = float(row[name])
        if math.isinf(value) or (math.isnan(value) and outcome.kind != "time"):
            raise out_of_range(run.clock.run, name, value)
    return row


__all__ = ["simulate"]
