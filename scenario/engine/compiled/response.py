"""From attribution to adoption: hold, take part, draft, wait, announce, adopt (see reference.response)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.act import destroy
from scenario.engine.compiled.clock import step, wait
from scenario.engine.compiled.forums import decides_at, propose
from scenario.engine.compiled.guards import (
    EXECUTE,
    HOLD,
    PARTICIPATES,
    PATIENCE,
    note,
    of_measure,
    of_sender,
    pin,
)
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    N_LEVELS,
    case_facts,
    competence_facts,
    float_at,
    level_at,
    measure_facts,
    measure_numbers,
    package_at,
    pair_facts,
    response_numbers,
    sender_at,
    sender_facts,
    sender_numbers,
    track_facts,
    track_numbers,
    whole_at,
)
from scenario.engine.compiled.sanctions import adopt
from scenario.engine.compiled.senders import inspect
from scenario.engine.compiled.waiting import answer, is_resolved, set_timer, wait_for_first
from scenario.engine.compiled.world import bernoulli, goes_ahead, guarded, lag, record, uniform, working_time


@inner
def respond(w: Any, s: int, level: int, cause: int) -> None:
    """Start the response at a gravity level, once."""
    me, mine = sender_at(w.sender, s), level_at(w.level, s * N_LEVELS + level)
    if not mine.has_response:
        mine.has_response = True
        me.n_responses += 1
        mine.drafting_since = me.found_at if mine.is_attributed else w.now
        step(w, codes.S_RESPONSE, s, level, 0, cause)


@inner
def start_response(w: Any, s: int, level: int, cause: int) -> None:
    """Hold where the policy says so, then decide."""
    hold_days = response_numbers(w.numbers_response, 0).hold_days
    if hold_days > 0.0:
        place = sender_facts(w.facts_senders, s).place_response
        wait(w, hold_days, place, codes.T_HELD, s, level, 0, cause, 0.0)
    else:
        decide_response(w, s, level, cause)


@inner
def decide_response(w: Any, s: int, level: int, cause: int) -> None:
    """Decide whether to take part, and with what; a refusal releases partners."""
    event = _decide(w, s, level, cause)
    if event < 0:
        answer(w, s, level, codes.ANSWER_DECLINED)
    else:
        place = sender_facts(w.facts_senders, s).place_response
        wait(w, _preparation(w, s, level), place, codes.T_READY, s, level, 0, event, 0.0)


@inner
def _decide(w: Any, s: int, level: int, cause: int) -> int:
    """Return the event of taking part with a package, or -1 where case, sender or package say no."""
    facts, numbers = sender_facts(w.facts_senders, s), sender_numbers(w.numbers_senders, s)
    if sender_at(w.sender, s).is_closed or not goes_ahead(w, level, cause):
        return -1
    mine = level_at(w.level, s * N_LEVELS + level)
    guard = of_sender(s, PARTICIPATES)
    if guarded(w, facts.key_participation, level, numbers.participates, guard):
        _draw_package(w, s, level)
    word = case_facts(w.facts_case, 0).word_senders + s
    event = record(w, codes.PARTICIPATION, word, codes.NOBODY, cause, float(mine.n_kinds))
    return event if mine.n_kinds > 0 else -1


@inner
def _draw_package(w: Any, s: int, level: int) -> None:
    """Draw which measures the package holds: the level's template shifts every share."""
    n_measures, mine = case_facts(w.facts_case, 0).n_measures, level_at(w.level, s * N_LEVELS + level)
    shift = _template(w, level)
    mine.forum = codes.NO_ROUTE
    for k in range(n_measures):
        facts = competence_facts(w.facts_competence, s * n_measures + k)
        if not measure_facts(w.facts_measures, k).enabled or facts.route == codes.NO_ROUTE:
            continue
        pin(w, of_measure(w, k))
        share = rules.package_share(measure_numbers(w.numbers_measures, k).share, shift)
        if bernoulli(w, facts.key_content, level, share):
            package_at(w.package, (s * N_LEVELS + level) * n_measures + k).is_in = True
            mine.n_kinds += 1
            if facts.route == codes.NATIONAL_ROUTE:
                mine.has_national = True
            elif mine.forum == codes.NO_ROUTE:
                mine.forum = facts.route


