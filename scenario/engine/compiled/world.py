"""One run in progress: its draws, its log, and what is decided once for all."""

from __future__ import annotations

from typing import Any

from scenario.draws import inverse
from scenario.draws.philox import uniform_at
from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import fail, is_delay
from scenario.engine.compiled.guards import EXECUTE, note
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    act_numbers,
    case_facts,
    event_at,
    response_numbers,
)


@inner
def uniform(w: Any, key: int, index: int) -> float:
    """Draw a uniform number of this run."""
    return uniform_at(key, index, w.n, w.m)


@inner
def bernoulli(w: Any, key: int, index: int, p: float) -> bool:
    """Draw whether an event of probability p happens."""
    return inverse.bernoulli(uniform_at(key, index, w.n, w.m), p)


@inner
def guarded(w: Any, key: int, index: int, p: float, g: int) -> bool:
    """Draw whether an event of a guarded probability p happens."""
    u = uniform_at(key, index, w.n, w.m)
    happens = inverse.bernoulli(u, p)
    note(w, g, u, happens)
    return happens


@inner
def exponential(w: Any, key: int, index: int, mean: float) -> float:
    """Draw an exponential waiting time."""
    return inverse.exponential(uniform_at(key, index, w.n, w.m), mean)


@inner
def normal(w: Any, key: int, index: int) -> float:
    """Draw a standard normal number."""
    return inverse.normal(uniform_at(key, index, w.n, w.m))


@inner
def lognormal(w: Any, key: int, index: int, median: float, sigma: float) -> float:
    """Draw a lognormal number."""
    return inverse.lognormal(uniform_at(key, index, w.n, w.m), median, sigma)


@inner
def gumbel(w: Any, key: int, index: int) -> float:
    """Draw a standard Gumbel number."""
    return inverse.gumbel(uniform_at(key, index, w.n, w.m))


@inner
def lag(w: Any, key: int, index: int, median: float, sigma: float) -> float:
    """Draw a lognormal delay in days; it passes the gate here, before anything is added to it."""
    delay = lognormal(w, key, index, median, sigma)
    if is_delay(delay):
        return delay
    fail(w, codes.E_LAG, 0, key, delay)
    return 0.0


@inner
def record(w: Any, kind: int, actor: int, subject: int, cause: int, value: float) -> int:
    """Log an event now, if logs are kept, and return its sequence number."""
    sequence = w.n_logged
    w.n_logged += 1
    w.kinds |= 1 << kind
    if w.keeps_log:
        if w.log_used + sequence >= w.log_size:
            fail(w, codes.E_FULL, codes.FULL_LOG, 0, 0.0)
            return sequence
        line = event_at(w.log, w.log_used + sequence)
        line.time, line.value, line.kind = w.now, value, kind
        line.actor, line.subject, line.cause = actor, subject, cause
    return sequence


@inner
def draw_truth(w: Any) -> None:
    """Draw the hidden fact and the as-if dates that hold in both worlds. No policy can change them."""
    facts, act = case_facts(w.facts_case, 0), act_numbers(w.numbers_act, 0)
    w.is_true = bernoulli(w, facts.key_truth, 0, act.p_true)
    w.is_other_class = not w.is_true and bernoulli(w, facts.key_other_class, 0, act.p_other_class)
    stage = uniform(w, facts.key_stage, 0)
    w.is_planned = stage < act.p_planned
    w.z_stage = inverse.normal(stage)
    w.first_shipment_clock = exponential(w, facts.key_first_shipment, 0, act.first_shipment_days)
    w.shipment = w.first_shipment_clock if w.is_planned else -act.shipped_days_before
    usable = lognormal(w, facts.key_batch_usable, 0, act.usable_median, act.usable_sigma)
    w.use = w.shipment + usable + lognormal(w, facts.key_batch_used, 0, act.used_median, act.used_sigma)


@inner
def goes_ahead(w: Any, level: int, cause: int) -> bool:
    """Return the execution decision of the case at a gravity level: drawn once, shared by all senders."""
    bit = 1 << level
    if not w.executed & bit:
        w.executed |= bit
        p = response_numbers(w.numbers_response, 0).p_execute
        decided = guarded(w, case_facts(w.facts_case, 0).key_execution, level, p, EXECUTE)
        if decided:
            w.goes_ahead |= bit
        record(w, codes.EXECUTION, codes.COALITION, codes.NOBODY, cause, 1.0 if decided else 0.0)
    return (w.goes_ahead & bit) != 0


@inner
def working_time(w: Any, time: float) -> float:
    """Return the first moment at or after a time on a working day."""
    return rules.working_time(time, case_facts(w.facts_case, 0).weekday)
