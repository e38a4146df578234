"""Measures in force: who has adopted what, what it presses, how it fades, what lifts it (see reference.sanctions)."""

from __future__ import annotations

from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.clock import wait
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.perception import sanctioned
from scenario.engine.compiled.records import (
    N_LEVELS,
    book_at,
    case_facts,
    competence_facts,
    exposure_at,
    exposure_numbers,
    float_at,
    level_at,
    measure_at,
    measure_facts,
    measure_numbers,
    package_at,
    sender_at,
    sender_facts,
)
from scenario.engine.compiled.waiting import answer
from scenario.engine.compiled.world import lag, record


@inner
def adopt(w: Any, s: int, level: int, cause: int) -> int:
    """Adopt the chosen measures of a package; the target feels it once. Return the first event's number."""
    me = sender_at(w.sender, s)
    first = join(w, s, level, cause)
    sanctioned(w, s, level, me.n_adoptions, first)
    me.n_adoptions += 1
    return first


@inner
def join(w: Any, s: int, level: int, cause: int) -> int:
    """Book the chosen measures for a sender and schedule their entry into force; return the first event's number."""
    case, me, first = case_facts(w.facts_case, 0), sender_at(w.sender, s), -1
    for k in range(case.n_measures):
        mark = package_at(w.package, (s * N_LEVELS + level) * case.n_measures + k)
        if not mark.is_chosen:
            continue
        mark.is_chosen = False
        words = case.word_senders + s, case.word_measures + k
        event = record(w, codes.ADOPTED, words[0], words[1], cause, float(level))
        first = event if first < 0 else first
        w.n_measures_done += 1
        w.domestic_cost += measure_numbers(w.numbers_measures, k).domestic_cost
        book_at(w.book, s * case.n_measures + k).is_adopted = True
        measure_at(w.measure, k).is_used = True
        _schedule_force(w, s, k, level, event)
    if me.adopted_day != me.adopted_day:
        me.adopted_day = w.now
    level_at(w.level, s * N_LEVELS + level).has_package = True
    answer(w, s, level, codes.ANSWER_ADOPTED)
    return first


@inner
def _schedule_force(w: Any, s: int, k: int, level: int, cause: int) -> None:
    """Bring a measure into force after its lag, or at once."""
    case, numbers = case_facts(w.facts_case, 0), measure_numbers(w.numbers_measures, k)
    facts = competence_facts(w.facts_competence, s * case.n_measures + k)
    delay = 0.0
    if not facts.at_once:
        delay = lag(w, facts.key_in_force, level, numbers.in_force_median, numbers.in_force_sigma)
    if delay == 0.0:
        enter_force(w, s, k, cause)
    else:
        wait(w, delay, facts.place, codes.T_IN_FORCE, s, k, 0, cause, 0.0)


@inner
def enter_force(w: Any, s: int, k: int, cause: int) -> None:
    """Count a measure as pressing from now on, unless its sender has lifted it meanwhile."""
    case, me, measure = case_facts(w.facts_case, 0), sender_at(w.sender, s), measure_at(w.measure, k)
    book = book_at(w.book, s * case.n_measures + k)
    if not book.is_adopted:
        return
    advance(w, w.now)
    record(w, codes.IN_FORCE, case.word_senders + s, case.word_measures + k, cause, 0.0)
    if me.in_force_day != me.in_force_day:
        me.in_force_day = w.now
    if not book.presses:
        book.presses = True
        measure.n_users += 1
    if not measure.was_in_force:
        measure.was_in_force = True
        measure.since = w.now
    measure.kept = 1.0
    w.is_dirty = True
    pressed = pressure(w, w.now)
    if pressed > w.peak:
        w.peak = pressed


@inner
def lift(w: Any, s: int, cause: int) -> None:
    """Take back everything one sender has adopted, and what its members joined."""
    case = case_facts(w.facts_case, 0)
    advance(w, w.now)
    for other in range(case.n_senders):
        is_member = sender_facts(w.facts_senders, other).within == s
        for k in range(case.n_measures):
            book = book_at(w.book, other * case.n_measures + k)
            route = competence_facts(w.facts_competence, other * case.n_measures + k).route
            is_own = other == s or (is_member and route != codes.NATIONAL_ROUTE)
            if is_own and book.is_adopted:
                book.is_adopted = False
                if book.presses:
                    book.presses = False
                    measure_at(w.measure, k).n_users -= 1
                record(w, codes.LIFTED, case.word_senders + other, case.word_measures + k, cause, 0.0)
    w.is_dirty = True


