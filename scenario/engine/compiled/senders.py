"""A sender: what it believes, when it warns, finds and dismisses (see reference.senders)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import step
from scenario.engine.compiled.guards import PREPARED, SPECIFICITY, TINY, note, of_sender, would_note
from scenario.engine.compiled.memory import inlined, inner
from scenario.engine.compiled.perception import warned
from scenario.engine.compiled.records import (
    N_BARS,
    N_KNOWN,
    N_LEVELS,
    act_numbers,
    bar_at,
    belief_numbers,
    case_facts,
    channel_facts,
    channel_numbers,
    disclosure_numbers,
    flag_at,
    group_facts,
    hearing_at,
    hearing_facts,
    items_at,
    known_at,
    level_at,
    sender_at,
    sender_facts,
    sender_numbers,
)
from scenario.engine.compiled.sanctions import lift
from scenario.engine.compiled.waiting import announce_answer
from scenario.engine.compiled.world import guarded, normal, record

NAN, INF = float("nan"), float("inf")
WARN, ATTRIBUTE, DISMISS, EARLY = range(4)


@inner
def make_sender(w: Any, s: int, first_shipment_channel: float) -> None:
    """Draw what a sender brings into the run, and set it up."""
    case, facts, me = case_facts(w.facts_case, 0), sender_facts(w.facts_senders, s), sender_at(w.sender, s)
    numbers, belief = sender_numbers(w.numbers_senders, s), belief_numbers(w.numbers_belief, 0)
    me.will = _draw_will(w, s)
    me.is_prepared = guarded(w, facts.key_prepared, 0, numbers.prepared, of_sender(s, PREPARED))
    p_start = belief.p_start if case.has_p_start else act_numbers(w.numbers_act, 0).p_true
    me.start = rules.logit(p_start) + _draw_signal(w, s)
    me.log_odds = me.start
    _bracket(w, s, WARN, numbers.bars_warn)
    _bracket(w, s, ATTRIBUTE, numbers.bars_attribute)
    _bracket(w, s, DISMISS, numbers.bars_dismiss)
    _bracket(w, s, EARLY, numbers.bars_early)
    for g in range(case.n_groups):
        heard = hearing_at(w.hearing, s * case.n_groups + g)
        if hearing_facts(w.facts_hearing, s * case.n_groups + g).receives:
            heard.verdict = group_facts(w.facts_group, g).last_verdict
    me.has_new_item = case.finding_exists
    me.early_until = first_shipment_channel if facts.has_early else -INF
    me.is_armed = True
    me.finding = -1
    me.last_warning = -INF
    me.finding_day = me.dismissal_day = me.attributed_day = NAN
    me.announced_day = me.adopted_day = me.in_force_day = NAN


# ---- belief --------------------------------------------------------------------------------------------


@inner
def _draw_signal(w: Any, s: int) -> float:
    """Draw what this sender knows privately at as_of; partners share part of it."""
    facts, correlation = sender_facts(w.facts_senders, s), 0.0
    if facts.is_partner:
        correlation = belief_numbers(w.numbers_belief, 0).partner_correlation
    common = normal(w, case_facts(w.facts_case, 0).key_signal_common, 0)
    z = rules.correlated(common, normal(w, facts.key_signal, 0), correlation)
    return rules.private_signal(sender_numbers(w.numbers_senders, s).signal, w.is_true, z)


@inner
def _draw_will(w: Any, s: int) -> float:
    """Draw the will of this run: one factor common to all senders, one of its own."""
    disclosure = disclosure_numbers(w.numbers_disclosure, 0)
    common = normal(w, case_facts(w.facts_case, 0).key_will_common, 0)
    own = normal(w, sender_facts(w.facts_senders, s).key_will, 0)
    z = rules.correlated(common, own, disclosure.will_correlation)
    return sender_numbers(w.numbers_senders, s).will + disclosure.will_sd * z


@inner
def receive(w: Any, s: int, c: int, verdict: int, log_ratio: float, cause: int) -> None:
    """Take in one report."""
    case, facts, me = case_facts(w.facts_case, 0), channel_facts(w.facts_channels, c), sender_at(w.sender, s)
    items = items_at(w.items, s * case.n_channels + c)
    items.log_items += log_ratio
    items.n += 1
    items.log_ratio = _weigh(w, c, items.n, items.log_items)
    heard = hearing_at(w.hearing, s * case.n_groups + facts.group)
    heard.verdict, heard.is_physical = verdict, facts.is_physical
    me.has_new_item = True
    _update(w, s)
    words = case.word_senders + s, case.word_channels + c
    judge(w, s, record(w, codes.RECEIVED, words[0], words[1], cause, sender_at(w.sender, s).log_odds))


@inner
def _weigh(w: Any, c: int, n: int, log_items: float) -> float:
    """Return what a channel's n items add; known already where another sender has arrived at the same."""
    known = known_at(w.known, c * N_KNOWN + n % N_KNOWN)
    if not (known.n == n and known.log_items == log_items):
        known.n, known.log_items = n, log_items
        known.log_ratio = rules.channel_log_ratio(log_items, channel_numbers(w.numbers_channels, c).access)
    return known.log_ratio


