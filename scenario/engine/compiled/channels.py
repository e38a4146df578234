"""Source channels: when they report, what they say, and how a report reaches those who listen (see reference.channels)."""

from __future__ import annotations

from typing import Any

from scenario.draws import inverse
from scenario.draws.philox import uniform_pair_at
from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import fail, is_delay, step, until, wait
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    case_facts,
    channel_at,
    channel_facts,
    channel_numbers,
    group_at,
    hearing_at,
    hearing_facts,
    sender_numbers,
)
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
    known, ratio = float("nan"), 0.0
    for s in range(case.n_senders):
        if hearing_facts(w.facts_hearing, s * case.n_groups + facts.group).receives:
            awareness = sender_numbers(w.numbers_senders, s).awareness
            if awareness != known:
                known = awareness
                echo = numbers.echo * awareness
                ratio = rules.item_log_ratio(
                    verdict, numbers.support_if_true, numbers.support_if_false, echo, last
                )
            _send(w, s, c, verdict, ratio, delay, event)


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
def _send(w: Any, s: int, c: int, verdict: int, ratio: float, delay: float, event: int) -> None:
    """Bring a report to one sender, never before an earlier report of the group."""
    case = case_facts(w.facts_case, 0)
    pair = s * case.n_groups + channel_facts(w.facts_channels, c).group
    heard = hearing_at(w.hearing, pair)
    arrival = w.now + delay + sender_numbers(w.numbers_senders, s).delay_days
    if heard.arrival > arrival:
        arrival = heard.arrival
    heard.arrival = arrival
    if arrival < case.horizon:
        until(
            w,
            arrival,
            hearing_facts(w.facts_hearing, pair).place,
            codes.T_ARRIVAL,
            s,
            c,
            verdict,
            event,
            ratio,
        )
