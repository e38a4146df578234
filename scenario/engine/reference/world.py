"""One run in progress: the world, its draws, its clock, its log, and everyone in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenario.draws.inverse import normal
from scenario.draws.streams import Streams
from scenario.engine import rules
from scenario.engine.faults import run_id
from scenario.engine.reference.clock import Clock
from scenario.engine.tables import Cast
from scenario.engine.trajectory import NO_CAUSE, Log
from scenario.spec.schema import Mode
from scenario.spec.verification import Opening

if TYPE_CHECKING:
    from scenario.engine.reference.act import Act
    from scenario.engine.reference.forums import Forum
    from scenario.engine.reference.sanctions import Sanctions
    from scenario.engine.reference.senders import Sender
    from scenario.engine.reference.target import Target


class Truth:
    """The hidden fact, fixed at t = 0: is the allegation true, and the as-if dates that hold in both worlds.

    Nothing that a policy can change enters here.
    """

    __slots__ = ("first_shipment_clock", "is_planned", "is_true", "other_class", "shipment", "use", "z_stage")

    def __init__(self, world: Any, draw: Any) -> None:
        act = world.act
        self.is_true: bool = draw.bernoulli("truth", 0, act.p_true)
        self.other_class: bool = not self.is_true and draw.bernoulli("other-class", 0, act.p_other_class)
        stage = draw.uniform("stage", 0)
        self.is_planned: bool = stage < act.p_planned
        self.z_stage: float = normal(stage)
        self.first_shipment_clock: float = draw.exponential("first-shipment", 0, act.first_shipment_days)
        self.shipment: float = self.first_shipment_clock if self.is_planned else -act.shipped_days_before
        usable = draw.lognormal("batch-usable", 0, act.usable.median, act.usable.sigma)
        self.use: float = (
            self.shipment + usable + draw.lognormal("batch-used", 0, act.used.median, act.used.sigma)
        )

    def opening(self, kind: Opening) -> float:
        """Return the as-if date a channel's opening hangs on, the same whether the allegation is true or false."""
        if kind is Opening.SHIPMENT:
            return self.shipment
        return self.use if kind is Opening.USE else 0.0


class Run:
    """Everything one run knows. The actors hold a reference to it and to nothing global.

    Parameters
    ----------
    cast, world
        The fixed part of the scenario, and its numbers at this outer point.
    streams
        The streams of the root seed.
    n, m
        Inner replication and outer point.
    mode
        factual, words or silent.
    """

    def __init__(self, cast: Cast, world: Any, streams: Streams, *, n: int, m: int, mode: Mode) -> None:
        self.cast = cast
        self.world = world
        self.draw = streams.run(n=n, m=m)
        self.mode = mode
        self.log = Log()
        self.clock = Clock(
            cast.slots,
            horizon=float(world.horizon_days),
            max_events=world.max_events,
            run=run_id(m, n),
        )
        self.truth = Truth(world, self.draw)
        self.gravity: int = world.act.gravity
        self.warnings: list[float] = []
        self.counts = dict.fromkeys(
            ("attributions", "measures", "vetoes", "statements", "retaliations", "expulsions", "listings"), 0
        )
        self.retracted = False
        self.relief_day = float("nan")
        self.domestic_cost = 0.0
        self.alternative = 0.0
        self.execution: dict[int, bool] = {}
        self.closed_channels: set[str] = set()
        self.act: Act
        self.senders: dict[str, Sender]
        self.forums: dict[str, Forum]
        self.sanctions: Sanctions
        self.target: Target

    @property
    def words_allowed(self) -> bool:
        """Return whether warnings and attributions are spoken."""
        return self.mode is not Mode.SILENT

    @property
    def measures_allowed(self) -> bool:
        """Return whether linked action is taken."""
        return self.mode is Mode.FACTUAL

    def record(
        self, kind: str, actor: str, *, subject: str = "", cause: int = NO_CAUSE, value: float = 0.0
    ) -> int:
        """Log an event now and return its sequence number."""
        return self.log.add(self.clock.now, kind, actor, subject=subject, cause=cause, value=value)

    def goes_ahead(self, level: int, cause: int) -> bool:
        """Return the execution decision of the case at a gravity level: drawn once, shared by all senders."""
        if level not in self.execution:
            decided = self.draw.bernoulli("execution", level, self.world.response.p_execute)
            self.execution[level] = decided
            self.record("execution", "coalition", cause=cause, value=float(decided))
        return self.execution[level]

    def lag(self, lag: Any, stream: str, index: int) -> float:
        """Draw a lognormal delay in days; it passes the gate here, before anything is added to it."""
        return self.clock.check(self.draw.lognormal(stream, index, lag.median, lag.sigma), stream)

    def working_time(self, time: float) -> float:
        """Return the first moment at or after `time` on a working day."""
        return rules.working_time(time, self.cast.weekday)