@inner
def hear(w: Any, s: int, speaker: int, cause: int) -> None:
    """Take in another sender's first attribution, discounted where the source is shared."""
    case, me, belief = (
        case_facts(w.facts_case, 0),
        sender_at(w.sender, s),
        belief_numbers(w.numbers_belief, 0),
    )
    heard = flag_at(w.heard, s * case.n_senders + speaker)
    if heard.x:
        return
    heard.x = True
    are_partners = (
        sender_facts(w.facts_senders, s).is_partner and sender_facts(w.facts_senders, speaker).is_partner
    )
    n_earlier = me.n_voices + (1 if are_partners else 0)
    me.voices += rules.voice_log_ratio(belief.attribution_ratio, belief.shared_source_discount, n_earlier)
    me.n_voices += 1
    _update(w, s)
    words = case.word_senders + s, case.word_senders + speaker
    judge(w, s, record(w, codes.HEARD, words[0], words[1], cause, sender_at(w.sender, s).log_odds))


@inner
def inspect(w: Any, s: int, log_ratio: float, cause: int) -> None:
    """Take in the public verdict of an inspection."""
    me = sender_at(w.sender, s)
    me.voices += log_ratio
    me.inspection = 1 if log_ratio > 0.0 else -1
    me.has_new_item = True
    _update(w, s)
    word = case_facts(w.facts_case, 0).word_senders + s
    judge(w, s, record(w, codes.RECEIVED, word, codes.W_INSPECTION, cause, sender_at(w.sender, s).log_odds))


@inner
def _update(w: Any, s: int) -> None:
    """Recompute belief from its parts, in the order of the file."""
    n_channels, me = case_facts(w.facts_case, 0).n_channels, sender_at(w.sender, s)
    total = me.start
    for c in range(n_channels):
        total += items_at(w.items, s * n_channels + c).log_ratio
    me.log_odds = total + me.voices


@inner
def _bracket(w: Any, s: int, kind: int, level: float) -> None:
    """Note between which log odds a bar lies, so that most comparisons need no exponential."""
    bar = bar_at(w.bar, s * N_BARS + kind)
    bar.below, bar.above = -INF, INF
    if TINY <= level <= 1.0 - TINY:
        middle = rules.logit(level)
        bar.below, bar.above = middle - TINY, middle + TINY


@inlined
def _is_below(w: Any, s: int, kind: int, level: float) -> bool:
    """Return whether belief < level, exactly as if belief had been worked out.

    Outside the bracket belief differs from the bar by more than 1e-12, far beyond its rounding error.
    """
    is_below = _would_be_below(w, s, kind, level)
    note(w, of_sender(s, kind), sender_at(w.sender, s).log_odds, is_below)
    return is_below


@inner
def _would_be_below(w: Any, s: int, kind: int, level: float) -> bool:
    """Return the same without noting that anybody has asked."""
    bar, log_odds = bar_at(w.bar, s * N_BARS + kind), sender_at(w.sender, s).log_odds
    return log_odds < bar.below or (not log_odds > bar.above and rules.expit(log_odds) < level)


# ---- judgement -----------------------------------------------------------------------------------------


@inner
def judge(w: Any, s: int, cause: int) -> None:
    """Hold belief against the bars: reopen, close, warn, find."""
    me, numbers = sender_at(w.sender, s), sender_numbers(w.numbers_senders, s)
    if me.is_closed:
        if _is_below(w, s, WARN, numbers.bars_warn):
            return
        me.is_closed = False
        word = case_facts(w.facts_case, 0).word_senders + s
        record(w, codes.REOPENING, word, codes.NOBODY, cause, sender_at(w.sender, s).log_odds)
    elif _is_below(w, s, DISMISS, numbers.bars_dismiss):
        _dismiss(w, s, cause)
        return
    _consider_warning(w, s, cause)
    _consider_finding(w, s, cause)


