"""A sender: what it believes, when it warns, finds, dismisses, and whether and when it attributes."""

from __future__ import annotations

import math

from scenario.engine import rules
from scenario.engine.reference.channels import first_shipment_channel_opens
from scenario.engine.reference.clock import Interrupt, Process, Steps
from scenario.engine.reference.response import Response, start_tracks
from scenario.engine.reference.world import Run
from scenario.engine.tables import SIGN

DISCLOSURES = {rules.PREPARED: "prepared", rules.SLOW: "slow", rules.NEVER: "never"}


class Sender:
    """One government or institution of a run.

    Belief is a log-odds sum: start + channels (each saturating with its access) + other governments' voices.
    """

    def __init__(self, run: Run, name: str) -> None:
        self.run, self.name = run, name
        self.spec = run.world.senders[name]
        self.will = self._draw_will()
        self.is_prepared: bool = run.draw.bernoulli(f"prepared:{name}", 0, self.spec.prepared)
        p_start = run.world.belief.p_start
        self.start = rules.logit(run.world.act.p_true if p_start is None else p_start) + self._draw_signal()
        self.items = dict.fromkeys(run.world.channels, 0.0)
        self.channels = dict.fromkeys(run.world.channels, 0.0)
        self.voices = 0.0
        self.n_voices = 0
        self.heard: set[str] = set()
        self.belief = rules.expit(self.start)
        self.verdicts = {
            group: (SIGN[entry.last_verdict], False)
            for group, entry in run.world.groups.items()
            if name in run.cast.receivers[group]
        }
        self.has_new_item: bool = run.world.belief.finding_exists
        self.early_until = (
            first_shipment_channel_opens(run) if self.spec.bars.early is not None else -math.inf
        )
        self.is_closed = False
        self.is_armed = True
        self.finding = -1
        self.days: dict[str, float] = {}
        self.n_warnings = self.n_attributions = self.n_adoptions = 0
        self.last_warning = -math.inf
        self.decided: set[int] = set()
        self.found_at = 0.0
        self.attributed_levels: set[int] = set()
        self.answers: dict[int, str] = {}
        self.responses: dict[int, Response] = {}
        self.news = run.clock.signal()
        self._disclosure: Process | None = None

    # ---- belief --------------------------------------------------------------------------------------

    def _draw_signal(self) -> float:
        """Draw what this sender knows privately at as_of; partners share part of it."""
        run = self.run
        correlation = run.world.belief.partner_correlation if self.spec.partner else 0.0
        z = rules.correlated(
            run.draw.normal("signal-common", 0), run.draw.normal(f"signal:{self.name}", 0), correlation
        )
        return rules.private_signal(self.spec.signal, run.truth.is_true, z)

    def _draw_will(self) -> float:
        """Draw the will of this run: one factor common to all senders, one of its own."""
        run, disclosure = self.run, self.run.world.disclosure
        z = rules.correlated(
            run.draw.normal("will-common", 0),
            run.draw.normal(f"will:{self.name}", 0),
            disclosure.will_correlation,
        )
        will: float = self.spec.will + disclosure.will_sd * z
        return will

    def receive(self, channel: str, group: str, verdict: int, log_ratio: float, cause: int) -> None:
        """Take in one report."""
        spec = self.run.world.channels[channel]
        self.items[channel] += log_ratio
        self.channels[channel] = rules.channel_log_ratio(self.items[channel], spec.access)
        self.verdicts[group] = (verdict, spec.physical)
        self.has_new_item = True
        self._update()
        self.judge(self.run.record("received", self.name, subject=channel, cause=cause, value=self.belief))

    def hear(self, speaker: Sender, cause: int) -> None:
        """Take in another sender's first attribution, discounted where the source is shared."""
        if speaker.name in self.heard:
            return
        self.heard.add(speaker.name)
        belief = self.run.world.belief
        earlier = self.n_voices + (1 if self.spec.partner and speaker.spec.partner else 0)
        self.voices += rules.voice_log_ratio(belief.attribution_ratio, belief.shared_source_discount, earlier)
        self.n_voices += 1
        self._update()
        self.judge(self.run.record("heard", self.name, subject=speaker.name, cause=cause, value=self.belief))

    def inspect(self, log_ratio: float, cause: int) -> None:
        """Take in the public verdict of an inspection."""
        self.voices += log_ratio
        self.verdicts[""] = (1 if log_ratio > 0 else -1, True)
        self.has_new_item = True
        self._update()
        self.judge(
            self.run.record("received", self.name, subject="inspection", cause=cause, value=self.belief)
        )

    def _update(self) -> None:
        """Recompute belief from its parts, in the order of the file."""
        total = self.start
        for part in self.channels.values():
            total += part
        self.belief = rules.expit(total + self.voices)

    # ---- judgement -----------------------------------------------------------------------------------

    def judge(self, cause: int) -> None:
        """Hold belief against the bars: reopen, close, warn, find."""
        bars = self.spec.bars
        if self.is_closed:
            if self.belief < bars.warn:
                return
            self.is_closed = False
            self.run.record("reopening", self.name, cause=cause, value=self.belief)
        elif self.belief < bars.dismiss:
            self._dismiss(cause)
            return
        self._consider_warning(cause)
        self._consider_finding(cause)

    def _dismiss(self, cause: int) -> None:
        """Close the file: cancel a pending disclosure, release those who wait, withdraw an attribution."""
        run = self.run
        self.is_closed = True
        self.finding = -1
        self.decided &= self.attributed_levels
        self.days.setdefault("dismissal", run.clock.now)
        event = run.record("dismissal", self.name, cause=cause, value=self.belief)
        run.clock.interrupt(self._disclosure)
        self.announce_answer()
        if self.attributed_levels and self.spec.retracts and run.words_allowed:
            run.retracted = True
            run.sanctions.lift(self.name, run.record("retraction", self.name, cause=event))

    def _consider_warning(self, cause: int) -> None:
        """Warn in public when belief crosses the bar upwards, unless the act is attributed already."""
        now = self.run.clock.now
        if self.belief < self.spec.bars.warn:
            self.is_armed = True
            return
        has_attributed, since = bool(self.attributed_levels), now - self.last_warning
        if rules.warns(self.has_new_item, self.is_armed, has_attributed, since, self.spec.warning_gap_days):
            self.is_armed = False
            self.last_warning = now
            self._warn(cause)

    def _warn(self, cause: int) -> None:
        """Speak a warning, vague or specific; a suppressed one still counts as a number."""
        run, number = self.run, self.n_warnings
        self.n_warnings += 1
        is_specific = run.draw.bernoulli(f"specific:{self.name}", number, self.spec.specificity)
        if run.words_allowed:
            event = run.record("warning", self.name, cause=cause, value=float(is_specific))
            run.warnings.append(run.clock.now)
            run.target.warned(self.name, number, is_specific, event)

    def _consider_finding(self, cause: int) -> None:
        """Make a finding when belief and corroboration suffice, then decide on disclosing it."""
        if self.finding < 0:
            if self.belief < self._bar():
                return  # spares counting the groups, most of the time
            supporting = [is_physical for verdict, is_physical in self.verdicts.values() if verdict > 0]
            found = self.has_new_item and rules.is_finding(
                self.belief,
                self._bar(),
                len(supporting),
                self.spec.corroboration,
                sum(supporting),
                self.spec.physical,
            )
            if not found:
                return
            self.days.setdefault("finding", self.run.clock.now)
            self.finding = self.run.record("finding", self.name, cause=cause, value=self.belief)
        self.consider_disclosure(self.finding)

    def _bar(self) -> float:
        """Return the bar in force: the early one until the first shipment-dated channel opens."""
        bars = self.spec.bars
        bar: float = bars.early if self.run.clock.now < self.early_until else bars.attribute
        return bar

    # ---- disclosure ----------------------------------------------------------------------------------

    def consider_disclosure(self, cause: int) -> None:
        """Decide once per gravity level what to do with a standing finding; one that is under way stands."""
        level = self.run.gravity
        if self.finding >= 0 and level not in self.decided:
            self.decided.add(level)
            if self._disclosure is None or not self._disclosure.is_alive:
                self.found_at = self.run.clock.now
                self._disclosure = self.run.clock.start(self._disclose(level, cause))

    def _disclose(self, level: int, cause: int) -> Steps:
        """Choose prepared, slow or never; wait; attribute. A dismissal cancels it."""
        run, weights = self.run, self.run.world.disclosure
        ahead = run.cast.anchors.get(self.name, -1.0) - run.clock.now
        has_anchor = 0.0 <= ahead <= weights.anchor_window_days
        kind = run.draw.uniform(f"disclosure-kind:{self.name}", level)
        choice = rules.disclosure_choice(kind, *self._utilities(has_anchor=has_anchor))
        if choice == rules.NEVER:
            run.record("disclosure", self.name, subject="never", cause=cause)
            self.answer(level, "declined")
            return
        lag = weights.prepared_lag if choice == rules.PREPARED else weights.slow_lag
        delay = run.lag(lag, f"disclosure-lag:{self.name}", level)
        if choice == rules.PREPARED and has_anchor:
            delay = ahead
        due = run.working_time(run.clock.now + delay)
        event = run.record(
            "disclosure", self.name, subject=DISCLOSURES[choice], cause=cause, value=due - run.clock.now
        )
        try:
            yield run.clock.until(due, "disclosure", self.name)
        except Interrupt:
            return
        self._attribute(run.gravity, event)

    def _utilities(self, *, has_anchor: bool) -> tuple[float, float]:
        """Return the utilities of prepared and never over slow."""
        w, spec = self.run.world.disclosure, self.spec
        by_package, by_leak = (w.package, self.is_prepared), (w.leaked, w.is_leaked)
        by_anchor, by_risk = (w.anchor, has_anchor), (w.source_risk, spec.source_risk)
        return (
            rules.prepared_utility(
                w.prepared, w.will, self.will, *by_package, *by_leak, *by_anchor, *by_risk
            ),
            rules.never_utility(w.never, w.will, self.will, w.relation, spec.relation, *by_risk),
        )

    def _attribute(self, level: int, cause: int) -> None:
        """Name the act in public: others hear it, the target feels it, a response may follow."""
        run, number = self.run, self.n_attributions
        self.n_attributions += 1
        self.attributed_levels.add(level)
        if not run.words_allowed:
            return
        event = run.record("attribution", self.name, cause=cause, value=float(level))
        run.counts["attributions"] += 1
        self.days.setdefault("attributed", run.clock.now)
        self._expose_source(number, event)
        run.target.named(self.name, number, event)
        for forum in run.forums.values():
            forum.consider_statement(event)
        self._act_on(level, number, event)
        for other in run.senders.values():
            if other is not self:
                other.hear(self, event)

    def _expose_source(self, number: int, cause: int) -> None:
        """Perhaps lose the channel that the finding came from: its later reports never come."""
        run, channel = self.run, self.spec.burns
        if channel is None or channel in run.closed_channels:
            return
        if run.draw.bernoulli(f"exposed:{self.name}", number, self.spec.source_risk):
            run.closed_channels.add(channel)
            run.record("source_closed", channel, cause=cause)

    def _act_on(self, level: int, number: int, cause: int) -> None:
        """Start the linked action: one's own response, other tracks, and those who follow."""
        run = self.run
        if not run.measures_allowed:
            return
        self.respond(level, cause)
        start_tracks(run, self.name, level, cause)
        for other in run.senders.values():
            if self.name in other.spec.follows and level not in other.responses:
                run.clock.start(other.follow(self.name, level, number, cause))

    # ---- response ------------------------------------------------------------------------------------

    def follow(self, leader: str, level: int, number: int, cause: int) -> Steps:
        """Perhaps follow a leader without a finding of one's own."""
        run = self.run
        if not run.draw.bernoulli(f"follow:{self.name}:{leader}", number, self.spec.follows[leader]):
            return
        lag = run.lag(self.spec.follow, f"follow-lag:{self.name}:{leader}", number)
        yield run.clock.wait(lag, "follow", self.name)
        if level not in self.responses and not self.is_closed:
            self.respond(level, run.record("follow", self.name, subject=leader, cause=cause))

    def respond(self, level: int, cause: int) -> None:
        """Start the response at a gravity level, once."""
        if level not in self.responses:
            since = self.found_at if level in self.attributed_levels else self.run.clock.now
            self.responses[level] = Response(self.run, self, level, cause, drafting_since=since)

    def answer(self, level: int, answer: str) -> None:
        """Set this sender's answer at a level (ready, adopted, declined) and tell those who wait."""
        self.answers[level] = answer
        self.announce_answer()

    def announce_answer(self) -> None:
        """Wake those who wait for this sender."""
        news, self.news = self.news, self.run.clock.signal()
        self.run.clock.ring(news, "response", self.name)

    def is_resolved(self, level: int) -> bool:
        """Return whether partners need not wait for this sender any more."""
        return self.is_closed or level in self.answers
