"""Measures in force: who has adopted what, what it presses, how it fades, what lifts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenario.engine import rules
from scenario.engine.reference.world import Run
from scenario.engine.tables import NATIONAL

if TYPE_CHECKING:
    from scenario.engine.reference.senders import Sender


class Sanctions:
    """The book of measures, and the pressure they put on the target (see `advance`)."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.adopted: set[tuple[str, str]] = set()
        self.used: set[str] = set()
        self.packages: tuple[set[str], ...] = (set(), set(), set(), set())
        self.adopters: dict[str, list[str]] = {}
        self.since: dict[str, float] = {}
        self.peak = self.accumulated = 0.0
        self.kept: dict[str, float] = {}
        self._last = 0.0
        self._bitten: dict[str, list[tuple[str, float]]] = {}
        self._dirty = True

    # ---- adoption and force --------------------------------------------------------------------------

    def adopt(self, sender: Sender, kinds: list[str], level: int, cause: int) -> int:
        """Adopt measures for a sender; the target feels it once. Return the first event's number."""
        first = self.join(sender, kinds, level, cause)
        self.run.target.sanctioned(sender.name, level, sender.n_adoptions, first)
        sender.n_adoptions += 1
        return first

    def join(self, sender: Sender, kinds: list[str], level: int, cause: int) -> int:
        """Book measures for a sender and schedule their entry into force; return the first event's number.

        A member that joins what its union has adopted comes here directly: the act was felt already.
        """
        run, name = self.run, sender.name
        first = -1
        for kind in kinds:
            event = run.record("adopted", name, subject=kind, cause=cause, value=float(level))
            first = event if first < 0 else first
            run.counts["measures"] += 1
            run.domestic_cost += run.world.measures[kind].domestic_cost
            self.adopted.add((name, kind))
            self.used.add(kind)
            self._schedule_force(sender, kind, level, event)
        sender.days.setdefault("adopted", run.clock.now)
        self.packages[level].add(name)
        sender.answer(level, "adopted")
        return first

    def _schedule_force(self, sender: Sender, kind: str, level: int, cause: int) -> None:
        """Bring a measure into force after its lag, or at once."""
        run, name, measure = self.run, sender.name, self.run.world.measures[kind]
        lag = (
            0.0
            if name in measure.at_once_for
            else run.lag(measure.in_force, f"in-force:{name}:{kind}", level)
        )
        if lag == 0.0:
            self._enter_force(sender, kind, cause)
        else:
            run.clock.call(lag, lambda: self._enter_force(sender, kind, cause), "in_force", f"{name}:{kind}")

    def _enter_force(self, sender: Sender, kind: str, cause: int) -> None:
        """Count a measure as pressing from now on, unless its sender has lifted it meanwhile."""
        if (sender.name, kind) not in self.adopted:
            return
        self.advance()
        self.run.record("in_force", sender.name, subject=kind, cause=cause)
        sender.days.setdefault("in_force", self.run.clock.now)
        users = self.adopters.setdefault(kind, [])
        if sender.name not in users:
            users.append(sender.name)
        self.since.setdefault(kind, self.run.clock.now)
        self.kept[kind] = 1.0
        self._dirty = True
        self.peak = max(self.peak, self.pressure(self.run.clock.now))

    def lift(self, sender: str, cause: int) -> None:
        """Take back everything one sender has adopted, and what its members joined."""
        self.advance()
        for name, spec in self.run.world.senders.items():
            for kind in self.run.world.measures:
                is_own = name == sender or (spec.within == sender and spec.adopts.get(kind) != NATIONAL)
                if is_own and (name, kind) in self.adopted:
                    self.adopted.discard((name, kind))
                    if name in self.adopters.get(kind, []):
                        self.adopters[kind].remove(name)
                    self.run.record("lifted", name, subject=kind, cause=cause)
        self._dirty = True

    def relieve(self, share: float, cause: int) -> None:
        """Lift a share of every measure in force, for verified restraint; one imposed anew bites in full."""
        self.advance()
        self.kept = {kind: kept * (1.0 - share) for kind, kept in self.kept.items()}
        self._dirty = True
        self.run.record("relief", "coalition", cause=cause, value=share)

    # ---- pressure ------------------------------------------------------------------------------------

    def pressure(self, time: float) -> float:
        """Return the pressure at `time`, at or after the last change."""
        if self._dirty:
            self._bitten = self._bites()
            self._dirty = False
        total = 0.0
        for exposure, bites in self._bitten.items():
            spared = 1.0
            for kind, bite in bites:
                measure = self.run.world.measures[kind]
                fade = rules.enforcement(time - self.since[kind], measure.erosion_per_year, measure.floor)
                spared *= 1.0 - bite * fade
            entry = self.run.world.exposures[exposure]
            total += rules.exposure_pressure(entry.size, entry.saturation, spared)
        return total

    def _bites(self) -> dict[str, list[tuple[str, float]]]:
        """Return, per exposure, the measures in force with bite x coverage, the union of their adopters."""
        found: dict[str, list[tuple[str, float]]] = {exposure: [] for exposure in self.run.world.exposures}
        for kind, measure in self.run.world.measures.items():
            users = self.adopters.get(kind)
            if users and measure.exposure is not None:
                coverage = self.run.world.exposures[measure.exposure].coverage
                covered = 1.0 if measure.binds_all else self._union(users, coverage)
                bite = measure.bite * covered * self.kept[kind]
                found[measure.exposure].append((kind, bite))
        return found

    def _union(self, users: list[str], coverage: dict[str, float]) -> float:
        """Return the share that a set of senders covers, added up in the file's order; a union contains its members."""
        covered = 0.0
        for name, sender in self.run.world.senders.items():
            if name in users and sender.within not in users:
                covered += coverage.get(name, 0.0)
        return min(1.0, covered)

    def denial(self) -> float:
        """Return the share of use that measures such as aid deny now; each adopter adds its own."""
        allowed = 1.0
        for kind, measure in self.run.world.measures.items():
            users = self.adopters.get(kind)
            if users and measure.denial > 0.0:
                elapsed = self.run.clock.now - self.since[kind]
                fade = rules.enforcement(elapsed, measure.erosion_per_year, measure.floor)
                allowed *= rules.use_allowed(measure.denial, fade, len(users))
        return 1.0 - allowed

    def advance(self, time: float | None = None) -> None:
        """Add up the pressure since the last change (three-point Gauss rule on pieces of a smooth curve)."""
        now = self.run.clock.now if time is None else time
        if self.since and now > self._last:
            fastest = max(self.run.world.measures[kind].erosion_per_year for kind in self.since)
            n_pieces = rules.quadrature_pieces(now - self._last, fastest)
            step = (now - self._last) / n_pieces
            for piece in range(n_pieces):
                start = self._last + piece * step
                for node, weight in rules.quadrature(start, start + step):
                    self.accumulated += weight * self.pressure(node)
        self._last = now

    @property
    def is_in_force(self) -> bool:
        """Return whether any linked measure is in force."""
        return any(self.adopters.values())
