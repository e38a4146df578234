"""The target: what it feels, when it reviews its policy, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from benchmarks.plain_simpy.model import Model

Steps = Generator[simpy.Event, Any, None]
PERSIST, PAUSE, ESCALATE = 0, 1, 2
LN2 = math.log(2.0)


class Target:
    """One decision maker: reviews on schedule read the mood, triggered ones keep it."""

    def __init__(self, model: Model) -> None:
        self.model, self.env, self.chance = model, model.env, model.chance
        self.spec, self.threats = model.world.target, model.world.threat
        spec, r = self.spec, self.spec.stage_correlation
        self.policy = PERSIST
        self.threat: float = self.threats.at_start
        self.credibility: float = self.threats.credibility
        self.engagement: float = spec.engagement
        self.urgency: float = spec.urgency
        self.shock = 0.0
        z = -r * model.z_stage + math.sqrt(1.0 - r * r) * self.chance.normal()
        self.disposition = spec.disposition + spec.disposition_sd * z
        self.escalation = spec.escalation + spec.escalation_sd * self.chance.normal()
        self.mood = self._draw_mood()
        self._held = (self.mood, self.engagement, self.urgency)
        self._can_pause = model.is_true
        self.days = [0.0, 0.0, 0.0]
        self.first_day: dict[int, float] = {}
        self._felt_at = self._policy_since = 0.0
        self._last_adoption = -1.0
        self._retaliated: set[tuple[str, int]] = set()
        self._relief: simpy.Process | None = None
        self._relieved: set[int] = set()
        self._relief_draws: dict[int, tuple[bool, float]] = {}
        self.env.process(self._change_moods())
        self.env.process(self._review())

    # ---- what it feels -------------------------------------------------------------------------------

    def _feel(self) -> None:
        """Let threat and shock fade up to now."""
        elapsed = self.env.now - self._felt_at
        if elapsed > 0.0:
            self.threat *= math.exp(-LN2 * elapsed / self.threats.half_life_days)
            self.shock *= math.exp(-LN2 * elapsed / self.spec.shock_half_life_days)
            self._felt_at = self.env.now

    def warned(self, *, is_specific: bool) -> None:
        """Feel a warning; if nothing follows it, credibility wears."""
        self._feel()
        gain = self.threats.warning_specific if is_specific else self.threats.warning_vague
        self.threat += (1.0 - self.threat) * gain
        self._react()
        spoken = self.env.now
        self.model.later(self.threats.test_days, lambda: self._test_warning(spoken))

    def _test_warning(self, spoken: float) -> None:
        """Wear credibility out when no measure has followed a warning."""
        if self._last_adoption < spoken:
            self.credibility *= 1.0 - self.threats.wear

    def named(self) -> None:
        """Feel an attribution."""
        self._feel()
        self.threat += (1.0 - self.threat) * self.threats.attribution
        self.shock = 1.0
        self._react()

    def sanctioned(self, sender: str, level: int) -> None:
        """Feel an adoption; perhaps answer it."""
        self._feel()
        self.threat *= 1.0 - self.threats.spent
        self.credibility += (1.0 - self.credibility) * self.threats.proof
        self._last_adoption = self.env.now
        self._react()
        if (sender, level) not in self._retaliated:
            self._retaliated.add((sender, level))
            if self.chance.yes(self.spec.retaliation):
                self.model.later(self.chance.lag(self.spec.retaliation_lag), self._retaliate)

    def _retaliate(self) -> None:
        """Answer a measure."""
        self.model.n_retaliations += 1

    # ---- reviews -------------------------------------------------------------------------------------

    def _draw_mood(self) -> tuple[float, float, float]:
        """Draw one Gumbel number per option."""
        gumbel = self.chance.gumbel
        return gumbel(), gumbel(), gumbel()

    def _change_moods(self) -> Steps:
        """Renew the mood at random dates."""
        while True:
            yield self.env.timeout(self.chance.wait(self.spec.mood_gap_days))
            self.mood = self._draw_mood()

    def _review(self) -> Steps:
        """Review at the start and then at random gaps."""
        supplier = self.model.supplier
        while True:
            self._held = (self.mood, self.engagement, self.urgency)
            self._can_pause = supplier.has_begun and not supplier.stop_reason
            self._decide()
            yield self.env.timeout(self.chance.wait(self.spec.review_gap_days))

    def _react(self) -> None:
        """Decide again after a lag."""
        self.model.later(self.chance.lag(self.spec.reaction), self._decide)

    def _decide(self) -> None:
        """Choose persist, pause or escalate."""
        self._feel()
        pause, escalate = self._utilities()
        best, mood_pause, mood_escalate = self._held[0]
        policy = PERSIST
        if self._can_pause and pause + mood_pause > best:
            best, policy = pause + mood_pause, PAUSE
        if escalate + mood_escalate > best:
            policy = ESCALATE
        if policy != self.policy:
            self._change_policy(policy)
        elif self.model.supplier.is_first_pending:
            self.model.supplier.change_pace()

    def _utilities(self) -> tuple[float, float]:
        """Return the utilities of pausing and of escalating over persisting."""
        spec, supplier = self.spec, self.model.supplier
        _, engagement, urgency = self._held
        threat, reward = self.credibility * self.threat, spec.reward * urgency
        pressure = self.model.measures.pressure(self.env.now)
        pause = spec.relief_belief * pressure * spec.pressure_weight
        pause += engagement * spec.engagement_weight - reward + self.disposition
        pause -= self.shock * spec.shock_weight
        if not supplier.is_first_pending:
            pause += threat * spec.threat_weight
        escalate = spec.defiance * (threat + pressure) + reward - spec.escalation_cost + self.escalation
        return pause, escalate if supplier.has_begun else escalate - spec.second_act_cost

    def _change_policy(self, policy: int) -> None:
        """Change policy and let the consequences follow."""
        model = self.model
        self.count_days(self.env.now)
        self.policy = policy
        self.first_day.setdefault(policy, self.env.now)
        if self._relief is not None and self._relief.is_alive:
            self._relief.interrupt()
        self._relief = None
        if policy == ESCALATE:
            model.gravity = min(3, model.gravity + 1)
            model.supplier.escalate()
        elif policy == PAUSE:
            self._relief = self.env.process(self._seek_relief())
        model.supplier.change_pace()
        for government in model.governments.values():
            government.consider_disclosure()

    def count_days(self, now: float) -> None:
        """Add the days spent under the present policy."""
        self.days[self.policy] += now - self._policy_since
        self._policy_since = now

    # ---- relief --------------------------------------------------------------------------------------

    def _seek_relief(self) -> Steps:
        """After verified restraint, perhaps have measures lifted; a change of policy ends it."""
        model, talks, level = self.model, self.model.world.talks, self.model.gravity
        if level not in self._relief_draws:
            self._relief_draws[level] = (self.chance.yes(talks.p_relief), self.chance.lag(talks.relief))
        is_granted, lag = self._relief_draws[level]
        try:
            yield self.env.timeout(talks.verification_days)
            if level in self._relieved or not is_granted:
                return
            yield self.env.timeout(lag)
        except simpy.Interrupt:
            return
        if model.measures.is_in_force and not model.supplier.stop_reason:
            self._relieved.add(level)
            model.relief_day = self.env.now
            model.measures.relieve(talks.share)