@inner
def _template(w: Any, level: int) -> float:
    """Return the logit shift of the package template of a gravity level."""
    numbers = response_numbers(w.numbers_response, 0)
    if level < 2:
        return numbers.templates_0 if level == 0 else numbers.templates_1
    return numbers.templates_2 if level == 2 else numbers.templates_3


@inner
def _preparation(w: Any, s: int, level: int) -> float:
    """Return days to readiness: what is left of drafting, and consultation beside it where partners are awaited."""
    facts, me, numbers = (
        sender_facts(w.facts_senders, s),
        sender_at(w.sender, s),
        response_numbers(w.numbers_response, 0),
    )
    median, sigma = numbers.draft_exists_median, numbers.draft_exists_sigma
    if me.is_prepared and me.n_responses == 1:  # a prepared package is used once
        median, sigma = numbers.draft_prepared_median, numbers.draft_prepared_sigma
    elif facts.legal_basis == 1:
        median, sigma = numbers.draft_amend_median, numbers.draft_amend_sigma
    elif facts.legal_basis == 2:
        median, sigma = numbers.draft_new_median, numbers.draft_new_sigma
    since = level_at(w.level, s * N_LEVELS + level).drafting_since
    days = max(0.0, since + lag(w, facts.key_draft, level, median, sigma) - w.now)
    if facts.n_waits == 0:
        return days
    is_patient = sender_numbers(w.numbers_senders, s).patience_days > 0.0
    note(w, of_sender(s, PATIENCE), 0.0, is_patient)
    if is_patient:
        key = case_facts(w.facts_case, 0).key_consultation
        days = max(days, lag(w, key, level, numbers.consult_median, numbers.consult_sigma))
    return days


@inner
def package_ready(w: Any, s: int, level: int, cause: int) -> None:
    """Be ready, and wait for partners."""
    if sender_at(w.sender, s).is_closed:
        answer(w, s, level, codes.ANSWER_DECLINED)
        return
    mine = level_at(w.level, s * N_LEVELS + level)
    word = case_facts(w.facts_case, 0).word_senders + s
    mine.cause = record(w, codes.READY, word, codes.NOBODY, cause, 0.0)
    answer(w, s, level, codes.ANSWER_READY)
    mine.ready_at = w.now
    mine.deadline = w.now + sender_numbers(w.numbers_senders, s).patience_days
    if sender_facts(w.facts_senders, s).n_waits == 0:
        _announce(w, s, level)
        return
    set_timer(w, s, level, mine.deadline)
    mine.awaits = codes.AWAITS_PARTNERS
    _await_partners(w, s, level)


@inner
def go_on(w: Any, s: int, level: int, condition: int) -> None:
    """Look again after the timer or a partner's news."""
    mine = level_at(w.level, s * N_LEVELS + level)
    if mine.condition != condition:
        return
    mine.condition = 0
    if mine.awaits == codes.AWAITS_PARTNERS:
        _await_partners(w, s, level)
    else:
        _await_day(w, s, level)


@inner
def _await_partners(w: Any, s: int, level: int) -> None:
    """Wait until every awaited partner is ready or out, or patience runs out."""
    facts, mine, reason = (
        sender_facts(w.facts_senders, s),
        level_at(w.level, s * N_LEVELS + level),
        codes.W_PARTNERS,
    )
    for edge in range(facts.first_wait, facts.first_wait + facts.n_waits):
        if not is_resolved(w, whole_at(w.facts_wait, edge).x, level):
            if w.now < mine.deadline:
                wait_for_first(w, s, level, True)
                return
            reason = codes.W_PATIENCE
    if w.now < mine.deadline:
        note(w, of_sender(s, PATIENCE), w.now - mine.ready_at, True)
    else:
        pin(w, of_sender(s, PATIENCE))
    record(w, codes.RELEASED, case_facts(w.facts_case, 0).word_senders + s, reason, mine.cause, 0.0)
    _announce(w, s, level)


