"""What holds in every run of every scenario: order of times, causes, quantities and pressure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenario.engine.tables import cast_of
from scenario.engine.trajectory import KINDS
from scenario.spec.document import parse
from scenario.spec.load import load
from scenario.spec.register import numbers
from scenario.spec.scenario import Scenario
from tests.unit.engine.factory import (
    BASE_CASE,
    COUNCIL,
    FINDING_AT_START,
    MINIMAL,
    SURE_TO_ACT,
    SURE_TO_DISCLOSE,
    OneRun,
    minimal,
    runs,
)

VARIANTS = (
    "base",
    "staged-joint",
    "wait-for-eu",
    "prebuttal",
    "quiet-deal",
    "brussels-blocked",
    "circular-reporting",
)
LINKED = (
    "execution",
    "participation",
    "follow",
    "ready",
    "announced",
    "adopted",
    "expulsion",
    "strike",
    "inspection",
)
_UNTOUCHED = ("gap_days", "warn", "attribute", "dismiss", "p_true")


AT_ONCE = {**FINDING_AT_START, **SURE_TO_DISCLOSE, **SURE_TO_ACT}

# ---- what must hold ----------------------------------------------------------------------------------


def _broken_log(run: OneRun, horizon: float) -> Iterator[str]:
    """Yield what is wrong with numbering, times, kinds and causes."""
    before = 0.0
    for place, event in enumerate(run.events):
        if event.sequence != place:
            yield f"sequence {event.sequence} at place {place}"
        if not before <= event.time < horizon:
            yield f"time {event.time} after {before}, horizon {horizon}"
        if not -1 <= event.cause < event.sequence:
            yield f"cause {event.cause} of event {event.sequence}"
        if event.kind not in KINDS or not math.isfinite(event.value):
            yield f"kind {event.kind}, value {event.value}"
        before = event.time


def _broken_response(run: OneRun, senders: list[str]) -> Iterator[str]:
    """Yield what is wrong with the order attribution, announced, adopted, in force."""
    attributed = min((event.time for event in run.of("attribution")), default=math.inf)
    yield from (f"{e.kind} at {e.time} before {attributed}" for e in run.of(*LINKED) if e.time < attributed)
    for name in senders:
        days = [float(run.row[f"{step}_day.{name}"]) for step in ("announced", "adopted", "in_force")]
        known = [math.inf if math.isnan(day) else day for day in days]
        if known != sorted(known):
            yield f"{name}: announced, adopted, in force on {days}"


def _broken_quantities(run: OneRun, stock: float, exposure: float, horizon: float) -> Iterator[str]:
    """Yield what is wrong with quantities, pressure and days."""
    row = {name: float(value) for name, value in run.row.items()}
    small = 1e-9 * max(1.0, stock)
    quantities = [row[f"quantity_{step}"] for step in ("used", "usable", "shipped")]
    if not all(a <= b + small for a, b in zip([0.0, *quantities], [*quantities, stock], strict=True)):
        yield f"used, usable, shipped {quantities} of {stock}"
    if not 0.0 <= row["peak_pressure"] <= exposure + 1e-12:
        yield f"peak pressure {row['peak_pressure']} of {exposure}"
    if not 0.0 <= row["pressure_days"] <= row["peak_pressure"] * horizon + 1e-9:
        yield f"pressure days {row['pressure_days']} at peak {row['peak_pressure']}"
    days = row["days_persisting"] + row["days_pausing"] + row["days_escalating"]
    if abs(days - horizon) > 1e-6:
        yield f"days under policies {days}"


def _broken_closed_file(run: OneRun) -> Iterator[str]:
    """Yield what a sender does in the case while its file is closed."""
    closed: set[str] = set()
    for event in run.events:
        if event.kind == "dismissal":
            closed.add(event.actor)
        elif event.kind == "reopening":
            closed.discard(event.actor)
        elif event.actor in closed and event.kind in ("attribution", "finding", "warning", "announced"):
            yield f"{event.kind} by {event.actor} at {event.time} with a closed file"


def _broken_truth(run: OneRun) -> Iterator[str]:
    """Yield what is wrong with truth x action: exactly one of the five holds."""
    names = ("justified", "premature", "missed", "false_alarm", "rightly_held_back")
    found = [name for name in names if run.row[name]]
    if len(found) != 1:
        yield f"truth x action {found}"


def broken(run: OneRun, scenario: Scenario) -> list[str]:
    """Return everything that must hold in a run and does not."""
    spec = scenario.spec
    horizon = float(spec.horizon_days)
    exposure = sum(entry.size.bounds()[1] for entry in spec.exposures.values())
    stock = max(spec.act.stock.bounds()[1], 0.0)
    return [
        *_broken_log(run, horizon),
        *_broken_response(run, list(spec.senders)),
        *_broken_quantities(run, stock, exposure, horizon),
        *_broken_closed_file(run),
        *_broken_truth(run),
    ]


# ---- where it is tried -------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", VARIANTS)
def test_base_case_keeps_its_order_in_every_variant(variant: str) -> None:
    """In 25 runs of each variant nothing that must hold is broken."""
    case = load(BASE_CASE, variant=variant)
    assert [problem for run in runs(case, 25, seed=5) for problem in broken(run, case)] == []


IN_DOUBT = {
    "channels.press.gap_days": 4,
    "channels.press.access": 1,
    "channels.press.echo": 0,
    "channels.press.support_if_true": 0.6,
    "channels.press.support_if_false": 0.4,
    "senders.us.bars.warn": 0.6,
    "senders.us.bars.attribute": 0.65,
    "senders.us.bars.dismiss": 0.5,
    "disclosure.prepared": -10,
    "disclosure.never": -10,
    "target.escalation": 2,
    "target.mood_gap_days": 30,
    "target.review_gap_days": 15,
    "act.p_true": 0.5,
}
"""A sender that opens and closes its file again and again while gravity rises."""


def test_a_closed_file_stays_silent_while_gravity_rises() -> None:
    """A dismissal cancels every pending disclosure, also where an escalation has started a second one."""
    case = minimal(IN_DOUBT)
    some = list(runs(case, 100, inner=4))
    assert sum(run.row["gravity"] > 1 and bool(run.of("dismissal")) for run in some) > 50
    assert [problem for run in some for problem in broken(run, case)] == []


def _free(case: Scenario) -> list[tuple[str, float, float]]:
    """Return path, low and high of every number that may be set at random (at most 1,000 where unbounded)."""
    return [
        (entry.path, max(entry.quantity.low, -10.0), min(entry.quantity.high, 1000.0))
        for entry in numbers(case.spec)
        if not entry.path.endswith(_UNTOUCHED)
    ]


FREE = _free(load(MINIMAL))


@st.composite
def _overrides(draw: st.DrawFn) -> dict[str, Any]:
    """Return up to 25 numbers of the minimal scenario set within their bounds, and some structure."""
    chosen = draw(st.lists(st.sampled_from(FREE), max_size=25, unique_by=lambda entry: entry[0]))
    found: dict[str, Any] = {path: draw(st.floats(low, high)) for path, low, high in chosen}
    found["senders.us.bars.attribute"] = draw(st.floats(0.6, 1.0))
    found["senders.us.bars.warn"] = draw(st.floats(0.4, 0.6))
    found["senders.us.bars.dismiss"] = draw(st.floats(0.0, 0.39))
    found["channels.press.gap_days"] = draw(st.floats(2.0, 100.0))
    found["act.batch_gap_days"] = draw(st.floats(5.0, 100.0))
    found["act.p_true"] = draw(st.floats(0.0, 1.0))
    found["act.kind"] = draw(st.sampled_from(["flow", "one_shot", "ongoing"]))
    found["act.gravity"] = draw(st.integers(0, 3))
    found["senders.us.legal_basis"] = draw(st.sampled_from(["exists", "amend", "new"]))
    if draw(st.booleans()):
        found["forums.council"] = COUNCIL
        found["senders.us.adopts"] = {"designations": "council"}
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(overrides=_overrides(), seed=st.integers(0, 2**32))
def test_generated_scenarios_keep_their_order(overrides: dict[str, Any], seed: int) -> None:
    """Whatever the numbers within their bounds, nothing that must hold is broken (4 runs of each scenario)."""
    case = minimal(overrides)
    assert [problem for run in runs(case, 2, inner=2, seed=seed) for problem in broken(run, case)] == []


def test_equal_times_follow_the_order_rule() -> None:
    """With all lags 0, what a report brings about at its own moment comes in the order of its causes."""
    case = minimal(
        {
            "channels.press.lag.median": 0,
            "disclosure.prepared": 10,
            "disclosure.never": -10,
            "disclosure.prepared_lag.median": 0,
            "response.draft_prepared.median": 0,
            "senders.us.prepared": 1,
            "response.p_execute": 1,
        }
    )
    chain = (
        "item",
        "received",
        "finding",
        "disclosure",
        "attribution",
        "execution",
        "participation",
        "ready",
    )
    seen = 0
    for run in runs(case, 100):
        places = defaultdict(dict)
        for event in run.events:
            places[event.time].setdefault(event.kind, event.sequence)
        for kinds in places.values():
            if "finding" in kinds and "ready" in kinds:
                found = [kinds[kind] for kind in chain]
                assert found == sorted(found)
                seen += 1
    assert seen > 10


def test_nothing_happens_at_the_horizon() -> None:
    """An event due exactly at the horizon does not happen; one day later it would have."""
    at = {"shocks.election.date": "2024-11-05", "shocks.election.probability": 1}
    kinds = [
        {event.kind for event in next(runs(minimal(at, {"horizon_days": days}), 1)).events}
        for days in (57, 58)
    ]
    assert ["shock" in some for some in kinds] == [False, True]


def test_reports_of_a_group_arrive_in_the_order_in_which_they_were_made() -> None:
    """However long a report's own lag, it does not overtake an earlier one of its group."""
    case = minimal(
        {"channels.press.gap_days": 3, "channels.press.lag.median": 20, "channels.press.lag.sigma": 2}
    )
    for run in runs(case, 50):
        causes = [event.cause for event in run.of("received")]
        assert causes == sorted(causes)
        assert causes == [event.sequence for event in run.of("item")][: len(causes)]


