"""When a guard lets another value through, at its very ends; what the engines do with it lives in `tests/identity`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenario.engine.compiled.guards import TINY, holds

INF = math.inf


def lets(below: float, above: float, new: float, path: str) -> bool:
    """Whether the guard (below, above) of one run lets a value through."""
    return bool(holds(np.array([[below, above]]), np.array([new]), path=path)[0])


@pytest.mark.parametrize(
    ("new", "is_let"), [(0.2, False), (0.2000001, True), (0.5, True), (0.5000001, False)]
)
def test_a_chance_is_let_through_from_above_the_lower_end_to_the_upper_end(new: float, is_let: bool) -> None:
    """Draws u < p gave no below 0.2 and yes at 0.5: every p with 0.2 < p <= 0.5 answers alike."""
    assert lets(0.2, 0.5, new, "act.p_true") == is_let


@pytest.mark.parametrize(
    ("new", "is_let"), [(TINY, True), (TINY / 2, False), (1 - TINY, True), (1 - TINY / 2, False)]
)
def test_a_bar_is_let_through_away_from_0_and_1(new: float, is_let: bool) -> None:
    """Bars are compared in log odds; closer to 0 or 1 than a millionth the run is simulated."""
    assert lets(-50.0, 50.0, new, "senders.us.bars.early") == is_let


@pytest.mark.parametrize(("new", "is_let"), [(0.5, True), (0.74, True), (0.76, False), (0.24, False)])
def test_a_bar_is_compared_in_log_odds(new: float, is_let: bool) -> None:
    """Between -ln 3 and ln 3 lie the bars from 1/4 to 3/4."""
    assert lets(-math.log(3), math.log(3), new, "senders.us.bars.early") == is_let


def test_a_bar_that_was_never_read_may_be_anything() -> None:
    """A guard from minus to plus infinity lets 0 and 1 through."""
    assert [lets(-INF, INF, new, "senders.us.bars.early") for new in (0.0, 0.5, 1.0)] == [True] * 3
