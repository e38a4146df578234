"""Situations that random scenarios seldom meet: the base case is bent until they are frequent, and both engines agree.

Each was found by a change of the compiled engine that nothing else noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from scenario.engine.trajectory import Event
from scenario.spec.load import load
from tests.identity.comparing import Tally, compare_scenario
from tests.unit.engine.factory import BASE_CASE

SEED, N_POINTS, FEWEST = 5, 60, 5


def _is_found_again(log: list[Event]) -> bool:
    """Return whether a sender gave up a finding before attributing, found again, and attributed."""
    steps = "finding", "dismissal", "finding", "attribution"
    for actor in {event.actor for event in log if event.kind == "attribution"}:
        kinds = [event.kind for event in log if event.actor == actor and event.kind in steps]
        if any(tuple(kinds[i : i + 4]) == steps for i in range(len(kinds) - 3)):
            return True
    return False


def _is_blocked_in_advance(log: list[Event]) -> bool:
    """Return whether a meeting was blocked more than once, the first time by the procedure before it."""
    blocked = [(event.actor, event.value) for event in log if event.kind == "vetoed"]
    return len(blocked) > len(set(blocked))


SITUATIONS: dict[str, tuple[str, Mapping[str, Any], Callable[[list[Event]], bool]]] = {
    "a finding given up and made again while the first attribution was on its way": (
        "base",
        {
            "senders.*.bars.attribute": 0.6,
            "senders.*.bars.dismiss": 0.5,
            "senders.*.corroboration": 0,
            "senders.*.physical": 0,
            "act.p_true": 0.6,
            "disclosure.prepared_lag.median": 100,
            "disclosure.slow_lag.median": 150,
        },
        _is_found_again,
    ),
    "a day waited for that moves past a meeting blocked before it is held": (
        "staged-joint",
        {
            "act.p_true": 1,
            "act.p_planned": 0,
            "target.escalation": 3,
            "senders.*.patience_days": 150,
            "senders.us.waits_for": ["eu"],
            "senders.uk.waits_for": ["eu"],
            "senders.canada.waits_for": ["eu"],
            "forums.eu-council.p_veto": 0.9,
            "forums.eu-council.off_calendar": "written",
            "forums.eu-council.off_calendar_lag.median": 2,
            "forums.eu-council.off_calendar_lag.sigma": 0.3,
        },
        _is_blocked_in_advance,
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_engines_agree_where_it_is_rare(name: str) -> None:
    """Over 120 runs no event differs, and the situation is there in some of them."""
    variant, overrides, is_met = SITUATIONS[name]
    tally, n_met = Tally(), 0
    case = load(BASE_CASE, variant=variant, overrides=overrides)
    for log in compare_scenario(case, seed=SEED, n_points=N_POINTS, tally=tally):
        n_met += is_met(log)
    assert tally.differences == []
    assert n_met >= FEWEST