@inner
def _dismiss(w: Any, s: int, cause: int) -> None:
    """Close the file: cancel a pending disclosure, release those who wait, withdraw an attribution."""
    facts, me = sender_facts(w.facts_senders, s), sender_at(w.sender, s)
    word = case_facts(w.facts_case, 0).word_senders + s
    me.is_closed = True
    me.finding = -1
    for level in range(N_LEVELS):
        mine = level_at(w.level, s * N_LEVELS + level)
        mine.is_decided = mine.is_decided and mine.is_attributed
    if me.dismissal_day != me.dismissal_day:
        me.dismissal_day = w.now
    event = record(w, codes.DISMISSAL, word, codes.NOBODY, cause, sender_at(w.sender, s).log_odds)
    if me.is_disclosing and not me.is_attributing:
        step(w, codes.I_DISCLOSURE, s, me.disclosure, 0, 0)
    announce_answer(w, s)
    if me.has_attributed and facts.retracts and w.mode != codes.SILENT:
        w.has_retracted = True
        lift(w, s, record(w, codes.RETRACTION, word, codes.NOBODY, event, 0.0))


@inner
def _consider_warning(w: Any, s: int, cause: int) -> None:
    """Warn in public when belief crosses the bar upwards, unless the act is attributed already."""
    me, numbers = sender_at(w.sender, s), sender_numbers(w.numbers_senders, s)
    if _is_below(w, s, WARN, numbers.bars_warn):
        me.is_armed = True
        return
    since = w.now - me.last_warning
    if rules.warns(me.has_new_item, me.is_armed, me.has_attributed, since, numbers.warning_gap_days):
        me.is_armed = False
        me.last_warning = w.now
        _warn(w, s, cause)


@inner
def _warn(w: Any, s: int, cause: int) -> None:
    """Speak a warning, vague or specific; a suppressed one still counts as a number."""
    me, number = sender_at(w.sender, s), sender_at(w.sender, s).n_warnings
    me.n_warnings += 1
    specificity = sender_numbers(w.numbers_senders, s).specificity
    key, guard = sender_facts(w.facts_senders, s).key_specific, of_sender(s, SPECIFICITY)
    is_specific = guarded(w, key, number, specificity, guard)
    if w.mode != codes.SILENT:
        word = case_facts(w.facts_case, 0).word_senders + s
        event = record(w, codes.WARNING, word, codes.NOBODY, cause, 1.0 if is_specific else 0.0)
        if w.n_warnings_done == 0:
            w.first_warning_day = w.now
        w.n_warnings_done += 1
        warned(w, s, number, is_specific, event)


@inner
def _consider_finding(w: Any, s: int, cause: int) -> None:
    """Make a finding when belief and corroboration suffice, then decide on disclosing it."""
    me = sender_at(w.sender, s)
    if me.finding < 0:
        if not _is_found(w, s):
            return
        if me.finding_day != me.finding_day:
            me.finding_day = w.now
        word = case_facts(w.facts_case, 0).word_senders + s
        me.finding = record(w, codes.FINDING, word, codes.NOBODY, cause, sender_at(w.sender, s).log_odds)
    consider_disclosure(w, s, me.finding)


@inner
def _is_found(w: Any, s: int) -> bool:
    """Return whether belief and corroboration suffice for a finding."""
    facts, me, numbers = (
        sender_facts(w.facts_senders, s),
        sender_at(w.sender, s),
        sender_numbers(w.numbers_senders, s),
    )
    kind, bar = ATTRIBUTE, numbers.bars_attribute
    if w.now < me.early_until:
        kind, bar = EARLY, numbers.bars_early
    is_below = _would_be_below(w, s, kind, bar)
    if not me.has_new_item or (is_below and not would_note(w, of_sender(s, kind), me.log_odds)):
        return False
    n_groups, n_supporting, n_physical = case_facts(w.facts_case, 0).n_groups, 0, 0
    for g in range(n_groups):
        heard = hearing_at(w.hearing, s * n_groups + g)
        if heard.verdict > 0:
            n_supporting += 1
            n_physical += 1 if heard.is_physical else 0
    if me.inspection > 0:
        n_supporting += 1
        n_physical += 1
    if not rules.is_finding(1.0, 0.0, n_supporting, facts.corroboration, n_physical, facts.physical):
        return False  # whatever the bar
    note(w, of_sender(s, kind), me.log_odds, is_below)
    return not is_below


@inner
def consider_disclosure(w: Any, s: int, cause: int) -> None:
    """Decide once per gravity level what to do with a standing finding; one that is under way stands."""
    me, mine = sender_at(w.sender, s), level_at(w.level, s * N_LEVELS + w.gravity)
    if me.finding >= 0 and not mine.is_decided:
        mine.is_decided = True
        if not me.is_disclosing:
            me.found_at = w.now
            me.is_disclosing = True
            me.disclosure += 1
            step(w, codes.S_DISCLOSURE, s, w.gravity, me.disclosure, cause)
