"""What both engines are given and give back: how a scenario is run, and the runs of some outer points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.engine.trajectory import Event
from scenario.errors import Problem, SpecError

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]

ENGINES = ("auto", "reference", "compiled")
DEFAULT_OUTER, DEFAULT_INNER = 2500, 4


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a scenario is run: size, seed, engine and what is kept.

    Parameters
    ----------
    outer, inner
        Outer points M >= 1 and replications per point K >= 1.
    seed
        Root seed, an integer >= 0; 0 is one of them.
    engine
        "compiled", "reference", or "auto" for the fastest; the rows are the same, to the last bit.
    events, twins
        Whether event logs are kept, and whether twins are run.
    """

    outer: int = DEFAULT_OUTER
    inner: int = DEFAULT_INNER
    seed: int = 0
    engine: str = "auto"
    events: bool = False
    twins: bool = True

    def __post_init__(self) -> None:
        limits = {"outer": (1, 2**31), "inner": (1, 1000), "seed": (0, 2**63)}
        problems = [
            Problem(
                rule=f"{name} must be a whole number >= {low} and < {high}",
                got=str(getattr(self, name)),
                code="E301",
            )
            for name, (low, high) in limits.items()
            if not (type(getattr(self, name)) is int and low <= getattr(self, name) < high)
        ]
        problems += _engine_problems(self.engine)
        if problems:
            raise SpecError(problems)

    @property
    def n(self) -> int:
        """Return the number of runs."""
        return self.outer * self.inner


def sized(
    n: int | None = None, *, outer: int | None = None, inner: int | None = None, **rest: Any
) -> Settings:
    """Return settings for `n` runs (4, 2 or 1 per outer point, so that n is met exactly), or for outer x inner.

    Raises
    ------
    SpecError
        n is given together with outer or inner, or a size is out of range.
    """
    if n is None:
        return Settings(
            outer=DEFAULT_OUTER if outer is None else outer,
            inner=DEFAULT_INNER if inner is None else inner,
            **rest,
        )
    if outer is not None or inner is not None:
        raise SpecError(
            Problem(rule="n must not be given together with outer or inner", got=f"n = {n}", code="E303")
        )
    if type(n) is not int or not 1 <= n < 2**31:
        raise SpecError(
            Problem(rule="n must be a whole number >= 1 and < 2147483648", got=str(n), code="E301")
        )
    per_point = next(k for k in (4, 2, 1) if n % k == 0)
    return Settings(outer=n // per_point, inner=per_point, **rest)


def check_engine(name: str) -> None:
    """Refuse an engine that there is not.

    Raises
    ------
    SpecError
        The name is none of `ENGINES`.
    """
    problems = _engine_problems(name)
    if problems:
        raise SpecError(problems)


def _engine_problems(name: str) -> list[Problem]:
    """Return what is wrong with the name of an engine."""
    if name in ENGINES:
        return []
    return [Problem(rule=f"engine must be one of {', '.join(ENGINES)}", got=str(name), code="E302")]


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """The runs of some outer points.

    Parameters
    ----------
    runs
        int64[R, 2]: (outer point, replication) of the runs that finished, in order.
    rows
        float64[R, C]: their outcomes, columns in the order of `spec.outcomes.outcomes_of`.
    failures
        (outer point, replication, error) of the runs that did not.
    events
        The event logs as one table, or None where they were not kept.
    """

    runs: np.ndarray[Any, np.dtype[np.int64]]
    rows: Floats
    failures: Sequence[tuple[int, int, str]]
    events: pd.DataFrame | None = None


def spans_of(settings: Settings, chunk_runs: int) -> list[tuple[int, int]]:
    """Return the outer points [start, stop) of every chunk, in order; a chunk has about as many runs as asked for."""
    step = max(1, chunk_runs // settings.inner)
    return [(start, min(start + step, settings.outer)) for start in range(0, settings.outer, step)]


EVENT_COLUMNS = (
    *("experiment", "replication", "sequence", "time", "kind", "actor", "subject", "cause", "value"),
)


def event_table(logs: Sequence[tuple[int, int, list[Event]]]) -> pd.DataFrame:
    """Return event logs as one table, in the order given."""
    import pandas as pd

    columns = ["experiment", "replication", *Event._fields]
    table = pd.DataFrame([(m, n, *event) for m, n, log in logs for event in log], columns=columns)
    return table[list(EVENT_COLUMNS)]
