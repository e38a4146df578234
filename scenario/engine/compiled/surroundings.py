"""What goes on around the case: shocks, talks, other suppliers, listings (see reference.surroundings)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.act import stop
from scenario.engine.compiled.clock import step, until, wait
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    background_facts,
    background_numbers,
    case_facts,
    sender_at,
    shock_facts,
    shock_numbers,
    supplier_facts,
    supplier_numbers,
    talks_numbers,
    target_at,
    whole_at,
)
from scenario.engine.compiled.world import bernoulli, exponential, lognormal, record
from scenario.engine.trajectory import NO_CAUSE


@inner
def make_surroundings(w: Any) -> None:
    """Start everything that goes on whatever the coalition does."""
    case, target = case_facts(w.facts_case, 0), target_at(w.target, 0)
    for i in range(case.n_shocks):
        step(w, codes.S_SHOCK, i, 0, 0, 0)
    for i in range(case.n_suppliers):
        step(w, codes.S_SUPPLY, i, 0, 0, 0)
    for i in range(case.n_background):
        step(w, codes.S_LISTING, i, 0, 0, 0)
    if case.has_demarche:
        target.engagement = rules.raised(target.engagement, talks_numbers(w.numbers_talks, 0).engagement_gain)
        record(w, codes.TALKS, codes.COALITION, codes.NOBODY, NO_CAUSE, target.engagement)


@inner
def start_shock(w: Any, i: int) -> None:
    """Let a dated event lie ahead, with its probability."""
    facts = shock_facts(w.facts_shocks, i)
    if facts.day >= 0.0 and bernoulli(w, facts.key_shock, 0, shock_numbers(w.numbers_shocks, i).probability):
        until(w, facts.day, facts.place, codes.T_SHOCK, i, 0, 0, 0, 0.0)


@inner
def shock(w: Any, i: int) -> None:
    """Let a dated event happen, and move what it moves for the rest of the run."""
    case, numbers, target = (
        case_facts(w.facts_case, 0),
        shock_numbers(w.numbers_shocks, i),
        target_at(w.target, 0),
    )
    event = record(w, codes.SHOCK, case.word_shocks + i, codes.NOBODY, NO_CAUSE, 0.0)
    target.engagement = rules.shifted(target.engagement, numbers.engagement)
    target.urgency = rules.shifted(target.urgency, numbers.urgency)
    target.credibility = rules.shifted(target.credibility, numbers.credibility)
    for s in range(case.n_senders):
        sender_at(w.sender, s).will += numbers.will
    if shock_facts(w.facts_shocks, i).stops_flow:
        stop(w, codes.W_SHOCK, event)


@inner
def await_delivery(w: Any, i: int) -> None:
    """Wait for an alternative supplier's next delivery."""
    facts = supplier_facts(w.facts_suppliers, i)
    number, mean = whole_at(w.delivery, i).x, supplier_numbers(w.numbers_suppliers, i).gap_days
    gap = exponential(w, facts.key_delivery_gap, number, mean)
    wait(w, gap, facts.place, codes.T_SUPPLY, i, 0, 0, 0, 0.0)


@inner
def deliver(w: Any, i: int) -> None:
    """Deliver from an alternative supplier, in every world alike."""
    numbers, number = supplier_numbers(w.numbers_suppliers, i), whole_at(w.delivery, i)
    key = supplier_facts(w.facts_suppliers, i).key_delivery_size
    size = lognormal(w, key, number.x, numbers.size, numbers.sigma)
    w.alternative += size
    word = case_facts(w.facts_case, 0).word_suppliers + i
    record(w, codes.ALTERNATIVE_DELIVERY, word, codes.NOBODY, NO_CAUSE, size)
    number.x += 1
    await_delivery(w, i)


@inner
def await_listing(w: Any, i: int, number: int) -> None:
    """Wait for the next unlinked listing."""
    facts = background_facts(w.facts_background, i)
    gap = exponential(w, facts.key_listing, number, background_numbers(w.numbers_background, i).gap_days)
    wait(w, gap, facts.place, codes.T_LISTING, i, number, 0, 0, 0.0)


@inner
def list_anyway(w: Any, i: int, number: int) -> None:
    """Make an unlinked listing, in every world alike."""
    w.n_listings_done += 1
    word = case_facts(w.facts_case, 0).word_background + i
    record(w, codes.LISTING, word, codes.NOBODY, NO_CAUSE, 0.0)
    await_listing(w, i, number + 1)


@inner
def replaced_quantity(w: Any, lost: float) -> float:
    """Return what alternative suppliers replace of a lost quantity, supplier by supplier."""
    case, total, left = case_facts(w.facts_case, 0), 0.0, lost
    for i in range(case.n_suppliers):
        numbers = supplier_numbers(w.numbers_suppliers, i)
        spare = numbers.spare_per_year * case.horizon / 365.0
        total += rules.replaced(spare, left, numbers.elasticity, numbers.equivalence)
        left -= min(spare, left)
    return total
