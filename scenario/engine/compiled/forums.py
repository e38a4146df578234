"""Forums: meetings, vetoes, what the Council adopts, and statements that bind nobody (see reference.forums)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import step, until, wait
from scenario.engine.compiled.guards import of_forum, pin
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    N_LEVELS,
    book_at,
    case_facts,
    competence_facts,
    flag_at,
    float_at,
    forum_at,
    forum_facts,
    forum_numbers,
    member_facts,
    package_at,
    sender_at,
    sender_facts,
    whole_at,
)
from scenario.engine.compiled.sanctions import adopt, join
from scenario.engine.compiled.world import bernoulli, lag, record

NONE_YET = -1


@inner
def slot_time(w: Any, f: int, number: int) -> float:
    """Return the time of a forum's meeting."""
    return float_at(w.facts_slot, forum_facts(w.facts_forums, f).first_slot + number).x


@inner
def next_slot(w: Any, f: int, time: float) -> int:
    """Return the number of the first meeting at or after a time."""
    number = 0
    while slot_time(w, f, number) < time:
        number += 1
    return number


@inner
def decides_at(w: Any, f: int, s: int, level: int) -> float:
    """Return when a sender's proposal comes up: as planned where it lies here, else the next meeting."""
    n_senders = case_facts(w.facts_case, 0).n_senders
    planned = float_at(w.planned, (f * n_senders + s) * N_LEVELS + level).x
    return planned if planned > w.now else next_meeting(w, f)


@inner
def next_meeting(w: Any, f: int) -> float:
    """Return the time of the first meeting from now on that is not known to be blocked."""
    number, first = next_slot(w, f, w.now), forum_facts(w.facts_forums, f).first_slot
    while flag_at(w.blocked, first + number).x:
        number += 1
    return slot_time(w, f, number)


# ---- adoption ------------------------------------------------------------------------------------------


@inner
def propose(w: Any, f: int, s: int, level: int, cause: int) -> None:
    """Put a package before a forum. A member state's measures are adopted with those of its union."""
    case = case_facts(w.facts_case, 0)
    if sender_facts(w.facts_senders, s).within < 0:
        step(w, codes.S_ROUTE, s, level, f, cause)
        return
    for k in range(case.n_measures):
        mark = package_at(w.package, (s * N_LEVELS + level) * case.n_measures + k)
        if mark.is_in and competence_facts(w.facts_competence, s * case.n_measures + k).route == f:
            mark.is_pending = True
    forum = forum_at(w.forum, f)
    whole_at(w.pending, f * case.n_senders * N_LEVELS + forum.n_pending).x = s * N_LEVELS + level
    forum.n_pending += 1
    _settle_members(w, f)


@inner
def start_route(w: Any, f: int, s: int, level: int, cause: int) -> None:
    """Try the procedure between meetings where it is quicker, else the next meeting."""
    number = next_slot(w, f, w.now)
    if forum_facts(w.facts_forums, f).has_procedure:
        numbers, key = forum_numbers(w.numbers_forums, f), forum_facts(w.facts_forums, f).key_forum_lag
        delay = lag(w, key, level, numbers.off_calendar_lag_median, numbers.off_calendar_lag_sigma)
        if w.now + delay < slot_time(w, f, number):
            _plan(w, f, s, level, w.now + delay)
            place = sender_facts(w.facts_senders, s).place_route
            wait(w, delay, place, codes.T_PROCEDURE, s * N_LEVELS + level, f, number, cause, 0.0)
            return
    _await_meeting(w, f, s, level, number, cause)


@inner
def _plan(w: Any, f: int, s: int, level: int, time: float) -> None:
    """Note when a proposal comes up."""
    n_senders = case_facts(w.facts_case, 0).n_senders
    float_at(w.planned, (f * n_senders + s) * N_LEVELS + level).x = time


@inner
def _await_meeting(w: Any, f: int, s: int, level: int, number: int, cause: int) -> None:
    """Wait for a meeting."""
    time, place = slot_time(w, f, number), sender_facts(w.facts_senders, s).place_route
    _plan(w, f, s, level, time)
    until(w, time, place, codes.T_MEETING, s * N_LEVELS + level, f, number, cause, 0.0)


@inner
def procedure_ends(w: Any, f: int, s: int, level: int, number: int, cause: int) -> None:
    """Decide between meetings; what fails goes to the next meeting."""
    if not sender_at(w.sender, s).is_closed and _passes(w, f, number, cause):
        _adopt(w, f, s, level, cause)
    else:
        _await_meeting(w, f, s, level, number, cause)


@inner
def meeting(w: Any, f: int, s: int, level: int, number: int, cause: int) -> None:
    """Decide at a meeting; what is blocked comes up at the next."""
    if sender_at(w.sender, s).is_closed:
        return
    if _passes(w, f, number, cause):
        _adopt(w, f, s, level, cause)
    else:
        _await_meeting(w, f, s, level, number + 1, cause)


@inner
def _passes(w: Any, f: int, number: int, cause: int) -> bool:
    """Return whether the members let a decision pass at a meeting (or in the procedure before it)."""
    case, facts = case_facts(w.facts_case, 0), forum_facts(w.facts_forums, f)
    event = record(w, codes.CONSIDERED, case.word_forums + f, codes.NOBODY, cause, float(number))
    v, n_vetoes, first, is_leader_against = _veto_probability(w, f, number), 0, 0, False
    for i in range(facts.n_members):
        if bernoulli(w, member_facts(w.facts_member, facts.first_member + i).key_veto, number, v):
            first = i if n_vetoes == 0 else first
            n_vetoes += 1
            is_leader_against = is_leader_against or i == facts.leader_member
    passes = rules.passes(facts.rule, facts.n_members, n_vetoes, is_leader_against, facts.quorum)
    if not passes:
        blocked = flag_at(w.blocked, facts.first_slot + number)
        w.n_vetoes_done += 0 if blocked.x else 1
        blocked.x = True
        word = case.word_members + facts.first_member + first
        record(w, codes.VETOED, case.word_forums + f, word, event, float(number))
    return passes


