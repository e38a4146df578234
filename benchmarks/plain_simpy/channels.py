"""Source channels: when they report, what they say, and when a report arrives."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from scenario.spec.verification import Opening, Verdict

if TYPE_CHECKING:
    from benchmarks.plain_simpy.model import Model

Steps = Generator[simpy.Event, Any, None]
SIGN = {Verdict.SUPPORTS: 1, Verdict.CONTRADICTS: -1, Verdict.NONE: 0}
LIMIT = 30.0


class Group:
    """An origin group: what it said last, and when each listener last heard from it."""

    def __init__(self, model: Model, name: str) -> None:
        self.name = name
        self.last = SIGN[model.world.groups[name].last_verdict]
        self.arrivals = dict.fromkeys(model.cast.receivers[name], 0.0)


class Channel:
    """Reports at exponential gaps, whatever is true and whatever anybody does."""

    def __init__(self, model: Model, name: str, group: Group) -> None:
        self.model, self.name, self.group = model, name, group
        self.spec = model.world.channels[name]
        sees = model.is_true and model.chance.yes(self.spec.access)
        self.support = self.spec.support_if_true if sees else self.spec.support_if_false
        model.env.process(self._report())

    def _report(self) -> Steps:
        """Report again and again until the channel is closed."""
        model, spec = self.model, self.spec
        yield model.env.timeout(max(0.0, opening_date(model, spec.opens) + spec.opening_days))
        while True:
            yield model.env.timeout(model.chance.wait(spec.gap_days))
            if self.name in model.closed_channels:
                return
            self._emit()

    def _emit(self) -> None:
        """Repeat the group's last verdict or report one's own; send it to all who listen."""
        model, spec, group, last = self.model, self.spec, self.group, self.group.last
        is_echo = last != 0 and model.chance.yes(spec.echo)
        verdict = last if is_echo else (1 if model.chance.yes(self.support) else -1)
        group.last = verdict
        sent = model.env.now + model.chance.lag(spec.lag)
        ratios: dict[float, float] = {}
        for name, earlier in group.arrivals.items():
            sender = model.world.senders[name]
            if sender.awareness not in ratios:
                echo = spec.echo * sender.awareness
                ratios[sender.awareness] = log_ratio(
                    verdict, spec.support_if_true, spec.support_if_false, echo, last
                )
            arrival = group.arrivals[name] = max(sent + sender.delay_days, earlier)
            if arrival < model.horizon:
                self._send(name, verdict, ratios[sender.awareness], arrival - model.env.now)

    def _send(self, name: str, verdict: int, ratio: float, delay: float) -> None:
        """Bring a report to one government."""
        government = self.model.governments[name]
        self.model.later(delay, lambda: government.receive(self.name, self.group.name, verdict, ratio))


def opening_date(model: Model, opens: Opening) -> float:
    """Return the date that a channel's opening hangs on."""
    if opens is Opening.SHIPMENT:
        return model.shipment_date
    return model.use_date if opens is Opening.USE else 0.0


def first_shipment_channel_opens(model: Model) -> float:
    """Return when the first shipment-dated channel opens, or infinity."""
    days = [spec.opening_days for spec in model.world.channels.values() if spec.opens is Opening.SHIPMENT]
    return model.shipment_date + min(days) if days else math.inf


def log_ratio(verdict: int, if_true: float, if_false: float, echo: float, last: int) -> float:
    """Return what a report adds to the log odds, its echo counted out."""
    p, q = if_true, if_false
    if last != 0:
        repeated = echo if last > 0 else 0.0
        p, q = repeated + (1.0 - echo) * p, repeated + (1.0 - echo) * q
    if verdict < 0:
        p, q = 1.0 - p, 1.0 - q
    if p <= 0.0 or q <= 0.0:
        return LIMIT * ((p > 0.0) - (q > 0.0))
    return min(max(math.log(p / q), -LIMIT), LIMIT)
