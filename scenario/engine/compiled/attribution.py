"""What a government does with a finding: prepared, slow or never, and the attribution (see reference.senders)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import step, until
from scenario.engine.compiled.forums import consider_statement
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.perception import named
from scenario.engine.compiled.records import (
    N_LEVELS,
    case_facts,
    channel_at,
    disclosure_numbers,
    level_at,
    pair_facts,
    sender_at,
    sender_facts,
    sender_numbers,
    track_facts,
)
from scenario.engine.compiled.response import respond
from scenario.engine.compiled.senders import hear
from scenario.engine.compiled.waiting import answer
from scenario.engine.compiled.world import bernoulli, lag, record, uniform, working_time


@inner
def start_disclosure(w: Any, s: int, level: int, number: int, cause: int) -> None:
    """Choose prepared, slow or never, and wait."""
    facts, me, weights = (
        sender_facts(w.facts_senders, s),
        sender_at(w.sender, s),
        disclosure_numbers(w.numbers_disclosure, 0),
    )
    word = case_facts(w.facts_case, 0).word_senders + s
    ahead = facts.anchor - w.now
    has_anchor = 0.0 <= ahead <= weights.anchor_window_days
    u = uniform(w, facts.key_disclosure_kind, level)
    choice = rules.disclosure_choice(u, _prepared_utility(w, s, has_anchor), _never_utility(w, s))
    if choice == rules.NEVER:
        record(w, codes.DISCLOSURE, word, codes.W_PREPARED + rules.NEVER, cause, 0.0)
        answer(w, s, level, codes.ANSWER_DECLINED)
        me.is_disclosing = False
        return
    median, sigma = weights.slow_lag_median, weights.slow_lag_sigma
    if choice == rules.PREPARED:
        median, sigma = weights.prepared_lag_median, weights.prepared_lag_sigma
    delay = lag(w, facts.key_disclosure_lag, level, median, sigma)
    if choice == rules.PREPARED and has_anchor:
        delay = ahead
    due = working_time(w, w.now + delay)
    me.disclosure_cause = record(w, codes.DISCLOSURE, word, codes.W_PREPARED + choice, cause, due - w.now)
    until(w, due, facts.place_disclosure, codes.T_DISCLOSE, s, number, 0, me.disclosure_cause, 0.0)


@inner
def _prepared_utility(w: Any, s: int, has_anchor: bool) -> float:
    """Return the utility of a prepared disclosure over a slow one."""
    v, me = disclosure_numbers(w.numbers_disclosure, 0), sender_at(w.sender, s)
    is_leaked, risk = case_facts(w.facts_case, 0).is_leaked, sender_numbers(w.numbers_senders, s).source_risk
    return rules.prepared_utility(
        v.prepared,
        v.will,
        me.will,
        v.package,
        me.is_prepared,
        v.leaked,
        is_leaked,
        v.anchor,
        has_anchor,
        v.source_risk,
        risk,
    )


@inner
def _never_utility(w: Any, s: int) -> float:
    """Return the utility of never disclosing over doing it slowly."""
    v, numbers = disclosure_numbers(w.numbers_disclosure, 0), sender_numbers(w.numbers_senders, s)
    will = sender_at(w.sender, s).will
    return rules.never_utility(
        v.never, v.will, will, v.relation, numbers.relation, v.source_risk, numbers.source_risk
    )


@inner
def disclose(w: Any, s: int, number: int, cause: int) -> None:
    """Attribute when the time has come, unless a dismissal has cancelled it."""
    me = sender_at(w.sender, s)
    if me.is_disclosing and me.disclosure == number:
        me.is_attributing = True
        _attribute(w, s, w.gravity, cause)
        me.is_attributing = False
        me.is_disclosing = False


@inner
def cancel_disclosure(w: Any, s: int, number: int) -> None:
    """End a disclosure that is under way."""
    me = sender_at(w.sender, s)
    if me.disclosure == number:
        me.is_disclosing = False


@inner
def _attribute(w: Any, s: int, level: int, cause: int) -> None:
    """Name the act in public: others hear it, the target feels it, a response may follow."""
    case, me = case_facts(w.facts_case, 0), sender_at(w.sender, s)
    number = me.n_attributions
    me.n_attributions += 1
    level_at(w.level, s * N_LEVELS + level).is_attributed = True
    me.has_attributed = True
    if w.mode == codes.SILENT:
        return
    event = record(w, codes.ATTRIBUTION, case.word_senders + s, codes.NOBODY, cause, float(level))
    w.n_attributions_done += 1
    if me.attributed_day != me.attributed_day:
        me.attributed_day = w.now
    _expose_source(w, s, number, event)
    named(w, s, number, event)
    for f in range(case.n_forums):
        consider_statement(w, f, event)
    if w.mode == codes.FACTUAL:
        _act_on(w, s, level, number, event)
    for other in range(case.n_senders):
        if other != s:
            hear(w, other, s, event)


@inner
def _expose_source(w: Any, s: int, number: int, cause: int) -> None:
    """Perhaps lose the channel that the finding came from: its later reports never come."""
    facts = sender_facts(w.facts_senders, s)
    if facts.burns < 0 or channel_at(w.channel, facts.burns).is_closed:
        return
    if bernoulli(w, facts.key_exposed, number, sender_numbers(w.numbers_senders, s).source_risk):
        channel_at(w.channel, facts.burns).is_closed = True
        word = case_facts(w.facts_case, 0).word_channels + facts.burns
        record(w, codes.SOURCE_CLOSED, word, codes.NOBODY, cause, 0.0)


@inner
def _act_on(w: Any, s: int, level: int, number: int, cause: int) -> None:
    """Start the linked action: one's own response, other tracks, and those who follow."""
    case = case_facts(w.facts_case, 0)
    respond(w, s, level, cause)
    for t in range(case.n_tracks):
        facts = track_facts(w.facts_tracks, t)
        if facts.sender == s and level >= facts.min_gravity:
            step(w, codes.S_TRACK, t, level, 0, cause)
    for other in range(case.n_senders):
        follows = pair_facts(w.facts_pair, other * case.n_senders + s).follows
        if follows and not level_at(w.level, other * N_LEVELS + level).has_response:
            step(w, codes.S_FOLLOW, other * case.n_senders + s, level, number, cause)
