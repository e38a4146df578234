"""From a finished run to its row of outcomes (see reference.row): columns as in `spec.outcomes`."""

from __future__ import annotations

import math
from typing import Any

from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.compiled.act import is_under_way, left_by, undeterred_quantity
from scenario.engine.compiled.clock import fail
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import (
    N_LEVELS,
    OUTCOMES,
    act_at,
    batch_at,
    case_facts,
    column_facts,
    float_at,
    level_at,
    measure_at,
    outcomes_at,
    sender_at,
    target_at,
)
from scenario.engine.compiled.sanctions import advance, is_in_force
from scenario.engine.compiled.surroundings import replaced_quantity
from scenario.engine.compiled.target import count_days

NAN = float("nan")
N_FIXED = len(OUTCOMES.names or ())


@inner
def write_row(w: Any, address: int) -> None:
    """Write every outcome of a run at an address, those of its twins left out."""
    horizon = case_facts(w.facts_case, 0).horizon
    advance(w, horizon)
    count_days(w, horizon)
    row = outcomes_at(address, 0)
    _write_times(w, row)
    _write_truth_and_action(w, row)
    _write_counts(w, row)
    _write_success(w, row)
    _write_flow(w, row)
    _write_per_sender(w, address + 8 * N_FIXED)
    _refuse_infinite(w, address)


@inner
def _refuse_infinite(w: Any, address: int) -> None:
    """End the run where an outcome is not finite; only a time may be NaN, which means never."""
    for i in range(case_facts(w.facts_case, 0).n_columns):
        column = column_facts(w.facts_column, i)
        value = float_at(address, column.place).x
        if not (value - value == 0.0 or (column.is_time and value != value)):
            fail(w, codes.E_RANGE, i, 0, value)
            return


@inner
def _earlier(first: float, day: float) -> float:
    """Return the earlier of two days, NaN where neither has come."""
    return day if day < first or first != first else first


@inner
def _write_times(w: Any, row: Any) -> None:
    """Write the first times of the case."""
    act, target = act_at(w.act, 0), target_at(w.target, 0)
    row.first_warning_day = w.first_warning_day
    row.first_finding_day = row.dismissal_day = row.attribution_day = NAN
    row.first_announced_day = row.first_adopted_day = row.first_in_force_day = NAN
    for s in range(case_facts(w.facts_case, 0).n_senders):
        me = sender_at(w.sender, s)
        row.first_finding_day = _earlier(row.first_finding_day, me.finding_day)
        row.dismissal_day = _earlier(row.dismissal_day, me.dismissal_day)
        row.attribution_day = _earlier(row.attribution_day, me.attributed_day)
        row.first_announced_day = _earlier(row.first_announced_day, me.announced_day)
        row.first_adopted_day = _earlier(row.first_adopted_day, me.adopted_day)
        row.first_in_force_day = _earlier(row.first_in_force_day, me.in_force_day)
    row.first_shipment_day = act.first_day_after
    row.first_pause_day = target.first_pause
    row.first_escalation_day = target.first_escalation
    row.relief_day = w.relief_day


@inner
def _write_truth_and_action(w: Any, row: Any) -> None:
    """Judge action by whether a batch of the alleged class had left by the first linked measure."""
    act, case, first = act_at(w.act, 0), case_facts(w.facts_case, 0), row.first_adopted_day
    acted = first == first
    had_left = left_by(w, first if acted else case.horizon)
    planned = w.is_true and not had_left
    attributed = w.n_attributions_done > 0
    row.is_true = w.is_true
    row.is_planned = w.is_true and w.is_planned
    row.is_other_class = w.is_other_class
    row.attributed = attributed
    row.responded = acted
    row.justified = acted and had_left
    row.premature = acted and planned
    row.false_alarm = acted and not had_left and not planned
    row.missed = not acted and had_left
    row.rightly_held_back = not acted and not had_left
    row.attributed_nothing_left = attributed and act.n_batches == 0
    row.second_act = act.second_act_day == act.second_act_day
    row.retracted = w.has_retracted
    n_same_day = 0
    row.acted_within_1d = row.acted_within_7d = row.acted_within_30d = 0.0
    row.acted_within_90d = row.acted_within_180d = 0.0
    for s in range(case.n_senders):
        day = sender_at(w.sender, s).adopted_day
        if day == day:
            n_same_day += 1 if math.floor(day) == math.floor(first) else 0
            row.acted_within_1d += 1.0 if day <= first + 1 else 0.0
            row.acted_within_7d += 1.0 if day <= first + 7 else 0.0
            row.acted_within_30d += 1.0 if day <= first + 30 else 0.0
            row.acted_within_90d += 1.0 if day <= first + 90 else 0.0
            row.acted_within_180d += 1.0 if day <= first + 180 else 0.0
    row.joint_adoption = n_same_day >= 2