@inner
def note_at_the_end(w: Any) -> None:
    """Note what only the whole run tells: for whom patience was long enough, and whether the hold mattered."""
    case, numbers = case_facts(w.facts_case, 0), response_numbers(w.numbers_response, 0)
    n_begun, has_effect = 0, False
    for level in range(N_LEVELS):
        n_before = n_begun
        for s in range(case.n_senders):
            mine = level_at(w.level, s * N_LEVELS + level)
            n_begun += 1 if mine.has_response else 0
            if mine.condition > 0 and mine.awaits == codes.AWAITS_PARTNERS:
                note(w, of_sender(s, PATIENCE), case.horizon - mine.ready_at, True)
        if n_begun > n_before and guarded(w, case.key_execution, level, numbers.p_execute, EXECUTE):
            has_effect = True
    # Where no level goes ahead, responses are held and declined, and nobody waits for the answer.
    if has_effect or w.n_events + n_begun > case.max_events:
        pin(w, HOLD)


@inner
def _announce(w: Any, s: int, level: int) -> None:
    """Announce the package, hand what only a forum can adopt to that forum, and wait for the joint day."""
    me, mine = sender_at(w.sender, s), level_at(w.level, s * N_LEVELS + level)
    if me.is_closed:
        answer(w, s, level, codes.ANSWER_DECLINED)
        return
    word = case_facts(w.facts_case, 0).word_senders + s
    mine.cause = record(w, codes.ANNOUNCED, word, codes.NOBODY, mine.cause, float(mine.n_kinds))
    if me.announced_day != me.announced_day:
        me.announced_day = w.now
    _submit(w, s, level, mine.cause)
    mine.awaits = codes.AWAITS_DAY
    _await_day(w, s, level)


@inner
def _submit(w: Any, s: int, level: int, cause: int) -> None:
    """Hand what only a forum can adopt to that forum: each forum once, in the order of the package."""
    n_measures = case_facts(w.facts_case, 0).n_measures
    for k in range(n_measures):
        route = competence_facts(w.facts_competence, s * n_measures + k).route
        if route < 0 or not package_at(w.package, (s * N_LEVELS + level) * n_measures + k).is_in:
            continue
        is_first = True
        for j in range(k):
            same = competence_facts(w.facts_competence, s * n_measures + j).route == route
            if same and package_at(w.package, (s * N_LEVELS + level) * n_measures + j).is_in:
                is_first = False
        if is_first:
            propose(w, route, s, level, cause)


@inner
def _await_day(w: Any, s: int, level: int) -> None:
    """Wait for the joint day, then adopt; it moves when a partner acts, drops out, or its meeting is blocked."""
    mine = level_at(w.level, s * N_LEVELS + level)
    if mine.has_national and not sender_at(w.sender, s).is_closed:
        day = working_time(w, _joint_time(w, s, level))
        if not day <= w.now:
            set_timer(w, s, level, day)
            wait_for_first(w, s, level, False)
            return
        _adopt_national(w, s, level)


@inner
def _joint_time(w: Any, s: int, level: int) -> float:
    """Return when to act: with the latest route among oneself and the partners that are ready."""
    facts, own = sender_facts(w.facts_senders, s), route_time(w, s, level)
    latest, is_any = own, False
    for edge in range(facts.first_wait, facts.first_wait + facts.n_waits):
        partner = whole_at(w.facts_wait, edge).x
        if level_at(w.level, partner * N_LEVELS + level).answer == codes.ANSWER_READY:
            theirs = route_time(w, partner, level)
            latest = theirs if not is_any or theirs > latest else latest
            is_any = True
    mine = level_at(w.level, s * N_LEVELS + level)
    if latest > own:
        note(w, of_sender(s, PATIENCE), latest - mine.ready_at, latest <= mine.deadline)
    return rules.joint_time(own, latest, mine.deadline)