@inner
def relieve(w: Any, share: float, cause: int) -> None:
    """Lift a share of every measure in force, for verified restraint; one imposed anew bites in full."""
    advance(w, w.now)
    for k in range(case_facts(w.facts_case, 0).n_measures):
        measure_at(w.measure, k).kept *= 1.0 - share
    w.is_dirty = True
    record(w, codes.RELIEF, codes.COALITION, codes.NOBODY, cause, share)


# ---- pressure ------------------------------------------------------------------------------------------


@inner
def pressure(w: Any, time: float) -> float:
    """Return the pressure at a time, at or after the last change."""
    case, total = case_facts(w.facts_case, 0), 0.0
    if w.is_dirty:
        _bite(w)
        w.is_dirty = False
    for e in range(case.n_exposures):
        exposure_at(w.exposure, e).spared = 1.0
    for k in range(case.n_measures):
        measure, facts = measure_at(w.measure, k), measure_facts(w.facts_measures, k)
        if measure.n_users > 0 and facts.exposure >= 0:
            numbers = measure_numbers(w.numbers_measures, k)
            fade = rules.enforcement(time - measure.since, numbers.erosion_per_year, numbers.floor)
            exposure_at(w.exposure, facts.exposure).spared *= 1.0 - measure.bite * fade
    for e in range(case.n_exposures):
        entry = exposure_numbers(w.numbers_exposures, e)
        total += rules.exposure_pressure(entry.size, entry.saturation, exposure_at(w.exposure, e).spared)
    return total


@inner
def _bite(w: Any) -> None:
    """Work out what every measure in force takes from its exposure: bite x coverage x what relief has left."""
    for k in range(case_facts(w.facts_case, 0).n_measures):
        measure, facts = measure_at(w.measure, k), measure_facts(w.facts_measures, k)
        if measure.n_users > 0 and facts.exposure >= 0:
            covered = 1.0 if facts.binds_all else _union(w, k, facts.exposure)
            measure.bite = measure_numbers(w.numbers_measures, k).bite * covered * measure.kept


@inner
def _union(w: Any, k: int, e: int) -> float:
    """Return the share that the users of a measure cover; a union contains its members."""
    case, covered = case_facts(w.facts_case, 0), 0.0
    for s in range(case.n_senders):
        if book_at(w.book, s * case.n_measures + k).presses:
            within = sender_facts(w.facts_senders, s).within
            if within < 0 or not book_at(w.book, within * case.n_measures + k).presses:
                covered += float_at(w.numbers_coverage, e * case.n_senders + s).x
    return min(1.0, covered)


@inner
def denial(w: Any) -> float:
    """Return the share of use that measures such as aid deny now; each adopter adds its own."""
    allowed = 1.0
    for k in range(case_facts(w.facts_case, 0).n_measures):
        measure, numbers = measure_at(w.measure, k), measure_numbers(w.numbers_measures, k)
        if measure.n_users > 0 and numbers.denial > 0.0:
            fade = rules.enforcement(w.now - measure.since, numbers.erosion_per_year, numbers.floor)
            allowed *= rules.use_allowed(numbers.denial, fade, measure.n_users)
    return 1.0 - allowed


@inner
def advance(w: Any, now: float) -> None:
    """Add up the pressure since the last change (three-point Gauss rule on pieces of a smooth curve)."""
    was_in_force, fastest = False, 0.0
    for k in range(case_facts(w.facts_case, 0).n_measures):
        if measure_at(w.measure, k).was_in_force:
            was_in_force = True
            fastest = max(fastest, measure_numbers(w.numbers_measures, k).erosion_per_year)
    if was_in_force and now > w.last_advance:
        n_pieces = rules.quadrature_pieces(now - w.last_advance, fastest)
        length = (now - w.last_advance) / n_pieces
        for piece in range(n_pieces):
            start = w.last_advance + piece * length
            for time, weight in rules.quadrature(start, start + length):
                w.accumulated += weight * pressure(w, time)
    w.last_advance = now


@inner
def is_in_force(w: Any) -> bool:
    """Return whether any linked measure is in force."""
    n_users = 0
    for k in range(case_facts(w.facts_case, 0).n_measures):
        n_users += measure_at(w.measure, k).n_users
    return n_users > 0
