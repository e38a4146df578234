"""Forums: meetings, vetoes, what the Council adopts, and statements that bind nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenario.engine import rules
from scenario.engine.reference.clock import Steps
from scenario.engine.reference.world import Run
from scenario.engine.tables import RULES
from scenario.spec.coalition import LegalForce, Procedure

if TYPE_CHECKING:
    from scenario.engine.reference.senders import Sender


class Forum:
    """A body with a calendar. A binding one adopts by its rule; the others only make statements."""

    def __init__(self, run: Run, name: str) -> None:
        self.run, self.name = run, name
        self.spec = run.world.forums[name]
        self.calendar = run.cast.calendars[name]
        self.adopted: dict[tuple[str, int], int] = {}
        self.pending: list[tuple[Sender, list[str], int]] = []
        self.planned: dict[tuple[str, int], float] = {}
        self.stated: set[int] = set()
        self.blocked: set[int] = set()

    def decides_at(self, sender: str, level: int) -> float:
        """Return when a sender's proposal comes up: as planned where it lies here, else the next meeting."""
        planned = self.planned.get((sender, level), -1.0)
        now = self.run.clock.now
        return planned if planned > now else self.next_meeting(now)

    def next_meeting(self, time: float) -> float:
        """Return the time of the first meeting at or after `time` that is not known to be blocked."""
        number = self.calendar.next_slot(time)
        while number in self.blocked:
            number += 1
        return self.calendar.slot(number)

    # ---- adoption ------------------------------------------------------------------------------------

    def propose(self, sender: Sender, kinds: list[str], level: int, cause: int) -> None:
        """Put measures before the forum. A member state's are adopted with those of its union."""
        if sender.spec.within is None:
            self.run.clock.start(self._route(sender, kinds, level, cause))
            return
        self.pending.append((sender, kinds, level))
        self._settle_members()

    def _route(self, sender: Sender, kinds: list[str], level: int, cause: int) -> Steps:
        """Try the procedure between meetings, then meeting after meeting, until nobody blocks."""
        run, clock = self.run, self.run.clock
        number = self.calendar.next_slot(clock.now)
        if self.spec.off_calendar is not Procedure.CLOSED:
            lag = run.lag(self.spec.off_calendar_lag, f"forum-lag:{self.name}", level)
            if clock.now + lag < self.calendar.slot(number):
                self.planned[sender.name, level] = clock.now + lag
                yield clock.wait(lag, "route", sender.name)
                if not sender.is_closed and self._passes(number, cause):
                    self._adopt(sender, kinds, level, cause)
                    return
        while True:
            self.planned[sender.name, level] = self.calendar.slot(number)
            yield clock.until(self.calendar.slot(number), "route", sender.name)
            if sender.is_closed:
                return
            if self._passes(number, cause):
                self._adopt(sender, kinds, level, cause)
                return
            number += 1

    def _passes(self, number: int, cause: int) -> bool:
        """Return whether the members let a decision pass at meeting `number` (or in the procedure before it)."""
        run = self.run
        event = run.record("considered", self.name, cause=cause, value=float(number))
        vetoes = [member for member in self.spec.members if self._vetoes(member, number)]
        n_members, leads = len(self.spec.members), self.spec.leader in vetoes
        passes = rules.passes(RULES[self.spec.rule], n_members, len(vetoes), leads, self.spec.quorum)
        if not passes:
            run.counts["vetoes"] += number not in self.blocked
            self.blocked.add(number)
            run.record("vetoed", self.name, subject=vetoes[0], cause=event, value=float(number))
        return passes

    def _vetoes(self, member: str, number: int) -> bool:
        """Return whether a member blocks a meeting, for whatever reason: keyed to the meeting, not to the case."""
        is_blockade = self.calendar.slot(number) < self.run.cast.blockade_ends[self.name]
        p_slot = self.spec.p_blockade if is_blockade else self.spec.p_veto
        v = rules.member_veto(p_slot, len(self.spec.members))
        return bool(self.run.draw.bernoulli(f"veto:{self.name}:{member}", number, v))

    def _adopt(self, sender: Sender, kinds: list[str], level: int, cause: int) -> None:
        """Adopt for the union, and with it for the members that asked for the same."""
        event = self.run.sanctions.adopt(sender, kinds, level, cause)
        self.adopted |= {(kind, level): event for kind in kinds}
        self._settle_members()

    def _settle_members(self) -> None:
        """Adopt what members have asked for as far as their union has adopted it."""
        waiting, self.pending = self.pending, []
        for sender, kinds, level in waiting:
            done = [kind for kind in kinds if self._stands(sender, kind, level)]
            left = [kind for kind in kinds if kind not in done]
            if done and not sender.is_closed:
                self.run.sanctions.join(sender, done, level, self.adopted[done[0], level])
            if left:
                self.pending.append((sender, left, level))

    def _stands(self, member: Sender, kind: str, level: int) -> bool:
        """Return whether the union has adopted a measure at this gravity level and not lifted it since."""
        return (kind, level) in self.adopted and (member.spec.within, kind) in self.run.sanctions.adopted

    # ---- statements ----------------------------------------------------------------------------------

    def consider_statement(self, cause: int) -> None:
        """Start a statement when the rule is met by the members that have attributed, once per gravity level."""
        level = self.run.gravity
        if self.spec.legal_force is LegalForce.NONE and level not in self.stated and self._members_agree():
            self.stated.add(level)
            self.run.clock.start(self._state(level, cause))

    def _members_agree(self) -> bool:
        """Return whether enough members have attributed the act."""
        senders = self.run.senders
        members = [name for name in self.spec.members if name in senders]
        named = {name for name in members if senders[name].attributed_levels}
        leads = self.spec.leader in named
        return rules.speaks(RULES[self.spec.rule], len(members), len(named), leads, self.spec.quorum)

    def _state(self, level: int, cause: int) -> Steps:
        """Make a statement after consultation, or at a meeting that comes first. It commits nobody."""
        clock = self.run.clock
        lag = self.run.lag(self.spec.off_calendar_lag, f"forum-lag:{self.name}", level)
        yield clock.until(min(clock.now + lag, self.next_meeting(clock.now)), "forum", self.name)
        self.run.counts["statements"] += 1
        self.run.record("statement", self.name, cause=cause, value=float(level))
