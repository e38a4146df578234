"""From attribution to adoption: hold, execute, take part, draft, wait for partners, announce, adopt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenario.engine import rules
from scenario.engine.reference.clock import Steps
from scenario.engine.reference.world import Run
from scenario.engine.tables import NATIONAL
from scenario.spec.coalition import TrackKind

if TYPE_CHECKING:
    from scenario.engine.reference.senders import Sender


class Response:
    """One sender's response at one gravity level."""

    def __init__(self, run: Run, sender: Sender, level: int, cause: int, *, drafting_since: float) -> None:
        self.run, self.sender, self.level, self.drafting_since = run, sender, level, drafting_since
        self.kinds: list[str] = []
        self.national: list[str] = []
        self.forum = ""
        run.clock.start(self._respond(cause))

    def _respond(self, cause: int) -> Steps:
        """Go through the steps, in order; a refusal at any of them ends the response and releases partners."""
        run, sender, level = self.run, self.sender, self.level
        if run.world.response.hold_days > 0.0:
            yield run.clock.wait(run.world.response.hold_days, "response", sender.name)
        event = self._decide(cause)
        if event < 0:
            sender.answer(level, "declined")
            return
        yield run.clock.wait(self._preparation(), "response", sender.name)
        if sender.is_closed:
            sender.answer(level, "declined")
            return
        ready = run.record("ready", sender.name, cause=event)
        sender.answer(level, "ready")
        deadline = run.clock.now + sender.spec.patience_days
        yield from self._wait_for_partners(deadline, ready)
        if sender.is_closed:
            sender.answer(level, "declined")
            return
        announced = run.record("announced", sender.name, cause=ready, value=float(len(self.kinds)))
        sender.days.setdefault("announced", run.clock.now)
        self._submit(announced)
        yield from self._wait_for_the_day(deadline)
        self._adopt_national(announced)

    def _decide(self, cause: int) -> int:
        """Return the event of taking part with a package, or -1 where case, sender or package say no."""
        run, name, level = self.run, self.sender.name, self.level
        if self.sender.is_closed or not run.goes_ahead(level, cause):
            return -1
        takes_part = run.draw.bernoulli(f"participation:{name}", level, self.sender.spec.participates)
        self.kinds = self._package() if takes_part else []
        event = run.record("participation", name, cause=cause, value=float(len(self.kinds)))
        if not self.kinds:
            return -1
        routes = self.sender.spec.adopts
        self.national = [kind for kind in self.kinds if routes[kind] == NATIONAL]
        self.forum = next((routes[kind] for kind in self.kinds if routes[kind] != NATIONAL), "")
        return event

    def _package(self) -> list[str]:
        """Draw which measures the package holds: the level's template shifts every share."""
        run, name, level = self.run, self.sender.name, self.level
        shift = run.world.response.templates[level]
        return [
            kind
            for kind, measure in run.world.measures.items()
            if measure.enabled
            and kind in self.sender.spec.adopts
            and run.draw.bernoulli(f"content:{name}:{kind}", level, rules.package_share(measure.share, shift))
        ]

    def _preparation(self) -> float:
        """Return days to readiness: what is left of drafting, and consultation beside it where partners are awaited.

        Drafting begins with the finding, inside the government, and not only when the act is named.
        """
        run, sender, response = self.run, self.sender, self.run.world.response
        is_first = len(sender.responses) == 1  # a prepared package is used once
        basis = "prepared" if sender.is_prepared and is_first else sender.spec.legal_basis
        days = run.lag(getattr(response, f"draft_{basis}"), f"draft:{sender.name}", self.level)
        days = max(0.0, self.drafting_since + days - run.clock.now)
        if sender.spec.waits_for and sender.spec.patience_days > 0.0:
            days = max(days, run.lag(response.consult, "consultation", self.level))
        return days

    def _wait_for_partners(self, deadline: float, ready: int) -> Steps:
        """Wait until every awaited partner is ready or out, or patience runs out."""
        run, sender = self.run, self.sender
        partners = [run.senders[name] for name in sender.spec.waits_for]
        if not partners:
            return
        timer = run.clock.until(deadline, "response", sender.name)
        reason = "partners"
        while pending := [partner for partner in partners if not partner.is_resolved(self.level)]:
            if run.clock.now >= deadline:
                reason = "patience"
                break
            yield run.clock.first_of(timer, *(partner.news for partner in pending))
        run.record("released", sender.name, subject=reason, cause=ready)

    def _wait_for_the_day(self, deadline: float) -> Steps:
        """Wait for the joint day; it moves when a partner's meeting is blocked, or a partner acts or drops out."""
        run, sender = self.run, self.sender
        partners = [run.senders[name] for name in sender.spec.waits_for]
        while self.national and not sender.is_closed:
            day = run.working_time(self._joint_time(deadline))
            if day <= run.clock.now:
                return
            timer = run.clock.until(day, "response", sender.name)
            yield run.clock.first_of(timer, *(partner.news for partner in partners))

    def _joint_time(self, deadline: float) -> float:
        """Return when to act: with the latest route among oneself and the partners that are ready."""
        run, sender = self.run, self.sender
        own = self.route_time()
        ready = [
            run.senders[name].responses[self.level].route_time()
            for name in sender.spec.waits_for
            if run.senders[name].answers.get(self.level) == "ready"
        ]
        return rules.joint_time(own, max(ready, default=own), deadline)

    def route_time(self) -> float:
        """Return the first moment at which some of this package could be adopted: nationally where it can."""
        if self.national:
            return self.run.working_time(self.run.clock.now)
        return self.run.forums[self.forum].decides_at(self.sender.name, self.level)

    def _submit(self, cause: int) -> None:
        """Hand what only a forum can adopt to that forum."""
        by_forum: dict[str, list[str]] = {}
        for kind in self.kinds:
            route = self.sender.spec.adopts[kind]
            if route != NATIONAL:
                by_forum.setdefault(route, []).append(kind)
        for forum, kinds in by_forum.items():
            self.run.forums[forum].propose(self.sender, kinds, self.level, cause)

    def _adopt_national(self, cause: int) -> None:
        """Adopt what the sender can adopt alone."""
        if self.national and not self.sender.is_closed:
            self.run.sanctions.adopt(self.sender, self.national, self.level, cause)


