"""From a finished run to its row of outcomes (declared in `spec.outcomes`)."""

from __future__ import annotations

import math

from scenario.engine import rules
from scenario.engine.reference.act import undeterred_quantity
from scenario.engine.reference.surroundings import replaced_quantity
from scenario.engine.reference.world import Run
from scenario.engine.trajectory import Row

NAN = math.nan
PACKAGES = ("packages_light", "packages_standard", "packages_heavy", "packages_maximal")


def row_of(run: Run) -> Row:
    """Return every outcome of a run but the comparison with its twins; NaN in a time means never."""
    run.sanctions.advance(run.clock.horizon)
    run.target.count_days(run.clock.horizon)
    times = _times(run)
    return (
        times
        | _truth_and_action(run, times["first_adopted_day"])
        | _counts(run)
        | _success(run)
        | _flow(run)
        | _per_sender(run)
    )


def _first(run: Run, day: str) -> float:
    """Return the earliest day of a kind over all senders, NaN where none has one."""
    return min((sender.days[day] for sender in run.senders.values() if day in sender.days), default=NAN)


def _times(run: Run) -> Row:
    """Return the first times of the case."""
    return {
        "first_warning_day": min(run.warnings, default=NAN),
        "first_finding_day": _first(run, "finding"),
        "dismissal_day": _first(run, "dismissal"),
        "attribution_day": _first(run, "attributed"),
        "first_announced_day": _first(run, "announced"),
        "first_adopted_day": _first(run, "adopted"),
        "first_in_force_day": _first(run, "in_force"),
        "first_shipment_day": run.act.first_day_after,
        "first_pause_day": run.target.first_day.get(rules.PAUSE, NAN),
        "first_escalation_day": run.target.first_day.get(rules.ESCALATE, NAN),
        "relief_day": run.relief_day,
    }


def _truth_and_action(run: Run, first: float) -> Row:
    """Judge action by whether a batch of the alleged class had left by the first linked measure."""
    acted = not math.isnan(first)
    had_left = run.act.left_by(first) if acted else run.act.left_by(run.clock.horizon)
    planned = run.truth.is_true and not had_left
    attributed = run.counts["attributions"] > 0
    days = [sender.days["adopted"] for sender in run.senders.values() if "adopted" in sender.days]
    return {
        "is_true": run.truth.is_true,
        "is_planned": run.truth.is_true and run.truth.is_planned,
        "is_other_class": run.truth.other_class,
        "attributed": attributed,
        "responded": acted,
        "justified": acted and had_left,
        "premature": acted and planned,
        "false_alarm": acted and not had_left and not planned,
        "missed": not acted and had_left,
        "rightly_held_back": not acted and not had_left,
        "attributed_nothing_left": attributed and not run.act.batches,
        "joint_adoption": sum(math.floor(day) == math.floor(first) for day in days) >= 2 if acted else False,
        "second_act": not math.isnan(run.act.second_act_day),
        "retracted": run.retracted,
    } | {f"acted_within_{k}d": sum(day <= first + k for day in days) for k in (1, 7, 30, 90, 180)}


def _counts(run: Run) -> Row:
    """Return counts, pressure, days under each policy and cost bands."""
    counts, target, sanctions, costs = run.counts, run.target, run.sanctions, run.world.costs
    return {
        "warnings": len(run.warnings),
        "attributions": counts["attributions"],
        "measures": counts["measures"],
        **{name: len(sanctions.packages[level]) for level, name in enumerate(PACKAGES)},
        "vetoes": counts["vetoes"],
        "statements": counts["statements"],
        "retaliations": counts["retaliations"],
        "expulsions": counts["expulsions"],
        "background_listings": counts["listings"],
        "batches_shipped": len(run.act.batches),
        "gravity": run.gravity,
        "peak_pressure": sanctions.peak,
        "pressure_days": sanctions.accumulated,
        "days_persisting": target.days[rules.PERSIST],
        "days_pausing": target.days[rules.PAUSE],
        "days_escalating": target.days[rules.ESCALATE],
        "cost_target": rules.band(sanctions.accumulated, costs.target),
        "cost_senders": rules.band(run.domestic_cost + counts["retaliations"], costs.senders),
    }


def _success(run: Run) -> Row:
    """Return success by three definitions, and why a flow ended."""
    act, horizon = run.act, run.clock.horizon
    pausing = run.target.policy == rules.PAUSE and act.is_under_way and not act.stop_reason
    settled = not math.isnan(run.relief_day)
    strict = pausing and run.sanctions.is_in_force and not settled
    quiet = not any(batch.time > horizon - 90.0 for batch in act.batches)
    stopped: Row = {
        f"stopped_{reason}": act.stop_reason == reason for reason in ("contract", "denial", "stock", "shock")
    }
    return {
        "ties_strict": strict,
        "ties_lenient": strict or settled,
        "behavioural_stop": pausing and quiet,
        "stopped_pause": pausing,
    } | stopped


def _flow(run: Run) -> Row:
    """Return quantities by the horizon."""
    act = run.act
    lost = max(0.0, undeterred_quantity(run) - act.shipped)
    replaced = replaced_quantity(run, lost)
    return {
        "quantity_shipped": act.shipped,
        "quantity_usable": act.usable,
        "quantity_used": act.used,
        "quantity_lost": lost,
        "quantity_replaced": replaced,
        "quantity_net": act.shipped + replaced,
        "quantity_alternative": run.alternative,
    }


def _per_sender(run: Run) -> Row:
    """Return each sender's first days, and which kinds of measure were used."""
    columns = {"finding_day": "finding", "attributed_day": "attributed", "announced_day": "announced"}
    uses: Row = {f"uses.{kind}": kind in run.sanctions.used for kind in run.world.measures}
    columns |= {"adopted_day": "adopted", "in_force_day": "in_force"}
    return uses | {
        f"{column}.{name}": sender.days.get(day, NAN)
        for column, day in columns.items()
        for name, sender in run.senders.items()
    }
