"""The loop: set a run up, take what is due until the horizon, write its row, and do the same for its twins."""

from __future__ import annotations

from typing import Any

from scenario.draws.compile import compiled
from scenario.engine import twins
from scenario.engine.compiled import codes
from scenario.engine.compiled.act import (
    batch_due,
    interrupt_deliveries,
    make_act,
    make_usable,
    start_deliveries,
    use,
    wake,
)
from scenario.engine.compiled.attribution import cancel_disclosure, disclose, start_disclosure
from scenario.engine.compiled.channels import (
    arrive,
    await_report,
    first_shipment_channel_opens,
    make_channel,
    report,
    start_channel,
)
from scenario.engine.compiled.clock import fail, next_timed
from scenario.engine.compiled.forums import meeting, procedure_ends, start_route, start_statement, state
from scenario.engine.compiled.guards import lay_guards
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.parts import WholeCompiler
from scenario.engine.compiled.perception import test_warning
from scenario.engine.compiled.records import (
    N_LEVELS,
    case_facts,
    float_at,
    group_at,
    group_facts,
    outcomes_at,
    run_at,
    task_at,
    whole_at,
)
from scenario.engine.compiled.response import (
    decide_response,
    follow,
    go_on,
    note_at_the_end,
    package_ready,
    start_follow,
    start_response,
    start_track,
    take_track,
)
from scenario.engine.compiled.row import write_row
from scenario.engine.compiled.sanctions import enter_force
from scenario.engine.compiled.senders import judge, make_sender
from scenario.engine.compiled.surroundings import (
    await_delivery,
    await_listing,
    deliver,
    list_anyway,
    make_surroundings,
    shock,
    start_shock,
)
from scenario.engine.compiled.target import (
    await_mood,
    cancel_relief,
    change_mood,
    decide,
    make_target,
    relief,
    review,
    start_relief,
    verified,
)
from scenario.engine.compiled.waiting import news_came, timer_rang
from scenario.engine.compiled.world import draw_truth, record
from scenario.engine.preparation import DEPENDS_ON
from scenario.engine.trajectory import KINDS, NO_CAUSE

NAN = float("nan")
MEASURES = sum(1 << KINDS.index(kind) for kind in twins.MEASURES)
WORDS = sum(1 << KINDS.index(kind) for kind in twins.WORDS)
"""Kinds of events of which a twin has none, as bits."""


# ---- one run -------------------------------------------------------------------------------------------


@inner
def simulate_one(w: Any, mode: int, row: int) -> None:
    """Run one replication in one mode and write its row at an address; what went wrong stands in `error`."""
    _lay(w, mode)
    _set_up(w)
    horizon = case_facts(w.facts_case, 0).horizon
    while w.error == codes.NO_ERROR:
        _take_steps(w)
        if w.error != codes.NO_ERROR:
            return
        slot = next_timed(w, horizon)
        if slot < 0:
            break
        due = task_at(w.task, slot)
        _do_timed(w, due.task, due.a, due.b, due.c, due.cause, due.x)
    if w.error == codes.NO_ERROR:
        if w.keeps_guards:
            note_at_the_end(w)
        write_row(w, row)


@inner
def _lay(w: Any, mode: int) -> None:
    """Lay the state anew: zeros, and what does not begin with zero."""
    case = case_facts(w.facts_case, 0)
    for i in range(w.state_words):
        whole_at(w.state, i).x = 0
    w.now = w.domestic_cost = w.alternative = w.peak = w.accumulated = w.last_advance = 0.0
    w.relief_day = w.first_warning_day = NAN
    w.mode, w.gravity = mode, case.gravity
    w.n_events = w.sequence = w.n_logged = w.kinds = w.moment = 0
    w.error = w.executed = w.goes_ahead = w.n_waiting = 0
    w.n_near = w.n_far = w.n_free = w.n_tasks = w.n_flights = w.n_free_flights = 0
    w.step_head = w.step_tail = w.condition_head = w.condition_tail = 0
    w.n_attributions_done = w.n_measures_done = w.n_vetoes_done = w.n_statements_done = 0
    w.n_retaliations_done = w.n_expulsions_done = w.n_listings_done = w.n_warnings_done = 0
    w.has_retracted, w.is_dirty = False, True
    for i in range(case.n_forums * N_LEVELS * case.n_measures):
        whole_at(w.adopted, i).x = -1
    for i in range(case.n_forums * case.n_senders * N_LEVELS):
        float_at(w.planned, i).x = -1.0


@inner
def _set_up(w: Any) -> None:
    """Make everyone in the order of the reference."""
    case = case_facts(w.facts_case, 0)
    draw_truth(w)
    record(w, codes.START, codes.CASE, codes.NOBODY, NO_CAUSE, 1.0 if w.is_true else 0.0)
    make_act(w)
    for g in range(case.n_groups):
        group_at(w.group, g).last = group_facts(w.facts_group, g).last_verdict
    opens = first_shipment_channel_opens(w)
    for s in range(case.n_senders):
        make_sender(w, s, opens)
    make_target(w)
    for c in range(case.n_channels):
        make_channel(w, c)
    make_surroundings(w)
    for s in range(case.n_senders):
        judge(w, s, 0)