@inner
def _n_packages(w: Any, level: int) -> int:
    """Return how many senders adopted a package at a gravity level."""
    n = 0
    for s in range(case_facts(w.facts_case, 0).n_senders):
        n += 1 if level_at(w.level, s * N_LEVELS + level).has_package else 0
    return n


@inner
def _write_counts(w: Any, row: Any) -> None:
    """Write counts, pressure, days under each policy and cost bands."""
    case, target = case_facts(w.facts_case, 0), target_at(w.target, 0)
    row.warnings, row.attributions, row.measures = w.n_warnings_done, w.n_attributions_done, w.n_measures_done
    row.packages_light, row.packages_standard = _n_packages(w, 0), _n_packages(w, 1)
    row.packages_heavy, row.packages_maximal = _n_packages(w, 2), _n_packages(w, 3)
    row.vetoes, row.statements, row.retaliations = w.n_vetoes_done, w.n_statements_done, w.n_retaliations_done
    row.expulsions, row.background_listings = w.n_expulsions_done, w.n_listings_done
    row.batches_shipped, row.gravity = act_at(w.act, 0).n_batches, w.gravity
    row.peak_pressure, row.pressure_days = w.peak, w.accumulated
    row.days_persisting, row.days_pausing = target.days_persist, target.days_pause
    row.days_escalating = target.days_escalate
    bounds = case.cost_target_0, case.cost_target_1, case.cost_target_2, case.cost_target_3
    row.cost_target = rules.band(w.accumulated, bounds)
    bounds = case.cost_senders_0, case.cost_senders_1, case.cost_senders_2, case.cost_senders_3
    row.cost_senders = rules.band(w.domestic_cost + w.n_retaliations_done, bounds)


@inner
def _write_success(w: Any, row: Any) -> None:
    """Write success by three definitions, and why a flow ended."""
    act, target, horizon = act_at(w.act, 0), target_at(w.target, 0), case_facts(w.facts_case, 0).horizon
    goes_on = is_under_way(w) and act.stop_reason == codes.NOT_STOPPED
    pausing = target.policy == rules.PAUSE and goes_on
    settled = w.relief_day == w.relief_day
    strict = pausing and is_in_force(w) and not settled
    quiet = True
    for i in range(act.n_batches):
        quiet = quiet and not batch_at(w.batch, i).time > horizon - 90.0
    row.ties_strict = strict
    row.ties_lenient = strict or settled
    row.behavioural_stop = pausing and quiet
    row.stopped_pause = pausing
    row.stopped_contract = act.stop_reason == codes.W_CONTRACT
    row.stopped_denial = act.stop_reason == codes.W_DENIAL
    row.stopped_stock = act.stop_reason == codes.W_STOCK
    row.stopped_shock = act.stop_reason == codes.W_SHOCK


@inner
def _write_flow(w: Any, row: Any) -> None:
    """Write quantities by the horizon."""
    act = act_at(w.act, 0)
    lost = max(0.0, undeterred_quantity(w) - act.shipped)
    replaced = replaced_quantity(w, lost)
    row.quantity_shipped, row.quantity_usable, row.quantity_used = act.shipped, act.usable, act.used
    row.quantity_lost, row.quantity_replaced = lost, replaced
    row.quantity_net, row.quantity_alternative = act.shipped + replaced, w.alternative


@inner
def _write_per_sender(w: Any, address: int) -> None:
    """Write each sender's first days, and which kinds of measure were used."""
    case = case_facts(w.facts_case, 0)
    n = case.n_senders
    for s in range(n):
        me = sender_at(w.sender, s)
        float_at(address, s).x = me.finding_day
        float_at(address, n + s).x = me.attributed_day
        float_at(address, 2 * n + s).x = me.announced_day
        float_at(address, 3 * n + s).x = me.adopted_day
        float_at(address, 4 * n + s).x = me.in_force_day
    for k in range(case.n_measures):
        float_at(address, 5 * n + k).x = 1.0 if measure_at(w.measure, k).is_used else 0.0
