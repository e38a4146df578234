"""Source channels: when they report, what they say, and who hears it when (see reference.channels)."""

from __future__ import annotations

from typing import Any

from scenario.draws import inverse
from scenario.draws.philox import uniform_pair_at
from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import (
    count_event,
    fail,
    has_step,
    is_delay,
    is_due_first,
    next_rank,
    put,
    step,
    take_slot,
    wait,
)
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    arrival_at,
    case_facts,
    channel_at,
    channel_facts,
    channel_numbers,
    flight_at,
    group_at,
    hearing_at,
    hearing_facts,
    sender_numbers,
    task_at,
    whole_at,
)
from scenario.engine.compiled.senders import receive
from scenario.engine.compiled.world import bernoulli, record
from scenario.engine.trajectory import NO_CAUSE


@inner
def make_channel(w: Any, c: int) -> None:
    """Set a channel up: whether it sees the act at all, and so how often its reports support."""
    facts, numbers = channel_facts(w.facts_channels, c), channel_numbers(w.numbers_channels, c)
    if not is_delay(numbers.opening_days):
        fail(w, codes.E_OPENING, c, 0, numbers.opening_days)
    sees = w.is_true and bernoulli(w, facts.key_access, 0, numbers.access)
    channel_at(w.channel, c).support = numbers.support_if_true if sees else numbers.support_if_false
    step(w, codes.S_CHANNEL, c, 0, 0, 0)


@inner
def opening_date(w: Any, kind: int) -> float:
    """Return the as-if date a channel's opening hangs on, the same whether the allegation is true or false."""
    if kind == codes.OPENS_SHIPMENT:
        return w.shipment
    return w.use if kind == codes.OPENS_USE else 0.0


@inner
def first_shipment_channel_opens(w: Any) -> float:
    """Return when the first shipment-dated channel opens (as-if date), or infinity where none exists."""
    days = float("inf")
    for c in range(case_facts(w.facts_case, 0).n_channels):
        if channel_facts(w.facts_channels, c).opens == codes.OPENS_SHIPMENT:
            days = min(days, channel_numbers(w.numbers_channels, c).opening_days)
    return w.shipment + days


@inner
def start_channel(w: Any, c: int) -> None:
    """Wait for the channel to open."""
    facts = channel_facts(w.facts_channels, c)
    opening = opening_date(w, facts.opens) + channel_numbers(w.numbers_channels, c).opening_days
    wait(w, 0.0 if opening <= 0.0 else opening, facts.place, codes.T_CHANNEL_OPENS, c, 0, 0, 0, 0.0)


@inner
def await_report(w: Any, c: int) -> None:
    """Wait for the next report."""
    facts, numbers = channel_facts(w.facts_channels, c), channel_numbers(w.numbers_channels, c)
    channel = channel_at(w.channel, c)
    if channel.number % 2 == 0:
        u, channel.next_gap = uniform_pair_at(facts.key_report_gap, channel.number >> 1, w.n, w.m)
    else:
        u = channel.next_gap
    gap = inverse.exponential(u, numbers.gap_days)
    wait(w, gap, facts.place, codes.T_REPORT, c, 0, 0, 0, 0.0)


@inner
def report(w: Any, c: int) -> None:
    """Emit a report and wait for the next, unless the channel is closed."""
    channel = channel_at(w.channel, c)
    if not channel.is_closed:
        _emit(w, c, channel.number)
        channel.number += 1
        await_report(w, c)


@inner
def _emit(w: Any, c: int, number: int) -> None:
    """Say something: repeat the group's last verdict, or report one's own."""
    case, facts, numbers = (
        case_facts(w.facts_case, 0),
        channel_facts(w.facts_channels, c),
        channel_numbers(w.numbers_channels, c),
    )
    group = group_at(w.group, facts.group)
    last = group.last
    u_echo, u_verdict, u_lag = _draw_report(w, c, number)
    is_echo = last != 0 and u_echo < numbers.echo
    supports = u_verdict < channel_at(w.channel, c).support
    verdict = last if is_echo else (1 if supports else -1)
    words = case.word_channels + c, case.word_groups + facts.group
    event = record(w, codes.ITEM, words[0], words[1], NO_CAUSE, float(verdict))
    group.last = verdict
    delay = inverse.lognormal(u_lag, numbers.lag_median, numbers.lag_sigma)
    if not is_delay(delay):
        fail(w, codes.E_LAG, 0, facts.key_report_lag, delay)
        return
    _send(w, c, verdict, last, delay, event)


