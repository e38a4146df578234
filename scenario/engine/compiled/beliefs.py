"""Beliefs in an event log: the records hold log odds, so that a run need not work beliefs out that nobody reads."""

from __future__ import annotations

from typing import Any

from scenario.draws.compile import compiled
from scenario.engine import rules
from scenario.engine.compiled import codes
from scenario.engine.preparation import DEPENDS_ON


@compiled("f8[::1](i8[::1], f8[::1])", depends_on=DEPENDS_ON)
def beliefs_for_log_odds(kinds: Any, values: Any) -> Any:
    """Turn the log odds that some kinds of event hold into beliefs, in place, and return the values.

    Parameters
    ----------
    kinds, values
        Shape [E] each: kind and value of every event.
    """
    for i in range(len(kinds)):
        if kinds[i] in codes.BELIEFS:
            values[i] = rules.expit(values[i])
    return values
