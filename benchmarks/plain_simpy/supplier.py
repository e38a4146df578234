"""The supplier: batches that leave, become usable and are used, and why the flow ends."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import simpy

from benchmarks.plain_simpy.target import ESCALATE, PAUSE
from scenario.spec.verification import ActKind

if TYPE_CHECKING:
    from benchmarks.plain_simpy.model import Model

Steps = Generator[simpy.Event, Any, None]


class Batch:
    """One batch on its way."""

    def __init__(self, quantity: float) -> None:
        self.quantity = quantity
        self.is_used = False


class Supplier:
    """One clock for the next batch, interrupted whenever its pace changes."""

    def __init__(self, model: Model) -> None:
        self.model, self.env, self.act = model, model.env, model.world.act
        self.batches: list[Batch] = []
        self.shipped = self.usable = self.used = 0.0
        self.contract = math.inf if self.act.kind is ActKind.ONGOING else self.act.contract
        self.stock: float = self.act.stock
        self.stop_reason = ""
        self.first_day_after = math.nan
        self.has_begun = model.is_true
        self.is_escalated = False
        self.sizes: list[float] = []
        self.gaps: list[float] = []
        self._wake = self.env.event()
        self._process = self.env.process(self._deliver())

    @property
    def is_first_pending(self) -> bool:
        """Return whether the act is agreed and nothing has left yet."""
        return self.has_begun and not self.batches

    def size(self, number: int) -> float:
        """Return the size of a batch."""
        while len(self.sizes) <= number:
            self.sizes.append(self.model.chance.size(self.act.batch_size, self.act.batch_sigma))
        return self.sizes[number]

    def gap(self, number: int) -> float:
        """Return the days before a batch at the usual pace."""
        while len(self.gaps) <= number:
            self.gaps.append(self.model.chance.wait(self.act.batch_gap_days))
        return self.gaps[number]

    # ---- what others do to it ------------------------------------------------------------------------

    def change_pace(self) -> None:
        """Take a new policy or threat into account."""
        if self._process.is_alive and self._process is not self.env.active_process:
            self._process.interrupt()

    def escalate(self) -> None:
        """Raise the contract; start deliveries where there were none."""
        if not self.is_escalated:
            self.contract *= self.act.escalation_contract
            self.is_escalated = True
            if self.stop_reason == "contract":
                self.stop_reason = ""
        self.has_begun = True
        if not self._wake.triggered:
            self._wake.succeed()

    def stop(self, reason: str) -> None:
        """End the flow for good."""
        if self.has_begun and not self.stop_reason:
            self.stop_reason = reason
            self.change_pace()

    def destroy(self, share: float) -> None:
        """Lose a share of what is not shipped and of what is not used."""
        if not self.has_begun:
            return
        for batch in self.batches:
            if not batch.is_used:
                batch.quantity *= 1.0 - share
        left = min(self.contract, self.stock) - self.shipped
        self.stock = self.shipped + left * (1.0 - share)
        if self.stock - self.shipped < 0.5 * self.act.batch_size:
            self.stop("denial")

    # ---- the process ---------------------------------------------------------------------------------

    def _deliver(self) -> Steps:
        """Ship batch after batch while policy, contract and stock allow."""
        model, number = self.model, 0
        if model.is_true and not model.is_planned:
            self._ship(0, model.shipment_date)
            number = 1
        while True:
            while not self.has_begun or self.stop_reason:
                self._wake = self.env.event()
                with suppress(simpy.Interrupt):
                    yield self._wake
            is_first = number == 0 and model.is_true
            yield from self._wait(model.first_clock if is_first else self.gap(number))
            if not self.stop_reason:
                self._ship(number, self.env.now)
                number += 1

    def _wait(self, left: float) -> Steps:
        """Let the clock run down at a pace that may change."""
        while left > 0.0 and not self.stop_reason:
            pace, start = self._pace(), self.env.now
            try:
                yield self.env.timeout(left / pace) if pace > 0.0 else self.env.event()
                return
            except simpy.Interrupt:
                left = max(0.0, left - (self.env.now - start) * pace)

    def _pace(self) -> float:
        """Return the pace of deliveries: 0 while pausing, slower while a first shipment is deterred."""
        target = self.model.target
        if target.policy == PAUSE:
            return 0.0
        pace: float = self.act.escalation_rate if target.policy == ESCALATE else 1.0
        if self.is_first_pending:
            pace *= math.exp(-self.model.world.threat.deterrence * target.credibility * target.threat)
        return pace

    def _ship(self, number: int, time: float) -> None:
        """Let one batch leave."""
        model, limit = self.model, min(self.contract, self.stock)
        size, room = self.size(number), limit - self.shipped
        batch = Batch(min(size, room))
        self.batches.append(batch)
        self.shipped = self.shipped + size if size < room else limit
        if time > 0.0 and math.isnan(self.first_day_after):
            self.first_day_after = time
        lag = model.first_usable if number == 0 else model.chance.lag(self.act.usable)
        usable = time + lag
        model.later(max(0.0, usable - self.env.now), lambda: self._make_usable(batch, number, usable))
        if self.shipped >= self.stock:
            self.stop("stock")
        elif self.shipped >= self.contract or self.act.kind is ActKind.ONE_SHOT:
            self.stop("contract")

    def _make_usable(self, batch: Batch, number: int, usable: float) -> None:
        """Count a batch as usable and schedule its use."""
        model = self.model
        self.usable += batch.quantity
        used = usable + (model.first_used if number == 0 else model.chance.lag(self.act.used))
        model.later(max(0.0, used - self.env.now), lambda: self._use(batch))

    def _use(self, batch: Batch) -> None:
        """Use a batch, net of what aid denies."""
        batch.is_used = True
        self.used += batch.quantity * (1.0 - self.model.measures.denial())

    def undeterred(self) -> float:
        """Return what would have left by the horizon without any answer, with the same sizes and gaps."""
        if not self.model.is_true:
            return 0.0
        is_ongoing = self.act.kind is ActKind.ONGOING
        limit = self.act.stock if is_ongoing else min(self.act.contract, self.act.stock)
        time, number, total = self.model.shipment_date, 0, 0.0
        while time < self.model.horizon and total < limit:
            total = min(total + self.size(number), limit)
            if self.act.kind is ActKind.ONE_SHOT:
                break
            number += 1
            time = max(time, 0.0) + self.gap(number)
        return total