@inner
def route_time(w: Any, s: int, level: int) -> float:
    """Return the first moment at which some of this package could be adopted: nationally where it can."""
    mine = level_at(w.level, s * N_LEVELS + level)
    if mine.has_national:
        return working_time(w, w.now)
    return decides_at(w, mine.forum, s, level)


@inner
def _adopt_national(w: Any, s: int, level: int) -> None:
    """Adopt what the sender can adopt alone."""
    n_measures = case_facts(w.facts_case, 0).n_measures
    for k in range(n_measures):
        mark = package_at(w.package, (s * N_LEVELS + level) * n_measures + k)
        route = competence_facts(w.facts_competence, s * n_measures + k).route
        mark.is_chosen = mark.is_in and route == codes.NATIONAL_ROUTE
    adopt(w, s, level, level_at(w.level, s * N_LEVELS + level).cause)


# ---- following, and other tracks -----------------------------------------------------------------------


@inner
def start_follow(w: Any, s: int, leader: int, level: int, number: int, cause: int) -> None:
    """Perhaps follow a leader without a finding of one's own."""
    pair = s * case_facts(w.facts_case, 0).n_senders + leader
    facts, numbers = pair_facts(w.facts_pair, pair), sender_numbers(w.numbers_senders, s)
    if bernoulli(w, facts.key_follow, number, float_at(w.numbers_follows, pair).x):
        delay = lag(w, facts.key_follow_lag, number, numbers.follow_median, numbers.follow_sigma)
        place = sender_facts(w.facts_senders, s).place_follow
        wait(w, delay, place, codes.T_FOLLOW, s, leader, level, cause, 0.0)


@inner
def follow(w: Any, s: int, leader: int, level: int, cause: int) -> None:
    """Follow, unless there is a response already or the file is closed."""
    if not level_at(w.level, s * N_LEVELS + level).has_response and not sender_at(w.sender, s).is_closed:
        word = case_facts(w.facts_case, 0).word_senders
        respond(w, s, level, record(w, codes.FOLLOW, word + s, word + leader, cause, 0.0))


@inner
def start_track(w: Any, t: int, level: int, cause: int) -> None:
    """Perhaps expel, strike or inspect, after a lag."""
    facts, numbers = track_facts(w.facts_tracks, t), track_numbers(w.numbers_tracks, t)
    if bernoulli(w, facts.key_track, level, numbers.probability):
        delay = lag(w, facts.key_track_lag, level, numbers.lag_median, numbers.lag_sigma)
        wait(w, delay, facts.place, codes.T_TRACK, t, level, 0, cause, 0.0)


@inner
def take_track(w: Any, t: int, level: int, cause: int) -> None:
    """Expel, strike or inspect."""
    case, facts, numbers = (
        case_facts(w.facts_case, 0),
        track_facts(w.facts_tracks, t),
        track_numbers(w.numbers_tracks, t),
    )
    actor, subject = case.word_senders + facts.sender, case.word_tracks + t
    if facts.kind == codes.EXPULSION_TRACK:
        w.n_expulsions_done += 1
        record(w, codes.EXPULSION, actor, subject, cause, 0.0)
    elif facts.kind == codes.STRIKE_TRACK:
        destroy(w, numbers.effect, record(w, codes.STRIKE, actor, subject, cause, numbers.effect))
    else:
        _inspect(w, t, level, cause)


@inner
def _inspect(w: Any, t: int, level: int, cause: int) -> None:
    """Publish a verdict of known accuracy; every sender takes it in."""
    case, facts = case_facts(w.facts_case, 0), track_facts(w.facts_tracks, t)
    accuracy = track_numbers(w.numbers_tracks, t).effect
    supports = uniform(w, facts.key_track_verdict, level) < (accuracy if w.is_true else 1.0 - accuracy)
    sign = 1 if supports else -1
    words = case.word_senders + facts.sender, case.word_tracks + t
    event = record(w, codes.INSPECTION, words[0], words[1], cause, float(sign))
    ratio = rules.item_log_ratio(sign, accuracy, 1.0 - accuracy, 0.0, 0)
    for s in range(case.n_senders):
        inspect(w, s, ratio, event)
