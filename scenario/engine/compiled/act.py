"""The act itself: shipments, what becomes usable and used, and why a flow ends (see reference.act)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import fail, ring, step, until, wait
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    act_at,
    act_numbers,
    batch_at,
    case_facts,
    target_at,
    threat_numbers,
)
from scenario.engine.compiled.sanctions import denial
from scenario.engine.compiled.world import exponential, lag, lognormal, record

NAN, INF = float("nan"), float("inf")


@inner
def make_act(w: Any) -> None:
    """Set the supplier's side up; deliveries begin with the first step."""
    facts, act, numbers = case_facts(w.facts_case, 0), act_at(w.act, 0), act_numbers(w.numbers_act, 0)
    act.contract = INF if facts.act_kind == codes.ONGOING else numbers.contract
    act.stock = numbers.stock
    act.second_act_day = act.first_day_after = NAN
    step(w, codes.S_ACT, 0, 0, 0, 0)
    if w.is_other_class:
        until(w, w.shipment, facts.place_batch, codes.T_OTHER_CLASS, 0, 0, 0, 0, 0.0)


@inner
def is_under_way(w: Any) -> bool:
    """Return whether deliveries of the alleged class are going on, or agreed, in this world."""
    day = act_at(w.act, 0).second_act_day
    return w.is_true or day == day


@inner
def is_first_shipment_pending(w: Any) -> bool:
    """Return whether the act is agreed and nothing has left yet."""
    return is_under_way(w) and act_at(w.act, 0).n_batches == 0


@inner
def left_by(w: Any, time: float) -> bool:
    """Return whether a batch of the alleged class had left by a time."""
    return act_at(w.act, 0).n_batches > 0 and batch_at(w.batch, 0).time <= time


@inner
def pace_changed(w: Any) -> None:
    """Take a new policy or threat into account, unless the act itself is what is going on."""
    if not act_at(w.act, 0).is_active:
        step(w, codes.I_ACT, 0, 0, 0, 0)


@inner
def escalate(w: Any, cause: int) -> None:
    """Raise the contract; in a world without deliveries, start them (a second act)."""
    act = act_at(w.act, 0)
    if not act.is_escalated:
        act.contract *= act_numbers(w.numbers_act, 0).escalation_contract
        act.is_escalated = True
        if act.stop_reason == codes.W_CONTRACT:
            act.stop_reason = codes.NOT_STOPPED
    if not is_under_way(w):
        act.second_act_day = w.now
        act.last = record(w, codes.SECOND_ACT, codes.TARGET, codes.NOBODY, cause, 0.0)
    if not act.is_awake:
        act.is_awake = True
        ring(w, w.now, case_facts(w.facts_case, 0).place_act, codes.T_WAKE, act.wake, 0, 0, 0, 0.0)


@inner
def stop(w: Any, reason: int, cause: int) -> None:
    """End the flow for good, unless it has ended already."""
    act = act_at(w.act, 0)
    if is_under_way(w) and act.stop_reason == codes.NOT_STOPPED:
        act.stop_reason = reason
        record(w, codes.FLOW_STOPPED, codes.TARGET, reason, cause, 0.0)
        pace_changed(w)


@inner
def destroy(w: Any, share: float, cause: int) -> None:
    """Lose a share of what is not shipped and of what is not used; end the flow if little is left."""
    if not is_under_way(w):
        return
    act = act_at(w.act, 0)
    for i in range(act.n_batches):
        batch = batch_at(w.batch, i)
        if not batch.is_used:
            batch.quantity *= 1.0 - share
    left = min(act.contract, act.stock) - act.shipped
    act.stock = act.shipped + left * (1.0 - share)
    if act.stock - act.shipped < 0.5 * act_numbers(w.numbers_act, 0).batch_size:
        stop(w, codes.W_DENIAL, cause)


# ---- the process ---------------------------------------------------------------------------------------


@inner
def start_deliveries(w: Any) -> None:
    """Record what left before as_of, then go on batch after batch."""
    act = act_at(w.act, 0)
    act.is_active = True
    if w.is_true and not w.is_planned:
        _ship(w, 0, w.shipment)
        act.number = 1
    _deliver(w)
    act.is_active = False


@inner
def batch_due(w: Any, clock: int) -> None:
    """Let the running clock end with a batch, unless it was stopped meanwhile."""
    act = act_at(w.act, 0)
    if act.state == codes.RUNNING and act.clock == clock:
        act.is_active = True
        _ship_next(w)
        _deliver(w)
        act.is_active = False


@inner
def wake(w: Any, signal: int) -> None:
    """Begin deliveries, or begin them again."""
    act = act_at(w.act, 0)
    if act.state == codes.SLEEPING and act.wake == signal:
        act.is_active = True
        _deliver(w)
        act.is_active = False


@inner
def interrupt_deliveries(w: Any) -> None:
    """Rescale what is left of the running clock, or look again whether there is something to deliver."""
    act = act_at(w.act, 0)
    act.is_active = True
    if act.state == codes.RUNNING:
        act.left = rules.time_left(act.left, w.now - act.started, act.rate)
        if _run_clock(w):
            _ship_next(w)
            _deliver(w)
    else:
        _deliver(w)
    act.is_active = False


