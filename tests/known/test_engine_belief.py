"""Belief is calibrated in a sender's own information, in both engines: where it is b, a share b is true."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.engine.calibration import (
    ALWAYS_FOUND,
    CONFIGURATIONS,
    OWN_INFORMATION,
    belief_case,
    beliefs_at,
    beliefs_when_found,
)
from tests.unit.engine.factory import ENGINES, minimal

N = 1500
BARS = {"dismiss": 0.02, "warn": 0.6, "attribute": 0.9}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_belief_is_calibrated_and_does_not_drift(name: str, engine: str) -> None:
    """At the horizon and on a random day truth's share is belief, overall and in ten bins, and mean belief is p."""
    for found in beliefs_at(belief_case(name, ALWAYS_FOUND), N, seed=21, engine=engine):
        assert max(map(abs, [found.z(), found.z_martingale(), *found.z_by_bin()])) < 5.0
        assert np.ptp(found.belief) > 0.8


@pytest.mark.parametrize("engine", ENGINES)
def test_stopping_at_a_finding_does_no_harm(engine: str) -> None:
    """Among runs stopped at their first finding the act is true in the share of their beliefs (|z| < 5)."""
    found, _, _ = beliefs_when_found(belief_case("two groups", BARS), N, seed=23, engine=engine)
    assert len(found.belief) > 200
    assert abs(found.z()) < 5.0
    assert found.belief.min() >= 0.9


@pytest.mark.parametrize("engine", ENGINES)
def test_false_findings_stay_under_the_ceiling(engine: str) -> None:
    """In a false world at most odds(p)/odds(bar) of the runs ever reach the bar."""
    _, n_reached, n_false = beliefs_when_found(belief_case("two groups", BARS), N, seed=24, engine=engine)
    ceiling = (0.35 / 0.65) / 9.0
    assert n_false > 800
    assert n_reached / n_false < ceiling + 5.0 * math.sqrt(ceiling * (1.0 - ceiling) / n_false)
    assert n_reached > 5


@pytest.mark.parametrize("engine", ENGINES)
def test_taking_every_echo_as_news_breaks_calibration(engine: str) -> None:
    """Without awareness the same check fails: belief runs ahead of truth (|z| > 5 in some bin)."""
    bars = {f"senders.us.bars.{bar}": value for bar, value in ALWAYS_FOUND.items()}
    unaware = {"senders.us.awareness": 0, "senders.us.corroboration": 0}
    case = minimal(CONFIGURATIONS["one source with echo"], OWN_INFORMATION, unaware, bars)
    end, _ = beliefs_at(case, N, seed=25, engine=engine)
    assert max(map(abs, end.z_by_bin())) > 5.0
