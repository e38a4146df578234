"""Who waits for whose answer: the signal of a sender's news, and those who wait for the first of several.

A signal lives from one answer to the next. Signals and waits get their numbers from one counter, so a wait
belongs to a signal if it began while that signal lived (see reference.senders and SimPy's AnyOf).
"""

from __future__ import annotations

from typing import Any

from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import meet, ring, until
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    N_LEVELS,
    case_facts,
    flag_at,
    level_at,
    sender_at,
    sender_facts,
    whole_at,
)


@inner
def answer(w: Any, s: int, level: int, what: int) -> None:
    """Set a sender's answer at a level (ready, adopted, declined) and tell those who wait."""
    level_at(w.level, s * N_LEVELS + level).answer = what
    announce_answer(w, s)


@inner
def announce_answer(w: Any, s: int) -> None:
    """Wake those who wait for this sender now; who waits from here on waits for its next news."""
    me = sender_at(w.sender, s)
    w.moment += 1
    place = sender_facts(w.facts_senders, s).place_response
    ring(w, w.now, place, codes.T_NEWS, s, me.news_since, w.moment, 0, 0.0)
    me.news_since = w.moment


@inner
def is_resolved(w: Any, s: int, level: int) -> bool:
    """Return whether partners need not wait for this sender any more."""
    return (
        sender_at(w.sender, s).is_closed or level_at(w.level, s * N_LEVELS + level).answer != codes.NO_ANSWER
    )


@inner
def set_timer(w: Any, s: int, level: int, time: float) -> None:
    """Set the timer of a response."""
    mine = level_at(w.level, s * N_LEVELS + level)
    mine.timer += 1
    place = sender_facts(w.facts_senders, s).place_response
    until(w, time, place, codes.T_TIMER, s, level, mine.timer, 0, 0.0)


@inner
def wait_for_first(w: Any, s: int, level: int, only_unresolved: bool) -> None:
    """Wait for the timer or the news of the partners, whatever comes first."""
    facts, mine = sender_facts(w.facts_senders, s), level_at(w.level, s * N_LEVELS + level)
    n_edges = case_facts(w.facts_case, 0).n_wait_edges
    for edge in range(facts.first_wait, facts.first_wait + facts.n_waits):
        partner = whole_at(w.facts_wait, edge).x
        flag_at(w.awaited, level * n_edges + edge).x = not (
            only_unresolved and is_resolved(w, partner, level)
        )
    w.moment += 1
    mine.condition, mine.has_triggered = w.moment, False
    w.n_waiting += 1


@inner
def timer_rang(w: Any, s: int, level: int, timer: int) -> None:
    """Let a response go on whose timer has run out while it waited for that timer."""
    mine = level_at(w.level, s * N_LEVELS + level)
    if mine.timer == timer:
        _trigger(w, s, level)


@inner
def news_came(w: Any, partner: int, since: int, until_moment: int) -> None:
    """Let those go on who waited for this signal of a partner, in the order in which they began to wait."""
    last, n_levels = since, case_facts(w.facts_case, 0).n_senders * N_LEVELS
    while w.n_waiting > 0:
        found, first = -1, until_moment
        for i in range(n_levels):
            mine = level_at(w.level, i)
            if last < mine.condition < first and not mine.has_triggered and _awaits(w, i, partner):
                found, first = i, mine.condition
        if found < 0:
            return
        last = first
        _trigger(w, found // N_LEVELS, found % N_LEVELS)


@inner
def _awaits(w: Any, i: int, partner: int) -> bool:
    """Return whether the response i waits for a partner's news."""
    facts, level = sender_facts(w.facts_senders, i // N_LEVELS), i % N_LEVELS
    n_edges = case_facts(w.facts_case, 0).n_wait_edges
    for edge in range(facts.first_wait, facts.first_wait + facts.n_waits):
        if whole_at(w.facts_wait, edge).x == partner and flag_at(w.awaited, level * n_edges + edge).x:
            return True
    return False


@inner
def _trigger(w: Any, s: int, level: int) -> None:
    """Meet the condition that a response waits for, once."""
    mine = level_at(w.level, s * N_LEVELS + level)
    if mine.condition > 0 and not mine.has_triggered:
        mine.has_triggered = True
        w.n_waiting -= 1
        meet(w, s, level, mine.condition)
