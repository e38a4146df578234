"""What can go wrong in a run, in the words that both engines use."""

from __future__ import annotations

from scenario.errors import RunError


def run_id(m: int, n: int) -> str:
    """Return the id of a run: outer point m, replication n."""
    return f"e{m:04d}-r{n:03d}"


def bad_delay(run: str, what: str, delay: float) -> RunError:
    """Return the error of a delay that is not finite and >= 0."""
    return RunError(
        run=run,
        rule=f"a delay of {what} must be a finite number of days >= 0",
        got=delay,
        hint="a rate or median of the scenario leads out of the range of numbers",
    )


def too_many_events(run: str, limit: int, n_events: int) -> RunError:
    """Return the error of a run that makes more timed events than allowed."""
    return RunError(
        run=run,
        rule=f"a run must have at most {limit} timed events",
        got=n_events,
        hint="raise max_events, or look for a gap of nearly 0 days",
    )


def out_of_range(run: str, outcome: str, value: float) -> RunError:
    """Return the error of an outcome that is not finite (a time may be NaN: never)."""
    return RunError(
        run=run,
        rule=f"{outcome} must stay within the range of floats",
        got=value,
        hint="an override leads out of what the model can hold",
    )
