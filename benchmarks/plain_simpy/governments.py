"""Governments: what each believes, when it warns, finds, discloses and attributes, and whom it follows."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from benchmarks.plain_simpy.channels import SIGN, first_shipment_channel_opens, log_ratio
from benchmarks.plain_simpy.response import Response
from scenario.spec.coalition import TrackKind

if TYPE_CHECKING:
    from benchmarks.plain_simpy.model import Model

Steps = Generator[simpy.Event, Any, None]


class Government:
    """One government or institution. Belief is a sum of log odds."""

    def __init__(self, model: Model, name: str, z_signal: float, z_will: float) -> None:
        self.model, self.name, self.env = model, name, model.env
        self.spec = model.world.senders[name]
        self.will = self._draw_will(z_will)
        self.is_prepared = model.chance.yes(self.spec.prepared)
        self.start = self._start(z_signal)
        self.items = dict.fromkeys(model.world.channels, 0.0)
        self.channels = dict.fromkeys(model.world.channels, 0.0)
        self.voices = 0.0
        self.heard: set[str] = set()
        self.belief = expit(self.start)
        self.verdicts = {
            group: (SIGN[entry.last_verdict], False)
            for group, entry in model.world.groups.items()
            if name in model.cast.receivers[group]
        }
        self.has_new_item: bool = model.world.belief.finding_exists
        has_early = self.spec.bars.early is not None
        self.early_until = first_shipment_channel_opens(model) if has_early else -math.inf
        self.is_closed = self.has_finding = False
        self.is_armed = True
        self.days: dict[str, float] = {}
        self.n_adoptions = 0
        self.last_warning = -math.inf
        self.found_at = 0.0
        self.decided: set[int] = set()
        self.attributed_levels: set[int] = set()
        self.answers: dict[int, str] = {}
        self.responses: dict[int, Response] = {}
        self.news = self.env.event()
        self._choices: dict[int, tuple[float, float]] = {}
        self._disclosure: simpy.Process | None = None

    def _draw_will(self, z_common: float) -> float:
        """Draw the will of this run, partly common to all."""
        disclosure = self.model.world.disclosure
        z = mixed(z_common, self.model.chance.normal(), disclosure.will_correlation)
        return float(self.spec.will + disclosure.will_sd * z)

    def _start(self, z_common: float) -> float:
        """Return the log odds at the start: the prior, and what this government knows privately."""
        world, strength = self.model.world, self.spec.signal
        prior = world.act.p_true if world.belief.p_start is None else world.belief.p_start
        correlation = world.belief.partner_correlation if self.spec.partner else 0.0
        z = mixed(z_common, self.model.chance.normal(), correlation)
        middle = 0.5 * strength * strength
        return float(logit(prior) + (middle if self.model.is_true else -middle) + strength * z)

    # ---- belief --------------------------------------------------------------------------------------

    def receive(self, channel: str, group: str, verdict: int, ratio: float) -> None:
        """Take in one report; what a channel adds saturates with its access."""
        spec = self.model.world.channels[channel]
        self.items[channel] += ratio
        self.channels[channel] = saturated(self.items[channel], spec.access)
        self.verdicts[group] = (verdict, spec.physical)
        self.has_new_item = True
        self._update()

    def hear(self, speaker: Government) -> None:
        """Take in another government's first attribution."""
        if speaker.name in self.heard:
            return
        belief = self.model.world.belief
        earlier = len(self.heard) + (self.spec.partner and speaker.spec.partner)
        self.heard.add(speaker.name)
        self.voices += math.log(belief.attribution_ratio) * (1.0 - belief.shared_source_discount) ** earlier
        self._update()

    def inspect(self, ratio: float) -> None:
        """Take in the verdict of an inspection."""
        self.voices += ratio
        self.verdicts["inspection"] = (1 if ratio > 0 else -1, True)
        self.has_new_item = True
        self._update()

    def _update(self) -> None:
        """Compute belief anew and judge."""
        self.belief = expit(self.start + sum(self.channels.values()) + self.voices)
        self.judge()

    # ---- judgement -----------------------------------------------------------------------------------

    def judge(self) -> None:
        """Hold belief against the bars."""
        bars = self.spec.bars
        if self.is_closed:
            if self.belief < bars.warn:
                return
            self.is_closed = False
        elif self.belief < bars.dismiss:
            self._dismiss()
            return
        self._consider_warning()
        self._consider_finding()

    def _dismiss(self) -> None:
        """Close the file: nothing more is disclosed, nobody need wait, an attribution is withdrawn."""
        self.is_closed, self.has_finding = True, False
        self.decided &= self.attributed_levels
        self.days.setdefault("dismissal", self.env.now)
        disclosure = self._disclosure
        if disclosure and disclosure.is_alive and disclosure is not self.env.active_process:
            disclosure.interrupt()
        self.announce()
        if self.attributed_levels and self.spec.retracts and self.model.words_allowed:
            self.model.measures.lift(self.name)

    def _consider_warning(self) -> None:
        """Warn when belief crosses the bar upwards."""
        now, model = self.env.now, self.model
        if self.belief < self.spec.bars.warn:
            self.is_armed = True
            return
        is_time = now - self.last_warning >= self.spec.warning_gap_days
        if not (self.has_new_item and self.is_armed and is_time) or self.attributed_levels:
            return
        self.is_armed = False
        self.last_warning = now
        if model.words_allowed:
            model.n_warnings += 1
            if math.isnan(model.warning_day):
                model.warning_day = now
            model.target.warned(is_specific=model.chance.yes(self.spec.specificity))

    def _consider_finding(self) -> None:
        """Make a finding when belief and corroboration suffice."""
        if not self.has_finding:
            bars = self.spec.bars
            bar = bars.early if self.env.now < self.early_until else bars.attribute
            if self.belief < bar or not self.has_new_item:
                return
            supporting = [is_physical for verdict, is_physical in self.verdicts.values() if verdict > 0]
            if len(supporting) < self.spec.corroboration or sum(supporting) < self.spec.physical:
                return
            self.has_finding = True
            self.days.setdefault("finding", self.env.now)
        self.consider_disclosure()

    # ---- disclosure ----------------------------------------------------------------------------------

    def consider_disclosure(self) -> None:
        """Decide once per gravity level what to do with a finding."""
        level = self.model.gravity
        if self.has_finding and level not in self.decided:
            self.decided.add(level)
            if self._disclosure is None or not self._disclosure.is_alive:
                self.found_at = self.env.now
                self._disclosure = self.env.process(self._disclose(level))

    def _disclose(self, level: int) -> Steps:
        """Choose prepared, slow or never; wait; attribute."""
        model, chance, weights = self.model, self.model.chance, self.model.world.disclosure
        ahead = model.cast.anchors.get(self.name, -1.0) - self.env.now
        has_anchor = 0.0 <= ahead <= weights.anchor_window_days
        if level not in self._choices:
            self._choices[level] = (chance.random(), chance.normal())
        u, z = self._choices[level]
        prepared, never = self._odds(has_anchor=has_anchor)
        u *= prepared + 1.0 + never
        if u >= prepared + 1.0:
            self.answer(level, "declined")
            return
        lag = weights.prepared_lag if u < prepared else weights.slow_lag
        delay = ahead if u < prepared and has_anchor else lag.median * math.exp(lag.sigma * z)
        due = model.working_time(self.env.now + delay)
        try:
            yield self.env.timeout(due - self.env.now)
        except simpy.Interrupt:
            return
        self._attribute(model.gravity)

    def _odds(self, *, has_anchor: bool) -> tuple[float, float]:
        """Return the odds of prepared and of never over slow."""
        weights, spec = self.model.world.disclosure, self.spec
        risk, will = weights.source_risk * spec.source_risk, weights.will * self.will
        prepared = weights.prepared + will + weights.package * self.is_prepared - risk
        prepared += weights.leaked * weights.is_leaked + weights.anchor * has_anchor
        never = weights.never - will + weights.relation * spec.relation + risk
        return math.exp(prepared), math.exp(never)

    def _attribute(self, level: int) -> None:
        """Name the act in public."""
        model = self.model
        self.attributed_levels.add(level)
        if not model.words_allowed:
            return
        model.n_attributions += 1
        if math.isnan(model.attribution_day):
            model.attribution_day = self.env.now
        burns = self.spec.burns
        if burns and burns not in model.closed_channels and model.chance.yes(self.spec.source_risk):
            model.closed_channels.add(burns)
        model.target.named()
        for forum in model.forums.values():
            forum.consider_statement()
        if model.measures_allowed:
            self._act_on(level)
        for other in model.governments.values():
            if other is not self:
                other.hear(self)

    def _act_on(self, level: int) -> None:
        """Start one's own response, other tracks, and those who follow."""
        model = self.model
        self.respond(level)
        for track in model.world.tracks.values():
            if (
                track.sender == self.name
                and level >= track.min_gravity
                and model.chance.yes(track.probability)
            ):
                self._take_track(track)
        for other in model.governments.values():
            if self.name in other.spec.follows and level not in other.responses:
                other.consider_following(self.name, level)

    def _take_track(self, track: Any) -> None:
        """Expel, strike or inspect after a lag."""
        self.model.later(self.model.chance.lag(track.lag), lambda: self._do(track))

    def _do(self, track: Any) -> None:
        """Expel, strike or inspect."""
        model, accuracy = self.model, track.effect
        if track.kind is TrackKind.EXPULSION:
            model.n_expulsions += 1
        elif track.kind is TrackKind.STRIKE:
            model.supplier.destroy(track.effect)
        else:
            sign = 1 if model.chance.yes(accuracy if model.is_true else 1.0 - accuracy) else -1
            for government in model.governments.values():
                government.inspect(log_ratio(sign, accuracy, 1.0 - accuracy, 0.0, 0))

    # ---- response ------------------------------------------------------------------------------------

    def consider_following(self, leader: str, level: int) -> None:
        """Perhaps follow a leader without a finding of one's own, after a lag."""
        chance = self.model.chance
        if chance.yes(self.spec.follows[leader]):
            self.model.later(chance.lag(self.spec.follow), lambda: self._follow(level))

    def _follow(self, level: int) -> None:
        """Follow, unless there is an answer already or the file is closed."""
        if not self.is_closed:
            self.respond(level)

    def respond(self, level: int) -> None:
        """Start the response at a gravity level, once."""
        if level not in self.responses:
            since = self.found_at if level in self.attributed_levels else self.env.now
            self.responses[level] = Response(self.model, self, level, since)

    def answer(self, level: int, answer: str) -> None:
        """Set this government's answer at a level and tell those who wait."""
        self.answers[level] = answer
        self.announce()

    def announce(self) -> None:
        """Wake those who wait for this government."""
        news, self.news = self.news, self.env.event()
        news.succeed()

    def is_resolved(self, level: int) -> bool:
        """Return whether partners need not wait any more."""
        return self.is_closed or level in self.answers


def logit(p: float) -> float:
    """Return ln(p / (1 - p))."""
    p = min(max(p, 1e-9), 1.0 - 1e-9)
    return math.log(p / (1.0 - p))


def expit(x: float) -> float:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else 1.0 - 1.0 / (1.0 + math.exp(x))


def mixed(z_common: float, z_own: float, correlation: float) -> float:
    """Return a normal number that shares part of its variance."""
    return math.sqrt(correlation) * z_common + math.sqrt(1.0 - correlation) * z_own


def saturated(items: float, access: float) -> float:
    """Return what all reports of a channel add when it may see nothing."""
    if access <= 0.0 or access >= 1.0:
        return items if access > 0.0 else 0.0
    if items > 0.0:
        return items + math.log(access + (1.0 - access) * math.exp(-items))
    return math.log(1.0 - access + access * math.exp(items))