def start_tracks(run: Run, sender: str, level: int, cause: int) -> None:
    """Start the answers that are decided apart from sanctions, after this sender's attribution."""
    for name, track in run.world.tracks.items():
        if track.sender == sender and level >= track.min_gravity:
            run.clock.start(_take_track(run, name, level, cause))


def _take_track(run: Run, name: str, level: int, cause: int) -> Steps:
    """Perhaps expel, strike or inspect, after a lag."""
    track = run.world.tracks[name]
    if not run.draw.bernoulli(f"track:{name}", level, track.probability):
        return
    yield run.clock.wait(run.lag(track.lag, f"track-lag:{name}", level), "track", name)
    if track.kind is TrackKind.EXPULSION:
        run.counts["expulsions"] += 1
        run.record("expulsion", track.sender, subject=name, cause=cause)
    elif track.kind is TrackKind.STRIKE:
        run.act.destroy(
            track.effect, run.record("strike", track.sender, subject=name, cause=cause, value=track.effect)
        )
    else:
        _inspect(run, name, level, cause)


def _inspect(run: Run, name: str, level: int, cause: int) -> None:
    """Publish a verdict of known accuracy; every sender takes it in."""
    track = run.world.tracks[name]
    accuracy = track.effect
    supports = run.draw.uniform(f"track-verdict:{name}", level) < (
        accuracy if run.truth.is_true else 1.0 - accuracy
    )
    sign = 1 if supports else -1
    event = run.record("inspection", track.sender, subject=name, cause=cause, value=float(sign))
    ratio = rules.item_log_ratio(sign, accuracy, 1.0 - accuracy, 0.0, 0)
    for sender in run.senders.values():
        sender.inspect(ratio, event)
