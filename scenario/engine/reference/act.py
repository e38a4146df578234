"""The act itself: shipments, what becomes usable and used, and why a flow ends."""

from __future__ import annotations

import math

from scenario.engine import rules
from scenario.engine.reference.clock import Interrupt, Steps
from scenario.engine.reference.world import Run
from scenario.spec.verification import ActKind


class Batch:
    """One batch on its way."""

    __slots__ = ("number", "quantity", "time", "used")

    def __init__(self, number: int, quantity: float, time: float) -> None:
        self.number = number
        self.quantity = quantity
        self.time = time
        self.used = False


class Act:
    """The supplier's side: one clock for the next batch, stopped by a pause, rescaled when its rate changes."""

    def __init__(self, run: Run) -> None:
        act = run.world.act
        self.run = run
        self.batches: list[Batch] = []
        self.shipped = self.usable = self.used = 0.0
        self.contract: float = math.inf if act.kind is ActKind.ONGOING else act.contract
        self.stock: float = act.stock
        self.stop_reason = ""
        self.second_act_day = math.nan
        self.first_day_after = math.nan
        self.escalated = False
        self._last = 0  # the event that the next shipment follows from
        self._wake = run.clock.signal()
        self._process = run.clock.start(self._deliver())
        if run.truth.other_class:
            run.clock.call_at(
                run.truth.shipment, lambda: run.record("shipped", "target", subject="another class"), "batch"
            )

    @property
    def is_under_way(self) -> bool:
        """Return whether deliveries of the alleged class are going on, or agreed, in this world."""
        return self.run.truth.is_true or not math.isnan(self.second_act_day)

    @property
    def is_first_shipment_pending(self) -> bool:
        """Return whether the act is agreed and nothing has left yet."""
        return self.is_under_way and not self.batches

    def left_by(self, time: float) -> bool:
        """Return whether a batch of the alleged class had left by `time`."""
        return bool(self.batches) and self.batches[0].time <= time

    def pace_changed(self) -> None:
        """Take a new policy or threat into account: what is left of the running clock is rescaled."""
        self.run.clock.interrupt(self._process)

    def escalate(self, cause: int) -> None:
        """Raise the contract; in a world without deliveries, start them (a second act)."""
        if not self.escalated:
            self.contract *= self.run.world.act.escalation_contract
            self.escalated = True
            if self.stop_reason == "contract":
                self.stop_reason = ""
        if not self.is_under_way:
            self.second_act_day = self.run.clock.now
            self._last = self.run.record("second_act", "target", cause=cause)
        self.run.clock.ring(self._wake, "act")

    def stop(self, reason: str, cause: int) -> None:
        """End the flow for good, unless it has ended already."""
        if self.is_under_way and not self.stop_reason:
            self.stop_reason = reason
            self.run.record("flow_stopped", "target", subject=reason, cause=cause)
            self.pace_changed()

    def destroy(self, share: float, cause: int) -> None:
        """Lose a share of what is not shipped and of what is not used; end the flow if little is left."""
        if not self.is_under_way:
            return
        for batch in self.batches:
            if not batch.used:
                batch.quantity *= 1.0 - share
        left = min(self.contract, self.stock) - self.shipped
        self.stock = self.shipped + left * (1.0 - share)
        if self.stock - self.shipped < 0.5 * self.run.world.act.batch_size:
            self.stop("denial", cause)

    # ---- the process ---------------------------------------------------------------------------------

    def _deliver(self) -> Steps:
        """Ship batch after batch while policy, contract and stock allow."""
        run, truth = self.run, self.run.truth
        number = 0
        if truth.is_true and not truth.is_planned:
            self._ship(number, truth.shipment)
            number = 1
        while True:
            while not self.is_under_way or self.stop_reason:
                yield from self._sleep()
            yield from self._run_clock(self._next_clock(number))
            if not self.stop_reason:
                self._ship(number, run.clock.now)
                number += 1

    def _sleep(self) -> Steps:
        """Wait until deliveries begin, or begin again."""
        self._wake = self.run.clock.signal()
        try:
            yield self._wake
        except Interrupt:
            return

    def _next_clock(self, number: int) -> float:
        """Return days to the next batch at rate 1: the first shipment in stage P, a gap otherwise."""
        act = self.run.world.act
        if number == 0 and self.run.truth.is_true:
            return self.run.truth.first_shipment_clock
        return self.run.draw.exponential("batch-gap", number, act.batch_gap_days)

    def _run_clock(self, left: float) -> Steps:
        """Let a clock run down; its rate follows policy and threat, and 0 stops it."""
        clock = self.run.clock
        while left > 0.0 and not self.stop_reason:
            rate, start = self._rate(), clock.now
            try:
                yield clock.wait(left / rate, "act") if rate > 0.0 else clock.signal()
                return
            except Interrupt:
                left = rules.time_left(left, clock.now - start, rate)

    def _rate(self) -> float:
        """Return the pace of deliveries relative to an undeterred, persisting target."""
        target = self.run.target
        deterrence = target.deterrence_factor() if self.is_first_shipment_pending else 1.0
        return rules.delivery_rate(target.policy, self.run.world.act.escalation_rate, deterrence)

    def _ship(self, number: int, time: float) -> None:
        """Let one batch leave; batches before as_of are recorded at t = 0."""
        run, act = self.run, self.run.world.act
        room = min(self.contract, self.stock) - self.shipped
        size = run.draw.lognormal("batch-size", number, act.batch_size, act.batch_sigma)
        batch = Batch(number, min(size, room), time)
        self.batches.append(batch)
        self.shipped = self.shipped + size if size < room else min(self.contract, self.stock)
        event = run.record("shipped", "target", subject=act.unit, cause=self._last, value=batch.quantity)
        self._last = event
        if time > 0.0 and math.isnan(self.first_day_after):
            self.first_day_after = time
        usable = time + run.lag(act.usable, "batch-usable", number)
        run.clock.call_at(usable, lambda: self._make_usable(batch, usable, event), "batch")
        self._end_if_complete(event)

    def _end_if_complete(self, cause: int) -> None:
        """End the flow when the contract or the stock is used up."""
        one_shot = self.run.world.act.kind is ActKind.ONE_SHOT
        if self.shipped >= self.stock:
            self.stop("stock", cause)
        elif self.shipped >= self.contract or one_shot:
            self.run.record("contract_completed", "target", cause=cause, value=self.shipped)
            self.stop("contract", cause)

    def _make_usable(self, batch: Batch, usable: float, cause: int) -> None:
        """Record that a batch can be used, and schedule its use."""
        run = self.run
        self.usable += batch.quantity
        event = run.record("usable", "recipient", cause=cause, value=batch.quantity)
        used = usable + run.lag(run.world.act.used, "batch-used", batch.number)
        run.clock.call_at(used, lambda: self._use(batch, event), "batch")

    def _use(self, batch: Batch, cause: int) -> None:
        """Use a batch, net of what aid to the victim denies at that time."""
        batch.used = True
        quantity = batch.quantity * (1.0 - self.run.sanctions.denial())
        self.used += quantity
        self.run.record("used", "recipient", cause=cause, value=quantity)


def undeterred_quantity(run: Run) -> float:
    """Return what would have left by the horizon without pause, deterrence, escalation or strike (same luck)."""
    if not run.truth.is_true:
        return 0.0
    act, truth = run.world.act, run.truth
    limit = act.stock if act.kind is ActKind.ONGOING else min(act.contract, act.stock)
    time, number, total = truth.shipment, 0, 0.0
    while time < run.clock.horizon and total < limit:
        size = run.draw.lognormal("batch-size", number, act.batch_size, act.batch_sigma)
        total = min(total + size, limit)
        if act.kind is ActKind.ONE_SHOT:
            break
        number += 1
        time = max(time, 0.0) + run.draw.exponential("batch-gap", number, act.batch_gap_days)
    return total
