"""One run: the hidden fact, everyone in it, what goes on around the case, and the outcomes at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from statistics import NormalDist
from typing import Any

import simpy

from benchmarks.plain_simpy.chance import Chance
from benchmarks.plain_simpy.channels import Channel, Group
from benchmarks.plain_simpy.forums import Forum
from benchmarks.plain_simpy.governments import Government
from benchmarks.plain_simpy.measures import Measures
from benchmarks.plain_simpy.supplier import Supplier
from benchmarks.plain_simpy.target import PAUSE, Target
from scenario.engine.tables import Cast
from scenario.spec.schema import Mode

Steps = Generator[simpy.Event, Any, None]
NEVER = math.nan
PHI_INVERSE = NormalDist().inv_cdf


class Model:
    """One run of the model."""

    def __init__(self, cast: Cast, world: Any, chance: Chance) -> None:
        self.cast, self.world, self.chance = cast, world, chance
        self.env = simpy.Environment()
        self.horizon = float(world.horizon_days)
        self.words_allowed = world.policy.mode is not Mode.SILENT
        self.measures_allowed = world.policy.mode is Mode.FACTUAL
        self.gravity: int = world.act.gravity
        self.n_measures = self.n_vetoes = self.n_statements = 0
        self.n_retaliations = self.n_expulsions = self.n_listings = 0
        self.attribution_day = self.warning_day = self.relief_day = NEVER
        self.n_attributions = self.n_warnings = 0
        self.alternative = self.domestic_cost = 0.0
        self.closed_channels: set[str] = set()
        self._goes_ahead: dict[int, bool] = {}
        self._consultation: dict[int, float] = {}
        self._draw_truth()
        self._create()

    def _draw_truth(self) -> None:
        """Draw the hidden fact, and the dates on which channels open in a true and in a false world alike."""
        act, chance = self.world.act, self.chance
        self.is_true = chance.yes(act.p_true)
        stage = chance.random()
        self.is_planned = stage < act.p_planned
        self.z_stage = PHI_INVERSE(min(max(stage, 1e-12), 1.0 - 1e-12))
        self.first_clock = chance.wait(act.first_shipment_days)
        self.shipment_date = self.first_clock if self.is_planned else -act.shipped_days_before
        self.first_usable, self.first_used = chance.lag(act.usable), chance.lag(act.used)
        self.use_date = self.shipment_date + self.first_usable + self.first_used

    def _create(self) -> None:
        """Bring everyone into being and start what runs by itself."""
        world = self.world
        self.supplier = Supplier(self)
        self.measures = Measures(self)
        self.forums = {name: Forum(self, name) for name in world.forums}
        z_signal, z_will = self.chance.normal(), self.chance.normal()
        self.governments = {name: Government(self, name, z_signal, z_will) for name in world.senders}
        self.target = Target(self)
        groups = {name: Group(self, name) for name in world.groups}
        for name, spec in world.channels.items():
            Channel(self, name, groups[spec.group])
        self._start_surroundings()

    def run(self) -> None:
        """Run to the horizon."""
        for government in self.governments.values():
            government.judge()
        self.env.run(until=self.horizon)
        self.measures.advance(self.horizon)
        self.target.count_days(self.horizon)

    # ---- what everyone uses --------------------------------------------------------------------------

    def later(self, delay: float, action: Callable[[], None]) -> None:
        """Do something after a delay (a callback costs less than a process)."""
        self.env.timeout(delay).callbacks.append(lambda _: action())

    def working_time(self, time: float) -> float:
        """Return the first moment at or after `time` on a working day."""
        day = math.floor(time)
        weekday = (self.cast.weekday + day) % 7
        return time if weekday < 5 else day + (7 - weekday) + 0.375

    def goes_ahead(self, level: int) -> bool:
        """Return whether the case goes ahead at a gravity level: one decision for all."""
        if level not in self._goes_ahead:
            self._goes_ahead[level] = self.chance.yes(self.world.response.p_execute)
        return self._goes_ahead[level]

    def consultation(self, level: int) -> float:
        """Return how long partners consult at a gravity level: one lag for all."""
        if level not in self._consultation:
            self._consultation[level] = self.chance.lag(self.world.response.consult)
        return self._consultation[level]

    # ---- surroundings --------------------------------------------------------------------------------

    def _start_surroundings(self) -> None:
        """Start shocks, other suppliers, unlinked listings; open talks."""
        world, env = self.world, self.env
        for name in world.shocks:
            env.process(self._shock(name))
        for name in world.suppliers:
            env.process(self._supply(world.suppliers[name]))
        for name in world.background:
            env.process(self._list(world.background[name].gap_days))
        if world.policy.demarche:
            self.target.engagement += (1.0 - self.target.engagement) * world.talks.engagement_gain

    def _shock(self, name: str) -> Steps:
        """Let a dated event happen, perhaps."""
        shock, day, target = self.world.shocks[name], self.cast.shock_days[name], self.target
        if day < 0.0 or not self.chance.yes(shock.probability):
            return
        yield self.env.timeout(day)
        target.engagement = _shifted(target.engagement, shock.engagement)
        target.urgency = _shifted(target.urgency, shock.urgency)
        target.credibility = _shifted(target.credibility, shock.credibility)
        for government in self.governments.values():
            government.will += shock.will or 0.0
        if shock.stops_flow:
            self.supplier.stop("shock")

    def _supply(self, spec: Any) -> Steps:
        """Deliver from another supplier."""
        while True:
            yield self.env.timeout(self.chance.wait(spec.gap_days))
            self.alternative += self.chance.size(spec.size, spec.sigma)

    def _list(self, gap_days: float) -> Steps:
        """Make unlinked listings."""
        while True:
            yield self.env.timeout(self.chance.wait(gap_days))
            self.n_listings += 1

    # ---- outcomes ------------------------------------------------------------------------------------

    def _first(self, day: str) -> float:
        """Return the earliest day of a kind over all governments."""
        days = [government.days[day] for government in self.governments.values() if day in government.days]
        return min(days, default=NEVER)

    def _replaced(self, lost: float) -> float:
        """Return what other suppliers replace of a lost quantity."""
        total = 0.0
        for spec in self.world.suppliers.values():
            part = min(spec.spare_per_year * self.horizon / 365.0, lost)
            total += part * spec.elasticity * spec.equivalence
            lost -= part
        return total

    def outcomes(self) -> dict[str, float]:
        """Return the outcomes of a finished run."""
        adopted = self._first("adopted")
        lost = max(0.0, self.supplier.undeterred() - self.supplier.shipped)
        return {
            "is_true": self.is_true,
            "attributed": self.n_attributions > 0,
            "responded": not math.isnan(adopted),
            "joint_adoption": self._is_joint(adopted),
            "first_warning_day": self.warning_day,
            "first_finding_day": self._first("finding"),
            "dismissal_day": self._first("dismissal"),
            "attribution_day": self.attribution_day,
            "first_announced_day": self._first("announced"),
            "first_adopted_day": adopted,
            "first_in_force_day": self._first("in_force"),
            "first_shipment_day": self.supplier.first_day_after,
            "first_pause_day": self.target.first_day.get(PAUSE, NEVER),
            "relief_day": self.relief_day,
            "quantity_lost": lost,
            "quantity_net": self.supplier.shipped + self._replaced(lost),
        } | self._counts()

    def _is_joint(self, first: float) -> bool:
        """Return whether two governments at least adopted on the first day of adoption."""
        days = [g.days["adopted"] for g in self.governments.values() if "adopted" in g.days]
        return not math.isnan(first) and sum(math.floor(day) == math.floor(first) for day in days) >= 2

    def _counts(self) -> dict[str, float]:
        """Return counts, quantities, pressure and days under each policy."""
        persisting, pausing, escalating = self.target.days
        return {
            "warnings": self.n_warnings,
            "attributions": self.n_attributions,
            "measures": self.n_measures,
            "vetoes": self.n_vetoes,
            "statements": self.n_statements,
            "retaliations": self.n_retaliations,
            "expulsions": self.n_expulsions,
            "background_listings": self.n_listings,
            "batches_shipped": len(self.supplier.batches),
            "gravity": self.gravity,
            "quantity_shipped": self.supplier.shipped,
            "quantity_usable": self.supplier.usable,
            "quantity_used": self.supplier.used,
            "quantity_alternative": self.alternative,
            "peak_pressure": self.measures.peak,
            "pressure_days": self.measures.accumulated,
            "days_persisting": persisting,
            "days_pausing": pausing,
            "days_escalating": escalating,
        }


def _shifted(value: float, shift: float | None) -> float:
    """Return a share moved by a shift and held within 0 and 1."""
    return min(max(value + (shift or 0.0), 0.0), 1.0)
