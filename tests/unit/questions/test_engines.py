"""Every question that runs something gives the same answer with either engine, which is no part of a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from scenario.errors import SpecError
from scenario.questions.answer import Answer
from scenario.questions.chance import shares
from scenario.questions.drivers import tornado
from scenario.questions.enough import enough
from scenario.questions.tipping import tip
from scenario.questions.worth import worth_of_signals
from scenario.report.request import request_of
from scenario.report.study import study
from scenario.spec.load import load

CASE = "belarus-2020"
ACT = "response.p_execute"

QUESTIONS: dict[str, Callable[..., Answer]] = {
    "tornado": lambda **told: tornado(CASE, outcome="measures", factors=[ACT], n=30, **told),
    "tipping": lambda **told: tip(
        CASE, a="base", b="no-veto", outcome="measures", ranges={ACT: (0.2, 0.9)}, levels=3, n=30, **told
    ),
    "worth": lambda **told: worth_of_signals(
        CASE, actions={"as declared": "base", "never": f"{ACT}=0"}, weights={"measures": 1.0}, n=400, **told
    ),
    "waiting": lambda **told: worth_of_signals(
        CASE,
        actions={"as declared": "base", "never": f"{ACT}=0"},
        weights={"measures": 1.0},
        channels=[next(iter(load(CASE).spec.channels))],
        days=[20],
        n=400,
        **told,
    ),
    "chance": lambda **told: shares(CASE, outcomes=["measures"], n=400, **told),
    "enough": lambda **told: enough(CASE, outcome="measures", half_width=0.5, most=100, **told),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_engines_give_the_same_answer(name: str) -> None:
    """Sentences, numbers and table are the same, to the last bit."""
    ask = QUESTIONS[name]
    first, second = (ask(engine=engine) for engine in ("reference", "compiled"))
    assert first.sentences == second.sentences
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_engine_that_there_is_not_is_refused(name: str) -> None:
    """A slip in the name of an engine is told with the names that there are."""
    with pytest.raises(SpecError, match="engine must be one of auto, reference, compiled"):
        QUESTIONS[name](engine="fast")


def test_a_report_is_the_same_with_both_engines() -> None:
    """Runs, twins and drivers of a report do not depend on the engine."""
    scenarios = {"A": load(CASE), "B": load(CASE, overrides=[f"{ACT}=0.5"])}
    request = request_of(scenarios, n=16, seed=3)
    found: list[Any] = [study(request, engine=engine) for engine in ("reference", "compiled")]
    for letter in scenarios:
        tables = [one.sides.results[letter].outcomes for one in found]
        pd.testing.assert_frame_equal(*tables, check_exact=True)
    pd.testing.assert_frame_equal(*(one.drivers.table for one in found), check_exact=True)
