"""Forums: meetings, vetoes, what the Council adopts, and statements."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from scenario.spec.coalition import LegalForce, Procedure, Rule

if TYPE_CHECKING:
    from benchmarks.plain_simpy.governments import Government
    from benchmarks.plain_simpy.model import Model

Steps = Generator[simpy.Event, Any, None]


class Forum:
    """A body with a calendar. A binding one adopts by its rule; the others make statements."""

    def __init__(self, model: Model, name: str) -> None:
        self.model, self.env, self.name = model, model.env, name
        self.spec = model.world.forums[name]
        self.calendar = model.cast.calendars[name]
        self.adopted: set[tuple[str, int]] = set()
        self.pending: list[tuple[Government, list[str], int]] = []
        self.planned: dict[tuple[str, int], float] = {}
        self.stated: set[int] = set()
        self.blocked: set[int] = set()
        self._lags: dict[int, float] = {}
        self._vetoes: dict[int, set[str]] = {}

    def decides_at(self, government: str, level: int) -> float:
        """Return when a proposal comes up: as planned, else at the next meeting."""
        planned = self.planned.get((government, level), -1.0)
        return planned if planned > self.env.now else self.next_meeting(self.env.now)

    def next_meeting(self, time: float) -> float:
        """Return the first meeting that is not known to be blocked."""
        number = self.calendar.next_slot(time)
        while number in self.blocked:
            number += 1
        return self.calendar.slot(number)

    def _lag(self, level: int) -> float:
        """Return how long a procedure between meetings takes at a level."""
        if level not in self._lags:
            self._lags[level] = self.model.chance.lag(self.spec.off_calendar_lag)
        return self._lags[level]

    # ---- adoption ------------------------------------------------------------------------------------

    def propose(self, government: Government, kinds: list[str], level: int) -> None:
        """Put measures before the forum; a member state's wait for those of its union."""
        if government.spec.within is None:
            self.env.process(self._route(government, kinds, level))
        else:
            self.pending.append((government, kinds, level))
            self._settle_members()

    def _route(self, government: Government, kinds: list[str], level: int) -> Steps:
        """Try the procedure between meetings, then meeting after meeting."""
        env, key = self.env, (government.name, level)
        number = self.calendar.next_slot(env.now)
        if self.spec.off_calendar is not Procedure.CLOSED:
            lag = self._lag(level)
            if env.now + lag < self.calendar.slot(number):
                self.planned[key] = env.now + lag
                yield env.timeout(lag)
                if not government.is_closed and self._passes(number):
                    self._adopt(government, kinds, level)
                    return
        while True:
            self.planned[key] = self.calendar.slot(number)
            yield env.timeout(self.calendar.slot(number) - env.now)
            if government.is_closed:
                return
            if self._passes(number):
                self._adopt(government, kinds, level)
                return
            number += 1

    def _passes(self, number: int) -> bool:
        """Return whether the members let a decision pass at a meeting."""
        vetoes = self._vetoes_at(number)
        passes = self._is_enough(vetoes)
        if not passes and number not in self.blocked:
            self.model.n_vetoes += 1
            self.blocked.add(number)
        return passes

    def _vetoes_at(self, number: int) -> set[str]:
        """Return who blocks a meeting, for whatever reason."""
        if number not in self._vetoes:
            is_blockade = self.calendar.slot(number) < self.model.cast.blockade_ends[self.name]
            p = self.spec.p_blockade if is_blockade else self.spec.p_veto
            each = 1.0 - math.pow(1.0 - p, 1.0 / len(self.spec.members))
            chance = self.model.chance
            self._vetoes[number] = {member for member in self.spec.members if chance.yes(each)}
        return self._vetoes[number]

    def _is_enough(self, vetoes: set[str]) -> bool:
        """Return whether the rule is met despite the vetoes."""
        if self.spec.rule is Rule.UNANIMITY:
            return not vetoes
        if self.spec.rule is Rule.LEADER:
            return self.spec.leader not in vetoes
        if self.spec.rule is Rule.QUORUM:
            return len(self.spec.members) - len(vetoes) >= int(self.spec.quorum)
        return True

    def _adopt(self, government: Government, kinds: list[str], level: int) -> None:
        """Adopt for the union, and for the members that asked for the same."""
        self.model.measures.adopt(government, kinds, level)
        self.adopted |= {(kind, level) for kind in kinds}
        self._settle_members()

    def _settle_members(self) -> None:
        """Adopt what members have asked for as far as their union has adopted it."""
        waiting, self.pending = self.pending, []
        in_book = self.model.measures.adopted
        for member, kinds, level in waiting:
            union = member.spec.within
            done = [kind for kind in kinds if (kind, level) in self.adopted and (union, kind) in in_book]
            left = [kind for kind in kinds if kind not in done]
            if done and not member.is_closed:
                self.model.measures.join(member, done, level)
            if left:
                self.pending.append((member, left, level))

    # ---- statements ----------------------------------------------------------------------------------

    def consider_statement(self) -> None:
        """Start a statement when enough members have attributed, once per gravity level."""
        level = self.model.gravity
        if self.spec.legal_force is LegalForce.NONE and level not in self.stated and self._members_agree():
            self.stated.add(level)
            now = self.env.now
            self.model.later(min(self._lag(level), self.next_meeting(now) - now), self._state)

    def _members_agree(self) -> bool:
        """Return whether enough members have attributed the act."""
        governments = self.model.governments
        members = [name for name in self.spec.members if name in governments]
        named = [name for name in members if governments[name].attributed_levels]
        if self.spec.rule is Rule.LEADER:
            return self.spec.leader in named
        if self.spec.rule is Rule.QUORUM:
            return len(named) >= int(self.spec.quorum)
        return len(named) == len(members) if self.spec.rule is Rule.UNANIMITY else bool(named)

    def _state(self) -> None:
        """Make a statement."""
        self.model.n_statements += 1