@inner
def _veto_probability(w: Any, f: int, number: int) -> float:
    """Return the probability that one member blocks a meeting, in a blockade or not."""
    facts, numbers = forum_facts(w.facts_forums, f), forum_numbers(w.numbers_forums, f)
    is_blockade = slot_time(w, f, number) < facts.blockade_end
    if not is_blockade:
        pin(w, of_forum(w, f))
    return rules.member_veto(numbers.p_blockade if is_blockade else numbers.p_veto, facts.n_members)


@inner
def _adopt(w: Any, f: int, s: int, level: int, cause: int) -> None:
    """Adopt for the union, and with it for the members that asked for the same."""
    n_measures = case_facts(w.facts_case, 0).n_measures
    for k in range(n_measures):
        mark = package_at(w.package, (s * N_LEVELS + level) * n_measures + k)
        route = competence_facts(w.facts_competence, s * n_measures + k).route
        mark.is_chosen = mark.is_in and route == f
    event = adopt(w, s, level, cause)
    for k in range(n_measures):
        mark = package_at(w.package, (s * N_LEVELS + level) * n_measures + k)
        if mark.is_in and competence_facts(w.facts_competence, s * n_measures + k).route == f:
            whole_at(w.adopted, (f * N_LEVELS + level) * n_measures + k).x = event
    _settle_members(w, f)


@inner
def _settle_members(w: Any, f: int) -> None:
    """Adopt what members have asked for as far as their union has adopted it."""
    case, forum = case_facts(w.facts_case, 0), forum_at(w.forum, f)
    start, n_waiting = f * case.n_senders * N_LEVELS, forum.n_pending
    forum.n_pending = 0
    for i in range(n_waiting):
        pair = whole_at(w.pending, start + i).x
        if _settle(w, f, pair // N_LEVELS, pair % N_LEVELS):
            whole_at(w.pending, start + forum.n_pending).x = pair
            forum.n_pending += 1


@inner
def _settle(w: Any, f: int, s: int, level: int) -> bool:
    """Adopt for one member what its union has adopted; return whether something is left."""
    case, is_left, event = case_facts(w.facts_case, 0), False, NONE_YET
    for k in range(case.n_measures):
        mark = package_at(w.package, (s * N_LEVELS + level) * case.n_measures + k)
        if not (mark.is_pending and competence_facts(w.facts_competence, s * case.n_measures + k).route == f):
            continue
        found = _stands(w, f, s, k, level)
        if found == NONE_YET:
            is_left = True
            continue
        mark.is_pending = False
        mark.is_chosen = not sender_at(w.sender, s).is_closed
        event = found if event == NONE_YET else event
    if event != NONE_YET and not sender_at(w.sender, s).is_closed:
        join(w, s, level, event)
    return is_left


@inner
def _stands(w: Any, f: int, s: int, k: int, level: int) -> int:
    """Return the event by which the union has adopted a measure at this level and not lifted it since, or NONE_YET."""
    case, within = case_facts(w.facts_case, 0), sender_facts(w.facts_senders, s).within
    if not book_at(w.book, within * case.n_measures + k).is_adopted:
        return NONE_YET
    return whole_at(w.adopted, (f * N_LEVELS + level) * case.n_measures + k).x


# ---- statements ----------------------------------------------------------------------------------------


@inner
def consider_statement(w: Any, f: int, cause: int) -> None:
    """Start a statement when the rule is met by the members that have attributed, once per gravity level."""
    forum, bit = forum_at(w.forum, f), 1 << w.gravity
    if (
        not forum_facts(w.facts_forums, f).is_binding
        and not forum.stated_levels & bit
        and _members_agree(w, f)
    ):
        forum.stated_levels |= bit
        step(w, codes.S_STATEMENT, f, w.gravity, 0, cause)


@inner
def _members_agree(w: Any, f: int) -> bool:
    """Return whether enough members have attributed the act."""
    facts, n_members, n_named, leads = forum_facts(w.facts_forums, f), 0, 0, False
    for i in range(facts.n_members):
        s = member_facts(w.facts_member, facts.first_member + i).sender
        if s >= 0:
            n_members += 1
            if sender_at(w.sender, s).has_attributed:
                n_named += 1
                leads = leads or i == facts.leader_member
    return rules.speaks(facts.rule, n_members, n_named, leads, facts.quorum)


@inner
def start_statement(w: Any, f: int, level: int, cause: int) -> None:
    """Make a statement after consultation, or at a meeting that comes first."""
    facts, numbers = forum_facts(w.facts_forums, f), forum_numbers(w.numbers_forums, f)
    median, sigma = numbers.off_calendar_lag_median, numbers.off_calendar_lag_sigma
    time, meets = w.now + lag(w, facts.key_forum_lag, level, median, sigma), next_meeting(w, f)
    until(w, meets if meets < time else time, facts.place, codes.T_STATEMENT, f, level, 0, cause, 0.0)


@inner
def state(w: Any, f: int, level: int, cause: int) -> None:
    """Make a statement. It commits nobody."""
    w.n_statements_done += 1
    word = case_facts(w.facts_case, 0).word_forums + f
    record(w, codes.STATEMENT, word, codes.NOBODY, cause, float(level))
