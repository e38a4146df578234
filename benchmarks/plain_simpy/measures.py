"""Measures: who has adopted what, what it presses, how it fades, what lifts it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scenario.engine.tables import NATIONAL

if TYPE_CHECKING:
    from benchmarks.plain_simpy.governments import Government
    from benchmarks.plain_simpy.model import Model

NODES = (0.1127016653792583, 0.5, 0.8872983346207417)
WEIGHTS = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)


class Measures:
    """The book of measures and the pressure they put on the target."""

    def __init__(self, model: Model) -> None:
        self.model, self.env, self.specs = model, model.env, model.world.measures
        self.adopted: set[tuple[str, str]] = set()
        self.adopters: dict[str, list[str]] = {}
        self.since: dict[str, float] = {}
        self.kept: dict[str, float] = {}
        self.peak = self.accumulated = 0.0
        self._last = 0.0
        self._bites: list[tuple[Any, list[tuple[Any, float, float]]]] | None = None

    # ---- adoption and force --------------------------------------------------------------------------

    def adopt(self, government: Government, kinds: list[str], level: int) -> None:
        """Adopt measures; the target feels it once."""
        self.join(government, kinds, level)
        self.model.target.sanctioned(government.name, level)

    def join(self, government: Government, kinds: list[str], level: int) -> None:
        """Book measures and schedule their entry into force."""
        model, name = self.model, government.name
        for kind in kinds:
            measure = self.specs[kind]
            model.n_measures += 1
            model.domestic_cost += measure.domestic_cost
            self.adopted.add((name, kind))
            lag = 0.0 if name in measure.at_once_for else model.chance.lag(measure.in_force)
            if lag == 0.0:
                self._enter_force(government, kind)
            else:
                self._schedule(government, kind, lag)
        government.days.setdefault("adopted", self.env.now)
        government.answer(level, "adopted")

    def _schedule(self, government: Government, kind: str, lag: float) -> None:
        """Bring a measure into force after its lag."""
        self.model.later(lag, lambda: self._enter_force(government, kind))

    def _enter_force(self, government: Government, kind: str) -> None:
        """Count a measure as pressing from now on, unless it has been lifted meanwhile."""
        now = self.env.now
        if (government.name, kind) not in self.adopted:
            return
        self.advance(now)
        government.days.setdefault("in_force", now)
        users = self.adopters.setdefault(kind, [])
        if government.name not in users:
            users.append(government.name)
        self.since.setdefault(kind, now)
        self.kept[kind] = 1.0
        self._bites = None
        self.peak = max(self.peak, self.pressure(now))

    def lift(self, sender: str) -> None:
        """Take back what one sender has adopted, and what its members joined."""
        self.advance(self.env.now)
        for name, kind in list(self.adopted):
            spec = self.model.world.senders[name]
            if name == sender or (spec.within == sender and spec.adopts[kind] != NATIONAL):
                self.adopted.discard((name, kind))
                if name in self.adopters.get(kind, []):
                    self.adopters[kind].remove(name)
        self._bites = None

    def relieve(self, share: float) -> None:
        """Lift a share of every measure in force."""
        self.advance(self.env.now)
        self.kept = {kind: kept * (1.0 - share) for kind, kept in self.kept.items()}
        self._bites = None

    @property
    def is_in_force(self) -> bool:
        """Return whether any measure is in force."""
        return any(self.adopters.values())

    # ---- pressure ------------------------------------------------------------------------------------

    def pressure(self, time: float) -> float:
        """Return the pressure at a time at or after the last change."""
        if self._bites is None:
            self._bites = self._current_bites()
        total = 0.0
        for exposure, bites in self._bites:
            spared = 1.0
            for measure, since, bite in bites:
                spared *= 1.0 - bite * faded(measure, time - since)
            total += exposure.size * (1.0 - exposure.saturation) * (1.0 - spared)
        return total

    def _current_bites(self) -> list[tuple[Any, list[tuple[Any, float, float]]]]:
        """Return, per exposure, the measures in force and how much of it each covers."""
        found: dict[str, list[tuple[Any, float, float]]] = {}
        for kind, measure in self.specs.items():
            users = self.adopters.get(kind)
            if users and measure.exposure is not None:
                covered = 1.0 if measure.binds_all else self._union(users, measure.exposure)
                bite = measure.bite * covered * self.kept[kind]
                found.setdefault(measure.exposure, []).append((measure, self.since[kind], bite))
        return [(self.model.world.exposures[name], bites) for name, bites in found.items()]

    def _union(self, users: list[str], exposure: str) -> float:
        """Return the share covered by a set of senders; a union contains its members."""
        coverage = self.model.world.exposures[exposure].coverage
        senders = self.model.world.senders
        outside = (coverage.get(name, 0.0) for name in users if senders[name].within not in users)
        return float(min(1.0, sum(outside)))

    def advance(self, now: float) -> None:
        """Add up the pressure since the last change."""
        span = now - self._last
        if self.since and span > 0.0:
            fastest = max(self.specs[kind].erosion_per_year for kind in self.since)
            n_pieces = max(1, math.ceil(2.0 * span * fastest / 365.0))
            step = span / n_pieces
            for piece in range(n_pieces):
                start = self._last + piece * step
                for node, weight in zip(NODES, WEIGHTS, strict=True):
                    self.accumulated += weight * step * self.pressure(start + node * step)
        self._last = now

    def denial(self) -> float:
        """Return the share of use that aid denies now."""
        allowed = 1.0
        for kind, users in self.adopters.items():
            measure = self.specs[kind]
            if measure.denial > 0.0:
                fade = faded(measure, self.env.now - self.since[kind])
                allowed *= (1.0 - measure.denial * fade) ** len(users)
        return 1.0 - allowed


def faded(measure: Any, elapsed: float) -> float:
    """Return how much of a measure is left after some days."""
    return float(
        measure.floor + (1.0 - measure.floor) * math.exp(-measure.erosion_per_year * elapsed / 365.0)
    )
