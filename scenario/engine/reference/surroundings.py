"""What goes on around the case: dated shocks, talks, alternative suppliers, unlinked listings."""

from __future__ import annotations

from scenario.engine import rules
from scenario.engine.reference.clock import Steps
from scenario.engine.reference.world import Run


def start_surroundings(run: Run) -> None:
    """Start everything that goes on whatever the coalition does."""
    for name in run.world.shocks:
        run.clock.start(_shock(run, name))
    for name in run.world.suppliers:
        run.clock.start(_supply(run, name))
    for name in run.world.background:
        run.clock.start(_list(run, name))
    if run.world.policy.demarche:
        run.target.engagement = rules.raised(run.target.engagement, run.world.talks.engagement_gain)
        run.record("talks", "coalition", value=run.target.engagement)


def _shock(run: Run, name: str) -> Steps:
    """Let a dated event happen, with its probability, and move what it moves for the rest of the run."""
    shock, day = run.world.shocks[name], run.cast.shock_days[name]
    if day < 0.0 or not run.draw.bernoulli(f"shock:{name}", 0, shock.probability):
        return
    yield run.clock.until(day, "shock", name)
    event = run.record("shock", name)
    target = run.target
    target.engagement = rules.shifted(target.engagement, shock.engagement or 0.0)
    target.urgency = rules.shifted(target.urgency, shock.urgency or 0.0)
    target.credibility = rules.shifted(target.credibility, shock.credibility or 0.0)
    for sender in run.senders.values():
        sender.will += shock.will or 0.0
    if shock.stops_flow:
        run.act.stop("shock", event)


def _supply(run: Run, name: str) -> Steps:
    """Deliver from an alternative supplier, in every world alike."""
    supplier, number = run.world.suppliers[name], 0
    while True:
        yield run.clock.wait(
            run.draw.exponential(f"delivery-gap:{name}", number, supplier.gap_days), "supplier", name
        )
        size = run.draw.lognormal(f"delivery-size:{name}", number, supplier.size, supplier.sigma)
        run.alternative += size
        run.record("alternative_delivery", name, value=size)
        number += 1


def _list(run: Run, name: str) -> Steps:
    """Make unlinked listings, in every world alike."""
    gap, number = run.world.background[name].gap_days, 0
    while True:
        yield run.clock.wait(run.draw.exponential(f"listing:{name}", number, gap), "background", name)
        run.counts["listings"] += 1
        run.record("listing", name)
        number += 1


def replaced_quantity(run: Run, lost: float) -> float:
    """Return what alternative suppliers replace of a lost quantity, supplier by supplier."""
    total, left = 0.0, lost
    for supplier in run.world.suppliers.values():
        spare = supplier.spare_per_year * run.clock.horizon / 365.0
        total += rules.replaced(spare, left, supplier.elasticity, supplier.equivalence)
        left -= min(spare, left)
    return total
