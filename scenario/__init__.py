"""Scenario modelling of verification, sanctions and their consequences.

The public names; everything heavy is imported when it is first used, so that `import scenario` stays light.

>>> import scenario
>>> case = scenario.load("iran-russia-missiles-2024")
>>> case.spec.horizon_days
365
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenario.evidence.derive import derive
    from scenario.experiment.compare import Comparison, compare
    from scenario.experiment.run import Result, run
    from scenario.experiment.stream import stream
    from scenario.spec.load import list_scenarios, load
    from scenario.spec.scenario import Scenario

__version__ = "0.1.0"

_HOMES = {
    "Comparison": "scenario.experiment.compare",
    "Result": "scenario.experiment.run",
    "Scenario": "scenario.spec.scenario",
    "compare": "scenario.experiment.compare",
    "derive": "scenario.evidence.derive",
    "list_scenarios": "scenario.spec.load",
    "load": "scenario.spec.load",
    "run": "scenario.experiment.run",
    "stream": "scenario.experiment.stream",
}

__all__ = [
    "Comparison",
    "Result",
    "Scenario",
    "__version__",
    "compare",
    "derive",
    "list_scenarios",
    "load",
    "run",
    "stream",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'scenario' must have the name asked for (got {name!r})")
