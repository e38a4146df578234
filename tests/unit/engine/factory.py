"""Small scenarios with known behaviour, made from tests/minimal.yaml by overrides, and their runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenario.draws.streams import Streams
from scenario.engine.compiled import Engine, rows_of
from scenario.engine.reference import simulate
from scenario.engine.tables import Points, cast_of, draw_points, world_at
from scenario.engine.trajectory import Event
from scenario.engine.twins import Row
from scenario.spec.load import load
from scenario.spec.outcomes import Outcome
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Mode

MINIMAL = Path(__file__).resolve().parents[2] / "minimal.yaml"
BASE_CASE = "iran-russia-missiles-2024"
HORIZON = 365.0
ENGINES = ("compiled", "reference")
BATCH = 200
"""Runs of the compiled engine at a time: their logs lie in memory."""

PERSISTING = {
    "target.disposition": -10,
    "target.disposition_sd": 0,
    "target.reward": 10,
    "target.urgency": 1,
    "target.escalation": -10,
    "target.escalation_sd": 0,
    "target.escalation_cost": 20,
    "target.defiance": 0,
    "shocks": {},
}
"""A target that never changes its policy: both other options lie 20 units below persisting."""

PLAIN_CHANNEL = {
    "channels.press.opening_days": 0,
    "channels.press.access": 1,
    "channels.press.echo": 0,
    "channels.press.lag.median": 0,
}
"""One source that is open at once, sees the act, repeats nobody and is read at once."""

NO_SIGNAL = {"senders.us.signal": 0}
"""A sender that starts at the analyst's probability."""

SURE_TO_DISCLOSE = {
    "disclosure.prepared": 10,
    "disclosure.never": -10,
    "disclosure.prepared_lag.median": 0,
    "senders.us.will": 10,
    "senders.us.prepared": 1,
}
"""A finding is made public at once (on a working day)."""

SURE_TO_ACT = {
    "response.p_execute": 1,
    "response.draft_prepared.median": 0,
    "senders.us.participates": 1,
    "measures.designations.share": 1,
}
"""An attribution is answered at once with the one measure there is."""

FINDING_AT_START = {
    "belief.finding_exists": True,
    "act.p_true": 0.99,
    "senders.us.signal": 0,
    "senders.us.corroboration": 0,
    "senders.us.bars.warn": 0.2,
    "senders.us.bars.attribute": 0.3,
    "channels.press.opening_days": 3650,
}
"""The sender has its finding at t = 0, and no report ever comes."""

COUNCIL = {
    "title": "a council",
    "members": ["us", "one", "two"],
    "legal_force": "binding",
    "rule": "unanimity",
    "then_every_days": 7,
    "off_calendar": "closed",
    "off_calendar_lag": {"median": {"point": 5, "why": "made up"}, "sigma": {"point": 0.5, "why": "made up"}},
    "p_veto": {"point": 0.4, "why": "made up"},
}
"""A binding forum that meets every week and of whose three members one blocks two meetings in five."""


@dataclass(frozen=True)
class OneRun:
    """One run: its address, its outcomes and its events."""

    m: int
    n: int
    row: Row
    events: list[Event]

    def of(self, *kinds: str) -> list[Event]:
        """Return the events of some kinds, in order."""
        return [event for event in self.events if event.kind in kinds]

    def first(self, kind: str, actor: str = "") -> Event | None:
        """Return the first event of a kind (and actor), or None."""
        return next((e for e in self.events if e.kind == kind and actor in ("", e.actor)), None)


def minimal(*parts: Mapping[str, Any], **settings: Any) -> Scenario:
    """Return the minimal scenario under some overrides, the later ones winning."""
    overrides: dict[str, Any] = {}
    for part in parts:
        overrides |= part
    return load(MINIMAL, overrides=overrides, **settings)


def runs(
    scenario: Scenario,
    outer: int,
    *,
    inner: int = 1,
    seed: int = 0,
    mode: Mode | None = None,
    engine: str = "compiled",
) -> Iterator[OneRun]:
    """Run outer x inner runs without twins with one of the engines, one after another."""
    points = draw_points(scenario, seed=seed, n_points=outer)
    mode = scenario.spec.policy.mode if mode is None else mode
    run_all = {"compiled": _compiled_runs, "reference": _reference_runs}[engine]
    yield from run_all(points, outer, inner, Streams(seed), mode)


def _reference_runs(points: Points, outer: int, inner: int, streams: Streams, mode: Mode) -> Iterator[OneRun]:
    """Yield the runs of the reference."""
    cast = cast_of(points.scenario)
    for m in range(outer):
        world = world_at(points, m)
        for n in range(inner):
            yield OneRun(m, n, *simulate(cast, world, streams, n=n, m=m, mode=mode))


def _compiled_runs(points: Points, outer: int, inner: int, streams: Streams, mode: Mode) -> Iterator[OneRun]:
    """Yield the runs of the compiled engine; a run that fails raises in its turn, as in the reference."""
    engine = Engine(cast_of(points.scenario), streams)
    numbers, step = rows_of(engine, points), max(1, BATCH // inner)
    kept = [
        (i, engine.outcomes[name]) for i, name in enumerate(engine.outcomes) if name in engine.cast.outcomes
    ]
    for start in range(0, outer, step):
        some = numbers[start : start + step]
        job = engine.job(some, first_m=start, n_inner=inner, mode=mode, keeps_log=True)
        done = engine.do(job)
        for place, values in enumerate(job.rows.tolist()):
            if place in done.failures:
                raise done.failures[place]
            row = {outcome.name: _typed(outcome, values[i]) for i, outcome in kept}
            yield OneRun(start + place // inner, place % inner, row, engine.events(done.logs[place]))


def _typed(outcome: Outcome, value: float) -> float | bool:
    """Return an outcome of the compiled engine as the reference types it."""
    if outcome.kind == "probability":
        return bool(value)
    return int(value) if outcome.kind in ("count", "band") else value


def until(value: float | bool, horizon: float = HORIZON) -> float:
    """Return min(T, horizon), where NaN means never."""
    return horizon if value != value else min(float(value), horizon)


def world_of(scenario: Scenario, *, seed: int = 0, point: int = 0) -> Any:
    """Return the numbers of a scenario at one outer point, free to be spoiled."""
    return world_at(draw_points(scenario, seed=seed, n_points=point + 1), point)