@inner
def _take_steps(w: Any) -> None:
    """Do what comes before anything timed: steps, then conditions, until none is left."""
    while w.error == codes.NO_ERROR:
        if w.step_head < w.step_tail:
            due = task_at(w.step, w.step_head)
            w.step_head += 1
            if w.step_head == w.step_tail:
                w.step_head = w.step_tail = 0
            _do_step(w, due.task, due.a, due.b, due.c, due.cause)
        elif w.condition_head < w.condition_tail:
            due = task_at(w.condition, w.condition_head)
            w.condition_head += 1
            if w.condition_head == w.condition_tail:
                w.condition_head = w.condition_tail = 0
            go_on(w, due.a, due.b, due.c)
        else:
            return


@inner
def _do_step(w: Any, task: int, a: int, b: int, c: int, cause: int) -> None:
    """Let a process take its first step, or be interrupted."""
    if task == codes.I_ACT:
        interrupt_deliveries(w)
    elif task == codes.I_DISCLOSURE:
        cancel_disclosure(w, a, b)
    elif task == codes.I_RELIEF:
        cancel_relief(w, a)
    elif task == codes.S_ACT:
        start_deliveries(w)
    elif task == codes.S_CHANNEL:
        start_channel(w, a)
    elif task == codes.S_MOODS:
        await_mood(w)
    elif task == codes.S_REVIEWS:
        review(w)
    elif task == codes.S_SHOCK:
        start_shock(w, a)
    elif task == codes.S_SUPPLY:
        await_delivery(w, a)
    elif task == codes.S_LISTING:
        await_listing(w, a, 0)
    else:
        _do_response_step(w, task, a, b, c, cause)