@inner
def _deliver(w: Any) -> None:
    """Ship batch after batch while policy, contract and stock allow, until there is something to wait for."""
    act, facts, numbers = act_at(w.act, 0), case_facts(w.facts_case, 0), act_numbers(w.numbers_act, 0)
    while w.error == codes.NO_ERROR:
        if not is_under_way(w) or act.stop_reason != codes.NOT_STOPPED:
            act.state, act.wake, act.is_awake = codes.SLEEPING, act.wake + 1, False
            return
        if act.number == 0 and w.is_true:
            act.left = w.first_shipment_clock
        else:
            act.left = exponential(w, facts.key_batch_gap, act.number, numbers.batch_gap_days)
        if not _run_clock(w):
            return
        _ship_next(w)


@inner
def _run_clock(w: Any) -> bool:
    """Let the clock run down at the present rate; return whether it has nothing left to run."""
    act = act_at(w.act, 0)
    if not (act.left > 0.0 and act.stop_reason == codes.NOT_STOPPED):
        return True
    act.state, act.rate, act.started, act.clock = codes.RUNNING, _rate(w), w.now, act.clock + 1
    if act.rate > 0.0:
        place = case_facts(w.facts_case, 0).place_act
        wait(w, act.left / act.rate, place, codes.T_BATCH, act.clock, 0, 0, 0, 0.0)
    return False


@inner
def _rate(w: Any) -> float:
    """Return the pace of deliveries relative to an undeterred, persisting target."""
    target, deterrence = target_at(w.target, 0), 1.0
    if is_first_shipment_pending(w):
        weight = threat_numbers(w.numbers_threat, 0).deterrence
        deterrence = rules.deterred_hazard(weight, target.credibility, target.threat)
    return rules.delivery_rate(target.policy, act_numbers(w.numbers_act, 0).escalation_rate, deterrence)


@inner
def _ship_next(w: Any) -> None:
    """Let the next batch leave now, unless the flow has ended."""
    act = act_at(w.act, 0)
    if act.stop_reason == codes.NOT_STOPPED:
        _ship(w, act.number, w.now)
        act.number += 1


@inner
def _ship(w: Any, number: int, time: float) -> None:
    """Let one batch leave; batches before as_of are recorded at t = 0."""
    act, facts, numbers = act_at(w.act, 0), case_facts(w.facts_case, 0), act_numbers(w.numbers_act, 0)
    if act.n_batches >= w.size_batch:
        fail(w, codes.E_FULL, 0, 0, 0.0)
        return
    limit = min(act.contract, act.stock)
    room = limit - act.shipped
    size = lognormal(w, facts.key_batch_size, number, numbers.batch_size, numbers.batch_sigma)
    place = act.n_batches
    batch = batch_at(w.batch, place)
    batch.quantity, batch.time, batch.is_used = room if room < size else size, time, False
    act.n_batches += 1
    act.shipped = act.shipped + size if size < room else limit
    event = record(w, codes.SHIPPED, codes.TARGET, facts.unit_word, act.last, batch.quantity)
    act.last = event
    if time > 0.0 and act.first_day_after != act.first_day_after:
        act.first_day_after = time
    usable = time + lag(w, facts.key_batch_usable, number, numbers.usable_median, numbers.usable_sigma)
    until(w, usable, facts.place_batch, codes.T_USABLE, place, number, 0, event, usable)
    _end_if_complete(w, event)


@inner
def _end_if_complete(w: Any, cause: int) -> None:
    """End the flow when the contract or the stock is used up."""
    act = act_at(w.act, 0)
    if act.shipped >= act.stock:
        stop(w, codes.W_STOCK, cause)
    elif act.shipped >= act.contract or case_facts(w.facts_case, 0).act_kind == codes.ONE_SHOT:
        record(w, codes.CONTRACT_COMPLETED, codes.TARGET, codes.NOBODY, cause, act.shipped)
        stop(w, codes.W_CONTRACT, cause)


@inner
def make_usable(w: Any, place: int, number: int, cause: int, usable: float) -> None:
    """Record that a batch can be used, and schedule its use."""
    facts, numbers, batch = (
        case_facts(w.facts_case, 0),
        act_numbers(w.numbers_act, 0),
        batch_at(w.batch, place),
    )
    act_at(w.act, 0).usable += batch.quantity
    event = record(w, codes.USABLE, codes.RECIPIENT, codes.NOBODY, cause, batch.quantity)
    used = usable + lag(w, facts.key_batch_used, number, numbers.used_median, numbers.used_sigma)
    until(w, used, facts.place_batch, codes.T_USE, place, 0, 0, event, 0.0)


@inner
def use(w: Any, place: int, cause: int) -> None:
    """Use a batch, net of what aid to the victim denies at that time."""
    batch = batch_at(w.batch, place)
    batch.is_used = True
    quantity = batch.quantity * (1.0 - denial(w))
    act_at(w.act, 0).used += quantity
    record(w, codes.USED, codes.RECIPIENT, codes.NOBODY, cause, quantity)


@inner
def undeterred_quantity(w: Any) -> float:
    """Return what would have left by the horizon without pause, deterrence, escalation or strike (same luck)."""
    if not w.is_true:
        return 0.0
    facts, numbers = case_facts(w.facts_case, 0), act_numbers(w.numbers_act, 0)
    limit = numbers.stock
    if facts.act_kind != codes.ONGOING:
        limit = min(numbers.contract, numbers.stock)
    time, number, total = w.shipment, 0, 0.0
    while time < facts.horizon and total < limit:
        size = lognormal(w, facts.key_batch_size, number, numbers.batch_size, numbers.batch_sigma)
        total = min(total + size, limit)
        if facts.act_kind == codes.ONE_SHOT:
            break
        number += 1
        time = max(time, 0.0) + exponential(w, facts.key_batch_gap, number, numbers.batch_gap_days)
    return total
