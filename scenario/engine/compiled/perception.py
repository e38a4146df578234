"""What the target feels: threat, credibility, shock, and the re-evaluations that they bring (see reference.target)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import wait
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    N_LEVELS,
    case_facts,
    level_at,
    sender_facts,
    target_at,
    target_numbers,
    threat_numbers,
)
from scenario.engine.compiled.world import bernoulli, lag, record


@inner
def feel(w: Any) -> None:
    """Let threat and shock fade up to now."""
    target = target_at(w.target, 0)
    elapsed = w.now - target.felt_at
    if elapsed > 0.0:
        half_life = threat_numbers(w.numbers_threat, 0).half_life_days
        target.threat = rules.decayed(target.threat, elapsed, half_life)
        half_life = target_numbers(w.numbers_target, 0).shock_half_life_days
        target.shock = rules.decayed(target.shock, elapsed, half_life)
        target.felt_at = w.now


@inner
def warned(w: Any, s: int, number: int, is_specific: bool, cause: int) -> None:
    """Feel a warning; if nothing follows it, credibility wears."""
    target, threat = target_at(w.target, 0), threat_numbers(w.numbers_threat, 0)
    feel(w)
    gain = threat.warning_specific if is_specific else threat.warning_vague
    target.threat = rules.raised(target.threat, gain)
    _react(w, codes.W_WARNING, sender_facts(w.facts_senders, s).key_reaction_warning, number, cause)
    place = case_facts(w.facts_case, 0).place_credibility
    wait(w, threat.test_days, place, codes.T_CREDIBILITY, s, 0, 0, cause, w.now)


@inner
def test_warning(w: Any, s: int, spoken: float, cause: int) -> None:
    """Wear credibility out when no linked measure has followed a warning."""
    target = target_at(w.target, 0)
    if target.last_adoption < spoken:
        target.credibility *= 1.0 - threat_numbers(w.numbers_threat, 0).wear
        word = case_facts(w.facts_case, 0).word_senders + s
        record(w, codes.CREDIBILITY, codes.TARGET, word, cause, target.credibility)


@inner
def named(w: Any, s: int, number: int, cause: int) -> None:
    """Feel an attribution: the threat comes nearer, and being named is a shock."""
    target = target_at(w.target, 0)
    feel(w)
    target.threat = rules.raised(target.threat, threat_numbers(w.numbers_threat, 0).attribution)
    target.shock = 1.0
    _react(w, codes.W_ATTRIBUTION, sender_facts(w.facts_senders, s).key_reaction_attribution, number, cause)


@inner
def sanctioned(w: Any, s: int, level: int, number: int, cause: int) -> None:
    """Feel an adoption: part of the threat is spent, the rest is believed more; perhaps answer it."""
    target, threat = target_at(w.target, 0), threat_numbers(w.numbers_threat, 0)
    facts, numbers = sender_facts(w.facts_senders, s), target_numbers(w.numbers_target, 0)
    feel(w)
    target.threat *= 1.0 - threat.spent
    target.credibility = rules.raised(target.credibility, threat.proof)
    target.last_adoption = w.now
    _react(w, codes.W_ADOPTION, facts.key_reaction_adoption, number, cause)
    mine = level_at(w.level, s * N_LEVELS + level)
    if not mine.retaliated:
        mine.retaliated = True
        if bernoulli(w, facts.key_retaliation, level, numbers.retaliation):
            median, sigma = numbers.retaliation_lag_median, numbers.retaliation_lag_sigma
            delay = lag(w, facts.key_retaliation_lag, level, median, sigma)
            wait(w, delay, facts.place_retaliation, codes.T_RETALIATION, s, 0, 0, cause, 0.0)


@inner
def _react(w: Any, word: int, key: int, number: int, cause: int) -> None:
    """Re-evaluate after a lag."""
    numbers = target_numbers(w.numbers_target, 0)
    delay = lag(w, key, number, numbers.reaction_median, numbers.reaction_sigma)
    wait(w, delay, case_facts(w.facts_case, 0).place_trigger, codes.T_REACTION, word, 0, 0, cause, 0.0)
