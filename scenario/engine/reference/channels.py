"""Source channels: when they report, what they say, and how a report reaches those who listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenario.engine import rules
from scenario.engine.reference.clock import Steps
from scenario.engine.reference.world import Run
from scenario.engine.tables import SIGN
from scenario.spec.verification import Opening

if TYPE_CHECKING:
    from scenario.engine.reference.senders import Sender


class Group:
    """An origin group: what it said last, and when each listener last heard from it."""

    __slots__ = ("arrivals", "last", "name", "receivers")

    def __init__(self, run: Run, name: str) -> None:
        self.name = name
        self.last = SIGN[run.world.groups[name].last_verdict]
        self.receivers = run.cast.receivers[name]
        self.arrivals = dict.fromkeys(self.receivers, 0.0)


class Channel:
    """A process that emits reports at exponential gaps, whatever is true and whatever anybody does."""

    def __init__(self, run: Run, name: str, group: Group) -> None:
        self.run, self.name, self.group = run, name, group
        self.spec = run.world.channels[name]
        truth = run.truth
        opening = truth.opening(self.spec.opens) + run.clock.check(
            self.spec.opening_days, f"opening of {name}"
        )
        self.opens_at = 0.0 if opening <= 0.0 else opening
        sees = truth.is_true and run.draw.bernoulli(f"access:{name}", 0, self.spec.access)
        self.support = self.spec.support_if_true if sees else self.spec.support_if_false
        run.clock.start(self._report())

    def _report(self) -> Steps:
        """Emit report after report until the channel is closed."""
        run = self.run
        yield run.clock.wait(self.opens_at, "channel", self.name)
        number = 0
        while True:
            gap = run.draw.exponential(f"report-gap:{self.name}", number, self.spec.gap_days)
            yield run.clock.wait(gap, "channel", self.name)
            if self.name in run.closed_channels:
                return
            self._emit(number)
            number += 1

    def _emit(self, number: int) -> None:
        """Say something: repeat the group's last verdict, or report one's own."""
        run, group, last = self.run, self.group, self.group.last
        is_echo = last != 0 and run.draw.uniform(f"echo:{self.name}", number) < self.spec.echo
        supports = run.draw.uniform(f"verdict:{self.name}", number) < self.support
        verdict = last if is_echo else (1 if supports else -1)
        event = run.record("item", self.name, subject=group.name, value=float(verdict))
        group.last = verdict
        lag = run.lag(self.spec.lag, f"report-lag:{self.name}", number)
        ratios: dict[float, float] = {}
        for name in group.receivers:
            awareness = run.senders[name].spec.awareness
            if awareness not in ratios:
                ratios[awareness] = self._log_ratio(verdict, last, awareness)
            self._send(run.senders[name], verdict, ratios[awareness], lag, event)

    def _log_ratio(self, verdict: int, last: int, awareness: float) -> float:
        """Return what a report is worth to a sender that recognises a share of the echo."""
        spec = self.spec
        return rules.item_log_ratio(
            verdict, spec.support_if_true, spec.support_if_false, spec.echo * awareness, last
        )

    def _send(self, sender: Sender, verdict: int, ratio: float, lag: float, event: int) -> None:
        """Bring a report to one sender, never before an earlier report of the group."""
        clock, arrivals = self.run.clock, self.group.arrivals
        arrival = max(clock.now + lag + sender.spec.delay_days, arrivals[sender.name])
        arrivals[sender.name] = arrival
        if arrival < clock.horizon:
            clock.call_at(
                arrival,
                lambda: sender.receive(self.name, self.group.name, verdict, ratio, event),
                "arrival",
                f"{self.group.name}:{sender.name}",
            )


def open_channels(run: Run) -> list[Channel]:
    """Start every channel of a run."""
    groups = {name: Group(run, name) for name in run.world.groups}
    return [Channel(run, name, groups[spec.group]) for name, spec in run.world.channels.items()]


def first_shipment_channel_opens(run: Run) -> float:
    """Return when the first shipment-dated channel opens (as-if date), or infinity where none exists."""
    opening = run.truth.opening(Opening.SHIPMENT)
    days = [spec.opening_days for spec in run.world.channels.values() if spec.opens is Opening.SHIPMENT]
    return opening + min(days) if days else float("inf")