@inner
def _draw_report(w: Any, c: int, number: int) -> tuple[float, float, float]:
    """Draw the uniform numbers of a report; those of two reports come out of one block."""
    facts, channel = channel_facts(w.facts_channels, c), channel_at(w.channel, c)
    if number % 2:
        return channel.next_echo, channel.next_verdict, channel.next_lag
    u_echo, channel.next_echo = uniform_pair_at(facts.key_echo, number >> 1, w.n, w.m)
    u_verdict, channel.next_verdict = uniform_pair_at(facts.key_verdict, number >> 1, w.n, w.m)
    u_lag, channel.next_lag = uniform_pair_at(facts.key_report_lag, number >> 1, w.n, w.m)
    return u_echo, u_verdict, u_lag


@inner
def _send(w: Any, c: int, verdict: int, last: int, delay: float, event: int) -> None:
    """Bring a report to all who hear its group; a flight holds the arrivals, and only the next one is due."""
    case, numbers = case_facts(w.facts_case, 0), channel_numbers(w.numbers_channels, c)
    group, f, known, ratio = channel_facts(w.facts_channels, c).group, _take_flight(w), float("nan"), 0.0
    if f < 0:
        return
    flight = flight_at(w.flight, f)
    flight.n, flight.next, flight.channel, flight.verdict, flight.cause = 0, 0, c, verdict, event
    for s in range(case.n_senders):
        pair = s * case.n_groups + group
        if not hearing_facts(w.facts_hearing, pair).receives:
            continue
        awareness = sender_numbers(w.numbers_senders, s).awareness
        if awareness != known:
            known, echo = awareness, numbers.echo * awareness
            ratio = rules.item_log_ratio(
                verdict, numbers.support_if_true, numbers.support_if_false, echo, last
            )
        heard = hearing_at(w.hearing, pair)
        time = w.now + delay + sender_numbers(w.numbers_senders, s).delay_days
        if not heard.arrival > time:  # never before an earlier report of the group
            heard.arrival = time
        if heard.arrival < case.horizon and count_event(w):
            rank = next_rank(w, hearing_facts(w.facts_hearing, pair).place)
            _add(w, f, heard.arrival, rank, s, ratio)
    _fly_on(w, f)


@inner
def _take_flight(w: Any) -> int:
    """Return a free flight, or -1 where there is no room."""
    if w.n_free_flights > 0:
        w.n_free_flights -= 1
        return whole_at(w.free_flight, w.n_free_flights).x
    if w.n_flights >= w.size_flight:
        fail(w, codes.E_FULL, 0, 0, 0.0)
        return -1
    w.n_flights += 1
    return w.n_flights - 1


@inner
def _add(w: Any, f: int, time: float, rank: int, s: int, ratio: float) -> None:
    """Put an arrival into its place among those of a flight, soonest first."""
    flight, first = flight_at(w.flight, f), f * case_facts(w.facts_case, 0).n_senders
    i = flight.n
    while i > 0:
        before = arrival_at(w.arrival, first + i - 1)
        if before.time < time or (before.time == time and before.rank < rank):
            break
        here = arrival_at(w.arrival, first + i)
        here.time, here.rank, here.sender, here.log_ratio = (
            before.time,
            before.rank,
            before.sender,
            before.log_ratio,
        )
        i -= 1
    found = arrival_at(w.arrival, first + i)
    found.time, found.rank, found.sender, found.log_ratio = time, rank, s, ratio
    flight.n += 1


@inner
def _fly_on(w: Any, f: int) -> None:
    """Make the next arrival of a flight due; one without any is free again."""
    flight = flight_at(w.flight, f)
    if flight.next == flight.n:
        whole_at(w.free_flight, w.n_free_flights).x = f
        w.n_free_flights += 1
        return
    slot = take_slot(w)
    if slot >= 0:
        due = task_at(w.task, slot)
        due.task, due.a = codes.T_ARRIVAL, f
        coming = arrival_at(w.arrival, f * case_facts(w.facts_case, 0).n_senders + flight.next)
        put(w, coming.time, coming.rank, slot)


@inner
def arrive(w: Any, f: int) -> None:
    """Let those who hear a report take it in, one after the other until something else is due before the next."""
    flight, first = flight_at(w.flight, f), f * case_facts(w.facts_case, 0).n_senders
    while True:
        here = arrival_at(w.arrival, first + flight.next)
        w.now = here.time
        flight.next += 1
        receive(w, here.sender, flight.channel, flight.verdict, here.log_ratio, flight.cause)
        if flight.next == flight.n or w.error != codes.NO_ERROR or has_step(w):
            break
        coming = arrival_at(w.arrival, first + flight.next)
        if not is_due_first(w, coming.time, coming.rank):
            break
    _fly_on(w, f)