def test_a_partner_that_declines_releases_the_waiter() -> None:
    """A sender that waits for a partner which never takes part acts before its patience ends."""
    us = parse(MINIMAL.read_text(encoding="utf-8"), file="minimal.yaml").data["senders"]["us"]
    other = {**us, "title": "a partner", "participates": {"point": 0, "why": "made up"}}
    waits = {"senders.uk": other, "senders.us.waits_for": ["uk"], "senders.us.patience_days": 300}
    both = {f"senders.uk.{path[11:]}": v for path, v in AT_ONCE.items() if path.startswith("senders.us.")}
    case = minimal(waits, AT_ONCE, both, {"senders.uk.participates": 0})
    for run in runs(case, 30):
        ready, released = run.first("ready", "us"), run.first("released", "us")
        assert ready is not None
        assert released is not None
        assert released.subject == "partners"
        assert released.time - ready.time < 30.0


@pytest.mark.parametrize(
    ("time", "expected"), [(0.0, 22.5), (22.5, 22.5), (22.6, 53.5), (53.5, 53.5), (53.6, 60.5), (61.0, 67.5)]
)
def test_the_next_meeting_is_the_first_at_or_after_a_time(time: float, expected: float) -> None:
    """Meetings of 1 October and 1 November at noon, then every week: the next one at or after each time."""
    listed = {**COUNCIL, "slots": ["2024-10-01", "2024-11-01"]}
    calendar = cast_of(minimal({"forums.council": listed})).calendars["council"]
    assert calendar.slot(calendar.next_slot(time)) == expected
