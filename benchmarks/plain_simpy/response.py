"""From attribution to adoption: hold, execute, take part, draft, wait for partners, announce, adopt."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from scenario.engine.tables import NATIONAL

if TYPE_CHECKING:
    from benchmarks.plain_simpy.governments import Government
    from benchmarks.plain_simpy.model import Model

Steps = Generator[simpy.Event, Any, None]


class Response:
    """One government's response at one gravity level."""

    def __init__(self, model: Model, government: Government, level: int, drafting_since: float) -> None:
        self.model, self.env, self.chance = model, model.env, model.chance
        self.government, self.level, self.drafting_since = government, level, drafting_since
        self.partners = list(government.spec.waits_for)
        self.kinds: list[str] = []
        self.national: list[str] = []
        self.forum = ""
        self.env.process(self._respond())

    def _respond(self) -> Steps:
        """Go through the steps; a refusal at any of them ends the response."""
        model, government, level = self.model, self.government, self.level
        if model.world.response.hold_days > 0.0:
            yield self.env.timeout(model.world.response.hold_days)
        if not self._takes_part():
            government.answer(level, "declined")
            return
        yield self.env.timeout(self._preparation())
        if government.is_closed:
            government.answer(level, "declined")
            return
        government.answer(level, "ready")
        deadline = self.env.now + government.spec.patience_days
        yield from self._wait_for_partners(deadline)
        if government.is_closed:
            government.answer(level, "declined")
            return
        government.days.setdefault("announced", self.env.now)
        self._submit()
        yield from self._wait_for_the_day(deadline)
        if self.national and not government.is_closed:
            model.measures.adopt(government, self.national, level)

    def _takes_part(self) -> bool:
        """Return whether the government takes part, with a package."""
        government = self.government
        if government.is_closed or not self.model.goes_ahead(self.level):
            return False
        if not self.chance.yes(government.spec.participates):
            return False
        self.kinds = self._package()
        routes = government.spec.adopts
        self.national = [kind for kind in self.kinds if routes[kind] == NATIONAL]
        self.forum = next((routes[kind] for kind in self.kinds if routes[kind] != NATIONAL), "")
        return bool(self.kinds)

    def _package(self) -> list[str]:
        """Draw the measures of the package."""
        world, adopts = self.model.world, self.government.spec.adopts
        shift = world.response.templates[self.level]
        return [
            kind
            for kind, measure in world.measures.items()
            if measure.enabled and kind in adopts and self.chance.yes(share_at(measure.share, shift))
        ]

    def _preparation(self) -> float:
        """Return days to readiness: drafting, and consultation beside it where partners are awaited."""
        government, response = self.government, self.model.world.response
        is_first = len(government.responses) == 1
        basis = "prepared" if government.is_prepared and is_first else government.spec.legal_basis
        days = self.chance.lag(getattr(response, f"draft_{basis}"))
        days = max(0.0, self.drafting_since + days - self.env.now)
        if self.partners and government.spec.patience_days > 0.0:
            days = max(days, self.model.consultation(self.level))
        return days

    def _wait_for_partners(self, deadline: float) -> Steps:
        """Wait until every partner is ready or out, or patience runs out."""
        partners = [self.model.governments[name] for name in self.partners]
        if not partners:
            return
        timer = self.env.timeout(self.government.spec.patience_days)
        while pending := [partner for partner in partners if not partner.is_resolved(self.level)]:
            if self.env.now >= deadline:
                return
            yield self.env.any_of([timer, *(partner.news for partner in pending)])

    def _wait_for_the_day(self, deadline: float) -> Steps:
        """Wait for the joint day, which may move."""
        partners = [self.model.governments[name] for name in self.partners]
        while self.national and not self.government.is_closed:
            day = self.model.working_time(self._joint_time(deadline))
            if day <= self.env.now:
                return
            timer = self.env.timeout(day - self.env.now)
            yield self.env.any_of([timer, *(partner.news for partner in partners)])

    def _joint_time(self, deadline: float) -> float:
        """Return when to act: with the latest route of the partners that are ready, if patience lasts."""
        own, governments = self.route_time(), self.model.governments
        ready = [
            governments[name].responses[self.level].route_time()
            for name in self.partners
            if governments[name].answers.get(self.level) == "ready"
        ]
        latest = max(ready, default=own)
        return max(own, latest) if latest <= deadline else own

    def route_time(self) -> float:
        """Return the first moment at which some of this package could be adopted."""
        if self.national:
            return self.model.working_time(self.env.now)
        return self.model.forums[self.forum].decides_at(self.government.name, self.level)

    def _submit(self) -> None:
        """Hand what only a forum can adopt to that forum."""
        by_forum: dict[str, list[str]] = {}
        for kind in self.kinds:
            route = self.government.spec.adopts[kind]
            if route != NATIONAL:
                by_forum.setdefault(route, []).append(kind)
        for forum, kinds in by_forum.items():
            self.model.forums[forum].propose(self.government, kinds, self.level)


def share_at(share: float, shift: float) -> float:
    """Return the share of packages that hold a measure, shifted on the logit scale; 0 and 1 stay."""
    if share <= 0.0 or share >= 1.0:
        return share
    return 1.0 / (1.0 + (1.0 - share) / share * math.exp(-shift))
