"""What calibrated belief means for a table of runs: shares of truth against beliefs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenario.engine.tables import draw_points
from scenario.spec.load import load
from scenario.spec.scenario import Scenario
from tests.unit.engine.factory import BASE_CASE, OneRun, minimal, runs


def _number(value: float) -> dict[str, Any]:
    """Return a number as a file writes it."""
    return {"point": value, "why": "made up"}


OWN_INFORMATION = {
    "belief.attribution_ratio": 1,
    "belief.finding_exists": True,
    "policy.mode": "silent",
    "shocks": {},
}
"""Nobody's word moves anybody, and nothing that is said or done moves a source."""

ALWAYS_FOUND = {"dismiss": 0, "warn": 1e-15, "attribute": 1e-15}
"""Bars under which the start belief is logged as a finding at t = 0."""

IMAGERY = {
    "title": "pictures",
    "group": "pictures",
    "physical": True,
    "opens": "shipment",
    "opening_days": _number(5),
    "gap_days": _number(25),
    "support_if_true": _number(0.85),
    "support_if_false": _number(0.1),
    "access": _number(0.5),
    "echo": _number(0.1),
    "lag": {"median": _number(10), "sigma": _number(1)},
}
"""A second source in a group of its own, with access in half of the true worlds."""

SECOND_IN_GROUP = {**IMAGERY, "group": "leak", "opens": "as_of", "echo": _number(0.7), "access": _number(0.6)}
"""A source that mostly repeats what the press said last, and has access of its own."""

CONFIGURATIONS: Mapping[str, Mapping[str, Any]] = {
    "one source with echo": {"act.p_true": 0.5, "channels.press.echo": 0.6, "senders.us.signal": 0.8},
    "two groups": {
        "act.p_true": 0.35,
        "groups.pictures": {"title": "pictures", "last_verdict": "none"},
        "channels.pictures": IMAGERY,
    },
    "two sources in a group": {"act.p_true": 0.6, "channels.wire": SECOND_IN_GROUP, "senders.us.signal": 0.4},
}
"""Changes to the minimal scenario under which belief must be calibrated."""


def belief_case(name: str, bars: Mapping[str, float]) -> Scenario:
    """Return a scenario in which the United States judges by its own information, all numbers known to it."""
    own = {f"senders.us.bars.{bar}": value for bar, value in bars.items()}
    aware = {"senders.us.corroboration": 0, "senders.us.awareness": 1}
    if name == "base case":
        everyone = {"senders.*.awareness": 1, "senders.us.physical": 0}
        return load(BASE_CASE, overrides={**OWN_INFORMATION, **everyone, **aware, **own})
    return minimal(CONFIGURATIONS[name], OWN_INFORMATION, aware, own)


@dataclass(frozen=True)
class Beliefs:
    """One belief per run, the truth beside it, and the probability that truth was drawn with."""

    belief: np.ndarray[Any, Any]
    truth: np.ndarray[Any, Any]
    start: np.ndarray[Any, Any]

    def z(self) -> float:
        """Return z of sum(truth - belief), whose variance is sum b (1 - b) where belief is calibrated."""
        return _z(self.truth - self.belief, self.belief)

    def z_by_bin(self, n_bins: int = 10) -> list[float]:
        """Return z per bin of belief (of equal numbers of runs)."""
        order = np.argsort(self.belief, kind="stable")
        return [
            _z(self.truth[some] - self.belief[some], self.belief[some])
            for some in np.array_split(order, n_bins)
        ]

    def z_martingale(self) -> float:
        """Return z of mean(belief - start): belief does not drift."""
        gap = self.belief - self.start
        return float(gap.mean() / (gap.std(ddof=1) / math.sqrt(len(gap))))


def _z(gap: np.ndarray[Any, Any], belief: np.ndarray[Any, Any]) -> float:
    """Return sum(gap) over the root of sum b (1 - b)."""
    return float(gap.sum() / math.sqrt(max(float((belief * (1.0 - belief)).sum()), 1e-9)))


def _path(run: OneRun) -> Iterator[tuple[float, float]]:
    """Yield (time, belief) of the United States, the start belief first."""
    finding = run.first("finding", "us")
    assert finding is not None
    yield 0.0, finding.value
    for event in run.events:
        if event.kind == "received" and event.actor == "us":
            yield event.time, event.value


def beliefs_at(case: Scenario, outer: int, *, seed: int, engine: str = "compiled") -> tuple[Beliefs, Beliefs]:
    """Return the belief of each run at the horizon, and at a random day of its own (uniform)."""
    ends, some, truth = [], [], []
    times = np.random.default_rng(seed).uniform(0.0, case.spec.horizon_days, outer)
    for limit, run in zip(times.tolist(), runs(case, outer, seed=seed, engine=engine), strict=True):
        path = list(_path(run))
        ends.append(path[-1][1])
        some.append([belief for time, belief in path if time <= limit][-1])
        truth.append(float(run.row["is_true"]))
    start = _start(case, outer, seed)
    return Beliefs(np.array(ends), np.array(truth), start), Beliefs(np.array(some), np.array(truth), start)


def beliefs_when_found(
    case: Scenario, outer: int, *, seed: int, engine: str = "compiled"
) -> tuple[Beliefs, int, int]:
    """Return belief and truth at the first finding, and how many runs of a false world had one, of how many."""
    rows, n_false, n_reached = [], 0, 0
    start = _start(case, outer, seed)
    for run, p in zip(runs(case, outer, seed=seed, engine=engine), start, strict=True):
        finding = run.first("finding", "us")
        n_false += not run.row["is_true"]
        n_reached += finding is not None and not run.row["is_true"]
        if finding is not None:
            rows.append((finding.value, float(run.row["is_true"]), p))
    table = np.array(rows)
    return Beliefs(table[:, 0], table[:, 1], table[:, 2]), n_reached, n_false


def _start(case: Scenario, outer: int, seed: int) -> np.ndarray[Any, Any]:
    """Return the probability that truth is drawn with, per outer point."""
    return draw_points(case, seed=seed, n_points=outer).values["act.p_true"]
