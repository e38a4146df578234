"""The target: when it reviews its policy, what it chooses, and what restraint earns it (see reference.target)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.act import escalate, is_first_shipment_pending, is_under_way, pace_changed
from scenario.engine.compiled.clock import step, wait
from scenario.engine.compiled.guards import RELIEF, RELIEF_SHARE, VERIFICATION, pin
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.perception import feel
from scenario.engine.compiled.records import (
    act_at,
    case_facts,
    talks_numbers,
    target_at,
    target_numbers,
    threat_numbers,
)
from scenario.engine.compiled.sanctions import is_in_force, pressure, relieve
from scenario.engine.compiled.senders import consider_disclosure
from scenario.engine.compiled.world import exponential, guarded, gumbel, lag, normal, record
from scenario.engine.trajectory import NO_CAUSE

NAN = float("nan")


@inner
def make_target(w: Any) -> None:
    """Draw what the target brings into the run, and set it up."""
    facts, target = case_facts(w.facts_case, 0), target_at(w.target, 0)
    numbers, threat = target_numbers(w.numbers_target, 0), threat_numbers(w.numbers_threat, 0)
    target.policy = rules.PERSIST
    target.threat, target.credibility = threat.at_start, threat.credibility
    target.engagement, target.urgency = numbers.engagement, numbers.urgency
    z = rules.loaded(-w.z_stage, normal(w, facts.key_disposition, 0), numbers.stage_correlation)
    target.disposition = numbers.disposition + numbers.disposition_sd * z
    z = normal(w, facts.key_disposition_escalation, 0)
    target.escalation = numbers.escalation + numbers.escalation_sd * z
    _draw_mood(w, 0)
    _hold(w)
    target.can_pause = w.is_true
    target.first_pause = target.first_escalation = NAN
    target.last_adoption = -1.0
    step(w, codes.S_MOODS, 0, 0, 0, 0)
    step(w, codes.S_REVIEWS, 0, 0, 0, 0)


# ---- reviews -------------------------------------------------------------------------------------------


@inner
def _draw_mood(w: Any, number: int) -> None:
    """Draw one Gumbel per option."""
    facts, target = case_facts(w.facts_case, 0), target_at(w.target, 0)
    target.mood_persist = gumbel(w, facts.key_mood_persist, number)
    target.mood_pause = gumbel(w, facts.key_mood_pause, number)
    target.mood_escalate = gumbel(w, facts.key_mood_escalate, number)


@inner
def _hold(w: Any) -> None:
    """Read mood, engagement and urgency anew."""
    target = target_at(w.target, 0)
    target.held_persist, target.held_pause = target.mood_persist, target.mood_pause
    target.held_escalate = target.mood_escalate
    target.held_engagement, target.held_urgency = target.engagement, target.urgency


@inner
def await_mood(w: Any) -> None:
    """Wait for the next mood."""
    facts, mean = case_facts(w.facts_case, 0), target_numbers(w.numbers_target, 0).mood_gap_days
    gap = exponential(w, facts.key_mood_gap, target_at(w.target, 0).n_moods, mean)
    wait(w, gap, facts.place_mood, codes.T_MOOD, 0, 0, 0, 0, 0.0)


@inner
def change_mood(w: Any) -> None:
    """Renew the mood."""
    target = target_at(w.target, 0)
    target.n_moods += 1
    _draw_mood(w, target.n_moods)
    record(w, codes.MOOD, codes.TARGET, codes.NOBODY, NO_CAUSE, float(target.n_moods))
    await_mood(w)


@inner
def review(w: Any) -> None:
    """Review on schedule, which reads mood, engagement and urgency anew, and wait for the next review."""
    facts, target = case_facts(w.facts_case, 0), target_at(w.target, 0)
    _hold(w)
    target.can_pause = is_under_way(w) and act_at(w.act, 0).stop_reason == codes.NOT_STOPPED
    number = float(target.n_reviews)
    decide(w, record(w, codes.REVIEW, codes.TARGET, codes.W_SCHEDULED, NO_CAUSE, number))
    mean = target_numbers(w.numbers_target, 0).review_gap_days
    gap = exponential(w, facts.key_review_gap, target.n_reviews, mean)
    target.n_reviews += 1
    wait(w, gap, facts.place_target, codes.T_REVIEW, 0, 0, 0, 0, 0.0)


@inner
def decide(w: Any, cause: int) -> None:
    """Choose persist, pause or escalate, and let the consequences follow."""
    target = target_at(w.target, 0)
    feel(w)
    credible, pressed = target.credibility * target.threat, pressure(w, w.now)
    policy = rules.policy_choice(
        _pause_utility(w, credible, pressed),
        _escalate_utility(w, credible, pressed),
        target.held_persist,
        target.held_pause,
        target.held_escalate,
        target.can_pause,
    )
    if policy != target.policy:
        _change_policy(w, policy, cause)
    elif is_first_shipment_pending(w):
        pace_changed(w)


@inner
def _pause_utility(w: Any, credible: float, pressed: float) -> float:
    """Return U(pause) over persist; before the first shipment threat acts on its hazard alone."""
    target, numbers = target_at(w.target, 0), target_numbers(w.numbers_target, 0)
    return rules.pause_utility(
        numbers.relief_belief,
        pressed,
        numbers.pressure_weight,
        0.0 if is_first_shipment_pending(w) else credible,
        numbers.threat_weight,
        target.held_engagement,
        numbers.engagement_weight,
        numbers.reward,
        target.held_urgency,
        target.disposition,
        target.shock,
        numbers.shock_weight,
    )


@inner
def _escalate_utility(w: Any, credible: float, pressed: float) -> float:
    """Return U(escalate) over persist."""
    target, numbers = target_at(w.target, 0), target_numbers(w.numbers_target, 0)
    cost = numbers.escalation_cost if is_under_way(w) else numbers.escalation_cost + numbers.second_act_cost
    return rules.escalate_utility(
        numbers.defiance, credible, pressed, numbers.reward, target.held_urgency, cost, target.escalation
    )


@inner
def _change_policy(w: Any, policy: int, cause: int) -> None:
    """Change policy; an escalation raises gravity, a pause starts the way to relief."""
    target = target_at(w.target, 0)
    count_days(w, w.now)
    target.policy = policy
    if policy == rules.PAUSE and target.first_pause != target.first_pause:
        target.first_pause = w.now
    if policy == rules.ESCALATE and target.first_escalation != target.first_escalation:
        target.first_escalation = w.now
    event = record(w, codes.POLICY, codes.TARGET, codes.W_PERSIST + policy, cause, float(policy))
    if target.relief > 0 and target.relief_alive == target.relief:
        step(w, codes.I_RELIEF, target.relief, 0, 0, 0)
    target.relief = 0
    if policy == rules.ESCALATE:
        w.gravity = min(3, w.gravity + 1)
        escalate(w, event)
    elif policy == rules.PAUSE:
        target.n_reliefs += 1
        target.relief = target.relief_alive = target.n_reliefs
        step(w, codes.S_RELIEF, target.relief, 0, 0, event)
    pace_changed(w)
    for s in range(case_facts(w.facts_case, 0).n_senders):
        consider_disclosure(w, s, event)


@inner
def count_days(w: Any, until_day: float) -> None:
    """Add the days spent under the present policy."""
    target = target_at(w.target, 0)
    days = until_day - target.policy_since
    if target.policy == rules.PERSIST:
        target.days_persist += days
    elif target.policy == rules.PAUSE:
        target.days_pause += days
    else:
        target.days_escalate += days
    target.policy_since = until_day


# ---- relief --------------------------------------------------------------------------------------------


@inner
def start_relief(w: Any, number: int, cause: int) -> None:
    """Begin to show restraint, at the gravity level of this moment."""
    target_at(w.target, 0).relief_level = w.gravity
    place, days = case_facts(w.facts_case, 0).place_talks, talks_numbers(w.numbers_talks, 0).verification_days
    pin(w, VERIFICATION)
    wait(w, days, place, codes.T_VERIFIED, number, 0, 0, cause, 0.0)


@inner
def cancel_relief(w: Any, number: int) -> None:
    """End the way to relief after a change of policy."""
    target = target_at(w.target, 0)
    if target.relief_alive == number:
        target.relief_alive = 0


@inner
def verified(w: Any, number: int, cause: int) -> None:
    """Perhaps answer verified restraint with relief, after a lag."""
    facts, target, talks = (
        case_facts(w.facts_case, 0),
        target_at(w.target, 0),
        talks_numbers(w.numbers_talks, 0),
    )
    if target.relief_alive != number:
        return
    level = target.relief_level
    was_relieved = (target.relieved_levels & (1 << level)) != 0
    if was_relieved or not guarded(w, facts.key_relief, level, talks.p_relief, RELIEF):
        target.relief_alive = 0
        return
    delay = lag(w, facts.key_relief_lag, level, talks.relief_median, talks.relief_sigma)
    wait(w, delay, facts.place_talks, codes.T_RELIEF, number, 0, 0, cause, 0.0)


@inner
def relief(w: Any, number: int, cause: int) -> None:
    """Lift a share of the measures, if there are any and deliveries could go on."""
    target = target_at(w.target, 0)
    if target.relief_alive != number:
        return
    target.relief_alive = 0
    if is_in_force(w) and act_at(w.act, 0).stop_reason == codes.NOT_STOPPED:
        target.relieved_levels |= 1 << target.relief_level
        w.relief_day = w.now
        pin(w, RELIEF_SHARE)
        relieve(w, talks_numbers(w.numbers_talks, 0).share, cause)