@inner
def _do_response_step(w: Any, task: int, a: int, b: int, c: int, cause: int) -> None:
    """Let a process of a response take its first step."""
    if task == codes.S_DISCLOSURE:
        start_disclosure(w, a, b, c, cause)
    elif task == codes.S_RESPONSE:
        start_response(w, a, b, cause)
    elif task == codes.S_FOLLOW:
        n_senders = case_facts(w.facts_case, 0).n_senders
        start_follow(w, a // n_senders, a % n_senders, b, c, cause)
    elif task == codes.S_TRACK:
        start_track(w, a, b, cause)
    elif task == codes.S_ROUTE:
        start_route(w, c, a, b, cause)
    elif task == codes.S_STATEMENT:
        start_statement(w, a, b, cause)
    elif task == codes.S_RELIEF:
        start_relief(w, a, cause)
    else:
        fail(w, codes.E_TASK, task, 0, 0.0)


@inner
def _do_timed(w: Any, task: int, a: int, b: int, c: int, cause: int, x: float) -> None:
    """Do what is due now: first what concerns reports and the act, most of all tasks."""
    if task == codes.T_ARRIVAL:
        arrive(w, a)
    elif task == codes.T_REPORT:
        report(w, a)
    elif task == codes.T_CHANNEL_OPENS:
        await_report(w, a)
    elif task == codes.T_BATCH:
        batch_due(w, a)
    elif task == codes.T_USABLE:
        make_usable(w, a, b, cause, x)
    elif task == codes.T_USE:
        use(w, a, cause)
    elif task == codes.T_WAKE:
        wake(w, a)
    elif task == codes.T_OTHER_CLASS:
        record(w, codes.SHIPPED, codes.TARGET, codes.W_ANOTHER_CLASS, NO_CAUSE, 0.0)
    elif task == codes.T_SUPPLY:
        deliver(w, a)
    elif task == codes.T_LISTING:
        list_anyway(w, a, b)
    elif task == codes.T_SHOCK:
        shock(w, a)
    else:
        _do_answer(w, task, a, b, c, cause, x)


@inner
def _do_answer(w: Any, task: int, a: int, b: int, c: int, cause: int, x: float) -> None:
    """Do what is due now: what senders and forums do."""
    if task == codes.T_NEWS:
        news_came(w, a, b, c)
    elif task == codes.T_TIMER:
        timer_rang(w, a, b, c)
    elif task == codes.T_DISCLOSE:
        disclose(w, a, b, cause)
    elif task == codes.T_HELD:
        decide_response(w, a, b, cause)
    elif task == codes.T_READY:
        package_ready(w, a, b, cause)
    elif task == codes.T_FOLLOW:
        follow(w, a, b, c, cause)
    elif task == codes.T_TRACK:
        take_track(w, a, b, cause)
    elif task == codes.T_IN_FORCE:
        enter_force(w, a, b, cause)
    elif task == codes.T_PROCEDURE:
        procedure_ends(w, b, a // N_LEVELS, a % N_LEVELS, c, cause)
    elif task == codes.T_MEETING:
        meeting(w, b, a // N_LEVELS, a % N_LEVELS, c, cause)
    elif task == codes.T_STATEMENT:
        state(w, a, b, cause)
    else:
        _do_reaction(w, task, a, cause, x)


@inner
def _do_reaction(w: Any, task: int, a: int, cause: int, x: float) -> None:
    """Do what is due now: what the target does."""
    if task == codes.T_REVIEW:
        review(w)
    elif task == codes.T_REACTION:
        decide(w, record(w, codes.REVIEW, codes.TARGET, a, cause, 0.0))
    elif task == codes.T_MOOD:
        change_mood(w)
    elif task == codes.T_CREDIBILITY:
        test_warning(w, a, x, cause)
    elif task == codes.T_RETALIATION:
        w.n_retaliations_done += 1
        word = case_facts(w.facts_case, 0).word_senders + a
        record(w, codes.RETALIATION, codes.TARGET, word, cause, 0.0)
    elif task == codes.T_VERIFIED:
        verified(w, a, cause)
    elif task == codes.T_RELIEF:
        relief(w, a, cause)
    else:
        fail(w, codes.E_TASK, task, 0, 0.0)


# ---- a run with its twins ------------------------------------------------------------------------------


@inner
def simulate_with_twins(w: Any, row: int) -> None:
    """Run one replication and, where something would be suppressed, its twins (see engine.twins).

    `row` is where the outcomes go; no log is kept but of the run itself.
    """
    simulate_one(w, w.run_mode, row)
    kinds, keeps_log, n_logged = w.kinds, w.keeps_log, w.n_logged
    fact, twin = outcomes_at(row, 0), outcomes_at(w.scratch, 0)
    shipped, net = fact.quantity_shipped, fact.quantity_net
    shipped_words, net_words = shipped, net
    w.keeps_log = False
    if w.run_mode == codes.FACTUAL and kinds & MEASURES and w.error == codes.NO_ERROR:
        simulate_one(w, codes.WORDS_ONLY, w.scratch)
        kinds = w.kinds
        shipped_words, net_words = twin.quantity_shipped, twin.quantity_net
    shipped_silent, net_silent = shipped_words, net_words
    if w.run_mode != codes.SILENT and kinds & WORDS and w.error == codes.NO_ERROR:
        simulate_one(w, codes.SILENT, w.scratch)
        shipped_silent, net_silent = twin.quantity_shipped, twin.quantity_net
    w.keeps_log, w.n_logged = keeps_log, n_logged
    fact.shipped_words, fact.shipped_silent = shipped_words, shipped_silent
    fact.net_words, fact.net_silent = net_words, net_silent
    fact.averted_by_measures, fact.averted_by_words = shipped_words - shipped, shipped_silent - shipped_words
    fact.averted_by_measures_net, fact.averted_by_words_net = net_words - net, net_silent - net_words


@inner
def _read_numbers(w: Any, row: int) -> None:
    """Find the numbers of an outer point in its row."""
    w.numbers_act, w.numbers_belief = row + w.offset_act, row + w.offset_belief
    w.numbers_disclosure, w.numbers_response = row + w.offset_disclosure, row + w.offset_response
    w.numbers_threat, w.numbers_target = row + w.offset_threat, row + w.offset_target
    w.numbers_talks, w.numbers_channels = row + w.offset_talks, row + w.offset_channels
    w.numbers_senders, w.numbers_forums = row + w.offset_senders, row + w.offset_forums
    w.numbers_measures, w.numbers_exposures = row + w.offset_measures, row + w.offset_exposures
    w.numbers_tracks, w.numbers_suppliers = row + w.offset_tracks, row + w.offset_suppliers
    w.numbers_shocks, w.numbers_background = row + w.offset_shocks, row + w.offset_background
    w.numbers_follows, w.numbers_coverage = row + w.offset_follows, row + w.offset_coverage


@compiled("i8(i8, i8, i8)", pipeline=WholeCompiler, depends_on=DEPENDS_ON)
def replicate(head: int, first: int, last: int) -> int:
    """Do the runs at first <= i < last of a list, one row each, until one fails.

    Parameters
    ----------
    head
        Address of a run's head whose tables are laid. It says what is run: run r is outer point
        first_m + r // n_inner (or what the list `points` says there), replication first_n + r % n_inner; r is i, or
        number i of the list `which`.
    first, last
        Places in the list.

    Returns
    -------
    The first place whose run did not finish; last where all did.
    """
    w = run_at(head, 0)
    for i in range(first, last):
        r = i if w.which == 0 else whole_at(w.which, i).x
        place = r // w.n_inner
        w.n, w.m = w.first_n + r % w.n_inner, w.first_m + place
        if w.points != 0:
            w.m = whole_at(w.points, place).x
        _read_numbers(w, w.all_numbers + place * w.point_size)
        if w.keeps_guards:
            w.guard = w.guards + r * w.guard_size
            lay_guards(w, w.guard_size // 16)
        row = w.rows + r * w.row_size
        if w.has_twins:
            simulate_with_twins(w, row)
        else:
            simulate_one(w, w.run_mode, row)
        if w.error != codes.NO_ERROR:
            return i
        if w.keeps_log:
            w.log_used += w.n_logged
            whole_at(w.log_ends, i - w.log_first).x = w.log_used
    return last
