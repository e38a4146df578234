"""The target: what it feels, when it reviews its policy, and what it answers."""

from __future__ import annotations

from scenario.engine import rules
from scenario.engine.reference.clock import Interrupt, Process, Steps
from scenario.engine.reference.world import Run

POLICIES = ("persist", "pause", "escalate")


class Target:
    """One decision maker. Scheduled reviews read the mood; triggers only update what the mood is held against."""

    def __init__(self, run: Run) -> None:
        self.run, self.spec = run, run.world.target
        spec, draw = self.spec, run.draw
        self.policy = rules.PERSIST
        self.threat: float = run.world.threat.at_start
        self.credibility: float = run.world.threat.credibility
        self.engagement: float = spec.engagement
        self.urgency: float = spec.urgency
        self.shock = 0.0
        self._felt_at = 0.0
        z = rules.loaded(-run.truth.z_stage, draw.normal("disposition", 0), spec.stage_correlation)
        self.disposition = spec.disposition + spec.disposition_sd * z
        self.escalation = spec.escalation + spec.escalation_sd * draw.normal("disposition-escalation", 0)
        self.mood = self._draw_mood(0)
        self._held = (self.mood, self.engagement, self.urgency)
        self._can_pause = run.truth.is_true
        self.days = [0.0, 0.0, 0.0]
        self._policy_since = 0.0
        self.first_day: dict[int, float] = {}
        self.retaliated: set[tuple[str, int]] = set()
        self.last_adoption = -1.0
        self._relief: Process | None = None
        self._relieved: set[int] = set()
        run.clock.start(self._change_moods())
        run.clock.start(self._review_on_schedule())

    # ---- what it feels -------------------------------------------------------------------------------

    def _feel(self) -> None:
        """Let threat and shock fade up to now."""
        elapsed = self.run.clock.now - self._felt_at
        if elapsed > 0.0:
            self.threat = rules.decayed(self.threat, elapsed, self.run.world.threat.half_life_days)
            self.shock = rules.decayed(self.shock, elapsed, self.spec.shock_half_life_days)
            self._felt_at = self.run.clock.now

    def warned(self, sender: str, number: int, is_specific: bool, cause: int) -> None:
        """Feel a warning; if nothing follows it, credibility wears."""
        run, threat = self.run, self.run.world.threat
        self._feel()
        self.threat = rules.raised(
            self.threat, threat.warning_specific if is_specific else threat.warning_vague
        )
        self._react("warning", sender, number, cause)
        spoken = run.clock.now
        run.clock.call(threat.test_days, lambda: self._test_warning(sender, spoken, cause), "credibility")

    def _test_warning(self, sender: str, spoken: float, cause: int) -> None:
        """Wear credibility out when no linked measure has followed a warning."""
        if self.last_adoption < spoken:
            self.credibility *= 1.0 - self.run.world.threat.wear
            self.run.record("credibility", "target", subject=sender, cause=cause, value=self.credibility)

    def named(self, sender: str, number: int, cause: int) -> None:
        """Feel an attribution: the threat comes nearer, and being named is a shock."""
        self._feel()
        self.threat = rules.raised(self.threat, self.run.world.threat.attribution)
        self.shock = 1.0
        self._react("attribution", sender, number, cause)

    def sanctioned(self, sender: str, level: int, number: int, cause: int) -> None:
        """Feel an adoption: part of the threat is spent, the rest is believed more; perhaps answer it."""
        run, threat = self.run, self.run.world.threat
        self._feel()
        self.threat *= 1.0 - threat.spent
        self.credibility = rules.raised(self.credibility, threat.proof)
        self.last_adoption = run.clock.now
        self._react("adoption", sender, number, cause)
        if (sender, level) not in self.retaliated:
            self.retaliated.add((sender, level))
            if run.draw.bernoulli(f"retaliation:{sender}", level, self.spec.retaliation):
                lag = run.lag(self.spec.retaliation_lag, f"retaliation-lag:{sender}", level)
                run.clock.call(lag, lambda: self._retaliate(sender, cause), "retaliation", sender)

    def _retaliate(self, sender: str, cause: int) -> None:
        """Answer a measure."""
        self.run.counts["retaliations"] += 1
        self.run.record("retaliation", "target", subject=sender, cause=cause)

    def deterrence_factor(self) -> float:
        """Return the factor on the hazard of the first shipment, as felt at the last review."""
        return rules.deterred_hazard(self.run.world.threat.deterrence, self.credibility, self.threat)

    # ---- reviews -------------------------------------------------------------------------------------

    def _draw_mood(self, number: int) -> tuple[float, float, float]:
        """Draw one Gumbel per option."""
        draw = self.run.draw
        return (
            draw.gumbel("mood:persist", number),
            draw.gumbel("mood:pause", number),
            draw.gumbel("mood:escalate", number),
        )

    def _change_moods(self) -> Steps:
        """Renew the mood at exogenous dates."""
        number = 0
        while True:
            gap = self.run.draw.exponential("mood-gap", number, self.spec.mood_gap_days)
            yield self.run.clock.wait(gap, "mood")
            number += 1
            self.mood = self._draw_mood(number)
            self.run.record("mood", "target", value=float(number))

    def _review_on_schedule(self) -> Steps:
        """Review at t = 0 and then at exponential gaps; a scheduled review reads mood, engagement and urgency anew."""
        number = 0
        while True:
            self._held = (self.mood, self.engagement, self.urgency)
            self._can_pause = self.run.act.is_under_way and not self.run.act.stop_reason
            self._decide(self.run.record("review", "target", subject="scheduled", value=float(number)))
            gap = self.run.draw.exponential("review-gap", number, self.spec.review_gap_days)
            yield self.run.clock.wait(gap, "target")
            number += 1

    def _react(self, event: str, actor: str, number: int, cause: int) -> None:
        """Re-evaluate after a lag; keeps the last review's mood, engagement and urgency."""
        lag = self.run.lag(self.spec.reaction, f"reaction:{event}:{actor}", number)
        self.run.clock.call(
            lag,
            lambda: self._decide(self.run.record("review", "target", subject=event, cause=cause)),
            "trigger",
        )

    def _decide(self, cause: int) -> None:
        """Choose persist, pause or escalate, and let the consequences follow."""
        self._feel()
        policy = rules.policy_choice(*self._utilities(), *self._held[0], self._can_pause)
        if policy != self.policy:
            self._change_policy(policy, cause)
        elif self.run.act.is_first_shipment_pending:
            self.run.act.pace_changed()

    def _utilities(self) -> tuple[float, float]:
        """Return U(pause) and U(escalate) over persist.

        Before the first shipment threat acts on its hazard alone, so it does not enter here a second time.
        """
        run, spec = self.run, self.spec
        _, engagement, urgency = self._held
        threat = self.credibility * self.threat
        pressure = run.sanctions.pressure(run.clock.now)
        pause = rules.pause_utility(
            relief_belief=spec.relief_belief,
            removable=pressure,
            pressure_weight=spec.pressure_weight,
            threat=0.0 if run.act.is_first_shipment_pending else threat,
            threat_weight=spec.threat_weight,
            engagement=engagement,
            engagement_weight=spec.engagement_weight,
            reward=spec.reward,
            urgency=urgency,
            disposition=self.disposition,
            shock=self.shock,
            shock_weight=spec.shock_weight,
        )
        escalate = rules.escalate_utility(
            defiance=spec.defiance,
            threat=threat,
            pressure=pressure,
            reward=spec.reward,
            urgency=urgency,
            cost=spec.escalation_cost
            if run.act.is_under_way
            else spec.escalation_cost + spec.second_act_cost,
            disposition=self.escalation,
        )
        return pause, escalate

    def _change_policy(self, policy: int, cause: int) -> None:
        """Change policy; an escalation raises gravity, a pause starts the way to relief."""
        run = self.run
        self.count_days()
        self.policy = policy
        self.first_day.setdefault(policy, run.clock.now)
        event = run.record("policy", "target", subject=POLICIES[policy], cause=cause, value=float(policy))
        run.clock.interrupt(self._relief)
        self._relief = None
        if policy == rules.ESCALATE:
            run.gravity = min(3, run.gravity + 1)
            run.act.escalate(event)
        elif policy == rules.PAUSE:
            self._relief = run.clock.start(self._seek_relief(event))
        run.act.pace_changed()
        for sender in run.senders.values():
            sender.consider_disclosure(event)

    def count_days(self, until: float | None = None) -> None:
        """Add the days spent under the present policy."""
        now = self.run.clock.now if until is None else until
        self.days[self.policy] += now - self._policy_since
        self._policy_since = now

    # ---- relief --------------------------------------------------------------------------------------

    def _seek_relief(self, cause: int) -> Steps:
        """After verified restraint, perhaps have measures lifted; a change of policy ends it."""
        run, talks = self.run, self.run.world.talks
        level = run.gravity
        try:
            yield run.clock.wait(talks.verification_days, "talks")
            if level in self._relieved or not run.draw.bernoulli("relief", level, talks.p_relief):
                return
            yield run.clock.wait(run.lag(talks.relief, "relief-lag", level), "talks")
        except Interrupt:
            return
        if run.sanctions.is_in_force and not run.act.stop_reason:
            self._relieved.add(level)
            run.relief_day = run.clock.now
            run.sanctions.relieve(talks.share, cause)
